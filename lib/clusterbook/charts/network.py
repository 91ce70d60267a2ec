"""Things and the links between them, in columns from left to right (narrow: in rows)."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import pandas as pd

from .labels import text_width, wrap
from .marks import at, data, inks, layered, link, tips
from .theme import LIGHT as INK
from .theme import WIDE

HEAD = 9
"""Pixels of an arrow's head."""


def network(
    nodes: pd.DataFrame, edges: pd.DataFrame, width: int = WIDE, height: int = 320
) -> alt.LayerChart:
    """Return nodes as named boxes in the levels of their column `level`, and the links among them.

    Columns in: nodes `name`, `level` (from 0), optionally `words` (what is written), `ink` (a
    colour value) and those of a row for tooltips; edges `source_name`, `target_name`, optionally
    `words`, `weight` (pixels of the line), `arrow` (true: a head at the target) and `dashed` (true
    for what is claimed, not shown). Links end at the words of their nodes. Wide, levels go to the
    right; narrow, down.
    """
    wide = width > 500
    depth = int(nodes["level"].max()) + 1 if len(nodes) else 1
    widest = int(nodes.groupby("level").size().max()) if len(nodes) else 1
    order = nodes.groupby("level").cumcount()
    size = nodes.groupby("level")["name"].transform("size")
    along, across = (nodes["level"] + 0.5) / depth, (order + 0.5) / size
    tall = max(height, 60 * widest) if wide else 92 * depth
    rooms = [width / depth - 44 if wide else width / n - (34 if n < 4 else 10) for n in size]
    said = nodes["words"] if "words" in nodes else nodes["name"]
    lines = [wrap(str(s), max(60, room), 12, True) for s, room in zip(said, rooms, strict=True)]
    drawn = nodes.assign(
        x=(along if wide else across) * width, y=(across if wide else along) * tall,
        text=["\n".join(line) for line in lines],
        half=[max(text_width(part, 12, True) for part in line) / 2 + 5 for line in lines],
        deep=[len(line) * 7.5 + 4 for line in lines],
        ink=nodes["ink"] if "ink" in nodes else INK["ink"],
    )  # fmt: skip
    ends = _ends(edges, drawn.drop_duplicates("name").set_index("name"))
    x = alt.X(field="x", type="quantitative", axis=None, scale=alt.Scale(domain=[0, width]))
    y = alt.Y(
        field="y", type="quantitative", axis=None, scale=alt.Scale(domain=[0, tall], reverse=True)
    )
    columns = ("x", "y", "x2", "y2", "mx", "my", "dash", "text", "thick", "turn", "head")
    linked = alt.Chart(data(ends, columns))
    to = (alt.X2(field="x2"), alt.Y2(field="y2"))
    line: dict[str, Any] = {"color": INK["faint"], "strokeWidth": {"expr": "datum.thick"}}
    solid, broken = linked.mark_rule(**line), linked.mark_rule(**line, strokeDash=[4, 3])
    tip = linked.mark_point(
        shape="M0,0L-2,-0.8L-2,0.8Z", size=HEAD * HEAD, filled=True, opacity=1, strokeWidth=0,
        color=INK["muted"], angle={"expr": "datum.turn"},
    )  # fmt: skip
    halo = {"stroke": INK["bg"], "strokeWidth": 5, "strokeOpacity": 1}
    box = {"fontSize": 12, "fontWeight": 600, "lineBreak": "\n", "baseline": "middle"}
    text = alt.Text(field="text", type="nominal")
    over = {"dy": {"expr": "-7.5 * (length(split(datum.text, '\\n')) - 1)"}, "lineHeight": 15}
    middle, end = (at(x, "mx"), at(y, "my")), (at(x, "x2"), at(y, "y2"))
    back = alt.Chart().mark_text(**box, **halo, **over).encode(x, y, text)
    name = alt.Chart().mark_text(**box, **over)
    marks = [
        solid.encode(x, y, *to).transform_filter("!datum.dash"),
        broken.encode(x, y, *to).transform_filter("datum.dash"),
        tip.encode(*end).transform_filter("datum.head"),
        linked.mark_text(fontSize=11, **halo).encode(*middle, text),
        linked.mark_text(fontSize=11, color=INK["muted"]).encode(*middle, text),
        back, name.encode(x, y, text, inks(), link(), tooltip=tips(nodes)),
    ]  # fmt: skip
    return layered(marks, data(drawn, ("x", "y", "text", "ink")), width=width, height=int(tall))


def _ends(edges: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the links between known nodes, each from the edge of its first words to its last's."""
    known = edges["source_name"].isin(places.index) & edges["target_name"].isin(places.index)
    out = []
    for edge in edges[known].to_dict("records"):
        a, b = places.loc[edge["source_name"]], places.loc[edge["target_name"]]
        dx, dy = b["x"] - a["x"], b["y"] - a["y"]
        shares = [
            min(n["half"] / abs(dx) if dx else 9, n["deep"] / abs(dy) if dy else 9) for n in (a, b)
        ]
        start, stop = (share if sum(shares) < 0.95 else 0.1 for share in shares)
        x, y = a["x"] + start * dx, a["y"] + start * dy
        x2, y2 = b["x"] - stop * dx, b["y"] - stop * dy
        out.append(
            {"x": x, "y": y, "x2": x2, "y2": y2, "mx": (x + x2) / 2, "my": (y + y2) / 2,
             "dash": edge.get("dashed", False), "text": edge.get("words", ""),
             "thick": edge.get("weight", 1.4), "head": edge.get("arrow", False),
             "turn": math.degrees(math.atan2(dy, dx))}
        )  # fmt: skip
    columns = ["x", "y", "x2", "y2", "mx", "my", "dash", "text", "thick", "head", "turn"]
    return pd.DataFrame(out, columns=columns)
