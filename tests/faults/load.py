"""Clients that keep a service busy, and what became of each of their requests."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from typing import Any

from servers import Server, read_reply

ARTICLE = "“Zanzibar will flourish,” said Ann Example, the mayor.".encode()
PATIENT: dict[str, Any] = {
    "QUEUE_SECONDS": "30",
    "OVERLOAD_QUEUE_SECONDS": "30",
    "QUEUE": "50",
}  # nobody is turned away


@dataclass
class Load:
    """Requests of several clients, one after the other each; ``outcomes`` has a status or an error's name for each."""

    server: Server
    keep_alive: bool
    stopped: Event = field(default_factory=Event)
    outcomes: list[str] = field(default_factory=list)

    def run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=15)
        while not self.stopped.is_set():
            try:
                connection.request("POST", "/v1/quotations", ARTICLE, {"Content-Type": "text/plain"})
                self.outcomes.append(str(read_reply(connection).status))
            except (OSError, HTTPException) as error:
                self.outcomes.append(type(error).__name__)
                connection.close()
                time.sleep(0.05)
            if not self.keep_alive:
                connection.close()
        connection.close()

    def count(self) -> Counter[str]:
        return Counter(self.outcomes)

    def wait_for(self, more: int) -> None:
        """Wait until so many more requests have been answered."""
        goal = self.count()["200"] + more
        wait_until(lambda: self.count()["200"] >= goal)


@contextmanager
def load(server: Server, clients: int = 4, *, keep_alive: bool = False) -> Iterator[Load]:
    """Keep ``server`` busy for a while."""
    running = Load(server, keep_alive)
    threads = [Thread(target=running.run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        running.wait_for(clients)
        yield running
    finally:
        running.stopped.set()
        for thread in threads:
            thread.join(20)


def wait_until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it has not come about"
        time.sleep(0.02)
