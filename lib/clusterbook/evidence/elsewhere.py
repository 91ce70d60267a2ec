"""One indicator in all the other clusters of the compendium, without opening them whole."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from .root import cluster_folder, cluster_slugs
from .sources import read_sources
from .tables import enrich, read_csv


def observed_elsewhere(indicator: str, cluster: str) -> pd.DataFrame:
    """Return what the other clusters observed of an indicator, with `cluster` and `cluster_name`.

    Rows about another place or the past (dimension context), targets and claims are left out.
    Only the tables of observations are read, and sources only where there is such a row, because
    opening every cluster costs more than a chapter has. Raises `EvidenceError` as `open_case` does.
    """
    parts = [
        _observed(cluster_folder(slug), indicator) for slug in cluster_slugs() if slug != cluster
    ]
    found = [part for part in parts if len(part)]
    return pd.concat(found, ignore_index=True) if found else parts[0] if parts else pd.DataFrame()


@cache
def _observed(folder: Path, indicator: str) -> pd.DataFrame:
    raw = read_csv(folder / "observations.csv", "observations")
    raw = raw[(raw["indicator"] == indicator) & (raw["dimension"] != "context")]
    if raw.empty:
        return raw.assign(status="", cluster="", cluster_name="")
    sources = read_sources(folder / "sources.bib", folder.name)
    if not set(raw["source"]) <= set(sources):  # a row that cites its city's or country's source
        from .case import open_case

        sources = open_case(folder.name).all_sources
    rows = enrich(raw, "observations", folder.name, sources)
    facts = read_csv(folder / "cluster.csv", "cluster")
    names = facts.loc[facts["field"] == "name", "value"]
    name = str(names.iloc[0]) if len(names) else folder.name
    observed = rows[rows["status"] == "observed"]
    return observed.assign(cluster=folder.name, cluster_name=name)
