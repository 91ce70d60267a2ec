"""The three parks of the Ningbo study, read from their own evidence without opening it whole."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from .comparison import compares
from .dates import read_date
from .root import book_root
from .sourced import afar
from .sources import read_sources
from .tables import enrich, read_csv

PARKS = ("ningbo-1956", "hefeng", "qiyun-86")
"""The parks that Wang and Ma (2018) compare, in their order."""

STUDY = "wangma2018"
"""The key of the study."""

JUDGED = "park_well_developed"
"""The indicator of its judgement: 1 for a well developed park, 0 for a poorly developed one."""

COLUMNS = (
    "park field value date_words source locator note anchor place href grade label cite".split()
)


@compares
def ningbo_parks() -> pd.DataFrame:
    """Return the facts of the three parks, and the study's judgement, with their sources.

    Columns: `park` (its name), `field`, `value` (in words, dates too), `date_words` and those of a
    row; the field of the judgement is "judgement". A park whose folder is missing has no row.
    Raises `EvidenceError` as `open_case` does.
    """
    folders = [book_root() / "data" / "clusters" / slug for slug in PARKS]
    there = [folder for folder in folders if (folder / "cluster.csv").is_file()]
    stamps = [
        [(folder / f"{name}.csv").stat().st_mtime_ns for name in ("cluster", "observations")]
        for folder in there
    ]
    parts = [_park(folder, *at) for folder, at in zip(there, stamps, strict=True)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


@cache
def _park(folder: Path, *_stamps: int) -> pd.DataFrame:
    facts = read_csv(folder / "cluster.csv", "cluster")
    said = read_csv(folder / "observations.csv", "observations")
    said = said[(said["indicator"] == JUDGED) & (said["source"] == STUDY)].reset_index(drop=True)
    sources = read_sources(folder / "sources.bib", folder.name)
    if not {*facts["source"], *said["source"]} <= set(sources):
        from .case import open_case

        sources = open_case(folder.name).all_sources
    rows = enrich(facts, "cluster", folder.name, sources)
    judged = enrich(said, "observations", folder.name, sources)
    words = {1.0: "well developed", 0.0: "poorly developed"}
    judged = judged.assign(field="judgement", value=judged["low"].map(words))
    name = rows.loc[rows["field"] == "name", "value"]
    both = afar(pd.concat([rows, judged])).fillna({"date_words": "", "note": ""})
    dated = both["field"].isin(["built", "opened"])
    value = both["value"].mask(
        dated, both.loc[dated, "value"].map(lambda date: read_date(date).words)
    )
    value = value.where(both["field"] == "name", value.str.replace("_", " "))
    named = both.assign(value=value, park=str(name.iloc[0]) if len(name) else folder.name)
    return named[COLUMNS].reset_index(drop=True)
