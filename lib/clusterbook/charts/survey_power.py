"""How many answers are needed: how often samples of a size answer a question, by simulation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from clusterbook.prose.survey_study import NotComputed, power

from .figure import Figure
from .labels import Label, wrap
from .pixels import Drawing, Plate
from .survey_answers import NO_ROWS
from .theme import WIDE

if TYPE_CHECKING:
    from clusterbook.analysis.survey_study import Study

LINES = {
    "proper": ("a solution without impossible values", "muted"),
    "five_factors": ("five factors found", "ink"),
    "wrong_model": ("a wrong model rejected", "cultural"),
    "path": ("a path of .35 found", "social"),
    "difference_0.5": ("parks half a deviation apart", "economic"),
    "difference_0.3": ("parks .3 of a deviation apart", "environmental"),
}
ENOUGH = 0.8


def survey_power(study: Study) -> Figure | NotComputed:
    """Return power by number of answers; the answers behind it are always SYNTHETIC."""
    found = power(study.instrument)
    if found.empty:
        return NotComputed("The simulation of sample sizes (power.csv) is missing.")
    kept = found[found["question"].isin(LINES)]
    kept = kept[(kept["question"] != "proper") | (kept["estimator"] == "WLSMV")]
    curves: dict[str, list[tuple[int, float]]] = {}
    for question, n, value in zip(kept["question"], kept["n"], kept["value"], strict=True):
        curves.setdefault(question, []).append((n, value))
    return Figure(
        name="survey-power",
        title=f"SYNTHETIC: {power_title(kept)}",
        subtitle=(
            "Share of simulated samples that answer a question, by number of respondents. The "
            "dotted line is four in five, the usual aim."
        ),
        description="; ".join(
            f"{said}: {curves[question][0][1]:.0%} at {curves[question][0][0]}, "
            f"{curves[question][-1][1]:.0%} at {curves[question][-1][0]} answers"
            for question, (said, _) in LINES.items()
            if question in curves
        ),
        draw=lambda width: _draw(curves, width),
        rows=NO_ROWS,
        table=kept,
        note=(
            "SYNTHETIC answers, drawn from the assumptions of the example (loadings near .75, "
            "paths of .35, three parks of equal size); with weaker items more are needed."
        ),
    )


def needed(curve: Sequence[tuple[int, float]]) -> int | None:
    """Return the smallest number of answers with power of four in five, None where none has."""
    return min((n for n, value in curve if value >= ENOUGH), default=None)


def power_title(table: pd.DataFrame) -> str:
    """Return how many answers factors and parks need, else a neutral title."""
    factors, parks = (
        needed([*zip(part["n"], part["value"], strict=True)])
        for part in (table[table["question"] == q] for q in ("five_factors", "difference_0.5"))
    )
    if factors and parks and parks > factors:
        return f"{factors} answers show the factors, but parks are told apart only from {parks} on"
    return "How many answers each question needs"


def _draw(curves: dict[str, list[tuple[int, float]]], width: int) -> Drawing:
    wide = width == WIDE
    left, right = 34.0, width - (214.0 if wide else 12.0)
    top, bottom = 14.0, 300.0
    ns = sorted({n for curve in curves.values() for n, _ in curve})
    plate = Plate(width, 336 if wide else 346 + 19 * len(LINES))

    def at(n: float, value: float) -> tuple[float, float]:
        across = left + 6 + (n - ns[0]) / max(ns[-1] - ns[0], 1) * (right - left - 12)
        return across, bottom - value * (bottom - top)

    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = at(0, value)[1]
        plate.rule(left, y, right, y, "faint" if value == 0 else "grid", level=0)
        plate.text(left - 6, y, f"{value:.0%}", "muted", 11, align="right")
    y = at(0, ENOUGH)[1]
    plate.rule(left, y, right, y, "ink", 1.5, (2, 3))
    for n in ns:
        if n != 80 and (wide or n not in (150,)):
            plate.text(at(n, 0)[0], bottom + 14, str(n), "muted", 11, align="center")
    plate.text(right, bottom + 30, "answers", "muted", 11, align="right")
    labels = []
    row_y = bottom + 52
    for question, (said, ink) in LINES.items():
        if question not in curves:
            continue
        curve = sorted(curves[question], key=lambda point: point[0])
        points = [at(n, value) for n, value in curve]
        for (x, y), (x2, y2) in pairwise(points):
            plate.rule(x, y, x2, y2, ink, 2.2)
        for (x, y), (n, value) in zip(points, curve, strict=True):
            tip = {"question": said, "answers": str(n), "SYNTHETIC samples": f"{value:.0%}"}
            plate.symbol(x, y, "circle", 34, ink, ink, 1, tip=tip)
        if wide:
            labels.append((Label(right, points[-1][1], wrap(said, 196, 12)), ink))
        else:
            plate.symbol(left + 6, row_y, "circle", 60, ink, ink, 1)
            enough = needed(curve)
            wanted = f"{enough} answers" if enough else f"over {ns[-1]}"
            plate.text(left + 18, row_y, f"{said}: {wanted}", ink, 12)
            row_y += 19
    _spread(labels)
    for label, ink in labels:
        plate.lines(label.x + 10, label.y, label.lines, 12, ink=ink)
    return plate.drawing()


def _spread(labels: list[tuple[Label, str]]) -> None:
    """Move labels at the right edge apart, the highest first."""
    free = 0.0
    for label, _ in sorted(labels, key=lambda pair: (pair[0].y, pair[0].lines)):
        label.y = max(label.y, free + 8)
        free = label.y + len(label.lines) * 15.6 - 6
