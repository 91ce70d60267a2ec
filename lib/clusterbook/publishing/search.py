"""Search that finds Chinese words and numbers, and says which cluster a page is about.

Chinese has no spaces, so pairs of neighbouring characters are indexed, and a word that is looked
for must have all of its pairs on a page.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

from . import pages

_HAN = r"\u3400-\u9fff\uf900-\ufaff"
_PARTS = re.compile(rf"[{_HAN}]+|[^\W{_HAN}]+")


class SearchBook(SearchEnglish):
    """English words, numbers, and Chinese in pairs of characters."""

    # Sphinx passes over numbers that are asked for: the sign keeps them until they are stemmed
    js_splitter_code = r"""
var splitQuery = (query) => (query.match(/[HAN]+|[^\sHAN\p{P}\p{S}]+/gu) || [])
  .flatMap((word) => !/^[HAN]/u.test(word) ? [/^\d+$/.test(word) ? `#${word}` : word]
    : word.length < 2 ? [word]
    : Array.from({length: word.length - 1}, (_, at) => word.slice(at, at + 2)));
""".replace("HAN", _HAN)
    js_stemmer_code = (
        SearchEnglish.js_stemmer_code
        + r"""
var Porter = Stemmer;
Stemmer = function () {
  const porter = new Porter();
  this.stemWord = (word) => (word[0] === "#" ? word.slice(1) : porter.stemWord(word));
};
"""
    )

    def split(self, input: str) -> list[str]:
        """Return the words of a text; of Chinese each pair of characters that follow each other."""
        found = []
        for word in _PARTS.findall(input):
            if re.match(rf"[{_HAN}]", word) and len(word) > 1:
                found += [word[at : at + 2] for at in range(len(word) - 1)]
            else:
                found.append(word)
        return found


def name_results(app: Sphinx) -> None:
    """Have pages stand in the index with their cluster's name, and cells of tables as words."""
    index = getattr(app.builder, "index_page", None)
    if index is None:
        return

    def named(pagename: str, doctree: Any, title: str) -> None:
        finished = [node for node in doctree.findall(nodes.raw) if "html" in node.get("format", "")]
        kept = [node.children for node in finished]
        for node in finished:
            node.children = [nodes.Text(node.astext().replace("<", " <"))]
        told = named_title(app, pagename, title)
        index(pagename, doctree, told)
        titles = getattr(app.builder.indexer, "_all_titles", {})  # which are looked through first
        titles[pagename] = [(t if at else told, at) for t, at in titles.get(pagename, [])]
        for node, children in zip(finished, kept, strict=True):
            node.children = children

    app.builder.index_page = named


def named_title(app: Sphinx, pagename: str, title: str) -> str:
    """Return a page's title with its cluster's or city's name: "Economic: Tianzifang"."""
    name = pages.the_book(app.config).subject(pagename)[0]
    return f"{title}: {name}" if name and name not in title else title
