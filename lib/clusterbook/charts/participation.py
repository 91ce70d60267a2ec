"""Programmes by what people do and by how much say they have: two codes, kept apart."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clusterbook.analysis import participation as taking_part
from clusterbook.evidence import Case
from clusterbook.evidence.gap import Gap
from clusterbook.evidence.plain import records
from clusterbook.evidence.vocabulary import DECISION_WORDS

from .figure import Figure
from .key import squares_key
from .labels import text_width, wrap
from .pixels import RIGHT, Plate, token_of
from .theme import WIDE
from .words import plural

MODE_WORDS = {
    "none": ("No part", "rules, reviews"),
    "make": ("Make", "people create"),
    "try": ("Try", "courses, markets"),
    "watch": ("Watch", "shows, openings"),
}
BROKEN = ("none or staged", "inform", "con-\nsult", "in-\nvolve", "collab-\norate", "em-\npower")
SIDE, STEP = 13.0, 17.0


def participation(case: Case) -> Figure | Gap:
    """Return the matrix of programmes by mode and decision level, or the data gap."""
    every = taking_part.of_case(case)
    found = taking_part.deciding(every)
    if found.empty:
        return Gap(
            "programmes in which people could have a say in a decision",
            ["initiatives.csv: audience_mode watch, try or make, decision_level 0 to 5, programme"],
        )
    rows = case.initiatives
    rows = rows[[(r["programme"] or r["name"]) in set(found["key"]) for r in records(rows)]]
    out = len(every) - len(found)
    dropped = f" Of {out} more {plural('programme', out)} no such decision is told."
    return Figure(
        name="participation",
        title=participation_title(case.name, found),
        subtitle=(
            "Programmes of which a decision is told, by what people do in them (rows) and by how "
            "much say they have (columns, 0 to 5 after IAP2 and Arnstein). One square is one."
        ),
        description=_described(case.name, found),
        draw=lambda width: _draw(found, width),
        rows=rows,
        note=(
            f"{len(rows)} {'row describes' if len(rows) == 1 else 'rows describe'} {len(found)} "
            f"{plural('programme', len(found))}; each stands at its highest level. "
            f"Levels are judgements of one coder.{dropped if out else ''}"
        ),
    )


def participation_title(name: str, found: pd.DataFrame) -> str:
    """Return the finding on say in decisions, else a neutral title."""
    n, asked = len(found), int((found["level"] >= taking_part.CONSULT).sum())
    if n < 3:
        return f"{n} {plural('programme', n)} at {name} by what people do and by their say"
    if not asked:
        return f"None of {n} programmes at {name} in which something is decided asks people first"
    asks = "asks" if asked == 1 else "ask"
    return f"{asked} of {n} programmes at {name} in which something is decided {asks} people first"


def _described(name: str, found: pd.DataFrame) -> str:
    counts = taking_part.by_mode_and_level(found)
    parts = []
    for mode in _modes(found):
        said = [
            f"{n} at level {level} ({DECISION_WORDS[int(level)].lower()})"
            for level, n in counts.loc[mode].items()
            if n
        ]
        parts.append(f"{mode}: {', '.join(said) or 'none'}")
    return f"Programmes at {name} by mode and decision level. {'; '.join(parts)}."


def _modes(found: pd.DataFrame) -> list[str]:
    """Return the rows of the matrix, from making down; none only where a programme has it."""
    modes = list(reversed(taking_part.MODES))
    return [*modes, "none"] if (found["mode"] == "none").any() else modes


def programme_tip(row: Any) -> dict[str, str]:
    """Return what a reader sees of a programme in a tooltip."""
    return {
        "programme": row.name_,
        "date": row.date_words,
        "for": row.audiences,
        "say": f"{row.level} {DECISION_WORDS[row.level].lower()}",
        "source": f"{row.cite} ({row.grade})",
        "note": row.note or "none",
    }


def _draw(found: pd.DataFrame, width: int) -> Any:
    wide = width == WIDE
    left = 112.0 if wide else 62.0
    level_0 = 172.0 if wide else 106.0
    step = (width - left - level_0) / 5
    edges = [left, left + level_0, *(left + level_0 + step * i for i in range(1, 6))]
    head = 62.0 if wide else 78.0
    ranked = found.sort_values(["dimension", "scope"], kind="stable")
    cells: dict[tuple[str, int], list[Any]] = {
        (mode, level): [] for mode in _modes(found) for level in range(6)
    }
    for row in ranked.rename(columns={"name": "name_"}).itertuples():
        cells[row.mode, row.level].append(row)
    tops, y = {}, head
    for mode in _modes(found):
        tops[mode] = y
        y += _row_height(cells, mode, edges, wide)
    key_lines = 1 if wide else 2
    plate = Plate(width, y + 14 + 19 * key_lines)
    bottom = y
    plate.rect(edges[0], head, edges[1], bottom)
    _heads(plate, edges, head, wide)
    for edge in edges[2:6]:
        plate.rule(edge, head, edge, bottom, dash=(2, 3))
    for mode, top in tops.items():
        plate.rule(0, top, width, top)
        height = _row_height(cells, mode, edges, wide)
        _row(plate, cells, mode, edges, top, height, wide)
    plate.rule(0, bottom, width, bottom)
    _nothing(plate, cells, tops, edges, wide, bottom)
    squares_key(plate, found["dimension"], bottom + 18, wide)
    return plate.drawing()


def _heads(plate: Plate, edges: list[float], head: float, wide: bool) -> None:
    plate.text(0, 14, "say in decisions" if wide else "say", "muted", 11.5)
    for level in range(6):
        middle = (edges[level] + edges[level + 1]) / 2
        ink = "ink" if level == 0 else "muted"
        plate.text(middle, 14, str(level), ink, 14, bold=True, align="center")
        words = (DECISION_WORDS[level] if wide else BROKEN[level]).split("\n")
        plate.lines(middle, 34, words, 11.5 if wide else 11, ink="muted", align="center")
    plate.rule(edges[1] + 6, head - 9, plate.width - 6, head - 9, "muted", 1.4)
    plate.symbol(plate.width - 6, head - 9, RIGHT, 26, "muted")


def _named(cell: list[Any], level: int, room: float, wide: bool) -> list[list[str]]:
    """Return the names of a cell's programmes in lines of at most `room` pixels."""
    return [wrap(row.name_, room, 12 if wide else 11, True) for row in cell] if level else []


