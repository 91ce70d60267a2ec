"""The data sheet, run for clusters as they are and for evidence that was changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from running import drawn_within, edited, run

from clusterbook.evidence.root import cluster_slugs
from clusterbook.publishing.gallery import sheets


def test_findings_are_the_themes_that_most_texts_bear() -> None:
    names = run("sheet", "m50").names
    claims, chosen = names["claims"], names["strongest"]
    assert chosen["category"].is_unique
    assert len(chosen) == 3
    counted = claims.groupby(["category", "valence"])["source"].nunique()
    assert chosen["voices"].iloc[0] == counted.max()
    assert chosen["voices"].is_monotonic_decreasing
    first = chosen.iloc[0]
    same = claims[
        (claims["category"] == first["category"]) & (claims["valence"] == first["valence"])
    ]
    assert first["grade"] == same["grade"].min()


def test_gaps_are_core_indicators_that_others_have(tmp_path: Path) -> None:
    page = run("sheet", "zollverein")
    assert "Floor area: no row, while 9 of 13 other clusters have one." in page.text

    def measured(table: pd.DataFrame) -> pd.DataFrame:
        row = table[table["indicator"] == "site_area"].head(1)
        return pd.concat([table, row.assign(indicator="floor_area")])

    with edited(tmp_path, "zollverein", "observations", measured, bare=True):
        assert "Floor area: no row" not in run("sheet", "zollverein").text


def test_a_figure_is_the_latest_of_the_whole_cluster(tmp_path: Path) -> None:
    def later(table: pd.DataFrame) -> pd.DataFrame:
        row = table[(table["indicator"] == "tenants") & (table["segment"] == "")].head(1)
        new = {"date": "2025-03", "value": "171", "value_upper": "", "qualifier": "exact"}
        return pd.concat(
            [table, row.assign(**new), row.assign(**new | {"segment": "design", "value": "9"})]
        )

    with edited(tmp_path, "m50", "observations", later, bare=True):
        known = run("sheet", "m50").names["known"].set_index("what")
    assert str(known.at["tenants", "value"]) == "171"
    assert str(known.at["tenants", "date"]) == "March 2025"


def test_a_cluster_without_claims_says_so(tmp_path: Path) -> None:
    with edited(tmp_path, "hefeng", "findings", lambda table: table.head(0), bare=True):
        assert "claims about the cluster" in run("sheet", "hefeng").gaps


@pytest.mark.parametrize("slug", ["m50", "qiyun-86"])
def test_the_life_line_draws_within_its_width(slug: str) -> None:
    drawn_within(run("sheet", slug))


def test_key_figures_stand_side_by_side_and_lead_to_the_sheets() -> None:
    html = sheets(cluster_slugs(ROOT), lambda slug: f"clusters/{slug}/sheet")
    assert html.count("/sheet.html") == len(cluster_slugs(ROOT))
    assert "about 1.5 million people per year, 2018 (B)" in html
    assert sheets(cluster_slugs(ROOT), lambda slug: "") == ""
