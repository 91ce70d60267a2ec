"""Panels of figures over time that are joined only within one definition."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import pandas as pd

from clusterbook.analysis import definitions, series
from clusterbook.evidence.plain import records
from clusterbook.evidence.tables import value_words

from .key import grade_key
from .labels import Box, Frame, Label, nice, place_labels, text_width, wrap, years_between
from .pixels import Plate
from .plain_rows import by_index
from .theme import WIDE

LEFT_WIDE, LEFT_NARROW = 40.0, 34.0
NEEDED = (
    "row", "indicator", "segment", "segment_words", "date_words", "start", "end", "when",
    "precision", "low", "high", "qualifier", "value_words", "amount", "definition", "stated",
    "cite", "grade", "locator", "note", "anchor",
)  # fmt: skip
"""The columns that are drawn or told."""


@dataclass(frozen=True)
class Panel:
    """A panel: its head, what is counted in which unit, its rows (with `definition`)."""

    head: str
    unit: str
    rows: pd.DataFrame
    divide: float = 1.0

    @cached_property
    def placed(self) -> pd.DataFrame:
        """The dated rows in order of time."""
        return series.dated(self.rows[[name for name in NEEDED if name in self.rows]])

    @cached_property
    def paths(self) -> list[pd.DataFrame]:
        """The rows that lines may join."""
        return definitions.paths(self.placed)

    @cached_property
    def middles(self) -> pd.Series:
        """The middle of each dated row's range, as drawn."""
        return (self.placed["low"] + self.placed["high"]) / 2 / self.divide

    @cached_property
    def breaks(self) -> list[definitions.Break]:
        """The changes of definition."""
        return definitions.breaks(self.placed)

    @cached_property
    def tokens(self) -> dict[Any, str]:
        """The colour of each dated row, by its index label."""
        return _tokens(self.placed)


def draw_panels(panels: Sequence[Panel], width: int, height: float) -> Any:
    """Return panels under each other on one axis of years."""
    wide = width == WIDE
    left = LEFT_WIDE if wide else LEFT_NARROW
    both = pd.concat([panel.placed[["start", "when", "grade"]] for panel in panels])
    first, last = math.floor(both["start"].min()) - 0.4, math.ceil(both["when"].max()) + 1.0
    plate = Plate(width, 0)
    y = 0.0
    for panel in panels:
        plate.text(0, y + 8, panel.head, size=13.5, bold=True)
        plate.text(0, y + 26, panel.unit, "muted", 11.5)
        top = y + 74
        rows = panel.placed
        most = max(1e-9, float((rows["high"] / panel.divide).max())) * 1.16
        frame = Frame(width - left, height, (first, last), (0, most))
        _panel(plate, rows, panel, frame, left, top, wide)
        y = top + height + 44
    key = [("an earlier definition", "muted"), ("the latest definition", "economic"),
           ("definition not stated", "ink")]  # fmt: skip
    seen = {token for panel in panels for token in panel.tokens.values()}
    shown = [(word, token) for word, token in key if token in seen]
    plate.height = grade_key(plate, both, y - 6, shown)
    return plate.drawing()


def _tokens(placed: pd.DataFrame) -> dict[Any, str]:
    """Return the colour of each row: the latest definition, an earlier one, or none stated."""
    rows = list(zip(placed["when"], placed["definition"], placed["stated"], strict=True))
    _, latest = max(((when, name) for when, name, known in rows if known), default=(0.0, None))
    tokens = [
        "ink" if not known else "economic" if name == latest else "muted" for _, name, known in rows
    ]
    return dict(zip(placed.index, tokens, strict=True))


def _panel(
    plate: Plate, rows: pd.DataFrame, panel: Panel, frame: Frame, left: float, top: float,
    wide: bool,
) -> None:  # fmt: skip
    for value in nice(frame.y[1], 4):
        y = top + frame.py(value)
        plate.rule(left, y, plate.width, y, "faint" if value == 0 else "grid")
        plate.text(left - 8, y, f"{value:g}", "muted", 11, align="right")
    for year in years_between(frame.x[0], frame.vx(frame.width - 12), 6 if wide else 4):
        plate.text(left + frame.px(year), top + frame.height + 15, str(int(year)), "muted", 11,
                   align="center")  # fmt: skip
    tokens = panel.tokens
    obstacles = _breaks(plate, panel, tokens, frame, left, top)
    obstacles += _along(panel.paths, panel, frame)
    for path in panel.paths:
        _line(plate, path, tokens[path.index[0]], panel, frame, left, top)
    places = _places(rows, panel, frame)
    for (index, row), (x, y) in zip(by_index(rows).items(), places, strict=True):
        if row["precision"] == "interval":
            x1, x2 = frame.px(max(row["start"], frame.x[0])), frame.px(min(row["end"], frame.x[1]))
            plate.rule(left + x1, top + y, left + x2, top + y, tokens[index], 3, opacity=0.4)
        plate.row_disc(left + x, top + y, row, tokens[index], 100)
    _labels(plate, rows, panel, tokens, places, obstacles, frame, left, top, wide)


