"""How an answer compares with an annotated article.

A gold article is an object with ``text``, ``quotations`` and perhaps ``ignore`` (stretches
that could be read either way). A quotation has ``start`` and ``end``, marks left out, and may
have ``mention`` (a span), ``speaker``, ``role`` and ``location`` (accepted wordings, the
fullest first, or null where the article does not tell). A key that is missing is not judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.engine import Answer, Quotation, Span
from training.corpora import Json
from training.gold import overlap
from training.names import is_same_name, is_same_place, without_titles, word_f1, words

WORDINGS = ("speaker", "role", "location")
FIELDS = ("quotation", "exact", "mention", "speaker", "full_name", "role", "location")
_EDGE = " \t\r\n\u00a0“”\"'‘’«»„,.;:!?…—–-"
_FOUND, _IGNORED = 0.8, 0.3  # of the characters of both spans, how many they share
_SAME_ROLE = 0.5


@dataclass(frozen=True, slots=True)
class Said:
    """A quotation of an answer, its parts as words."""

    span: Span
    confidence: float
    mention: Span | None
    speaker: str | None
    role: str | None
    location: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold quotation and the answered one that it is matched with; one of the two may be missing."""

    gold: Json | None
    said: Said | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One decision about one field: given at all, looked for at all, and right."""

    field: str
    right: bool
    answered: bool = True
    wanted: bool = True


def read_answer(text: str, answer: Answer) -> list[Said]:
    """Return the quotations of ``answer`` with the words that it points at."""
    names = {speaker.id: " ".join(speaker.name.of(text).split()) for speaker in answer.speakers}
    return [_said(text, quotation, names) for quotation in answer.quotations]


def _said(text: str, quotation: Quotation, names: dict[str, str]) -> Said:
    return Said(
        span=_trimmed(text, quotation.span),
        confidence=quotation.confidence,
        mention=quotation.mention,
        speaker=names.get(quotation.speaker or ""),
        role=quotation.role.of(text) if quotation.role else None,
        location=quotation.location.span.of(text) if quotation.location else None,
    )


def read_wire(text: str, quotations: Iterable[Json]) -> list[Said]:
    """Return quotations in the service's form, or in that form with fields left out."""
    return [_said_on_wire(text, quotation) for quotation in quotations]


def _said_on_wire(text: str, quotation: Json) -> Said:
    speaker = quotation.get("speaker") or {}
    mention = speaker.get("mention")
    return Said(
        span=_trimmed(text, Span(quotation["start"], quotation["end"])),
        confidence=quotation.get("confidence", 1.0),
        mention=Span(mention["start"], mention["end"]) if mention else None,
        speaker=speaker.get("name"),
        role=(quotation.get("role") or {}).get("text"),
        location=(quotation.get("location") or {}).get("text"),
    )


def match(article: Json, answer: Answer) -> list[Pair]:
    """Return each quotation of ``article`` with the one of ``answer`` that covers the same words, best fit first."""
    return pair_up(article, read_answer(article["text"], answer))


def pair_up(article: Json, answered: Iterable[Said]) -> list[Pair]:
    """Return each quotation of ``article`` with the answered one that covers the same words, best fit first."""
    text, golds = article["text"], article["quotations"]
    left_aside = [_span(text, record) for record in article.get("ignore", ())]
    said = [one for one in answered if all(overlap(one.span, aside) <= _IGNORED for aside in left_aside)]
    fits = [
        (fit, i, j)
        for i, gold in enumerate(golds)
        for j, one in enumerate(said)
        if (fit := overlap(_span(text, gold), one.span)) >= _FOUND
    ]
    partner: dict[int, int] = {}
    for _, i, j in sorted(fits, reverse=True):
        if i not in partner and j not in partner.values():
            partner[i] = j
    pairs = [Pair(gold, said[partner[i]] if i in partner else None) for i, gold in enumerate(golds)]
    return pairs + [Pair(None, one) for j, one in enumerate(said) if j not in partner.values()]


def _span(text: str, record: Json) -> Span:
    return _trimmed(text, Span(record["start"], record["end"]))


def _trimmed(text: str, span: Span) -> Span:
    """Leave marks, spaces and closing punctuation aside: whether they belong to a quotation is a convention."""
    words_on = span.of(text).lstrip(_EDGE)
    start = span.end - len(words_on)
    return Span(start, start + len(words_on.rstrip(_EDGE)))


def verdicts(article: Json, pairs: Sequence[Pair]) -> Iterator[Verdict]:
    """Yield every decision that the annotators of ``article`` allow to judge."""
    judged = [key for key in WORDINGS if any(key in gold for gold in article["quotations"])]
    for pair in pairs:
        if pair.gold is None:
            yield Verdict("quotation", right=False, wanted=False)
            yield from (Verdict(key, right=False, wanted=False) for key in judged if getattr(pair.said, key))
        else:
            yield Verdict("quotation", right=pair.said is not None, answered=pair.said is not None)
            yield from _details(article["text"], pair.gold, pair.said)


def _details(text: str, gold: Json, said: Said | None) -> Iterator[Verdict]:
    if said is not None:
        yield Verdict("exact", right=said.span == _span(text, gold))
    if gold.get("mention"):
        yield Verdict("mention", right=said is not None and is_mention_right(gold, said))
    for key in WORDINGS:
        if key not in gold:
            continue
        answered: str | None = getattr(said, key, None)
        right = bool(answered and gold[key]) and is_right(key, answered or "", gold[key])
        yield Verdict(key, right, answered=bool(answered), wanted=bool(gold[key]))
        if right and key == "speaker":
            yield Verdict("full_name", right=without_titles(answered or "") == without_titles(gold[key][0]))


def is_mention_right(gold: Json, said: Said) -> bool:
    """Whether the answer credits the mention that the annotators name, or another by the same surname."""
    wanted = gold["mention"]
    if said.mention is not None and said.mention.overlaps(Span(wanted["start"], wanted["end"])):
        return True
    if said.speaker is None or gold.get("pronoun"):
        return False
    return set(without_titles(said.speaker)[-1:]) <= set(words(wanted["text"]))


def is_same_role(answer: str, accepted: Iterable[str]) -> bool:
    """Whether a role shares enough words with an accepted wording."""
    return any(word_f1(answer, wording) >= _SAME_ROLE for wording in accepted)


def is_right(field: str, answer: str, accepted: Sequence[str]) -> bool:
    """Whether the words answered for a field are among the accepted ones."""
    return _SAME[field](answer, accepted)


_SAME: dict[str, Callable[[str, Sequence[str]], bool]] = {
    "speaker": is_same_name,
    "role": is_same_role,
    "location": is_same_place,
}


def figures(found: Iterable[Verdict]) -> dict[str, dict[str, float]]:
    """Return precision, recall, F1 and the number wanted, for each field that was judged."""
    by_field: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in found:
        by_field[verdict.field].append(verdict)
    return {field: _figures(by_field[field]) for field in FIELDS if any(v.wanted for v in by_field[field])}


def _figures(found: Sequence[Verdict]) -> dict[str, float]:
    right = sum(v.right for v in found)
    answered, wanted = sum(v.answered for v in found), sum(v.wanted for v in found)
    return {
        "precision": round(right / max(answered, 1), 4),
        "recall": round(right / max(wanted, 1), 4),
        "f1": round(2 * right / max(answered + wanted, 1), 4),
        "n": wanted,
    }
