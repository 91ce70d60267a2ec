"""Number and verb agree in computed sentences: each template that inflects, and a rule for the rest."""

from __future__ import annotations

import ast
import re

import jupytext
import pytest
from running import run
from test_text_rules import CHAPTERS

from clusterbook.charts.figure import Figure
from clusterbook.evidence.quantity import Quantity
from clusterbook.evidence.root import cluster_slugs
from clusterbook.prose.text import say

VERBS = r"are|have|come|give|were|show|stand|fall|rest|name|read|tell|lie|bear|hold|appear|rise"
WRONG = re.compile(
    rf"(?<![\d.,–/%-])(?<!in )\b1 (?:of (?:the |these |a )?[\w,.]+ )?(?:[a-z]+ ){{0,2}}(?:{VERBS})\b"
    r"|(?:^|[.:;] )(?:[2-9]|[1-9]\d+) (?:[a-z]+s )(?:is|has|comes|gives|was|shows|stands|falls)\b"
    r"|(?<![\d.,–/%-])\b1 (?:rows|sources|texts|claims|events|programmes|figures|works|clusters)\b"
)
"""What no sentence of a page may say: "1 of 4 claims come", "3 rows is", "1 sources"."""


def templates() -> list[tuple[str, str]]:
    """The templates of sentences of all chapters, with the chapter."""
    found = []
    for path in CHAPTERS:
        for cell in jupytext.read(path, fmt="md:myst").cells:
            for call in ast.walk(ast.parse(cell.source)) if cell.cell_type == "code" else ():
                if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "say":
                    first = call.args[0] if call.args else None
                    if isinstance(first, ast.Constant):
                        found.append((path.stem, str(first.value)))
    return found


INFLECTS = [(chapter, text) for chapter, text in templates() if "|" in re.sub(r"\{\w+\}", "", text)]

AGREES = [
    ("background", "dated policies", "X of X dated policies of X is older", "are older"),
    ("city", "rules of heritage", "X of X rules of heritage protection on record in X is older", "are older"),
    ("comparison", "tests", "X of these tests holds, X fails, and", "hold, X fail, and"),
    ("comparison", "combinations", "X is held by", "X are held by"),
    ("comparison", "in one order", "X stands in one order", "X stand in one order"),
    ("economic", "departure", "X departure is dated", "X departures are dated"),
    ("environmental", "loss", "X of them a loss", "X of them losses"),
    ("instrument", "checks", "X of X checks reads poor", "checks read poor"),
    ("instrument", "answers are", "X answer is on X", "X answers are on X"),
    ("mechanism", "from one text", "X of X claims comes from", "claims come from"),
    ("mechanism", "answered", "X user of X answered", "X users of X answered"),
    ("methods", "one text each", "X of the categories rests on", "categories rest on"),
    ("methods", "series without", "without a turn shows as", "without a turn show as"),
    ("overview", "of grade A, the best", "from X source; X of grade A", "from X sources; X of grade A"),
    ("overview", "{n} {n:is|are}", "X is", "X are"),
    ("periodisation", "counted events", "X counted events X comes from", "events X come from"),
    ("periodisation", "series without", "without a turn shows as", "without a turn show as"),
    ("positions", "an abstract", "X was read as", "X were read as"),
    ("positions", "looked for", "X work was looked for", "X works were looked for"),
    ("sheet", "other clusters", "X of X other clusters has one", "X of X other clusters have one"),
    ("social", "left out, since", "X other programme is left out", "X other programmes are left out"),
    ("social", "asks people first", "on record X has none", "on record X have none"),
    ("social", "at the stage", "X is on record at", "X are on record at"),
    ("sources", "come from", "come from X source,", "come from X sources,"),
    ("sources", "rows name", "X row names them", "X rows name them"),
    ("sources", "no year", "sources gives no year, so its age", "sources give no year, so their age"),
    ("sources", "second hand", "X row is second hand: its source names another text for it", "X rows are second hand: their"),
    ("synthesis", "from one text", "X of the claims comes from", "claims come from"),
]  # fmt: skip


class Counted(int):
    """A number that shows as X, so that only the words around it tell how many it is."""

    def _repr_html_(self) -> str:
        return "X"


@pytest.mark.parametrize(("chapter", "part", "one", "many"), AGREES)
def test_a_sentence_agrees_with_its_number(chapter: str, part: str, one: str, many: str) -> None:
    said = [text for place, text in INFLECTS if place == chapter and part in text]
    assert said
    for number, words in ((1, one), (2, many), (0, many), (21, many)):
        parts = dict.fromkeys(re.findall(r"\{(\w+)", said[0]), Counted(number))
        assert words in repr(say(said[0], **parts))


def test_every_template_that_inflects_stands_in_the_table() -> None:
    known = [(chapter, part) for chapter, part, _, _ in AGREES]
    for chapter, text in INFLECTS:
        assert any(place == chapter and part in text for place, part in known), (chapter, text)


@pytest.mark.parametrize(("chapter", "text"), templates())
def test_no_verb_follows_a_number_unbent(chapter: str, text: str) -> None:
    plain = re.search(rf"\{{(\w+)\}} (?:of \{{\w+\}} )?(?:(?!to )[a-z]+ )?(?:{VERBS})\b", text)
    always = set(
        "schemes word figures categories themes article country name l events covered last "
        "names texts programmes".split()
    )  # words, shares, or never one
    assert plain is None or plain.group(1) in always, (chapter, plain.group(0))


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "rows are"), (1, "row is"), (2, "rows are"), (1.0, "row is"), (0.5, "rows are"),
     (Quantity(1, 1, ()), "row is"), (Quantity(1, 2, ()), "row is"), (Quantity(3, 3, ()), "rows are")],
)  # fmt: skip
def test_words_go_with_a_number(number: float, words: str) -> None:
    assert repr(say("{n:row is|rows are}", n=number)) == words


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("1 of 4 claims come from", True), ("1 of the claims come from", True), ("1 sources", True),
     ("3 rows is", True), ("21 of 81 sources give", False), ("1 of 4 claims comes from", False),
     ("2.1 million are", False), ("1 row is", False), ("in 2001 rents are", False),
     ("level 1 of 5", False), ("1–2 rows are", False), ("11 rows are", False)],
)  # fmt: skip
def test_the_rule_for_pages_finds_what_is_wrong(text: str, wrong: bool) -> None:
    assert bool(WRONG.search(text)) == wrong


@pytest.mark.parametrize(
    "chapter", [p.stem for p in CHAPTERS if 'cluster = "' in p.read_text("utf-8")]
)
def test_no_sentence_on_any_cluster_disagrees(
    chapter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Figure, "_repr_mimebundle_", lambda *_: {}
    )  # drawing takes ten times as long
    for slug in cluster_slugs():
        page = run(chapter, slug)
        drawn = (f"{f.title}. {f.subtitle} {f.note}" for f in page.figures.values())
        wrong = WRONG.search(" ".join([page.text, *drawn]))
        assert wrong is None, (slug, wrong.group(0))
