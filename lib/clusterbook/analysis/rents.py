"""Two-tier rents: what founding (protected) tenants pay, what others pay, and what is unknown.

Rents are per square metre and day, areas in square metres, a year is 365 days. For ranges, call
the functions through `on_ranges(discount, protected, market)` of `clusterbook.analysis.prices`:
all of them only rise or only fall in each argument. Tables give ranges as two columns that end
with `_lower` and `_upper`, equal where nothing was a range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterbook.analysis import series
from clusterbook.analysis.prices import Interval, as_interval
from clusterbook.analysis.voices import disagree
from clusterbook.evidence import Case
from clusterbook.evidence.case import per_case
from clusterbook.evidence.plain import by_index
from clusterbook.evidence.tables import value_words
from clusterbook.evidence.units import TIME_IN_DAYS

Floats = NDArray[np.float64]
DAYS = TIME_IN_DAYS["year"]


def per_area(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Return rents per area and time in the unit most of them have, the other rents, the unit.

    Columns in: those of an observation. Rents in another currency are the others; those of another
    place (dimension context) are in neither. The unit is "" where there is no such rent.
    """
    inside = series.inside(rows)
    unit = series.main_unit(inside[inside["unit"].str.count("/") == 2])
    if not unit:
        return inside.iloc[:0], inside, ""
    fits, other = series.in_unit(inside, unit)
    return fits, other, unit


HEAD_LEASE = "head_lease"
"""What the segment of a rent holds that an operator pays its landlord."""


