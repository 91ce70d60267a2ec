"""What each source attests about works and losses, in order of publication."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from clusterbook.analysis.attested import WORKS, is_announced, wall_rows
from clusterbook.analysis.attested import attested as attested_table
from clusterbook.evidence import Case
from clusterbook.prose.gap import Gap

from .figure import Figure
from .key import marks_key
from .labels import wrap, years_between
from .pixels import Drawing, Plate, Tip, fit, tip_of, years_axis
from .plain_rows import Row, by_index
from .theme import WIDE

HEADS = {"wall": "The painted wall", "works": "Buildings and ground"}
COUNT = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True)
class _Line:
    """One source on one thing: its row of the table, its events and the lengths it gives."""

    row: Any
    events: list[Row]
    lengths: list[Row]


def _lines(case: Case, table: pd.DataFrame) -> list[_Line]:
    happened, measured = (
        by_index(source.loc[sorted({i for one in table["rows"] for i in one[place]})])
        for place, source in enumerate((case.events, case.observations))
    )
    return [
        _Line(row, [happened[i] for i in row.rows[0]], [measured[i] for i in row.rows[1]])
        for row in table.itertuples()
    ]


def attested(case: Case) -> Figure | Gap:
    """Return what each source attests about works and losses, a row per source and thing.

    Demolitions are crosses, renovations diamonds; of a painted wall, whose length was measured,
    the bar shows until when a source saw it stand. A gap where nothing is dated.
    """
    table = attested_table(case.events, case.observations, case.all_sources)
    if table.empty:
        return Gap(
            f"works or losses at {case.name}",
            ["events.csv: kind renovation or demolition, with a date"],
        )
    rows = pd.concat(
        [
            case.events.loc[[i for happened, _ in table["rows"] for i in happened]],
            case.observations.loc[[i for _, measured in table["rows"] for i in measured]],
        ]
    )
    wall, _ = wall_rows(case.events, case.observations)
    lines = _lines(case, table)
    both = table["group"].nunique() > 1
    return Figure(
        name="attested",
        title=attested_title(case.name, table, wall, rows),
        subtitle=(
            ("What each source says of the wall, then of buildings and ground, " if both
             else "What each source says, ")
            + "in order of publication. "
            + ("A green bar is the time for which a source attests the wall; it fades where its "
               "start is not told. " if len(wall) else "")
            + _marks_words(_marks(lines))
        ),
        description=_described(case, lines),
        draw=lambda width: _draw(case, lines, width),
        rows=rows,
        note="A year alone is drawn at mid-year. Each event is one source's word.",
    )  # fmt: skip


def attested_title(name: str, table: pd.DataFrame, wall: pd.DataFrame, rows: pd.DataFrame) -> str:
    """Return from when to when sources tell of a wall's loss, else how much of it is loss."""
    fell = wall[(wall["kind"] == "demolition") & wall["when"].notna()] if len(wall) else wall
    years, voices = sorted({int(when) for when in fell["when"]}), fell["source"].nunique()
    if len(years) > 1 and voices > 1:
        return (
            f"{_count(voices).capitalize()} sources tell of the loss of a painted wall, "
            f"from {years[0]} to {years[-1]}"
        )
    done = rows[rows["kind"].isin(WORKS)] if "kind" in rows else rows.iloc[:0]
    planned = [is_announced(str(title)) for title in done.get("title", [])]
    seen = done["kind"][[not only for only in planned]] if len(done) else []
    counts = [
        (sum(kind == "renovation" for kind in seen), "renovation"),
        (sum(kind == "demolition" for kind in seen), "demolition"),
    ]
    said = [f"{_count(n)} {kind}{'' if n == 1 else 's'}" for n, kind in counts if n]
    if any(planned):
        said.append(f"{_count(sum(planned))} only announced")
    if said:
        listed = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
        return f"Works on record at {name}: {listed}"
    return f"Works on record at {name}"


def _count(n: int) -> str:
    return COUNT[n] if n < len(COUNT) else str(n)


def _described(case: Case, lines: Sequence[_Line]) -> str:
    said = []
    for line in lines:
        words = [f"{e['date_words']}: {e['title']}" for e in line.events]
        words += [f"{o['date_words']}: {o['amount']}" for o in line.lengths]
        said.append(f"{line.row.label}: {'; '.join(words)}")
    return f"Works and losses at {case.name} by source. {'. '.join(said)}."


