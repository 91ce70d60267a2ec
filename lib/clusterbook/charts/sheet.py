"""A sheet measured in pixels, for pictures that are no plot of two scales: matrices, diagrams.

What is drawn is collected and given as one Vega-Lite specification with a layer per kind of mark.
It is written as such and not through Altair, whose checking of every layer would cost more time
than the rest of a chapter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from .layout import text_width
from .marks import CROSS, DOWN, HALF, UP
from .theme import colour, hatch

KINDS = ("rect", "rule", "point", "text")
RIGHT = "M-0.6,-0.9L0.8,0L-0.6,0.9Z"
DIAMOND = "M0,-1L1,0L0,1L-1,0Z"


@dataclass(frozen=True)
class Drawing:
    """A finished Vega-Lite specification, where a chart is expected."""

    specification: dict[str, Any]

    def to_dict(self, validate: bool = False) -> dict[str, Any]:
        """Return the specification, which the caller may add to."""
        return dict(self.specification)


def token_of(dimension: str) -> str:
    """Return the colour token of a dimension; what is only context is muted."""
    return "muted" if dimension == "context" else dimension


def row_tip(row: Mapping[str, Any]) -> dict[str, str]:
    """Return what a reader sees of an evidence row in a tooltip, without empty lines."""
    told = {
        "value": row.get("amount", row.get("title", row.get("name", row.get("statement", "")))),
        "date": row.get("date_words", ""),
        "source": f"{row['cite']} ({row['grade']})",
        "place in source": row.get("locator", ""),
        "note": row.get("note", ""),
    }
    return {name: str(text) for name, text in told.items() if isinstance(text, str) and text}


@dataclass
class Sheet:
    """A plot of fixed size in pixels; y grows downwards. Paints are colour tokens."""

    width: float
    height: float
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def _add(self, kind: str, tip: Mapping[str, str] | None, record: dict[str, Any]) -> None:
        told = dict(tip or {})
        record |= {"tip": told or None, "said": "; ".join(told.values())}
        self.records.setdefault(kind, []).append(record)

    def text(
        self, x: float, y: float, text: str, ink: str = "ink", size: float = 12,
        bold: bool = False, align: str = "left", italic: bool = False, halo: bool = False,
    ) -> float:  # fmt: skip
        """Write a line with its middle at `y`; return roughly where it ends to the right."""
        self._add(
            "text", None,
            {"x": x, "y": y, "text": text, "ink": colour(ink), "size": size, "align": align,
             "weight": 700 if bold else 400, "style": "italic" if italic else "normal",
             "halo": halo},
        )  # fmt: skip
        return x + text_width(text, size, bold)

    def lines(
        self, x: float, y: float, lines: Sequence[str], size: float = 12, **style: Any
    ) -> float:
        """Write lines under each other, the first with its middle at `y`; return the next `y`."""
        for number, line in enumerate(lines):
            self.text(x, y + number * size * 1.3, line, size=size, **style)
        return y + len(lines) * size * 1.3

    def rule(
        self, x: float, y: float, x2: float, y2: float, ink: str = "grid", thick: float = 1,
        dash: Sequence[float] = (), opacity: float = 1, tip: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Draw a straight line."""
        self._add(
            "rule", tip,
            {"x": x, "y": y, "x2": x2, "y2": y2, "ink": colour(ink), "thick": thick,
             "dash": list(dash) or [1, 0], "opacity": opacity},
        )  # fmt: skip

    def rect(
        self, x: float, y: float, x2: float, y2: float, ink: str = "band", edge: str = "",
        opacity: float = 1, hatched: bool = False, tip: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Fill a rectangle; without `ink` it is empty, and `edge` is its outline."""
        paint = hatch(ink) if hatched else colour(ink) if ink else "transparent"
        self._add(
            "rect", tip,
            {"x": x, "y": y, "x2": x2, "y2": y2, "ink": paint, "opacity": opacity,
             "edge": colour(edge) if edge else "transparent"},
        )  # fmt: skip

    def square(
        self, x: float, y: float, side: float, dimension: str, scope: str,
        tip: Mapping[str, str] | None = None, hollow: bool = False,
    ) -> None:  # fmt: skip
        """Draw a square with its middle at `x`, `y`: solid inside the cluster, hatched outside."""
        token, half = token_of(dimension), side / 2
        self.rect(
            x - half, y - half, x + half, y + half, "bg" if hollow else token, token,
            hatched=scope == "external" and not hollow, tip=tip,
        )  # fmt: skip

    def symbol(
        self, x: float, y: float, shape: str, size: float, fill: str = "", stroke: str = "",
        thick: float = 0, dash: Sequence[float] = (), tip: Mapping[str, str] | None = None,
        href: str = "",
    ) -> None:  # fmt: skip
        """Draw a symbol (Vega's name or an SVG path) of an area in square pixels."""
        self._add(
            "point", tip,
            {"x": x, "y": y, "shape": shape, "size": size, "thick": thick, "href": href,
             "ink": colour(fill) if fill else "transparent", "dash": list(dash) or [1, 0],
             "edge": colour(stroke) if stroke else "transparent"},
        )  # fmt: skip

    def disc(self, x: float, y: float, row: Mapping[str, Any], ink: str, size: float = 110) -> None:
        """Draw a row's disc with its grade and its hedge: A full, B half, C empty, D dotted."""
        tip, grade, href = row_tip(row), row["grade"], f"ledger.html#{row['anchor']}"
        dash = [2, 2] if grade == "D" else []
        self.symbol(x, y, "circle", size, ink if grade == "A" else "bg", ink, 2, dash, tip, href)
        if grade == "B":
            self.symbol(x, y, HALF, size * 0.9, ink, tip=tip, href=href)
        hedge = row.get("qualifier", "")
        if hedge in ("over", "at_least"):
            self.symbol(x, y - 11, UP, 22, ink)
        elif hedge in ("under", "nearly", "up_to"):
            self.symbol(x, y + 11, DOWN, 22, ink)

    def cross(self, x: float, y: float, ink: str = "muted", size: float = 24) -> None:
        """Draw a small cross: something that is not there."""
        self.symbol(x, y, CROSS, size, stroke="bg", thick=5)
        self.symbol(x, y, CROSS, size, stroke=ink, thick=1.8)

    def drawing(self) -> Drawing:
        """Return everything drawn: areas, lines, symbols, texts."""
        layers: list[dict[str, Any]] = []
        for kind in KINDS:
            if kind in self.records:
                layers += _layers(kind, self.records[kind], self.width, self.height)
        return Drawing({"width": self.width, "height": self.height, "layer": layers})


def key_line(sheet: Sheet, dimensions: pd.Series, y: float, wide: bool) -> None:
    """Write the key of squares: the dimensions that occur, inside and towards the city."""
    x = 0.0
    for dimension in dict.fromkeys(sorted(dimensions)):
        sheet.square(x + 6, y, 9, dimension, "internal")
        x = sheet.text(x + 16, y, dimension, token_of(dimension), 11, bold=True) + 16
    if not wide:
        x, y = 0.0, y + 19
    for scope, word in (("internal", "inside the cluster"), ("external", "towards the city")):
        sheet.square(x + 6, y, 9, "context", scope)
        x = sheet.text(x + 16, y, word, "muted", 11) + 16


def _raw(name: str) -> dict[str, Any]:
    return {"field": name, "type": "nominal", "scale": None, "legend": None}


def _place(width: float, height: float, far: bool) -> dict[str, Any]:
    def axis(name: str, domain: list[float]) -> dict[str, Any]:
        scale = {"domain": domain, "nice": False, "zero": False}
        return {"field": name, "type": "quantitative", "axis": None, "scale": scale}

    place: dict[str, Any] = {"x": axis("x", [0, width]), "y": axis("y", [height, 0])}
    return place | ({"x2": {"field": "x2"}, "y2": {"field": "y2"}} if far else {})


def _expr(name: str) -> dict[str, str]:
    return {"expr": f"datum.{name}"}


def _layers(
    kind: str, records: list[dict[str, Any]], width: float, height: float
) -> list[dict[str, Any]]:
    plain = [{k: round(v, 2) if isinstance(v, float) else v for k, v in r.items()} for r in records]
    told = any(record["tip"] for record in records)
    mark: dict[str, Any] = {"type": kind, "aria": kind == "text"}
    if told:
        mark |= {"aria": True, "tooltip": _expr("tip"), "description": _expr("said")}
    encoding = _place(width, height, far=kind in ("rect", "rule"))
    if kind == "rect":
        mark |= {"opacity": _expr("opacity"), "strokeWidth": 1.5}
        encoding |= {"fill": _raw("ink"), "stroke": _raw("edge")}
    elif kind == "rule":
        mark |= {"strokeWidth": _expr("thick"), "strokeDash": _expr("dash")}
        mark["opacity"] = _expr("opacity")
        encoding["color"] = _raw("ink")
    elif kind == "point":
        mark |= {"strokeWidth": _expr("thick"), "strokeDash": _expr("dash"), "opacity": 1}
        mark["fillOpacity"] = 1
        encoding |= {"fill": _raw("ink"), "stroke": _raw("edge"), "shape": _raw("shape")}
        encoding["size"] = {"field": "size", "type": "quantitative", "scale": None, "legend": None}
        if any(record["href"] for record in records):
            encoding["href"] = {"field": "href", "type": "nominal"}
    else:
        for name in ("align", "fontSize:size", "fontWeight:weight", "fontStyle:style"):
            target, _, source = name.partition(":")
            mark[target] = _expr(source or target)
        mark["baseline"] = "middle"
        encoding["text"] = {"field": "text", "type": "nominal"}
    layers = []
    if kind == "text" and any(record["halo"] for record in records):
        halo = {"stroke": colour("bg"), "strokeWidth": 4, "strokeJoin": "round", "aria": False}
        values = [record for record in plain if record["halo"]]
        layers.append({"data": {"values": values}, "mark": mark | halo, "encoding": encoding})
    if kind == "text":
        encoding = encoding | {"color": _raw("ink")}
    return [*layers, {"data": {"values": plain}, "mark": mark, "encoding": encoding}]
