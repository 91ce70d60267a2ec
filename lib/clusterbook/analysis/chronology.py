"""The dated events of a place as a series of years, and whether a turn in it depends on choices."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from clusterbook.analysis import periodisation as per
from clusterbook.analysis import series
from clusterbook.analysis.events import once
from clusterbook.analysis.yearly_counts import ONE_YEAR, middles
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

    def of(self, part: pd.DataFrame) -> Chronology:
        """Return the chronology of some of its events over the same years."""
        placed = part["year"].to_numpy() - self.first
        span = np.arange(self.first, self.last + 1)
        counts = pd.DataFrame({"year": span, "count": np.bincount(placed, minlength=len(span))})
        return replace(self, events=part, counts=counts, left_out=self.left_out.iloc[:0])

    def within(self, first: int, last: int) -> Chronology:
        """Return the chronology of its events of fewer years."""
        years = self.events["year"].to_numpy()
        part = self.events[(years >= first) & (years <= last)]
        return replace(self, first=first, last=last).of(part)


def opening_year(opened: str) -> int | None:
    """Return the year in which a cluster opened; None where it is not known to the year."""
    try:
        date = read_date(opened)
    except DateError:
        return None
    known = date.earliest is not None and date.precision not in ("decade", "century")
    return date.earliest.year if known and date.earliest else None


def chronology(
    events: pd.DataFrame, *, opened: int | None = None, start: int = 0, end: int = 0
) -> Chronology:
    """Return the events of the place itself within the years from `start` to `end`.

    `start` 0 is the year of opening, or of the first event where that is not known; `end` 0 is the
    year of the last event. An event that several rows tell of counts once. Context events (the
    industrial past, other places), reports, whose date is that of their publication, and events not
    dated to a year are left out with a reason. There may be no event left.
    """
    single = once(events)
    reports = single["kind"] == "report"
    own = series.inside(single[~reports])
    middle, reason = middles(own, place_wide=False)
    years = np.floor(middle[reason == ""]).astype(int).tolist()
    first = start or opened or min(years, default=0)
    last = max(first, end or max(years, default=0))
    found = per.yearly_counts(own, first=first, last=last)
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


@per_case
def of_case(case: Case, start: int = 0, end: int = 0) -> Chronology:
    """Return the chronology of a cluster (see `chronology`).

    Raises `ParameterError` where `start` or `end` is neither 0 nor a year.
    """
    check_years(start or None, end or None)
    opened = opening_year(case.fact("opened"))
    return chronology(case.events, opened=opened, start=start, end=end)


def checks_of_case(case: Case, found: Chronology) -> pd.DataFrame:
    """Return `turn_checks` of a cluster; the exposure is counted over all its dated rows."""
    tables = [case.observations, case.events, case.initiatives]
    exposure = sources_per_year(tables, found.first, found.last)
    return turn_checks(case.events, found, exposure, opening_year(case.fact("opened")))


def places_of_case(case: Case, found: Chronology) -> dict[str, tuple[pd.DataFrame, Chronology]]:
    """Return the events and the chronology of the cluster and of its city, by name."""
    places = {case.name: (case.events, found)}
    if case.city is not None and len(case.city.events):
        events = case.city.events
        places[case.fact("city")] = (events, chronology(events, end=found.last))
    return places


def sources_per_year(tables: list[pd.DataFrame], first: int, last: int) -> pd.DataFrame:
    """Return year, exposure: how many sources say anything dated to each year.

    `tables` have start, end (decimal years) and source; rows dated to more than one year are not
    used. Events are among what sources say, so this exposure takes away too much rather than too
    little.
    """
    rows = pd.concat([table[["start", "end", "source"]] for table in tables])
    rows = rows[(rows["end"] - rows["start"]) <= ONE_YEAR]
    years = np.floor((rows["start"] + rows["end"]) / 2).astype(int)
    counts = rows.groupby(years)["source"].nunique()
    span = np.arange(first, last + 1)
    return pd.DataFrame({"year": span, "exposure": counts.reindex(span, fill_value=0).to_numpy()})


def choices(
    events: pd.DataFrame, found: Chronology, opened: int | None = None
) -> list[tuple[str, Chronology]]:
    """Return the chronology as counted, then under other choices, each with its name.

    `events` are all events of the place, `found` the chronology as counted, `opened` the year of
    opening. A choice that changes nothing, or leaves nothing, is left out.
    """
    used = found.events
    ranked = used.groupby(["source", "label"]).size().sort_values(ascending=False, kind="stable")
    (largest, label), rows = ranked.index[0], int(ranked.iloc[0])
    approximate = used["date"].str.contains("[~?%]", regex=True)
    published = used["note"].str.startswith("publication date")
    subsets = [
        ("inside the cluster only", used[used["scope"] == "internal"]),
        ("each kind once a year", used.drop_duplicates(["year", "kind"])),
        ("sources of grade A and B", used[used["grade"].isin(["A", "B"])]),
        ("no approximate dates", used[~approximate]),
        ("no dates of publication", used[~published]),
        (f"without {label} ({rows} events)", used[used["source"] != largest]),
    ]
    result = [("as counted", found)]
    result += [(name, found.of(part)) for name, part in subsets if 0 < len(part) < len(used)]
    starts = [("from the first event", chronology(events, end=found.last))]
    if opened and opened < found.last:
        starts.append(("from the opening", chronology(events, start=opened, end=found.last)))
    others = [(f"{name}, {part.first}", part) for name, part in starts if part.first != found.first]
    return [result[0], *others, *result[1:]]


def turn_checks(
    events: pd.DataFrame,
    found: Chronology,
    exposure: pd.DataFrame,
    opened: int | None = None,
) -> pd.DataFrame:
    """Return the likeliest single turn under each choice.

    Columns out: choice, events, first, last, year (last year before the turn), rate_before,
    rate_after, p_value, likely (tuple of years within the profile likelihood set). Where a choice
    leaves fewer than `FEWEST` events, year is missing and the rest with it. The checks share
    events, so they are no independent tests.
    """
    cases = [(name, part, part.counts) for name, part in choices(events, found, opened)]
    cases.append(
        ("events per source of the year", found, per.with_exposure(found.counts, exposure))
    )
    rows = []
    for name, part, counts in cases:
        row = {"choice": name, "events": len(part.events), "first": part.first, "last": part.last}
        if part.enough:
            turn = per.single_break(counts)
            row |= {
                "year": turn.year, "rate_before": turn.rate_before, "rate_after": turn.rate_after,
                "p_value": turn.p_value, "likely": turn.likely_years,
            }  # fmt: skip
        rows.append(row)
    columns = ["choice", "events", "first", "last", "year", "rate_before", "rate_after", "p_value"]
    return pd.DataFrame(rows, columns=[*columns, "likely"])


@per_case
def without_each_source_of_case(case: Case, start: int = 0, end: int = 0) -> pd.DataFrame:
    """Return `without_each_source` of a cluster; `start` and `end` as in `of_case`."""
    return without_each_source(of_case(case, start, end))


def without_each_source(found: Chronology) -> pd.DataFrame:
    """Return the likeliest single turn without each source in turn (see the analysis).

    The span of years is that of the chronology. Columns out: source, events, year, statistic.
    """
    table = per.leave_one_source_out(found.events, first=found.first, last=found.last)
    table["year"] = [years[0] if years else np.nan for years in table["break_years"]]
    return table[table["source"] != ""].drop(columns="break_years")