def _places(rows: pd.DataFrame, panel: Panel, frame: Frame) -> list[tuple[float, float]]:
    """Return where discs stand; discs on one place are parted by their width."""
    taken: list[tuple[float, float]] = []
    for when, middle in zip(rows["when"], panel.middles, strict=True):
        x, y = frame.px(when), frame.py(middle)
        while any(abs(x - a) < 9 and abs(y - b) < 9 for a, b in taken):
            x += 9
        taken.append((x, y))
    return taken


def _breaks(
    plate: Plate, panel: Panel, tokens: dict[Any, str], frame: Frame, left: float, top: float
) -> list[Box]:
    """Draw the changes of definition with the names on both sides; return what they cover."""
    found, rows = panel.breaks, panel.placed
    covered = []
    token_of = {
        name: tokens[label]
        for label, name in reversed(list(zip(rows.index, rows["definition"], strict=True)))
    }  # of the first row of each
    for number, change in enumerate(found):
        x = frame.px(change.when)
        plate.rule(left + x, top - 34, left + x, top + frame.height, "ink", 1.2, [3, 3])
        covered.append(Box(x - 2, -34, x + 2, frame.height))
        sides = [(change.after, "left", x + 6)]
        if not number:
            sides.append((change.before, "right", x - 6))
        for name, align, at in sides:
            token = token_of[name]
            after = found[number + 1].when if number + 1 < len(found) else frame.x[1]
            room = at + left if align == "right" else frame.px(after) - at
            for place, line in enumerate(wrap(name, room, 11, True)[:2]):
                y = -27.0 + place * 14
                plate.text(left + at, top + y, line, token, 11, bold=True, align=align)
                w = text_width(line, 11, True)
                covered.append(Box(at - (w if align == "right" else 0), y - 7,
                                   at + (0 if align == "right" else w), y + 7))  # fmt: skip
    return covered


def _line(
    plate: Plate, path: pd.DataFrame, token: str, panel: Panel, frame: Frame, left: float,
    top: float,
) -> None:  # fmt: skip
    points = [
        (when, left + frame.px(when), top + frame.py(middle))
        for when, middle in zip(path["when"], panel.middles[path.index], strict=True)
    ]
    for (when, x, y), (then, x2, y2) in pairwise(points):
        gap = int(then) - int(when) > 1
        plate.rule(x, y, x2, y2, token, 2.5, [5, 4] if gap else [])


def _labels(
    plate: Plate, rows: pd.DataFrame, panel: Panel, tokens: dict[Any, str],
    places: Sequence[tuple[float, float]], obstacles: list[Box], frame: Frame, left: float,
    top: float, wide: bool,
) -> None:  # fmt: skip
    size = 12.0 if wide else 11.0
    covered = [*obstacles, *(Box(x - 7, y - 7, x + 7, y + 7) for x, y in places)]
    labels: list[tuple[Label, str]] = []
    said: set[tuple[str, int, str]] = set()
    segments: set[str] = set()
    told_rows, inks = records(rows), [tokens[label] for label in rows.index]
    order = sorted(range(len(rows)), key=lambda i: (inks[i] == "ink", -places[i][1]))
    for i in order:
        row = told_rows[i]
        words = short_words(row, panel.divide)
        told = (words, int(row["when"]), row["definition"])
        if told in said:
            continue
        said.add(told)
        first = wide and not row["stated"] and row["segment"] not in segments
        named = row["segment_words"] if first else ""
        segments.add(row["segment"])
        lines = [words, *wrap(named, 110, 11)] if named else [words]
        labels.append((Label(*places[i], lines, size, not named), inks[i]))
    place_labels([label for label, _ in labels], (frame.width, frame.height), covered)
    for label, token in labels:
        x = (
            left
            + label.left
            + {"left": 0.0, "center": label.width / 2, "right": label.width}[label.align]
        )
        if label.moved:
            nearest = min(max(label.x, label.left), label.left + label.width)
            low = label.top - 1 if label.top > label.y else label.top + label.height + 1
            plate.rule(left + label.x, top + label.y, left + nearest, top + low, "faint")
        for number, line in enumerate(label.lines):
            plate.text(x, top + label.top + (number + 0.5) * size * 1.25, line,
                       token if number == 0 else "muted", size if number == 0 else 11,
                       bold=number == 0, align=label.align, halo=True)  # fmt: skip


def _along(paths: Sequence[pd.DataFrame], panel: Panel, frame: Frame) -> list[Box]:
    """Return small boxes along the lines, so that labels keep off them."""
    boxes = []
    for path in paths:
        xs = [frame.px(w) for w in path["when"]]
        ys = [frame.py(middle) for middle in panel.middles[path.index]]
        for x, y, x2, y2 in zip(xs, ys, xs[1:], ys[1:], strict=False):
            steps = max(1, int(math.hypot(x2 - x, y2 - y) / 7))
            for step in range(steps + 1):
                cx, cy = x + (x2 - x) * step / steps, y + (y2 - y) * step / steps
                boxes.append(Box(cx - 2, cy - 2, cx + 2, cy + 2))
    return boxes


def short_words(row: Any, divide: float) -> str:
    """Return a value as it stands on the chart: three digits, with its hedge and range."""
    low, high = (float(f"{row[side] / divide:.3g}") for side in ("low", "high"))
    if divide == 1:
        return str(row["value_words"]).removesuffix("%")
    return value_words(low, high, row["qualifier"])
