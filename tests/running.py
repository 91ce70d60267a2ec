"""Chapters run cell by cell in this process, as a notebook runs them; what their cells show."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import jupytext
import pandas as pd
import vl_convert
from conftest import ROOT

from clusterbook.charts.figure import Figure
from clusterbook.charts.theme import NARROW, WIDE, to_light
from clusterbook.evidence.gap import Gap
from clusterbook.evidence.root import FOLDERS, book_root, environment
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
        html = re.sub(r"<style.*?</style>", "", self.html, flags=re.S)  # of plain tables
        words = re.sub(r"<(?!/?(?:a|b|strong|em|code|span|small)\b)[^>]+>", " ", html)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", words))).strip()


def run(chapter: str, cluster: str, **parameters: Any) -> Page:
    """Run a chapter for a cluster of the book (or of `CLUSTERBOOK_ROOT`) and return what it shows.

    A chapter of the book as it is runs once for all tests of a process, which change no page.
    """
    if parameters or book_root() != ROOT or os.environ.get(FOLDERS):
        return _run(chapter, cluster, **parameters)
    return _once(chapter, cluster)


@cache
def _once(chapter: str, cluster: str) -> Page:
    return _run(chapter, cluster)


def _run(chapter: str, cluster: str, **parameters: Any) -> Page:
    forget_shown()
    page = Page({"__name__": "chapter"})
    path = book_root() / "chapters" / f"{chapter}.md"
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


@contextmanager
def edited(
    tmp_path: Path,
    cluster: str,
    table: str,
    change: Callable[[pd.DataFrame], Any],
    bare: bool = False,
) -> Any:
    """Let chapters read a copy of the data in which a table of a cluster was changed.

    `change` takes the table as text and returns it changed. With `bare` the author's own texts on
    the cluster, which name rows, are left out.
    """
    root = tmp_path / "book"
    if not root.exists():
        shutil.copytree(ROOT / "data", root / "data")
        for name in ("_config.yml", "_toc.yml"):
            shutil.copy(ROOT / name, root / name)
        shutil.copytree(ROOT / "chapters", root / "chapters")
    if bare:
        folder = root / "data" / "clusters" / cluster
        shutil.rmtree(folder / "notes", ignore_errors=True)
        for name in ("claims", "answers", "tensions"):
            (folder / f"{name}.csv").unlink(missing_ok=True)
    file = root / "data" / "clusters" / cluster / f"{table}.csv"
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    changed = change(frame)
    (frame if changed is None else changed).to_csv(file, index=False)
    with environment({"CLUSTERBOOK_ROOT": str(root)}):
        yield root


def drawn_within(page: Page) -> None:
    """Assert that every figure of a page draws within its width, in both layouts, without NaN."""
    for figure in page.figures.values():
        for width in (WIDE, NARROW):
            spec = figure.specification(width)
            assert "NaN" not in json.dumps(spec), figure.name
            svg = vl_convert.vegalite_to_svg(json.loads(to_light(json.dumps(spec))))
            drawn = float(re.search(r'<svg[^>]* width="([\d.]+)"', svg).group(1))  # type: ignore[union-attr]
            assert drawn <= width + 2, (figure.name, width, drawn)
