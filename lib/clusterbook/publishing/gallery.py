"""The gallery of clusters: a small picture of each and how far its evidence reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

import pandas as pd

from clusterbook.analysis.tidy import latest, tidy
from clusterbook.evidence import Case, open_case
from clusterbook.evidence.dates import read_date
from clusterbook.evidence.vocabulary import DIMENSIONS
from clusterbook.prose.text import Text, grid

from .pages import place_words
from .templating import render

TABLES = ("observations", "events", "initiatives", "findings")

BAR = 92
"""Pixels of the longest bar in a card; bars are on a root scale so that few rows still show."""
TOP = 18.0
"""The root of about 320 rows, the most that a cluster of this size has."""


def gallery(
    clusters: Iterable[str], first: Callable[[str], str], city: Callable[[str], str]
) -> str:
    """Return the gallery as HTML: a card per cluster, leading to its first page and its city's."""
    cards = (card(open_case(cluster), first(cluster), city(cluster)) for cluster in clusters)
    return f'<ul class="cb-gallery">{"".join(cards)}</ul>'


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
        name = Text(f'<a href="{escape(page)}.html">{escape(case.name)}</a>')
        opened = read_date(case.fact("opened")).words if case.fact("opened") else "–"
        rows += [[name, opened, *told]] if page else []
    heads = ("data sheet", "open since", *KEY.values())
    caption = "Latest dated value by the best source, with its date and grade"
    return grid(heads, rows, caption).html if rows else ""


def card(case: Case, page: str, city: str = "") -> str:
    """Return one cluster's card: names, course, a picture of its coverage, counts.

    It leads to the pages given, its own and its city's, by their paths from the book's root without
    ending.
    """
    local, counts = case.fact("local_name"), coverage(case)
    widths = {d: min(1.0, n**0.5 / TOP) * BAR for d, n in counts.items()}
    return render(
        "card.html", name=case.name, local=local if local != case.name else "", page=page,
        city=city, where=place_words(case.fact("city"), case.fact("country")),
        trajectory=case.fact("trajectory"), counts=counts, widths=widths, bar=BAR,
        rows=sum(len(getattr(case, table)) for table in TABLES), sources=len(case.sources),
    )  # fmt: skip


def coverage(case: Case) -> dict[str, int]:
    """Return the number of rows of a cluster by judged dimension."""
    every = pd.concat([getattr(case, table)["dimension"] for table in TABLES])
    counts = every.value_counts()
    return {dimension: int(counts.get(dimension, 0)) for dimension in DIMENSIONS}
