"""A data gap: what is not known here, and which rows would fill it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any


@dataclass(frozen=True)
class Gap:
    """Shown in place of a chart, a table or a sentence whose rows are missing.

    `what` is the missing thing ("rents per area"); `rows` say where it could be written. An empty
    one shows nothing: what is missing is told elsewhere.
    """

    what: str
    rows: Sequence[str] = field(default=())

    def __bool__(self) -> bool:
        return False

    def __add__(self, other: Any) -> Any:
        return other  # a paragraph goes on without the sentence that cannot be told

    def __radd__(self, other: Any) -> Any:
        return other

    def _repr_html_(self) -> str:
        if not self.what:
            return ""
        where = "".join(f"<li><code>{escape(row)}</code></li>" for row in self.rows)
        filled = f"<p>These rows would fill it:</p><ul>{where}</ul>" if where else ""
        return (
            '<div class="cb-gap" role="note" aria-label="Data gap"><p><strong>Data gap.</strong> '
            f"No evidence on {escape(self.what)}.</p>{filled}</div>"
        )

    def __repr__(self) -> str:
        if not self.what:
            return ""
        return f"Data gap: no evidence on {self.what}. Rows that would fill it: " + "; ".join(
            self.rows
        )


_TOLD = re.compile(
    r'<div class="cb-gap" role="note"[^>]*><p><strong>Data gap\.</strong> No evidence on '
    r"([^<]*)\.</p>(?:<p>[^<]*</p><ul>((?:<li><code>[^<]*</code></li>)*)</ul>)?</div>"
)


def gaps_in(html: str) -> list[tuple[str, list[str]]]:
    """Return the gaps that HTML shows, as HTML: what is missing, and which rows would fill it."""
    return [
        (found[1], re.findall(r"<code>[^<]*</code>", found[2] or ""))
        for found in _TOLD.finditer(html)
    ]


def told_once(page: str) -> str:
    """Return a page's HTML with each gap told in full once; after that, in a line."""
    known: set[str] = set()

    def tell(match: re.Match[str]) -> str:
        what = match.group(1)
        if what not in known:
            known.add(what)
            return match.group(0)
        return (
            '<p class="cb-gap-again" role="note"><strong>Data gap</strong>, as above: '
            f"no evidence on {what}.</p>"
        )

    return _TOLD.sub(tell, page)
