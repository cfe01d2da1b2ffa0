"""Whether ``confidence`` means what it says: of the answers given 0.9, nine in ten should be right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from training.names import is_same_name

from .scoring import Pair, is_mention_right

BINS = 10
LIMITS = (0.5, 0.7, 0.9)


class Claim(NamedTuple):
    """A speaker that was named, how sure the engine was, and whether it was right."""

    confidence: float
    right: bool


def claims(pairs: Iterable[Pair]) -> Iterator[Claim]:
    """Yield a claim for each quotation that got a speaker: what is no quotation has none that is right."""
    for gold, said in ((pair.gold, pair.said) for pair in pairs):
        if said is None or said.speaker is None:
            continue
        if gold is None:
            yield Claim(said.confidence, right=False)
        elif "speaker" in gold:
            yield Claim(said.confidence, right=is_same_name(said.speaker, gold["speaker"] or ()))
        elif gold.get("mention"):
            yield Claim(said.confidence, right=is_mention_right(gold, said))


def calibration(made: Sequence[Claim]) -> dict[str, Any]:
    """Return the expected calibration error, the bins behind it, and what ``min_confidence`` would keep."""
    bins = [[claim for claim in made if min(int(claim.confidence * BINS), BINS - 1) == i] for i in range(BINS)]
    gaps = (len(own) * abs(_mean_confidence(own) - _precision(own)) for own in bins if own)
    return {
        "n": len(made),
        "error": round(sum(gaps) / max(len(made), 1), 4),
        "bins": [_bin(own) for own in bins],
        "kept": {str(limit): _kept(made, limit) for limit in (0.0, *LIMITS)},
    }


def _bin(own: Sequence[Claim]) -> dict[str, float]:
    if not own:
        return {"n": 0}
    return {"n": len(own), "confidence": round(_mean_confidence(own), 4), "precision": round(_precision(own), 4)}


def _kept(made: Sequence[Claim], limit: float) -> dict[str, float]:
    kept = [claim for claim in made if claim.confidence >= limit]
    return {"precision": round(_precision(kept), 4), "share": round(len(kept) / max(len(made), 1), 4)}


def _mean_confidence(own: Sequence[Claim]) -> float:
    return sum(claim.confidence for claim in own) / len(own)


def _precision(own: Sequence[Claim]) -> float:
    return sum(claim.right for claim in own) / max(len(own), 1)
