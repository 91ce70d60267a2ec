"""The reference is the series of British coal-mining disasters (see data/README.md)."""

from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from clusterbook.analysis import periodisation as per
from clusterbook.analysis.poisson_segments import best_segmentations, random_breaks

# Published yearly counts, 1851 to 1962: a second copy of the series, against the dates.
COAL_COUNTS = [
    int(digit)
    for digit in (
        "45410434063340263354531441553425223421322111130010110031"
        "03220111010100021000110233112111123300014000100000100101"
    )
]


@pytest.fixture(scope="module")
def coal() -> pd.DataFrame:
    path = Path(__file__).parent / "data" / "coal_mining_dates.csv"
    days = pd.read_csv(path, parse_dates=["date"])["date"]
    date = 1851.20260095825 + (days - days[0]).dt.days / 365.25
    return pd.DataFrame({"start": date, "end": date})


@pytest.fixture(scope="module")
def coal_counts(coal: pd.DataFrame) -> pd.DataFrame:
    return per.yearly_counts(coal, first=1851, last=1962).counts


def series(*counts: int, first: int = 2001) -> pd.DataFrame:
    return pd.DataFrame({"year": range(first, first + len(counts)), "count": counts})


def test_coal_dates_give_the_published_yearly_counts(coal_counts):
    assert coal_counts["year"].tolist() == list(range(1851, 1963))
    assert coal_counts["count"].tolist() == COAL_COUNTS
    assert sum(COAL_COUNTS) == 191


def test_single_break_of_the_coal_series(coal_counts):
    found = per.single_break(coal_counts)
    assert found.year == 1891
    assert found.rate_before == pytest.approx(3.097561, abs=5e-7)
    assert found.rate_after == pytest.approx(0.901408, abs=5e-7)
    assert found.statistic == pytest.approx(69.988345, abs=5e-7)
    assert found.likely_years == tuple(range(1886, 1894))
    assert found.p_value == 1 / 1000
    best = found.profile.loc[found.profile["statistic"].idxmax()]
    assert best["year"] == 1891
    assert best["likely"]


@pytest.mark.parametrize(
    ("breaks", "years"), [(1, [1891]), (2, [1891, 1947]), (3, [1891, 1929, 1947])]
)
def test_best_segmentation_of_the_coal_series(coal_counts, breaks, years):
    found = best_segmentations(coal_counts["count"].to_numpy(), breaks, 3)[-1]
    assert [1850 + place for place in found.breaks] == years


def test_bic_of_the_coal_series_counts_two_parameters_a_break(coal_counts):
    table = per.bic_table(coal_counts, max_breaks=3)
    assert table["bic"].round(2).tolist() == [182.82, 122.27, 120.71, 123.39]
    assert table["parameters"].tolist() == [1, 3, 5, 7]
    assert table["break_years"].tolist() == [(), (1891,), (1891, 1947), (1891, 1929, 1947)]
    assert table.loc[table["difference"] == 0, "breaks"].tolist() == [2]


def test_bayesian_blocks_of_the_coal_series(coal):
    blocks = per.bayesian_blocks(coal, p0=0.05)
    edges = [*blocks["start"], blocks["end"].iloc[-1]]
    assert edges == pytest.approx([1851.2026, 1890.14579, 1962.2197], abs=5e-5)
    assert blocks["events"].tolist() == [124, 67]


def test_bayesian_blocks_do_not_take_undated_months_for_a_burst():
    # Six events known only to be of 2010 among steady ones: on one instant they would be a
    # block of no width.
    steady = np.arange(2000.05, 2020, 0.25)
    events = pd.DataFrame({"start": [*steady, *[2010.0] * 6], "end": [*steady, *[2011.0] * 6]})
    assert len(per.bayesian_blocks(events)) == 1


def test_bayesian_blocks_need_two_dates():
    one = pd.DataFrame({"start": [2001.5, 2001.5], "end": [2001.5, 2001.5]})
    two = pd.DataFrame({"start": [2001.0, 2003.0], "end": [2002.0, 2004.0]})
    assert per.bayesian_blocks(two)["events"].sum() == 2
    with pytest.raises(per.TooLittleDataError, match="two different dates"):
        per.bayesian_blocks(one.iloc[:1])


