"""Count, for the nouns by which speakers are mentioned, how often these are named elsewhere, and are people.

Run ``python -m training.nominal_table``. The outcome depends on ``annotations.jsonl`` and its articles alone.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from service.engine.mentions import ALONE
from service.engine.text import tokenize

from .annotated import CorpusError, annotated
from .commands import CorporaParser
from .data_tables import DATA
from .gold import GoldArticle
from .rows import AFTER_HEAD
from .tables import write_table

_HEADER = (
    "Nouns by which speakers are mentioned: noun, share of those whom the article never names, share of named people.",
    "The shares are drawn to those of all such nouns; what is left are named organisations and documents.",
    "Source: the annotations of this project (Apache-2.0), training/annotations.jsonl.",
)
_FEWEST, _ALL_SAY = 3, 4  # mentions that a noun must have; mentions that the shares of all nouns count as
_NOT_NAMED, _PERSON, _OTHER = range(3)


def main(arguments: list[str] | None = None) -> int:
    """Write the table and say how many rows it has."""
    parser = CorporaParser(prog="python -m training.nominal_table", description=__doc__)
    parser.add_argument("--to", type=Path, default=DATA, help="folder where the table goes (default: %(default)s)")
    options = parser.parse_args(arguments)
    sources = parser.sources(options)
    try:
        rows = list(_rows(annotated(sources.unlabelled, sources.worldwide)))
        print(write_table(options.to / "nominals.tsv", _HEADER, rows, "training.nominal_table"))
    except (OSError, CorpusError) as error:
        print(f"nominal_table: {error}", file=sys.stderr)
        return 1
    return 0


def _rows(articles: Iterable[GoldArticle]) -> Iterator[str]:
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for article in articles:
        for noun, _, becomes in _uses(article):
            counts[noun][becomes] += 1
    whole = sum(counts.values(), Counter())
    for noun, own in counts.items():
        if own.total() >= _FEWEST:
            shares = ((own[k] + _ALL_SAY * whole[k] / whole.total()) / (own.total() + _ALL_SAY) for k in range(_OTHER))
            yield "\t".join([noun, *(f"{share:.2f}" for share in shares)])


def _uses(article: GoldArticle) -> set[tuple[str, str, int]]:
    """Return each noun that a speaker of an article is mentioned by, with the speaker and what becomes of it."""
    found = set()
    for quotation in article.quotations:
        if quotation.mention and quotation.speaker:
            noun, speaker = _head(quotation.mention.of(article.text)), quotation.speaker[0]
            if noun:
                named = _PERSON if quotation.role else _OTHER
                found.add((noun, speaker, _NOT_NAMED if noun in speaker.split() else named))
    return found


def _head(mention: str) -> str:
    """Return the noun that heads a mention: "the [mayor] of Novi"; nothing for names and pronouns."""
    tokens = tokenize(mention)
    stop = next((at for at, word in enumerate(tokens.lowered) if word in AFTER_HEAD), len(tokens))
    noun = tokens.words[stop - 1] if stop else ""
    return noun if noun.islower() and noun[0].isalpha() and noun not in ALONE else ""


if __name__ == "__main__":
    sys.exit(main())
