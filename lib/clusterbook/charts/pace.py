"""The pace of dated events: yearly counts, the likeliest turn, and what the test makes of it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd

from clusterbook.analysis import chronology, pace
from clusterbook.analysis.chronology import FEWEST, Chronology
from clusterbook.analysis.pace import Pace
from clusterbook.evidence import Case
from clusterbook.evidence.plain import entries
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import Frame, nice, years_between
from .pixels import Plate
from .theme import WIDE


def too_few(found: Chronology) -> Gap:
    """Return the data gap of a chronology that is too short or too thin for a test."""
    n = len(found.events)
    what = (
        f"turns in the pace of events: {n} dated {'event' if n == 1 else 'events'} from "
        f"{found.first} to {found.last} are too few events for a test, which needs {FEWEST} in "
        "six years or more"
    )
    return Gap(what, ["events.csv: more dated events of the cluster itself"])


def event_pace(case: Case, start: int = 0, end: int = 0) -> Figure | Gap:
    """Return events a year with the likeliest turn and its test, or the data gap.

    `start` and `end` as in `chronology.of_case`.
    """
    found = chronology.of_case(case, start, end)
    if not found.enough:
        return too_few(found)
    read = pace.read(found)
    likely = read.turn.likely_years
    return Figure(
        name="event-pace",
        title=pace_title(read, found.first, found.last),
        subtitle=(
            "Top: dated events a year (bars), their mean (thin line) and the rates before and "
            "after the likeliest single turn (thick; dashes: no more than chance gives). "
            "Middle: Bayesian blocks, a second opinion. Bottom: how much better each turn "
            "fits than none; only five in a hundred series without a turn pass the dotted line."
        ),
        description=(
            f"{len(found.events)} events from {found.first} to {found.last}. The likeliest turn "
            f"lies after {read.turn.year}, from {read.turn.rate_before:.1f} to "
            f"{read.turn.rate_after:.1f} events a year, p = {read.turn.p_value:.3f}; years that "
            f"fit nearly as well lie between {likely[0]} and {likely[-1]}. "
            f"Bayesian blocks: {len(read.blocks)}."
        ),
        draw=lambda width: _draw(found, read, width),
        rows=found.events,
        note=(
            "The fit is twice the logarithm of the likelihood ratio; a turn after a year lies "
            "between that year and the next."
        ),
    )


def pace_title(read: Pace, first: int, last: int) -> str:
    """Return the turn if all tests find one, doubt where they disagree, else "not detectable".

    Never "no change": a test can miss one.
    """
    turn = read.turn
    move = "quicken" if turn.rate_after > turn.rate_before else "slow"
    rates = f"from {turn.rate_before:.1f} to {turn.rate_after:.1f} a year"
    if not read.agreed:
        return f"Recorded events may {move} after {turn.year}, {rates}, but the tests disagree"
    if turn.p_value > pace.LEVEL:
        return f"No turn in the pace of recorded events is detectable from {first} to {last}"
    if read.bunched:
        return f"Recorded events may {move} after {turn.year}, {rates}, but they come in bunches"
    return f"Recorded events {move} after {turn.year}, {rates}"


def _draw(found: Chronology, read: Pace, width: int) -> Any:
    wide = width == WIDE
    left, years = 34.0, (found.first, found.last + 1)
    counts = found.counts
    plate = Plate(width, 412)
    top = Frame(width - left - 6, 190, years, (0, max(counts["count"].max() * 1.12, 3)))
    fit = Frame(width - left - 6, 100, years, (0, max(read.turn.statistic, read.critical) * 1.36))
    _grid(plate, top, left, 14, "events a year")
    _grid(plate, fit, left, 286, "fit of a turn after each year")
    for year in years_between(found.first, found.last, 8 if wide else 5):
        x = left + top.px(year + 0.5)
        plate.rule(x, 14, x, 386, level=0)
        plate.text(x, 402, str(int(year)), "muted", 11, align="center")
    _bars(plate, found, top, left)
    _rates(plate, read, found, top, left)
    _blocks(plate, read, top, left)
    _fits(plate, read, fit, left)
    return plate.drawing()


def _grid(plate: Plate, frame: Frame, left: float, head: float, name: str) -> None:
    for value in nice(frame.y[1], 4):
        y = head + frame.py(value)
        if value <= frame.y[1]:
            ink = "faint" if value == 0 else "grid"
            plate.rule(left, y, plate.width - 6, y, ink, level=0)
            plate.text(left - 8, y, f"{value:g}", "muted", 11, align="right")
    plate.text(left, head - 6, name, "ink", 12, True, halo=True)


def _bars(plate: Plate, found: Chronology, frame: Frame, left: float) -> None:
    titles = found.events.groupby("year")["title"].apply(lambda t: "; ".join(t))
    gap = min(3.0, frame.px(found.first + 1) * 0.15)
    for row in entries(found.counts[found.counts["count"] > 0]):
        tip = {"year": str(row.year), "events": str(row.count), "what": str(titles[row.year])}
        x, x2 = left + frame.px(row.year), left + frame.px(row.year + 1)
        plate.rect(x + gap, 14 + frame.py(row.count), x2 - gap, 14 + frame.py(0), "faint", 0.75,
                    tip=tip)  # fmt: skip


def _rates(plate: Plate, read: Pace, found: Chronology, frame: Frame, left: float) -> None:
    turn, mean = read.turn, found.counts["count"].mean()
    right = left + frame.width
    y = 14 + frame.py(mean)
    plate.rule(left, y, right, y, "muted", 1.5)
    edge = left + frame.px(turn.year + 1)
    certain = turn.p_value <= pace.LEVEL
    parts = ((turn.rate_before, left, edge), (turn.rate_after, edge, right))
    for rate, x, x2 in parts:
        y = 14 + frame.py(rate)
        plate.rule(x, y, x2, y, "ink", 3 if certain else 2, () if certain else (6, 4))
        away = 11 if rate < mean and frame.py(0) - frame.py(rate) > 24 else -10
        plate.text((x + x2) / 2, y + away, f"{rate:.1f}", "ink", 13, True, align="center",
                    halo=True)  # fmt: skip
    plate.rule(edge, 14 + frame.py(turn.rate_before), edge, 14 + frame.py(turn.rate_after),
                "ink", 2, () if certain else (6, 4))  # fmt: skip


def _blocks(plate: Plate, read: Pace, frame: Frame, left: float) -> None:
    plate.text(left, 226, "Bayesian blocks: events a year", "ink", 12, True)
    for row in entries(read.blocks):
        x, x2 = left + frame.px(row.start), left + frame.px(row.end)
        tip = {"block": f"{row.start:.1f} to {row.end:.1f}", "events": str(row.events)}
        plate.rect(x + 1, 236, x2 - 1, 256, "band", edge="faint", tip=tip)
        if x2 - x > 26:
            plate.text((x + x2) / 2, 246.5, f"{row.rate:.1f}", "ink", 11, align="center")


def _fits(plate: Plate, read: Pace, frame: Frame, left: float) -> None:
    profile: pd.DataFrame = read.turn.profile
    head = 286.0
    y = head + frame.py(read.critical)
    plate.rule(left, y, plate.width - 6, y, "ink", 1.5, (2, 3))
    late = read.turn.year > (frame.x[0] + frame.x[1]) / 2
    x, align = (left, "left") if late else (plate.width - 6, "right")
    plate.text(x, y - 8, "five in a hundred", "muted", 11, align=align, halo=True)
    points = [(left + frame.px(r.year + 1), head + frame.py(r.statistic), r)
              for r in entries(profile)]  # fmt: skip
    for (x, y, _), (x2, y2, _) in pairwise(points):
        plate.rule(x, y, x2, y2, "muted", 1.5)
    for x, y, row in points:
        tip = {"turn after": str(row.year), "2 ln LR": f"{row.statistic:.1f}"}
        best = row.year == read.turn.year
        ink = "ink" if best else "muted"
        plate.symbol(x, y, "circle", 70 if best else 28, ink if row.likely else "bg", ink, 1.5,
                      tip=tip)  # fmt: skip
        if best:
            middle = min(max(x, left + 45), plate.width - 50)
            plate.text(middle, y - 13, f"after {row.year}", "ink", 12, True,
                        align="center", halo=True)  # fmt: skip
