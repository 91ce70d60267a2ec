"""The chapter on the mechanism, run for clusters as they are and for evidence that was changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from running import Page, drawn_within, edited, run

from clusterbook.charts.network import network
from clusterbook.evidence.comparison import PARKS, STUDY, ningbo_parks

HOSTILE = '<script>alert("x")</script>'


def findings(*claims: str) -> pd.DataFrame:
    """Return the rows of claims from "category code source" each."""
    cells = [claim.split() for claim in claims]
    rows = pd.DataFrame(cells, columns=["category", "code", "source"])
    fixed = {"kind": "empirical", "dimension": "social", "scope": "internal", "actor": "artists",
             "mechanism": "", "locator": "p. 1", "note": "", "valence": "sustains"}  # fmt: skip
    return rows.assign(**fixed, statement=[f"claim {n}" for n in rows.index]).assign(
        id=[f"m50-x-{n}" for n in rows.index]
    )


def page_of(tmp_path: Path, *claims: str) -> Page:
    """Return the chapter on M50 with these claims alone."""

    def replaced(table: pd.DataFrame) -> pd.DataFrame:
        return findings(*claims)[list(table.columns)]

    with edited(tmp_path, "m50", "findings", replaced, bare=True):
        return run("mechanism", "m50")


A, B = "m50article", "wangma2018"


@pytest.mark.parametrize(
    ("claims", "core"),
    [
        ([f"a x {A}", f"a y {B}", f"b z {A}"], "a"),
        ([f"a x {A}", f"a y {B}", f"b z {A}", f"b w {B}"], None),
        ([f"a x {A}", f"a y {B}", f"b z {A}", f"b w {B}", f"b v {B}"], "b"),
        ([f"a x {A}", f"a y {A}"], None),
        ([], None),
    ],
)
def test_a_core_category_is_proposed_only_where_one_leads(
    tmp_path: Path, claims: list[str], core: str | None
) -> None:
    page = page_of(tmp_path, *claims)
    assert page.names["core"] == core
    if not claims:
        assert "coded claims" in page.gaps
        assert "codes" not in page.figures
        return
    title = page.figures["codes"].title
    assert ("without a clear centre" in title) == (core is None)
    assert (f"those on {core} lead, from 2 sources" in title) == (core is not None)
    assert ("propose no core category" in page.text) == (core is None)


def test_categories_count_claims_codes_and_sources(tmp_path: Path) -> None:
    page = page_of(tmp_path, f"a x {A}", f"a x {B}", f"a y {B}", *(f"b {c} {A}" for c in "zwvu"))
    themes = page.names["themes"].set_index("theme")
    assert list(themes.index) == ["a", "b"]
    assert themes.loc["a", ["claims", "codes", "sources"]].tolist() == [3, 2, 2]
    assert themes.loc["a", "named"] == "x, y"
    assert "none occurs twice" not in page.text
    assert "from one text, M50 article 2025" in page.text


def test_the_last_new_category_is_told_in_order_of_publication(tmp_path: Path) -> None:
    late, early = f"c z {A}", f"a x {B}"  # of 2025 and of 2018
    assert "comes with M50 article 2025, text 2 of 2" in page_of(tmp_path, late, early).text
    again = page_of(tmp_path, f"a z {A}", early).text
    assert "comes with Wang and Ma 2018, text 1 of 2" in again
    assert "the last new category" not in page_of(tmp_path, early).text


def test_every_claim_about_the_cluster_is_a_square_and_no_other() -> None:
    page = run("mechanism", "m50")
    rows = page.figures["codes"].rows
    claims = page.names["case"].findings
    assert set(rows["anchor"]) == set(claims.loc[claims["kind"] == "empirical", "anchor"])
    assert rows.loc[rows["side"] == "strains", "valence"].eq("strains").all()
    assert "SYNTHETIC" not in page.html


FOUND = "State parks did well and the private one did not, but each kind was seen once"


@pytest.mark.parametrize(("slug", "value"), [("qiyun-86", "1"), ("hefeng", "0")])
def test_the_title_of_the_parks_follows_the_rows(tmp_path: Path, slug: str, value: str) -> None:
    page = run("model", "m50")
    assert page.figures["parks"].title == FOUND
    assert set(page.figures["parks"].rows["source"]) == {STUDY}
    assert "new towers of private capital" in page.figures["parks"].note

    def judged(table: pd.DataFrame) -> None:
        table.loc[table["indicator"] == "park_well_developed", "value"] = value

    with edited(tmp_path, slug, "observations", judged):
        changed = run("model", "m50")
    assert changed.figures["parks"].title.startswith("The parks of the Ningbo study")


def test_a_park_that_the_study_does_not_judge_is_shown_as_that(tmp_path: Path) -> None:
    def unjudged(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["indicator"] != "park_well_developed"]

    with edited(tmp_path, "hefeng", "observations", unjudged):
        page = run("model", "m50")
    assert page.figures["parks"].title.startswith("The parks of the Ningbo study")
    marks = page.figures["parks"].rows
    assert set(marks.loc[marks["park"].str.startswith("Hefeng"), "mark"]) == {"not judged"}


def test_parks_without_their_folders_are_a_gap(tmp_path: Path) -> None:
    with edited(tmp_path, "m50", "findings", lambda table: None) as root:
        for slug in PARKS:
            shutil.rmtree(root / "data" / "clusters" / slug)
        page = run("model", "m50")
    assert "the three parks of the study" in page.gaps
    assert "parks" not in page.figures
    assert "model" in page.figures


def test_each_fact_of_a_park_has_its_own_source() -> None:
    parks = ningbo_parks()
    owners = parks[parks["field"] == "owner"].set_index("park")["label"]
    assert owners["Creative 1956 Industrial Park"].startswith("Li and others")
    html = run("model", "tianzifang").html
    assert "transformer factory" in html
    assert "about 2014" in html
    assert "not known" in html  # who owns the private park


def test_hostile_texts_are_escaped(tmp_path: Path) -> None:
    def spoiled(table: pd.DataFrame) -> None:
        table.loc[table["field"].isin(["former_use", "owner"]), "value"] = HOSTILE

    with edited(tmp_path, "hefeng", "cluster", spoiled):
        html = run("model", "m50").html
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_charts_draw_within_their_width() -> None:
    for slug in ("m50", "bridge-8"):
        drawn_within(run("mechanism", slug))
    drawn_within(run("model", "m50"))


def test_links_of_a_network_end_at_the_words_and_bear_heads_and_weights() -> None:
    nodes = pd.DataFrame(
        {"name": ["a", "b", "long words that wrap in their box"], "level": [0, 1, 1]}
    )
    edges = pd.DataFrame(
        {"source_name": ["a", "b", "a"], "target_name": ["b", nodes["name"][2], "unknown"],
         "arrow": [True, False, True], "weight": [3.0, 1.0, 1.0], "words": ["says", "", ""]}
    )  # fmt: skip
    spec = network(nodes, edges, 726).to_dict()
    links = (
        next(v for v in spec["datasets"].values() if "head" in v[0])
        if "datasets" in spec
        else (next(layer["data"]["values"] for layer in spec["layer"] if "data" in layer))
    )
    assert len(links) == 2  # a link to an unknown thing is not drawn
    across, down = links
    assert (across["head"], across["thick"], across["text"]) == (True, 3.0, "says")
    assert 726 / 4 < across["x"] < across["x2"] < 726 * 3 / 4
    assert abs(down["turn"] - 90) < 1e-6
    assert down["y"] < down["y2"]
