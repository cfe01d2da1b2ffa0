"""How many articles a worker takes on at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from service.engine import Deadline

from . import problems
from .problems import Problem

_RETRY = {"Retry-After": "1"}


class Gate:
    """Lets ``slots`` articles in at once, keeps ``queue`` waiting and turns the others away."""

    def __init__(self, slots: int, queue: int) -> None:
        self._slots = BoundedSemaphore(slots)
        self._places = BoundedSemaphore(slots + queue)
        self.draining = False

    def drain(self) -> None:
        """Call the gate closed; whoever has begun may still come in."""
        self.draining = True

    @contextmanager
    def admit(self, deadline: Deadline) -> Iterator[None]:
        """Hold a slot, or raise the Problem that sends the caller away."""
        with _held(self._places, 0), _held(self._slots, max(0, deadline.at - time.monotonic())):
            yield

    def check(self) -> None:
        """Raise the Problem of a service that is stopping, if it is."""
        if self.draining:
            raise Problem(problems.DRAINING, "This process is stopping; try again.", headers=_RETRY)


@contextmanager
def _held(semaphore: BoundedSemaphore, wait: float) -> Iterator[None]:
    if not semaphore.acquire(timeout=wait):
        raise Problem(problems.BUSY, "All workers are busy and the queue is full; try again.", headers=_RETRY)
    try:
        yield
    finally:
        semaphore.release()
