"""The files through which the workers share their figures.

prometheus_client keeps the files of every worker that there ever was, so that counters never fall. Here gunicorn's own
process adds up those of the workers that are gone: their number stays the same however often workers are replaced.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prometheus_client.metrics_core import Metric
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

_KINDS = ("counter", "histogram")
_GONE = "gone"


class Figures(Collector):
    """What all the workers have counted, for a registry."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """Return the sum of all files; while they are read nothing is added up."""
        with _lock(self._folder, fcntl.LOCK_SH):
            # prometheus_client's own collector fails on the file of a worker that is just beginning.
            files = [str(path) for path in self._folder.glob("*.db") if path.stat().st_size]
            merged: Iterable[Metric] = MultiProcessCollector.merge(files, accumulate=True)
        return merged


def fold(folder: Path, alive: Collection[int]) -> None:
    """Add up what the processes that are not ``alive`` have counted, and forget their gauges.

    Where a reader is at it, or the disk is full, the files stay as they are until the next call.
    """
    with suppress(OSError), _lock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
        for path in _of_the_dead(folder, "gauge", alive):
            path.unlink()
        for kind in _KINDS:
            _fold(folder, kind, list(_of_the_dead(folder, kind, alive)))


def _of_the_dead(folder: Path, kind: str, alive: Collection[int]) -> Iterator[Path]:
    owners = {str(pid) for pid in alive} | {_GONE}
    return (path for path in folder.glob(f"{kind}_*.db") if path.stem.rpartition("_")[2] not in owners)


def _fold(folder: Path, kind: str, dead: list[Path]) -> None:
    total, fresh = folder / f"{kind}_{_GONE}.db", folder / f"{kind}.new"
    # A worker that was killed as it began may have left an empty file.
    parts = [path for path in (total, *dead) if path.exists() and path.stat().st_size]
    if dead and parts:
        _write(fresh, parts)
        fresh.replace(total)
    for path in dead:
        path.unlink()


def _write(fresh: Path, parts: list[Path]) -> None:
    _allocate(fresh, sum(map(_used, parts)))
    file = MmapedDict(fresh)
    for metric in MultiProcessCollector.merge(map(str, parts), accumulate=False):
        for name, labels, value, *_ in metric.samples:
            key = mmap_key(metric.name, name, list(labels), list(labels.values()), metric.documentation)
            file.write_value(key, value, 0.0)
    file.close()


def _allocate(path: Path, size: int) -> None:
    """Take all the room at once: a full disk then fails here, and not as a signal from within the mapped memory."""
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)


def _used(path: Path) -> int:
    with path.open("rb") as file:
        (used,) = struct.unpack("i", file.read(4))
    return int(used)


@contextmanager
def _lock(folder: Path, how: int) -> Iterator[None]:
    with (folder / "lock").open("ab") as file:
        fcntl.flock(file, how)
        yield
