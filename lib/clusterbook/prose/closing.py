"""How a chapter closes: what is recommended, what pulls apart, what the evidence cannot say."""

from __future__ import annotations

from collections.abc import Sequence

from clusterbook.evidence import Case
from clusterbook.evidence.plain import entries

from .sentence import Html, Prose, bullets, say, table


def recommendations(case: Case, dimension: str) -> Prose:
    """Return the case article's recommendations on a dimension, each with its question."""
    rows = case.recommendations
    rows = rows[rows["dimension"] == dimension]
    return table(
        ("recommendation", "question to a cluster", "what would show it"),
        [(r.recommendation, r.checklist_question, r.evidence_that_would_show_it)
         for r in entries(rows)],
        f"Recommendations of the case article on the {dimension} side",
    )  # fmt: skip


def tensions(case: Case, dimension: str) -> Prose:
    """Return the tensions that touch a dimension."""
    rows = case.tensions
    rows = rows[(rows["dimension_a"] == dimension) | (rows["dimension_b"] == dimension)]
    items = [
        say("{a} against {b}: {text}", a=Html(say("<strong>{t}</strong>", t=r.pole_a)),
            b=Html(say("<strong>{t}</strong>", t=r.pole_b)), text=r.statement)
        for r in entries(rows)
    ]  # fmt: skip
    return bullets(items, "Tensions")


def cannot_say(items: Sequence[str]) -> Prose:
    """Return the list of what a chapter cannot say (finished sentences, plain text)."""
    return bullets([say("{text}", text=item) for item in items], "What this chapter cannot say")
