"""The city's policies in lanes, time running down: wide in columns, narrow as one list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from clusterbook.analysis import policy
from clusterbook.analysis.phases import schemes
from clusterbook.evidence import Case
from clusterbook.evidence.parameters import within
from clusterbook.evidence.plain import Row, by_index, entries, records
from clusterbook.evidence.vocabulary import LANE
from clusterbook.prose.gap import Gap

from .figure import Figure
from .key import grade_key
from .labels import text_width, wrap
from .pixels import Plate, token_of
from .policy_list import draw_list, phase_tip
from .stacking import stacked
from .theme import WIDE

AXIS, HEAD, SIZE, STEP = 40.0, 44.0, 11.5, 14.4
CUT_AFTER = 7
"""A first event that stands so many years before the next is drawn above a cut in the axis."""


def policy_timeline(case: Case, start: int | None = None, end: int | None = None) -> Figure | Gap:
    """Return the city's dated policies in lanes, or the data gap where there are none.

    `start` and `end` are years that bound what is drawn.
    """
    city = case.city
    place = case.fact("city") or "the city"
    rows = policy.in_lanes(city.events, start, end) if city else None
    if rows is None or rows.empty:
        where = f"data/context/{city.slug if city else place.lower()}/events.csv"
        return Gap(
            f"policies of {place} in lanes" + _between(start, end),
            [f"{where}: dated events with a lane ({', '.join(LANE)})"],
        )
    assert city is not None
    phases = within(city.phases, start, end)
    told = schemes(phases) if len(phases) else phases
    loose = int((city.events["lane"] == "").sum())
    bands = "Boxes and bands are phases that scholars or institutes tell apart. "
    left_out = f" {loose} dated {_events(loose)} not drawn."
    return Figure(
        name="policies",
        title=policy_title(place, rows),
        subtitle=(
            f"Policies and events of {place} by field, {int(rows['start'].min())} to "
            f"{int(rows['start'].max())}; time runs down. "
            f"{bands if len(phases) else ''}The colour is the dimension under which each is coded."
        ),
        description=_described(place, rows, phases),
        draw=lambda width: _draw(rows, told, width),
        rows=rows,
        note=f"A year without a month is drawn at mid-year.{left_out if loose else ''}",
    )


def policy_title(place: str, rows: pd.DataFrame) -> str:
    """Return which of protection and creative industry came first, else a neutral title."""
    first = policy.precedence(rows, "heritage_protection", "creative_industry")
    if first is None:
        return f"Policies of {place}, field by field"
    names = {"heritage_protection": "protection", "creative_industry": "creative-industry"}
    return (
        f"{names[first.earlier].capitalize()} rules came first: {first.before} of {first.events} "
        f"precede the first {names[first.later]} policy of {int(first.turn['start'])}"
    )


def _between(start: int | None, end: int | None) -> str:
    if start is None and end is None:
        return ""
    return f" ({'from ' + str(start) if start else ''}{f' to {end}' if end else ''})".replace(
        "( ", "("
    )


def _events(n: int) -> str:
    return "event without a lane is" if n == 1 else "events without a lane are"


def _described(place: str, rows: pd.DataFrame, phases: pd.DataFrame) -> str:
    lanes = []
    for lane in LANE:
        part = rows[rows["lane"] == lane]
        if len(part):
            said = "; ".join(f"{r.date_words}: {r.title}" for r in entries(part))
            lanes.append(f"{policy.lane_words(lane)}: {said}")
    ends = f" {len(phases)} phases stand beside them." if len(phases) else ""
    return f"Policies of {place} by field and date. {'. '.join(lanes)}.{ends}"


@dataclass(frozen=True)
class Axis:
    """Time in pixels from the top, with early years cut off."""

    first: float
    last: float
    top: float
    height: float

    def y(self, year: float) -> float:
        """Return the pixel at which a decimal year stands, within the axis."""
        inside = min(max(year, self.first), self.last)
        return self.top + (inside - self.first) / (self.last - self.first) * self.height


def _draw(rows: pd.DataFrame, told: pd.DataFrame, width: int) -> Any:
    if width != WIDE:
        return draw_list(rows, told, width)
    lanes = [lane for lane in LANE if (rows["lane"] == lane).any()]
    names = list(dict.fromkeys(told["chain"])) if len(told) else []
    box = 82.0
    left = AXIS + len(names) * (box + 6) + (14 if names else 4)
    columns = _columns(rows, lanes, left, width)
    blocks = {lane: _blocks(rows[rows["lane"] == lane], columns[lane]) for lane in lanes}
    early, cut = _cut(rows)
    ahead = [b.height for made in blocks.values() for b in made if b.label in early]
    top = HEAD + (max(ahead) + 26 if ahead else 14)
    axis = _fitted(blocks, rows, cut, top)
    floor = axis.top + axis.height
    stacks = {lane: _stacked(blocks[lane], axis, early) for lane in lanes}
    bottom = max(
        y + block.height
        for lane in lanes
        for y, block in zip(stacks[lane], blocks[lane], strict=True)
    )
    bottom = max(floor, bottom)
    plate = Plate(width, bottom + 40)
    _grid(plate, axis, len(early) > 0, columns, floor)
    _phases(plate, told, names, axis, box, columns)
    for lane in lanes:
        x = columns[lane][0]
        plate.lines(x + 12, 8, wrap(policy.lane_words(lane), columns[lane][1] - x - 16, 13, True),
                    size=13, bold=True)  # fmt: skip
        _lane(plate, blocks[lane], stacks[lane], axis, x, early)
    grade_key(plate, rows, bottom + 26)
    return plate.drawing()


def _columns(
    rows: pd.DataFrame, lanes: list[str], left: float, width: float
) -> dict[str, tuple[float, float]]:
    """Return left and right of each lane; a lane with more to say is wider."""
    said = [float(rows.loc[rows["lane"] == lane, "title"].str.len().sum()) for lane in lanes]
    least = min(91.0, (width - left) / len(lanes))
    spare = width - left - least * len(lanes)
    columns, x = {}, left
    for lane, size in zip(lanes, said, strict=True):
        right = x + least + spare * size / sum(said)
        columns[lane] = (x, right)
        x = right
    return columns


@dataclass(frozen=True)
class Block:
    """An event as its label is written."""

    label: Any
    row: Row
    when: str
    lines: list[str]
    height: float
    at: float


def _blocks(rows: pd.DataFrame, column: tuple[float, float]) -> list[Block]:
    """Return the labels of a lane: the year in front of the first line, then the title."""
    made = []
    room = column[1] - column[0] - 25
    for label, row in sorted(by_index(rows).items(), key=lambda item: _anchor(item[1])):
        when = _year_words(row)
        used = text_width(when, SIZE, True) + 5
        words = row["title"].split(" ")
        first = max(
            n for n in range(len(words) + 1) if text_width(" ".join(words[:n]), SIZE) < room - used
        )
        rest = " ".join(words[first:])
        lines = [" ".join(words[:first]), *(wrap(rest, room, SIZE) if rest else [])]
        made.append(Block(label, row, when, lines, len(lines) * STEP, _anchor(row)))
    return made


def _year_words(row: Any) -> str:
    """Return the year of an event, with its hedge; the tooltip has the full date."""
    year = str(int(row["start"]))
    return f"about {year}" if row["date_words"].startswith("about") else year


def _cut(rows: pd.DataFrame) -> tuple[list[int], float]:
    """Return the index labels of events above the cut, and the year at which the axis begins."""
    starts = rows["start"].sort_values()
    for place in (0, 1):
        if len(starts) > place + 2 and starts.iloc[place + 1] - starts.iloc[place] >= CUT_AFTER:
            return list(starts.index[: place + 1]), float(int(starts.iloc[place + 1])) - 1
    return [], float(int(starts.iloc[0])) - 1


def _anchor(row: Any) -> float:
    """Return where an event's disc stands: the start of an interval, else its date."""
    return float(row["start"] if row["precision"] == "interval" else row["when"])


