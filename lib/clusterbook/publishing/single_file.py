"""One self-contained page of a built report: everything inside, no request, charts live."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

from .process import write_atomically

HERE = Path(__file__).parent


def single_file(book: Path, target: Path, title: str) -> None:
    """Write the chapters of a report's main cluster as one HTML file.

    Links between its chapters lead within the file; downloads of plotted rows are inside it.
    """
    from bs4 import BeautifulSoup

    pages = sidebar_pages(book)
    parts = []
    for file, name in pages.items():
        soup = BeautifulSoup(file.read_text("utf-8"), "html.parser")
        article = soup.find("article", class_="bd-article")
        assert article is not None
        for dead in article.select("a.headerlink, .prev-next-footer"):
            dead.decompose()
        inline_figures(article, file.parent)
        lead_within(article, file, pages)
        parts.append(
            f'<section class="cb-chapter" id="chapter-{name}">{article.decode_contents()}</section>'
        )
    write_atomically(target, page(title, list(pages.values()), parts, book))


def sidebar_pages(book: Path) -> dict[Path, str]:
    """Return the files of a report's main cluster in order, by the sidebar, with their names."""
    from bs4 import BeautifulSoup

    some = min((book / "chapters").glob("*.html"))
    soup = BeautifulSoup(some.read_text("utf-8"), "html.parser")
    files = [(some.parent / str(a["href"])).resolve() for a in soup.select(".cb-chapters a")]
    return {file: file.stem for file in files if file.is_file()}


def inline_figures(article: Any, folder: Path) -> None:
    """Put a figure's picture and rows, by their addresses from a folder, into the page."""
    for picture in article.select("picture.cb-static"):
        image = picture.find("img")
        file = folder / str(image["src"])
        data = base64.b64encode(file.read_bytes()).decode()
        picture.find("source").decompose()
        image["src"] = f"data:image/svg+xml;base64,{data}"
        del image["loading"]
    for link in article.select(".cb-files a[download]"):
        file = folder / str(link["href"])
        if file.suffix == ".csv":
            data = base64.b64encode(file.read_bytes()).decode()
            link["href"] = f"data:text/csv;charset=utf-8;base64,{data}"
            link["download"] = file.name
        else:
            link.decompose()


def lead_within(article: Any, file: Path, pages: dict[Path, str]) -> None:
    """Make links from a file to other chapters lead within the page."""
    for link in article.select("a[href]"):
        target, _, place = str(link["href"]).partition("#")
        name = pages.get((file.parent / target.partition("?")[0]).resolve())
        if target and name:
            link["href"] = f"#{place}" if place else f"#chapter-{name}"


def page(title: str, order: list[str], parts: list[str], book: Path) -> str:
    """Return the whole page, with styles and scripts inside."""
    from html import escape

    static = book / "_static"
    style = (static / "clusterbook" / "tokens.css").read_text("utf-8")
    style += (HERE / "static" / "clusterbook.css").read_text("utf-8")
    font = base64.b64encode((HERE / "static" / "fonts" / "inter-latin.woff2").read_bytes()).decode()
    style = style.replace("fonts/inter-latin.woff2", f"data:font/woff2;base64,{font}")
    style += (HERE / "static" / "single.css").read_text("utf-8")
    vega = (static / "clusterbook" / "vega.js").read_text("utf-8")
    scripts = [
        (HERE / "static" / name).read_text("utf-8") for name in ("cb-charts.js", "cb-page.js")
    ]
    code = "".join(f"<script>{guard(script)}</script>" for script in [vega, *scripts])
    links = "".join(
        f'<li><a href="#chapter-{name}">{escape(name.capitalize())}</a></li>' for name in order
    )
    return (
        f'<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>{escape(title)}</title>'
        f"<style>{style}</style></head>"
        f'<body class="cb-single"><nav aria-label="Chapters"><ul>{links}</ul></nav>'
        f'<main class="bd-article">{"".join(parts)}</main>{code}</body></html>\n'
    )


def guard(script: str) -> str:
    """Return a script that cannot end its element early."""
    return re.sub(r"</(script)", r"<\\/\1", script, flags=re.I)
