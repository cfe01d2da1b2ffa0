"""What the master and its workers tell each other, through memory that they share."""

from __future__ import annotations

import mmap
import struct

_AGE = struct.Struct("q")
_WORKERS = 512  # those that go and those that take their place
_CROWDED, _CALM, _FREE = range(3)  # of the first kind are those that are not there as well


class Shared:
    """Which workers are to be replaced, which have time, and at which nobody waits; a worker is known by its age."""

    def __init__(self) -> None:
        self._replaced = mmap.mmap(-1, _AGE.size)
        self._states = mmap.mmap(-1, _WORKERS)

    def replace(self, age: int) -> None:
        """Tell the workers up to ``age`` that others take their place."""
        _AGE.pack_into(self._replaced, 0, age)

    def replaces(self, age: int) -> bool:
        """Whether another takes the place of the worker."""
        replaced: int
        [replaced] = _AGE.unpack_from(self._replaced)
        return age <= replaced

    def tell(self, age: int, *, free: bool, calm: bool = False) -> None:
        """Tell the others whether the worker has time for an article, or else that none waits for it (calm)."""
        self._states[age % _WORKERS] = _FREE if free else _CALM if calm else _CROWDED

    def others_free(self, age: int) -> bool:
        """Whether another worker has time."""
        return self._states[:].count(_FREE) > (self._states[age % _WORKERS] == _FREE)

    def others_calm(self, age: int) -> bool:
        """Whether another worker has time, or works with none waiting for it."""
        return _WORKERS - self._states[:].count(_CROWDED) > (self._states[age % _WORKERS] != _CROWDED)
