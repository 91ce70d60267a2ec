"""The synthesis and the overview, run for clusters as they are and for evidence that was changed."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from running import drawn_within, edited, run

from clusterbook.analysis.balance import empirical
from clusterbook.evidence import open_case
from clusterbook.evidence.schemas import closed_list


def test_balance_counts_of_m50() -> None:
    claims = empirical(open_case("m50").findings)
    article = claims["source"] == "m50article"
    table = pd.crosstab(article, claims["valence"])[["sustains", "strains", "ambivalent"]]
    assert table.loc[True].tolist() == [83, 17, 10]
    assert table.loc[False].tolist() == [7, 19, 9]


def test_only_empirical_claims_count() -> None:
    rows = pd.DataFrame({"kind": [*closed_list("findings", "kind"), "empirical"]})
    assert set(empirical(rows)["kind"]) == {"empirical"}
    held = set(empirical(open_case("m50").findings)["anchor"])
    for chapter, name in (("overview", "balance"), ("synthesis", "actors")):
        assert set(run(chapter, "m50").figures[name].rows["anchor"]) == held
    recommended = open_case("m50").findings.set_index("id").loc["m50-g-24"]
    assert recommended["kind"] == "normative"
    assert recommended["anchor"] not in held


@pytest.mark.parametrize("slug", ["m50", "tianzifang", "798"])
def test_no_share_is_set_against_that_of_sources_coded_by_another_rule(slug: str) -> None:
    for chapter in ("overview", "synthesis"):
        page = run(chapter, slug)
        for name in ("balance", "actors"):
            if name in page.figures:
                figure = page.figures[name]
                said = f"{figure.title} {figure.subtitle} {figure.note}"
                assert not re.search(r"\d ?%|\d of (the )?\d", said), said


def test_a_strain_is_answered_only_by_another_text(tmp_path: Path) -> None:
    open_themes = run("synthesis", "m50").names["open_themes"]
    theme = open_themes.iloc[0]

    def answered(table: pd.DataFrame) -> pd.DataFrame:
        row = table[table["category"] == theme["category"]].head(1)
        new = row.assign(id="m50-x-99", valence="sustains", kind="empirical", source="icitym50")
        return pd.concat([table, new.assign(dimension=theme["dimension"])])

    with edited(tmp_path, "m50", "findings", answered, bare=True):
        left = run("synthesis", "m50").names["open_themes"]
    assert len(left) == len(open_themes) - 1


def test_gains_and_losses_count_an_event_once_and_from_the_opening(tmp_path: Path) -> None:
    names = run("synthesis", "m50").names
    for part in (names["gains"], names["losses"]):
        assert not part.loc[part["event"] != "", "event"].duplicated().any()
        assert (part["start"] >= names["opened"]).all()

    def again(table: pd.DataFrame) -> pd.DataFrame:
        row = table[table["event"] != ""].drop_duplicates("event").assign(title="told again")
        return pd.concat([table, row])

    with edited(tmp_path, "m50", "events", again, bare=True):
        more = run("synthesis", "m50").names
    for side in ("gains", "losses"):
        assert len(more[side]) == len(names[side])


def test_a_core_indicator_is_covered_by_an_observed_row_of_the_cluster() -> None:
    lines = run("synthesis", "ningbo-1956").names["lines"].set_index("dimension")
    assert (lines["sum"] <= lines["size"]).all()
    assert lines.loc["social", "sum"] < lines.loc["social", "size"]
    assert "rent" not in str(run("synthesis", "m50").names["gone"].get("economic"))


def test_life_lines_lead_to_each_cluster_and_mark_its_losses() -> None:
    page = run("overview", "m50")
    spec = str(page.figures["lifelines"].specification(726))
    for slug in ("tianzifang", "zollverein", "m50"):
        assert f"?cluster={slug}/overview" in spec
    assert len(page.names["lost"]) > 10


def test_charts_draw_within_their_width() -> None:
    for chapter in ("overview", "synthesis"):
        for slug in ("m50", "qiyun-86"):
            drawn_within(run(chapter, slug))


@pytest.mark.parametrize("slug", ["m50", "zollverein", "qiyun-86"])
def test_the_course_is_the_compilers_judgement_with_its_rows(slug: str) -> None:
    page = run("synthesis", slug)
    assert "The judgement is the compilers' and no source's" in page.text
    assert "It rests on" in page.text
