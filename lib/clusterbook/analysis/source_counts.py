"""How many rows each source gives, of which kind and grade, and how far one source carries."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from clusterbook.evidence import Source
from clusterbook.evidence.vocabulary import DIMENSION, SOURCE_KIND

COLUMNS = ("source", "label", "title", "year", "grade", "kind", "rows")


def by_source(rows: pd.DataFrame, sources: Mapping[str, Source]) -> pd.DataFrame:
    """Return one row per source of the rows: source, label, title, year, grade, kind, rows.

    `year` is a float, NaN for an undated source. Most rows first, then by label.
    """
    counts = rows["source"].value_counts()
    records = []
    for key, n in counts.items():
        source = sources[str(key)]
        year = float(source.year[:4]) if source.year[:4].isdigit() else float("nan")
        told = (key, source.label, source.title, year, source.grade, source.kind, int(n))
        records.append(told)
    table = pd.DataFrame(records, columns=list(COLUMNS))
    return table.sort_values(
        ["rows", "label", "source"], ascending=[False, True, True]
    ).reset_index(drop=True)


def by_kind(rows: pd.DataFrame, sources: Mapping[str, Source]) -> pd.DataFrame:
    """Return counts of rows: kinds of source in the index, dimensions in columns, in list order.

    Kinds and dimensions without a row are left out.
    """
    kinds = [sources[key].kind for key in rows["source"]]
    counts = pd.crosstab(pd.Series(kinds, index=rows.index, name="kind"), rows["dimension"])
    order = [*SOURCE_KIND, *sorted(set(counts.index) - set(SOURCE_KIND))]
    return counts.reindex(
        index=[kind for kind in order if kind in counts.index],
        columns=[name for name in DIMENSION if name in counts.columns],
    )


def grade_counts(table: pd.DataFrame) -> dict[str, int]:
    """Return the number of sources by grade, of the table that `by_source` returns."""
    return {str(grade): int(n) for grade, n in table["grade"].value_counts().sort_index().items()}


def largest_share(table: pd.DataFrame) -> float:
    """Return the share of all rows that the source with most rows gives, 0 to 1; 0 for none."""
    total = int(table["rows"].sum())
    return float(table["rows"].max() / total) if total else 0.0
