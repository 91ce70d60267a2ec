"""The Data Package: what the tables hold, for people and for other programs.

The schemas in `schema/` use the words of Table Schema 1.0 alone, since frictionless 5 passes over
those of 2.0. `python -m clusterbook.evidence.package` writes `data/datapackage.json` anew.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from .edition import read_edition
from .root import book_root
from .tables import COLUMNS, OPTIONAL_COLUMNS, read_records

Descriptor = dict[str, Any]

TABLES = {
    "cluster": ("The cluster", "One attribute of the cluster a row."),
    "observations": ("Observations", "One measured quantity a row, as its source reports it."),
    "events": ("Events", "One dated event a row."),
    "initiatives": ("Initiatives", "One programme or recurring activity a row."),
    "phases": ("Phases", "One phase of a periodisation scheme a row."),
    "findings": ("Findings", "One coded claim a row."),
    "claims": ("Claims checked", "One claim of the case article a row, and what it is held to."),
    "answers": ("Answers", "What the cluster's rows say to one recommendation a row."),
    "told_tensions": ("Tensions told", "One tension that the cluster's rows speak of a row."),
    "protection": ("Levels of protection", "One level of a rule on building protection a row."),
    "definitions": ("Definitions", "What an indicator's figures count in a span, one a row."),
    "codebook": ("Codebook", "What an indicator means, one indicator a row."),
    "codes": ("Codes", "What a code of a claim means and what decides, one value a row."),
    "second_coding": ("Second coding", "One claim coded by a second person a row."),
    "cpi": ("Consumer prices", "The change on the year before, one year a row."),
    "recommendations": ("Recommendations", "One recommendation of the M50 article a row."),
    "tensions": ("Tensions", "One tension named in the M50 article a row."),
    "culture_2030": ("Culture indicators", "One of UNESCO's thematic indicators a row."),
    "glossary": ("Glossary", "One term a row."),
    "abstracts": ("Abstracts", "The abstract of a chapter in another language a row."),
    "changes": ("Changes", "One figure that changed between two editions a row."),
    "works": ("Works", "One work of the literature a row, and what was read of it."),
    "positions": ("Positions", "One position in the literature a row, and what it expects."),
    "partings": ("Where they part", "One question on which works disagree a row."),
    "tellings": ("What would tell", "What would tell two positions apart, one pair a row."),
    "dimensions": ("Dimensions", "What a work means by a dimension of sustainability, one a row."),
}
"""Title and description of every table that has a schema."""

CLUSTER_TABLES = (
    "cluster", "observations", "events", "initiatives", "phases", "findings", "claims", "answers",
    "told_tensions", "survey", "codebook",
)  # fmt: skip
"""The tables that may lie in a cluster's folder."""

STEMS = {"told_tensions": "tensions"}
"""Tables of a cluster whose file bears the name of a list of the compendium."""

CONTEXT_TABLES = (
    "observations", "events", "initiatives", "phases", "findings", "protection", "definitions",
    "cpi",
)  # fmt: skip
"""The tables that may lie in a city's or country's folder."""

OPEN = {"survey": ("respondent", "park")}
"""Tables without a schema, for their further columns are their own: the first columns."""

LISTS = (
    "codebook",
    "codes",
    "second_coding",
    "recommendations",
    "tensions",
    "culture_2030",
    "glossary",
    "abstracts",
    "changes",
)
"""The tables of the whole compendium, in `data/` itself."""

LITERATURE = ("works", "positions", "partings", "tellings", "dimensions")
"""The tables on the literature, in `data/literature/`."""

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


def file_name(table: str) -> str:
    """Return the name of a table's file in a cluster's or context's folder."""
    return f"{STEMS.get(table, table)}.csv"


@cache
def _schema_text(table: str) -> str:
    return (Path(__file__).parent / "schema" / f"{table}.json").read_text(encoding="utf-8")


