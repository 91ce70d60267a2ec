"""What the economic chapter says."""

from __future__ import annotations

from clusterbook.analysis import series
from clusterbook.evidence import Case

from .gap import Gap
from .quantity import latest_number
from .sentence import Prose, answer, derived, number, paragraph, say


def opening(case: Case) -> Prose | Gap:
    """Return the chapter's answer: how rents moved and how many tenants there are."""
    rents = series.inside(case.series("rent"))
    unit = series.main_unit(rents[rents["unit"].str.count("/") == 2])
    rows = series.in_unit(rents, unit)[0] if unit else rents.iloc[:0]
    ends = series.first_and_last(rows)
    tenants = latest_number(case, "tenants")
    sentences = []
    if ends:
        first, last = ends
        move = {"rose": "Rents rose", "fell": "Rents fell", "unclear": "Rents are recorded"}
        sentences.append(
            say(
                "{move} from {first} in {then} to {last} in {now}.",
                move=move[series.direction(first, last)],
                first=number(first),
                then=first["date_words"],
                last=number(last),
                now=last["date_words"],
            )
        )
    if tenants:
        sentences.append(say("The latest count of tenants is {n}.", n=tenants))
    if not sentences:
        return Gap("rents or tenants", ["observations.csv: indicators rent, tenants"])
    return answer(*sentences)


def spread(case: Case) -> Prose | Gap:
    """Return how far apart rents of one year lie: the widest disagreement or span of tiers."""
    rents = series.inside(case.series("rent"))
    unit = series.main_unit(rents[rents["unit"].str.count("/") == 2])
    rows = series.dated(series.in_unit(rents, unit)[0]) if unit else rents.iloc[:0]
    years = rows.groupby(rows["when"] // 1)
    spans = {year: part["high"].max() / part["low"].min() for year, part in years if len(part) > 1}
    if not spans:
        return Gap(
            "two rents of one year, so the spread of rents cannot be told",
            ["observations.csv: indicator rent, several segments on one date"],
        )
    year = max(spans, key=lambda y: (spans[y], y))
    part = rows[rows["when"] // 1 == year]
    low, high = part.loc[part["low"].idxmin()], part.loc[part["high"].idxmax()]
    times = derived(
        f"{spans[year]:.1f} times", "highest rent of a year divided by its lowest", part
    )
    return paragraph(
        say(
            "Rents of one year differ more than many years of rise: in {year} the highest on record "
            "({high}, {by}) is {times} the lowest ({low}, {also}).",
            year=str(int(year)),
            high=number(high),
            by=high["cite"],
            low=number(low),
            also=low["cite"],
            times=times,
        )
    )
