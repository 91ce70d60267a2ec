"""A cluster's evidence with its city, its country and the compendium's own lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import pandas as pd

from .lists import read_rows
from .names import names_in, with_words
from .problems import EvidenceError, Problem
from .root import (
    UnknownClusterError,
    book_root,
    cluster_folder,
    cluster_slugs,
    context_folder,
    outside_folders,
    stamp,
)
from .sheets import attributes, read_csv
from .sources import LITERATURE, Source, read_sources
from .tables import enrich

T = TypeVar("T")
P = ParamSpec("P")
TABLES = ("observations", "events", "initiatives", "findings", "phases")


@dataclass(frozen=True)
class Evidence:
    """The checked tables of one folder: a cluster, a city or a country."""

    slug: str
    observations: pd.DataFrame
    events: pd.DataFrame
    initiatives: pd.DataFrame
    findings: pd.DataFrame
    phases: pd.DataFrame
    sources: dict[str, Source] = field(repr=False)

    def series(self, indicator: str, segment: str | None = None) -> pd.DataFrame:
        """Return the observed rows of an indicator in order of date; never targets or claims.

        `segment` keeps one segment ("" is the whole cluster or city); None keeps all.
        """
        rows = self._observed
        kept = rows["indicator"] == indicator
        if segment is not None:
            kept &= rows["segment"] == segment
        return rows[kept]

    def copied(self) -> Self:
        """Return the same with tables of its own, whose rows are copied when changed."""
        held = ((part.name, getattr(self, part.name)) for part in fields(self))
        own = {name: table.copy(deep=False) for name, table in held
               if isinstance(table, pd.DataFrame)}  # fmt: skip
        return replace(self, **own)

    @cached_property
    def _observed(self) -> pd.DataFrame:
        rows = self.observations
        rows = rows[rows["status"] == "observed"]
        return rows.sort_values(["start", "row"], kind="stable")


@dataclass(frozen=True)
class Case(Evidence):
    """One cluster, with everything that its chapters need."""

    folder: Path = field(repr=False)
    facts: pd.DataFrame = field(repr=False)
    city: Evidence | None = field(repr=False)
    country: Evidence | None = field(repr=False)
    cpi: pd.DataFrame = field(repr=False)

    def fact(self, name: str) -> str:
        """Return an attribute of `cluster.csv`, or "" where it is not given."""
        return self._values.get(name, "")

    @cached_property
    def _values(self) -> dict[str, str]:
        return attributes(self.facts)

    @property
    def name(self) -> str:
        """The cluster's name."""
        return self.fact("name")

    @cached_property
    def _kept(self) -> dict[Any, Any]:
        return {}  # the results of functions that are `per_case`

    @cached_property
    def all_sources(self) -> dict[str, Source]:
        """The sources a key may mean: of the cluster, its city, its country, the compendium."""
        merged = dict(compendium_sources())
        for part in (self.country, self.city, self):
            merged |= part.sources if part else {}
        return merged

    @cached_property
    def codebook(self) -> pd.DataFrame:
        """What each indicator means: the compendium's list and the cluster's own additions."""
        lists = (book_root() / "data" / "codebook.csv", self.folder / "codebook.csv")
        frames = [read_rows(path, "codebook") for path in lists]
        return pd.concat([frame for frame in frames if len(frame)], ignore_index=True)

    @cached_property
    def claims(self) -> pd.DataFrame:
        """The claims of the case article that are checked, one a row; empty without a list."""
        return read_rows(self.folder / "claims.csv", "claims")

    @cached_property
    def answers(self) -> pd.DataFrame:
        """What the cluster's rows say to recommendations, one a row; empty without a list."""
        return read_rows(self.folder / "answers.csv", "answers")

    @cached_property
    def told_tensions(self) -> pd.DataFrame:
        """The tensions that the cluster's rows speak of, one a row; empty without a list."""
        return read_rows(self.folder / "tensions.csv", "told_tensions")


def per_case(compute: Callable[Concatenate[Case, P], T]) -> Callable[Concatenate[Case, P], T]:
    """Return a function that computes once for a case and arguments and keeps the result with it.

    Like `cached_property`, for results of the layers above; callers must not change them.
    """

    @wraps(compute)
    def kept(case: Case, /, *args: P.args, **named: P.kwargs) -> T:
        asked = (compute, args, tuple(named.items()))
        if asked not in case._kept:
            case._kept[asked] = compute(case, *args, **named)
        result: T = case._kept[asked]
        return result

    return kept


@per_case
def protection(case: Case) -> pd.DataFrame:
    """Return the city's levels of building protection, one a row; empty where there are none."""
    return _of_city(case, "protection")


@per_case
def definitions(case: Case) -> pd.DataFrame:
    """Return what the city's figures count, by indicator, segment and span; empty without any."""
    return _of_city(case, "definitions")


def _of_city(case: Case, table: str) -> pd.DataFrame:
    folder = context_folder(case.fact("city")) or Path("no-such-folder")
    return enrich(read_csv(folder / f"{table}.csv", table), table, folder.name, case.all_sources)


