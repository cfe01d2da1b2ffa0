"""The processes that do the work: each holds the model, takes a chunk, and keeps what comes of it as a part."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import active_children, get_context, parent_process
from threading import Thread
from urllib.parse import quote

from service.engine import Engine
from service.records import Columns, Fields, outcome
from service.settings import Settings

from . import BatchError
from .chunks import Chunk
from .formats import Output
from .parts import Parts, Tally

Done = tuple[Tally, int]  # and how many bytes of the input it stands for
_IN_HAND = 2  # chunks a process: one to do and one to go on with


@dataclass(frozen=True, slots=True)
class Work:
    """How chunks become parts."""

    parts: Parts
    output: Output
    columns: Columns
    settings: Settings

    def do(self, chunk: Chunk) -> Tally:
        """Answer the records of ``chunk``."""
        answers, rejected = [], []
        for record in chunk.records():
            place = record.place()
            read = partial(record.values, self.columns, self.settings)
            name, answer, problem = outcome(read, _instance(place), self.settings, _engine())
            if answer is None:
                rejected.append({**place, "id": name, "problem": problem})
            else:
                answers.append(answer)
        return self.parts.write(chunk.name, answers, rejected, self.output)


def _instance(place: Fields) -> str:
    number = place.get("line", place.get("row"))
    return quote(place["input"], errors="replace") + (f"#{number}" if number else "")


@contextmanager
def processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """Start the processes; when we are interrupted, they end at once."""
    context = get_context("spawn")
    with ProcessPoolExecutor(count, context, initializer=_start) as pool:
        interrupted = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the processes inherit that
        starting = [pool.submit(_ready) for _ in range(count)]
        signal.signal(signal.SIGINT, interrupted)
        try:
            wait(starting)
            yield pool
        except KeyboardInterrupt:
            for process in active_children():
                process.terminate()
            raise


def do_all(pool: ProcessPoolExecutor, count: int, work: Work, chunks: Iterable[Chunk]) -> Iterator[Done]:
    """Do the chunks, never more than a few in hand, and yield each when it is done."""
    in_hand: dict[Future[Tally], int] = {}
    try:
        for chunk in chunks:
            if len(in_hand) >= _IN_HAND * count:
                done, _ = wait(in_hand, return_when=FIRST_COMPLETED)
                yield from ((future.result(), in_hand.pop(future)) for future in done)
            in_hand[pool.submit(work.do, chunk)] = chunk.progress
        yield from ((future.result(), in_hand[future]) for future in as_completed(in_hand))
    except BrokenProcessPool as error:
        raise BatchError("a process was ended from outside, perhaps for want of memory; run this again") from error


def _start() -> None:
    """End with the process that started this one, even if it is killed."""
    Thread(target=_end_with, daemon=True).start()


def _end_with() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _ready() -> None:
    _engine()


@cache
def _engine() -> Engine:
    return Engine.load()
