import numpy as np
import pandas as pd
import pytest

from clusterbook.analysis import prices
from clusterbook.evidence.units import factor


@pytest.fixture
def index() -> pd.DataFrame:
    links = pd.DataFrame({"year": [2018, 2019, 2020], "cpi": [102.1, 105.4, 99.3]})
    return prices.chain_index(links, "cpi", "previous_year_100")


def test_links_chain_to_the_published_index(index):
    assert index["year"].tolist() == [2017, 2018, 2019, 2020]
    assert index["index"].tolist() == pytest.approx([100, 102.1, 107.6134, 106.860106], abs=5e-7)


def test_percent_changes_give_the_same_index(index):
    changes = pd.DataFrame({"year": [2020, 2018, 2019], "cpi_change_percent": [-0.7, 2.1, 5.4]})
    pd.testing.assert_frame_equal(prices.chain_index(changes), index)


def test_real_value_at_base_prices(index):
    assert prices.real_value(3.5, 2020, 2017, index) == pytest.approx(3.275310, abs=5e-7)
    assert prices.real_value(3.5, 2020, 2020, index) == 3.5
    assert prices.real_value(100.0, 2017, 2018, index) == pytest.approx(102.1)
    assert prices.real_value(100.0, 2017.79, 2018, index) == pytest.approx(102.1)


def test_real_values_of_a_column_keep_its_labels_and_holes(index):
    rows = pd.DataFrame(
        {"value": [3.5, np.nan, 100.0], "year": [2020, 2019, 2017]}, index=list("abc")
    )
    real = prices.real_value(rows["value"], rows["year"], 2017, index)
    assert real["a"] == pytest.approx(3.275310, abs=5e-7)
    assert np.isnan(real["b"])
    assert real["c"] == 100
    with pytest.raises(ValueError, match="same table"):
        prices.real_value(rows["value"], rows["year"].reset_index(drop=True), 2017, index)


def test_a_year_outside_the_index_is_named_with_the_span(index):
    message = "no price index for 2025: the index covers 2017 to 2020"
    with pytest.raises(prices.YearOutsideIndexError, match=message):
        prices.real_value(3.0, 2025, 2020, index)
    with pytest.raises(prices.YearOutsideIndexError, match="1999"):
        prices.real_value(3.0, 2020, 1999, index)
    years = pd.Series([2018, 2025, np.nan])
    with pytest.raises(prices.YearOutsideIndexError, match="2025, a row without a year: the"):
        prices.real_value(pd.Series([1.0, 2.0, 3.0]), years, 2020, index)


@pytest.mark.parametrize(
    ("years", "changes", "message"),
    [
        ([2018, 2020], [1.0, 1.0], "2019 is missing"),
        ([2018, 2018], [1.0, 1.1], "2018 comes twice"),
        ([2018, 2019], [1.0, np.nan], "in 2019 is missing"),
        ([2018, 2019], [1.0, -100.0], "in 2019"),
        ([], [], "empty"),
    ],
)
def test_a_broken_chain_is_an_error(years, changes, message):
    table = pd.DataFrame({"year": years, "cpi_change_percent": changes})
    with pytest.raises(ValueError, match=message):
        prices.chain_index(table)


def test_real_growth_is_exact():
    assert prices.real_growth(0.08, 0.03) == pytest.approx(0.0485437, abs=5e-8)


def test_compound_growth():
    assert prices.cagr(100, 200, 10) == pytest.approx(0.0717735, abs=5e-8)
    assert prices.cagr(100, 121, 2) == pytest.approx(0.1)
    for wrong in [(0, 1, 1), (1, 0, 1), (1, 1, 0)]:
        with pytest.raises(ValueError, match="above 0"):
            prices.cagr(*wrong)


def test_rents_per_day_month_and_year():
    assert factor("CNY/m2/day", "CNY/m2/month") == pytest.approx(365 / 12)
    assert factor("CNY/m2/month", "CNY/m2/day") == pytest.approx(12 / 365)
    assert factor("CNY/m2/day", "CNY/m2/year") == pytest.approx(365)
    assert factor("CNY/m2/year", "CNY/m2/month") == pytest.approx(1 / 12)
