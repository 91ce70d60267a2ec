"""What the sources page says, and the list of every source in full, as plain HTML."""

from __future__ import annotations

from html import escape

import pandas as pd

from clusterbook.evidence import Case, Source
from clusterbook.evidence.vocabulary import GRADE, GRADE_WORDS

from .ledger import all_rows, ledger, uses
from .sentence import Prose

__all__ = ["all_rows", "ledger", "source_list", "used_sources", "uses"]


def used_sources(case: Case) -> dict[str, Source]:
    """Return the sources by key that rows of this book use: the cluster's, city's, country's."""
    counts: pd.Series = uses(case)
    return {key: source for key, source in case.all_sources.items() if key in counts.index}


def source_list(case: Case) -> Prose:
    """Return all sources that rows of this book use, by grade, each with an anchor.

    The address of a source that is not to be linked is never printed.
    """
    counts = uses(case)
    used = used_sources(case)
    parts = []
    for grade in GRADE:
        entries = sorted(
            (s for s in used.values() if s.grade == grade), key=lambda s: (s.label, s.key)
        )
        if not entries:
            continue
        lines = "".join(_entry(source, int(counts[source.key])) for source in entries)
        parts.append(
            f'<h3 class="cb-grade">Grade {grade}: {escape(GRADE_WORDS[grade])}</h3>'
            f'<ul class="cb-sources">{lines}</ul>'
        )
    return Prose("".join(parts))


def _entry(source: Source, rows: int) -> str:
    people = "; ".join(
        f"{family}, {given}" if given else family for family, given in source.authors
    )
    bits = [
        people,
        f"<cite>{escape(source.title)}</cite>",
        source.shown_publisher,
        source.year or "undated",
    ]
    told = ". ".join(b if b.startswith("<cite>") else escape(b) for b in bits if b)
    link = ""
    if source.address:
        link = f' <a href="{escape(source.address)}" rel="noopener noreferrer">Read it</a>.'
    note = f' <span class="cb-muted">{escape(source.note)}.</span>' if source.note else ""
    count = f"{rows} {'row' if rows == 1 else 'rows'}"
    return (
        f'<li id="src-{escape(source.key)}">'
        f'<span class="cb-disc cb-disc-{source.grade}" aria-hidden="true"></span>'
        f"<strong>{escape(source.label)}</strong> {told}.{link}{note} "
        f'<a href="ledger.html?source={escape(source.key)}">{count}</a></li>'
    )
