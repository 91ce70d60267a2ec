"""Words that carry their source: hover, tap or focus shows it, a click leads to the evidence row.

Whatever is shown of a row notes its anchor, so that a chapter can tell at its end which rows it has
not shown yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from .plain import Row, records

MANY = 40
"""Rows above which a computed number leads to the whole ledger: an address has its length."""

_shown: set[str] = set()


def note_shown(anchors: Iterable[str]) -> None:
    """Note that a figure, a table or a sentence shows the rows with these anchors.

    What a chapter made of rows may stand among them without an anchor; that is no row.
    """
    _shown.update(anchor for anchor in anchors if isinstance(anchor, str))


def shown() -> frozenset[str]:
    """Return the anchors of all rows that this notebook has shown so far."""
    return frozenset(_shown)


def forget_shown() -> None:
    """Begin a notebook: nothing is shown yet."""
    _shown.clear()


@dataclass(frozen=True)
class Sourced:
    """Words from evidence: what is shown about their origin, and where they lead."""

    text: str
    tip: str
    href: str
    anchors: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        note_shown(self.anchors)
        return (
            f'<a class="cb-n" href="{escape(self.href)}" title="{escape(self.tip)}">'
            f"{escape(self.text)}</a>"
        )

    def __repr__(self) -> str:
        return self.text

    def __format__(self, spec: str) -> str:
        return self.text


AFAR = "?cluster="
"""How an address begins that names a page by its cluster; the book's build makes it lead there."""


def afar(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows that lead to their own cluster's ledger, for a page that is about no cluster."""
    return rows.assign(href=AFAR + rows["place"] + "/ledger#" + rows["anchor"])


def ledger_of(row: Mapping[str, Any] | pd.Series) -> str:
    """Return the address of the ledger in which a row stands."""
    away = str(row.get("href") or "").startswith(AFAR)
    return f"{AFAR}{row['place']}/ledger" if away else "ledger.html"


def sourced(row: Mapping[str, Any] | pd.Series, form: str = "amount", text: str = "") -> Sourced:
    """Return a row's words with its source.

    `form` is a column of words: "amount" (a value with its unit), "value_words" (without),
    "date_words", "title", "statement" …; `text` overrides the words but not the source.
    """
    about = [row["cite"], f"grade {row['grade']}", row.get("date_words"), row.get("locator")]
    tip = ", ".join(str(part) for part in about if part)
    note = f". {row['note']}" if row.get("note") else ""
    said = text or str(row[form])
    return Sourced(said, f"{tip}{note}", f"{ledger_of(row)}#{row['anchor']}", (row["anchor"],))


def computed(
    text: str, how: str, rows: pd.DataFrame | Iterable[Row], counted: bool = False
) -> Sourced:
    """Return words computed from rows: the formula on hover, the rows in the ledger on a click.

    Without a row (a count of none) the words lead to the ledger. Rows that are only `counted` are
    not shown by that.
    """
    listed = records(rows) if isinstance(rows, pd.DataFrame) else list(rows)
    anchors = tuple(dict.fromkeys(row["anchor"] for row in listed))
    labels = ", ".join(dict.fromkeys(f"{row['label']} ({row['grade']})" for row in listed))
    if len(labels) >= 160:
        labels = f"{len({row['source'] for row in listed})} sources"
    count = f"{len(anchors)} rows" if len(anchors) != 1 else "1 row"
    ledgers = {ledger_of(row) for row in listed}
    few = 0 < len(anchors) <= MANY and len(ledgers) == 1
    which = f"?{'counted' if counted else 'rows'}={','.join(anchors)}#{anchors[0]}" if few else ""
    href = f"{ledger_of(listed[0]) if len(ledgers) == 1 else 'ledger.html'}{which}"
    tip = f"Computed: {how}; from {count}" + (f": {labels}" if labels else "")
    return Sourced(text, tip, href, () if counted else anchors)