@per_case
def of_case(case: Case) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Return `per_area` of the rents observed in a cluster.

    What an operator pays its landlord for the whole is no rent of tenants, and stands with those of
    whole premises.
    """
    rows = case.series("rent")
    head = rows["segment"].str.contains(HEAD_LEASE)
    kept, other, unit = per_area(rows[~head])
    premises = series.inside(case.series("rent_premises"))
    return kept, pd.concat([other, premises, rows[head]]), unit


@dataclass(frozen=True)
class YearRents:
    """The rents of one year: one row that stands for it, or the span of tiers far apart."""

    rows: pd.DataFrame
    low: float
    high: float
    words: str
    date_words: str
    tiers: bool


def year_rents(rows: pd.DataFrame) -> YearRents:
    """Return what stands for rents of one year: the best-graded row, or, where ranges do not even
    touch, the span of all of them, hedged with "about" if one of them is.
    """
    told = by_index(rows)
    label = min(told, key=lambda label: (told[label]["grade"], told[label]["row"]))
    best = told[label]
    if not disagree(rows):
        one = rows.loc[[label]]
        words, when = str(best["value_words"]), str(best["date_words"])
        return YearRents(one, float(best["low"]), float(best["high"]), words, when, False)
    low, high = float(rows["low"].min()), float(rows["high"].max())
    hedge = "about" if (rows["qualifier"] == "about").any() else "exact"
    words = f"{value_words(low, high, hedge)} (by tier)"
    when = str(int(best["when"]))
    return YearRents(rows, low, high, words, when, True)


def first_and_last_year(rows: pd.DataFrame) -> tuple[YearRents, YearRents] | None:
    """Return the rents of the first and of the last dated year; None unless there are two."""
    placed = series.dated(rows)
    years = placed["when"] // 1
    if years.nunique() < 2:
        return None
    first, last = placed[years == years.min()], placed[years == years.max()]
    return year_rents(first), year_rents(last)


def moved(first: YearRents, last: YearRents) -> str:
    """Return "rose", "fell" or "unclear": spans that touch decide nothing."""
    if last.low > first.high:
        return "rose"
    return "fell" if last.high < first.low else "unclear"


def discount(protected: float, market: float) -> float:
    """Return d = 1 - protected / market rent. Raises ValueError unless market is above 0."""
    if market <= 0:
        raise ValueError(f"The market rent must be above 0; got {market}.")
    return 1 - protected / market


def mean_rent(share: float, protected: float, market: float) -> float:
    """Return the mean rent, `share` of the let area at the protected rent, the rest at market."""
    _check_shares("share", [share])
    return share * protected + (1 - share) * market


def implied_subsidy(protected: float, market: float, area: float) -> float:
    """Return the rent forgone per year on `area` let at the protected rent, in currency."""
    return (market - protected) * area * DAYS


def _check_shares(name: str, values: Sequence[float], below_one: bool = False) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    right = (array >= 0) & ((array < 1) if below_one else (array <= 1))
    if not right.all():
        limit = "from 0 to below 1" if below_one else "from 0 to 1"
        raise ValueError(f"A {name} must be a number {limit}; got {array[~right][0]}.")
    return array


def feasible_rents(
    mean: float | Interval, shares: Sequence[float], discounts: Sequence[float]
) -> pd.DataFrame:
    """Return the pairs of rents that a published mean allows.

    A mean alone fixes neither the share of protected space nor the two rents: each share s
    (from 0 to 1) and discount d (from 0 to below 1) gives market = mean / (1 - s d) and
    protected = (1 - d) market. Columns out, one row a pair of s and d: share, discount,
    protected_lower, protected_upper, market_lower, market_upper (in the unit of `mean`).
    """
    bounds = as_interval(mean)
    if bounds.lo <= 0:
        raise ValueError(f"The mean rent must be above 0; got {bounds.lo}.")
    share, cut = (
        grid.ravel()
        for grid in np.meshgrid(
            _check_shares("share", shares),
            _check_shares("discount", discounts, below_one=True),
            indexing="ij",
        )
    )
    per_mean = 1 / (1 - share * cut)
    return pd.DataFrame(
        {
            "share": share,
            "discount": cut,
            "protected_lower": bounds.lo * per_mean * (1 - cut),
            "protected_upper": bounds.hi * per_mean * (1 - cut),
            "market_lower": bounds.lo * per_mean,
            "market_upper": bounds.hi * per_mean,
        }
    )


def income_scenarios(
    market: float | Interval,
    floor_area: float | Interval,
    *,
    shares: Sequence[float],
    discounts: Sequence[float],
    occupancies: Sequence[float] = (1.0,),
) -> pd.DataFrame:
    """Return the yearly income from rent for each combination of the reader's assumptions.

    `market` rent per m2 and day; `floor_area` lettable, m2; shares of the let area held by
    founding tenants; their discounts on the market rent; shares of the area that is let (the
    same in both tiers). Columns out: share, discount, occupancy, mean_rent_lower/_upper (per m2
    and day of let area), income_lower/_upper and forgone_lower/_upper (per year; forgone:
    what the discount costs against letting the same area at the market rent).
    """
    rent, area = as_interval(market), as_interval(floor_area)
    for name, bounds in (("market rent", rent), ("floor area", area)):
        if bounds.lo < 0:
            raise ValueError(f"The {name} must be 0 or more; got {bounds.lo}.")
    share, cut, let = (
        grid.ravel()
        for grid in np.meshgrid(
            _check_shares("share", shares),
            _check_shares("discount", discounts),
            _check_shares("occupancy", occupancies),
            indexing="ij",
        )
    )
    paid = 1 - share * cut
    low, high = rent.lo * area.lo * DAYS, rent.hi * area.hi * DAYS
    return pd.DataFrame(
        {
            "share": share,
            "discount": cut,
            "occupancy": let,
            "mean_rent_lower": rent.lo * paid,
            "mean_rent_upper": rent.hi * paid,
            "income_lower": low * let * paid,
            "income_upper": high * let * paid,
            "forgone_lower": low * let * (1 - paid),
            "forgone_upper": high * let * (1 - paid),
        }
    )


def _yearly(multiple: Floats, years: Floats) -> Floats:
    """Return compound growth per year, missing where no time passed."""
    safe = np.where(years > 0, years, np.nan)
    return np.asarray(multiple ** (1 / safe) - 1)


def growth_between(
    rows: pd.DataFrame, *, dates: Literal["middle", "range"] = "middle"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the growth between any two dated rows, as ranges, and the rows that cannot grow.

    Columns in: `start`, `end`, `when` (decimal years: earliest, latest, middle), `low`, `high`
    (all rows in one unit, see `series.in_unit`), and `qualifier` if there is one. A hedge such
    as "over" is no bound: it is handed on, not computed with. Pairs run from the earlier to the
    later `when`; two rows of the same `when` are no pair.

    Columns out: from, to (labels of the rows), years (between the middles), years_lower,
    years_upper (negative where the dates overlap), multiple_lower, multiple_upper (later value
    / earlier value), cagr_lower, cagr_upper (a share per year), qualifier_from, qualifier_to
    (if given). Growth per year takes the middles of the dates or, with `dates="range"`, every
    time that the dates allow: missing where that may be none.

    The second table holds the rows without a closed date or a value above 0, in no pair.
    Raises ValueError naming a row whose range is reversed.
    """
    reversed_range = (rows["high"] < rows["low"]).to_numpy()
    if reversed_range.any():
        raise ValueError(f"The range in row {rows.index[reversed_range][0]} is reversed.")
    numbers = rows[["start", "end", "when", "low", "high"]].to_numpy(np.float64)
    usable = np.isfinite(numbers).all(axis=1) & (rows["low"].to_numpy(np.float64) > 0)
    used, left_out = rows[usable], rows[~usable]
    start, end, when, low, high = numbers[usable].T

    order = np.argsort(when, kind="stable")
    early, late = (order[position] for position in np.triu_indices(len(order), k=1))
    later = when[late] - when[early] > 1e-9
    early, late = early[later], late[later]

    years = when[late] - when[early]
    shortest, longest = start[late] - end[early], end[late] - start[early]
    multiple_lower, multiple_upper = low[late] / high[early], high[late] / low[early]
    brief, extended = (shortest, longest) if dates == "range" else (years, years)
    # Growth per year is steepest over the shortest time, and so is decline.
    table = pd.DataFrame(
        {
            "from": used.index[early],
            "to": used.index[late],
            "years": years,
            "years_lower": shortest,
            "years_upper": longest,
            "multiple_lower": multiple_lower,
            "multiple_upper": multiple_upper,
            "cagr_lower": _yearly(multiple_lower, np.where(multiple_lower >= 1, extended, brief)),
            "cagr_upper": _yearly(multiple_upper, np.where(multiple_upper >= 1, brief, extended)),
        }
    )
    if "qualifier" in rows:
        table["qualifier_from"] = used["qualifier"].to_numpy()[early]
        table["qualifier_to"] = used["qualifier"].to_numpy()[late]
    return table, left_out


