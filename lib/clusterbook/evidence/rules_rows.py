"""Rules across cells, rows and files, in plain Python: each yields what it finds wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from .package import OPEN, TABLES, schema
from .problems import Problem
from .rules import Context, Rule, Sheet, name_fault, nearest, one_of, said, white_space
from .rules_answers import answers, tensions
from .rules_characters import strange
from .rules_claims import claims
from .rules_dates import dates, opened_after_built, phases, times
from .rules_survey import survey
from .rules_values import price_changes, quantities
from .rules_voices import judgements, one_event, second_hand
from .units import read_number
from .vocabulary import CLUSTER_LISTS, MARKED_EXAMPLE, REQUIRED_CLUSTER_FIELDS

_YEAR = re.compile(r"[0-9]{4}")
_DEGREES = {"latitude": 90, "longitude": 180}
_NUMBERS = ("number", "integer", "year")
NAMES = (
    "category", "chinese", "code", "field", "group", "id", "indicator", "label", "level", "name",
    "park", "pinyin", "pole_a", "pole_b", "programme", "respondent", "scheme", "segment", "source",
    "tension", "term", "theme", "title", "via",
)  # fmt: skip
"""Columns of names, titles and keys, in whatever table."""


def row_problems(sheet: Sheet, context: Context) -> list[Problem]:
    """Return what the rules find wrong with a sheet, beyond its schema."""
    return [problem for rule in RULES for problem in rule(sheet, context)]


def text(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """Cells hold no control or invisible characters, and nothing that was decoded wrongly."""
    for name in dict.fromkeys(sheet.header):
        for row, cell in sheet.column(name):
            found = strange(cell)
            if found:
                yield Problem(sheet.file, row, name, f"{said(cell)} {found[0]}", found[1])


def examples(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """The example rows of a new folder have been replaced."""
    for row, cell in sheet.column("locator"):
        if cell.startswith(MARKED_EXAMPLE):
            right = "replace the row with your own, or delete it"
            yield Problem(sheet.file, row, "locator", "this row is the example", right)


def spaces(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """Cells have no white space at their ends; those of lists and numbers have their own rules."""
    fields = _fields(sheet)
    if sheet.table in TABLES:
        texts = (name for name, field in fields.items() if field["type"] == "string")
        yield from white_space(
            sheet, (name for name in texts if "enum" not in fields[name].get("constraints", {}))
        )
    else:
        yield from white_space(sheet, OPEN.get(sheet.table, ()))


def names(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """Facts, names, titles and keys are one line, and not too long for a heading or a label."""
    facts = ("value",) if sheet.table == "cluster" else ()
    titles = (*NAMES, *facts)
    limits = {name: field.get("constraints", {}) for name, field in _fields(sheet).items()}
    needed = (name for name, has in limits.items() if has.get("required") and "enum" not in has)
    for name in dict.fromkeys((*titles, *needed)):
        for row, cell in sheet.column(name):
            if name in titles and (fault := name_fault(cell)):
                yield Problem(sheet.file, row, name, *fault)
            elif cell and not cell.strip():
                yield Problem(sheet.file, row, name, "is blank", "write it, or leave the row out")


def numbers(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """Numbers are plain digits and finite (frictionless also takes 1_000, nan and digits of
    other scripts)."""
    for name, field in _fields(sheet).items():
        if field["type"] not in _NUMBERS:
            continue
        for row, cell in sheet.column(name):
            try:
                Decimal(cell.strip())
                read_number(cell)
                if field["type"] == "year" and len(cell) == 4 and not _YEAR.fullmatch(cell):
                    raise ValueError(f"{said(cell)} is no year of four digits")
            except InvalidOperation:
                continue  # empty or no number at all: the schema says so
            except ValueError as error:
                right = "write plain digits, as in 1234.5"
                yield Problem(sheet.file, row, name, str(error), right)


def upper_value(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """The upper end of a range is not below its lower end."""
    if not {"value", "value_upper"} <= set(sheet.header):
        return
    for row, cells in sheet.rows:
        if not cells["value_upper"]:
            continue
        try:
            low, high = read_number(cells["value"]), read_number(cells["value_upper"])
        except ValueError:
            continue
        if high < low:
            wrong = f"{cells['value_upper']} is below the value {cells['value']}"
            yield Problem(sheet.file, row, "value_upper", wrong, "put the smaller number in value")


def sources(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """Every source key is in the folder's sources.bib, its city's or its country's."""
    if context.sources is None:
        return
    for row, key in sheet.column("source"):
        if key and key.strip() not in context.sources:
            near = nearest(key, context.sources)
            hint = f"write {near}, or " if near else ""
            wrong = f"source {said(key)} is not in sources.bib"
            yield Problem(sheet.file, row, "source", wrong, f"{hint}add the entry there")


