"""A moment after which work on an article stops."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass


class DeadlineExceeded(Exception):
    """The article could not be finished in time."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point on the monotonic clock, in seconds; checked between the stages."""

    at: float = math.inf

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline that lies ``seconds`` ahead."""
        return cls(time.monotonic() + seconds)

    def check(self) -> None:
        """Raise DeadlineExceeded once the moment has passed."""
        if time.monotonic() > self.at:
            raise DeadlineExceeded
