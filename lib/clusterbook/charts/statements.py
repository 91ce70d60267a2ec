"""What each source states about one quantity: a row per statement, a disc on a common scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from clusterbook.evidence.units import number_words

from .layout import nice, text_width, wrap
from .pixels import Drawing, Plate, fit, tip_of
from .theme import WIDE


@dataclass(frozen=True)
class Group:
    """Statements on one thing: a head, its rows (`low`, `high`, `grade`, ...) and an ink.

    `compared` draws the span of the values as a band: they are about one and the same thing.
    """

    head: str
    rows: pd.DataFrame
    ink: str = "environmental"
    compared: bool = True


def draw_statements(
    groups: Sequence[Group],
    width: int,
    words: Callable[[Any], str],
    about: Callable[[Any], str] | None = None,
    unit: str = "",
) -> Drawing:
    """Return groups of statements on one scale from zero.

    `words` gives the label of a row's value, `about` a quiet second text under its source.
    """
    wide = width == WIDE
    row, head = (38, 30) if wide else (44, 30)
    height = 26 + sum(head + row * len(g.rows) for g in groups) + 6
    plate = Plate(width, height)
    left = 214 if wide else 8
    right = width - (196 if wide else 12)
    top = max(float(g.rows["high"].max()) for g in groups) * (1.02 if wide else 1.06)

    def x(value: float) -> float:
        return left + value / top * (right - left)

    for value in nice(top, 4 if wide else 3):
        plate.text(x(value), 7, number_words(value), "muted", 11, align="center")
        plate.rule(x(value), 18, x(value), height, "faint" if value == 0 else "grid", level=0)
    if unit:
        end = (
            x(nice(top, 4 if wide else 3)[-1])
            + text_width(number_words(nice(top, 4 if wide else 3)[-1]), 11) / 2
        )
        plate.text(min(end + 6, width - text_width(unit, 11)), 7, unit, "muted", 11)
    y = 26.0
    for group in groups:
        plate.rect(0, y, width, y + head - 6, level=0)
        plate.text(8, y + head / 2 - 3, group.head, group.ink, 13, bold=True)
        y += head
        low, high = x(group.rows["low"].min()), x(group.rows["high"].max())
        if group.compared and high - low > 2:
            plate.rect(low, y - 2, high, y + row * len(group.rows) - 4, group.ink, 0.13)
        for line in group.rows.to_dict("records"):
            _statement(plate, line, group.ink, y, row, x, words, about, wide, left)
            y += row
    return plate.drawing()


def _statement(
    plate: Plate, line: dict[str, Any], ink: str, y: float, row: float, x: Callable[[float], float],
    words: Callable[[Any], str], about: Callable[[Any], str] | None, wide: bool, left: float,
) -> None:  # fmt: skip
    middle = y + (row / 2 - 2 if wide else 32)
    said = words(line)
    under = about(line) if about else line["date_words"]
    if wide:
        plate.text(
            0, middle - 8, fit(line["label"], left - 24, 12.5, bold=True), size=12.5, bold=True
        )
        plate.text(0, middle + 8, fit(under, left - 24, 11), "muted", 11)
    else:
        width = plate.width - text_width(said, 12, bold=True) - 12
        end = plate.text(0, y + 10, fit(line["label"], width, 12, bold=True), bold=True) + 6
        plate.text(
            end,
            y + 10,
            fit(under, max(0, width - end), 11) if width - end > 40 else "",
            "muted",
            11,
        )
        plate.text(plate.width, y + 10, said, ink, 12, bold=True, align="right")
    one, two = x(line["low"]), x(line["high"])
    if two - one > 2:
        plate.rule(one, middle, two, middle, ink, 10)
    at = (one + two) / 2
    plate.hedge(at, middle, line["qualifier"], ink)
    plate.disc(at, middle, line["grade"], ink, tip_of(line))
    if wide:
        after = max(two, at + 8) + (14 if line["qualifier"] in ("over", "at_least") else 8)
        lines = wrap(said, plate.width - after, 12, bold=True)[:2]
        plate.lines(
            after, middle - 8 * (len(lines) - 1), lines, size=12, ink=ink, bold=True, halo=True
        )
