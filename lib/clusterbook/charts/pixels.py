"""Pictures laid out in pixels as rows of names, marks and texts that no single axis can hold.

A plate collects rectangles, rules, symbols and texts and gives them as one Vega-Lite
specification of a few layers. The specification is written as such: Altair would take a third of
a second for each picture of this kind to check parts that never vary.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .layout import text_width
from .marks import CROSS, HALF
from .theme import colour

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
DIAMOND = "M0,-1L1,0L0,1L-1,0Z"
RIGHT, LEFT = "M-0.6,-0.9L0.8,0L-0.6,0.9Z", "M0.6,-0.9L-0.8,0L0.6,0.9Z"
_LEVEL = {"rect": 1, "rule": 1, "point": 2, "text": 3}
Tip = Mapping[str, str] | None


@dataclass(frozen=True)
class Drawing:
    """A finished Vega-Lite specification where a chart object is expected."""

    specification: dict[str, Any]

    def to_dict(self, validate: bool = False) -> dict[str, Any]:
        """Return the specification; the caller may add to it."""
        return dict(self.specification)


@dataclass
class Plate:
    """A plot of fixed size in pixels, counted from the top left.

    Rectangles and rules (level 1) lie under symbols (2), symbols under texts (3); level 0 is the
    ground. Inks are colour tokens; `tip` is what a reader sees on hovering.
    """

    width: float
    height: float
    items: dict[tuple[int, str], list[dict[str, Any]]] = field(default_factory=dict)

    def _add(self, kind: str, level: int | None, **record: Any) -> None:
        place = _LEVEL[kind] if level is None else level
        self.items.setdefault((place, kind), []).append(record)

    def text(
        self, x: float, y: float, text: str, ink: str = "ink", size: float = 12,
        bold: bool = False, align: str = "left", italic: bool = False, halo: bool = False,
        angle: float = 0,
    ) -> float:  # fmt: skip
        """Write a text with its middle at `y`; return roughly where it ends if set to the left.

        `angle` turns it clockwise, in degrees.
        """
        self._add(
            "text", None, x=x, y=y, text=text, ink=colour(ink), halo=halo, size=size,
            align=align, angle=angle,
            weight=700 if bold else 400, style="italic" if italic else "normal",
        )  # fmt: skip
        return x + text_width(text, size, bold)

    def lines(
        self, x: float, y: float, lines: Sequence[str], size: float = 12, **style: Any
    ) -> float:
        """Write lines under each other, the first with its middle at `y`; return the last `y`."""
        for number, line in enumerate(lines):
            self.text(x, y + number * size * 1.3, line, size=size, **style)
        return y + max(0, len(lines) - 1) * size * 1.3

    def rule(
        self, x: float, y: float, x2: float, y2: float, ink: str = "grid", thick: float = 1,
        dash: Sequence[float] = (), tip: Tip = None, level: int | None = None,
    ) -> None:  # fmt: skip
        """Draw a line between two points."""
        self._add(
            "rule", level, x=x, y=y, x2=x2, y2=y2, ink=colour(ink), thick=thick,
            dash=list(dash) or [1, 0], **_told(tip),
        )  # fmt: skip

    def rect(
        self, x: float, y: float, x2: float, y2: float, ink: str = "band", opacity: float = 1,
        fill: str = "", edge: str = "", tip: Tip = None, level: int | None = None,
    ) -> None:  # fmt: skip
        """Draw a rectangle; `fill` is a finished paint (a hatch), `edge` the ink of an outline."""
        self._add(
            "rect", level, x=x, y=y, x2=x2, y2=y2, ink=fill or colour(ink), opacity=opacity,
            edge=colour(edge) if edge else "transparent", **_told(tip),
        )  # fmt: skip

    def fade(
        self, x: float, x2: float, y: float, y2: float, ink: str, tip: Tip = None,
        level: int | None = None,
    ) -> None:  # fmt: skip
        """Draw a bar whose left end fades over ten steps: its start is not known."""
        step = (x2 - x) / 10
        for i in range(10):
            left = x + i * step
            self.rect(left, y, left + step, y2, ink, (i + 1) / 11, tip=tip, level=level)

    def symbol(
        self, x: float, y: float, shape: str, size: float, fill: str = "", stroke: str = "",
        thick: float = 0, dash: Sequence[float] = (), tip: Tip = None, level: int | None = None,
    ) -> None:  # fmt: skip
        """Draw a symbol of a size in square pixels; `shape` is Vega's name or an SVG path."""
        self._add(
            "point", level, x=x, y=y, shape=shape, size=size, thick=thick,
            ink=colour(fill) if fill else "transparent",
            edge=colour(stroke) if stroke else "transparent", dash=list(dash) or [1, 0],
            **_told(tip),
        )  # fmt: skip

    def disc(
        self, x: float, y: float, grade: str, ink: str, tip: Tip = None, size: float = 110
    ) -> None:
        """Draw a source's grade: A full, B half, C empty, D dotted."""
        dash = [2, 2] if grade == "D" else []
        self.symbol(x, y, "circle", size, ink if grade == "A" else "bg", ink, 2, dash, tip)
        if grade == "B":
            self.symbol(x, y, HALF, size * 0.9, ink, tip=tip)

    def hedge(self, x: float, y: float, qualifier: str, ink: str) -> None:
        """Draw the arrowhead of a hedge beside a disc: right for over, left for under."""
        if qualifier in ("over", "at_least"):
            self.symbol(x + 12, y, RIGHT, 70, ink)
        elif qualifier in ("under", "nearly", "up_to"):
            self.symbol(x - 12, y, LEFT, 70, ink)

    def end(self, x: float, y: float, tip: Tip = None, size: float = 90) -> None:
        """Draw the red cross of a demolition or an end, with a halo in the background colour."""
        self.symbol(x, y, CROSS, size, stroke="bg", thick=7)
        self.symbol(x, y, CROSS, size, stroke="strain", thick=3, tip=tip)

    def ring(self, x: float, y: float, radius: float, ink: str, tip: Tip = None) -> None:
        """Draw a dashed circle of a radius in pixels: what is claimed or planned around a point."""
        self.symbol(x, y, "circle", math.pi * radius**2, "", ink, 1.6, (5, 4), tip, level=1)

    def drawing(self) -> Drawing:
        """Return everything drawn, back to front."""
        layers: list[dict[str, Any]] = []
        for (_, kind), records in sorted(self.items.items(), key=lambda item: item[0]):
            layers += _LAYERS[kind](records, self.width, self.height)
        size = {"width": self.width, "height": self.height}
        return Drawing({"$schema": SCHEMA, **size, "layer": layers})


