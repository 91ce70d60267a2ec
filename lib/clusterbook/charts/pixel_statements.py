"""What each source states about one quantity: a row per statement, a disc on a common scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from clusterbook.evidence.units import number_words

from .labels import nice, text_width, wrap
from .pixels import Drawing, Plate, fit, tip_of
from .plain_rows import Row
from .theme import WIDE

Words = Callable[[Any], str]


@dataclass(frozen=True)
class Group:
    """Statements on one thing: a head, its rows (`low`, `high`, `grade`, ...) and an ink.

    `compared` draws the span of the values as a band: they are about one and the same thing.
    """

    head: str
    rows: pd.DataFrame
    ink: str = "environmental"
    compared: bool = True

    @cached_property
    def records(self) -> list[Row]:
        """The rows as plain records."""
        return self.rows.to_dict("records")


def said_by(row: Any) -> tuple[str, str]:
    """Return what stands beside a statement: its source, and its date under it."""
    return str(row["label"]), str(row["date_words"])


def draw_statements(
    groups: Sequence[Group],
    width: int,
    words: Words,
    names: Callable[[Any], tuple[str, str]] = said_by,
    unit: str = "",
) -> Drawing:
    """Return groups of statements on one scale from zero.

    `words` gives the label of a row's value, `names` the bold and the quiet text beside it.
    """
    wide = width == WIDE
    row, head = (38, 32) if wide else (46, 32)
    height = 26 + sum(head + row * len(g.records) for g in groups) + 4
    plate = Plate(width, height)
    left, right = (236, width - 190) if wide else (8, width - 20)
    top = max(row["high"] for group in groups for row in group.records)
    values = nice(top, 4 if wide else 3)

    def x(value: float) -> float:
        return left + value / top * (right - left)

    for value in values:
        plate.text(x(value), 7, number_words(value), "muted", 11, align="center")
        if wide:
            plate.rule(x(value), 18, x(value), height, "faint" if value == 0 else "grid", level=0)
    if unit and len(values) > 1:
        ends = [x(v) + text_width(number_words(v), 11) / 2 + 6 for v in (values[-1], values[0])]
        fits = ends[0] + text_width(unit, 11) <= width
        plate.text(ends[0] if fits else ends[1], 7, unit, "muted", 11)
    y = 26.0
    for group in groups:
        plate.rect(0, y, width, y + head - 8, level=0)
        plate.text(8, y + head / 2 - 4, group.head, group.ink, 13, bold=True)
        y += head
        low, high = (
            x(min(line["low"] for line in group.records)),
            x(max(line["high"] for line in group.records)),
        )
        for place, line in enumerate(group.records):
            if place:
                plate.rule(0, y - 4, width, y - 4, level=0)
            if not wide:
                for value in values:
                    ink = "faint" if value == 0 else "grid"
                    plate.rule(x(value), y + 22, x(value), y + 38, ink, level=0)
            band = (y - 4, y + row - 4) if wide else (y + 22, y + 38)
            if group.compared and high - low > 2:
                plate.rect(low, band[0], high, band[1], group.ink, 0.13)
            _statement(plate, line, group.ink, y, x, (words, names), left if wide else 0)
            y += row
    return plate.drawing()


def _statement(
    plate: Plate, line: dict[str, Any], ink: str, y: float, x: Callable[[float], float],
    told: tuple[Words, Callable[[Any], tuple[str, str]]], left: float,
) -> None:  # fmt: skip
    words, names = told
    said, (name, under) = words(line), names(line)
    middle = y + (15 if left else 30)
    if left:
        plate.text(0, middle - 8, fit(name, left - 18, 12.5, bold=True), size=12.5, bold=True)
        plate.text(0, middle + 8, fit(under, left - 18, 11), "muted", 11)
    else:
        room = plate.width - text_width(said, 12, bold=True) - 10
        end = plate.text(0, y + 9, fit(name, room, 12, bold=True), bold=True) + 6
        if text_width(under, 11) < room - end:
            plate.text(end, y + 9, under, "muted", 11)
        plate.text(plate.width, y + 9, said, ink, 12, bold=True, align="right")
    one, two = x(line["low"]), x(line["high"])
    if two - one > 2:
        plate.rule(one, middle, two, middle, ink, 10)
    at = (one + two) / 2
    plate.hedge(at, middle, line["qualifier"], ink, across=True)
    plate.disc(at, middle, line["grade"], ink, tip_of(line))
    if left:
        after = max(two, at + 8) + (14 if line["qualifier"] in ("over", "at_least") else 8)
        lines = wrap(said, plate.width - after, 12, bold=True)[:2]
        first = middle - 8 * (len(lines) - 1)
        plate.lines(after, first, lines, size=12, ink=ink, bold=True, halo=True)
