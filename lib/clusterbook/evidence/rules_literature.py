"""The rules for `data/literature/`: works of which it is said what was read, and who holds what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from .problems import Problem, one_of, said
from .rules import Context, Fault, hint
from .rules_files import Reading, read_files
from .rules_rows import sheet_problems
from .schemas import LITERATURE
from .select import selectors
from .sheets import Sheet

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
    context = Context(None if entries is None or common is None else entries | common)
    for sheet in reading.sheets:
        reading.problems += sheet_problems(sheet, context)
    if works := reading.sheet("works"):
        reading.problems += [*_problems(works, _read(works)), *_listed(works, entries or ())]
        given = {cells.get("source", ""): cells.get("read", "") for _, cells in works.rows}
        for sheet in reading.sheets:
            if sheet.table in ("positions", "partings", "dimensions"):
                reading.problems += _problems(sheet, _works(sheet, given))
    positions, tellings = reading.sheet("positions"), reading.sheet("tellings")
    if positions and tellings:
        known = tuple(sorted({key for _, key in positions.column("position")}))
        reading.problems += _problems(tellings, _pairs(tellings, known))
    return reading


def _problems(sheet: Sheet, faults: Iterator[Fault]) -> list[Problem]:
    return [Problem(sheet.file, *fault) for fault in faults]


def _read(works: Sheet) -> Iterator[Fault]:
    """A work of which something was read is told; of one of which nothing was, nothing is."""
    for row, cells in works.rows:
        nothing = cells.get("read") == "nothing"
        for name in TOLD:
            cell = cells.get(name, "")
            if nothing and cell:
                wrong = f"{said(cell)} is told of a work of which nothing was read"
                yield row, name, wrong, "say what was read, or empty the cell"
            elif not nothing and name in cells and not cell:
                right = "tell it, or write nothing in the column read"
                yield row, name, "is empty, but the work was read", right


def _listed(works: Sheet, entries: Iterable[str]) -> Iterator[Problem]:
    """Every entry of the folder's sources.bib has its row among the works."""
    for key in sorted(set(entries) - {cells.get("source", "") for _, cells in works.rows}):
        right = "add its row to works.csv, with what was read of it"
        yield Problem("sources.bib", None, key, "is no work of works.csv", right)


def _works(sheet: Sheet, given: dict[str, str]) -> Iterator[Fault]:
    """Works that a row names exist, each once, and something of them was read."""
    names = [name for name in sheet.header if name == "works" or name.endswith("_works")]
    for name in names or ["source"]:
        for row, cell in sheet.column(name):
            named = selectors(cell)
            for key in dict.fromkeys(named):
                if key not in given:
                    right = f"{hint(key, frozenset(given))}add its row there"
                    yield row, name, f"{said(key)} is no work of works.csv", right
                elif given[key] == "nothing":
                    wrong = f"nothing of {said(key)} was read, so nobody knows what it holds"
                    yield row, name, wrong, "take it out"
                elif named.count(key) > 1:
                    yield row, name, f"{said(key)} stands there twice", "name each work once"


def _pairs(tellings: Sheet, known: tuple[str, ...]) -> Iterator[Fault]:
    """What tells two positions apart names two that exist."""
    for row, cells in tellings.rows:
        for name in ("one", "other"):
            key = cells.get(name, "")
            if key and key not in known:
                yield row, name, f"{said(key)} is no position of positions.csv", one_of(key, known)
        if cells.get("one") and cells.get("one") == cells.get("other"):
            wrong = f"{said(cells['one'])} is both positions"
            yield row, "other", wrong, "name another position"
