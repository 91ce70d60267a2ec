"""Rents of this cluster beside those of the others, in one unit."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from clusterbook.analysis import rents, series
from clusterbook.analysis.moves import common_name
from clusterbook.evidence import Case
from clusterbook.evidence.elsewhere import observed_elsewhere
from clusterbook.evidence.units import unit_words
from clusterbook.prose.gap import Gap

from .figure import Figure, layered
from .key import key
from .layout import Box, Frame, Label, nice, place_labels, wrap, years_between
from .marks import TIP, axes, discs, range_bars, text_layers, tidy
from .rents import rent_gap
from .theme import WIDE, colour


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
    own, _, unit = rents.per_area(case.series("rent"))
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
    said = f"{row['value_words']} in {row['date_words']}"
    clusters = other["cluster"].nunique()
    where = f"on record in {clusters} other {'cluster' if clusters == 1 else 'clusters'}"
    if below == len(other):
        return f"{name}'s latest rent, {said}, lies above every rent {where}"
    if above == len(other):
        return f"{name}'s latest rent, {said}, lies below every rent {where}"
    if below > len(other) / 2:
        return f"{name}'s latest rent, {said}, lies above {below} of the {len(other)} rents {where}"
    if above > len(other) / 2:
        return f"{name}'s latest rent, {said}, lies below {above} of the {len(other)} rents {where}"
    return f"{name}'s latest rent, {said}, beside {len(other)} rents {where}"


def _described(name: str, own: pd.DataFrame, other: pd.DataFrame, unit: str) -> str:
    lines = []
    for who, part in [(name, own), *other.groupby("cluster_name", sort=False)]:
        said = "; ".join(
            f"{r.date_words}{f' ({r.segment})' if r.segment else ''}: {r.value_words}"
            for r in part.itertuples()
        )
        lines.append(f"{who}: {said}".replace("_", " "))
    return f"Rents in {unit_words(unit)} by cluster and date. {'. '.join(lines)}."


def _draw(name: str, own: pd.DataFrame, other: pd.DataFrame, width: int) -> Any:
    wide = width == WIDE
    both = pd.concat(
        [own.assign(cluster_name=name, mine=True), other.assign(mine=False)], ignore_index=True
    )
    inner = width - (36 if wide else 30)
    top = max(1e-9, both["high"].max()) * 1.12
    low, high = math.floor(both["when"].min()), math.floor(both["when"].max())
    frame = Frame(inner, 380 if wide else 420, (low - 0.6, high + 1.6), (0, top))
    data = both[["cluster_name", "segment", "grade", "qualifier", "low", "high", "mine"]].copy()
    data = data.join(tidy(both))
    data["tip_cluster"] = data["cluster_name"]
    data["x"], data["y"] = [*both["when"]], [*((both["low"] + both["high"]) / 2)]
    data["colour"] = [colour("economic" if mine else "muted") for mine in data["mine"]]
    data["words"] = [*both["value_words"]]
    data["px"], data["py"] = data["x"].map(frame.px), data["y"].map(frame.py)
    labels, inks = _labels(data, frame, wide)
    ticks = years_between(low, high, 6 if wide else 4)
    layers = axes(frame, {v + 0.5: str(int(v)) for v in ticks}, nice(top))
    ordered = data.sort_values("mine", kind="stable")
    layers += range_bars(ordered, frame)
    layers += discs(ordered, frame, tooltip=("tip_cluster", *TIP), size=90)
    layers += text_layers(labels, frame, inks)
    special = ["range"] if (data["high"] > data["low"]).any() else []
    layers += key(data["grade"], special, frame, frame.height + 42)
    return layered(layers, frame.width, frame.height)


def _labels(data: pd.DataFrame, frame: Frame, wide: bool) -> tuple[list[Label], list[str]]:
    """Return a label for every other cluster's value, and for this cluster's first and last."""
    boxes = [Box(r.px - 7, r.py - 7, r.px + 7, r.py + 7) for r in data.itertuples()]
    for row in data[data["high"] > data["low"]].itertuples():
        boxes.append(Box(row.px - 5, frame.py(row.high), row.px + 5, frame.py(row.low)))
    labels: list[Label] = []
    inks: list[str] = []
    for who, part in data.groupby("cluster_name", sort=False):
        mine = bool(part["mine"].iloc[0])
        ends = [part["px"].idxmin(), part["px"].idxmax()] if mine or not wide else [*part.index]
        shown = part.loc[list(dict.fromkeys(ends))]
        for (words, _, _), same in shown.groupby(["words", "px", "py"], sort=False):
            named = ", ".join(dict.fromkeys(v for v in same["segment"] if v)).replace("_", " ")
            tier = wrap(named, 110, 11) if named and wide else []
            row = same.iloc[0]
            lines = [f"{common_name(str(who))} {words}"]
            labels.append(
                Label(row["px"], row["py"], lines, 12 if wide else 11.5, mine, second=tier)
            )
            inks.append("economic" if mine else "muted")
    place_labels(labels, (frame.width, frame.height), boxes)
    return labels, inks
