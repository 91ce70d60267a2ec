"""Coded claims as a tree: the cluster, its categories, a square for each code."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clusterbook.analysis.balance import empirical
from clusterbook.analysis.coding import categories, core_category
from clusterbook.evidence import Case
from clusterbook.evidence.gap import Gap
from clusterbook.evidence.vocabulary import DIMENSIONS
from clusterbook.prose.mechanism import CODES, category_words

from .figure import Figure
from .labels import wrap
from .pixels import Drawing, Plate
from .plain_rows import Row, grouped
from .theme import WIDE


def coding_tree(case: Case) -> Figure | Gap:
    """Return the tree of codes and categories, the proposed core category first, or the gap."""
    rows = empirical(case.findings)
    if rows.empty:
        return Gap("coded claims", [CODES])
    found = categories(rows)
    core = core_category(found)
    said = "; ".join(
        f"{category_words(r.category)}: {r.claims} claims from {r.sources} sources"
        for r in found.itertuples()
    )
    claims = grouped(rows.sort_values(["dimension", "row"]), "category")
    inks = ", ".join(f"[{d}]({d})" for d in DIMENSIONS if (rows["dimension"] == d).any())
    return Figure(
        name="coding-tree",
        title=tree_title(case.name, found),
        subtitle=(
            f"A square is a coded claim, in the colour of its dimension: {inks}. Hollow ones "
            "strain. Categories are in order of the sources that speak of them (figure at the end)."
        ),
        description=f"Categories of coded claims on {case.name}. {said}.",
        draw=lambda width: _draw(claims, found, core, width),
        rows=rows,
        note=(
            "A core category is the analyst's choice; the boldest line "
            "is the one that most sources speak of."
            if core
            else "No category leads over the sources."
        ),
    )


def tree_title(name: str, found: pd.DataFrame) -> str:
    """Return what the claims centre on where a category leads over sources, else a neutral title.

    `found` is the table of `categories`.
    """
    core = core_category(found)
    if not core:
        return f"The claims on {name} fall into {len(found)} categories without a clear centre"
    words = category_words(core)
    if len(found) > 1 and found["sources"].iloc[0] > found["sources"].iloc[1]:
        return f"More sources on {name} speak of {words} than of any other category"
    return f"{words.capitalize()} leads {len(found)} categories of claims on {name}"


def _draw(claims: dict[str, list[Row]], found: pd.DataFrame, core: str, width: int) -> Drawing:
    wide = width == WIDE
    name_at, squares_at = (64.0, 250.0) if wide else (24.0, 24.0)
    room = width - squares_at - 30
    step = 13.0
    a_line = int(room // step)
    heights = []
    for count in found["claims"]:
        lines = -(-count // a_line)
        heights.append(max(24.0, lines * step + 10) if wide else 20 + lines * step + 10)
    plate = Plate(width, sum(heights) + 34)
    root = 10.0
    plate.text(0, 8, f"{sum(map(len, claims.values()))} claims", "ink", 13, True)
    y = 24.0
    centres = []
    for row, height in zip(found.itertuples(), heights, strict=True):
        first = y + (12 if wide else 10)
        centres.append(first)
        bold = row.category == core
        plate.rule(root, first, name_at - 6, first, "ink" if bold else "faint", 3 if bold else 1.2)
        words = category_words(row.category)
        plate.text(name_at, first, wrap(words, 186, 12.5, bold)[0] if wide else words, "ink", 12.5,
                   bold)  # fmt: skip
        for place, claim in enumerate(claims.get(row.category, [])):
            x = squares_at + (place % a_line) * step + 6
            down = first + (0 if wide else 20) + (place // a_line) * step
            _square(plate, x, down, claim)
        plate.text(width, first, str(row.sources), "ink" if bold else "muted", 12, bold,
                   align="right")  # fmt: skip
        y += height
    plate.rule(root, 18, root, centres[-1], "faint", 1.5)
    plate.text(width, 8, "sources", "muted", 11, align="right")
    return plate.drawing()


def _square(plate: Plate, x: float, y: float, claim: dict[str, Any]) -> None:
    ink = claim["dimension"] if claim["dimension"] in DIMENSIONS else "muted"
    tip = {
        "code": category_words(claim["code"]),
        "claim": claim["statement"],
        "source": f"{claim['cite']} ({claim['grade']})",
    }
    fill = "bg" if claim["valence"] == "strains" else ink
    plate.symbol(x, y, "square", 74, fill, ink, 1.6, tip=tip)
