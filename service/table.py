"""An answer as a table for people."""

from __future__ import annotations

import shutil
from typing import Any

from tabulate import tabulate

_HEADERS = ("quotation", "speaker", "role", "location", "sure")
_SHARES = (0.46, 0.18, 0.18, 0.1)  # of the terminal's width; the last column is a short number
_SIDES = 22  # columns that the lines between the cells and the last cell take


def table(wire: dict[str, Any]) -> str:
    """Return the quotations of ``wire`` as wide as the terminal allows."""
    if not wire["quotations"]:
        return "No quotations.\n"
    room = max(40, shutil.get_terminal_size((120, 24)).columns - _SIDES)
    widths = [max(8, int(room * share)) for share in _SHARES]
    rows = [_row(quotation) for quotation in wire["quotations"]]
    return tabulate(rows, _HEADERS, tablefmt="simple_grid", maxcolwidths=[*widths, None], disable_numparse=True) + "\n"


def _row(quotation: dict[str, Any]) -> list[str]:
    parts = (quotation["text"], _part(quotation["speaker"], "name"), _part(quotation["role"]))
    sure = f"{quotation['confidence']:.0%}"
    return [_printable(part) for part in (*parts, _part(quotation["location"]), sure)]


def _part(value: dict[str, Any] | None, key: str = "text") -> str:
    return value[key] if value else "—"


def _printable(text: str) -> str:
    """Drop what could steer a terminal, and line breaks."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
