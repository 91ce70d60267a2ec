"""The economic chapter, run for clusters as they are and for evidence that was changed."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from running import drawn_within, edited, run

from clusterbook.analysis import moves, prices
from clusterbook.analysis.tidy import first_and_last, tidy
from clusterbook.evidence import open_case
from clusterbook.evidence.comparison import events_elsewhere, observed_elsewhere
from clusterbook.evidence.parameters import ParameterError
from clusterbook.evidence.quantity import moved

CPI = prices.chain_index(
    pd.DataFrame({"year": [2001, 2002, 2003], "cpi_change_percent": [2.1, 5.4, -0.7]})
)  # China's example in previous year = 100: 102.1, 105.4, 99.3


def rows(*values: tuple[float, float, float]) -> pd.DataFrame:
    """Rows of a rent: year, low, high."""
    return pd.DataFrame(
        [
            {"start": float(y), "end": y + 1.0, "when": y + 0.5, "low": low, "high": high}
            for y, low, high in values
        ]
    )


def test_real_rows_follow_the_published_chain() -> None:
    real = prices.real_rows(rows((2003, 3.5, 3.5), (2000, 1, 1)), 2000, CPI)
    assert real["low"].tolist() == pytest.approx([3.275310, 1.0], abs=1e-6)


def test_a_row_of_several_years_takes_the_widest_price_levels() -> None:
    real = prices.real_rows(rows((2001, 2.0, 2.0)).assign(end=2004.0), 2000, CPI)
    assert real["low"].iloc[0] == pytest.approx(2 * 100 / 107.6134)
    assert real["high"].iloc[0] == pytest.approx(2 * 100 / 102.1)


def test_rows_outside_the_index_and_without_a_year_are_left_out() -> None:
    loose = rows((2010, 2, 2), (2001, 2, 2), (2002, 3, 3))
    loose.loc[1, ["start", "end", "when"]] = float("nan")
    real = prices.real_rows(loose, 2000, CPI)
    assert real["when"].tolist() == [2002.5]
    assert real.index.tolist() == [2]


def test_rents_of_other_places_and_of_whole_premises_are_apart() -> None:
    kept = {slug: tidy(open_case(slug), "rent", per=2) for slug in ("m50", "huashan-1914")}
    assert (kept["m50"]["dimension"] != "context").all()
    assert set(kept["m50"]["unit"]) == {"CNY/m2/day"}
    assert kept["huashan-1914"].empty
    assert (
        not run("economic", "tianzifang").names["rent"]["segment"].str.contains("head_lease").any()
    )


def test_growth_of_the_early_gallery_is_exact_and_carries_ranges() -> None:
    pairs = run("economic", "m50").names["pairs"]
    early = pairs[(pairs["date"] == "2005") & (pairs["date_later"] == "2008-10")].iloc[0]
    years = early["year_later"] - early["year"]
    assert early["times"].low == pytest.approx(2.2 / 1.2)
    assert early["a year"].low == pytest.approx((2.2 / 1.2) ** (1 / round(years, 1)) - 1)
    whole = pairs[(pairs["source"] == "m50article") & (pairs["date_later"] == "2019")].iloc[0]
    assert (whole["times"].low, whole["times"].high) == pytest.approx((5 / 0.4, 5.5 / 0.3))
    assert str(whole["times"]) == "about 12.5–18.3"
    assert (pairs["year_later"] - pairs["year"] > 1).all(), "growth a year within one year"


def test_a_discount_needs_two_tiers_of_one_year_that_do_not_touch() -> None:
    two = run("economic", "m50").names["two"]
    assert len(two) == 1
    assert (two["discount"].iloc[0].low, two["discount"].iloc[0].high) == pytest.approx(
        (0.12, 1 - 2.2 / 3)
    )
    assert (two["forgone"].iloc[0].low, two["forgone"].iloc[0].high) == pytest.approx(
        (0.3 * 365, 0.8 * 365)
    )


@pytest.mark.parametrize("year", ["2020", 2020.5, 1800, True, None])
def test_base_year_is_checked(year: object) -> None:
    with pytest.raises(ParameterError, match="price_base_year"):
        run("economic", "m50", price_base_year=year)


def test_real_growth_does_not_depend_on_the_base_year() -> None:
    one, two = (run("economic", "m50", price_base_year=y).names["pairs"] for y in (2005, 2020))
    assert [q.low for q in one["a year, real"].dropna()] == pytest.approx(
        [q.low for q in two["a year, real"].dropna()]
    )


def test_a_corrected_rent_changes_sentence_title_and_chart(tmp_path) -> None:  # type: ignore[no-untyped-def]
    def dearer(table: pd.DataFrame) -> None:
        at = (table["indicator"] == "rent") & (table["date"] == "2019")
        table.loc[at, ["value", "value_upper"]] = ["7", "7.5"]

    with edited(tmp_path, "m50", "observations", dearer):
        page = run("economic", "m50")
    assert "to about 7–7.5 yuan per m² per day in 2019" in page.text
    assert page.figures["rents"].title.endswith("rose from about 0.3–0.4 to about 7–7.5")
    assert "about 7–7.5" in str(page.figures["rents"].specification(726))


def test_a_title_is_neutral_where_ranges_touch_and_a_gap_where_rents_are_missing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    def flat(table: pd.DataFrame) -> None:
        at = (table["indicator"] == "rent") & (table["date"] == "2019")
        table.loc[at, ["value", "value_upper"]] = ["0.35", "0.5"]

    with edited(tmp_path, "m50", "observations", flat):
        page = run("economic", "m50")
    assert "are recorded from" in page.figures["rents"].title
    with edited(tmp_path, "m50", "observations", lambda t: t[t["indicator"] != "rent"], bare=True):
        page = run("economic", "m50")
    assert "rents" not in page.figures
    assert any("rents per area" in gap for gap in page.gaps)


def test_without_rents_and_tenants_the_box_tells_what_there_is(tmp_path) -> None:  # type: ignore[no-untyped-def]
    page = run("economic", "huashan-1914")
    told = re.search(r"<dt>Finding</dt><dd>(.*?)</dd>", page.html)
    assert told
    found = re.findall(r"ledger.html#(obs-[0-9a-f]+)", told[1])
    assert len(found) == 2
    below = [
        *page.names["rest"]["anchor"],
        *re.findall(r"obs-[0-9a-f]+", page.html.replace(told[0], "")),
    ]
    assert set(found) <= set(below), "what the box tells stands below too"
    rows = page.names["case"].observations.set_index("anchor")
    dated = rows[
        (rows["dimension"] == "economic") & rows["when"].notna() & (rows["status"] == "observed")
    ]
    assert set(dated.loc[found, "grade"]) == {dated["grade"].min()}
    with edited(tmp_path, "huashan-1914", "observations", lambda table: table.head(0), bare=True):
        assert "<dt>Finding</dt>" not in run("economic", "huashan-1914").html


def test_a_fall_is_told_as_a_fall(tmp_path) -> None:  # type: ignore[no-untyped-def]
    def cheaper(table: pd.DataFrame) -> None:
        at = (table["indicator"] == "rent") & (table["date"] == "2019")
        table.loc[at, ["value", "value_upper"]] = ["0.1", ""]

    with edited(tmp_path, "m50", "observations", cheaper):
        assert " fell from " in run("economic", "m50").figures["rents"].title


def test_a_hedge_may_leave_a_move_open() -> None:
    tenants = tidy(open_case("m50"), "tenants")
    ends = first_and_last(tenants[tenants["segment"] == ""])
    assert moved(*ends) in ("rose", "are recorded")
    assert moved(None, None) == "are recorded"


@pytest.mark.parametrize(
    ("name", "common"),
    [
        ("M50 Creative Park", "M50"),
        ("Creative 1956 Industrial Park", "Creative 1956 Industrial Park"),
        ("Hefeng Creative Plaza (Hefeng Creative Square)", "Hefeng"),
        ("Creative Park", "Creative Park"),
    ],
)
def test_common_name(name: str, common: str) -> None:
    assert moves.common_name(name) == common


def test_the_return_from_the_rival_is_told_by_the_rival() -> None:
    found = moves.moves_of(open_case("m50"))
    told = found[found["told_by"] != ""]
    assert told[["date", "side", "told_by"]].values.tolist() == [
        ["2024-06-21", "came", "West Bund"]
    ]


def test_a_loss_told_under_a_name_is_no_arrival_there() -> None:
    found = moves.moves_of(open_case("west-bund"))
    told = found[found["told_by"] == "M50 Creative Park"]["title"]
    assert any("AIKE leaves M50 for West Bund" in title for title in told)
    assert not any("evictions" in title for title in told)


def test_evidence_elsewhere_is_whole_and_not_of_this_cluster() -> None:
    found = observed_elsewhere("rent", "m50")
    assert "m50" not in set(found["cluster"])
    assert found["grade"].isin(list("ABCD")).all()
    assert (found["dimension"] != "context").all()
    assert len(events_elsewhere("m50", "M5", ("departure",))) == 0  # a name is matched whole


def test_text_from_data_is_escaped(tmp_path) -> None:  # type: ignore[no-untyped-def]
    def hostile(table: pd.DataFrame) -> None:
        table.loc[table["indicator"] == "rent", "note"] = "<script>alert(1)</script>"

    with edited(tmp_path, "m50", "observations", hostile, bare=True):
        assert "<script" not in run("economic", "m50").html


def test_charts_draw_within_their_width() -> None:
    drawn_within(run("economic", "m50"))
    drawn_within(run("economic", "tianzifang"))