def compendium_sources() -> dict[str, Source]:
    """Return the compendium's own sources and its literature, which any chapter may cite."""
    data = book_root() / "data"
    literature = read_sources(data / LITERATURE / "sources.bib", LITERATURE)
    return literature | read_sources(data / "sources.bib", "compendium")


def _files_of(folder: Path) -> tuple[object, ...]:
    return tuple((file, stamp(file)) for file in sorted(folder.rglob("*")) if file.is_file())


def _tables(folder: Path, sources: dict[str, Source]) -> dict[str, pd.DataFrame]:
    problems: list[Problem] = []
    tables = {}
    for table in TABLES:
        try:
            raw = read_csv(folder / f"{table}.csv", table)
            tables[table] = enrich(raw, table, folder.name, sources)
        except EvidenceError as error:
            problems += error.problems
    if problems:
        raise EvidenceError(problems)
    return tables


@lru_cache(maxsize=64)  # many clusters share a city and a country
def _context(folder: Path, country: Path | None, _stamp: tuple[object, ...]) -> Evidence:
    own = read_sources(folder / "sources.bib", folder.name)
    above = read_sources(country / "sources.bib", country.name) if country else {}
    return Evidence(folder.name, **_tables(folder, above | own), sources=own)


def open_case(cluster: str) -> Case:
    """Return a cluster's evidence with its city's and its country's.

    Raises `UnknownClusterError` for a cluster without a folder and `EvidenceError`, with file,
    row and field, for evidence that cannot be read.
    """
    return _opened(cluster_folder(cluster))


def facts_of(cluster: str) -> Mapping[str, str]:
    """Return a cluster's attributes as `cluster.csv` has them, by field."""
    file = cluster_folder(cluster) / "cluster.csv"
    return _facts(file, stamp(file))


@lru_cache(maxsize=1024)  # asked for each page
def _facts(file: Path, _stamp: tuple[int, int]) -> dict[str, str]:
    return attributes(read_csv(file, "cluster"))


def city_of(cluster: str) -> str:
    """Return the name of the folder in `data/context` of a cluster's city; "" where it has none."""
    folder = context_folder(facts_of(cluster).get("city", ""))
    return folder.name if folder else ""


def clusters_of_cities() -> dict[str, list[str]]:
    """Return the clusters of each city that has a folder in `data/context`, both sorted."""
    found: dict[str, list[str]] = {}
    for cluster in sorted({*cluster_slugs(), *(folder.name for folder in outside_folders())}):
        found.setdefault(city_of(cluster), []).append(cluster)
    return {city: found[city] for city in sorted(found) if city}


def open_city(place: str) -> Case:
    """Return the evidence on a city, as a case of its own, which has no name but a place.

    Raises `UnknownClusterError` for what is no folder in `data/context` of a city with clusters.
    """
    cities = clusters_of_cities()
    if place not in cities:
        known = ", ".join(cities)
        raise UnknownClusterError(f"no city {place!r} in data/context; there are: {known}")
    return _opened(cluster_folder(cities[place][0]), book_root() / "data" / "context" / place)


def _opened(folder: Path, place: Path | None = None) -> Case:
    read = _open_case(folder, place, _files_of(folder), _files_of(book_root() / "data" / "context"))
    city, country = (part and part.copied() for part in (read.city, read.country))
    return replace(read.copied(), city=city, country=country)


@lru_cache(maxsize=64)
def _open_case(
    folder: Path, place: Path | None, _own: tuple[object, ...], above: tuple[object, ...]
) -> Case:
    """A cluster's evidence; with the folder of its city, only what it says of its place."""
    raw = read_csv(folder / "cluster.csv", "cluster")
    named = attributes(raw)
    in_city, in_country = (context_folder(named.get(name, "")) for name in ("city", "country"))
    country = _context(in_country, None, above) if in_country else None
    own = read_sources(folder / "sources.bib", folder.name)
    city = _context(in_city, in_country, above) if in_city else None
    known = read_sources(book_root() / "data" / "sources.bib", "compendium")
    for part in (country, city):
        known |= part.sources if part else {}
    tables = _tables(place or folder, known | own)
    if place:
        raw = raw[raw["field"].isin(("city", "country"))]
    facts = enrich(raw, "cluster", folder.name, known | own)
    names = names_in(facts, [tables, *([vars(city)] if city else [])])
    if city:
        city = replace(city, observations=with_words(city.observations, names))
    return Case(
        slug=(place or folder).name,
        **tables | {"observations": with_words(tables["observations"], names)},
        sources={} if place else own,
        folder=place or folder,
        facts=facts,
        city=city,
        country=country,
        cpi=_cpi(in_country, country.sources if country else {}),
    )


def _cpi(folder: Path | None, sources: dict[str, Source]) -> pd.DataFrame:
    raw = read_csv(folder / "cpi.csv" if folder else Path("no-such-file"), "cpi")
    table = enrich(raw, "cpi", folder.name if folder else "", sources)
    table["year"] = pd.to_numeric(table["year"]).astype(int)
    table["cpi_change_percent"] = pd.to_numeric(table["cpi_change_percent"])
    return table
