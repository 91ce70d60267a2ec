"""The network of tensions between dimensions: arcs above, each tension named below."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from clusterbook.analysis.balance import empirical
from clusterbook.evidence import Case
from clusterbook.evidence.plain import entries, records
from clusterbook.evidence.vocabulary import DIMENSIONS

from .figure import Figure
from .labels import text_width, wrap
from .pixels import Plate
from .theme import WIDE

_ARC = "M-1,0A1,0.62,0,0,1,1,0"
_RISE = 0.62
_LOOP = "M-0.35,0A0.7,0.8,0,1,1,0.35,0"


def tensions(case: Case) -> Figure:
    """Return the tensions that the M50 article names, between dimensions; discs show strain.

    The tensions are the same for every cluster; the size of a dimension's disc is the number of
    strain claims coded for this one.
    """
    rows = case.tensions
    source = case.all_sources[rows["source"].iloc[0]]
    told = rows.assign(label=source.label, grade=source.grade, via="", note="")
    claims = empirical(case.findings)
    strains = claims[claims["valence"] == "strains"]
    count = Counter(strains["dimension"])
    return Figure(
        name="tensions",
        title=tensions_title(rows),
        subtitle=(
            "Tensions between dimensions that the M50 article names. An arc is as thick as it has "
            "tensions, a ring is a tension inside one dimension, and the size of a disc is the "
            f"number of strains coded for {case.name}."
        ),
        description=_described(rows, count),
        draw=lambda width: _draw(rows, count, width),
        rows=pd.concat([told, strains]),
        table=rows,
        note=f"{len(rows)} tensions and {len(strains)} coded strains. A reading, not a model.",
    )


def pairs(tensions: pd.DataFrame) -> Counter[tuple[str, str]]:
    """Return how many tensions each pair of dimensions has, in the order of the dimensions."""
    order = {name: place for place, name in enumerate(DIMENSIONS)}
    return Counter(
        (a, b) if order[a] <= order[b] else (b, a)
        for a, b in zip(tensions["dimension_a"], tensions["dimension_b"], strict=True)
    )


def tensions_title(tensions: pd.DataFrame) -> str:
    """Return the pair or the dimension that most tensions touch, else a neutral title."""
    n = len(tensions)
    touched = Counter(
        name for a, b in zip(tensions["dimension_a"], tensions["dimension_b"], strict=True)
        for name in {a, b}
    )  # fmt: skip
    ranked = touched.most_common(2)
    if ranked and ranked[0][1] > n / 2 and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
        name, times = ranked[0]
        return f"{times} of {n} tensions pull at the {name} side"
    return f"{n} tensions between the dimensions"


def _described(tensions: pd.DataFrame, count: Counter[str]) -> str:
    listed = "; ".join(
        f"{t.pole_a} ({t.dimension_a}) against {t.pole_b} ({t.dimension_b})"
        for t in entries(tensions)
    )
    strains = ", ".join(f"{d} {count[d]}" for d in DIMENSIONS)
    return f"Tensions: {listed}. Coded strains by dimension: {strains}."


def _draw(tensions: pd.DataFrame, count: Counter[str], width: int) -> Any:
    wide = width == WIDE
    left, step = (366.0, 80.0) if wide else (34.0, 72.5)
    columns = {name: left + place * step for place, name in enumerate(DIMENSIONS)}
    arcs = pairs(tensions)
    widest = max((abs(columns[a] - columns[b]) for a, b in arcs), default=step)
    base = max(widest / 2 * _RISE, 44.0) + 22
    text_room = left - 44 if wide else float(width)
    height = 40.0 if wide else 66.0
    top = base + (62.0 if wide else 76.0)
    plate = Plate(width, top + height * len(tensions) + 4)
    for x in columns.values():
        plate.rule(x, top - 6, x, plate.height - 6, "grid", level=0)
    _arcs(plate, arcs, columns, base)
    _nodes(plate, columns, count, base, wide)
    order = {name: place for place, name in enumerate(DIMENSIONS)}
    ranked = sorted(
        records(tensions),
        key=lambda t: sorted((order[t["dimension_a"]], order[t["dimension_b"]])),
    )
    for place, tension in enumerate(ranked):
        y = top + place * height
        plate.rule(0, y - 2, width, y - 2)
        _tension(plate, tension, columns, y, height, text_room, wide)
    return plate.drawing()


def _arcs(
    plate: Plate, arcs: Counter[tuple[str, str]], columns: dict[str, float], base: float
) -> None:
    for (a, b), n in sorted(arcs.items(), key=lambda item: columns[item[0][0]]):
        tip = {"between": a if a == b else f"{a} and {b}", "tensions": str(n)}
        if a == b:
            plate.symbol(columns[a], base - 8, _LOOP, 900, "", "muted", 1.5 + n, tip=tip, level=1)
            continue
        span = columns[b] - columns[a]
        middle = (columns[a] + columns[b]) / 2
        plate.symbol(
            middle, base, _ARC, span**2, "", "muted", 1.2 + 1.6 * (n - 1), tip=tip, level=1
        )
        plate.text(middle, base - span / 2 * _RISE, str(n), "ink", 12, bold=True, align="center",
                   halo=True)  # fmt: skip


def _nodes(
    plate: Plate, columns: dict[str, float], count: Counter[str], base: float, wide: bool
) -> None:
    for place, (name, x) in enumerate(columns.items()):
        n = count[name]
        tip = {"dimension": name, "strains coded": str(n)}
        plate.symbol(x, base, "circle", 60 + 14 * n, name, "bg", 2, tip=tip)
        lower = 0.0 if wide or place % 2 == 0 else 14.0
        y = base + 24 + lower
        plate.text(x, y, name, name, 11.5 if wide else 11, bold=True, align="center")
        if wide:
            plate.text(x, y + 15, f"{n} {'strain' if n == 1 else 'strains'}", "muted", 11,
                       align="center")  # fmt: skip


def _tension(
    plate: Plate, tension: dict[str, str], columns: dict[str, float], y: float, height: float,
    room: float, wide: bool,
) -> None:  # fmt: skip
    a, b = tension["dimension_a"], tension["dimension_b"]
    middle = y + height / 2 - 2 if wide else y + height - 16
    size = 12.5 if wide else 12.0
    first, second = tension["pole_a"], tension["pole_b"]
    word = "against "
    if wide or text_width(f"{first} against {second}", size, bold=True) > room:
        spread = 16.0
        start = middle - 8 if wide else y + 12
        plate.text(0, start, first, a, size, bold=True, halo=not wide)
        end = plate.text(0, start + spread, word, "muted", size, halo=not wide)
        plate.text(
            end + 3, start + spread, wrap(second, room, size)[0], b, size, bold=True, halo=True
        )
    else:
        end = plate.text(0, y + 18, first, a, size, bold=True, halo=not wide)
        end = plate.text(end + 4, y + 18, word, "muted", size, halo=not wide)
        plate.text(end + 3, y + 18, second, b, size, bold=True, halo=not wide)
    tip = {"tension": tension["statement"]}
    if a == b:
        plate.symbol(columns[a], middle, "circle", 190, "", a, 2, tip=tip)
    else:
        plate.rule(columns[a], middle, columns[b], middle, "muted", 2.2)
    for name in dict.fromkeys((a, b)):
        plate.symbol(columns[name], middle, "circle", 80, name, "bg", 1.5, tip=tip)
