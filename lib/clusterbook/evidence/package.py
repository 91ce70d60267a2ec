"""The Data Package: what the tables hold, for people and for other programs.

`python -m clusterbook.evidence.package` writes `data/datapackage.json` anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from .root import book_root
from .schemas import (
    CLUSTER_TABLES,
    CONTEXT_TABLES,
    LISTS,
    LITERATURE,
    TABLES,
    Descriptor,
    file_name,
    schema_of,
)
from .settings import read_edition
from .sheets import attributes, read_records, read_table

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


def folder_package(folder: Path) -> Descriptor:
    """Return the Data Package of one evidence folder; paths are relative to the folder."""
    title = attributes(read_table(folder / "cluster.csv", "cluster")).get("name") or folder.name
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
