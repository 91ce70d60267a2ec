"""Checks of a chapter's parameters, so that a wrong one is an error that says what would be right.

`cluster` is checked where its evidence is opened (`open_case`). Papermill passes what it can read
as a number as a number and the rest as text, so a year that arrives as text is an error here.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from .case import Case

FIRST_YEAR, LAST_YEAR = 1000, 2999
PRICE_BASE_YEAR = 2020
"""The year of whose prices the chapters speak if they are not told another."""


class ParameterError(ValueError):
    """A chapter's parameter cannot be used; the message names it and says what would be right."""


def check_years(start: object, end: object) -> None:
    """Raise `ParameterError` unless `start` and `end` are years, the first before the second.

    Each may be None: then the evidence itself sets that end.
    """
    for name, value in (("start", start), ("end", end)):
        if value is not None:
            _check_year(name, value, "a year such as 1990, or None for all years with evidence")
    if isinstance(start, int) and isinstance(end, int) and start >= end:
        same = "the same year as" if start == end else "after"
        raise ParameterError(
            f"start: {start} is {same} end ({end}); start must be a year before end, "
            f"as in start = {min(start, end)}, end = {max(start, end) + (start == end)}"
        )


def check_base_year(price_base_year: object, case: Case) -> None:
    """Raise `ParameterError` unless the country's price index has the year of real prices.

    The index covers the year before the first change in `cpi.csv` up to the last. Where the
    country has no index any year passes, and the chapters' own always: real prices are then a gap.
    """
    right = "a year such as 2020"
    years = [int(year) for year in case.cpi["year"]]
    if years:
        right = f"a year from {min(years) - 1} to {max(years)}, which the price index covers"
    _check_year("price_base_year", price_base_year, right)
    covered = range(min(years) - 1, max(years) + 1) if years else ()
    if years and price_base_year not in (*covered, PRICE_BASE_YEAR):
        raise ParameterError(
            f"price_base_year: there is no price index for {price_base_year}; write {right}"
        )


def within(rows: pd.DataFrame, start: int | None, end: int | None) -> pd.DataFrame:
    """Return the rows whose date touches the years `start` to `end`, both included.

    Columns in: start, end (decimal years, the end excluded, as every dated row carries). An undated
    row is in the result only where neither end is set: nothing says that it lies between them.
    """
    keep = pd.Series(True, index=rows.index)
    if start is not None:
        keep &= rows["end"] > start
    if end is not None:
        keep &= rows["start"] < end + 1
    return rows[keep]


def _check_year(name: str, value: Any, right: str) -> None:
    if isinstance(value, str):
        shown = repr(value if len(value) <= 40 else f"{value[:40]}…")
        bare = value.strip().isdecimal()
        raise ParameterError(
            f"{name}: {shown} is text, not a year; "
            + (f"write {value.strip()[:4]} without quotes" if bare else f"write {right}")
        )
    if isinstance(value, bool) or not isinstance(value, int):
        raise ParameterError(f"{name}: {value!r} is no whole year; write {right}")
    if not FIRST_YEAR <= value <= LAST_YEAR:
        raise ParameterError(f"{name}: {value} is no year of four digits; write {right}")
