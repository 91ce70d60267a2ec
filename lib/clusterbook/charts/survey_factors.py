"""How many factors the answers hold: eigenvalues against those of answers without structure."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from clusterbook.prose.survey_study import NotComputed, told

from .figure import Figure
from .labels import nice
from .pixels import Drawing, Plate
from .survey_answers import NO_ROWS, offered
from .theme import WIDE

if TYPE_CHECKING:
    from clusterbook.analysis.survey_study import Study

PANELS = (("factor", "Common factors"), ("component", "Components"))


@told
def survey_factors(study: Study) -> Figure | NotComputed:
    """Return both parallel analyses as eigenvalues with their limits."""
    found, stated = study.parallel, len(study.instrument.factors)
    counts = (found.factors, found.components)
    return Figure(
        name="survey-factors",
        title=f"{study.mark}{factors_title(found.components, found.factors, stated)}",
        subtitle=(
            "Eigenvalues of the items (discs) against the limit that answers shuffled within each "
            "item reach in five of a hundred samples (dashes). Full discs exceed it."
        ),
        description=(
            f"Parallel analysis: {found.factors} common factors and {found.components} components "
            f"exceed chance; the questionnaire states {stated}."
        ),
        draw=cache(lambda width: _draw(found.table, counts, study, width)),
        rows=NO_ROWS,
        table=offered(study, found.table),
        note=(
            f"{study.mark}{study.complete.n} complete answers. Components run low where factors "
            "correlate and have few items; common factors run high."
        ),
    )


def factors_title(components: int, factors: int, stated: int) -> str:
    """Return whether the answers hold as many factors as stated."""
    low, high = sorted((components, factors))
    held = f"{low}" if low == high else f"{low} to {high}"
    if stated > high:
        return f"The answers hold {held} factors, fewer than the {stated} stated"
    if stated < low:
        return f"The answers hold {held} factors, more than the {stated} stated"
    return f"The answers hold {held} factors; {stated} are stated"


def _draw(table: pd.DataFrame, counts: tuple[int, int], study: Study, width: int) -> Drawing:
    wide = width == WIDE
    height, head = 170.0, 26.0
    size = (width - 40) / 2 if wide else float(width)
    plate = Plate(width, (height + head + 34) * (1 if wide else 2))
    for place, (column, name) in enumerate(PANELS):
        x = place * (size + 40) if wide else 0.0
        top = head + (0 if wide else place * (height + head + 34))
        _panel(plate, table, column, f"{name}: {counts[place]}", x, x + size, top, height, study)
    return plate.drawing()


def _panel(
    plate: Plate, table: pd.DataFrame, column: str, name: str, left: float, right: float,
    top: float, height: float, study: Study,
) -> None:  # fmt: skip
    plate.text(left, top - 16, name, "ink", 13, True)
    low = min(0.0, float(table[column].min()) * 1.2)
    most = float(max(table[column].max(), table[f"{column}_limit"].max())) * 1.06
    start = left + 26

    def down(value: float) -> float:
        return top + height * (most - value) / (most - low)

    for value in nice(most, 4):
        ink = "faint" if value == 0 else "grid"
        plate.rule(start, down(value), right, down(value), ink, level=0)
        plate.text(start - 7, down(value), f"{value:g}", "muted", 11, align="right")
    step = (right - start) / len(table)
    count = 0
    still = True
    points = []
    for row in table.itertuples():
        x = start + step * (row.number - 0.5)
        value, limit = getattr(row, column), getattr(row, f"{column}_limit")
        still = still and value > limit
        count += still
        plate.rule(x - step * 0.42, down(limit), x + step * 0.42, down(limit), "muted", 1.8, (3, 2))
        tip = {"eigenvalue": f"{study.mark}{value:.2f}", "limit": f"{limit:.2f}"}
        points.append((x, down(value)))
        plate.symbol(x, down(value), "circle", 62, "ink" if still else "bg", "ink", 1.8, tip=tip)
        if row.number % 2 or len(table) < 8:
            plate.text(x, top + height + 18, str(row.number), "muted", 11, align="center")
    for (x, y), (x2, y2) in pairwise(points):
        plate.rule(x, y, x2, y2, "faint", 1.2)
