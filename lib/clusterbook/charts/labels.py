"""Where words stand on a chart: their widths, lines, and labels that avoid each other.

Vega places no labels around each other, so it is done here, in pixels, before the specification is
written. The greedy choice among candidate places follows Imhof's order of preference as used in
map labelling (Christensen, Marks and Shieber, 1995).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clusterbook.evidence.plain import Row

Floats = NDArray[np.float64]
Box = Sequence[float] | Floats
"""A rectangle in pixels: left, top, right, bottom."""
Spec = dict[str, Any]

SIZE, SECOND = 12, 11
"""Pixels of the first lines of a label, which are bold, and of those under them."""
GAP, AWAY = 10, 15
"""Pixels between a point and its label, and those from which on a leader joins them."""
AT = {"expr": "datum.dx"}
"""What marks a layer of text as one whose rows are to be placed (see `marks.labels`)."""

_NARROW_LETTERS = frozenset("\u00a0ijlIt.,:;'|!()[] f-–r")
_WIDE_LETTERS = frozenset("mwM%@")

_BESIDE = ((1, 0), (0, -1), (0, 1), (-1, 0), (1, -1), (1, 1), (-1, -1), (-1, 1))
_FURTHER = ((0, -1), (0, 1), (1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1))
_STEPS = (18, 32, 48, 66, 86, 110)
"""How many pixels further out a label is tried, where no place beside its point is free."""
_PLACES = np.array(
    [(x, y, GAP * (0.7 if x and y else 1), GAP * (0.7 if x and y else 1)) for x, y in _BESIDE]
    + [(x, y, GAP if y else GAP + step, GAP + step) for step in _STEPS for x, y in _FURTHER]
)
"""The places of a label in the order in which they are tried: at the right of its point (1), at its
left (-1) or neither, below (1), above (-1) or neither, and how many pixels across and down."""


@lru_cache(maxsize=16384)  # wrapping and placing labels ask for the same words again and again
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return roughly how many pixels wide a text is in Inter, or in a Chinese font."""
    ems = 0.0
    for letter in text:
        if letter == "W" or unicodedata.east_asian_width(letter) in "WF":
            ems += 1.0
        elif letter in _NARROW_LETTERS:
            ems += 0.31
        elif letter in _WIDE_LETTERS:
            ems += 0.86
        elif letter.isupper():
            ems += 0.68
        else:
            ems += 0.575
    return ems * size * (1.05 if bold else 1.0)


ORDER = re.compile(r" ([a-z])$")
"""The letter that tells a source from others of its author and year: never alone in a line."""


def wrap(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """Return a text in lines of at most `width` pixels; a longer word of 30 letters stays whole.

    Chinese may break after any character.
    """
    words: list[str] = []
    for word in ORDER.sub("\u00a0\\1", text).split(" "):
        wide = [c for c in word if unicodedata.east_asian_width(c) in "WF"]
        breaks = len(wide) >= 6 or (len(word) > 30 and text_width(word, size, bold) > width)
        words.extend(_pieces(word, width, size) if breaks else [word])
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size, bold) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _pieces(word: str, width: float, size: float) -> list[str]:
    step = max(1, int(width / size) - 1)
    return [word[i : i + step] for i in range(0, len(word), step)]


@dataclass
class Label:
    """A text of one or more lines beside a point, in pixels; `second` stands under it.

    `place_labels` fills the rest; `side` is 1 at the right of the point, -1 at its left, 0 else.
    """

    x: float
    y: float
    lines: list[str]
    second: list[str] = field(default_factory=list)
    left: float = field(default=0.0, init=False)
    top: float = field(default=0.0, init=False)
    side: float = field(default=0.0, init=False)

    @property
    def width(self) -> float:
        """The width of the widest line in pixels."""
        first = [text_width(line, SIZE, True) for line in self.lines]
        return max(first + [text_width(line, SECOND) for line in self.second])

    @property
    def height(self) -> float:
        """The height of all lines in pixels."""
        return (len(self.lines) * SIZE + len(self.second) * SECOND) * 1.25


