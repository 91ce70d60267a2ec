"""The evidence on UNESCO's Culture|2030 indicators: what is counted, and what has no row."""

from __future__ import annotations

from clusterbook.analysis.coverage import RELATIONS, Indicator, distinct, profile
from clusterbook.evidence import Case
from clusterbook.evidence.case import per_case
from clusterbook.evidence.lists import read_list

from .sentence import Html, Prose, derived, paragraph, say, table

_MEANING = {
    "direct": "counts the same thing as the indicator",
    "proxy": "measures something near it",
    "context": "tells of the surroundings or is a claim",
}


@per_case
def profiled(case: Case) -> list[Indicator]:
    """Return the 22 indicators with the cluster's rows (see `analysis.coverage.profile`)."""
    tables = {
        name: getattr(case, name)
        for name in ("observations", "events", "initiatives", "findings", "facts")
    }
    city = case.city.observations if case.city else None
    return profile(read_list("culture_2030"), read_list("culture_2030_links"), tables, city)


def profile_sentence(case: Case) -> Prose:
    """Return how many indicators have a row of each relation, and which have none."""
    indicators = profiled(case)
    parts = []
    for relation in RELATIONS[:3]:
        of = [i for i in indicators if i.relation == relation]
        if of:
            rows = distinct(row for i in of for row in i.rows)
            n = derived(str(len(of)), f"indicators whose nearest row is {relation}", rows)
            parts.append(say("{n} by a row that {said}", n=n, said=_MEANING[relation]))
    missing = [i.name.lower() for i in indicators if i.relation == "none"]
    first = None
    if parts:
        listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
        first = say("Of {n} indicators the evidence reaches {listed}.", n=len(indicators),
                    listed=Html(listed))  # fmt: skip
    second = say("No row at all speaks to {names}.", names=", ".join(missing)) if missing else None
    return paragraph(first, second)


def links_table() -> Prose:
    """Return the list that decides how near each of the codebook's indicators comes."""
    names = dict(zip(*(read_list("culture_2030")[c] for c in ("number", "name")), strict=True))
    rows = []
    for link in read_list("culture_2030_links").itertuples():
        what = link.where.removeprefix("indicator=").replace("|", ", ").replace("_", " ")
        rows.append((f"{link.number} {names[link.number]}", link.relation, link.table,
                     Html(say("{what}", what=what)), link.why))  # fmt: skip
    head = ("indicator of UNESCO", "relation", "table", "rows", "why")
    return table(head, rows, "How near a row comes to an indicator")