def schema(table: str) -> Descriptor:
    """Return the Table Schema of a table as a fresh dictionary. Raises `KeyError` for no table."""
    if table not in TABLES:
        raise KeyError(table)
    result: Descriptor = json.loads(_schema_text(table))
    return result


def columns(table: str) -> tuple[str, ...]:
    """Return the columns that a table must have, in their order."""
    if table in OPEN:
        return OPEN[table]
    optional = OPTIONAL_COLUMNS.get(table, ())
    named = (field["name"] for field in schema(table)["fields"])
    return COLUMNS.get(table) or tuple(name for name in named if name not in optional)


def schema_of(table: str, header: list[str]) -> Descriptor:
    """Return the schema for a file with these columns: its known ones, in the file's order."""
    result = schema(table)
    fields = {field["name"]: field for field in result["fields"]}
    result["fields"] = [fields[name] for name in dict.fromkeys(header) if name in fields]
    return result


def folder_package(folder: Path) -> Descriptor:
    """Return the Data Package of one evidence folder; paths are relative to the folder."""
    title = folder.name
    if (folder / "cluster.csv").is_file():
        with (folder / "cluster.csv").open(encoding="utf-8-sig", newline="") as file:
            facts = {row.get("field"): row.get("value") for row in csv.DictReader(file)}
        title = facts.get("name") or title
    return _package(folder.name, f"Evidence on {title}", list(_resources(folder, folder, "")))


def data_package(root: Path | None = None) -> Descriptor:
    """Return the Data Package of the whole evidence; paths are relative to `data/`."""
    data = (root or book_root()) / "data"
    resources = [
        _table(path, path.stem, data, prefix)
        for place, names, prefix in (
            (data, LISTS, ""),
            (data / "literature", LITERATURE, "literature-"),
        )
        for path in (place / f"{name}.csv" for name in names)
        if path.is_file()
    ]
    resources += [*_bib(data / "sources.bib", data, "")]
    resources += [*_bib(data / "literature" / "sources.bib", data, "literature-")]
    for kind in ("clusters", "context"):
        for folder in sorted(path for path in (data / kind).iterdir() if path.is_dir()):
            resources += _resources(folder, data, f"{folder.name}-")
    title = "Evidence on industrial-heritage creative clusters"
    package = _package("clusterbook-evidence", title, resources)
    return {**package, "version": read_edition(root).number}


def _package(name: str, title: str, resources: list[Descriptor]) -> Descriptor:
    return {
        "profile": "data-package",
        "name": name,
        "title": title,
        "licenses": [LICENCE],
        "resources": resources,
    }


def _resources(folder: Path, base: Path, prefix: str) -> Iterator[Descriptor]:
    for table in (name for name in TABLES if name in {*CLUSTER_TABLES, *CONTEXT_TABLES}):
        path = folder / file_name(table)
        if path.is_file():
            yield _table(path, table, base, prefix)
    yield from _bib(folder / "sources.bib", base, prefix)


def _bib(path: Path, base: Path, prefix: str) -> Iterator[Descriptor]:
    if path.is_file():
        yield {
            "name": f"{prefix}sources",
            "path": path.relative_to(base).as_posix(),
            "title": "Sources",
            "description": "The sources that the rows name, in BibTeX.",
            "mediatype": "application/x-bibtex",
            "encoding": "utf-8",
        }


def _table(path: Path, table: str, base: Path, prefix: str) -> Descriptor:
    title, description = TABLES[table]
    return {
        "profile": "tabular-data-resource",
        "name": f"{prefix}{path.stem}",
        "path": path.relative_to(base).as_posix(),
        "title": title,
        "description": description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema_of(table, read_records(path)[0]),
    }


def written(package: Descriptor) -> str:
    """Return a descriptor as the text of its file."""
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    target = book_root() / "data" / "datapackage.json"
    target.write_text(written(data_package()), encoding="utf-8")
    print(f"wrote {target}")
