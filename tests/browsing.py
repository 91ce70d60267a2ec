"""Pages of the built book, opened in Chromium."""

from __future__ import annotations

from typing import Any

NINE = ("overview", "background", "periodisation", "economic", "cultural", "social",
        "environmental", "synthesis", "sources")  # fmt: skip
MAIN = [f"chapters/{name}.html" for name in (*NINE, "ledger", "status", "glossary",
                                            "instrument", "methods", "positions", "comparison", "about",
                                            "yours", "sheet", "model")]  # fmt: skip
OTHERS = [
    f"clusters/{cluster}/{name}.html"
    for cluster in ("ningbo-1956", "zollverein", "gillman-barracks", "tianzifang", "798")
    for name in NINE
]


class Visit:
    """An opened page, and whatever it said or asked for that it should not have."""

    def __init__(
        self, browser: Any, site: str, page: str, before: str = "", **options: Any
    ) -> None:
        self.context = browser.new_context(**options)
        self.context.add_init_script(before)
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("dialog", self._dialog)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", lambda r: self._request(r.url, site))
        self.page.on("response", lambda r: self._response(r))
        self.page.goto(site + page, wait_until="load")

    def _dialog(self, dialog: Any) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

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


SMALL = """() => [...document.querySelectorAll('.cb-live svg text')].filter(t => t.textContent.trim() &&
  parseFloat(getComputedStyle(t).fontSize) * (t.ownerSVGElement.getBoundingClientRect().width /
  t.ownerSVGElement.viewBox.baseVal.width) < 10.6).map(t => t.textContent)"""
CLIPPED = """() => [...document.querySelectorAll('.cb-live svg')].flatMap(svg => {
  const box = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(t => { const b = t.getBoundingClientRect();
    return t.textContent.trim() && b.width && (b.left < box.left - 2 || b.right > box.right + 2 ||
      b.top < box.top - 2 || b.bottom > box.bottom + 2); }).map(t => t.textContent); })"""
OVERLAPPING = """() => [...document.querySelectorAll('.cb-live svg')].flatMap(svg => {
  const drawn = [...svg.querySelectorAll('text')].filter(t => {
    const s = getComputedStyle(t);
    return t.textContent.trim() && s.stroke === 'none' && s.opacity > 0 && s.fillOpacity > 0 &&
      !/rotate/.test(t.getAttribute('transform')); });  // the box of turned text is not its shape
  const boxes = drawn.map(t => [t, t.getBoundingClientRect()]);
  const found = [];
  boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
    const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
    const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (wide > 2 && high > 4) found.push([svg.closest('figure').id, a.textContent, b.textContent]);
  }));
  return found; })"""
