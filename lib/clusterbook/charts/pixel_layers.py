"""What a plate collected, as the layers of a Vega-Lite specification.

A layer is one kind of mark. What all of its marks share is said once, with the mark; only what
differs is written for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .theme import colour

Record = dict[str, Any]
_PLAIN = {"opacity": 1, "angle": 0, "strokeDash": [1, 0], "fontStyle": "normal", "fillOpacity": 1}
"""What marks are unless said otherwise."""


def place(width: float, height: float, to: bool = False) -> dict[str, Any]:
    """Return the encoding of a position in pixels from the top left, of two with `to`."""
    both: dict[str, Any] = {"x": along("x", [0, width]), "y": along("y", [height, 0])}
    return both | ({"x2": {"field": "x2"}, "y2": {"field": "y2"}} if to else {})


def along(field: str, domain: list[float]) -> dict[str, Any]:
    """Return the encoding of a field along one side, without an axis."""
    scale = {"domain": domain, "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "axis": None, "scale": scale}


def layers_of(kind: str, records: Sequence[Record], width: float, height: float) -> list[Any]:
    """Return the layers of the records of one kind: `rect`, `rule`, `point` or `text`."""
    return _KINDS[kind](records, width, height)


def _layer(
    records: Sequence[Record], mark: dict[str, Any], encoding: dict[str, Any],
    each: Mapping[str, str], paint: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    """Return a layer; `each` are mark properties and `paint` channels, with their fields."""
    mark, encoding, dropped = dict(mark), dict(encoding), {"halo"}
    for prop, name in each.items():
        first = records[0][name]
        if any(record[name] != first for record in records):
            mark[prop] = {"expr": f"datum.{name}"}
            continue
        dropped.add(name)
        if first != _PLAIN.get(prop):
            mark[prop] = first
    for channel, name in paint.items():
        first = records[0][name]
        if any(record[name] != first for record in records):
            kind = "quantitative" if channel == "size" else "nominal"
            encoding[channel] = {"field": name, "type": kind, "scale": None, "legend": None}
        else:
            dropped.add(name)
            encoding[channel] = {"value": first}
    if any(record.get("tip") for record in records):
        mark |= {"tooltip": {"expr": "datum.tip"}, "description": {"expr": "datum.said"}}
    else:
        dropped |= {"tip", "said"}
        mark.setdefault("aria", mark["type"] == "text")
    if any(record.get("href") for record in records):
        encoding["href"] = {"field": "href", "type": "nominal"}
    else:
        dropped.add("href")
    values = [
        {k: round(v, 2) if isinstance(v, float) else v for k, v in r.items() if k not in dropped}
        for r in records
    ]
    return {"data": {"values": values}, "mark": mark, "encoding": encoding}


def _rects(records: Sequence[Record], width: float, height: float) -> list[Any]:
    mark = {"type": "rect", "strokeWidth": 1.5}
    paint = {"fill": "ink", "stroke": "edge"}
    return [_layer(records, mark, place(width, height, True), {"opacity": "opacity"}, paint)]


def _rules(records: Sequence[Record], width: float, height: float) -> list[Any]:
    each = {"strokeWidth": "thick", "strokeDash": "dash", "opacity": "opacity"}
    paint = {"color": "ink"}
    return [_layer(records, {"type": "rule"}, place(width, height, True), each, paint)]


def _points(records: Sequence[Record], width: float, height: float) -> list[Any]:
    each = {"strokeWidth": "thick", "strokeDash": "dash"}
    paint = {"fill": "ink", "stroke": "edge", "shape": "shape", "size": "size"}
    mark = {"type": "point", "opacity": 1, "fillOpacity": 1}
    return [_layer(records, mark, place(width, height), each, paint)]


def _texts(records: Sequence[Record], width: float, height: float) -> list[Any]:
    each = {
        "align": "align", "angle": "angle", "fontSize": "size", "fontWeight": "weight",
        "fontStyle": "style",
    }  # fmt: skip
    mark = {"type": "text", "baseline": "middle"}
    words = {**place(width, height), "text": {"field": "text", "type": "nominal"}}
    haloed = [{k: v for k, v in r.items() if k != "ink"} for r in records if r["halo"]]
    under = {"stroke": colour("bg"), "strokeWidth": 4, "strokeJoin": "round", "aria": False}
    halos = [_layer(haloed, {**mark, **under}, words, each, {})] if haloed else []
    return [*halos, _layer(records, mark, words, each, {"color": "ink"})]


_KINDS: dict[str, Callable[[Sequence[Record], float, float], list[Any]]] = {
    "rect": _rects, "rule": _rules, "point": _points, "text": _texts,
}  # fmt: skip
