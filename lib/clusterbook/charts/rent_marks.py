"""How rents are drawn: ranges, discs by grade, lines of one tenant, the gutter, labels."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import pandas as pd

from clusterbook.analysis import series
from clusterbook.analysis.voices import disagree
from clusterbook.evidence.tables import value_words

from .count_panels import either_words
from .figure import layered
from .key import key
from .layout import Box, Frame, Label, along, nice, place_labels, wrap, years_between
from .marks import TIP, axes, discs, hedges, range_bars, scales, text_layers, tidy
from .theme import WIDE, colour
from .vega import Chart

APART = 13.0
"""How many pixels discs of one date and value stand apart."""


def draw_rents(rows: pd.DataFrame, width: int) -> Any:
    """Return the plot of dated rents over time and undated ones in a gutter.

    Where the rows have `nominal_low` and `nominal_high`, a dash marks what was reported.
    """
    wide = width == WIDE
    placed, loose = series.dated(rows), series.undated(rows)
    gutter = _gutter_width(loose, wide)
    inner = width - (36 if wide else 30)
    top = max(1e-9, rows["high"].max()) * 1.12
    years = placed["when"] if len(placed) else pd.Series([2000.0, 2001.0])
    first, last = math.floor(years.min()) - 0.6, math.ceil(years.max()) + 0.6
    span = (last - first) * inner / max(1.0, inner - gutter)
    frame = Frame(inner, 400 if wide else 430, (first, first + span), (0, top))
    edge = inner - gutter
    data = _points(placed, loose, frame, edge)
    ticks = _ticks(math.floor(years.min()), math.floor(years.max()), frame, wide)
    layers: list[Any] = []
    if gutter:
        layers += _gutter(frame, edge + 14)
    layers += axes(frame, {v + 0.5: str(int(v)) for v in ticks}, nice(top))
    labels, inks = _labels(data, frame, edge, wide)
    layers += _years_without(placed, frame)
    layers += _reported(data, frame) + range_bars(data, frame) + _joined(data, frame)
    layers += hedges(data, frame) + discs(data, frame, tooltip=TIP)
    layers += text_layers(labels, frame, inks)
    special = ["range"] if (data["high"] > data["low"]).any() else []
    special += ["nominal"] if "nominal" in data else []
    layers += key(data["grade"], special, frame, frame.height + 42)
    return layered(layers, frame.width, frame.height)


def _ticks(first: int, last: int, frame: Frame, wide: bool) -> list[float]:
    """Return round years, and the last one with a rent, where there is room between them."""
    ticks = years_between(first, last, 6 if wide else 4)
    room = [v for v in ticks if frame.px(last) - frame.px(v) >= 36]
    return [*room, float(last)]


def _gutter_width(loose: pd.DataFrame, wide: bool) -> float:
    if loose.empty:
        return 0
    return 14 + 16 + 11 + max(_loose_label(row, wide).width for row in loose.itertuples()) + 6


def _loose_label(row: Any, wide: bool) -> Label:
    across = 96 if wide else 58
    size = 12.5 if wide else 11.5
    second = wrap(row.segment.replace("_", " "), across, 11) if row.segment else []
    return Label(0, 0, wrap(row.value_words, across, size, True), size, True, second=second)


def _points(placed: pd.DataFrame, loose: pd.DataFrame, frame: Frame, edge: float) -> pd.DataFrame:
    """Return what is drawn, each point at `x`, `y` of the frame."""
    both = pd.concat([placed, loose])
    columns = ["row", "segment", "source", "grade", "qualifier", "low", "high", "value_words"]
    data = both[columns].join(tidy(both))
    data["year"] = both["when"] // 1
    data["gutter"] = [False] * len(placed) + [True] * len(loose)
    data["px"] = [*(frame.px(v) for v in placed["when"]), *([edge + 14 + 16] * len(loose))]
    data["py"] = [frame.py((a + b) / 2) for a, b in zip(data["low"], data["high"], strict=True)]
    if "nominal_low" in both:
        data["nominal"] = (both["nominal_low"] + both["nominal_high"]) / 2
    _part_discs(data)
    _move_off(data, frame)
    data["x"] = [frame.vx(v) for v in data["px"]]
    data["y"] = [frame.vy(v) for v in data["py"]]
    data["token"] = ["economic" if segment else "muted" for segment in data["segment"]]
    data["colour"] = data["token"].map(colour)
    return data


def _part_discs(data: pd.DataFrame) -> None:
    """Part discs of one date and nearly one value, around that date."""
    start = data["px"].copy()
    left = list(data.index)
    while left:
        index = left[0]
        near = [
            i
            for i in left
            if abs(start[i] - start[index]) < 1 and abs(data["py"][i] - data["py"][index]) < 11
        ]
        for place, i in enumerate(near):
            data.loc[i, "px"] = start[i] + (place - (len(near) - 1) / 2) * APART
            left.remove(i)


def _move_off(data: pd.DataFrame, frame: Frame) -> None:
    """Put the disc of a long range at its upper or lower end where its middle is taken."""
    for index, row in data[data["high"] > data["low"]].iterrows():
        others = data.drop(index)
        for y in (row["py"], frame.py(row["high"]), frame.py(row["low"])):
            close = (abs(others["px"] - row["px"]) < 24) & (abs(others["py"] - y) < 24)
            if abs(y - row["py"]) < 40 and y != row["py"]:
                continue
            if not close.any():
                data.loc[index, "py"] = y
                if "nominal" in data and y != row["py"]:
                    data.loc[index, "nominal"] = float("nan")
                break


def _gutter(frame: Frame, left: float) -> list[Any]:
    sx, sy = scales(frame)
    band = pd.DataFrame(
        {"x": [frame.vx(left)], "x2": [frame.x[1]], "y": [frame.y[0]], "y2": [frame.y[1]]}
    )
    word = pd.DataFrame(
        {"x": [frame.vx((left + frame.width) / 2)], "y": [frame.vy(frame.height + 15)]}
    )
    place = {"x": alt.X("x:Q", scale=sx, axis=None), "y": alt.Y("y:Q", scale=sy, axis=None)}
    return [
        Chart(band).mark_rect(color=colour("band")).encode(**place, x2="x2:Q", y2="y2:Q"),
        Chart(word)
        .mark_text(fontSize=11, color=colour("muted"), text="undated", baseline="middle")
        .encode(**place),
    ]


def _without(placed: pd.DataFrame, frame: Frame) -> tuple[Label, float, float] | None:
    """Return the words for the longest run of years without a rent, and its ends in pixels."""
    gap = series.longest_gap(placed)
    if gap is None:
        return None
    left, right = frame.px(gap[0]), frame.px(gap[1] + 1)
    words = f"no dated rent, {gap[0]} to {gap[1]}"
    label = Label((left + right) / 2, 0, wrap(words, max(90.0, right - left), 11), 11)
    label.left, label.top = label.x - label.width / 2, frame.py(0) - 18 - label.height
    label.align = "center"
    return label, left + 4, right - 4


def _years_without(placed: pd.DataFrame, frame: Frame) -> list[Any]:
    found = _without(placed, frame)
    if found is None:
        return []
    label, left, right = found
    sx, sy = scales(frame)
    place = {"x": alt.X("x:Q", scale=sx, axis=None), "y": alt.Y("y:Q", scale=sy, axis=None)}
    line = pd.DataFrame(
        {"x": [frame.vx(left)], "x2": [frame.vx(right)], "y": [frame.vy(frame.py(0) - 13)]}
    )
    words = pd.DataFrame(
        {
            "x": frame.vx(label.x),
            "y": [frame.vy(label.top + (i + 0.5) * 13.75) for i in range(len(label.lines))],
            "text": label.lines,
        }
    )
    style: dict[str, Any] = {"fontSize": 11, "fontStyle": "italic", "baseline": "middle"}
    return [
        Chart(line)
        .mark_rule(color=colour("faint"), strokeDash=[2, 4], strokeWidth=1.5)
        .encode(**place, x2="x2:Q"),
        Chart(words).mark_text(**style, color=colour("muted")).encode(**place, text="text:N"),
    ]


def _reported(data: pd.DataFrame, frame: Frame) -> list[Any]:
    """Return a dash at the value as reported, tied to the real one by a thin line."""
    if "nominal" not in data:
        return []
    sx, sy = scales(frame)
    table = data.loc[data["nominal"].notna(), ["x", "y", "nominal"]]
    x = alt.X("x:Q", scale=sx, axis=None)
    y = alt.Y("nominal:Q", scale=sy, axis=None)
    base = Chart(table)
    return [
        base.mark_rule(color=colour("faint"), strokeWidth=1).encode(x=x, y=y, y2="y:Q"),
        base.mark_tick(orient="horizontal", size=12, thickness=2, color=colour("faint")).encode(
            x=x, y=y
        ),
    ]


def _tenants(data: pd.DataFrame) -> pd.DataFrame:
    own = data[(data["segment"] != "") & ~data["gutter"]]
    return own[own.groupby(["segment", "source"])["px"].transform("size") > 1]


def _joined(data: pd.DataFrame, frame: Frame) -> list[Any]:
    own = _tenants(data)
    if own.empty:
        return []
    sx, sy = scales(frame)
    return [
        Chart(own[["x", "y", "segment", "source", "colour"]])
        .mark_line(strokeWidth=2.5)
        .encode(
            x=alt.X("x:Q", scale=sx, axis=None),
            y=alt.Y("y:Q", scale=sy, axis=None),
            detail=["segment:N", "source:N"],
            color=alt.Color("colour:N", scale=None, legend=None),
        )
    ]


def _obstacles(data: pd.DataFrame, frame: Frame) -> list[Box]:
    boxes = []
    for row in data.itertuples():
        boxes.append(Box(row.px - 8, row.py - 8, row.px + 8, row.py + 8))
        if row.high > row.low:
            boxes.append(Box(row.px - 5, frame.py(row.high), row.px + 5, frame.py(row.low)))
        if "nominal" in data and row.nominal == row.nominal:
            reported = frame.py(row.nominal)
            boxes.append(Box(row.px - 6, min(row.py, reported), row.px + 6, max(row.py, reported)))
    for _, part in _tenants(data).groupby(["segment", "source"]):
        boxes += along(list(zip(part["px"], part["py"], strict=True)))
    return boxes


def _said(part: pd.DataFrame) -> str:
    """Return values of one date in words; ranges that touch as one range, others side by side."""
    hedges_of = set(part["qualifier"])
    if disagree(part) or len(hedges_of) > 1 or part["value_words"].nunique() == 1:
        return either_words(part)
    low, high = (
        float(f"{v:.2g}") if "nominal" in part else float(v)
        for v in (part["low"].min(), part["high"].max())
    )
    return value_words(low, high, hedges_of.pop())


def _labels(
    data: pd.DataFrame, frame: Frame, edge: float, wide: bool
) -> tuple[list[Label], list[str]]:
    """Return one label per value, year and tier; a tier is named at its last value."""
    size = 12.5 if wide else 11.5
    dated = data[~data["gutter"]]
    last = dated.groupby("segment")["px"].transform("max") == dated["px"]
    order = dated.assign(last=last).sort_values(["token", "py"], kind="stable")
    labels: list[Label] = []
    inks: list[str] = []
    order["near"] = (order["py"] / 40).round()
    for (_, segment, _), part in order.groupby(["year", "segment", "near"], sort=False):
        named = bool(segment) and bool(part["last"].any())
        second = wrap(segment.replace("_", " "), 130 if wide else 90, size - 1) if named else []
        sources = part["source"].nunique()
        second += [f"{sources} sources"] if sources > 1 else []
        words = wrap(_said(part), 170 if wide else 110, size, True)
        middle = (part["px"].min() + part["px"].max()) / 2
        label = Label(middle, part["py"].mean(), words, size, True, second=second)
        label.gap = 10 + (part["px"].max() - part["px"].min()) / 2
        labels.append(label)
        inks.append(part["token"].iloc[0] if segment else "ink")
    obstacles = _obstacles(data, frame)
    without = _without(dated.assign(when=dated["year"] + 0.5), frame)
    if without:
        label, left, right = without
        obstacles.append(Box(left, label.top, right, frame.py(0)))
    place_labels(labels, (edge, frame.height), obstacles)
    for row in data[data["gutter"]].itertuples():
        label = _loose_label(row, wide)
        label.left, label.top = row.px + 11, row.py - label.height / 2
        label.top = min(label.top, frame.height - label.height)
        labels.append(label)
        inks.append(row.token)
    return labels, inks
