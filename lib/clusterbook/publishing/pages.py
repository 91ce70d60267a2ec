"""What every page gets: no foreign script, accessible names, its cluster's banner and chapters."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from markupsafe import Markup

from clusterbook.evidence.case import facts_of
from clusterbook.evidence.gap import told_once
from clusterbook.evidence.settings import read_edition
from clusterbook.evidence.toc import Line

from . import head
from .chapters import place
from .citation import cite, people, read_citation
from .long_ledger import chapter_of

_TOGGLE = re.compile(r'<summary aria-label="Toggle hidden content">')
_LIST_ROLE = re.compile(r'(<div class="citation-list"[^>]*) role="list"')


def is_foreign(script: Any) -> bool:
    """Return whether a script comes from another host or belongs to thebe, which is not used."""
    name = str(getattr(script, "filename", "") or "")
    body = str(getattr(script, "attributes", {}).get("body", ""))
    return name.startswith(("http:", "https:", "//")) or "thebe" in name or "THEBE" in body


def mend_body(body: str) -> str:
    """Return a page's body with the accessible names that the theme gets wrong put right.

    A data gap that was told further up is told again in a line, without the rows that it wants.
    """
    body = _TOGGLE.sub("<summary>", body)
    return told_once(_LIST_ROLE.sub(r"\1", body))


@dataclass(frozen=True)
class Link:
    """An entry of the sidebar or the switcher; a caption has no address."""

    title: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class Book:
    """Where pages stand: the main cluster, the lines of `_toc.yml`, the pages that stand once.

    `cities` holds for a page about cities, as `_toc.yml` has it, that of each cluster's city.
    """

    main: str
    lines: Sequence[Line]
    once: Container[str]
    cities: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def cluster_of(self, page: str) -> str:
        """Return the cluster that a page is about, or "" for a page about none.

        For a city's it is the first that lies there: the page leads to that one's ledger.
        """
        if city := self._homes.get(page):
            return city
        page = chapter_of(page)
        parts = page.split("/")
        if len(parts) == 3 and parts[0] == "clusters":
            return parts[1]
        return self.main if page in self.chapters else ""

    @cached_property
    def _homes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for pages in self.cities.values():
            for cluster, page in pages.items():
                found.setdefault(page, cluster)
        return found

    @property
    def aside(self) -> set[str]:
        """The pages of other cities: they stand on no way from page to page."""
        return self._homes.keys() - {line.page for line in self.lines}

    def subject(self, page: str) -> tuple[str, str, tuple[str, ...]]:
        """Return the name, the local name and the place of what a page is about; "" for nothing."""
        cluster = self.cluster_of(page)
        known = facts_of(cluster) if cluster else {}
        country = known.get("country", "")
        city = known.get("city", "")
        if page in self._homes:
            return city, "", (country,) if country != city else ()
        name = known.get("name", cluster)
        local = known.get("local_name", "")
        return name, local if local != name else "", (city, country)

    @property
    def chapters(self) -> list[str]:
        """The main cluster's pages of those chapters that every cluster has."""
        return [line.page for line in self.lines if line.page and line.page not in self.once]

    @cached_property
    def named(self) -> dict[str, str]:
        """The pages of the contents by the last part of their path, the first of each."""
        pages = (line.page for line in reversed(self.lines) if line.page)
        return {page.rpartition("/")[2]: page for page in pages}

    def page_of(self, page: str, cluster: str) -> str:
        """Return where a page of the contents stands for a cluster; "" for a city without one."""
        if page in self.cities:
            return self.cities[page].get(cluster or self.main, "")
        return page if page in self.once else place(page, cluster, self.main)


def the_book(config: Any) -> Book:
    """Return where the book's pages stand, from what Sphinx was configured with."""
    names = ("cluster", "lines", "once", "cities")
    return Book(*(getattr(config, f"clusterbook_{name}") for name in names))


def address(page: str, of: str) -> str:
    """Return the address of a page, by its path from the root, as a link on the page `of`."""
    return f"{posixpath.relpath(page, posixpath.dirname(of) or '.')}.html"


def banner(name: str, local: str, places: Iterable[str]) -> str:
    """Return the line above a page's title: which cluster or city, where."""
    local = f" <span>{escape(local)}</span>" if local else ""
    where = place_words(*places)
    return f'<p class="cb-banner"><strong>{escape(name)}</strong>{local} <span>{where}</span></p>'


def place_words(*places: str) -> str:
    """Return where something lies, escaped; a city that is its country stands once."""
    return ", ".join(escape(place) for place in dict.fromkeys(places) if place)


def sidebar(pagename: str, book: Book, titles: dict[str, Any]) -> list[Link]:
    """Return the links to a cluster's chapters and to the other pages, as `_toc.yml` has them.

    `titles` are those of the pages that there are. A caption with nothing below it is left out.
    """
    cluster = book.cluster_of(pagename)
    links: list[Link] = []
    for line in book.lines:
        page = book.page_of(line.page, cluster)
        if page in titles:
            title = line.title or titles[page].astext()
            links.append(Link(title, address(page, pagename), page == pagename))
        elif not line.page:
            links.append(Link(line.title or line.url, line.url))
    return [a for n, a in enumerate(links, 1) if a.url or (n < len(links) and links[n].url)]


