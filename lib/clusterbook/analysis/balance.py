"""The balance of evidence: claims by dimension, scope and valence, by group of sources.

After Kong (2009, 2012) as applied in the M50 article: four dimensions, each inside the cluster and
towards the city; governance is kept as a fifth row. Counts depend on how finely claims were split,
so they are shown, never used as weights. The case article was coded claim by claim, of most other
sources one claim was taken: no share of the one group is set against that of the other. How far
two coders agree is told by `agreement`.
"""

from __future__ import annotations

from collections import Counter

import pandas as pd

from clusterbook.evidence.vocabulary import DIMENSIONS, SCOPE, VALENCE

CASE_ARTICLE = "m50article"
"""The article whose framework the compendium applies; a group of its own where a cluster has it."""


def empirical(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the claims about the cluster that observation could show wrong; they alone count.

    Left out is what is said of such places at large, of what should be, and of what is open.
    """
    return findings[findings["kind"] == "empirical"]


def by_group(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the findings with `group`: "article" for the case article, else "others"."""
    return findings.assign(group=[_group(source) for source in findings["source"]])


def _group(source: str) -> str:
    return "article" if source == CASE_ARTICLE else "others"


def balance(findings: pd.DataFrame) -> pd.DataFrame:
    """Return counts: columns group, dimension, scope, valence, claims; every combination, also 0.

    Groups without a claim are left out.
    """
    grouped = by_group(findings)
    groups = [g for g in ("article", "others") if (grouped["group"] == g).any()]
    index = pd.MultiIndex.from_product(
        [groups, DIMENSIONS, SCOPE, VALENCE], names=["group", "dimension", "scope", "valence"]
    )
    counts = grouped.groupby(["group", "dimension", "scope", "valence"]).size()
    return counts.reindex(index, fill_value=0).rename("claims").reset_index()


def totals(findings: pd.DataFrame) -> pd.DataFrame:
    """Return a row per group: group, claims, sources, sustains, strains, ambivalent."""
    claims: dict[str, list[tuple[str, str]]] = {}
    for source, valence in zip(findings["source"], findings["valence"], strict=True):
        claims.setdefault(_group(source), []).append((source, valence))
    rows = []
    for group in ("article", "others"):
        if part := claims.get(group):
            counted = Counter(valence for _, valence in part)
            rows.append(
                {"group": group, "claims": len(part), "sources": len({s for s, _ in part}),
                 **{v: counted[v] for v in VALENCE}}
            )  # fmt: skip
    columns = ["group", "claims", "sources", *VALENCE]
    return pd.DataFrame(rows, columns=columns).set_index("group", drop=False)


def silent(findings: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the pairs of dimension and scope on which no claim was found."""
    seen = set(zip(findings["dimension"], findings["scope"], strict=True))
    return [(d, s) for d in DIMENSIONS for s in SCOPE if (d, s) not in seen]
