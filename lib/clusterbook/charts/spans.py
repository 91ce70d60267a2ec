"""Spans of time, a row each: phases, lives, what sources attest; open ends stay open."""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt
import pandas as pd

from .marks import CROSS, at, data, fixed, in_order, inks, layered, link, row_names, tips, year_axis
from .theme import LIGHT as INK
from .theme import WIDE


def spans(
    rows: pd.DataFrame,
    row: str,
    width: int = WIDE,
    first: float | None = None,
    step: int = 34,
    order: Sequence[str] = (),
    losses: pd.DataFrame | None = None,
) -> alt.LayerChart:
    """Return bars from start to end in rows over years.

    Columns in: `start`, `end` (decimal years; infinite for an open one), `row`'s column, and those
    of a dated row for tooltips; `ink` may give a colour value. An open end runs to
    the edge with an arrow, so does an open start. Dated rows
    of `losses` (with `row`'s column and `when`) are crosses on the bars.
    """
    ends = pd.concat([rows["start"], rows["end"]])
    known = ends[ends.abs() != math.inf].dropna()
    begin = math.floor(first if first is not None else known.min())
    end = math.ceil(known.max())
    y, room, left, lines = row_names(in_order(rows[row], order), width)
    x = year_axis(begin, end, width - room, pad=(end - begin) * 0.02 + 0.2)
    low, high = x["scale"]["domain"]
    drawn = rows.assign(
        row=rows[row].astype(str), x=rows["start"].clip(low, high), x2=rows["end"].clip(low, high),
        open=rows["end"] == math.inf, begun=rows["start"] == -math.inf,
        ink=rows["ink"] if "ink" in rows else INK["muted"],
    )  # fmt: skip
    ink = inks()
    bar = alt.Chart().mark_bar(height=12, opacity=0.85, cornerRadius=2)
    arrow = alt.Chart().mark_point(shape="triangle-right", filled=True, size=90, opacity=1)
    fade = alt.Chart().mark_point(shape="triangle-left", filled=False, size=60, opacity=1)
    marks = [
        left,
        bar.encode(x, y, ink, link(), alt.X2(field="x2"), tooltip=tips(rows)),
        arrow.encode(at(x, "x2"), y, ink).transform_filter("datum.open"),
        fade.encode(x, y, ink).transform_filter("datum.begun"),
    ]
    if losses is not None and len(losses):
        gone = losses.assign(row=losses[row].astype(str), x=losses["when"])
        cross = alt.Chart(data(gone[gone["x"] > low], ("row", "x")))
        look = {"shape": CROSS, "filled": True, "opacity": 1, "size": 40}
        halo = cross.mark_point(**look, stroke=INK["bg"], strokeWidth=3).encode(x, y, fixed("bg"))
        shape = cross.mark_point(**look, strokeWidth=0).encode(x, y, fixed("strain"))
        marks += [halo, shape.encode(tooltip=tips(losses))]
    columns = ("row", "x", "x2", "open", "begun", "ink")
    tall = max(step, 15 * lines + 10) * len(y["scale"]["domain"])
    return layered(marks, data(drawn, columns), width=width - room, height=tall)
