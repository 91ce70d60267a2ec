"""Coded claims as grounded theory reads them: codes, categories, a core category, saturation.

Codes are gathered into categories and categories around a core (Strauss and Corbin 1998). A core
category is a choice of the analyst; the rows can only propose the one that most sources speak of.
Saturation: how much each further source still adds (Guest, Bunce and Johnson 2006).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from clusterbook.evidence.sources import Source


def categories(findings: pd.DataFrame) -> pd.DataFrame:
    """Return a row per category, the one that most sources speak of first.

    Columns in: `category`, `code`, `source`, `dimension`, `valence`. Columns out: `category`,
    `claims`, `codes`, `sources`, `dimensions` (numbers of distinct ones), `sustains`, `strains`.
    """
    asked = ("category", "code", "source", "dimension", "valence")
    claims: dict[str, list[tuple[str, ...]]] = {}
    for name, *said in zip(*(findings[column] for column in asked), strict=True):
        claims.setdefault(name, []).append(tuple(said))
    rows: list[tuple[Any, ...]] = []
    for name, part in claims.items():
        codes, sources, dimensions, valences = zip(*part, strict=True)
        distinct = (len(set(cells)) for cells in (codes, sources, dimensions))
        sides = (valences.count("sustains"), valences.count("strains"))
        rows.append((name, len(part), *distinct, *sides))
    rows.sort(key=lambda row: (-row[3], -row[1], row[0]))
    columns = ["category", "claims", "codes", "sources", "dimensions", "sustains", "strains"]
    return pd.DataFrame(rows, columns=columns)


def core_category(table: pd.DataFrame) -> str:
    """Return the category that more sources speak of than of any other, or "" where none leads.

    `table` is that of `categories`. Of categories with equally many sources the one with more
    claims leads; a tie in both, or a category of one source alone, proposes nothing.
    """
    if table.empty or int(table["sources"].iloc[0]) < 2:
        return ""
    first = table.iloc[0]
    if len(table) > 1:
        second = table.iloc[1]
        if (first["sources"], first["claims"]) == (second["sources"], second["claims"]):
            return ""
    return str(first["category"])


def saturation(findings: pd.DataFrame, sources: Mapping[str, Source]) -> pd.DataFrame:
    """Return what each source adds, sources in order of publication, undated ones last.

    Columns out: `source`, `label`, `grade`, `year` ("" where undated), `claims`, `new_codes`,
    `codes` (so far), `new_categories`, `categories` (so far).
    """
    asked = ("source", "label", "grade", "code", "category")
    claims: dict[str, list[tuple[str, ...]]] = {}
    for key, *said in zip(*(findings[column] for column in asked), strict=True):
        claims.setdefault(key, []).append(tuple(said))
    keys = list(claims)
    year = {key: sources[key].year if key in sources else "" for key in keys}
    keys.sort(key=lambda key: (not year[key], year[key], key))
    codes: set[str] = set()
    found: set[str] = set()
    rows = []
    for key in keys:
        labels, grades, its_codes, its_categories = zip(*claims[key], strict=True)
        new_codes, new_categories = set(its_codes) - codes, set(its_categories) - found
        codes |= new_codes
        found |= new_categories
        rows.append(
            (key, labels[0], grades[0], year[key], len(labels), len(new_codes), len(codes),
             len(new_categories), len(found))
        )  # fmt: skip
    columns = [
        "source", "label", "grade", "year", "claims", "new_codes", "codes", "new_categories",
        "categories",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True)
class Reading:
    """How a saturation table reads: sources, codes, categories, and how it ends.

    `quiet` is the number of last sources that brought no new category; `one_code_a_claim` says
    that no code occurs twice, so that codes cannot saturate whatever is read.
    """

    sources: int
    codes: int
    categories: int
    quiet: int
    one_code_a_claim: bool


def read_saturation(table: pd.DataFrame) -> Reading:
    """Return how the curve of `saturation` ends."""
    quiet = 0
    for new in reversed(table["new_categories"].tolist()):
        if new:
            break
        quiet += 1
    codes = int(table["codes"].iloc[-1]) if len(table) else 0
    groups = int(table["categories"].iloc[-1]) if len(table) else 0
    return Reading(len(table), codes, groups, quiet, codes == int(table["claims"].sum()))
