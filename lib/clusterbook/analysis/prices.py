"""Prices over time: real values, growth, ranges.

A price index is a table `year` (whole), `index`. Rents and prices in one year are brought to
the prices of a base year; the base year belongs in the unit ("2020 CNY"). Units are converted by
`clusterbook.evidence.units.factor` (a month is 365/12 days, a year 365).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from clusterbook.evidence import Case
from clusterbook.evidence.parameters import check_base_year
from clusterbook.evidence.plain import records
from clusterbook.evidence.quantity import Quantity

from .tidy import valued


class YearOutsideIndexError(ValueError):
    """A year for which the price index has no value."""


def chain_index(changes: pd.DataFrame) -> pd.DataFrame:
    """Chain yearly changes of prices to an index.

    Columns in: `year` and `cpi_change_percent`, the change on the year before (2.1; China publishes
    102.1). Columns out: year, index; it begins with 100 in the year before the first change. Raises
    ValueError where a year is missing or comes twice, or a change is not a number above -100
    percent.
    """
    table = changes.sort_values("year")
    years = table["year"].to_numpy(dtype=np.int64)
    if len(years) == 0:
        raise ValueError("The table of price changes is empty.")
    steps = np.diff(years)
    if (steps != 1).any():
        before = int(years[:-1][steps != 1][0])
        problem = f"{before} comes twice" if 0 in steps else f"{before + 1} is missing"
        raise ValueError(f"Prices are chained year by year, but {problem}.")
    links = 1 + table["cpi_change_percent"].to_numpy(dtype=np.float64) / 100
    if not (np.isfinite(links) & (links > 0)).all():
        wrong = years[~(np.isfinite(links) & (links > 0))][0]
        raise ValueError(f"The change of prices in {wrong} is missing or not above -100 percent.")
    index = 100 * np.concatenate(([1.0], np.cumprod(links)))
    return pd.DataFrame({"year": np.concatenate(([years[0] - 1], years)), "index": index})


def real_rows(rows: pd.DataFrame, base_year: int, index: pd.DataFrame) -> pd.DataFrame:
    """Return the rows for whose years an index is known, at the prices of `base_year`.

    Columns in: low, high, start, end (decimal years, the end excluded). A row dated to several
    years takes the lowest and the highest factor of them, so its range widens. Raises
    YearOutsideIndexError for a base year without an index.
    """
    by_year = dict(zip(index["year"].tolist(), index["index"].tolist(), strict=True))
    if base_year not in by_year:
        raise YearOutsideIndexError(
            f"There is no price index for {base_year}: the index covers {min(by_year)} to "
            f"{max(by_year)}."
        )
    base = by_year[base_year]
    spans = [
        _factors(base, by_year, start, end)
        for start, end in zip(rows["start"].tolist(), rows["end"].tolist(), strict=True)
    ]
    out = rows[np.array(list(map(bool, spans)), dtype=bool)].copy()
    out["low"] = out["low"] * [min(span) for span in spans if span]
    out["high"] = out["high"] * [max(span) for span in spans if span]
    out["mid"] = (out["low"] + out["high"]) / 2
    return out


def _factors(base: float, by_year: dict[int, float], start: float, end: float) -> list[float]:
    """Return a factor per year of a span; none where the index lacks one of its years."""
    if not (math.isfinite(start) and math.isfinite(end)):
        return []
    found = [by_year.get(y) for y in range(int(start), max(int(start) + 1, math.ceil(end)))]
    known = [value for value in found if value is not None and not math.isnan(value)]
    return [base / value for value in known] if len(known) == len(found) else []


def cagr(first: float, last: float, years: float) -> float:
    """Return compound annual growth, (last / first)^(1 / years) - 1, as a share.

    `years` is decimal, from the dates. Raises ValueError unless all three are above 0.
    """
    if not (first > 0 and last > 0 and years > 0):
        raise ValueError(
            f"Compound growth needs two values above 0 and a time above 0; "
            f"got {first} and {last} over {years} years."
        )
    return float((last / first) ** (1 / years) - 1)


def price_index(case: Case, base_year: int) -> pd.DataFrame:
    """Return the consumer prices of a cluster's country, chained: year, index.

    Empty where there are none, or none of the base year that chapters have of themselves. Raises
    `ParameterError` for another base year that is not covered.
    """
    check_base_year(base_year, case)
    index = chain_index(case.cpi) if len(case.cpi) else pd.DataFrame({"year": [], "index": []})
    return index if base_year in index["year"].tolist() else index.iloc[:0]


def in_prices_of(rows: pd.DataFrame, index: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """Return tidy rows at the prices of a base year, their `q` with the range of its years.

    Columns in: those of `analysis.tidy.tidy`; `index` is a table year, index. Rows of years without
    an index are left out; the value as reported stays in `reported`. Raises `ValueError` for a base
    year that the index lacks, naming those that it has.
    """
    if index.empty or rows.empty:
        return rows.assign(reported=rows["q"]).iloc[:0]
    real = real_rows(rows, base_year, index)
    how = f"reported value × prices of {base_year} / prices of its own year"
    made = [
        Quantity(low, high, (row,), how, q.hedge, q.unit, digits=2)
        for low, high, row, q in zip(
            real["low"], real["high"], records(real), real["q"], strict=True
        )
    ]
    return valued(real, made, rows.attrs.get("unit", ""))
