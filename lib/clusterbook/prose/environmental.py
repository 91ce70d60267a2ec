"""What the environmental chapter says."""

from __future__ import annotations

import math
import re

import pandas as pd

from clusterbook.analysis import areas as area_tables
from clusterbook.analysis import series
from clusterbook.analysis.attested import length_unmoved, wall_rows, works
from clusterbook.analysis.environmental_themes import indicator_counts, theme_counts, unmeasured
from clusterbook.evidence import Case, peers
from clusterbook.evidence.units import in_m2, number_words, unit_words

from .closing import cannot_say as cannot_say_list
from .gap import Gap
from .sentence import Html, Number, Prose, answer, bullets, derived, number, paragraph, say

_PROTECTION = re.compile(
    r"\b(heritage|monument|protect\w*|conservation|historic buildings?|listed buildings?)\b", re.I
)


def _three(value: float) -> str:
    return number_words(float(f"{value:.3g}"))


def _span(rows: pd.DataFrame, form: str = "amount") -> Html:
    """Return the lowest and the highest value of rows as two sourced numbers, or the only one."""
    low, high = rows.loc[rows["low"].idxmin()], rows.loc[rows["high"].idxmax()]
    if low["low"] == high["low"] and low["high"] == high["high"]:
        return Html(say("{v}", v=_best(rows, form)))
    parts = {"low": number(low, "value_words"), "high": number(high, form)}
    return Html(say("{low} to {high}", **parts))


def _best(rows: pd.DataFrame, form: str) -> Number:
    return number(rows.sort_values(["grade", "row"], kind="stable").iloc[0], form)


def _site(case: Case) -> pd.DataFrame:
    return area_tables.statements(series.inside(case.series("site_area")), "m2")


def _plain_m2(rows: pd.DataFrame) -> pd.DataFrame:
    """Return areas with `amount` in square metres alone, the reported unit left to the tooltip."""
    words = [f"{w} m²" for w in rows["value_words"]]
    return rows.assign(amount=words)


def opening(case: Case) -> Prose | Gap:
    """Return the chapter's answer: how much stands, what was lost, and what nobody measured."""
    site, count = _site(case), series.inside(case.series("building_count", ""))
    parts = []
    if len(site):
        parts.append(say("a site of {area}", area=_span(_plain_m2(site))))
    if len(count):
        parts.append(say("{n} buildings", n=_span(count, "value_words")))
    themes = theme_counts(peers(), case.codebook)
    elsewhere, nowhere = unmeasured(themes, case.slug)
    total = themes["theme"].nunique()
    held = total - len(elsewhere) - len(nowhere)
    done = works(case.events)
    if not parts and done.empty and not held:
        return Gap(
            f"the site, the buildings and the works of {case.name}",
            ["observations.csv: indicators site_area, building_count; events.csv: kind renovation"],
        )
    stands = say("The record gives {parts}.", parts=Html(" and ".join(parts))) if parts else None
    measured = say(
        "measurements cover {held} of {total} environmental themes, none of them {missing}.",
        held=_held(case, held), total=str(total),
        missing=_listed([theme.lower() for theme in nowhere or elsewhere]),
    )  # fmt: skip
    return answer(stands, f"{_works(case, done)}, and {measured}")


def _works(case: Case, done: pd.DataFrame) -> str:
    fell = done[done["kind"] == "demolition"]
    if done.empty:
        return "No dated renovation or demolition is on record"
    share = derived(
        f"{len(fell)} of {len(done)}", "demolitions, of all dated works on record", done
    )
    wall_events, _ = wall_rows(case.events, case.observations)
    same = fell[fell.index.isin(wall_events.index)]
    of_wall = Html("")
    if len(same) > 1:
        of_wall = Html(say(" ({n} of them of one painted wall)", n=str(len(same))))
    return say("{share} dated reports of works are of demolition{wall}", share=share, wall=of_wall)


def _held(case: Case, held: int) -> Number:
    rows = case.observations
    names = case.codebook.loc[case.codebook["dimension"] == "environmental", "indicator"]
    rows = rows[rows["indicator"].isin(names) & (rows["dimension"] != "context")]
    rows = rows[(rows["status"] == "observed") & (rows["indicator"] != "distance")]
    if rows.empty:
        return Number(str(held), "No environmental measurement of this cluster", "ledger.html")
    return derived(str(held), "themes with at least one measurement", rows)


def _listed(words: list[str], last: str = "or") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def areas(case: Case) -> Prose | Gap:
    """Return how the areas agree: units turned into one, spread, floor area by site area."""
    site = _site(case)
    floor = area_tables.statements(series.inside(case.series("floor_area")), "m2")
    if site.empty and floor.empty:
        return Gap(
            "areas that could be compared",
            ["observations.csv: indicators site_area and floor_area, segment empty"],
        )
    return paragraph(
        *_units(case), _apart(site, "site"), _apart(floor, "floor"), _ratio(site, floor)
    )


