"""What the rows of a folder may refer to: sources of its city and country, and the codebook."""

from __future__ import annotations

import re
from pathlib import Path

from .problems import Problem
from .rules import Asked, Sheet, read_sheet, said
from .rules_files import Reading
from .rules_sources import bib_problems


def is_context(folder: Path) -> bool:
    """Return whether a folder holds a city or country, not a cluster."""
    return folder.parent.name == "context"


def known_sources(folder: Path, root: Path, reading: Reading) -> frozenset[str] | None:
    """Return the keys that rows of a folder may name; None where its own cannot be read.

    They are those of the folder, then of a cluster's city and country, or of a city's country.
    """
    if reading.keys is None:
        return None
    known = reading.keys
    for place in _above(folder, root, reading):
        path = root / "data" / "context" / place / "sources.bib"
        if place and path.is_file():
            known |= bib_problems(path)[0] or frozenset()
    return known


def known_indicators(root: Path, reading: Reading) -> frozenset[str] | None:
    """Return the indicators of the codebook and of the folder's own; None without a codebook."""
    own = reading.sheet("codebook")
    known = _common(root)
    return known and known | {name for _, name in (own.column("indicator") if own else ())}


def asked(root: Path) -> Asked | None:
    """Return the compendium's recommendations and tensions; None where a list is not readable."""
    recommendations = _by_id(root, "recommendations", "kind")
    tensions = _by_id(root, "tensions", "tension")
    if recommendations is None or tensions is None:
        return None
    return Asked(recommendations, tuple(tensions))


def _by_id(root: Path, table: str, column: str) -> dict[str, str] | None:
    path = root / "data" / f"{table}.csv"
    sheet, _ = read_sheet(path, table) if path.is_file() else (None, [])
    if sheet is None or not {"id", column} <= set(sheet.header):
        return None
    return {cells["id"]: cells[column] for _, cells in sheet.rows}


def codebook_problems(root: Path, reading: Reading) -> list[Problem]:
    """Return the indicators of a folder's own codebook that the common one has already."""
    own = reading.sheet("codebook")
    common = _common(root)
    if own is None or common is None:
        return []
    right = "use it as it is, or give yours another name"
    return [
        Problem(own.file, row, "indicator", f"{said(name)} is in data/codebook.csv already", right)
        for row, name in own.column("indicator")
        if name in common
    ]


def _common(root: Path) -> frozenset[str] | None:
    path = root / "data" / "codebook.csv"
    sheet, _ = read_sheet(path, "codebook") if path.is_file() else (None, [])
    return frozenset(name for _, name in sheet.column("indicator")) if sheet else None


def _above(folder: Path, root: Path, reading: Reading) -> set[str]:
    if not is_context(folder):
        facts = reading.sheet("cluster")
        return set(_city_and_country(facts)) if facts else set()
    found = set()
    for path in sorted((root / "data" / "clusters").glob("*/cluster.csv")):
        sheet, _ = read_sheet(path, "cluster")
        city, country = _city_and_country(sheet) if sheet else ("", "")
        if city == folder.name:
            found.add(country)
    return found


def _city_and_country(facts: Sheet) -> tuple[str, str]:
    rows = reversed(facts.rows)  # so that the first counts where an attribute is given twice
    given = {cells.get("field", ""): cells.get("value", "") for _, cells in rows}
    city, country = (
        re.sub(r"[^a-z0-9]+", "-", given.get(name, "").lower()).strip("-")
        for name in ("city", "country")
    )
    return city, country
