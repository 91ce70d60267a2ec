"""The background chapter, run for clusters as they are and for evidence that was changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from running import edited, run


@pytest.mark.parametrize("slug", ["zollverein", "798"])
def test_a_city_without_a_folder_is_one_gap_and_no_link(slug: str) -> None:
    page = run("background", slug)
    assert "Shanghai" not in page.text
    assert len([gap for gap in page.gaps if gap.startswith("policies, protection")]) == 1
    assert "city.html" not in page.html


def test_a_cluster_leads_to_its_city_and_tells_what_was_ruled_before_it() -> None:
    page = run("background", "hefeng")
    assert 'href="city.html"' in page.html
    earlier, first = page.names["earlier"], page.names["first"]
    assert 0 < len(earlier) < len(page.names["policies"])
    assert (earlier["start"] < first).all()
    assert page.names["last"].iloc[0]["start"] == earlier["start"].max()


def test_a_cluster_without_an_opening_says_nothing_of_what_came_before(tmp_path: Path) -> None:
    def closed(facts: pd.DataFrame) -> pd.DataFrame:
        return facts[facts["field"] != "opened"]

    with edited(tmp_path, "hefeng", "cluster", closed, bare=True):
        page = run("background", "hefeng")
        assert "older than the cluster" not in page.text
        assert "events before the cluster opened" in page.gaps


def test_claims_on_the_cluster_alone_are_audited() -> None:
    text = run("background", "m50").text
    assert "centuries-old" in text
    assert "start-ups" not in text, "claims on the city are on its page"
