"""What is done: a part for each chunk, in a folder beside the output."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from service.records import Fields

from . import BatchError
from .formats import Output


class Tally(NamedTuple):
    """What became of some records."""

    articles: int
    quotations: int
    rejected: int

    def plus(self, other: Tally) -> Tally:
        """Add up."""
        return Tally(*map(sum, zip(self, other, strict=True)))


@dataclass(frozen=True, slots=True)
class Parts:
    """The folder of the parts; a part is two files, the one with the answers written last."""

    folder: Path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder, and keep other runs out of it."""
        self.folder.mkdir(exist_ok=True)
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise BatchError(f"{self.folder}: another run is at work on this output") from error
        finally:
            os.close(handle)

    def numbers(self) -> set[int]:
        """Return the numbers of the parts that are there."""
        return {int(path.name.partition("-")[0]) for path in self.folder.glob("*.answers")}

    def tally(self, name: str) -> Tally | None:
        """Return what became of the records of a part, or None if it is not done."""
        if not self._answers(name).exists():
            return None
        return Tally(*json.loads(self._rejected(name).read_bytes())["tally"])

    def write(self, name: str, answers: list[Fields], rejected: list[Fields], output: Output) -> Tally:
        """Keep a part, so that it is there whole or not at all."""
        tally = Tally(len(answers), sum(len(answer["quotations"]) for answer in answers), len(rejected))
        keep(self._rejected(name), json.dumps({"tally": tally, "rejected": rejected}).encode())
        keep(self._answers(name), output.encode(answers))
        return tally

    def join(self, names: Iterable[str], output: Output) -> None:
        """Make the output of the parts."""
        joined = self.folder / "joined"
        with joined.open("wb") as file:
            output.join(map(self._answers, names), file)
            file.flush()
            os.fsync(file.fileno())
        joined.replace(output.path)

    def join_rejected(self, names: Iterable[str], path: Path) -> None:
        """Write what was rejected, a line each; if nothing was, there is no such file."""
        joined = self.folder / "joined"
        with joined.open("w", encoding="utf8") as file:
            for name in names:
                told = json.loads(self._rejected(name).read_bytes())["rejected"]
                file.writelines(json.dumps(fields) + "\n" for fields in told)
            file.flush()
            os.fsync(file.fileno())
        if joined.stat().st_size:
            joined.replace(path)
        else:
            path.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self, name: str) -> Path:
        return self.folder / f"{name}.answers"

    def _rejected(self, name: str) -> Path:
        return self.folder / f"{name}.rejected"


def keep(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all, whatever happens."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
