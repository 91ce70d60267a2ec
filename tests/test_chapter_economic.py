"""The economic chapter: its methods, its titles with the finding true, reversed and missing."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest
import vl_convert

from clusterbook import charts, prose
from clusterbook.analysis import income, moves, prices, rents, series
from clusterbook.charts.count_panels import either_words
from clusterbook.charts.counted import Count
from clusterbook.charts.counts import counts_over_time, counts_title
from clusterbook.charts.feasible import feasible_title
from clusterbook.charts.income import income_title
from clusterbook.charts.moves import all_moves, moves_title
from clusterbook.charts.rent_comparison import comparison_title
from clusterbook.charts.rents import real_title, rent_title
from clusterbook.charts.theme import NARROW, WIDE, to_light
from clusterbook.evidence import Case, open_case
from clusterbook.evidence.elsewhere import events_elsewhere, observed_elsewhere
from clusterbook.evidence.parameters import ParameterError
from clusterbook.evidence.root import cluster_slugs
from clusterbook.evidence.tables import value_words
from clusterbook.evidence.units import unit_words

CPI = prices.chain_index(
    pd.DataFrame({"year": [2001, 2002, 2003], "cpi_change_percent": [2.1, 5.4, -0.7]})
)  # China's example in previous year = 100: 102.1, 105.4, 99.3
FIGURES = (
    charts.rent_history, charts.feasible_pairs, charts.two_tier_rent, charts.rent_comparison,
    charts.tenants_over_time, charts.income_streams, charts.arrivals_and_departures,
)  # fmt: skip
SENTENCES = ("opening", "spread", "discounts", "streams", "diversity", "sides", "cannot_say")


@pytest.fixture(scope="module")
def m50() -> Case:
    return open_case("m50")


def rows(*values: tuple) -> pd.DataFrame:
    """Rows of a rent or count: date, low, high, then segment, qualifier, grade, source if given."""
    records = []
    for number, (year, low, high, *rest) in enumerate(values):
        segment, qualifier, grade, source = [*rest, *("", "exact", "B", f"s{number}")[len(rest) :]]
        records.append(
            {
                "start": float(year), "end": year + 1.0, "when": year + 0.5, "low": low,
                "high": high, "mid": (low + high) / 2, "segment": segment, "row": number,
                "qualifier": qualifier, "grade": grade, "source": source, "unit": "CNY/m2/day",
                "value_words": value_words(low, high, qualifier), "date_words": str(year),
                "dimension": "economic", "panel": 0, "cluster": "x", "cluster_name": "X",
            }
        )  # fmt: skip
    return pd.DataFrame(records)


def with_tenants(case: Case, low: float) -> Case:
    table = case.observations.copy()
    at = (table["indicator"] == "tenants") & (table["source"] == "m50article")
    table.loc[at, ["low", "high", "mid"]] = low
    table.loc[at, "value_words"] = f"over {low:g}"
    return replace(case, observations=table)


# prices and tiers


def test_real_rows_follow_the_published_chain():
    real, left = prices.real_rows(rows((2003, 3.5, 3.5), (2000, 1, 1)), 2000, CPI)
    assert real["low"].tolist() == pytest.approx([3.275310, 1.0], abs=1e-6)
    assert left.empty


def test_a_row_of_several_years_takes_the_widest_price_levels():
    several = rows((2001, 2.0, 2.0)).assign(end=2004.0)
    real, _ = prices.real_rows(several, 2000, CPI)
    assert real["low"].iloc[0] == pytest.approx(2 * 100 / 107.6134)
    assert real["high"].iloc[0] == pytest.approx(2 * 100 / 102.1)


def test_rows_outside_the_index_and_without_a_year_are_left_out():
    loose = rows((2010, 2, 2), (2001, 2, 2), (2002, 3, 3))
    loose.loc[1, ["start", "end", "when"]] = float("nan")
    real, left = prices.real_rows(loose, 2000, CPI)
    assert real["when"].tolist() == [2002.5]
    assert left.index.tolist() == [0, 1]


def test_tiers_are_compared_only_where_ranges_do_not_touch():
    found = rents.tier_pairs(
        rows(
            (2008, 2.2, 2.2, "early"), (2008, 2.5, 3, "new"), (2008, 2.9, 4, "shop"),
            (2008, 9, 9), (2009, 8, 8, "new"),
        )
    )  # fmt: skip
    assert found[["protected", "market"]].values.tolist() == [[0, 2], [0, 1]]
    last = found.iloc[1]
    assert (last["discount_lower"], last["discount_upper"]) == pytest.approx((0.12, 1 - 2.2 / 3))
    assert (last["gap_lower"], last["gap_upper"]) == pytest.approx((0.3, 0.8))


def test_rents_of_another_place_money_or_whole_premises_are_apart(m50):
    for slug, inside, others in (("m50", 15, 0), ("tianzifang", 3, 5), ("huashan-1914", 0, 0)):
        found, other, _ = rents.of_case(open_case(slug))
        assert (len(found), len(other)) == (inside, others)


def test_spread_names_two_different_rows(m50):
    said = repr(prose.economic.spread(m50))
    assert "for 2008: new entrants stood at 2.5–3" in said
    assert "early gallery at 2.2" in said
    assert "1.14–1.36 times" in said


def test_one_wide_range_alone_is_no_spread(m50):
    table = m50.observations
    kept = table[(table["indicator"] != "rent") | (table["source"] == "crollm502006")]
    assert prose.economic.spread(replace(m50, observations=kept)) is None


@pytest.mark.parametrize("year", ["2020", 1900, 20.5, True])
def test_base_year_is_checked(m50, year):
    for show in (charts.real_rents, prose.economic.growth, prose.economic.latest_step):
        with pytest.raises(ParameterError, match="price_base_year"):
            show(m50, year)


def test_growth_of_the_early_gallery(m50):
    said = re.sub(r"<[^>]+>", " ", prose.economic.growth(m50, 2020).html)
    assert re.search(r"1\.2 \(2005, early gallery\).*?2\.2 \(October 2008.*?1\.83.*?20\.2%", said)
    assert "All 62 pairs" in said


def test_growth_a_year_is_not_told_for_less_than_a_year(m50):
    shown = prose.economic.growth(m50, 2020).html
    assert "under a year" in shown
    assert "480" not in shown


def test_real_growth_does_not_depend_on_the_base_year(m50):
    one, two = (prose.economic.growth(m50, year).html for year in (2020, 2000))
    assert one == two


def test_without_a_price_index_real_rents_are_a_gap(m50):
    bare = replace(m50, cpi=m50.cpi.iloc[:0])
    assert "consumer prices in China" in repr(charts.real_rents(bare, 2020))
    assert "a year, real" not in prose.economic.growth(bare, 2020).html


def test_latest_step_may_rise_on_paper_only():
    said = repr(prose.economic.latest_step(open_case("798"), 2020))
    assert "from 1.97 in 2004 to about 2–6 (by tier) in 2014: as reported rents rose" in said
    assert "from 3 to 2.3–6.8: in real terms the two cannot be told apart" in said
    rise = repr(prose.economic.latest_step(open_case("tianzifang"), 2020))
    assert "in real terms rents rose" in rise


def test_a_year_of_several_tiers_is_told_as_their_span(m50):
    several = rows((2014, 2, 2, "a"), (2014, 5, 6, "b", "about"), (2014, 3, 3, "c"))
    found = rents.year_rents(several)
    assert (found.low, found.high, found.words) == (2, 6, "about 2–6 (by tier)")
    touching = rows((2000, 0.3, 0.4, "", "about", "A"), (2000, 0.4, 0.5, "", "about", "B"))
    assert rents.year_rents(touching).words == "about 0.3–0.4"
    assert "in 2014" in repr(prose.economic.opening(open_case("798")))
    assert "about 2–6 yuan per m² per day (by tier)" in repr(
        prose.economic.opening(open_case("798"))
    )


def test_money_in_words():
    assert unit_words("EUR") == "euros"
    assert unit_words("EUR", one=True) == "euro"
    assert unit_words("SGD") == "Singapore dollars"
    assert unit_words("TWD/ping/month") == "New Taiwan dollars per ping per month"
    amounts = {
        slug: open_case(slug).observations.query("unit.str.startswith(@money)")["amount"]
        for slug, money in (
            ("zollverein", "EUR"), ("gillman-barracks", "SGD"), ("huashan-1914", "TWD"),
        )
    }  # fmt: skip
    assert "6.7 million euros" in set(amounts["zollverein"])
    assert "21,400 Singapore dollars" in set(amounts["gillman-barracks"])
    assert "450,000 New Taiwan dollars" in set(amounts["huashan-1914"])


# titles


def test_rent_title_true_reversed_missing():
    assert rent_title("X", rows((2000, 1, 1), (2005, 2, 3))) == (
        "Rents at X rose from 1 in 2000 to 2–3 in 2005"
    )
    assert "fell from 3 in 2000 to 1" in rent_title("X", rows((2000, 3, 3), (2005, 1, 1)))
    assert rent_title("X", rows((2000, 1, 3), (2005, 2, 4))) == (
        "Rents recorded at X: 1–3 in 2000 and 2–4 in 2005"
    )
    assert rent_title("X", rows((2000, 1, 1))) == "Rents recorded at X"


def real(*values: tuple) -> pd.DataFrame:
    return prices.real_rows(rows(*values), 2003, CPI)[0]


def test_real_title_true_reversed_missing():
    assert real_title("X", real((2000, 1, 1), (2003, 4, 4)), 2003, "yuan") == (
        "From 2000 to 2003 rents at X rose 3.7 times in real terms, 4 times in yuan of the day"
    )
    neutral = "Rents at X in yuan of 2003"
    assert real_title("X", real((2000, 4, 4), (2003, 1, 1)), 2003, "yuan") == neutral
    assert real_title("X", real((2002, 1, 1), (2003, 4, 4)), 2003, "yuan") == neutral  # prices fell
    assert real_title("X", real((2000, 1, 1)), 2003, "yuan") == neutral


def test_counts_title_true_reversed_missing_and_disagreeing():
    assert counts_title("X", "tenants", rows((2000, 40, 40), (2005, 60, 60))) == (
        "Tenants at X rose from 40 in 2000 to 60 in 2005"
    )
    assert "Tenants at X fell from 60" in counts_title(
        "X", "tenants", rows((2000, 60, 60), (2005, 40, 40))
    )
    assert counts_title("X", "tenants", rows((2000, 40, 40))) == "Tenants counted at X"
    assert counts_title("X", "tenants", rows((2000, 40, 40), (2005, 9, 9, "part"))) == (
        "Tenants counted at X"
    )
    two = rows((2005, 160, 160, "", "over"), (2005, 171, 171, "", "over"))
    assert counts_title("X", "tenants", two) == (
        "Sources disagree on tenants at X in 2005: over 160 or 171"
    )


def test_a_hedge_may_leave_a_move_open():
    over = rows((2000, 624, 624), (2005, 600, 600, "", "over"))
    assert series.hedged_direction(over.iloc[0], over.iloc[1]) == "unclear"
    assert counts_title("X", "tenants", over) == "Tenants counted at X"
    both = rows((2000, 140, 140, "", "over"), (2005, 160, 160, "", "over"))
    assert counts_title("X", "tenants", both) == (
        "Counts of tenants at X go from over 140 in 2000 to over 160 in 2005"
    )


def test_income_title_true_reversed_missing():
    scheme = pd.DataFrame({"phase": ["1", "2"], "phase_label": ["mill", "brand"]})
    measures = pd.DataFrame({"phase": ["1", "2"], "streams": [1, 5]})
    assert income_title("X", measures, scheme) == (
        "From mill to brand the income on record at X widens from 1 stream to 5"
    )
    turned = measures.assign(streams=[5, 1])
    assert "narrows from 5 streams to 1" in income_title("X", turned, scheme)
    even = measures.assign(streams=[2, 2])
    assert income_title("X", even, scheme) == "Streams of income on record at X, by phase"
    assert income_title("X", measures.iloc[:1], scheme) == "Streams of income on record at X"


def moved(*values: tuple[int, str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"when": year + 0.5, "side": side, "told_by": by} for year, side, by in values]
    )


def test_moves_title_true_reversed_missing():
    came = [(2000, "came", ""), (2003, "came", "")]
    left = [(2008, "left", ""), (2015, "left", "")]
    assert moves_title("X", moved(*came, *left)) == (
        "The arrivals on record at X end in 2003, departures begin in 2008"
    )
    told = moves_title("X", moved(*came, *left, (2024, "came", "Y")))
    assert told.endswith("departures begin in 2008; one came back in 2024")
    mixed = moved((2000, "left", ""), (2001, "left", ""), *[(y + 9, s, b) for y, s, b in came])
    assert moves_title("X", mixed) == "2 arrivals and 2 departures on record at X"
    assert moves_title("X", moved((2000, "came", ""))) == "1 arrival on record at X"


def test_comparison_title_above_below_between():
    other = rows((2000, 1, 1), (2001, 2, 2), (2002, 3, 3))
    assert "lies above every rent on record in 1 other cluster" in comparison_title(
        "X", rows((2005, 4, 5)), other
    )
    assert "lies below every rent" in comparison_title("X", rows((2005, 0.5, 0.6)), other)
    assert "lies above 2 of the 3 rents" in comparison_title("X", rows((2005, 2.5, 4)), other)
    assert "beside 3 rents" in comparison_title("X", rows((2005, 1, 3)), other)


def test_feasible_title_and_its_missing_half():
    row = rows((2009, 4, 5)).iloc[0]
    table = rents.feasible_rents(prices.Interval(4, 5), [0.1, 0.5], [0.5])
    assert "the rest pay 4.2–5.3 or 5.3–6.7" in feasible_title(row, table)
    assert feasible_title(row, table.iloc[:0]) == "What a mean of 4–5 in 2009 leaves open"


# income and moves


def placed(*values: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"stream": s, "start": a, "end": b, "one": str(n), "shown_by": "event"}
            for n, (s, a, b) in enumerate(values)
        ]
    )


PHASES = pd.DataFrame({"phase": ["1", "2"], "start": [1999.0, 2001.0]})


def test_a_year_in_which_phases_meet_belongs_to_the_later():
    found = income.by_phase(
        placed(
            ("letting", 2000, 2001), ("letting", 2001, 2002), ("brand", 2000, float("inf")),
            ("brand", 1990, 1991), ("events", float("nan"), float("nan")),
        ),
        PHASES,
    )  # fmt: skip
    assert list(zip(found["one"], found["phase"], strict=True)) == [
        ("0", "1"), ("1", "2"), ("2", "1"), ("2", "2"), ("3", "before"), ("4", ""),
    ]  # fmt: skip


def test_diversity_of_streams_by_hill_numbers():
    shown = [("letting", 2000, 2001)] * 4 + [("brand", 2000, 2001)] * 3
    shown += [("events", 2000, 2001)] * 2 + [("sales", 2000, 2001)]
    found = income.diversity(income.by_phase(placed(*shown), PHASES)).iloc[0]
    assert (found["streams"], found["showings"]) == (4, 10)
    assert found["N1"] == pytest.approx(3.596115, abs=1e-6)
    assert found["N2"] == pytest.approx(3.333333, abs=1e-6)


def test_streams_are_found_by_whole_words():
    by_name = {stream.name: stream for stream in income.STREAMS}
    assert by_name["letting"].said_in("Idle workshops let to small makers")
    assert not by_name["letting"].said_in("A letter on the current state")
    assert not by_name["public"].said_in("cross-subsidy that adjusts over time")
    assert not by_name["sales"].said_in("shielded from the market rate")


def test_the_phases_of_m50_add_streams(m50):
    scheme = income.own_scheme(m50.phases)
    shown = income.showings(m50.events, m50.initiatives, m50.findings, m50.observations)
    found = income.diversity(income.by_phase(shown, scheme))
    assert found["phase"].tolist() == ["1", "2", "3"]
    assert found["streams"].is_monotonic_increasing
    first = shown[shown["end"] <= 2001]
    assert set(first["stream"]) == {"letting"}
    assert shown.loc[shown["date_words"] == "undated, after 2000", "start"].isna().all()


@pytest.mark.parametrize(
    ("name", "common"),
    [
        ("M50 Creative Park", "M50"), ("798 Art Zone", "798"), ("Red Town", "Red Town"),
        ("Creative 1956 Industrial Park", "Creative 1956 Industrial Park"),
        ("Hefeng Creative Plaza (Hefeng Creative Square)", "Hefeng"),
        ("Creative Park", "Creative Park"),
    ],
)  # fmt: skip
def test_common_name(name, common):
    assert moves.common_name(name) == common


def test_the_return_from_the_rival_is_told_by_the_rival(m50):
    found = all_moves(m50)
    told = found[found["told_by"] != ""]
    assert told[["date", "side", "told_by"]].values.tolist() == [
        ["2024-06-21", "came", "West Bund"]
    ]
    assert told["when"].notna().all()


def test_a_loss_told_under_a_name_is_no_arrival_there():
    found = all_moves(open_case("west-bund"))
    told = found[found["told_by"] == "M50 Creative Park"]["title"]
    assert any("AIKE leaves M50 for West Bund" in title for title in told)
    assert not any("evictions" in title for title in told)
    assert moves_title("West Bund", found).startswith(
        "The arrivals on record at West Bund end in 2016"
    )


def test_a_head_lease_is_no_rent_of_tenants():
    case = open_case("tianzifang")
    rents_kept, other, _ = rents.of_case(case)
    assert not rents_kept["segment"].str.contains("head_lease").any()
    assert "factory_head_lease" in set(other["segment"])
    assert prose.economic.spread(case) is None


def test_evidence_elsewhere_is_whole_and_not_of_this_cluster():
    found = observed_elsewhere("rent", "m50")
    assert "m50" not in set(found["cluster"])
    assert found["when"].notna().any()
    assert found["grade"].isin(list("ABCD")).all()
    assert (found["dimension"] != "context").all()
    assert len(events_elsewhere("m50", "M5", ("departure",))) == 0  # a name is matched whole


# the page


def test_a_corrected_count_changes_sentence_title_and_chart(m50):
    before, after = with_tenants(m50, 160), with_tenants(m50, 171)
    assert "Sources disagree" not in repr(prose.quantity(before, "tenants", "tenants"))
    said = repr(prose.quantity(after, "tenants", "tenants"))
    assert "over 171 (M50 article 2025, citing The Paper 2023)" in said
    assert "over 160 (The Paper 2023)" in said
    one, two = (charts.tenants_over_time(case) for case in (before, after))
    assert "disagree" not in one.title
    assert two.title == (
        "Sources disagree on tenants at M50 Creative Park in 2023: over 160 or 171"
    )
    for width in (WIDE, NARROW):
        spec = json.dumps(two.specification(width), ensure_ascii=False)
        assert "over 171: M50 article" in spec
        assert "over 160: The Paper" in spec
        assert "sources disagree" in spec  # the key of the square-ended bar
        assert "sources disagree" not in json.dumps(one.specification(width))


def test_counts_keep_what_is_no_count_of_the_cluster_out(m50):
    figure = charts.tenants_over_time(m50)
    assert set(figure.rows["status"]) == {"observed"}
    assert "context" not in set(figure.rows["dimension"])
    panels = [Count("event_exhibitors", f"art_week_{part}", part) for part in ("studios", "none")]
    joined = counts_over_time(m50, panels, name="week", noun="rooms", joined=True)
    assert set(joined.rows["segment"]) == {"art_week_studios"}


def test_either_words_say_a_hedge_once():
    assert either_words(rows((2000, 14, 14), (2000, 18, 18))) == "14 or 18"
    over = rows((2000, 160, 160, "", "over"), (2000, 171, 171, "", "over"))
    assert either_words(over) == "over 160 or 171"
    mixed = rows((2000, 160, 160, "", "over"), (2000, 171, 171, "", "about"))
    assert either_words(mixed) == "over 160 or about 171"


def test_the_what_if_starts_from_what_the_method_gives(m50):
    figure = charts.two_tier_rent(m50)
    spec = figure.specification(WIDE)
    start = {param["name"]: param["value"] for param in spec["params"]}
    assert all(param["bind"]["name"].strip() for param in spec["params"])
    result = rents.income_scenarios(
        start["rent"], start["area"], shares=[start["share"] / 100], discounts=[start["cut"] / 100],
        occupancies=[start["occupied"] / 100],
    ).iloc[0]  # fmt: skip
    drawn = re.findall(r">([\d.,]+)(?: million)?<", vl_convert.vegalite_to_svg(spec))
    assert f"{result['income_lower'] / 1e6:.1f}" in drawn
    assert f"{result['forgone_lower'] / 1e6:.1f}" in drawn
    assert f"{result['mean_rent_lower']:.2f}" in drawn
    other = json.loads(json.dumps(spec))
    next(p for p in other["params"] if p["name"] == "cut")["value"] = 0
    unfavoured = re.findall(r">([\d.,]+)(?: million)?<", vl_convert.vegalite_to_svg(other))
    assert f"{start['rent']:.2f}" in unfavoured  # without a discount the mean is the market rent


@pytest.mark.parametrize("slug", cluster_slugs())
def test_every_cluster_has_a_whole_chapter_or_says_what_is_missing(slug):
    case = open_case(slug)
    shown = [make(case) for make in FIGURES] + [charts.real_rents(case, 2020)]
    for figure in shown:
        if figure:
            assert len(figure.description) > 20
            for width in (WIDE, NARROW):
                assert "NaN" not in json.dumps(figure.specification(width))
        elif figure is not None:
            assert figure.rows
    said = [repr(getattr(prose.economic, name)(case) or "") for name in SENTENCES]
    said += [repr(f(case, 2020) or "") for f in (prose.economic.growth, prose.economic.latest_step)]
    text = " ".join([*said, *(getattr(f, "title", "") for f in shown)])
    assert not re.search(r"\bnan\b|\bNone\b|\d\.0 (?:new|the)", text)
    if slug != "m50":
        assert not re.search(r"M50(?! article)", text)


def test_text_from_data_is_escaped(m50):
    table = m50.findings.copy()
    economic = table["dimension"] == "economic"
    table.loc[economic, ["category", "code"]] = "<script>alert(1)</script>"
    hostile = replace(m50, findings=table)
    assert "<script" not in prose.economic.sides(hostile).html
    rents_of = m50.observations.copy()
    rents_of.loc[rents_of["indicator"] == "rent", "segment"] = "<b>x</b>"
    marked = replace(m50, observations=rents_of)
    assert "<b>x" not in prose.economic.growth(marked, 2020).html


def test_charts_draw_within_their_width(m50):
    for make in FIGURES:
        for width in (WIDE, NARROW):
            svg = to_light(vl_convert.vegalite_to_svg(make(m50).specification(width)))
            drawn = float(re.search(r'<svg[^>]* width="([\d.]+)"', svg).group(1))
            assert drawn <= width + 1, make.__name__
