"""Who is in the record: what is said of each group, offered to it and asked of it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clusterbook.analysis import participation as taking_part
from clusterbook.analysis.balance import empirical
from clusterbook.evidence import Case
from clusterbook.evidence.gap import Gap
from clusterbook.evidence.plain import entries, records
from clusterbook.evidence.vocabulary import DECISION_WORDS

from .figure import Figure
from .labels import wrap
from .pixels import Drawing, Plate
from .theme import WIDE
from .words import plural

COLUMNS = (
    ("claims", "claims", "in which it acts or is affected"),
    ("figures", "figures", "counts and surveys of it"),
    ("programmes", "programmes", "made for it"),
)
SIDE, STEP = 8.0, 11.0


def groups(case: Case) -> Figure | Gap:
    """Return the matrix of groups by what the record holds on them, or the data gap."""
    taken = case.initiatives["audience_mode"].isin(taking_part.MODES)
    claims = empirical(case.findings)
    if claims.empty and not taken.any():
        return Gap(
            "the groups that a cluster touches",
            ["findings.csv: actor", "initiatives.csv: audience, audience_mode, decision_level"],
        )
    observed = case.observations[case.observations["status"] == "observed"]
    record = taking_part.heard(case.initiatives, claims, observed)
    actors = {a for g in taking_part.GROUPS for a in g.actors}
    rows = pd.concat([case.initiatives[taken], claims[claims["actor"].isin(actors)]])
    return Figure(
        name="groups",
        title=groups_title(case.name, record),
        subtitle=(
            "What the record holds on each group. One square is one row or programme; "
            "[solid](social) where the group is at least consulted. A dashed box is an absence."
        ),
        description=_described(case.name, record),
        draw=lambda width: _draw(record, width),
        rows=rows,
        table=record,
        note=(
            "A claim that names a group was made about it, hardly ever by it. "
            "Former workers are no code of the tables: they can only be counted."
        ),
    )


def groups_title(name: str, record: pd.DataFrame) -> str:
    """Return how far residents and former workers are in the record, else a neutral title."""
    by = record.set_index("group")
    residents, workers = by.loc["residents"], by.loc["former workers"]
    counted = "former workers are only counted" if workers["figures"] else "former workers nowhere"
    if residents["claims"] + residents["programmes"] + residents["figures"] == 0:
        return f"At {name} the record is silent on residents; {counted}"
    said = [
        _n(int(residents[key]), one)
        for key, one in (("claims", "claim"), ("programmes", "programme"), ("figures", "figure"))
    ]
    return f"Residents appear in {said[0]}, {said[1]} and {said[2]} at {name}; {counted}"


def _n(count: int, one: str) -> str:
    return f"{count or 'no'} {plural(one, count or 1)}"


def _described(name: str, record: pd.DataFrame) -> str:
    said = [
        f"{r.group}: {r.claims} claims, {r.figures} figures, {r.programmes} programmes, "
        f"{_top(r.top)}"
        for r in entries(record)
    ]
    return f"What the record on {name} holds on each group. {'; '.join(said)}."


def _top(level: int) -> str:
    return f"highest say {level} {DECISION_WORDS[level].lower()}" if level >= 0 else "no say"


def _draw(record: pd.DataFrame, width: int) -> Drawing:
    wide = width == WIDE
    edges = [0.0, 136.0, 302.0, 468.0, 610.0] if wide else [0.0, 0.0, 92.0, 184.0, 276.0]
    ends = [*edges[2:], float(width)]
    across = [int((ends[i] - edges[i + 1] - 12) // STEP) for i in range(4)]
    rows = records(record)
    heights = []
    for row in rows:
        lines = max(-(-int(row[key]) // across[i]) for i, (key, _, _) in enumerate(COLUMNS))
        heights.append((18 if wide else 40) + max(1, lines) * STEP + (16 if wide else 12))
    head = 44.0 if wide else 34.0
    plate = Plate(width, head + sum(heights) + 4)
    for place, (_, name, about) in enumerate(COLUMNS):
        plate.text(edges[place + 1], 10, name, "ink", 12.5 if wide else 11.5, bold=True)
        if wide:
            plate.text(edges[place + 1], 27, about, "muted", 11)
    plate.text(edges[4], 10, "most say", "ink", 12.5 if wide else 11.5, bold=True)
    if wide:
        plate.text(edges[4], 27, "in any of these", "muted", 11)
    y = head
    for row, height in zip(rows, heights, strict=True):
        plate.rule(0, y, width, y)
        _row(plate, row, y, height, edges, across, ends, wide)
        y += height
    plate.rule(0, y, width, y)
    return plate.drawing()


def _row(
    plate: Plate, row: dict[str, Any], y: float, height: float, edges: list[float],
    across: list[int], ends: list[float], wide: bool,
) -> None:  # fmt: skip
    name = row["group"][:1].upper() + row["group"][1:]
    if wide:
        plate.lines(0, y + 20, wrap(name, 124, 13, True), 13, bold=True)
    else:
        plate.text(0, y + 14, name, bold=True, size=12.5)
    top = y + (20 if wide else 34)
    for place, (key, _, _) in enumerate(COLUMNS):
        left, count = edges[place + 1], int(row[key])
        if not count:
            _absent(plate, left, top, ends[place] - 14)
            continue
        plate.text(left, top, str(count), "ink" if key != "programmes" else "social", 12.5, True)
        for number in range(count):
            x = left + SIDE / 2 + (number % across[place]) * STEP
            at = top + 16 + (number // across[place]) * STEP
            if key == "programmes":
                hollow = number >= int(row["asked"])
                plate.square(x, at, SIDE, "social", "internal", hollow=hollow)
            else:
                plate.square(x, at, SIDE, "context", "internal")
    level = int(row["top"])
    if level < 0:
        _absent(plate, edges[4], top, ends[3] - 2)
        return
    ink = "social" if level >= taking_part.CONSULT else "muted"
    plate.text(edges[4], top, str(level), ink, 14, bold=True)
    words = wrap(DECISION_WORDS[level].lower(), ends[3] - edges[4], 11)
    plate.lines(edges[4], top + 16, words, 11, ink=ink)


def _absent(plate: Plate, left: float, middle: float, right: float) -> None:
    right = min(right, left + 84)
    top, bottom = middle - 9, middle + 15
    for x, y, x2, y2 in (
        (left, top, right, top), (left, bottom, right, bottom),
        (left, top, left, bottom), (right, top, right, bottom),
    ):  # fmt: skip
        plate.rule(x, y, x2, y2, "faint", 1.2, (3, 3))
    plate.text((left + right) / 2, middle + 3, "none", "muted", 11, align="center", italic=True)
