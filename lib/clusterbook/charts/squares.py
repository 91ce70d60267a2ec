"""Unit squares and matrices: one mark is one row, so a small base is seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from .labels import text_width, wrap
from .marks import data, head_of, in_order, inks, layered, link, row_names, tips
from .theme import HATCHED, WIDE
from .theme import LIGHT as INK

SIDE = 13
"""Pixels of a square with its gap."""


def squares(
    rows: pd.DataFrame,
    row: str,
    column: str,
    width: int = WIDE,
    rows_in: Sequence[str] = (),
    columns_in: Sequence[str] = (),
    hatch: str = "",
    hollow: str = "",
    title: str = "",
    whole: bool = False,
) -> alt.LayerChart:
    """Return a square per row of evidence, in the cells of a table of `row` by `column`.

    Columns in: the two named, with words; `ink` may name a token a row (else the row's name, if it
    is one, else grey). Squares for which the column `hatch` is true are hatched (towards the
    city), those for which `hollow` is true are outlines (mixed). Orders not given are as found;
    with `whole` all names of the orders stand, also those without a row.
    """
    names, heads = in_order(rows[row], rows_in, whole), in_order(rows[column], columns_in, whole)
    y, room, left, lines_of_row = row_names(names, width)
    zone = (width - room) / max(1, len(heads))
    across = max(1, int((zone - 10) // SIDE))
    cells = [rows[row].astype(str), rows[column].astype(str)]
    place = rows.groupby(cells).cumcount()
    lines = (rows.groupby(cells)[row].transform("size") - 1) // across + 1
    tall = int(lines.max()) if len(rows) else 1
    inner = pd.Series(place // across, rows.index)
    tokens = rows["ink"] if "ink" in rows else cells[0].where(cells[0].isin(INK), "muted")
    toward = rows[hatch].astype(bool) if hatch else pd.Series(False, rows.index)
    mixed = rows[hollow].astype(bool) if hollow else pd.Series(False, rows.index)
    fill = [
        INK["bg"] if m else f"url(#cb-hatch-{t})" if h and t in HATCHED else INK[t]
        for t, h, m in zip(tokens, toward, mixed, strict=True)
    ]
    starts = {head: i * zone for i, head in enumerate(heads)}
    drawn = rows.assign(
        row=cells[0], ink=tokens.map(INK), fill=fill,
        x=cells[1].map(starts) + place % across * SIDE + 6,
        off=(inner - (lines - 1) / 2) * SIDE,
    )  # fmt: skip
    x = alt.X(
        field="x", type="quantitative", axis=None,
        scale=alt.Scale(domain=[0, width - room], nice=False),
    )  # fmt: skip
    mark = alt.Chart().mark_square(
        size=(SIDE - 3) ** 2, opacity=1, strokeWidth=1.2, filled=True,
        yOffset={"expr": "datum.off"},
    )  # fmt: skip
    fills = alt.Fill(field="fill", type="nominal", scale=None)
    strokes = alt.Stroke(field="ink", type="nominal", scale=None)
    marks = [
        left,
        _heads(heads, x, "x", zone, starts),
        mark.encode(x, y, fills, strokes, link(), tooltip=tips(rows)),
    ]
    height = max(24, 15 * lines_of_row + 6, tall * SIDE + 8) * max(1, len(names))
    seen = data(drawn, ("row", "x", "off", "ink", "fill"))
    named = {"title": head_of(title, int(width - room))} if title else {}
    return layered(marks, seen, width=width - room, height=height, **named)


def _heads(
    heads: Sequence[str], x: alt.X, field: str, zone: float, starts: dict[str, float] | None = None
) -> alt.Chart:
    """Write the heads of columns above the plot, wrapped to their zone, ending on one line.

    Where a word is wider than its zone, all stand upright.
    """
    upright = any(text_width(word, 12, True) > zone for head in heads for word in head.split())
    wrapped = [[head] if upright else wrap(head, zone - 8, 12, True) for head in heads]
    most = max((len(lines) for lines in wrapped), default=1)
    aside = 11 if upright else 0
    words = [
        {field: starts[head] + aside if starts else head,
         "head": "\n".join([""] * (most - len(lines)) + lines)}
        for head, lines in zip(heads, wrapped, strict=True)
    ]  # fmt: skip
    look: dict[str, Any] = {"align": "left", "baseline": "middle", "angle": 270, "y": -8}
    if not upright:
        look = {"align": "left" if starts else "center", "baseline": "bottom", "lineBreak": "\n",
                "lineHeight": 15, "y": -6 - 15 * (most - 1)}  # fmt: skip
    text = alt.Chart(alt.InlineData(values=words))
    text = text.mark_text(**look, fontSize=12, fontWeight=700, color=INK["ink"])
    return text.encode(x, alt.Text(field="head", type="nominal"))


def matrix(
    rows: pd.DataFrame,
    row: str,
    column: str,
    mark: str,
    shapes: dict[str, str],
    width: int = WIDE,
    rows_in: Sequence[str] = (),
    columns_in: Sequence[str] = (),
    words: str = "",
    step: int = 30,
) -> alt.LayerChart:
    """Return a mark per row of evidence in a table of `row` by `column`.

    `mark` names the column whose values choose among `shapes` (a word to an SVG path or a name of
    Vega's), with a key under the plot; `ink` may give a colour value, `words` a text beside it,
    for which the marks move to the left of their column where it needs the room.
    """
    names, heads = in_order(rows[row], rows_in), in_order(rows[column], columns_in)
    y, room, left, lines_of_row = row_names(names, width)
    zone = (width - room) / max(1, len(heads))
    x = alt.X(field="column", type="nominal", scale=alt.Scale(domain=heads), axis=None)
    scale = alt.Scale(domain=list(shapes), range=list(shapes.values()))
    key = alt.Legend(
        title=None, orient="bottom", direction="horizontal", symbolFillColor=INK["muted"],
        symbolStrokeColor=INK["muted"], symbolSize=90, offset=12, columns=2 if width < 500 else 0,
        labelLimit=300,
    )  # fmt: skip
    said = [wrap(str(text), zone - 30, 11) for text in (rows[words] if words else [""] * len(rows))]
    longest = max((text_width(line, 11) for lines in said for line in lines), default=0)
    left_by = min(max(0, longest + 15 - zone / 2), zone / 2 - 10)
    most = max((len(lines) for lines in said), default=1)
    drawn = rows.assign(
        row=rows[row].astype(str), column=rows[column].astype(str), mark=rows[mark],
        ink=rows["ink"] if "ink" in rows else INK["ink"],
        text=["\n".join(lines) for lines in said], up=[-6.5 * (len(lines) - 1) for lines in said],
    )  # fmt: skip
    shape = alt.Shape(field="mark", type="nominal", scale=scale, legend=key)
    aside = {"xOffset": -left_by}
    point = alt.Chart().mark_point(filled=True, size=130, opacity=1, strokeWidth=0, **aside)
    look: dict[str, Any] = {
        "fontSize": 11, "dx": 11, "align": "left", "lineBreak": "\n", "lineHeight": 13,
        "baseline": "middle", "dy": {"expr": "datum.up"}, **aside,
    }  # fmt: skip
    halo = alt.Chart().mark_text(**look, stroke=INK["bg"], strokeWidth=5, strokeOpacity=1)
    beside = alt.Chart().mark_text(**look, color=INK["muted"])
    told = alt.Text(field="text", type="nominal")
    line = alt.Chart().mark_rule(color=INK["grid"])
    marks = [
        left,
        _heads(heads, x, "column", zone),
        line.encode(y),
        point.encode(x, y, shape, inks(), link(), tooltip=tips(rows)),
        *([text.encode(x, y, told) for text in (halo, beside)] if words else []),
    ]
    columns = ("row", "column", "mark", "ink", "text", "up")
    height = max(step, 15 * lines_of_row + 8, 13 * most + 10) * max(1, len(names))
    return layered(marks, data(drawn, columns), width=width - room, height=height)
