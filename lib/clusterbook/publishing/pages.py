"""What every page gets: no foreign script, accessible names, its cluster's banner and chapters."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import Any

from clusterbook.evidence.edition import read_edition
from clusterbook.evidence.root import cluster_folder
from clusterbook.evidence.tables import read_csv
from clusterbook.prose.gap import told_once

from . import head
from .citation import cite, people, read_citation
from .stage import Place

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
    """An entry of the sidebar."""

    title: str
    url: str
    current: bool


def cluster_of(pagename: str, main: str) -> str:
    """Return the cluster that a page is about, or "" for a page about none."""
    parts = pagename.split("/")
    if len(parts) == 2 and parts[0] == "chapters":
        return main
    return parts[1] if len(parts) == 3 and parts[0] == "clusters" else ""


@cache
def facts(cluster: str) -> dict[str, str]:
    """Return a cluster's attributes."""
    table = read_csv(cluster_folder(cluster) / "cluster.csv", "cluster")
    return dict(zip(table["field"], table["value"], strict=True))


def banner(cluster: str) -> str:
    """Return the line above a page's title: which cluster, where."""
    known = facts(cluster)
    name, local = known.get("name", cluster), known.get("local_name", "")
    local = f" <span>{escape(local)}</span>" if local and local != name else ""
    place = place_words(known.get("city", ""), known.get("country", ""))
    return f'<p class="cb-banner"><strong>{escape(name)}</strong>{local} <span>{place}</span></p>'


def place_words(city: str, country: str) -> str:
    """Return where a cluster stands, escaped; a city that is its country stands once."""
    return ", ".join(escape(place) for place in dict.fromkeys((city, country)) if place)


def sidebar(pagename: str, cluster: str, titles: dict[str, Any], order: list[str]) -> list[Link]:
    """Return the links to a cluster's chapters, in the book's order; relative to the page."""
    folder = pagename.rpartition("/")[0]
    links = []
    for name in order:
        page = f"{folder}/{name}"
        if page in titles:
            links.append(Link(titles[page].astext(), f"{name}.html", page == pagename))
    return links


MOST_SWITCHED = 60
"""Clusters that the switcher lists; a longer list is the gallery's, for pages must stay small."""


def clusters_in(documents: Iterable[str], main: str) -> dict[str, str]:
    """Return the clusters that have pages, by slug, with their names; the main one first."""
    found = {cluster_of(document, main) for document in documents} - {"", main}
    named = {slug: facts(slug).get("name", slug) for slug in found}
    others = dict(sorted(named.items(), key=lambda pair: pair[1].casefold()))
    return {main: facts(main).get("name", main)} | others


def switcher(
    pagename: str, main: str, clusters: dict[str, str], pages: Container[str]
) -> list[Link]:
    """Return the links to the same chapter of every cluster, or to its overview; relative.

    Empty where there is one cluster alone, and where there are more than a list can hold.
    """
    if not 1 < len(clusters) <= MOST_SWITCHED:
        return []
    here, chapter = cluster_of(pagename, main), pagename.rpartition("/")[2]
    up = "../" * pagename.count("/")
    links = []
    for slug, name in clusters.items():
        folder = Place(slug, main).folder
        page = f"{folder}/{chapter}"
        page = page if page in pages else f"{folder}/overview"
        links.append(Link(name, f"{up}{page}.html", slug == here))
    return links


def colophon(context: dict[str, Any], pagename: str, main: str, root: Path, address: str) -> None:
    """Give a page its edition, its people and, if it is a chapter, how to cite it."""
    said, edition = read_citation(root), read_edition(root)
    context["cb_edition"] = edition
    names = [f"{given} {family}".strip() for family, given in people(said)]
    context["cb_people"] = ", ".join(names)
    cluster, title = cluster_of(pagename, main), strip_tags(str(context.get("title", "")))
    context["cb_cite"] = None
    if cluster:
        chapter = pagename.rpartition("/")[2]
        at = f"{address.rstrip('/')}/{pagename}.html" if address else ""
        name = facts(cluster).get("name", cluster)
        key = f"clusterbook-{cluster}-{chapter}"
        context["cb_cite"] = cite(said, edition, title, name, key, at)
    if context.get("body"):
        about = head.description(context["body"])
        site = strip_tags(str(context.get("docstitle", "")))
        named = f"{title}: {facts(cluster).get('name', cluster)}" if cluster else title
        tags = head.tags(named, site, about, pagename, address)
        context["metatags"] = f"{context.get('metatags', '')}\n{tags}"


def strip_tags(text: str) -> str:
    """Return HTML as plain text."""
    return unescape(re.sub(r"<[^>]+>", "", text))


def mend_context(context: dict[str, Any], pagename: str, main: str) -> None:
    """Drop foreign scripts from a page, mend its body, put its cluster's banner above it."""
    context["script_files"] = [s for s in context.get("script_files", []) if not is_foreign(s)]
    if not context.get("body"):
        return
    context["body"] = mend_body(context["body"])
    cluster = cluster_of(pagename, main)
    if cluster:
        context["body"] = banner(cluster) + context["body"]
        folder = pagename.rpartition("/")[0]
        for side in ("prev", "next"):  # the way on does not lead into another cluster
            link = context.get(side)
            if link and "/" in str(link.get("link", "")):
                context[side] = None
        context["cb_folder"] = folder
