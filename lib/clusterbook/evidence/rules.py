"""What the rules of evidence share: a sheet, its problems, and the words they are told in."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from .package import OPEN, columns
from .problems import EvidenceError, Problem
from .sources import Source
from .tables import OPTIONAL_COLUMNS, read_records
from .vocabulary import LONGEST_NAME

Rows = list[tuple[int, dict[str, str]]]
_LONGEST = 60


@dataclass(frozen=True)
class Sheet:
    """A table as written: its file, its columns, and its rows with their numbers."""

    table: str
    file: str
    header: list[str]
    rows: Rows
    ragged: int = 0

    def column(self, name: str) -> Iterator[tuple[int, str]]:
        """Yield row number and cell of a column; nothing where the column is missing."""
        if name in self.header:
            for number, cells in self.rows:
                yield number, cells[name]

    @property
    def size(self) -> int:
        """The number of rows that hold anything."""
        return len(self.rows) + self.ragged


@dataclass(frozen=True)
class Questions:
    """What a survey may hold: its items, and the answers that are offered."""

    items: tuple[str, ...]
    values: tuple[int, ...]


@dataclass(frozen=True)
class Asked:
    """What a cluster may answer or tell of: recommendations by id with their kind, and tensions."""

    recommendations: dict[str, str]
    tensions: tuple[str, ...]


@dataclass(frozen=True)
class Indicator:
    """What the codebook says of an indicator that its rows are held against."""

    label: str = ""
    measure: str = ""
    family: str = ""


@dataclass(frozen=True)
class Context:
    """What the rows of a folder may refer to; None is a list that could not be read."""

    sources: frozenset[str] | None
    indicators: frozenset[str] | None
    own_codebook: bool = True
    survey: Questions | None = None
    asked: Asked | None = None
    measured: Mapping[str, Indicator] = field(default_factory=dict)
    last_year: int | None = None  # the year that follows the edition's evidence
    texts: Mapping[str, Source] = field(default_factory=dict)


Rule = Callable[[Sheet, Context], Iterator[Problem]]


def said(text: str) -> str:
    """Return data's own text in quotes: control characters escaped, cut when very long."""
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def name_fault(text: str) -> tuple[str, str] | None:
    """Return why a text can be no name, title or key, and the cure; None for one that can."""
    if text.isprintable() and len(text) <= LONGEST_NAME:
        return None
    if len(text.splitlines()) > 1 or text[-1:] in ("\n", "\r"):
        return f"{said(text)} holds a line break", "write it in one line"
    if len(text) > LONGEST_NAME:
        wrong = f"{said(text)} has {len(text):,} characters"
        return wrong, f"write at most {LONGEST_NAME}; a note has room for more"
    return None


def white_space(sheet: Sheet, columns: Iterable[str]) -> Iterator[Problem]:
    """Yield the cells that begin or end with white space, which makes another word of them."""
    for name in columns:
        for row, cell in sheet.column(name):
            plain = cell.strip()
            if plain in (cell, ""):
                continue
            right = f"write {said(plain)}"
            if len(cell) > _LONGEST:
                near = (
                    f"before {plain[:20]!r}" if cell == cell.rstrip() else f"after {plain[-20:]!r}"
                )
                right = f"delete the white space {near}"
            wrong = f"{said(cell)} begins or ends with white space"
            yield Problem(sheet.file, row, name, wrong, right)


@lru_cache(maxsize=4096)
def nearest(word: str, known: tuple[str, ...] | frozenset[str]) -> str | None:
    """Return the known word that `word` is most likely meant to be, if any is near."""
    plain = word.strip().casefold().replace(" ", "_")
    for candidate in known:
        if candidate.casefold() == plain:
            return candidate
    begun = [c for c in known if len(plain) > 2 and c.casefold().startswith(plain)]
    if len(begun) == 1:
        return begun[0]
    near = difflib.get_close_matches(plain[:_LONGEST], known, n=1, cutoff=0.6)
    return near[0] if near else None


def one_of(word: str, known: tuple[str, ...]) -> str:
    """Return the advice for a word outside a closed list: the nearest allowed, and the list."""
    near = nearest(word, known)
    listed = ", ".join(known)
    return f"write {near} (the list: {listed})" if near else f"write one of {listed}"


