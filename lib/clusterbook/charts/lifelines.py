"""The life-lines of all clusters: from first use to what the last dated row shows."""

from __future__ import annotations

import math
import re
from typing import Any

import pandas as pd

from clusterbook.analysis.lifelines import lifelines as life_table
from clusterbook.analysis.lifelines import loss_share, loss_words
from clusterbook.evidence import Case, peers
from clusterbook.evidence.vocabulary import TRAJECTORY
from clusterbook.prose.gap import Gap

from .figure import Figure
from .key import marks_key
from .labels import text_width, wrap
from .pixels import Drawing, Plate, fit, years_axis
from .theme import WIDE

BREAK = 1985
"""Years before this are drawn in a compressed scale."""
_WORD_INK = {"recession": "disappearance", "stable": "muted", "": "muted"}


def lifelines(case: Case) -> Figure | Gap:
    """Return the life-lines of all clusters, the case's own row marked; a gap without any.

    The rules by which first use, vacancy, losses and ends are read from the rows are those of
    `analysis.lifelines`.
    """
    table = life_table(peers())
    if table.empty:
        return Gap("the opening of any cluster", ["cluster.csv: field opened"])
    own = pd.concat(
        [
            case.facts[case.facts["field"].isin(["built", "opened", "status", "trajectory"])],
            case.events[_in_line(case, table)],
        ]
    )
    left_out = len(peers()) - len(table)
    unopened = f" {left_out} without an opening date are left out." if left_out else ""
    return Figure(
        name="lifelines",
        title=lifelines_title(table),
        subtitle=(
            "From first use to today, by opening. The colour is the trajectory, a coded judgement: "
            "[upgrading](upgrading), [stable](stable), [recession](recession), "
            "[disappearance](disappearance). Red ticks are recorded departures, closures and "
            "demolitions."
        ),
        description=_described(table),
        draw=lambda width: _draw(table, case.slug, width),
        rows=own,
        note=(
            f"{case.name} is framed; its rows are counted here, those of the other clusters stand "
            "in their own ledgers. More ticks can mean more sources. A year alone is drawn at "
            f"mid-year; years before {BREAK} are compressed.{unopened}"
        ),
        table=_plain(table),
    )


def _in_line(case: Case, table: pd.DataFrame) -> pd.Series:
    mine = table[table["slug"] == case.slug]
    titles = {event.title for losses in mine["losses"] for event in losses}
    return case.events["title"].isin(titles)


def lifelines_title(table: pd.DataFrame) -> str:
    """Return how the clusters fare, and whether the upgrading ones record losses too."""
    n = len(table)
    rising, losing = loss_share(table, "upgrading")
    if n > 1 and rising and losing:
        of = "all of these" if losing == rising else f"{losing} of those {rising}"
        return f"{rising} of {n} clusters are upgrading, and {of} record departures or closures"
    if n > 1 and rising:
        return (
            f"{rising} of {n} clusters are upgrading; none of these records a departure or closure"
        )
    return f"The lives of {n} clusters" if n > 1 else f"The life of {table['name'].iloc[0]}"


def _described(table: pd.DataFrame) -> str:
    said = "; ".join(
        f"{row.name_}: opened {row.opened_words}, {row.trajectory or 'trajectory not judged'}, "
        f"{len(row.losses)} recorded losses"
        for row in table.rename(columns={"name": "name_"}).itertuples()
    )
    return f"Life-lines of {len(table)} clusters. {said}."


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    plain = table.drop(columns="losses")
    return plain.assign(losses=["; ".join(map(loss_words, losses)) for losses in table["losses"]])


class _Scale:
    """Years to pixels, with a change of scale at `BREAK`."""

    def __init__(self, table: pd.DataFrame, left: float, right: float) -> None:
        first = table["built_from"].min()
        oldest = BREAK - 10 if math.isnan(first) else min(first, BREAK - 10)
        self.first = math.floor(oldest / 10) * 10
        self.last = max(table["last"].max(), table["opened"].max() + 1)
        self.left, self.right = left, right
        self.turn = left + 0.29 * (right - left)

    def x(self, year: float) -> float:
        if year < BREAK:
            part = (year - self.first) / (BREAK - self.first)
            return self.left + part * (self.turn - self.left)
        part = (year - BREAK) / (self.last - BREAK)
        return self.turn + part * (self.right - self.turn)


def _draw(table: pd.DataFrame, own: str, width: int) -> Drawing:
    wide = width == WIDE
    head, row = (52, 50) if wide else (48, 50)
    height = head + row * len(table) + (30 if wide else 70)
    plate = Plate(width, height)
    scale = _Scale(table, 158 if wide else 6, 492 if wide else width - 6)
    bottom = head + row * len(table)
    plate.rect(scale.left - 4, head - 10, scale.turn, bottom, level=0)
    plate.text(scale.left - 2, 8, f"before {BREAK}" if wide else "before", "muted", 11, italic=True)
    plate.text(scale.turn + 6, 8, f"{BREAK} to today", "muted", 11, italic=True)
    step = 50 if wide else 100
    early = range(math.ceil((scale.first + 8) / step) * step, BREAK - 15, step)
    late = range(1990, int(scale.last), 10)
    years_axis(plate, {scale.x(y): str(y) for y in [*early, *late]}, 28, bottom)
    for place, life in enumerate(table.itertuples()):
        top = head + place * row
        middle = top + (row / 2 if wide else 35)
        if place:
            plate.rule(0, top, width, top, level=0)
        if life.slug == own:
            plate.rect(-3, top + 1, width + 3, top + row - 1, ink="", edge="ink", level=2)
        _names(plate, life, top, width, wide)
        _line(plate, life, scale, middle)
    _key(plate, bottom, wide)
    return plate.drawing()


