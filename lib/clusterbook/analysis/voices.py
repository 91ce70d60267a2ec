"""Who says what: independent voices on one quantity, and whether they agree.

A source and the text that it cites count as one voice: where a row's `via` names the text of
another row's source, both are the same voice as long as they give the same value. Where the values
differ both are shown.
"""

from __future__ import annotations

import pandas as pd

from clusterbook.evidence.sources import Source, cited_key


def voices(rows: pd.DataFrame, sources: dict[str, Source]) -> pd.DataFrame:
    """Return the rows with `voice` (one number per independent voice) and `cites` (a key or "").

    Rows of one source are one voice; a row that cites another row's source for the same value and
    qualifier-free number joins that voice.
    """
    out = rows.copy()
    cites = [cited_key(via, sources) if via else "" for via in out["via"]]
    values = list(zip(*(out[name].tolist() for name in ("source", "low", "high")), strict=True))
    said = set(values)
    roots = [
        cited if cited and (cited, low, high) in said else source
        for cited, (source, low, high) in zip(cites, values, strict=True)
    ]
    order = {name: number for number, name in enumerate(dict.fromkeys(roots))}
    out["cites"] = cites
    out["voice"] = pd.Series([order[name] for name in roots], index=out.index, dtype=int)
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
