"""Estimates a factor or structural equation model from answers by ML, MLR or WLSMV.

Conventions are lavaan's (Rosseel 2012), so that a user finds the same figures there: ML divides
by n and takes expected information (observed where answers are missing); MLR has Huber-White errors
and the Yuan-Bentler test with observed information; WLSMV is diagonally weighted least squares on
polychoric correlations with robust errors and the scaled-shifted test, dividing by n - 1. Means are
saturated, and part of the model with groups or missing answers. Observed predictors count as random
variables (lavaan's ``fixed.x = FALSE``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from surveysem.answers import (
    Answers,
    absent,
    categories_of,
    complete_answers,
    require_usable,
)
from surveysem.discrepancy import (
    Moments,
    Sample,
    casewise_scores,
    expected_information,
    likelihood_discrepancy,
    pair_jacobian,
    sample_of,
    weighted_discrepancy,
)
from surveysem.errors import (
    ConvergenceError,
    DataError,
    IdentificationError,
    ModelSyntaxError,
    Notice,
    SurveyError,
    listing,
)
from surveysem.moments import Array, pattern_of, saturated_pattern
from surveysem.notices import solution_notices
from surveysem.polychoric import polychoric
from surveysem.result import Fit, total_covariance
from surveysem.robust import (
    Test,
    categorical_likelihood,
    independent_trace,
    sandwich,
    saturated_trace,
    scaled_by,
    scaled_shifted,
)
from surveysem.search import find_minimum, require_identified
from surveysem.specification import (
    Specification,
    parameter_names,
    specify,
    specify_groups,
)
from surveysem.starting import (
    check_identified,
    degrees_of_freedom,
    joint_start,
    starting_values,
)

# A refit starts beside its solution; one that wanders further has none worth waiting for.
REFIT_STEPS = 60

Estimator = Literal["ML", "MLR", "WLSMV"]
Missing = Literal["listwise", "fiml", "pairwise"]


def fit_model(
    model: str,
    data: pd.DataFrame,
    *,
    estimator: Estimator = "WLSMV",
    std_lv: bool = False,
    scale: Sequence[int] | None = None,
    group: str | None = None,
    equal: Sequence[str] = (),
    free: Sequence[str] = (),
    missing: Missing = "listwise",
) -> Fit:
    """Return the estimates of a model in lavaan's syntax from answers (a row per respondent).

    ``std_lv`` sets the factors' variances to 1 instead of the first loadings. ``scale`` lists the
    answers that were offered (WLSMV only), so that unused categories are noticed. ``group`` names
    a column; each group then has parameters of its own but for what is ``equal`` and not ``free``
    (see ``specify_groups``). ``missing``: ``listwise`` leaves out who left an item empty and
    counts them; ``fiml`` uses every answer given (ML and MLR: Arbuckle 1996, Yuan and Bentler
    2000), ``pairwise`` too (WLSMV: each correlation from those who answered both items).

    Errors: ``ModelSyntaxError``, ``DataError``, ``IdentificationError``, ``ConvergenceError``;
    each says what is wrong and what would be right. Impossible values that a converged solution
    contains (a negative variance, factors that correlate beyond one) are in its notices.
    """
    if estimator not in get_args(Estimator):
        raise SurveyError(
            f"“{estimator}” is not a method of estimation here. Choose ML, MLR or WLSMV."
        )
    ordinal = estimator == "WLSMV"
    _check_options(ordinal, group, equal, free, missing)
    means = not ordinal and (group is not None or missing == "fiml")
    spec = specify(model, std_lv=std_lv, ordinal=ordinal, means=means)
    plain = specify(model, std_lv=std_lv, ordinal=ordinal)
    if not plain.free:
        raise IdentificationError(
            "The model has no free parameter, so there is nothing to estimate. Take away the 1* "
            "of the values that the answers should decide."
        )
    keep = missing != "listwise"
    if group is None:
        answers = {"": complete_answers(data, spec.observed, keep_missing=keep)}
    else:
        answers = group_answers(data, group, spec.observed, keep_missing=keep)
    if both := [name for name in spec.latent if name in data.columns]:
        raise ModelSyntaxError(
            f"The factor {both[0]} has the name of a column of the answers. Give the factor "
            f"another name, or write {both[0]} as an item, on the right side of =~."
        )
    specs = specify_groups(spec, list(answers), equal, free)
    names = parameter_names(specs, list(answers))
    degrees_of_freedom(specs, ordinal=ordinal)
    if ordinal:
        fit = _fit_categories(specs, plain, names, answers, scale)
    else:
        fit = _fit_likelihood(specs, plain, names, answers, estimator)
    notices: list[Notice] = []
    for part in fit.parts:
        own = [*part.answers.notices, *part.notices, *solution_notices(part)]
        if part.group:
            own = [Notice(n.code, f"{part.group}: {n.subject}", n.text) for n in own]
        notices += own
    return replace(fit, notices=tuple(notices))


def _check_options(
    ordinal: bool, group: str | None, equal: Sequence[str], free: Sequence[str], missing: str
) -> None:
    if missing not in get_args(Missing):
        raise SurveyError(
            f"“{missing}” is no treatment of missing answers here. Choose listwise, fiml (ML, MLR) "
            "or pairwise (WLSMV)."
        )
    if missing == ("fiml" if ordinal else "pairwise"):
        fits = "missing='pairwise'" if ordinal else "missing='fiml'"
        raise SurveyError(
            f"Missing answers cannot be treated as “{missing}” by "
            f"{'WLSMV' if ordinal else 'maximum likelihood'}. Write {fits}."
        )
    if isinstance(equal, str) or isinstance(free, str):
        raise SurveyError("`equal` and `free` are lists of names: equal=['loadings'].")
    if (equal or free) and group is None:
        raise SurveyError("Only groups can have something equal. Name the column of the groups.")
    if ordinal and (wrong := [name for name in equal if name in ("intercepts", "residuals")]):
        raise SurveyError(
            f"With WLSMV {listing(wrong)} are no parameters, so they cannot be made equal over "
            "groups. Choose loadings, or ML or MLR."
        )


def group_answers(
    data: pd.DataFrame, group: str, items: Sequence[str], *, keep_missing: bool = False
) -> dict[str, Answers]:
    """Return the answers of each group, in order of its first row; rows count in the whole table.

    Errors: ``DataError`` for a missing or single group, and what is wrong within a group.
    """
    if group in items:
        raise DataError(
            f"The column “{group}” is an item of the model and cannot name the groups as well."
        )
    if not isinstance(data, pd.DataFrame) or group not in data.columns:
        raise DataError(f"The answers have no column “{group}” that names the group.")
    labels = data[group]
    if isinstance(labels, pd.DataFrame):
        raise DataError(f"The column {group} stands twice. Keep one of them.")
    if (gone := absent(labels)).any():
        row = int(np.flatnonzero(gone)[0]) + 1
        raise DataError(f"Row {row}: no group in column “{group}”. Fill it in.")
    if labels.nunique() < 2:
        names = listing(labels.unique())
        raise DataError(f"Only one group ({names}) in column “{group}”; two are needed.")
    found: dict[str, Answers] = {}
    for name in dict.fromkeys(labels):
        at = np.flatnonzero((labels == name).to_numpy())
        try:
            part = complete_answers(data.iloc[at], items, keep_missing=keep_missing)
        except DataError as error:
            raise DataError(f"Group “{name}”: {error}") from error
        found[str(name)] = replace(part, rows=tuple(int(at[row]) for row in part.rows))
    return found


def _require_usable(answers: dict[str, Answers], parameters: int, method: str) -> None:
    """Check each group; a group carries its share of the parameters."""
    for name, part in answers.items():
        try:
            require_usable(part, parameters, method if not name else "each group")
        except DataError as error:
            raise (DataError(f"Group “{name}”: {error}") if name else error) from error


def _saturated(answers: Answers) -> tuple[Sample, Array, Array, Array]:
    """Return means, covariances and the solution of the model that fits every moment.

    With missing answers it is found by maximum likelihood, from what pairs of items show.
    """
    size = len(answers.items)
    sample = sample_of(saturated_pattern(size), answers.values)
    rows, columns = np.tril_indices(size)
    mean, covariance = np.nanmean(answers.values, axis=0), answers.covariance
    if answers.complete:
        return sample, np.concatenate([covariance[rows, columns], mean]), mean, covariance
    variances = np.diag(np.nanvar(answers.values, axis=0))
    for share in (0.0, 0.2, 0.5, 1.0):
        start = share * variances + (1 - share) * covariance
        if np.linalg.eigvalsh(start)[0] > 0.01 * variances.max() / size**2 or share == 1:
            break
    names = [f"{answers.items[i]}~~{answers.items[j]}" for i, j in zip(rows, columns, strict=True)]
    names += [f"{item}~1" for item in answers.items]
    first = np.concatenate([start[rows, columns], mean])
    theta = find_minimum(likelihood_discrepancy([sample], 0.0), first, names).theta
    covariance = np.empty((size, size))
    covariance[rows, columns] = covariance[columns, rows] = theta[: len(rows)]
    return sample, theta, theta[len(rows) :], covariance


def _fit_likelihood(
    specs: Sequence[Specification],
    plain: Specification,
    names: list[str],
    answers: dict[str, Answers],
    estimator: Estimator,
) -> Fit:
    parts = list(answers.values())
    complete = all(part.complete for part in parts)
    patterns = [pattern_of(spec) for spec in specs]
    means = patterns[0].with_means
    size, n = len(plain.observed), sum(part.n for part in parts)
    _require_usable(answers, plain.free + (size if len(parts) > 1 else 0), estimator)
    df = degrees_of_freedom(specs, ordinal=False)
    saturated = [_saturated(part) for part in parts]
    covariances = [found[3] for found in saturated]
    if len(parts) == 1:
        start = starting_values(plain, covariances[0])
        check_identified(plain, pattern_of(plain), start, ordinal=False)
    samples = [sample_of(p, a.values) for p, a in zip(patterns, parts, strict=True)]
    if complete:
        level = sum(
            s.n / n * (np.linalg.slogdet(c)[1] + size)
            for s, c in zip(samples, covariances, strict=True)
        )
        level = float(level)
    else:
        pairs = [likelihood_discrepancy([f[0]], 0.0)(f[1]) for f in saturated]
        level = sum(s.n / n * p[0] for s, p in zip(samples, pairs, strict=True))
    discrepancy = likelihood_discrepancy(samples, level)
    start = joint_start(specs, covariances, [found[2] for found in saturated])
    found = find_minimum(discrepancy, start, names)
    expected = expected_information(samples, found.theta)
    require_identified(expected, names, where="at the solution for these answers")
    bread = 0.5 * found.hessian
    test = Test(n * found.value, df)
    alone = sum(
        float(((~np.isnan(a.values)).sum(axis=0) * (np.log(np.nanvar(a.values, axis=0)) + 1)).sum())
        for a in parts
    )
    baseline = Test(alone - n * level, len(parts) * size * (size - 1) // 2)
    cells = sum(int((~np.isnan(a.values)).sum()) for a in parts)
    loglik = -0.5 * (n * (found.value + level) + cells * float(np.log(2 * np.pi)))
    if estimator == "ML":
        vcov = np.linalg.inv(expected if complete else bread) / n
    else:
        scores = np.vstack(
            [
                casewise_scores(p, found.theta, a.values)
                for p, a in zip(patterns, parts, strict=True)
            ]
        )
        vcov = sandwich(bread, scores)
        fitted = float(np.trace(np.linalg.solve(bread, scores.T @ scores / n)))
        # Saturated means add one to the trace for each of them.
        extra = size if means else 0
        whole = 0.0
        for k, (part, (sample, theta, _, covariance)) in enumerate(
            zip(parts, saturated, strict=True)
        ):
            if complete:
                whole += saturated_trace(part.values, covariance) + extra
            else:
                own = casewise_scores(sample.pattern, theta, part.values)
                whole += float(np.trace(np.linalg.solve(0.5 * pairs[k][2], own.T @ own / part.n)))
        lone = sum(independent_trace(part.values) + extra for part in parts)
        test = scaled_by(test.chi2, df, whole, fitted)
        baseline = scaled_by(baseline.chi2, baseline.df, whole, lone)
    robust = (test, baseline) if estimator == "MLR" and complete else None
    fits = [
        Fit(
            estimator,
            spec,
            pattern,
            part,
            found.theta,
            vcov,
            test,
            baseline,
            covariance,
            found.steps,
            robust=robust,
            mean=mean if means else None,
            loglik=loglik,
            group=name,
            names=tuple(names),
        )
        for spec, pattern, (name, part), (_, _, mean, covariance) in zip(
            specs, patterns, answers.items(), saturated, strict=True
        )
    ]
    return fits[0] if len(fits) == 1 else _joined(fits)


def _joined(fits: Sequence[Fit]) -> Fit:
    return replace(fits[0], group="", groups=tuple(fits))


def _fit_categories(
    specs: Sequence[Specification],
    plain: Specification,
    names: list[str],
    answers: dict[str, Answers],
    scale: Sequence[int] | None,
) -> Fit:
    parts = list(answers.values())
    categories = [categories_of(part, scale) for part in parts]
    for (name, part), found in zip(answers.items(), categories, strict=True):
        cuts = sum(len(levels) - 1 for levels in found.levels)
        _require_usable({name: part}, plain.free + cuts, "WLSMV")
    df = degrees_of_freedom(specs, ordinal=True)
    statistics = [polychoric(c, plain.observed) for c in categories]
    patterns = [pattern_of(spec) for spec in specs]
    correlations = [s.correlation for s in statistics]
    if len(parts) == 1:
        start = starting_values(plain, correlations[0])
        check_identified(plain, patterns[0], start, ordinal=True)
    n = sum(part.n for part in parts)
    divisor = n - len(parts)
    observed = np.concatenate([s.pairs for s in statistics])
    own = [1.0 / np.diag(s.pair_gamma) for s in statistics]
    fraction = [part.n / n for part in parts]
    fitted = np.concatenate(
        [(part.n - 1) / divisor * w for part, w in zip(parts, own, strict=True)]
    )
    start = joint_start(specs, correlations, None)
    search = find_minimum(weighted_discrepancy(observed, fitted, patterns), start, names)
    _, jacobian = pair_jacobian(patterns, search.theta)
    weight = np.concatenate([f * w for f, w in zip(fraction, own, strict=True)])
    size = len(own[0])
    gamma = np.zeros((len(weight), len(weight)))
    for k, (f, s) in enumerate(zip(fraction, statistics, strict=True)):
        at = slice(k * size, (k + 1) * size)
        gamma[at, at] = s.pair_gamma / f
    require_identified(
        (jacobian.T * weight) @ jacobian, names, where="at the solution for these answers"
    )
    test, covariance = scaled_shifted(divisor * search.value, df, jacobian, weight, gamma)
    base_chi2 = divisor * float((fitted * observed**2).sum())
    baseline, _ = scaled_shifted(
        base_chi2, len(observed), np.empty((len(observed), 0)), weight, gamma
    )
    implied = [
        total_covariance(p, search.theta, True)[: p.observed, : p.observed] for p in patterns
    ]
    robust = categorical_likelihood(
        list(zip(fraction, correlations, implied, strict=True)), n, df, jacobian, weight, gamma
    )
    fits = [
        Fit(
            "WLSMV",
            spec,
            pattern,
            part,
            search.theta,
            covariance / divisor,
            test,
            baseline,
            found.correlation,
            search.steps,
            polychoric=found,
            robust=robust,
            notices=found.notices,
            group=name,
            names=tuple(names),
        )
        for spec, pattern, (name, part), found in zip(
            specs, patterns, answers.items(), statistics, strict=True
        )
    ]
    return fits[0] if len(fits) == 1 else _joined(fits)


def refit_covariance(fit: Fit, covariance: Array, n: int, start: Array) -> Array:
    """Return the ML estimates of a fitted model for another covariance matrix (divided by n).

    For bootstrap and simulation: no checks, no standard errors.
    Errors: ``ConvergenceError``, also where the covariance matrix is singular.
    """
    if not np.isfinite(covariance).all() or np.linalg.slogdet(covariance)[0] <= 0:
        raise ConvergenceError("The covariance matrix of this sample is singular.")
    sample = Sample(fit.pattern, (Moments(n, covariance, np.zeros(len(covariance))),))
    discrepancy = likelihood_discrepancy([sample])
    return find_minimum(discrepancy, start, fit.spec.names, steps=REFIT_STEPS).theta
