"""Counts over time with each source's value: tenants, artists, galleries, countries.

One panel per count, all on one scale, so that what grows and what shrinks is seen side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from clusterbook.analysis import series
from clusterbook.analysis.voices import disagree, voices
from clusterbook.evidence import Case
from clusterbook.evidence.dates import in_time
from clusterbook.evidence.units import unit_words
from clusterbook.prose.gap import Gap

from .count_panels import draw_panels, either_words
from .counted import Count, Counted, counted
from .figure import Figure

__all__ = ["Count", "counts_over_time", "counts_title", "tenants_over_time"]

Title = Callable[[str, str, pd.DataFrame], str]


def counts_over_time(
    case: Case,
    counts: Sequence[Count],
    *,
    name: str,
    noun: str,
    token: str = "economic",
    title: Title | None = None,
    subtitle: str = "",
    joined: bool = False,
) -> Figure | Gap:
    """Return counts over time as discs by grade, or the data gap where there is no row.

    Values of one year that differ stand apart, tied by a square-ended bar ("14 or 18"). `joined`
    ties the years of a panel by a line, dashed over years without a count: only for counts of one
    definition. `noun` is what is counted ("tenants"); `title` takes the cluster's name, the noun
    and the rows (column `panel`), and is `counts_title` unless given.
    """
    parts = []
    for number, count in enumerate(counts):
        found = series.inside(case.series(count.indicator, count.segment))
        kept, _ = series.in_unit(found, series.main_unit(found)) if len(found) else (found, found)
        heard = voices(kept, case.all_sources) if len(kept) else kept
        parts.append(heard.assign(panel=number))
    filled = [(count, part) for count, part in zip(counts, parts, strict=True) if len(part)]
    if not filled:
        wanted = [f"observations.csv: indicator {c.indicator}, {_named(c)}" for c in counts]
        return Gap(noun, list(dict.fromkeys(wanted)))
    rows = pd.concat([part for _, part in filled])
    drawn = [counted(count, part) for count, part in filled]
    loose = int(rows["when"].isna().sum()) if len(drawn) > 1 else 0
    undated = f" {loose} undated {'count is' if loose == 1 else 'counts are'} not drawn."
    return Figure(
        name=name,
        title=(title or counts_title)(case.name, noun, rows),
        subtitle=subtitle or _subtitle(case.name, noun, rows, counts, token),
        description=_described(case.name, noun, drawn),
        draw=lambda width: draw_panels(drawn, width, token, joined),
        rows=rows,
        note=f"A year without a month is drawn at mid-year.{undated if loose else ''}",
    )


def counts_title(name: str, noun: str, rows: pd.DataFrame) -> str:
    """Return the finding on the whole: a disagreement on the latest count, or how counts moved.

    Rows without any finding give a neutral title.
    """
    whole = rows[(rows["segment"] == "") & (rows["panel"] == rows["panel"].min())]
    last_year = series.latest(whole)
    what = noun[:1].upper() + noun[1:]
    if disagree(last_year):
        when = last_year["date_words"].iloc[0]
        return f"Sources disagree on {noun} at {name} {in_time(when)}: {either_words(last_year)}"
    ends = series.first_and_last(whole)
    if ends:
        first, last = ends
        move = series.hedged_direction(first, last)
        span = (
            f"from {first['value_words']} {in_time(first['date_words'])} "
            f"to {last['value_words']} {in_time(last['date_words'])}"
        )
        if move != "unclear":
            return f"{what} at {name} {move} {span}"
        if first["qualifier"] == last["qualifier"] and first["low"] != last["low"]:
            return f"Counts of {noun} at {name} go {span}"
    return f"{what} counted at {name}"


def _named(count: Count) -> str:
    return f"segment {count.segment}" if count.segment else "segment empty"


def _subtitle(name: str, noun: str, rows: pd.DataFrame, counts: Sequence[Count], token: str) -> str:
    unit = unit_words(series.main_unit(rows))
    what = f"{noun[:1].upper()}{noun[1:]} at {name}{f' ({unit})' if unit else ''}"
    parts = any(c.segment is None for c in counts) and (rows["segment"] != "").any()
    whole = (rows["segment"] == "").any()
    tiers = f" [The whole in colour]({token}), named parts in grey." if parts and whole else ""
    return f"{what} as each source gives them.{tiers}"


def _described(name: str, noun: str, drawn: Sequence[Counted]) -> str:
    lines = []
    for part in drawn:
        count, said = part.count, []
        for row in part.rows:
            named = count.segment is None and row["segment"]
            tier = f" ({row['segment_words']})" if named else ""
            said.append(f"{row['date_words']}{tier}: {row['value_words']} ({row['label']})")
        lines.append(f"{count.label}: {'; '.join(said)}" if count.label else "; ".join(said))
    return f"Counts of {noun} at {name} by date and source. {'. '.join(lines)}."


def tenants_over_time(case: Case) -> Figure | Gap:
    """Return the chart of the cluster's tenants: the whole in colour, named parts in grey."""
    return counts_over_time(case, [Count("tenants", None)], name="tenants", noun="tenants")
