"""Definitions: which figures of a series count the same thing, and where the counting changed.

A line between two figures says that they measure one thing. So figures are joined only where a
source says that they do (a row of `definitions.csv`), or, for an indicator without such rows, where
they stand under one named segment, since the segment tells narrower definitions apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from clusterbook.evidence.plain import entries

from . import series


@dataclass(frozen=True)
class Break:
    """A change of definition: the last and first year, decimal, and the definitions' names."""

    before: str
    after: str
    last: float
    first: float

    @property
    def when(self) -> float:
        """The decimal year halfway between the last figure before and the first after."""
        return (self.last + self.first) / 2


def defined(rows: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with `definition`, the name of what they count, and `stated`.

    Columns in: indicator, segment, segment_words, start, end; `definitions` has indicator, segment,
    start, end and `definition`. A row falls under a definition of its indicator and segment whose
    dates hold its own: then `stated` is true. For an indicator without definitions the segment is
    the name; "" is nothing known.
    """
    told: dict[str, list[Any]] = {}
    for known in entries(definitions):
        told.setdefault(str(known.indicator), []).append(known)
    names = []
    columns = (rows[c] for c in ("indicator", "segment", "segment_words", "start", "end"))
    for indicator, segment, words, start, end in zip(*columns, strict=True):
        if indicator not in told:
            names.append(words)
            continue
        fits = (k.definition for k in told[indicator]
                if k.segment == segment and k.start <= start and k.end >= end)  # fmt: skip
        names.append(next(fits, ""))
    named = pd.Series(names, index=rows.index, dtype=object)
    return rows.assign(definition=named, stated=(named != "") & rows["indicator"].isin(list(told)))


def paths(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Return, per definition, the rows that a line may join, one a year, in order of time.

    Of several rows of one year the one with the best grade stands for it, then the first in file.
    Rows that span more than a year, undated rows and definitions with one row are left out.
    """
    placed = series.dated(rows)
    best: dict[tuple[str, float], tuple[str, int, int]] = {}
    columns = (placed[c] for c in ("definition", "start", "end", "when", "grade", "row"))
    for at, (name, start, end, when, grade, row) in enumerate(zip(*columns, strict=True)):
        if name and end - start <= 1.01:
            one = (name, when // 1)
            best[one] = min(best.get(one, (grade, row, at)), (grade, row, at))
    joined: dict[str, list[int]] = {}
    for (name, _), (_, _, at) in best.items():
        joined.setdefault(name, []).append(at)
    return [placed.iloc[sorted(places)] for places in joined.values() if len(places) > 1]


def breaks(rows: pd.DataFrame) -> list[Break]:
    """Return the changes of stated definition in order of time.

    Two definitions follow each other where the figures of the one end before the other's begin.
    """
    placed = series.dated(rows)
    spans: dict[str, list[float]] = {}
    columns = (placed[c] for c in ("definition", "when", "stated"))
    for name, when, stated in zip(*columns, strict=True):
        if stated:
            spans.setdefault(name, []).append(float(when))
    ordered = sorted(spans.items(), key=lambda item: (min(item[1]), item[0]))
    ends = [(name, min(years), max(years)) for name, years in ordered]
    return [
        Break(before, after, last, first)
        for (before, _, last), (after, first, _) in pairwise(ends)
        if last < first
    ]
