"""A survey's analysis as one self-contained page: the chapter's own sections on these answers.

The text and the cells are those of the chapter on the questionnaire, from its section on the
answers to that on sample size, so that the page and the chapter never say different things.
"""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

import numpy as np
from markdown_it import MarkdownIt

from clusterbook.analysis.survey_study import Study
from clusterbook.charts.figure import Figure, coloured, safe_csv
from clusterbook.charts.theme import WIDE, picture
from surveysem.errors import SurveyError

from .chapters import read_notebook, run_cell
from .figures import tokens_css
from .templating import data_uri, one_page, render

FIRST, LAST = "## The answers", "## How many answers are needed"
"""The first section of the chapter that the page takes, and the last."""
PATHS = "## The paths between spaces"
"""The section whose text is about the questionnaire's own structural model alone."""

_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_SOURCED = re.compile(r'<a class="cb-n" href="sources\.html[^>]*>(.*?)</a>')


class ChapterChangedError(RuntimeError):
    """The chapter no longer has the sections from which the page is made."""


def sections(chapter: str) -> list[tuple[str, str]]:
    """Return the cells of the chapter that the page takes: pairs of "markdown" or "code", text.

    The first is the chapter's first cell of code, in which it imports what it needs. Raises
    `ChapterChangedError` where the chapter has not the sections.
    """
    parts: list[tuple[str, str]] = []
    for cell in read_notebook(chapter).cells:
        prose = cell.cell_type == "markdown"
        pieces = re.split(r"(?m)^(?=## )", cell.source) if prose else [cell.source]
        parts += [(cell.cell_type, piece.strip()) for piece in pieces if piece.strip()]
    heads = {
        text.partition("\n")[0].strip(): at
        for at, (kind, text) in enumerate(parts)
        if kind == "markdown" and text.startswith("## ")
    }
    if FIRST not in heads or LAST not in heads:
        raise ChapterChangedError(f"chapters/instrument.md needs the sections {FIRST} and {LAST}")
    end = min((at for at in heads.values() if at > heads[LAST]), default=len(parts))
    imports = next(part for part in parts if part[0] == "code")
    return [imports, *parts[heads[FIRST] : end]]


def survey_page(study: Study, chapter: str) -> str:
    """Return the whole page for a study; `chapter` is the text of the chapter."""
    names: dict[str, Any] = {"study": study}
    parts, skipping = [], False
    for kind, text in sections(chapter):
        if kind == "markdown":
            skipping = text.startswith(PATHS) and not study.structural
            other = text.startswith(PATHS) and study.structural != study.instrument.structural
            parts.append("" if skipping else _markdown(PATHS if other else text))
        elif not skipping:
            parts.append(_shown(text, names))
    title = f"{study.mark}Survey of creative space: {study.name}"
    body = f"<h1>{escape(title)}</h1>{''.join(parts)}"
    return one_page(title, body, tokens_css())


def _markdown(text: str) -> str:
    """Return a text of the chapter as HTML; links to other chapters as words."""
    return MarkdownIt().render(_LINK.sub(r"\1", text))


def _shown(source: str, names: dict[str, Any]) -> str:
    """Return what a cell shows, or why the answers cannot carry it."""
    try:
        with np.errstate(invalid="ignore"):  # impossible values are told, and shown as gaps
            value = run_cell(source, names)
            if isinstance(value, Figure):
                return figure_html(value)
    except SurveyError as error:
        names["failed"] = True
        lines = "".join(f"<p>{escape(line)}</p>" for line in str(error).split("\n"))
        return f'<div class="cb-gap" role="note"><p><strong>Not computed.</strong></p>{lines}</div>'
    except NameError:
        if names.get("failed"):  # the cell before it, whose result it shows, has told why
            return ""
        raise
    return "" if value is None else _SOURCED.sub(r"\1", value._repr_html_())


def figure_html(figure: Figure) -> str:
    """Return a figure with its picture inside the page and its table as a download."""
    svg, rows = picture(json.dumps(figure.specification(WIDE))), safe_csv(figure.plotted())
    meta = {"name": figure.name, "title": figure.title, "note": figure.note}
    return render(
        "figure.html", meta=meta | {"sources": [], "rows": 0}, specs="", alt=figure.description,
        subtitle=coloured(figure.subtitle), picture=data_uri("image/svg+xml", svg.encode()),
        rows_file=data_uri("text/csv;charset=utf-8", rows.encode()),
    )  # fmt: skip
