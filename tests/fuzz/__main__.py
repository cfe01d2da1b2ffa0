"""Fuzz the engine, or the way from a connection's bytes to its answer, for some minutes of the processor.

  make fuzz ARGS="text --minutes 20"
  make fuzz ARGS="request --minutes 10"

Inputs that reach new code are kept in the corpus, for the next run to begin with. An input that
fails is written to the folder that this runs in, as failed-…; put it into tests/fuzz/regressions/
and the suite reads it ever after. --once reads such a file and nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import atheris

with atheris.instrument_imports(include=["service", "schemas", "gunicorn.http"]):
    from fuzz import corpus, targets


_INPUTS = "FUZZ_INPUTS"  # how many there were before this round


class Target(NamedTuple):
    """A function to call, and what to begin with."""

    read: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]
    longest: int
    round: int  # inputs


TARGETS = {
    "text": Target(targets.read_text, corpus.articles, 1_500, 5_000),
    "request": Target(targets.read_request, corpus.requests, 5_000, 10_000_000),
}


class Budget:
    """Calls a target until its share of the processor's time is spent, in rounds: atheris's own memory only grows."""

    def __init__(self, name: str, minutes: float) -> None:
        self._name, self._seconds = name, 60 * minutes
        self._inputs = self._before = int(os.environ.get(_INPUTS, "0"))

    def __call__(self, data: bytes) -> None:
        self._inputs += 1
        try:
            TARGETS[self._name].read(data)
        except Exception:
            failed = Path(f"failed-{self._name}-{hashlib.sha256(data).hexdigest()[:12]}")
            failed.write_bytes(data)
            print(f"{failed} fails, the {self._inputs}th input", flush=True)
            raise
        if self._inputs % 100 == 0 and time.process_time() > self._seconds:
            found = {"target": self._name, "inputs": self._inputs, "cpu_minutes": time.process_time() / 60}
            print(json.dumps(found), flush=True)
            os._exit(0)  # libFuzzer has no way to be told that it is enough
        if self._inputs - self._before >= TARGETS[self._name].round:
            signal.setitimer(signal.ITIMER_REAL, 0)  # libFuzzer's own
            os.execve(sys.executable, sys.orig_argv, os.environ | {_INPUTS: str(self._inputs)})  # noqa: S606 - itself


def main() -> None:
    """Run until the time is spent or an input fails."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--minutes", type=float, default=15, help="of the processor [15]")
    parser.add_argument("--corpus", type=Path, default=Path("fuzz-corpus"), help="folder to keep inputs in")
    parser.add_argument("--once", type=Path, metavar="FILE", help="read this input only")
    given = parser.parse_args()
    if given.once:
        TARGETS[given.target].read(given.once.read_bytes())
        return
    folder = given.corpus / given.target
    words = prepare(given.target, folder)
    options = [f"-dict={words}", f"-max_len={TARGETS[given.target].longest}", "-timeout=120", "-rss_limit_mb=2048"]
    atheris.Setup([sys.argv[0], *options, str(folder)], Budget(given.target, given.minutes))
    atheris.Fuzz()


def prepare(name: str, folder: Path) -> Path:
    """Write what the target begins with into ``folder``, and return the dictionary beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(TARGETS[name].seeds()):
        (folder / f"seed-{number:04}").write_bytes(data)
    words = folder.with_suffix(".dict")
    words.write_text(corpus.dictionary(http=name == "request"), encoding="ascii")
    return words


if __name__ == "__main__":
    main()
