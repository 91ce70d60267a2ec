"""The methods page: saturation and the pace of events, of the rows as they are and changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from running import Page, edited, run

from clusterbook.analysis import periodisation as pace
from clusterbook.evidence import open_case
from clusterbook.evidence.root import cluster_slugs


@pytest.fixture(scope="module")
def page() -> Page:
    return run("methods", "m50")


def test_saturation_counts_texts_in_order_of_publication(page: Page) -> None:
    curve = page.names["curve"].set_index("cluster")
    case = open_case("m50")
    claims = case.findings[case.findings["kind"] == "empirical"]
    own = curve.loc[case.name]
    assert own["claims"] == len(claims)
    assert own["texts"] == claims["source"].nunique()
    year = {key: case.all_sources[key].year or "9999" for key in set(claims["source"])}
    order = sorted(year, key=lambda key: (year[key], key))
    seen: set[str] = set()
    last = 0
    for n, key in enumerate(order, 1):
        new = set(claims.loc[claims["source"] == key, "category"]) - seen
        seen |= new
        last = n if new else last
    assert (own["last"], own["categories"]) == (last, len(seen))
    assert f"the last new one with text {last};" in page.text


def test_the_pace_of_m50_is_told_as_its_events_are(page: Page) -> None:
    told = page.names["pace_of"].set_index("cluster").loc[open_case("m50").name]
    one = page.names["found"][open_case("m50").name]
    turn = pace.single_break(one.counts)
    assert (told["events"], told["turn"]) == (len(one.events), turn.year)
    assert told["chance"] == round(100 * turn.p_value, 1)
    assert told["found"] == round(100 * pace.power(len(one.events), years=one.last - one.first + 1))
    assert f"the likeliest turn comes after {turn.year}" in page.text
    assert "Too few events for any test" in page.text


def test_experts_turns_explain_no_more_than_the_best(page: Page) -> None:
    fits = page.names["fits"]
    assert len(fits) >= 2
    assert fits["gain"].between(0, 100).all()


def test_a_burst_of_events_makes_a_turn_that_chance_does_not_give(tmp_path: Path) -> None:
    def burst(table: pd.DataFrame) -> pd.DataFrame:
        row = table[table["kind"] == "programme"].head(1).assign(event="")
        more = [row.assign(date=str(2016 + n % 8), title=f"show {n}") for n in range(90)]
        return pd.concat([table, *more])

    with edited(tmp_path, "m50", "events", burst):
        page = run("methods", "m50")
    told = page.names["pace_of"].iloc[0]
    assert told["chance"] <= 5
    assert told["breaks"] >= 1


def test_a_book_without_claims_or_events_says_so(tmp_path: Path) -> None:
    for slug in cluster_slugs():
        with edited(tmp_path, slug, "events", lambda table: table.iloc[:0], bare=True):
            pass
    with edited(tmp_path, "m50", "events", lambda table: table.iloc[:0], bare=True):
        page = run("methods", "m50")
    assert "enough dated events for a test" in page.gaps
    assert page.names["main"] is None
