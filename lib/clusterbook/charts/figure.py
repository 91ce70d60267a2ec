"""A finished chart: two layouts, its words, its rows and their sources.

In a notebook it shows as a Vega-Lite specification; what belongs around the picture (title,
subtitle, sources, the plotted rows, the narrow layout) travels in the specification's `usermeta`,
and the book's build makes the figure from it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from clusterbook.evidence.vocabulary import GRADE

from .theme import NARROW, WIDE, config

MIME = "application/vnd.vegalite.v6+json"
"""The type of a chart's output; Altair's own name for it is not accepted by nbformat."""

CSV_COLUMNS = (
    "indicator", "segment", "date", "value", "value_upper", "unit", "qualifier", "title", "kind",
    "name", "audience", "programme", "audience_mode", "decision_level", "scheme", "phase", "id",
    "code", "statement", "valence", "dimension", "scope", "source", "grade", "locator", "via",
    "note", "anchor",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A chart as a reader sees it.

    `draw` returns the chart for a width in pixels (`WIDE` or `NARROW`). `rows` are the evidence
    rows that are drawn; `table` is what is offered as CSV where that is not the rows themselves.
    `subtitle` may hold coloured words, written `[named tiers](economic)`.
    """

    name: str
    title: str
    subtitle: str
    description: str
    draw: Callable[[int], Any]
    rows: pd.DataFrame
    note: str = ""
    table: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9-]+", self.name):
            raise ValueError(f"a figure's name is [a-z0-9-]+, not {self.name!r}")
        if not self.description.strip():
            raise ValueError(f"figure {self.name} needs a description for those who cannot see it")

    def specification(self, width: int) -> dict[str, Any]:
        """Return the Vega-Lite specification of one layout, without what stands around it."""
        spec: dict[str, Any] = self.draw(width).to_dict(validate=False)
        spec["config"] = config()
        spec["description"] = self.description
        spec.setdefault("autosize", {"type": "pad", "contains": "padding"})
        return spec

    def to_altair(self, width: int = WIDE) -> Any:
        """Return one layout as an Altair chart, to be changed or combined in a notebook.

        Altair is imported only here: our charts are written as the specifications that Altair
        would write, because building them from its objects takes ten times as long.
        """
        import altair as alt

        return alt.Chart.from_dict(self.specification(width))

    def sources(self) -> list[dict[str, str]]:
        """Return the sources of the rows, best grade first, each once: key, label, grade, via."""
        if not len(self.rows):
            return []
        order = {grade: place for place, grade in enumerate(GRADE)}
        found: dict[str, dict[str, Any]] = {}
        vias = self.rows["via"] if "via" in self.rows else [""] * len(self.rows)
        for key, label, grade, via in zip(
            self.rows["source"], self.rows["label"], self.rows["grade"], vias, strict=True
        ):
            entry = found.setdefault(key, {"key": key, "label": label, "grade": grade, "via": []})
            if isinstance(via, str) and via and via not in entry["via"]:
                entry["via"].append(via)
        ranked = sorted(found.values(), key=lambda s: (order.get(s["grade"], 9), s["label"]))
        return [{**s, "via": ", ".join(s["via"])} for s in ranked]

    def plotted(self) -> pd.DataFrame:
        """Return the table that is offered as CSV."""
        if self.table is not None:
            return self.table
        return self.rows[[column for column in CSV_COLUMNS if column in self.rows]]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        spec = self.specification(WIDE)
        spec["usermeta"] = {
            "clusterbook": {
                "name": self.name,
                "title": self.title,
                "subtitle": self.subtitle,
                "sources": self.sources(),
                "rows": len(self.rows),
                "note": self.note,
                "csv": safe_csv(self.plotted()),
                "narrow": self.specification(NARROW),
            }
        }
        return {MIME: spec, "text/plain": f"{self.title}. {self.description}"}


def safe_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV in which no cell can start a formula in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    columns = [_cells(table[name]) for name in table]
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def _cells(column: pd.Series) -> list[Any]:
    """Return the cells of a column as they are written; a missing one is empty."""
    cells = column.tolist()
    if all(isinstance(cell, str) for cell in cells):
        return [_safe(cell) for cell in cells]
    cells = column.infer_objects().tolist()  # whole numbers with a gap are decimal numbers
    missing = column.isna().tolist()
    return ["" if gone else _safe(cell) for cell, gone in zip(cells, missing, strict=True)]


def _safe(cell: Any) -> Any:
    starts = isinstance(cell, str) and cell != "" and cell[0] in "=+-@\t\r"
    return f"'{cell}" if starts else cell
