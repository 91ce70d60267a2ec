"""Values over time on a plate: scales, grid, years, gutter, ranges, discs by grade, labels, key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clusterbook.evidence.units import number_words

from .labels import Box, Frame, Label, place_labels, text_width
from .pixel_layers import place
from .pixel_marks import CROSS, DOWN, HALF, UP
from .pixels import Drawing, Plate
from .theme import colour

PILL = "M-0.6,-0.4A0.6,0.6,0,0,1,0.6,-0.4L0.6,0.4A0.6,0.6,0,0,1,-0.6,0.4Z"
KEY = {
    "range": "range from one source",
    "tie": "sources disagree",
    "cross": "no count found",
    "up": "over: the true value is higher",
    "nominal": "as reported",
}
"""The special marks that a key can name, with their words."""


@dataclass
class Point:
    """One value in the pixels of its plot: its disc at `x`, `y`, its range from `low` to `high`."""

    x: float
    y: float
    low: float
    high: float
    grade: str
    qualifier: str
    token: str
    tip: Mapping[str, str]


@dataclass
class Plot:
    """A part of a plate with scales of its own; its pixels are counted from its own corner."""

    plate: Plate
    frame: Frame
    left: float
    top: float
    bars: list[dict[str, Any]] = field(default_factory=list)

    def grid(self, values: Sequence[float], right: float | None = None) -> None:
        """Draw grid lines with their numbers to the left; the zero line is stronger."""
        end = self.frame.width if right is None else right
        for value in values:
            y = self.top + self.frame.py(value)
            ink = "grid" if value else "faint"
            self.plate.rule(self.left, y, self.left + end, y, ink, level=0)
            said = number_words(value)
            self.plate.text(self.left - 8, y, said, "muted", 11, align="right")

    def below(self, texts: Mapping[float, str]) -> None:
        """Write texts under the plot, each centred at a pixel from the left."""
        for x, text in texts.items():
            y = self.top + self.frame.height + 15
            self.plate.text(self.left + x, y, text, "muted", 11, align="center")

    def gutter(self, start: float) -> None:
        """Shade the right end of the plot from a pixel on, for what has no year."""
        bottom = self.top + self.frame.height
        right = self.left + self.frame.width
        self.plate.rect(self.left + start, self.top, right, bottom, "band", level=0)
        self.below({(start + self.frame.width) / 2: "undated"})

    def rule(
        self, x: float, y: float, x2: float, y2: float, ink: str, thick: float = 1,
        dash: Sequence[float] = (),
    ) -> None:  # fmt: skip
        """Draw a line between two points of the plot."""
        left, top = self.left, self.top
        self.plate.rule(left + x, top + y, left + x2, top + y2, ink, thick, dash)

    def bar(self, x: float, low: float, high: float, token: str, square: bool = False) -> None:
        """Draw a range: rounded for one source, square-ended for a disagreement of sources."""
        self.bars.append(
            {"x": round(self.left + x, 2), "y": round(self.top + low, 2),
             "y2": round(self.top + high, 2), "ink": colour(token), "square": square}
        )  # fmt: skip

    def point(self, point: Point, size: float = 120) -> None:
        """Draw a value: its range, its disc by grade, its hedge."""
        if point.low != point.high:
            self.bar(point.x, point.low, point.high, point.token)
        x, y = self.left + point.x, self.top + point.y
        self.plate.disc(x, y, point.grade, point.token, point.tip, size)
        if point.qualifier in ("over", "at_least"):
            self.plate.symbol(x, y - 11, UP, 22, point.token)
        elif point.qualifier in ("under", "nearly", "up_to"):
            self.plate.symbol(x, y + 11, DOWN, 22, point.token)

    def cross(self, x: float, y: float, size: float = 50) -> None:
        """Draw a small cross: a year without a count."""
        x, y = self.left + x, self.top + y
        self.plate.symbol(x, y, CROSS, size, stroke="bg", thick=5)
        self.plate.symbol(x, y, CROSS, size, stroke="muted", thick=1.8)

    def write(self, labels: Sequence[Label], inks: Sequence[str]) -> None:
        """Write placed labels with a halo, and a leader where one was moved."""
        for label, ink in zip(labels, inks, strict=True):
            anchor = {"left": 0.0, "center": label.width / 2, "right": label.width}[label.align]
            x, y = self.left + label.left + anchor, self.top + label.top
            sized = [(line, label.size, label.bold) for line in label.lines]
            sized += [(line, label.second_size, False) for line in label.second]
            for line, size, bold in sized:
                self.plate.text(
                    x, y + size * 0.625, line, ink, size, bold, label.align, halo=True
                )  # fmt: skip
                y += size * 1.25
            if label.moved:
                right, bottom = label.left + label.width, label.top + label.height
                self.rule(
                    label.x, label.y,
                    min(max(label.x, label.left - 2), right + 2),
                    min(max(label.y, label.top - 1), bottom + 1), "faint",
                )  # fmt: skip

    def place(
        self, labels: Sequence[Label], inks: Sequence[str], obstacles: Iterable[Box],
        edge: float | None = None,
    ) -> None:  # fmt: skip
        """Give labels free places within the plot, up to `edge`, and write them."""
        across = self.frame.width if edge is None else edge
        place_labels(labels, (across, self.frame.height), obstacles)
        self.write(labels, inks)


def key(
    plate: Plate, grades: Iterable[str], special: Sequence[str], top: float, left: float = 0.0
) -> float:
    """Write the key, grades first, then special marks by name of `KEY`; return where it ends."""
    found = [g for g in "ABCD" if g in set(grades)]
    items = [("word", "Source grade"), *(("grade", g) for g in found)] if found else []
    items += [(name, KEY[name]) for name in special]
    x, y = left, top
    for kind, text in items:
        mark = 0.0 if kind == "word" else 16.0
        across = mark + text_width(text, 11)
        if x > left and x + across > plate.width:
            x, y = left, y + 20
        _mark(plate, kind, text, x + 7, y)
        plate.text(x + mark, y, text, "muted", 11)
        x += across + (9 if kind in ("word", "grade") else 16)
    return y + 10


def _mark(plate: Plate, kind: str, text: str, x: float, y: float) -> None:
    if kind == "grade":
        dash = [2, 2] if text == "D" else []
        plate.symbol(x, y, "circle", 80, "muted" if text == "A" else "bg", "muted", 2, dash)
        if text == "B":
            plate.symbol(x, y, HALF, 72, "muted")
    elif kind == "range":
        plate.symbol(x, y, PILL, 180, "faint")
    elif kind == "tie":
        plate.rect(x - 4.5, y - 7, x + 4.5, y + 7, "faint", 0.6)
    elif kind == "cross":
        plate.symbol(x, y, CROSS, 40, stroke="muted", thick=1.8)
    elif kind == "up":
        plate.symbol(x, y, UP, 40, "muted")
    elif kind == "nominal":
        plate.rule(x - 6, y, x + 6, y, "faint", 2)


def finished(plate: Plate, plots: Sequence[Plot]) -> Drawing:
    """Return the plate with the ranges of its plots: over the grid, under all else."""
    spec = plate.drawing().specification
    ground = sum(1 for level, _ in plate.items if level == 0)
    bars = [bar for plot in plots for bar in plot.bars]
    layers = [
        _bars([bar for bar in bars if bar["square"] == square], square, plate)
        for square in (True, False)
        if any(bar["square"] == square for bar in bars)
    ]
    spec["layer"] = [*spec["layer"][:ground], *layers, *spec["layer"][ground:]]
    return Drawing(spec)


def _bars(bars: list[dict[str, Any]], square: bool, plate: Plate) -> dict[str, Any]:
    ink = {"field": "ink", "type": "nominal", "scale": None, "legend": None}
    return {
        "data": {"values": [{k: v for k, v in bar.items() if k != "square"} for bar in bars]},
        "mark": {
            "type": "rule", "strokeWidth": 10, "strokeCap": "butt" if square else "round",
            "opacity": 0.35 if square else 0.38, "aria": False,
        },
        "encoding": {**place(plate.width, plate.height), "y2": {"field": "y2"}, "color": ink},
    }  # fmt: skip