def _fitted(blocks: dict[str, list[Block]], rows: pd.DataFrame, first: float, top: float) -> Axis:
    """Return the lowest axis on which no label stands far from its date."""
    last = float(rows[["start", "when"]].max().max()) // 1 + 1.5
    axis = Axis(first, last, top, 520)
    for height in range(520, 1300, 40):
        axis = Axis(first, last, top, height)
        away = [
            abs(y - axis.y(block.at) + STEP / 2)
            for made in blocks.values()
            for y, block in zip(_stacked(made, axis, []), made, strict=True)
        ]
        if max(away) < 62:
            break
    return axis


def _stacked(blocks: list[Block], axis: Axis, early: list[int]) -> list[float]:
    late = [block for block in blocks if block.label not in early]
    tops = [axis.y(block.at) - STEP / 2 for block in late]
    placed = stacked(tops, [block.height for block in late], 4, axis.top - 8)
    ahead = [HEAD + 6.0 for block in blocks if block.label in early]
    return [*ahead, *placed]


def _grid(
    plate: Plate, axis: Axis, cut: bool, columns: dict[str, tuple[float, float]], floor: float
) -> None:
    step = 5 if axis.last - axis.first > 12 else 2
    if cut:
        plate.rule(AXIS, axis.top - 10, plate.width, axis.top - 10, "faint", dash=[2, 3])
    for year in range(int(axis.first) + 1, int(axis.last) + 1):
        if year % step == 0:
            plate.rule(AXIS, axis.y(year), plate.width, axis.y(year))
            plate.text(AXIS - 6, axis.y(year), str(year), "muted", 11, align="right")
    for x, _ in columns.values():
        plate.rule(x, axis.top - (10 if cut else 6), x, floor)


