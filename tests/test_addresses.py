"""Where the built book's rows and pictures lead: to a row that is there, and to no other host."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from urllib.parse import unquote

ROW = re.compile(r'(?:href=|"href": ?)"([^"#?]*ledger[^"#?]*\.html)(?:\?[^"#]*)?#([^"]+)"')
HOST = re.compile(r"https?://([^/\"' )]+)")


@cache
def named(page: Path) -> frozenset[str]:
    """Return the names of places in a page."""
    return frozenset(re.findall(r'\bid="([^"]+)"', page.read_text("utf-8")))


def test_every_address_of_a_row_has_its_row(book: Path) -> None:
    lost: dict[str, set[str]] = defaultdict(set)
    seen = 0
    for page in sorted(book.rglob("*.html")):
        for path, name in set(ROW.findall(page.read_text("utf-8"))):
            if "://" in path:
                continue
            seen += 1
            ledger = (page.parent / unquote(path)).resolve()
            if not ledger.is_file() or name not in named(ledger):
                lost[page.relative_to(book).as_posix()].add(f"{path}#{name}")
    assert seen > 2000
    assert not lost, {page: sorted(names)[:4] for page, names in lost.items()}


def test_no_picture_file_leads_to_a_host(book: Path) -> None:
    pictures = sorted((book / "_figures").rglob("*.svg"))
    assert len(pictures) > 400
    for picture in pictures:
        text = picture.read_text("utf-8")
        assert set(HOST.findall(text)) <= {"www.w3.org"}, picture
        assert "<a " not in text, picture
