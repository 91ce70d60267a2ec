"""What all the other clusters say of one indicator, or of a name, without opening them whole."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd

from .comparison import compares
from .plain import Row, records
from .problems import told_of
from .root import cluster_folder, cluster_slugs
from .sourced import afar
from .sources import Source, read_sources
from .tables import enrich, read_csv


@compares
def observed_elsewhere(indicator: str, cluster: str) -> pd.DataFrame:
    """Return what the other clusters observed of an indicator, with `cluster` and `cluster_name`.

    They lead to the ledgers of their own clusters.

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
    with told_of(folder.name):
        raw = read_csv(folder / "observations.csv", "observations")
        kept = (raw["indicator"] == indicator) & (raw["dimension"] != "context")
        raw = raw[kept].reset_index(drop=True)
        if raw.empty:
            return raw.assign(status="", cluster="", cluster_name="")
        rows = enrich(raw, "observations", folder.name, _sources(folder, raw))
        observed = rows[rows["status"] == "observed"]
        return afar(observed).assign(cluster=folder.name, cluster_name=_name(folder))


@cache  # all of them, for a table of three rows takes as long as one of thirty
def _events(folder: Path) -> pd.DataFrame:
    with told_of(folder.name):
        raw = read_csv(folder / "events.csv", "events")
        rows = enrich(raw, "events", folder.name, _sources(folder, raw))
        return afar(rows).assign(cluster_name=_name(folder))


def _sources(folder: Path, rows: pd.DataFrame) -> dict[str, Source]:
    """The cluster's own sources; all that a key may mean only where these do not do.

    To know them the whole case is opened, which takes ten times as long.
    """
    own = read_sources(folder / "sources.bib", folder.name)
    if set(rows["source"]) <= set(own):
        return own
    from .case import open_case

    return open_case(folder.name).all_sources


def _name(folder: Path) -> str:
    facts = read_csv(folder / "cluster.csv", "cluster")
    names = facts.loc[facts["field"] == "name", "value"]
    return str(names.iloc[0]) if len(names) else folder.name


@compares
def initiatives_of(cluster: str) -> list[Row]:
    """Return a cluster's programmes as written, without what their sources add; `grade` is ""."""
    with told_of(cluster):
        rows = read_csv(cluster_folder(cluster) / "initiatives.csv", "initiatives")
        return records(rows.assign(grade=""))


@compares
def events_elsewhere(cluster: str, words: str, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Return other clusters' events of some kinds whose title holds a name, with `cluster_name`.

    `words` is matched whole. The rows carry what dated rows carry (see `tables`).
    """
    pattern = rf"(?<!\w){re.escape(words)}(?!\w)"
    parts = []
    for slug in cluster_slugs():
        if slug == cluster:
            continue
        rows = _events(cluster_folder(slug))
        kept = [
            kind in kinds and bool(re.search(pattern, title))
            for kind, title in zip(rows["kind"], rows["title"], strict=True)
        ]
        if any(kept):
            parts.append(rows[kept])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
