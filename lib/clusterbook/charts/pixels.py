"""Pictures laid out in pixels as rows of names, marks and texts that no single axis can hold.

A plate collects rectangles, rules, symbols and texts and gives them as one Vega-Lite
specification of a few layers. The specification is written as such: Altair would take a third of
a second for each picture of this kind to check parts that never vary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .labels import text_width
from .pixel_layers import layers_of
from .pixel_marks import CROSS, DOWN, HALF, UP
from .theme import colour, hatch

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
DIAMOND = "M0,-1L1,0L0,1L-1,0Z"
RIGHT, LEFT = "M-0.6,-0.9L0.8,0L-0.6,0.9Z", "M0.6,-0.9L-0.8,0L0.6,0.9Z"
_LEVEL = {"rect": 1, "rule": 1, "point": 2, "text": 3}
Tip = Mapping[str, str] | None
SAYS = ("amount", "title", "name", "statement", "value")
"""Where an evidence row says what it says: the first of these columns that it has."""


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
    ground. Inks are colour tokens, an empty one is transparent; `tip` is what a reader sees on
    hovering, `href` where a click leads.
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
        """Write lines under each other, the first with its middle at `y`; return the next `y`."""
        for number, line in enumerate(lines):
            self.text(x, y + number * size * 1.3, line, size=size, **style)
        return y + len(lines) * size * 1.3

    def rule(
        self, x: float, y: float, x2: float, y2: float, ink: str = "grid", thick: float = 1,
        dash: Sequence[float] = (), tip: Tip = None, level: int | None = None, opacity: float = 1,
    ) -> None:  # fmt: skip
        """Draw a line between two points."""
        self._add(
            "rule", level, x=x, y=y, x2=x2, y2=y2, ink=colour(ink), thick=thick,
            dash=list(dash) or [1, 0], opacity=opacity, **_told(tip),
        )  # fmt: skip

    def rect(
        self, x: float, y: float, x2: float, y2: float, ink: str = "band", opacity: float = 1,
        edge: str = "", hatched: bool = False, tip: Tip = None, level: int | None = None,
    ) -> None:  # fmt: skip
        """Draw a rectangle; `edge` is the ink of its outline."""
        self._add(
            "rect", level, x=x, y=y, x2=x2, y2=y2, ink=_paint(ink, hatched), opacity=opacity,
            edge=_paint(edge), **_told(tip),
        )  # fmt: skip

    def fade(
        self, x: float, x2: float, y: float, y2: float, ink: str, tip: Tip = None,
        level: int | None = None, strength: float = 1,
    ) -> None:  # fmt: skip
        """Draw a bar whose left end fades over ten steps: its start is not known."""
        step = (x2 - x) / 10
        for i in range(10):
            left, opacity = x + i * step, strength * (i + 1) / 11
            self.rect(left, y, left + step, y2, ink, opacity, tip=tip, level=level)

    def square(
        self, x: float, y: float, side: float, dimension: str, scope: str, tip: Tip = None,
        hollow: bool = False,
    ) -> None:  # fmt: skip
        """Draw a square with its middle at `x`, `y`: solid inside the cluster, hatched outside."""
        token, half = token_of(dimension), side / 2
        self.rect(
            x - half, y - half, x + half, y + half, "bg" if hollow else token, edge=token,
            hatched=scope == "external" and not hollow, tip=tip,
        )  # fmt: skip

    def symbol(
        self, x: float, y: float, shape: str, size: float, fill: str = "", stroke: str = "",
        thick: float = 0, dash: Sequence[float] = (), tip: Tip = None, level: int | None = None,
        href: str = "", hatched: bool = False,
    ) -> None:  # fmt: skip
        """Draw a symbol of a size in square pixels; `shape` is Vega's name or an SVG path."""
        self._add(
            "point", level, x=x, y=y, shape=shape, size=size, thick=thick,
            ink=_paint(fill, hatched), edge=_paint(stroke), dash=list(dash) or [1, 0], href=href,
            **_told(tip),
        )  # fmt: skip

    def disc(
        self, x: float, y: float, grade: str, ink: str, tip: Tip = None, size: float = 110,
        href: str = "",
    ) -> None:  # fmt: skip
        """Draw a source's grade: A full, B half, C empty, D dotted."""
        dash = [2, 2] if grade == "D" else []
        fill = ink if grade == "A" else "bg"
        self.symbol(x, y, "circle", size, fill, ink, 2, dash, tip, href=href)
        if grade == "B":
            self.symbol(x, y, HALF, size * 0.9, ink, tip=tip, href=href)

    def row_disc(
        self, x: float, y: float, row: Mapping[str, Any], ink: str, size: float = 110
    ) -> None:
        """Draw an evidence row as a disc with its grade and hedge, leading to the ledger."""
        self.disc(x, y, row["grade"], ink, tip_of(row), size, f"ledger.html#{row['anchor']}")
        self.hedge(x, y, row.get("qualifier", ""), ink)

    def hedge(self, x: float, y: float, qualifier: str, ink: str, across: bool = False) -> None:
        """Draw the arrowhead of a hedge beside a disc: up for over, down for under.

        With `across`, where values run to the right, it points right or left.
        """
        above, below = qualifier in ("over", "at_least"), qualifier in ("under", "nearly", "up_to")
        if across and (above or below):
            self.symbol(x + (12 if above else -12), y, RIGHT if above else LEFT, 70, ink)
        elif above or below:
            self.symbol(x, y + (-11 if above else 11), UP if above else DOWN, 22, ink)

    def cross(
        self, x: float, y: float, ink: str = "muted", size: float = 24, thick: float = 1.8,
        tip: Tip = None, href: str = "", halo: float = 5,
    ) -> None:  # fmt: skip
        """Draw a cross with a halo `halo` pixels thick: something that is not there."""
        self.symbol(x, y, CROSS, size, stroke="bg", thick=halo)
        self.symbol(x, y, CROSS, size, stroke=ink, thick=thick, tip=tip, href=href)

    def end(self, x: float, y: float, tip: Tip = None, size: float = 90) -> None:
        """Draw the red cross of a demolition or an end."""
        self.cross(x, y, "strain", size, 3, tip, halo=7)

    def drawing(self) -> Drawing:
        """Return everything drawn, back to front."""
        layers: list[dict[str, Any]] = []
        for (_, kind), records in sorted(self.items.items(), key=lambda item: item[0]):
            layers += layers_of(kind, records, self.width, self.height)
        size = {"width": self.width, "height": self.height}
        return Drawing({"$schema": SCHEMA, **size, "layer": layers})


def token_of(dimension: str) -> str:
    """Return the colour token of a dimension; what is only context is muted."""
    return "muted" if dimension == "context" else dimension


def tip_of(row: Any) -> dict[str, str]:
    """Return what a reader sees of an evidence row in a tooltip, without empty lines."""
    told = {
        "value": next((row[name] for name in SAYS if name in row), ""),
        "date": row.get("date_words", ""),
        "source": f"{row['cite']} ({row['grade']})",
        "place in source": row.get("locator", ""),
        "note": row.get("note", ""),
        "also told by": row.get("also", ""),
    }
    return {name: text for name, text in told.items() if isinstance(text, str) and text}


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


def _paint(ink: str, hatched: bool = False) -> str:
    if not ink:
        return "transparent"
    return hatch(ink) if hatched else colour(ink)
