"""The entries of a competition and what became of them, as areas to scale and works one by one."""

from __future__ import annotations

import math
from typing import Any

from clusterbook.analysis.competition import Competition, share_words, stage_word
from clusterbook.analysis.competition import competition as edition_of
from clusterbook.evidence import Case
from clusterbook.evidence.gap import Gap
from clusterbook.evidence.units import number_words

from .figure import Figure
from .labels import wrap
from .pixels import Drawing, Plate, tip_of
from .theme import WIDE

MOST = 400
"""Up to so many works are drawn one by one."""


def competition(case: Case) -> Figure | Gap:
    """Return the picture of a competition's entries and later stages, or the data gap."""
    found = edition_of(case.observations)
    if found is None:
        return Gap(
            "what became of the entries of a competition",
            ["observations.csv: indicator competition_entries with a segment such as prize",
             "observations.csv: indicator works_shown, segment prize_shortlist, same date"],
        )  # fmt: skip
    first = found.stages.iloc[0]
    return Figure(
        name="competition",
        title=competition_title(found),
        subtitle=(
            f"{found.name[:1].upper()}{found.name[1:]}, {first['date_words']}: works by stage. "
            "First as areas to scale, then the works of the second stage one by one."
        ),
        description=_described(found),
        draw=lambda width: _draw(found, width),
        rows=found.stages,
        note="Works only are drawn; people and money are no part of the scale.",
    )


def competition_title(found: Competition) -> str:
    """Return what share of the entries reached the second stage, and the third of the second."""
    entered = found.stages.iloc[0]
    second = found.stages.iloc[1]
    word = stage_word(second["segment"], entered["segment"])
    said = (
        f"Of {entered['value_words']} entries {second['value_words']} were {word} "
        f"({share_words(second, entered)})"
    )
    if len(found.stages) > 2:
        third = found.stages.iloc[2]
        return f"{said}, {third['value_words']} {stage_word(third['segment'], entered['segment'])}"
    return said


def _described(found: Competition) -> str:
    entered = found.stages.iloc[0]
    said = [
        f"{row.value_words} {stage_word(row.segment, entered['segment'])} ({row.cite})"
        for row in found.stages.iloc[1:].itertuples()
    ]
    return (
        f"{found.name}, {entered['date_words']}: {entered['value_words']} entries "
        f"({entered['cite']}), {', '.join(said)}."
    )


def _draw(found: Competition, width: int) -> Drawing:
    wide = width == WIDE
    stages = found.stages.to_dict("records")
    entered, second = stages[0], stages[1]
    whole = 208.0
    each = whole / math.sqrt(entered["low"])
    count = int(second["low"])
    across = 20
    step = 15.0
    down = -(-count // across) if count <= MOST else 0
    grid_top = 26.0 if wide else whole + 74
    right = 348.0 if wide else 8.0
    last = grid_top + down * step
    plate = Plate(width, last + 62)
    plate.rect(0, 24, whole, 24 + whole, "social", opacity=0.16, tip=tip_of(entered))
    plate.text(0, 10, f"{entered['value_words']} entries", "social", 13, bold=True)
    edge = each * math.sqrt(second["low"])
    corner = (0.0, 24 + whole)
    plate.rect(
        corner[0], corner[1] - edge, corner[0] + edge, corner[1], "bg", edge="social",
        tip=tip_of(second),
    )  # fmt: skip
    if len(stages) > 2:
        inner = each * math.sqrt(stages[2]["low"])
        plate.rect(
            corner[0], corner[1] - inner, corner[0] + inner, corner[1], "social",
            tip=tip_of(stages[2]),
        )  # fmt: skip
    share = f"{share_words(_series(found, 1), _series(found, 0))} of the entries"
    at = (0.0, 24 + whole + 15) if wide else (edge + 8, 24 + whole - edge / 2)
    plate.text(*at, share, "ink", 12, halo=True)
    if down:
        _lead(plate, wide, corner, edge, whole, (right, grid_top, last), across * step)
        _works(plate, stages, (right, grid_top), across, step)
    below = last + 16
    word = stage_word(second["segment"], entered["segment"])
    plate.text(right, grid_top - 16, f"{second['value_words']} {word}", "social", 13, bold=True)
    lines = _explained(found)
    for line in lines:
        for part in wrap(line, width - right, 12):
            plate.text(right, below, part, "ink", 12)
            below += 16
    plate.height = max(whole + 48, below + 2)
    return plate.drawing()


def _series(found: Competition, place: int) -> Any:
    return found.stages.iloc[place]


def _lead(
    plate: Plate,
    wide: bool,
    corner: tuple[float, float],
    edge: float,
    whole: float,
    grid: tuple[float, float, float],
    across: float,
) -> None:
    """Lead from the small square to the works that it stands for."""
    left, top, last = grid
    if wide:
        plate.rule(corner[0] + edge, corner[1] - edge, left - 6, top - 4, "faint", 1)
        plate.rule(corner[0] + edge, corner[1], left - 6, last, "faint", 1)
    else:
        plate.rule(corner[0], corner[1] + 2, left - 4, top - 26, "faint", 1)
        plate.rule(corner[0] + edge, corner[1] + 2, left + across, top - 26, "faint", 1)


def _works(
    plate: Plate,
    stages: list[dict[str, Any]],
    corner: tuple[float, float],
    across: int,
    step: float,
) -> None:
    solid = int(stages[2]["low"]) if len(stages) > 2 else 0
    for place in range(int(stages[1]["low"])):
        x = corner[0] + 6 + (place % across) * step
        y = corner[1] + 6 + (place // across) * step
        row = stages[2] if place < solid else stages[1]
        plate.square(x, y, 10, "social", "internal", tip_of(row), hollow=place >= solid)


def _explained(found: Competition) -> list[str]:
    entered = found.stages.iloc[0]
    lines = []
    for place in range(2, len(found.stages)):
        row = found.stages.iloc[place]
        before = found.stages.iloc[place - 1]
        word = stage_word(row["segment"], entered["segment"])
        earlier = stage_word(before["segment"], entered["segment"])
        share = share_words(row, before)
        lines.append(f"{row['value_words']} {word} (solid), {share} of those {earlier}")
    if found.funds is not None and len(found.stages) > 2:
        mean = found.funds["low"] / found.stages.iloc[-1]["low"]
        unit = found.funds["amount"].removeprefix(found.funds["value_words"]).strip()
        lines.append(f"for {found.funds['amount']}, {number_words(round(mean))} {unit} a work")
    return lines
