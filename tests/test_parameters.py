from types import SimpleNamespace

import pandas as pd
import pytest

from clusterbook.evidence.parameters import check_base_year, check_years, within

CPI = SimpleNamespace(cpi=pd.DataFrame({"year": [1995, 1996, 1997]}))
NO_CPI = SimpleNamespace(cpi=pd.DataFrame({"year": []}))


@pytest.mark.parametrize("years", [(None, None), (1990, None), (None, 2025), (1990, 2025)])
def test_years_in_order_pass(years):
    check_years(*years)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (2010, 1990, r"start: 2010 is after end \(1990\).*start = 1990, end = 2010"),
        (2010, 2010, r"start: 2010 is the same year as end.*start = 2010, end = 2011"),
        ("1990", None, r"start: '1990' is text, not a year; write 1990 without quotes"),
        ("the nineties", None, r"start: 'the nineties' is text.*a year such as 1990, or None"),
        (1990, 2025.0, r"end: 2025\.0 is no whole year; write a year such as 1990"),
        (True, None, r"start: True is no whole year"),
        (90, None, r"start: 90 is no year of four digits"),
        (None, 20255, r"end: 20255 is no year of four digits"),
    ],
)
def test_a_wrong_year_names_the_parameter_and_what_would_be_right(start, end, said):
    with pytest.raises(ValueError, match=said):
        check_years(start, end)


def test_base_year_is_one_of_the_price_index():
    # Changes of 1995 to 1997 chain to an index of 1994 to 1997.
    for year in (1994, 1997):
        check_base_year(year, CPI)
    for year in (1993, 1998):
        with pytest.raises(ValueError, match=rf"no price index for {year}; .* from 1994 to 1997"):
            check_base_year(year, CPI)
    with pytest.raises(ValueError, match="price_base_year: None is no whole year"):
        check_base_year(None, CPI)


def test_without_an_index_any_year_passes_but_no_text():
    check_base_year(2020, NO_CPI)
    with pytest.raises(ValueError, match="price_base_year: '2020' is text"):
        check_base_year("2020", NO_CPI)


def test_within_keeps_rows_that_touch_the_years():
    rows = pd.DataFrame(
        {
            "start": [1990.0, 1999.0, 2001.5, 2005.0, float("nan")],
            "end": [1991.0, 2001.0, 2001.6, float("inf"), float("nan")],
        }
    )
    assert list(within(rows, None, None).index) == [0, 1, 2, 3, 4]
    assert list(within(rows, 1991, None).index) == [1, 2, 3]
    assert list(within(rows, 2000, 2001).index) == [1, 2]
    assert list(within(rows, 2010, 2020).index) == [3]
