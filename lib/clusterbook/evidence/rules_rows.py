"""Rules across cells, rows and files, in plain Python: each yields what it finds wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from .problems import Problem, nearest, one_of, said
from .rules import Context, Fault, Rule, hint, name_fault, white_space
from .rules_characters import strange
from .rules_claims import claims
from .rules_dates import dates, opened_after_built, phases, times
from .rules_schema import schema_problems
from .rules_values import price_changes, quantities
from .schemas import LITERATURE, OPEN, TABLES, schema
from .select import NO_ROW, is_selector, selectors
from .sheets import Sheet
from .sources import COMPILERS, row_grade
from .units import read_number
from .vocabulary import CLUSTER_LISTS, GRADE, MARKED_EXAMPLE, REQUIRED_CLUSTER_FIELDS

_YEAR = re.compile(r"[0-9]{4}")
_DEGREES = {"latitude": 90, "longitude": 180}
_NUMBERS = ("number", "integer", "year")
_NO_EVIDENCE = "no evidence"
NAMES = (
    "category", "chinese", "code", "field", "group", "id", "indicator", "label", "level", "name",
    "park", "pinyin", "pole_a", "pole_b", "programme", "respondent", "scheme", "segment", "source",
    "tension", "term", "theme", "title", "via",
)  # fmt: skip
"""Columns of names, titles and keys, in whatever table."""


def sheet_problems(sheet: Sheet, context: Context) -> list[Problem]:
    """Return what its schema and the rules find wrong with a sheet."""
    rules = (*RULES, *OF_TABLE.get(sheet.table, ()))
    found = (Problem(sheet.file, *fault) for rule in rules for fault in rule(sheet, context))
    return [*schema_problems(sheet), *found]


def text(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """Cells hold no control or invisible characters, and nothing that was decoded wrongly."""
    for name in dict.fromkeys(sheet.header):
        for row, cell in sheet.column(name):
            if found := strange(cell):
                yield row, name, f"{said(cell)} {found[0]}", found[1]


def examples(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """The example rows of a new folder have been replaced."""
    for row, cell in sheet.column("locator"):
        if cell.startswith(MARKED_EXAMPLE):
            right = "replace the row with your own, or delete it"
            yield row, "locator", "this row is the example", right


def _free(sheet: Sheet) -> dict[str, dict[str, Any]]:
    """Return what limits the columns of text that have no closed list."""
    fields = schema(sheet.table)["fields"] if sheet.table in TABLES else ()
    limits = {f["name"]: f.get("constraints", {}) for f in fields if f["type"] == "string"}
    return {name: has for name, has in limits.items() if "enum" not in has}


def spaces(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """Cells have no white space at their ends; those of lists and numbers have their own rules."""
    yield from white_space(sheet, (*_free(sheet), *OPEN.get(sheet.table, ())))


def names(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """Facts, names, titles and keys are one line, and not too long for a heading or a label.

    What must be told is not blank: in the literature white space would pass for a sentence.
    """
    titles = (*NAMES, *(["value"] if sheet.table == "cluster" else []))
    needed = (name for name, limits in _free(sheet).items()
              if limits.get("required") or sheet.table in LITERATURE)  # fmt: skip
    for name in dict.fromkeys((*titles, *needed)):
        for row, cell in sheet.column(name):
            if name in titles and (fault := name_fault(cell)):
                yield row, name, *fault
            elif cell and not cell.strip():
                yield row, name, "is blank", "write it, or leave the row out"


def numbers(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """Numbers are plain digits and finite (frictionless also takes 1_000, nan and digits of
    other scripts)."""
    for field in schema(sheet.table)["fields"] if sheet.table in TABLES else ():
        for row, cell in sheet.column(field["name"]) if field["type"] in _NUMBERS else ():
            try:
                Decimal(cell.strip())
                read_number(cell)
                if field["type"] == "year" and len(cell) == 4 and not _YEAR.fullmatch(cell):
                    raise ValueError(f"{said(cell)} is no year of four digits")
            except InvalidOperation:
                continue  # empty or no number at all: the schema says so
            except ValueError as error:
                yield row, field["name"], str(error), "write plain digits, as in 1234.5"


def keys(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """A key stands in the list that it is looked up in, where that could be read."""
    book = "the cluster's own codebook.csv" if context.own_codebook else "data/codebook.csv"
    lists: dict[str, tuple[Collection[str] | None, str, str]] = {
        "source": (context.sources, "source {} is not in sources.bib", "add the entry there"),
        "indicator": (None if sheet.table == "codebook" else context.indicators,
                      "indicator {} is not in the codebook", f"add a row for it to {book}"),
        "recommendation": (context.recommendations, "there is no recommendation {}",
                           "look up its id in data/recommendations.csv"),
        "tension": (context.tensions, "there is no tension {}",
                    "look up its id in data/tensions.csv"),
    }  # fmt: skip
    for column, (known, wrong, right) in lists.items():
        if known is None:
            continue
        for row, key in sheet.column(column):
            if key and key.strip() not in known:
                cure = f"{hint(key, frozenset(known))}{right}"
                yield row, column, wrong.format(said(key)), cure


def duplicates(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """No two rows are equal in every column but the note (a table with a key has unique keys)."""
    if sheet.table in TABLES and "primaryKey" in schema(sheet.table):
        return
    compared = [name for name in dict.fromkeys(sheet.header) if name != "note"]
    seen: dict[tuple[str, ...], int] = {}
    for row, cells in sheet.rows:
        first = seen.setdefault(tuple(cells[name] for name in compared), row)
        if first != row:
            wrong = f"repeats row {first} in every column but the note"
            yield row, "", wrong, "delete one of the two"


def second_hand(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """A cell `grade` lowers the grade of a row; what was seen at second hand only is no A."""
    for row, cells in sheet.rows:
        own, source = cells.get("grade", ""), context.texts.get(cells.get("source", ""))
        if own not in GRADE or source is None:
            continue
        via = cells.get("via", "")
        best = row_grade(source, via, "", context.texts)
        if own < best:
            cause = f", citing {via}," if via else ""
            wrong = f"{own} is better than {source.label}{cause} can give: {best}"
            yield row, "grade", wrong, f"write {best} or a lower grade, or leave it empty"


def one_event(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """Rows that tell of one event code it alike, so that it counts as the same thing for all."""
    first: dict[str, tuple[int, dict[str, str]]] = {}
    for row, cells in sheet.rows if "event" in sheet.header else ():
        key = cells["event"]
        at, other = first.setdefault(key, (row, cells))
        for name in ("kind", "dimension", "scope") if key else ():
            if cells.get(name) != other.get(name):
                wrong = f"{said(cells.get(name, ''))} differs from row {at}, of the same event"
                right = f"code both rows alike, or give this one another word than {key}"
                yield row, name, wrong, right


def judgements(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """What the compilers judge names the rows on which the judgement rests."""
    for row, cells in sheet.rows:
        if cells.get("source") == COMPILERS:
            named = selectors(cells.get("locator", ""))
            for part in named:
                if not is_selector(part):
                    yield row, "locator", f"{said(part)} names no row", NO_ROW
            if not named:
                right = "name the rows that it rests on, with semicolons between them"
                yield row, "locator", "a judgement names no row", right


def upper_value(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """The upper end of a range is not below its lower end."""
    for row, cells in sheet.rows:
        value, upper = cells.get("value", ""), cells.get("value_upper", "")
        try:
            below = read_number(upper) < read_number(value)
        except ValueError:
            continue  # empty, or no number: another rule says so
        if below:
            wrong = f"{upper} is below the value {value}"
            yield row, "value_upper", wrong, "put the smaller number in value"


def cluster_fields(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """A cluster has its required attributes, and those with a list keep to it."""
    facts = list(sheet.facts())
    given = {name for _, name, _ in facts}
    for name in REQUIRED_CLUSTER_FIELDS if {"field", "value"} <= set(sheet.header) else ():
        if name not in given:
            yield None, name, "is missing", f"add the row {name},…"
    for row, name, value in facts:
        known = CLUSTER_LISTS.get(name)
        if known and value and value.strip() not in known:
            yield row, "value", f"{name} {said(value)} is not in the list", one_of(value, known)


def place(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """Latitude and longitude are degrees, both or none."""
    found = {name: (row, cell) for row, name, cell in sheet.facts(*_DEGREES)}
    for name, (row, cell) in found.items():
        wrong = ""
        try:
            if cell and abs(read_number(cell.strip())) > _DEGREES[name]:
                wrong = f"{name} {cell} is outside -{_DEGREES[name]} to {_DEGREES[name]}"
        except ValueError as error:
            wrong = f"{name} {error}"
        if wrong:
            yield row, "value", wrong, "write decimal degrees, as in 31.2473"
    if len(found) == 1:
        ((name, (row, _)),) = found.items()
        (other,) = set(_DEGREES) - {name}
        yield row, "field", f"{name} stands without {other}", "give both"


def respondents(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """A survey's respondents are named, each once, and so is their park."""
    seen: dict[str, int] = {}
    for row, name in sheet.column("respondent"):
        first = seen.setdefault(name, row)
        if not name:
            yield row, "respondent", "is empty", "number the respondents"
        elif first != row:
            wrong = f"{said(name)} stands in row {first} already"
            yield row, "respondent", wrong, "give each respondent a number"
    parks: dict[str, str] = {}
    for row, cell in sheet.column("park") if context.survey else ():
        plain = "".join(unicodedata.normalize("NFKC", cell).casefold().split())
        if not plain:
            yield row, "park", "is empty", "name the park"
        elif parks.setdefault(plain, cell.strip()) != cell.strip():
            wrong = f"{said(cell)} is another park than {said(parks[plain])}"
            right = "write both alike, or give one a name that is not so like the other"
            yield row, "park", wrong, right


