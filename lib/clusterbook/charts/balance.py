"""The balance of evidence: one square is one claim, by dimension, scope and valence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from clusterbook.analysis.balance import by_group, empirical, totals
from clusterbook.evidence import Case
from clusterbook.evidence.gap import Gap
from clusterbook.evidence.vocabulary import DIMENSIONS, SCOPE

from .figure import Figure
from .pixels import Drawing, Plate
from .plain_rows import Row, by_index, grouped
from .theme import WIDE
from .words import plural

SIDE = {"internal": "inside", "external": "city"}

Cells = Mapping[tuple[str, str, str, str], list[Row]]
"""Claims by group of sources, dimension, scope and valence."""


def balance(case: Case, dimension: str | None = None) -> Figure | Gap:
    """Return the balance of a cluster's coded claims, or the data gap where none are coded.

    `dimension` keeps one dimension.
    """
    rows = empirical(case.findings)
    if dimension:
        rows = rows[rows["dimension"] == dimension]
    if rows.empty:
        what = f"{dimension} claims" if dimension else "coded claims"
        return Gap(what, ["findings.csv: a row per claim, with dimension, scope and valence"])
    groups = totals(rows)
    groups["kind"] = "other " if "article" in groups.index else ""
    about = f"{dimension} claims" if dimension else "claims"
    cells = grouped(by_group(rows), "group", "dimension", "scope", "valence")
    return Figure(
        name=f"balance-{dimension}" if dimension else "balance",
        title=balance_title(case.name, groups, dimension),
        subtitle=(
            f"Empirical {about} about {case.name} by dimension, scope and valence. "
            "Squares left of the line say that something strains the cluster, squares right of it "
            "that something sustains it."
        ),
        description=_described(case.name, rows),
        draw=lambda width: _draw(cells, by_index(groups), width),
        rows=rows,
        note=(
            "The M50 article was coded claim by claim, of most other texts one claim was taken: "
            "the groups cannot be set against each other."
            if len(groups) > 1
            else "Counts depend on how finely claims were split and on which texts were found."
        ),
    )


def balance_title(name: str, groups: pd.DataFrame, dimension: str | None = None) -> str:
    """Return whether strain or support is told more often, a neutral title for two groups."""
    about = f"{dimension} " if dimension else ""
    if set(groups.index) == {"article", "others"}:
        return f"What the M50 article and other texts say strains or sustains {name}" + (
            f" on its {dimension} side" if dimension else ""
        )
    claims = int(groups["claims"].sum())
    strains, sustains = int(groups["strains"].sum()), int(groups["sustains"].sum())
    if claims >= 5 and strains > sustains:
        return f"Of {claims} {about}claims on {name}, {strains} see strain and {sustains} support"
    if claims >= 5 and sustains > strains:
        return f"Of {claims} {about}claims on {name}, {sustains} see support and {strains} strain"
    if claims == 1:
        return f"What the one coded {about}claim says about {name}"
    return f"What {claims} coded {about}claims say about {name}"


def _described(name: str, rows: pd.DataFrame) -> str:
    count = Counter(zip(rows["dimension"], rows["valence"], strict=True))
    held = set(rows["dimension"])
    parts = [
        f"{dimension}: {count[dimension, 'strains']} strain, {count[dimension, 'sustains']} "
        f"sustain, {count[dimension, 'ambivalent']} mixed"
        for dimension in DIMENSIONS
        if dimension in held
    ]
    return f"Claims about {name}. {'; '.join(parts)}."


def _draw(cells: Cells, groups: Mapping[str, Row], width: int) -> Drawing:
    """Return the groups of sources beside each other, or below each other where it is narrow."""
    plate = Plate(width, 0)
    if width == WIDE:
        plate.height = _plot(plate, cells, groups, 0)
    else:
        for group, told in groups.items():
            part = {key: claims for key, claims in cells.items() if key[0] == group}
            top = plate.height + 8 * bool(plate.items)
            plate.height = _plot(plate, part, {group: told}, top)
    return plate.drawing()


def _plot(plate: Plate, cells: Cells, groups: Mapping[str, Row], top: float) -> float:
    """Draw groups beside each other from `top` down; return where the plot ends."""
    wide = plate.width == WIDE
    dims = [d for d in DIMENSIONS if any(key[1] == d for key in cells)]
    head, band = top + (96 if wide else 84), 52
    names = 148 if wide else 132
    widest = {
        (g, v): max(len(cells.get((g, d, s, v), ())) for d in dims for s in SCOPE)
        for g in groups
        for v in ("strains", "sustains", "ambivalent")
    }
    most = 13.0 if len(groups) > 1 or not wide else 18.0
    room = plate.width - names - 76 * len(groups)
    cell = min(most, room / max(1, sum(widest.values())))
    left = float(names)
    for group, told in groups.items():
        axis = left + max(widest[group, "strains"], 1.2) * cell + 4
        mixed = axis + max(widest[group, "sustains"] * cell, 52) + 14
        beside = mixed if widest[group, "ambivalent"] else None
        _heads(plate, told, top, axis, left, beside)
        for place, dimension in enumerate(dims):
            y0 = head + band * place
            plate.rule(axis, y0 + 4, axis, y0 + band - 6, "ink", 2)
            for line, scope in enumerate(SCOPE):
                y = y0 + 14 + line * 21
                for valence, start, step in (
                    ("strains", axis - 4 - cell / 2, -cell),
                    ("sustains", axis + 4 + cell / 2, cell),
                    ("ambivalent", mixed + cell / 2, cell),
                ):
                    claims = cells.get((group, dimension, scope, valence), [])
                    for i, claim in enumerate(claims):
                        _square(plate, claim, start + i * step, y, cell - 2.4)
        left = mixed + max(widest[group, "ambivalent"] * cell, 32) + 18
    for place, dimension in enumerate(dims):
        y0 = head + band * place
        plate.text(0, y0 + 24, dimension.capitalize(), dimension, 13 if wide else 11.5, True)
        for line, scope in enumerate(SCOPE):
            plate.text(names - 8, y0 + 14 + line * 21, SIDE[scope], "muted", 11, align="right")
        if place:
            plate.rule(0, y0 - 2, plate.width, y0 - 2)
    return head + band * len(dims)


def _heads(
    plate: Plate, group: Row, top: float, axis: float, left: float, mixed: float | None
) -> None:
    n, sources = int(group["claims"]), int(group["sources"])
    name = f"{sources} {group['kind']}{plural('source', sources)}"
    if group["group"] == "article":
        name = "The case article"
    plate.text(left, top + 10, name, "ink", 13.5, True)
    plate.text(left, top + 28, f"{n} {plural('claim', n)}", "muted", 11.5)
    plate.text(axis - 4, top + 54, str(int(group["strains"])), "ink", 24, True, align="right")
    plate.text(axis + 6, top + 54, "see strain", "muted", 11)
    plate.text(axis - 6, top + 82, "strains", "muted", 11, align="right")
    plate.text(axis + 6, top + 82, "sustains", "muted", 11)
    if mixed is not None:
        plate.text(mixed, top + 82, "mixed", "muted", 11)


def _square(plate: Plate, claim: Row, x: float, y: float, side: float) -> None:
    token, hollow = claim["dimension"], claim["valence"] == "ambivalent"
    tip = {
        "claim": claim["statement"], "says": claim["valence"], "by": claim["actor"],
        "source": f"{claim['cite']} ({claim['grade']})",
    }  # fmt: skip
    plate.symbol(
        x, y, "square", side**2, "bg" if hollow else token, token, 1.5, tip=tip,
        href=f"ledger.html#{claim['anchor']}",
        hatched=claim["scope"] == "external" and not hollow,
    )  # fmt: skip
