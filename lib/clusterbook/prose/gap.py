"""A data gap: what is not known here, and which rows would fill it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape


@dataclass(frozen=True)
class Gap:
    """Shown in place of a chart, a table or a sentence whose rows are missing.

    `what` is the missing thing ("rents per area"); `rows` say where it could be written.
    """

    what: str
    rows: Sequence[str] = field(default=())

    def __bool__(self) -> bool:
        return False

    def _repr_html_(self) -> str:
        where = "".join(f"<li><code>{escape(row)}</code></li>" for row in self.rows)
        filled = f"<p>These rows would fill it:</p><ul>{where}</ul>" if where else ""
        return (
            '<div class="cb-gap" role="note" aria-label="Data gap"><p><strong>Data gap.</strong> '
            f"No evidence on {escape(self.what)}.</p>{filled}</div>"
        )

    def __repr__(self) -> str:
        return f"Data gap: no evidence on {self.what}. Rows that would fill it: " + "; ".join(
            self.rows
        )
