"""The sources that a page cites, as a BibTeX file beside it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from functools import cache
from html import unescape
from pathlib import Path

from clusterbook.evidence import Source, open_case
from clusterbook.evidence.case import compendium_sources
from clusterbook.evidence.sources import COMPILERS
from clusterbook.prose.ledger import all_rows

from .citation import bibtex
from .pages import Book
from .process import write_atomically

_CITED = re.compile(
    r'(?:id="|href="(?:(?:[^"]*?\bclusters/|\?cluster=)([a-z0-9-]+)/)?[^"#]*#)src-([^"]+)"'
)


def cited(body: str, cluster: str, main: str, used: Iterable[str]) -> list[Source]:
    """Return the sources that a page names or whose rows it uses, by key.

    `used` are anchors of rows of the page's `cluster` ("" for a page about none).
    """
    found: dict[str, Source] = {}
    common = compendium_sources()
    sources_of = cache(lambda place: open_case(place).all_sources)  # a page names many of a place
    for other, key in sorted(set(_CITED.findall(body))):
        places = dict.fromkeys(filter(None, (other, cluster, main)))
        known = [*map(sources_of, places), common]
        name = unescape(key)
        found |= next(({name: sources[name]} for sources in known if name in sources), {})
    if cluster:
        case = open_case(cluster)
        rows = all_rows(case)
        keys = rows.loc[rows["anchor"].isin(list(used)), "source"].unique()
        found = {key: case.all_sources[key] for key in keys if key in case.all_sources} | found
    return [found[key] for key in sorted(found) if key != COMPILERS]


def offer(body: str, page: str, book: Book, used: Iterable[str], outdir: Path) -> str:
    """Write a page's sources and return the line that offers them; "" for a page without any."""
    sources = cited(body, book.cluster_of(page), book.main, used)
    if not sources:
        return ""
    file = f"_downloads/{page.replace('/', '-')}.bib"
    (outdir / file).parent.mkdir(exist_ok=True)
    write_atomically(outdir / file, bibtex(sources).encode())
    to = posixpath.relpath(file, posixpath.dirname(page) or ".")
    link = f'<a href="{to}" download>The sources of this page in BibTeX ({len(sources)})</a>'
    return f'<p class="cb-muted"><span class="cb-files">{link}</span></p>'