def _phases(
    plate: Plate, told: pd.DataFrame, names: list[str], axis: Axis, box: float,
    columns: dict[str, tuple[float, float]],
) -> None:  # fmt: skip
    for place, name in enumerate(names):
        x = AXIS + 4 + place * (box + 6)
        part = told[told["chain"] == name]
        label = part["chain_label"].iloc[0]
        plate.lines(x, 8, wrap(label, box, 11.5, True), size=11.5, bold=True, ink="muted")
        for row in records(part):
            y, y2 = axis.y(row["start"]) + 1, axis.y(min(row["end"], axis.last)) - 1
            if y2 <= y:
                continue
            tip = phase_tip(row)
            if not place and row["number"] % 2:
                edge = min(left for left, _ in columns.values())
                plate.rect(edge - 6, y, plate.width, y2, "band")
            plate.rect(x, y, x + box - 4, y2, "band" if not place else "bg", edge="faint", tip=tip)
            lines = wrap(f"{row['phase']} {row['phase_label']}", box - 12, 11)
            room = max(1, int((y2 - y - 4) // 14))
            shown = lines if len(lines) <= room else [str(row["phase"])]
            plate.lines(x + 6, y + 11, shown, size=11)


def _lane(
    plate: Plate, blocks: list[Block], tops: list[float], axis: Axis, x: float, early: list[int]
) -> None:
    taken: list[float] = []
    for block, top in zip(blocks, tops, strict=True):
        row = block.row
        ahead = block.label in early
        y = top + STEP / 2 if ahead else axis.y(block.at)
        crowd = sum(abs(y - other) < 8 for other in taken)
        taken.append(y)
        at = x - 11 * crowd
        ink = token_of(row["dimension"])
        if row["precision"] == "interval" and not ahead:
            plate.rule(at, y, at, axis.y(min(row["end"], axis.last)), ink, 3, opacity=0.4)
        if abs(top + STEP / 2 - y) > 3:
            plate.rule(x + 7, y, x + 11, top + STEP / 2, "faint")
        plate.row_disc(at, y, row, ink, 90)
        plate.text(x + 13, top + STEP / 2, block.when, ink, SIZE, bold=True, halo=True)
        indent = text_width(block.when, SIZE, True) + 5
        for number, line in enumerate(block.lines):
            at = x + 13 + (0 if number else indent)
            plate.text(at, top + (number + 0.5) * STEP, line, size=SIZE, halo=True)
