"""The sites to which a cluster's brand or its owner reaches, as a diagram without a map."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clusterbook.analysis import brand as spread
from clusterbook.evidence import Case
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import wrap
from .pixels import RIGHT, Drawing, Plate, tip_of, token_of
from .plain_rows import Row
from .theme import WIDE

MOST = 60
"""Up to so many counted sites are drawn one by one."""


def brand(case: Case) -> Figure | Gap:
    """Return the diagram of brand export: counted sites and dated openings, or the data gap."""
    counts = spread.brand_counts(case.observations)
    opened = spread.openings(case.events)
    if counts.empty and opened.empty:
        return Gap(
            spread.BEYOND,
            ["observations.csv: indicator brand_sites, a count",
             "events.csv: kind expansion, scope external"],
        )  # fmt: skip
    places = {i: spread.figures_of(row.title, case.observations, case.slug)
              for i, row in enumerate(opened.itertuples())}  # fmt: skip
    rows = pd.concat([counts, opened, *places.values()])
    steps = [
        (row, [f"{f.indicator.replace('_', ' ')} {f.amount} ({f.date_words})"
               for f in places[i].itertuples()])
        for i, row in enumerate(opened.to_dict("records"))
    ]  # fmt: skip
    counted = counts.to_dict("records")
    return Figure(
        name="brand",
        title=brand_title(case.name, counts, opened),
        subtitle=(
            "What the record says of sites under the brand or the owner. "
            "A square is a counted site; an arrow leads to a step that a source dates."
        ),
        description=_described(case.name, counts, opened),
        draw=lambda width: _draw(case, counted, steps, width),
        rows=rows,
        note="Where the sites lie is not drawn: few have a sourced place.",
    )


def brand_title(name: str, counts: pd.DataFrame, opened: pd.DataFrame) -> str:
    """Return the two counts where brand and owner are counted apart, else a neutral title."""
    own, group = (counts[counts["holder"] == h] for h in ("cluster", "owner"))
    if len(own) and len(group):
        a, b = own.iloc[-1], group.iloc[-1]
        return (
            f"Sites beyond {name}: {a['value_words']} under its brand, "
            f"{b['value_words']} in the owner's group"
        )
    if len(counts):
        last = counts.iloc[-1]
        return f"Sites counted under the brand of {name}: {last['value_words']}"
    n = len(opened)
    return f"{n} dated {'expansion' if n == 1 else 'expansions'} of {name} towards the city"


def _described(name: str, counts: pd.DataFrame, opened: pd.DataFrame) -> str:
    said = [
        f"{row.value_words} sites ({row.segment_words or 'brand'}, {row.date_words}, "
        f"{row.cite}): {row.note}"
        for row in counts.itertuples()
    ]
    said += [f"{row.date_words}: {row.title} ({row.cite})" for row in opened.itertuples()]
    return f"Sites beyond {name}. {'; '.join(said)}."


def _draw(case: Case, counts: list[Row], steps: list[tuple[Row, list[str]]], width: int) -> Drawing:
    wide = width == WIDE
    left = 250.0 if wide else 40.0
    room = width - left - 8
    blocks: list[tuple[str, list[dict[str, Any]]]] = []
    if owner := [_counted(row, room) for row in counts if row["holder"] == "owner"]:
        blocks.append(("owner", owner))
    items = [_counted(row, room) for row in counts if row["holder"] == "cluster"]
    items += [_opening(row, said, room) for row, said in steps]
    if items:
        blocks.append(("cluster", items))
    heads = {
        "owner": ("Owner", case.fact("owner") or "the owner's group"),
        "cluster": ("Cluster", case.name),
    }
    plate = Plate(width, 0)
    y = 4.0
    node_room = 200.0 if wide else width - 4
    trunk = 206.0 if wide else 12.0
    for block, entries in blocks:
        kind, name = heads[block]
        lines = wrap(name, node_room - 16, 12.5, True)
        tall = len(lines) * 16.3 + 26
        ink = "muted" if block == "owner" else "cultural"
        plate.rect(0, y, node_room - 8 if wide else width, y + tall, "band", edge=ink)
        plate.text(10, y + 13, kind, "muted", 11)
        plate.lines(10, y + 30, lines, 12.5, ink="ink" if block == "owner" else ink, bold=True)
        start = y + 6 if wide else y + tall + 12
        at = start
        joints = []
        for entry in entries:
            _write(plate, entry, left, at, ink)
            joints.append(at + 10)
            at += entry["height"] + 14
        if wide:
            plate.rule(node_room - 8, joints[0], trunk + 6, joints[0], ink, 1.4)
        plate.rule(trunk + 6, (joints[0] if wide else y + tall), trunk + 6, joints[-1], ink, 1.4)
        for joint in joints:
            plate.rule(trunk + 6, joint, left - 14, joint, ink, 1.4)
            plate.symbol(left - 13, joint, RIGHT, 40, ink)
        y = max(at, y + tall + 14) + 10
    plate.height = y - 16
    return plate.drawing()


def _counted(row: Row, room: float) -> dict[str, Any]:
    name = row["segment_words"] or "sites under the brand"
    source = f"{row['date_words']}, {row['cite']} ({row['grade']})"
    lines = wrap(f"{row['note']}", room, 11) if row["note"] else []
    sites = int(row["low"]) if row["low"] <= MOST else 0
    across = max(1, int(room // 16))
    squares = -(-sites // across) * 16.0
    sources = wrap(source, room, 11)
    head = wrap(f"{row['value_words']}: {name}", room, 12.5, True)
    height = len(head) * 16.3 + squares + (len(lines) + len(sources)) * 14.3 + 4
    return {"row": row, "head": head, "lines": lines, "source": sources, "sites": sites,
            "across": across, "height": height}  # fmt: skip


def _opening(row: Row, said: list[str], room: float) -> dict[str, Any]:
    head = wrap(row["title"], room, 12.5, True)
    lines = wrap("; ".join(said), room, 11) if said else []
    sources = wrap(f"{row['date_words']}, {row['cite']} ({row['grade']})", room, 11)
    height = len(head) * 16.3 + (len(lines) + len(sources)) * 14.3 + 4
    return {"row": row, "head": head, "lines": lines, "source": sources, "sites": 0, "across": 1,
            "height": height}  # fmt: skip


def _write(plate: Plate, entry: dict[str, Any], x: float, y: float, ink: str) -> None:
    row = entry["row"]
    y = plate.lines(x, y + 10, entry["head"], 12.5, ink=ink if ink != "muted" else "ink", bold=True)
    for place in range(entry["sites"]):
        across, down = place % entry["across"], place // entry["across"]
        dimension = "context" if ink == "muted" else "cultural"
        plate.square(x + 6 + across * 16, y + down * 16, 11, dimension, "external", tip_of(row))
    if entry["sites"]:
        y += -(-entry["sites"] // entry["across"]) * 16.0
        if row["qualifier"] in ("over", "at_least"):
            end = x + 6 + ((entry["sites"] - 1) % entry["across"]) * 16 + 15
            plate.symbol(end, y - 16, RIGHT, 40, token_of("context") if ink == "muted" else ink)
    y = plate.lines(x, y, entry["lines"], 11, ink="ink")
    plate.lines(x, y, entry["source"], 11, ink="muted")
