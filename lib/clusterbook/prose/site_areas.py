"""What the sources say of a site's area, turned into one unit and held against each other."""

from __future__ import annotations

import pandas as pd

from clusterbook.analysis import areas as area_tables
from clusterbook.analysis import series
from clusterbook.evidence import Case
from clusterbook.evidence.units import in_m2, number_words, unit_words

from .gap import Gap
from .sentence import Html, Number, Prose, derived, number, paragraph, say


def three_digits(value: float) -> str:
    """Return a number rounded to three digits, as a reader sees it."""
    return number_words(float(f"{value:.3g}"))


def span(rows: pd.DataFrame, form: str = "amount") -> Html:
    """Return the lowest and the highest value of rows as two sourced numbers, or the only one."""
    low, high = rows.loc[rows["low"].idxmin()], rows.loc[rows["high"].idxmax()]
    if low["low"] == high["low"] and low["high"] == high["high"]:
        return Html(say("{v}", v=_best(rows, form)))
    parts = {"low": number(low, "value_words"), "high": number(high, form)}
    return Html(say("{low} to {high}", **parts))


def _best(rows: pd.DataFrame, form: str) -> Number:
    return number(rows.sort_values(["grade", "row"], kind="stable").iloc[0], form)


def site_areas(case: Case) -> pd.DataFrame:
    """Return every area of the whole site in square metres."""
    return area_tables.of_case(case, "site_area", "m2")


def plain_m2(rows: pd.DataFrame) -> pd.DataFrame:
    """Return areas with `amount` in square metres alone, the reported unit left to the tooltip."""
    words = [f"{w} m²" for w in rows["value_words"]]
    return rows.assign(amount=words)


def areas(case: Case) -> Prose | Gap:
    """Return how the areas agree: units turned into one, spread, floor area by site area."""
    site = site_areas(case)
    floor = area_tables.of_case(case, "floor_area", "m2")
    if site.empty and floor.empty:
        return Gap(
            "areas that could be compared",
            ["observations.csv: indicators site_area and floor_area, segment empty"],
        )
    said = [*_units(case), _apart(site, "site"), _apart(floor, "floor"), _ratio(site, floor)]
    if not any(said):
        row = (site if len(site) else floor).iloc[0]
        said = [
            say("The figure of {area} stands alone: no second source checks it.", area=number(row))
        ]
    return paragraph(*said)


def _units(case: Case) -> list[str]:
    rows = series.inside(case.series("site_area", ""))
    said = []
    for unit in dict.fromkeys(rows["unit"]):
        if unit == "m2":
            continue
        row = rows[rows["unit"] == unit].iloc[0]
        metres = derived(
            f"{three_digits(in_m2(row['mid'], unit))} m²", "the reported area, converted", [row]
        )
        said.append(
            say("At {one} m² to the {unit}, {amount} is {metres}.", amount=number(row),
                one=three_digits(in_m2(1, unit)), unit=unit_words(unit, one=True), metres=metres)
        )  # fmt: skip
    for one, two in area_tables.same_twice(_with_m2(rows)):
        said.append(
            say("{label} gives the site as {one} and as {two}: one figure, rounded.",
                one=number(one), two=number(two), label=one["label"])
        )  # fmt: skip
    return said


def _with_m2(rows: pd.DataFrame) -> pd.DataFrame:
    metres = [in_m2(mid, unit) for mid, unit in zip(rows["mid"], rows["unit"], strict=True)]
    return rows.assign(mid=metres)


def _apart(rows: pd.DataFrame, what: str) -> str | None:
    if len(rows) < 2:
        return None
    apart = area_tables.spread(rows)
    if apart < area_tables.SAME:
        return say("All sources agree on the {what} area.", what=what)
    share = derived(f"{100 * apart:.0f}%", "largest value divided by the smallest, less one", rows)
    return say(
        "The largest {what} area on record is {share} above the smallest, and no source says how "
        "it was measured.", what=what, share=share,
    )  # fmt: skip


def _ratio(site: pd.DataFrame, floor: pd.DataFrame) -> str | None:
    if site.empty or floor.empty:
        return None
    low = floor["low"].min() / site["high"].max()
    high = floor["high"].max() / site["low"].min()
    words = (
        three_digits(low) if three_digits(low) == three_digits(high) else f"{low:.2g} to {high:.2g}"
    )
    times = derived(f"{words} times", "floor area divided by site area, lowest to highest",
                    pd.concat([floor, site]))  # fmt: skip
    return say("The floor area is {times} the site.", times=times)
