"""The built book for every reader: phone, dark, no scripts, screen reader, Chinese."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browsing import CLIPPED, MAIN, NINE, OTHERS, OVERLAPPING, SMALL


@pytest.mark.parametrize("page", [*MAIN, *OTHERS[::3], "clusters.html"])
def test_no_horizontal_scroll_on_a_phone(visit: Any, page: str) -> None:
    opened = visit(page, width=390)
    opened.draw_all()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert opened.page.evaluate(CLIPPED) == []
    assert opened.page.evaluate(OVERLAPPING) == []
    assert opened.page.evaluate(SMALL) == []
    assert opened.wrong == []


def test_long_tables_are_lists_of_rows_on_a_phone(visit: Any) -> None:
    shown = visit("chapters/background.html", 390)
    rows = shown.page.evaluate(
        """() => [...document.querySelectorAll('table.cb-stack tbody tr')].map(row => {
            const cells = [...row.cells].slice(1).filter(cell => cell.textContent)
            return {
                right: row.getBoundingClientRect().right,
                tall: row.getBoundingClientRect().height,
                named: cells.every(cell => getComputedStyle(cell, '::before').content.length > 2),
            }
        })"""
    )
    assert len(rows) > 20
    assert max(row["right"] for row in rows) <= 390
    assert max(row["tall"] for row in rows) < 500
    assert all(row["named"] for row in rows)


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


PAGES = [
    *[(f"chapters/{name}.html", 1280) for name in NINE],
    ("clusters/ningbo-1956/economic.html", 1280),
    ("clusters.html", 1280),
    ("search.html", 1280),
    ("chapters/background.html", 390),
    ("clusters/ningbo-1956/ledger.html", 390),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("page", "width"), PAGES)
def test_axe_finds_nothing_and_charts_are_legible(
    visit: Any, page: str, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened = visit(page, width=width, scheme=scheme)
    opened.draw_all()
    assert opened.page.evaluate(LEGIBLE) == []
    rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}  # others see no colour
    found = Axe().run(opened.page, options=rules).response["violations"]
    assert [
        (v["id"], v["nodes"][0]["html"][:200], v["nodes"][0]["failureSummary"]) for v in found
    ] == []


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


@pytest.mark.parametrize("element", [".cb-banner", "details.cb-abstract p[lang=zh]"])
def test_chinese_is_set_in_a_font_that_has_it(visit: Any, element: str) -> None:
    opened = visit("chapters/overview.html")
    opened.page.locator("details.cb-abstract").evaluate("one => one.open = true")
    session = opened.context.new_cdp_session(opened.page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    document = session.send("DOM.getDocument", {"depth": 1})
    node = session.send(
        "DOM.querySelector", {"nodeId": document["root"]["nodeId"], "selector": element}
    )
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})["fonts"]
    text = opened.page.inner_text(element)
    chinese = len(re.findall(r"[一-鿿]", text))
    drawn = sum(
        f["glyphCount"]
        for f in fonts
        if re.search("CJK|Han|Hei|Song|Gothic|Ming|Kai", f["familyName"])
    )
    assert chinese >= 2
    assert drawn >= chinese, fonts
