"""Dated events and spans in lanes: each with its words, packed so that none overlaps another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from .labels import text_width, wrap
from .marks import at, data, discs, in_order, inks, layered, year_axis
from .theme import LIGHT as INK
from .theme import WIDE

LINE, GAP, HEAD = 14, 6, 30
"""Pixels of a line of words, between two events, and of a lane's head."""


def lanes(
    rows: pd.DataFrame,
    lane: str = "dimension",
    words: str = "title",
    width: int = WIDE,
    order: Sequence[str] = (),
    key: bool = True,
) -> alt.LayerChart:
    """Return events in lanes over years: a disc by grade at its date, a bar for a span, its words.

    Columns in: those of a dated row; `lane` and `words` name columns, `ink` may give a colour value
    a row (else the lane's token, or grey). Rows without a date are not drawn: say so beside the
    chart. Lanes stand in `order`, then as they come. An open end runs to the edge with an arrow.
    """
    kept = rows[rows["start"].notna() & rows["end"].notna()].sort_values(["start", "row"])
    told = pd.concat([kept["start"], kept["end"] - 1])
    told = told[told.abs() != math.inf]  # of an open span its one end
    begin = math.floor(told.min())
    end = math.ceil(max(told.max() + 1, begin + 1))
    width -= 12  # the first and last years' labels stand out
    x = year_axis(begin, end, width, pad=(end - begin) * 0.015 + 0.2)
    low, high = x["scale"]["domain"]
    per = width / (high - low)
    placed, heads, down = [], [], 0.0
    for name in in_order(kept[lane], order):
        lines = wrap(name, width, 13.5, True)
        heads.append({"y": down + 12, "x": low, "head": "\n".join(lines)})
        down += 16 * (len(lines) - 1)
        part, tall = _packed(kept[kept[lane].astype(str) == name], words, low, high, per, width)
        placed.append(part.assign(y=part["y"] + down + HEAD))
        down += HEAD + tall + 8
    drawn = pd.concat(placed)
    if "ink" not in drawn:
        drawn["ink"] = drawn[lane].map(INK).fillna(INK["muted"])
    y = alt.Y(
        field="y", type="quantitative", axis=None,
        scale=alt.Scale(domain=[0, down], reverse=True, nice=False),
    )  # fmt: skip
    columns = ("x", "x2", "y", "grade", "ink", "text", "tx", "align", "open")
    marks = _marks(drawn, x, y, heads, key)
    return layered(marks, data(drawn, columns), width=width, height=int(down))


def _packed(
    rows: pd.DataFrame, words: str, low: float, high: float, per: float, width: int
) -> tuple[pd.DataFrame, float]:
    """Return the rows of a lane with places for marks and words, and the pixels it is tall."""
    taken: list[tuple[float, float, float, float]] = []
    cells = []
    dated = zip(rows["start"], rows["end"], rows["when"], rows[words], strict=True)
    for start, end, when, said in dated:
        span = end - start > 1.01
        at_year = max(start, low) if span else (when if when == when else max(start, low))
        until = min(end, high) if span else at_year
        from_px, to_px = (at_year - low) * per, (until - low) * per
        lines = wrap(str(said), 0.42 * width, 12)
        wide = max(text_width(line, 12) for line in lines)
        edge = width - 10  # widths of words are estimates
        rightward = to_px + 12 + wide <= edge or from_px - 12 - wide < 0
        under = rightward and to_px + 12 + wide > edge  # its words stand under a long span
        tall = float((len(lines) + under) * LINE)
        text_px = min(to_px + 10, edge - wide) if rightward else from_px - 10
        left = min(from_px - 7, text_px if rightward else text_px - wide)
        right = max(to_px + 7, text_px + wide if rightward else text_px)
        top = _free(taken, left, right, tall)
        taken.append((left, top, right, top + tall + GAP))
        cells.append((
            at_year, until, top + LINE / 2, "\n" * under + "\n".join(lines), low + text_px / per,
            "left" if rightward else "right", span and end == math.inf,
        ))  # fmt: skip
    columns = ["x", "x2", "y", "text", "tx", "align", "open"]
    places = pd.DataFrame(cells, rows.index, columns, dtype=object)
    return rows.assign(**places), max((box[3] for box in taken), default=0.0)


def _free(
    taken: list[tuple[float, float, float, float]], left: float, right: float, tall: float
) -> float:
    """Return the highest place, in pixels from the top of a lane, where nothing is overlapped."""
    near = [box for box in taken if left < box[2] + 6 and box[0] < right + 6]
    top = 0.0
    while any(top < box[3] and box[1] < top + tall + GAP for box in near):
        top += 2
    return top


def _marks(
    drawn: pd.DataFrame, x: Any, y: Any, heads: list[dict[str, Any]], key: bool
) -> list[Any]:
    ink = inks()
    over = alt.Chart(alt.InlineData(values=heads))
    head = over.mark_text(
        align="left", fontWeight=700, fontSize=13.5, color=INK["ink"], lineBreak="\n",
        lineHeight=16,
    )  # fmt: skip
    line = over.mark_rule(color=INK["grid"], yOffset=-14)
    span = alt.Chart().mark_rule(strokeWidth=4, opacity=0.45).encode(x, y, ink, alt.X2(field="x2"))
    arrow = alt.Chart().mark_point(shape="triangle-right", filled=True, size=60, opacity=1)
    text = alt.Chart().mark_text(
        fontSize=12, lineBreak="\n", baseline="middle", color=INK["ink"],
        align={"expr": "datum.align"}, lineHeight=LINE, dy=0,
    )  # fmt: skip
    return [
        line.encode(y),
        head.encode(at(x, "x"), y, alt.Text(field="head", type="nominal")),
        span.transform_filter("datum.x2 > datum.x"),
        arrow.encode(at(x, "x2"), y, ink).transform_filter("datum.open"),
        *discs(drawn, x, y, ink, 90, key),
        text.encode(at(x, "tx"), y, alt.Text(field="text", type="nominal")),
    ]
