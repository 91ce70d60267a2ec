"""Optional tables of a city: levels of building protection, and definitions of its series."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from .case import Case, per_case
from .root import context_folder
from .sheets import read_csv
from .tables import enrich


@per_case
def protection(case: Case) -> pd.DataFrame:
    """Return the city's levels of building protection, one a row; empty where there are none."""
    return _table(case, "protection")


@per_case
def definitions(case: Case) -> pd.DataFrame:
    """Return what the city's figures count, by indicator, segment and span; empty without any."""
    return _table(case, "definitions")


def _table(case: Case, table: str) -> pd.DataFrame:
    folder = context_folder(case.fact("city")) or Path("no-such-folder")
    return enrich(read_csv(folder / f"{table}.csv", table), table, folder.name, case.all_sources)