def tier_pairs(rows: pd.DataFrame) -> pd.DataFrame:
    """Return each pair of named tiers with a rent in the same year, lower rent first.

    Columns in: segment, when, low, high (one unit). Columns out: year, protected, market (labels
    of the rows), discount_lower, discount_upper (shares of the higher rent), gap_lower, gap_upper
    (higher less lower rent, per area and day as the rows). Tiers whose ranges touch are no pair:
    their order is not known. By year, then by the widest discount.
    """
    named = series.dated(rows[rows["segment"] != ""])
    found = []
    for year, part in named.groupby(named["when"] // 1):
        told = by_index(part)
        for one, low in told.items():
            for two, high in told.items():
                if low["segment"] != high["segment"] and low["high"] < high["low"]:
                    found.append(
                        {
                            "year": int(year), "protected": one, "market": two,
                            "discount_lower": discount(low["high"], high["low"]),
                            "discount_upper": discount(low["low"], high["high"]),
                            "gap_lower": high["low"] - low["high"],
                            "gap_upper": high["high"] - low["low"],
                        }
                    )  # fmt: skip
    columns = [
        "year", "protected", "market", "discount_lower", "discount_upper", "gap_lower", "gap_upper",
    ]  # fmt: skip
    table = pd.DataFrame(found, columns=columns)
    return table.sort_values(
        ["year", "discount_upper"], ascending=[True, False], kind="stable", ignore_index=True
    )