MOST_SWITCHED = 60
"""Clusters that the switcher lists; a longer list is the gallery's, for pages must stay small."""


def clusters_in(documents: Iterable[str], book: Book) -> dict[str, str]:
    """Return the clusters that have pages, by slug, with their names; the main one first."""
    found = {book.cluster_of(document) for document in documents} - {"", book.main}
    named = {slug: facts_of(slug).get("name", slug) for slug in found}
    others = dict(sorted(named.items(), key=lambda pair: pair[1].casefold()))
    return {book.main: facts_of(book.main).get("name", book.main)} | others


def switcher(
    pagename: str, book: Book, clusters: dict[str, str], pages: Container[str]
) -> list[Link]:
    """Return the links to the same chapter of every cluster, or to its first page; relative.

    Empty where there is one cluster alone, and where there are more than a list can hold.
    """
    if not 1 < len(clusters) <= MOST_SWITCHED:
        return []
    here, stem = book.cluster_of(pagename), pagename.rpartition("/")[2]
    wanted = [page for page in book.chapters if page.rpartition("/")[2] == stem and here]
    links = []
    for slug, name in clusters.items():
        tried = (book.page_of(page, slug) for page in [*wanted, *book.chapters])
        page = next((page for page in tried if page in pages), "clusters")
        links.append(Link(name, address(page, pagename), slug == here))
    return links


_LINK = re.compile(r'<a\b[^>]*\bhref="([^"/?#]+)\.html[^"]*"[^>]*>(.*?)</a>', re.S)
_HREF = re.compile(r'href="(?:\?cluster=([a-z0-9-]+)/)?([^"/?#]+?)(\.html)?((?:[?#][^"]*)?)"')


def lead(body: str, pagename: str, book: Book, written: Container[str]) -> str:
    """Return a page's body with its links to chapters leading to where these stand.

    Cells write `ledger.html#…` as within one folder, and `?cluster=798/ledger#…` for a page about
    another cluster. A link to a page that this book does not have is words, or none. A page that
    stands once has one place for all clusters, and may itself stand in a folder of its own.
    """
    cluster, folder = book.cluster_of(pagename), posixpath.dirname(pagename)
    gone = {n for n, of in book.named.items() if book.page_of(of, cluster) not in written}
    if gone:
        body = _LINK.sub(lambda match: match[2 if match[1] in gone else 0], body)

    def led(match: re.Match[str]) -> str:
        other, name, ending, rest = match.groups(default="")
        of = book.named.get(name, "" if ending else name)
        page = book.page_of(of, other or cluster) if of else ""
        if other:
            return f'href="{address(page, pagename)}{rest}"' if page in written else ""
        if not (ending and page) or (posixpath.dirname(page) == folder and of not in book.cities):
            return match[0]
        return f'href="{address(page, pagename)}{rest}"'

    return _HREF.sub(led, body)


def colophon(context: dict[str, Any], pagename: str, book: Book, root: Path, site: str) -> None:
    """Give a page its edition, its people and, if it is a chapter, how to cite it."""
    said, edition = read_citation(root), read_edition(root)
    context["cb_edition"] = edition
    names = [f"{given} {family}".strip() for family, given in people(said)]
    context["cb_people"] = ", ".join(names)
    cluster, title = book.cluster_of(pagename), Markup(context.get("title", "")).striptags()
    name = book.subject(pagename)[0]
    context["cb_cite"] = None
    if cluster or any(line.page == pagename for line in book.lines):
        at = f"{site.rstrip('/')}/{pagename}.html" if site else ""
        key = "-".join(("clusterbook", *filter(None, [cluster]), pagename.rpartition("/")[2]))
        context["cb_cite"] = cite(said, edition, title, name, key, at)
    if context.get("body"):
        about = head.description(context["body"])
        named = f"{title}: {name}" if name else title
        book_title = Markup(context.get("docstitle", "")).striptags()
        tags = head.tags(named, book_title, about, pagename, site)
        context["metatags"] = f"{context.get('metatags', '')}\n{tags}"


def launch_where_it_works(
    buttons: list[dict[str, Any]], pagename: str, files: Mapping[str, Path]
) -> list[dict[str, Any]]:
    """Return a page's buttons; those that launch it lead to its file, or go where it has none.

    `files` are the files of the book's own pages. A page about another cluster is made from a
    chapter by a parameter: no file in the repository shows what it shows.
    """
    file = files.get(pagename)
    kept = [b for b in buttons if b.get("label") != "launch-buttons" or file]
    for button in (b for group in kept for b in group.get("buttons", [])):
        if file and "url" in button and button.get("type") == "link":
            button["url"] = re.sub(
                rf"(?<=/){re.escape(pagename)}\.(?:ipynb|md)$",
                pagename + file.suffix,
                button["url"],
            )
    return kept


def stays(link: str, pagename: str, book: Book) -> bool:
    """Return whether the way on from a page stays among those of its cluster, and there is one."""
    target = posixpath.join(posixpath.dirname(pagename), link.partition(".html")[0])
    own = {book.page_of(line.page, book.cluster_of(pagename)) for line in book.lines} - book.aside
    return pagename not in book.aside and posixpath.normpath(target) in own
