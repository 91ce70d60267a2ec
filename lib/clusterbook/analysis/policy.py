"""A city's policies in lanes: what was ruled and done, by field of policy, over time."""

from __future__ import annotations

import pandas as pd

from clusterbook.evidence.parameters import within
from clusterbook.evidence.vocabulary import LANE

from .events import once


def in_lanes(events: pd.DataFrame, start: int | None, end: int | None) -> pd.DataFrame:
    """Return the dated events that have a lane, each once, within the years, in order of time.

    Columns in: those of events; columns out: the same and those of `once`.
    """
    rows = once(events)
    rows = rows[rows["lane"].isin(LANE) & rows["when"].notna()]
    return within(rows, start, end).sort_values(["start", "row"], kind="stable")
