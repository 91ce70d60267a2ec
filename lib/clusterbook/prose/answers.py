"""What a cluster's rows say to the article's recommendations, and of which tensions they speak."""

from __future__ import annotations

from typing import Any

from clusterbook.evidence import Case
from clusterbook.evidence.lists import read_list
from clusterbook.evidence.plain import entries
from clusterbook.evidence.select import select, selectors
from clusterbook.evidence.sourced import Sourced

from .text import Prose, Text, fill, grid

_HEAD = ("question", "answer", "what the rows say", "rows")
_ASKED = '{question} <span class="cb-muted">({dimension})</span>'
_SIGN = {"met": "■", "partly": "◧", "evidence against": "✕", "no evidence": "□"}


def answers_table(case: Case) -> Prose:
    """Return what the article's recommendations ask of a cluster, with the answers by hand.

    Every answer leads to its rows. Questions that `answers.csv` does not answer are counted, or, if
    it answers none, shown with what would answer them; calls to researchers are left out.
    """
    asked = read_list("recommendations")
    asked = asked[asked["kind"] != "research"]
    given = case.answers.set_index("recommendation")
    left = asked[~asked["id"].isin(given.index)]
    if not len(given):
        shown = left[["checklist_question", "evidence_that_would_show_it"]].to_numpy().tolist()
        caption = f"Questions on the recommendations, not answered for {case.name}"
        return grid(("question", "what would show it"), shown, caption)
    answered = []
    for one in entries(asked[asked["id"].isin(given.index)]):
        answer = given.loc[one.id]
        words = fill(_ASKED, question=one.checklist_question, dimension=one.dimension)
        told = f"{_SIGN[answer['answer']]} {answer['answer']}"
        answered.append((words, told, answer["sentence"], row_links(case, answer["rows"])))
    made = grid(_HEAD, answered, f"Questions on the recommendations, answered for {case.name}")
    rest = f"<p>{len(left)} of {len(asked)} questions are not answered.</p>" if len(left) else ""
    return Prose(made.html + rest)


def tensions_table(case: Case, dimension: str | None = None) -> Prose | None:
    """Return the tensions that rows of the cluster speak of, with what they say.

    With a dimension, those that it is a side of. None, so nothing is shown, where there are none.
    """
    listed = read_list("tensions")
    if dimension:
        touched = (listed["dimension_a"] == dimension) | (listed["dimension_b"] == dimension)
        listed = listed[touched]
    told = case.told_tensions.set_index("tension")
    rows = []
    for one in entries(listed[listed["id"].isin(told.index)]):
        sides = " and ".join(dict.fromkeys((one.dimension_a, one.dimension_b)))
        poles, entry = f"{one.pole_a} against {one.pole_b}", told.loc[one.id]
        rows.append((poles, sides, entry["sentence"], row_links(case, entry["rows"])))
    if not rows:
        return None
    named = f" on the {dimension} side" if dimension else ""
    head = ("tension", "sides", "what the rows say", "rows")
    return grid(head, rows, f"Tensions{named} at {case.name}")


def row_links(case: Case, cell: str) -> Text:
    """The sources of the named rows, each once, leading to its rows in the ledger."""
    by_source: dict[str, list[Any]] = {}
    for row in (select(case, selector) for selector in selectors(cell)):
        by_source.setdefault(f"{row['label']} ({row['grade']})", []).append(row)
    links = []
    for cite, rows in by_source.items():
        anchors = [row["anchor"] for row in rows]
        wanted = f"?rows={','.join(anchors)}" if len(rows) > 1 else ""
        href = f"ledger.html{wanted}#{anchors[0]}"
        text = cite if len(rows) == 1 else f"{cite}, {len(rows)} rows"
        links.append(Sourced(text, " · ".join(map(_said, rows)), href)._repr_html_())
    return Text(", ".join(links))


def _said(row: Any) -> str:
    words = (row.get(name, "") for name in ("statement", "title", "name", "amount"))
    about = [next(filter(None, words), ""), row["locator"], row.get("note", "")]
    return "; ".join(str(part).rstrip(".") for part in about if part)
