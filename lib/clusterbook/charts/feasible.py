"""What a mean rent alone leaves open: the pairs of protected and market rents that it allows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clusterbook.analysis import rents, series
from clusterbook.analysis.prices import Interval
from clusterbook.evidence import Case
from clusterbook.evidence.dates import in_time
from clusterbook.evidence.plain import entries
from clusterbook.evidence.units import number_words, unit_words
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import Frame, Label, nice
from .pixel_layers import place
from .pixels import Drawing, Plate
from .plots import Plot, finished
from .theme import WIDE, colour

SHARES = (0.1, 0.3, 0.5)
"""Shares of the let area at the protected rent for which pairs are drawn: examples, no evidence."""

DISCOUNTS = tuple(i / 50 for i in range(50))


def feasible_pairs(case: Case) -> Figure | Gap | None:
    """Return the pairs of rents that the latest rent of the whole cluster allows, read as a mean.

    None without any rent, of which `rent_history` tells; the data gap where no dated rent is given
    without a tier.
    """
    rows, _, unit = rents.of_case(case)
    if rows.empty:
        return None
    whole = series.latest(rows[rows["segment"] == ""])
    if whole.empty:
        return Gap(
            "a rent of the whole cluster, so there is no mean to take apart",
            ["observations.csv: indicator rent, segment empty, with a date"],
        )
    row = whole.sort_values(["grade", "row"], kind="stable").iloc[0]
    table = rents.feasible_rents(Interval(row["low"], row["high"]), SHARES, DISCOUNTS)
    return Figure(
        name="feasible-rents",
        title=feasible_title(row, table),
        subtitle=(
            f"Across: rent of protected tenants, upwards: rent of all others, in "
            f"{unit_words(unit)}. Each band holds the pairs whose mean is {row['value_words']}, "
            "for one share of space at the protected rent."
        ),
        description=_described(row, table),
        draw=lambda width: _draw(row, width),
        rows=whole[whole["anchor"] == row["anchor"]],
        note=(
            "The shares are examples to read by, not evidence. The source names no tier, and its "
            "figure is read as a mean over the let area."
        ),
        table=table.round(4),
    )


def feasible_title(row: pd.Series, table: pd.DataFrame) -> str:
    """Return what half price for some means for the rest, from the narrowest to the widest share.

    Columns in: those of `rents.feasible_rents`, with a discount of one half.
    """
    half = table[(table["discount"] - 0.5).abs() < 1e-9].sort_values("share")
    if half.empty:
        return f"What a mean of {row['value_words']} {in_time(row['date_words'])} leaves open"
    few, many = half.iloc[0], half.iloc[-1]
    return (
        f"A mean of {row['value_words']} {in_time(row['date_words'])} leaves both tiers open: if "
        f"some pay half, the rest pay {_span(few)} or {_span(many)}, as few or many are favoured"
    )


def _span(row: pd.Series) -> str:
    low, high = (number_words(round(row[f"market_{side}"], 1)) for side in ("lower", "upper"))
    return low if low == high else f"{low}–{high}"


def _described(row: pd.Series, table: pd.DataFrame) -> str:
    lines = []
    half = table[(table["discount"] - 0.5).abs() < 1e-9]
    for pair in entries(half):
        lines.append(
            f"{pair.share:.0%} of space at half price: {pair.protected_lower:.2f} to "
            f"{pair.protected_upper:.2f} against {pair.market_lower:.2f} to {pair.market_upper:.2f}"
        )
    return (
        f"Pairs of protected and market rent with the mean {row['value_words']} of "
        f"{row['date_words']}. {'; '.join(lines)}."
    )


def _draw(row: pd.Series, width: int) -> Drawing:
    wide = width == WIDE
    left = 28.0
    low, high = float(row["low"]), float(row["high"])
    top = high / (1 - max(SHARES) * 0.9)
    height = 340 if wide else 320
    frame = Frame(width - left - 2, height, (0, high * 1.22), (0, top))
    plate = Plate(width, height + 44)
    plot = Plot(plate, frame, left, 4)
    plot.grid(nice(top))
    plot.below({frame.px(v): number_words(v) for v in nice(high, 5) if v <= high})
    plate.text(left, height + 36, "rent of protected tenants", "muted", 11)
    areas = []
    for share in SHARES:
        areas.append(_band(plot, low, high, share))
        words = f"{share:.0%} of space protected" if wide else f"{share:.0%} protected"
        label = Label(0, 0, [words], 12, True)
        label.left = 12
        tilt = share / (1 - share) * frame.vx(12 + label.width / 2)
        label.top = frame.py((low + high) / 2 / (1 - share) - tilt) - label.height / 2
        plot.write([label], ["ink"])
        if low == high:  # a band without width is drawn as the line it is
            edge = (frame.px(0), frame.py(low / (1 - share)))
            plot.rule(*edge, frame.px(low), frame.py(low), "economic", 2)
    start, end = (frame.px(low), frame.py(low)), (frame.px(high), frame.py(high))
    plot.rule(0, frame.py(0), *end, "faint", 1.5, (2, 4))
    plot.rule(*start, *end, "ink", 6)
    for x, y in (start, end):
        plate.symbol(left + x, plot.top + y, "circle", 60, "ink")
    said = Label(0, 0, [str(row["value_words"])], 12.5, True, second=["one rent for all"])
    said.left = min(start[0] + 8, frame.width - said.width - 2)
    said.top = start[1] + 8
    plot.write([said], ["ink"])
    drawing = finished(plate, [plot]).specification
    drawing["layer"] = [*areas, *drawing["layer"]]
    return Drawing(drawing)


def _band(plot: Plot, low: float, high: float, share: float) -> dict[str, Any]:
    """Return the pairs for one share of protected space as an area."""
    frame = plot.frame
    values = []
    for step in range(41):
        x = step * high / 40
        near = max(x, (low - share * x) / (1 - share))
        far = (high - share * x) / (1 - share)
        values.append(
            {"x": round(plot.left + frame.px(x), 1), "y": round(plot.top + frame.py(near), 1),
             "y2": round(plot.top + frame.py(far), 1)}
        )  # fmt: skip
    mark = {"type": "area", "color": colour("economic"), "opacity": 0.28, "aria": False}
    both = place(plot.plate.width, plot.plate.height)
    return {
        "data": {"values": values}, "mark": mark, "encoding": {**both, "y2": {"field": "y2"}},
    }  # fmt: skip
