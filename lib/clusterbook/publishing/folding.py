"""Sections of a chapter without evidence, folded: one line each under "Not on record".

A section is what stands under a heading of the second level. It folds where its cells show nothing
but gaps; a notebook that is run by itself keeps it as it is.
"""

from __future__ import annotations

import re
from html import escape
from itertools import pairwise
from typing import Any

from clusterbook.evidence.gap import gaps_in

HEAD = re.compile(r"\A#{2,3} +(.+?)\s*$", re.M)
NOT_ON_RECORD = "## Not on record"

Cell = dict[str, Any]


def folded(cells: list[Cell]) -> list[Cell]:
    """Return the cells of an executed chapter with sections without evidence folded.

    A part under a heading of the third level folds by itself, one under a heading of the second
    with all its parts. A cell whose result is empty goes: it would be work without a result.
    """
    kept: list[Cell] = []
    lines: list[str] = []
    for number, section in enumerate(_split(cells, "## ")):
        parts = _split(section, "### ")
        empty = [_is_gap(part) for part in parts]
        whole = (
            number
            and any(empty)
            and all(e or not _results_of(part) for e, part in zip(empty, parts, strict=True))
        )
        for place, (part, gap) in enumerate(zip(parts, empty, strict=True)):
            if whole or (gap and place):
                lines += [_line(part)] if gap else []
            else:
                kept += [cell for cell in part if not _is_empty(cell)]
    if not lines:
        return kept
    listed = f'<ul class="cb-not-on-record">{"".join(lines)}</ul>'
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": listed}}
    tail: list[Cell] = [
        {"cell_type": "markdown", "id": "not-on-record", "metadata": {}, "source": NOT_ON_RECORD},
        {"cell_type": "code", "id": "not-on-record-list", "execution_count": None,
         "source": "# sections without evidence", "metadata": {"tags": ["remove-input"]},
         "outputs": [output]},
    ]  # fmt: skip
    return kept + tail


def _split(cells: list[Cell], mark: str) -> list[list[Cell]]:
    """Return the cells in parts, each but the first beginning with a heading of this level."""
    parts: list[list[Cell]] = [[]]
    for cell in cells:
        source = "".join(cell["source"])
        starts = [m.start() for m in re.finditer(f"^{mark}", source, re.M)]
        if cell["cell_type"] != "markdown" or not starts:
            parts[-1].append(cell)
            continue
        bounds = sorted({0, *starts, len(source)})
        for a, b in pairwise(bounds):
            if a in starts:
                parts.append([])
            piece = cell | {"source": source[a:b]}
            parts[-1].append(piece | {"id": f"{cell['id']}-{a}"} if a else piece)
    return [part for part in parts if part]


def _results_of(part: list[Cell]) -> list[str]:
    """Return what the cells of a part show; a sentence on where its method is from is no result."""
    return [html for cell in part if not _is_method(cell) for html in _results(cell)]


def _is_method(cell: Cell) -> bool:
    source = "".join(cell["source"])
    return source.startswith("cb.say(") and "cb.source(" in source


def _is_gap(part: list[Cell]) -> bool:
    """Return whether a part shows something, and nothing but gaps."""
    results = _results_of(part)
    return bool(results) and all(gaps_in(html) or not html for html in results)


def _results(cell: Cell) -> list[str]:
    """Return what a cell shows, as HTML; "" for a result that shows nothing."""
    return [_shown(output) for output in cell.get("outputs", [])]


def _shown(output: dict[str, Any]) -> str:
    data = output.get("data", {})
    if set(data) <= {"text/html", "text/plain"} and "text/html" in data:
        return "".join(data["text/html"]).strip()
    return str(data or output.get("text", "")).strip()


def _is_empty(cell: Cell) -> bool:
    """Return whether a cell was to show something and shows nothing."""
    results = _results(cell)
    return bool(results) and not any(results)


def _line(part: list[Cell]) -> str:
    """Return a folded part as an item: its heading, what is missing, which rows fill it."""
    found = HEAD.match("".join(part[0]["source"]))
    head = re.sub(r"\[([^\]]*)\]\([^)]*\)|[*_`]", r"\1", found.group(1)) if found else ""
    gaps = [gap for html in _results_of(part) for gap in gaps_in(html)]
    what = "; ".join(dict.fromkeys(missing for missing, _ in gaps))
    rows = ", ".join(dict.fromkeys(row for _, named in gaps for row in named))
    told = f"no evidence on {what}." if what else "nothing."
    filled = f" Rows that would fill it: {rows}." if rows else ""
    return f"<li>{escape(head)}: {told}{filled}</li>"
