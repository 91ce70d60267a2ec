"""Lists of the evidence as text: the compendium's own in `data/`, which no cluster changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pandas as pd

from .problems import EvidenceError, Problem
from .root import book_root, stamp
from .sheets import read_table


def read_rows(path: Path, table: str) -> pd.DataFrame:
    """Return a table as text; the index is the row as a spreadsheet numbers it.

    Raises `EvidenceError` for a file whose form is wrong; an absent one is empty.
    """
    return _read(path, table, stamp(path)).copy(deep=False)


@lru_cache(maxsize=64)  # every chapter of every cluster reads the same lists
def _read(path: Path, table: str, _stamp: tuple[int, int]) -> pd.DataFrame:
    return read_table(path, table)


def read_list(name: str) -> pd.DataFrame:
    """Return a list of the compendium, "codes" or "literature/works" for one in a folder.

    Raises `EvidenceError` for a missing file or column.
    """
    path = book_root() / "data" / f"{name}.csv"
    if not path.is_file():
        raise EvidenceError([Problem(f"{name}.csv", None, "", "is missing", "restore the file")])
    return read_rows(path, path.stem).reset_index(drop=True)
