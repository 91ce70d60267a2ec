"""The history of a site before and beneath its cluster: names, owners, founding accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from clusterbook.analysis import chronology, site
from clusterbook.evidence import Case
from clusterbook.evidence.plain import entries
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import Frame, wrap, years_between
from .pixels import Plate, tip_of
from .plain_rows import Row, by_index
from .stacking import stacked
from .theme import WIDE

MISSING = Gap(
    "the site before the cluster: who founded, named and owned it",
    ["events.csv: scope internal, dimension context, kind founding, ownership or closure"],
)


def site_history(case: Case) -> Figure | Gap:
    """Return the line of a site's names and owners, or the data gap where nothing is recorded.

    Where several sources tell it, the one that tells most of the time before the cluster stands
    on the left and the others on the right, so that accounts that differ stand side by side.
    """
    opened = chronology.opening_year(case.fact("opened"))
    rows = site.history(case.events, opened)
    if rows.empty:
        return MISSING
    main = site.main_account(rows, opened)
    others = rows.loc[rows["source"] != main, "source"].nunique()
    sides = (
        f" Left (in narrow windows: in strong ink): the fullest account, {_label(rows, main)}; "
        f"right (pale): {others} other {'source' if others == 1 else 'sources'}."
        if main and others
        else ""
    )
    line = f" The tick across the line is {opened}, when it opened as a cluster." if opened else ""
    return Figure(
        name="site-history",
        title=history_title(case.name, rows, opened),
        subtitle=f"What is recorded of the site: founding, names, owners, closure.{sides}{line}",
        description="; ".join(f"{r.date_words}: {r.title} ({r.cite})" for r in entries(rows)) + ".",
        draw=lambda width: _draw(rows, main if others else "", opened, width),
        rows=rows,
        note="Discs show the grade of the source. Labels keep their order; a leader ties each to "
        "its date.",
    )


def history_title(name: str, rows: pd.DataFrame, opened: int | None) -> str:
    """Return that sources date the founding differently if they do, else a neutral title."""
    accounts = site.founding_accounts(rows, opened)
    years = sorted({(row.year, row.date_words) for row in entries(accounts)})
    if len({year for year, _ in years}) > 1:
        said = [words for _, words in years]
        dates = f"{', '.join(said[:-1])} or {said[-1]}"
        return f"The founding of the site is dated {dates}, depending on the source"
    return f"The site of {name} since {rows['date_words'].iloc[0]}"


def _label(rows: pd.DataFrame, source: str) -> str:
    return str(rows.loc[rows["source"] == source, "label"].iloc[0])


def _draw(rows: pd.DataFrame, main: str, opened: int | None, width: int) -> Any:
    wide = width == WIDE
    both = wide and bool(main)
    axis = width / 2 if both else 44.0
    room = (axis if both else width - axis) - 50
    sides = [(rows[rows["source"] == main], -1), (rows[rows["source"] != main], 1)]
    columns = sides if both else [(rows, 1)]
    told = by_index(rows)
    texts = {i: _text(row, room, both and row["source"] == main) for i, row in told.items()}
    needed = max(sum(_height(texts[i]) + 6 for i in part.index) for part, _ in columns if len(part))
    first, last = rows["when"].min(), max(rows["when"].max(), opened or 0)
    head, height = (44.0 if both else 12.0), max(220.0, needed)
    frame = Frame(width, height - 40, (0, width), (last, first))
    plate = Plate(width, head + height + 10)
    plate.rule(axis, head, axis, head + height, "faint", 2)
    for year in years_between(first, last, 8):
        if not both:
            plate.text(axis - 14, head + 10 + frame.py(year), str(int(year)), "muted", 11,
                        align="right")  # fmt: skip
    if opened:
        y = head + 10 + frame.py(opened)
        plate.rule(axis - 12, y, axis + 12, y, "ink", 2)
    if both:
        plate.lines(axis - 46, 9, wrap(_label(rows, main), room, 13, True), 13, bold=True,
                     align="right")  # fmt: skip
        number = sides[1][0]["source"].nunique()
        heading = f"{number} other {'source' if number == 1 else 'sources'}"
        plate.text(axis + 46, 9, heading, "ink", 13, True)
    for part, side in columns:
        if len(part):
            wanted = [head + 4 + frame.py(w) for w in part["when"]]
            tops = stacked(wanted, [_height(texts[i]) for i in part.index], 6, head)
            at = [head + 10 + frame.py(w) for w in part["when"]]
            xs = _beside(at, axis + (side * 8 if both else 0), side)
            for index, *place in zip(part.index, xs, at, tops, strict=True):
                own = told[index]["source"] == main or not main
                _event(plate, told[index], texts[index], axis, side, place, own)
    return plate.drawing()


def _beside(at: Sequence[float], x: float, side: int) -> list[float]:
    """Return where discs stand across the line: one that would hide the last stands outside it."""
    xs: list[float] = []
    for place, y in enumerate(at):
        hides = place > 0 and y - at[place - 1] < 10
        xs.append(xs[-1] + side * 12 if hides and abs(xs[-1] - x) < 20 else x)
    return xs


def _text(row: Row, room: float, named: bool) -> tuple[list[str], list[str]]:
    return wrap(row["title"], room, 12), [] if named else wrap(row["cite"], room, 11)


def _height(text: tuple[list[str], list[str]]) -> float:
    return 16 + 15.6 * len(text[0]) + 14.3 * len(text[1])


def _event(
    plate: Plate, row: Row, text: tuple[list[str], list[str]], axis: float, side: int,
    place: Sequence[float], own: bool,
) -> None:  # fmt: skip
    (x, y, top), ink = place, "ink" if own else "muted"
    left, align = axis + side * 46, "left" if side > 0 else "right"
    plate.rule(x, y, left - side * 5, top + 8, "faint", level=0)
    plate.text(left, top + 8, row["date_words"], ink, 12, True, align=align)
    end = plate.lines(left, top + 24, text[0], 12, align=align)
    plate.lines(left, end, text[1], 11, ink="muted", align=align)
    plate.disc(x, y, row["grade"], ink, tip_of(row), 90)
