"""Rules of a survey: its items are those of the questionnaire, its answers are on the scale."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from .instrument import instrument_folder, read_instrument
from .problems import EvidenceError, Problem
from .rules import Context, Questions, Sheet, nearest, said


def questions(root: Path) -> tuple[Questions | None, list[Problem]]:
    """Return what a survey is checked against, and what is wrong with the questionnaire itself.

    None where there is no questionnaire or where it cannot be read.
    """
    if not instrument_folder(root).is_dir():
        return None, []
    try:
        found = read_instrument(root)
    except EvidenceError as error:
        place = "instruments/creative-space"
        return None, [
            Problem(f"{place}/{p.file}", p.row, p.field, p.wrong, p.right) for p in error.problems
        ]
    return Questions(tuple(found.names), tuple(found.values)), []


def survey(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """Every item of the questionnaire is a column; every answer is on the scale, or empty."""
    if sheet.table != "survey" or context.survey is None:
        return
    asked = context.survey
    others = [name for name in sheet.header if name not in (*asked.items, "respondent", "park")]
    right = f"write {', '.join(str(value) for value in asked.values)}, or leave the cell empty"
    for item in asked.items:
        if item not in sheet.header:
            alike = next((n for n in others if nearest(n, asked.items) == item), None)
            cure = "add it, its cells empty where it was not asked"
            if alike is not None:
                cure = f"rename the column {said(alike)} to {item}"
            yield Problem(sheet.file, 1, item, "the column is missing", cure)
        for row, cell in sheet.column(item):
            if cell.strip() and not _offered(cell, asked.values):
                wrong = f"{said(cell)} is not an answer of the scale"
                yield Problem(sheet.file, row, item, wrong, right)
    parks: dict[str, str] = {}
    for row, cell in sheet.column("park"):
        plain = "".join(unicodedata.normalize("NFKC", cell).casefold().split())
        if not plain:
            yield Problem(sheet.file, row, "park", "is empty", "name the park")
        elif parks.setdefault(plain, cell.strip()) != cell.strip():
            wrong = f"{said(cell)} is another park than {said(parks[plain])}"
            right = "write both alike, or give one a name that is not so like the other"
            yield Problem(sheet.file, row, "park", wrong, right)


def _offered(cell: str, values: tuple[int, ...]) -> bool:
    if not cell.isascii() or "_" in cell:
        return False
    try:
        return float(cell) in values
    except ValueError:
        return False
