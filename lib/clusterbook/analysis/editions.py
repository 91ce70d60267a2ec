"""Repeated counts: the parts of one event or body, counted again in later years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from clusterbook.evidence.case import Case, per_case

from . import series


@dataclass(frozen=True)
class Repeated:
    """Segments of one indicator that were each counted in at least two years.

    `prefix` is what the segments' names share ("art_week"), `rows` are their observations.
    """

    indicator: str
    prefix: str
    segments: tuple[str, ...]
    rows: pd.DataFrame

    def part(self, segment: str) -> str:
        """Return what a segment's name adds to the shared words, in words."""
        words = self._words[segment].split(" ")
        rest = words[self._shared :]
        return " ".join(rest or [*words[:-1], f"{words[-1]}, all"])

    @property
    def event(self) -> str:
        """What the segments share, in words; "" where they share none."""
        return " ".join(self._words[self.segments[0]].split(" ")[: self._shared])

    @property
    def _shared(self) -> int:
        return len(self.prefix.split("_")) if self.prefix else 0

    @cached_property
    def _words(self) -> dict[str, str]:
        return dict(zip(self.rows["segment"], self.rows["segment_words"], strict=True))

    @cached_property
    def moves(self) -> pd.DataFrame:
        """How each segment moved between its first and its last year (see `ends`)."""
        return ends(self.rows)


@per_case
def of_case(case: Case, dimension: str) -> Repeated | None:
    """Return the best repeated count of a dimension of a cluster (see `repeated`)."""
    return repeated(case.observations, dimension)


def repeated(observations: pd.DataFrame, dimension: str) -> Repeated | None:
    """Return the best repeated count of a dimension; None where no two segments were recounted.

    Columns in: those of loaded observations. Only observed values about the cluster itself in one
    unit are taken. Of several the one with most segments, then most rows, is returned.
    """
    rows = observations[
        (observations["status"] == "observed")
        & (observations["segment"] != "")
        & (observations["dimension"] == dimension)
    ]
    rows = series.inside(rows).assign(year=rows["when"] // 1)
    years = rows.groupby(["indicator", "unit", "segment"])["year"].nunique()
    counted: dict[tuple[str, str], list[str]] = {}
    for indicator, unit, segment in years.index[years > 1]:
        counted.setdefault((indicator, unit), []).append(segment)
    found: list[Repeated] = []
    for (indicator, unit), again in counted.items():
        if len(again) > 1:
            part = rows[(rows["indicator"] == indicator) & (rows["unit"] == unit)]
            kept = part[part["segment"].isin(again)].drop(columns="year")
            found.append(Repeated(indicator, shared_words(again), tuple(again), kept))
    ranked = sorted(found, key=lambda r: (-len(r.segments), -len(r.rows), r.indicator))
    return ranked[0] if ranked else None


def shared_words(segments: Sequence[str]) -> str:
    """Return the words with which all segments begin: art_week of art_week_a and art_week_b."""
    split = [segment.split("_") for segment in segments]
    shared: list[str] = []
    for words in zip(*split, strict=False):
        if len(set(words)) > 1:
            break
        shared.append(words[0])
    return "_".join(shared)


def ends(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row per segment: first and last year with low and high over all its sources.

    Columns: segment, first, last (years), first_low, first_high, last_low, last_high, move (rose,
    fell or unclear, where the values of the two years overlap).
    """
    found = []
    for segment, part in rows.groupby("segment"):
        placed = series.dated(part)
        years = placed["when"] // 1
        first, last = placed[years == years.min()], placed[years == years.max()]
        a = {"low": first["low"].min(), "high": first["high"].max()}
        b = {"low": last["low"].min(), "high": last["high"].max()}
        found.append(
            {"segment": segment, "first": int(years.min()), "last": int(years.max()),
             "first_low": a["low"], "first_high": a["high"], "last_low": b["low"],
             "last_high": b["high"], "move": series.direction(a, b)}
        )  # fmt: skip
    return pd.DataFrame(found)
