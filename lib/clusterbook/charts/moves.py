"""Arrivals and departures on one axis of time: who came on one side, who left on the other."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clusterbook.analysis import series
from clusterbook.analysis.moves import common_name, moves
from clusterbook.evidence import Case
from clusterbook.evidence.elsewhere import events_elsewhere
from clusterbook.evidence.plain import Row, by_index, entries
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import wrap, years_between
from .pixels import Drawing, Plate, tip_of
from .stacking import stacked
from .theme import WIDE

INK = {"came": "economic", "left": "strain"}


def arrivals_and_departures(case: Case) -> Figure | Gap:
    """Return the chart of who came and who left, or the data gap where no such event is dated.

    Other clusters' events that name this one stand beside its own, each with who tells it.
    """
    found = all_moves(case)
    placed = series.dated(found) if len(found) else found
    if placed.empty:
        return Gap(
            "arrivals and departures", ["events.csv: kind arrival or departure, with a date"]
        )
    own = placed[placed["told_by"] == ""]
    loose = series.undated(found)
    told = placed[placed["told_by"] != ""]
    notes = ["A year without a month stands at mid-year."]
    if len(loose):
        notes.append(f"Not drawn, as it has no year: {'; '.join(loose['title'])}.")
    if len(told):
        who = ", ".join(dict.fromkeys(f"{r.told_by} ({r.cite})" for r in entries(told)))
        notes.append(f"Told by another cluster's evidence: {who}.")
    return Figure(
        name="moves",
        title=moves_title(case.name, placed),
        subtitle=(
            f"Dated events in which tenants [came to](economic) {case.name} or [left](strain) it, "
            "as each source tells them."
        ),
        description=_described(case.name, placed),
        draw=lambda width: _draw(placed, width),
        rows=own,
        note=" ".join(notes),
        table=placed[["date", "side", "title", "source", "grade", "locator", "told_by"]],
    )


def all_moves(case: Case) -> pd.DataFrame:
    """Return the cluster's arrivals and departures with those that others tell."""
    name = common_name(case.name)
    other = events_elsewhere(case.slug, name, ("arrival", "departure"))
    return moves(case.events, other, name)


def moves_title(name: str, placed: pd.DataFrame) -> str:
    """Return the finding on the order of the cluster's own arrivals and departures.

    The finding holds where every own arrival lies before the first own departure; moves that only
    others tell are added as returns. Else the counts of both.
    """
    own = placed[placed["told_by"] == ""]
    came, left = (own[own["side"] == side]["when"] for side in ("came", "left"))
    if len(came) >= 2 and len(left) >= 2 and came.max() < left.min():
        told = placed[(placed["told_by"] != "") & (placed["side"] == "came")]
        before = told.loc[told["when"] < left.min(), "when"]
        last = max(came.max(), before.max()) if len(before) else came.max()
        told = told[told["when"] > left.min()]
        back = f"; one came back in {int(told['when'].iloc[0])}" if len(told) == 1 else ""
        return (
            f"The arrivals on record at {name} end in {int(last)}, "
            f"departures begin in {int(left.min())}{back}"
        )
    parts = [(len(came), "arrival"), (len(left), "departure")]
    said = " and ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in parts if n)
    return f"{said or 'Moves'} on record at {name}"


def _described(name: str, placed: pd.DataFrame) -> str:
    lines = [
        f"{row.date_words}, {row.side}: {row.title}"
        f"{f' (told by {row.told_by})' if row.told_by else ''}"
        for row in entries(placed)
    ]
    return f"Arrivals at {name} and departures from it. {'; '.join(lines)}."


def _draw(placed: pd.DataFrame, width: int) -> Drawing:
    wide = width == WIDE
    both = placed["side"].nunique() > 1
    split = wide and both
    axis = width / 2 if split else 46.0
    room = width / 2 - 66 if split else width - axis - 34
    told = by_index(placed)
    blocks = {index: wrap(_said(row), room, 12) for index, row in told.items()}
    tall = {index: 15.0 * (len(lines) + 1) for index, lines in blocks.items()}
    sides = ("came", "left") if split else (None,)
    needed = max(
        sum(tall[i] + 9 for i, row in told.items() if side is None or row["side"] == side)
        for side in sides
    )
    head = 34.0 if split else 8.0
    low, high = int(placed["when"].min()), int(placed["when"].max()) + 1
    span = max(1, high - low)
    body = max(needed * 1.15 + 10, 22.0 * span, 150.0)
    plate = Plate(width, head + body + 14)

    def at(when: float) -> float:
        return head + 10 + (when - low) / span * (body - 20)

    plate.rule(axis, head, axis, head + body, "faint", 1.5)
    _heads(plate, axis, split)
    for year in years_between(low, high, 7):
        if split:
            plate.text(axis, at(year), str(int(year)), "muted", 11, align="center", halo=True)
        else:
            plate.text(axis - 12, at(year), str(int(year)), "muted", 11, align="right")
    for side in sides:
        part = placed[placed["side"] == side] if side else placed
        wanted = [at(when) - tall[i] / 2 for i, when in part["when"].items()]
        tops = stacked(wanted, [tall[i] for i in part.index], gap=9, first=head)
        over = tops[-1] + tall[part.index[-1]] - (head + body) if tops else 0
        if over > 0:
            tops = _pushed_up(tops, [tall[i] for i in part.index], head + body)
        for index, top in zip(part.index, tops, strict=True):
            place = (axis, at(told[index]["when"]), top)
            _entry(plate, told[index], blocks[index], place, split)
    return plate.drawing()


def _pushed_up(tops: list[float], heights: list[float], bottom: float) -> list[float]:
    limit, result = bottom, []
    for top, height in zip(reversed(tops), reversed(heights), strict=True):
        result.append(min(top, limit - height))
        limit = result[-1] - 9
    return result[::-1]


def _heads(plate: Plate, axis: float, split: bool) -> None:
    if split:
        plate.text(axis - 55, 12, "came", "economic", 13.5, bold=True, align="right")
        plate.text(axis + 55, 12, "left", "strain", 13.5, bold=True)


def _said(row: Row) -> str:
    return f"{row['title']} ({row['told_by']})" if row["told_by"] else str(row["title"])


def _entry(
    plate: Plate, row: Row, lines: list[str], place: tuple[float, float, float], split: bool
) -> None:
    axis, y, top = place
    left = split and row["side"] == "came"
    sign = -1 if left else 1
    ink = INK[str(row["side"])]
    disc, edge = axis + sign * 44 if split else axis + 18, axis + sign * 55 if split else axis + 30
    align = "right" if left else "left"
    middle = top + 7.5
    plate.rule(axis, y, disc, middle, "faint", 1)
    plate.disc(disc, middle, str(row["grade"]), ink, tip=_tip(row), size=90)
    word = "" if split else f"{row['side']}, "
    plate.text(edge, middle, f"{word}{row['date_words']}", ink, 12, bold=True, align=align)
    plate.lines(edge, middle + 15, lines, 12, align=align)


def _tip(row: Row) -> dict[str, Any]:
    return tip_of(row) | ({"told by": str(row["told_by"])} if row["told_by"] else {})
