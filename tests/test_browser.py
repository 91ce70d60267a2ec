"""The built book as a reader meets it, in Chromium: nothing foreign, nothing broken, all drawn."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

NINE = ("overview", "background", "periodisation", "economic", "cultural", "social",
        "environmental", "synthesis", "sources")  # fmt: skip
MAIN = [f"chapters/{name}.html" for name in (*NINE, "ledger", "status", "glossary")]
OTHERS = [
    f"clusters/{cluster}/{name}.html"
    for cluster in ("ningbo-1956", "zollverein", "gillman-barracks", "tianzifang", "798")
    for name in NINE
]
HEAVY = {"ledger"}  # one table of hundreds of rows: its own tests look at it


class Visit:
    """An opened page, and whatever it said or asked for that it should not have."""

    def __init__(self, browser: Any, site: str, page: str, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", lambda r: self._request(r.url, site))
        self.page.on("response", lambda r: self._response(r))
        self.page.goto(site + page, wait_until="load")

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"console {message.type}: {message.text}")

    def _request(self, url: str, site: str) -> None:
        if not url.startswith((site, "data:", "blob:")):
            self.wrong.append(f"request off the host: {url}")

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.status}: {response.url}")

    def draw_all(self) -> int:
        """Scroll every chart into view and wait for it; return how many there are."""
        figures = self.page.locator("figure.cb-figure")
        for place in range(figures.count()):
            figures.nth(place).scroll_into_view_if_needed()
            self.page.wait_for_function(
                f"document.querySelectorAll('figure.cb-figure')[{place}].dataset.drawn",
                timeout=15000,
            )
        return figures.count()

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def visit(chromium: Any, site: str) -> Any:
    """Open a page of the book; closed after the test."""
    visits: list[Visit] = []

    def open_page(page: str, width: int = 1280, scheme: str = "light", **options: Any) -> Visit:
        viewport = {"width": width, "height": 900}
        made = Visit(chromium, site, page, viewport=viewport, color_scheme=scheme, **options)
        visits.append(made)
        return made

    yield open_page
    for made in visits:
        made.close()


MARKS = """() => [...document.querySelectorAll('figure.cb-figure')].map(f => ({
  name: f.id, marks: f.querySelectorAll('.cb-live svg .mark-symbol path, .cb-live svg .mark-rect path, ' +
  '.cb-live svg .mark-rule line, .cb-live svg .mark-text text, .cb-live svg .mark-line path, ' +
  '.cb-live svg .mark-area path').length}))"""
SMALL = """() => [...document.querySelectorAll('.cb-live svg text')].filter(t => t.textContent.trim() &&
  parseFloat(getComputedStyle(t).fontSize) * (t.ownerSVGElement.getBoundingClientRect().width /
  t.ownerSVGElement.viewBox.baseVal.width) < 10.6).map(t => t.textContent)"""
CLIPPED = """() => [...document.querySelectorAll('.cb-live svg')].flatMap(svg => {
  const box = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(t => { const b = t.getBoundingClientRect();
    return t.textContent.trim() && b.width && (b.left < box.left - 2 || b.right > box.right + 2 ||
      b.top < box.top - 2 || b.bottom > box.bottom + 2); }).map(t => t.textContent); })"""


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
    text = opened.page.inner_text("article")
    assert not re.search(HOLE, text), "a sentence with a hole"
    assert opened.wrong == []


@pytest.mark.parametrize("page", [*MAIN, *OTHERS[::3], "clusters.html"])
def test_no_horizontal_scroll_on_a_phone(visit: Any, page: str) -> None:
    opened = visit(page, width=390)
    opened.draw_all()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert opened.page.evaluate(CLIPPED) == []
    assert opened.page.evaluate(SMALL) == []
    assert opened.wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "page", [*[f"chapters/{n}.html" for n in NINE], "clusters/ningbo-1956/economic.html",
             "clusters.html", "search.html"],
)  # fmt: skip
def test_axe_finds_nothing(visit: Any, page: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened = visit(page, scheme=scheme)
    opened.draw_all()
    found = Axe().run(opened.page).response["violations"]
    assert [
        (v["id"], v["nodes"][0]["html"][:200], v["nodes"][0]["failureSummary"]) for v in found
    ] == []


LEGIBLE = """() => {
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(v => { v /= 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll('.cb-live svg text')].filter(t => {
    const s = getComputedStyle(t);
    if (!t.textContent.trim() || s.fill === 'none' || s.stroke !== 'none') return false;
    if (s.fill === getComputedStyle(document.body).backgroundColor) return false;  // on a filled mark
    const f = light(s.fill); const ratio = (Math.max(f, ground) + 0.05) / (Math.min(f, ground) + 0.05);
    return ratio < 4.4; }).map(t => t.textContent + ' ' + getComputedStyle(t).fill); }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", [f"chapters/{name}.html" for name in NINE])
def test_chart_text_is_legible(visit: Any, page: str, scheme: str) -> None:
    opened = visit(page, scheme=scheme)
    opened.draw_all()
    assert opened.page.evaluate(LEGIBLE) == []


@pytest.mark.parametrize("page", [f"chapters/{name}.html" for name in NINE])
def test_without_javascript_pictures_stand_in(visit: Any, page: str) -> None:
    opened = visit(page, java_script_enabled=False)
    images = opened.page.locator("figure.cb-figure img")
    for place in range(images.count()):
        images.nth(place).scroll_into_view_if_needed()
        images.nth(place).evaluate("image => image.decode()")
        assert images.nth(place).evaluate("image => image.naturalWidth") > 200
        assert images.nth(place).get_attribute("alt")
    assert opened.page.locator("a.cb-n[title]").count() == opened.page.locator("a.cb-n").count()
    assert opened.wrong == []


def test_chinese_is_set_in_a_font_that_has_it(visit: Any) -> None:
    opened = visit("chapters/overview.html")
    session = opened.context.new_cdp_session(opened.page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    document = session.send("DOM.getDocument", {"depth": 1})
    node = session.send(
        "DOM.querySelector", {"nodeId": document["root"]["nodeId"], "selector": ".cb-banner"}
    )
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})["fonts"]
    text = opened.page.inner_text(".cb-banner")
    chinese = len(re.findall(r"[一-鿿]", text))
    drawn = sum(
        f["glyphCount"]
        for f in fonts
        if re.search("CJK|Han|Hei|Song|Gothic|Ming|Kai", f["familyName"])
    )
    assert chinese >= 2
    assert drawn >= chinese, fonts


