"""What the chapter on periods says."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from clusterbook.analysis import chronology, pace, phases, site
from clusterbook.analysis.chronology import FEWEST
from clusterbook.evidence import Case

from . import closing
from .gap import Gap
from .pace import (
    bic_table,
    checks_reading,
    finding,
    fit_reading,
    many,
    pace_reading,
)
from .sentence import Html, Prose, answer, bullets, derived, listed, number, paragraph, say

__all__ = [
    "bic_table",
    "checks_reading",
    "density",
    "fit_reading",
    "founding",
    "limits",
    "opening",
    "pace_reading",
    "schemes_reading",
]

NO_EVENTS = Gap("dated events", ["events.csv: a row per event, dated to a year or better"])


def opening(case: Case, start: int = 0, end: int = 0) -> Prose | Gap:
    """Return the chapter's answer: whether the pace of events turns, and what the schemes say."""
    found = chronology.of_case(case, start, end)
    if found.events.empty:
        return NO_EVENTS
    total = derived(str(len(found.events)), "dated events of the cluster itself", found.events)
    span = say("from {a} to {b}", a=found.first, b=found.last)
    if not found.enough:
        first = say(
            "{n} dated events {span} are too few to tell whether the pace of events at {name} "
            "ever turned.",
            n=total, span=Html(span), name=case.name,
        )  # fmt: skip
    else:
        first = finding(case.name, found, pace.read(found), span)
    return answer(first, _agreement(case))


def _agreement(case: Case) -> str | None:
    rows = phases.of_case(case)
    if rows.empty:
        return say("No source has set phases for it.")
    turns = [phases.turns(part) for _, part in rows.groupby("chain", sort=False)]
    years = sorted({year for part in turns for year in part})
    if len(turns) < 2 or not years:
        return say(
            "One scheme sets {n} for it.",
            n=derived(many(len(years), "turn"), "ends of all phases but the last", rows),
        )
    return say(
        "The {k} schemes of phases on record set their turns after {n}, and {agreed}.",
        k=str(len(turns)),
        n=derived(
            f"{len(years)} different years",
            "last years of all phases but the last of each scheme", rows,
        ),
        agreed=agreement(turns),
    )  # fmt: skip


def agreement(turns: Sequence[Collection[int]]) -> str:
    """Return on which turns schemes agree, as a verb phrase; `turns` are the years of each."""
    years = sorted({year for part in turns for year in part})
    shared = [str(year) for year in years if sum(year in part for part in turns) > 1]
    if not shared:
        return "agree on none of them"
    if len(shared) == len(years):
        return "agree on all of them"
    if len(turns) == 2:
        return f"agree only on {listed(shared)}"
    return f"only {listed(shared)} {'is' if len(shared) == 1 else 'are'} set by more than one"


def schemes_reading(case: Case) -> Prose | None:
    """Return each scheme's turns in words, with the phase that sets each.

    None without schemes, since the chart of schemes is then the data gap.
    """
    rows = phases.of_case(case)
    if rows.empty:
        return None
    items = []
    for _, part in rows.groupby("chain", sort=False):
        ordered = part.sort_values("number", kind="stable")
        years = phases.turns(part)
        said = [
            number(row, text=str(year))._repr_html_()
            for year, (_, row) in zip(years, ordered.iloc[:-1].iterrows(), strict=True)
        ]
        added = ordered[ordered["continues"]]
        items.append(
            say(
                "{who} on {about}: {n}{turns}{added}{shared}.",
                who=Html(say("<strong>{t}</strong>", t=part["chain_label"].iloc[0])),
                about=part["about"].iloc[0],
                n=many(len(part), "phase"),
                turns=Html(f", with turns after {listed(said)}") if said else "",
                added=f"; the last is added by {added['cite'].iloc[0]}" if len(added) else "",
                shared=_shared(part),
            )
        )
    return bullets(items, "Schemes of phases")


def _shared(part: pd.DataFrame) -> str:
    years = phases.shared_years(part)
    return f"; two phases share {listed([str(y) for y in years])}" if years else ""


