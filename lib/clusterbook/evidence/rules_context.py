"""What the rows of a folder may refer to: sources of its city and country, and the codebook."""

from __future__ import annotations

import os
from pathlib import Path

from .bib_files import read_bib
from .instrument import instrument_folder, read_instrument
from .problems import EvidenceError, Problem, said, told
from .root import context_folder
from .rules import Context, Indicator
from .rules_files import Reading
from .settings import read_edition
from .sheets import Sheet, read_sheet
from .sources import Source, read_sources


def is_context(folder: Path) -> bool:
    """Return whether a folder holds a city or country, not a cluster."""
    return folder.parent.name == "context"


def context_of(folder: Path, root: Path, reading: Reading) -> Context:
    """Return what the rows of a folder may refer to, as far as that can be read.

    Told in `reading` are a missing `sources.bib`, and indicators of the folder's own codebook that
    the common one has already.
    """
    sources = _known_sources(folder, root, reading)
    if sources is not None and not (folder / "sources.bib").exists():
        used = {key for sheet in reading.sheets for _, key in sheet.column("source") if key}
        if used - sources:
            right = "export it from the reference manager as BibTeX"
            reading.problems.append(Problem("sources.bib", None, "", "is missing", right))
            sources = None
    graded = any(cell for sheet in reading.sheets for _, cell in sheet.column("grade"))
    return Context(
        sources, _known_indicators(folder, root, reading), not is_context(folder),
        questions(root)[0] if reading.sheet("survey") else None,
        _by_id(root, "recommendations", "kind"), _by_id(root, "tensions", "tension"),
        reading.last_year, _texts(folder, root, reading) if graded else {},
    )  # fmt: skip


def _known_sources(folder: Path, root: Path, reading: Reading) -> frozenset[str] | None:
    """Return the keys that rows of a folder may name; None where not all of them can be read.

    They are those of the folder, then of a cluster's city and country, or of a city's country,
    then of the compendium.
    """
    if reading.keys is None or _unread(folder, "cluster", reading):
        return None
    above = [read_bib(path).keys for path in _files_above(folder, root, reading)]
    return None if None in above else reading.keys.union(*filter(None, above))


def _texts(folder: Path, root: Path, reading: Reading) -> dict[str, Source]:
    """Return the sources that rows of a folder may name; without those that cannot be read."""
    found: dict[str, Source] = {}
    for path in [folder / "sources.bib", *_files_above(folder, root, reading)]:
        try:
            found = read_sources(path, path.parent.name) | found
        except EvidenceError:
            continue  # the file's own problems are told where it is checked
    return found


def _files_above(folder: Path, root: Path, reading: Reading) -> list[Path]:
    data = root / "data"
    places = [data / "context" / place for place in sorted(_above(folder, root, reading)) if place]
    files = [place / "sources.bib" for place in [*places, data]]
    return [path for path in files if path.is_file()]


def _unread(folder: Path, table: str, reading: Reading) -> bool:
    return reading.sheet(table) is None and os.path.lexists(folder / f"{table}.csv")


def _known_indicators(folder: Path, root: Path, reading: Reading) -> dict[str, Indicator] | None:
    """Return the indicators of the codebook and of the folder's own; None where one is unread."""
    common = _sheet(root / "data" / "codebook.csv", "codebook")
    own = reading.sheet("codebook")
    if common is None:
        return None
    known = _indicators(common)
    for row, name in own.column("indicator") if own else ():
        if name in known:
            wrong = f"{said(name)} is in data/codebook.csv already"
            right = "use it as it is, or give yours another name"
            reading.problems.append(Problem("codebook.csv", row, "indicator", wrong, right))
    unread = _unread(folder, "codebook", reading)
    return None if unread else (_indicators(own) if own else {}) | known


def last_year(root: Path) -> int | None:
    """Return the year that follows the edition's evidence: no row is dated later.

    None where the edition does not say when its evidence ends.
    """
    try:
        return int(read_edition(root).year) + 1
    except (EvidenceError, ValueError):
        return None


def questions(root: Path) -> tuple[tuple[tuple[str, ...], tuple[int, ...]] | None, list[Problem]]:
    """Return the items and answers of the questionnaire, and what is wrong with it itself.

    None where there is no questionnaire or where it cannot be read.
    """
    if not instrument_folder(root).is_dir():
        return None, []
    try:
        found = read_instrument(root)
    except EvidenceError as error:
        return None, told(error.problems, "instruments/creative-space")
    return (tuple(found.names), tuple(found.values)), []


def _by_id(root: Path, table: str, column: str) -> dict[str, str] | None:
    """Return a column of one of the compendium's lists by id; None where it is not readable."""
    sheet = _sheet(root / "data" / f"{table}.csv", table)
    if sheet is None or not {"id", column} <= set(sheet.header):
        return None
    return {cells["id"]: cells[column] for _, cells in sheet.rows}


def _indicators(sheet: Sheet) -> dict[str, Indicator]:
    columns = ("label", "measure", "unit_family")
    return {
        cells.get("indicator", ""): Indicator(*(cells.get(name, "") for name in columns))
        for _, cells in sheet.rows
    }


def _above(folder: Path, root: Path, reading: Reading) -> set[str]:
    if not is_context(folder):
        facts = reading.sheet("cluster")
        return set(_city_and_country(facts, root)) if facts else set()
    found = set()
    for path in sorted((root / "data" / "clusters").glob("*/cluster.csv")):
        sheet = _sheet(path, "cluster")
        city, country = _city_and_country(sheet, root) if sheet else ("", "")
        if city == folder.name:
            found.add(country)
    return found


def _sheet(path: Path, table: str) -> Sheet | None:
    return read_sheet(path, table)[0] if path.is_file() else None


def _city_and_country(facts: Sheet, root: Path) -> tuple[str, str]:
    rows = reversed([*facts.facts()])  # so that the first counts where an attribute is given twice
    given = {name: value for _, name, value in rows}
    city, country = (context_folder(given.get(name, ""), root) for name in ("city", "country"))
    return city.name if city else "", country.name if country else ""