def indicators(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """Every indicator is in the codebook, or in the cluster's own."""
    if context.indicators is None or sheet.table == "codebook":
        return
    for row, name in sheet.column("indicator"):
        if name and name.strip() not in context.indicators:
            near = nearest(name, context.indicators)
            hint = f"write {near}, or " if near else ""
            place = (
                "the cluster's own codebook.csv" if context.own_codebook else "data/codebook.csv"
            )
            wrong = f"indicator {said(name)} is not in the codebook"
            yield Problem(sheet.file, row, "indicator", wrong, f"{hint}add a row for it to {place}")


def duplicates(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """No two rows are equal in every column but the note (a table with a key has unique keys)."""
    if sheet.table in TABLES and "primaryKey" in schema(sheet.table):
        return
    compared = [name for name in dict.fromkeys(sheet.header) if name != "note"]
    seen: dict[tuple[str, ...], int] = {}
    for row, cells in sheet.rows:
        first = seen.setdefault(tuple(cells[name] for name in compared), row)
        if first != row:
            wrong = f"repeats row {first} in every column but the note"
            yield Problem(sheet.file, row, "", wrong, "delete one of the two")


def cluster_fields(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """A cluster has its required attributes, and those with a list keep to it."""
    if sheet.table != "cluster" or not {"field", "value"} <= set(sheet.header):
        return
    given = {cells["field"] for _, cells in sheet.rows}
    for name in REQUIRED_CLUSTER_FIELDS:
        if name not in given:
            yield Problem(sheet.file, None, name, "is missing", f"add the row {name},…")
    for row, cells in sheet.rows:
        known = CLUSTER_LISTS.get(cells["field"])
        if known and cells["value"] and cells["value"].strip() not in known:
            wrong = f"{cells['field']} {said(cells['value'])} is not in the list"
            yield Problem(sheet.file, row, "value", wrong, one_of(cells["value"], known))


def place(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """Latitude and longitude are degrees, both or none."""
    if sheet.table != "cluster" or not {"field", "value"} <= set(sheet.header):
        return
    found = {c["field"]: (n, c["value"]) for n, c in sheet.rows if c["field"] in _DEGREES}
    for name, (row, cell) in found.items():
        limit = _DEGREES[name]
        if not cell:
            continue
        try:
            inside = abs(read_number(cell.strip())) <= limit
            wrong = f"{name} {cell} is outside -{limit} to {limit}"
        except ValueError as error:
            inside, wrong = False, f"{name} {error}"
        if not inside:
            yield Problem(sheet.file, row, "value", wrong, "write decimal degrees, as in 31.2473")
    if len(found) == 1:
        ((name, (row, _)),) = found.items()
        other = "longitude" if name == "latitude" else "latitude"
        yield Problem(sheet.file, row, "field", f"{name} stands without {other}", "give both")


def respondents(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """A survey's respondents are named, each once."""
    if sheet.table != "survey":
        return
    seen: dict[str, int] = {}
    for row, name in sheet.column("respondent"):
        first = seen.setdefault(name, row)
        if not name:
            yield Problem(sheet.file, row, "respondent", "is empty", "number the respondents")
        elif first != row:
            wrong = f"{said(name)} stands in row {first} already"
            yield Problem(sheet.file, row, "respondent", wrong, "give each respondent a number")


def _fields(sheet: Sheet) -> dict[str, dict[str, Any]]:
    if sheet.table not in TABLES:
        return {}
    return {field["name"]: field for field in schema(sheet.table)["fields"]}


RULES: tuple[Rule, ...] = (
    text, examples, names, spaces, numbers, upper_value, quantities, price_changes, dates, times,
    sources, second_hand, one_event, judgements, indicators, duplicates, cluster_fields,
    opened_after_built, place, phases, respondents, survey, claims, answers, tensions,
)  # fmt: skip
