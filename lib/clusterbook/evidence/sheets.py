"""Tables as they are written: their cells by row and column, and what is wrong with their form."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from .problems import EvidenceError, Problem, nearest, said
from .schemas import COLUMNS, OPEN, OPTIONAL_COLUMNS
from .text_files import read_text

# The limit is the process's; frictionless sets it so too, so a long cell is read the same always.
csv.field_size_limit(2**31 - 1)


def _last_row(text: str) -> int:
    return sum(1 for _ in csv.reader(io.StringIO(f"{text}?", newline="")))


def read_records(path: Path) -> list[list[str]]:
    """Return the cells of a CSV file, record by record: what a spreadsheet shows as its rows.

    A record is a row whatever lines its quoted cells span, and an empty line is a row, so record
    `i` (from 0) is row `i + 1`. A byte order mark and any line ends are accepted, and letters are
    composed (NFC), so that a key is the same wherever it was typed. Raises `EvidenceError` for a
    file that cannot be read, is not UTF-8 or no CSV.
    """
    text = read_text(path, "save it as CSV UTF-8", _last_row)
    records: list[list[str]] = []
    try:
        records.extend(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        right = "close the double quotes of the cell, and write a quote within it twice"
        raise EvidenceError(
            [Problem(path.name, len(records) + 1, "", f"is no CSV: {error}", right)]
        ) from None
    return records


Rows = list[tuple[int, dict[str, str]]]


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

    def facts(self, *names: str) -> Iterator[tuple[int, str, str]]:
        """Yield row number, field and value of a cluster's attributes, or of those named."""
        for number, cells in self.rows if {"field", "value"} <= set(self.header) else ():
            if not names or cells["field"] in names:
                yield number, cells["field"], cells["value"]

    def frame(self) -> pd.DataFrame:
        """Return the table as text; the index is the row as a spreadsheet numbers it."""
        cells = [[cells[name] for name in self.header] for _, cells in self.rows]
        return pd.DataFrame(cells, [number for number, _ in self.rows], self.header, dtype=object)

    @property
    def size(self) -> int:
        """The number of rows that hold anything."""
        return len(self.rows) + self.ragged


def read_sheet(path: Path, table: str) -> tuple[Sheet | None, list[Problem]]:
    """Return a CSV file as a sheet, None where it is unreadable, and what is wrong with its form.

    Rows are numbered as a spreadsheet numbers them (see `read_records`), wholly empty rows are
    passed over, and ragged ones are reported and left out.
    """
    try:
        records = read_records(path)
    except EvidenceError as error:
        return None, error.problems
    wanted = COLUMNS[table]
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
    wanted = COLUMNS[table]
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


def read_table(path: Path, table: str) -> pd.DataFrame:
    """Return a table as text, every cell as written; the index is the row of the spreadsheet.

    An absent file gives an empty table, an absent optional column empty cells. Raises
    `EvidenceError` for a file whose form is wrong (see `read_sheet`).
    """
    extra = OPTIONAL_COLUMNS.get(table, ())
    if not path.is_file():
        return pd.DataFrame(columns=[*COLUMNS[table], *extra])
    sheet, problems = read_sheet(path, table)
    if sheet is None or problems:
        raise EvidenceError(problems)
    return sheet.frame().assign(**{name: "" for name in extra if name not in sheet.header})


def attributes(facts: pd.DataFrame) -> dict[str, str]:
    """Return the values of a table of attributes by field; of one given twice the first counts."""
    rows = facts.iloc[::-1]
    return dict(zip(rows["field"], rows["value"], strict=True))


def read_csv(path: Path, table: str) -> pd.DataFrame:
    """Return a table as `read_table` does, with its rows' numbers in the column `row`."""
    frame = read_table(path, table)
    return frame.assign(row=frame.index).reset_index(drop=True)
