"""What a process that has one core to itself shall have in its environment when it starts."""

from __future__ import annotations

# Its matrices are small. glibc would keep the memory of every long article, for each thread anew,
# unless it gives large blocks back; by megabytes, so that this costs no time.
ONE_CORE = {
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "4000000",
    "MALLOC_TRIM_THRESHOLD_": "8000000",
}
