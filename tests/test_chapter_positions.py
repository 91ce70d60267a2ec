"""The chapter on positions: who holds what, what was read of it, and what would tell."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from running import Page, drawn_within, edited, run

import clusterbook as cb
from clusterbook.evidence.case import compendium_sources
from clusterbook.evidence.root import environment
from clusterbook.evidence.vocabulary import READ_WORDS
from clusterbook.publishing.jobs import common_digest

LITERATURE = "../literature"
"""The folder of the literature, from that of the clusters."""


@pytest.fixture(scope="module")
def page() -> Page:
    return run("positions", "")


@pytest.fixture(scope="module")
def soup(page: Page) -> BeautifulSoup:
    return BeautifulSoup(page.html, "html.parser")


def cells_of(soup: BeautifulSoup, key: str) -> list[list[str]]:
    """Return the rows of tables whose first cell leads to a work, as words."""
    rows = [row.find_all("td") for row in soup.find_all("tr")]
    return [
        [cell.get_text() for cell in cells]
        for cells in rows
        if cells and cells[0].find("a", href=re.compile(rf"#src-{key}$"))
    ]


def test_the_frame_of_positions() -> None:
    frame = cb.positions()
    assert list(frame)[:4] == ["key", "name", "claim", "works"]
    assert {"expectation", "rows", "m50", "m50_works"} <= set(frame)
    assert frame["key"].is_unique
    known = set(cb.works()["source"])
    for row in frame.to_dict("records"):
        assert row["works"]
        assert isinstance(row["works"], tuple)
        assert set(row["works"]) | set(row["m50_works"]) <= known
        assert set(row["m50_works"]) <= set(row["works"])
        assert row["expectation"].endswith(".")


@pytest.mark.parametrize("row", cb.positions().to_dict("records"), ids=lambda row: str(row["key"]))
def test_a_position_names_its_works_and_says_what_was_read(
    page: Page, soup: BeautifulSoup, row: dict[str, Any]
) -> None:
    works = cb.works().set_index("source")
    table = [t for t in soup.find_all("table") if f"{row['name']}: " in t.caption.get_text()]
    led = {a["href"].partition("#src-")[2] for t in table for a in t.find_all("a")}
    assert led == set(row["works"])
    for key in row["works"]:
        work = works.loc[key]
        told = [cells for t in table for cells in cells_of(t, key)]
        assert told == [[work["label"], work["says"], work["about"], READ_WORDS[work["read"]]]]
    for words in (row["claim"], row["m50"].rstrip("."), row["expectation"][1:], row["rows"]):
        assert words in page.text
    for key in row["m50_works"]:
        assert works.at[key, "label"] in page.text.partition(row["m50"][:-1])[2][:200]


def test_the_headings_are_the_positions_in_their_order() -> None:
    text = (ROOT / "chapters" / "positions.md").read_text(encoding="utf-8")
    assert re.findall(r"^### (.*)$", text, re.M) == cb.positions()["name"].tolist()
    assert set(re.findall(r'^told\["(\w+)"\]$', text, re.M)) == set(cb.positions()["key"])


def test_every_work_that_the_article_cites_occurs_and_where_it_cites_it(
    soup: BeautifulSoup,
) -> None:
    works = cb.works()
    cited = works[works["article"] != ""]
    assert len(cited) >= 12
    for work in cited.to_dict("records"):
        told = [cells for cells in cells_of(soup, work["source"]) if work["article"] in cells]
        assert told, work["label"]
        assert READ_WORDS[work["read"]] in told[0]
        assert work["note"] in told[0]


def test_every_work_stands_in_full_and_every_link_to_one_finds_it(soup: BeautifulSoup) -> None:
    works = cb.works()
    entries = {entry["id"]: entry.get_text() for entry in soup.select("ul.cb-sources li")}
    assert set(entries) == {f"src-{key}" for key in works["source"]}
    for work in works.to_dict("records"):
        assert work["title"] in entries[f"src-{work['source']}"]
        assert work["place"] in entries[f"src-{work['source']}"]
    for link in soup.find_all("a", href=True):
        target, _, ident = link["href"].partition("#")
        if target == "positions.html":
            assert ident in entries
        elif target == "sources.html":
            assert compendium_sources()[ident.removeprefix("src-")].place == "compendium"
        else:
            assert target.startswith("http")


def test_addresses_of_copies_are_not_printed(page: Page) -> None:
    named = [compendium_sources()[key] for key in cb.works()["source"]]
    shown = [source for source in named if source.address]
    hidden = [source for source in named if source.url and not source.link]
    assert len(shown) > 20
    assert len(hidden) > 10
    for source in shown:
        assert source.address.replace("&", "&amp;") in page.html
    for source in hidden:
        assert source.url.split("/")[2] not in page.html


KONG = {
    "economic": "kong2012improbable",
    "cultural": "kong2009space",
    "social": "kong2009space",
    "environmental": "kong2009space",
}


@pytest.mark.parametrize("chapter", KONG)
def test_each_dimension_says_which_of_kongs_meanings_it_measures(chapter: str, page: Page) -> None:
    meaning = cb.meaning(KONG[chapter], chapter)
    assert meaning in page.text
    shown = run(chapter, "m50")
    (sentence,) = re.findall(rf"<p>(?:(?!</p>).)*{re.escape(meaning)}.*?</p>", shown.html)
    assert "Kong" in sentence
    assert f"sources.html#src-{KONG[chapter]}" in sentence
    assert "this chapter" in sentence


def test_the_first_paper_is_told_to_be_on_the_same_street(page: Page) -> None:
    first = cb.works().set_index("source").loc["kong2009space"]
    assert first["m50"] == "yes"
    assert re.search(
        r"itself a study of Moganshan Lu.*\(Kong 2009, abstract read\), so the book's case is one",
        page.text,
    )
    assert first["says"] in page.text
    assert "not a dimension of this paper" in page.text


def test_works_are_drawn_in_the_lane_of_their_position(page: Page) -> None:
    figure = page.figures["works"]
    held = cb.positions().explode("works")
    years = cb.works().set_index("source")["year"]
    assert len(figure.rows) == held["works"].map(years).notna().sum()
    assert f"{len(held) - len(figure.rows)} places of works without a year" in figure.note
    drawn_within(page)


def test_the_title_of_the_picture_holds_or_is_neutral(page: Page, tmp_path: Path) -> None:
    assert page.figures["works"].title.startswith("Texts of every position discuss")
    memory = cb.positions().set_index("key").at["memory", "works"]

    def elsewhere(works: pd.DataFrame) -> None:
        works.loc[works["source"].isin(memory), "m50"] = "no"

    with edited(tmp_path, LITERATURE, "works", elsewhere):
        assert run("positions", "").figures["works"].title == "Texts by year and position"


def test_the_text_of_positions_comes_from_their_rows(tmp_path: Path) -> None:
    def change(positions: pd.DataFrame) -> None:
        positions.loc[1, "expectation"] = "Kilns cool <b>before</b> bricks & dear [links](x)."
        positions.loc[1, "works"] = "pratt2009hoxton"

    with edited(tmp_path, LITERATURE, "positions", change):
        page = run("positions", "")
    soup = BeautifulSoup(page.html, "html.parser")
    assert "kilns cool <b>before</b> bricks & dear [links](x)." in soup.get_text()
    assert not any("before" in bold.get_text() for bold in soup.find_all("b"))
    (table,) = [
        t for t in soup.find_all("table") if "Clusters are real estate: who" in t.caption.get_text()
    ]
    assert [row[0] for row in cells_of(table, "pratt2009hoxton")] == ["Pratt 2009"]


def test_hostile_words_of_a_work_are_escaped(tmp_path: Path) -> None:
    hostile = '<img src=x onerror="alert(1)"> {0} %s </table>'

    def change(works: pd.DataFrame) -> None:
        rows = works["read"] != "nothing"
        works.loc[rows, ["says", "about", "note"]] = hostile
        works["place"] = hostile

    with edited(tmp_path, LITERATURE, "works", change):
        page = run("positions", "")
    assert "<img" not in page.html
    assert hostile in BeautifulSoup(page.html, "html.parser").get_text()
    drawn_within(page)


def test_works_that_all_were_found_leave_no_sentence_on_lost_ones(tmp_path: Path) -> None:
    def change(works: pd.DataFrame) -> pd.DataFrame:
        return works[works["read"] != "nothing"]

    with edited(tmp_path, LITERATURE, "works", change):
        text = run("positions", "").text
    assert "looked for and not found:" not in text
    assert "0 could not be found" in text


def test_a_changed_work_runs_chapters_again(tmp_path: Path) -> None:
    with edited(tmp_path, LITERATURE, "works", lambda works: None) as root:
        (root / "requirements.txt").write_text("")
        before = common_digest(root)
        path = root / "data" / "literature" / "works.csv"
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        assert common_digest(root) != before


def test_notes_and_chapters_may_cite_the_literature() -> None:
    case = cb.open_case("zollverein")
    assert repr(cb.source(case, "zukin1995cultures")) == "Zukin 1995"
    assert cb.source(case, "zukin1995cultures").href == "positions.html#src-zukin1995cultures"
    assert cb.source(case, "kong2009space").href == "sources.html#src-kong2009space"
    with environment({"CLUSTERBOOK_ROOT": str(ROOT)}), pytest.raises(KeyError):
        cb.meaning("kong2009space", "economic")
