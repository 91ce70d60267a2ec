"""The marks of the visual language as layers: grade discs, ranges, hedges, labels, gaps.

Every function takes a tidy table and the names of its position columns and returns Altair layers.
Positions are in data units of the scales given, which all layers of one plot share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from clusterbook.evidence.units import number_words

from .layout import Frame, Label
from .theme import colour
from .vega import Chart

HALF = "M0,-1A1,1,0,0,0,0,1Z"
CROSS = "M-1,-1L1,1M-1,1L1,-1"
UP, DOWN = "M-0.9,0.6L0,-0.8L0.9,0.6Z", "M-0.9,-0.6L0,0.8L0.9,-0.6Z"


def scales(frame: Frame) -> tuple[Any, Any]:
    """Return the x and y scale of a frame."""
    nice = {"nice": False, "zero": False}
    return alt.Scale(domain=list(frame.x), **nice), alt.Scale(domain=list(frame.y), **nice)


def _xy(frame: Frame, x: str = "x", y: str = "y") -> dict[str, Any]:
    sx, sy = scales(frame)
    return {"x": alt.X(f"{x}:Q", scale=sx, axis=None), "y": alt.Y(f"{y}:Q", scale=sy, axis=None)}


def axes(
    frame: Frame,
    x_labels: Mapping[float, str],
    y_values: Sequence[float],
    y_format: Callable[[float], str] = number_words,
) -> list[Any]:
    """Return the horizontal grid with its numbers, and the x labels below the plot.

    They are marks of their own: Vega-Lite merges the axes of layers in ways that cannot be relied
    on. The zero line is fainter than ink and stronger than the grid.
    """
    place = _xy(frame)
    lines = pd.DataFrame(
        {
            "x": frame.x[0],
            "x2": frame.x[1],
            "y": [float(v) for v in y_values],
            "colour": [colour("faint" if v == 0 else "grid") for v in y_values],
        }
    )
    numbers = pd.DataFrame(
        {
            "x": [frame.vx(-8)] * len(y_values),
            "y": [float(v) for v in y_values],
            "text": [y_format(v) for v in y_values],
        }
    )
    names = pd.DataFrame(
        {
            "x": [float(v) for v in x_labels],
            "y": [frame.vy(frame.height + 15)] * len(x_labels),
            "text": list(x_labels.values()),
        }
    )
    style: dict[str, Any] = {"fontSize": 11, "color": colour("muted"), "baseline": "middle"}
    layers: list[Any] = []
    if len(lines):
        layers.append(
            Chart(lines).mark_rule(strokeWidth=1).encode(**place, x2="x2:Q", color=_paint(None))
        )
        layers.append(
            Chart(numbers).mark_text(**style, align="right").encode(**place, text="text:N")
        )
    if len(names):
        layers.append(Chart(names).mark_text(**style).encode(**place, text="text:N"))
    return layers


def range_bars(
    data: pd.DataFrame, frame: Frame, token: str | None = None, square: bool = False
) -> list[Any]:
    """Return bars from `low` to `high` at `x`: rounded for one source, square for a disagreement.

    The colour is `token`, or per row the column `colour`.
    """
    ranged = data[data["high"] > data["low"]]
    if not len(ranged):
        return []
    sx, sy = scales(frame)
    mark: dict[str, Any] = {"strokeWidth": 10, "opacity": 0.35 if square else 0.38}
    mark["strokeCap"] = "butt" if square else "round"
    return [
        Chart(ranged)
        .mark_rule(**mark)
        .encode(
            x=alt.X("x:Q", scale=sx, axis=None),
            y=alt.Y("low:Q", scale=sy, axis=None),
            y2="high:Q",
            color=_paint(token),
        )
    ]


def _paint(token: str | None) -> Any:
    return alt.value(colour(token)) if token else alt.Color("colour:N", scale=None, legend=None)


def discs(
    data: pd.DataFrame,
    frame: Frame,
    token: str | None = None,
    tooltip: Sequence[str] = (),
    size: float = 120,
) -> list[Any]:
    """Return discs at `x`, `y` that show the `grade`: A full, B half, C empty, D dotted.

    The colour is `token`, or per row the column `colour`.
    """
    if not len(data):
        return []
    place = _xy(frame)
    paint = alt.value(colour(token)) if token else alt.Stroke("colour:N", scale=None, legend=None)
    fill = alt.value(colour(token)) if token else alt.Fill("colour:N", scale=None, legend=None)
    layers = []
    for dotted in (False, True):
        part = data[(data["grade"] == "D") == dotted]
        if len(part):
            mark: dict[str, Any] = {"shape": "circle", "size": size, "strokeWidth": 2}
            if dotted:
                mark["strokeDash"] = [2, 2]
            layers.append(
                Chart(part)
                .mark_point(**mark, fill=colour("bg"), fillOpacity=1, opacity=1)
                .encode(**place, stroke=paint, tooltip=tips(tooltip))
            )
    for grade, shape in (("A", "circle"), ("B", HALF)):
        part = data[data["grade"] == grade]
        if len(part):
            scale = size if grade == "A" else size * 0.9
            layers.append(
                Chart(part)
                .mark_point(shape=shape, size=scale, strokeWidth=0, opacity=1, fillOpacity=1)
                .encode(**place, fill=fill, tooltip=tips(tooltip))
            )
    return layers


def hedges(data: pd.DataFrame, frame: Frame, token: str | None = None) -> list[Any]:
    """Return arrowheads: above the disc for over and at least, below for under, nearly, up to."""
    layers = []
    for words, shape, shift in (
        (("over", "at_least"), UP, -11),
        (("under", "nearly", "up_to"), DOWN, 11),
    ):
        part = data[data["qualifier"].isin(words)]
        if len(part):
            paint = (
                alt.value(colour(token)) if token else alt.Fill("colour:N", scale=None, legend=None)
            )
            layers.append(
                Chart(part)
                .mark_point(shape=shape, size=22, strokeWidth=0, opacity=1, yOffset=shift)
                .encode(**_xy(frame), fill=paint)
            )
    return layers


def crosses(data: pd.DataFrame, frame: Frame, token: str = "muted", size: float = 24) -> list[Any]:
    """Return small crosses at `x`, `y`: years without a count, or in red an end."""
    if not len(data):
        return []
    return [
        Chart(data)
        .mark_point(shape=CROSS, size=size, strokeWidth=width, opacity=1, stroke=colour(ink))
        .encode(**_xy(frame))
        for ink, width in (("bg", 5), (token, 1.8))
    ]


def text_layers(labels: Sequence[Label], frame: Frame, inks: Sequence[str]) -> list[Any]:
    """Return placed labels with a halo, one ink token each, and a leader where one was moved.

    A label's lines stand under each other; several styles in one place are several labels.
    """
    if not labels:
        return []
    rows = []
    leads = []
    for label, ink in zip(labels, inks, strict=True):
        anchor = {"left": 0.0, "center": label.width / 2, "right": label.width}[label.align]
        y = label.top
        lines = [(line, label.size, 700 if label.bold else 400) for line in label.lines]
        for line, size, weight in [*lines, *((s, label.second_size, 400) for s in label.second)]:
            rows.append(
                {
                    "x": frame.vx(label.left + anchor), "y": frame.vy(y + size * 0.625),
                    "text": line, "colour": colour(ink), "size": size,
                    "weight": weight, "align": label.align,
                }
            )  # fmt: skip
            y += size * 1.25
        if label.moved:
            right, bottom = label.left + label.width, label.top + label.height
            leads.append(
                {
                    "x": frame.vx(label.x),
                    "y": frame.vy(label.y),
                    "x2": frame.vx(min(max(label.x, label.left - 2), right + 2)),
                    "y2": frame.vy(min(max(label.y, label.top - 1), bottom + 1)),
                }
            )
    layers: list[Any] = []
    if leads:
        layers.append(
            Chart(pd.DataFrame(leads))
            .mark_rule(color=colour("faint"), strokeWidth=1)
            .encode(**_xy(frame), x2="x2:Q", y2="y2:Q")
        )
    data = pd.DataFrame(rows)
    for (size, weight, align), part in data.groupby(["size", "weight", "align"], sort=True):
        base = Chart(part[["x", "y", "text", "colour"]]).encode(**_xy(frame), text="text:N")
        style = {"fontSize": size, "fontWeight": int(weight), "align": align, "baseline": "middle"}
        layers.append(
            base.mark_text(
                **style, stroke=colour("bg"), strokeWidth=4, strokeJoin="round", aria=False
            )
        )
        layers.append(
            base.mark_text(**style).encode(color=alt.Color("colour:N", scale=None, legend=None))
        )
    return layers


def tidy(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what a reader sees of each evidence row in a tooltip (columns `TIP`)."""
    return pd.DataFrame(
        {
            "tip_value": rows.get("amount", rows.get("title", "")),
            "tip_date": rows["date_words"],
            "tip_source": rows["cite"] + " (" + rows["grade"] + ")",
            "tip_place in source": rows["locator"],
            "tip_note": rows["note"],
        },
        index=rows.index,
    )


TIP = ("tip_value", "tip_date", "tip_source", "tip_place in source", "tip_note")


def tips(columns: Sequence[str]) -> Any:
    """Return tooltips for columns, each under its name without the leading `tip_`."""
    shown = [alt.Tooltip(f"{name}:N", title=name.removeprefix("tip_")) for name in columns]
    return shown or alt.Undefined
