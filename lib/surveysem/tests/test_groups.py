"""Groups: latent scores, their comparison, the local index, invariance of simulated parks."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind

from surveysem.errors import DataError, SurveyError
from surveysem.estimate import fit_model
from surveysem.invariance import measurement_invariance
from surveysem.scores import (
    group_differences,
    group_means,
    latent_scores,
    local_index,
    score_determinacy,
)
from surveysem.simulate import FIVE_POINT, simulate_answers

POPULATION = """
office  =~ 0.80*x1 + 0.75*x2 + 0.70*x3
network =~ 0.75*x4 + 0.80*x5 + 0.70*x6
office ~~ 0.3*network
"""
MODEL = "office =~ x1 + x2 + x3\nnetwork =~ x4 + x5 + x6"


def parks(n: int, shift: float) -> pd.DataFrame:
    parts = [
        simulate_answers(POPULATION, n, seed=1).assign(park="a"),
        simulate_answers(POPULATION, n, seed=2, means={"office": shift}).assign(park="b"),
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    return parks(400, -0.8)


@pytest.fixture(scope="module")
def fit(answers):
    return fit_model(MODEL, answers, estimator="MLR")


def test_scores_have_mean_zero_and_the_variance_that_determinacy_gives(fit):
    scores = latent_scores(fit)
    assert scores.mean().to_numpy() == pytest.approx([0, 0], abs=1e-10)
    standard = scores.std(ddof=0).to_numpy() / np.sqrt(
        [fit.theta[fit.spec.names.index(f"{name}~~{name}")] for name in ("office", "network")]
    )
    # The model fits closely, so scores vary as the model says.
    assert standard == pytest.approx(score_determinacy(fit).to_numpy(), abs=0.02)


def test_scores_keep_the_row_of_the_respondent(answers):
    table = answers.astype({"x1": float})
    table.loc[3, "x1"] = np.nan
    scores = latent_scores(fit_model(MODEL, table, estimator="ML"))
    assert 3 not in scores.index
    assert scores.index[3] == 4


def test_group_means_and_differences(fit, answers):
    means = group_means(fit, answers["park"]).set_index(["factor", "group"])
    differences = group_differences(fit, answers["park"]).set_index("factor")
    gap = means.loc[("office", "a"), "mean"] - means.loc[("office", "b"), "mean"]
    row = differences.loc["office"]
    assert row["difference"] == pytest.approx(gap)
    assert row["lower"] < gap < row["upper"]
    assert row["p_holm"] < 0.001
    assert differences.loc["network", "p"] > 0.05
    scores = latent_scores(fit)["office"]
    in_a = answers["park"] == "a"
    assert row["t"] == pytest.approx(ttest_ind(scores[in_a], scores[~in_a], equal_var=False)[0])
    assert differences["p_holm"].to_numpy() == pytest.approx(
        [min(1, 2 * row["p"]), differences.loc["network", "p"]]
    )


def test_latent_means_come_back_where_scalar_invariance_holds(answers):
    result = measurement_invariance(MODEL, answers, "park")
    assert result.table["holds"].tolist() == [None, True, True]
    means = result.means.set_index("factor")["std_difference"]
    assert means["office"] == pytest.approx(-0.8, abs=0.2)
    assert means["network"] == pytest.approx(0.0, abs=0.2)


def test_item_that_one_group_reads_otherwise_breaks_scalar_invariance():
    thresholds = {f"x{k}": FIVE_POINT for k in range(1, 7)} | {"x2": (-0.6, 0.1, 1.0, 2.0)}
    other = simulate_answers(POPULATION, 400, seed=2, thresholds=thresholds).assign(park="b")
    table = pd.concat(
        [simulate_answers(POPULATION, 400, seed=1).assign(park="a"), other], ignore_index=True
    )
    holds = measurement_invariance(MODEL, table, "park").table["holds"].tolist()
    assert holds == [None, True, False]


def test_local_index_runs_from_0_to_100():
    table = simulate_answers(POPULATION, 60, seed=3).assign(park="mid")
    low, high = table.head(30).copy(), table.tail(30).copy()
    low[[f"x{k}" for k in range(1, 7)]], low["park"] = 1, "low"
    high[[f"x{k}" for k in range(1, 7)]], high["park"] = 5, "high"
    whole = pd.concat([table, low, high], ignore_index=True)
    fit = fit_model(MODEL, whole, estimator="ML")
    index = local_index(fit, whole["park"], range(1, 6)).set_index(["group", "name"])
    assert index.loc["low", "value"].tolist() == [0, 0, 0]
    assert index.loc["high", "value"].to_numpy() == pytest.approx([100, 100, 100])
    middle = index.loc[("mid", "index")]
    assert 0 < middle["lower"] < middle["value"] < middle["upper"] < 100


def test_local_index_of_spaces_and_its_interval(fit, answers):
    spaces = {"all": ["office", "network"]}
    index = local_index(fit, answers["park"], range(1, 6), spaces=spaces, seed=4)
    a = index[index["group"] == "a"].set_index("name")
    assert a.loc["all", "value"] == pytest.approx(a.loc[["office", "network"], "value"].mean())
    assert a.loc["all", "value"] == a.loc["index", "value"]
    # A bootstrap interval of a mean is close to the mean and two standard errors.
    weights = np.array([0.80, 0.75, 0.70])
    own = answers[answers["park"] == "a"][["x1", "x2", "x3"]].to_numpy() @ (weights / weights.sum())
    half = 1.96 * 25 * own.std() / np.sqrt(len(own))
    assert a.loc["office", "value"] == pytest.approx(25 * (own.mean() - 1), abs=0.5)
    width = a.loc["office", "upper"] - a.loc["office", "lower"]
    assert width == pytest.approx(2 * half, rel=0.1)
    again = local_index(fit, answers["park"], range(1, 6), spaces=spaces, seed=4)
    assert again.equals(index)


def test_index_refuses_reversed_items_and_unknown_factors(fit, answers):
    turned = fit_model(MODEL, answers.assign(x3=6 - answers["x3"]), estimator="ML")
    with pytest.raises(SurveyError, match="x3 does not load positively"):
        local_index(turned, answers["park"], range(1, 6))
    with pytest.raises(SurveyError, match="names mood"):
        local_index(fit, answers["park"], range(1, 6), spaces={"s": ["mood"]})


def test_groups_must_belong_to_the_answers(fit, answers):
    with pytest.raises(DataError, match="same table"):
        group_means(fit, answers["park"].head(10))
    with pytest.raises(DataError, match="Row 6 has no group"):
        group_means(fit, answers["park"].where(answers.index != 5))
    with pytest.raises(DataError, match="Only one respondent in c"):
        group_means(fit, answers["park"].where(answers.index != 5, "c"))


def test_scores_need_likelihood(answers):
    with pytest.raises(SurveyError, match="ML or MLR"):
        latent_scores(fit_model(MODEL, answers))
