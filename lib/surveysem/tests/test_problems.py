"""What cannot be analysed is refused with a reason; what is doubtful comes with a notice."""

import numpy as np
import pandas as pd
import pytest

from surveysem.answers import complete_answers
from surveysem.bounds import read_fit
from surveysem.errors import (
    ConvergenceError,
    DataError,
    IdentificationError,
    SurveyError,
    notice_table,
)
from surveysem.estimate import fit_model
from surveysem.fit import fit_indices
from surveysem.invariance import measurement_invariance
from surveysem.result import estimates
from surveysem.simulate import simulate_answers

POPULATION = """
f =~ 0.8*x1 + 0.7*x2 + 0.75*x3
g =~ 0.7*x4 + 0.8*x5 + 0.75*x6
f ~~ 0.4*g
"""
MODEL = "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6"
ESTIMATORS = ["ML", "MLR", "WLSMV"]


@pytest.fixture
def answers() -> pd.DataFrame:
    return simulate_answers(POPULATION, 250, seed=7)


def codes(fit) -> set[str]:
    return {notice.code for notice in fit.notices}


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("f =~ x1 + x2", "more|stand against"),
        ("f =~ x1 + x2\ng =~ x4 + x5\nf ~~ 0*g", "f=~x2"),
        ("f =~ NA*x1 + x2 + x3\ng =~ x4 + x5 + x6", "f=~x1"),
        (MODEL + "\nh =~ f + g", "h=~g"),
        (MODEL + "\nf ~ g\ng ~ f", "f~g"),
    ],
)
def test_models_that_are_not_identified(answers, model, words, estimator):
    with pytest.raises(IdentificationError, match=words):
        fit_model(model, answers, estimator=estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_two_unrelated_pairs_of_items_have_no_solution(estimator):
    population = "f =~ 0.3*x1 + 0.9*x2\ng =~ 0.4*x4 + 0.5*x5\nf ~~ 0.2*g"
    few = simulate_answers(population, 60, seed=11)
    with pytest.raises(ConvergenceError, match=r"No solution was found in \d+ steps"):
        fit_model("f =~ x1 + x2\ng =~ x4 + x5", few, estimator=estimator)


def test_negative_variance_is_reported_with_the_estimates_as_they_are():
    # One correlation exceeds what the other two allow: (.72 * .72) / .35 is beyond one.
    root = np.linalg.cholesky([[1, 0.72, 0.72], [0.72, 1, 0.35], [0.72, 0.35, 1]])
    raw = np.random.default_rng(1).standard_normal((200, 3))
    white = np.linalg.solve(np.linalg.cholesky(np.cov(raw.T)), (raw - raw.mean(axis=0)).T)
    table = pd.DataFrame((root @ white).T, columns=["x1", "x2", "x3"])
    fit = fit_model("f =~ x1 + x2 + x3", table, estimator="ML")
    row = estimates(fit).query("lhs == 'x1' and op == '~~'").iloc[0]
    # With three items the solution is exact; ML's covariances are 199/200 of the sample's.
    assert row["est"] == pytest.approx((1 - 0.72 * 0.72 / 0.35) * 199 / 200, rel=1e-6)
    notices = notice_table(fit.notices).set_index("code")
    assert notices.loc["negative_variance", "subject"] == "x1"
    assert f"{row['est']:.3f}" in notices.loc["negative_variance", "text"]


@pytest.mark.parametrize("estimator", ["ML", "WLSMV"])
def test_factors_that_are_one_are_reported(estimator):
    one = simulate_answers("f =~ " + " + ".join(f"0.8*x{k}" for k in range(1, 7)), 150, seed=1)
    fit = fit_model(MODEL, one, estimator=estimator)
    assert "factors_not_distinct" in codes(fit)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_constant_item(answers, estimator):
    answers["x2"] = 3
    with pytest.raises(DataError, match="same answer to x2"):
        fit_model(MODEL, answers, estimator=estimator)


@pytest.mark.parametrize(("estimator", "count"), [("ML", 13), ("WLSMV", 25)])
def test_fewer_answers_than_parameters(answers, estimator, count):
    with pytest.raises(DataError, match=f"12 complete answers cannot carry the {count} param"):
        fit_model(MODEL, answers.iloc[[*range(12)]], estimator=estimator)


def test_unused_category_is_reported(answers):
    answers["x1"] = answers["x1"].replace({3: 4})
    fit = fit_model(MODEL, answers, scale=range(1, 6))
    notices = notice_table(fit.notices).set_index("code")
    assert notices.loc["unused_category", "subject"] == "x1"
    assert "Nobody chose 3" in notices.loc["unused_category", "text"]
    assert len(estimates(fit).query("lhs == 'x1' and op == '|'")) == 3


def test_missing_answers_are_counted(answers):
    table = answers.astype(float)
    table.loc[4, "x1"] = np.nan
    table.loc[9, ["x1", "x5"]] = np.nan
    fit = fit_model(MODEL, table, estimator="ML")
    assert (fit.n, fit.answers.dropped) == (248, 2)
    assert "2 of 250" in notice_table(fit.notices).set_index("code").loc["missing_answers", "text"]


def test_reversed_item_is_reported(answers):
    answers["x3"] = 6 - answers["x3"]
    fit = fit_model(MODEL, answers)
    assert notice_table(fit.notices).set_index("code").loc["mixed_loadings", "subject"] == "f"


def test_scale_fixed_twice_is_reported(answers):
    fit = fit_model(MODEL + "\nf ~~ 1*f", answers, estimator="ML")
    assert "fixed_twice" in codes(fit)
    assert "fixed_twice" not in codes(fit_model(MODEL, answers, estimator="ML", std_lv=True))


def test_small_sample_and_pairs_are_reported(answers):
    assert "small_sample" in codes(fit_model(MODEL, answers.head(50), estimator="ML"))
    assert "small_sample" not in codes(fit_model(MODEL, answers, estimator="ML"))
    fit = fit_model("f =~ x1 + x2 + x3\ng =~ x4 + x5", answers)
    assert "two_item_factors" in codes(fit)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.rename(columns={"x1": "X1"}), "no column “x1”. Is it “X1”"),
        (
            lambda t: t.assign(x1=t["x1"].astype(object).where(t.index != 6, "yes")),
            "Row 7, .*“yes”",
        ),
        (lambda t: t.assign(x1=t["x2"]), "exactly the same answers"),
        (lambda t: t.assign(x1=np.nan), "None of the 250"),
        (lambda t: t.assign(x1=t["x1"].where(t.index != 2, 9)), "Row 3, .* 9 is not an answer"),
        (lambda t: t.assign(x1=t["x1"] + 0.5), "not a whole number"),
    ],
)
def test_answers_that_do_not_suit(answers, change, words):
    with pytest.raises(DataError, match=words):
        fit_model(MODEL, change(answers), estimator="WLSMV", scale=range(1, 6))


