"""Naming one row of the evidence in a text: `rent[commercial]@2019#m50article`.

    indicator[segment]@date#source~words an observation; parts after the indicator may be left out
    city:indicator[segment]@date#source  the same in the city's evidence
    event[kind]@date#source~words        an event
    programme[slug]@date#source~words    an initiative
    phase[scheme]~number                   a phase of a periodisation, by its number
    claim[id]                            a finding
    fact[field]                          an attribute of cluster.csv

Without `[segment]` an observation of the whole cluster (empty segment) is meant. The words stand in
an event's title, an initiative's name, or an observation's unit or note. The parts
must leave exactly one row; they never name the value, so a corrected value is followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from .case import Case, per_case
from .plain import by_index
from .problems import Problem, said
from .schemas import COLUMNS
from .sources import COMPILERS

_SELECTOR = re.compile(
    r"(?:(?P<place>city):)?(?P<what>[a-z_0-9]+)(?:\[(?P<part>[^\]]*)\])?(?:@(?P<date>[^#~]+~?))?"
    r"(?:#(?P<source>[\w-]+))?(?:~(?P<words>.+))?"
)
_TABLES = {
    "event": ("events", "kind", ("title",)),
    "programme": ("initiatives", "programme", ("name",)),
    "phase": ("phases", "scheme", ("phase",)),
    "claim": ("findings", "id", ("statement",)),
    "fact": ("facts", "field", ("value",)),
}
_OBSERVATION = ("observations", "segment", ("unit", "note"))


NO_ROW = "write it like rent[commercial]@2019#m50article"
"""The remedy for a text that is not written like the name of a row."""


class SelectionError(LookupError):
    """A text names no row, or more than one; the message says which."""


def is_selector(text: str) -> bool:
    """Return whether a text is written like the name of a row; there may be no such row."""
    return bool(_SELECTOR.fullmatch(text))


def selectors(cell: str) -> list[str]:
    """Return the names of rows in a cell that may hold several, with semicolons between them."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def select(case: Case, selector: str) -> pd.Series:
    """Return the one row that a selector names. Raises `SelectionError` for none or several."""
    match = _SELECTOR.fullmatch(selector)
    if not match:
        raise SelectionError(f"{selector!r} is no row; {NO_ROW}")
    named = match.groupdict()
    place = case.city if named["place"] else case
    if place is None:
        raise SelectionError(f"{selector!r}: there is no evidence on the city")
    table, column, texts = _TABLES.get(named["what"], _OBSERVATION)
    wanted = {name: named[name] for name in ("date", "source") if named[name]}
    if table == "observations":
        wanted = {"indicator": named["what"], "segment": named["part"] or "", **wanted}
    elif named["part"] is not None:
        wanted[column] = named["part"]
    kept = list(range(len(getattr(place, table))))
    for name, text in wanted.items():
        cells = _cells(case, bool(named["place"]), table, name)
        kept = [at for at in kept if cells[at] == text]
    if named["words"]:
        held = [_cells(case, bool(named["place"]), table, text) for text in texts]
        kept = [at for at in kept if any(named["words"] in cells[at] for cells in held)]
    rows: pd.DataFrame = getattr(place, table)
    if table == "facts":
        rows = rows.assign(amount=rows["value"], value_words=rows["value"], note="")
    if len(kept) != 1:
        rows = rows.iloc[kept]
        found = "no row" if rows.empty else f"{len(rows)} rows"
        places = ", ".join(str(n) for n in rows["row"]) if len(rows) else ""
        where = f" (rows {places} of {table}.csv); add @date or #source" if places else ""
        raise SelectionError(f"{selector!r} names {found}{where}")
    return rows.iloc[kept[0]]


@per_case
def _cells(case: Case, of_city: bool, table: str, column: str) -> list[Any]:
    """Return a column of a table as a list: a text names dozens of rows, and masks are slow."""
    cells: list[Any] = getattr(case.city if of_city else case, table)[column].tolist()
    return cells


_FIGURE = re.compile(r"(?<![A-Za-z\d])(?:\d[\d,.]*\d|\d)")


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


def judgement_problems(case: Case) -> list[Problem]:
    """Return what keeps the rows from being found on which a judgement of the compilers rests."""
    found = []
    judged = case.facts[case.facts["source"] == COMPILERS]
    for row, named in zip(judged["row"], judged["locator"], strict=True):
        for selector in selectors(named):
            try:
                select(case, selector)
            except SelectionError as error:
                found.append(Problem("cluster.csv", row, "locator", str(error), ""))
    return found
