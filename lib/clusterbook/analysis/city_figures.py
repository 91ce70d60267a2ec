"""A city's own series, such as creative clusters and value added, each row with what it counts."""

from __future__ import annotations

import pandas as pd

from clusterbook.evidence import Case
from clusterbook.evidence.case import per_case
from clusterbook.evidence.context_tables import definitions
from clusterbook.evidence.parameters import within

from . import series
from .definitions import defined

CLUSTERS = "creative_clusters"


@per_case
def city_rows(case: Case, indicator: str, start: int | None, end: int | None) -> pd.DataFrame:
    """Return the city's observed rows of an indicator in its main unit, with `definition`.

    Rows about another place are left out, and, where years are asked for, rows outside them.
    """
    if case.city is None:
        return case.observations.iloc[:0].assign(definition="", stated=False)
    rows = series.inside(case.city.series(indicator))
    rows = within(rows, start, end)
    kept = series.in_unit(rows, whole_year_unit(rows))[0] if len(rows) else rows
    return defined(kept, definitions(case))


def whole_year_unit(rows: pd.DataFrame) -> str:
    """Return the unit of most rows; of two as frequent, that of whole years."""
    counts = rows["unit"].value_counts()
    return str(max(counts.index, key=lambda unit: (counts[unit], unit.endswith("/year"), unit)))
