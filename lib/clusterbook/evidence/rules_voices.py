"""Rules on whose word a row is: grades at second hand, one event of many rows, judgements."""

from __future__ import annotations

from collections.abc import Iterator

from .problems import Problem
from .rules import Context, Sheet, said
from .select import is_selector, selectors
from .sources import COMPILERS, row_grade
from .vocabulary import GRADE


def second_hand(sheet: Sheet, context: Context) -> Iterator[Problem]:
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
            right = f"write {best} or a lower grade, or leave it empty"
            yield Problem(sheet.file, row, "grade", wrong, right)


def one_event(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """Rows that tell of one event code it alike, so that it counts as the same thing for all."""
    first: dict[str, tuple[int, dict[str, str]]] = {}
    for row, cells in sheet.rows if "event" in sheet.header else ():
        key = cells["event"]
        at, other = first.setdefault(key, (row, cells))
        for name in ("kind", "dimension", "scope") if key else ():
            if cells.get(name) != other.get(name):
                wrong = f"{said(cells.get(name, ''))} differs from row {at}, of the same event"
                right = f"code both rows alike, or give this one another word than {key}"
                yield Problem(sheet.file, row, name, wrong, right)


def judgements(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """What the compilers judge names the rows on which the judgement rests."""
    for row, cells in sheet.rows:
        if cells.get("source") != COMPILERS:
            continue
        named = selectors(cells.get("locator", ""))
        for part in named:
            if not is_selector(part):
                right = "write it like rent[commercial]@2019#m50article"
                yield Problem(sheet.file, row, "locator", f"{said(part)} names no row", right)
        if not named:
            right = "name the rows that it rests on, with semicolons between them"
            yield Problem(sheet.file, row, "locator", "a judgement names no row", right)
