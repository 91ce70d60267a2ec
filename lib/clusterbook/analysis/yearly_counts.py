"""From dated events to a table of yearly counts.

Dates are decimal years: an event of some time in 2004 has `start` 2004.0 and `end` 2005.0.

Tables of yearly counts have the columns `year` (consecutive whole years) and `count`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clusterbook.analysis.poisson_segments import Floats, Ints, TooLittleDataError

ONE_YEAR = 1.0 + 1e-6


@dataclass(frozen=True)
class YearlyCounts:
    """`counts`: table year, count. `left_out`: the events not counted, with a `reason` each."""

    counts: pd.DataFrame
    left_out: pd.DataFrame


def arrays_of(counts: pd.DataFrame) -> tuple[Ints, Ints]:
    """Return years and counts of a checked table of yearly counts.

    Raises ValueError naming the year of a gap or for a wrong count; TooLittleDataError without
    rows.
    """
    years = counts["year"].to_numpy(dtype=np.int64)
    raw = counts["count"].to_numpy(dtype=np.float64)
    if len(years) == 0:
        raise TooLittleDataError("The table of yearly counts is empty.")
    if (np.diff(years) != 1).any():
        after = int(years[:-1][np.diff(years) != 1][0])
        raise ValueError(
            f"Yearly counts need one row for each year in order; the row after {after} is not "
            f"{after + 1}. A year without events has the count 0."
        )
    if not (np.isfinite(raw) & (raw >= 0) & (raw == np.floor(raw))).all():
        raise ValueError("Yearly counts must be whole numbers of 0 or more, none missing.")
    return years, raw.astype(np.int64)


def middles(events: pd.DataFrame) -> tuple[Floats, NDArray[np.object_]]:
    """Return the middle of each event's interval, and why it cannot be placed ("" if it can).

    Raises ValueError naming the row of an event that ends before it starts.
    """
    start = events["start"].to_numpy(dtype=np.float64)
    end = events["end"].to_numpy(dtype=np.float64)
    if (end < start).any():
        label = events.index[end < start][0]
        raise ValueError(f"The event in row {label} ends before it starts.")
    finite = np.isfinite(start) & np.isfinite(end)
    middle = np.full(len(start), np.nan)
    middle[finite] = (start[finite] + end[finite]) / 2
    reason = np.full(len(start), "", dtype=object)
    reason[finite & (end - start > ONE_YEAR)] = "dated to more than one year"
    reason[~finite] = "no start or no end"
    if "when" in events:
        reason[finite & events["when"].isna().to_numpy()] = "dated to a decade or a century"
    return middle, reason


def spread_evenly(spans: Floats) -> Floats:
    """Return a date for each start and end, ascending; equal spans are spread evenly over it."""
    dates = [
        start + (place + 0.5) / size * (end - start)
        for (start, end), size in Counter(map(tuple, spans.tolist())).items()
        for place in range(size)
    ]
    return np.sort(np.array(dates, dtype=np.float64))


def yearly_counts(
    events: pd.DataFrame, *, first: int | None = None, last: int | None = None
) -> YearlyCounts:
    """Count events by year.

    Columns in: `start`, `end`, decimal years (2004.0 and 2005.0: some time in 2004). An event
    is counted in the year that holds the middle of its interval. Not counted are events dated to
    more than one year, those without a start or an end, and those whose column `when`, if there
    is one, is missing (a decade or a century has no middle worth the name).
    `first` and `last` (default: those of the events) bound the series.

    Returns a table year, count with every year of the span, and the events left out, with the
    column `reason` added. Raises TooLittleDataError where no event can be placed and the
    bounds are not given; ValueError where an event ends before it starts.
    """
    middle, reason = middles(events)
    placed = reason == ""
    year = np.floor(middle[placed]).astype(np.int64)
    if (first is None or last is None) and len(year) == 0:
        raise TooLittleDataError("No event is dated to a year.")
    low = int(year.min()) if first is None else first
    high = int(year.max()) if last is None else last
    if high < low:
        raise ValueError(f"The series would end ({high}) before it starts ({low}).")
    inside = (year >= low) & (year <= high)
    reason[np.flatnonzero(placed)[~inside]] = f"outside {low} to {high}"
    span = np.arange(low, high + 1)
    number = np.bincount(year[inside] - low, minlength=len(span))
    counts = pd.DataFrame({"year": span, "count": number})
    left = reason != ""
    left_out = events[left].assign(reason=pd.array(reason[left], dtype="str"))
    return YearlyCounts(counts, left_out)