def test_items_answered_alike_by_nearly_everybody(answers):
    answers["x1"] = (answers["x1"] > 3).astype(int)
    answers["x2"] = answers["x1"].where(answers.index != 0, 1)
    with pytest.raises(DataError, match="x1 and x2"):
        fit_model(MODEL, answers)


def test_computed_column(answers):
    with pytest.raises(DataError, match="exact sum"):
        fit_model(MODEL, answers.assign(x1=answers["x2"] + answers["x3"]), estimator="ML")


def test_measurements_are_refused_as_categories():
    values = np.random.default_rng(1).integers(0, 90, (300, 3))
    table = pd.DataFrame(values, columns=["x1", "x2", "x3"])
    with pytest.raises(DataError, match="different answers"):
        fit_model("f =~ x1 + x2 + x3", table)


def test_unknown_estimator(answers):
    with pytest.raises(SurveyError, match="Choose ML, MLR or WLSMV"):
        fit_model(MODEL, answers, estimator="GLS")


def test_groups_that_cannot_be_compared(answers):
    park = pd.Series(["a", "b"] * 125)
    with pytest.raises(DataError, match="no column “park”"):
        measurement_invariance(MODEL, answers, "park")
    with pytest.raises(DataError, match="Only one group"):
        measurement_invariance(MODEL, answers.assign(park="a"), "park")
    with pytest.raises(DataError, match="Row 1: no group"):
        measurement_invariance(MODEL, answers.assign(park=park.where(park.index > 0)), "park")
    few = answers.assign(park=["b"] * 10 + ["a"] * 240)
    with pytest.raises(DataError, match="Group “b”"):
        measurement_invariance(MODEL, few, "park")
    with pytest.raises(SurveyError, match="measurement model"):
        measurement_invariance(MODEL + "\nf ~ g", answers.assign(park=park), "park")


def test_complete_answers_keep_their_place(answers):
    table = answers.astype(float)
    table.loc[1, "x1"] = np.nan
    assert complete_answers(table.head(4), ["x1", "x2"]).rows == (0, 2, 3)


def test_blank_cells_are_missing_answers(answers):
    table = answers.astype(object)
    table.loc[0, "x1"] = " "
    assert fit_model(MODEL, table, estimator="ML").n == 249


def test_nothing_to_estimate(answers):
    with pytest.raises(IdentificationError, match="no free parameter"):
        fit_model("f =~ 1*x1 + 1*x2\nf ~~ 1*f\nx1 ~~ 1*x1\nx2 ~~ 1*x2", answers, estimator="ML")


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_just_identified_model_has_no_test(answers, estimator):
    fit = fit_model("f =~ x1 + x2 + x3", answers, estimator=estimator)
    indices = fit_indices(fit)
    assert indices["chi2"] == pytest.approx(0, abs=1e-6)
    assert indices["df"] == 0
    assert indices["cfi"] == 1
    assert indices[["p", "tli", "rmsea", "chi2_df"]].isna().all()
    assert "chi2_scaled" not in indices
    reading = read_fit(indices).set_index("index")["reading"]
    assert reading["RMSEA"] == "unknown"
