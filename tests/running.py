"""Chapters run cell by cell in this process, as a notebook runs them; what their cells show."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import jupytext
from conftest import ROOT

from clusterbook.charts.figure import Figure
from clusterbook.evidence.gap import Gap
from clusterbook.evidence.sourced import forget_shown


@dataclass
class Page:
    """What a chapter shows about a cluster."""

    names: dict[str, Any]
    figures: dict[str, Figure] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)
    html: str = ""

    @property
    def text(self) -> str:
        """The words of all outputs that are text, on one line."""
        words = re.sub(r"<(?!/?(?:a|b|strong|em|code|span|small)\b)[^>]+>", " ", self.html)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", words))).strip()


def run(chapter: str, cluster: str, **parameters: Any) -> Page:
    """Run a chapter for a cluster of the book (or of `CLUSTERBOOK_ROOT`) and return what it shows."""
    forget_shown()
    page = Page({"__name__": "chapter"})
    path = ROOT / "chapters" / f"{chapter}.md"
    for number, cell in enumerate(jupytext.read(path, fmt="md:myst").cells):
        if cell.cell_type != "code":
            continue
        body = ast.parse(cell.source).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        where = f"<{chapter}, cell {number}>"
        exec(compile(ast.Module(body, []), where, "exec"), page.names)
        if "parameters" in cell.metadata.get("tags", []):
            page.names |= {"cluster": cluster, **parameters}
        if last is not None:
            value = eval(compile(ast.Expression(last.value), where, "eval"), page.names)
            _show(page, value)
    return page


def _show(page: Page, value: Any) -> None:
    if isinstance(value, Figure):
        assert value.name not in page.figures, f"two figures named {value.name}"
        value._repr_mimebundle_()
        page.figures[value.name] = value
        page.html += f"<p>{value.title}. {value.subtitle} {value.note}</p>"
    elif isinstance(value, Gap):
        page.gaps.append(value.what)
        page.html += value._repr_html_()
    elif hasattr(value, "_repr_html_"):
        page.html += value._repr_html_() or ""
