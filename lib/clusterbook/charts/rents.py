"""The rent history of a cluster, by tier, as ranges."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import pandas as pd

from clusterbook.analysis import series
from clusterbook.evidence import Case
from clusterbook.evidence.units import unit_words
from clusterbook.prose.gap import Gap

from .figure import Figure, layered
from .layout import Box, Frame, Label, nice, place_labels, wrap, years_between
from .marks import TIP, axes, discs, hedges, range_bars, scales, text_layers, tidy
from .theme import WIDE, colour


def rent_history(case: Case) -> Figure | Gap:
    """Return the chart of all rents per area and time, or the data gap where there is none.

    Ranges are bars, the grade is on the disc, only values of one tenant from one source are
    joined, undated values stand in a gutter.
    """
    reported = series.inside(case.series("rent"))
    unit = series.main_unit(reported[reported["unit"].str.count("/") == 2])
    rows, other = series.in_unit(reported, unit) if unit else (reported.iloc[:0], reported)
    if rows.empty:
        return Gap("rents per area", ["observations.csv: indicator rent, unit such as CNY/m2/day"])
    left_out = f" {len(other)} rents of whole premises are not drawn." if len(other) else ""
    return Figure(
        name="rents",
        title=rent_title(case.name, rows),
        subtitle=(
            f"Rent in {unit_words(unit)}, nominal, as each source reports it. "
            "[Named tiers in colour](economic); grey where the source names no tier. "
            "A bar is a range from one source."
        ),
        description=_described(case.name, rows, unit),
        draw=lambda width: _draw(rows, width),
        rows=rows,
        note=f"A year without a month is drawn at mid-year.{left_out}",
    )


def rent_title(name: str, rows: pd.DataFrame) -> str:
    """Return the finding, if first and last dated rents are apart, else a neutral title."""
    ends = series.first_and_last(rows)
    if ends is None:
        return f"Rents recorded at {name}"
    first, last = ends
    said = f"{first['value_words']} ({first['date_words']}) and {last['value_words']}"
    move = series.direction(first, last)
    if move == "unclear":
        return f"Rents recorded at {name}: {said} ({last['date_words']})"
    return (
        f"Rents at {name} {move} from {first['value_words']} in {first['date_words']} "
        f"to {last['value_words']} in {last['date_words']}"
    )


def _described(name: str, rows: pd.DataFrame, unit: str) -> str:
    placed = series.dated(rows)
    said = "; ".join(
        f"{row.date_words}{f' ({_tier(row.segment)})' if row.segment else ''}: {row.value_words}"
        for row in placed.itertuples()
    )
    return f"Rents at {name} in {unit_words(unit)} by date and tier. {said or 'All undated.'}"


def _tier(segment: str) -> str:
    return segment.replace("_", " ")


def _draw(rows: pd.DataFrame, width: int) -> Any:
    wide = width == WIDE
    placed, loose = series.dated(rows), series.undated(rows)
    gutter = (110 if wide else 78) if len(loose) else 0
    inner = width - (36 if wide else 30)
    top = max(1e-9, rows["high"].max()) * 1.12
    years = placed["when"] if len(placed) else pd.Series([2000.0, 2001.0])
    first, last = math.floor(years.min()) - 0.6, math.ceil(years.max()) + 0.8
    span = (last - first) * inner / max(1, inner - gutter)
    frame = Frame(inner, 400 if wide else 430, (first, first + span), (0, top))
    data = _points(placed, loose, frame, inner - gutter)
    x_values = years_between(first, last, 6 if wide else 4)
    layers: list[Any] = []
    if gutter:
        layers += _gutter(frame, inner - gutter + 14)
    layers += axes(frame, {v: str(int(v)) for v in x_values}, nice(top))
    layers += range_bars(data, frame)
    layers += _joined(data, frame)
    layers += hedges(data, frame) + discs(data, frame, tooltip=TIP)
    labels, inks = _labels(data, frame, wide)
    layers += text_layers(labels, frame, inks)
    return layered(layers, frame.width, frame.height)


def _points(
    placed: pd.DataFrame, loose: pd.DataFrame, frame: Frame, gutter_left: float
) -> pd.DataFrame:
    """Return what is drawn; values at one place stand side by side, a disc's width apart."""
    both = pd.concat([placed, loose])
    data = both[["segment", "source", "grade", "qualifier", "low", "high", "value_words"]].copy()
    data = data.join(tidy(both))
    data["x"] = [*placed["when"], *([frame.vx(gutter_left + 34)] * len(loose))]
    data["y"] = (data["low"] + data["high"]) / 2
    data["gutter"] = [False] * len(placed) + [True] * len(loose)
    taken: list[tuple[float, float]] = []
    xs = []
    for x, y in zip(data["x"], data["y"], strict=True):
        px, py = frame.px(x), frame.py(y)
        while any(abs(px - a) < 13 and abs(py - b) < 11 for a, b in taken):
            px += 13
        taken.append((px, py))
        xs.append(frame.vx(px))
    data["x"] = xs
    data["token"] = ["economic" if segment else "muted" for segment in data["segment"]]
    data["colour"] = data["token"].map(colour)
    return data


