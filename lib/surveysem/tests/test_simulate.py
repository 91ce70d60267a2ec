"""Simulated answers: their parameters come back, wrong models are told, and it is fast."""

import time

import numpy as np
import pandas as pd
import pytest

from surveysem.bootstrap import (
    bootstrap_estimates,
    bootstrap_htmt,
    bootstrap_model,
    bootstrap_reliability,
)
from surveysem.diagnostics import diagnose
from surveysem.errors import ModelSyntaxError, SurveyError
from surveysem.estimate import fit_model
from surveysem.exploratory import parallel_analysis
from surveysem.fit import fit_indices
from surveysem.result import estimates
from surveysem.simulate import FIVE_POINT, Population, simulate_answers

FIVE = """
location    =~ 0.80*loc1 + 0.70*loc2 + 0.75*loc3
institution =~ 0.75*ins1 + 0.80*ins2
network     =~ 0.80*net1 + 0.70*net2 + 0.75*net3
culture     =~ 0.80*cul1 + 0.75*cul2
office      =~ 0.75*off1 + 0.80*off2 + 0.70*off3
location    ~~ 0.40*institution + 0.35*network + 0.30*culture + 0.40*office
institution ~~ 0.35*network + 0.30*culture + 0.30*office
network     ~~ 0.45*culture + 0.30*office
culture     ~~ 0.40*office
"""
TWO = """
felt     =~ 0.80*cul1 + 0.75*cul2 + 0.75*off1 + 0.80*off2 + 0.70*off3 + 0.7*net1
reckoned =~ 0.80*loc1 + 0.70*loc2 + 0.75*loc3 + 0.75*ins1 + 0.80*ins2 + 0.7*net2 + 0.75*net3
felt ~~ 0.4*reckoned
"""
MODEL = """
location    =~ loc1 + loc2 + loc3
institution =~ ins1 + ins2
network     =~ net1 + net2 + net3
culture     =~ cul1 + cul2
office      =~ off1 + off2 + off3
"""


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    return simulate_answers(FIVE, 500, seed=3)


def test_same_seed_same_answers(answers):
    assert simulate_answers(FIVE, 500, seed=3).equals(answers)
    assert not simulate_answers(FIVE, 500, seed=4).equals(answers)
    assert set(np.unique(answers)) == {1, 2, 3, 4, 5}


def test_population_covariances_follow_from_the_paths():
    text = "f =~ 0.8*x1 + 0.6*x2\ng =~ 0.9*x3 + 0.5*x4\ng ~ 0.5*f"
    matrix = Population(text).covariance()
    assert np.diag(matrix) == pytest.approx(1.0)
    assert matrix.loc["f", "g"] == pytest.approx(0.5)
    assert matrix.loc["x1", "x2"] == pytest.approx(0.48)
    assert matrix.loc["x1", "x3"] == pytest.approx(0.8 * 0.5 * 0.9)


def test_shares_of_answers_follow_from_the_thresholds():
    many = simulate_answers("f =~ 0.7*x1 + 0.7*x2", 40000, seed=1)
    shares = many["x1"].value_counts(normalize=True).sort_index().to_numpy()
    assert shares == pytest.approx([0.0495, 0.1482, 0.3023, 0.3289, 0.1711], abs=0.01)


def test_means_shift_the_factor():
    moved = simulate_answers(FIVE, 4000, seed=1, means={"office": 1.0})
    plain = simulate_answers(FIVE, 4000, seed=1)
    change = (moved - plain).mean()
    assert change["off1"] > 0.5
    assert change["loc1"] == 0


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("f =~ 0.8*x1 + x2", ModelSyntaxError, "f =~ x2 has no value"),
        ("f =~ 0.8*x1\nf ~~ 2*f", ModelSyntaxError, "variance one"),
        ("f =~ 1.2*x1", SurveyError, "more than the whole variance of x1"),
    ],
)
def test_impossible_populations(text, error, words):
    with pytest.raises(error, match=words):
        simulate_answers(text, 10, seed=1)


def test_bad_thresholds_and_unknown_means():
    with pytest.raises(SurveyError, match="rising"):
        simulate_answers("f =~ 0.8*x1", 10, seed=1, thresholds=[1, 0])
    with pytest.raises(SurveyError, match="No variable is named z"):
        simulate_answers("f =~ 0.8*x1", 10, seed=1, means={"z": 1})


def test_categories_bring_the_stated_parameters_back():
    many = simulate_answers(FIVE, 20000, seed=5)
    table = estimates(fit_model(MODEL, many)).set_index(["lhs", "op", "rhs"])
    true = Population(FIVE).covariance()
    for (lhs, op, rhs), row in table.iterrows():
        if op == "=~" or (op == "~~" and lhs != rhs):
            assert row["std"] == pytest.approx(true.loc[lhs, rhs], abs=0.03), (lhs, rhs)
        if op == "|":
            assert row["est"] == pytest.approx(FIVE_POINT[int(rhs[1]) - 1], abs=0.05)


