"""The rules for `answers.csv` and a cluster's `tensions.csv`: what is asked, and rows that bear it.

`answers` and `tensions` look at the tables as written; `answers_problems` needs the evidence
opened, for it looks up the rows that are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from .case import Case
from .plain import by_index
from .problems import Problem
from .rules import Context, Sheet, nearest, said
from .select import SelectionError, is_selector, select, selectors
from .tables import COLUMNS

_NO_EVIDENCE = "no evidence"
_FIGURE = re.compile(r"(?<![A-Za-z\d])(?:\d[\d,.]*\d|\d)")


def answers(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """Answers are given to recommendations of practice, each from rows unless there are none."""
    if sheet.table != "answers":
        return
    kinds = context.asked.recommendations if context.asked else None
    for row, name in sheet.column("recommendation"):
        if name and kinds is not None and name not in kinds:
            known = tuple(key for key, kind in kinds.items() if kind == "practice")
            yield _unknown(sheet, row, "recommendation", name, known)
        elif kinds and kinds.get(name) == "research":
            wrong = f"{said(name)} asks something of researchers and not of a cluster"
            yield Problem(sheet.file, row, "recommendation", wrong, "take the row out")
    for row, cells in sheet.rows:
        answer, named = cells.get("answer", ""), cells.get("rows", "").strip()
        if answer == _NO_EVIDENCE and named:
            wrong = "names rows, but the answer is no evidence"
            yield Problem(sheet.file, row, "rows", wrong, "take them out, or say what they show")
        elif answer and answer != _NO_EVIDENCE and not named:
            right = "name the rows that it rests on, or answer no evidence"
            yield Problem(sheet.file, row, "rows", f"is empty, but the answer is {answer}", right)
    yield from _written_so(sheet)


def tensions(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """Tensions that a cluster tells of are in the compendium's list."""
    if sheet.table != "told_tensions":
        return
    known = context.asked.tensions if context.asked else None
    for row, name in sheet.column("tension"):
        if name and known is not None and name not in known:
            yield _unknown(sheet, row, "tension", name, known)
    yield from _written_so(sheet)


def _unknown(sheet: Sheet, row: int, field: str, name: str, known: tuple[str, ...]) -> Problem:
    near = nearest(name, known)
    hint = f"write {near}, or " if near else ""
    wrong = f"there is no {field} {said(name)}"
    return Problem(sheet.file, row, field, wrong, f"{hint}look up its id in data/{field}s.csv")


def _written_so(sheet: Sheet) -> Iterator[Problem]:
    for row, cell in sheet.column("rows"):
        named = selectors(cell) or [cell] * bool(cell)
        for part in dict.fromkeys(named):
            if not is_selector(part):
                right = "write it like rent[commercial]@2019#m50article"
                yield Problem(sheet.file, row, "rows", f"{said(part)} names no row", right)
            elif named.count(part) > 1:
                wrong = f"{said(part)} stands there twice"
                yield Problem(sheet.file, row, "rows", wrong, "name each row once")
    for row, cell in sheet.column("sentence"):
        if cell and not cell.strip():  # where it is empty, the schema says so
            yield Problem(sheet.file, row, "sentence", "is blank", "say what the rows show")


def answers_problems(case: Case) -> list[Problem]:
    """Return what is wrong with the rows that a cluster's answers and tensions name.

    A name must fit exactly one row, no row be named twice, each figure in a sentence must stand in
    one of its rows, and an answer rests on no claim of what should be, is general or is asked.
    """
    tables = (("answers.csv", case.answers), ("tensions.csv", case.told_tensions))
    return [
        problem
        for file, table in tables
        for row, cells in by_index(table).items()
        for problem in _row_problems(case, file, row, cells)
    ]


def _row_problems(case: Case, file: str, row: int, cells: dict[str, str]) -> Iterator[Problem]:
    found: dict[str, pd.Series] = {}
    lost = False
    for selector in selectors(cells["rows"]):
        try:
            named = select(case, selector)
        except SelectionError as error:
            lost = True
            yield Problem(file, row, "rows", str(error), "")
            continue
        if file == "answers.csv" and named["table"] == "findings" and named["kind"] != "empirical":
            wrong = f"{said(selector)} is a claim of the kind {said(named['kind'])}"
            right = "rest the answer on what was found: only empirical claims are evidence"
            yield Problem(file, row, "rows", wrong, right)
        if named["anchor"] in found:
            wrong = f"{said(selector)} names a row that is named already"
            yield Problem(file, row, "rows", wrong, "name each row once")
        found[named["anchor"]] = named
    written = " ".join(str(named[name]) for named in found.values() for name in _facts(named))
    known = set(map(_digits, _FIGURE.findall(f"{written} {case.name}")))
    for figure in dict.fromkeys(_FIGURE.findall(cells["sentence"])):
        if not lost and _digits(figure) not in known:
            wrong = f"{figure} stands in none of its rows"
            right = "name the row that holds it, or leave the figure out"
            yield Problem(file, row, "sentence", wrong, right)


def _facts(row: pd.Series) -> Iterator[str]:
    return (name for name in COLUMNS[row["table"]] if name not in ("source", "locator"))


def _digits(figure: str) -> str:
    whole, _, part = figure.replace(",", "").partition(".")
    return f"{whole}.{part.rstrip('0')}".rstrip(".")
