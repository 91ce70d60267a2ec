"""The background chapter, run for clusters as they are and for evidence that was changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from running import drawn_within, run

from clusterbook.evidence import open_case
from clusterbook.evidence.context_tables import protection
from clusterbook.evidence.parameters import ParameterError


def test_a_rule_that_two_sources_date_differently_counts_once() -> None:
    names = run("background", "m50").names
    ruled = names["policies"]
    assert not ruled.loc[ruled["event"] != "", "event"].duplicated().any()
    assert len(names["earlier"]) < len(names["heritage"])


def test_every_level_of_protection_is_drawn_with_each_of_its_parts() -> None:
    page = run("background", "m50")
    levels = protection(open_case("m50"))
    assert len(page.names["cells"]) == 4 * len(levels)
    assert set(page.names["cells"]["mark"]) <= {
        "must stay", "main part stays", "may change", "not named",
    }  # fmt: skip


def test_counts_are_joined_only_under_a_stated_definition() -> None:
    known = run("background", "m50").names["known"]
    joined = known[known["line"].notna()]
    assert joined["stated"].all()
    assert (joined["line"] == joined["definition"]).all()
    assert known["line"].isna().any(), "counts of unknown definition stand alone"


def test_a_printed_share_is_held_against_printed_levels() -> None:
    names = run("background", "m50").names
    lines = pd.DataFrame(names["lines"], columns=["year", "what", "printed", "computed"])
    assert {"share of gross product", "growth, nominal"} == set(lines["what"])
    assert lines["computed"].map(lambda q: q.known and len(q.rows) == 2).all()
    row = lines[(lines["year"] == 2009) & (lines["what"] == "growth, nominal")].iloc[0]
    assert str(row["computed"]) == "9.46%"


def test_another_city_has_its_own_gaps_and_nothing_of_shanghai() -> None:
    page = run("background", "zollverein")
    assert "Shanghai" not in page.text
    assert any("policies of Essen" in gap for gap in page.gaps)


@pytest.mark.parametrize(("start", "end"), [("1990", None), (2010, 2000), (5, None), (True, None)])
def test_years_are_checked(start: object, end: object) -> None:
    with pytest.raises(ParameterError, match="start"):
        run("background", "m50", start=start, end=end)


def test_years_choose_what_is_drawn() -> None:
    late = run("background", "m50", start=2010, end=2015).names
    assert (late["policies"]["end"] > 2010).all()
    assert (late["policies"]["start"] < 2016).all()


def test_charts_draw_within_their_width(tmp_path: Path) -> None:
    for slug in ("m50", "hefeng"):
        drawn_within(run("background", slug))
