"""The article's recommendations as a checklist, answered for a cluster from its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from clusterbook.analysis.recommendations import ANSWERS, Answer
from clusterbook.analysis.row_rules import distinct
from clusterbook.evidence import Case
from clusterbook.prose.checklist import answered

from .figure import Figure
from .labels import text_width, wrap
from .pixels import Drawing, Plate, Tip
from .theme import WIDE
from .unit_squares import Square, unit_squares

HALF_SQUARE = "M-1,-1H0V1H-1Z"
"""The left half of a square: something, but not all of it."""

_MOST = {"rows for": 14, "against": 8}
_CELL = 8.0
_KINDS = {"proof": ("ink", "ink"), "hint": ("bg", "muted"), "against": ("strain", "strain")}


def square(plate: Plate, x: float, y: float, filled: float, tip: Tip = None) -> None:
    """Draw a square that is full (1), half (0.5) or empty (0)."""
    plate.symbol(x, y, "square", 110, "ink" if filled == 1 else "bg", "ink", 1.6, tip=tip)
    if filled == 0.5:
        plate.symbol(x, y, HALF_SQUARE, 110, "ink", tip=tip)


def checklist(case: Case) -> Figure:
    """Return the checklist: each recommendation, its answer and its rows for and against."""
    answers = answered(case)
    texts = dict(
        zip(case.recommendations["id"], case.recommendations["recommendation"], strict=True)
    )
    rows = distinct(row for a in answers for row in (*a.rows, *a.against))
    table = pd.DataFrame(
        [
            {"recommendation": texts[a.id], "answer": a.answer, "rows for": len(a.rows),
             "rows against": len(a.against), "one text alone": "yes" if a.article_alone else ""}
            for a in answers
        ]
    )  # fmt: skip
    return Figure(
        name="checklist",
        title=checklist_title(case.name, [a.answer for a in answers]),
        subtitle=(
            f"Recommendations of the M50 article answered from the rows on {case.name} by fixed "
            "rules. A full square is a row of the kind that the recommendation asks for, a hollow "
            "one a claim or another hint, a [red](strain) one a claim of the opposite."
        ),
        description=_described(case.name, answers, texts),
        draw=lambda width: _draw(answers, texts, width),
        rows=pd.DataFrame(rows) if rows else case.findings.iloc[:0],
        table=table,
        note=(
            "Met needs a full square and no red one; hints alone make it partly met. "
            "No evidence means that no row speaks for it, not that the thing is missing. "
            "The coding is by rule and no one has reviewed it on the spot."
        ),
    )


def checklist_title(name: str, answers: Sequence[str]) -> str:
    """Return the finding on recommendations that the rows show as met, else a neutral title."""
    n, met = len(answers), sum(a == "met" for a in answers)
    without = sum(a == "no evidence" for a in answers)
    if met > n / 2:
        return f"The rows on {name} show {met} of {n} recommendations as met"
    if without > n / 2:
        return f"For {without} of {n} recommendations the rows on {name} hold no evidence"
    if met < n / 4:
        return f"The rows on {name} show {met or 'none'} of {n} recommendations as met"
    return f"{n} recommendations, answered from the rows on {name}"


def _described(name: str, answers: Sequence[Answer], texts: dict[str, str]) -> str:
    parts = []
    for word in ANSWERS:
        of = [texts[a.id].rstrip(".") for a in answers if a.answer == word]
        if of:
            parts.append(f"{word} ({len(of)}): {'; '.join(of)}")
    return f"Recommendations answered for {name}. {'. '.join(parts)}."


def _draw(answers: Sequence[Answer], texts: dict[str, str], width: int) -> Any:
    wide = width == WIDE
    room = 430.0 if wide else width - 26.0
    size = 12.5 if wide else 12.0
    ordered = [a for word in ANSWERS for a in answers if a.answer == word]
    lines = {a.id: wrap(texts[a.id].rstrip("."), room, size) for a in ordered}
    heights = [len(lines[a.id]) * size * 1.3 + (12 if wide else 30) for a in ordered]
    words = [word for word in ANSWERS if any(a.answer == word for a in ordered)]
    head = 34.0
    plate = Plate(width, sum(heights) + head * len(words) + 4)
    squares: list[Square] = []
    y = 0.0
    for word in words:
        part = [a for a in ordered if a.answer == word]
        plate.rule(0, y + head - 6, width, y + head - 6, "faint")
        square(plate, 8, y + 15, {"met": 1, "partly": 0.5}.get(word, 0))
        end = plate.text(22, y + 15, f"{word[0].upper()}{word[1:]}", "ink", 13.5, bold=True)
        plate.text(end + 8, y + 15, str(len(part)), "muted", 13.5)
        if wide and word == words[0]:
            plate.text(480, y + 15, "rows for", "muted", 11)
            plate.text(630, y + 15, "rows against", "muted", 11)
        y += head
        for answer, height in ((a, heights[ordered.index(a)]) for a in part):
            _line(plate, squares, answer, lines[answer.id], y, height, size, wide)
            y += height
    spec = plate.drawing().to_dict()
    layer = unit_squares(squares, _KINDS, 5.5, width, plate.height)
    return Drawing({**spec, "layer": [*spec["layer"], layer]})


def _line(
    plate: Plate, squares: list[Square], answer: Answer, lines: Sequence[str], y: float,
    height: float, size: float, wide: bool,
) -> None:  # fmt: skip
    last = plate.lines(22, y + 6 + size * 0.65, lines, size)
    middle = y + height / 2 if wide else last + 18 - size * 1.3
    marks = [*(("proof", row) for row in answer.proof), *(("hint", row) for row in answer.hints)]
    against = [("against", row) for row in answer.against]
    end = _marks(plate, squares, 480.0 if wide else 22.0, middle, marks, _MOST["rows for"])
    if not wide and against:
        end = plate.text(max(end + 12, 150), middle, "against", "muted", 11)
    if not wide and not marks and not against:
        plate.text(22, middle, "no row", "muted", 11)
    left = 630.0 if wide else end + 6
    _marks(plate, squares, left, middle, against, _MOST["against"])
    plate.rule(22, y + height - 2, plate.width, y + height - 2)


def _marks(
    plate: Plate, squares: list[Square], x: float, y: float, marks: Sequence[tuple[str, Any]],
    most: int,
) -> float:  # fmt: skip
    for number, (kind, row) in enumerate(marks[:most]):
        texts = (row.get(name) for name in ("statement", "title", "name", "amount", "value"))
        said = next((text for text in texts if isinstance(text, str) and text), "")
        squares.append((x + (number + 0.5) * _CELL, y, kind, f"{said} ({row['cite']})"))
    end = x + min(len(marks), most) * _CELL
    if len(marks) > most:
        more = f"+{len(marks) - most}"
        plate.text(end + 3, y, more, "muted", 11)
        end += 3 + text_width(more, 11)
    return end
