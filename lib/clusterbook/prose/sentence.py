"""Sentences whose numbers carry their source: hover, tap or focus shows it, a click leads to it.

Everything that comes from data is escaped here; nothing else in the package writes HTML around
values.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from clusterbook.evidence.sourced import Sourced, computed, sourced

Number = Sourced


def number(row: Any, form: str = "amount", text: str | None = None) -> Number:
    """Return a row's value as a sourced number (see `evidence.sourced.sourced`)."""
    return sourced(row, form, text or "")


def derived(text: str, formula: str, rows: pd.DataFrame | Sequence[Any]) -> Number:
    """Return a computed number (see `evidence.sourced.computed`)."""
    return computed(text, formula, rows)


class Escaping(string.Formatter):
    """Fills a template: numbers keep their source, all else is escaped."""

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Any) -> Any:
        if key not in kwargs:
            raise LookupError(f"the sentence has the part {{{key}}}, which was not given")
        return kwargs[key]

    def format_field(self, value: Any, format_spec: str) -> str:
        html = getattr(value, "_repr_html_", None)
        return html() if html else escape(format(value, format_spec))


@dataclass(frozen=True)
class Prose:
    """Paragraphs of computed sentences; `html` is finished, `text` is for notebooks and tests."""

    html: str
    css: str = ""

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        import re
        from html import unescape

        return unescape(re.sub(r"<[^>]+>", "", self.html))


def say(template: str, /, **parts: Any) -> str:
    """Return one sentence as HTML: parts that are numbers keep their source, others are escaped."""
    return Escaping().format(template, **parts)


def paragraph(*sentences: str | None) -> Prose:
    """Return sentences (HTML from `say`; None is left out) as one paragraph."""
    return Prose(f"<p>{' '.join(s for s in sentences if s)}</p>")


def answer(*sentences: str | None) -> Prose:
    """Return the answer that opens a chapter."""
    return Prose(f'<div class="cb-answer"><p>{" ".join(s for s in sentences if s)}</p></div>')


def listed(words: Sequence[str], last: str = "and", mark: str = ",") -> str:
    """Return words as a list in a sentence: "a, b and c"; with ";" as its mark "a; b; and c"."""
    if len(words) == 1:
        return words[0]
    before = "" if mark == "," else mark
    return f"{f'{mark} '.join(words[:-1])}{before} {last} {words[-1]}"


def bullets(items: Iterable[str], label: str = "") -> Prose:
    """Return a list of sentences (HTML from `say`)."""
    lines = "".join(f"<li>{item}</li>" for item in items)
    name = f' aria-label="{escape(label)}"' if label else ""
    return Prose(f"<ul{name}>{lines}</ul>")


@dataclass(frozen=True)
class Html:
    """Finished HTML used as a part of a sentence."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


TAG = re.compile("<[^>]*>")
STACKED_FROM, LONG = 4, 100
"""Columns of a table, and characters of a row of it, from which on it is too wide for a phone."""


def table(
    head: Sequence[str], rows: Iterable[Sequence[Any]], caption: str, ident: str = ""
) -> Prose:
    """Return an HTML table; numbers and `Html` in cells keep their form, all else is escaped.

    One with long rows becomes, on a phone, a list of them.
    """
    heads = "".join(f'<th scope="col">{escape(h)}</th>' for h in head)
    shown = [
        [c._repr_html_() if hasattr(c, "_repr_html_") else escape(str(c)) for c in cells]
        for cells in rows
    ]
    long = any(len(TAG.sub("", "".join(cells))) > LONG for cells in shown)
    stacks = long and len(head) >= STACKED_FROM
    named = [f' data-th="{escape(h)}"' if stacks and h else "" for h in head]
    body = [
        f"<tr>{''.join(f'<td{h}>{c}</td>' for h, c in zip(named, cells, strict=True))}</tr>"
        for cells in shown
    ]
    name = f' id="{escape(ident)}"' if ident else ""
    kind = "cb-table cb-stack" if stacks else "cb-table"
    return Prose(
        f'<div class="cb-scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="{kind}"{name}><caption>{escape(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )
