"""Marks of the evidence as Altair layers: ranges, discs by grade, hedges, labels, gutter.

Channels are explicit objects: a shorthand string costs Altair a look at its whole schema. All
layers of a chart share one list of rows, with only the columns that are drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt
import pandas as pd

from .labels import AT, SECOND, SIZE, text_width, wrap
from .theme import LIGHT as INK

_ROUND = [(math.cos(i * math.pi / 4), math.sin(i * math.pi / 4)) for i in range(8)]
_DISC = "M0,-1A1,1,0,1,1,0,1A1,1,0,1,1,0,-1Z"
_RING = f"{_DISC}M0,-0.68A0.68,0.68,0,1,0,0,0.68A0.68,0.68,0,1,0,0,-0.68Z"
_DOT = "M{0},{2}A.26,.26,0,1,1,{1},{2}A.26,.26,0,1,1,{0},{2}Z"
GRADES = {
    "A": _DISC,
    "B": f"{_RING}M0,1A1,1,0,0,1,0,-1Z",
    "C": _RING,
    "D": "".join(_DOT.format(f"{x + 0.26:.2f}", f"{x - 0.26:.2f}", f"{y:.2f}") for x, y in _ROUND),
}
"""Grades as one shape scale: full, half, empty and dotted disc, drawn by fill alone."""

_UP, _DOWN = "M-0.5,-1.5L0,-2.1L0.5,-1.5Z", "M-0.5,1.5L0,2.1L0.5,1.5Z"
HEDGES = {"over": _UP, "at_least": _UP, "under": _DOWN, "nearly": _DOWN, "up_to": _DOWN}
CROSS = "M-1,-0.7L-0.7,-1L0,-0.3L0.7,-1L1,-0.7L0.3,0L1,0.7L0.7,1L0,0.3L-0.7,1L-1,0.7L-0.3,0Z"
DASH = "M-0.6,-0.12L0.6,-0.12L0.6,0.12L-0.6,0.12Z"

TOLD = {
    "amount": "value", "title": "what", "statement": "claim", "name": "what", "date_words": "date",
    "cited": "source", "locator": "place in source", "note": "note",
}  # fmt: skip
"""The columns that a tooltip shows, and what it calls them."""


def data(rows: pd.DataFrame, columns: Iterable[str] = ()) -> alt.InlineData:
    """Return rows as the one dataset of a chart: the columns named, what tooltips and links tell.

    Missing values become null. `cited` is the citation with its grade, `href` the ledger's row.
    """
    out = rows[[name for name in dict.fromkeys([*columns, "href", *TOLD]) if name in rows]].copy()
    if "cite" in rows:
        out["cited"] = rows["cite"] + " (" + rows["grade"] + ")"
    if "anchor" in rows:
        own = "ledger.html#" + rows["anchor"]
        out["href"] = rows["href"].fillna(own) if "href" in rows else own
    names = list(out)
    cells = out.astype(object).where(out.notna(), None).to_numpy(dtype=object).tolist()
    listed = tuple(dict(zip(names, row, strict=True)) for row in cells)  # Altair copies lists
    return alt.InlineData(values=listed)


def agreeing(rows: pd.DataFrame) -> pd.DataFrame:
    """Return tidy rows whose numbers to draw are those of their column `q`, if there is one.

    Raises `ValueError` where they are not: a chart would show other values than its sentences.
    """
    if "q" in rows:
        for q, low, high in zip(rows["q"], rows["low"], rows["high"], strict=True):
            if abs(q.low - low) + abs(q.high - high) > 1e-9 * (abs(low) + abs(high)):
                raise ValueError(
                    f"the numbers to draw ({low:g} to {high:g}) are not those of the column q "
                    f"({q.low:g} to {q.high:g}); set both with cb.valued(rows, values, unit)"
                )
    return rows


def ends(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return from where to where each row is drawn: the middle one of many, as far as they go."""
    return (
        rows["least"].fillna(rows["low"]) if "least" in rows else rows["low"],
        rows["most"].fillna(rows["high"]) if "most" in rows else rows["high"],
    )


def tips(rows: pd.DataFrame) -> list[alt.Tooltip]:
    """Return the tooltip of rows: their value or title, date, source, place and note."""
    told = {name: words for name, words in TOLD.items() if name in rows or name == "cited"}
    return [alt.Tooltip(field=name, type="nominal", title=words) for name, words in told.items()]


def link() -> alt.Href:
    """Return the channel that leads from a mark to its row in the ledger."""
    return alt.Href(field="href", type="nominal")


def at(channel: Any, field: str) -> Any:
    """Return a position channel for another column, on the same scale and axis."""
    other = channel.copy(deep=False)
    other["field"] = field
    return other


def fixed(token: str) -> alt.ColorValue:
    """Return the channel of one colour of the visual language."""
    return alt.ColorValue(INK[token])


def inks() -> alt.Color:
    """Return the channel of colour for the column `ink`, which holds colour values."""
    return alt.Color(field="ink", type="nominal", scale=None)


def grade_key(grades: pd.Series) -> alt.Legend | None:
    """Return the key of the grades that are drawn: one line under the plot; none for one grade."""
    seen = sorted(set(grades.dropna()))
    if len(seen) < 2:
        return None
    return alt.Legend(
        values=seen,
        title="Source grade", orient="bottom", titleOrient="left", direction="horizontal",
        symbolFillColor=INK["muted"], symbolStrokeWidth=0, symbolSize=80, offset=12,
    )  # fmt: skip


def shapes(field: str, paths: dict[str, str], legend: Any = None) -> alt.Shape:
    """Return the channel of shape by a scale of SVG paths."""
    scale = alt.Scale(domain=list(paths), range=list(paths.values()))
    return alt.Shape(field=field, type="nominal", scale=scale, legend=legend)


def ticks(first: float, last: float, most: int) -> list[int]:
    """Return whole years of a span at a step of 1, 2, 5, 10, 20 or 50, the last one among them."""
    low, high = math.ceil(first), math.floor(last)
    step = next((s for s in (1, 2, 5, 10, 20, 50) if (high - low) / s <= most), 100)
    steady = [year for year in range(low + (-low) % step, high + 1, step)]
    return [year for year in steady if year == high or high - year > step / 2] + (
        [] if high in steady else [high]
    )


def numbers(most: float, short_from: float = 1e6) -> dict[str, str]:
    """Return how an axis up to `most` writes its numbers, short from a size on: 2M, 400 bn."""
    if most < short_from:
        return {"format": "~r" if most < 1000 else ",~r"}
    return {"format": "~s", "labelExpr": "replace(datum.label, 'G', ' bn')"}


def year_axis(
    first: float, last: float, width: int, pad: float = 0.6, right: float | None = None
) -> alt.X:
    """Return the channel of years from `first` to `last`; `right` leaves room after the last."""
    end = right if right is not None else last + pad
    return alt.X(
        field="x", type="quantitative",
        scale=alt.Scale(domain=[first - pad, end], nice=False, zero=False),
        axis=alt.Axis(
            values=ticks(first, last, 7 if width > 500 else 4 if width > 280 else 3), format="d",
            title=None, grid=False, labelFlush=True,
        ),
    )  # fmt: skip


def discs(
    rows: pd.DataFrame, x: Any, y: Any, ink: Any, size: int = 120, key: bool | pd.Series = True
) -> list[alt.Chart]:
    """Draw each row as a disc by its grade on a ground that hides lines, with its hedge.

    The key of grades stands under the plot where rows are of several, or those given as `key`.
    """
    mark: dict[str, Any] = {"filled": True, "opacity": 1, "strokeWidth": 0}
    grades = key if isinstance(key, pd.Series) else rows["grade"] if key else None
    legend = None if grades is None else grade_key(grades)
    ground = alt.Chart().mark_circle(size=size, color=INK["bg"], opacity=1).encode(x, y)
    disc = alt.Chart().mark_point(**mark, size=size)
    disc = disc.encode(x, y, shapes("grade", GRADES, legend), ink, link(), tooltip=tips(rows))
    layers = [ground, disc]
    if "qualifier" in rows and rows["qualifier"].isin(HEDGES).any():
        hedge = alt.Chart().mark_point(**mark, size=size)
        hedge = hedge.encode(x, y, shapes("qualifier", HEDGES), ink)
        layers.append(hedge.transform_filter(f"indexof({list(HEDGES)}, datum.qualifier) >= 0"))
    return layers


def ranges(*channels: Any) -> alt.Chart:
    """Draw the range of each row that has one; its position runs from `low` to `high`."""
    mark = alt.Chart().mark_rule(strokeWidth=10, strokeCap="round", opacity=0.38)
    return mark.encode(*channels).transform_filter("datum.high > datum.low")


