"""What the cultural chapter says."""

from __future__ import annotations

import pandas as pd

from clusterbook.analysis import brand as spread
from clusterbook.analysis import editions, series
from clusterbook.analysis.shows import change_of_definition
from clusterbook.analysis.shows import of_case as shows_of
from clusterbook.evidence import Case
from clusterbook.evidence.dates import in_time
from clusterbook.evidence.units import number_words
from clusterbook.evidence.vocabulary import QUALIFIER_WORDS

from . import closing
from .gap import Gap
from .quantity import latest_rows, sought
from .sentence import (
    Html,
    Prose,
    answer,
    as_subject,
    derived,
    either,
    listed,
    number,
    paragraph,
    say,
)

MISSING = (
    ("galleries", "How many galleries are there: no count of the whole cluster has a date."),
    ("studios", "How many studios are worked in: no count of the whole cluster has a date."),
    ("artists", "How many artists work there: no count of the whole cluster has a date."),
    ("visitors", "How many people come: no yearly count was observed."),
    ("international_visitor_share", "How many visitors come from abroad: no share was observed."),
)
ALWAYS = (
    "Whether the art is good, new or made on the spot: counts of shows and rooms do not tell.",
    "What was refused or changed in review: a refusal leaves no row.",
)


def opening(case: Case) -> Prose | Gap:
    """Return the chapter's answer: how the parts of the main event moved, and who comes."""
    sentences = [_moved(case), _come(case)]
    if not any(sentences):
        counted = _counted(case)
        if counted is None:
            return Gap(
                "artists, galleries, studios or visitors of the whole cluster",
                ["observations.csv: indicators galleries, artists, exhibitions, visitors"],
            )
        sentences = [counted]
    return answer(*sentences)


def _moved(case: Case) -> str | None:
    found = editions.of_case(case, "cultural")
    if found is None:
        return None
    moves = found.moves
    fell, rose = moves[moves["move"] == "fell"], moves[moves["move"] == "rose"]
    if fell.empty or rose.empty:
        return None
    down = fell.loc[(fell["last_high"] / fell["first_low"]).idxmin()]
    up = rose.loc[(rose["last_low"] / rose["first_high"]).idxmax()]
    return say(
        "In the {event}, {down} fell from {a} ({first}) to {b} ({last}) while {up} rose from {c} "
        "to {d}.",
        event=found.event or "same counts",
        down=found.part(down["segment"]),
        up=found.part(up["segment"]),
        first=str(down["first"]),
        last=str(down["last"]),
        a=Html(_year(found.rows, down["segment"], down["first"])),
        b=Html(_year(found.rows, down["segment"], down["last"])),
        c=Html(_year(found.rows, up["segment"], up["first"])),
        d=Html(_year(found.rows, up["segment"], up["last"])),
    )


