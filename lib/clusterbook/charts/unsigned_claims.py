"""Unsigned claims against independent figures: how many times the figure a claim is."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from clusterbook.analysis import claims_audit
from clusterbook.analysis.claim_rules import NEAR
from clusterbook.analysis.claims_audit import WORST_FIRST, Audit
from clusterbook.evidence import Case
from clusterbook.evidence.plain import Row, entries, records
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import text_width, wrap
from .pixels import DIAMOND, Plate, tip_of
from .theme import WIDE

TICKS = {0.1: "a tenth", 0.25: "a quarter", 0.5: "half", 1.0: "the figure", 2.0: "twice",
         4.0: "4 times", 10.0: "10 times"}  # fmt: skip
FIGURE = 618.0


def unsigned_claims(case: Case) -> Figure | Gap:
    """Return every unsigned claim beside the nearest independent figure, or the data gap."""
    audit = claims_audit.of_case(case)
    place = case.fact("city") or "the city"
    if audit.claims.empty:
        return Gap(
            f"unsigned claims about {case.name} or {place}",
            ["observations.csv: segments that begin with unsourced_claim"],
        )
    labels = dict(zip(case.codebook["indicator"], case.codebook["label"], strict=True))
    claims = claims_audit.worst_first(audit.claims)
    claims["subject"] = [claims_audit.subject(row, labels) for row in records(claims)]
    against = list(dict.fromkeys(label for found in claims["against"] for label in found))
    return Figure(
        name="unsigned-claims",
        title=claims_title(claims),
        subtitle=(
            "Each line is a claim of an unsigned text. The disc is the nearest independent "
            "figure, the diamond the claim, on a scale of times that figure; the band is a fifth "
            "either way."
        ),
        description=_described(claims),
        draw=lambda width: _draw(claims, audit, width),
        rows=pd.concat([claims, audit.observed.loc[against]]),
        note="Verdicts follow rules that are fixed for all claims; the table gives each reason.",
    )


def claims_title(claims: pd.DataFrame) -> str:
    """Return what most claims come to, else a neutral title."""
    count = claims_audit.counts(claims)
    n = len(claims)
    wrong = count.get("contradicted", 0) + count.get("out of date", 0)
    right = count.get("in line", 0) + count.get("near", 0)
    if n >= 3 and wrong > right:
        return (
            f"Of {n} unsigned claims, {wrong} {'is' if wrong == 1 else 'are'} contradicted or out "
            f"of date and {right or 'none'} {'has' if right < 2 else 'have'} support"
        )
    if n >= 3 and right > wrong:
        return (
            f"Of {n} unsigned claims, {right} {'has' if right == 1 else 'have'} independent support"
        )
    return f"{n} unsigned {'claim' if n == 1 else 'claims'} set against independent figures"


def _described(claims: pd.DataFrame) -> str:
    said = "; ".join(
        f"{row.subject}, {row.amount} ({row.date_words}): {row.verdict}" for row in entries(claims)
    )
    return f"Unsigned claims and their verdicts. {said}."


def _reach(claims: pd.DataFrame) -> tuple[float, float]:
    known = [t for t in claims["times"] if t == t and t > 0]
    return min([0.45, *(t / 1.3 for t in known)]), max([2.2, *(t * 1.3 for t in known)])


def _draw(claims: pd.DataFrame, audit: Audit, width: int) -> Any:
    wide = width == WIDE
    left, right = (268.0, 606.0) if wide else (8.0, width - 8.0)
    low, high = _reach(claims)

    def px(times: float) -> float:
        return left + math.log(times / low) / math.log(high / low) * (right - left)

    plate = Plate(width, 0)
    top = 34.0
    y = top
    for verdict in WORST_FIRST:
        part = claims[claims["verdict"] == verdict]
        if part.empty:
            continue
        plate.rule(0, y, width, y, "faint")
        plate.text(0, y + 15, verdict.capitalize(), "ink", 13, bold=True, halo=True)
        after = text_width(verdict, 13, True) + 12
        meaning = claims_audit.MEANING[verdict]
        lines = wrap(meaning, width - after, 11)
        plate.lines(after, y + 15, lines, size=11, ink="muted", halo=True)
        y += 32 + 14 * (len(lines) - 1)
        for claim in records(part):
            y = _claim(plate, claim, audit, y, px, wide, left)
        y += 8
    for times, word in TICKS.items():
        if low <= times <= high:
            plate.rule(px(times), top, px(times), y, "ink" if times == 1 else "grid")
            size = text_width(word, 11) / 2
            x = min(max(px(times), size), width - size)
            if wide or times in (0.25, 1.0, 4.0):
                plate.text(x, 22, word, "muted", 11, align="center")
    plate.rect(px(1 / NEAR), top, px(NEAR), y, "band")
    if wide:
        plate.text(FIGURE, 6, "independent figure", "muted", 11, bold=True)
    plate.text(left if wide else 0, 8, "claim, in times the independent figure", "muted", 11,
               bold=True)  # fmt: skip
    plate.height = y
    return plate.drawing()


def _claim(
    plate: Plate, claim: Row, audit: Audit, y: float, px: Any, wide: bool, left: float
) -> float:
    text = wrap(claim["subject"], (left - 20) if wide else plate.width - 4, 11.5)
    plate.lines(0, y + 6, text, size=11.5, halo=not wide)
    under = y + 6 + len(text) * 15
    said = f"{claim['amount']}, {claim['date_words']}"
    plate.text(0, under, said, "muted", 11, halo=not wide)
    middle = (y + under) / 2 + 3 if wide else under + 17
    tip = tip_of(claim) | {"verdict": claim["verdict"]}
    times = claim["times"]
    if times == times and times > 0 and claim["against"]:
        plate.rule(px(1), middle, px(times), middle, "muted", 2)
        row = _nearest(claim, audit)
        plate.row_disc(px(1), middle, row, "muted", 90)
        plate.symbol(px(times), middle, DIAMOND, 70, "bg", "economic", 2.2, tip=tip,
                     href=f"ledger.html#{claim['anchor']}")  # fmt: skip
        if wide:
            dated = f" ({row['date_words']})" if row["when"] == row["when"] else ""
            figure = wrap(f"{row['value_words']}{dated}", plate.width - FIGURE, 11)[:2]
            plate.lines(FIGURE, middle - 7 * (len(figure) - 1), figure, size=11, ink="muted")
    elif wide:
        twins = [audit.known[label] for label in claim["twins"]]
        word = "nothing to set it against"
        if twins:
            word = f"repeats {twins[0]['value_words']}, {twins[0]['date_words']}"
        plate.text(px(1) + 20, middle, word, "muted", 11, italic=True, halo=True)
    else:
        return under + 18
    return max(under + 16, middle + 14)


def _nearest(claim: Row, audit: Audit) -> Row:
    """Return the row that `times` was measured by."""
    middle = (claim["low"] + claim["high"]) / 2 / claim["times"]
    rows = [audit.known[label] for label in claim["against"]]
    return min(rows, key=lambda row: abs((row["low"] + row["high"]) / 2 - middle))
