"""The glossary: terms in English and Chinese with pinyin, one for all clusters."""

from __future__ import annotations

from html import escape

from clusterbook.evidence.lists import read_list

from .sentence import Html, Prose, table


def glossary() -> Prose:
    """Return the terms as plain tables, a table for each group, in the order of the list."""
    terms = read_list("glossary")
    parts = []
    for group, part in terms.groupby("group", sort=False):
        rows = [
            (
                Html(f'<dfn id="{_ident(term.term)}">{escape(term.term)}</dfn>'),
                Html(
                    f'<span lang="zh">{escape(term.chinese)}</span><br>'
                    f'<span class="cb-muted" lang="zh-Latn">{escape(term.pinyin)}</span>'
                ),
                term.meaning,
            )
            for term in part.itertuples()
        ]
        caption = str(group)[:1].upper() + str(group)[1:]
        parts.append(table(("term", "Chinese and pinyin", "what it means"), rows, caption).html)
    return Prose("".join(parts))


def _ident(term: str) -> str:
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in term.lower())
    return f"term-{escape(kept.strip('-'))}"