def _gutter(frame: Frame, left: float) -> list[Any]:
    sx, sy = scales(frame)
    band = pd.DataFrame(
        {"x": [frame.vx(left)], "x2": [frame.x[1]], "y": [frame.y[0]], "y2": [frame.y[1]]}
    )
    word = pd.DataFrame(
        {"x": [frame.vx((left + frame.width) / 2)], "y": [frame.vy(frame.height + 14)]}
    )
    place = {"x": alt.X("x:Q", scale=sx, axis=None), "y": alt.Y("y:Q", scale=sy, axis=None)}
    return [
        alt.Chart(band).mark_rect(color=colour("band")).encode(**place, x2="x2:Q", y2="y2:Q"),
        alt.Chart(word)
        .mark_text(fontSize=11, color=colour("muted"), text="undated")
        .encode(**place),
    ]


def _joined(data: pd.DataFrame, frame: Frame) -> list[Any]:
    own = data[(data["segment"] != "") & ~data["gutter"]]
    own = own[own.groupby(["segment", "source"])["x"].transform("size") > 1]
    if own.empty:
        return []
    sx, sy = scales(frame)
    return [
        alt.Chart(own[["x", "y", "segment", "colour"]])
        .mark_line(strokeWidth=2.5)
        .encode(
            x=alt.X("x:Q", scale=sx, axis=None),
            y=alt.Y("y:Q", scale=sy, axis=None),
            detail="segment:N",
            color=alt.Color("colour:N", scale=None, legend=None),
        )
    ]


def _labels(data: pd.DataFrame, frame: Frame, wide: bool) -> tuple[list[Label], list[str]]:
    size = 12.5 if wide else 11.5
    obstacles = []
    for row in data.itertuples():
        x, y = frame.px(row.x), frame.py(row.y)
        obstacles.append(Box(x - 8, y - 8, x + 8, y + 8))
        if row.high > row.low:
            obstacles.append(Box(x - 5, frame.py(row.high), x + 5, frame.py(row.low)))
    labels: list[Label] = []
    inks: list[str] = []
    said: set[tuple[str, str]] = set()
    order = data.sort_values(["gutter", "token", "high"], ascending=[True, True, False])
    for row in order.itertuples():
        if (row.value_words, row.tip_date) in said:
            continue
        said.add((row.value_words, row.tip_date))
        tier = _tier(row.segment)
        named = [] if row.gutter or (tier, "") in said or not tier else wrap(tier, 120, size)
        said.add((tier, ""))
        label = Label(
            frame.px(row.x), frame.py(row.y), [row.value_words, *named], size, not row.gutter
        )
        labels.append(label)
        inks.append(row.token if row.segment else "ink")
    inside = int((~order.drop_duplicates(["value_words", "tip_date"])["gutter"]).sum())
    edge = (
        frame.px(data.loc[data["gutter"], "x"].min()) - 24 if data["gutter"].any() else frame.width
    )
    gap = series.longest_gap(data.assign(when=data["x"])[~data["gutter"]])
    if gap:
        middle = frame.px((gap[0] + gap[1] + 1) / 2)
        text = f"no dated rent, {gap[0]} to {gap[1]}"
        labels.insert(inside, Label(middle, frame.py(0) - 14, [text], 11))
        inks.insert(inside, "muted")
        inside += 1
    place_labels(labels[:inside], (edge, frame.height), obstacles)
    for label in labels[inside:]:
        label.left, label.top = label.x + 10, label.y - label.height / 2
    return labels, inks
