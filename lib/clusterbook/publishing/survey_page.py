"""A survey's analysis as one self-contained page: the chapter's own sections on these answers.

The text and the cells are those of the chapter on the questionnaire, from its section on the
answers to that on sample size, so that the page and the chapter never say different things.
"""

from __future__ import annotations

import ast
import base64
import json
import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clusterbook.charts.figure import Figure, coloured, safe_csv
from clusterbook.charts.theme import WIDE, picture

from .figures import tokens_css
from .stage import DOC_ROLE

if TYPE_CHECKING:
    from clusterbook.analysis.survey_study import Study

HERE = Path(__file__).parent
FIRST, LAST = "## The answers", "## How many answers are needed"
"""The first section of the chapter that the page takes, and the last."""
PATHS = "## The paths between spaces"
"""The section whose text is about the questionnaire's own structural model alone."""

_SOURCE = re.compile(r"\{source\}`[^`]*`")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_SOURCED = re.compile(r'<a class="cb-n" href="sources\.html[^>]*>(.*?)</a>')
_CODE = re.compile(r"`([^`]+)`")


class ChapterChangedError(RuntimeError):
    """The chapter no longer has the sections from which the page is made."""


def sections(chapter: str) -> list[tuple[str, str]]:
    """Return the cells of the chapter that the page takes: pairs of "markdown" or "code", text.

    The first is the chapter's first cell of code, in which it imports what it needs. Raises
    `ChapterChangedError` where the chapter has not the sections.
    """
    import jupytext

    cells = jupytext.reads(chapter, fmt="md:myst").cells
    kept = [("code", cell.source) for cell in cells if cell.cell_type == "code"][:1]
    inside = False
    for cell in cells:
        if cell.cell_type == "code":
            if inside:
                kept.append(("code", cell.source))
            continue
        for part in re.split(r"(?m)^(?=## )", cell.source):
            head = part.partition("\n")[0].strip()
            if head.startswith("## "):
                ended = _past_last(kept)
                inside = head == FIRST or (inside and not ended)
            if inside and part.strip():
                kept.append(("markdown", part.strip()))
    texts = [text for kind, text in kept if kind == "markdown"]
    if not any(t.startswith(FIRST) for t in texts) or not any(t.startswith(LAST) for t in texts):
        raise ChapterChangedError(f"chapters/instrument.md needs the sections {FIRST} and {LAST}")
    return kept


def _past_last(kept: list[tuple[str, str]]) -> bool:
    return any(kind == "markdown" and text.startswith(LAST) for kind, text in kept)


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
    style = tokens_css()
    style += (HERE / "static" / "clusterbook.css").read_text("utf-8")
    font = base64.b64encode((HERE / "static" / "fonts" / "inter-latin.woff2").read_bytes()).decode()
    style = style.replace("fonts/inter-latin.woff2", f"data:font/woff2;base64,{font}")
    style += (HERE / "static" / "single.css").read_text("utf-8")
    return (
        '<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>{escape(title)}</title>'
        f"<style>{style}</style></head>"
        f'<body class="cb-single"><main class="bd-article"><h1>{escape(title)}</h1>'
        f"{''.join(parts)}</main></body></html>\n"
    )


def _value(source: str, names: dict[str, Any]) -> Any:
    """Run a cell of the chapter; return the value of its last line if that is an expression."""
    body = ast.parse(source).body
    end = body[-1] if body else None
    last = end if isinstance(end, ast.Expr) else None
    if last is not None:
        body.pop()
    exec(compile(ast.Module(body, []), "<chapter>", "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "<chapter>", "eval"), names)


def _markdown(text: str) -> str:
    """Return a text of the chapter as HTML: headings, paragraphs, links to chapters as words."""
    told = DOC_ROLE.sub(lambda match: match.group(1) or f"the {match.group(3)} chapter", text)
    plain = _LINK.sub(r"\1", _SOURCE.sub("", told))
    parts = []
    for block in re.split(r"\n\s*\n", plain):
        head = re.match(r"## +(.*)", block)
        if head:
            parts.append(f"<h2>{escape(head.group(1))}</h2>")
            block = block[head.end() :].strip()
        if block.strip():
            words = _CODE.sub(r"<code>\1</code>", escape(" ".join(block.split())))
            parts.append(f"<p>{words}</p>")
    return "".join(parts)


def _shown(source: str, names: dict[str, Any]) -> str:
    """Return what a cell shows, or why the answers cannot carry it."""
    from surveysem.errors import SurveyError

    try:
        with np.errstate(invalid="ignore"):  # impossible values are told, and shown as gaps
            value = _value(source, names)
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
    drawn = base64.b64encode(picture(json.dumps(figure.specification(WIDE))).encode()).decode()
    rows = base64.b64encode(safe_csv(figure.plotted()).encode()).decode()
    return (
        f'<figure class="cb-figure" id="figure-{escape(figure.name)}">'
        f'<figcaption><p class="cb-title">{escape(figure.title)}</p>'
        f'<p class="cb-subtitle">{coloured(figure.subtitle)}</p></figcaption>'
        f'<img style="max-width:100%" src="data:image/svg+xml;base64,{drawn}" '
        f'alt="{escape(figure.description)}">'
        f'<div class="cb-source">{escape(figure.note)} <span class="cb-files">'
        f'<a href="data:text/csv;charset=utf-8;base64,{rows}" '
        f'download="{escape(figure.name)}.csv">CSV</a></span></div></figure>'
    )