def _room(
    cells: dict[tuple[str, int], list[Any]], mode: str, level: int, edges: list[float], wide: bool
) -> tuple[float, float, str]:
    """Return where the names of a cell stand: at what x, how wide, on which side of the squares.

    In the narrow layout the cells of a row stand under each other, so all of it is free.
    """
    if not wide:
        middle = (edges[level] + edges[level + 1]) / 2
        right, left = edges[6] - middle - 12, middle - edges[1] - 14
        return (middle + 12, right, "right") if right >= left else (middle - 12, left, "left")
    after = next((lv for lv in range(level + 1, 6) if cells[mode, lv]), 6)
    before = next((lv for lv in range(level - 1, 0, -1) if cells[mode, lv]), 0)
    room_right = edges[after] - edges[level] - 34
    room_left = edges[level] - edges[before + 1] - 12
    if room_right >= 110 or room_right >= room_left:
        return edges[level] + 28, room_right, "right"
    return edges[level] + 4, room_left, "left"


def _cell_height(
    cells: dict[tuple[str, int], list[Any]], mode: str, level: int, edges: list[float], wide: bool
) -> float:
    cell = cells[mode, level]
    if not cell:
        return 0
    if level == 0:
        across = _across(edges)
        return -(-len(cell) // across) * STEP + 20
    _, room, _ = _room(cells, mode, level, edges, wide)
    return sum(_tall(lines, wide) for lines in _named(cell, level, room, wide))


def _tall(lines: list[str], wide: bool) -> float:
    return max(STEP + 5, len(lines) * (12 if wide else 11) * 1.3 + 7)


def _across(edges: list[float]) -> int:
    return max(1, int((edges[1] - edges[0] - 14) // STEP))


def _row_height(
    cells: dict[tuple[str, int], list[Any]], mode: str, edges: list[float], wide: bool
) -> float:
    levels = [_cell_height(cells, mode, level, edges, wide) for level in range(6)]
    tallest = max(levels) if wide else max(levels[0], sum(levels[1:]))
    return max(74.0 if wide else 84.0, tallest + 22)


def _row(
    plate: Plate,
    cells: dict[tuple[str, int], list[Any]],
    mode: str,
    edges: list[float],
    top: float,
    height: float,
    wide: bool,
) -> None:
    middle = top + height / 2
    word, about = MODE_WORDS[mode]
    plate.text(0, middle - (9 if wide else 0), word, "ink", 13.5, bold=True)
    if wide:
        plate.text(0, middle + 10, about, "muted", 11.5)
    cell = cells[mode, 0]
    across = _across(edges)
    lines = -(-len(cell) // across)
    first = middle - (lines * STEP + 18) / 2 + STEP / 2
    for place, row in enumerate(cell):
        x = edges[0] + 12 + SIDE / 2 + (place % across) * STEP
        _square(plate, x, first + (place // across) * STEP, row)
    if cell:
        said = f"{len(cell)} {plural('programme', len(cell))}"
        plate.text(edges[0] + 12, first + lines * STEP + 2, said, "muted", 11.5 if wide else 11)
    below = middle - sum(_cell_height(cells, mode, lv, edges, wide) for lv in range(1, 6)) / 2
    for level in range(1, 6):
        cell = cells[mode, level]
        if not cell:
            continue
        at, room, side = _room(cells, mode, level, edges, wide)
        size = 12.0 if wide else 11.0
        x = edges[level] + (16 if wide else (edges[level + 1] - edges[level]) / 2)
        y = middle - _cell_height(cells, mode, level, edges, wide) / 2 if wide else below
        for row, lines_of in zip(cell, _named(cell, level, room, wide), strict=True):
            tall = _tall(lines_of, wide)
            _square(plate, x, y + tall / 2, row)
            plate.lines(
                at, y + tall / 2 - (len(lines_of) - 1) * size * 1.3 / 2, lines_of, size,
                ink=token_of(row.dimension), bold=True, halo=True,
                align="left" if side == "right" else "right",
            )  # fmt: skip
            y += tall
        below = y


def _square(plate: Plate, x: float, y: float, row: Any) -> None:
    plate.square(x, y, SIDE, row.dimension, row.scope, programme_tip(row))


def _nothing(
    plate: Plate,
    cells: dict[tuple[str, int], list[Any]],
    tops: dict[str, float],
    edges: list[float],
    wide: bool,
    bottom: float,
) -> None:
    """Say in words that the high levels are empty, where a row of the matrix has room for it."""
    top_level = max(level for (_, level), cell in cells.items() if cell)
    if top_level == 5:
        return
    empty = [str(level) for level in range(top_level + 1, 6)]
    levels = empty[0] if len(empty) == 1 else f"{', '.join(empty[:-1])} or {empty[-1]}"
    where = f"at level {levels}" if len(empty) < 5 else "above level 0"
    lines = ["no programme found", where]
    shown = [mode for mode in ("try", "watch", "make", "none") if mode in tops]
    free = [mode for mode in shown if not any(cells[mode, lv] for lv in range(1, 6))]
    if not free:
        return
    order = list(tops)
    ends = dict(zip(order, [*list(tops.values())[1:], bottom], strict=True))
    middle = (tops[free[0]] + ends[free[0]]) / 2
    size = 12.0 if wide else 11.0
    half = max(text_width(line, size) for line in lines) / 2
    x = min((edges[top_level + 1] + edges[6]) / 2, edges[6] - half - 2)
    plate.lines(x, middle - 8, lines, size, ink="muted", align="center", halo=True, italic=True)