def _units(case: Case) -> list[str]:
    rows = series.inside(case.series("site_area", ""))
    said = []
    for unit in dict.fromkeys(rows["unit"]):
        if unit == "m2":
            continue
        row = rows[rows["unit"] == unit].iloc[0]
        metres = derived(
            f"{_three(in_m2(row['mid'], unit))} m²", "the reported area, converted", [row]
        )
        said.append(
            say("At {one} m² to the {unit}, {amount} is {metres}.", one=_three(in_m2(1, unit)),
                unit=unit_words(unit, one=True), amount=number(row), metres=metres)
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
    share = derived(
        f"{100 * apart:.0f}%", "largest value divided by the smallest, less one", rows
    )
    return say(
        "The largest {what} area on record is {share} above the smallest, and no source says how it "
        "was measured.", what=what, share=share,
    )  # fmt: skip


def _ratio(site: pd.DataFrame, floor: pd.DataFrame) -> str | None:
    if site.empty or floor.empty:
        return None
    low = floor["low"].min() / site["high"].max()
    high = floor["high"].max() / site["low"].min()
    words = _three(low) if _three(low) == _three(high) else f"{low:.2g} to {high:.2g}"
    times = derived(f"{words} times", "floor area divided by site area, lowest to highest",
                    pd.concat([floor, site]))  # fmt: skip
    return say("The floor area is {times} the site.", times=times)


def protection(case: Case) -> Prose | Gap:
    """Return the dated acts of protection: designations and policies that name heritage."""
    rows = series.inside(case.events)
    rows = rows[rows["kind"].isin(["designation", "policy", "award"])]
    rows = rows[[bool(_PROTECTION.search(title)) for title in rows["title"]]]
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
            say("Losses of the wall are dated {dates}.", dates=Html(_listed(dates, "and"))),
        )
        said.append(
            "These may be steps of one clearance or rival dates for it: no source cites another, "
            "and none says what was left."
            if not (fell["via"] != "").any()
            else "These may be steps of one clearance or rival dates for it: no source sets them "
            "side by side."
        )
    unmoved = length_unmoved(lengths, events)
    if len(unmoved):
        first, last = unmoved.iloc[0], unmoved.iloc[-1]
        said.append(
            say("The length given is {length} in {first} and still {again} in {last}, after a first "
                "part had gone, so the figure was handed on and not measured again.",
                length=_exact(first), first=first["date_words"], again=_exact(last),
                last=last["date_words"])
        )  # fmt: skip
    return paragraph(*said) if said else None


def _exact(row: pd.Series) -> Number:
    return number(row, "amount")


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
            [
                "data/context: events.csv of the city, kind renovation or programme, dimension environmental"
            ],
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
    found = case.findings
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
    again = f"only the {_listed(twice, 'and')} is given for more than one date" if twice else (
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
    site = _site(case)
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
        "{cite} claims an effect over {radius}: a circle of {area}{size}.", cite=row["cite"],
        radius=number(row), size=size,
        area=derived(f"{_three(circle)} km²", "pi times the claimed radius squared", [row]),
    )  # fmt: skip


def absence(case: Case) -> Prose:
    """Return which indicators of the codebook have rows here, only elsewhere, or nowhere."""
    found = indicator_counts(peers(), case.codebook, case.slug)
    total = sum(len(labels) for labels in found.values())
    sentences = [
        say("The codebook asks {total} things about the environment.", total=str(total)),
        say("{here} of them have a row here, {elsewhere} only at other clusters, {nowhere} at none{names}.",
            here=_held(case, len(found["here"])), elsewhere=str(len(found["elsewhere"])),
            nowhere=str(len(found["nowhere"])),
            names=f": {_listed([x.lower() for x in found['nowhere']], 'and')}" if found["nowhere"] else ""),
        "On air, water, waste and noise it does not even ask.",
    ]  # fmt: skip
    return paragraph(*sentences)


def cannot_say(case: Case) -> Prose:
    """Return what the chapter cannot say: what is missing here, and what no row of it could tell."""
    themes = theme_counts(peers(), case.codebook)
    elsewhere, nowhere = unmeasured(themes, case.slug)
    items = []
    if nowhere:
        items.append(
            f"What the cluster uses and emits: no cluster has a row on "
            f"{_listed([t.lower() for t in nowhere])}."
        )
    if elsewhere:
        items.append(
            f"How {case.name} compares on {_listed([t.lower() for t in elsewhere], 'and')}, "
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
