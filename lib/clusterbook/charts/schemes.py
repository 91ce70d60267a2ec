"""Periodisation schemes side by side, with the dated events a year."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from clusterbook.analysis import chronology, phases
from clusterbook.analysis.chronology import Chronology
from clusterbook.evidence import Case
from clusterbook.evidence.plain import Row, entries, records
from clusterbook.prose.gap import Gap
from clusterbook.prose.periodisation import agreement

from .figure import Figure
from .labels import Frame, wrap, years_between
from .pixels import Plate, tip_of
from .theme import WIDE
from .words import plural

COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NO_SCHEMES = Gap(
    "phases that anyone has set for this cluster or its city",
    ["phases.csv: a row per phase, with scheme, phase, label, date and source"],
)


def schemes(case: Case, start: int = 0, end: int = 0) -> Figure | Gap:
    """Return all periodisation schemes on one axis with the events a year, or the data gap.

    Time runs down. A scheme is a column, a phase a box; beside them the dated events of the
    cluster from `start` to `end` (0: as in `chronology.of_case`).
    """
    rows = phases.of_case(case)
    if rows.empty:
        return NO_SCHEMES
    found = chronology.of_case(case, start, end)
    return Figure(
        name="schemes",
        title=schemes_title(rows),
        subtitle=(
            "Phases as their authors date them; time runs down. "
            "A hatched strip is a year that two phases share, a white box a phase that a later "
            f"author adds. Right: dated events of {case.name} a year."
        ),
        description="; ".join(
            f"{r.chain_label} on {r.about}, phase {r.phase}: {r.phase_label}, {r.date_words}"
            for r in entries(rows)
        )
        + ".",
        draw=lambda width: _draw(rows, found, case.name, width),
        rows=pd.concat([rows, found.events]),
        table=rows[
            ["scheme", "phase", "phase_label", "date", "source", "locator", "note", "anchor"]
        ],
        note="A phase without an end is open at its foot.",
    )


def schemes_title(rows: pd.DataFrame) -> str:
    """Return in how many years the schemes turn and which they share, else a neutral title."""
    turns = [set(phases.turns(part)) for _, part in rows.groupby("chain", sort=False)]
    years = sorted(set().union(*turns))
    if len(turns) < 2 or not years:
        return f"{count_words(len(turns)).capitalize()} {plural('scheme', len(turns))} of phases"
    return (
        f"{count_words(len(turns)).capitalize()} schemes turn after {count_words(len(years))} "
        f"different {plural('year', len(years))} and {agreement(turns)}"
    )


def count_words(n: int) -> str:
    """Return a number up to ten as a word."""
    return COUNTS[n] if n < len(COUNTS) else str(n)


def _draw(rows: pd.DataFrame, found: Chronology, name: str, width: int) -> Any:
    wide = width == WIDE
    left, side, step = (44, 140, 15.0) if wide else (34, 52, 17.0)
    size = 12.0 if wide else 11.0
    chains = [part for _, part in rows.groupby("chain", sort=False)]
    column = min((width - left - side) / len(chains), 260)
    first = math.floor(min(s for s in rows["start"] if not math.isinf(s)))
    ends = [phases.last_year(e) for e in rows["end"] if not math.isinf(e)]
    last = max([found.last, *ends])
    heads = [wrap(part["chain_label"].iloc[0], column - 14, size + 0.5, True) for part in chains]
    abouts = [wrap(f"on {part['about'].iloc[0]}", column - 14, 11) for part in chains]
    top = max(17 * len(h) + 14 * len(a) for h, a in zip(heads, abouts, strict=True)) + 16.0
    scale = Frame(width, (last + 1 - first) * step, (0, width), (last + 1, first))
    plate = Plate(width, top + scale.height + 12)
    for year in years_between(first, last + 1, 8):
        y = top + scale.py(year)
        plate.rule(left, y, width, y, level=0)
        plate.text(left - 8, y, str(int(year)), "muted", 11, align="right")
    for place, (part, head, about) in enumerate(zip(chains, heads, abouts, strict=True)):
        x = left + place * column
        end = plate.lines(x + 4, 9, head, size + 0.5, bold=True)
        plate.lines(x + 4, end + 1, about, 11, ink="muted")
        shared = phases.shared_years(part)
        for row in records(part):
            _phase(plate, row, shared, (x + 2, x + column - 8), (top, scale), size)
    _events(plate, found, name, left + len(chains) * column + 6, (top, scale), size)
    return plate.drawing()


def _phase(
    plate: Plate, row: Row, years: list[int], across: tuple[float, float],
    down: tuple[float, Frame], size: float,
) -> None:  # fmt: skip
    (left, right), (head, scale) = across, down
    tip = {"phase": f"{row['chain_label']}, {row['phase']}: {row['phase_label']}"} | tip_of(row)
    is_open = math.isinf(row["end"])
    until = scale.y[0] if is_open else row["end"]
    top, bottom = head + scale.py(row["start"]), head + scale.py(until)
    ground = "bg" if row["continues"] else "band"
    plate.rect(left, top + 1, right, bottom - 1, ground, edge="faint", tip=tip)
    if is_open:
        plate.rect(left - 1, bottom - 4, right + 1, bottom + 1, "bg", level=1)
        plate.symbol((left + right) / 2, bottom + 2, "triangle-down", 60, "faint")
    shared = [y for y in years if row["start"] <= y < until]
    for year in shared:
        y = head + scale.py(year)
        below = y + scale.py(scale.y[1] + 1)
        plate.rect(left, y, right, below, "muted", 0.5, hatched=True, level=1)
    if shared and shared[0] == math.floor(row["start"]):
        top = head + scale.py(shared[-1] + 1)
    elif shared:
        bottom = head + scale.py(shared[0])
    room = int((bottom - top - 4) / (size * 1.3))
    number, words = row["phase"], row["phase_label"]
    for text in (f"{number} {words}", f"{number} {words.split(',')[0]}", number):
        spaced = wrap(text.replace("-", "- "), right - left - 8, size)  # may break at a hyphen
        lines = [line.replace("- ", "-") for line in spaced]
        if len(lines) <= room or text == number:
            plate.lines(left + 5, top + 4 + size * 0.65, lines, size)
            break


def _events(
    plate: Plate, found: Chronology, name: str, left: float, down: tuple[float, Frame], size: float
) -> None:
    head, scale = down
    plate.lines(left, 9, wrap("events a year", plate.width - left, size + 0.5, True), size + 0.5,
                bold=True)  # fmt: skip
    counts = found.counts[(found.counts["count"] > 0) & (found.counts["year"] >= scale.y[1])]
    most = max(1, int(found.counts["count"].max()))
    for row in entries(counts):
        y, end = head + scale.py(row.year), left + row.count * (plate.width - left - 16) / most
        tip = {"year": str(row.year), "events": f"{row.count} at {name}"}
        plate.rect(left, y + 2, end, y + scale.py(scale.y[1] + 1) - 2, "faint", tip=tip)
        if row.count == most or plate.width == WIDE:
            plate.text(end + 4, y + scale.py(scale.y[1] + 0.5), str(row.count), "muted", 11)
