"""The page shown where there is none: it stands alone, so that it works at any depth."""

from __future__ import annotations

import json
from html import escape
from urllib.parse import urlsplit

from clusterbook.charts.theme import DARK, LIGHT

_STYLE = """
:root{--bg:%(bg)s;--ink:%(ink)s;--muted:%(muted)s;--line:%(grid)s;--link:#1f5fa8}
@media (prefers-color-scheme:dark){
:root{--bg:%(dbg)s;--ink:%(dink)s;--muted:%(dmuted)s;--line:%(dgrid)s;--link:#7db8ff}}
body{margin:0;background:var(--bg);color:var(--ink);font:1.05rem/1.6 system-ui,Arial,sans-serif}
main{max-width:38rem;margin:12vh auto 4rem;padding:0 1.2rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .8rem}
a{color:var(--link)}a:focus-visible{outline:3px solid var(--link);outline-offset:3px}
ul{padding-left:1.2rem}
p.small{color:var(--muted);font-size:.9rem;border-top:1px solid var(--line)}
p.small{padding-top:.8rem;overflow-wrap:anywhere}
"""
# GitHub Pages shows this page under the address that was asked for, at whatever depth, and a book
# may stand below a folder: its root lies above `chapters/` or `clusters/`, or below the project's
# name.
_SCRIPT = """
(function () {
  var known = %s, path = location.pathname, at = path.search(/\\/(chapters|clusters)\\//);
  var project = /\\.github\\.io$/.test(location.hostname) && path.split("/").length > 2;
  var root = known !== null ? known : at >= 0 ? path.slice(0, at + 1) :
    project ? "/" + path.split("/")[1] + "/" : "/";
  if (location.protocol === "file:") return;
  document.querySelectorAll("a[data-to]").forEach(function (a) { a.href = root + a.dataset.to; });
  document.getElementById("asked").textContent = "Asked for: " + decodeURI(path);
})();
"""


def page(title: str, links: list[tuple[str, str]], address: str = "") -> str:
    """Return the page. `links` are words and addresses from the book's root.

    Without JavaScript its links are right where it is shown at the root; with it at any depth.
    `address` is the book's address where it is known.
    """
    tokens = {name: LIGHT[name] for name in ("bg", "ink", "muted", "grid")}
    tokens |= {f"d{name}": DARK[name] for name in tokens}
    root = f"{urlsplit(address).path.rstrip('/')}/" if address else None
    items = "".join(
        f'<li><a href="{escape(to)}" data-to="{escape(to)}">{escape(words)}</a></li>'
        for words, to in links
    )
    script = _SCRIPT % json.dumps(root).replace("<", "\\u003c")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex"><link rel="icon" href="data:,">'
        f"<title>No such page: {escape(title)}</title><style>{_STYLE % tokens}</style></head>"
        "<body><main><h1>There is no such page</h1>"
        f"<p>This book, <em>{escape(title)}</em>, has no page at this address. "
        "It may have moved with a new edition. These pages lead on:</p>"
        f'<ul>{items}</ul><p class="small" id="asked"></p></main>'
        f"<script>{script}</script></body></html>\n"
    )
