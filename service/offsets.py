"""Offsets in the unit that the caller counts in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

from schemas import OffsetUnit


def _utf16_units(character: str) -> int:
    return 1 if character <= "\uffff" else 2


def _utf8_bytes(character: str) -> int:
    if character <= "\x7f":
        return 1
    if character <= "\u07ff":
        return 2
    return 3 if character <= "\uffff" else 4


_WIDTHS: dict[OffsetUnit, Callable[[str], int]] = {
    OffsetUnit.UTF16: _utf16_units,
    OffsetUnit.UTF8: _utf8_bytes,
}


def positions(text: str, unit: OffsetUnit) -> Sequence[int]:
    """Return what each code point offset of ``text``, its end included, is in ``unit``.

    >>> list(positions("a😀b", OffsetUnit.UTF16))
    [0, 1, 3, 4]
    """
    if unit is OffsetUnit.CODE_POINT or text.isascii():
        return range(len(text) + 1)
    return list(accumulate(map(_WIDTHS[unit], text), initial=0))
