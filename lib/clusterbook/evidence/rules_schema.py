"""Each table against its schema, by frictionless: required, closed lists, patterns, types, keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from .package import TABLES, schema, schema_of
from .problems import Problem
from .rules import Sheet, one_of, said

_CONSTRAINT = re.compile(r'constraint "(\w+)"')
_TYPES = {
    "number": ("is no number", "write digits, as in 1234.5"),
    "integer": ("is no whole number", "write digits, as in 3"),
    "year": ("is no year", "write four digits, as in 2008"),
}
_HEDGES = "; a hedge goes in qualifier, the upper end of a range in value_upper"


def schema_problems(sheet: Sheet) -> list[Problem]:
    """Return what the table's schema finds wrong with its cells.

    Frictionless is handed each different cell of a column once, not each row: a schema speaks of
    cells, and so numbers of rows agree, nothing is guessed about encodings and separators, and a
    table of very many rows is checked in seconds.
    """
    if sheet.table not in TABLES or not sheet.rows:
        return []
    from frictionless import Resource

    descriptor = schema_of(sheet.table, sheet.header)
    fields = {field["name"]: field for field in descriptor["fields"]}
    if not fields:
        return []
    problems = list(_row_problems(sheet, fields))
    held = {name: _different(sheet, field) for name, field in fields.items()}
    cells = [list(column) for column in held.values()]
    height = max(map(len, cells))
    filled = [column + column[:1] * (height - len(column)) for column in cells]
    marked = {"fields": [*descriptor["fields"], {"name": "_", "type": "string"}],
              "missingValues": descriptor["missingValues"]}  # fmt: skip
    table = [[*fields, "_"], *([*row, "x"] for row in zip(*filled, strict=True))]  # no row is blank
    resource = Resource(data=table, schema=_read(json.dumps(marked)))
    report = resource.validate(limit_errors=10**9)
    for error in [*report.errors, *(e for task in report.tasks for e in task.errors)]:
        if error.type not in ("type-error", "constraint-error"):
            problems.append(Problem(sheet.file, None, "", str(error.note), ""))
            continue
        name, at = error.field_name, error.row_number - 2
        column = cells[list(fields).index(name)]
        if at < len(column):  # else it fills up the table
            problems += _cell_problems(error, sheet.file, fields[name], column[at], held[name])
    return problems


@lru_cache(maxsize=32)  # to read a schema takes frictionless longer than to hold a table to it
def _read(schema: str) -> Any:
    from frictionless import Schema

    return Schema.from_descriptor(json.loads(schema))


def _different(sheet: Sheet, field: dict[str, Any]) -> dict[str, list[int]]:
    """Return the different cells of a column with their rows; of free text, empty or not."""
    free = field["type"] == "string" and not set(field.get("constraints", {})) - {"required"}
    found: dict[str, list[int]] = {}
    for row, cell in sheet.column(field["name"]):
        found.setdefault("text" if free and cell else cell, []).append(row)
    return found


def _row_problems(sheet: Sheet, fields: dict[str, dict[str, Any]]) -> Iterator[Problem]:
    """Yield the rows without a cell under a known column, and those whose key stands there."""
    key = schema(sheet.table).get("primaryKey", [])
    key = [key] if isinstance(key, str) else key
    seen: dict[tuple[object, ...], int] = {}
    for number, row in sheet.rows:
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


def _cell_problems(
    error: Any, file: str, field: dict[str, Any], cell: str, held: dict[str, list[int]]
) -> Iterator[Problem]:
    pattern = field.get("constraints", {}).get("pattern")
    if pattern and cell != cell.strip() and re.fullmatch(pattern, cell.strip()):
        return  # another rule tells the white space
    wrong, right = _words(error, field, cell)
    for row in held[cell]:
        yield Problem(file, row, field["name"], wrong, right)


def _words(error: Any, field: dict[str, Any], cell: str) -> tuple[str, str]:
    limits = field.get("constraints", {})
    meaning = field["description"].removesuffix(".")
    if error.type == "type-error":
        wrong, right = _TYPES[field["type"]]
        hedges = _HEDGES if field["name"].startswith("value") else ""
        return f"{said(cell)} {wrong}", right + hedges
    found = _CONSTRAINT.search(error.note)
    rule = found.group(1) if found else ""
    if rule == "required":
        choice = f": {', '.join(limits['enum'])}" if "enum" in limits else ""
        return "is empty", f"write {meaning[0].lower()}{meaning[1:]}{choice}"
    if rule == "enum":
        return f"{said(cell)} is not in the list", one_of(cell, tuple(limits["enum"]))
    if rule == "minimum":
        return f"{said(cell)} is too small", f"write {limits['minimum']} or more"
    return f"{said(cell)} is not written as it must be", meaning
