"""What the landing page of a cluster says."""

from __future__ import annotations

import pandas as pd

from clusterbook.analysis.balance import by_group, empirical, silent, totals
from clusterbook.evidence import Case
from clusterbook.evidence.dates import read_date
from clusterbook.evidence.sources import COMPILERS

from .ledger import own_rows
from .marks_key import marks_key
from .quantity import latest_number
from .sentence import Html, Number, Prose, answer, bullets, derived, key_figures, number, say

__all__ = ["cannot_say", "claims_sentence", "fact", "figures", "marks_key", "opening"]


def fact(case: Case, name: str) -> Number | None:
    """Return an attribute of the cluster as a sourced word; None where it is not given."""
    rows = case.facts[case.facts["field"] == name]
    if rows.empty:
        return None
    row = rows.iloc[0].to_dict() | {"note": ""}
    if row["source"] == COMPILERS:
        row |= {"locator": "", "note": "A judgement, no source; the synthesis names its rows."}
    said = row["value"].replace("_", " ")
    if name in ("built", "opened"):
        said = read_date(row["value"]).words
    return number(row, text=said)


def opening(case: Case) -> Prose:
    """Return the book's question answered in two sentences with the key figures."""
    local = case.fact("local_name")
    name = f"{case.name} ({local})" if local and local != case.name else case.name
    opened, use = fact(case, "opened"), fact(case, "former_use")
    trajectory, why = fact(case, "trajectory"), fact(case, "trajectory_note")
    first = say(
        "{name} in {city}{opened} {reuses}.",
        name=name,
        city=case.fact("city"),
        opened=Html(say(", open since {year},", year=opened)) if opened else "",
        reuses=Html(say("reuses an old site: {use}", use=use)) if use else "is a creative cluster",
    )
    second = None
    if trajectory:
        second = say(
            "The compilers judge its course as {trajectory}{why}.",
            trajectory=trajectory,
            why=Html(say(": {why}", why=why)) if why else "",
        )
    return answer(first, second, claims_sentence(case))


def claims_sentence(case: Case) -> str | None:
    """Return how many claims see strain, in a sentence; None where no claim is coded.

    A number of all claims stands beside it only where one rule of coding made both: the case
    article was coded claim by claim, of most other sources one claim was taken.
    """
    claims = by_group(empirical(case.findings))
    groups = totals(claims)
    if groups.empty:
        return None
    parts = []
    for group, row in groups.iterrows():
        rows = claims[claims["group"] == group]
        strains = rows[rows["valence"] == "strains"]
        sources = f"{row['sources']} {'source' if row['sources'] == 1 else 'sources'}"
        who = "the M50 article" if group == "article" else sources
        if len(groups) > 1 and group == "others":
            who = f"{row['sources']} other {'source' if row['sources'] == 1 else 'sources'}"
        said = str(row["strains"])
        if len(groups) == 1:
            said = f"{said} of {row['claims']}"
        count = derived(said, "claims coded as strain", strains if len(strains) else rows)
        word = "claim" if said.split()[-1] == "1" else "claims"
        parts.append(say("{count} {word} in {who}", count=count, word=word, who=who))
    return say("Strain is the subject of {parts}.", parts=Html(" and of ".join(parts)))


def figures(case: Case) -> Prose:
    """Return the cards of key figures."""
    return key_figures(
        [
            ("opened", fact(case, "opened")),
            ("tenants", latest_number(case, "tenants", form="value_words")),
            ("visitors a year", latest_number(case, "visitors")),
            ("site area", latest_number(case, "site_area", form="amount")),
            ("evidence rows", rows_number(case)),
            ("sources", sources_number(case)),
        ]
    )


def cannot_say(case: Case) -> Prose:
    """Return what the book as a whole cannot say of a cluster, from what is missing in its rows."""
    rows = own_rows(case)
    items = []
    if len(rows):
        last = rows[rows["when"] != ""] if "when" in rows else rows.iloc[:0]
        if len(last):
            newest = last.loc[last["when"].astype(float).idxmax()]
            items.append(say("The latest date in the rows is {date}; what came after is unseen.",
                             date=number(newest, "date_words")))  # fmt: skip
    missing = [f"{d} {_SIDE[s]}" for d, s in silent(empirical(case.findings))]
    if 0 < len(missing) < 10:
        listed = ", ".join(missing)
        items.append(say("No claim was found for these: {listed}.", listed=listed))
    elif missing:
        items.append(say("No claim about the cluster is coded yet."))
    items.append(
        say("Counts of rows and claims show what was written about, not what matters most.")
    )
    return bullets(items, "What this book cannot say")


_SIDE = {"internal": "inside the cluster", "external": "towards the city"}


def rows_number(case: Case) -> Number:
    """Return how many evidence rows the cluster has, leading to the ledger."""
    counts = {
        name: len(getattr(case, name))
        for name in ("observations", "events", "initiatives", "findings")
    }
    said = ", ".join(f"{n} {name}" for name, n in counts.items())
    return Number(
        f"{sum(counts.values()):,}", f"Rows in this cluster's folder: {said}", "ledger.html"
    )


def sources_number(case: Case) -> Number:
    """Return how many sources the cluster has, leading to the sources page."""
    grades = (
        pd.Series([source.grade for source in case.sources.values()]).value_counts().sort_index()
    )
    said = ", ".join(f"{n} of grade {grade}" for grade, n in grades.items())
    return Number(str(len(case.sources)), f"Sources of this cluster: {said}", "sources.html")
