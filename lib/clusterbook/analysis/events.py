"""Events counted once: rows of several sources, or of several dates, that tell of one event."""

from __future__ import annotations

import pandas as pd

from clusterbook.evidence.parameters import within
from clusterbook.evidence.plain import Row, records
from clusterbook.evidence.vocabulary import LANE

HEDGED = 2.0
"""So many years a date that is only about known counts as wider."""


def once(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per event, in the order of the rows: whoever counts events counts these.

    Rows of one place with the same word in `event` tell of one event; without a word a row is its
    own. The row of the best grade stands for the event, then the one with the finest date, then the
    first in its file. Columns in: event, place, grade, date, start, end (decimal years), row, cite,
    date_words. Gains `also`, who else tells of it and when ("Zheng 2006 (B, 2000)"; "" for nobody),
    and `tellings`, the number of rows that do. In a table without the column `event` every row is
    its own event.
    """
    if "event" not in rows:
        return rows.assign(also="", tellings=1)
    told = records(rows)
    groups: dict[tuple[str, str], list[int]] = {}
    for at, row in enumerate(told):
        groups.setdefault((row["place"], row["event"] or f"row {row['row']}"), []).append(at)
    also: dict[int, str] = {}
    for places in groups.values():
        best, *rest = sorted(places, key=lambda at: _rank(told[at]))
        also[best] = "; ".join(_told_by(told[at]) for at in rest)
    kept = sorted(also)
    counts = {places: len(part) for part in groups.values() for places in part}
    return rows.iloc[kept].assign(
        also=[also[at] for at in kept], tellings=[counts[at] for at in kept]
    )


def _rank(row: Row) -> tuple[str, float, int]:
    return row["grade"], date_width(row["date"], row["start"], row["end"]), row["row"]


def date_width(date: str, start: float, end: float) -> float:
    """Return how coarse a date is, in years: its span, more where it is only about known."""
    return end - start + (HEDGED if date.endswith(("~", "?", "%")) else 0.0)


def _told_by(row: Row) -> str:
    return f"{row['cite']} ({row['grade']}, {row['date_words']})"


def in_lanes(events: pd.DataFrame, start: int | None, end: int | None) -> pd.DataFrame:
    """Return the dated events of a city's policy that have a lane, each once, in order of time.

    Those outside the years are left out. Columns out: those of events and of `once`.
    """
    rows = once(events)
    rows = rows[rows["lane"].isin(LANE) & rows["when"].notna()]
    return within(rows, start, end).sort_values(["start", "row"], kind="stable")
