"""How large a site is, how many buildings stand on it, how long its waterfront is: by source."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clusterbook.analysis import series
from clusterbook.analysis.areas import of_case, spread, statements
from clusterbook.evidence import Case
from clusterbook.evidence.tables import value_words
from clusterbook.prose.gap import Gap

from .figure import Figure
from .pixel_statements import Group, draw_statements

CITY = "city"


def areas(case: Case) -> Figure | Gap:
    """Return all site and floor areas of the whole cluster in square metres, by source.

    The reported unit stays in the label. A gap where no area of the whole is known.
    """
    groups = [
        Group(head, of_case(case, indicator, "m2"))
        for head, indicator in (("Site area", "site_area"), ("Floor area", "floor_area"))
    ]
    groups = [group for group in groups if len(group.rows)]
    if not groups:
        return Gap(
            f"the area of {case.name} as a whole",
            ["observations.csv: indicators site_area, floor_area, segment empty, unit m2, mu, ha"],
        )
    rows = pd.concat([group.rows for group in groups])
    parts = sum(
        len(series.inside(case.series(name))) for name in ("site_area", "floor_area")
    ) - len(rows)  # fmt: skip
    rows_are = "row on a part of the site is" if parts == 1 else "rows on parts of the site are"
    left_out = f" {parts} {rows_are} not drawn." if parts else ""
    return Figure(
        name="areas",
        title=areas_title(case.name, {group.head: group.rows for group in groups}),
        subtitle=(
            "Square metres, oldest statement first, undated ones last. Where a source reports "
            "another unit, both stand in the label. The band spans what sources disagree on."
        ),
        description=_described(case.name, groups, _in_m2),
        draw=lambda width: draw_statements(groups, width, _in_m2, unit="m²"),
        rows=rows,
        note=f"Converted values are rounded to three digits.{left_out}",
    )


def areas_title(name: str, groups: dict[str, pd.DataFrame]) -> str:
    """Return by how much sources disagree on the site (or the floor) area, else a neutral title."""
    for head, rows in groups.items():
        apart = spread(rows)
        if len(rows) > 1 and apart >= 0.05:
            low, high = (
                f"{float(f'{v:.3g}'):,.0f}" for v in (rows["low"].min(), rows["high"].max())
            )
            return (
                f"Sources put the {head.lower()} of {name} at {low} to {high} m²: "
                f"the largest is {round(100 * apart)}% above the smallest"
            )
    if any(len(rows) > 1 for rows in groups.values()):
        return f"Sources agree on the area of {name} to within 5%"
    return f"The area of {name}, by source"


def _in_m2(row: Any) -> str:
    low, high = (
        float(f"{row[side]:.3g}") if row["unit"] != "m2" else row[side] for side in ("low", "high")
    )
    said = f"{value_words(low, high, row['qualifier'])} m²"
    if row["unit"] == "m2":
        return said
    reported = row["amount"].partition("reported: ")[2].rstrip(")")
    return f"{reported} = {value_words(low, high)} m²"


def _described(name: str, groups: list[Group], words: Any) -> str:
    said = "; ".join(
        f"{group.head}: "
        + ", ".join(f"{words(r)} ({r['label']}, {r['date_words']})" for r in group.records)
        for group in groups
    )
    return f"{name}. {said}."


def buildings(case: Case) -> Figure | Gap:
    """Return every count of buildings, and of protected or kept ones, by source; a gap without."""
    counts = {
        "All buildings": statements(series.inside(case.series("building_count")), "count"),
        "Protected, or kept as remains": _kept(case),
    }
    groups = [Group(head, rows) for head, rows in counts.items() if len(rows)]
    if not groups:
        return Gap(
            f"the number of buildings at {case.name}, protected or not",
            ["observations.csv: indicators building_count and heritage_buildings"],
        )
    return Figure(
        name="buildings",
        title=buildings_title(case.name, counts),
        subtitle=(
            "Buildings on the site as each source counts them, oldest statement first, undated "
            "ones last. An arrowhead marks a lower bound such as “over 50”."
        ),
        description=_described(case.name, groups, _counted),
        draw=lambda width: draw_statements(groups, width, _counted, _with_part),
        rows=pd.concat([group.rows for group in groups]),
        note="What counts as one building is not told, so counts may differ without error.",
    )


def _kept(case: Case) -> pd.DataFrame:
    rows = series.inside(case.series("heritage_buildings"))
    return rows.sort_values(["when", "grade", "row"], kind="stable", na_position="last")


def buildings_title(name: str, counts: dict[str, pd.DataFrame]) -> str:
    """Return that no source counts protected buildings, or how counts differ, else neutral."""
    every, kept = counts["All buildings"], counts["Protected, or kept as remains"]
    if len(every) and not len(kept):
        if len(every) > 1 and spread(every) >= 0.05:
            low, high = every.loc[every["low"].idxmin()], every.loc[every["high"].idxmax()]
            return (
                f"Counts of the buildings of {name} run from {low['value_words']} to "
                f"{high['value_words']}, and none counts the protected ones"
            )
        return f"Buildings are counted at {name}, protected ones are not"
    if len(kept) > 1 and (ends := series.first_and_last(kept[kept["segment"] == ""])):
        first, last = ends
        if series.direction(first, last) == "rose":
            return (
                f"Protected buildings at {name} rose from {first['value_words']} "
                f"({first['date_words']}) to {last['value_words']} ({last['date_words']})"
            )
    return f"Buildings at {name}, all and protected, by source"


def _counted(row: Any) -> str:
    return str(row["value_words"])


def _part(row: Any) -> str:
    words = str(row["segment_words"])
    return words[:1].upper() + words[1:]


def _with_part(row: Any) -> tuple[str, str]:
    part = _part(row)
    return str(row["label"]), f"{part}, {row['date_words']}" if part else str(row["date_words"])


def _stretch(row: Any) -> tuple[str, str]:
    return _part(row) or "Whole waterfront", f"{row['label']}, {row['date_words']}"


def waterfront(case: Case) -> Figure | Gap:
    """Return lengths of waterfront: of the cluster, and of its city; a gap without either."""
    own = case.series("waterfront_length")
    city = case.city.series("waterfront_length") if case.city else own.iloc[:0]
    wider = pd.concat([own[own["dimension"] == "context"], city])
    groups = []
    for head, rows, ink in (
        ("At the cluster", series.inside(own), "environmental"),
        ("In its district and city", wider, "muted"),
    ):
        fits, _ = series.in_unit(rows, "km")
        if len(fits):
            ordered = fits.sort_values(["when", "low"], kind="stable", na_position="last")
            groups.append(Group(head, ordered, ink, compared=False))
    if not groups:
        return Gap(
            f"a waterfront at {case.name} or in its city",
            ["observations.csv: indicator waterfront_length, segment naming the stretch"],
        )
    return Figure(
        name="waterfront",
        title=waterfront_title(case.name, {group.head: group.rows for group in groups}),
        subtitle=(
            "Length in kilometres of the stretch that each source names, "
            "[at the cluster](environmental) and in its district and city in grey."
        ),
        description=_described(case.name, groups, _in_km),
        draw=lambda width: draw_statements(groups, width, _in_km, _stretch, unit="km"),
        rows=pd.concat([group.rows for group in groups]),
        note="Stretches differ, so the values are not comparable with each other as one quantity.",
    )


def waterfront_title(name: str, groups: dict[str, pd.DataFrame]) -> str:
    """Return the longest own stretch against the longest of the city, else a neutral title."""
    if len(groups) == 2:
        own, city = (rows.loc[rows["high"].idxmax()] for rows in groups.values())
        if own["high"] < city["low"]:
            return (
                f"The longest stretch named at {name} is {_in_km(own)} of waterfront, "
                f"in the city {_in_km(city)}"
            )
    if "At the cluster" not in groups:
        return f"No source measures a waterfront at {name}, only in its city"
    return f"Waterfront at {name}, by source"


def _in_km(row: Any) -> str:
    low, high = (float(f"{row[side]:.3g}") for side in ("low", "high"))
    return f"{value_words(low, high, row['qualifier'])} km"
