"""One workbook in place of the tables of a folder: `evidence.xlsx` with a sheet for each table.

A workbook is read by unpacking it: `unpacked` gives a folder of CSVs for as long as it is needed,
in which rows have the numbers that they have in the sheets. What a spreadsheet may have changed
unseen (formulas, percentages, errors, merged cells) is refused with its cell.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from .problems import EvidenceError, Problem
from .root import book_root
from .schemas import CLUSTER_TABLES, COLUMNS, TABLES, file_name, schema
from .sheets import read_records

FILE = "evidence.xlsx"
_LISTS = "lists"
_SHEETS = {Path(file_name(table)).stem: table for table in CLUSTER_TABLES}
_ROWS = 100_000
"""Rows of a new sheet that have lists to choose from."""


def has_workbook(folder: Path) -> bool:
    """Return whether a folder's evidence stands in a workbook."""
    return (folder / FILE).is_file()


def sheet_file(file: str) -> str:
    """Return how a table of an unpacked workbook is told: "evidence.xlsx, sheet events"."""
    return f"{FILE}, sheet {file.removesuffix('.csv')}"


@contextmanager
def unpacked(folder: Path) -> Iterator[tuple[Path, list[Problem]]]:
    """Give a folder of the same name with the workbook's sheets as CSVs, and what is wrong.

    A folder without a workbook is given as it is. The files beside the workbook come along.
    """
    if not has_workbook(folder):
        yield folder, []
        return
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / folder.name
        shutil.copytree(folder, made, symlinks=True, ignore=shutil.ignore_patterns(FILE))
        try:
            yield made, _unpack(folder / FILE, made)
        except EvidenceError as error:
            yield made, error.problems


def told_in_workbook(problems: list[Problem]) -> list[Problem]:
    """Return problems of unpacked tables with their sheets as files."""
    tables = {file_name(table) for table in CLUSTER_TABLES}
    return [replace(p, file=sheet_file(p.file)) if p.file in tables else p for p in problems]


def _unpack(path: Path, target: Path) -> list[Problem]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path)
    except Exception as error:  # whatever a spoilt zip or its XML makes openpyxl raise
        wrong = f"cannot be read: {type(error).__name__}"
        return [Problem(FILE, None, "", wrong, "save it anew as .xlsx")]
    problems: list[Problem] = []
    seen: set[str] = set()
    for sheet in book.worksheets:
        name = sheet.title.strip().casefold()
        if name == _LISTS:
            continue
        if name not in _SHEETS or name in seen:
            if any(cell.value is not None for row in sheet.iter_rows() for cell in row):
                right = f"name it one of {', '.join(_SHEETS)}, each once, or delete it"
                problems.append(Problem(FILE, None, f"sheet {sheet.title}", "is not read", right))
            continue
        seen.add(name)
        stands = target / f"{name}.csv"
        if stands.exists():
            wrong = f"holds the sheet {name}, and {name}.csv stands beside it"
            problems.append(Problem(FILE, None, "", wrong, "keep one of the two"))
            continue
        problems += _write_sheet(sheet, stands)
    return problems


def _write_sheet(sheet: Any, target: Path) -> list[Problem]:
    problems = []
    file = sheet_file(target.name)
    for merged in sheet.merged_cells.ranges:
        wrong = f"cells {merged} are merged"
        problems.append(Problem(file, merged.min_row, "", wrong, "split them and fill in each"))
    header: list[str] = []
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        for number, cells in _filled(sheet):
            texts = [""] * max([len(header), *(cell.column for cell in cells)])
            for cell in cells:
                name = header[cell.column - 1] if cell.column <= len(header) else ""
                texts[cell.column - 1], fault = _text(cell, name)
                if fault:
                    place = f"{name} ({cell.coordinate})".strip()
                    problems.append(Problem(file, number, place, *fault))
            header = header or texts
            writer.writerow(texts if any(texts) else [])
    return problems


