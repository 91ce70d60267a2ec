"""Where rows are used: which chapters lead to a row's anchor in text, which draw it in a figure.

Read from the pages as they are made, so that the ledger says it without a second run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

from clusterbook.evidence.tables import SHORT

NOT_USES = ("ledger", "sources")
"""Pages that list rows instead of using them."""

_NAMES = "|".join(sorted(SHORT.values()))
_ANCHOR = re.compile(rf"\b(?:{_NAMES})-[0-9a-f]{{8}}(?:-\d+)?\b")
_LINK = re.compile(r'href="ledger\.html(?:\?rows=([^"#]*))?(?:#([^"]*))?"')
_ROW = re.compile(r'(<tr id="([^"]+)"[^>]*>(?:(?!</tr>).)*?<td class="cb-used">)(</td>)', re.S)

_TABLE = re.compile(r"<table\b.*?</table>", re.S)

TABLE = "table"
"""The place of a row that stands in a table alone."""

Uses = dict[str, str]
"""Anchor -> the figure that draws the row, `TABLE`, or "" where the text leads to it."""


def in_text(html: str) -> set[str]:
    """Return the anchors of the ledger to which a piece of a page leads."""
    found: set[str] = set()
    for rows, anchor in _LINK.findall(html):
        found.update(part for part in [*rows.split(","), anchor] if part)
    return found


def in_rows(csv: str) -> set[str]:
    """Return the anchors that stand in the plotted rows of a figure."""
    return set(_ANCHOR.findall(csv))


def uses_of(pieces: Iterable[str], figures: Mapping[str, str]) -> Uses:
    """Return what a page uses. `pieces` is its HTML without figures, `figures` name -> CSV."""
    uses: Uses = {}
    for name in sorted(figures):
        for anchor in sorted(in_rows(figures[name])):
            uses.setdefault(anchor, f"figure-{name}")
    for piece in pieces:
        words = in_text(_TABLE.sub("", piece))
        for anchor in sorted(in_text(piece) - words):
            uses.setdefault(anchor, TABLE)
        uses.update(dict.fromkeys(sorted(words), ""))
    return uses


def fill(body: str, folder: str, uses: Mapping[str, Uses], order: list[str]) -> str:
    """Return the ledger's page with the chapters of its folder named in each row's last cells.

    `uses` is page -> uses. A row drawn in a figure alone leads to that figure.
    """
    pages = [(name, uses.get(f"{folder}/{name}", {})) for name in order if name not in NOT_USES]
    places: dict[str, list[str]] = {}
    for name, used in pages:
        for anchor, figure in used.items():
            target = f"{name}.html" + (f"#{figure}" if figure not in ("", TABLE) else "")
            places.setdefault(anchor, []).append(f'<a href="{escape(target)}">{escape(name)}</a>')
    return _ROW.sub(lambda m: m.group(1) + ", ".join(places.get(m.group(2), [])) + m.group(3), body)