def survey(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """Every item of the questionnaire is a column; every answer is on the scale, or empty."""
    items, values = context.survey or ((), ())
    others = [name for name in sheet.header if name not in (*items, "respondent", "park")]
    right = f"write {', '.join(str(value) for value in values)}, or leave the cell empty"
    for item in items:
        if item not in sheet.header:
            alike = next((name for name in others if nearest(name, items) == item), None)
            cure = "add it, its cells empty where it was not asked"
            if alike is not None:
                cure = f"rename the column {said(alike)} to {item}"
            yield 1, item, "the column is missing", cure
        for row, cell in sheet.column(item):
            if cell.strip() and not _offered(cell, values):
                yield row, item, f"{said(cell)} is not an answer of the scale", right


def _offered(cell: str, values: tuple[int, ...]) -> bool:
    if not cell.isascii() or "_" in cell:
        return False
    try:
        return float(cell) in values
    except ValueError:
        return False


def answers(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """Answers are given to recommendations of practice, each from rows unless there are none."""
    kinds = context.recommendations
    for row, name in sheet.column("recommendation"):
        if kinds and kinds.get(name) == "research":
            wrong = f"{said(name)} asks something of researchers and not of a cluster"
            yield row, "recommendation", wrong, "take the row out"
    for row, cells in sheet.rows:
        answer, named = cells.get("answer", ""), cells.get("rows", "").strip()
        if answer == _NO_EVIDENCE and named:
            wrong = "names rows, but the answer is no evidence"
            yield row, "rows", wrong, "take them out, or say what they show"
        elif answer and answer != _NO_EVIDENCE and not named:
            right = "name the rows that it rests on, or answer no evidence"
            yield row, "rows", f"is empty, but the answer is {answer}", right


def named_rows(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """The rows that bear a sentence are written as names of rows, each once."""
    for row, cell in sheet.column("rows"):
        named = selectors(cell) or [cell] * bool(cell)
        for part in dict.fromkeys(named):
            if not is_selector(part):
                yield row, "rows", f"{said(part)} names no row", NO_ROW
            elif named.count(part) > 1:
                yield row, "rows", f"{said(part)} stands there twice", "name each row once"


RULES: tuple[Rule, ...] = (
    text, examples, names, spaces, numbers, dates, times, keys, second_hand, one_event, judgements,
    duplicates,
)  # fmt: skip
"""The rules of all tables: each looks for the columns that it is about."""
OF_TABLE: dict[str, tuple[Rule, ...]] = {
    "cluster": (cluster_fields, opened_after_built, place),
    "observations": (upper_value, quantities),
    "cpi": (price_changes,),
    "phases": (phases,),
    "survey": (respondents, survey),
    "claims": (claims,),
    "answers": (answers, named_rows),
    "told_tensions": (named_rows,),
}
"""The rules of single tables."""
