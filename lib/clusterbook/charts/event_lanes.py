"""The dated events of a cluster in lanes by dimension: one dot is one event."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clusterbook.analysis import chronology, series
from clusterbook.analysis.chronology import Chronology
from clusterbook.evidence import Case
from clusterbook.evidence.vocabulary import DIMENSIONS
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import years_between
from .pixels import Plate, tip_of
from .plain_rows import grouped
from .theme import WIDE

LOSSES = ("closure", "demolition", "departure")
BEFORE = 8
"""So many years before the years counted are drawn, greyed."""


def event_lanes(case: Case, start: int = 0, end: int = 0) -> Figure | Gap:
    """Return the events of a cluster by year and dimension, or the data gap where there is none.

    `start` and `end` as in `chronology.of_case`; the years just before are greyed, not counted.
    """
    found = chronology.of_case(case, start, end)
    if found.events.empty:
        return Gap("dated events", ["events.csv: a row per event, dated to a year or better"])
    early = _early(series.inside(case.events), found)
    rows = pd.concat([early, found.events])
    missing = [d for d in DIMENSIONS if not (rows["dimension"] == d).any()]
    unseen = f" No event is coded as {' or '.join(missing)}." if missing else ""
    left = len(found.left_out) - len(early)
    return Figure(
        name="event-lanes",
        title=lanes_title(case.name, found.events),
        subtitle=(
            f"Dated events of {case.name}, {found.first} to {found.last}, one mark each, by year "
            "and dimension. Full: inside the cluster; hatched: towards the city; "
            "[red cross](strain): a departure, closure or demolition."
        ),
        description="; ".join(
            f"{d}: {int((found.events['dimension'] == d).sum())} events" for d in DIMENSIONS
        )
        + ".",
        draw=lambda width: _draw(rows, found, width),
        rows=rows,
        note=(
            f"{left} more {'event is' if left == 1 else 'events are'} not drawn: earlier, "
            "later, dated to more than one year, about the industrial past or "
            f"another place, or a report.{unseen} An event that several rows tell of stands once."
        ),
    )


def lanes_title(name: str, events: pd.DataFrame) -> str:
    """Return which dimension has the most events, else a neutral title."""
    counts = events["dimension"].value_counts()
    if len(counts) > 1 and counts.iloc[0] > counts.iloc[1] and len(events) >= 5:
        return f"{counts.iloc[0]} of {len(events)} dated events of {name} are {counts.index[0]}"
    return f"Dated events of {name} by dimension"


def _early(own: pd.DataFrame, found: Chronology) -> pd.DataFrame:
    part = own[(own["when"] < found.first) & (own["when"] >= found.first - BEFORE)]
    part = part.drop(index=part.index.intersection(found.events.index))
    return part.assign(year=(part["when"] // 1).astype(int)).sort_values("when", kind="stable")


def _draw(rows: pd.DataFrame, found: Chronology, width: int) -> Any:
    wide = width == WIDE
    names, head = (118, 0) if wide else (0, 20)
    first = min(found.first, int(rows["year"].min()))
    step = (width - names - 8) / (found.last + 1 - first)
    dot = min(11.0, max(step, min(8.5, step * 1.25)))
    cells = grouped(rows, "dimension", "year")
    lanes = [d for d in DIMENSIONS if any(lane == d for lane, _ in cells)]
    deep = {d: max(len(cell) for (lane, _), cell in cells.items() if lane == d) for d in lanes}
    plate = Plate(width, sum(head + 14 + max(2, deep[d]) * dot for d in lanes) + 22)
    foot = plate.height - 22

    def x(year: float) -> float:
        return names + 4 + (year - first) * step

    if first < found.first:
        plate.rect(names, 0, x(found.first), foot, "band")
    for year in years_between(first, found.last, 8 if wide else 5):
        plate.rule(x(year + 0.5), 0, x(year + 0.5), foot)
        plate.text(x(year + 0.5), foot + 14, str(int(year)), "muted", 11, align="center")
    top = 0.0
    for lane in lanes:
        base = top + head + 8 + max(2, deep[lane]) * dot
        number = int((found.events["dimension"] == lane).sum())
        plate.text(0, top + 13 if head else base - 22, lane.capitalize(), lane, 13, True)
        counted = f"{number} {'event' if number == 1 else 'events'}"
        if head:
            plate.text(width, top + 13, counted, "muted", 11, align="right")
        else:
            plate.text(0, base - 6, counted, "muted", 11)
        plate.rule(0, base + 4, width, base + 4, "faint")
        for year in sorted(year for name, year in cells if name == lane):
            for place, row in enumerate(cells[lane, year]):
                _mark(plate, row, x(year + 0.5), base - (place + 0.5) * dot, dot)
        top = base + 6
    return plate.drawing()


def _mark(plate: Plate, row: dict[str, Any], x: float, y: float, dot: float) -> None:
    tip, href = tip_of(row) | {"kind": row["kind"]}, f"ledger.html#{row['anchor']}"
    if row["kind"] in LOSSES:
        size = (dot - 2.5) ** 2 * 0.62
        plate.cross(x, y, "strain", size, 2.2, tip, href, halo=4)
        return
    plate.symbol(
        x, y, "circle", (dot - 1.8) ** 2 * 0.785, row["dimension"], row["dimension"], 1.2, tip=tip,
        href=href, hatched=row["scope"] == "external",
    )  # fmt: skip
