"""Series of observations: comparable values, voices, disagreement, change between two dates."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from clusterbook.evidence.plain import records
from clusterbook.evidence.tables import value_words
from clusterbook.evidence.units import UnitError, factor, unit_words


def main_unit(rows: pd.DataFrame) -> str:
    """Return the unit that most rows are reported in (the first of these where several are)."""
    return str(rows["unit"].mode(dropna=True).iloc[0]) if len(rows) else ""


def in_unit(rows: pd.DataFrame, unit: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows that can be put in `unit`, converted, and the rows that cannot.

    Converted rows have `low`, `high`, `mid`, `value_words` and `amount` in `unit`; `value` and
    `unit` keep what was reported.
    """
    if (rows["unit"] == unit).all():
        return rows.copy(), rows.iloc[:0]
    factors: list[float] = []
    for reported in rows["unit"]:
        try:
            factors.append(factor(reported, unit))
        except UnitError:
            factors.append(float("nan"))
    times = np.array(factors, dtype=float)
    known = ~np.isnan(times)
    fits, other = rows[known].copy(), rows[~known]
    for column in ("low", "high", "mid"):
        fits[column] = fits[column].to_numpy() * times[known]
    said, amounts = fits["value_words"].tolist(), fits["amount"].tolist()
    for place, row in enumerate(records(fits[["unit", "low", "high", "qualifier"]])):
        if row["unit"] != unit:
            low, high = (float(f"{row[side]:.3g}") for side in ("low", "high"))
            said[place] = value_words(low, high, row["qualifier"], unit)
            amounts[place] = f"{said[place]} {unit_words(unit)} (reported: {amounts[place]})"
    fits["value_words"] = pd.Series(said, index=fits.index, dtype=object)
    fits["amount"] = pd.Series(amounts, index=fits.index, dtype=object)
    return fits, other


def inside(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows about the cluster itself: not context, that is, not another place."""
    return rows[rows["dimension"] != "context"]


def dated(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that can be placed on an axis of years, in order."""
    when, row = (rows[column].to_numpy(dtype=float) for column in ("when", "row"))
    placed = np.flatnonzero(~np.isnan(when))
    order = np.lexsort((row[placed], when[placed]))  # as sort_values, in a tenth of the time
    return rows.iloc[placed[order]]


def undated(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose date is a decade, a century or not given."""
    return rows[rows["when"].isna()]


def first_and_last(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series] | None:
    """Return the first and the last dated row; None unless two different years are there.

    Of several rows of one year the one with the best grade stands for it, then the first in file.
    """
    placed = dated(rows)
    if placed.empty:
        return None
    years = placed["when"] // 1
    first = placed[years == years.min()].sort_values(["grade", "row"], kind="stable").iloc[0]
    last = placed[years == years.max()].sort_values(["grade", "row"], kind="stable").iloc[0]
    return None if years.min() == years.max() else (first, last)


def longest_gap(rows: pd.DataFrame, at_least: int = 4) -> tuple[int, int] | None:
    """Return the first and last year of the longest run without a dated row, if long enough."""
    years = sorted({int(when) for when in rows["when"].dropna()})
    gaps = [(b - a - 1, a + 1, b - 1) for a, b in pairwise(years)]
    if not gaps:
        return None
    length, start, end = max(gaps, key=lambda gap: (gap[0], -gap[1]))
    return (start, end) if length >= at_least else None


def direction(first: pd.Series, last: pd.Series) -> str:
    """Return "rose", "fell" or "unclear": ranges that touch decide nothing."""
    if last["low"] > first["high"]:
        return "rose"
    return "fell" if last["high"] < first["low"] else "unclear"


def hedged_direction(first: pd.Series, last: pd.Series) -> str:
    """Return the direction if the hedges allow it: "over 600" may be any number above 600.

    "about" is taken at its word. "unclear" where the spans that the hedges leave open touch.
    """
    (low, high), (low_to, high_to) = _open_span(first), _open_span(last)
    if low_to > high:
        return "rose"
    return "fell" if high_to < low else "unclear"


def _open_span(row: pd.Series) -> tuple[float, float]:
    above, below = ("over", "at_least"), ("under", "nearly", "up_to")
    low = float("-inf") if row["qualifier"] in below else float(row["low"])
    return low, float("inf") if row["qualifier"] in above else float(row["high"])


def latest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the dated rows of the latest year that has one."""
    placed = dated(rows)
    if placed.empty:
        return placed
    years = placed["when"] // 1
    return placed[years == years.max()]
