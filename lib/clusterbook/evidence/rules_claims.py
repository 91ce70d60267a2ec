"""The rule for `claims.csv`: a claim has a chapter that shows it, and rows that fit its check."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .problems import Problem
from .root import book_root
from .rules import Context, Sheet, one_of, said
from .select import is_selector, selectors
from .toc import page_files

_SHOWN = re.compile(r'claims\.checked\(case, "([\w-]+)"')


def chapters_with_claims() -> tuple[str, ...]:
    """Return the names of the chapters whose cells show the claims checked."""
    files = page_files(book_root())
    texts = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    return tuple(name for name, text in texts.items() if name in _SHOWN.findall(text))


def claims(sheet: Sheet, context: Context) -> Iterator[Problem]:
    """Claims name a chapter that shows them, rows where something is compared, and only there."""
    if sheet.table != "claims":
        return
    chapters = chapters_with_claims()
    for row, cells in sheet.rows:
        chapter, check = cells.get("chapter", ""), cells.get("check", "")
        own, against = cells.get("row", ""), cells.get("against", "")
        if chapter and chapter not in chapters:
            wrong = f"no chapter {said(chapter)} shows claims"
            yield Problem(sheet.file, row, "chapter", wrong, one_of(chapter, chapters))
        for name, parts in (("row", [own.strip()]), ("against", selectors(against))):
            for part in parts:
                if part and not is_selector(part):
                    right = "write it like rent[commercial]@2019#m50article"
                    yield Problem(sheet.file, row, name, f"{said(part)} names no row", right)
        if check == "none" and against:
            right = "say how they are compared, or take them out"
            yield Problem(sheet.file, row, "check", "is none, but against names rows", right)
        elif check and check != "none" and not (own and against):
            right = "name the claim's own row and rows to compare it with, or write none"
            yield Problem(
                sheet.file, row, "check", f"is {said(check)}, but a row is missing", right
            )