def founding(case: Case) -> Prose | Gap:
    """Return what each source tells of the founding of the site, where several do."""
    opened = chronology.opening_year(case.fact("opened"))
    rows = site.founding_accounts(site.history(case.events, opened), opened)
    if rows.empty:
        return Gap(
            "who founded the site and when",
            ["events.csv: kind founding, scope internal, dimension context"],
        )
    items = [
        say("{date}: {title} ({cite}{note}).", date=number(row, "date_words"), title=row["title"],
            cite=row["cite"], note=f"; {row['note']}" if row["note"] else "")
        for _, row in rows.iterrows()
    ]  # fmt: skip
    if len(items) == 1:
        return paragraph(items[0], say("No second source tells of the founding."))
    return bullets(items, "Accounts of the founding")


def _densest(years: Sequence[str]) -> str:
    if len(years) > 3:
        return f"{len(years)} years have the most events"
    if len(years) == 1:
        return f"The year with most events is {years[0]}"
    return f"The years with most events are {listed(years)}"


def density(case: Case, start: int = 0, end: int = 0) -> Prose | Gap:
    """Return how the counted events spread over years, scopes and sources."""
    found = chronology.of_case(case, start, end)
    rows = found.events
    if rows.empty:
        return NO_EVENTS
    most = int(found.counts["count"].max())
    dense = [str(y) for y in found.counts.loc[found.counts["count"] == most, "year"]]
    empty = int((found.counts["count"] == 0).sum())
    inner = rows[rows["scope"] == "internal"]
    ranked = rows.groupby(["source", "label"]).size().sort_values(ascending=False, kind="stable")
    (key, label), number_of = ranked.index[0], int(ranked.iloc[0])
    return paragraph(
        say(
            "{most}, with {m}{each}; {empty} without any.",
            most=_densest(dense),
            each="" if len(dense) == 1 else " each",
            m=derived(str(most), "largest number of events of one year",
                      rows[rows["year"].astype(str).isin(dense)]),
            empty="no year is" if empty == 0 else f"{many(empty, 'year')} "
            + ("is" if empty == 1 else "are"),
        ),
        say(
            "{n} of {all} happened inside the cluster, {rest} towards the city.",
            n=derived(str(len(inner)), "events of scope internal", inner if len(inner) else rows),
            all=str(len(rows)),
            rest={0: "none", 1: "the other"}.get(len(rows) - len(inner), "the others"),
        ),
        say(
            "{k} tell of them, and one alone, {label}, tells of {n}.",
            k=derived(many(rows["source"].nunique(), "source"), "sources of these events", rows),
            label=label,
            n=derived(str(number_of), "events from this source", rows[rows["source"] == key]),
        ),
    )  # fmt: skip


def limits(case: Case, start: int = 0, end: int = 0) -> Prose:
    """Return what the chapter cannot say: computed from what is missing, then what always holds."""
    found = chronology.of_case(case, start, end)
    items = []
    if not found.enough:
        items.append(
            f"Whether the pace of events turned: there are {len(found.events)} dated events from "
            f"{found.first} to {found.last}, and a test needs at least {FEWEST}."
        )
    if phases.of_case(case).empty:
        items.append("How experts divide this cluster's time: no scheme of phases is on record.")
    loose = found.left_out[~found.left_out["reason"].str.startswith(("outside", "about"))]
    if len(loose):
        items.append(
            f"When {many(len(loose), 'event')} took place: the sources give no single year."
        )
    vague = int(found.events["date"].str.contains("[~?%]", regex=True).sum())
    if vague:
        items.append(
            f"The exact year of {many(vague, 'event')} counted here: the sources, or the reading "
            "of them, date only about."
        )
    published = int(found.events["note"].str.startswith("publication date").sum())
    if published:
        items.append(
            f"When what a publication reports took place, for {many(published, 'event')}: only the "
            "date of the publication is known."
        )
    items += [
        "How much happened: only how much was written down and found. A year with more sources has "
        "more events.",
        "How much an event weighed: an opening and an eviction count as one each.",
        "Why a turn came: events that follow a policy are no proof that the policy made them.",
        "That nothing changed where no turn is found: prices, people and rules can change without "
        "any change in how often events are reported.",
    ]
    return closing.cannot_say(items)
