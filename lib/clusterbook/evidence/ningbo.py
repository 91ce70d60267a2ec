"""The three parks of the Ningbo study, read from their own evidence without opening it whole."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from .comparison import compares
from .root import book_root
from .sources import read_sources
from .tables import enrich, read_csv

PARKS = ("ningbo-1956", "hefeng", "qiyun-86")
"""The parks that Wang and Ma (2018) compare, in their order."""

STUDY = "wangma2018"
"""The key of the study."""


@compares
def park_facts() -> dict[str, pd.DataFrame] | None:
    """Return the facts of each park as enriched rows, or None where a park's folder is missing.

    Raises `EvidenceError` as `open_case` does.
    """
    folders = [book_root() / "data" / "clusters" / slug for slug in PARKS]
    files = [folder / "cluster.csv" for folder in folders]
    if not all(file.is_file() for file in files):
        return None
    return {f.name: _facts(f, (f / "cluster.csv").stat().st_mtime_ns) for f in folders}


@cache
def _facts(folder: Path, _stamp: int) -> pd.DataFrame:
    raw = read_csv(folder / "cluster.csv", "cluster")
    sources = read_sources(folder / "sources.bib", folder.name)
    if not set(raw["source"]) <= set(sources):
        from .case import open_case

        sources = open_case(folder.name).all_sources
    return enrich(raw, "cluster", folder.name, sources).set_index("field", drop=False)
