"""The rules for `data/literature/`: works of which it is said what was read, and who holds what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .package import LITERATURE
from .problems import Problem
from .rules import Context, Sheet, nearest, one_of, said
from .rules_files import Reading, read_files
from .rules_rows import row_problems
from .rules_schema import schema_problems

TOLD = ("says", "about", "m50", "stance", "strand", "confidence")
"""What is told of a work that was read in any way, and of no other."""


def literature(folder: Path, common: frozenset[str] | None, last_year: int | None) -> Reading:
    """Return what was read of the folder, with every problem of it.

    `common` are the keys of the compendium's own sources, which works may name too; None where they
    cannot be read.
    """
    files = ("sources.bib", *(f"{table}.csv" for table in LITERATURE))
    reading = read_files(folder, files, last_year)
    entries = reading.keys
    known = None if entries is None or common is None else entries | common
    for sheet in reading.sheets:
        reading.problems += schema_problems(sheet) + row_problems(sheet, Context(known, None))
        reading.problems += _blank(sheet)
    works = reading.sheet("works")
    if works:
        reading.problems += _read(works)
        reading.problems += _listed(works, entries or frozenset())
        given = {cells.get("source", ""): cells.get("read", "") for _, cells in works.rows}
        for sheet in reading.sheets:
            if sheet.table in ("positions", "partings", "dimensions"):
                reading.problems += _works(sheet, given)
    positions, tellings = reading.sheet("positions"), reading.sheet("tellings")
    if positions and tellings:
        reading.problems += _pairs(tellings, frozenset(k for _, k in positions.column("position")))
    return reading


def _blank(sheet: Sheet) -> Iterator[Problem]:
    """No cell holds white space alone, which would pass for a sentence."""
    for name in dict.fromkeys(sheet.header):
        for row, cell in sheet.column(name):
            if cell and not cell.strip():
                yield Problem(sheet.file, row, name, "is blank", "fill it, or empty it")


def _read(works: Sheet) -> Iterator[Problem]:
    """A work of which something was read is told; of one of which nothing was, nothing is."""
    for row, cells in works.rows:
        nothing = cells.get("read") == "nothing"
        for name in TOLD:
            cell = cells.get(name, "")
            if nothing and cell:
                wrong = f"{said(cell)} is told of a work of which nothing was read"
                yield Problem(works.file, row, name, wrong, "say what was read, or empty the cell")
            elif not nothing and name in cells and not cell:
                right = "tell it, or write nothing in the column read"
                yield Problem(works.file, row, name, "is empty, but the work was read", right)


def _listed(works: Sheet, entries: frozenset[str]) -> Iterator[Problem]:
    """Every entry of the folder's sources.bib has its row among the works."""
    for key in sorted(entries - {cells.get("source", "") for _, cells in works.rows}):
        right = "add its row to works.csv, with what was read of it"
        yield Problem("sources.bib", None, key, "is no work of works.csv", right)


def _works(sheet: Sheet, given: dict[str, str]) -> Iterator[Problem]:
    """Works that a row names exist, each once, and something of them was read."""
    names = [name for name in sheet.header if name == "works" or name.endswith("_works")]
    for name in names or ["source"]:
        for row, cell in sheet.column(name):
            named = keys(cell)
            for key in dict.fromkeys(named):
                if key not in given:
                    near = nearest(key, frozenset(given))
                    wrong = f"{said(key)} is no work of works.csv"
                    right = f"write {near}, or add its row there" if near else "add its row there"
                elif given[key] == "nothing":
                    wrong = f"nothing of {said(key)} was read, so nobody knows what it holds"
                    right = "take it out"
                elif named.count(key) > 1:
                    wrong, right = f"{said(key)} stands there twice", "name each work once"
                else:
                    continue
                yield Problem(sheet.file, row, name, wrong, right)


def _pairs(tellings: Sheet, positions: frozenset[str]) -> Iterator[Problem]:
    """What tells two positions apart names two that exist."""
    known = tuple(sorted(positions))
    for row, cells in tellings.rows:
        one, other = cells.get("one", ""), cells.get("other", "")
        for name, key in (("one", one), ("other", other)):
            if key and key not in positions:
                wrong, right = f"{said(key)} is no position of positions.csv", one_of(key, known)
                yield Problem(tellings.file, row, name, wrong, right)
        if one and one == other:
            right = "name another position"
            yield Problem(tellings.file, row, "other", f"{said(one)} is both positions", right)


def keys(cell: str) -> list[str]:
    """Return the keys of works that a cell names, in its order."""
    return [key for part in cell.split(";") if (key := part.strip())]
