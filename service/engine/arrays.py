"""What the stages do alike with arrays of numbers."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray


def compact(numbers: NDArray[np.generic]) -> array[Any]:
    """Return a copy of an array of one dimension that takes little memory and that Python code reads fast.

    ``numpy.asarray`` makes an array of it again, without a copy.
    """
    return array(numbers.dtype.char, numbers.tobytes())


def softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the probabilities of scores, row by row."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True, initial=-1e30))
    result: NDArray[np.float32] = powers / powers.sum(axis=-1, keepdims=True)
    return result