def place_labels(
    labels: Sequence[Label], frame: tuple[float, float], obstacles: Sequence[Box] = ()
) -> list[Label]:
    """Give each label, in order of importance, the first free place around its point.

    `frame` is width and height in pixels; `obstacles` are boxes of marks to keep clear. Where
    no place is free the one with the least overlap is taken, so no label is lost before the labels
    together would cover the frame; those that come after have no place and are not returned.
    """
    taken = np.array(obstacles, dtype=float).reshape(-1, 4)
    side, below, across, down = _PLACES.T
    room = frame[0] * frame[1]
    for place, label in enumerate(labels):
        width, height = label.width, label.height
        room -= width * height
        if room < 0:
            return list(labels[:place])
        left = label.x + side * across - width * (1 - side) / 2
        top = label.y + below * down - height * (1 - below) / 2
        boxes = np.column_stack([left, top, left + width, top + height])
        outside = (-boxes[:, :2]).clip(0) + (boxes[:, 2:] - frame).clip(0)
        cost = _shared(boxes, taken) + 200 * outside.sum(axis=1)
        best = int(cost.round(6).argmin())
        label.left, label.top, label.side = (float(part[best]) for part in (left, top, side))
        taken = np.vstack([taken, boxes[best]])
    return list(labels)


def _shared(boxes: Floats, others: Floats) -> Floats:
    """Return how many square pixels of each box lie in other ones."""
    ends = np.hstack([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
    near = others[(others[:, :2] < ends[2:]).all(axis=1) & (others[:, 2:] > ends[:2]).all(axis=1)]
    first = np.maximum(boxes[:, None, :2], near[:, :2])
    last = np.minimum(boxes[:, None, 2:], near[:, 2:])
    shared: Floats = (last - first).clip(0).prod(axis=2).sum(axis=1)
    return shared


# Labels of a finished specification: places are found once the width of a layout is known.


def place_in(spec: Spec) -> None:
    """Give every label of a specification a free place near its point, in pixels from it.

    A layer of text with `dx` of `datum.dx` is placed; its rows gain `dx`, `dy`, `align`, `dy2` (of
    the second line) and, where a label stands away from its point, the end of a leader `lx`, `ly`.
    Positions are read from the scales' domains, obstacles from all other layers.
    """
    named = spec.get("datasets", {})
    for view, data in _leaves(spec, ("vconcat", "hconcat", "concat")):
        layers = [
            (layer, own.get("values") or named.get(own.get("name")))
            for layer, own in _leaves(view, ("layer",), data)
        ]
        layers = [(layer, rows if isinstance(rows, list) else []) for layer, rows in layers]
        placed = [(layer, rows) for layer, rows in layers if _mark(layer).get("dx") == AT]
        if placed:
            _place(view, layers, *placed[0])


def _leaves(spec: Spec, kinds: Sequence[str], data: Any = None) -> Iterator[tuple[Spec, Spec]]:
    """Yield the parts that hold no others of some kinds, each with its data or what it inherits."""
    data = spec.get("data") or data or {}
    parts = [part for kind in kinds for part in spec.get(kind, ())]
    for part in parts:
        yield from _leaves(part, kinds, data)
    if not parts:
        yield spec, data


def _mark(layer: Spec) -> Spec:
    mark = layer.get("mark", {})
    return mark if isinstance(mark, dict) else {"type": mark}


def _pixels(channel: Spec, size: Any, down: bool) -> Callable[[Any], float | None]:
    """Return the function from a value of a channel to its pixel; None where it has no place."""
    scale = channel.get("scale") or {}
    domain = scale.get("domain")
    if not isinstance(domain, list):
        return lambda _: None
    if channel.get("type") in ("nominal", "ordinal"):
        step = size["step"] if isinstance(size, dict) else size / max(1, len(domain))
        places = {value: (i + 0.5) * step for i, value in enumerate(domain)}
        return lambda value: places.get(value)
    log = scale.get("type") == "log"
    low, high = (math.log(end) if log else end for end in domain)
    turned = down is not bool(scale.get("reverse"))

    def pixel(value: Any) -> float | None:
        if not isinstance(value, int | float) or (log and value <= 0):
            return None
        share = ((math.log(value) if log else value) - low) / ((high - low) or 1)
        return float((1 - share if turned else share) * size)

    return pixel


def _place(
    view: Spec, layers: Sequence[tuple[Spec, list[Row]]], labels: Spec, rows: list[Row]
) -> None:
    x, y = labels["encoding"]["x"], labels["encoding"]["y"]
    wide, tall = view.get("width", 0), view.get("height", 0)
    px, py = _pixels(x, wide, down=False), _pixels(y, tall, down=True)
    if isinstance(tall, dict):
        tall = tall["step"] * len((y.get("scale") or {}).get("domain") or [0])
    wanted = []
    for row in rows:
        at_x, at_y = px(row.get(x["field"])), py(row.get(y["field"]))
        words, second = (str(row.get(name) or "") for name in ("words", "words2"))
        if words and at_x is not None and at_y is not None:
            lines = words.split("\n"), second.split("\n") if second else []
            wanted.append((row, Label(at_x, at_y, *lines)))
    obstacles = [boxes for layer, own in layers for boxes in _boxes(layer, own, px, py)]
    placed = len(place_labels([one for _, one in wanted], (wide, tall), obstacles))
    for row, _ in wanted[placed:]:
        row["words"] = row["words2"] = ""
    for row, one in wanted[:placed]:
        row["align"] = "left" if one.side > 0 else "right" if one.side else "center"
        row["dx"] = round(one.left + one.width * (1 - one.side) / 2 - one.x, 1)
        row["dy"] = round(one.top - one.y + SIZE * 0.98, 1)
        row["dy2"] = round(row["dy"] + len(one.lines) * SIZE * 1.25, 1)
        near_x = min(max(one.x, one.left - 2), one.left + one.width + 2) - one.x
        near_y = min(max(one.y, one.top), one.top + one.height) - one.y
        if math.hypot(near_x, near_y) > AWAY:
            row["lx"], row["ly"] = round(near_x, 1), round(near_y, 1)


_DISCS = ("point", "circle", "square")


def _boxes(
    layer: Spec, rows: list[Row], px: Callable[..., Any], py: Callable[..., Any]
) -> Iterator[Box]:
    """Yield the boxes that a layer's marks take: discs, ranges, spans, lines."""
    mark, channels = _mark(layer), layer.get("encoding", {})
    kind = mark.get("type")
    fields = [channels.get(name, {}).get("field") for name in ("x", "y", "x2", "y2")]
    seen = (
        kind in (*_DISCS, "rule", "bar", "line", "tick", "rect") and mark.get("opacity", 1) >= 0.2
    )
    if not seen or None in fields[:2]:
        return
    lines: dict[tuple[Any, ...], list[tuple[float, float]]] = {}
    detail = channels.get("detail", [])
    by = [one.get("field") for one in (detail if isinstance(detail, list) else [detail])]
    for row in rows:
        x, y, x2, y2 = (
            place(row.get(name)) for place, name in zip((px, py) * 2, fields, strict=True)
        )
        if x is None or y is None:
            continue
        if kind == "line":
            lines.setdefault(tuple(row.get(name) for name in by), []).append((x, y))
            continue
        left, right = sorted((x, x if x2 is None else x2))
        top, bottom = sorted((y, y if y2 is None else y2))
        thick = 7 if kind in _DISCS else 4
        yield left - thick, top - thick, right + thick, bottom + thick
    for points in lines.values():
        for one, two in pairwise(np.array(points)):
            steps = max(1, int(math.hypot(*(two - one)) / 8))
            on = np.linspace(one, two, steps + 1)
            yield from np.hstack([on - 3, on + 3])
