"""Series of observations: comparable values, voices, disagreement, change between two dates."""

from __future__ import annotations

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
