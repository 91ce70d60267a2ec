"""Before the model: items, missing answers, sampling adequacy, number of factors, EFA."""

import numpy as np
import pandas as pd
import pytest
from semopy.examples import holzinger39

from surveysem.bounds import BOUNDS, read_fit
from surveysem.errors import DataError, IdentificationError
from surveysem.exploratory import (
    bartlett,
    exploratory_factors,
    kmo,
    parallel_analysis,
)
from surveysem.items import (
    check_answers,
    item_statistics,
    missing_answers,
    require_sound,
)

ITEMS = [f"x{k}" for k in range(1, 10)]


@pytest.fixture(scope="module")
def pupils() -> pd.DataFrame:
    return holzinger39.get_data()[ITEMS]


def test_sampling_adequacy_and_sphericity(pupils):
    overall, items = kmo(pupils.corr())
    assert overall == pytest.approx(0.752245, abs=1e-6)
    # As printed by KMO of the R package psych for the nine items.
    printed = [0.81, 0.78, 0.73, 0.76, 0.74, 0.81, 0.59, 0.68, 0.79]
    assert items.round(2).tolist() == printed
    chi2, df, p = bartlett(pupils.corr(), 301)
    assert (chi2, df) == (pytest.approx(904.0971, abs=1e-4), 36)
    assert p < 1e-100


@pytest.mark.parametrize(
    ("number", "chi2", "df", "cfi", "rmsea"),
    [(1, 312.264, 27, 0.677, 0.187), (2, 130.306, 19, 0.874, 0.140), (3, 22.897, 12, 0.988, 0.055)],
)
def test_exploratory_fit_of_lavaans_tutorial(pupils, number, chi2, df, cfi, rmsea):
    fit = exploratory_factors(pupils, ITEMS, number).fit
    assert fit["chi2"] == pytest.approx(chi2, abs=1e-3)
    assert fit["df"] == df
    assert (fit["cfi"], fit["rmsea"]) == pytest.approx((cfi, rmsea), abs=5.1e-4)


def test_oblimin_finds_the_simplest_pattern(pupils):
    """No small turn of the factors lowers the sum of products of squared loadings (quartimin)."""
    found = exploratory_factors(pupils, ITEMS, 3)
    loadings, phi = found.loadings.to_numpy(), found.correlations.to_numpy()
    assert np.diag(phi) == pytest.approx(1.0)
    # Rotation changes neither communalities nor what the solution says about correlations.
    assert np.diag(loadings @ phi @ loadings.T) == pytest.approx(found.communalities.to_numpy())
    assert np.abs(loadings).argmax(axis=1).tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]

    def complexity(pattern: np.ndarray) -> float:
        squares = pattern**2
        return float((squares.sum(axis=1) ** 2 - (squares**2).sum(axis=1)).sum())

    turn = np.linalg.cholesky(phi).T
    fixed = loadings @ turn.T
    generator = np.random.default_rng(1)
    for _ in range(200):
        other = turn + 0.02 * generator.standard_normal((3, 3))
        other /= np.linalg.norm(other, axis=0)
        assert complexity(fixed @ np.linalg.inv(other.T)) > complexity(loadings) - 1e-7


def test_too_many_exploratory_factors(pupils):
    with pytest.raises(IdentificationError, match="from 1 to 5"):
        exploratory_factors(pupils, ITEMS, 6)


def test_parallel_analysis_finds_three_factors_and_repeats(pupils):
    first = parallel_analysis(pupils, ITEMS, seed=5)
    assert (first.components, first.factors) == (3, 3)
    assert parallel_analysis(pupils, ITEMS, seed=5).table.equals(first.table)
    assert not parallel_analysis(pupils, ITEMS, seed=6).table.equals(first.table)


ANSWERS = pd.DataFrame(
    {
        "respondent": ["a", "b", "c", "d", "e"],
        "park": ["p", "p", "q", "q", "q"],
        "x1": [1, 2, 4, 5, 5],
        "x2": [2, 2, 4, 4, np.nan],
        "x3": [1, 3, 3, 5, np.nan],
    }
)
NAMES = ["x1", "x2", "x3"]