def tip_of(row: Any) -> dict[str, str]:
    """Return what a reader sees of an evidence row in a tooltip, without empty lines."""
    told = {
        "value": row.get("amount", row.get("title", row.get("value", ""))),
        "date": row.get("date_words", ""),
        "source": f"{row['cite']} ({row['grade']})",
        "place in source": row.get("locator", ""),
        "note": row.get("note", ""),
    }
    return {name: text for name, text in told.items() if isinstance(text, str) and text}


def years_axis(plate: Plate, years: Mapping[float, str], top: float, bottom: float) -> None:
    """Draw upright grid lines at pixels from the left, each under its label at `top`."""
    for x, name in years.items():
        plate.text(x, top, name, "muted", 11, align="center")
        plate.rule(x, top + 12, x, bottom, level=0)


def fit(text: str, width: float, size: float, bold: bool = False) -> str:
    """Return a text cut at a word, with an ellipsis, where it is wider than `width` pixels."""
    if text_width(text, size, bold) <= width:
        return text
    while text and text_width(f"{text}…", size, bold) > width:
        text = text.rpartition(" ")[0] or text[:-1]
    return f"{text}…"


def _told(tip: Tip) -> dict[str, Any]:
    """Return a tooltip whose first line is its head, and the same in words for those who listen.

    The head is named `title`, which vega-tooltip sets first; other lines stand in order of name.
    """
    shown = {name: text for name, text in (tip or {}).items() if text}
    if not shown:
        return {"tip": None, "said": None}
    head, *rest = shown
    return {
        "tip": {"title": shown[head], **{name: shown[name] for name in rest}},
        "said": "; ".join(shown.values()),
    }


