"""Running words of chapters as a reader meets them, to hold two editions against each other.

    python tests/word_count.py _build/html/chapters            # against the edition of 22 November 2026
    python tests/word_count.py BEFORE/chapters AFTER/chapters  # two built books

Counted are paragraphs, lists and the titles, subtitles and notes of pictures, of the nine chapters
that both editions have. Not counted: headings, tables and what folds under them, code, lists of
sources under a picture, the key of marks, citations, and what else is on record.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from bs4 import BeautifulSoup

NINE = ("overview", "background", "periodisation", "economic", "cultural", "social",
        "environmental", "mechanism", "synthesis")  # fmt: skip
BEFORE = dict(zip(NINE, (872, 2319, 2474, 2699, 2716, 1852, 2272, 1783, 1599), strict=True))
"""The count of this script for the pages that commit 314441e builds."""
LEFT_OUT = (
    "h1, h2, h3, h4, table, pre, script, style, svg, summary, .cell_input, .headerlink, .cb-source, "
    ".cb-citing, .cb-banner, .cb-key, .cb-abstract, .cb-more-rows, .toctree-wrapper, .cb-not-on-record"
)
WORD = re.compile(r"[^\W_]+(?:['’.,/–-][^\W_]+)*")


def words(html: str) -> int:
    """Return the number of running words of a built page."""
    article = BeautifulSoup(html, "html.parser").find("article", class_="bd-article")
    assert article is not None, "no page of the book"
    for part in article.select(LEFT_OUT):
        part.decompose()
    for section in article.select("section"):
        if str(section.get("id", "")).startswith("what-else-is-on-record"):
            section.decompose()
    return len(WORD.findall(article.get_text(" ")))


def count(folder: Path) -> dict[str, int]:
    """Return the words of each of the nine chapters in a folder of pages."""
    return {name: words((folder / f"{name}.html").read_text("utf-8")) for name in NINE}


if __name__ == "__main__":
    *older, newer = map(Path, sys.argv[1:])
    before, after = count(older[0]) if older else BEFORE, count(newer)
    for name in NINE:
        print(f"{name:15}{before[name]:7}{after[name]:7}{after[name] / before[name]:7.0%}")
    whole = [sum(part.values()) for part in (before, after)]
    print(f"{'all':15}{whole[0]:7}{whole[1]:7}{whole[1] / whole[0]:7.0%}")