def test_item_statistics():
    table = item_statistics(ANSWERS, {"f": NAMES}, scale=range(1, 6)).set_index("item")
    assert table.loc["x1", ["n", "missing", "mean"]].tolist() == [5, 0, 3.4]
    assert table.loc["x2", ["n", "missing", "mean"]].tolist() == [4, pytest.approx(0.2), 3.0]
    assert table.loc["x1", ["lowest", "highest"]].tolist() == [0.2, 0.4]
    assert table.loc["x1", "sd"] == pytest.approx(np.sqrt(3.3))
    # The four complete answers, by hand: x1 against x2 + x3; alpha of x2 and x3 alone.
    assert table.loc["x1", "item_total"] == pytest.approx(
        np.corrcoef([1, 2, 4, 5], [3, 5, 7, 9])[0, 1]
    )
    assert table.loc["x1", "alpha_if_dropped"] == pytest.approx(2 * (1 - (1 + 2) / 5))


def test_missing_answers_by_pattern():
    table = missing_answers(ANSWERS, NAMES)
    assert table["respondents"].tolist() == [4, 1]
    assert table["items"].tolist() == ["", "x2, x3"]
    assert table["missing"].tolist() == [0, 2]


def test_sound_answers_have_no_problem():
    assert check_answers(ANSWERS, NAMES, range(1, 6)).empty
    require_sound(check_answers(ANSWERS, NAMES, range(1, 6)))


@pytest.mark.parametrize(
    ("change", "check", "row", "column", "severity"),
    [
        ({"x1": [1, 2, 7, 5, 5]}, "out_of_range", 3, "x1", "error"),
        ({"x1": [1, 2, 2.5, 5, 5]}, "out_of_range", 3, "x1", "error"),
        ({"x1": [1, "many", 4, 5, 5]}, "not_a_number", 2, "x1", "error"),
        (
            {"respondent": ["a", "b", "a", "d", "e"]},
            "duplicate_respondent",
            3,
            "respondent",
            "error",
        ),
        ({"respondent": ["a", None, "c", "d", "e"]}, "no_respondent", 2, "respondent", "error"),
        ({"park": ["p", "p", None, "q", "q"]}, "no_group", 3, "park", "error"),
        ({"x3": [1, 2, 3, 5, 4]}, "straight_line", 2, "", "warning"),
        ({"x1": [1, 2, 4, 5, None]}, "empty_row", 5, "", "warning"),
    ],
)
def test_problems_have_a_place(change, check, row, column, severity):
    found = check_answers(ANSWERS.assign(**change), NAMES, range(1, 6))
    assert found[["check", "row", "column", "severity"]].to_numpy().tolist() == [
        [check, row, column, severity]
    ]
    assert found["right"].str.len().gt(10).all()


def test_missing_column_and_refusal():
    found = check_answers(ANSWERS.drop(columns="x2"), NAMES, range(1, 6))
    assert found[["check", "column"]].to_numpy().tolist() == [["missing_column", "x2"]]
    with pytest.raises(DataError, match="no column “x2”"):
        require_sound(found)


def test_bounds_and_reading():
    assert BOUNDS["cfi"].reading(0.95) == "good"
    assert BOUNDS["cfi"].reading(0.93) == "fair"
    assert BOUNDS["rmsea"].reading(0.09) == "poor"
    assert BOUNDS["rmsea"].reading(float("nan")) == "unknown"
    values = {"chi2_df": 3.6, "cfi": 0.931, "tli": 0.896, "rmsea": 0.092, "srmr": 0.065}
    table = read_fit(pd.Series(values)).set_index("index")
    assert table["reading"].tolist() == ["poor", "fair", "poor", "poor", "good"]
    assert "Hu and Bentler 1999" in table.loc["CFI", "source"]
    scaled = read_fit(pd.Series(values | {"cfi_scaled": 0.97}))
    assert scaled.loc[1, ["index", "value", "reading"]].tolist() == ["CFI (scaled)", 0.97, "good"]
