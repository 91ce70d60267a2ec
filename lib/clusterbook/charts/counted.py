"""Counts with their rows as plain records, prepared once for a picture of any width."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .pixels import tip_of
from .plain_rows import Row

DRAWN = (
    "row", "segment", "segment_words", "source", "label", "grade", "qualifier", "low", "high",
    "mid", "voice", "value_words", "when", "amount", "date_words", "cite", "locator", "note",
)  # fmt: skip
"""The columns that are drawn or told."""


@dataclass(frozen=True)
class Count:
    """What one panel counts: an indicator and a segment, under a head.

    The segment "" is the whole; None takes the whole, in colour, and all its named parts, in grey.
    """

    indicator: str
    segment: str | None = ""
    label: str = ""


@dataclass(frozen=True)
class Counted:
    """A count with its rows as they are drawn: those with a date, in order, and those without."""

    count: Count
    placed: list[Row]
    loose: list[Row]

    @property
    def rows(self) -> list[Row]:
        """The dated rows, then the undated ones."""
        return [*self.placed, *self.loose]


def counted(count: Count, part: pd.DataFrame) -> Counted:
    """Return a count with its rows, each with its `year` and what is told of it, for any width."""
    drawn = part[[*DRAWN]].to_dict("records")
    rows = [{**row, "year": row["when"] // 1, "tip": tip_of(row)} for row in drawn]
    placed = [row for row in rows if row["when"] == row["when"]]  # a missing date equals nothing
    placed.sort(key=lambda row: (row["when"], row["row"]))
    return Counted(count, placed, [row for row in rows if row["when"] != row["when"]])
