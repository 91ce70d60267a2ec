"""Distance between observed and implied moments, for maximum likelihood and for weighted squares.

Each is a function of the parameters that returns value, gradient and second derivatives at once.
Sources: Joreskog (1969) for likelihood, Muthen (1984) for categories.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from surveysem.curvature import (
    expected_cells,
    mean_cells,
    misfit_cells,
    second_order_cells,
)
from surveysem.moments import (
    Array,
    Index,
    Pattern,
    covariance_jacobian,
    gather,
    gather_columns,
    gather_square,
    implied_moments,
)

Evaluation = tuple[float, Array, Array]
Discrepancy = Callable[[Array], Evaluation]


@dataclass(frozen=True)
class Sample:
    """Observed moments of one group (covariances divided by n) and the pattern to be fitted."""

    n: int
    covariance: Array
    mean: Array
    pattern: Pattern
    with_means: bool = False


def _inverse_and_logdet(sigma: Array) -> tuple[Array, float] | None:
    """Return inverse and log determinant, or None where the matrix is not positive definite."""
    try:
        factor = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        return None
    half = np.linalg.inv(factor)
    return half.T @ half, 2.0 * float(np.log(np.diag(factor)).sum())


def _likelihood(samples: Sequence[Sample], saturated: float, theta: Array) -> Evaluation:
    total = sum(sample.n for sample in samples)
    value = -saturated
    gradient, hessian = np.zeros(theta.size), np.zeros((theta.size, theta.size))
    for sample in samples:
        implied = implied_moments(sample.pattern, theta)
        inverse = _inverse_and_logdet(implied.sigma)
        if inverse is None:
            # The search takes an infinite value as a step too far and shortens it.
            return np.inf, gradient, hessian
        weight, logdet = inverse
        share = sample.n / total
        observed = sample.covariance
        off = np.zeros_like(sample.mean)
        if sample.with_means:
            off = sample.mean - implied.mu
            observed = observed + np.outer(off, off)
        value += share * (logdet + float((observed * weight).sum()))
        pull = weight @ (observed - implied.sigma) @ weight
        slope = -2.0 * (implied.u * (pull @ implied.v)).sum(axis=0)
        cells = expected_cells(implied, weight, sample.with_means)
        cells += misfit_cells(implied, weight, pull)
        cells += second_order_cells(sample.pattern, implied, pull)
        if sample.with_means:
            slope -= 2.0 * (weight @ off) @ implied.dmu
            cells += mean_cells(sample.pattern, implied, weight, off)
        gradient += share * gather(sample.pattern, slope)
        hessian += share * gather_square(sample.pattern, cells)
    return value, gradient, hessian


def likelihood_discrepancy(samples: Sequence[Sample]) -> Discrepancy:
    """Return F(theta) of maximum likelihood over groups; n F is the likelihood ratio chi-square."""
    total = sum(sample.n for sample in samples)
    saturated = 0.0
    for sample in samples:
        logdet = float(np.linalg.slogdet(sample.covariance)[1])
        saturated += sample.n / total * (logdet + sample.covariance.shape[0])
    return partial(_likelihood, list(samples), saturated)


def expected_information(samples: Sequence[Sample], theta: Array) -> Array:
    """Return the expected information matrix per answer (Fisher), groups weighted by size."""
    total = sum(sample.n for sample in samples)
    information = np.zeros((theta.size, theta.size))
    for sample in samples:
        implied = implied_moments(sample.pattern, theta)
        weight = np.asarray(np.linalg.inv(implied.sigma), dtype=np.float64)
        cells = expected_cells(implied, weight, sample.with_means)
        information += 0.5 * sample.n / total * gather_square(sample.pattern, cells)
    return information


def casewise_scores(pattern: Pattern, theta: Array, deviations: Array) -> Array:
    """Return the derivative of each answer's log-likelihood, a row per answer.

    ``deviations`` are the answers minus the sample means (means are saturated in this use).
    """
    implied = implied_moments(pattern, theta)
    weight = np.linalg.inv(implied.sigma)
    z = deviations @ weight
    trace = (implied.u * (weight @ implied.v)).sum(axis=0)
    return gather_columns(pattern, (z @ implied.u) * (z @ implied.v) - trace)


def lower_pairs(size: int) -> tuple[Index, Index]:
    """Return rows and columns of the pairs below the diagonal, column by column."""
    columns, rows = np.triu_indices(size, 1)
    return rows, columns


def _weighted(correlation: Array, weight: Array, pattern: Pattern, theta: Array) -> Evaluation:
    implied = implied_moments(pattern, theta)
    rows, columns = lower_pairs(pattern.observed)
    jacobian = covariance_jacobian(implied, pattern, rows, columns)
    off = correlation - implied.sigma[rows, columns]
    value = float((weight * off**2).sum())
    gradient = -2.0 * jacobian.T @ (weight * off)
    pull = np.zeros_like(implied.sigma)
    pull[rows, columns] = pull[columns, rows] = weight * off
    cells = second_order_cells(pattern, implied, pull)
    hessian = 2.0 * (jacobian.T * weight) @ jacobian + gather_square(pattern, cells)
    return value, gradient, hessian


def weighted_discrepancy(correlation: Array, weight: Array, pattern: Pattern) -> Discrepancy:
    """Return F(theta) of diagonally weighted least squares over the pairs of ``lower_pairs``.

    Thresholds are saturated and the weights are diagonal, so thresholds do not enter.
    """
    return partial(_weighted, correlation, weight, pattern)
