"""Where words stand on a chart: their widths, lines, and labels that avoid each other.

Vega places no labels around each other, so it is done here, in pixels, before the specification is
written. The greedy choice among candidate places follows Imhof's order of preference as used in
map labelling (Christensen, Marks and Shieber, 1995).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from clusterbook.evidence.plain import Row

_NARROW_LETTERS = frozenset("\u00a0ijlIt.,:;'|!()[] f-–r")
_WIDE_LETTERS = frozenset("mwM%@")
_STEPS = (18, 32, 48, 66, 86, 110)
"""How many pixels further out a label is tried, where no place beside its point is free."""


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


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """Return the shared area in square pixels."""
        if (
            self.left >= other.right
            or other.left >= self.right
            or self.top >= other.bottom
            or other.top >= self.bottom
        ):
            return 0.0  # nearly all pairs: labels are held against every mark
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across * down


@dataclass
class Label:
    """A text of one or more lines beside a point, in pixels; `place_labels` fills the rest.

    `second` stands under it in regular weight, one pixel smaller.
    """

    x: float
    y: float
    lines: list[str]
    size: float = 12
    bold: bool = False
    gap: float = 9
    second: list[str] = field(default_factory=list)
    left: float = field(default=0.0, init=False)
    top: float = field(default=0.0, init=False)
    align: str = field(default="left", init=False)
    moved: bool = field(default=False, init=False)

    @property
    def width(self) -> float:
        """The width of the widest line in pixels."""
        first = [text_width(line, self.size, self.bold) for line in self.lines]
        return max(first + [text_width(line, self.second_size) for line in self.second])

    @property
    def second_size(self) -> float:
        """The size of the second lines, never below 11 pixels."""
        return max(11.0, self.size - 1)

    @property
    def height(self) -> float:
        """The height of all lines in pixels."""
        return (len(self.lines) * self.size + len(self.second) * self.second_size) * 1.25


def place_labels(
    labels: Sequence[Label],
    frame: tuple[float, float],
    obstacles: Iterable[Box] = (),
) -> list[Label]:
    """Give each label, in order of importance, the first free place around its point.

    `frame` is width and height in pixels; `obstacles` are marks to keep clear. Where no place is
    free the one with the least overlap is taken, so no label is lost before the labels together
    would cover the frame; those that come after have no place and are not returned.
    """
    taken = list(obstacles)
    room = frame[0] * frame[1]
    for place, label in enumerate(labels):
        best: tuple[float, int, Box, str] | None = None
        width, height = label.width, label.height
        room -= width * height
        if room < 0:
            return list(labels[:place])
        near = _within_reach(label, width, height, taken)
        for order, (left, top, align) in enumerate(_candidates(label, width, height)):
            box = Box(left, top, left + width, top + height)
            outside = max(0, -box.left) + max(0, box.right - frame[0])
            outside += max(0, -box.top) + max(0, box.bottom - frame[1])
            if best is not None and outside * 200 >= best[0]:
                continue  # whatever it overlaps, it is no better
            cost = sum(box.overlap(other) for other in near) + outside * 200
            if best is None or cost < best[0] - 1e-9:
                best = (cost, order, box, align)
            if cost == 0:
                break
        assert best is not None
        _, order, box, label.align = best
        label.left, label.top, label.moved = box.left, box.top, order > 7
        taken.append(box)
    return list(labels)


def _within_reach(label: Label, width: float, height: float, boxes: Iterable[Box]) -> list[Box]:
    """Return the boxes that some candidate place of the label can touch."""
    away = label.gap + max(_STEPS)
    left, right = label.x - away - width, label.x + away + width
    top, bottom = label.y - away - height, label.y + away + height
    return [
        box
        for box in boxes
        if box.left < right and box.right > left and box.top < bottom and box.bottom > top
    ]


def _candidates(label: Label, w: float, h: float) -> Iterable[tuple[float, float, str]]:
    x, y, gap = label.x, label.y, label.gap
    middle = y - h / 2
    yield x + gap, middle, "left"
    yield x - w / 2, y - gap - h, "center"
    yield x - w / 2, y + gap, "center"
    yield x - gap - w, middle, "right"
    yield x + gap * 0.7, y - gap * 0.7 - h, "left"
    yield x + gap * 0.7, y + gap * 0.7, "left"
    yield x - gap * 0.7 - w, y - gap * 0.7 - h, "right"
    yield x - gap * 0.7 - w, y + gap * 0.7, "right"
    for step in _STEPS:
        yield x - w / 2, y - gap - h - step, "center"
        yield x - w / 2, y + gap + step, "center"
        yield x + gap + step, middle, "left"
        yield x - gap - w - step, middle, "right"
        yield x + gap, y - gap - h - step, "left"
        yield x - gap - w, y - gap - h - step, "right"
        yield x + gap, y + gap + step, "left"
        yield x - gap - w, y + gap + step, "right"


def along(points: Sequence[tuple[float, float]]) -> list[Box]:
    """Return small boxes along a line through points in pixels, for labels to keep clear of it."""
    boxes = []
    for (x1, y1), (x2, y2) in pairwise(points):
        steps = max(1, int(math.hypot(x2 - x1, y2 - y1) / 8))
        for i in range(steps + 1):
            x, y = x1 + (x2 - x1) * i / steps, y1 + (y2 - y1) * i / steps
            boxes.append(Box(x - 3, y - 3, x + 3, y + 3))
    return boxes


# Labels of a finished specification: places are found once the width of a layout is known.

AWAY = 15
"""Pixels between a point and its label from which on a leader joins them."""

AT = {"expr": "datum.dx"}
"""What marks a layer of text as one whose rows are to be placed (see `marks.labels`)."""

Spec = dict[str, Any]


def place_in(spec: Spec) -> None:
    """Give every label of a specification a free place near its point, in pixels from it.

    A layer of text with `dx` of `datum.dx` is placed; its rows gain `dx`, `dy`, `align`, `dy2` (of
    the second line) and, where a label stands away from its point, the end of a leader `lx`, `ly`.
    Positions are read from the scales' domains, obstacles from all other layers.
    """
    for view in _views(spec):
        layers = [_inherit(view, layer) for layer in _flat(view)]
        placed = [layer for layer in layers if _mark(layer).get("dx") == AT]
        if placed:
            _place(spec, view, layers, placed[0])


def _views(spec: Spec) -> Iterator[Spec]:
    parts = [part for kind in ("vconcat", "hconcat", "concat") for part in spec.get(kind, ())]
    for part in parts:
        part.setdefault("data", spec.get("data"))
        yield from _views(part)
    if not parts:
        yield spec


def _flat(view: Spec) -> Iterator[Spec]:
    for layer in view.get("layer", [view]):
        if "layer" in layer:
            for inner in layer["layer"]:
                inner.setdefault("data", layer.get("data"))
            yield from _flat(layer)
        else:
            yield layer


def _inherit(view: Spec, layer: Spec) -> Spec:
    return {**layer, "data": layer.get("data") or view.get("data") or {}}


def _mark(layer: Spec) -> Spec:
    mark = layer.get("mark", {})
    return mark if isinstance(mark, dict) else {"type": mark}


def _values(spec: Spec, layer: Spec) -> list[Row]:
    data = layer["data"]
    values = data.get("values") or spec.get("datasets", {}).get(data.get("name"), [])
    return values if isinstance(values, list) else []


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


def _place(spec: Spec, view: Spec, layers: list[Spec], labels: Spec) -> None:
    encoding = labels["encoding"]
    size = (view.get("width", 0), view.get("height", 0))
    domain = (encoding["y"].get("scale") or {}).get("domain") or [0]
    tall = size[1]["step"] * len(domain) if isinstance(size[1], dict) else size[1]
    px = _pixels(encoding["x"], size[0], down=False)
    py = _pixels(encoding["y"], size[1], down=True)
    obstacles = [box for layer in layers for box in _marks_of(spec, layer, px, py, size[0])]
    rows = _values(spec, labels)
    mark = _mark(labels)
    wanted = []
    for row in rows:
        x, y = px(row.get(encoding["x"]["field"])), py(row.get(encoding["y"]["field"]))
        words = str(row.get("words") or "")
        if not words or x is None or y is None:
            continue
        lines, second = (str(row.get(name) or "") for name in ("words", "words2"))
        one = Label(
            x, y, lines.split("\n"), mark.get("fontSize", 12), True, float(row.get("gap") or 10),
            second.split("\n") if second else [],
        )  # fmt: skip
        wanted.append((row, one))
    placed = len(place_labels([one for _, one in wanted], (size[0], tall), obstacles))
    for row, _ in wanted[placed:]:
        row["words"] = row["words2"] = ""
    for row, one in wanted[:placed]:
        across = {"left": 0.0, "center": one.width / 2, "right": one.width}[one.align]
        row["align"], row["dx"] = one.align, round(one.left + across - one.x, 1)
        row["dy"] = round(one.top - one.y + one.size * 0.98, 1)
        row["dy2"] = round(row["dy"] + len(one.lines) * one.size * 1.25, 1)
        near_x = min(max(one.x, one.left - 2), one.left + one.width + 2) - one.x
        near_y = min(max(one.y, one.top), one.top + one.height) - one.y
        if math.hypot(near_x, near_y) > AWAY:
            row["lx"], row["ly"] = round(near_x, 1), round(near_y, 1)


def _marks_of(
    spec: Spec, layer: Spec, px: Callable[..., Any], py: Callable[..., Any], width: float
) -> Iterator[Box]:
    """Yield the boxes that a layer's marks take: discs, ranges, spans, lines."""
    mark, channels = _mark(layer), layer.get("encoding", {})
    kind = mark.get("type")
    if kind not in ("point", "circle", "square", "rule", "bar", "line", "tick", "rect"):
        return
    x, y, x2, y2 = (channels.get(name, {}) for name in ("x", "y", "x2", "y2"))
    if not {"field"} <= x.keys() or not {"field"} <= y.keys() or mark.get("opacity", 1) < 0.2:
        return
    points: dict[tuple[Any, ...], list[tuple[float, float]]] = {}
    details = channels.get("detail", [])
    by = [d.get("field") for d in (details if isinstance(details, list) else [details])]
    for row in _values(spec, layer):
        left, top = px(row.get(x["field"])), py(row.get(y["field"]))
        if left is None or top is None:
            continue
        right, bottom = px(row.get(x2.get("field"))), py(row.get(y2.get("field")))
        if kind == "line":
            points.setdefault(tuple(row.get(name) for name in by), []).append((left, top))
            continue
        thick = 7 if kind in ("point", "circle", "square") else 4
        ends = (left, left if right is None else right), (top, top if bottom is None else bottom)
        (x0, x1), (y0, y1) = sorted(ends[0]), sorted(ends[1])
        yield Box(x0 - thick, y0 - thick, x1 + thick, y1 + thick)
    for line in points.values():
        yield from along(line)
