"""A what-if of two rents: the reader sets share, discount, floor area, occupancy and rent.

The chart computes in the browser, from parameters of the specification, so it works offline; the
static picture shows the starting values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from clusterbook.analysis import rents, series
from clusterbook.evidence import Case
from clusterbook.evidence.units import factor, unit_words
from clusterbook.prose.gap import Gap

from .figure import Figure
from .pixels import SCHEMA, Drawing
from .theme import WIDE, colour

START = {"share": 30.0, "cut": 40.0, "occupied": 90.0}
"""Where the sliders stand at first: share of let space, discount and occupancy in percent."""

PARTS = (
    ("founding", "founding tenants pay", "economic", 0.55),
    ("others", "all others pay", "economic", 1.0),
    ("given", "given up by the discount", "strain", 0.75),
    ("empty", "empty", "grid", 1.0),
)


@dataclass(frozen=True)
class Scenario:
    """What the reader's sliders start from; rent per m² and day, area in m²."""

    rent: float
    area: float
    money: str
    rent_from: pd.Series
    area_from: pd.Series | None


def starting_scenario(case: Case) -> Scenario | None:
    """Return the scenario that begins at the latest dated rent and floor area; None without rent.

    The highest rent of the latest year stands for the market; without a floor area it is 10,000.
    """
    rows, _, unit = rents.of_case(case)
    last = series.latest(rows) if len(rows) else rows
    if last.empty:
        return None
    row = last.sort_values(["high", "row"], kind="stable").iloc[-1]
    money = unit.split("/")[0]
    per_day = float(row["mid"]) * factor(unit, f"{money}/m2/day")
    areas = series.inside(case.series("floor_area", ""))
    areas, _ = series.in_unit(areas, "m2") if len(areas) else (areas, areas)
    found = series.latest(areas) if len(areas) else areas
    area = found.sort_values(["grade", "row"], kind="stable").iloc[0] if len(found) else None
    size = float(round(area["mid"], -3)) if area is not None else 10_000.0
    return Scenario(round(per_day, 1), max(1000.0, size), money, row, area)


def two_tier_rent(case: Case) -> Figure | Gap:
    """Return the what-if of two rents, or the data gap where there is no rent to begin from."""
    start = starting_scenario(case)
    if start is None:
        return Gap(
            "a dated rent from which a what-if could begin",
            ["observations.csv: indicator rent, unit such as CNY/m2/day, with a date"],
        )
    row = start.rent_from
    used = [row] if start.area_from is None else [row, start.area_from]
    size = (
        f"{start.area_from['amount']} ({start.area_from['date_words']})"
        if start.area_from is not None
        else "10,000 m², as no floor area is on record"
    )
    return Figure(
        name="two-tier-rent",
        title="What would two rents bring? Set the shares yourself",
        subtitle=(
            "Yearly rent at full market rent and full occupancy, split into what is paid, what a "
            "discount gives up and what stands empty. All settings are the reader's assumptions, "
            "not evidence."
        ),
        description=_described(start),
        draw=lambda width: _drawing(start, width),
        rows=pd.DataFrame(used),
        note=(
            f"The sliders start at the middle of a rent of {row['date_words']} "
            f"({row['value_words']}), at {size}, and at shares chosen freely. "
            "A year has 365 days; both tiers are let alike."
        ),
        table=rents.income_scenarios(
            start.rent,
            start.area,
            shares=[0.1, 0.3, 0.5],
            discounts=[0.2, 0.4, 0.6],
            occupancies=[0.8, 0.9, 1.0],
        ).round(4),
    )


def _described(start: Scenario) -> str:
    result = rents.income_scenarios(
        start.rent, start.area, shares=[START["share"] / 100], discounts=[START["cut"] / 100],
        occupancies=[START["occupied"] / 100],
    ).iloc[0]  # fmt: skip
    money = unit_words(start.money)
    return (
        f"A bar of the yearly rent with sliders. At the start, with {START['share']:.0f}% of let "
        f"space at a discount of {START['cut']:.0f}%, {START['occupied']:.0f}% let, a market rent "
        f"of {start.rent:g} {money} per m² per day and {start.area:,.0f} m², the income is "
        f"{result['income_lower'] / 1e6:.1f} million {money} a year and the discount gives up "
        f"{result['forgone_lower'] / 1e6:.1f} million."
    )


def _params(start: Scenario) -> list[dict[str, Any]]:
    money = unit_words(start.money)

    def slider(
        name: str, value: float, low: float, high: float, step: float, label: str
    ) -> dict[str, Any]:
        bind = {"input": "range", "min": low, "max": high, "step": step, "name": label}
        return {"name": name, "value": value, "bind": bind}

    return [
        slider("share", START["share"], 0, 100, 5, "Let space of founding tenants, % "),
        slider("cut", START["cut"], 0, 95, 5, "Their discount on the market rent, % "),
        slider("occupied", START["occupied"], 0, 100, 5, "Space that is let, % "),
        slider(
            "rent", start.rent, 0.1, round(max(1.0, start.rent * 2.5), 1), 0.1,
            f"Market rent, {money} per m² per day ",
        ),
        slider(
            "area", start.area, 1000, max(20_000, round(start.area * 2.5, -3)), 1000,
            "Lettable floor area, m² ",
        ),
    ]  # fmt: skip


