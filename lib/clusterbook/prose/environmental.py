"""What the environmental chapter says."""

from __future__ import annotations

import re

import pandas as pd

from clusterbook.analysis import environmental_themes, series
from clusterbook.analysis.attested import wall_rows, works
from clusterbook.analysis.events import once
from clusterbook.evidence import Case, peers

from .closing import cannot_say as cannot_say_list
from .effects import beyond, surroundings
from .gap import Gap
from .overview import fact
from .sentence import Html, Number, Prose, answer, bullets, derived, listed, number, paragraph, say
from .site_areas import areas, plain_m2, site_areas, span

__all__ = [
    "absence",
    "areas",
    "beyond",
    "cannot_say",
    "opening",
    "period",
    "protection",
    "surroundings",
    "wall",
]

_PROTECTION = re.compile(
    r"\b(?:heritage|monument|protect\w*|conservation|historic buildings?|listed buildings?)\b", re.I
)


def opening(case: Case) -> Prose | Gap:
    """Return the chapter's answer: how much stands, what was lost, and what nobody measured."""
    site, count = site_areas(case), series.inside(case.series("building_count", ""))
    parts = []
    if len(site):
        parts.append(say("a site of {area}", area=span(plain_m2(site))))
    if len(count):
        parts.append(say("{n} buildings", n=span(count, "value_words")))
    themes = environmental_themes.of_case(case)
    elsewhere, nowhere = environmental_themes.unmeasured(themes, case.slug)
    total = themes["theme"].nunique()
    held = total - len(elsewhere) - len(nowhere)
    done = works(once(case.events))
    done = done[~done["announced"]]
    if not parts and done.empty and not held:
        return Gap(
            f"the site, the buildings and the works of {case.name}",
            ["observations.csv: indicators site_area, building_count; events.csv: kind renovation"],
        )
    stands = say("The record gives {parts}.", parts=Html(" and ".join(parts))) if parts else None
    measured = say(
        "measurements cover {held} of {total} environmental themes, none of them {missing}.",
        held=_held(case, held), total=str(total),
        missing=listed([theme.lower() for theme in nowhere or elsewhere], "or"),
    )  # fmt: skip
    return answer(stands, f"{_works(case, done)}, and {measured}")


def _works(case: Case, done: pd.DataFrame) -> str:
    fell = done[done["kind"] == "demolition"]
    if done.empty:
        return "No dated renovation or demolition is on record"
    told = "demolitions, of all dated works on record"
    if len(done) == 1:
        only = derived("one dated work", told, done)
        a_loss = "a demolition" if len(fell) else "no demolition"
        return say("The {only} on record is {what}", only=only, what=a_loss)
    if fell.empty:
        n = derived(str(len(done)), told, done)
        return say("None of {n} dated works is a demolition", n=n)
    share = derived(f"{len(fell)} of {len(done)}", told, done)
    are = "is a demolition" if len(fell) == 1 else "are demolitions"
    return say("{share} dated works {are}", share=share, are=are)


def _held(case: Case, held: int) -> Number:
    rows = case.observations
    names = case.codebook.loc[case.codebook["dimension"] == "environmental", "indicator"]
    rows = rows[rows["indicator"].isin(names) & (rows["dimension"] != "context")]
    rows = rows[(rows["status"] == "observed") & (rows["indicator"] != "distance")]
    if rows.empty:
        return Number(str(held), "No environmental measurement of this cluster", "ledger.html")
    return derived(str(held), "themes with at least one measurement", rows)


def period(case: Case) -> Prose | Gap:
    """Return from when the works and its buildings date; a gap where no source says."""
    built = fact(case, "built")
    years = case.series("reference_year")
    years = years[years["segment"].str.contains("built")]
    if built is None and years.empty:
        return Gap(
            f"when the works of {case.name} were built",
            [
                "cluster.csv: field built",
                "observations.csv: indicator reference_year, segment built_…",
            ],
        )
    said = []
    if built is not None:
        row = case.facts[case.facts["field"] == "built"].iloc[0]
        said.append(say("By {label} the works are of {built}.", built=built, label=row["label"]))
    for _, row in years.iterrows():
        part = str(row["segment_words"]).replace("built", "").strip() or "building"
        said.append(
            say("By {label} the {part} is of {years}.", label=row["cite"], part=part,
                years=number(row, "value_words"))
        )  # fmt: skip
    said.append("No row gives the number of buildings of each period.")
    return paragraph(*said)


