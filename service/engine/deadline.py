"""A moment after which work on an article stops."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeVar

_BLOCK = 256  # so many light pieces of work between two checks that these cost nothing

T = TypeVar("T")


class DeadlineExceeded(Exception):
    """The article could not be finished in time."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point on the monotonic clock, in seconds; checked between the stages and within them."""

    at: float = math.inf

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline that lies ``seconds`` ahead."""
        return cls(time.monotonic() + seconds)

    def check(self) -> None:
        """Raise DeadlineExceeded once the moment has passed."""
        if time.monotonic() > self.at:
            raise DeadlineExceeded

    def watch(self, items: Iterable[T], every: int = _BLOCK) -> Iterator[T]:
        """Pass ``items`` on, and check before each ``every`` of them."""
        return chain.from_iterable(self.blocks(items, every))

    def blocks(self, items: Iterable[T], size: int = _BLOCK) -> Iterator[list[T]]:
        """Pass ``items`` on in blocks, and check before each."""
        rest = iter(items)
        while block := list(islice(rest, size)):
            self.check()
            yield block
