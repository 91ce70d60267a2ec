"""What is claimed and what is measured of a cluster's effects on the place around it."""

from __future__ import annotations

import math

import pandas as pd

from clusterbook.analysis import series
from clusterbook.analysis.balance import empirical
from clusterbook.evidence import Case
from clusterbook.evidence.units import number_words

from .gap import Gap
from .sentence import Html, Prose, as_subject, bullets, derived, listed, number, paragraph, say
from .site_areas import site_areas, three_digits


def surroundings(case: Case) -> Prose | Gap:
    """Return the city's programme of works: its dated environmental works and programmes."""
    events = case.city.events if case.city else case.events.iloc[:0]
    rows = series.dated(series.inside(events))
    rows = rows[
        (rows["dimension"] == "environmental") & rows["kind"].isin(["renovation", "programme"])
    ]
    if rows.empty:
        where = case.fact("city") or "the city"
        return Gap(
            f"works of {where} around the cluster",
            ["data/context: events.csv of the city, kind renovation or programme, environmental"],
        )
    items = []
    for _, row in rows.iterrows():
        note = f" ({row['note']})" if row["note"] else ""
        items.append(
            say("{date}: {title}{note}, {cite}, grade {grade}.", date=number(row, "date_words"),
                title=row["title"], note=note, cite=row["cite"], grade=row["grade"])
        )  # fmt: skip
    return bullets(items, "Works of the city")


def beyond(case: Case) -> Prose | Gap:
    """Return what is claimed about effects on the surroundings, and what measures them."""
    found = empirical(case.findings)
    outward = found[(found["dimension"] == "environmental") & (found["scope"] == "external")]
    sustains = outward[outward["valence"] == "sustains"]
    rows = case.observations
    measured = rows[(rows["dimension"] == "environmental") & (rows["scope"] == "external")]
    claimed = measured[measured["segment"].str.contains("claimed")]
    measured = measured[(measured["status"] == "observed") & ~measured.index.isin(claimed.index)]
    if outward.empty and claimed.empty:
        return Gap(
            f"effects of {case.name} on its surroundings, claimed or measured",
            ["findings.csv: dimension environmental, scope external",
             "observations.csv: the same quantity around the site before and after"],
        )  # fmt: skip
    said = [_radius(case, row) for _, row in claimed.iterrows()]
    if len(outward):
        said.append(_outward(outward, sustains))
    said.append(_measured(case, measured))
    return paragraph(*said)


def _outward(outward: pd.DataFrame, sustains: pd.DataFrame) -> str:
    n, k = len(outward), len(sustains)
    rule = "environmental claims towards the city, and those coded as sustaining"
    if n == 1:
        said = "speaks of support" if k else "does not speak of support"
        return say("The {one} on its surroundings {said}.", said=said,
                   one=derived("one environmental claim", rule, outward))  # fmt: skip
    return say("{share} environmental claims on its surroundings speak of support.",
               share=derived(f"{k} of {n}", rule, outward))  # fmt: skip


def _measured(case: Case, rows: pd.DataFrame) -> str:
    if rows.empty:
        return "No measurement of anything outside the site stands beside the claims."
    dated = rows[rows["when"].notna()]
    times = dated.groupby(["indicator", "segment"])["when"].nunique()
    labels = dict(zip(case.codebook["indicator"], case.codebook["label"], strict=True))
    twice = [labels.get(name, name).lower() for name, _ in times.index[times > 1]]
    again = f"only the {listed(twice)} is given for more than one date" if twice else (
        "not one quantity is given for more than one date"
    )  # fmt: skip
    return say(
        "Beside the claims {stand} {n} of anything outside the site; {again}.",
        stand="stands" if len(rows) == 1 else "stand", again=again,
        n=derived(_rows(len(rows)), "environmental observations towards the city", rows),
    )  # fmt: skip


def _rows(n: int, one: str = "measurement", many: str = "measurements") -> str:
    return f"{n} {one if n == 1 else many}"


def _radius(case: Case, row: pd.Series) -> str:
    km = row["mid"] * (1 if row["unit"] == "km" else 0.001)
    circle = math.pi * km**2
    site = site_areas(case)
    size = Html("")
    if len(site):
        times = [
            circle * 1e6 / site[side].agg(how) for side, how in (("high", "max"), ("low", "min"))
        ]
        words = " to ".join(dict.fromkeys(number_words(float(f"{t:.2g}")) for t in times))
        size = Html(say(", {times} the site", times=derived(
            f"{words} times", "circle of the claimed radius divided by site area",
            pd.concat([site, row.to_frame().T]))))  # fmt: skip
    return say(
        "{cite} claims an effect over {radius}: a circle of {area}{size}.",
        cite=as_subject(row["cite"]),
        radius=number(row), size=size,
        area=derived(f"{three_digits(circle)} km²", "pi times the claimed radius squared", [row]),
    )  # fmt: skip
