"""A ledger of very many rows: its pages, made from the evidence, and links that lead to them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Container, Iterator, Mapping
from functools import cache
from typing import Any

from clusterbook.evidence import open_case
from clusterbook.prose import ledger

INDEX = 'id="cb-ledger-index"'
"""What stands in the chapter of a ledger that has several pages."""
_PAGE = re.compile(r"(.*\bledger)-\d+")
_ROW = re.compile(r'(?<=")((?:[\w.-]{1,99}/){0,9}ledger)\.html(\?[^"#]*)?#([\w-]+)')


def chapter_of(page: str) -> str:
    """Return the page of the chapter of which a page is one of several; any other page itself."""
    found = _PAGE.fullmatch(page)
    return found[1] if found else page


def made(
    long: Container[str], titles: Mapping[str, Any], cluster_of: Callable[[str], str]
) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the further pages of the ledgers in `long`: place, what stands there, template."""
    for page in sorted(page for page in titles if page in long):
        case = open_case(cluster_of(page))
        for number in range(1, len(ledger.parts(case)) + 1):
            title = f"{titles[page].astext()}, page {number}"
            context = {"title": title, "body": f"<h1>{title}</h1>{ledger.page(case, number)}"}
            yield f"{page}-{number}", context, "page.html"


def lead(body: str, pagename: str, long: Container[str], cluster_of: Callable[[str], str]) -> str:
    """Return a page's body in which links to rows lead to the page of a long ledger they are on.

    Where rows of one number stand on several pages, the link says so (`also`) for the script.
    """

    @cache  # a page has thousands of links, and a case is opened anew each time
    def places_in(page: str) -> dict[str, int]:
        return ledger.places(open_case(cluster_of(page)))

    def led(match: re.Match[str]) -> str:
        path, query, anchor = match.group(1), match.group(2) or "", match.group(3)
        page = posixpath.normpath(posixpath.join(posixpath.dirname(pagename), path))
        if page not in long:
            return match.group(0)
        places = places_in(page)
        number = places.get(anchor)
        if number is None:
            return match.group(0)
        others = sorted({places[row] for row in re.split("[=,]", query) if row in places})
        also = f"&amp;also={','.join(map(str, others))}" if len(others) > 1 else ""
        return f"{path}-{number}.html{query}{also}#{anchor}"

    return _ROW.sub(led, body)
