"""How many examples the tests of properties try: a few in the suite, ``EXAMPLES=100`` times as many at leisure."""

from __future__ import annotations

import os


def examples(count: int) -> int:
    """Return how many examples to try where ``count`` are enough for the suite."""
    return count * int(os.environ.get("EXAMPLES", "1"))