def _year(rows: pd.DataFrame, segment: str, year: int) -> str:
    return either(rows[(rows["segment"] == segment) & (rows["when"] // 1 == year)])


def _best(rows: pd.DataFrame) -> pd.Series:
    return rows.sort_values(["grade", "row"], kind="stable").iloc[0]


def _come(case: Case) -> str | None:
    rows = latest_rows(case, "visitors")
    if rows.empty:
        return None
    row = _best(rows)
    share = latest_rows(case, "international_visitor_share")
    abroad = ""
    if len(share):
        part = _best(share)
        if part["date"] == row["date"]:
            abroad = say(", {share} of them from abroad", share=number(part))
        else:
            abroad = say(
                "; {when} {share} of visitors came from abroad",
                share=number(part),
                when=in_time(part["date_words"]),
            )
    return say(
        "The latest yearly figure for visits is {n} ({when}, {cite}){abroad}.",
        n=number(row, "value_words"),
        when=row["date_words"],
        cite=row["cite"],
        abroad=Html(abroad),
    )


def _counted(case: Case) -> str | None:
    said = []
    for indicator in ("galleries", "studios", "artists", "countries_represented", "museums"):
        rows = latest_rows(case, indicator)
        if len(rows):
            row = _best(rows)
            label = indicator.replace("_", " ")
            said.append(
                say("{n} {label} ({when})", n=number(row, "value_words"), label=label,
                    when=row["date_words"])
            )  # fmt: skip
    return say("On record are {counts}.", counts=Html(listed(said))) if said else None


def shows(case: Case) -> Prose | Gap:
    """Return what the counts of shows a year allow to say: growth only within one definition."""
    rows = shows_of(case)
    whole = series.dated(rows[rows["whole"]]) if len(rows) else rows
    if whole.empty:
        return Gap(
            "shows and events a year" if rows.empty else "shows a year of the whole cluster",
            ["observations.csv: indicator exhibitions or events, segment empty, unit count/year"],
        )
    broken = change_of_definition(rows)
    if broken:
        first, last = broken
        ratio = last["low"] / first["high"]
        times = derived(
            f"{number_words(float(f'{ratio:.2g}'))} times",
            f"{last['value_words']} divided by {first['value_words']}",
            [first, last],
        )
        return paragraph(
            say(
                "{last_cite} counts {b} {b_what} {now}; {first_cite} gives {a} {a_what} for "
                "{then}.",
                last_cite=as_subject(last["cite"]),
                b=number(last, "value_words"),
                b_what=last["definition"],
                now=in_time(last["date_words"]),
                first_cite=as_subject(first["cite"]),
                a=number(first, "value_words"),
                a_what=first["definition"],
                then=first["date_words"],
            ),
            say(
                "The second number is {times} the first, but the two count different things, so "
                "this is a change of definition and no growth rate is computed.",
                times=times,
            ),
        )
    ends = series.first_and_last(whole)
    if ends:
        return paragraph(
            say(
                "Counted alike, {what} went from {a} {then} to {b} {now}.",
                what=ends[0]["definition"],
                a=number(ends[0], "value_words"),
                b=number(ends[1], "value_words"),
                then=in_time(ends[0]["date_words"]),
                now=in_time(ends[1]["date_words"]),
            )
        )
    row = _best(series.latest(whole))
    return paragraph(
        say(
            "One year is counted: {n} {what} {when} ({cite}), so nothing can be said of growth.",
            n=number(row, "value_words"),
            what=row["definition"],
            when=in_time(row["date_words"]),
            cite=row["cite"],
        )
    )


def visits(case: Case) -> Prose | Gap:
    """Return what the latest yearly visits are a day, and beside which earlier day they stand."""
    counted = latest_rows(case, "visitors")
    rows = counted[counted["unit"] == "persons/year"]
    if rows.empty:
        return Gap(
            sought(case, "visitors", "visitors a year") if counted.empty else "visits a year",
            ["observations.csv: indicator visitors, segment empty, unit persons/year"],
        )
    row = _best(rows)
    mean = _hedged(row, row["low"] / 365)
    a_day = derived(f"{mean} people", f"{row['value_words']} visits divided by 365 days", [row])
    return paragraph(
        say("Spread over the year, {n} visits {when} are {mean} a day.",
            n=number(row, "value_words"), when=in_time(row["date_words"]), mean=a_day),
        _abroad(case, row),
        _earlier_day(case, row),
    )  # fmt: skip


def _hedged(row: pd.Series, value: float) -> str:
    return f"{QUALIFIER_WORDS[row['qualifier']] or 'about '}{number_words(float(f'{value:.2g}'))}"


def _abroad(case: Case, row: pd.Series) -> str | None:
    share = latest_rows(case, "international_visitor_share")
    share = share[share["date"] == row["date"]] if len(share) else share
    if share.empty:
        return None
    part = _best(share)
    count = _hedged(row, row["low"] * part["low"] / 100)
    return say(
        "If {share} of them come from abroad, these are {people}.",
        share=number(part),
        people=derived(
            f"{count} people", f"{part['value_words']} of {row['value_words']}", [row, part]
        ),
    )


def _earlier_day(case: Case, row: pd.Series) -> str | None:
    days = series.dated(series.inside(case.observations))
    days = days[(days["indicator"] == "visitors_daily") & (days["status"] == "observed")]
    days = days[(days["unit"] == "persons/day") & (days["when"] // 1 < row["when"] // 1)]
    if days.empty:
        return None
    said = [
        say(
            "{n} {when}{of} ({cite})",
            n=number(day, "value_words"),
            when=in_time(day["date_words"]),
            of=f" at the {day['segment_words']}" if day["segment"] else "",
            cite=day["cite"],
        )
        for _, day in days.iterrows()
    ]
    return say("Earlier counts of a day are {days}.", days=Html(" and ".join(said)))


def reach(case: Case) -> Prose | Gap:
    """Return in a sentence how far the brand reaches, by what each source counts."""
    counts = spread.brand_counts(case.observations)
    if counts.empty:
        nothing = spread.openings(case.events).empty  # then the picture above has said it
        what = spread.BEYOND if nothing else "how many sites carry the brand"
        return Gap(what, ["observations.csv: indicator brand_sites"])
    said = [
        say(
            "{n} {what} ({when}, {cite})",
            n=number(row, "value_words"),
            what=row["segment_words"] or "sites under the brand",
            when=row["date_words"],
            cite=row["cite"],
        )
        for _, row in counts.iterrows()
    ]
    alone = "" if len(said) == 1 else " They count different things."
    return paragraph(say("The record counts {all}.{alone}", all=Html(" and ".join(said)),
                         alone=alone))  # fmt: skip


def missing(case: Case) -> list[str]:
    """Return what the rows of this cluster do not allow to say."""
    found = []
    for indicator, text in MISSING:
        if latest_rows(case, indicator).empty:
            found.append(text)
    if editions.of_case(case, "cultural") is None:
        found.append("How the mix of rooms changes: no event was counted in its parts twice.")
    undated = case.initiatives[
        (case.initiatives["dimension"] == "cultural") & case.initiatives["when"].isna()
    ]
    if len(undated):
        names = ", ".join(undated["name"])
        found.append(f"When these programmes began, or whether they still run: {names}.")
    return found


def cannot_say(case: Case) -> Prose:
    """Return what the chapter cannot say: from missing rows, then what no row could say."""
    return closing.cannot_say([*missing(case), *ALWAYS])
