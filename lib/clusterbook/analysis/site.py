"""The site itself: what is recorded of its founding, names and owners, and by whom."""

from __future__ import annotations

import pandas as pd

KINDS = ("designation", "ownership")
"""What belongs to a site's names and owners after it opened as a cluster."""
SAME_FOUNDING = 10
"""Founding dates so many years apart or less are taken as accounts of one founding."""


def history(events: pd.DataFrame, opened: int | None) -> pd.DataFrame:
    """Return the dated events inside the site that make up its history, in order.

    These are all events before the year of opening, the context events (the industrial past), and
    later changes of names and owners.
    """
    rows = events[(events["scope"] == "internal") & events["when"].notna()]
    before = rows["when"] < opened if opened else pd.Series(False, index=rows.index)
    keep = before | (rows["dimension"] == "context") | rows["kind"].isin(KINDS)
    return rows[keep].sort_values(["when", "row"], kind="stable")


def main_account(rows: pd.DataFrame, opened: int | None) -> str:
    """Return the source that tells most of the time before the cluster; "" where none tells two."""
    past = rows[rows["when"] < opened] if opened else rows
    counts = past.groupby("source", sort=False).size()
    return str(counts.idxmax()) if len(counts) and counts.max() > 1 else ""


def founding_accounts(rows: pd.DataFrame, opened: int | None) -> pd.DataFrame:
    """Return the first founding that each source tells, before the cluster opened.

    Sources whose first founding lies more than `SAME_FOUNDING` years after the earliest tell of
    another one and are left out, and so is the founding of a name (dimension cultural). Adds the
    column `year`.
    """
    told = rows[(rows["kind"] == "founding") & (rows["dimension"] != "cultural")]
    told = told[told["when"] < opened] if opened else told
    first = told.sort_values(["when", "row"], kind="stable").drop_duplicates("source")
    first = first.assign(year=first["when"] // 1)
    return first[first["year"] <= first["year"].min() + SAME_FOUNDING]
