import numpy as np
import pandas as pd
import pytest

from clusterbook.analysis import rents
from clusterbook.analysis.prices import Interval, on_ranges


def test_discount_mean_and_subsidy():
    # A founding tenant pays 2.2 where others pay 2.75: a discount of a fifth.
    assert rents.discount(2.2, 2.75) == pytest.approx(0.2)
    assert rents.mean_rent(0.4, 2.2, 2.75) == pytest.approx(2.53)
    # .55 a day and m2, over 1,000 m2 and 365 days.
    assert rents.implied_subsidy(2.2, 2.75, 1000) == pytest.approx(200_750)


def test_ranges_stay_ranges():
    newcomers = Interval(2.5, 3)
    cut = on_ranges(rents.discount, 2.2, newcomers)
    assert (cut.lo, cut.hi) == pytest.approx((0.12, 0.8 / 3))
    mean = on_ranges(rents.mean_rent, Interval(0.2, 0.5), 2.2, newcomers)
    assert (mean.lo, mean.hi) == pytest.approx((2.35, 2.84))
    subsidy = on_ranges(rents.implied_subsidy, 2.2, newcomers, Interval(100, 200))
    assert (subsidy.lo, subsidy.hi) == pytest.approx((0.3 * 100 * 365, 0.8 * 200 * 365))


def test_impossible_inputs_are_errors():
    with pytest.raises(ValueError, match="market rent must be above 0"):
        rents.discount(1, 0)
    with pytest.raises(ValueError, match=r"from 0 to 1; got 1\.2"):
        rents.mean_rent(1.2, 1, 2)
    with pytest.raises(ValueError, match=r"from 0 to below 1; got 1\.0"):
        rents.feasible_rents(3, [0.5], [1.0])
    with pytest.raises(ValueError, match="mean rent must be above 0"):
        rents.feasible_rents(0, [0.5], [0.5])
    with pytest.raises(ValueError, match=r"floor area must be 0 or more; got -1"):
        rents.income_scenarios(2, -1, shares=[0.5], discounts=[0.5])


def test_every_feasible_pair_has_the_published_mean():
    table = rents.feasible_rents(Interval(4, 5), [0, 0.25, 0.5, 1], [0, 0.2, 0.6])
    assert len(table) == 12
    for bound, mean in (("lower", 4), ("upper", 5)):
        protected, market = table[f"protected_{bound}"], table[f"market_{bound}"]
        back = table["share"] * protected + (1 - table["share"]) * market
        assert back.tolist() == pytest.approx([mean] * 12)
        assert (1 - protected / market).tolist() == pytest.approx(table["discount"].tolist())
    # By hand: half the space at 60 percent off, mean 4.2: market 4.2 / .7 = 6, protected 2.4.
    row = rents.feasible_rents(4.2, [0.5], [0.6]).iloc[0]
    assert row["market_lower"] == row["market_upper"] == pytest.approx(6)
    assert row["protected_lower"] == pytest.approx(2.4)


def test_income_by_scenario():
    # By hand: 10,000 m2, nine tenths let, half at 60 percent off a market rent of 6.
    table = rents.income_scenarios(
        Interval(6, 7), 10_000, shares=[0, 0.5], discounts=[0.6], occupancies=[0.9]
    )
    assert table["share"].tolist() == [0, 0.5]
    none, half = (table.iloc[position] for position in (0, 1))
    assert none["income_lower"] == pytest.approx(9000 * 6 * 365)
    assert none["forgone_upper"] == 0
    assert half["mean_rent_lower"] == pytest.approx(4.2)
    assert half["income_lower"] == pytest.approx(13_797_000)
    assert half["forgone_lower"] == pytest.approx(rents.implied_subsidy(2.4, 6, 4500))
    assert half["income_upper"] == pytest.approx(13_797_000 * 7 / 6)
    assert len(rents.income_scenarios(6, 1, shares=[0, 1], discounts=[0, 1])) == 4


