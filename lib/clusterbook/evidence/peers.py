"""All clusters of the compendium at a glance: their facts, events and counts, without sources.

A chapter about one cluster compares it with the others. Reading their evidence in full would take
longer than the chapter, so only what a comparison needs is read, once for each state of the files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from math import isfinite, nan
from pathlib import Path
from typing import Any

import pandas as pd

from .comparison import compares
from .dates import Date, DateError, read_date
from .problems import EvidenceError, Problem, told_of
from .root import book_root, cluster_folder, cluster_slugs, outside_folders
from .sources import Source, SourceError, read_sources, row_grade
from .tables import COLUMNS, anchor, read_csv, status

FILES = ("cluster", "observations", "events", "initiatives")


@dataclass(frozen=True)
class Fact:
    """A cell of `cluster.csv`: its words, the key of its source and the place in it."""

    value: str
    source: str
    locator: str
    anchor: str


@dataclass(frozen=True)
class DatedEvent:
    """An event of a cluster with its date read."""

    title: str
    kind: str
    dimension: str
    scope: str
    source: str
    date: Date
    event: str = ""
    via: str = ""
    own_grade: str = ""


@dataclass(frozen=True)
class Peer:
    """What a comparison needs of a cluster.

    `counts` holds the number of observed rows by indicator, other places and the industrial past
    left out; `last` is the end of the latest dated row as a decimal year, NaN without one.
    """

    slug: str
    folder: Path = field(repr=False)
    facts: Mapping[str, Fact] = field(repr=False)
    events: tuple[DatedEvent, ...] = field(repr=False)
    counts: Mapping[str, int] = field(repr=False)
    last: float = nan

    @cached_property
    def digest(self) -> str:
        """The digest of all that is known of it here."""
        said = repr((self.slug, self.facts, self.events, self.counts, self.last))
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def fact(self, name: str) -> str:
        """Return an attribute of `cluster.csv`, or "" where it is not given."""
        return self.facts[name].value if name in self.facts else ""

    @property
    def name(self) -> str:
        """The cluster's name, or its slug where none is given."""
        return self.fact("name") or self.slug

    def source(self, key: str) -> Source | None:
        """Return one of the cluster's own sources by its key (the file is read on first use)."""
        return self._sources.get(key)

    @property
    def _sources(self) -> dict[str, Source]:
        return _sources(self.folder, (self.folder / "sources.bib").stat().st_mtime_ns)

    def grade(self, event: DatedEvent) -> str:
        """Return the grade of an event's row; "D" where its source is not the cluster's own."""
        source = self.source(event.source)
        own = self._sources
        return row_grade(source, event.via, event.own_grade, own) if source else "D"


@cache
def _sources(folder: Path, _stamp: int) -> dict[str, Source]:
    try:
        return read_sources(folder / "sources.bib", folder.name)
    except SourceError as error:
        file = f"{folder.name}/sources.bib"
        raise EvidenceError([Problem(file, None, "", str(error), "")]) from None


@compares
def peers() -> tuple[Peer, ...]:
    """Return every cluster that has an evidence folder, sorted by slug.

    Raises `EvidenceError`, naming the cluster, where a table or a date of one cannot be read.
    """
    root = book_root()
    folders = {slug: root / "data" / "clusters" / slug for slug in cluster_slugs(root)}
    folders |= {folder.name: cluster_folder(folder.name) for folder in outside_folders()}
    return tuple(_peer(folder, _stamp(folder)) for _, folder in sorted(folders.items()))


def _stamp(folder: Path) -> tuple[int, ...]:
    paths = (folder / f"{name}.csv" for name in FILES)
    return tuple(path.stat().st_mtime_ns if path.is_file() else 0 for path in paths)


@cache
def _peer(folder: Path, _stamp: tuple[int, ...]) -> Peer:
    with told_of(folder.name):
        tables = {name: read_csv(folder / f"{name}.csv", name) for name in FILES}
    facts = {
        name: Fact(value, source, locator, anchor("cluster", (name,)))
        for name, value, source, locator in _cells(tables["cluster"], *COLUMNS["cluster"])
    }
    told = ("title", "kind", "dimension", "scope", "source", "event", "via", "grade")
    dates = _cells(tables["events"], "row", "date")
    events = tuple(
        DatedEvent(
            title, kind, dimension, scope, source, _date(folder.name, "events", row, date), *more
        )
        for (row, date), (title, kind, dimension, scope, source, *more) in zip(
            dates, _cells(tables["events"], *told), strict=True
        )
    )
    ends = [_last(event.date) for event in events if event.dimension != "context"]
    counts: dict[str, int] = {}
    asked = ("indicator", "segment", "dimension", "row", "date")
    for indicator, segment, dimension, row, date in _cells(tables["observations"], *asked):
        if dimension != "context" and status(segment) == "observed":
            counts[indicator] = counts.get(indicator, 0) + 1
            ends.append(_last(_date(folder.name, "observations", row, date)))
    ends += [
        _last(_date(folder.name, "initiatives", row, date))
        for row, date in _cells(tables["initiatives"], "row", "date")
        if date
    ]
    return Peer(
        folder.name, folder, facts, events, counts, max(filter(isfinite, ends), default=nan)
    )


def _cells(table: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Return a table's rows as tuples of the named columns: much faster than itertuples."""
    return zip(*(table[column] for column in columns), strict=True)


def _last(date: Date) -> float:
    """Return until when a row attests something.

    A decade or an open end attests its start; of a span the middle is taken, since it may run on
    into years that its source had not seen.
    """
    if date.precision in ("decade", "century") or not isfinite(date.end):
        return date.start
    return date.when if date.precision == "interval" else date.end


@cache
def _read(text: str) -> Date:
    return read_date(text)


def _date(slug: str, table: str, row: int, text: str) -> Date:
    try:
        return _read(text)
    except DateError as error:
        raise EvidenceError([Problem(f"{slug}/{table}.csv", row, "date", str(error), "")]) from None
