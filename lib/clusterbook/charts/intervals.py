"""Estimates with their intervals, a row each; groups stand one under another within a row."""

from __future__ import annotations

import altair as alt
import pandas as pd

from .marks import at, data, inks, layered, row_names, shapes
from .theme import LIGHT as INK
from .theme import WIDE

TOKENS = ("ink", "social", "economic", "cultural", "environmental")
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")


def intervals(rows: pd.DataFrame, width: int = WIDE) -> alt.LayerChart:
    """Return each estimate as a mark with a rule from the low to the high end of its interval.

    Columns in: `row` (in words), `value`, `lower`, `upper`, optionally `group`: groups are told
    apart by shape and by colour, with a key under the plot.
    """
    group = rows["group"].astype(str) if "group" in rows else pd.Series("", rows.index)
    groups = list(dict.fromkeys(group))
    place = group.map(groups.index)
    drawn = rows.assign(
        group=group, ink=[INK[TOKENS[n % len(TOKENS)]] for n in place],
        off=(place - (len(groups) - 1) / 2) * 14,
    )  # fmt: skip
    y, room, left, lines = row_names(list(dict.fromkeys(rows["row"].astype(str))), width)
    x = alt.X(
        field="value", type="quantitative", axis=alt.Axis(title=None),
        scale=alt.Scale(domain=[rows["lower"].min(), rows["upper"].max()], nice=True),
    )  # fmt: skip
    paths = {name: SHAPES[n % len(SHAPES)] for n, name in enumerate(groups)}
    inked = [INK[TOKENS[n % len(TOKENS)]] for n in range(len(groups))]
    key = alt.Legend(
        title=None, orient="bottom", offset=12, symbolSize=90,
        symbolFillColor={"expr": f"{inked}[indexof({groups}, datum.value)]"},
        symbolStrokeWidth=0,
    )  # fmt: skip
    told = [
        alt.Tooltip(field=name, type="nominal" if name == "group" else "quantitative", format=form)
        for name, form in (("group", ""), ("value", ".2f"), ("lower", ".2f"), ("upper", ".2f"))
    ]
    aside = {"yOffset": {"expr": "datum.off"}}
    rule = alt.Chart().mark_rule(strokeWidth=2.4, **aside)
    point = alt.Chart().mark_point(filled=True, size=70, opacity=1, **aside)
    shape = shapes("group", paths, key if len(groups) > 1 else None)
    marks = [
        left,
        rule.encode(at(x, "lower"), alt.X2(field="upper"), y, inks(), tooltip=told),
        point.encode(x, y, inks(), shape, tooltip=told),
    ]
    seen = data(drawn, ("row", "value", "lower", "upper", "group", "ink", "off"))
    height = max(15 * lines + 10, 14 * len(groups) + 16) * rows["row"].nunique()
    return layered(marks, seen, width=width - room, height=height)
