"""Abstracts of chapters in other languages, folded below the title of a page they are true of."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from clusterbook.evidence.lists import read_list
from clusterbook.evidence.root import book_root

from .pages import Book, the_book

WORDS = {"zh": ("中文摘要", "未经母语读者审阅", "abstract in Chinese")}
"""For each language its own words for an abstract and for its state, and what it is in English."""
UNREVIEWED = "not yet reviewed by a native reader"


def abstracts(page: str, book: Book) -> str:
    """Return the abstracts of a page as HTML; "" where there is none that is true of it."""
    if not (book_root() / "data" / "abstracts.csv").is_file():
        return ""
    named = next((of for of, there in book.cities.items() if page in there.values()), page)
    rows = read_list("abstracts")
    rows = rows[rows["chapter"].eq(named.rpartition("/")[2])]
    rows = rows[rows["cluster"].isin([book.cluster_of(page), ""])]
    return "".join(map(_html, rows.drop_duplicates("language").to_dict("records")))


def _html(row: dict[Any, str]) -> str:
    tag = row["language"]
    name, state, english = WORDS.get(tag, (tag, "", f"abstract, {tag}"))
    return (
        f'<details class="cb-abstract"><summary><span lang="{tag}">{name}</span> '
        f"({english}, {UNREVIEWED})</summary>"
        f'<p lang="{tag}">{escape(row["text"])}（{state}）</p></details>'
    )


def show(app: Sphinx, doctree: nodes.document) -> None:
    """Put a page's abstracts below its title, and have it read again when they change."""
    html = abstracts(app.env.docname, the_book(app.config))
    top = next(doctree.findall(nodes.section), None)
    if html and top is not None:
        app.env.note_dependency(str(book_root() / "data" / "abstracts.csv"))
        top.insert(1, nodes.raw("", html, format="html"))
