"""The model of Wang and Ma (2018) as a diagram: what their abstract states, what is ours."""

from __future__ import annotations

import pandas as pd

from clusterbook.evidence import Case
from clusterbook.evidence.ningbo import STUDY

from .figure import Figure
from .labels import wrap
from .pixels import RIGHT, Drawing, Plate
from .theme import WIDE

DOWN, UP = "M-0.9,-0.6L0,0.8L0.9,-0.6Z", "M-0.9,0.6L0,-0.8L0.9,0.6Z"
SPACES = (
    ("Local space", "地方空间", (("Cultural milieu", "文化氛围"), ("Office milieu", "办公环境"))),
    ("Capital space", "资本空间", (("Location", "经济区位"), ("Institution", "制度因素"))),
    ("Relational space", "关系空间", (("Social network", "社会关系网络"),)),
)
"""The spaces and the factors; which factor stands under which space is this project's reading."""
STEPS = (
    ("Recognition", "of local space, as it is felt"),
    ("Constraint", "by capital and relational space, as it is reckoned"),
    ("Co-ordination", "of local, capital and relational space"),
    ("Feedback", "of relational space, which closes the cycle"),
)
SUBTITLE = (
    "Solid: stated in the abstract of Wang and Ma. Dashed: this project's reading, for the "
    "abstract does not say which factor belongs to which space."
)


def study_rows(case: Case) -> pd.DataFrame:
    """Return the study as the one row on which a picture of it rests; empty where it is unknown."""
    source = case.all_sources.get(STUDY)
    columns = ["source", "label", "grade", "via"]
    found = [(source.key, source.label, source.grade, "")] if source else []
    return pd.DataFrame(found, columns=columns)


def mechanism_model(case: Case) -> Figure:
    """Return the diagram of the model: three spaces, five factors, the cycle of four steps."""
    listed = "; ".join(
        f"{space}: {', '.join(name for name, _ in factors)}" for space, _, factors in SPACES
    )
    steps = "; ".join(f"{head} {text}" for head, text in STEPS)
    table = pd.DataFrame(
        [
            {"space": space, "factor": name, "factor_zh": chinese, "placing": "this project's own"}
            for space, _, factors in SPACES
            for name, chinese in factors
        ]
    )
    return Figure(
        name="mechanism-model",
        title="Five factors, three spaces, a cycle: which factor works in which space is left open",
        subtitle=SUBTITLE,
        description=(
            f"The model as a diagram. Factors under spaces, as read here: {listed}. "
            f"The cycle as the abstract states it: {steps}, and back to the first."
        ),
        draw=_wide_or_narrow,
        rows=study_rows(case),
        table=table,
        note="The names in Chinese are those of the Chinese abstract.",
    )


def _wide_or_narrow(width: int) -> Drawing:
    return _wide(width) if width == WIDE else _narrow(width)


def _solid(plate: Plate, x: float, y: float, x2: float, y2: float) -> None:
    plate.rect(x, y, x2, y2, "band", edge="ink")


def _named(plate: Plate, x: float, y: float, name: str, chinese: str, bold: bool) -> None:
    plate.text(x, y - 9, name, "ink", 13 if bold else 12.5, bold, align="center")
    plate.text(x, y + 10, chinese, "muted", 12, align="center")


def _wide(width: int) -> Drawing:
    plate = Plate(width, 410)
    plate.text(0, 9, "Three spaces", "ink", 13.5, True)
    plate.text(0, 184, "Five factors", "ink", 13.5, True)
    plate.text(94, 184, "each under a space by this project's own reading", "muted", 12)
    gap, unit = 14.0, (width - 4 * 14.0) / 5
    left = 0.0
    for space, chinese, factors in SPACES:
        right = left + len(factors) * unit + (len(factors) - 1) * gap
        _solid(plate, left + 1, 24, right - 1, 74)
        _named(plate, (left + right) / 2, 49, space, chinese, True)
        for place, (name, also) in enumerate(factors):
            x = left + place * (unit + gap)
            middle = x + unit / 2
            plate.rule(middle, 74, middle, 112, "muted", 1.5, (5, 4))
            _solid(plate, x + 1, 112, x + unit - 1, 164)
            _named(plate, middle, 138, name, also, False)
        left = right + gap
    plate.text(0, 232, "The cycle", "ink", 13.5, True)
    plate.text(76, 232, "as the abstract states it", "muted", 12)
    space_between = 30.0
    step = (width - 3 * space_between) / 4
    for place, (head, text) in enumerate(STEPS):
        x = place * (step + space_between)
        _solid(plate, x + 1, 250, x + step - 1, 338)
        plate.text(x + 12, 268, f"{place + 1}  {head}", "ink", 13, True)
        plate.lines(x + 12, 288, wrap(text, step - 22, 12), 12, ink="muted")
        if place < 3:
            end = x + step + space_between
            plate.rule(x + step, 294, end - 8, 294, "ink", 2)
            plate.symbol(end - 6, 294, RIGHT, 60, "ink")
    first, last = step / 2, width - step / 2
    plate.rule(last, 338, last, 378, "ink", 2)
    plate.rule(first, 378, last, 378, "ink", 2)
    plate.rule(first, 378, first, 346, "ink", 2)
    plate.symbol(first, 344, UP, 60, "ink")
    plate.text(width / 2, 394, "and again", "muted", 12, align="center")
    return plate.drawing()


def _narrow(width: int) -> Drawing:
    plate = Plate(width, 700)
    plate.text(0, 9, "Three spaces, five factors", "ink", 13.5, True)
    y = 26.0
    for space, chinese, factors in SPACES:
        _solid(plate, 1, y, width - 1, y + 44)
        plate.text(14, y + 22, space, "ink", 13, True)
        plate.text(width - 14, y + 22, chinese, "muted", 12, align="right")
        half = (width - 14.0) / 2
        for place, (name, also) in enumerate(factors):
            x = place * (half + 14)
            plate.rule(x + half / 2, y + 44, x + half / 2, y + 58, "muted", 1.5, (5, 4))
            _solid(plate, x + 1, y + 58, x + half - 1, y + 108)
            _named(plate, x + half / 2, y + 83, name, also, False)
        y += 126
    y += 8
    plate.text(0, y, "The cycle", "ink", 13.5, True)
    y += 18
    top = y
    for place, (head, text) in enumerate(STEPS):
        _solid(plate, 1, y, width - 40, y + 54)
        plate.text(12, y + 17, f"{place + 1}  {head}", "ink", 13, True)
        plate.text(12, y + 37, text, "muted", 11)
        if place < 3:
            plate.rule(40, y + 54, 40, y + 64, "ink", 2)
            plate.symbol(40, y + 65, DOWN, 50, "ink")
        y += 70
    bottom = y - 70 + 27
    edge = width - 14.0
    plate.rule(width - 40, bottom, edge, bottom, "ink", 2)
    plate.rule(edge, bottom, edge, top + 27, "ink", 2)
    plate.rule(edge, top + 27, width - 32, top + 27, "ink", 2)
    plate.symbol(width - 33, top + 27, "M0.6,-0.9L-0.8,0L0.6,0.9Z", 60, "ink")
    return plate.drawing()
