"""How many articles a worker takes on at once, and how long others wait for their turn."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock

from service.engine import Deadline

from . import problems
from .problems import Problem
from .settings import Settings

_LULL = 0.2  # of the time of a burst: a slot that stands free for so long ends an overload


class Gate:
    """Lets some articles in at once, keeps a few waiting and turns the others away.

    A burst waits its turn. Where the queue has not been empty for as long as a burst may wait, more
    comes than can be done: then no more wait than are in hand, and hardly any time, so that those who
    are let in are answered about as fast as ever and the others are told at once ("controlled delay").
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._queue: deque[Event] = deque()
        self._queued = self._freed = time.monotonic()  # since when anybody waits; since when a slot is free
        self.busy = 0
        self.overloaded = False
        self.draining = False

    @property
    def waiting(self) -> int:
        """How many articles wait."""
        return len(self._queue)

    @property
    def full(self) -> bool:
        """Whether the next article is turned away."""
        settings = self._settings
        places = min(settings.threads, settings.queue) if self.overloaded else settings.queue
        return self.busy >= settings.threads and self.waiting >= places

    def drain(self) -> None:
        """Tell the probes that the worker is about to stop; whoever comes is still served."""
        self.draining = True

    def check(self) -> None:
        """Raise the Problem of a service that is stopping, if it is."""
        if self.draining:
            raise Problem(problems.DRAINING, "This process is stopping; try again.", headers=problems.RETRY)

    @contextmanager
    def admit(self, deadline: Deadline) -> Iterator[None]:
        """Hold a slot, or raise the Problem that sends the caller away."""
        turn = self._enter()
        if turn and not turn.wait(self._patience(deadline)) and self._give_up(turn):
            raise busy()
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> Event | None:
        """Take a free slot, or a place in the queue."""
        now, settings = time.monotonic(), self._settings
        with self._lock:
            if self.busy < settings.threads:
                self.overloaded = self.overloaded and now - self._freed < _LULL * settings.queue_seconds
                self.busy += 1
                return None
            self.overloaded = self.overloaded or (self.waiting > 0 and now - self._queued > settings.queue_seconds)
            if self.full:
                raise busy()
            if not self._queue:
                self._queued = now
            turn = Event()
            self._queue.append(turn)
            return turn

    def _patience(self, deadline: Deadline) -> float:
        settings = self._settings
        seconds = settings.overload_queue_seconds if self.overloaded else settings.queue_seconds
        return max(0.0, min(seconds, deadline.at - time.monotonic()))

    def _give_up(self, turn: Event) -> bool:
        """Leave the queue, unless the turn has come just now."""
        with self._lock:
            if turn.is_set():
                return False
            self._queue.remove(turn)
            return True

    def _leave(self) -> None:
        """Hand the slot on, or free it."""
        with self._lock:
            if self._queue:
                self._queue.popleft().set()
            else:
                self.busy -= 1
                self._freed = time.monotonic()


def busy() -> Problem:
    """Return what is told to those who are turned away."""
    return Problem(problems.BUSY, "All workers are busy and the queue is full; try again.", headers=problems.RETRY)
