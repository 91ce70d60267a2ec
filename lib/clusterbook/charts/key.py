"""The key of special marks, in one line under a plot: grades, ranges, disagreement, hedges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt
import pandas as pd

from .layout import Frame, text_width
from .marks import CROSS, UP, discs, scales
from .theme import colour
from .vega import Chart

SPECIAL = {
    "range": "range from one source",
    "tie": "sources disagree",
    "cross": "no count found",
    "up": "over: the true value is higher",
    "nominal": "as reported",
}


def key(
    grades: Iterable[str], special: Sequence[str], frame: Frame, top: float, left: float = 0.0
) -> list[Any]:
    """Return the key as layers: the grades that occur, then special marks by name of `SPECIAL`.

    `top` and `left` are pixels in the frame; the line wraps at the frame's width.
    """
    found = [g for g in "ABCD" if g in set(grades)]
    items = [("word", "Source grade"), *((f"grade {g}", g) for g in found)] if found else []
    items += [(name, SPECIAL[name]) for name in special]
    x, y, size = left, top, 11
    places = []
    for kind, text in items:
        mark = 0 if kind == "word" else 16
        width = mark + text_width(text, size)
        if x > left and x + width > frame.width:
            x, y = left, y + 20
        places.append((kind, text, x, y, mark))
        x += width + (9 if kind.startswith(("word", "grade")) else 16)
    sx, sy = scales(frame)
    place = {"x": alt.X("x:Q", scale=sx, axis=None), "y": alt.Y("y:Q", scale=sy, axis=None)}
    muted = colour("muted")
    texts = pd.DataFrame(
        [(frame.vx(x + mark), frame.vy(y), text) for _, text, x, y, mark in places],
        columns=["x", "y", "text"],
    )
    style: dict[str, Any] = {"fontSize": size, "align": "left", "baseline": "middle"}
    layers: list[Any] = []
    if len(texts):
        layers.append(Chart(texts).mark_text(**style, color=muted).encode(**place, text="text:N"))
    graded = [
        {"x": frame.vx(x + 7), "y": frame.vy(y), "grade": kind.removeprefix("grade ")}
        for kind, _, x, y, _ in places
        if kind.startswith("grade")
    ]
    layers += discs(pd.DataFrame(graded), frame, "muted", size=80)
    for kind, _, x, y, _ in places:
        at = pd.DataFrame({"x": [frame.vx(x + 7)], "y": [frame.vy(y)]})
        base = Chart(at).encode(**place)
        if kind in ("range", "tie"):
            bar = at.assign(y=frame.vy(y - (4 if kind == "range" else 7)))
            bar["y2"] = frame.vy(y + (4 if kind == "range" else 7))
            cap = "round" if kind == "range" else "butt"
            layers.append(
                Chart(bar)
                .mark_rule(strokeWidth=9, strokeCap=cap, opacity=0.38, color=muted)
                .encode(**place, y2="y2:Q")
            )
        elif kind == "cross":
            layers.append(base.mark_point(shape=CROSS, size=40, stroke=muted, strokeWidth=1.8))
        elif kind == "up":
            layers.append(base.mark_point(shape=UP, size=40, strokeWidth=0, fill=muted, opacity=1))
        elif kind == "nominal":
            layers.append(
                base.mark_tick(orient="horizontal", size=12, thickness=2, color=colour("faint"))
            )
    return layers
