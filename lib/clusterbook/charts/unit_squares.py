"""Many small squares, one for each row or claim, as one lean layer.

A plate writes every property of every symbol into the page; a picture of a hundred alike squares
needs only their place, their kind and what a reader sees on hovering.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .pixel_layers import place
from .theme import colour

Square = tuple[float, float, str, str]
"""Place from the left and from the top in pixels, kind, and the tooltip."""


def unit_squares(
    squares: Sequence[Square],
    kinds: Mapping[str, tuple[str, str]],
    size: float,
    width: float,
    height: float,
) -> dict[str, Any]:
    """Return the layer of squares of a side of `size` pixels.

    `kinds` gives the colour tokens of fill and outline by kind. Raises `KeyError` for a token
    that is not in the visual language.
    """
    names = list(kinds)
    fills = [colour(fill) for fill, _ in kinds.values()]
    strokes = [colour(stroke) for _, stroke in kinds.values()]
    values = [
        {"x": round(x, 1), "y": round(y, 1), "k": names.index(kind), "t": tip}
        for x, y, kind, tip in squares
    ]
    paint = {"type": "nominal", "scale": None, "legend": None}
    return {
        "data": {"values": values},
        "transform": [
            {"calculate": f"{fills}[datum.k]", "as": "fill"},
            {"calculate": f"{strokes}[datum.k]", "as": "stroke"},
        ],
        "mark": {
            "type": "point", "shape": "square", "size": size**2, "strokeWidth": 1.3, "opacity": 1,
            "tooltip": {"expr": "datum.t"}, "description": {"expr": "datum.t"},
        },
        "encoding": {
            **place(width, height),
            "fill": {"field": "fill", **paint}, "stroke": {"field": "stroke", **paint},
        },
    }  # fmt: skip
