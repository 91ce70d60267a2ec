"""How rents are drawn: ranges, discs by grade, lines of one tenant, the gutter, labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from clusterbook.analysis import series
from clusterbook.evidence.plain import Row, records
from clusterbook.evidence.tables import value_words

from .count_panels import differ, either_of
from .labels import Box, Frame, Label, along, nice, wrap, years_between
from .pixels import Drawing, Plate, tip_of
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
    without = _without(placed, frame)
    _years_without(plot, without)
    _reported(plot, data)
    lines = _lines(data)
    for line in lines:
        for one, other in pairwise(line):
            plot.rule(one["px"], one["py"], other["px"], other["py"], one["token"], 2.5)
    for row in data:
        plot.point(
            Point(row["px"], row["py"], frame.py(row["low"]), frame.py(row["high"]), row["grade"],
                  row["qualifier"], row["token"], row["tip"])
        )  # fmt: skip
    obstacles = _obstacles(data, lines, frame)
    if without:
        words_of, start, end = without
        obstacles.append(Box(start, words_of.top, end, frame.py(0)))
    _labels(plot, data, obstacles, edge, wide)
    special = ["range"] if any(row["high"] > row["low"] for row in data) else []
    special += ["nominal"] if data and "nominal" in data[0] else []
    plate.height = key(plate, [row["grade"] for row in data], special, frame.height + 44, left)
    return finished(plate, [plot])


def _ticks(first: int, last: int, frame: Frame, wide: bool) -> list[float]:
    """Return round years, and the last one with a rent, where there is room between them."""
    ticks = years_between(first, last, 6 if wide else 4)
    room = [v for v in ticks if frame.px(last) - frame.px(v) >= 36]
    return [*room, float(last)]


def _gutter_width(loose: pd.DataFrame, wide: bool) -> float:
    if loose.empty:
        return 0
    return 14 + 16 + 11 + max(_loose_label(row, wide).width for row in records(loose)) + 6


def _loose_label(row: Row, wide: bool) -> Label:
    across = 96 if wide else 58
    size = 12.5 if wide else 11.5
    second = wrap(row["segment_words"], across, 11) if row["segment"] else []
    return Label(0, 0, wrap(row["value_words"], across, size, True), size, True, second=second)


def _points(placed: pd.DataFrame, loose: pd.DataFrame, frame: Frame, edge: float) -> list[Row]:
    """Return what is drawn, each point at `px`, `py` of the frame."""
    data = [
        *({**row, "gutter": False} for row in records(placed)),
        *({**row, "gutter": True} for row in records(loose)),
    ]
    px = [edge + 14 + 16 if row["gutter"] else frame.px(row["when"]) for row in data]
    py = [frame.py((row["low"] + row["high"]) / 2) for row in data]
    px = _parted(px, py)
    lows, highs = ([row[side] for row in data] for side in ("low", "high"))
    moved = _moved_off(px, py, lows, highs, frame)
    for row, x, middle, y in zip(data, px, py, moved, strict=True):
        row |= {"px": x, "py": y, "tip": tip_of(row), "year": row["when"] // 1}
        row["token"] = "economic" if row["segment"] else "muted"
        if "nominal_low" in row:
            real = (row["nominal_low"] + row["nominal_high"]) / 2
            row["nominal"] = real if middle == y else float("nan")
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


def _years_without(plot: Plot, found: tuple[Label, float, float] | None) -> None:
    if found is None:
        return
    label, left, right = found
    y = plot.frame.py(0) - 13
    plot.rule(left, y, right, y, "faint", 1.5, (2, 4))
    for number, line in enumerate(label.lines):
        down = plot.top + label.top + (number + 0.5) * 13.75
        middle = plot.left + label.x
        plot.plate.text(middle, down, line, "muted", 11, align="center", italic=True)


def _reported(plot: Plot, data: Sequence[Row]) -> None:
    """Draw a dash at each value as reported, tied to the real one by a thin line."""
    for row in data:
        if _has_nominal(row):
            x, y = row["px"], plot.frame.py(row["nominal"])
            plot.rule(x, y, x, row["py"], "faint")
            plot.rule(x - 6, y, x + 6, y, "faint", 2)


def _has_nominal(row: Row) -> bool:
    return "nominal" in row and not math.isnan(row["nominal"])


def _lines(data: Sequence[Row]) -> list[list[Row]]:
    """Return what lines join: the dated rents of one tier from one source, where several."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in data:
        if row["segment"] and not row["gutter"]:
            groups.setdefault((row["segment"], row["source"]), []).append(row)
    return [groups[key] for key in sorted(groups) if len(groups[key]) > 1]


def _obstacles(data: Sequence[Row], lines: Sequence[Sequence[Row]], frame: Frame) -> list[Box]:
    boxes = []
    for row in data:
        x, y = row["px"], row["py"]
        boxes.append(Box(x - 8, y - 8, x + 8, y + 8))
        if row["high"] > row["low"]:
            boxes.append(Box(x - 5, frame.py(row["high"]), x + 5, frame.py(row["low"])))
        if _has_nominal(row):
            reported = frame.py(row["nominal"])
            boxes.append(Box(x - 6, min(y, reported), x + 6, max(y, reported)))
    for line in lines:
        boxes += along([(row["px"], row["py"]) for row in line])
    return boxes


def _said(part: Sequence[Row]) -> str:
    """Return values of one date in words; ranges that touch as one range, others side by side."""
    if len(part) == 1:
        return str(part[0]["value_words"])
    hedges_of = {row["qualifier"] for row in part}
    same = len({row["value_words"] for row in part}) == 1
    if differ(part) or len(hedges_of) > 1 or same:
        return either_of(part)
    low, high = (
        float(f"{value:.2g}") if "nominal" in part[0] else float(value)
        for value in (min(row["low"] for row in part), max(row["high"] for row in part))
    )
    return value_words(low, high, hedges_of.pop())


def _labels(
    plot: Plot, data: Sequence[Row], obstacles: Sequence[Box], edge: float, wide: bool
) -> None:
    """Write one label per value, year and tier; a tier is named at its last value."""
    frame = plot.frame
    size = 12.5 if wide else 11.5
    dated = [row for row in data if not row["gutter"]]
    last: dict[str, float] = {}
    cells: dict[tuple[float, str, int], list[Row]] = {}
    for row in sorted(dated, key=lambda row: (row["token"], row["py"])):
        segment = row["segment"]
        last[segment] = max(row["px"], last.get(segment, row["px"]))
        cells.setdefault((row["year"], segment, round(row["py"] / 40)), []).append(row)
    labels: list[Label] = []
    inks: list[str] = []
    for (_, segment, _), part in cells.items():
        named = bool(segment) and any(row["px"] == last[segment] for row in part)
        tier = part[0]["segment_words"]
        second = wrap(tier, 130 if wide else 90, size - 1) if named else []
        sources = len({row["source"] for row in part})
        second += [f"{sources} sources"] if sources > 1 else []
        words = wrap(_said(part), 170 if wide else 110, size, True)
        left, right = (end(row["px"] for row in part) for end in (min, max))
        middle = float(np.mean([row["py"] for row in part]))
        label = Label((left + right) / 2, middle, words, size, True, second=second)
        label.gap = 10 + (right - left) / 2
        labels.append(label)
        inks.append(part[0]["token"] if segment else "ink")
    plot.place(labels, inks, obstacles, edge)
    for row in data:
        if row["gutter"]:
            label = _loose_label(row, wide)
            label.left, label.top = row["px"] + 11, row["py"] - label.height / 2
            label.top = min(label.top, frame.height - label.height)
            plot.write([label], [row["token"]])
