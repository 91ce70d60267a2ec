"""The chapter that sets all clusters side by side: every folder is in it, thin ones shown thin."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import ROOT
from running import Page, drawn_within, run

from clusterbook.analysis.position_rules import FAILS, HOLDS, OPEN
from clusterbook.evidence.root import cluster_slugs, environment
from clusterbook.evidence.toc import Line
from clusterbook.publishing.pages import Book, lead


@pytest.fixture(scope="module")
def page() -> Page:
    return run("comparison", "m50")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The chapter where one folder is gone and another is there, with facts and no row."""
    root = tmp_path_factory.mktemp("book")
    for name in ("data", "chapters"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(ROOT / name, root / name)
    shutil.rmtree(root / "data" / "clusters" / "zollverein")
    mill = root / "outside" / "mill-7"
    mill.mkdir(parents=True)
    for file in (ROOT / "data" / "clusters" / "hefeng").glob("*.csv"):
        head = file.read_text("utf-8").splitlines()[0]
        (mill / file.name).write_text(f"{head}\n", "utf-8")
    shutil.copy(ROOT / "data" / "clusters" / "hefeng" / "sources.bib", mill / "sources.bib")
    facts = pd.DataFrame(
        {"name": "<b>Mill</b> Seven", "city": "Ningbo", "country": "China", "opened": "2015",
         "capital": "private", "building_type": "loft", "trajectory": "stable"}.items(),
        columns=["field", "value"],
    ).assign(source="wangma2018", locator="abstract")  # fmt: skip
    facts.to_csv(mill / "cluster.csv", index=False)
    with environment({"CLUSTERBOOK_ROOT": str(root), "CLUSTERBOOK_FOLDERS": str(mill)}):
        return run("comparison", "m50")


def test_every_cluster_is_in_every_table_and_picture(page: Page) -> None:
    names = page.names
    slugs = set(cluster_slugs())
    assert set(names["cases"]) == set(names["profile"].index) == slugs
    assert set(names["lives"]["slug"]) == set(names["rules"]["slug"]) == slugs
    assert set(names["levels"]["cluster"]) == slugs
    assert set(names["coded"].index) == set(names["short"])
    for name in names["short"]:
        assert page.text.count(name) >= 4, name


def test_pictures_draw_in_both_layouts(page: Page) -> None:
    assert set(page.figures) == {
        "lives", "rents", "counts", "losses", "moves", "claims", "rules", "ranks",
    }  # fmt: skip
    drawn_within(page)
    assert page.gaps == []


def test_verdicts_are_those_of_the_rules_and_the_first_case_is_not_counted(page: Page) -> None:
    rules, sums = page.names["rules"], page.names["sums"]
    others = rules[rules["slug"] != "m50"]
    for key, row in sums.iterrows():
        part = others[others["position"] == key].groupby("slug")["verdict"].agg(set)
        fails = sum(FAILS in words for words in part)
        holds = sum(words == {HOLDS} for words in part)
        assert (row["holds"], row["fails"], row["open"]) == (
            holds,
            fails,
            len(part) - holds - fails,
        )
        name = page.names["positions"]["name"][key]
        assert f"{name}: as a whole it holds in {holds} and fails in {fails}" in page.text
    assert page.text.count("M50 (not counted)") == 1
    assert (rules["verdict"] == OPEN).any()


def test_each_verdict_leads_to_the_ledger_of_its_own_cluster(page: Page) -> None:
    links = re.findall(r'href="(\?cluster=[^"]+)"', page.html)
    assert {link.split("=")[1].split("/")[0] for link in links} == set(cluster_slugs())
    assert 'href="ledger.html#' not in page.html, "there is no ledger of this page's own"


def test_no_ranking_is_told_where_intervals_overlap(page: Page) -> None:
    same, pairs = page.names["same"], page.names["pairs"]
    assert same < pairs / 2
    assert "The rows do not bear a ranking" in page.text
    width = page.names["ranks"]["upper"] - page.names["ranks"]["lower"]
    assert f"spans {width.median():.0f} of {len(width)} ranks" in page.text


def test_the_claim_on_capital_is_held_to_all_clusters(page: Page) -> None:
    coded = page.names["coded"].dropna()
    public = coded[coded["STATE"].astype(bool)]
    share = public["LASTS"].astype(bool).mean()
    assert f"Of the clusters with public capital {share:.0%} last" in page.text
    robust = page.names["robust"]
    assert len(robust) > 2 * len(coded)
    assert robust["scenario"].is_unique
    same = int(robust["same"].iloc[1:].sum())
    assert f"comes back in {same} of {len(robust) - 1} variations" in page.text


def test_a_folder_that_is_added_or_removed_is_in_or_out_everywhere(grown: Page) -> None:
    names = grown.names
    for table in ("lives", "rules"):
        slugs = set(names[table]["slug"])
        assert "mill-7" in slugs
        assert "zollverein" not in slugs
    assert "Zollverein" not in grown.text
    assert "<b>Mill</b> Seven" in grown.text, "shown as it is written"
    assert "<b>Mill" not in grown.html, "and escaped"
    for figure in ("rules", "lives"):
        assert "Mill" in str(grown.figures[figure].plotted().to_csv())
    drawn_within(grown)


def test_a_thin_cluster_is_thin_and_not_zero(grown: Page) -> None:
    names = grown.names
    assert names["profile"].loc["mill-7"].isna().all()
    mine = names["rules"][names["rules"]["slug"] == "mill-7"]
    assert set(mine["verdict"]) == {OPEN}
    assert mine["why"].str.len().min() > 20, "each names the rows that are missing"
    short = names["short"]["mill-7"]
    assert short not in names["low"].index, "no value, no rank"
    level = names["levels"].set_index("cluster").loc["mill-7"]
    assert level[list(range(6))].isna().all()


def test_above_the_limit_distributions_take_the_place_of_small_multiples() -> None:
    many = run("comparison", "m50", most_drawn=5, draws=200)
    assert many.names["many"]
    drawn_within(many)
    rows = many.figures["lives"].specification(726)
    assert len(rows["layer"]) == 3, "squares by decade"


BOOK = Book(
    "m50",
    [Line("", f"chapters/{name}") for name in ("ledger", "comparison")],
    ["chapters/comparison"],
)
WRITTEN = ("chapters/ledger", "clusters/798/ledger", "chapters/comparison")


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("?cluster=798/ledger?rows=a,b#a", "../clusters/798/ledger.html?rows=a,b#a"),
        ("?cluster=m50/ledger#a", "ledger.html#a"),
        ("?cluster=mill-7/ledger#a", None),
        ("sources.html#a", "sources.html#a"),
    ],
)
def test_links_lead_to_other_clusters_pages_where_the_book_has_them(link: str, leads: Any) -> None:
    body = lead(f'<a class="cb-n" href="{link}">x</a>', "chapters/comparison", BOOK, WRITTEN)
    found = re.search(r'href="([^"]*)"', body)
    assert (found.group(1) if found else None) == leads


def test_the_chapter_stands_in_the_contents_once() -> None:
    text = Path(ROOT / "_toc.yml").read_text("utf-8")
    assert text.count("chapters/comparison") == 1
