"""What the social chapter says."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from clusterbook.analysis import participation
from clusterbook.analysis.balance import empirical
from clusterbook.analysis.competition import competition as edition_of
from clusterbook.analysis.competition import share_words, stage_word
from clusterbook.evidence import Case
from clusterbook.evidence.dates import in_time
from clusterbook.evidence.gap import Gap
from clusterbook.evidence.units import number_words
from clusterbook.evidence.vocabulary import DECISION_WORDS

from . import closing
from .programmes import audiences_without
from .sentence import Html, Number, Prose, answer, bullets, derived, number, paragraph, say

ALWAYS = (
    "Whether a programme changed anybody: no row measures an effect before and after.",
    "Who does not come, and why: those who stay away leave no row.",
    "What residents or former workers would say themselves: claims are coded by whom they concern, "
    "not by who speaks.",
    "How levels of say would be coded by somebody else: there was one coder, "
    "so no agreement is claimed.",
)
NEEDED = ["initiatives.csv: audience_mode watch, try or make, decision_level, programme"]


def _rows(case: Case, found: pd.DataFrame) -> pd.DataFrame:
    """Return all rows behind programmes, so that a number leads to each source's account."""
    rows = case.initiatives
    keys = rows["programme"].where(rows["programme"] != "", rows["name"])
    return rows[keys.isin(set(found["key"]))]


def _count(case: Case, part: pd.DataFrame, what: str, text: str = "") -> Number:
    return derived(text or str(len(part)), f"programmes {what}, each once", _rows(case, part))


def opening(case: Case) -> Prose | Gap:
    """Return the chapter's answer: how much say programmes give, and who is in the record."""
    found = participation.of_case(case)
    if found.empty:
        return Gap("programmes of participation", NEEDED)
    told = participation.deciding(found)
    asked = told[told["level"] >= participation.CONSULT]
    if told.empty:
        first = say(
            "Of {n} no source tells a decision in which people could have a say.",
            n=_count(case, found, "on record", f"{len(found)} programmes"),
        )
    else:
        first = say(
            "In {n} of {all} programmes a decision is told in which people could have a say; "
            "{asked} {ask} them first, and {limit}.",
            n=_count(case, told, "of which a decision is told"),
            all=_count(case, found, "on record"),
            asked=_count(case, asked, "at level 2 or above") if len(asked) else "none",
            ask="asks" if len(asked) < 2 else "ask",
            limit=_limit(int(told["level"].max())),
        )
    return answer(first, _residents(case))


def _limit(top: int) -> str:
    if top == 5:
        return "the highest level, to empower, is reached"
    return f"none goes beyond level {top}, {DECISION_WORDS[top].lower()}"


def _residents(case: Case) -> str | None:
    claims = empirical(case.findings)
    claims = claims[claims["actor"] == "residents"]
    found = participation.programmes(case.initiatives[case.initiatives["audience"] == "residents"])
    if claims.empty and found.empty:
        return say("On residents the record holds no claim and no programme.")
    said = [
        say(
            "{n} coded {word}",
            n=derived(str(len(claims)), "claims in which residents act or are affected", claims),
            word="claim" if len(claims) == 1 else "claims",
        )
        if len(claims)
        else "no coded claim",
        say(
            "{n} {word} made for them",
            n=_count(case, found, "for residents"),
            word="programme" if len(found) == 1 else "programmes",
        )
        if len(found)
        else "no programme made for them",
    ]
    return say("Residents appear in {said}.", said=Html(" and in ".join(said)))


def making(case: Case) -> Prose | Gap:
    """Return what follows from keeping mode and level apart: how often making goes with a say."""
    found = participation.of_case(case)
    if found.empty:
        return Gap("programmes of participation", NEEDED)
    make = found[found["mode"] == "make"]
    asked = found[found["level"] >= participation.CONSULT]
    if make.empty:
        first = say("In no programme on record do people make something.")
    else:
        mute = make[make["level"] <= 0]
        tail = say("of each of them a say is told")
        if len(make) == 1:
            tail = say("{no} say is told of it", no="no" if len(mute) else "a")
        elif len(mute):
            k = _count(case, mute, "make, at level 0 or without a decision")
            tail = say("of {k} of them no say is told", k=k)
        first = say(
            "People make something in {n} {word}; {tail}.",
            n=_count(case, make, "with mode make"),
            word="programme" if len(make) == 1 else "programmes",
            tail=Html(tail),
        )
    if asked.empty:
        second = say("None asks anybody before something is decided.")
    else:
        names = [number(row, text=row["name"]) for _, row in asked.iterrows()]
        second = say(
            "People are at least consulted in {names}.",
            names=Html(" and ".join(n._repr_html_() for n in names)),
        )
    third = say("Making is not deciding, so the two codes are never added.")
    return paragraph(first, second, third)


