"""What spreads from a cluster: sites under its brand or its owner, as the record has them."""

from __future__ import annotations

import re

import pandas as pd

from . import series
from .events import once

BEYOND = "sites beyond the cluster under its brand or its owner"
"""What is looked for here, in the words of the data gap."""


def brand_counts(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the observed counts of sites under the brand or the owner (indicator brand_sites).

    Gains `holder`: "owner" where the segment's first word is owner, else "cluster".
    """
    rows = observations[
        (observations["indicator"] == "brand_sites") & (observations["status"] == "observed")
    ].copy()
    owned = rows["segment"].str.split("_").str[0] == "owner"
    rows["holder"] = ["owner" if own else "cluster" for own in owned]
    return rows


def openings(events: pd.DataFrame) -> pd.DataFrame:
    """Return the expansions beyond the cluster (kind expansion, scope external), by date."""
    rows = once(events)
    rows = series.inside(rows[(rows["kind"] == "expansion") & (rows["scope"] == "external")])
    return pd.concat([series.dated(rows), series.undated(rows)])


def figures_of(title: str, observations: pd.DataFrame, slug: str) -> pd.DataFrame:
    """Return the observations of another place whose segment names it with words of the title.

    A segment such as m50_qilianshan_road fits a title that has both "Qilianshan" and "Road".
    Only rows of dimension context (another place) are taken, by date.
    """
    said = set(_words(title))
    rows = observations[observations["dimension"] == "context"]
    fits = []
    for segment in rows["segment"]:
        own = [w for w in _words(segment) if w not in _words(slug)]
        fits.append(len(own) >= 2 and set(own) <= said)
    return series.dated(rows[fits])


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())
