"""The gallery of clusters: a small picture of each and how far its evidence reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

import pandas as pd

from clusterbook.analysis.tidy import latest, tidy
from clusterbook.evidence import Case, open_case
from clusterbook.evidence.dates import read_date
from clusterbook.evidence.vocabulary import DIMENSIONS
from clusterbook.prose.sentence import Html, table

from .pages import place_words

TABLES = ("observations", "events", "initiatives", "findings")


def gallery(
    clusters: Iterable[str], first: Callable[[str], str], city: Callable[[str], str]
) -> str:
    """Return the gallery as HTML: a card per cluster, leading to its first page and its city's."""
    cards = "".join(card(open_case(cl), first(cl), city(cl)) for cl in clusters)
    return f'<ul class="cb-gallery">{cards}</ul>'


KEY = {"site_area": "site area", "floor_area": "floor area", "tenants": "tenants",
       "visitors": "visitors a year"}  # fmt: skip
"""Indicators that stand side by side, and their heads."""


def sheets(clusters: Iterable[str], sheet: Callable[[str], str]) -> str:
    """Return the key figures of clusters side by side, as HTML; each name leads to its data sheet.

    `sheet` gives its path from the book's root without ending, "" where it is not in the book.
    """
    rows = []
    for case, page in ((open_case(cluster), sheet(cluster)) for cluster in clusters):
        found = [latest(tidy(case, indicator, segment="")) for indicator in KEY]
        told = [f"{q.amount}, {q.date} ({q.rows[0]['grade']})" if q else "–" for q in found]
        name = Html(f'<a href="{escape(page)}.html">{escape(case.name)}</a>')
        opened = read_date(case.fact("opened")).words if case.fact("opened") else "–"
        rows += [[name, opened, *told]] if page else []
    heads = ("data sheet", "open since", *KEY.values())
    caption = "Latest dated value by the best source, with its date and grade"
    return table(heads, rows, caption).html if rows else ""


def card(case: Case, page: str, city: str = "") -> str:
    """Return one cluster's card: names, course, a picture of its coverage, counts.

    It leads to the pages given, its own and its city's, by their paths from the book's root without
    ending.
    """
    local = case.fact("local_name")
    local = "" if local == case.name else local
    second = f' <span class="cb-muted">{escape(local)}</span>' if local else ""
    trajectory = escape(case.fact("trajectory"))
    course = "course not judged"
    if trajectory:
        course = f'<span class="cb-ink-{trajectory}">{trajectory}</span>'
    where = place_words(case.fact("city"), case.fact("country"))
    where = f'<a href="{escape(city)}.html">{where}</a>' if city else where
    counts = coverage(case)
    rows = sum(len(getattr(case, table)) for table in TABLES)
    said = ", ".join(f"{dimension} {n}" for dimension, n in counts.items())
    return (
        f'<li><a href="{escape(page)}.html">'
        f"{escape(case.name)}</a>{second}"
        f'<br><span class="cb-muted">{where} · '
        f"</span>{course}{bars(counts, f'Rows by dimension: {said}')}"
        f'<span class="cb-muted">{rows} rows, {len(case.sources)} sources</span></li>'
    )


def coverage(case: Case) -> dict[str, int]:
    """Return the number of rows of a cluster by judged dimension."""
    every = pd.concat([getattr(case, table)["dimension"] for table in TABLES])
    counts = every.value_counts()
    return {dimension: int(counts.get(dimension, 0)) for dimension in DIMENSIONS}


def bars(counts: dict[str, int], label: str) -> str:
    """Return a small picture: a bar per dimension, on a root scale so that few rows still show."""
    top = 18.0  # the root of about 320 rows, the most that a cluster of this size has
    parts = []
    for place, (dimension, n) in enumerate(counts.items()):
        width = min(1.0, (n**0.5) / top) * _BAR
        y = place * 15
        parts.append(
            f'<text x="0" y="{y + 9}">{dimension}</text>'
            f'<rect x="{_WORDS}" y="{y + 1}" width="{_BAR}" height="8" fill="var(--cb-band)"/>'
            f'<rect x="{_WORDS}" y="{y + 1}" width="{width:.1f}" height="8" '
            f'fill="var(--cb-{dimension})"/>'
            f'<text x="{_WORDS + _BAR + 6}" y="{y + 9}">{n or "none"}</text>'
        )
    return (
        f'<svg viewBox="0 0 208 {15 * len(counts)}" width="208" height="{15 * len(counts)}" '
        f'role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


_WORDS, _BAR = 84, 92
"""Pixels that the names of dimensions and the longest bar take."""
