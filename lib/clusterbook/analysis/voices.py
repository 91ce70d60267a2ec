"""Who says what: independent voices on one quantity, and whether they agree.

A source and the text that it cites count as one voice: where a row's `via` names the text of
another row's source, both are the same voice as long as they give the same value. Where the values
differ one of them misquotes, and both are shown.
"""

from __future__ import annotations

import re

import pandas as pd

from clusterbook.evidence.plain import by_index
from clusterbook.evidence.sources import Source


def _words(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def cited_key(via: str, sources: dict[str, Source]) -> str:
    """Return the key of the source that a `via` such as "The Paper 2023" names, or ""."""
    match = re.fullmatch(r"(.*?)\s+(\d{4})[a-z]?", via.strip())
    if not match:
        return ""
    name, year = _words(match.group(1)), match.group(2)
    for key, source in sources.items():
        if source.year == year and name in (_words(source.who), _words(source.publisher)):
            return key
    for key, source in sources.items():
        if source.year == year and _words(source.publisher).startswith(f"{name} "):
            return key
    return ""


def voices(rows: pd.DataFrame, sources: dict[str, Source]) -> pd.DataFrame:
    """Return the rows with `voice` (one number per independent voice) and `cites` (a key or "").

    Rows of one source are one voice; a row that cites another row's source for the same value and
    qualifier-free number joins that voice.
    """
    out = rows.copy()
    out["cites"] = [cited_key(via, sources) if via else "" for via in out["via"]]
    roots = {}
    told = by_index(out[["source", "cites", "low", "high"]])
    values = {(row["source"], row["low"], row["high"]) for row in told.values()}
    for label, row in told.items():
        joined = row["cites"] and (row["cites"], row["low"], row["high"]) in values
        roots[label] = row["cites"] if joined else row["source"]
    names = pd.Series(roots, dtype=object)
    order = {name: number for number, name in enumerate(dict.fromkeys(names))}
    out["voice"] = names.map(order).astype(int) if len(out) else pd.Series(dtype=int)
    return out


def distinct_values(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per distinct value (low, high), best grade first, in order of value."""
    if len(rows) < 2:
        return rows
    ranked = rows.sort_values(["low", "high", "grade", "row"], kind="stable")
    return ranked.drop_duplicates(["low", "high"])


def disagree(rows: pd.DataFrame) -> bool:
    """Return whether rows on one date give values whose ranges do not even touch."""
    return len(rows) > 1 and bool(rows["low"].max() > rows["high"].min())
