"""How counts over time are drawn: panels side by side or stacked, one scale for all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd

from clusterbook.analysis import series
from clusterbook.analysis.voices import disagree, distinct_values
from clusterbook.evidence.units import number_words
from clusterbook.evidence.vocabulary import QUALIFIER_WORDS

from .figure import layered
from .key import key
from .layout import Box, Frame, Label, along, nice, place_labels, text_width, wrap, years_between
from .marks import TIP, crosses, discs, hedges, range_bars, scales, text_layers, tidy
from .theme import WIDE, colour
from .vega import Chart


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
    different = distinct_values(rows)
    said = list(dict.fromkeys(different["value_words"]))
    hedge = QUALIFIER_WORDS.get(str(different["qualifier"].iloc[0]), "")
    if different["qualifier"].nunique() == 1:
        said[1:] = [words.removeprefix(hedge) for words in said[1:]]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"


@dataclass(frozen=True)
class _Panel:
    """One panel in the pixels of the whole page: its frame and where that begins."""

    frame: Frame
    left: float
    top: float
    gutter: float
    years: tuple[int, int]


def draw_panels(
    drawn: Sequence[tuple[Count, pd.DataFrame]], width: int, token: str, joined: bool
) -> Any:
    """Return one panel per count, all on one scale, in one plot of `width` pixels."""
    wide, one = width == WIDE, len(drawn) == 1
    columns = min(3, len(drawn)) if wide else 1
    lines = math.ceil(len(drawn) / columns)
    every = pd.concat([part for _, part in drawn])
    top = max(1.0, every["high"].max()) * 1.2
    head = 46 if any(c.label for c, _ in drawn) else 10
    height = (300 if wide else 320) if one else (250 if wide else 170)
    step = head + height + 34
    page = Frame(width, step * lines, (0, width), (0, step * lines))
    across = (width + 24) / columns
    layers: list[Any] = []
    for number, (count, part) in enumerate(drawn):
        left, y = (number % columns) * across, (number // columns) * step
        loose = series.undated(part) if one else part.iloc[:0]
        size = (across - 24 - 34, height)
        panel = _panel(every, (left + 34, y + head), size, top, _gutter_width(loose, wide))
        layers += _ground(panel, page, series.dated(every), columns)
        layers += _marks(panel, page, part, loose, token, joined, count, one, wide)
        if count.label:
            layers += _heads(count.label, part, page, (left, y), token, across - 24)
    layers += key(every["grade"], _special(drawn, joined), page, page.height + 12)
    return layered(layers, page.width, page.height)


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
    rows: pd.DataFrame, corner: tuple[float, float], size: tuple[float, float], top: float,
    gutter: float,
) -> _Panel:  # fmt: skip
    placed = series.dated(rows)
    years = placed["when"] if len(placed) else pd.Series([2000.0, 2001.0])
    first, last = math.floor(years.min()) - 0.2, math.ceil(years.max()) + 0.6
    used = size[0] - gutter
    span = (last - first) * size[0] / used
    covered = (math.floor(years.min()), math.floor(years.max()))
    return _Panel(Frame(*size, (first, first + span), (0, top)), *corner, gutter, covered)


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


def _ground(panel: _Panel, page: Frame, placed: pd.DataFrame, columns: int) -> list[Any]:
    frame, sx_sy = panel.frame, scales(page)
    place = {
        "x": alt.X("x:Q", scale=sx_sy[0], axis=None),
        "y": alt.Y("y:Q", scale=sx_sy[1], axis=None),
    }
    right = panel.left + frame.width - panel.gutter
    values = nice(frame.y[1], 4 if columns > 1 else 6)
    lines = pd.DataFrame(
        {
            "x": panel.left, "x2": right,
            "y": [_up(page, panel, frame.py(v)) for v in values],
            "colour": [colour("faint" if v == 0 else "grid") for v in values],
        }
    )  # fmt: skip
    texts = [(panel.left - 8, frame.py(v), number_words(v), "right") for v in values]
    if len(placed):
        most = 5 if columns > 1 else 7
        low, high = placed["when"].min(), placed["when"].max()
        years = years_between(math.floor(low), math.floor(high), most)
        texts += [
            (panel.left + frame.px(v + 0.5), frame.height + 16, str(int(v)), "center")
            for v in years
        ]
    layers: list[Any] = []
    if panel.gutter:
        band = pd.DataFrame(
            {
                "x": [right + 14], "x2": [panel.left + frame.width],
                "y": [_up(page, panel, 0)], "y2": [_up(page, panel, frame.height)],
            }
        )  # fmt: skip
        layers.append(
            Chart(band).mark_rect(color=colour("band")).encode(**place, x2="x2:Q", y2="y2:Q")
        )
        middle = (right + 14 + panel.left + frame.width) / 2
        texts.append((middle, frame.height + 16, "undated", "center"))
    layers.append(
        Chart(lines)
        .mark_rule(strokeWidth=1)
        .encode(**place, x2="x2:Q", color=alt.Color("colour:N", scale=None, legend=None))
    )
    table = pd.DataFrame(texts, columns=["x", "y", "text", "align"])
    table["y"] = [_up(page, panel, y) for y in table["y"]]
    for align, part in table.groupby("align"):
        layers.append(
            Chart(part[["x", "y", "text"]])
            .mark_text(fontSize=11, color=colour("muted"), baseline="middle", align=align)
            .encode(**place, text="text:N")
        )
    return layers


def _up(page: Frame, panel: _Panel, pixel: float) -> float:
    return page.height - panel.top - pixel


def _heads(
    label: str, part: pd.DataFrame, page: Frame, corner: tuple[float, float], token: str,
    room: float,
) -> list[Any]:  # fmt: skip
    left, y = corner
    placed = series.dated(part)
    years = [either_words(rows) for _, rows in placed.groupby(placed["when"] // 1)]
    said = ", then ".join(years) or "no dated count"
    if text_width(said, 12, True) > room:
        said = ", ".join(years)
    if text_width(said, 12, True) > room:
        said = f"{years[0]} at first, {years[-1]} at last"
    head, line = Label(left, y, [label], 13.5, bold=True), Label(left, y, [said], 12, bold=True)
    head.left, head.top, line.left, line.top = left, y, left, y + 18
    return text_layers([head, line], page, ["ink", token])


def _marks(
    panel: _Panel, page: Frame, part: pd.DataFrame, loose: pd.DataFrame, token: str,
    joined: bool, count: Count, one: bool, wide: bool,
) -> list[Any]:  # fmt: skip
    data = _points(panel, part, loose, token, count)
    ties = _ties(data)
    frame = panel.frame
    labels, inks = _labels(data, panel, count, one, wide, joined)
    layers: list[Any] = []
    for table, square in ((ties, True), (data, False)):
        shifted = table.assign(
            x=table["px"] + panel.left,
            low=[_up(page, panel, frame.py(v)) for v in table["low"]],
            high=[_up(page, panel, frame.py(v)) for v in table["high"]],
        )
        layers += range_bars(shifted, page, square=square)
    points = data.assign(
        x=data["px"] + panel.left, y=[_up(page, panel, v) for v in data["py"]]
    ).drop(columns=["low", "high", "px", "py"])
    if joined:
        layers += _lines(data, panel, page, token)
    layers += hedges(points, page) + discs(points, page, tooltip=TIP)
    for label in labels:
        label.left, label.top = label.left + panel.left, label.top + panel.top
        label.x, label.y = label.x + panel.left, label.y + panel.top
    return layers + text_layers(labels, page, inks)


def _points(
    panel: _Panel, part: pd.DataFrame, loose: pd.DataFrame, token: str, count: Count
) -> pd.DataFrame:
    placed = series.dated(part)
    both = pd.concat([placed, loose])
    columns = [
        "row",
        "segment",
        "source",
        "label",
        "grade",
        "qualifier",
        "low",
        "high",
        "mid",
        "voice",
    ]
    data = both[[*columns, "value_words", "when"]].join(tidy(both))
    frame = panel.frame
    gutter = frame.width - panel.gutter + 14 + 18
    data["gutter"] = [False] * len(placed) + [True] * len(loose)
    taken: list[tuple[float, float]] = []
    pixels = []
    for when, mid, off in zip(data["when"], data["mid"], data["gutter"], strict=True):
        x, y = (gutter if off else frame.px(when)), frame.py(mid)
        while any(abs(x - a) < 13 and abs(y - b) < 1.5 for a, b in taken):
            x += 13
        taken.append((x, y))
        pixels.append(x)
    data["px"], data["py"] = pixels, [frame.py(v) for v in data["mid"]]
    whole = [count.segment is not None or segment == "" for segment in data["segment"]]
    lone = not any(whole)
    data["token"] = [token if main or lone else "muted" for main in whole]
    data["colour"] = data["token"].map(colour)
    return data


def _ties(data: pd.DataFrame) -> pd.DataFrame:
    """Return a bar for each year in which values of one segment differ."""
    found = []
    dated = data[~data["gutter"]]
    for _, part in dated.groupby(["segment", dated["when"] // 1]):
        if disagree(part):
            found.append(
                {"px": part["px"].min(), "low": part["low"].min(), "high": part["high"].max(),
                 "colour": part["colour"].iloc[0]}
            )  # fmt: skip
    return pd.DataFrame(found, columns=["px", "low", "high", "colour"])


def _middles(data: pd.DataFrame) -> pd.DataFrame:
    dated = data[~data["gutter"]]
    rows = dated.groupby(dated["when"] // 1).agg(
        px=("px", "mean"), low=("py", "min"), high=("py", "max")
    )
    rows["py"] = (rows["low"] + rows["high"]) / 2
    return rows


def _lines(data: pd.DataFrame, panel: _Panel, page: Frame, token: str) -> list[Any]:
    """Return lines between the middles of the years; dashed, with crosses, over empty years."""
    middles = _middles(data)
    years = [int(y) for y in middles.index]
    sx, sy = scales(page)
    layers: list[Any] = []
    for dashed in (False, True):
        pairs = [(a, b) for a, b in pairwise(years) if (b - a > 1) == dashed]
        if not pairs:
            continue
        table = pd.DataFrame(
            {
                "x": [middles.loc[a, "px"] + panel.left for a, _ in pairs],
                "x2": [middles.loc[b, "px"] + panel.left for _, b in pairs],
                "y": [_up(page, panel, middles.loc[a, "py"]) for a, _ in pairs],
                "y2": [_up(page, panel, middles.loc[b, "py"]) for _, b in pairs],
            }
        )
        style: dict[str, Any] = {"strokeWidth": 2.5, "color": colour(token)}
        layers.append(
            Chart(table)
            .mark_rule(**style, **({"strokeDash": [5, 4]} if dashed else {}))
            .encode(
                x=alt.X("x:Q", scale=sx, axis=None), y=alt.Y("y:Q", scale=sy, axis=None),
                x2="x2:Q", y2="y2:Q",
            )
        )  # fmt: skip
    empty = [y for y in range(panel.years[0], panel.years[1] + 1) if y not in years]
    if len(empty) <= 12:
        at = pd.DataFrame(
            {
                "x": [panel.left + panel.frame.px(y + 0.5) for y in empty],
                "y": [_up(page, panel, panel.frame.height)] * len(empty),
            }
        )
        layers += crosses(at, page, size=50)
    return layers


def _labels(
    data: pd.DataFrame, panel: _Panel, count: Count, one: bool, wide: bool, joined: bool
) -> tuple[list[Label], list[str]]:
    obstacles = [Box(r.px - 8, r.py - 8, r.px + 8, r.py + 8) for r in data.itertuples()]
    for row in data[data["qualifier"].isin(("over", "at_least"))].itertuples():
        obstacles.append(Box(row.px - 5, row.py - 16, row.px + 5, row.py))
    if joined:
        middles = _middles(data)
        obstacles += along(list(zip(middles["px"], middles["py"], strict=True)))
    edge = panel.frame.width - panel.gutter
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
    place_labels(labels, (edge, panel.frame.height), obstacles)
    for _, part in data[data["gutter"]].groupby("segment"):
        label = _loose_label(part, wide)
        label.left, label.top = part["px"].max() + 11, part["py"].mean() - label.height / 2
        labels.append(label)
        inks.append(part["token"].iloc[0])
    return labels, inks


def _who(part: pd.DataFrame) -> str:
    """Return who gives a value: sources, and that several are one voice where they are."""
    labels = list(dict.fromkeys(part["label"]))
    if len(labels) > 1 and part["voice"].nunique() == 1:
        return f"{labels[0]}, after {labels[1]}" if len(labels) == 2 else f"{len(labels)} texts"
    return " and ".join(labels) if len(labels) < 3 else f"{len(labels)} sources"
