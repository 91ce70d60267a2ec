"""The ledger: a line and a place for every row."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from benchmarks.large_cluster import make_large
from browsing import Visit
from conftest import clusterbook

from clusterbook.evidence import open_case
from clusterbook.prose import ledger
from clusterbook.publishing import long_ledger


@pytest.mark.parametrize("slug", ["m50", "gillman-barracks"])
def test_the_ledger_has_a_line_and_a_place_for_every_row(slug: str) -> None:
    case = open_case(slug)
    html = ledger.ledger(case).html
    assert html.count("<tr") == len(ledger.all_rows(case)) + 1
    assert html.count('class="cb-used"') == len(ledger.all_rows(case))
    first = f'<code class="cb-place">data/clusters/{slug}/observations.csv, row 2</code>'
    assert first in html


def test_rows_of_the_city_are_placed_in_its_folder() -> None:
    rows = ledger.all_rows(open_case("m50"))
    folders = set(rows.loc[rows["place"] == "shanghai", "folder"])
    assert folders == {"data/context/shanghai"}
    assert set(rows.loc[rows["place"] == "m50", "folder"]) == {"data/clusters/m50"}


LINKS = [
    # a link on a page, where it leads
    ("ledger.html#{one}", "ledger-1.html#{one}"),
    ("ledger.html#{two}", "ledger-2.html#{two}"),
    ("../chapters/ledger.html#{two}", "../chapters/ledger-2.html#{two}"),
    ("ledger.html?rows={one},{also}#{one}", "ledger-1.html?rows={one},{also}#{one}"),
    ("ledger.html?rows={one},{two}#{one}", "ledger-1.html?rows={one},{two}&amp;also=1,2#{one}"),
    ("ledger.html?source=shen2010rents", "ledger.html?source=shen2010rents"),
    ("ledger.html#obs-00000000", "ledger.html#obs-00000000"),
    ("../clusters/798/ledger.html#{two}", "../clusters/798/ledger.html#{two}"),
    ("sources.html#src-a", "sources.html#src-a"),
]


@pytest.mark.parametrize(("link", "led"), LINKS)
def test_links_lead_to_the_page_of_a_long_ledger(link: str, led: str) -> None:
    case = open_case("m50")
    anchors = list(ledger.all_rows(case)["anchor"])
    named = {"one": anchors[0], "also": anchors[1], "two": anchors[-1]}
    places = {anchor: 1 + (n >= len(anchors) // 2) for n, anchor in enumerate(anchors)}
    body = f'<a href="{link.format(**named)}">x</a>'
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "places", lambda case: places)
        found = long_ledger.lead(body, "chapters/social", {"chapters/ledger"}, lambda page: "m50")
    assert found == f'<a href="{led.format(**named)}">x</a>'


def test_a_long_word_is_no_path() -> None:
    body = f'<img src="data:image/svg+xml;base64,{"aGk" * 400_000}">'
    assert long_ledger.lead(body, "chapters/social", {"chapters/ledger"}, str) == body


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of a cluster with more rows than a page of the ledger holds."""
    place = tmp_path_factory.mktemp("long")
    folder = make_large(place / "mill-large", 11_000)
    chapters = ["--chapters", "status,sources,ledger"]
    done = clusterbook(
        "report", str(folder), *chapters, "--single-file", "--out", str(place / "out")
    )
    assert done.returncode == 0, done.stderr
    return place / "out"


def test_a_long_ledger_has_an_index_and_pages(long: Path) -> None:
    chapters = long / "html" / "chapters"
    index = (chapters / "ledger.html").read_text("utf-8")
    parts = sorted(chapters.glob("ledger-*.html"))
    assert len(parts) >= 3
    texts = {part.name: part.read_text("utf-8") for part in parts}
    rows = [text.count('class="cb-place"') for text in texts.values()]
    assert max(rows) == ledger.MOST
    assert sum(rows) > 11_000
    assert f"{sum(rows):,} evidence rows on {len(parts)} pages" in index
    for name in texts:
        assert f'href="{name}"' in index
    assert 'id="obs-' not in index
    for page in chapters.glob("*.html"):  # every link to a row leads to the page with the row
        text = page.read_text("utf-8")
        for name, anchor in re.findall(r"(ledger(?:-\d+)?\.html)[^#\"]*#((?:obs|event)-\w+)", text):
            assert f'id="{anchor}"' in texts[name], (page.name, name, anchor)


def test_search_in_a_page_of_a_long_ledger(long: Path, chromium: Any) -> None:
    page = Visit(
        chromium,
        f"file://{long}/",
        "html/chapters/ledger-2.html",
        viewport={"width": 1280, "height": 900},
    )
    page.page.fill('form.cb-ledger-tools input[name="q"]', "data/context")
    page.page.wait_for_function(
        "document.querySelector('form.cb-ledger-tools output').textContent.startsWith('0 of')"
    )
    page.close()
    assert page.wrong == []


def test_a_single_file_leaves_the_rows_of_a_long_ledger_out(long: Path) -> None:
    text = (long / "mill-large.html").read_text("utf-8")
    assert "evidence rows on" in text
    assert not re.search(r'href="ledger-\d', text)
