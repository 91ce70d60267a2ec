"""Every rule of the positions: where it holds, where it fails, where it cannot be told."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import clusterbook as cb
from clusterbook.analysis import position_rules as rules
from clusterbook.analysis.position_rules import FAILS, HOLDS, OPEN, RULES, Verdict, View
from clusterbook.evidence.dates import read_date
from clusterbook.evidence.root import cluster_slugs

TABLES: dict[str, dict[str, Any]] = {
    "observations": {
        "indicator": "", "segment": "", "segment_words": "", "unit": "count", "qualifier": "exact",
    },
    "events": {"title": "", "kind": "", "dimension": "cultural", "scope": "internal"},
    "initiatives": {
        "name": "", "audience": "public", "audience_mode": "watch", "decision_level": "na",
        "note": "",
    },
    "findings": {"category": "", "statement": ""},
}  # fmt: skip


def table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    made = []
    for number, given in enumerate(rows, start=2):
        row = {**TABLES[name], "row": number, **given}
        date = read_date(str(row["date"])) if row.get("date") else None
        row |= {
            "start": date.start if date else math.nan, "end": date.end if date else math.nan,
            "when": date.when if date else math.nan, "precision": date.precision if date else "",
        }  # fmt: skip
        if "value" in row:
            row |= {"low": float(row["value"]), "high": float(row.get("upper", row["value"]))}
        made.append(row)
    base = [*TABLES[name], "row", "start", "end", "when", "precision"]
    base += ["low", "high"] if name == "observations" else []
    return pd.DataFrame(made, columns=None if made else base)


def view(
    events: str = "", values: str = "", programmes: str = "", claims: str = "",
    typical: float = math.nan, opened: float = 2000, **facts: str,
) -> View:  # fmt: skip
    """Make a view from lines: "date kind title", "date indicator[part] value hedge", …"""
    listed = [line.split(" ", 2) for line in filter(None, events.split("; "))]
    told = [{"date": d, "kind": k, "title": t[0] if t else ""} for d, k, *t in listed]
    measured = []
    for line in filter(None, values.split("; ")):
        date, what, value, *hedge = line.split(" ")
        indicator, _, part = what.rstrip("]").partition("[")
        unit = (
            "CNY/m2/day" if indicator == "rent" else "times" if "multiple" in indicator else "count"
        )
        measured.append({
            "date": date, "indicator": indicator, "segment": part, "value": value, "unit": unit,
            "qualifier": hedge[0] if hedge else "exact",
        })  # fmt: skip
    offered = []
    for line in filter(None, programmes.split("; ")):
        date, audience, mode, level, name = line.split(" ", 4)
        offered.append({
            "date": date.strip("-"), "audience": audience, "audience_mode": mode,
            "decision_level": level, "name": name,
        })  # fmt: skip
    said = [
        dict(zip(("category", "statement"), c.split(": "), strict=True))
        for c in filter(None, claims.split("; "))
    ]
    happened = table("events", told)
    return View(
        "x", "X", table("observations", measured), happened, table("initiatives", offered),
        table("findings", said), happened, facts, opened, typical,
    )  # fmt: skip


MOVES = "2001 arrival A; 2002 arrival B; 2003 arrival C; 2009 departure D"  # a quarter is lost
LOSSES = "2001 arrival A; 2008 departure B; 2009 departure C; 2010 departure D"  # three quarters
FIVE = "; ".join(f"201{n} public watch na Show {n}" for n in range(5))

CASES: list[tuple[Callable[[View], Verdict], str, View]] = [
    # the first is where a rule holds, then where it fails, then where it cannot be told
    (rules.arrivals_go_on, HOLDS, view("2001 arrival Painter; 2004 designation; 2006 arrival Gallery")),
    (rules.arrivals_go_on, FAILS, view("2001 arrival Painter; 2004 designation")),
    (rules.arrivals_go_on, OPEN, view("2001 arrival Painter; 2006 departure Gallery")),
    (rules.arrivals_go_on, OPEN, view("2004 arrival Painter; 2004 designation")),
    (rules.arrivals_go_on, OPEN, view("2004 designation; 20XX arrival Painter")),
    (rules.makers_stay, HOLDS, view(values="2010 galleries 10; 2015 galleries 12", programmes="2012 public watch na Fair")),
    (rules.makers_stay, FAILS, view("2014 designation", "2010 galleries 10; 2015 galleries 7")),
    (rules.makers_stay, OPEN, view("2014 designation", "2010 galleries 10 over; 2015 galleries 10 over")),
    (rules.makers_stay, OPEN, view(values="2010 galleries 10; 2015 galleries 7")),
    (rules.rents_then_departures, HOLDS, view("2010 departure A", "2000 rent 1; 2006 rent 3")),
    (rules.rents_then_departures, HOLDS, view("2010 departure A", "2000 rent 0; 2006 rent 3")),
    (rules.acts_before_the_jump, HOLDS, view("2001 arrival A; 2003 policy", "2005 rent 0; 2008 rent 3; 2010 rent 9")),
    (rules.rents_then_departures, HOLDS, view("2009~ departure A", "2006/2009 rent_multiple 1.3")),
    (rules.rents_then_departures, FAILS, view("1999 departure A; 2010 departure B", "2000 rent 1; 2006 rent 3")),
    (rules.rents_then_departures, OPEN, view("2003 departure A", "2000 rent 1; 2006 rent 3")),
    (rules.rents_then_departures, OPEN, view("2010 departure A", "2000 rent 3; 2006 rent 3")),
    (rules.rents_then_departures, OPEN, view("2010 arrival A", "2000 rent 1; 2006 rent 3")),
    (rules.rents_then_departures, OPEN, view("2010 departure A", "2000 rent[head_lease] 1; 2006 rent[head_lease] 3")),
    (rules.makers_thin_out, HOLDS, view(values="2012 studios 9; 2016 studios 4")),
    (rules.makers_thin_out, FAILS, view(values="2012 tenants[creative_firms] 39; 2016 tenants[creative_firms] 40 about")),
    (rules.makers_thin_out, OPEN, view(values="2012 tenants 90; 2016 tenants 40")),
    (rules.makers_thin_out, OPEN, view(values="2012-11 studios 9; 2013-03 studios 4")),
    (rules.makers_thin_out, OPEN, view(values="20XX studios 9; 2013 studios 4")),
    (rules.makers_thin_out, OPEN, view(values="2018 event_exhibitors[art_fair] 110; 2020 event_exhibitors[art_fair] 80")),
    (rules.no_cheap_tier_lasts, HOLDS, view("2024 closure", programmes="2012/2024 artists none na Cheap rooms")),
    (rules.no_cheap_tier_lasts, HOLDS, view("2017 demolition", programmes="2007 tenants none na Zero rent", status="redeveloped")),
    (rules.no_cheap_tier_lasts, FAILS, view(values="2004 rent 1; 2014 rent[studios] 2; 2014 rent[shops] 5")),
    (rules.no_cheap_tier_lasts, OPEN, view(values="2014 rent[studios] 2; 2014 rent[shops] 5; 2019 rent[shops] 6")),
    (rules.no_cheap_tier_lasts, OPEN, view(values="2004 rent 1; 2014 rent 2")),
    (rules.titles_after_arrivals, HOLDS, view("2001 arrival A; 2005 designation")),
    (rules.titles_after_arrivals, FAILS, view("2004 designation; 2008 arrival A")),
    (rules.titles_after_arrivals, OPEN, view("2004 designation; 2004 arrival A")),
    (rules.titles_after_arrivals, OPEN, view("20XX designation; 2004 arrival A")),
    (rules.acts_before_the_jump, HOLDS, view("2001 arrival A; 2003 policy", "2005 rent 1; 2008 rent 3")),
    (rules.acts_before_the_jump, FAILS, view("2001 arrival A; 2010 ownership", "2005 rent 1; 2008 rent 3")),
    (rules.acts_before_the_jump, OPEN, view("2001 arrival A; 2006 designation", "2005 rent 1; 2008 rent 3")),
    (rules.acts_before_the_jump, OPEN, view("2001 arrival A; 2006 designation", "2005 rent 1")),
    (rules.no_more_than_a_hearing, HOLDS, view(programmes="2010 public make 2 Survey")),
    (rules.no_more_than_a_hearing, FAILS, view(programmes="2010 public make 2 Survey; 2012 residents make 3 Plan")),
    (rules.no_more_than_a_hearing, OPEN, view(programmes="2010 public watch na Show")),
    (rules.fabric_over_work, HOLDS, view("2010 renovation; 1958 closure", claims="fabric-conservation: Halls are kept.")),
    (rules.fabric_over_work, FAILS, view("2010 renovation; 1958 closure; 1990 closure", claims="memory-politics: Old workers are absent.")),
    (rules.fabric_over_work, FAILS, view("2010 renovation; 1958 closure")),
    (rules.fabric_over_work, OPEN, view("2010 founding; 1930 founding")),
    (rules.workers_do_not_decide, HOLDS, view(programmes=FIVE)),
    (rules.workers_do_not_decide, HOLDS, view(programmes="2010 public watch na Former workers at home")),
    (rules.workers_do_not_decide, FAILS, view(programmes="2010 residents make na Tours by retired miners")),
    (rules.workers_do_not_decide, OPEN, view(programmes="2010 public watch na Show")),
    (rules.patient_owners_lose_fewer, HOLDS, view(MOVES, capital="state", typical=0.5)),
    (rules.patient_owners_lose_fewer, HOLDS, view(LOSSES, capital="private", typical=0.5)),
    (rules.patient_owners_lose_fewer, FAILS, view(LOSSES, capital="state", typical=0.5)),
    (rules.patient_owners_lose_fewer, FAILS, view(MOVES, capital="mixed", typical=0.5)),
    (rules.patient_owners_lose_fewer, OPEN, view("2001 arrival A", capital="state", typical=0.5)),
    (rules.patient_owners_lose_fewer, OPEN, view(MOVES, capital="state")),
    (rules.patient_owners_lose_fewer, OPEN, view(MOVES, capital="state", typical=0.25)),
    (rules.patient_owners_lose_fewer, OPEN, view(MOVES, typical=0.5)),
    (rules.tiers_lose_fewer, HOLDS, view(MOVES, programmes="- artists none na Tiered rent", typical=0.5)),
    (rules.tiers_lose_fewer, FAILS, view(LOSSES, programmes="- artists none na Tiered rent", typical=0.5)),
    (rules.tiers_lose_fewer, OPEN, view(LOSSES, typical=0.5)),
    (rules.a_say_loses_fewer, HOLDS, view(MOVES, programmes="2010 residents make 2 Plan", typical=0.5)),
    (rules.a_say_loses_fewer, FAILS, view(LOSSES, programmes="2010 residents make 4 Plan", typical=0.5)),
    (rules.a_say_loses_fewer, OPEN, view(LOSSES, programmes="2010 residents watch 1 Talk", typical=0.5)),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "verdict", "cluster"), CASES)
def test_a_rule_holds_fails_or_stays_open(
    rule: Callable[[View], Verdict], verdict: str, cluster: View
) -> None:
    found = rule(cluster)
    assert (found.word, bool(found.why)) == (verdict, True), found.why
    if found.holds is not None:
        assert found.rows, "a verdict leads to rows"


def test_every_rule_is_tried_all_three_ways() -> None:
    for rule in RULES:
        tried = {verdict for test, verdict, _ in CASES if test is rule.test}
        assert tried == {HOLDS, FAILS, OPEN}, rule.says


def test_a_position_holds_with_all_its_rules_and_fails_with_one() -> None:
    words = {"a": [HOLDS, HOLDS], "b": [HOLDS, OPEN], "c": [HOLDS, FAILS], "d": [OPEN, FAILS]}
    found = pd.DataFrame(
        [("p", slug, slug, word) for slug, two in words.items() for word in two],
        columns=["position", "slug", "cluster", "verdict"],
    )
    told = rules.by_position(found).set_index("slug")
    assert dict(told["verdict"]) == {"a": HOLDS, "b": OPEN, "c": FAILS, "d": FAILS}
    assert dict(told["told"]) == {"a": 2, "b": 1, "c": 2, "d": 1}


def test_every_rule_runs_on_real_rows_of_three_clusters_beside_the_first() -> None:
    seen = rules.views([cb.open_case(slug) for slug in cluster_slugs()], "m50")
    found = rules.tried(seen)
    assert len(found) == len(RULES) * len(seen)
    told = found[(found["verdict"] != OPEN) & (found["slug"] != "m50")]
    counts = told.groupby("says")["slug"].nunique()
    assert set(counts.index) == {rule.says for rule in RULES}
    assert counts.min() >= 3, counts[counts < 3]
    for row in told.itertuples():
        assert all(one["place"] == row.slug for one in row.rows), (row.says, row.slug)


def test_the_first_case_is_no_part_of_what_is_typical() -> None:
    cases = [cb.open_case(slug) for slug in ("m50", "798", "tianzifang", "gillman-barracks")]
    seen = {one.slug: one for one in rules.views(cases, "m50")}
    others = [seen[slug].lost for slug in ("798", "tianzifang", "gillman-barracks")]
    assert seen["m50"].typical == pd.Series(others).median()
    assert math.isnan(seen["798"].typical), "two others are too few"


def test_the_positions_of_the_literature_are_those_that_have_rules() -> None:
    assert {rule.position for rule in RULES} == set(
        cb.read_list("literature/positions")["position"]
    )
