"""Rents of this cluster beside those of the others, in one unit."""

from __future__ import annotations

import math

import pandas as pd

from clusterbook.analysis import rents, series
from clusterbook.analysis.moves import common_name
from clusterbook.evidence import Case
from clusterbook.evidence.dates import in_time
from clusterbook.evidence.elsewhere import observed_elsewhere
from clusterbook.evidence.plain import Row, entries, records
from clusterbook.evidence.units import unit_words
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import Box, Frame, Label, nice, wrap, years_between
from .pixels import Drawing, Plate, tip_of
from .plots import Plot, Point, finished, key
from .rents import rent_gap
from .theme import WIDE
from .words import plural


def rent_comparison(case: Case) -> Figure | Gap:
    """Return this cluster's rents beside those of all others that can be put in the same unit.

    The data gap where the cluster has no dated rent, or no other cluster has one in its currency.
    """
    own, other, left, unit = comparable(case)
    if own.empty:
        return rent_gap()
    if other.empty:
        return Gap(
            f"rents in {unit_words(unit)} in any other cluster",
            ["observations.csv of another cluster: indicator rent in the same currency"],
        )
    who = ", ".join(
        f"{name} ({', '.join(dict.fromkeys(part['label'] + ', ' + part['grade']))})"
        for name, part in other.groupby("cluster_name", sort=False)
    )
    foreign = left[left["unit"].str.count("/") == 2]
    not_drawn = _elsewhere_words(foreign, len(left) - len(foreign))
    return Figure(
        name="rents-elsewhere",
        title=comparison_title(case.name, own, other),
        subtitle=(
            f"Rents in {unit_words(unit)}, nominal: [{case.name} in colour](economic), "
            f"{other['cluster'].nunique()} other clusters in grey. Tiers, places and years differ, "
            "so this shows an order of size, not a ranking."
        ),
        description=_described(case.name, own, other, unit),
        draw=lambda width: _draw(case.name, own, other, width),
        rows=own,
        note=f"From the other clusters' own evidence: {who}.{not_drawn}",
        table=pd.concat([own.assign(cluster_name=case.name), other])[
            ["cluster_name", "segment", "date", "value", "value_upper", "unit", "qualifier", "low",
             "high", "source", "grade", "locator", "note"]
        ],
    )  # fmt: skip


def comparable(case: Case) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, str]:
    """Return dated rents here and elsewhere in one unit, those not converted, and the unit."""
    own, _, unit = rents.of_case(case)
    if own.empty or series.dated(own).empty:
        return own.iloc[:0], own.iloc[:0], own.iloc[:0], unit
    found = observed_elsewhere("rent", case.slug)
    if found.empty:
        return series.dated(own), found, found, unit
    other, left = series.in_unit(found, unit)
    return series.dated(own), series.dated(other), left, unit


def _elsewhere_words(foreign: pd.DataFrame, whole: int) -> str:
    said = ""
    if len(foreign):
        said += (
            f" Not converted, as in other money: {', '.join(sorted(set(foreign['cluster_name'])))}."
        )
    if whole:
        are = "rent of whole premises is" if whole == 1 else "rents of whole premises are"
        said += f" {whole} {are} left out."
    return said


def comparison_title(name: str, own: pd.DataFrame, other: pd.DataFrame) -> str:
    """Return where this cluster's latest rent lies among all others', if that is clear."""
    latest = series.latest(own)
    row = latest.sort_values(["high", "row"], kind="stable").iloc[-1]
    above = int((other["low"] > row["high"]).sum())
    below = int((other["high"] < row["low"]).sum())
    said = f"{row['value_words']} {in_time(row['date_words'])}"
    clusters = other["cluster"].nunique()
    where = f"on record in {clusters} other {'cluster' if clusters == 1 else 'clusters'}"
    every = "every rent" if len(other) > 1 else "the one rent"
    if below == len(other):
        return f"{name}'s latest rent, {said}, lies above {every} {where}"
    if above == len(other):
        return f"{name}'s latest rent, {said}, lies below {every} {where}"
    if below > len(other) / 2:
        return f"{name}'s latest rent, {said}, lies above {below} of the {len(other)} rents {where}"
    if above > len(other) / 2:
        return f"{name}'s latest rent, {said}, lies below {above} of the {len(other)} rents {where}"
    n = len(other)
    return f"{name}'s latest rent, {said}, beside {n} {plural('rent', n)} {where}"