def _draw(case: Case, lines: Sequence[_Line], width: int) -> Drawing:
    wide = width == WIDE
    room = 226 if wide else width
    blocks = [[wrap(text, room, 12) for text in _words(line)] for line in lines]
    counts = [sum(len(block) for block in one) for one in blocks]
    tall = [max(46, 16 + 15.6 * n) if wide else 48 + 15.6 * n for n in counts]
    groups = list(dict.fromkeys(line.row.group for line in lines))
    heads = len(groups) if len(groups) > 1 else 0
    plate = Plate(width, 26 + 32 * heads + sum(tall) + (32 if wide else 54))
    bottom = plate.height - (30 if wide else 52)
    x = _scale(lines, (218, 456) if wide else (8, width - 60))
    years = {x(v): str(int(v)) for v in years_between(x.first, x.last, 5)}
    if wide:
        years_axis(plate, years, 8, bottom)
    else:
        for at, name in years.items():
            plate.text(at, 8, name, "muted", 11, align="center")
    y, head = 26.0, ""
    for line, block, size in zip(lines, blocks, tall, strict=True):
        row = line.row
        if heads and row.group != head:
            head = row.group
            plate.rect(0, y, width, y + 24, level=0)
            plate.text(8, y + 12, HEADS[head], "ink", 13, bold=True)
            y += 32
        _row(plate, case, row, block, y, size, x, wide, years)
        _bar(plate, line, x, y + (size - 3) / 2 if wide else y + 28)
        y += size
        plate.rule(0, y - 3, width, y - 3, level=0)
    _key(plate, bottom + 18, "wall" in groups, _marks(lines))
    return plate.drawing()


class _Years:
    """Decimal years to pixels."""

    def __init__(self, first: float, last: float, left: float, right: float) -> None:
        self.first, self.last, self.left, self.right = first, last, left, right

    def __call__(self, year: float) -> float:
        return self.left + (year - self.first) / (self.last - self.first) * (self.right - self.left)


def _scale(lines: Sequence[_Line], span: tuple[float, float]) -> _Years:
    told = [row["when"] for line in lines for row in (*line.events, *line.lengths)]
    whens = [when for when in told if math.isfinite(when)]
    starts = [line.row.start for line in lines if math.isfinite(line.row.start)]
    first, last = min([*whens, *starts]), max(whens)
    spare = max(1.0, 0.06 * (last - first))
    return _Years(first - spare * 1.4, last + spare, *span)


def _words(line: _Line) -> list[str]:
    said = [str(event["title"]) for event in line.events]
    lengths = list(dict.fromkeys(row["amount"] for row in line.lengths))
    if lengths:
        said.append(f"Length given: {' and '.join(lengths)}")
    return said


def _row(
    plate: Plate, case: Case, row: Any, blocks: list[list[str]], y: float, size: float,
    x: _Years, wide: bool, years: dict[float, str],
) -> None:  # fmt: skip
    published = "undated" if math.isnan(row.published) else str(int(row.published))
    source = case.all_sources.get(row.source)
    name = source.who if source else row.label
    middle = y + (size - 3) / 2 if wide else y + 28
    if wide:
        plate.text(0, middle - 8, fit(name, 176, 12.5, bold=True), size=12.5, bold=True)
        plate.text(0, middle + 8, published, "muted", 11)
        plate.disc(192, middle, row.grade, "ink")
    else:
        end = plate.text(0, y + 9, fit(name, 250, 12.5, bold=True), size=12.5, bold=True)
        plate.text(end + 8, y + 9, published, "muted", 11)
        plate.disc(plate.width - 7, y + 9, row.grade, "ink")
        for at in years:
            plate.rule(at, y + 20, at, y + 37, level=0)
    count = sum(len(block) for block in blocks)
    line = middle - 15.6 * (count - 1) / 2 if wide else y + 50
    for block in blocks:
        line = plate.lines(500 if wide else 0, line, block, size=12, ink="muted")


