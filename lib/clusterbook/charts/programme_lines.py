"""Programmes over time: since when each is said to run, and which carry no date at all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from clusterbook.evidence import Case
from clusterbook.evidence.gap import Gap

from .figure import Figure
from .labels import wrap, years_between
from .pixels import RIGHT, Drawing, Plate, token_of
from .plain_rows import Row, grouped
from .theme import WIDE


def programme_lines(case: Case, dimension: str) -> Figure | Gap:
    """Return a line per programme of a dimension from its start, or the data gap.

    A disc is a source's date for the programme or one edition of it; a bar with an arrow is said
    to be still running; programmes without a date stand in a gutter.
    """
    rows = case.initiatives[case.initiatives["dimension"] == dimension]
    if rows.empty:
        return Gap(
            f"{dimension} programmes",
            [f"initiatives.csv: dimension {dimension}, date, name, programme"],
        )
    groups = _grouped(rows)
    return Figure(
        name=f"programmes-{dimension}",
        title=programme_lines_title(case.name, dimension, rows),
        subtitle=(
            f"The {dimension} programmes on record. A disc is a date that a source gives, for the "
            "start or for one edition; a bar with an arrow is said to be still running, "
            "a faded bar has no known start."
        ),
        description=_described(case.name, dimension, groups),
        draw=lambda width: _draw(groups, width),
        rows=rows,
        note="A year alone is drawn at mid-year, a span from the start of its first year.",
    )


def programme_lines_title(name: str, dimension: str, rows: pd.DataFrame) -> str:
    """Return how many programmes carry no date, else since when programmes are on record."""
    groups = _grouped(rows)
    n, undated = len(groups), sum(not _dated(part) for part in groups)
    word = "programme" if n == 1 else "programmes"
    if undated and n > 1:
        carry = "carries" if undated == 1 else "carry"
        return f"{undated} of {n} {dimension} programmes at {name} {carry} no date"
    first = min((_start(part) for part in groups), default=math.inf)
    if math.isinf(first):
        return f"{n} {dimension} {word} at {name}, undated"
    return f"{n} {dimension} {word} at {name}, the first on record in {int(first)}"


def _grouped(rows: pd.DataFrame) -> list[list[Row]]:
    """Return the rows by programme: dated ones by start, then undated ones as in the file."""
    keys = rows["programme"].where(rows["programme"] != "", rows["name"])
    groups = grouped(rows.assign(group=keys), "group").values()
    return sorted(groups, key=lambda part: (not _dated(part), _start(part)))


def _dated(part: list[Row]) -> list[Row]:
    return [row for row in part if row["when"] == row["when"]]  # a missing date equals nothing


def _start(part: list[Row]) -> float:
    return min((_disc(row) for row in _dated(part)), default=math.inf)


def _name(part: list[Row]) -> str:
    """Return the name of the row with the best grade: the programme's rather than an edition's."""
    return str(min(part, key=lambda row: (row["grade"], row["row"]))["name"])


def _described(name: str, dimension: str, groups: list[list[Row]]) -> str:
    said = [f"{_name(p)}: {' and '.join(r['date_words'] for r in p)}" for p in groups]
    return (
        f"The {dimension} programmes at {name} with the dates of their sources. {'; '.join(said)}."
    )


def _draw(groups: list[list[Row]], width: int) -> Drawing:
    wide = width == WIDE
    left = 226.0 if wide else 0.0
    gutter = (96.0 if wide else 70.0) if any(not _dated(p) for p in groups) else 0.0
    right = width - gutter - (12 if gutter else 4)
    first, last = _span([row for part in groups for row in _dated(part)])

    def px(when: float) -> float:
        return left + (when - first) / (last - first) * (right - left)

    room, size = (left - 16, 12.0) if wide else (width - 4.0, 11.5)
    names = [wrap(_name(part), room, size) for part in groups]
    heights = [max(28.0, len(n) * 15.6 + 10) if wide else len(n) * 15.0 + 28.0 for n in names]
    head = 26.0
    plate = Plate(width, head + sum(heights) + 4)
    bottom = head + sum(heights)
    for year in years_between(first, last - 0.7, 7 if wide else 5):
        plate.text(px(year + 0.5), 10, str(int(year)), "muted", 11, align="center")
        plate.rect(px(year + 0.5) - 0.5, head - 4, px(year + 0.5) + 0.5, bottom, "grid")
    if gutter:
        plate.rect(width - gutter, head - 4, width, bottom)
        plate.text(width - gutter / 2, 10, "no date", "muted", 11, align="center")
    y = head
    for part, lines, height in zip(groups, names, heights, strict=True):
        middle = y + height / 2 if wide else y + height - 17
        start = middle - (len(lines) - 1) * 7.8 if wide else y + 9
        plate.lines(0, start, lines, size, halo=not wide)
        _bar(plate, part, middle, px, right, width - gutter / 2)
        y += height
        plate.rule(0, y, width, y)
    return plate.drawing()


def _span(placed: list[Row]) -> tuple[float, float]:
    """Return the years that the axis covers: all finite starts and ends, and room for arrows."""
    if not placed:
        return 2000.0, 2002.0
    told = (row[name] for row in placed for name in ("when", "start", "end"))
    finite = [year for year in told if math.isfinite(year)]
    first = math.floor(min(finite)) - 0.3
    last = max(math.ceil(max(finite)), first + 2) + 0.2
    running = any(math.isinf(row["end"]) for row in placed)
    return first, last + (max(1.0, (last - first) / 12) if running else 0)


def _bar(plate: Plate, part: list[Row], y: float, px: Any, right: float, gutter: float) -> None:
    token = token_of(part[0]["dimension"])
    placed = _dated(part)
    if not placed:
        for place, row in enumerate(part):
            plate.row_disc(gutter + place * 16, y, row, token)
        return
    for row in placed:
        start, end = row["start"], row["end"]
        if math.isinf(start) and math.isfinite(end):
            plate.fade(px(end) - 60, px(end), y - 3, y + 3, token, strength=0.5)
        elif math.isinf(end):
            plate.rect(px(start), y - 3, right - 6, y + 3, token, opacity=0.38)
            plate.symbol(right - 5, y, RIGHT, 44, token)
        elif end - start > 1.01:
            plate.rect(px(start), y - 3, px(end), y + 3, token, opacity=0.38)
    taken: list[float] = []
    for row in sorted(placed, key=_disc):
        x = px(_disc(row))
        while any(abs(x - other) < 13 for other in taken):
            x += 13
        plate.row_disc(x, y, row, token)
        taken.append(x)


def _disc(row: Mapping[str, Any]) -> float:
    """Return where a row's disc stands: a date at its middle, a span at its known start or end."""
    start, end = row["start"], row["end"]
    if math.isfinite(start) and math.isfinite(end) and end - start <= 1.01:
        return float(row["when"])
    return float(start if math.isfinite(start) else end)