def test_segmentation_is_the_best_of_all_admissible_ones():
    values = np.random.default_rng(5).poisson([1] * 6 + [4] * 5 + [2] * 5)
    years = len(values)

    def likelihood(edges: tuple[int, ...]) -> float:
        parts = (values[a:b] for a, b in pairwise(edges))
        return sum(stats.poisson.logpmf(part, part.mean()).sum() for part in parts)

    ranked = sorted(
        ((0, *breaks, years) for breaks in combinations(range(1, years), 2)), key=likelihood
    )
    admissible = [edges for edges in ranked if min(np.diff(edges)) >= 3]
    found = best_segmentations(values, 2, 3)[-1]
    assert (0, *found.breaks, years) == admissible[-1]
    constant = (
        stats.poisson.logpmf(values, values).sum()
        - (np.where(values > 0, values * np.log(np.maximum(values, 1)), 0) - values).sum()
    )
    assert found.log_likelihood + constant == pytest.approx(likelihood(admissible[-1]))


def test_simulated_p_value_agrees_with_the_exact_one():
    # Six years, segments of three: one possible break, so the total is split binomially.
    counts = series(1, 2, 1, 4, 3, 4)
    exact = 2 * stats.binom.cdf(4, 15, 0.5)
    found = per.single_break(counts, min_length=3, simulations=20000)
    assert found.p_value == pytest.approx(exact, abs=4 * np.sqrt(exact / 20000))
    assert found.p_value == per.single_break(counts, min_length=3, simulations=20000).p_value
    # 2 ln LR of a split of 15 into 4 and 11, by hand.
    by_hand = 2 * (4 * np.log(4 / 7.5) + 11 * np.log(11 / 7.5))
    assert found.statistic == pytest.approx(by_hand)


def test_a_steady_series_is_seldom_found_to_change():
    rng = np.random.default_rng(11)
    p_values = [
        per.single_break(series(*rng.poisson(3, 25)), simulations=199, seed=run).p_value
        for run in range(200)
    ]
    assert 0.01 <= np.mean(np.array(p_values) <= 0.05) <= 0.10


def test_yearly_counts_say_what_was_left_out():
    events = pd.DataFrame(
        {
            "title": ["a day", "a year", "some months", "two years", "since", "long ago"],
            "start": [2004.3, 2005.0, 2005.7, 2006.0, 2015.0, 1937.0],
            "end": [2004.3, 2006.0, 2006.2, 2008.0, np.inf, 1938.0],
        },
        index=[0, 1, 2, 0, 1, 2],  # labels repeat where tables were joined
    )
    result = per.yearly_counts(events, first=2003)
    assert result.counts.to_dict("list") == {"year": [2003, 2004, 2005], "count": [0, 1, 2]}
    assert dict(zip(result.left_out["title"], result.left_out["reason"], strict=True)) == {
        "two years": "dated to more than one year",
        "since": "no start or no end",
        "long ago": "outside 2003 to 2005",
    }
    assert len(per.yearly_counts(events).counts) == 2005 - 1937 + 1


def test_a_decade_has_no_year_even_if_asked():
    events = pd.DataFrame({"start": [1930.0, 1935.0], "end": [1940.0, 1936.0]})
    events["when"] = [np.nan, 1935.5]
    result = per.yearly_counts(events)
    assert result.counts.to_dict("list") == {"year": [1935], "count": [1]}
    assert result.left_out["reason"].tolist() == ["dated to a decade or a century"]


def test_an_event_that_ends_before_it_starts_is_named():
    with pytest.raises(ValueError, match="row 7 ends before"):
        per.yearly_counts(pd.DataFrame({"start": [2004.0], "end": [2003.0]}, index=[7]))


