"""Definitions: which figures of a series count the same thing, and where the counting changed.

A line between two figures says that they measure one thing. So figures are joined only where a
source says that they do (a row of `definitions.csv`), or, for an indicator without such rows, where
they stand under one named segment, since the segment tells narrower definitions apart.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from clusterbook.evidence.plain import entries


def defined(rows: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with `definition`, the name of what they count, and `stated`.

    Columns in: indicator, segment, segment_words, start, end; `definitions` has indicator, segment,
    start, end and `definition`. A row falls under a definition of its indicator and segment whose
    dates hold its own: then `stated` is true. For an indicator without definitions the segment is
    the name; "" is nothing known.
    """
    told: dict[str, list[Any]] = {}
    for known in entries(definitions):
        told.setdefault(str(known.indicator), []).append(known)
    names = []
    columns = (rows[c] for c in ("indicator", "segment", "segment_words", "start", "end"))
    for indicator, segment, words, start, end in zip(*columns, strict=True):
        if indicator not in told:
            names.append(words)
            continue
        fits = (k.definition for k in told[indicator]
                if k.segment == segment and k.start <= start and k.end >= end)  # fmt: skip
        names.append(next(fits, ""))
    named = pd.Series(names, index=rows.index, dtype=object)
    return rows.assign(definition=named, stated=(named != "") & rows["indicator"].isin(list(told)))
