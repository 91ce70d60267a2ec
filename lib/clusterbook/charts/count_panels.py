"""How counts over time are drawn: panels side by side or stacked, one scale for all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import pandas as pd

from clusterbook.evidence.plain import records
from clusterbook.evidence.vocabulary import QUALIFIER_WORDS

from .counted import Count, Counted
from .labels import Box, Frame, Label, along, nice, text_width, wrap, years_between
from .pixels import Drawing, Plate
from .plain_rows import Row
from .plots import Plot, Point, finished, key
from .theme import WIDE


def either_words(rows: pd.DataFrame) -> str:
    """Return the distinct values of rows in words: "14 or 18", "over 160 or 171"."""
    return either_of(records(rows))


def either_of(rows: Sequence[Row]) -> str:
    """Return the distinct values of plain rows in words."""
    if len(rows) == 1:
        return str(rows[0]["value_words"])
    ranked = sorted(rows, key=lambda r: (r["low"], r["high"], r["grade"], r["row"]))
    different = [next(same) for _, same in groupby(ranked, key=lambda r: (r["low"], r["high"]))]
    said = list(dict.fromkeys(str(row["value_words"]) for row in different))
    hedge = QUALIFIER_WORDS.get(str(different[0]["qualifier"]), "")
    if len({row["qualifier"] for row in different}) == 1:
        said[1:] = [words.removeprefix(hedge) for words in said[1:]]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"


def differ(rows: Sequence[Row]) -> bool:
    """Return whether rows on one date give values whose ranges do not even touch."""
    return max(row["low"] for row in rows) > min(row["high"] for row in rows)


def _by(rows: Sequence[Row], *names: str) -> list[tuple[Any, list[Row]]]:
    """Return the rows by what they hold under names, in order of that."""

    def held(row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in names)

    return [(key, list(part)) for key, part in groupby(sorted(rows, key=held), key=held)]


def _reach(rows: Sequence[Row], name: str) -> tuple[float, float]:
    told = [float(row[name]) for row in rows]
    return min(told), max(told)


@dataclass(frozen=True)
class _Panel:
    """One panel of the picture: its plot, its gutter, the years that all panels cover."""

    plot: Plot
    gutter: float
    years: tuple[int, int]

    @property
    def frame(self) -> Frame:
        """The scales of the plot."""
        return self.plot.frame


def draw_panels(drawn: Sequence[Counted], width: int, token: str, joined: bool) -> Drawing:
    """Return one panel per count, all on one scale, in one plot of `width` pixels."""
    wide, one = width == WIDE, len(drawn) == 1
    columns = min(3, len(drawn)) if wide else 1
    lines = math.ceil(len(drawn) / columns)
    every = [row for part in drawn for row in part.rows]
    dates = [row["when"] for part in drawn for row in part.placed]
    top = max(1.0, *(row["high"] for row in every)) * 1.2
    head = 46 if any(part.count.label for part in drawn) else 10
    height = (300 if wide else 320) if one else (250 if wide else 170)
    step = head + height + 34
    plate = Plate(width, step * lines)
    across = (width + 24) / columns
    panels = []
    for number, part in enumerate(drawn):
        count = part.count
        left, y = (number % columns) * across, (number // columns) * step
        loose = part.loose if one else []
        size = (across - 24 - 36, height)
        panel = _panel(plate, dates, (left + 34, y + head), size, top, _gutter_width(loose, wide))
        panels.append(panel)
        _ground(panel, bool(dates), columns)
        data = _points(panel, part.placed, loose, token, count)
        _marks(panel, data, joined, token)
        _labels(panel, data, count, one, wide, joined)
        if count.label:
            _heads(plate, count.label, part.placed, (left, y), token, across - 24)
    grades = [row["grade"] for row in every]
    plate.height = key(plate, grades, _special(drawn, joined), step * lines + 12)
    return finished(plate, [panel.plot for panel in panels])


def _special(drawn: Sequence[Counted], joined: bool) -> list[str]:
    """Return the special marks that occur, as the key names them."""
    every = [row for part in drawn for row in part.rows]
    years = [rows for part in drawn for _, rows in _by(part.placed, "segment", "year")]
    found = ["range"] if any(row["high"] > row["low"] for row in every) else []
    found += ["tie"] if any(differ(rows) for rows in years) else []
    found += ["cross"] if joined else []
    return found + (
        ["up"] if any(row["qualifier"] in ("over", "at_least") for row in every) else []
    )


def _panel(
    plate: Plate, dates: Sequence[float], corner: tuple[float, float], size: tuple[float, float],
    top: float, gutter: float,
) -> _Panel:  # fmt: skip
    earliest, latest = (min(dates), max(dates)) if dates else (2000.0, 2001.0)
    first, last = math.floor(earliest) - 0.2, math.ceil(latest) + 0.6
    span = (last - first) * size[0] / (size[0] - gutter)
    covered = (math.floor(earliest), math.floor(latest))
    frame = Frame(*size, (first, first + span), (0, top))
    return _Panel(Plot(plate, frame, *corner), gutter, covered)


def _gutter_width(loose: Sequence[Row], wide: bool) -> float:
    """Return the width of the gutter of undated values, as its labels need it; 0 without one."""
    if not loose:
        return 0
    needed = [0.0]
    for _, part in _by(loose, "segment"):
        label = _loose_label(part, wide)
        needed.append(label.width + 13 * (len(part) - 1))
    return 14 + 18 + 12 + max(needed) + 6


def _loose_label(part: Sequence[Row], wide: bool) -> Label:
    segment = part[0]["segment_words"]
    across = 96 if wide else 64
    second = wrap(segment, across, 11) if segment else []
    return Label(0, 0, wrap(either_of(part), across, 12.5, True), 12.5, True, second=second)


def _ground(panel: _Panel, placed: bool, columns: int) -> None:
    frame, plot = panel.frame, panel.plot
    end = frame.width - panel.gutter
    if panel.gutter:
        plot.gutter(end + 14)
    plot.grid(nice(frame.y[1], 4 if columns > 1 else 6), end)
    if placed:
        years = years_between(*panel.years, 5 if columns > 1 else 7)
        plot.below({frame.px(v + 0.5): str(int(v)) for v in years})


def _heads(
    plate: Plate, label: str, placed: Sequence[Row], corner: tuple[float, float], token: str,
    room: float,
) -> None:  # fmt: skip
    left, y = corner
    years = [either_of(part) for _, part in _by(placed, "year")]
    said = ", then ".join(years) or "no dated count"
    if text_width(said, 12, True) > room:
        said = f"{years[0]} at first, {years[-1]} at last"
    plate.text(left, y + 9, label, "ink", 13.5, bold=True)
    plate.text(left, y + 26, said, token, 12, bold=True)


def _marks(panel: _Panel, data: Sequence[Row], joined: bool, token: str) -> None:
    frame, plot = panel.frame, panel.plot
    for _, part in _by([row for row in data if not row["gutter"]], "segment", "year"):
        if differ(part):
            low, high = _reach(part, "low")[0], _reach(part, "high")[1]
            left = _reach(part, "px")[0]
            plot.bar(left, frame.py(low), frame.py(high), part[0]["token"], square=True)
    if joined:
        _lines(panel, data, token)
    for row in data:
        plot.point(
            Point(row["px"], row["py"], frame.py(row["low"]), frame.py(row["high"]), row["grade"],
                  row["qualifier"], row["token"], row["tip"])
        )  # fmt: skip


def _points(
    panel: _Panel, placed: Sequence[Row], loose: Sequence[Row], token: str, count: Count
) -> list[Row]:
    """Return what is drawn, each at `px`, `py` of its plot, in its `token`."""
    frame = panel.frame
    gutter = frame.width - panel.gutter + 14 + 18
    both = [
        *({**row, "gutter": False} for row in placed),
        *({**row, "gutter": True} for row in loose),
    ]
    lone = not any(count.segment is not None or row["segment"] == "" for row in both)
    taken: list[tuple[float, float]] = []
    for row in both:
        x, y = (gutter if row["gutter"] else frame.px(row["when"])), frame.py(row["mid"])
        while any(abs(x - a) < 13 and abs(y - b) < 1.5 for a, b in taken):
            x += 13
        taken.append((x, y))
        main = count.segment is not None or row["segment"] == "" or lone
        row |= {"px": x, "py": y, "token": token if main else "muted"}
    return both


def _middles(data: Sequence[Row]) -> dict[int, tuple[float, float]]:
    """Return, by year, the middle of what is dated to it."""
    years = _by([row for row in data if not row["gutter"]], "year")
    return {
        int(year): (math.fsum(row["px"] for row in part) / len(part), sum(_reach(part, "py")) / 2)
        for (year,), part in years
    }


def _lines(panel: _Panel, data: Sequence[Row], token: str) -> None:
    """Draw lines between the middles of the years; dashed, with crosses, over empty years."""
    plot, middles = panel.plot, _middles(data)
    for (a, (x, y)), (b, (x2, y2)) in pairwise(middles.items()):
        plot.rule(x, y, x2, y2, token, 2.5, (5, 4) if b - a > 1 else ())
    empty = [y for y in range(panel.years[0], panel.years[1] + 1) if y not in middles]
    if len(empty) <= 12:
        for year in empty:
            plot.cross(panel.frame.px(year + 0.5), panel.frame.height)


def _labels(
    panel: _Panel, data: Sequence[Row], count: Count, one: bool, wide: bool, joined: bool
) -> None:
    obstacles = [Box(r["px"] - 8, r["py"] - 8, r["px"] + 8, r["py"] + 8) for r in data]
    obstacles += [
        Box(r["px"] - 5, r["py"] - 16, r["px"] + 5, r["py"])
        for r in data if r["qualifier"] in ("over", "at_least")
    ]  # fmt: skip
    if joined:
        obstacles += along(list(_middles(data).values()))
    labels: list[Label] = []
    inks: list[str] = []
    order = sorted(
        (row for row in data if not row["gutter"]),
        key=lambda row: (row["token"] == "muted", -row["year"]),
    )
    cells: dict[tuple[float, str], list[Row]] = {}
    for row in order:
        cells.setdefault((row["year"], row["segment"]), []).append(row)
    for (_, segment), part in cells.items():
        named = count.segment is None and segment
        second = wrap(part[0]["segment_words"], 130, 11) if named else []
        if one and differ(part):
            for row in sorted(part, key=lambda row: row["low"], reverse=True):
                second += wrap(f"{row['value_words']}: {row['label']}", 170, 11)
        elif one:
            second += wrap(_who(part), 150, 11)
        left, right = _reach(part, "px")
        top = _reach(part, "py")[0]
        label = Label((left + right) / 2, top, [either_of(part)], 12.5, True, second=second)
        label.gap = 10 + (right - left) / 2
        labels.append(label)
        inks.append(part[0]["token"])
    panel.plot.place(labels, inks, obstacles, panel.frame.width - panel.gutter)
    for _, part in _by([row for row in data if row["gutter"]], "segment"):
        label = _loose_label(part, wide)
        middle = math.fsum(row["py"] for row in part) / len(part)
        label.left, label.top = _reach(part, "px")[1] + 11, middle - label.height / 2
        panel.plot.write([label], [part[0]["token"]])


def _who(part: Sequence[Row]) -> str:
    """Return who gives a value: sources, and that several are one voice where they are."""
    labels = list(dict.fromkeys(str(row["label"]) for row in part))
    if len(labels) > 1 and len({row["voice"] for row in part}) == 1:
        return f"{labels[0]}, after {labels[1]}" if len(labels) == 2 else f"{len(labels)} texts"
    return " and ".join(labels) if len(labels) < 3 else f"{len(labels)} sources"