def rows(*cells: tuple[float, float, float, float]) -> pd.DataFrame:
    """Return rows of (start, end, low, high)."""
    table = pd.DataFrame(cells, columns=["start", "end", "low", "high"])
    table.index = pd.Index([f"r{number}" for number in range(len(cells))])
    return table.assign(when=(table["start"] + table["end"]) / 2)


def test_growth_between_dated_rows():
    # 100 to 200 in ten years is .0717735 a year; the third row has the date of the first.
    given = rows(
        (2010.5, 2010.5, 200, 200), (2000.5, 2000.5, 100, 100), (2010.5, 2010.5, 150, 150)
    ).assign(qualifier=["over", "exact", "about"])
    table, left_out = rents.growth_between(given)
    assert list(zip(table["from"], table["to"], strict=True)) == [("r1", "r0"), ("r1", "r2")]
    first = table.iloc[0]
    assert first["years"] == first["years_lower"] == first["years_upper"] == 10
    assert first["multiple_lower"] == first["multiple_upper"] == 2
    assert first["cagr_lower"] == first["cagr_upper"] == pytest.approx(0.0717735, abs=5e-8)
    assert table["qualifier_from"].tolist() == ["exact", "exact"]
    assert table["qualifier_to"].tolist() == ["over", "about"]
    assert left_out.empty


def test_growth_of_ranges():
    # .3 to .4 in 2000, 3 in 2006: "tenfold" in the press, 7.5 to 10 by the levels.
    given = rows((2000, 2001, 0.3, 0.4), (2006, 2007, 3, 3))
    pair = rents.growth_between(given)[0].iloc[0]
    assert (pair["multiple_lower"], pair["multiple_upper"]) == pytest.approx((7.5, 10))
    assert (pair["years"], pair["years_lower"], pair["years_upper"]) == (6, 5, 7)
    assert pair["cagr_lower"] == pytest.approx(7.5 ** (1 / 6) - 1)
    assert pair["cagr_upper"] == pytest.approx(10 ** (1 / 6) - 1)
    wide = rents.growth_between(given, dates="range")[0].iloc[0]
    assert wide["cagr_lower"] == pytest.approx(7.5 ** (1 / 7) - 1)
    assert wide["cagr_upper"] == pytest.approx(10 ** (1 / 5) - 1)


def test_decline_is_steepest_over_the_shortest_time():
    given = rows((2000, 2001, 4, 4), (2006, 2007, 1, 1))
    wide = rents.growth_between(given, dates="range")[0].iloc[0]
    assert wide["cagr_lower"] == pytest.approx(0.25 ** (1 / 5) - 1)
    assert wide["cagr_upper"] == pytest.approx(0.25 ** (1 / 7) - 1)


def test_growth_per_year_is_missing_where_no_time_may_have_passed():
    given = rows((2007, 2008, 2.0, 2.0), (2007.5, 2008.5, 2.2, 2.2))
    assert rents.growth_between(given)[0].iloc[0]["cagr_upper"] == pytest.approx(1.1**2 - 1)
    wide = rents.growth_between(given, dates="range")[0].iloc[0]
    assert wide["years_lower"] == -0.5
    assert np.isnan(wide["cagr_upper"])


def test_rows_without_closed_date_or_value_are_handed_back():
    given = rows(
        (2000, 2001, 1, 1),
        (2005, np.inf, 2, 2),
        (2006, 2007, np.nan, np.nan),
        (2000, 2100, 4, 4),
        (2008, 2009, 0, 1),
        (2009, 2010, 3, 3),
    )
    given.loc["r3", "when"] = np.nan
    table, left_out = rents.growth_between(given)
    assert list(zip(table["from"], table["to"], strict=True)) == [("r0", "r5")]
    assert left_out.index.tolist() == ["r1", "r2", "r3", "r4"]
    assert rents.growth_between(given.iloc[:1])[0].empty
    with pytest.raises(ValueError, match="row r0 is reversed"):
        rents.growth_between(rows((2000, 2001, 2, 1)))
