"""The social chapter: taking part and having a say, entries, groups in the record."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from running import Page, drawn_within, edited, run

from clusterbook.charts.theme import NARROW, WIDE


@pytest.fixture(scope="module")
def m50() -> Page:
    return run("social", "m50")


def programme(frame: pd.DataFrame, key: str, **cells: str) -> None:
    """Change all rows of a programme."""
    rows = frame["programme"].eq(key) | frame["name"].eq(key)
    assert rows.any(), key
    for column, cell in cells.items():
        frame.loc[rows, column] = cell


def test_opening_of_m50(m50: Page) -> None:
    assert (
        "Of 24 programmes sources tell in 4 how people stand to decisions; the furthest that anybody is taken in is “involve”."
        in m50.text
    )
    assert "Residents appear in 15 claims and 2 programmes." in m50.text


def test_the_title_tells_who_is_asked_first(tmp_path: Path, m50: Page) -> None:
    told = m50.figures["participation"].title
    assert told.endswith("2 of 4 programmes with a level ask people first")

    def mute(frame: pd.DataFrame) -> None:
        frame.loc[frame["decision_level"] != "na", "decision_level"] = "1"

    with edited(tmp_path / "a", "m50", "initiatives", mute, bare=True):
        title = run("social", "m50").figures["participation"].title
    assert title.endswith("0 of 4 programmes with a level ask people first")

    def two(frame: pd.DataFrame) -> pd.DataFrame:
        out = ~frame["programme"].isin(["nongtang-project", "children-competition"])
        frame.loc[~out, "decision_level"] = "na"
        return frame

    with edited(tmp_path / "b", "m50", "initiatives", two, bare=True):
        title = run("social", "m50").figures["participation"].title
    assert title == "Programmes at M50 Creative Park by what people do and by their say"

    def none(frame: pd.DataFrame) -> None:
        frame["decision_level"] = "na"

    with edited(tmp_path / "c", "m50", "initiatives", none, bare=True):
        page = run("social", "m50")
    assert "participation" not in page.figures
    assert "programmes in which people could have a say in a decision" in page.gaps
    assert "For 23 programmes on record no source tells how people stand" in page.text


def test_a_programme_counts_once_at_its_highest_level(m50: Page) -> None:
    told = m50.names["told"].set_index("key")
    assert told.loc["children-competition", "level"] == 3
    assert m50.text.count("Tenant evaluation with internal and external experts") >= 1
    assert len(m50.figures["participation"].rows) == 4


def test_base_rates_are_counts_and_no_shares(m50: Page) -> None:
    table = m50.text.partition("Programmes on record by cluster")[2].partition("The social")[0]
    assert re.search(r"Tianzifang\s+6\s+3\s+2", table)
    assert "%" not in table


def test_entries_and_later_stages_of_one_edition(tmp_path: Path, m50: Page) -> None:
    assert (
        "Of over 5,000 entries in 2017, 200 are on record at the stage “shortlist”: under 4%."
        in m50.text
    )
    assert "47 are on record at the stage “auctioned”: under 0.94%." in m50.text
    assert "what became of the entries of a competition" in run("social", "tianzifang").gaps

    def fewer(frame: pd.DataFrame) -> None:
        frame.loc[frame["indicator"] == "competition_entries", ["value", "qualifier"]] = (
            "400",
            "exact",
        )

    with edited(tmp_path, "m50", "observations", fewer, bare=True):
        assert "200 are on record at the stage “shortlist”: 50%." in run("social", "m50").text


def test_groups_and_who_is_in_no_row(tmp_path: Path, m50: Page) -> None:
    counts = m50.names["spoken"].groupby(["group", "way"]).size()
    assert counts["residents", "claims"] == 15
    assert counts["residents", "programmes"] == 2
    assert ("residents", "figures") not in counts
    assert counts["former workers"].to_dict() == {"figures": 2}
    assert "children and youth, programmes: " in m50.figures["groups"].description

    def unheard(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[~frame["indicator"].isin(["industrial_jobs", "former_workers"])]

    with edited(tmp_path, "m50", "observations", unheard, bare=True):
        title = run("social", "m50").figures["groups"].title
    assert title.endswith("and who is not: former workers")


def test_what_cannot_have_a_say_is_told_and_not_in_the_base(m50: Page) -> None:
    assert (
        "20 other programmes are left out, since no source tells how people stand to decisions there."
        in m50.text
    )
    assert "what offers nobody a part: Tiered rent for founding artists." in m50.text


def test_a_click_on_a_count_leads_to_every_row_behind_it(m50: Page) -> None:
    rows = m50.names["case"].initiatives
    anchors = rows.loc[rows["programme"] == "art-week", "anchor"]
    assert len(anchors) == 3
    box = m50.html.partition("cb-box")[2].partition("</dl>")[0]
    assert all(anchor in box for anchor in anchors)


def test_empty_levels_and_cells_are_seen_and_said(m50: Page) -> None:
    for width in (WIDE, NARROW):
        assert "Empower" in json.dumps(m50.figures["participation"].specification(width))
        assert "Try" in json.dumps(m50.figures["participation"].specification(width))
    assert "Claims have no code for children and youth or former workers" in m50.text
    assert "No claim concerns" not in m50.text
    assert "No figure counts or asks children and youth or residents." in m50.text
    assert "No programme is made for former workers." in m50.text


def test_programmes_stand_by_their_start_and_undated_ones_last(m50: Page) -> None:
    table = m50.text.partition("The social programmes on record")[2]
    assert table.index("M50 Joint Opening") < table.index("Nongtang Project")
    assert table.index("Nongtang Project") < table.index("Fashion Market")


def test_missing_voices_are_named(m50: Page) -> None:
    assert "no survey of them is on record" in m50.text
    assert "What is done, if anything, for tourists" in m50.text
    assert "What residents think" not in run("social", "tianzifang").text


def test_nothing_at_all_gives_gaps(tmp_path: Path) -> None:
    empty = lambda frame: frame.iloc[:0]  # noqa: E731
    with edited(tmp_path, "m50", "initiatives", empty, bare=True):
        for table in ("observations", "findings"):
            with edited(tmp_path, "m50", table, empty):
                pass
        page = run("social", "m50")
    assert not page.figures
    say = "programmes in which people could have a say in a decision"
    assert {say, "the groups that a cluster touches"} <= set(page.gaps)


def test_hostile_text_is_escaped(tmp_path: Path) -> None:
    def change(frame: pd.DataFrame) -> None:
        programme(frame, "nongtang-project", name="<img src=x onerror=alert(1)>")

    with edited(tmp_path, "m50", "initiatives", change, bare=True):
        html = run("social", "m50").html
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html


@pytest.mark.parametrize("slug", ["m50", "zollverein", "qiyun-86"])
def test_pictures_fit_their_width(slug: str) -> None:
    drawn_within(run("social", slug))
