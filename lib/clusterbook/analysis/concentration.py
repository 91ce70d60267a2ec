"""Concentration and diversity of a whole over its parts (income by source, tenants by trade).

Every figure depends on how the parts were grouped: report `n`, the number of groups, with it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import entr

Floats = NDArray[np.float64]


def shares(amounts: Sequence[float] | pd.Series[float]) -> Floats:
    """Return the amounts as shares of their sum.

    Raises ValueError where an amount is missing or negative, or all are 0.
    """
    array = np.asarray(amounts, dtype=np.float64)
    if not (np.isfinite(array) & (array >= 0)).all():
        wrong = array[~(np.isfinite(array) & (array >= 0))][0]
        raise ValueError(f"Amounts must be numbers of 0 or more, none missing; got {wrong}.")
    if array.sum() == 0:
        raise ValueError("There is no amount above 0, so there are no shares.")
    return np.asarray(array / array.sum())


def herfindahl(amounts: Sequence[float] | pd.Series[float]) -> float:
    """Return H, the sum of squared shares: 1/n (even) to 1 (all in one group)."""
    return float((shares(amounts) ** 2).sum())


def normalised_diversity(amounts: Sequence[float] | pd.Series[float]) -> float:
    """Return D = (1 - H) / (1 - 1/n): 0 (all in one group) to 1 (even).

    n counts all groups given, empty ones too. Missing (NaN) for a single group.
    """
    groups = len(amounts)
    return (1 - herfindahl(amounts)) / (1 - 1 / groups) if groups > 1 else float("nan")


def shannon(amounts: Sequence[float] | pd.Series[float]) -> float:
    """Return Shannon's entropy, -sum(p ln p), in nats (Shannon 1948)."""
    return float(entr(shares(amounts)).sum())


def evenness(amounts: Sequence[float] | pd.Series[float]) -> float:
    """Return J = Shannon's entropy / ln n (Pielou 1966): 0 to 1 (even).

    n counts all groups given, empty ones too. Missing (NaN) for a single group.
    """
    groups = len(amounts)
    return shannon(amounts) / float(np.log(groups)) if groups > 1 else float("nan")


def hill_number(amounts: Sequence[float] | pd.Series[float], order: int) -> float:
    """Return N of the order 0, 1 or 2 (Hill 1973): how many equal groups would be as diverse.

    N0 is the number of groups that are not empty, N1 = exp(Shannon), N2 = 1 / H.
    """
    if order == 0:
        return float((shares(amounts) > 0).sum())
    if order == 1:
        return float(np.exp(shannon(amounts)))
    if order == 2:
        return 1 / herfindahl(amounts)
    raise ValueError(f"Hill numbers are given for the orders 0, 1 and 2; got {order}.")


def concentration_table(
    rows: pd.DataFrame, amount: str, by: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return all measures of the column `amount`, one row for each value of the columns `by`.

    Columns in: `amount` (one row a group of the whole) and `by` (for example the year).
    Columns out: those of `by`, n (groups given), total (sum of the amounts: shares that do not
    add up to a whole show here), H, D, shannon, evenness, N1, N2.
    Raises ValueError as `shares` does.
    """

    def measures(amounts: pd.Series[float]) -> dict[str, float]:
        return {
            "n": len(amounts),
            "total": float(amounts.sum()),
            "H": herfindahl(amounts),
            "D": normalised_diversity(amounts),
            "shannon": shannon(amounts),
            "evenness": evenness(amounts),
            "N1": hill_number(amounts, 1),
            "N2": hill_number(amounts, 2),
        }

    if not by:
        return pd.DataFrame([measures(rows[amount])])
    return pd.DataFrame(
        [
            {**dict(zip(by, key, strict=True)), **measures(part[amount])}
            for key, part in rows.groupby(list(by), dropna=False, sort=True)
        ]
    )
