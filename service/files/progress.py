"""How far a run is, for who looks on, and what came of it."""

from __future__ import annotations

import sys
import time
from typing import Any

from .parts import Tally

_LOOK = "{percentage:3.0f} %|{bar}| {desc} [{elapsed}, {remaining} left]"


class Progress:
    """Counts, and draws a bar where stderr is a terminal and tqdm is there."""

    def __init__(self, size: int) -> None:
        """Begin; ``size`` is that of all the input, in bytes."""
        self.tally = self.before = Tally(0, 0, 0)
        self._began = time.monotonic()
        self._bar = _bar(size)

    def skip(self, tally: Tally, size: int) -> None:
        """Count what an earlier run has done."""
        self.before = self.before.plus(tally)
        if self._bar is not None:
            self._bar.initial += size  # so that it does not count for the rate
        self.add(tally, size)

    def add(self, tally: Tally, size: int) -> None:
        """Count what was done just now."""
        self.tally = self.tally.plus(tally)
        if self._bar is not None:
            self._bar.set_description_str(f"{_done(self.tally):,} articles, {self.rate():.1f}/s", refresh=False)
            self._bar.update(size)

    def rate(self) -> float:
        """Return how many articles a second this run does."""
        return (_done(self.tally) - _done(self.before)) / max(self.seconds(), 0.001)

    def seconds(self) -> float:
        """Return how long this run has taken."""
        return time.monotonic() - self._began

    def summary(self) -> str:
        """Tell what came of it."""
        told = [
            f"{self.tally.articles:,} articles, {self.tally.quotations:,} quotations",
            f"{self.tally.rejected:,} rejected",
        ]
        if _done(self.before):
            told.append(f"{_done(self.before):,} of them done before")
        return "; ".join([*told, f"{self.seconds():,.1f} s, {self.rate():,.1f} articles/s"])

    def close(self) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()


def _done(tally: Tally) -> int:
    return tally.articles + tally.rejected


def _bar(size: int) -> Any:
    if not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    return tqdm(total=size, file=sys.stderr, smoothing=0, bar_format=_LOOK)
