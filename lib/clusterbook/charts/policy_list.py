"""The city's policies on a narrow screen: one list in order of time, the field as a tag."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clusterbook.analysis.policy import lane_words
from clusterbook.evidence.plain import records

from .key import grade_key
from .labels import text_width, wrap
from .pixels import Plate, tip_of, token_of

LEFT, SIZE, STEP = 22.0, 12.0, 15.5


def draw_list(rows: pd.DataFrame, phases: pd.DataFrame, width: int) -> Any:
    """Return the list: per event its disc, date, field and title; a band where a phase begins."""
    plate = Plate(width, 0)
    y = 8.0
    for kind, row in _in_time(rows, phases):
        y = _phase(plate, row, y) if kind == "phase" else _event(plate, row, y)
    plate.rule(7, 6, 7, y - 12, "grid")
    plate.height = grade_key(plate, rows, y + 10)
    return plate.drawing()


def _in_time(rows: pd.DataFrame, phases: pd.DataFrame) -> list[tuple[str, Any]]:
    begun = [] if phases.empty else [(r["start"], 0, "phase", r) for r in records(phases)]
    told = [(r["start"], 1, "event", r) for r in records(rows)]
    ordered = sorted([*begun, *told], key=lambda item: (item[0], item[1]))
    return [(kind, row) for _, _, kind, row in ordered]


def _event(plate: Plate, row: Any, y: float) -> float:
    ink = token_of(row["dimension"])
    plate.row_disc(7, y + 6, row, ink, 90)
    plate.text(LEFT, y + 6, row["date_words"], ink, SIZE, bold=True)
    tag = lane_words(row["lane"]).lower()
    after = LEFT + text_width(row["date_words"], SIZE, True) + 10
    if after + text_width(tag, 11) <= plate.width:
        plate.text(plate.width, y + 6, tag, "muted", 11, align="right")
    else:
        y += STEP
        plate.text(LEFT, y + 6, tag, "muted", 11)
    lines = wrap(row["title"], plate.width - LEFT - 4, SIZE)
    for number, line in enumerate(lines, start=1):
        plate.text(LEFT, y + 6 + number * STEP, line, size=SIZE)
    return y + (len(lines) + 1) * STEP + 9


def phase_tip(row: Any) -> dict[str, str]:
    """Return what a reader sees of a phase in a tooltip."""
    return tip_of(row) | {"value": f"phase {row['phase']}: {row['phase_label']}"}


def _phase(plate: Plate, row: Any, y: float) -> float:
    head = f"{row['chain_label']}, phase {row['phase']}, {row['date_words']}"
    lines = [
        *wrap(head, plate.width - LEFT - 10, 11),
        *wrap(row["phase_label"], plate.width - 40, 11),
    ]
    height = len(lines) * 14.5 + 9
    plate.rect(LEFT - 6, y - 4, plate.width, y - 4 + height, "band", tip=phase_tip(row))
    for number, line in enumerate(lines):
        plate.text(LEFT, y + 6 + number * 14.5, line, "muted", 11, bold=number == 0)
    return y + height + 8
