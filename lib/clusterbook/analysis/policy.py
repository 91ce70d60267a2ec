"""A city's policies in lanes: what was ruled and done, by field of policy, over time."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

import pandas as pd

from clusterbook.evidence.parameters import within
from clusterbook.evidence.plain import Row, by_index
from clusterbook.evidence.vocabulary import LANE

from . import series
from .events import once


def lane_words(lane: str) -> str:
    """Return a lane as a reader sees it: "Heritage protection"."""
    return lane.replace("_", " ").capitalize()


def in_lanes(events: pd.DataFrame, start: int | None, end: int | None) -> pd.DataFrame:
    """Return the dated events that have a lane, each once, within the years, in order of time.

    Columns in: those of events; columns out: the same and those of `once`.
    """
    rows = once(events)
    rows = rows[rows["lane"].isin(LANE) & rows["when"].notna()]
    return within(rows, start, end).sort_values(["start", "row"], kind="stable")


def by_lane(events: pd.DataFrame) -> pd.DataFrame:
    """Return a row per lane that occurs: lane, events, first, last, median (decimal years)."""
    rows = []
    for lane in LANE:
        starts = list(events.loc[events["lane"] == lane, "start"])
        if starts:
            rows.append(
                {"lane": lane, "events": len(starts), "first": min(starts), "last": max(starts),
                 "median": median(starts)}
            )  # fmt: skip
    return pd.DataFrame(rows, columns=["lane", "events", "first", "last", "median"])


@dataclass(frozen=True)
class Precedence:
    """How many events of the earlier lane lie before the first of the later one."""

    earlier: str
    later: str
    before: int
    events: int
    turn: pd.Series


def precedence(events: pd.DataFrame, one: str, two: str) -> Precedence | None:
    """Return which of two lanes came first, or None where that cannot be said.

    A lane came first where more than half of its events, of at least three, lie before the first
    event of the other lane, which has at least three as well.
    """
    for earlier, later in ((one, two), (two, one)):
        ours = events[events["lane"] == earlier]
        theirs = events[events["lane"] == later].sort_values(["start", "row"], kind="stable")
        if min(len(ours), len(theirs)) < 3:
            return None
        turn = theirs.iloc[0]
        before = int((ours["end"] <= turn["start"] + 1e-6).sum())
        if 2 * before > len(ours):
            return Precedence(earlier, later, before, len(ours), turn)
    return None


def shares(values: pd.DataFrame, gdp: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Return, per year, the share that value added has in gross product beside the printed share.

    Columns in, three tables of observations: when, low, high, grade, row. Columns out: year,
    low and high (percent, by interval arithmetic), `value`, `gdp`, `printed` (index labels).
    Of several rows of one year the best grade stands for it.
    """
    tables = [_by_year(table) for table in (values, gdp, printed)]
    rows = []
    for year in sorted(set.intersection(*(set(table) for table in tables))):
        (one, value), (two, product), (three, share) = (table[year] for table in tables)
        low, high = value["low"] / product["high"] * 100, value["high"] / product["low"] * 100
        rows.append(
            {"year": year, "low": low, "high": high, "value": one, "gdp": two,
             "printed": three, "printed_low": share["low"], "printed_high": share["high"]}
        )  # fmt: skip
    columns = ["year", "low", "high", "value", "gdp", "printed", "printed_low", "printed_high"]
    return pd.DataFrame(rows, columns=columns)


def growth_of_levels(values: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Return, per year, nominal growth computed from two printed levels beside the printed rate.

    Columns in: when, low, high, grade, row, and in `values` definition: growth is computed only
    between consecutive years of one definition. Columns out: year, low, high (percent), `last`,
    `first`, `printed` (index labels), printed_low, printed_high.
    """
    levels, rates = _by_year(values), _by_year(printed)
    rows = []
    for year in sorted(set(levels) & set(rates)):
        (to, last), (start, first) = levels[year], levels.get(year - 1, (None, None))
        printed_at, rate = rates[year]
        if first is None or first["definition"] != last["definition"] or not last["definition"]:
            continue
        rows.append(
            {"year": year, "low": (last["low"] / first["high"] - 1) * 100,
             "high": (last["high"] / first["low"] - 1) * 100, "last": to,
             "first": start, "printed": printed_at,
             "printed_low": rate["low"], "printed_high": rate["high"]}
        )  # fmt: skip
    columns = ["year", "low", "high", "last", "first", "printed", "printed_low", "printed_high"]
    return pd.DataFrame(rows, columns=columns)


def _by_year(rows: pd.DataFrame) -> dict[int, tuple[Any, Row]]:
    """Return the best row of each year with its index label."""
    placed = series.dated(rows)
    placed = placed[placed["end"] - placed["start"] <= 1.01]
    best = placed.sort_values(["grade", "row"], kind="stable")
    found: dict[int, tuple[Any, Row]] = {}
    for label, row in by_index(best).items():
        found.setdefault(int(row["when"]), (label, row))
    return found