def test_schemes_are_compared_with_best_and_random_ones(coal_counts):
    table = per.compare_schemes(
        coal_counts, {"best": [1891], "late": [1900], "short": [1891, 1893]}, draws=4000
    ).set_index("scheme")
    assert table.loc["best", "gain_share"] == pytest.approx(1)
    # Of 107 admissible single breaks one is as likely as the best, and for 1900 it is known
    # how many are.
    profile = per.single_break(coal_counts).profile.set_index("year")["statistic"]
    at_least = (profile >= profile[1900]).mean()
    assert table.loc["best", "random_share"] == pytest.approx(1 / 107, abs=0.006)
    assert table.loc["late", "random_share"] == pytest.approx(at_least, abs=0.02)
    assert table.loc["late", "gain_share"] == pytest.approx(profile[1900] / 69.988345, abs=1e-6)
    assert table.loc["short", "min_length"] == 2
    assert table.loc["short", "log_likelihood"] <= table.loc["short", "best_log_likelihood"]


@pytest.mark.parametrize("breaks", [[], [1850], [1962], [1900, 1900]])
def test_a_scheme_outside_the_series_is_an_error(coal_counts, breaks):
    with pytest.raises(ValueError, match="'rival' needs different breaks from 1851 to 1961"):
        per.compare_schemes(coal_counts, {"rival": breaks})


def test_random_segmentations_are_equally_probable():
    # Seven years in three segments of at least two: exactly three ways.
    drawn = random_breaks(bins=7, breaks=2, min_length=2, draws=3000, seed=3)
    ways, number = np.unique(drawn, axis=0, return_counts=True)
    assert ways.tolist() == [[2, 4], [2, 5], [3, 5]]
    assert number.min() > 900


def test_leaving_out_the_source_that_makes_the_break_moves_it():
    # Source a: two a year throughout. Source b adds four a year from 2011, c one early event.
    dates = [*np.repeat(range(2001, 2021), 2), *np.repeat(range(2011, 2021), 4), 2002]
    events = pd.DataFrame({"start": dates, "end": dates, "source": ["a"] * 40 + ["b"] * 40 + ["c"]})
    events = events.astype({"start": float, "end": float})
    table = per.leave_one_source_out(events).set_index("source")
    assert table["events"].to_dict() == {"": 81, "a": 41, "b": 41, "c": 80}
    assert table.loc["", "break_years"] == (2010,)
    assert table.loc["c", "break_years"] == (2010,)
    assert table.loc["b", "statistic"] < 1
    assert table.loc["c", "statistic"] > 15
    longer = per.leave_one_source_out(events, first=1981, last=2020).set_index("source")
    assert longer.loc["", "break_years"] == (2000,)  # twenty empty years before the first event
    assert longer.loc["b", "break_years"] == (2000,)
    alone = per.leave_one_source_out(events[events["source"] == "a"]).set_index("source")
    assert alone.loc["a", "break_years"] == ()
    assert np.isnan(alone.loc["a", "statistic"])


@pytest.mark.parametrize(("events", "published"), [(20, 0.24), (40, 0.40), (80, 0.71), (150, 0.95)])
def test_power_for_a_doubling_in_mid_series(events, published):
    # With 20 events the statistic takes few values, so the figure moves with the years chosen.
    assert per.power(events) == pytest.approx(published, abs=0.05 if events == 20 else 0.03)


def test_power_is_the_level_where_nothing_changes():
    assert 0.03 <= per.power(80, ratio=1.0) <= 0.065


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: best_segmentations(np.arange(5), 1, 3), "need 6 years; the series has 5"),
        (lambda: per.single_break(series(0, 0, 0, 1, 0, 0)), "1 events in 6 years"),
        (lambda: per.yearly_counts(pd.DataFrame({"start": [2000.0], "end": [2009.0]})), "No event"),
        (lambda: per.bic_table(series()), "empty"),
    ],
)
def test_too_little_data_is_said(call, message):
    with pytest.raises(per.TooLittleDataError, match=message):
        call()


def test_bic_stops_where_the_series_has_no_room():
    assert per.bic_table(series(1, 2, 3, 4, 5, 6, 7))["breaks"].tolist() == [0, 1]


def test_a_gap_in_the_years_and_a_broken_count_are_errors():
    with pytest.raises(ValueError, match="the row after 2001 is not 2002"):
        per.bic_table(pd.DataFrame({"year": [2001, 2003], "count": [1, 1]}))
    with pytest.raises(ValueError, match="whole numbers"):
        per.bic_table(pd.DataFrame({"year": [2001, 2002], "count": [1, 1.5]}))
