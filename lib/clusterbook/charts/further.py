"""Rows of many kinds by the forms that fit them: over time where dated, else side by side."""

from __future__ import annotations

import altair as alt
import pandas as pd

from .over_time import panels
from .statements import statements
from .theme import WIDE


def further(rows: pd.DataFrame, token: str, width: int = WIDE) -> alt.VConcatChart:
    """Return the groups of `analysis.on_record` that have a form, each by its own, in its order.

    Columns in: those of `on_record`. Each group has its own scale from 0.
    """
    dated = rows[rows["form"] == "over time"]
    beside = rows[rows["form"] == "beside"]
    drawn = [panels(dated, "head", token, width)] if len(dated) else []
    drawn += [
        statements(part, "named", token, width, title=str(head), key=False)
        for head, part in beside.groupby("head", sort=False)
    ]
    return alt.vconcat(*drawn, spacing=22)