def competition(case: Case) -> Prose | Gap:
    """Return what became of a competition's entries: shares, the mean price, later editions."""
    found = edition_of(case.observations)
    if found is None:
        return Gap(
            "what became of the entries of a competition",
            ["observations.csv: competition_entries and works_shown of one date"],
        )
    stages = [row for _, row in found.stages.iterrows()]
    entered = stages[0]
    steps = []
    for before, row in pairwise(stages):
        share = derived(
            share_words(row, before),
            f"{row['value_words']} divided by {before['value_words']}",
            [before, row],
        )
        steps.append(
            say("{n} were {word} ({share} of those before)", n=number(row, "value_words"),
                word=stage_word(row["segment"], entered["segment"]), share=share)
        )  # fmt: skip
    first = say(
        "Of {n} entries {when}, {steps}.",
        n=number(entered, "value_words"),
        when=in_time(entered["date_words"]),
        steps=Html(" and ".join(steps)),
    )
    return paragraph(first, _money(found.funds, stages), _later(found.later))


def _money(funds: pd.Series | None, stages: list[pd.Series]) -> str | None:
    if funds is None or len(stages) < 3:
        return None
    unit = funds["amount"].removeprefix(funds["value_words"]).strip()
    mean = derived(
        f"{number_words(round(funds['low'] / stages[-1]['low']))} {unit}",
        f"{funds['amount']} divided by {stages[-1]['value_words']} works",
        [funds, stages[-1]],
    )
    return say("The sale raised {funds}, a mean of {mean} a work.", funds=number(funds), mean=mean)


def _later(rows: pd.DataFrame) -> str | None:
    if rows.empty:
        return None
    said = [
        say("{n} {when} ({cite})", n=number(row, "value_words"), when=in_time(row["date_words"]),
            cite=row["cite"])
        for _, row in rows.iterrows()
    ]  # fmt: skip
    return say(
        "Works shown in other editions: {said}; their entries are not counted.",
        said=Html(", ".join(said)),
    )


def schemes(case: Case) -> Prose | Gap:
    """Return the courses and the parts of social schemes, with courses a theme where both are."""
    rows = case.observations
    rows = rows[(rows["dimension"] == "social") & (rows["status"] == "observed")]
    courses = rows[rows["indicator"] == "courses"]
    parts = rows[rows["indicator"] == "scheme_components"]
    if courses.empty and parts.empty:
        return Gap(
            "the parts of social schemes",
            ["observations.csv: indicators courses and scheme_components, dimension social"],
        )
    items = []
    used: set[str] = set()
    for _, row in courses.iterrows():
        themes = parts[
            parts["segment"].str.startswith(f"{row['segment']}_") & (parts["date"] == row["date"])
        ]
        used |= set(themes["anchor"])
        tail = ""
        if len(themes) == 1 and themes["low"].iloc[0] > 0:
            theme = themes.iloc[0]
            mean = derived(
                number_words(round(row["low"] / theme["low"], 2)),
                f"{row['value_words']} courses divided by {theme['value_words']}", [row, theme],
            )  # fmt: skip
            tail = say(" in {n} themes, a mean of {mean} a theme", mean=mean,
                       n=number(theme, "value_words"))  # fmt: skip
        items.append(_item(row, "courses", tail))
    items += [_item(row, "parts") for _, row in parts.iterrows() if row["anchor"] not in used]
    return bullets(items, "Parts of social schemes")


def _item(row: pd.Series, noun: str, tail: str = "") -> str:
    return say(
        "{what} ({when}): {n} {noun}{tail} ({cite}).",
        what=_head(row["segment_words"]),
        when=row["date_words"],
        n=number(row, "value_words"),
        noun=noun,
        tail=Html(tail),
        cite=row["cite"],
    )


def _head(text: str) -> str:
    return text[:1].upper() + text[1:]


def missing(case: Case) -> list[str]:
    """Return what the rows of this cluster do not allow to say."""
    found = []
    rows = case.observations[case.observations["status"] == "observed"]
    for indicators, text in (
        (("resident_survey_share",), "What residents think: no survey of them is on record."),
        (("participants",), "How many people take an active part: no count was observed."),
        (("displaced_tenants", "tenants_departed"),
         "How many had to leave: no count of displaced tenants or artists was observed."),
    ):  # fmt: skip
        if not rows["indicator"].isin(indicators).any():
            found.append(text)
    absent = audiences_without(case)
    if absent:
        found.append(f"What is done for these audiences, if anything: {', '.join(absent)}.")
    return found


def cannot_say(case: Case) -> Prose:
    """Return what the chapter cannot say: from missing rows, then what no row could say."""
    return closing.cannot_say([*missing(case), *ALWAYS])
