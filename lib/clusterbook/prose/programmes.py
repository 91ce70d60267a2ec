"""Programmes and claims of one dimension as tables: what stands behind a chapter's pictures."""

from __future__ import annotations

import pandas as pd

from clusterbook.analysis import participation
from clusterbook.analysis.balance import empirical
from clusterbook.evidence import Case
from clusterbook.evidence.gap import Gap
from clusterbook.evidence.vocabulary import AUDIENCE

from .sentence import Prose, number, table

MODE_WORDS = {"watch": "watch", "try": "try", "make": "make", "none": "no taking part"}


def programmes(case: Case, dimension: str) -> Prose | Gap:
    """Return the table of a dimension's programmes, a row per source's account, or the gap."""
    rows = case.initiatives[case.initiatives["dimension"] == dimension]
    if rows.empty:
        return Gap(f"{dimension} programmes", [f"initiatives.csv: dimension {dimension}"])
    keys = rows["programme"].where(rows["programme"] != "", rows["name"])
    places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    rows = rows.assign(group=keys.map(places)).sort_values(["group", "row"], kind="stable")
    return table(
        ("programme", "for", "date", "people", "say, 0 to 5", "about it", "source"),
        [
            (
                row["name"],
                row["audience"],
                row["date_words"],
                MODE_WORDS[row["audience_mode"]],
                row["decision_level"],
                row["note"],
                number(row, text=f"{row['cite']} ({row['grade']})"),
            )
            for _, row in rows.iterrows()
        ],
        f"The {dimension} programmes on record, a row for each source's account",
    )


def strains(case: Case, dimension: str) -> Prose | Gap:
    """Return the table of claims that see strain on a dimension, by category, or the gap."""
    rows = empirical(case.findings)
    rows = rows[(rows["dimension"] == dimension) & (rows["valence"] == "strains")]
    if rows.empty:
        return Gap(
            f"claims that something strains the {dimension} side",
            [f"findings.csv: dimension {dimension}, valence strains"],
        )
    ordered = rows.sort_values(["category", "row"], kind="stable")
    return table(
        ("about", "claim", "source"),
        [
            (
                row["category"].replace("-", " "),
                row["statement"],
                number(row, text=f"{row['cite']} ({row['grade']})"),
            )
            for _, row in ordered.iterrows()
        ],
        f"What is said to strain the {dimension} side, claim by claim",
    )


def figures(case: Case, dimension: str) -> Prose | Gap:
    """Return the table of a dimension's observed values about the cluster, or the gap."""
    rows = case.observations
    rows = rows[(rows["dimension"] == dimension) & (rows["status"] == "observed")]
    if rows.empty:
        return Gap(f"{dimension} figures", [f"observations.csv: dimension {dimension}"])
    labels = dict(zip(case.codebook["indicator"], case.codebook["label"], strict=True))
    ordered = rows.assign(order=rows["indicator"].map(list(labels).index)).sort_values(
        ["order", "segment", "start", "row"], kind="stable"
    )
    return table(
        ("what", "of", "date", "value", "source"),
        [
            (
                labels.get(row["indicator"], row["indicator"]),
                row["segment_words"] or "the whole",
                row["date_words"],
                number(row),
                f"{row['cite']} ({row['grade']})",
            )
            for _, row in ordered.iterrows()
        ],
        f"Every observed {dimension} figure",
    )


def audiences_without(case: Case) -> list[str]:
    """Return the audiences of the closed list for which no participation programme is on record."""
    rows: pd.DataFrame = case.initiatives
    taken = rows[rows["audience_mode"].isin(participation.MODES)]
    return [audience for audience in AUDIENCE if not (taken["audience"] == audience).any()]
