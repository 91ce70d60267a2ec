"""Optional tables of a city: levels of building protection, and definitions of its series."""

from __future__ import annotations

import pandas as pd

from .case import Case, per_case
from .problems import EvidenceError, Problem
from .root import context_folder
from .tables import COLUMNS, enrich, read_csv

PARTS = ("facade", "structure", "plan", "interior")
"""The parts of a building that a level of protection speaks of."""
RULES = ("stays", "part_stays", "may_change", "")
"""What a rule says of a part; empty where the source does not name the part."""


@per_case
def protection(case: Case) -> pd.DataFrame:
    """Return the city's levels of building protection, one a row; empty where there are none.

    Raises `EvidenceError` for a cell outside `RULES`.
    """
    rows = _table(case, "protection")
    problems = [
        Problem("protection.csv", row["row"], part, f"{row[part]!r} is not in the list",
                f"write one of {', '.join(RULES[:-1])}, or nothing")
        for _, row in rows.iterrows()
        for part in PARTS
        if row[part] not in RULES
    ]  # fmt: skip
    if problems:
        raise EvidenceError(problems)
    return rows


@per_case
def definitions(case: Case) -> pd.DataFrame:
    """Return what the city's figures count, by indicator, segment and span; empty without any."""
    return _table(case, "definitions")


def _table(case: Case, table: str) -> pd.DataFrame:
    folder = context_folder(case.fact("city")) if case.fact("city") else None
    if folder is None:
        extra = ["row", "start", "end", "when", "date_words", "grade", "label", "cite", "anchor"]
        return pd.DataFrame(columns=[*COLUMNS[table], *extra])
    return enrich(read_csv(folder / f"{table}.csv", table), table, folder.name, case.all_sources)
