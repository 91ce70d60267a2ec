"""The profile of a cluster's evidence on UNESCO's indicators for culture in the 2030 Agenda."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from clusterbook.analysis.coverage import RELATIONS, Indicator, distinct
from clusterbook.evidence import Case
from clusterbook.prose.culture_2030 import profiled

from .figure import Figure
from .labels import text_width, wrap
from .pixels import Plate, Tip
from .theme import WIDE

_HALF_SQUARE = "M-1,-1H0V1H-1Z"
_FILLED = {"direct": 1.0, "proxy": 0.5, "context": 0.0}


def culture_2030(case: Case) -> Figure:
    """Return the profile: the 22 indicators by theme, each direct, proxy, context or missing."""
    indicators = profiled(case)
    rows = distinct(row for i in indicators for row in i.rows)
    table = pd.DataFrame(
        [
            {"number": i.number, "indicator": i.name, "theme": i.theme, "relation": i.relation,
             "direct rows": len(i.direct), "proxy rows": len(i.proxy),
             "context rows": len(i.context)}
            for i in indicators
        ]
    )  # fmt: skip
    return Figure(
        name="culture-2030",
        title=profile_title(case.name, [i.relation for i in indicators]),
        subtitle=(
            "UNESCO's thematic indicators for culture in the 2030 Agenda, by the nearest row there "
            "is. A full square counts the same thing, a half one something near it, a hollow one "
            "only tells of the surroundings or is a claim; a dash has no row."
        ),
        description=_described(case.name, indicators),
        draw=lambda width: _draw(indicators, width),
        rows=pd.DataFrame(rows) if rows else case.observations.iloc[:0],
        table=table,
        note=(
            "The indicators were made for cities and countries; how near a row about one cluster "
            "comes is decided per indicator in a list of the compendium."
        ),
    )


def profile_title(name: str, relations: Sequence[str]) -> str:
    """Return the finding on how many indicators are counted directly, else a neutral title."""
    n = len(relations)
    direct, missing = relations.count("direct"), relations.count("none")
    if not n:
        return f"{name} on UNESCO's indicators for culture"
    if direct > n / 2:
        return f"The rows on {name} count {direct} of UNESCO's {n} culture indicators directly"
    if direct:
        verb = "is" if direct == 1 else "are"
        return f"Only {direct} of UNESCO's {n} culture indicators {verb} counted directly at {name}"
    return f"None of UNESCO's {n} culture indicators is counted directly at {name}, {missing} have no row"  # noqa: E501


def _described(name: str, indicators: Sequence[Indicator]) -> str:
    parts = []
    for relation in RELATIONS:
        of = [f"{i.number} {i.name}" for i in indicators if i.relation == relation]
        if of:
            said = "no row" if relation == "none" else relation
            parts.append(f"{said}: {'; '.join(of)}")
    return f"UNESCO's Culture 2030 indicators at {name}. {'. '.join(parts)}."


def _draw(indicators: Sequence[Indicator], width: int) -> Any:
    wide = width == WIDE
    themes = list(dict.fromkeys(i.theme for i in indicators))
    step, head, gap = 24.0, 34.0, 22.0
    columns = 2 if wide else 1
    each = (width - (columns - 1) * 34) / columns
    tops: list[float] = []
    y = 0.0
    for start in range(0, len(themes), columns):
        row = themes[start : start + columns]
        tops += [y] * len(row)
        most = max(sum(i.theme == theme for i in indicators) for theme in row)
        y += head + most * step + gap
    plate = Plate(width, y - gap)
    for place, theme in enumerate(themes):
        left = (place % columns) * (each + 34)
        part = [i for i in indicators if i.theme == theme]
        with_row = sum(i.relation != "none" for i in part)
        plate.text(left, tops[place] + 10, theme, "ink", 13.5, bold=True)
        said = f"{with_row} of {len(part)} with a row"
        plate.text(left + each, tops[place] + 10, said, "muted", 11, align="right")
        plate.rule(left, tops[place] + 24, left + each, tops[place] + 24, "faint")
        for number, indicator in enumerate(part):
            _line(plate, indicator, left, tops[place] + head + (number + 0.5) * step, each)
    return plate.drawing()


def _line(plate: Plate, indicator: Indicator, left: float, y: float, width: float) -> None:
    relation = indicator.relation
    count = len(indicator.rows)
    said = (
        "no row" if relation == "none" else f"{relation}, {count} {'row' if count == 1 else 'rows'}"
    )
    tip = {"indicator": f"{indicator.number} {indicator.name}", "nearest": said,
           "direct": str(len(indicator.direct)), "proxy": str(len(indicator.proxy)),
           "context": str(len(indicator.context))}  # fmt: skip
    if relation == "none":
        plate.rule(left + 3, y, left + 13, y, "faint", 2)
    else:
        _square(plate, left + 8, y, _FILLED[relation], tip)
    ink = "muted" if relation == "none" else "ink"
    plate.text(left + 38, y, str(indicator.number), "muted", 11, align="right")
    room = width - 48 - text_width(said, 11) - 10
    lines = wrap(indicator.name, room, 12.5)
    plate.lines(
        left + 46, y - (len(lines) - 1) * 7.2, lines, 12.5 if len(lines) == 1 else 11, ink=ink
    )
    plate.text(left + width, y, said, "muted", 11, align="right")


def _square(plate: Plate, x: float, y: float, filled: float, tip: Tip) -> None:
    plate.symbol(x, y, "square", 110, "ink" if filled == 1 else "bg", "ink", 1.6, tip=tip)
    if filled == 0.5:
        plate.symbol(x, y, _HALF_SQUARE, 110, "ink", tip=tip)
