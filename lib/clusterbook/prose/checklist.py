"""The article's recommendations answered for a cluster: the table with the rows of each."""

from __future__ import annotations

from html import escape

from clusterbook.analysis.recommendations import ANSWERS, Answer, answers
from clusterbook.analysis.row_rules import distinct
from clusterbook.evidence import Case
from clusterbook.evidence.case import per_case
from clusterbook.evidence.dates import DateError, read_date
from clusterbook.evidence.lists import read_list

from .sentence import Html, Number, Prose, derived, say, table

SIGN = {"met": "■", "partly": "◧", "no evidence": "□"}


@per_case
def answered(case: Case) -> list[Answer]:
    """Return the recommendations answered for a cluster (see `analysis.recommendations`)."""
    tables = {
        name: getattr(case, name)
        for name in ("observations", "events", "initiatives", "findings", "facts")
    }
    try:
        opened = read_date(case.fact("opened")).start
    except DateError:
        opened = float("nan")
    rules = read_list("recommendation_rules")
    return answers(case.recommendations, rules, tables, {"opened": opened})


def checklist(case: Case) -> Prose:
    """Return the folded table: recommendation, question, answer, rows, what would show it."""
    given = {a.id: a for a in answered(case)}
    lines = []
    for row in case.recommendations.itertuples():
        question = escape(f"{row.dimension}: {row.checklist_question}")
        asked = f'{escape(row.recommendation)}<br><span class="cb-muted">{question}</span>'
        answer = given[row.id]
        shows = row.evidence_that_would_show_it
        lines.append((Html(asked), Html(_answer(answer)), Html(_rows(answer)), shows))
    head = ("recommendation and question", "answer", "rows", "what would show it")
    shown = table(head, lines, f"The recommendations answered for {case.name}")
    return Prose(
        "<details><summary>All recommendations with their questions and rows</summary>"
        f"{shown.html}</details>"
    )


def _answer(answer: Answer) -> str:
    alone = ""
    if answer.article_alone:
        alone = '<br><span class="cb-muted">by the article\'s own account</span>'
    return f"{SIGN[answer.answer]} {escape(answer.answer)}{alone}"


def _rows(answer: Answer) -> str:
    parts = []
    for rows, said in (
        (answer.proof, "of the kind asked for"),
        (answer.hints, "that hint at it"),
        (answer.against, "against it"),
    ):
        if len(rows):
            n = derived(str(len(rows)), f"rows {said}, by rule", rows)
            parts.append(say("{n} {said}", n=n, said=said))
    return ", ".join(parts) or "none"


def tally(case: Case) -> dict[str, Number]:
    """Return how many recommendations have each answer, each leading to its rows."""
    given = answered(case)
    counted = {}
    for name in ANSWERS:
        part = [a for a in given if a.answer == name]
        rows = distinct(row for a in part for row in a.rows)
        text, formula = str(len(part)), f"recommendations answered as {name} by rule"
        counted[name] = (
            derived(text, formula, rows)
            if rows
            else Number(text, f"Computed: {formula}; no row", "ledger.html")
        )
    return counted