def protection(case: Case) -> Prose | Gap:
    """Return the dated acts of protection: designations and policies that name heritage."""
    rows = series.inside(once(case.events))
    rows = rows[rows["kind"].isin(["designation", "policy", "award"])]
    rows = rows[rows["title"].str.contains(_PROTECTION)]
    if rows.empty:
        return Gap(
            f"a dated act that protects the buildings of {case.name}",
            ["events.csv: kind designation, the title naming the list or the class of protection"],
        )
    ordered = rows.sort_values(["when", "row"], kind="stable")
    return bullets(
        [
            say("{date}: {title} ({cite}, grade {grade}).", date=number(row, "date_words"),
                title=row["title"], cite=row["cite"], grade=row["grade"])
            for _, row in ordered.iterrows()
        ],
        "Acts of protection",
    )  # fmt: skip


def wall(case: Case) -> Prose | None:
    """Return what the sources of a painted wall agree and disagree on; nothing without a wall."""
    events, lengths = wall_rows(case.events, case.observations)
    if lengths.empty:
        return None
    fell = events[(events["kind"] == "demolition") & events["when"].notna()]
    said = []
    if fell["source"].nunique() > 1:
        dates = [say("{date} ({cite})", date=number(row, "date_words"), cite=row["cite"])
                 for _, row in fell.sort_values("when").iterrows()]  # fmt: skip
        said.append(
            say("Losses of the wall are dated {dates}.", dates=Html(listed(dates))),
        )
        said.append(
            "These may be steps of one clearance or rival dates for it: no source cites another, "
            "and none says what was left."
            if not (fell["via"] != "").any()
            else "These may be steps of one clearance or rival dates for it: no source sets them "
            "side by side."
        )
    return paragraph(*said) if said else None


def absence(case: Case) -> Prose:
    """Return which indicators of the codebook have rows here, only elsewhere, or nowhere."""
    found = environmental_themes.indicator_counts(peers(), case.codebook, case.slug)
    total = sum(len(labels) for labels in found.values())
    sentences = [
        say("The codebook asks {total} things about the environment.", total=str(total)),
        say("{here} of them have a row here, {elsewhere} only at other clusters, {nowhere} at none"
            "{names}.",
            here=_held(case, len(found["here"])), elsewhere=str(len(found["elsewhere"])),
            nowhere=str(len(found["nowhere"])),
            names=f": {listed([x.lower() for x in found['nowhere']])}"
            if found["nowhere"] else ""),
        "On air, water, waste and noise it does not even ask.",
    ]  # fmt: skip
    return paragraph(*sentences)


def cannot_say(case: Case) -> Prose:
    """Return what the chapter cannot say: what is missing here, and what no row could tell."""
    themes = environmental_themes.of_case(case)
    elsewhere, nowhere = environmental_themes.unmeasured(themes, case.slug)
    items = []
    if nowhere:
        items.append(
            f"What the cluster uses and emits: no cluster has a row on "
            f"{listed([t.lower() for t in nowhere], 'or')}."
        )
    if elsewhere:
        items.append(
            f"How {case.name} compares on {listed([t.lower() for t in elsewhere])}, "
            "which is measured elsewhere but not here."
        )
    if series.inside(case.series("heritage_buildings")).empty:
        items.append("How many of its buildings are protected, and in which class.")
    if "latitude" not in set(case.facts["field"]):
        items.append("Where exactly it stands: no source of its coordinates was found.")
    items += [
        "Whether the surroundings changed because of the cluster: that needs the same quantity, "
        "before and after, here and at a place without a cluster.",
        "What the works of repair cost the fabric: sources name works, not what was replaced.",
    ]
    return cannot_say_list(items)
