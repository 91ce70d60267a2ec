"""The environmental chapter, run for clusters as they are and for evidence that was changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from running import drawn_within, edited, run


def test_reports_of_one_loss_are_told_once_with_all_their_dates() -> None:
    page = run("environmental", "m50")
    told = page.names["told"]
    wall = told[told["event"] == "graffiti-wall-loss"]
    assert len(wall) == 1
    assert wall["also"].iloc[0].count(";") == 2, "the other reports and their dates stand beside it"
    assert "works" in page.figures


def test_a_further_report_of_a_loss_changes_no_count(tmp_path: Path) -> None:
    def again(table: pd.DataFrame) -> pd.DataFrame:
        row = table[table["event"] == "graffiti-wall-loss"].head(1).assign(title="The wall again")
        return pd.concat([table, row])

    before = len(run("environmental", "m50").names["fell"])
    with edited(tmp_path, "m50", "events", again, bare=True):
        assert len(run("environmental", "m50").names["fell"]) == before


def test_a_corrected_area_changes_sentence_and_chart(tmp_path: Path) -> None:
    def larger(table: pd.DataFrame) -> None:
        at = (table["indicator"] == "site_area") & (table["source"] == "icitym50")
        table.loc[at, "value"] = "60"

    with edited(tmp_path, "m50", "observations", larger, bare=True):
        page = run("environmental", "m50")
    assert "or 40,000 m²" in page.text, "mu are put into square metres"
    assert "40,000" in str(page.figures["site"].specification(726))


def test_themes_without_a_row_are_named_and_a_new_row_fills_one(tmp_path: Path) -> None:
    page = run("environmental", "m50")
    assert "energy" in page.text.split("Doubt")[1]

    def panels(table: pd.DataFrame) -> pd.DataFrame:
        row = table.iloc[[0]].assign(
            indicator="solar_panels", segment="", date="2024", value="12", value_upper="",
            unit="count", qualifier="exact", dimension="environmental", via="",
        )  # fmt: skip
        return pd.concat([table, row])

    with edited(tmp_path, "m50", "observations", panels):
        filled = run("environmental", "m50")
    assert len(filled.names["known"]) == len(page.names["known"]) + 1
    assert "Energy" in filled.figures["coverage"].description.split("Not measured")[0]
    assert "Solar panels" in filled.text, "and the row is on record"


def test_a_cluster_without_works_or_areas_says_what_is_missing(tmp_path: Path) -> None:
    with edited(tmp_path, "qiyun-86", "events", lambda t: t.iloc[:0], bare=True):
        page = run("environmental", "qiyun-86")
    assert "works" not in page.figures
    assert any("works and losses" in gap for gap in page.gaps)


def test_charts_draw_within_their_width() -> None:
    for slug in ("m50", "zollverein"):
        drawn_within(run("environmental", slug))
