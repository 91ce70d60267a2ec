"""Programmes over time: since when each is said to run, and which carry no date at all."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from clusterbook.analysis import series
from clusterbook.evidence import Case
from clusterbook.prose.gap import Gap

from .figure import Figure
from .layout import wrap, years_between
from .sheet import RIGHT, Drawing, Sheet, token_of
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
    return Figure(
        name=f"programmes-{dimension}",
        title=programme_lines_title(case.name, dimension, rows),
        subtitle=(
            f"The {dimension} programmes on record. A disc is a date that a source gives, for the "
            "start or for one edition; a bar with an arrow is said to be still running."
        ),
        description=_described(case.name, dimension, rows),
        draw=lambda width: _draw(rows, width),
        rows=rows,
        note="A year without a month is drawn at mid-year.",
    )


def programme_lines_title(name: str, dimension: str, rows: pd.DataFrame) -> str:
    """Return how many programmes carry no date, else since when programmes are on record."""
    groups = _grouped(rows)
    n, undated = len(groups), sum(part["when"].isna().all() for _, part in groups)
    word = "programme" if n == 1 else "programmes"
    if undated and n > 1:
        carry = "carries" if undated == 1 else "carry"
        return f"{undated} of {n} {dimension} programmes at {name} {carry} no date"
    placed = series.dated(rows)
    if placed.empty:
        return f"{n} {dimension} {word} at {name}, undated"
    return f"{n} {dimension} {word} at {name}, the first on record in {int(placed['when'].min())}"


def _grouped(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return the rows by programme: dated ones by start, then undated ones as in the file."""
    keys = rows["programme"].where(rows["programme"] != "", rows["name"])
    groups = list(rows.groupby(keys, sort=False))
    return sorted(groups, key=lambda g: (g[1]["when"].isna().all(), _start(g[1])))


def _start(part: pd.DataFrame) -> float:
    return float(part["when"].min()) if part["when"].notna().any() else math.inf


def _name(part: pd.DataFrame) -> str:
    """Return the name of the row with the best grade: the programme's rather than an edition's."""
    return str(part.sort_values(["grade", "row"], kind="stable").iloc[0]["name"])


def _described(name: str, dimension: str, rows: pd.DataFrame) -> str:
    said = [f"{_name(p)}: {' and '.join(p['date_words'])}" for _, p in _grouped(rows)]
    return (
        f"The {dimension} programmes at {name} with the dates of their sources. {'; '.join(said)}."
    )


def _draw(rows: pd.DataFrame, width: int) -> Drawing:
    wide = width == WIDE
    groups = _grouped(rows)
    placed = series.dated(rows)
    left = 226.0 if wide else 0.0
    gutter = (96.0 if wide else 70.0) if any(p["when"].isna().all() for _, p in groups) else 0.0
    right = width - gutter - (12 if gutter else 4)
    years = placed["when"] if len(placed) else pd.Series([2000.0, 2001.0])
    ends = placed["end"].where(placed["end"] < 9000).max() if len(placed) else 2001.0
    first = math.floor(years.min()) - 0.3
    last = max(math.ceil(max(years.max(), ends if ends == ends else 0)), first + 2) + 0.4
    if len(placed) and placed["date"].str.endswith("..").any():
        last += max(1.0, (last - first) / 12)

    def px(when: float) -> float:
        return left + (when - first) / (last - first) * (right - left)

    room, size = (left - 16, 12.0) if wide else (width - 4.0, 11.5)
    names = [wrap(_name(part), room, size) for _, part in groups]
    heights = [max(28.0, len(n) * 15.6 + 10) if wide else len(n) * 15.0 + 28.0 for n in names]
    head = 26.0
    sheet = Sheet(width, head + sum(heights) + 4)
    bottom = head + sum(heights)
    for year in years_between(first, last, 7 if wide else 5):
        sheet.text(px(year + 0.5), 10, str(int(year)), "muted", 11, align="center")
        sheet.rect(px(year + 0.5) - 0.5, head - 4, px(year + 0.5) + 0.5, bottom, "grid")
    if gutter:
        sheet.rect(width - gutter, head - 4, width, bottom)
        sheet.text(width - gutter / 2, 10, "no date", "muted", 11, align="center")
    y = head
    for (_, part), lines, height in zip(groups, names, heights, strict=True):
        middle = y + height / 2 if wide else y + height - 17
        start = middle - (len(lines) - 1) * 7.8 if wide else y + 9
        sheet.lines(0, start, lines, size, halo=not wide)
        _bar(sheet, part, middle, px, right, width - gutter / 2)
        y += height
        sheet.rule(0, y, width, y)
    return sheet.drawing()


def _bar(sheet: Sheet, part: pd.DataFrame, y: float, px: Any, right: float, gutter: float) -> None:
    token = token_of(part.iloc[0]["dimension"])
    placed = [row for row in part.to_dict("records") if row["when"] == row["when"]]
    if not placed:
        for place, row in enumerate(part.to_dict("records")):
            sheet.disc(gutter + place * 16, y, row, token)
        return
    opens = [row for row in placed if row["date"].endswith("..")]
    starts = [row["when"] if row not in opens else row["start"] for row in placed]
    if opens:
        begin = min(row["start"] for row in opens)
        sheet.rect(px(begin), y - 3, right - 6, y + 3, token, opacity=0.38)
        sheet.symbol(right - 5, y, RIGHT, 44, token)
    for row in placed:
        if row not in opens and row["end"] - row["start"] > 1.01:
            sheet.rect(px(row["start"]), y - 3, px(row["end"]), y + 3, token, opacity=0.38)
    taken: list[float] = []
    for row, when in sorted(zip(placed, starts, strict=True), key=lambda pair: pair[1]):
        x = px(when)
        while any(abs(x - other) < 13 for other in taken):
            x += 13
        sheet.disc(x, y, row, token)
        taken.append(x)
