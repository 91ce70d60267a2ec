import numpy as np
import pandas as pd
import pytest

from clusterbook.analysis import prices
from clusterbook.evidence.units import factor


@pytest.fixture
def index() -> pd.DataFrame:
    published = pd.Series([102.1, 105.4, 99.3])  # the year before = 100
    changes = pd.DataFrame({"year": [2018, 2019, 2020], "cpi_change_percent": published - 100})
    return prices.chain_index(changes)


def test_links_chain_to_the_published_index(index):
    assert index["year"].tolist() == [2017, 2018, 2019, 2020]
    assert index["index"].tolist() == pytest.approx([100, 102.1, 107.6134, 106.860106], abs=5e-7)


def test_percent_changes_give_the_same_index(index):
    changes = pd.DataFrame({"year": [2020, 2018, 2019], "cpi_change_percent": [-0.7, 2.1, 5.4]})
    pd.testing.assert_frame_equal(prices.chain_index(changes), index)


def test_a_year_outside_the_index_is_named_with_the_span(index):
    rows = pd.DataFrame({"start": [2020.0], "end": [2021.0], "low": [3.5], "high": [3.5]})
    real = prices.real_rows(rows, 2017, index)
    assert real["low"].tolist() == pytest.approx([3.275310], abs=5e-7)
    message = "no price index for 1999: the index covers 2017 to 2020"
    with pytest.raises(prices.YearOutsideIndexError, match=message):
        prices.real_rows(rows, 1999, index)


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
