"""What several sources say of one quantity, a line a statement; and rows of many quantities."""

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
from .over_time import LEFT, panels
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


def further(rows: pd.DataFrame, token: str, width: int = WIDE) -> alt.VConcatChart:
    """Return the groups of `analysis.on_record` that have a form, each by its own, in its order.

    Columns in: those of `on_record`. Each group has its own scale from 0; one key of grades, under
    the last, serves all.
    """
    dated = rows[rows["form"] == "over time"]
    beside = list(rows[rows["form"] == "beside"].groupby("head", sort=False))
    room = {head: row_names(list(part["named"]), width)[1] for head, part in beside}
    most = max(room.values(), default=LEFT)  # plots of one column begin at one line
    wide = width - most + LEFT
    drawn = [panels(dated, "head", token, wide, key=not beside)] if len(dated) else []
    drawn += [
        statements(
            part, "named", token, width - most + room[head], title=str(head),
            key=rows["grade"] if place == len(beside) else False,
        )
        for place, (head, part) in enumerate(beside, 1)
    ]  # fmt: skip
    return alt.vconcat(*drawn, spacing=22)
