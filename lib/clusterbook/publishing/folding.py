"""Sections of a page without evidence, folded: one line each under "Not on record"; code joined.

Done on the page as Sphinx reads it, so that a book is the same however it is built; a notebook that
is run by itself keeps all its sections.
"""

from __future__ import annotations

import re
from html import escape

from docutils import nodes
from sphinx.transforms import SphinxTransform

from clusterbook.evidence.gap import gaps_in

from .pages import the_book

HEADING = "Not on record"
_HREF = re.compile(r'<a class="cb-n" href="[^"]*?(#src-)?[^"#]*"')


class Fold(SphinxTransform):
    """Fold a page about a cluster or a city, before its headings are listed."""

    default_priority = 800

    def apply(self) -> None:
        """Fold the page that is read."""
        if the_book(self.config).cluster_of(self.env.docname):
            fold(self.document)
        join_code(self.document)


def join_code(page: nodes.Element) -> None:
    """Put the code of a cell that shows nothing into the next cell's: one toggle opens a step."""
    for cell in [node for node in page.findall(nodes.container) if _is_code(node)]:
        after = cell.next_node(descend=False, siblings=True)
        if len(cell) == 1 and isinstance(after, nodes.container) and _is_code(after):
            code = after.children[0]
            if isinstance(code, nodes.Element):
                code.insert(0, cell.children[0].children)
                cell.parent.remove(cell)


def fold(page: nodes.Element) -> None:
    """Take the sections that show nothing but gaps out of a page, and list them at its end.

    One of the third level folds by itself, one of the second with all that is below it. A cell
    whose result is empty goes: it would be work without a result; so does a section of such cells.
    """
    top = next(page.findall(nodes.section), None)
    if top is None:
        return
    lines: list[str] = []
    for section in _sections(top):
        parts = [section, *_sections(section)]
        gaps = [part for part in parts if _is_gap(part)]
        if gaps and all(part in gaps or not _results(part) for part in parts):
            folded, whole = gaps, [section]
        else:
            folded = whole = [part for part in gaps if part is not section]
        lines += filter(None, map(_line, folded))
        for part in whole:
            part.parent.remove(part)
    for part in reversed([part for part in top.findall(nodes.section) if part is not top]):
        if _is_bare(part):
            part.parent.remove(part)
    for cell in [node for node in page.findall(nodes.container) if "cell" in node["classes"]]:
        shown = _shown(cell)
        if shown and not any(shown):
            cell.parent.remove(cell)
    if lines:
        listed = f'<ul class="cb-not-on-record">{"".join(lines)}</ul>'
        title = nodes.title(HEADING, HEADING)
        top += nodes.section(
            "", title, nodes.raw("", listed, format="html"), ids=["not-on-record"],
            names=["not on record"],
        )  # fmt: skip


def _is_code(cell: nodes.Element) -> bool:
    return "tag_hide-input" in cell["classes"]


def _sections(part: nodes.Element) -> list[nodes.section]:
    return [child for child in part.children if isinstance(child, nodes.section)]


def _results(part: nodes.Element) -> list[str]:
    """Return what the cells of a part itself show; where its method is from is no result."""
    cells = [c for c in part.children if isinstance(c, nodes.container) and "cell" in c["classes"]]
    return [html for cell in cells for html in _shown(cell) if not _is_method(html)]


def _shown(cell: nodes.Element) -> list[str]:
    """Return the outputs of a cell, as HTML; "" for one that shows nothing."""
    found = []
    for out in cell.children:
        if isinstance(out, nodes.container) and "cell_output" in out["classes"]:
            for one in out.children:
                html = [raw.astext() for raw in one.findall(nodes.raw) if raw["format"] == "html"]
                found.append((html[0] if html else one.astext() or "picture").strip())
    return found


def _is_method(html: str) -> bool:
    """Return whether HTML is a computed sentence all of whose links lead to sources."""
    links = _HREF.findall(html)
    return html.startswith("<p>") and bool(links) and all(links)


def _is_gap(part: nodes.Element) -> bool:
    """Return whether a part shows something, and nothing but gaps."""
    results = _results(part)
    return bool(results) and all(gaps_in(html) or not html for html in results)


def _is_bare(part: nodes.Element) -> bool:
    """Return whether a part consists of cells that show nothing."""
    rest = [c for c in part.children if not isinstance(c, nodes.title | nodes.Invisible)]
    cells = [c for c in rest if isinstance(c, nodes.container) and "cell" in c["classes"]]
    return rest == cells and bool(cells) and not any(html for c in cells for html in _shown(c))


def _line(part: nodes.Element) -> str:
    """Return a folded part as an item: its heading, what is missing, which rows would fill it.

    One whose cells have nothing to tell, not even a gap, is no item: "".
    """
    gaps = [gap for html in _results(part) for gap in gaps_in(html)]
    what = "; ".join(dict.fromkeys(missing for missing, _ in gaps))
    rows = ", ".join(dict.fromkeys(row for _, named in gaps for row in named))
    if not what:
        return ""
    filled = f" Rows that would fill it: {rows}." if rows else ""
    head = next(part.findall(nodes.title)).astext()
    return f"<li>{escape(head)}: no evidence on {what}.{filled}</li>"
