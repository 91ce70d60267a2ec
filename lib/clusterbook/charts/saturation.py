"""Saturation: what each further source adds in codes and in categories."""

from __future__ import annotations

import pandas as pd

from clusterbook.analysis.balance import empirical
from clusterbook.analysis.coding import read_saturation
from clusterbook.analysis.coding import saturation as curve_of
from clusterbook.evidence import Case
from clusterbook.evidence.gap import Gap
from clusterbook.prose.mechanism import CODES

from .figure import Figure
from .labels import nice, text_width
from .pixels import Drawing, Plate
from .theme import WIDE


def saturation(case: Case) -> Figure | Gap:
    """Return codes and categories so far by source in order of publication, or the data gap."""
    rows = empirical(case.findings)
    if rows.empty:
        return Gap("coded claims", [CODES])
    curve = curve_of(rows, case.all_sources)
    if len(curve) < 2:
        return Gap("claims from two sources, so saturation cannot be judged", [CODES])
    read = read_saturation(curve)
    last = curve.iloc[-1]
    return Figure(
        name="saturation",
        title=saturation_title(curve),
        subtitle=(
            "Codes and categories found so far, source by source in order of publication, undated "
            "ones last. A full disc marks a source that brings a new category."
        ),
        description=(
            f"After {len(curve)} sources there are {last['codes']} codes and "
            f"{last['categories']} categories; the last {read.quiet} sources bring no new category."
        ),
        draw=lambda width: _draw(curve, width),
        rows=rows,
        table=curve,
        note=(
            "Sources were not sampled until nothing new came: this shows how far those found reach."
        ),
    )


def saturation_title(curve: pd.DataFrame) -> str:
    """Return whether categories have closed, by the last sources, else that they have not.

    Closed means that the last three sources, and at least a fifth of all, bring no new category.
    """
    read = read_saturation(curve)
    closed = read.quiet >= 3 and read.quiet >= len(curve) / 5
    if closed:
        ends = f"No new category comes from the last {read.quiet} of {len(curve)} sources"
    else:
        ends = f"Source {len(curve) - read.quiet} of {len(curve)} still brings a new category"
    return f"{ends}, while every claim brings a new code" if read.one_code_a_claim else ends


def _draw(curve: pd.DataFrame, width: int) -> Drawing:
    wide = width == WIDE
    left, right = 30.0, width - (112.0 if wide else 10.0)
    heights = (130.0, 130.0)
    plate = Plate(width, 358)
    n = len(curve)
    step = (right - left) / max(n - 0.5, 1)
    xs = [left + step * (i + 0.5) for i in range(n)]
    top = 22.0
    for column, name, height in zip(
        ("codes", "categories"), ("codes", "categories"), heights, strict=True
    ):
        most = float(curve[column].max())
        plate.text(left, top - 12, f"{name} so far", "ink", 12, True)
        for value in nice(most, 4):
            y = top + height * (1 - value / (most * 1.08))
            plate.rule(left, y, right, y, "faint" if value == 0 else "grid", level=0)
            plate.text(left - 7, y, f"{value:g}", "muted", 11, align="right")
        last = None
        for x, row in zip(xs, curve.itertuples(), strict=True):
            y = top + height * (1 - getattr(row, column) / (most * 1.08))
            if last is not None:
                plate.rule(last[0], last[1], x, last[1], "ink", 1.8)
                plate.rule(x, last[1], x, y, "ink", 1.8)
            last = (x, y)
            new = getattr(row, f"new_{column}")
            tip = {"source": f"{row.label} ({row.grade})", "year": row.year or "undated",
                   "new": f"{new} {name}"}  # fmt: skip
            full = "ink" if row.new_categories else "bg"
            plate.symbol(x, y, "circle", 60 if n < 25 else 44, full, "ink", 1.6, tip=tip)
        if last is not None and wide:
            plate.text(right + 8, last[1], f"{int(most)} {name}", "ink", 12, True)
        top += height + 34
    _years(plate, curve, xs, top - 16, wide)
    return plate.drawing()


def _years(plate: Plate, curve: pd.DataFrame, xs: list[float], y: float, wide: bool) -> None:
    """Write a year under the first source that bears it, as far as there is room."""
    free, seen = -100.0, ""
    for x, year in zip(xs, curve["year"], strict=True):
        name = year or "undated"
        wide_by = text_width(name, 11)
        left = min(x - wide_by / 2, plate.width - wide_by)
        if name == seen or left < free:
            continue
        plate.text(left, y, name, "muted", 11)
        seen, free = name, left + wide_by + (14 if wide else 10)
