"""What a mean rent alone leaves open: the pairs of protected and market rents that it allows."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from clusterbook.analysis import rents, series
from clusterbook.analysis.prices import Interval
from clusterbook.evidence import Case
from clusterbook.evidence.units import number_words, unit_words
from clusterbook.prose.gap import Gap

from .figure import Figure, layered
from .layout import Frame, Label, nice
from .marks import axes, scales, text_layers
from .theme import WIDE, colour
from .vega import Chart

SHARES = (0.1, 0.3, 0.5)
"""Shares of the let area at the protected rent for which pairs are drawn: examples, no evidence."""

DISCOUNTS = tuple(i / 50 for i in range(50))


def feasible_pairs(case: Case) -> Figure | Gap:
    """Return the pairs of rents that the latest rent of the whole cluster allows, read as a mean.

    The data gap where no dated rent is given without a tier.
    """
    rows, _, unit = rents.per_area(case.series("rent"))
    whole = series.latest(rows[rows["segment"] == ""]) if len(rows) else rows
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
        draw=lambda width: _draw(row, table, width),
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
        return f"What a mean of {row['value_words']} in {row['date_words']} leaves open"
    few, many = half.iloc[0], half.iloc[-1]
    return (
        f"A mean of {row['value_words']} in {row['date_words']} leaves both tiers open: if some "
        f"pay half, the rest pay {_span(few)} or {_span(many)}, as few or many are favoured"
    )


def _span(row: pd.Series) -> str:
    low, high = (number_words(round(row[f"market_{side}"], 1)) for side in ("lower", "upper"))
    return low if low == high else f"{low}–{high}"


def _described(row: pd.Series, table: pd.DataFrame) -> str:
    lines = []
    half = table[(table["discount"] - 0.5).abs() < 1e-9]
    for pair in half.itertuples():
        lines.append(
            f"{pair.share:.0%} of space at half price: {pair.protected_lower:.2f} to "
            f"{pair.protected_upper:.2f} against {pair.market_lower:.2f} to {pair.market_upper:.2f}"
        )
    return (
        f"Pairs of protected and market rent with the mean {row['value_words']} of "
        f"{row['date_words']}. {'; '.join(lines)}."
    )


def _draw(row: pd.Series, table: pd.DataFrame, width: int) -> Any:
    wide = width == WIDE
    inner = width - (36 if wide else 30)
    low, high = float(row["low"]), float(row["high"])
    top = high / (1 - max(SHARES) * 0.9)
    right = high * 1.22
    frame = Frame(inner, 340 if wide else 320, (0, right), (0, top))
    sx, sy = scales(frame)
    place = {"x": alt.X("x:Q", scale=sx, axis=None), "y": alt.Y("y:Q", scale=sy, axis=None)}
    marks = [v for v in nice(high, 5) if v <= high]
    layers: list[Any] = axes(frame, {v: number_words(v) for v in marks}, nice(top))
    labels: list[Label] = []
    inks: list[str] = []
    points = [i * high / 100 for i in range(101)]
    for share in SHARES:
        band = pd.DataFrame({"x": points})
        band["y"] = [max(x, (low - share * x) / (1 - share)) for x in points]
        band["y2"] = [(high - share * x) / (1 - share) for x in points]
        area = Chart(band).mark_area(color=colour("economic"), opacity=0.28)
        layers.append(area.encode(**place, y2="y2:Q"))
        words = f"{share:.0%} of space protected" if wide else f"{share:.0%} protected"
        label = Label(0, 0, [words], 12, True)
        label.left = 12
        middle = (low + high) / 2 / (1 - share)
        tilt = share / (1 - share) * frame.vx(12 + label.width / 2)
        label.top = frame.py(middle - tilt) - label.height / 2
        labels.append(label)
        inks.append("ink")
    layers += _equal(place, low, high)
    said = Label(0, 0, [str(row["value_words"])], 12.5, True, second=["one rent for all"])
    said.left, said.top = frame.px(low) + 8, frame.py(low) + 4
    labels.append(said)
    inks.append("ink")
    caption = Label(0, 0, ["rent of protected tenants"], 11)
    caption.left, caption.top = 0, frame.height + 26
    labels.append(caption)
    inks.append("muted")
    layers += text_layers(labels, frame, inks)
    return layered(layers, frame.width, frame.height)


def _equal(place: dict[str, Any], low: float, high: float) -> list[Any]:
    """Return the line on which both tiers pay the same, thick where the reported rent lies."""
    line = pd.DataFrame({"x": [0.0, high], "y": [0.0, high]})
    reported = pd.DataFrame({"x": [low, high], "y": [low, high]})
    faint = Chart(line).mark_line(color=colour("faint"), strokeDash=[2, 4], strokeWidth=1.5)
    thick = Chart(reported).mark_line(color=colour("ink"), strokeWidth=6, strokeCap="round")
    dot = Chart(reported).mark_point(
        shape="circle", size=60, fill=colour("ink"), strokeWidth=0, opacity=1
    )
    return [chart.encode(**place) for chart in (faint, thick, dot)]