def _bar(plate: Plate, told: _Line, x: _Years, y: float) -> None:
    row, events, lengths = told.row, told.events, told.lengths
    dated = [event for event in events if event["when"] == event["when"]]  # none equals nothing
    fell = [event["when"] for event in dated if event["kind"] == "demolition"]
    temporary = [event for event in dated if event["kind"] == "programme"]
    only = len(events) == len(temporary) and not lengths
    if row.group == "wall" and not only and math.isfinite(row.end):
        end = x(min(fell) if fell else row.end)
        if math.isfinite(row.start):
            plate.rect(x(row.start), y - 5, end, y + 5, "environmental")
        else:
            start, sure = max(x.left, end - 66), end - 22
            plate.fade(min(start, sure), sure, y - 5, y + 5, "environmental")
            plate.rect(sure, y - 5, end, y + 5, "environmental")
        if not fell:
            plate.text(end + 8, y, "standing", "environmental", 12, bold=True, halo=True)
    for line in lengths:
        if math.isfinite(line["when"]):
            _length(plate, x(line["when"]), y, tip_of(line))
    for line in temporary:
        at = x(line["when"])
        plate.rect(at - 10, y - 5, at + 10, y + 5, ink="muted", hatched=True, edge="muted",
                   tip=tip_of(line))  # fmt: skip
        if "temporary" in line["title"]:
            plate.text(at - 18, y, "temporary", "muted", 12, align="right", halo=True)
    _works(plate, dated, x, y)


def _works(plate: Plate, events: list[Row], x: _Years, y: float) -> None:
    ends: dict[str, float] = {}
    for line in events:
        if line["kind"] not in WORKS:
            continue
        mark, at = _mark(line), x(line["when"])
        if mark == "announced only":
            plate.symbol(at, y, "diamond", 130, "bg", "muted", 1.8, tip=tip_of(line))
        elif mark == "demolition":
            plate.end(at, y, tip_of(line))
        else:
            plate.symbol(at, y, "diamond", 150, "environmental", tip=tip_of(line))
        ink = {"announced only": "muted", "demolition": "strain"}.get(mark, "environmental")
        ends[ink] = max(ends.get(ink, 0.0), line["when"])
    for ink, when in ends.items():
        said = _year(when)
        plate.text(x(when) + 12, y, said, ink, 12.5, bold=True, halo=True)


def _length(plate: Plate, x: float, y: float, tip: Tip = None) -> None:
    plate.symbol(x, y, "circle", 46, "bg", "environmental", 1.5, tip=tip)


def _year(when: float) -> str:
    return str(math.ceil(when) - 1)  # a span that ends with 2011 ends at 2012.0


def _mark(event: Row) -> str:
    return "announced only" if is_announced(event["title"]) else str(event["kind"])


def _marks(lines: Sequence[_Line]) -> list[str]:
    """Return which marks of works are drawn: their kinds, and "announced only"."""
    drawn = {
        _mark(event)
        for line in lines
        for event in line.events
        if event["kind"] in WORKS and event["when"] == event["when"]  # an undated one has no mark
    }
    return [mark for mark in ("demolition", "renovation", "announced only") if mark in drawn]


def _marks_words(marks: Sequence[str]) -> str:
    hollow = "hollow ones" if "renovation" in marks else "hollow diamonds"
    words = {
        "demolition": ("red crosses", "demolitions"),
        "renovation": ("green diamonds", "renovations"),
        "announced only": (hollow, "works that were only announced"),
    }
    said = ", ".join(
        f"{sign} are {what}" if place == 0 else f"{sign} {what}"
        for place, (sign, what) in enumerate(words[mark] for mark in marks)
    )
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _key(plate: Plate, y: float, wall: bool, marks: Sequence[str]) -> None:
    works: dict[str, Any] = {
        "demolition": lambda a, b: plate.end(a + 12, b, size=70),
        "renovation": lambda a, b: plate.symbol(a + 12, b, "diamond", 120, "environmental"),
        "announced only": lambda a, b: plate.symbol(a + 12, b, "diamond", 110, "bg", "muted", 1.8),
    }
    shown: list[tuple[str, Any]] = [(mark, works[mark]) for mark in marks]
    if wall:
        shown += [
            ("attested", lambda a, b: plate.rect(a, b - 5, a + 24, b + 5, "environmental")),
            ("start not told", lambda a, b: plate.fade(a, a + 24, b - 5, b + 5, "environmental")),
            ("length given", lambda a, b: _length(plate, a + 12, b)),
        ]  # fmt: skip
    marks_key(plate, shown, y)
