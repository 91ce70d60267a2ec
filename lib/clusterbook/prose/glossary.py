"""The glossary: terms in English and Chinese with pinyin, one for all clusters."""

from __future__ import annotations

import re

from clusterbook.evidence.lists import read_list

from .text import Prose, fill, grid

_HEADS = ("term", "Chinese and pinyin", "what it means")


def glossary() -> Prose:
    """Return the terms as plain tables, a table for each group, in the order of the list."""
    parts = []
    for group, part in read_list("glossary").groupby("group", sort=False):
        rows = [
            (
                fill('<dfn id="term-{ident}">{term}</dfn>', term=term.term,
                     ident=re.sub("[^a-z0-9]", "-", term.term.lower()).strip("-")),
                fill('<span lang="zh">{chinese}</span><br><span class="cb-muted" lang="zh-Latn">'
                     "{pinyin}</span>", chinese=term.chinese, pinyin=term.pinyin),
                term.meaning,
            )
            for term in part.itertuples()
        ]  # fmt: skip
        parts.append(grid(_HEADS, rows, str(group)[:1].upper() + str(group)[1:]).html)
    return Prose("".join(parts))
