"""Each table against its schema, by frictionless: required, closed lists, patterns, types, keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .package import TABLES, schema, schema_of
from .problems import Problem
from .rules import Sheet, one_of, said

_CONSTRAINT = re.compile(r'constraint "(\w+)"')
_POSITION = re.compile(r'at position "?(\d+)')
_TYPES = {
    "number": ("is no number", "write digits, as in 1234.5"),
    "integer": ("is no whole number", "write digits, as in 3"),
    "year": ("is no year", "write four digits, as in 2008"),
}
_HEDGES = "; a hedge goes in qualifier, the upper end of a range in value_upper"


def schema_problems(sheet: Sheet) -> list[Problem]:
    """Return what the table's schema finds wrong with its cells.

    The rows are handed over as they were read here, not read again by frictionless: so numbers of
    rows agree, and nothing is guessed about encodings and separators.
    """
    if sheet.table not in TABLES or not sheet.rows:
        return []
    from frictionless import Resource, Schema

    descriptor = schema_of(sheet.table, sheet.header)
    fields = {field["name"]: field for field in descriptor["fields"]}
    if not fields:
        return []
    if not set(_key(sheet)) <= set(fields):
        descriptor.pop("primaryKey")
    cells = [[row[name] for name in fields] for _, row in sheet.rows]
    resource = Resource(data=[list(fields), *cells], schema=Schema.from_descriptor(descriptor))
    report = resource.validate(limit_errors=10**9)
    problems: list[Problem] = []
    for error in [*report.errors, *(e for task in report.tasks for e in task.errors)]:
        problems += _problem(error, sheet, fields)
    return problems


def _key(sheet: Sheet) -> list[str]:
    key = schema(sheet.table).get("primaryKey", [])
    return [key] if isinstance(key, str) else list(key)


def _problem(error: Any, sheet: Sheet, fields: dict[str, dict[str, Any]]) -> Iterator[Problem]:
    position = getattr(error, "row_number", None)
    if position is None:
        yield Problem(sheet.file, None, "", str(error.note), "")
        return
    number, row = sheet.rows[position - 2]
    if error.type == "primary-key":
        first = _POSITION.search(error.note)
        if first:  # else the key is empty, which is told as such
            key = _key(sheet)
            words = " ".join(row[name] for name in key)
            other = sheet.rows[int(first.group(1)) - 2][0]
            wrong = f"{said(words)} stands in row {other} already"
            yield Problem(sheet.file, number, key[0], wrong, "give it once, or another name")
    elif error.type in ("type-error", "constraint-error"):
        field, cell = fields[error.field_name], row[error.field_name]
        pattern = field.get("constraints", {}).get("pattern")
        if pattern and cell != cell.strip() and re.fullmatch(pattern, cell.strip()):
            return  # another rule tells the white space
        wrong, right = _words(error, field, cell)
        yield Problem(sheet.file, number, error.field_name, wrong, right)
    elif error.type == "blank-row":
        yield Problem(sheet.file, number, "", "has no cell under a known column", "")
    else:
        yield Problem(sheet.file, number, "", str(error.note), "")


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
