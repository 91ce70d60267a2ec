"""A book built in parts: the pages of each are added to those that stand, under one search.

Each part is a Sphinx run with the pages that stand once and the main cluster's; of these the first
part's are kept, so that the pages are those of one run, byte for byte.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sphinx.search import js_index

SEARCH, INVENTORY = "searchindex.js", "objects.inv"
_ENTRY = re.compile(r"(.+?)\s+([^\s:]+):(\S+)\s+(-?\d+)\s+(\S*)\s+(.*)\n")


def add(part: Path, book: Path) -> None:
    """Move a part's pages and files to the book; what stands there stays, the indexes are joined.

    In the first part the whole book is the part's.
    """
    if not book.exists():
        part.rename(book)
        return
    texts = [(folder / SEARCH).read_text(encoding="utf-8") for folder in (book, part)]
    (book / SEARCH).write_text(joined_search(*texts), encoding="utf-8")
    entries = ((folder / INVENTORY).read_bytes() for folder in (book, part))
    (book / INVENTORY).write_bytes(joined_inventory(*entries))
    _move_new(part, book)


def _move_new(part: Path, book: Path) -> None:
    for entry in part.iterdir():
        place = book / entry.name
        if not place.exists():
            entry.rename(place)
        elif entry.is_dir():
            _move_new(entry, place)


def joined_search(book: str, part: str) -> str:
    """Return the search index of a book and a part, as Sphinx writes that of one run."""
    a, b = js_index.loads(book), js_index.loads(part)
    if {**a, **b}.keys() != a.keys() or a["envversion"] != b["envversion"]:
        raise ValueError("the parts' search indexes are of different kinds")
    pages = {
        page: (name, title)
        for index in (b, a)
        for page, name, title in zip(*map(index.get, PAGES), strict=True)
    }
    order = {page: place for place, page in enumerate(sorted(pages))}
    moves = [[order[page] for page in index["docnames"]] for index in (a, b)]
    joined = a | {
        "docnames": list(order),
        "filenames": [pages[page][0] for page in order],
        "titles": [pages[page][1] for page in order],
    }
    for kind in ("terms", "titleterms"):
        joined[kind] = _joined_terms([a[kind], b[kind]], moves)
    for kind in ("alltitles", "indexentries", "objects"):
        joined[kind] = _joined_places([a[kind], b[kind]], moves)
    return js_index.dumps(joined)


PAGES = ("docnames", "filenames", "titles")
"""Lists of an index that hold one thing for each page."""


def _joined_terms(indexes: list[dict[str, Any]], moves: list[list[int]]) -> dict[str, Any]:
    """Join lists of the pages that have a word; where one page has it, its number stands alone."""
    joined: dict[str, Any] = {}
    for word in indexes[0].keys() | indexes[1].keys():
        found = set()
        for index, move in zip(indexes, moves, strict=True):
            there = index.get(word, [])
            found |= {move[page] for page in ([there] if isinstance(there, int) else there)}
        joined[word] = sorted(found) if len(found) != 1 else found.pop()
    return joined


def _joined_places(indexes: list[dict[str, Any]], moves: list[list[int]]) -> dict[str, Any]:
    """Join lists of places, each a page and what tells where on it."""
    joined: dict[str, Any] = {}
    for index, move in zip(indexes, moves, strict=True):
        for name, places in index.items():
            moved = ((move[page], *where) for page, *where in places)
            joined[name] = dict.fromkeys([*joined.get(name, ()), *moved])
    return {name: sorted(places, key=lambda place: place[0]) for name, places in joined.items()}


def joined_inventory(book: bytes, part: bytes) -> bytes:
    """Return the inventory of a book and a part, as Sphinx writes that of one run."""
    head = re.match(rb"(?:#.*\n){4}", book)
    assert head
    lines = {*_entries(book[head.end() :]), *_entries(part[head.end() :])}
    return head[0] + zlib.compress("".join(sorted(lines, key=_order)).encode(), 9)


def _entries(compressed: bytes) -> Iterable[str]:
    return zlib.decompress(compressed).decode().splitlines(keepends=True)


def _order(line: str) -> tuple[str, ...]:
    """The key by which Sphinx sorts: domain, name, words shown, kind."""
    found = _ENTRY.fullmatch(line)
    assert found
    name, domain, kind, _, _, shown = found.groups()
    return domain, name, name if shown == "-" else shown, kind