def _drawing(start: Scenario, full_width: int) -> Drawing:
    wide = full_width == WIDE
    width = full_width - 2  # half a pixel of every edge lies outside its box
    full = "(rent * area * 365)"
    shares = {
        "founding": "occupied * share * (100 - cut) / 1000000",
        "others": "occupied * (100 - share) / 10000",
        "given": "occupied * share * cut / 1000000",
        "empty": "(100 - occupied) / 100",
    }
    money = unit_words(start.money)
    layers: list[dict[str, Any]] = []
    begin = "0"
    line = 26
    top = 78
    for place, (name, label, token, opacity) in enumerate(PARTS):
        value = shares[name]
        layers.append(_bar(begin, value, width, token, opacity))
        y = top + place * line
        layers.append(_swatch(y, token, opacity))
        layers.append(_text(20, y, {"value": label}, 12.5))
        shown = {"value": {"expr": f"format({value} * {full} / 1e6, ',.1f') + ' million'"}}
        right = width - (60 if wide else 44)
        layers.append(_text(right, y, shown, 12.5, bold=name != "empty", align="right"))
        percent = {"value": {"expr": f"format({value}, '.0%')"}}
        layers.append(_text(width, y, percent, 12, ink="muted", align="right"))
        begin = f"{begin} + {value}"
    paid = f"({shares['founding']} + {shares['others']})"
    y = top + len(PARTS) * line + 10
    layers.append(_rule(width, y - 16))
    layers.append(_text(0, y, {"value": f"income a year, {money}"}, 13, bold=True))
    income = {"value": {"expr": f"format({paid} * {full} / 1e6, ',.1f') + ' million'"}}
    right = width - (60 if wide else 44)
    layers.append(_text(right, y, income, 14, bold=True, align="right"))
    layers.append(_text(0, y + line, {"value": "mean rent of let space, per m² per day"}, 12.5))
    mean = {"value": {"expr": "format(rent * (1 - share * cut / 10000), ',.2f')"}}
    layers.append(_text(right, y + line, mean, 13, bold=True, align="right"))
    words = "market rent that would make good" if wide else "market rent to make good"
    layers.append(_text(0, y + 2 * line, {"value": f"{words} the discount"}, 12.5))
    needed = {"value": {"expr": "format(rent / (1 - share * cut / 10000), ',.2f')"}}
    layers.append(_text(right, y + 2 * line, needed, 13, bold=True, align="right"))
    total = {"value": {"expr": f"'100% is ' + format({full} / 1e6, ',.1f') + ' million {money}'"}}
    layers.append(_text(0, 8, total, 11, ink="muted"))
    size = {"width": width, "height": y + 2 * line + 14}
    return Drawing({"$schema": SCHEMA, **size, "params": _params(start), "layer": layers})


_ONE = {"values": [{"one": 1}]}


def _bar(begin: str, value: str, width: int, token: str, opacity: float) -> dict[str, Any]:
    return {
        "data": _ONE,
        "mark": {"type": "rect", "opacity": opacity, "color": colour(token), "aria": False},
        "encoding": {
            "x": {"value": {"expr": f"({begin}) * {width}"}},
            "x2": {"value": {"expr": f"({begin} + {value}) * {width}"}},
            "y": {"value": 20},
            "y2": {"value": 54},
        },
    }


def _swatch(y: float, token: str, opacity: float) -> dict[str, Any]:
    return {
        "data": _ONE,
        "mark": {"type": "rect", "opacity": opacity, "color": colour(token), "aria": False},
        "encoding": {
            "x": {"value": 0}, "x2": {"value": 12}, "y": {"value": y - 6}, "y2": {"value": y + 6},
        },
    }  # fmt: skip


def _rule(width: int, y: float) -> dict[str, Any]:
    return {
        "data": _ONE,
        "mark": {"type": "rule", "color": colour("faint"), "aria": False},
        "encoding": {
            "x": {"value": 0}, "x2": {"value": width}, "y": {"value": y}, "y2": {"value": y},
        },
    }  # fmt: skip


def _text(
    x: float, y: float, text: dict[str, Any], size: float, bold: bool = False, ink: str = "ink",
    align: str = "left",
) -> dict[str, Any]:  # fmt: skip
    mark = {
        "type": "text", "fontSize": size, "fontWeight": 700 if bold else 400, "align": align,
        "baseline": "middle", "color": colour(ink),
    }  # fmt: skip
    place = {"x": {"value": x}, "y": {"value": y}}
    return {"data": _ONE, "mark": mark, "encoding": {**place, "text": text}}
