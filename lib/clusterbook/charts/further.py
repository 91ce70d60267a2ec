"""Rows of many kinds by the forms that fit them: over time where dated, else side by side."""

from __future__ import annotations

import altair as alt
import pandas as pd

from .marks import row_names
from .over_time import LEFT, panels
from .statements import statements
from .theme import WIDE


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
