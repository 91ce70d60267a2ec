"""Areas, lengths and counts that several sources give for the same thing, put side by side."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from clusterbook.analysis import series
from clusterbook.evidence.case import Case, per_case
from clusterbook.evidence.units import factor

SAME = 0.02
"""Two figures no further apart than this share are the same but for rounding."""


def statements(rows: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Return the rows of the cluster as a whole in `unit`, oldest first, undated ones last.

    Columns are those of `series.in_unit`; rows whose unit measures something else are left out.
    """
    whole = rows[rows["segment"] == ""]
    fits, _ = series.in_unit(whole, unit)
    return fits.sort_values(["when", "grade", "row"], kind="stable", na_position="last")


@per_case
def of_case(case: Case, indicator: str, unit: str) -> pd.DataFrame:
    """Return what is stated of an indicator of a cluster itself, in `unit` (see `statements`)."""
    return statements(series.inside(case.series(indicator)), unit)


def spread(rows: pd.DataFrame) -> float:
    """Return by what share the highest value is above the lowest (0 for one value or none).

    Ranges count from their low to their high end.
    """
    if rows.empty or rows["low"].min() <= 0:
        return 0.0
    return float(rows["high"].max() / rows["low"].min() - 1)


def same_twice(rows: pd.DataFrame) -> list[tuple[pd.Series, pd.Series]]:
    """Return pairs of rows of one source that give one thing in two units and mean the same.

    The values, converted, differ by no more than `SAME`.
    """
    pairs = []
    for _, part in rows.groupby(["source", "indicator", "segment", "date"], sort=False):
        for one, two in combinations(part.index, 2):
            a, b = rows.loc[one], rows.loc[two]
            if a["unit"] != b["unit"] and abs(a["mid"] / b["mid"] - 1) <= SAME:
                pairs.append((a, b))
    return pairs


def in_words(row: pd.Series, unit: str) -> str:
    """Return how a reported unit was converted: "1 mu is 666.67 m²"."""
    times = factor(row["unit"], unit)
    return f"{times:,.2f}".rstrip("0").rstrip(".")
