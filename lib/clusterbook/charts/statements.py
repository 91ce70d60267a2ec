"""What several sources say of one quantity: a line a statement, its range, grade and hedge."""

from __future__ import annotations

import altair as alt
import pandas as pd

from .labels import text_width
from .marks import (
    agreeing,
    at,
    data,
    discs,
    ends,
    head_of,
    inks,
    labels,
    layered,
    numbers,
    ranges,
    row_names,
)
from .theme import LIGHT as INK
from .theme import WIDE

LINE = 30
"""Pixels that a statement takes."""


def statements(
    rows: pd.DataFrame,
    row: str = "cite",
    token: str = "economic",
    width: int = WIDE,
    title: str = "",
    key: bool | pd.Series = True,
) -> alt.LayerChart:
    """Return one line per statement: who says it at the left, the value with its range beside it.

    Columns in: those of `tidy`; `row` names the column with the words at the left. Statements keep
    the order of their rows; the scale begins at 0. `key` shows the key of the rows' grades, or of
    those given.
    """
    named = rows[row].astype(str)
    twice = named.groupby(named).cumcount()
    names = named.where(twice == 0, named + " (" + (twice + 1).astype(str) + ")")
    drawn = agreeing(rows).assign(
        row=names, mid=(rows["low"] + rows["high"]) / 2, words=rows["value_words"],
        ink=INK[token],
    )  # fmt: skip
    drawn["low"], drawn["high"] = ends(drawn)
    y, room, left, lines = row_names(list(names), width)
    high = float(drawn["high"].max())
    words = max((text_width(text, 12, True) for text in rows["value_words"]), default=0)
    plot = width - room
    most = high * plot / max(plot - words - 24, plot * 0.4) or 1.0
    x = alt.X(
        field="mid", type="quantitative", scale=alt.Scale(domain=[0, most], nice=False),
        axis=alt.Axis(title=None, tickCount=3, orient="top", **numbers(high, 1e5)),
    )  # fmt: skip
    ink = inks()
    marks = [
        left,
        ranges(at(x, "low"), y, alt.X2(field="high"), ink),
        *discs(drawn, x, y, ink, key=key),
        *labels(x, y, ink, second=False),
    ]
    columns = ("row", "low", "high", "mid", "grade", "qualifier", "ink", "words")
    tall = max(LINE, 15 * lines + 10) * len(rows)
    chart = layered(marks, data(drawn, columns), width=plot, height=tall)
    if title:
        chart.title = head_of(title, plot)
    return chart
