"""The rule for `claims.csv`: no verdict without a comparison or a complete search record.

What is held against the rows that a verdict names is in `claims`, for the evidence has to be open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .problems import one_of, said
from .root import book_root
from .rules import Context, Fault
from .select import NO_ROW, is_selector, selectors
from .sheets import Sheet
from .toc import page_files

NOT_FOUND, NOT_CHECKED, LEFT_OUT = "not found in this search", "not checked", "left out"
COMPARED = ("confirmed", "dated differently", "contradicted")
VERDICTS = (*COMPARED, NOT_FOUND, NOT_CHECKED)
"""What is found on a claim; one that is `LEFT_OUT` (common knowledge) is not on the list."""
SEARCH = ("where", "words", "date")
NEAREST = 3
"""A complete search record names so many pages that came nearest, and why they do not bear."""
_PAGE = re.compile(r"(?P<title>.+?) \((?P<address>https?://\S+|address not printed)\): (?P<why>.+)")
_FORM = 'write "title (https://address or address not printed): why it does not bear on it; …"'
_SHOWN = re.compile(r'claims(?:\.checked|_of)\(case, "([\w-]+)"')


class Page(NamedTuple):
    """A page that a search came nearest with; `address` is empty where it must not be printed."""

    title: str
    address: str
    why: str


def nearest_pages(cell: str) -> list[Page]:
    """Return the pages of a cell `nearest`. Raises `ValueError` for one of another form."""
    pages = []
    for part in filter(None, (part.strip() for part in re.split(r";\s+|;$", cell))):
        match = _PAGE.fullmatch(part)
        if not match:
            raise ValueError(part)
        address = match["address"] if match["address"].startswith("http") else ""
        pages.append(Page(match["title"], address, match["why"]))
    return pages


def chapters_with_claims() -> tuple[str, ...]:
    """Return the names of the chapters whose cells show the claims checked; () without a book."""
    files = page_files(book_root())
    texts = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    return tuple(name for name, text in texts.items() if name in _SHOWN.findall(text))


def claims(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """A claim has a chapter, a reason, and for its verdict rows compared or a search record."""
    chapters = chapters_with_claims()
    for row, cells in sheet.rows:
        yield from ((row, *fault) for fault in _line_faults(cells, chapters))


def _line_faults(
    cells: dict[str, str], chapters: tuple[str, ...]
) -> Iterator[tuple[str, str, str]]:
    def cell(name: str) -> str:
        return cells.get(name, "").strip()

    if chapters and cell("chapter") and cell("chapter") not in chapters:
        wrong = f"no chapter {said(cell('chapter'))} shows claims"
        yield "chapter", wrong, one_of(cell("chapter"), chapters)
    for name, parts in (("row", [cell("row")]), ("against", selectors(cell("against")))):
        for part in parts:
            if part and not is_selector(part):
                yield name, f"{said(part)} names no row", NO_ROW
    if cell("reason") and not re.fullmatch(r"\S+(\s+\S+){2,}[.]", cell("reason")):
        yield "reason", f"{said(cell('reason'))} is no sentence", "say it in one, with a full stop"
    verdict = cell("verdict")
    yield from _comparison_faults(verdict, cell("check"), cell("row"), cell("against"))
    yield from _search_faults(verdict, {name: cell(name) for name in (*SEARCH, "nearest")})


def _comparison_faults(
    verdict: str, check: str, row: str, against: str
) -> Iterator[tuple[str, str, str]]:
    if verdict in COMPARED:
        for name, filled in (("row", row), ("against", against)):
            if not filled:
                right = f"name the rows compared, or write {NOT_FOUND!r} or {NOT_CHECKED!r}"
                yield name, f"is empty, but the verdict is {verdict}", right
        if check == "none":
            yield "check", f"is none, but the verdict is {verdict}", "say how rows were compared"
        if check and (check == "date") != (verdict == "dated differently"):
            if verdict == "dated differently":
                yield "check", f"is {check}, but the verdict is {verdict}", "compare by date"
            elif verdict == "contradicted":
                yield "verdict", "is contradicted by a date alone", "write dated differently"
    elif verdict and check and check != "none":
        yield "check", f"is {check}, but the verdict is {verdict}", "write none"
    if verdict in (NOT_CHECKED, LEFT_OUT) and against:
        right = "say what the comparison showed, or take them out"
        yield "against", f"names rows, but the verdict is {verdict}", right


def _search_faults(verdict: str, record: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    missing = [name for name in SEARCH if not record[name]]
    begun = any(record.values())
    if verdict == NOT_FOUND or begun:
        for name in missing:
            right = "a search record says where, with which words and on which day was searched"
            yield name, f"is empty, but the verdict is {verdict or 'missing'}", right
    if record["date"] and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", record["date"]):
        yield "date", f"{said(record['date'])} is no day", "write it like 2026-11-24"
    if begun and verdict in (NOT_CHECKED, LEFT_OUT):
        right = "say what was found, or write that it was not found in this search"
        yield "verdict", f"is {verdict}, but a search is on record", right
    try:
        pages = nearest_pages(record["nearest"])
    except ValueError as error:
        yield "nearest", f"{said(str(error))} is no page with a reason", _FORM
    else:
        different = {page.address or page.title for page in pages}
        if verdict == NOT_FOUND and len(different) < NEAREST:
            right = f"name the {NEAREST} that came nearest: {_FORM}"
            yield "nearest", f"names {len(different)} of {NEAREST} different pages", right
    if record["words"] and not re.search(r"\w", record["words"]):
        wrong = f"{said(record['words'])} is no word to search for"
        yield "words", wrong, "write what was searched"