def labels(x: Any, y: Any, ink: Any, second: bool = True) -> list[alt.Chart]:
    """Write the columns `words` (bold) and `words2` (below it) beside each row, with leaders.

    Their places are found when the chart becomes a figure, for each of its layouts.
    """
    free: dict[str, Any] = {"dx": AT, "dy": {"expr": "datum.dy"}, "align": {"expr": "datum.align"}}
    look: dict[str, Any] = {"lineBreak": "\n", "baseline": "alphabetic"}
    text = alt.Chart().mark_text(fontSize=SIZE, fontWeight=600, **look, **free)
    layers = [text.encode(x, y, alt.Text(field="words", type="nominal"), ink)]
    if second:
        under = free | {"dy": {"expr": "datum.dy2"}, "dx": {"expr": "datum.dx+0"}}
        more = alt.Chart().mark_text(fontSize=SECOND, **look, **under)
        layers.append(more.encode(x, y, alt.Text(field="words2", type="nominal"), ink))
    ends: dict[str, Any] = {"x2Offset": {"expr": "datum.lx"}, "y2Offset": {"expr": "datum.ly"}}
    leader = alt.Chart().mark_rule(color=INK["faint"], strokeWidth=0.8, **ends)
    leader = leader.encode(x, y, alt.X2(field=x["field"]), alt.Y2(field=y["field"]))
    return [leader.transform_filter("isValid(datum.lx)"), *layers]


def layered(layers: Iterable[Any], rows: alt.InlineData, **properties: Any) -> alt.LayerChart:
    """Return layers over one dataset, each with its own scale of shapes.

    `properties` (width, height, title) are set at once: each method of a chart copies it whole.
    """
    own = alt.Resolve(scale=alt.ScaleResolveMap(shape="independent"))
    return alt.layer(*layers, data=rows, resolve=own, **properties)


def head_of(words: object, width: int) -> alt.Title:
    """Return the head of a plot, wrapped to a width."""
    lines = wrap(str(words), width, 13.5, True)
    return alt.Title(
        lines, anchor="start", frame="group", fontSize=13.5, offset=8, color=INK["ink"]
    )


def apart(rows: pd.DataFrame, x: str, y: str, step: float, near: float) -> pd.Series:
    """Return the column `x` with rows of one place side by side, `step` apart.

    Rows whose `y` differ by less than `near` stand in one place. Order of rows is kept.
    """
    place = [rows[x].round(1), (rows[y] / (near or 1)).round()]
    group = rows.groupby(place, dropna=False)[x]
    return rows[x] + (group.cumcount() - (group.transform("size") - 1) / 2) * step


def in_order(values: pd.Series, known: Iterable[Any], whole: bool = False) -> list[str]:
    """Return distinct values as words, those of a known order first, or with `whole` all of it."""
    found, first = dict.fromkeys(values.astype(str)), dict.fromkeys(map(str, known))
    return list(dict.fromkeys([v for v in first if whole or v in found]) | found)


def row_names(names: Sequence[str], width: int) -> tuple[alt.Y, int, alt.Chart, int]:
    """Return the channel of rows (column `row`), the pixels of their names, these, their lines.

    The names stand at the left, wrapped, in the order given; narrow, they get less room.
    """
    most = 190 if width > 500 else 112
    lines = {name: wrap(str(name), most, 12) for name in names}
    room = max([text_width(line, 12) for wrapped in lines.values() for line in wrapped] or [0])
    scale = alt.Scale(type="band", domain=list(names), paddingInner=0, paddingOuter=0)
    y = alt.Y(field="row", type="nominal", scale=scale, axis=None)
    rows = [
        {"row": name, "words": "\n".join(wrapped), "up": -7.5 * (len(wrapped) - 1)}
        for name, wrapped in lines.items()
    ]
    text = alt.Chart(alt.InlineData(values=rows)).mark_text(
        align="right", x=-10, fontSize=12, lineHeight=15, lineBreak="\n", color=INK["ink"],
        dy={"expr": "datum.up"}, baseline="middle",
    )  # fmt: skip
    named = text.encode(y, alt.Text(field="words", type="nominal"))
    return y, int(room) + 19, named, max((len(wrapped) for wrapped in lines.values()), default=1)
