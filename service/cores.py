"""Processes that have one core each: how many there may be, and what they shall find in their environment."""

from __future__ import annotations

import os

# Its matrices are small. glibc would keep the memory of every long article, for each thread anew,
# unless it gives large blocks back; by megabytes, so that this costs no time.
ONE_CORE = {
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "4000000",
    "MALLOC_TRIM_THRESHOLD_": "8000000",
}


def cores() -> int:
    """Return how many cores this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)  # not everywhere
    return len(allowed(0)) if allowed else os.cpu_count() or 1
