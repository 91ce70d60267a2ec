"""How much of a cluster's own evidence its chapters show besides the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from clusterbook.evidence import Case

from .uses import TABLE, Uses

_TOLD = re.compile(r'(<p class="cb-coverage">)(.*?)(</p>)')


def observed(case: Case) -> set[str]:
    """Return the anchors of a cluster's own observed rows: without context, plans and claims."""
    rows = case.observations
    return set(rows["anchor"][(rows["status"] == "observed") & (rows["dimension"] != "context")])


def coverage(case: Case, chapters: Iterable[Uses]) -> str:
    """Return in words how many of a cluster's rows its chapters show, and how many in a table."""
    rows = observed(case)
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


def fill(body: str, words: str) -> str:
    """Return the status page with the words in the place for them."""
    return _TOLD.sub(lambda m: f"{m[1]}{words}{m[3]}", body)


def told(page: str) -> str:
    """Return what a status page tells of the coverage, "" where it does not."""
    found = _TOLD.search(page)
    return unescape(found[2]) if found else ""