def _place(width: float, height: float, to: bool = False) -> dict[str, Any]:
    def axis(name: str, domain: list[float]) -> dict[str, Any]:
        scale = {"domain": domain, "nice": False, "zero": False}
        return {"field": name, "type": "quantitative", "axis": None, "scale": scale}

    place = {"x": axis("x", [0, width]), "y": axis("y", [height, 0])}
    return place | ({"x2": {"field": "x2"}, "y2": {"field": "y2"}} if to else {})


def _raw(name: str) -> dict[str, Any]:
    return {"field": name, "type": "nominal", "scale": None, "legend": None}


def _each(*names: str) -> dict[str, dict[str, str]]:
    """Return mark properties that every datum gives itself: `name` or `property=name`."""
    pairs = (name.partition("=") for name in names)
    return {prop: {"expr": f"datum.{own or prop}"} for prop, _, own in pairs}


def _layer(
    records: list[dict[str, Any]], mark: dict[str, Any], encoding: dict[str, Any]
) -> dict[str, Any]:
    plain = [{k: round(v, 2) if isinstance(v, float) else v for k, v in r.items()} for r in records]
    spoken: dict[str, Any] = {"aria": mark["type"] == "text"}
    if any(record.get("tip") for record in records):
        spoken = _each("tooltip=tip", "description=said")
    return {"data": {"values": plain}, "mark": {**mark, **spoken}, "encoding": encoding}


def _rects(records: list[dict[str, Any]], width: float, height: float) -> list[dict[str, Any]]:
    mark = {"type": "rect", "strokeWidth": 1.5, **_each("opacity")}
    paint = {"fill": _raw("ink"), "stroke": _raw("edge")}
    return [_layer(records, mark, {**_place(width, height, to=True), **paint})]


def _rules(records: list[dict[str, Any]], width: float, height: float) -> list[dict[str, Any]]:
    mark = {"type": "rule", **_each("strokeWidth=thick", "strokeDash=dash")}
    return [_layer(records, mark, {**_place(width, height, to=True), "color": _raw("ink")})]


def _points(records: list[dict[str, Any]], width: float, height: float) -> list[dict[str, Any]]:
    mark = {"type": "point", "opacity": 1, **_each("strokeWidth=thick", "strokeDash=dash")}
    paint: dict[str, Any] = {"fill": _raw("ink"), "stroke": _raw("edge"), "shape": _raw("shape")}
    paint["size"] = {"field": "size", "type": "quantitative", "scale": None, "legend": None}
    return [_layer(records, mark, {**_place(width, height), **paint})]


def _texts(records: list[dict[str, Any]], width: float, height: float) -> list[dict[str, Any]]:
    style = {
        "type": "text", "baseline": "middle",
        **_each("align", "angle", "fontSize=size", "fontWeight=weight", "fontStyle=style"),
    }  # fmt: skip
    words = {**_place(width, height), "text": {"field": "text", "type": "nominal"}}
    layers = []
    haloed = [record for record in records if record["halo"]]
    if haloed:
        halo = {"stroke": colour("bg"), "strokeWidth": 4, "strokeJoin": "round"}
        layers.append(_layer(haloed, {**style, **halo}, words))
        layers[-1]["mark"]["aria"] = False
    return [*layers, _layer(records, style, {**words, "color": _raw("ink")})]


_LAYERS = {"rect": _rects, "rule": _rules, "point": _points, "text": _texts}
