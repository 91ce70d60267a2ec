"""Unsigned claims, one by one: the verdict and its reason in a sentence."""

from __future__ import annotations

import math
from typing import Any

from clusterbook.analysis import claims_audit
from clusterbook.analysis.claims_audit import Audit
from clusterbook.evidence import Case
from clusterbook.evidence.plain import Row, records

from .sentence import Html, Prose, derived, number, paragraph, say, table


def audited(case: Case) -> Prose | None:
    """Return counts of verdicts and a row per unsigned claim; None where there is no claim."""
    audit = claims_audit.of_case(case)
    if audit.claims.empty:
        return None
    labels = dict(zip(case.codebook["indicator"], case.codebook["label"], strict=True))
    lines = [
        (
            Html(say("{subject}, {date}", subject=claims_audit.subject(claim, labels),
                     date=claim["date_words"])),
            number(claim),
            claim["cite"],
            Html(say('<span class="cb-verdict">{v}</span>', v=claim["verdict"])),
            Html(reason(claim, audit)),
        )
        for claim in records(claims_audit.worst_first(audit.claims))
    ]  # fmt: skip
    head = ("claim", "value", "text", "verdict", "reason")
    shown = table(head, lines, "Claims of unsigned texts, one by one")
    return Prose(_spread(audit).html + shown.html)


def _spread(audit: Audit) -> Prose:
    parts = []
    for verdict, n in claims_audit.counts(audit.claims).items():
        rows = audit.claims[audit.claims["verdict"] == verdict]
        parts.append(
            say("{n} {verdict} ({meaning})", n=derived(str(n), f"claims found {verdict}", rows),
                verdict=verdict, meaning=claims_audit.MEANING[verdict])
        )  # fmt: skip
    return paragraph(say("Verdicts: {parts}.", parts=Html("; ".join(parts))))


def reason(claim: Row, audit: Audit) -> str:
    """Return why a claim has its verdict, as sentences with their sources (HTML)."""
    against = [audit.known[label] for label in claim["against"]]
    twins = [audit.known[label] for label in claim["twins"]]
    said = []
    if claim["verdict"] == "not checked":
        said.append("No independent figure speaks of this quantity at this time.")
    if (
        claim["verdict"] == "contradicted"
        and not claim["growth"]
        and _apart_in_time(claim, against)
    ):
        said.append("No figure for that time is known, but the nearest is far from it.")
    if len(against):
        lead = "Nearest in time" if claim["verdict"] in ("not checked", "out of date") else (
            "Independent")  # fmt: skip
        said.append(say("{lead}: {figures}.", lead=lead, figures=Html(_listed(against))))
    if claim["growth"]:
        low, high, labels = claim["growth"]
        rows = [audit.known[label] for label in labels]
        words = f"{low:.2g}%" if abs(high - low) < 0.05 else f"{low:.2g}–{high:.2g}%"
        said.append(
            say(
                "Output of {then} and {now} gives growth of {rate} a year.",
                then=number(rows[0], "date_words"),
                now=number(rows[1], "date_words"),
                rate=derived(words, "yearly growth between two printed totals", rows),
            )
        )
    if len(twins):
        known = all(row["when"] == row["when"] for row in twins)
        lead = "It is the figure of" if known else "It repeats one that has no year:"
        listed = Html(_listed(twins, dated=known))
        said.append(say("{lead} {figures}.", lead=lead, figures=listed))
    rivals = audit.claims.loc[list(claim["rivals"])]
    if len(rivals):
        values = ", ".join(number(row, "value_words")._repr_html_() for row in records(rivals))
        said.append(say("Other unsigned texts say {values}.", values=Html(values)))
    return " ".join(said)


def _apart_in_time(claim: Row, against: list[Row]) -> bool:
    if not against:
        return False
    return not any(row["start"] < claim["end"] and row["end"] > claim["start"] for row in against)


def _listed(rows: list[Row], dated: bool = False) -> str:
    """Return figures with their dates and sources; of equal figures the best source is named."""
    best: dict[tuple[float, float, str], Any] = {}
    for row in sorted(rows, key=lambda row: (row["grade"], row["row"])):
        best.setdefault((row["low"], row["high"], str(row["when"])), row)
    parts = []
    for row in sorted(best.values(), key=lambda row: (math.isnan(row["start"]), row["start"])):
        note = f", {row['note']}" if row["indicator"] == "feature_age" else ""
        part = f" {row['segment_words']}," if row["segment"] else ""
        if dated:
            parts.append(
                say("{when} ({value}, {cite})", when=row["date_words"],
                    value=number(row, "value_words"), cite=row["cite"])
            )  # fmt: skip
        else:
            parts.append(
                say("{value} ({part}{when}, {cite}{note})", value=number(row, "value_words"),
                    part=part.strip() and f"{part.strip()} ", when=row["date_words"],
                    cite=row["cite"], note=note)
            )  # fmt: skip
    return "; ".join(parts)
