"""The compendium's own lists in `data/` that no cluster changes: rules, frameworks, terms."""

from __future__ import annotations

from functools import cache

import pandas as pd

from .problems import EvidenceError, Problem
from .root import book_root

LIST_COLUMNS = {
    "codes": ("code", "value", "meaning", "rule"),
    "second_coding": (
        "cluster", "id", "dimension", "scope", "valence", "actor", "kind", "confident", "remark",
        "earlier",
    ),
    "culture_2030": ("number", "name", "theme"),
    "culture_2030_links": ("number", "relation", "table", "where", "why"),
    "glossary": ("term", "chinese", "pinyin", "meaning", "group"),
}  # fmt: skip


@cache
def _read(path: str) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def read_list(name: str) -> pd.DataFrame:
    """Return a list as text. Raises `EvidenceError` for a missing file or column."""
    path = book_root() / "data" / f"{name}.csv"
    if not path.is_file():
        raise EvidenceError([Problem(f"{name}.csv", None, "", "is missing", "restore the file")])
    table = _read(str(path))
    lost = [column for column in LIST_COLUMNS[name] if column not in table]
    if lost:
        right = f"write the header {','.join(LIST_COLUMNS[name])}"
        raise EvidenceError([Problem(path.name, 1, lost[0], "the column is missing", right)])
    return table.copy()
