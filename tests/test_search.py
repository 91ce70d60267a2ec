"""The search of a built report finds what stands on its pages: Chinese words, numbers, English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from conftest import clusterbook, serve

from clusterbook.publishing.search import SearchBook

CHAPTERS = "overview,economic,cultural"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("search")
    done = clusterbook("report", "west-bund", "798", "--chapters", CHAPTERS, "--out", str(out))
    assert done.returncode == 0, done.stderr
    return out / "html"


@pytest.fixture(scope="module")
def found(report: Path, chromium: Any) -> Iterator[Any]:
    server, address = serve(report)
    page = chromium.new_page()

    def search(words: str) -> dict[str, str]:
        page.goto(f"{address}search.html?q={words}")
        page.wait_for_function(
            "document.querySelector('#search-results p.search-summary')?.textContent.match(/found/i)"
            " || document.body.textContent.includes('did not match any')"
        )
        links = page.locator("#search-results li > a").all()
        return {
            str(link.get_attribute("href")).partition("?")[0].partition("#")[0]: link.inner_text()
            for link in links
        }

    yield search
    page.close()
    server.shutdown()


def texts(report: Path) -> dict[str, str]:
    """The words of each page that has chapters' text."""
    pages = {}
    for file in sorted([*report.glob("chapters/*.html"), *report.glob("clusters/*/*.html")]):
        article = BeautifulSoup(file.read_text("utf-8"), "html.parser").find("article")
        assert article is not None
        for part in article.select("script, style, .cb-banner, .cb-cite-this"):
            part.decompose()
        pages[file.relative_to(report).as_posix()] = article.get_text(" ")
    return pages


@pytest.mark.parametrize("word", ["创意", "上海", "艺术", "西岸", "798", "2008", "2014"])
def test_what_stands_on_pages_is_found(report: Path, found: Any, word: str) -> None:
    pattern = rf"(?<!\d){word}(?!\d)" if word.isdigit() else word
    there = {page for page, text in texts(report).items() if re.search(pattern, text)}
    assert there
    assert there <= set(found(word)), word


def test_results_and_tabs_name_the_cluster(report: Path, found: Any) -> None:
    results = found("sustainability")
    for page, title in results.items():
        if page.startswith("clusters/798/"):
            assert title.split(" > ")[0].endswith(": 798 Art Zone"), title
        elif page.startswith("chapters/"):
            assert title.split(" > ")[0].endswith(": West Bund"), title
    assert {page.partition("/")[0] for page in results} >= {"chapters", "clusters"}
    for page, name in (("chapters", "West Bund"), ("clusters/798", "798 Art Zone")):
        text = (report / page / "economic.html").read_text("utf-8")
        assert f"<title>Economic sustainability: {name} " in text


def test_words_of_many_characters_need_all_their_pairs(report: Path, found: Any) -> None:
    assert found("梦幻泡影") == {}
    assert set(found("文化 艺术")) <= set(found("艺术"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("创意产业园", ["创意", "意产", "产业", "业园"]),
        ("M50创意园 798", ["M50", "创意", "意园", "798"]),
        ("厂", ["厂"]),
        ("北京798艺术区", ["北京", "798", "艺术", "术区"]),
        ("租金、画廊", ["租金", "画廊"]),
        ("2008/09", ["2008", "09"]),
        ("Église São Paulo", ["Église", "São", "Paulo"]),
        ("rents of 1,200", ["rents", "of", "1", "200"]),
        ("", []),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert SearchBook({}).split(text) == words