def _described(name: str, own: pd.DataFrame, other: pd.DataFrame, unit: str) -> str:
    lines = []
    for who, part in [(name, own), *other.groupby("cluster_name", sort=False)]:
        said = "; ".join(
            f"{r.date_words}{f' ({r.segment_words})' if r.segment else ''}: {r.value_words}"
            for r in entries(part)
        )
        lines.append(f"{who}: {said}")
    return f"Rents in {unit_words(unit)} by cluster and date. {'. '.join(lines)}."


def _draw(name: str, own: pd.DataFrame, other: pd.DataFrame, width: int) -> Drawing:
    wide = width == WIDE
    both = [
        *({**row, "mine": False} for row in records(other)),
        *({**row, "cluster_name": name, "mine": True} for row in records(own)),
    ]
    left = 28.0
    top = max(1e-9, *(row["high"] for row in both)) * 1.12
    years = [math.floor(row["when"]) for row in both]
    low, high = min(years), max(years)
    height = 380 if wide else 420
    frame = Frame(width - left - 2, height, (low - 0.6, high + 1.6), (0, top))
    plate = Plate(width, height + 60)
    plot = Plot(plate, frame, left, 4)
    plot.grid(nice(top))
    ticks = years_between(low, high, 6 if wide else 4)
    plot.below({frame.px(v + 0.5): str(int(v)) for v in ticks})
    for row in both:
        row["px"], row["py"] = frame.px(row["when"]), frame.py(row["mid"])
        tip = {"cluster": row["cluster_name"]} | tip_of(row)
        token = "economic" if row["mine"] else "muted"
        ends = frame.py(row["low"]), frame.py(row["high"])
        plot.point(Point(row["px"], row["py"], *ends, row["grade"], "", token, tip), 90)
    _labels(plot, both, wide)
    special = ["range"] if any(row["high"] > row["low"] for row in both) else []
    plate.height = key(plate, [row["grade"] for row in both], special, height + 44, left)
    return finished(plate, [plot])


def _labels(plot: Plot, data: list[Row], wide: bool) -> None:
    """Write a label for every other cluster's value, and for this cluster's first and last."""
    frame = plot.frame
    boxes = [Box(r["px"] - 7, r["py"] - 7, r["px"] + 7, r["py"] + 7) for r in data]
    for row in data:
        if row["high"] > row["low"]:
            x, ends = row["px"], (frame.py(row["high"]), frame.py(row["low"]))
            boxes.append(Box(x - 5, ends[0], x + 5, ends[1]))
    labels: list[Label] = []
    inks: list[str] = []
    clusters: dict[str, list[Row]] = {}
    for row in sorted(data, key=lambda row: not row["mine"]):
        clusters.setdefault(row["cluster_name"], []).append(row)
    for who, part in clusters.items():
        mine = part[0]["mine"]
        shown = part
        if mine or not wide:
            first, last = (end(part, key=lambda row: row["px"]) for end in (min, max))
            shown = [first] if first is last else [first, last]
        places: dict[tuple[str, float, float], list[str]] = {}
        for row in shown:
            at = (row["value_words"], row["px"], row["py"])
            places.setdefault(at, []).append(row["segment_words"])
        for (words, x, y), segments in places.items():
            named = ", ".join(dict.fromkeys(v for v in segments if v))
            tier = wrap(named, 110, 11) if named and wide else []
            lines = [f"{common_name(who)} {words}"]
            labels.append(Label(x, y, lines, 12 if wide else 11.5, mine, second=tier))
            inks.append("economic" if mine else "muted")
    plot.place(labels, inks, boxes)
