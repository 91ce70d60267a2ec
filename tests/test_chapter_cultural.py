"""The cultural chapter, run for clusters as they are and for evidence that was changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from running import Page, drawn_within, edited, run

Change = Callable[[pd.DataFrame], object]


def changed(tmp_path: Path, change: Change, table: str = "observations", bare: bool = True) -> Page:
    """Run the chapter for M50 with a table changed."""
    with edited(tmp_path, "m50", table, change, bare=bare):
        return run("cultural", "m50")


def put(indicator: str, segment: str, date: str, value: str) -> Change:
    """Return the change that gives the rows of a quantity at a date another value."""

    def change(table: pd.DataFrame) -> None:
        at = (table["indicator"] == indicator) & (table["segment"] == segment)
        at &= table["date"].str.startswith(date)
        assert at.any()
        table.loc[at, ["value", "value_upper", "qualifier"]] = [value, "", "exact"]

    return change


def without(*indicators: str) -> Change:
    return lambda table: table[~table["indicator"].isin(indicators)]


def test_the_repeated_count_of_m50_is_the_art_week() -> None:
    names = run("cultural", "m50").names
    assert set(names["parts"]["indicator"]) == {"event_exhibitors"}
    assert names["opening"] == "In the art week,"
    assert names["ways"]["way"].to_dict() == {
        "studios": "fell", "galleries": "rose", "lifestyle venues": "rose",
    }  # fmt: skip


def test_both_counts_of_one_year_stand() -> None:
    page = run("cultural", "m50")
    assert "studios fell from 7 or 8 (November 2020) to 4 (November 2023)" in page.text
    assert "lifestyle venues rose from 6 or 10 to 61" in page.text
    rows = page.figures["editions"].rows
    assert sorted(rows.loc[rows["part"] == "studios", "low"]) == [4, 7, 8]
    assert page.figures["editions"].title == (
        "Studios in the art week at M50 Creative Park fell to 4 while lifestyle venues rose to 61"
    )


@pytest.mark.parametrize(
    ("segment", "value", "title"),
    [
        ("art_week_lifestyle_venues", "9", "Studios in the art week at M50 Creative Park fell to 4 "
         "while galleries rose to 26"),
        ("art_week_studios", "7", "Lifestyle venues in the art week at M50 Creative Park rose to 61"),
        ("art_week_studios", "30", "Lifestyle venues in the art week at M50 Creative Park rose to 61"),
    ],
)  # fmt: skip
def test_a_title_follows_the_rows(tmp_path: Path, segment: str, value: str, title: str) -> None:
    page = changed(tmp_path, put("event_exhibitors", segment, "2023", value))
    assert page.figures["editions"].title == title


def test_ranges_that_touch_leave_the_title_neutral(tmp_path: Path) -> None:
    def flat(table: pd.DataFrame) -> None:
        at = table["indicator"] == "event_exhibitors"
        table.loc[at, ["value", "value_upper", "qualifier"]] = ["5", "", "exact"]

    page = changed(tmp_path, flat)
    title = "Parts counted in the art week at M50 Creative Park, by year"
    assert page.figures["editions"].title == title
    assert "studios fell" not in page.text


def test_the_last_count_of_makers_is_told_only_where_others_are_counted_later(
    tmp_path: Path,
) -> None:
    told = "The last dated count of artists at M50 Creative Park is of 2008, of tenants of 2024"
    assert run("cultural", "m50").figures["makers"].title == told
    page = changed(tmp_path, without("tenants"))
    assert page.figures["makers"].title.endswith("as each source counts them")
    drawn = page.figures["makers"].rows
    assert drawn["year"].isna().sum() == 2, "undated counts stand in the gutter"


def test_shows_of_two_definitions_are_no_growth(tmp_path: Path) -> None:
    page = run("cultural", "m50")
    assert page.figures["shows"].title == (
        "Nearly 100 exhibitions in 2017 and 790 exhibitions and art events in 2024 are two "
        "definitions, not one growth"
    )
    assert (
        "Counted alike, exhibitions are recorded from nearly 100 in 2017 to about 100" in page.text
    )
    assert " times the first" not in page.text

    def alike(table: pd.DataFrame) -> None:
        at = (table["indicator"] == "events") & (table["date"] == "2024")
        table.loc[at, ["indicator", "segment"]] = ["exhibitions", ""]

    page = changed(tmp_path, alike)
    assert page.figures["shows"].title.startswith("Shows and events a year at M50")
    assert "Counted alike, exhibitions rose from nearly 100 in 2017 to 790 in 2024" in page.text


def test_lines_join_no_two_definitions() -> None:
    shows = run("cultural", "m50").names["drawn_shows"]
    assert (shows.groupby("line")["definition"].nunique() == 1).all()


def test_visits_by_day_and_from_abroad(tmp_path: Path) -> None:
    said = run("cultural", "m50").text
    assert "Spread over the year these are about 5,500 a day" in said
    assert "If about 30% of them come from abroad, these are about 600,000" in said
    assert "nearly 400 in October 2006 (Croll 2006)" in said
    assert "visits an event" not in said
    page = changed(tmp_path, without("visitors"))
    assert "Spread over the year" not in page.text
    assert "visitors a year" in page.gaps


def test_a_title_told_twice_stands_once() -> None:
    titles = run("cultural", "m50").names["titles"]
    plaque = titles[titles["event"] == "city-plaque"]
    assert len(plaque) == 1
    assert "April 2005" in plaque["also"].iloc[0]


def test_brand_and_owner_are_kept_apart(tmp_path: Path) -> None:
    page = run("cultural", "m50")
    assert page.figures["brand"].title == (
        "Sites beyond M50 Creative Park: at least 2 under its brand, 13 in the owner's group"
    )
    ends = page.names["ends"]
    assert ends.loc[ends["by"] == "owner", "segment"].tolist() == ["owner_fashion_parks"]
    assert ends["title"].str.contains("Sister park|Taopu").sum() == 1, "one opening, told twice"
    assert set(page.names["there"]["segment"]) == {"m50_qilianshan_road"}
    page = changed(tmp_path, without("brand_sites"))
    assert page.figures["brand"].title.startswith("Steps of M50")


def test_one_step_beyond_the_cluster_is_a_sentence() -> None:
    page = run("cultural", "red-town")
    assert "brand" not in page.figures
    assert "One step beyond the cluster is on record: A park named Red Town 166" in page.text


def test_nothing_at_all_gives_gaps_that_name_rows(tmp_path: Path) -> None:
    tables = ("events", "initiatives", "findings")
    with edited(tmp_path, "m50", "observations", lambda t: t.iloc[:0], bare=True):
        for table in tables:
            with edited(tmp_path, "m50", table, lambda t: t.iloc[:0], bare=True):
                pass
        page = run("cultural", "m50")
    assert not page.figures
    assert len(page.gaps) >= 8
    assert page.html.count("These rows would fill it") >= 8


def test_no_sentence_of_m50_elsewhere() -> None:
    page = run("cultural", "qiyun-86")
    assert "art week" not in page.text
    assert "Moganshan" not in page.text


@pytest.mark.parametrize(
    ("table", "column"), [("initiatives", "name"), ("findings", "statement"), ("events", "title")]
)
def test_text_from_data_is_escaped(tmp_path: Path, table: str, column: str) -> None:
    def hostile(rows: pd.DataFrame) -> None:
        rows[column] = "<img src=x onerror=alert(1)> " + rows[column]

    page = changed(tmp_path, hostile, table)
    assert "<img" not in page.html
    assert "&lt;img" in page.html


@pytest.mark.parametrize("slug", ["m50", "798", "zollverein"])
def test_charts_draw_within_their_width(slug: str) -> None:
    drawn_within(run("cultural", slug))
