"""The state of the book: its edition and how much evidence stands behind it; no times."""

from __future__ import annotations

from clusterbook.evidence import Case
from clusterbook.evidence.case import TABLES
from clusterbook.evidence.settings import read_edition
from clusterbook.evidence.sourced import Sourced

from .text import Prose, answer, fill


def opening(case: Case) -> Prose:
    """Return the edition, the date of the evidence, and how much of it there is."""
    edition = read_edition()
    rows = sum(len(getattr(case, name)) for name in TABLES)
    return answer(
        fill("This is edition {n}, with evidence as of {when}.", n=edition.number,
            when=edition.evidence_words),
        fill(
            "The folder on {name} holds {rows} figures, events, programmes, claims and phases, and "
            "{sources} sources.",
            name=case.name,
            rows=Sourced(f"{rows:,}", "Rows in the tables of this cluster", "ledger.html"),
            sources=Sourced(str(len(case.sources)), "Sources of this cluster", "sources.html"),
        ),
    )  # fmt: skip


def coverage() -> Prose:
    """Return the place for how many figures stand in a chapter, which the book's build counts."""
    return Prose('<p class="cb-coverage">This is counted when the book is built.</p>')
