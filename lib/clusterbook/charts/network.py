"""Things and the links between them, in columns from left to right (narrow: in rows)."""

from __future__ import annotations

import altair as alt
import pandas as pd

from .labels import wrap
from .marks import data, inks, layered, link, tips
from .theme import LIGHT as INK
from .theme import WIDE


def network(
    nodes: pd.DataFrame, edges: pd.DataFrame, width: int = WIDE, height: int = 320
) -> alt.LayerChart:
    """Return nodes as named boxes in the levels of their column `level`, and the links among them.

    Columns in: nodes `name`, `level` (from 0), optionally `words` (what is written), `ink` (a
    colour value) and those of a row for tooltips; edges `source_name`, `target_name`, optionally
    `words` and `dashed` (true for what is claimed, not shown). Wide, levels go to the right;
    narrow, down.
    """
    wide = width > 500
    depth = int(nodes["level"].max()) + 1 if len(nodes) else 1
    widest = int(nodes.groupby("level").size().max()) if len(nodes) else 1
    order = nodes.groupby("level").cumcount()
    size = nodes.groupby("level")["name"].transform("size")
    along, across = (nodes["level"] + 0.5) / depth, (order + 0.5) / size
    tall = max(height, 60 * widest) if wide else 92 * depth
    room = width / depth - 34 if wide else width / widest - 10
    said = nodes["words"] if "words" in nodes else nodes["name"]
    drawn = nodes.assign(
        x=(along if wide else across) * width, y=(across if wide else along) * tall,
        text=["\n".join(wrap(str(words), max(60, room), 12)) for words in said],
        ink=nodes["ink"] if "ink" in nodes else INK["ink"],
    )  # fmt: skip
    places = drawn.drop_duplicates("name").set_index("name")[["x", "y"]]
    lines = edges[edges["source_name"].isin(places.index) & edges["target_name"].isin(places.index)]
    ends = lines.assign(
        x=lines["source_name"].map(places["x"]), y=lines["source_name"].map(places["y"]),
        x2=lines["target_name"].map(places["x"]), y2=lines["target_name"].map(places["y"]),
        dash=lines.get("dashed", False),
        text=lines.get("words", ""),
    )  # fmt: skip
    ends = ends.assign(mx=(ends["x"] + ends["x2"]) / 2, my=(ends["y"] + ends["y2"]) / 2)
    x = alt.X(field="x", type="quantitative", axis=None, scale=alt.Scale(domain=[0, width]))
    y = alt.Y(
        field="y", type="quantitative", axis=None, scale=alt.Scale(domain=[0, tall], reverse=True)
    )
    linked = alt.Chart(data(ends, ("x", "y", "x2", "y2", "mx", "my", "dash", "text")))
    to = (alt.X2(field="x2"), alt.Y2(field="y2"))
    solid = linked.mark_rule(color=INK["faint"], strokeWidth=1.4)
    broken = linked.mark_rule(color=INK["faint"], strokeWidth=1.4, strokeDash=[4, 3])
    halo = {"stroke": INK["bg"], "strokeWidth": 5, "strokeOpacity": 1}
    box = {"fontSize": 12, "fontWeight": 600, "lineBreak": "\n", "baseline": "middle"}
    text = alt.Text(field="text", type="nominal")
    middle = (
        alt.X(field="mx", type="quantitative", axis=None),
        alt.Y(field="my", type="quantitative", axis=None),
    )
    back = alt.Chart().mark_text(**box, **halo).encode(x, y, text)
    name = alt.Chart().mark_text(**box).encode(x, y, text, inks(), link(), tooltip=tips(nodes))
    marks = [
        solid.encode(x, y, *to).transform_filter("!datum.dash"),
        broken.encode(x, y, *to).transform_filter("datum.dash"),
        linked.mark_text(fontSize=11, **halo).encode(*middle, text),
        linked.mark_text(fontSize=11, color=INK["muted"]).encode(*middle, text),
        back, name,
    ]  # fmt: skip
    return layered(marks, data(drawn, ("x", "y", "text", "ink")), width=width, height=int(tall))
