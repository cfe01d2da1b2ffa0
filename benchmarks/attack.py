"""What offers the load: vegeta for the articles, and a thread for the probes beside them."""

from __future__ import annotations

import csv
import subprocess
import time
from http.client import HTTPException
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple, Self

from .running import Service

_EVERY = 0.05  # seconds between two probes
_MOST_CLIENTS = 2_000
_NO_ANSWER = "none"


class Hit(NamedTuple):
    """An answer: its status, and how long it took."""

    status: str
    ms: float


class Attack(NamedTuple):
    """The generator, what it sends, and where it writes what came back."""

    vegeta: str
    targets: Path
    results: Path


def attack(own: Attack, rate: float, seconds: int, clients: int = _MOST_CLIENTS) -> list[Hit]:
    """Offer ``rate`` requests a second, or with 0 as many as ``clients`` get through one after the other."""
    often = f"{round(rate * 60)}/1m" if rate else "0"
    with own.results.open("wb") as results:
        options = ["-format=json", f"-targets={own.targets}", f"-rate={often}", f"-duration={seconds}s"]
        limits = [f"-max-workers={clients}", f"-connections={_MOST_CLIENTS}", "-max-body=0", "-timeout=30s"]
        subprocess.run([own.vegeta, "attack", *options, *limits], stdout=results, check=True)  # noqa: S603 - as asked
    encode = [own.vegeta, "encode", "-to=csv", str(own.results)]
    lines = subprocess.run(encode, capture_output=True, text=True, check=True).stdout.splitlines()  # noqa: S603 - as above
    return [Hit(code if code != "0" else _NO_ANSWER, int(took) / 1e6) for _, code, took, *_ in csv.reader(lines)]


class Probes:
    """Asks for the service's health over and over, each time over a new connection as an orchestrator does."""

    def __init__(self, service: Service) -> None:
        self.hits: list[Hit] = []
        self._service = service
        self._over = Event()
        self._thread = Thread(target=self._ask)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._over.wait(_EVERY):
            for path in ("/healthz", "/readyz"):
                began = time.perf_counter()
                status = self._status(path)
                self.hits.append(Hit(f"{path}: {status}", 1000 * (time.perf_counter() - began)))

    def _status(self, path: str) -> str:
        connection = self._service.connect()
        try:
            connection.request("GET", path)
            return str(connection.getresponse().status)
        except (OSError, HTTPException):
            return _NO_ANSWER
        finally:
            connection.close()
