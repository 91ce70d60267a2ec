"""How rents are drawn: ranges, discs by grade, lines of one tenant, the gutter, labels."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pandas as pd

from clusterbook.analysis import series
from clusterbook.analysis.voices import disagree
from clusterbook.evidence.plain import entries, records
from clusterbook.evidence.tables import value_words

from .count_panels import either_words
from .layout import Box, Frame, Label, along, nice, wrap, years_between
from .pixels import Drawing, Plate, tip_of
from .plain_rows import Row, grouped
from .plots import Plot, Point, finished, key
from .theme import WIDE

APART = 13.0
"""How many pixels discs of one date and value stand apart."""


def draw_rents(rows: pd.DataFrame, width: int) -> Drawing:
    """Return the plot of dated rents over time and undated ones in a gutter.

    Where the rows have `nominal_low` and `nominal_high`, a dash marks what was reported.
    """
    wide = width == WIDE
    placed, loose = series.dated(rows), series.undated(rows)
    gutter = _gutter_width(loose, wide)
    left = 28.0
    inner = width - left - 2
    top = max(1e-9, rows["high"].max()) * 1.12
    years = placed["when"] if len(placed) else pd.Series([2000.0, 2001.0])
    first, last = math.floor(years.min()) - 0.6, math.ceil(years.max()) + 0.6
    span = (last - first) * inner / max(1.0, inner - gutter)
    frame = Frame(inner, 400 if wide else 430, (first, first + span), (0, top))
    edge = inner - gutter
    plate = Plate(width, frame.height + 60)
    plot = Plot(plate, frame, left, 4)
    data = _points(placed, loose, frame, edge)
    if gutter:
        plot.gutter(edge + 14)
    plot.grid(nice(top), edge if gutter else None)
    ticks = _ticks(math.floor(years.min()), math.floor(years.max()), frame, wide)
    plot.below({frame.px(v + 0.5): str(int(v)) for v in ticks})
    _years_without(plot, placed)
    _reported(plot, data)
    for line in _lines(data):
        for one, other in pairwise(line):
            plot.rule(one["px"], one["py"], other["px"], other["py"], one["token"], 2.5)
    for row in records(data):
        plot.point(
            Point(row["px"], row["py"], frame.py(row["low"]), frame.py(row["high"]), row["grade"],
                  row["qualifier"], row["token"], row["tip"])
        )  # fmt: skip
    _labels(plot, data, edge, wide)
    special = ["range"] if (data["high"] > data["low"]).any() else []
    special += ["nominal"] if "nominal" in data else []
    plate.height = key(plate, data["grade"], special, frame.height + 44, left)
    return finished(plate, [plot])


def _ticks(first: int, last: int, frame: Frame, wide: bool) -> list[float]:
    """Return round years, and the last one with a rent, where there is room between them."""
    ticks = years_between(first, last, 6 if wide else 4)
    room = [v for v in ticks if frame.px(last) - frame.px(v) >= 36]
    return [*room, float(last)]


def _gutter_width(loose: pd.DataFrame, wide: bool) -> float:
    if loose.empty:
        return 0
    return 14 + 16 + 11 + max(_loose_label(row, wide).width for row in entries(loose)) + 6


def _loose_label(row: Any, wide: bool) -> Label:
    across = 96 if wide else 58
    size = 12.5 if wide else 11.5
    second = wrap(row.segment.replace("_", " "), across, 11) if row.segment else []
    return Label(0, 0, wrap(row.value_words, across, size, True), size, True, second=second)


def _points(placed: pd.DataFrame, loose: pd.DataFrame, frame: Frame, edge: float) -> pd.DataFrame:
    """Return what is drawn, each point at `px`, `py` of the frame."""
    both = pd.concat([placed, loose])
    columns = ["row", "segment", "source", "grade", "qualifier", "low", "high", "value_words"]
    data = both[columns].copy()
    data["tip"] = [tip_of(row) for row in records(both)]
    data["year"] = both["when"] // 1
    data["gutter"] = [False] * len(placed) + [True] * len(loose)
    px = [*(frame.px(v) for v in placed["when"]), *([edge + 14 + 16] * len(loose))]
    py = [frame.py((a + b) / 2) for a, b in zip(data["low"], data["high"], strict=True)]
    nominal = None
    if "nominal_low" in both:
        nominal = [*((both["nominal_low"] + both["nominal_high"]) / 2)]
    px = _parted(px, py)
    moved = _moved_off(px, py, [*data["low"]], [*data["high"]], frame)
    if nominal is not None:
        data["nominal"] = [
            float("nan") if a != b else value
            for a, b, value in zip(py, moved, nominal, strict=True)
        ]
    data["px"], data["py"] = px, moved
    data["token"] = ["economic" if segment else "muted" for segment in data["segment"]]
    return data


def _parted(px: list[float], py: list[float]) -> list[float]:
    """Return places at which discs of one date and nearly one value stand apart, around it."""
    out = list(px)
    left = list(range(len(px)))
    while left:
        first = left[0]
        near = [i for i in left if abs(px[i] - px[first]) < 1 and abs(py[i] - py[first]) < 11]
        for place, i in enumerate(near):
            out[i] = px[i] + (place - (len(near) - 1) / 2) * APART
            left.remove(i)
    return out


def _moved_off(
    px: list[float], py: list[float], low: list[float], high: list[float], frame: Frame
) -> list[float]:
    """Return heights at which the disc of a long range stands at an end if its middle is taken."""
    out = list(py)
    for i, (x, y) in enumerate(zip(px, py, strict=True)):
        if low[i] == high[i]:
            continue
        for end in (y, frame.py(high[i]), frame.py(low[i])):
            if end != y and abs(end - y) < 40:
                continue
            others = (j for j in range(len(px)) if j != i)
            if not any(abs(px[j] - x) < 24 and abs(out[j] - end) < 24 for j in others):
                out[i] = end
                break
    return out


def _without(placed: pd.DataFrame, frame: Frame) -> tuple[Label, float, float] | None:
    """Return the words for the longest run of years without a rent, and its ends in pixels."""
    gap = series.longest_gap(placed)
    if gap is None:
        return None
    left, right = frame.px(gap[0]), frame.px(gap[1] + 1)
    words = f"no dated rent, {gap[0]} to {gap[1]}"
    label = Label((left + right) / 2, 0, wrap(words, max(90.0, right - left), 11), 11)
    label.left, label.top = label.x - label.width / 2, frame.py(0) - 18 - label.height
    return label, left + 4, right - 4


def _years_without(plot: Plot, placed: pd.DataFrame) -> None:
    found = _without(placed, plot.frame)
    if found is None:
        return
    label, left, right = found
    y = plot.frame.py(0) - 13
    plot.rule(left, y, right, y, "faint", 1.5, (2, 4))
    for number, line in enumerate(label.lines):
        down = plot.top + label.top + (number + 0.5) * 13.75
        middle = plot.left + label.x
        plot.plate.text(middle, down, line, "muted", 11, align="center", italic=True)


def _reported(plot: Plot, data: pd.DataFrame) -> None:
    """Draw a dash at each value as reported, tied to the real one by a thin line."""
    if "nominal" not in data:
        return
    for row in entries(data[data["nominal"].notna()]):
        y = plot.frame.py(row.nominal)
        plot.rule(row.px, y, row.px, row.py, "faint")
        plot.rule(row.px - 6, y, row.px + 6, y, "faint", 2)


def _lines(data: pd.DataFrame) -> list[list[Row]]:
    """Return what lines join: the dated rents of one tier from one source, where several."""
    own = data[(data["segment"] != "") & ~data["gutter"]]
    groups = grouped(own[["segment", "source", "px", "py", "token"]], "segment", "source")
    return [groups[key] for key in sorted(groups) if len(groups[key]) > 1]


def _obstacles(data: pd.DataFrame, frame: Frame) -> list[Box]:
    boxes = []
    for row in entries(data):
        boxes.append(Box(row.px - 8, row.py - 8, row.px + 8, row.py + 8))
        if row.high > row.low:
            boxes.append(Box(row.px - 5, frame.py(row.high), row.px + 5, frame.py(row.low)))
        if "nominal" in data and row.nominal == row.nominal:
            reported = frame.py(row.nominal)
            boxes.append(Box(row.px - 6, min(row.py, reported), row.px + 6, max(row.py, reported)))
    for line in _lines(data):
        boxes += along([(row["px"], row["py"]) for row in line])
    return boxes


def _said(part: pd.DataFrame) -> str:
    """Return values of one date in words; ranges that touch as one range, others side by side."""
    if len(part) == 1:
        return str(part["value_words"].iloc[0])
    hedges_of = set(part["qualifier"])
    if disagree(part) or len(hedges_of) > 1 or part["value_words"].nunique() == 1:
        return either_words(part)
    low, high = (
        float(f"{v:.2g}") if "nominal" in part else float(v)
        for v in (part["low"].min(), part["high"].max())
    )
    return value_words(low, high, hedges_of.pop())


def _labels(plot: Plot, data: pd.DataFrame, edge: float, wide: bool) -> None:
    """Write one label per value, year and tier; a tier is named at its last value."""
    frame = plot.frame
    size = 12.5 if wide else 11.5
    dated = data[~data["gutter"]]
    last = dated.groupby("segment")["px"].transform("max") == dated["px"]
    order = dated.assign(last=last, near=(dated["py"] / 40).round())
    order = order.sort_values(["token", "py"], kind="stable")
    labels: list[Label] = []
    inks: list[str] = []
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
        words_of, left, right = without
        obstacles.append(Box(left, words_of.top, right, frame.py(0)))
    plot.place(labels, inks, obstacles, edge)
    for row in entries(data[data["gutter"]]):
        label = _loose_label(row, wide)
        label.left, label.top = row.px + 11, row.py - label.height / 2
        label.top = min(label.top, frame.height - label.height)
        plot.write([label], [row.token])
