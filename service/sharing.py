"""What the master and its workers tell each other, through memory that they share."""

from __future__ import annotations

import mmap
import struct

_AGE = struct.Struct("q")
_WORKERS = 512  # those that go and those that take their place


class Shared:
    """Which workers are to be replaced, and which have time; a worker is known by its age."""

    def __init__(self) -> None:
        self._replaced = mmap.mmap(-1, _AGE.size)
        self._free = mmap.mmap(-1, _WORKERS)

    def replace(self, age: int) -> None:
        """Tell the workers up to ``age`` that others take their place."""
        _AGE.pack_into(self._replaced, 0, age)

    def replaces(self, age: int) -> bool:
        """Whether another takes the place of the worker."""
        replaced: int
        [replaced] = _AGE.unpack_from(self._replaced)
        return age <= replaced

    def tell(self, age: int, *, free: bool) -> None:
        """Tell the others whether the worker has time for an article."""
        self._free[age % _WORKERS] = free

    def others_free(self, age: int) -> bool:
        """Whether another worker has time."""
        return sum(self._free[:]) > int(self._free[age % _WORKERS])
