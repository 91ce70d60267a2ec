"""The built book as a reader meets it, in Chromium: nothing foreign, nothing broken, all drawn."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from browsing import CLIPPED, MAIN, NINE, OTHERS, OVERLAPPING, SMALL, Visit
from conftest import ROOT

MARKS = """() => [...document.querySelectorAll('figure.cb-figure')].map(f => ({
  name: f.id, marks: f.querySelectorAll('.cb-live svg .mark-symbol path, .cb-live svg .mark-rect path, ' +
  '.cb-live svg .mark-rule line, .cb-live svg .mark-text text, .cb-live svg .mark-line path, ' +
  '.cb-live svg .mark-area path').length}))"""
HOLE = r"\b(nan|NaN|undefined|inf)\b|\bNone\b(?! [a-z])"
"""What a missing value leaves in a sentence; "None or staged", "None of" are words."""


@pytest.mark.parametrize("page", [*MAIN, *OTHERS, "clusters.html"])
def test_page_draws_everything_and_asks_nobody(visit: Any, page: str) -> None:
    opened = visit(page)
    opened.draw_all()
    for figure in opened.page.evaluate(MARKS):
        assert figure["marks"] >= 3, f"{figure['name']} is nearly empty: {figure['marks']} marks"
    assert opened.page.evaluate(SMALL) == []
    assert opened.page.evaluate(CLIPPED) == []
    assert opened.page.evaluate(OVERLAPPING) == []
    text = opened.page.inner_text("article")
    assert not re.search(HOLE, text), "a sentence with a hole"
    assert opened.wrong == []


def test_a_number_leads_to_its_row_and_the_row_to_its_source(visit: Any) -> None:
    opened = visit("chapters/economic.html")
    link = opened.page.locator(".cb-box a.cb-n").first
    link.focus()
    tip = opened.page.locator(".cb-tip")
    assert "grade" in tip.inner_text()
    link.click()
    opened.page.wait_for_url("**/ledger.html#obs-*")
    row = opened.page.locator("tr:target")
    assert row.is_visible()
    row.locator("a[href^='sources.html#src-']").click()
    opened.page.wait_for_url("**/sources.html#src-*")
    assert opened.page.locator("li:target").is_visible()
    assert opened.wrong == []


def test_a_derived_number_leads_to_its_rows(visit: Any) -> None:
    opened = visit("chapters/economic.html")
    link = opened.page.locator("a.cb-n[href*='?rows=']").first
    wanted = len((link.get_attribute("href") or "").split("rows=")[1].split("#")[0].split(","))
    link.click()
    opened.page.wait_for_url("**/ledger.html?rows=*")
    assert opened.page.locator("#cb-ledger tbody tr:visible").count() == wanted


def test_a_tap_shows_the_source_first(visit: Any) -> None:
    opened = visit("chapters/economic.html", width=390, has_touch=True)
    opened.page.locator(".cb-box a.cb-n").first.tap()
    assert opened.page.locator(".cb-tip").is_visible()
    assert opened.page.url.endswith("economic.html")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_ledger_filters(visit: Any) -> None:
    opened = visit("chapters/ledger.html")
    rows = opened.page.locator("#cb-ledger tbody tr")
    assert rows.count() > 600
    opened.page.locator(".cb-ledger-tools input").fill("graffiti")
    opened.page.wait_for_function(
        "document.querySelector('.cb-ledger-tools output').textContent.match(/^\\d{1,2} of/)"
    )
    assert 0 < opened.page.locator("#cb-ledger tbody tr:visible").count() < 60


def test_pages_are_not_heavy(book: Path) -> None:
    for name in NINE:
        size = (book / "chapters" / f"{name}.html").stat().st_size
        assert size < 600_000, f"{name} has {size:,} bytes"
    assert (book / "chapters" / "comparison.html").stat().st_size < 900_000


def test_downloads_are_there(visit: Any, book: Path) -> None:
    opened = visit("chapters/economic.html")
    links = opened.page.locator(".cb-files a")
    assert links.count() >= 4
    for place in range(links.count()):
        target = (book / "chapters" / (links.nth(place).get_attribute("href") or "")).resolve()
        assert target.is_file()
        assert target.stat().st_size > 100


def test_no_address_that_must_not_be_printed(book: Path) -> None:
    from clusterbook.evidence import cluster_slugs, open_case

    hidden = {
        source.url
        for slug in cluster_slugs(ROOT)
        for source in open_case(slug).all_sources.values()
        if not source.link and source.url
    }
    open_ones = {
        source.url
        for slug in cluster_slugs(ROOT)
        for source in open_case(slug).all_sources.values()
        if source.link
    }
    hidden -= open_ones
    assert len(hidden) > 100
    for page in book.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for url in hidden:
            assert url not in text, f"{page.name} prints {url}"


def test_the_download_prints_no_address_that_must_not_be_printed(book: Path) -> None:
    import zipfile

    with zipfile.ZipFile(book / "_downloads" / "evidence.zip") as file:
        text = file.read("clusters/m50/sources.bib").decode()
    assert "wy-bo.com" not in text  # Zheng 2006 is cited without its address
    assert "exchanges.warwick.ac.uk" in text


def test_the_switcher_leads_to_the_same_chapter_of_another_cluster(
    chromium: Any, site: str
) -> None:
    visit = Visit(chromium, site, "chapters/economic.html", viewport={"width": 390, "height": 800})
    menu = visit.page.locator("details.cb-switch")
    assert menu.locator("summary").inner_text() == "M50 Creative Park"
    menu.locator("summary").click()
    links = menu.locator("a")
    assert links.count() == len(list((ROOT / "data" / "clusters").glob("*/cluster.csv"))) + 1
    box = menu.locator("nav").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    visit.page.keyboard.press("Escape")
    assert not links.first.is_visible()
    menu.locator("summary").click()
    menu.get_by_text("Zollverein", exact=False).click()
    visit.page.wait_for_url("**/clusters/zollverein/economic.html")
    assert "Zollverein" in visit.page.locator("details.cb-switch summary").inner_text()
    current = visit.page.locator("details.cb-switch a[aria-current]")
    assert current.count() == 1
    assert visit.wrong == []
    visit.close()