def test_a_number_leads_to_its_row_and_the_row_to_its_source(visit: Any) -> None:
    opened = visit("chapters/economic.html")
    link = opened.page.locator(".cb-answer a.cb-n").first
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
    opened.page.locator(".cb-answer a.cb-n").first.tap()
    assert opened.page.locator(".cb-tip").is_visible()
    assert opened.page.url.endswith("economic.html")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_ledger_filters_fast(visit: Any) -> None:
    opened = visit("chapters/ledger.html")
    rows = opened.page.locator("#cb-ledger tbody tr")
    total = rows.count()
    assert total > 600
    took = opened.page.evaluate(
        """async () => { const field = document.querySelector('.cb-ledger-tools input');
        field.value = 'graffiti'; const start = performance.now();
        field.dispatchEvent(new Event('input', {bubbles: true}));
        while (!document.querySelector('.cb-ledger-tools output').textContent.match(/^\\d{1,2} of/))
          await new Promise(r => setTimeout(r, 4));
        document.body.offsetHeight; return performance.now() - start; }"""
    )
    shown = opened.page.locator("#cb-ledger tbody tr:visible").count()
    assert 0 < shown < 60
    assert took < 200


def test_pages_are_not_heavy(book: Path) -> None:
    for name in NINE:
        size = (book / "chapters" / f"{name}.html").stat().st_size
        assert size < 600_000, f"{name} has {size:,} bytes"


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