def read_sheet(path: Path, table: str) -> tuple[Sheet | None, list[Problem]]:
    """Return a CSV file as a sheet, None where it is unreadable, and what is wrong with its form.

    Rows are numbered as a spreadsheet numbers them (see `read_records`), wholly empty rows are
    passed over, and ragged ones are reported and left out.
    """
    try:
        records = read_records(path)
    except EvidenceError as error:
        return None, error.problems
    wanted = columns(table)
    header = records[0] if records else []
    right = f"write the header {','.join(wanted)}"
    if not any(map(any, records)):
        return None, [Problem(path.name, 1, "", "is empty", right)]
    if misplaced := _misplaced(path.name, records, wanted):
        return None, [misplaced]
    if not any(header):
        return None, [Problem(path.name, 1, "", "has no header", right)]
    problems = list(_header_problems(path.name, table, header))
    rows: Rows = []
    ragged: list[Problem] = []
    for number, cells in enumerate(records[1:], start=2):
        if not any(cells):
            continue
        if len(cells) == len(header):
            rows.append((number, dict(zip(reversed(header), reversed(cells), strict=True))))
            continue
        wrong = f"has {len(cells)} cells, the header {len(header)}"
        more = len(cells) > len(header)
        quote = "put text that holds a comma in double quotes, or empty the cells beyond"
        cure = quote if more else "fill in the commas"
        ragged.append(Problem(path.name, number, "", wrong, cure))
    if rows or not problems:  # else it is the header that does not fit, not the rows
        problems += ragged
    return Sheet(table, path.name, header, rows, len(ragged)), problems


_SIGNS = {";": "semicolons", "\t": "tabs", "|": "bars", ",": "commas"}
_TITLE_ROWS = 20
"""Rows above the header in which a title or a line for the spreadsheet is looked for."""


def _misplaced(file: str, records: list[list[str]], wanted: Iterable[str]) -> Problem | None:
    """Return why the header is not the first row's cells: lines above it, or another separator."""
    names = set(wanted)
    for number, cells in enumerate(records[:_TITLE_ROWS], start=1):
        line = ",".join(cells)
        found = {sign: {name.strip(' "\ufeff').casefold() for name in line.split(sign)} & names
                 for sign in _SIGNS}  # fmt: skip
        sign = max(found, key=lambda sign: len(found[sign]))
        if len(found[sign]) < min(3, len(names)):
            continue
        parted = sign == "," and len(cells) > 1
        faults, cures = [], []
        if number > 1:
            first = f"row 1 is {said(','.join(records[0]).rstrip(','))}, and "
            faults.append(f"{first if any(records[0]) else ''}the header stands in row {number}")
            cures.append("delete row 1" if number == 2 else f"delete rows 1 to {number - 1}")
        if not parted:
            faults.append(f"its cells are separated by {_SIGNS[sign]}" if sign != ","
                          else "each row stands in one cell")  # fmt: skip
            cures.append("save it as CSV with commas")
        return Problem(file, 1, "", "; ".join(faults), ", ".join(cures)) if faults else None
    return None


def _header_problems(file: str, table: str, header: list[str]) -> Iterator[Problem]:
    wanted = columns(table)
    known = (*wanted, *OPTIONAL_COLUMNS.get(table, ()))
    unknown = [name for name in header if name not in known]
    for name in wanted:
        if name in header:
            continue
        alike = next((n for n in unknown if nearest(n, known) == name), None)
        right = f"the columns are {','.join(wanted)}"
        if alike is not None:
            unknown.remove(alike)
            right = f"rename the column {said(alike)} to {name}"
        yield Problem(file, 1, name, "the column is missing", right)
    for name in dict.fromkeys(unknown):
        if name and table in OPEN:
            continue
        wrong = "the column is not known" if name else "a column has no name"
        yield Problem(file, 1, name, wrong, f"leave it out; the columns are {','.join(known)}")
    for name in sorted(set(header)):
        if name and header.count(name) > 1:
            yield Problem(file, 1, name, "the column stands there twice", "delete one")
