"""Titles and awards of a cluster on a time-line, each with who reports it."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from clusterbook.analysis import series
from clusterbook.analysis.events import once
from clusterbook.evidence import Case
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import wrap, years_between
from .pixels import Drawing, Plate, token_of
from .plain_rows import Row
from .theme import WIDE

KINDS = ("designation", "award")


def designations(case: Case) -> Figure | Gap:
    """Return the time-line of titles and awards, or the data gap where none is on record."""
    rows = once(case.events)
    rows = series.inside(rows[rows["kind"].isin(KINDS)])
    if rows.empty:
        return Gap("titles and awards", ["events.csv: kind designation or award, with a date"])
    ordered = pd.concat([series.dated(rows), series.undated(rows)]).to_dict("records")
    return Figure(
        name="designations",
        title=designations_title(case.name, rows),
        subtitle=(
            "Titles and awards by date, each as its source reports it; the colour is the "
            "dimension. A faded bar stands where a source only shows that a title was held by then."
        ),
        description=_described(case.name, ordered),
        draw=lambda width: _draw(ordered, width),
        rows=rows,
        note=(
            "A year without a month is drawn at mid-year. "
            "A title that several sources tell of stands once; hover it for the others."
        ),
    )


def designations_title(name: str, rows: pd.DataFrame) -> str:
    """Return the longest run of years without a title, if long, else a neutral title."""
    gap = series.longest_gap(rows, at_least=5)
    if gap and len(rows) >= 4 and _dated_after(rows, gap[1]):
        return f"Titles and awards of {name}: none on record from {gap[0]} to {gap[1]}"
    placed = series.dated(rows)
    n = len(rows)
    word = "title or award" if n == 1 else "titles and awards"
    if placed.empty:
        return f"{n} {word} of {name}, undated"
    low, high = int(placed["when"].min()), int(placed["when"].max())
    return f"{n} {word} of {name}, {low if low == high else f'{low} to {high}'}"


def _dated_after(rows: pd.DataFrame, year: int) -> bool:
    """Return whether the first title after a year has a date of its own, not one held by then."""
    after = series.dated(rows[rows["when"] > year + 1]).sort_values("when", kind="stable")
    return bool(len(after)) and not _held_by_then(after.iloc[0])


def _held_by_then(row: Any) -> bool:
    """Return whether the date is only one at which a title was held."""
    return "~" in row["date"]


def _described(name: str, ordered: list[Row]) -> str:
    said = [f"{row['date_words']}: {row['title']} ({row['cite']})" for row in ordered]
    return f"Titles and awards of {name} by date. {'; '.join(said)}."


def _draw(ordered: list[Row], width: int) -> Drawing:
    wide = width == WIDE
    years = [row["when"] for row in ordered if row["when"] == row["when"]]
    loose = len(years) < len(ordered)
    gutter = 60.0 if loose else 0.0
    right = width - gutter - 10
    years = years or [2000.0, 2001.0]
    first, last = math.floor(min(years)) - 0.5, math.ceil(max(years)) + 0.6

    def px(when: float) -> float:
        return 6 + (when - first) / (last - first) * (right - 12)

    size = 12.0 if wide else 11.5
    laid = []
    for row in ordered:
        x = px(row["when"]) if row["when"] == row["when"] else width - gutter / 2
        room_right, room_left = width - x - 18, x - (50 if "~" in row["date"] else 18)
        side = "left" if room_right >= min(300, room_left) else "right"
        room = min(330.0, room_right if side == "left" else room_left)
        title = wrap(row["title"], room, size, bold=True)
        source = wrap(f"{row['date_words']}, {row['cite']} ({row['grade']})", room, 11)
        laid.append((row, x, side, title, source))
    heights = [len(t) * size * 1.3 + len(s) * 14.3 + 12 for _, _, _, t, s in laid]
    head = 24.0
    bottom = head + sum(heights)
    plate = Plate(width, bottom + 2)
    for year in years_between(first, last, 8 if wide else 5):
        x = px(year + 0.5)
        plate.text(x, 9, str(int(year)), "muted", 11, align="center")
        plate.rule(x, head - 6, x, bottom)
    if loose:
        plate.rect(width - gutter, head - 6, width, bottom)
        plate.text(width - gutter / 2, 9, "undated", "muted", 11, align="center")
    y = head
    for (row, x, side, title, source), height in zip(laid, heights, strict=True):
        _entry(plate, row, x, y, side, (title, source), size)
        y += height
    return plate.drawing()


def _entry(
    plate: Plate,
    row: dict[str, Any],
    x: float,
    y: float,
    side: str,
    lines: tuple[list[str], list[str]],
    size: float,
) -> None:
    token = token_of(row["dimension"])
    middle = y + 10
    if _held_by_then(row) and row["when"] == row["when"]:
        plate.fade(x - 40, x, middle - 4, middle + 4, token, strength=0.55)
    plate.row_disc(x, middle, row, token)
    at = x + 12 if side == "left" else x - (44 if _held_by_then(row) else 12)
    below = plate.lines(at, middle, lines[0], size, ink=token, align=side, halo=True, bold=True)
    plate.lines(at, below, lines[1], 11, ink="muted", align=side, halo=True)
