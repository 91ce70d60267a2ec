"""The periodisation chapter, run for clusters as they are and for evidence that was changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from running import drawn_within, edited, run

from clusterbook.evidence.parameters import ParameterError


def test_schemes_of_city_and_cluster_stand_apart_with_open_ends_open() -> None:
    page = run("periodisation", "m50")
    phases = page.names["phases"]
    assert set(phases["about"]) == {"Shanghai", "M50 Creative Park"}
    spec = str(page.figures["schemes"].specification(726))
    assert "'open': True" in spec


def test_a_phase_changed_in_the_rows_changes_the_picture(tmp_path: Path) -> None:
    def renamed(table: pd.DataFrame) -> None:
        table.loc[0, "label"] = "letting of idle halls"

    with edited(tmp_path, "m50", "phases", renamed):
        page = run("periodisation", "m50")
    assert "letting of" in str(page.figures["schemes"].specification(726))


def test_events_are_counted_once_and_reports_and_the_past_are_left_out() -> None:
    names = run("periodisation", "m50").names
    events, left = names["events"], names["found"].left_out
    assert not events.loc[events["event"] != "", "event"].duplicated().any()
    assert (events["dimension"] != "context").all()
    assert left["reason"].str.contains("publication|industrial past|outside").any()


def test_a_turn_is_told_where_the_events_turn_and_a_gap_where_they_are_few(tmp_path: Path) -> None:
    def burst(table: pd.DataFrame) -> pd.DataFrame:
        row = table[table["kind"] == "programme"].head(1).assign(event="")
        more = [row.assign(date=str(2016 + n % 8), title=f"show {n}") for n in range(90)]
        return pd.concat([table, *more])

    with edited(tmp_path, "m50", "events", burst):
        page = run("periodisation", "m50")
    assert page.names["test"].p_value <= 0.05
    assert "Their pace turns after 20" in page.text
    thin = run("periodisation", "ningbo-1956")
    assert thin.names["test"] is None
    assert "too few to test for a turn" in thin.text or thin.gaps


@pytest.mark.parametrize(("start", "end"), [("1990", 0), (2010, 2000), (5, 0), (True, 0)])
def test_years_are_checked(start: object, end: object) -> None:
    with pytest.raises(ParameterError, match="start"):
        run("periodisation", "m50", start=start, end=end)


def test_charts_draw_within_their_width() -> None:
    for slug in ("m50", "huashan-1914"):
        drawn_within(run("periodisation", slug))
