"""Each table against its schema, by frictionless: required, closed lists, patterns, types, keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from .problems import Problem, one_of, said
from .schemas import TABLES, schema
from .sheets import Sheet

_TYPES = {
    "number": ("is no number", "write digits, as in 1234.5"),
    "integer": ("is no whole number", "write digits, as in 3"),
    "year": ("is no year", "write four digits, as in 2008"),
}
_HEDGES = "; a hedge goes in qualifier, the upper end of a range in value_upper"


def schema_problems(sheet: Sheet) -> Iterator[Problem]:
    """Yield what the table's schema finds wrong with its cells.

    Frictionless reads each different cell of a column once, not each row: a schema speaks of cells,
    and so numbers of rows agree, nothing is guessed about encodings and separators, and a table of
    very many rows is checked in seconds.
    """
    if sheet.table not in TABLES:
        return
    described = schema(sheet.table)
    fields = {f["name"]: f for f in described["fields"] if f["name"] in sheet.header}
    yield from _row_problems(sheet, fields, described.get("primaryKey", []))
    for name, field in fields.items():
        read = _readers(sheet.table)[name]
        for cell, rows in _different(sheet, field).items():
            _, notes = read(cell)
            pattern = field.get("constraints", {}).get("pattern")
            if pattern and cell != cell.strip() and re.fullmatch(pattern, cell.strip()):
                continue  # another rule tells the white space
            for rule in notes or ():
                for row in rows:
                    yield Problem(sheet.file, row, name, *_words(rule, field, cell))


@cache  # to read a schema takes frictionless longer than to hold a table to it
def _readers(table: str) -> dict[str, Any]:
    from frictionless import Schema

    fields = Schema.from_descriptor(schema(table)).fields
    return {field.name: field.create_cell_reader() for field in fields}


def _different(sheet: Sheet, field: dict[str, Any]) -> dict[str, list[int]]:
    """Return the different cells of a column with their rows; of free text, empty or not."""
    free = field["type"] == "string" and not set(field.get("constraints", {})) - {"required"}
    found: dict[str, list[int]] = {}
    for row, cell in sheet.column(field["name"]):
        found.setdefault("text" if free and cell else cell, []).append(row)
    return found


def _row_problems(
    sheet: Sheet, fields: dict[str, dict[str, Any]], primary: str | list[str]
) -> Iterator[Problem]:
    """Yield the rows without a cell under a known column, and those whose key stands there."""
    key = [primary] if isinstance(primary, str) else primary
    seen: dict[tuple[object, ...], int] = {}
    for number, row in sheet.rows if fields else ():
        if not any(row[name] for name in fields):
            yield Problem(sheet.file, number, "", "has no cell under a known column", "")
        elif key and set(key) <= set(fields) and all(words := [row[name] for name in key]):
            named = tuple(_typed(row[name], fields[name]) for name in key)
            other = seen.setdefault(named, number)
            if other != number:
                wrong = f"{said(' '.join(words))} stands in row {other} already"
                yield Problem(sheet.file, number, key[0], wrong, "give it once, or another name")


def _typed(cell: str, field: dict[str, Any]) -> object:
    return int(cell) if field["type"] in ("integer", "year") and cell.isdecimal() else cell


def _words(rule: str, field: dict[str, Any], cell: str) -> tuple[str, str]:
    limits = field.get("constraints", {})
    meaning = field["description"].removesuffix(".")
    if rule == "type":
        wrong, right = _TYPES[field["type"]]
        hedges = _HEDGES if field["name"].startswith("value") else ""
        return f"{said(cell)} {wrong}", right + hedges
    if rule == "required":
        choice = f": {', '.join(limits['enum'])}" if "enum" in limits else ""
        return "is empty", f"write {meaning[0].lower()}{meaning[1:]}{choice}"
    if rule == "enum":
        return f"{said(cell)} is not in the list", one_of(cell, tuple(limits["enum"]))
    if rule == "minimum":
        return f"{said(cell)} is too small", f"write {limits['minimum']} or more"
    return f"{said(cell)} is not written as it must be", meaning