def test_scaled_chi_squares_have_the_mean_that_theory_gives():
    """For the right model the mean of a chi-square is its df; the unscaled one of WLSMV is not."""
    text = "f =~ 0.8*x1 + 0.7*x2 + 0.6*x3 + 0.7*x4\ng =~ 0.8*x5 + 0.7*x6 + 0.6*x7\nf ~~ 0.4*g"
    model = "f =~ x1 + x2 + x3 + x4\ng =~ x5 + x6 + x7"
    scaled: dict[str, list[float]] = {"MLR": [], "WLSMV": []}
    plain = []
    for seed in range(30):
        sample = simulate_answers(text, 400, seed=seed)
        for name, values in scaled.items():
            indices = fit_indices(fit_model(model, sample, estimator=name))
            values.append(indices["chi2_scaled"])
        plain.append(indices["chi2"])
    # Three standard errors of the mean of 30 chi-squares with 13 degrees of freedom.
    margin = 3 * np.sqrt(2 * 13 / 30)
    assert np.mean(scaled["MLR"]) == pytest.approx(13, abs=margin)
    assert np.mean(scaled["WLSMV"]) == pytest.approx(13, abs=margin)
    assert np.mean(plain) < 13 - margin


@pytest.mark.parametrize("estimator", ["ML", "MLR", "WLSMV"])
def test_five_factors_of_500_answers_take_well_under_a_second(answers, estimator):
    times = []
    for _ in range(3):
        start = time.process_time()
        fit = fit_model(MODEL, answers, estimator=estimator)
        times.append(time.process_time() - start)
    # About 0.03 seconds on an idle machine; the best of three, because machines are seldom idle.
    assert min(times) < 0.5
    assert (fit.n, fit.test.df) == (500, 55)


def test_right_model_passes_every_check(answers):
    table = diagnose(fit_model(MODEL, answers), parallel_analysis(answers, answers.columns))
    assert "poor" not in set(table["reading"])
    number = table.set_index("check").loc["number of factors"]
    assert number["value"] == 5


def test_too_many_factors_are_told():
    """The answers hold two factors; the five-factor model fits, and yet is not theirs."""
    sample = simulate_answers(TWO, 400, seed=6)
    analysis = parallel_analysis(sample, sample.columns)
    assert (analysis.components, analysis.factors) == (2, 2)
    table = diagnose(fit_model(MODEL, sample), analysis)
    number = table.set_index("check").loc["number of factors"]
    assert number["reading"] == "poor"
    assert "join factors" in number["finding"]
    apart = table[table["check"] == "distinctness"].set_index("subject")["reading"]
    assert apart["location, institution"] == "poor"
    assert apart["culture, office"] == "poor"
    assert apart["location, culture"] == "good"


def test_too_few_factors_are_told(answers):
    model = "all =~ " + " + ".join(answers.columns)
    analysis = parallel_analysis(answers, answers.columns)
    table = diagnose(fit_model(model, answers), analysis)
    number = table.set_index("check").loc["number of factors"]
    assert number["reading"] == "poor"
    assert "factors are missing" in number["finding"]
    fit = table[table["check"] == "fit"].set_index("subject")["reading"]
    assert (fit["CFI (scaled)"], fit["RMSEA (scaled)"], fit["SRMR"]) == ("poor", "poor", "poor")


def test_answers_without_any_factor_are_told():
    values = np.random.default_rng(2).integers(1, 6, (300, 13))
    noise = pd.DataFrame(values, columns=list(simulate_answers(FIVE, 1, seed=1).columns))
    assert parallel_analysis(noise, noise.columns).components == 0


def test_bootstrap_is_repeatable_fast_and_reports_progress(answers):
    fit = fit_model(MODEL, answers, estimator="ML")
    calls: list[tuple[int, int]] = []
    start = time.process_time()
    first = bootstrap_model(
        fit, replicates=200, seed=9, progress=lambda done, total: calls.append((done, total))
    )
    assert time.process_time() - start < 10
    assert [done for done, _ in calls] == sorted({done for done, _ in calls})
    assert calls[-1] == (200, 200)
    again = bootstrap_model(fit, replicates=200, seed=9)
    assert np.array_equal(first.theta, again.theta)
    assert not np.array_equal(first.theta, bootstrap_model(fit, replicates=200, seed=8).theta)
    assert first.failed == 0


def test_bootstrap_errors_are_near_the_robust_ones(answers):
    fit = fit_model(MODEL, answers, estimator="MLR")
    drawn = bootstrap_model(fit, replicates=400, seed=1)
    boot, own = bootstrap_estimates(drawn), estimates(fit)
    free = own["free"]
    assert (boot["boot_se"][free] / own["se"][free]).to_numpy() == pytest.approx(1.0, abs=0.25)
    assert boot["boot_se"][~free].isna().all()
    inside = (boot["std_boot_lower"] < boot["std"]) & (boot["std"] < boot["std_boot_upper"])
    assert inside[boot["std_boot_lower"].notna()].all()
    measures = bootstrap_reliability(drawn)
    assert ((measures["lower"] < measures["value"]) & (measures["value"] < measures["upper"])).all()
    ratios = bootstrap_htmt(drawn)
    assert len(ratios) == 10
    assert (ratios["upper"] < 0.85).all()


def test_bootstrap_refuses_categories(answers):
    with pytest.raises(SurveyError, match="maximum likelihood"):
        bootstrap_model(fit_model(MODEL, answers))
