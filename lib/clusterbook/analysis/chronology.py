"""The dated events of a place as a series of years, and whether a turn in it depends on choices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clusterbook.analysis.events import once
from clusterbook.analysis.yearly_counts import middles, yearly_counts
from clusterbook.evidence import Case
from clusterbook.evidence.case import per_case
from clusterbook.evidence.dates import DateError, read_date
from clusterbook.evidence.parameters import check_years

FEWEST = 15
"""Below so many events no test is made: a doubling would be missed about nine times in ten."""


@dataclass(frozen=True)
class Chronology:
    """`events` counted (with `year`), `counts` (year, count) and `left_out` (with `reason`)."""

    events: pd.DataFrame
    counts: pd.DataFrame
    left_out: pd.DataFrame
    first: int
    last: int

    @property
    def enough(self) -> bool:
        """Whether there are events and years enough for a test."""
        return len(self.events) >= FEWEST and self.last - self.first + 1 >= 6


def opening_year(opened: str) -> int | None:
    """Return the year in which a cluster opened; None where it is not known to the year."""
    try:
        date = read_date(opened)
    except DateError:
        return None
    known = date.earliest is not None and date.precision not in ("decade", "century")
    return date.earliest.year if known and date.earliest else None


@per_case
def chronology_of(case: Case, start: int = 0, end: int = 0) -> Chronology:
    """Return the events of a cluster itself within the years from `start` to `end`.

    `start` 0 is the year of opening, or of the first event where that is not known; `end` 0 is the
    year of the last event. An event that several rows tell of counts once. Context events (the
    industrial past, other places), reports, whose date is that of their publication, and events not
    dated to a year are left out with a reason. There may be no event left.

    Raises `ParameterError` where `start` or `end` is neither 0 nor a year.
    """
    check_years(start or None, end or None)
    single = once(case.events)
    reports = single["kind"] == "report"
    own = single[~reports & (single["dimension"] != "context")]
    middle, reason = middles(own)
    years = np.floor(middle[reason == ""]).astype(int).tolist()
    first = start or opening_year(case.fact("opened")) or min(years, default=0)
    last = max(first, end or max(years, default=0))
    found = yearly_counts(own, first=first, last=last)
    kept = ~own.index.isin(found.left_out.index)
    used = own[kept].assign(year=np.floor(middle[kept]).astype(int))
    context = single[(single["dimension"] == "context") & ~reports]
    aside = [
        context.assign(reason="about the industrial past or another place"),
        single[reports].assign(reason="a text, dated by its publication"),
    ]
    return Chronology(
        used.sort_values(["when", "row"], kind="stable"),
        found.counts,
        pd.concat([found.left_out, *(part for part in aside if len(part))]),
        first,
        last,
    )
