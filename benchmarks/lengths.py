"""Whether time grows with the length of a text and no faster, whatever the text is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from service.engine import Deadline, DeadlineExceeded, Engine

from .articles import texts

_PATIENCE = 300  # seconds for one text, on a machine that may be busy
_RESOLUTION = 0.002
_GROWTH = 10
_SUSPECT = 15  # times as long for ten times the length: caches explain a little, squares are a hundred
_LONG = 100_000  # words

# Ten times as many pieces should take ten times as long. The larger text of each has about the
# characters that the service takes at most, but for the words and marks that have no end.
_PIECES = {
    "opening marks": ("“", 10_000),
    "opening marks with words": ("“word ", 3_000),
    "straight marks": ('"', 10_000),
    "straight marks with words": ('"word ', 3_000),
    "apostrophes": ("'", 10_000),
    "single marks with words": ("‘word ", 3_000),
    "marks never closed, ever deeper": ("“one ‘two ", 1_000),
    "nested marks": ("“one ‘two “three” two’ one” ", 700),
    "marks never closed, a paragraph each": ("“One word.\n\n", 1_600),
    "one line of capitals": ("LOCAL MAN SAYS ", 1_300),
    "capitals": ("A", 20_000),
    "one word": ("a", 100_000),
    "one word of hyphens": ("a-", 10_000),
    "one word of points": ("a.", 10_000),
    "digits and commas": ("1,", 10_000),
    "spaces": (" ", 20_000),
    "line breaks": ("\n", 20_000),
    "carriage returns and spaces": ("\r ", 10_000),
    "short lines": ("a\n", 10_000),
    "full stops": (". ", 10_000),
    "many quotations in one paragraph": ("“Yes,” said Ann Example. ", 800),
    "many quotations, a paragraph each": ("“Yes,” said Ann Example.\n\n", 800),
    "one sentence of quotations": ("“yes” and ", 2_000),
    "one sentence of names": ("Ann Example and ", 1_200),
    "one sentence of cues": ("said ", 4_000),
    "commas": ("word, ", 3_000),
    "titles": ("President ", 2_000),
    "combining marks": ("e\u0301", 10_000),
    "right-to-left marks": ("\u200f", 10_000),
    "full-width letters": ("Ａ", 20_000),
}


class Growth(NamedTuple):
    """How long a text took, and one that is ``_GROWTH`` times as long."""

    name: str
    characters: int
    seconds: float
    longer: float

    @property
    def ratio(self) -> float:
        """How many times as long the longer text took; infinite where it took too long."""
        return self.longer / max(self.seconds, _RESOLUTION)


def report_lengths() -> None:
    """Print a row for each text."""
    print(f"{'text':40}{'characters':>11}{'ms':>9}{'ms, 10 x':>11}{'times':>8}")
    for row in growths(Engine.load()):
        longer = f"{1000 * row.longer:.1f}" if row.longer < inf else "too long"
        suspect = "  grows faster than the text" if row.ratio > _SUSPECT else ""
        times = f"{1000 * row.seconds:9.1f}{longer:>11}{row.ratio:8.1f}"
        print(f"{row.name:40}{row.characters:11,}{times}{suspect}", flush=True)


def growths(engine: Engine) -> Iterator[Growth]:
    """Measure every text at two lengths."""
    article = max(texts(None), key=len) + "\n\n"
    engine.extract(article)
    yield _growth(engine, "an article", article, 1)
    yield _growth(engine, f"articles, to {_LONG:,} words", article, round(_LONG / len(article.split()) / _GROWTH))
    yield _growth(engine, "an article, ten times over", article, _GROWTH)
    for name, (piece, count) in _PIECES.items():
        yield _growth(engine, name, piece, count)


def _growth(engine: Engine, name: str, piece: str, count: int) -> Growth:
    # A sentence in front lets the text come as far as an article would.
    opening = "“We will rebuild,” said Ann Example. "
    seconds, longer = (_seconds(engine, opening + piece * times) for times in (count, count * _GROWTH))
    return Growth(name, len(piece) * count, seconds, longer)


def _seconds(engine: Engine, text: str) -> float:
    began = time.process_time()
    try:
        engine.extract(text, Deadline.after(_PATIENCE))
    except DeadlineExceeded:
        return inf
    return time.process_time() - began
