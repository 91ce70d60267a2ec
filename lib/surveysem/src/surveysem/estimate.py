"""Estimates a factor or structural equation model from answers by ML, MLR or WLSMV.

Conventions are lavaan's (Rosseel 2012), so that a user finds the same figures there: ML divides
by n and takes expected information; MLR has Huber-White errors and the Yuan-Bentler test with
observed information; WLSMV is diagonally weighted least squares on polychoric correlations with
robust errors and the scaled-shifted test, dividing by n - 1. Means are saturated. Observed
predictors count as random variables (lavaan's ``fixed.x = FALSE``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from surveysem.answers import (
    Answers,
    categories_of,
    complete_answers,
    require_usable,
)
from surveysem.discrepancy import (
    Sample,
    casewise_scores,
    expected_information,
    likelihood_discrepancy,
    lower_pairs,
    weighted_discrepancy,
)
from surveysem.errors import (
    ConvergenceError,
    IdentificationError,
    SurveyError,
)
from surveysem.moments import (
    Array,
    Pattern,
    covariance_jacobian,
    implied_moments,
    pattern_of,
)
from surveysem.notices import solution_notices
from surveysem.polychoric import polychoric
from surveysem.result import Fit
from surveysem.robust import (
    Test,
    categorical_likelihood,
    independence_chi2,
    sandwich,
    scaled_shifted,
    yuan_bentler,
)
from surveysem.search import find_minimum, require_identified
from surveysem.specification import Specification, specify
from surveysem.starting import (
    check_identified,
    degrees_of_freedom,
    starting_values,
)

# A refit starts beside its solution; one that wanders further has none worth waiting for.
REFIT_STEPS = 60

Estimator = Literal["ML", "MLR", "WLSMV"]


def fit_model(
    model: str,
    data: pd.DataFrame,
    *,
    estimator: Estimator = "WLSMV",
    std_lv: bool = False,
    scale: Sequence[int] | None = None,
) -> Fit:
    """Return the estimates of a model in lavaan's syntax from answers (a row per respondent).

    ``std_lv`` sets the factors' variances to 1 instead of the first loadings. ``scale`` lists the
    answers that were offered (WLSMV only), so that unused categories are noticed. Respondents
    with a missing item are left out and counted in the result's notices.

    Errors: ``ModelSyntaxError``, ``DataError``, ``IdentificationError``, ``ConvergenceError``;
    each says what is wrong and what would be right. Impossible values that a converged solution
    contains (a negative variance, factors that correlate beyond one) are in its notices.
    """
    if estimator not in get_args(Estimator):
        raise SurveyError(
            f"“{estimator}” is not a method of estimation here. Choose ML, MLR or WLSMV."
        )
    ordinal = estimator == "WLSMV"
    spec = specify(model, std_lv=std_lv, ordinal=ordinal)
    if not spec.free:
        raise IdentificationError(
            "The model has no free parameter, so there is nothing to estimate. Take away the 1* "
            "of the values that the answers should decide."
        )
    answers = complete_answers(data, spec.observed)
    degrees_of_freedom(spec, ordinal=ordinal)
    pattern = pattern_of(spec)
    fit = (
        _fit_categories(spec, pattern, answers, scale)
        if ordinal
        else _fit_likelihood(spec, pattern, answers, estimator)
    )
    return replace(fit, notices=(*answers.notices, *fit.notices, *solution_notices(fit)))


def _fit_likelihood(
    spec: Specification, pattern: Pattern, answers: Answers, estimator: Estimator
) -> Fit:
    require_usable(answers, spec.free, estimator)
    n, covariance = answers.n, answers.covariance
    df = degrees_of_freedom(spec, ordinal=False)
    start = starting_values(spec, covariance)
    check_identified(spec, pattern, start, ordinal=False)
    samples = [Sample(n, covariance, answers.values.mean(axis=0), pattern)]
    discrepancy = likelihood_discrepancy(samples)
    found = find_minimum(discrepancy, start, spec.names)
    expected = expected_information(samples, found.theta)
    require_identified(expected, spec.names, where="at the solution for these answers")
    chi2 = n * found.value
    if estimator == "ML":
        vcov = np.linalg.inv(expected) / n
        size = len(covariance)
        test = Test(chi2, df)
        baseline = Test(independence_chi2(n, covariance), size * (size - 1) // 2)
    else:
        bread = 0.5 * found.hessian
        deviations = answers.values - answers.values.mean(axis=0)
        vcov = sandwich(bread, casewise_scores(pattern, found.theta, deviations))
        test, baseline = yuan_bentler(chi2, pattern, found.theta, bread, deviations, covariance)
    robust = (test, baseline) if estimator == "MLR" else None
    return Fit(
        estimator,
        spec,
        pattern,
        answers,
        found.theta,
        vcov,
        test,
        baseline,
        covariance,
        found.steps,
        robust=robust,
    )


def _fit_categories(
    spec: Specification, pattern: Pattern, answers: Answers, scale: Sequence[int] | None
) -> Fit:
    categories = categories_of(answers, scale)
    thresholds = sum(len(levels) - 1 for levels in categories.levels)
    require_usable(answers, spec.free + thresholds, "WLSMV")
    n = answers.n
    df = degrees_of_freedom(spec, ordinal=True)
    statistics = polychoric(categories, spec.observed)
    start = starting_values(spec, statistics.correlation)
    check_identified(spec, pattern, start, ordinal=True)
    gamma, observed = statistics.pair_gamma, statistics.pairs
    weight = 1.0 / np.diag(gamma)
    found = find_minimum(weighted_discrepancy(observed, weight, pattern), start, spec.names)
    rows, columns = lower_pairs(pattern.observed)
    implied = implied_moments(pattern, found.theta)
    jacobian = covariance_jacobian(implied, pattern, rows, columns)
    require_identified(
        (jacobian.T * weight) @ jacobian, spec.names, where="at the solution for these answers"
    )
    correlation = implied.sigma.copy()
    np.fill_diagonal(correlation, 1.0)
    test, covariance = scaled_shifted((n - 1) * found.value, df, jacobian, weight, gamma)
    base_chi2 = (n - 1) * float((weight * observed**2).sum())
    baseline, _ = scaled_shifted(
        base_chi2, len(observed), np.empty((len(observed), 0)), weight, gamma
    )
    return Fit(
        "WLSMV",
        spec,
        pattern,
        answers,
        found.theta,
        covariance / (n - 1),
        test,
        baseline,
        statistics.correlation,
        found.steps,
        polychoric=statistics,
        robust=categorical_likelihood(
            n, df, statistics.correlation, correlation, jacobian, weight, gamma
        ),
        notices=statistics.notices,
    )


def refit_covariance(fit: Fit, covariance: Array, n: int, start: Array) -> Array:
    """Return the ML estimates of a fitted model for another covariance matrix (divided by n).

    For bootstrap and simulation: no checks, no standard errors.
    Errors: ``ConvergenceError``, also where the covariance matrix is singular.
    """
    if not np.isfinite(covariance).all() or np.linalg.slogdet(covariance)[0] <= 0:
        raise ConvergenceError("The covariance matrix of this sample is singular.")
    sample = Sample(n, covariance, np.zeros(len(covariance)), fit.pattern)
    discrepancy = likelihood_discrepancy([sample])
    return find_minimum(discrepancy, start, fit.spec.names, steps=REFIT_STEPS).theta
