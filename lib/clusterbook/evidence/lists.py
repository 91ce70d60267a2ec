"""The compendium's own lists in `data/` that no cluster changes: rules, frameworks, terms."""

from __future__ import annotations

from functools import cache

import pandas as pd

from .package import columns
from .problems import EvidenceError, Problem
from .root import book_root


@cache
def _read(path: str) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def read_list(name: str) -> pd.DataFrame:
    """Return a list as text, "codes" or "literature/works" for one in a folder.

    Raises `EvidenceError` for a missing file or column.
    """
    path = book_root() / "data" / f"{name}.csv"
    if not path.is_file():
        raise EvidenceError([Problem(f"{name}.csv", None, "", "is missing", "restore the file")])
    table = _read(str(path))
    wanted = columns(path.stem)
    lost = [column for column in wanted if column not in table]
    if lost:
        right = f"write the header {','.join(wanted)}"
        raise EvidenceError([Problem(path.name, 1, lost[0], "the column is missing", right)])
    return table.copy()
