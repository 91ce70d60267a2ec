"""One self-contained page of a built report: everything inside, no request, charts live."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .long_ledger import chapter_of
from .process import write_atomically
from .templating import data_uri, one_page, static

_POINTING = ("for", "headers", "aria-controls", "aria-describedby", "aria-labelledby")
_LISTS = ("ledger", "sources")
"""Chapters whose anchors are the only ones of their name, and are kept."""


def single_file(book: Path, folder: str, target: Path) -> None:
    """Write the chapters of one cluster, whose pages stand in a folder of a book, as one HTML file.

    Links between its chapters lead within the file; downloads of plotted rows are inside it.
    """
    from bs4 import BeautifulSoup

    pages = sidebar_pages(book / folder)
    parts = []
    title = target.stem
    for file, name in pages.items():
        soup = BeautifulSoup(file.read_text("utf-8"), "html.parser")
        article = soup.find("article", class_="bd-article")
        assert article is not None
        for dead in article.select("a.headerlink, .prev-next-footer"):
            dead.decompose()
        inline_figures(article, file.parent)
        lead_within(article, file, pages)
        shown = article.select_one(".cb-banner strong")
        title = shown.get_text() if shown else title
        parts.append(
            f'<section class="cb-chapter" id="chapter-{name}">{article.decode_contents()}</section>'
        )
    made = book / "_static" / "clusterbook"
    scripts = [(made / "vega.js").read_text("utf-8"), static("cb-charts.js"), static("cb-page.js")]
    # a script cannot end its element early
    safe = tuple(re.sub(r"</(script)", r"<\\/\1", script, flags=re.I) for script in scripts)
    tokens = (made / "tokens.css").read_text("utf-8")
    write_atomically(target, one_page(title, "".join(parts), tokens, tuple(pages.values()), safe))


def sidebar_pages(folder: Path) -> dict[Path, str]:
    """Return the files of a cluster in order, with their names, by the sidebar of one page."""
    from bs4 import BeautifulSoup

    some = min(folder.glob("*.html"))
    soup = BeautifulSoup(some.read_text("utf-8"), "html.parser")
    files = [(some.parent / str(a["href"])).resolve() for a in soup.select(".cb-chapters a")]
    return {file: file.stem for file in files if file.is_file()}


def inline_figures(article: Any, folder: Path) -> None:
    """Put a figure's picture and rows, by their addresses from a folder, into the page.

    Links of its marks lead within the file.
    """
    for picture in article.select("picture.cb-static"):
        image = picture.find("img")
        file = folder / str(image["src"])
        picture.find("source").decompose()
        image["src"] = data_uri("image/svg+xml", file.read_bytes())
        del image["loading"]
    for spec in article.select("script.cb-spec"):
        spec.string = re.sub(r'"(?:[\w./-]+/)?ledger\.html#', '"#', str(spec.string))
    for link in article.select(".cb-files a[download]"):
        file = folder / str(link["href"])
        if kind := {".csv": "text/csv", ".bib": "application/x-bibtex"}.get(file.suffix):
            link["href"] = data_uri(f"{kind};charset=utf-8", file.read_bytes())
            link["download"] = file.name
        else:
            link.decompose()


def lead_within(article: Any, file: Path, pages: dict[Path, str]) -> None:
    """Make links from a file to other chapters lead within the page; anchors get a chapter's name.

    Links to chosen rows of the ledger keep the choice for the page's script.
    """
    here = pages[file]
    if here not in _LISTS:
        for element in article.select("[id]"):
            element["id"] = f"{here}-{element['id']}"
        for name in _POINTING:
            for element in article.select(f"[{name}]"):
                element[name] = " ".join(f"{here}-{one}" for one in str(element[name]).split())
    for link in article.select("a[href]"):
        to = urlsplit(str(link["href"]))
        target = file if not to.path else (file.parent / unquote(to.path)).resolve()
        whole = target.with_stem(chapter_of(target.stem)) if target.stem else target
        name = "" if to.netloc or to.scheme else pages.get(whole, "")
        if name and whole != target:
            link["href"] = f"#chapter-{name}"  # the pages of a long ledger stay with the tables
            continue
        if not name:
            continue
        for choice, value in parse_qsl(to.query):
            link["data-source" if choice == "source" else "data-rows"] = value
        prefix = "" if name in _LISTS else f"{name}-"
        link["href"] = f"#{prefix}{to.fragment}" if to.fragment else f"#chapter-{name}"
