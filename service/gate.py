"""How many articles a worker takes on at once, and how long others wait for their turn."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock

from service.engine import Deadline, DeadlineExceeded

from . import problems
from .settings import Settings

_SPELL = 0.2  # of the time of a burst: a queue that stands for so long is an overload, none for so long its end


class Gate:
    """Lets some articles in at once, keeps a few waiting and turns the others away.

    A burst waits its turn. Where more have waited than are in hand for longer than a burst takes, and some for every
    other worker too, more comes than can be done: then no more wait than are in hand, and hardly any time, so that
    those who are let in are answered about as fast as ever and the others are told at once ("controlled delay").
    Once nobody has waited for as long, it is over.

    The articles of batches are in no hurry. They wait in a line of their own, and where both lines wait
    they take turns. None of this is overload: that counts single articles alone.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._queue: deque[Event] = deque()
        self._of_batches: deque[Event] = deque()
        self._crowded = time.monotonic()  # since when more wait than a few, and no other worker is calm
        self._waited = time.monotonic()  # when anybody last did
        self._singles = 0  # slots that articles have which are not of a batch
        self.busy = 0
        self.batches = 0
        self.overloaded = False
        self.draining = False
        self.closing = False
        self.on_change: Callable[[], None] = lambda: None  # called when it may be free or calm, or so no more
        self.others_calm: Callable[[], bool] = lambda: False  # whether another worker is

    @property
    def free(self) -> bool:
        """Whether an article would be taken on at once."""
        return self.busy < self._settings.threads

    @property
    def calm(self) -> bool:
        """Whether no single article waits, or has been turned away of late."""
        return not self._queue and not self.overloaded

    @property
    def waiting(self) -> int:
        """How many single articles wait."""
        return len(self._queue)

    @property
    def full(self) -> bool:
        """Whether the next single article is turned away."""
        places = self._few if self.overloaded else self._settings.queue + self._lent
        return not self.free and self.waiting >= places

    @property
    def full_of_batches(self) -> bool:
        """Whether the next batch is turned away."""
        return self.batches >= self._settings.max_batches

    def drain(self) -> None:
        """Tell the probes that the worker is about to stop; whoever comes is still served."""
        self.draining = True

    def close(self) -> None:
        """Let every batch end after the article that it has in hand: it may have no end of its own."""
        self.closing = True

    def check(self) -> None:
        """Raise the Problem of a service that is stopping, if it is."""
        if self.draining:
            raise problems.draining()

    def check_open(self) -> None:
        """Raise the Problem of a batch that goes no further, if it is."""
        if self.closing:
            raise problems.draining()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Hold the place of a batch, or raise the Problem that sends the caller away."""
        self.check_open()
        with self._lock:
            if self.full_of_batches:
                raise problems.too_many_batches()
            self.batches += 1
        try:
            yield
        finally:
            with self._lock:
                self.batches -= 1

    @contextmanager
    def admit(self, deadline: Deadline, *, of_batch: bool = False) -> Iterator[None]:
        """Hold a slot, or raise the Problem that sends the caller away, or DeadlineExceeded."""
        if of_batch:
            self._wait_for_turn(deadline)
        else:
            self._queue_up(deadline)
        try:
            yield
        finally:
            self._leave(of_batch=of_batch)

    def _wait_for_turn(self, deadline: Deadline) -> None:
        with self._lock:
            if self.free:
                self.busy += 1
                self.on_change()
                return
            turn = Event()
            self._of_batches.append(turn)
        if not turn.wait(max(0.0, deadline.at - time.monotonic())) and self._give_up(turn, self._of_batches):
            raise DeadlineExceeded

    def _queue_up(self, deadline: Deadline) -> None:
        turn = self._enter()
        if turn and not turn.wait(self._patience(deadline)) and self._give_up(turn, self._queue):
            raise problems.busy()

    def _enter(self) -> Event | None:
        """Take a free slot, or a place in the queue."""
        now, settings = time.monotonic(), self._settings
        spell = _SPELL * settings.queue_seconds
        with self._lock:
            self._look(now)
            if now - self._waited > spell:
                self.overloaded = False
            if self.free:
                self.busy += 1
                self._singles += 1
                self.on_change()
                return None
            if now - self._crowded > spell:
                self.overloaded = True
            if self.full:
                raise problems.busy()
            turn = Event()
            self._queue.append(turn)
            self._look(now)
            self.on_change()
            return turn

    def _look(self, now: float) -> None:
        """Note what the queue is like at this moment, before or after it changes."""
        if self._queue:
            self._waited = now
        if self.waiting <= self._few or self.others_calm():
            self._crowded = now

    @property
    def _few(self) -> int:
        """How many wait for no longer than one article takes."""
        return min(self._settings.threads, self._settings.queue) + self._lent

    @property
    def _lent(self) -> int:
        """How many slots single articles leave to batches: each gives them one more place to wait."""
        return self._settings.threads - self._singles

    def _patience(self, deadline: Deadline) -> float:
        settings = self._settings
        seconds = settings.overload_queue_seconds if self.overloaded else settings.queue_seconds
        return max(0.0, min(seconds, deadline.at - time.monotonic()))

    def _give_up(self, turn: Event, queue: deque[Event]) -> bool:
        """Leave the queue, unless the turn has come just now."""
        with self._lock:
            if turn.is_set():
                return False
            self._look(time.monotonic())
            queue.remove(turn)
            self.on_change()
            return True

    def _leave(self, *, of_batch: bool) -> None:
        """Hand the slot on, or free it."""
        with self._lock:
            self._look(time.monotonic())
            self._singles -= not of_batch
            single_next = bool(self._queue) and (of_batch or not self._of_batches)
            queue = self._queue if single_next else self._of_batches
            if queue:
                queue.popleft().set()
                self._singles += single_next
            else:
                self.busy -= 1
            self.on_change()
