"""Rows on finished pages: which chapters use each, how many they show, how to report an error.

Read from the pages as they are made, so that the ledger and the status page say it without a second
run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape, unescape
from urllib.parse import quote_plus

from clusterbook.evidence import Case
from clusterbook.evidence.tables import SHORT

NOT_USES = ("ledger", "sources")
"""Pages that list rows instead of using them."""

_NAMES = "|".join(sorted(SHORT.values()))
_ANCHOR = re.compile(rf"\b(?:{_NAMES})-[0-9a-f]{{8}}(?:-\d+)?\b")
_LINK = re.compile(r'href="ledger\.html(?:\?rows=([^"#]*))?(?:#([^"]*))?"')
_ROW = re.compile(r'(<tr id="([^"]+)"[^>]*>(?:(?!</tr>).)*?<td class="cb-used">)(</td>)', re.S)
_TOLD = re.compile(r'(<p class="cb-coverage">)(.*?)(</p>)')
_PLACE = re.compile(r'<code class="cb-place">([^<]+)</code>')
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


def uses_of(pieces: Iterable[str], figures: Mapping[str, str]) -> Uses:
    """Return what a page uses. `pieces` is its HTML without figures, `figures` name -> CSV."""
    uses: Uses = {}
    for name in sorted(figures):
        for anchor in sorted(_ANCHOR.findall(figures[name])):
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
    places: dict[str, list[str]] = {}
    for name in (name for name in order if name not in NOT_USES):
        for anchor, figure in uses.get(f"{folder}/{name}", {}).items():
            target = f"{name}.html" + (f"#{figure}" if figure not in ("", TABLE) else "")
            places.setdefault(anchor, []).append(f'<a href="{escape(target)}">{escape(name)}</a>')
    return _ROW.sub(lambda m: m.group(1) + ", ".join(places.get(m.group(2), [])) + m.group(3), body)


def coverage(case: Case, chapters: Iterable[Uses]) -> str:
    """Return in words how many of a cluster's own observed rows its chapters show."""
    every = case.observations  # without context, plans and claims
    observed = (every["status"] == "observed") & (every["dimension"] != "context")
    rows = set(every["anchor"][observed])
    if not rows:
        return "No observed figure is on record."
    places: dict[str, set[str]] = {}
    for uses in chapters:
        for anchor in rows & set(uses):
            places.setdefault(anchor, set()).add(uses[anchor])
    tabled = sum(found == {TABLE} for found in places.values())
    said = f"{len(places):,} of {len(rows):,} observed figures ({len(places) / len(rows):.0%})"
    alone = f"{tabled:,} of them ({tabled / len(rows):.0%}) in a table alone."
    return f"{said} stand in a chapter besides the ledger, {alone}"


def with_coverage(body: str, words: str) -> str:
    """Return the status page with the words in the place for them."""
    return _TOLD.sub(lambda m: f"{m[1]}{words}{m[3]}", body)


def told(page: str) -> str:
    """Return what a status page tells of the coverage, "" where it does not."""
    found = _TOLD.search(page)
    return unescape(found[2]) if found else ""


def check_address(address: str) -> str:
    """Return a repository's address without its last slash. Raises `ValueError` if it is none."""
    if address and not re.fullmatch(r"https?://[^\s\"'<>]+", address):
        raise ValueError(
            f"clusterbook_issues is {address!r}; write the repository's address, "
            "as in https://example.org/name/repository, or leave it empty"
        )
    return address.rstrip("/")


def add_links(body: str, repository: str, edition: str) -> str:
    """Return the ledger with a link beside each row's place by which an error is reported.

    Without a repository it stays as it is.
    """
    if not repository:
        return body
    asked = quote_plus(f"Edition {edition}: what is wrong?", safe="/,:")

    def linked(match: re.Match[str]) -> str:
        title = quote_plus(f"Error in {unescape(match.group(1))}", safe="/,:")  # short: one a row
        url = escape(f"{repository}/issues/new?title={title}&body={asked}")
        return f'{match.group(0)} <a href="{url}">report an error</a>'

    return _PLACE.sub(linked, body)
