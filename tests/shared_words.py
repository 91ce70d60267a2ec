"""How much of a cluster's chapters is M50's text? `python tests/shared_words.py [FOLDER OF THE BOOK]`

Prints for each cluster the share of its words that stand in sentences which M50's chapters have as
well, once numbers, names and citations are masked, and that share with headings, heads of tables
and labels counted as sentences too. Its words are those that a reader sees in the chapters: prose,
headings, tables, folded ones too; not code, nor the words of the page around them, nor the ledger
and the sources, which list rows.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from clusterbook.analysis.moves import common_name
from clusterbook.evidence import open_case
from clusterbook.evidence.root import cluster_slugs

MAIN = "m50"
LISTS = ("ledger", "sources")
NAMES = ("name", "local_name", "city", "country", "district", "address", "owner", "operator")
AROUND = "script, style, details.hide, .cb-banner, .headerlink, .cb-files, .cb-static, .cb-citing"
BLOCKS = ("p", "li", "td", "th", "h1", "h2", "h3", "h4", "dt", "dd", "caption", "summary", "div")
NUMBER = re.compile(r"\d[\d.,]*\d|\d")
SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[^\Wa-z])")
ENDED = re.compile(r"[.!?:]\W*$")
WORD = re.compile(r"[^\W\d_][\w’'-]*")


def sentences(page: Path) -> list[str]:
    """Return the sentences of a page, one by one; a heading or a cell is a piece of its own."""
    return [text for text, _ in pieces(page)]


def pieces(page: Path) -> list[tuple[str, bool]]:
    """Return the pieces of a page's text, and whether each is a sentence, a title or a caption."""
    article = BeautifulSoup(page.read_text("utf-8"), "html.parser").select_one("article")
    assert isinstance(article, Tag), page
    for part in article.select(AROUND):
        part.decompose()
    found: list[tuple[str, bool]] = []
    for block in article.find_all(BLOCKS):
        if not block.find(BLOCKS):
            text = re.sub(r"\s+", " ", block.get_text()).strip()
            titled = block.name == "caption" or "cb-title" in (block.get("class") or [])
            parts = filter(None, SENTENCE.split(text))
            found += [(part, titled or bool(ENDED.search(part))) for part in parts]
    return found


def masked(slug: str, pages: list[Path]) -> dict[str, tuple[int, bool]]:
    """Return what a cluster's pages say, masked -> its words beside what is masked, and whether it
    is a sentence."""
    case = open_case(slug)
    names = {case.fact(name) for name in NAMES} | {common_name(case.name)}
    names |= {source.label for source in case.all_sources.values()}
    long_first = sorted(filter(None, names), key=len, reverse=True)
    hidden = re.compile(
        "|".join(rf"(?<!\w){re.escape(n)}(?!\w)(?: \([A-D]\))?" for n in long_first)
    )
    said: dict[str, tuple[int, bool]] = {}
    for text, whole in (piece for page in pages for piece in pieces(page)):
        kept = WORD.findall(NUMBER.sub(" ", hidden.sub(" ", text)))
        key = " ".join(kept).lower()
        before, was = said.get(key, (0, False))
        said[key] = (before + len(kept), whole or was)
    return said


def chapters_of(html: Path, slug: str) -> list[Path]:
    """Return the pages of a cluster's chapters, without the lists of its rows and sources."""
    own = sorted((html / "clusters" / slug).glob("*.html"))
    names = {path.name for other in (html / "clusters").iterdir() for path in other.glob("*.html")}
    pages = own if slug != MAIN else [html / "chapters" / name for name in sorted(names)]
    return [page for page in pages if page.stem not in LISTS and page.exists()]


def shared(html: Path) -> dict[str, tuple[int, Counter[str], int]]:
    """Return for each other cluster of a built book three things.

    Its words, the sentences that M50 has as well, masked, with their words, and the words of the
    headings and labels that it has as well.
    """
    main = masked(MAIN, chapters_of(html, MAIN))
    found = {}
    for slug in cluster_slugs():
        own = masked(slug, chapters_of(html, slug))
        if slug != MAIN and own:
            same = {text: said for text, said in own.items() if text in main}
            counted = Counter({text: n for text, (n, whole) in same.items() if whole})
            words = sum(n for n, _ in own.values())
            found[slug] = (words, counted, sum(n for n, whole in same.values() if not whole))
    return found


if __name__ == "__main__":
    place = Path(sys.argv[1] if len(sys.argv) > 1 else "_build/html")
    for cluster, (words, same, labels) in shared(place).items():
        share, most = same.total() / words, (same.total() + labels) / words
        print(f"{cluster}: {share:.0%} of {words:,} words; {most:.0%} with headings and labels")
        for text, n in same.most_common(int(sys.argv[2]) if len(sys.argv) > 2 else 0):
            print(f"    {n:4} {text[:150]}")
