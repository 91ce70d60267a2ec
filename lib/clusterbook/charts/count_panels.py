"""How counts over time are drawn: panels side by side or stacked, one scale for all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from clusterbook.analysis import series
from clusterbook.analysis.voices import disagree, distinct_values
from clusterbook.evidence.vocabulary import QUALIFIER_WORDS

from .layout import Box, Frame, Label, along, nice, text_width, wrap, years_between
from .pixels import Drawing, Plate, tip_of
from .plots import Plot, Point, finished, key
from .theme import WIDE


@dataclass(frozen=True)
class Count:
    """What one panel counts: an indicator and a segment, under a head.

    The segment "" is the whole; None takes the whole, in colour, and all its named parts, in grey.
    """

    indicator: str
    segment: str | None = ""
    label: str = ""


def either_words(rows: pd.DataFrame) -> str:
    """Return the distinct values of rows in words: "14 or 18", "over 160 or 171"."""
    if len(rows) == 1:
        return str(rows["value_words"].iloc[0])
    different = distinct_values(rows)
    said = list(dict.fromkeys(different["value_words"]))
    hedge = QUALIFIER_WORDS.get(str(different["qualifier"].iloc[0]), "")
    if different["qualifier"].nunique() == 1:
        said[1:] = [words.removeprefix(hedge) for words in said[1:]]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"


@dataclass(frozen=True)
class _Panel:
    """One panel of the picture: its plot, its gutter, the years that all panels cover."""

    plot: Plot
    gutter: float
    years: tuple[int, int]

    @property
    def frame(self) -> Frame:
        """The scales of the plot."""
        return self.plot.frame


def draw_panels(
    drawn: Sequence[tuple[Count, pd.DataFrame]], width: int, token: str, joined: bool
) -> Drawing:
    """Return one panel per count, all on one scale, in one plot of `width` pixels."""
    wide, one = width == WIDE, len(drawn) == 1
    columns = min(3, len(drawn)) if wide else 1
    lines = math.ceil(len(drawn) / columns)
    every = pd.concat([part for _, part in drawn])
    top = max(1.0, every["high"].max()) * 1.2
    head = 46 if any(c.label for c, _ in drawn) else 10
    height = (300 if wide else 320) if one else (250 if wide else 170)
    step = head + height + 34
    plate = Plate(width, step * lines)
    across = (width + 24) / columns
    panels = []
    for number, (count, part) in enumerate(drawn):
        left, y = (number % columns) * across, (number // columns) * step
        loose = series.undated(part) if one else part.iloc[:0]
        size = (across - 24 - 36, height)
        panel = _panel(plate, every, (left + 34, y + head), size, top, _gutter_width(loose, wide))
        panels.append(panel)
        _ground(panel, series.dated(every), columns)
        data = _points(panel, part, loose, token, count)
        _marks(panel, data, joined, token)
        _labels(panel, data, count, one, wide, joined)
        if count.label:
            _heads(plate, count.label, part, (left, y), token, across - 24)
    plate.height = key(plate, every["grade"], _special(drawn, joined), step * lines + 12)
    return finished(plate, [panel.plot for panel in panels])


def _special(drawn: Sequence[tuple[Count, pd.DataFrame]], joined: bool) -> list[str]:
    """Return the special marks that occur, as the key names them."""
    every = pd.concat([part for _, part in drawn])
    dated = series.dated(every)
    years = dated.groupby(["panel", "segment", dated["when"] // 1])
    found = ["range"] if (every["high"] > every["low"]).any() else []
    found += ["tie"] if any(disagree(part) for _, part in years) else []
    found += ["cross"] if joined else []
    return found + (["up"] if every["qualifier"].isin(("over", "at_least")).any() else [])


def _panel(
    plate: Plate, rows: pd.DataFrame, corner: tuple[float, float], size: tuple[float, float],
    top: float, gutter: float,
) -> _Panel:  # fmt: skip
    placed = series.dated(rows)
    years = placed["when"] if len(placed) else pd.Series([2000.0, 2001.0])
    first, last = math.floor(years.min()) - 0.2, math.ceil(years.max()) + 0.6
    span = (last - first) * size[0] / (size[0] - gutter)
    covered = (math.floor(years.min()), math.floor(years.max()))
    frame = Frame(*size, (first, first + span), (0, top))
    return _Panel(Plot(plate, frame, *corner), gutter, covered)


def _gutter_width(loose: pd.DataFrame, wide: bool) -> float:
    """Return the width of the gutter of undated values, as its labels need it; 0 without one."""
    if loose.empty:
        return 0
    needed = [0.0]
    for _, part in loose.groupby("segment"):
        label = _loose_label(part, wide)
        needed.append(label.width + 13 * (len(part) - 1))
    return 14 + 18 + 12 + max(needed) + 6


def _loose_label(part: pd.DataFrame, wide: bool) -> Label:
    segment = part["segment"].iloc[0].replace("_", " ")
    across = 96 if wide else 64
    second = wrap(segment, across, 11) if segment else []
    return Label(0, 0, wrap(either_words(part), across, 12.5, True), 12.5, True, second=second)


def _ground(panel: _Panel, placed: pd.DataFrame, columns: int) -> None:
    frame, plot = panel.frame, panel.plot
    end = frame.width - panel.gutter
    if panel.gutter:
        plot.gutter(end + 14)
    plot.grid(nice(frame.y[1], 4 if columns > 1 else 6), end)
    if len(placed):
        years = years_between(*panel.years, 5 if columns > 1 else 7)
        plot.below({frame.px(v + 0.5): str(int(v)) for v in years})


def _heads(
    plate: Plate, label: str, part: pd.DataFrame, corner: tuple[float, float], token: str,
    room: float,
) -> None:  # fmt: skip
    left, y = corner
    placed = series.dated(part)
    years = [either_words(rows) for _, rows in placed.groupby(placed["when"] // 1)]
    said = ", then ".join(years) or "no dated count"
    if text_width(said, 12, True) > room:
        said = f"{years[0]} at first, {years[-1]} at last"
    plate.text(left, y + 9, label, "ink", 13.5, bold=True)
    plate.text(left, y + 26, said, token, 12, bold=True)


def _marks(panel: _Panel, data: pd.DataFrame, joined: bool, token: str) -> None:
    frame, plot = panel.frame, panel.plot
    dated = data[~data["gutter"]]
    for _, part in dated.groupby(["segment", dated["when"] // 1]):
        if disagree(part):
            low, high = frame.py(part["low"].min()), frame.py(part["high"].max())
            plot.bar(part["px"].min(), low, high, part["token"].iloc[0], square=True)
    if joined:
        _lines(panel, data, token)
    for (_, row), tip in zip(data.iterrows(), data["tip"], strict=True):
        plot.point(
            Point(row["px"], row["py"], frame.py(row["low"]), frame.py(row["high"]), row["grade"],
                  row["qualifier"], row["token"], tip)
        )  # fmt: skip


def _points(
    panel: _Panel, part: pd.DataFrame, loose: pd.DataFrame, token: str, count: Count
) -> pd.DataFrame:
    placed = series.dated(part)
    both = pd.concat([placed, loose])
    columns = ["row", "segment", "source", "label", "grade", "qualifier", "low", "high", "mid",
               "voice", "value_words", "when"]  # fmt: skip
    data = both[columns].copy()
    data["tip"] = [tip_of(row) for row in both.to_dict("records")]
    frame = panel.frame
    gutter = frame.width - panel.gutter + 14 + 18
    data["gutter"] = [False] * len(placed) + [True] * len(loose)
    taken: list[tuple[float, float]] = []
    for when, mid, off in zip(data["when"], data["mid"], data["gutter"], strict=True):
        x, y = (gutter if off else frame.px(when)), frame.py(mid)
        while any(abs(x - a) < 13 and abs(y - b) < 1.5 for a, b in taken):
            x += 13
        taken.append((x, y))
    data["px"], data["py"] = [x for x, _ in taken], [y for _, y in taken]
    whole = [count.segment is not None or segment == "" for segment in data["segment"]]
    lone = not any(whole)
    data["token"] = [token if main or lone else "muted" for main in whole]
    return data


def _middles(data: pd.DataFrame) -> pd.DataFrame:
    dated = data[~data["gutter"]]
    rows = dated.groupby(dated["when"] // 1).agg(
        px=("px", "mean"), low=("py", "min"), high=("py", "max")
    )
    rows["py"] = (rows["low"] + rows["high"]) / 2
    return rows


def _lines(panel: _Panel, data: pd.DataFrame, token: str) -> None:
    """Draw lines between the middles of the years; dashed, with crosses, over empty years."""
    plot, frame = panel.plot, panel.frame
    middles = _middles(data)
    years = [int(y) for y in middles.index]
    points = list(zip(middles["px"], middles["py"], strict=True))
    for (a, b), ((x, y), (x2, y2)) in zip(pairwise(years), pairwise(points), strict=True):
        plot.rule(x, y, x2, y2, token, 2.5, (5, 4) if b - a > 1 else ())
    empty = [y for y in range(panel.years[0], panel.years[1] + 1) if y not in years]
    if len(empty) <= 12:
        for year in empty:
            plot.cross(frame.px(year + 0.5), frame.height)


def _labels(
    panel: _Panel, data: pd.DataFrame, count: Count, one: bool, wide: bool, joined: bool
) -> None:
    obstacles = [Box(r.px - 8, r.py - 8, r.px + 8, r.py + 8) for r in data.itertuples()]
    for row in data[data["qualifier"].isin(("over", "at_least"))].itertuples():
        obstacles.append(Box(row.px - 5, row.py - 16, row.px + 5, row.py))
    if joined:
        middles = _middles(data)
        obstacles += along(list(zip(middles["px"], middles["py"], strict=True)))
    labels: list[Label] = []
    inks: list[str] = []
    dated = data[~data["gutter"]]
    order = dated.assign(year=dated["when"] // 1, muted=dated["token"] == "muted")
    order = order.sort_values(["muted", "year"], ascending=[True, False], kind="stable")
    for (_, segment), part in order.groupby(["year", "segment"], sort=False):
        named = count.segment is None and segment
        second = wrap(segment.replace("_", " "), 130, 11) if named else []
        if one and disagree(part):
            for row in part.sort_values("low", ascending=False).itertuples():
                second += wrap(f"{row.value_words}: {row.label}", 170, 11)
        elif one:
            second += wrap(_who(part), 150, 11)
        middle = (part["px"].min() + part["px"].max()) / 2
        label = Label(middle, part["py"].min(), [either_words(part)], 12.5, True, second=second)
        label.gap = 10 + (part["px"].max() - part["px"].min()) / 2
        labels.append(label)
        inks.append(part["token"].iloc[0])
    panel.plot.place(labels, inks, obstacles, panel.frame.width - panel.gutter)
    for _, part in data[data["gutter"]].groupby("segment"):
        label = _loose_label(part, wide)
        label.left, label.top = part["px"].max() + 11, part["py"].mean() - label.height / 2
        panel.plot.write([label], [part["token"].iloc[0]])


def _who(part: pd.DataFrame) -> str:
    """Return who gives a value: sources, and that several are one voice where they are."""
    labels = list(dict.fromkeys(part["label"]))
    if len(labels) > 1 and part["voice"].nunique() == 1:
        return f"{labels[0]}, after {labels[1]}" if len(labels) == 2 else f"{len(labels)} texts"
    return " and ".join(labels) if len(labels) < 3 else f"{len(labels)} sources"
