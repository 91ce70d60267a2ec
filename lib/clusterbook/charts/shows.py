"""Shows and events a year, a row for each count and a break between definitions."""

from __future__ import annotations

import pandas as pd

from clusterbook.analysis.shows import change_of_definition, of_case
from clusterbook.evidence import Case
from clusterbook.evidence.dates import in_time
from clusterbook.evidence.units import number_words
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import nice, text_width, wrap
from .pixels import Drawing, Plate
from .plain_rows import Row
from .theme import WIDE


def shows(case: Case) -> Figure | Gap:
    """Return the counts of shows and events, the breaks between definitions, or the gap."""
    rows = of_case(case)
    if rows.empty:
        return Gap(
            "shows and events a year", ["observations.csv: indicator exhibitions or events, a year"]
        )
    records = rows.to_dict("records")
    return Figure(
        name="shows",
        title=shows_title(case.name, rows),
        subtitle=(
            "Counts of shows and events by date and by what is counted. A dashed line parts counts "
            "of different things: no growth can be read across it."
        ),
        description=_described(case.name, records),
        draw=lambda width: _draw(records, width),
        rows=rows,
    )


def shows_title(name: str, rows: pd.DataFrame) -> str:
    """Return the break of definition between the first and the last count, else a neutral title."""
    ends = change_of_definition(rows)
    if ends:
        first, last = ends
        return (
            f"{_head(first['value_words'])} {first['definition']} {in_time(first['date_words'])} "
            f"and {last['value_words']} {last['definition']} {in_time(last['date_words'])} are two "
            "definitions, not one growth"
        )
    return f"Shows and events a year at {name}"


def _head(text: str) -> str:
    return text[:1].upper() + text[1:]


def _described(name: str, records: list[Row]) -> str:
    said = [
        f"{r['date_words']}, {r['definition']}: {r['value_words']} ({r['cite']})" for r in records
    ]
    return f"Shows and events at {name} by count. {'; '.join(said)}."


def _draw(records: list[Row], width: int) -> Drawing:
    wide = width == WIDE
    left = 250.0 if wide else 4.0
    values = max(text_width(r["value_words"], 12.5, True) for r in records) + 22
    top = max(row["high"] for row in records) or 1.0
    right = width - values
    room = left - 16 if wide else width - 8
    names = [wrap(_head(r["definition"]), room, 12) for r in records]
    sources = [wrap(f"{r['date_words']}, {r['label']} ({r['grade']})", room, 11) for r in records]
    heights = [
        len(n) * 15.6 + len(s) * 14.3 + (12 if wide else 34)
        for n, s in zip(names, sources, strict=True)
    ]
    breaks = [
        place > 0 and r["definition"] != records[place - 1]["definition"]
        for place, r in enumerate(records)
    ]
    bottom = sum(heights) + 20 * sum(breaks) + 4
    plate = Plate(width, bottom + 22)

    def px(value: float) -> float:
        return left + value / top * (right - left)

    for value in nice(top, 5 if wide else 4):
        ink = "faint" if value == 0 else "grid"
        plate.rect(px(value) - 0.5, 0, px(value) + 0.5, bottom, ink)
        align = "left" if value == 0 and not wide else "center"
        plate.text(px(value), bottom + 12, number_words(value), "muted", 11, align=align)
    y = 0.0
    for record, lines, source, height, broken in zip(
        records, names, sources, heights, breaks, strict=True
    ):
        if broken:
            plate.rule(0, y + 10, width, y + 10, "ink", 1, (4, 3))
            plate.text(width, y + 10, "another definition", "ink", 11, align="right", halo=True)
            y += 20
        token = "cultural" if record["whole"] else "muted"
        below = plate.lines(0, y + 14, lines, 12, ink="ink", halo=True)
        plate.lines(0, below, source, 11, ink="muted", halo=True)
        middle = y + height / 2 if wide else y + height - 16
        x = px(record["high"])
        plate.rect(px(0), middle - 4, x, middle + 4, token, opacity=0.38)
        if record["high"] > record["low"]:
            plate.rect(px(record["low"]), middle - 4, x, middle + 4, token, opacity=0.38)
        plate.row_disc(x, middle, record, token)
        plate.text(x + 14, middle, record["value_words"], token, 12.5, bold=True, halo=True)
        y += height
    return plate.drawing()
