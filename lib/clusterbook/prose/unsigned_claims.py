"""Unsigned claims, one by one: the verdict and its reason in a sentence."""

from __future__ import annotations

import math
from typing import Any

from clusterbook.analysis import claims_audit
from clusterbook.analysis.claims_audit import Audit
from clusterbook.evidence import Case
from clusterbook.evidence.plain import Row, records
from clusterbook.evidence.sourced import computed, sourced

from .text import Prose, Text, fill, grid, html_of


def audited(case: Case) -> Prose | None:
    """Return counts of verdicts and a row per unsigned claim; None where there is no claim."""
    audit = claims_audit.of_case(case)
    if audit.claims.empty:
        return None
    labels = dict(zip(case.codebook["indicator"], case.codebook["label"], strict=True))
    lines = [
        (
            f"{claims_audit.subject(claim, labels)}, {claim['date_words']}",
            sourced(claim),
            claim["cite"],
            fill('<span class="cb-verdict">{v}</span>', v=claim["verdict"]),
            reason(claim, audit),
        )
        for claim in records(claims_audit.worst_first(audit.claims))
    ]
    head = ("claim", "value", "text", "verdict", "reason")
    shown = grid(head, lines, "Claims of unsigned texts, one by one")
    return Prose(_spread(audit).html + shown.html)


def _spread(audit: Audit) -> Text:
    parts = [
        fill("{n} {verdict} ({meaning})", verdict=verdict, meaning=claims_audit.MEANING[verdict],
             n=computed(str(len(part)), f"claims found {verdict}", part))
        for verdict in claims_audit.MEANING
        if len(part := audit.claims[audit.claims["verdict"] == verdict])
    ]  # fmt: skip
    return fill("Verdicts: {parts}.", parts=_joined(parts))


def reason(claim: Row, audit: Audit) -> Text:
    """Return why a claim has its verdict, as sentences with their sources."""
    against = [audit.known[label] for label in claim["against"]]
    twins = [audit.known[label] for label in claim["twins"]]
    said = []
    if claim["verdict"] == "not checked":
        said.append(Text("No independent figure speaks of this quantity at this time."))
    meets = any(row["start"] < claim["end"] and row["end"] > claim["start"] for row in against)
    if claim["verdict"] == "contradicted" and against and not (claim["growth"] or meets):
        said.append(Text("No figure for that time is known, but the nearest is far from it."))
    if against:
        far = claim["verdict"] in ("not checked", "out of date")
        lead = "Nearest in time" if far else "Independent"
        said.append(fill("{lead}: {figures}.", lead=lead, figures=_listed(against)))
    if claim["growth"]:
        low, high, labels = claim["growth"]
        rows = [audit.known[label] for label in labels]
        words = f"{low:.2g}%" if abs(high - low) < 0.05 else f"{low:.2g}–{high:.2g}%"
        then, now = (sourced(row, "date_words") for row in rows)
        rate = computed(words, "yearly growth between two printed totals", rows)
        said.append(fill("Output of {then} and {now} gives growth of {rate} a year.",
                         then=then, now=now, rate=rate))  # fmt: skip
    if twins:
        known = all(row["when"] == row["when"] for row in twins)
        lead = "It is the figure of" if known else "It repeats one that has no year:"
        said.append(fill("{lead} {figures}.", lead=lead, figures=_listed(twins, dated=known)))
    if claim["rivals"]:
        rivals = records(audit.claims.loc[list(claim["rivals"])])
        values = ", ".join(html_of(sourced(row, "value_words")) for row in rivals)
        said.append(fill("Other unsigned texts say {values}.", values=Text(values)))
    return _joined(said, " ")


def _joined(parts: list[Text], mark: str = "; ") -> Text:
    return Text(mark.join(part.inner for part in parts))


def _listed(rows: list[Row], dated: bool = False) -> Text:
    """Return figures with their dates and sources; of equal figures the best source is named."""
    best: dict[tuple[float, float, str], Any] = {}
    for row in sorted(rows, key=lambda row: (row["grade"], row["row"])):
        best.setdefault((row["low"], row["high"], str(row["when"])), row)
    form = "{when} ({value}, {cite})" if dated else "{value} ({part}{when}, {cite}{note})"
    return _joined([
        fill(form, value=sourced(row, "value_words"), when=row["date_words"], cite=row["cite"],
             part=f"{row['segment_words']}, " if row["segment"] else "",
             note=f", {row['note']}" if row["indicator"] == "feature_age" else "")
        for row in sorted(best.values(), key=lambda r: (math.isnan(r["start"]), r["start"]))
    ])  # fmt: skip
