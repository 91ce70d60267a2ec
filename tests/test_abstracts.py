"""Chinese abstracts: one for each chapter of the book's case, shown where it is true, set as Chinese."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from conftest import ROOT

from clusterbook.evidence.lists import read_list
from clusterbook.evidence.toc import Line, read_contents
from clusterbook.publishing.abstracts import UNREVIEWED, abstracts
from clusterbook.publishing.pages import Book

ONCE = ("chapters/methods", "chapters/about", "chapters/glossary")
BOOK = Book("m50", [Line("", f"chapters/{n}") for n in ("overview", "economic", "sources", "methods")],
            ONCE, {"chapters/city": {"m50": "chapters/city", "798": "cities/beijing"}})  # fmt: skip


def test_every_chapter_has_one() -> None:
    pages = [line.page for line in read_contents(ROOT).lines() if line.page]
    told = set(read_list("abstracts")["chapter"])
    assert {page.rpartition("/")[2] for page in pages} == told


@pytest.mark.parametrize(
    "row", read_list("abstracts").to_dict("records"), ids=lambda row: row["chapter"]
)
def test_an_abstract_is_chinese_and_types_no_number(row: dict[str, str]) -> None:
    text = row["text"]
    assert row["language"] == "zh"
    assert len(re.findall(r"[一-鿿]", text)) > 0.8 * len(re.sub(r"\W", "", text)) - 30
    assert not re.search(r"\d", text.replace("M50", ""))
    assert not re.search(r"(?<!第)[二三四五六七八九十百千万]+(?:个|家|位|条|次|年|人|成|倍)", text)
    assert not re.search(r"[,.;:?!]", text), "Chinese marks in a Chinese text"


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("chapters/overview", True),
        ("chapters/economic", True),
        ("clusters/redtory/economic", False),
        ("clusters/redtory/sources", True),
        ("chapters/methods", True),
        ("chapters/city", True),
        ("cities/beijing", True),
        ("clusters", False),
    ],
)
def test_it_stands_where_it_is_true(page: str, shown: bool) -> None:
    html = abstracts(page, BOOK)
    assert bool(html) == shown
    if shown:
        assert html.count('lang="zh"') == 2
        assert UNREVIEWED in html
        assert "未经母语读者审阅" in html


def test_hostile_words_stay_words(monkeypatch: pytest.MonkeyPatch) -> None:
    row = pd.DataFrame([["economic", "m50", "zh", "<script>x</script>"]],
                       columns=["chapter", "cluster", "language", "text"])  # fmt: skip
    monkeypatch.setattr("clusterbook.publishing.abstracts.read_list", lambda name: row)
    assert "<script>" not in abstracts("chapters/economic", BOOK)