def _short(name: str) -> str:
    return re.sub(r"\s*\([^)]*\)", "", name)


def _names(plate: Plate, life: Any, top: float, width: float, wide: bool) -> None:
    ink = _WORD_INK.get(life.trajectory, life.trajectory)
    word = life.trajectory or "not judged"
    if not wide:
        right = width - text_width(word, 11.5, bold=True) - 8
        name = fit(_short(life.name), right - 4, 12.5, bold=True)
        end = plate.text(0, top + 12, name, size=12.5, bold=True) + 6
        if end + text_width(life.city, 11) < right:
            plate.text(end, top + 12, life.city, "muted", 11)
        plate.text(width, top + 12, word, ink, 11.5, bold=True, align="right")
        return
    lines = wrap(_short(life.name), 144, 12.5, bold=True)[:2]
    local = re.split(r"\s*[/(]", life.local_name)[0]
    place = f"{life.city} {local}" if local.isascii() is False else life.city
    below = place if text_width(place, 11) < 154 else life.city
    first = top + 25 - 7.5 * len(lines)
    plate.lines(0, first, lines, size=12.5, bold=True)
    plate.text(0, first + 16 * len(lines), below, "muted", 11)
    note = wrap(life.trajectory_note, 216, 11)
    shown = [*note[:1], fit(" ".join(note[1:]), 216, 11)] if len(note) > 1 else note
    first = top + 25 - 7.5 * len([line for line in shown if line])
    plate.text(508, first, word, ink, 12, bold=True)
    plate.lines(508, first + 15, [line for line in shown if line], size=11, ink="muted")


def _line(plate: Plate, life: Any, scale: _Scale, y: float) -> None:
    token = life.trajectory if life.trajectory in TRAJECTORY else "muted"
    about = {"cluster": life.name, "opened": life.opened_words, "trajectory": life.trajectory,
             "why": life.trajectory_note}  # fmt: skip
    about = {name: text for name, text in about.items() if text}
    opened = scale.x(life.opened)
    until = opened if math.isnan(life.vacant) else scale.x(life.vacant)
    if not math.isnan(life.built_from):
        start, settled = scale.x(life.built_from), scale.x(life.built_to)
        decade = life.built_to - life.built_from > 1.5
        tip = {"cluster": life.name, "first use": f"built {int(life.built_from)}"
               + (f" to {int(life.built_to) - 1}" if decade else "")}  # fmt: skip
        if decade:
            plate.fade(start, settled, y - 1.5, y + 1.5, "faint", level=0)
        else:
            plate.rule(start, y - 6, start, y + 6, "faint", 2)
        plate.rule(settled if decade else start, y, until, y, "faint", 3, tip=tip)
    if not math.isnan(life.vacant):
        plate.rule(until, y, opened, y, "faint", 2, dash=(2, 3))
        plate.symbol(until, y, "square", 60, "faint",
                     tip={"cluster": life.name, "it ends": str(int(life.vacant))})  # fmt: skip
    seen = max(life.last, life.opened + 0.5)
    end = seen if math.isnan(life.ended) else life.ended
    if math.isnan(life.opened_from):
        plate.rect(opened, y - 5, scale.x(end), y + 5, token, tip=about)
        plate.symbol(opened, y, "circle", 130, "bg", token, 3, tip=about)
    else:
        sure = min(scale.x(life.opened_to), scale.x(end))
        plate.fade(scale.x(life.opened_from), sure, y - 5, y + 5, token, tip=about)
        plate.rect(sure, y - 5, scale.x(end), y + 5, token, tip=about)
    if not math.isnan(life.ended):
        plate.end(scale.x(end), y, {"cluster": life.name, "ended": str(int(end))}, 80)
        if not math.isnan(life.reopened):
            again = scale.x(life.reopened)
            plate.rule(scale.x(end) + 8, y, again, y, token, 1.5, dash=(1.5, 3))
            plate.rule(again, y, scale.x(seen), y, token, 3)
            plate.symbol(again, y, "circle", 60, "bg", token, 2,
                         tip={"cluster": life.name, "again": str(int(life.reopened))})  # fmt: skip
    elif seen < scale.last - 2:
        plate.rule(scale.x(seen) + 2, y, scale.right, y, token, 2, dash=(2, 4))
    for event in life.losses:
        x = scale.x(event.date.when)
        tip = {"cluster": life.name, event.kind: event.title, "date": event.date.words}
        plate.rule(x, y - 16, x, y - 8, "strain", 2.4, tip=tip, level=2)


def _key(plate: Plate, bottom: float, wide: bool) -> None:
    marks: list[tuple[str, Any]] = [
        ("first use", lambda a, b: plate.rule(a, b, a + 22, b, "faint", 3)),
        ("it ends", lambda a, b: plate.symbol(a + 14, b, "square", 60, "faint")),
        ("opens", lambda a, b: plate.symbol(a + 13, b, "circle", 110, "bg", "ink", 2.5)),
        (
            "departure, closure",
            lambda a, b: plate.rule(a + 16, b - 5, a + 16, b + 5, "strain", 2.4),
        ),
        ("end", lambda a, b: plate.end(a + 14, b, size=60)),
        ("no row any more", lambda a, b: plate.rule(a, b, a + 24, b, "ink", 2, (2, 4))),
        ("opening uncertain", lambda a, b: plate.fade(a, a + 24, b - 5, b + 5, "muted")),
    ]
    marks_key(plate, marks, bottom + 20)