def _filled(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """Each row's number and the cells in it that hold anything.

    `iter_rows` would make every cell up to the last one that was ever touched, if only coloured:
    one at the far corner of a sheet is seventeen billion cells.
    """
    rows: dict[int, list[Any]] = {}
    for (row, _), cell in sorted(sheet._cells.items()):
        if cell.value is not None:
            rows.setdefault(row, []).append(cell)
    for number in range(1, max(rows, default=0) + 1):
        yield number, rows.get(number, [])


def _text(cell: Any, name: str) -> tuple[str, tuple[str, str] | None]:
    """The cell of a column as it would stand in a CSV, and its fault with the remedy."""
    from openpyxl.utils.escape import unescape

    value, form = cell.value, str(cell.number_format)
    if cell.data_type == "f":
        return "", ("holds a formula", "copy the cell and paste it as a value")
    if cell.data_type == "e":
        return "", (f"holds the error {value}", "write what the source says")
    if value is None:
        return "", None
    if isinstance(value, bool):
        return str(int(value)), None
    if isinstance(value, dt.datetime | dt.date):
        return _date(value, form), _date_fault(value, name)
    if isinstance(value, dt.time | dt.timedelta):
        return str(value), ("holds a time of day", "write it as text, in the form of the column")
    if isinstance(value, int | float):
        number = f"{value:.15g}"
        if "%" in form:
            wrong = f"is formatted as a percentage: {value * 100:.12g}%"
            right = f"format it as text, write {value * 100:.12g} and the unit percent"
            return number, (wrong, right)
        return number, None
    return unescape(str(value)), None


def _date(value: dt.date, form: str) -> str:
    """A date with the precision that its format shows: a month typed as such stays a month."""
    plain = re.sub(r"\[[^\]]*\]|\"[^\"]*\"|\\.", "", form).casefold()
    shown = {"y": "%Y", "my": "%Y-%m"}.get("".join(sorted({*plain} & {*"dmy"})), "%Y-%m-%d")
    return value.strftime(shown)


def _date_fault(value: dt.date, name: str) -> tuple[str, str] | None:
    """What a spreadsheet made a date of: pages 3-12, the year 2008 in a cell for dates."""
    wrong, right = f"holds the date {value:%Y-%m-%d}", "format it as text and write"
    if name.strip().casefold() not in ("date", "value"):
        return wrong, f"{right} what the source says"
    year = value.toordinal() - dt.date(1899, 12, 30).toordinal()
    if 1900 <= year <= 2100:
        wrong += f", which is what the year {year} becomes in a cell for dates"
        return wrong, f"{right} {year}, or {value:%Y-%m-%d} if that is meant"
    return None


def write_workbook(folder: Path, rows: Mapping[str, list[dict[str, str]]]) -> None:
    """Write `evidence.xlsx` with these rows of each table, its columns as text, lists to choose.

    What may stand in a column, and what it holds, is told where the header is touched.
    """
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    indicators = [row[0] for row in read_records(book_root() / "data" / "codebook.csv")[1:]]
    book = Workbook()
    book.remove(book.active)
    lists = book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    for table in (name for name in CLUSTER_TABLES if name in rows):
        sheet = book.create_sheet(Path(file_name(table)).stem, len(book.sheetnames) - 1)
        fields = {field["name"]: field for field in schema(table)["fields"]}
        for number, name in enumerate(COLUMNS[table], start=1):
            letter = get_column_letter(number)
            head = sheet.cell(1, number, name)
            head.font = Font(bold=True)
            head.comment = Comment(fields[name]["description"], TABLES[table][0])
            sheet.column_dimensions[letter].width = max(12, len(name) + 4)
            sheet.column_dimensions[letter].number_format = "@"  # what is typed stays as it is
            allowed = fields[name].get("constraints", {}).get("enum", [])
            allowed = indicators if name == "indicator" else allowed
            if allowed:
                place = (lists.max_column or 0) + (lists.cell(1, 1).value is not None)
                for line, word in enumerate(allowed, start=1):
                    lists.cell(line, place, str(word))
                at = get_column_letter(place)
                choice = DataValidation(
                    type="list", formula1=f"{_LISTS}!${at}$1:${at}${len(allowed)}",
                    allow_blank=True, showErrorMessage=allowed is not indicators,
                    error=f"Choose one of: {', '.join(map(str, allowed))}"[:250],
                )  # fmt: skip
                choice.add(f"{letter}2:{letter}{_ROWS}")
                sheet.add_data_validation(choice)
        for line, row in enumerate(rows[table], start=2):
            for number, name in enumerate(COLUMNS[table], start=1):
                cell = sheet.cell(line, number, row.get(name) or None)
                cell.number_format = "@"
        sheet.freeze_panes = "A2"
    book.save(folder / FILE)
