"""Shares of answers on a scale: bars that lean from the middle answer, a row a question.

After Robbins and Heiberger (2011), Plotting Likert and other rating scales.
"""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from .marks import at, data, inks, layered, row_names
from .theme import LIGHT as INK
from .theme import WIDE


def answer_shares(rows: pd.DataFrame, width: int = WIDE) -> alt.LayerChart:
    """Return a bar per question, its answers from the lowest to the highest, the middle at nought.

    Columns in: `row` (the question in words), `answer` (a number), `share` of the question's
    answers. Answers above the middle of the scale stand to the right in colour, those below it to
    the left in grey, the middle one half and half.
    """
    drawn = rows.sort_values("answer", kind="stable")
    away = drawn["answer"] - (drawn["answer"].min() + drawn["answer"].max()) / 2
    left = drawn["share"].where(away < 0, drawn["share"].where(away == 0, 0) / 2)
    to = drawn.groupby("row")["share"].cumsum() - left.groupby(drawn["row"]).transform("sum")
    drawn = drawn.assign(
        x=to - drawn["share"], x2=to, amount=drawn["share"].map("{:.0%}".format),
        ink=np.select([away > 0, away == 0], [INK["social"], INK["grid"]], INK["muted"]),
        strength=np.where(away == 0, 1, 0.35 + 0.65 * away.abs() / (away.abs().max() or 1)),
    )  # fmt: skip
    y, room, left_of, lines = row_names(list(dict.fromkeys(rows["row"])), width)
    x = alt.X(
        field="x", type="quantitative",
        scale=alt.Scale(domain=[drawn["x"].min(), drawn["x2"].max()], nice=True),
        axis=alt.Axis(title=None, labelExpr="format(abs(datum.value), '.0%')", tickCount=5),
    )  # fmt: skip
    told = [
        alt.Tooltip(field="answer", type="quantitative"),
        alt.Tooltip(field="amount", type="nominal", title="share"),
    ]
    bars = alt.Chart().mark_bar(height=15, opacity=1)
    strength = alt.Opacity(field="strength", type="quantitative", scale=None)
    middle = alt.Chart(alt.InlineData(values=[{"x": 0}])).mark_rule(color=INK["ink"])
    marks = [
        left_of,
        bars.encode(x, alt.X2(field="x2"), y, inks(), strength, tooltip=told),
        middle.encode(at(x, "x")),
    ]
    seen = data(drawn, ("x", "x2", "row", "ink", "strength", "answer", "amount"))
    height = max(28, 15 * lines + 10) * rows["row"].nunique()
    return layered(marks, seen, width=width - room, height=height)
