"""A picture of the calibration: how often the speaker was right, by the confidence that was answered."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import Any

from .tables import measured_sets

_COLOURS = {
    "seeds": "#b7791f",
    "written": "#4a5568",
    "news-dev": "#2b6cb0",
    "news-train": "#2f855a",
    "polnear-dev": "#9b2c5e",
}
_LEFT, _TOP, _SIZE = 64, 16, 360  # of the square that confidence and shares span
_FRAME = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 436" role="img" aria-labelledby="title desc" \
font-family="system-ui, sans-serif" font-size="13">
  <title id="title">Calibration of the confidence</title>
  <desc id="desc">The share of right speakers over the confidence answered, a line for each set of articles.</desc>
  <rect width="600" height="436" fill="#ffffff"/>
  {parts}
</svg>
"""


def calibration_plot() -> str:
    """Return the picture as SVG; a dot is as large as the bin that it stands for."""
    sets = measured_sets()
    parts = [*_axes()]
    for number, (name, measured) in enumerate(sets.items()):
        colour = _COLOURS.get(name, "#4a5568")
        parts += _line(measured["calibration"], colour)
        y = _TOP + 24 + 26 * number
        parts.append(f'<circle cx="446" cy="{y}" r="6" fill="{colour}"/><text x="460" y="{y + 4}">{name}</text>')
    return _FRAME.format(parts="\n  ".join(parts))


def _x(confidence: float) -> str:
    return f"{_LEFT + _SIZE * confidence:.1f}"


def _y(share: float) -> str:
    return f"{_TOP + _SIZE * (1 - share):.1f}"


def _axes() -> Iterator[str]:
    for step in range(0, 11, 2):
        at = step / 10
        yield f'<path d="M{_x(at)} {_y(0)}V{_y(1)}M{_x(0)} {_y(at)}H{_x(1)}" stroke="#e2e8f0"/>'
        yield f'<text x="{_x(at)}" y="{_TOP + _SIZE + 20}" text-anchor="middle">{at:.1f}</text>'
        yield f'<text x="{_LEFT - 10}" y="{_TOP + _SIZE * (1 - at) + 4:.1f}" text-anchor="end">{at:.1f}</text>'
    yield f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#718096" stroke-dasharray="5 4"/>'
    yield f'<text x="{_x(0.5)}" y="{_TOP + _SIZE + 42}" text-anchor="middle">confidence</text>'
    yield f'<text transform="translate(18 {_y(0.5)}) rotate(-90)" text-anchor="middle">speakers that are right</text>'


def _line(calibration: dict[str, Any], colour: str) -> Iterator[str]:
    """Yield the line of one set and its dots."""
    bins = [own for own in calibration["bins"] if own["n"]]
    places = [(_x(own["confidence"]), _y(own["precision"])) for own in bins]
    yield f'<path d="M{"L".join(f"{x} {y}" for x, y in places)}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    for (x, y), own in zip(places, bins, strict=True):
        radius = 2 + 12 * sqrt(own["n"] / calibration["n"])
        yield f'<circle cx="{x}" cy="{y}" r="{radius:.1f}" fill="{colour}" fill-opacity="0.6"/>'
