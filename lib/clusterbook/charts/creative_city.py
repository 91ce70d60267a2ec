"""The city's creative clusters and creative industry: each source's figure, by definition."""

from __future__ import annotations

import pandas as pd

from clusterbook.analysis import definitions, series
from clusterbook.analysis.city_figures import CLUSTERS, city_rows, whole_year_unit
from clusterbook.analysis.voices import disagree, distinct_values
from clusterbook.evidence import Case
from clusterbook.evidence.plain import entries
from clusterbook.evidence.units import unit_words
from clusterbook.prose.gap import Gap

from .count_panels import either_words
from .definition_panels import Panel, draw_panels
from .figure import Figure

ECONOMY = {
    "cci_value_added": "Value added",
    "cci_gdp_share": "Share of gross product",
    "cci_growth_rate": "Yearly growth",
}
JOINED = "A line joins only figures of one definition, and is dashed over years without a figure."


def _where(case: Case) -> str:
    place = case.city.slug if case.city else (case.fact("city") or "city").lower()
    return f"data/context/{place}/observations.csv"


def accredited_clusters(
    case: Case, start: int | None = None, end: int | None = None
) -> Figure | Gap:
    """Return the city's creative clusters by year, each source's count, or the data gap."""
    place = case.fact("city") or "the city"
    rows = city_rows(case, CLUSTERS, start, end)
    if series.dated(rows).empty:
        return Gap(f"the number of creative clusters in {place}",
                   [f"{_where(case)}: indicator {CLUSTERS}"])  # fmt: skip
    panel = Panel("Creative clusters or parks", f"number in {place}", rows)
    return Figure(
        name="city-clusters",
        title=clusters_title(place, rows),
        subtitle=(
            f"Each disc is one source's count. {JOINED} "
            "Targets, plans and unsigned claims are left out."
        ),
        description=_described(f"Creative clusters or parks in {place}", [panel]),
        draw=lambda width: draw_panels([panel], width, 300),
        rows=rows,
        note=_note(rows),
    )


def clusters_title(place: str, rows: pd.DataFrame) -> str:
    """Return that the count changes its meaning or that sources disagree, else a neutral title."""
    changes = definitions.breaks(rows)
    years = series.dated(rows[rows["segment"] == ""])
    split = [part for _, part in years.groupby(years["when"] // 1) if disagree(part)]
    said = ""
    if split:
        worst = max(split, key=lambda part: len(distinct_values(part)))
        year = int(worst["when"].iloc[0])
        said = f"for {year} alone sources give {either_words(worst)}"
    if changes:
        meaning = (
            f"{place}'s count of creative clusters changes its meaning by {int(changes[-1].first)}"
        )
        return f"{meaning}; {said}" if said else meaning
    if said:
        return f"Sources disagree on the creative clusters of {place}: {said}"
    return f"Creative clusters counted in {place}"


def creative_economy(case: Case, start: int | None = None, end: int | None = None) -> Figure | Gap:
    """Return value added, share and growth of the creative industry, or the data gap."""
    place = case.fact("city") or "the city"
    found = {name: city_rows(case, name, start, end) for name in ECONOMY}
    drawn = {name: rows for name, rows in found.items() if len(series.dated(rows))}
    if not drawn:
        wanted = [f"{_where(case)}: indicator {name}" for name in ECONOMY]
        return Gap(f"the creative industry of {place}", wanted)
    panels = [_panel(name, rows) for name, rows in drawn.items()]
    rows = pd.concat(drawn.values())
    return Figure(
        name="city-economy",
        title=economy_title(place, found["cci_gdp_share"]),
        subtitle=(
            f"Cultural and creative industry of {place} as each source reports it. {JOINED} "
            "Upright dashes mark a change of definition."
        ),
        description=_described(f"Creative industry of {place}", panels),
        draw=lambda width: draw_panels(panels, width, 190),
        rows=rows,
        note=_note(rows),
    )


def _panel(name: str, rows: pd.DataFrame) -> Panel:
    unit = whole_year_unit(rows)
    words = "percent" if unit == "percent" else unit_words(unit)
    most = float(rows["high"].max())
    for divide, word in ((1e9, "billion"), (1e6, "million")):
        if most >= 10 * divide:
            return Panel(ECONOMY[name], f"{word} {words}, nominal", rows, divide)
    return Panel(ECONOMY[name], words, rows)


def economy_title(place: str, shares: pd.DataFrame) -> str:
    """Return whether the fastest rise of the share falls on a new definition, else neutral."""
    best = series.dated(shares)
    best = best[best["definition"] != ""].sort_values(["grade", "row"], kind="stable")
    points = best.assign(year=best["when"] // 1).drop_duplicates("year").sort_values("year")
    rises = []
    for (_, one), (_, two) in zip(points.iterrows(), points.iloc[1:].iterrows(), strict=False):
        speed = (two["low"] - one["high"]) / (two["year"] - one["year"])
        same = one["definition"] == two["definition"]
        rises.append((speed, same, int(one["year"]), int(two["year"])))
    across = [rise for rise in rises if not rise[1]]
    if not across or max(rises)[0] <= 0:
        return f"The creative industry in {place}'s economy"
    _, same, first, last = max(rises)
    what = f"The fastest rise of the creative share in {place}'s economy, {first} to {last},"
    return f"{what} is growth under one definition" if same else f"{what} is a new definition"


def _note(rows: pd.DataFrame) -> str:
    loose = int(rows["when"].isna().sum())
    undated = (
        f" {loose} undated {'row is' if loose == 1 else 'rows are'} not drawn." if loose else ""
    )
    return (
        "A year without a month is drawn at mid-year; a bar beside a disc is the span that it "
        f"covers.{undated}"
    )


def _described(what: str, panels: list[Panel]) -> str:
    said = []
    for panel in panels:
        values = "; ".join(
            f"{row.date_words}{f' ({_counted(row)})' if _counted(row) else ''}: {row.value_words}"
            for row in entries(series.dated(panel.rows))
        )
        said.append(f"{panel.head}: {values}")
    return f"{what} by year and source. {'. '.join(said)}."


def _counted(row: object) -> str:
    return str(getattr(row, "definition", "")) or str(getattr(row, "segment_words", ""))
