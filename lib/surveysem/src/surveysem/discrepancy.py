"""Distance between observed and implied moments, for maximum likelihood and for weighted squares.

Each is a function of the parameters that returns value, gradient and second derivatives at once.
Sources: Joreskog (1969) for likelihood, Arbuckle (1996) for missing answers, Muthen (1984) for
categories.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from surveysem.curvature import (
    mixed_cells,
    moment_cells,
    second_mean_cells,
    second_order_cells,
)
from surveysem.moments import (
    Array,
    Implied,
    Index,
    Pattern,
    covariance_jacobian,
    gather,
    gather_square,
    implied_moments,
)

Evaluation = tuple[float, Array, Array]
Discrepancy = Callable[[Array], Evaluation]


@dataclass(frozen=True)
class Moments:
    """Observed moments (covariances divided by n) of answers with the same items ``present``.

    ``present`` is None where all are; the cells of absent items hold zeros.
    """

    n: int
    covariance: Array
    mean: Array
    present: Index | None = None


@dataclass(frozen=True)
class Sample:
    """The answers of one group, by pattern of missing items, and the pattern to be fitted."""

    pattern: Pattern
    moments: tuple[Moments, ...]

    @property
    def n(self) -> int:
        """Number of respondents."""
        return sum(m.n for m in self.moments)


def missing_patterns(values: Array) -> Iterator[tuple[Index, Index | None]]:
    """Yield the rows of each pattern of missing answers and the items that are present in it."""
    absent = np.isnan(values)
    if not absent.any():
        yield np.arange(len(values)), None
        return
    patterns, which = np.unique(absent, axis=0, return_inverse=True)
    for k, pattern in enumerate(patterns):
        yield np.flatnonzero(which.ravel() == k), np.flatnonzero(~pattern)


def sample_of(pattern: Pattern, values: Array) -> Sample:
    """Return the moments of a group's answers (a row each, nan where missing)."""
    found = []
    for rows, present in missing_patterns(values):
        part = np.nan_to_num(values[rows])
        mean = part.mean(axis=0)
        off = part - mean
        found.append(Moments(len(rows), off.T @ off / len(rows), mean, present))
    return Sample(pattern, tuple(found))


def _inverse_and_logdet(sigma: Array, present: Index | None) -> tuple[Array, float] | None:
    """Return inverse and log determinant, or None where the matrix is not positive definite.

    The inverse is that of the present items, with zeros elsewhere.
    """
    if present is not None:
        found = _inverse_and_logdet(sigma[np.ix_(present, present)], None)
        if found is None:
            return None
        whole = np.zeros_like(sigma)
        whole[np.ix_(present, present)] = found[0]
        return whole, found[1]
    try:
        factor = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        return None
    half = np.linalg.inv(factor)
    return half.T @ half, 2.0 * float(np.log(np.diag(factor)).sum())


def _pinv(sigma: Array) -> Array:
    return np.asarray(np.linalg.pinv(sigma), dtype=np.float64)


def _likelihood(samples: Sequence[Sample], saturated: float, theta: Array) -> Evaluation:
    total = sum(sample.n for sample in samples)
    value = -saturated
    gradient, hessian = np.zeros(theta.size), np.zeros((theta.size, theta.size))
    for sample in samples:
        pattern = sample.pattern
        try:
            implied = implied_moments(pattern, theta)
        except np.linalg.LinAlgError:
            return np.inf, gradient, hessian
        pulls, drifts = np.zeros_like(implied.sigma), np.zeros_like(implied.mu)
        cells = np.zeros((len(pattern.parameter), len(pattern.parameter)))
        for part in sample.moments:
            inverse = _inverse_and_logdet(implied.sigma, part.present)
            if inverse is None:
                # The search takes an infinite value as a step too far and shortens it.
                return np.inf, gradient, hessian
            weight, logdet = inverse
            share = part.n / total
            observed = part.covariance
            if pattern.with_means:
                off = part.mean - implied.mu
                observed = observed + np.outer(off, off)
                drift = weight @ off
                drifts += share * drift
                cells += share * mixed_cells(implied, weight, drift)
            value += share * (logdet + float((observed * weight).sum()))
            pull = weight @ (observed - implied.sigma) @ weight
            pulls += share * pull
            cells += share * moment_cells(implied, weight, 0.5 * weight + pull)
        slope = -2.0 * (implied.u * (pulls @ implied.v)).sum(axis=0)
        cells += second_order_cells(pattern, implied, pulls)
        if pattern.with_means:
            slope -= 2.0 * drifts @ implied.dmu
            cells += second_mean_cells(pattern, implied, drifts)
        gradient += gather(pattern, slope)
        hessian += gather_square(pattern, cells)
    return value, gradient, hessian


def likelihood_discrepancy(
    samples: Sequence[Sample], saturated: float | None = None
) -> Discrepancy:
    """Return F(theta) of maximum likelihood over groups; n F is the likelihood ratio chi-square.

    ``saturated`` is what F would be without it for the model that fits every moment; for complete
    answers it need not be given.
    """
    if saturated is None:
        total = sum(sample.n for sample in samples)
        saturated = 0.0
        for sample in samples:
            covariance = sample.moments[0].covariance
            logdet = float(np.linalg.slogdet(covariance)[1])
            saturated += sample.n / total * (logdet + len(covariance))
    return partial(_likelihood, list(samples), saturated)


def expected_information(samples: Sequence[Sample], theta: Array) -> Array:
    """Return the expected information matrix per answer (Fisher), groups weighted by size.

    With missing answers it is the expectation given which are missing.
    """
    total = sum(sample.n for sample in samples)
    information = np.zeros((theta.size, theta.size))
    for sample in samples:
        implied = implied_moments(sample.pattern, theta)
        for part in sample.moments:
            inverse = _inverse_and_logdet(implied.sigma, part.present)
            weight = _pinv(implied.sigma) if inverse is None else inverse[0]
            cells = moment_cells(implied, weight, 0.5 * weight)
            if sample.pattern.with_means:
                cells += mixed_cells(implied, weight, np.zeros_like(implied.mu))
            information += 0.5 * part.n / total * gather_square(sample.pattern, cells)
    return information


def casewise_scores(pattern: Pattern, theta: Array, values: Array) -> Array:
    """Return the derivative of each answer's log-likelihood, a row per answer.

    Where means are no part of the model, they are the sample's.
    """
    implied = implied_moments(pattern, theta)
    centre = implied.mu if pattern.with_means else values.mean(axis=0)
    out = np.empty((len(values), len(pattern.parameter)))
    for rows, present in missing_patterns(values):
        inverse = _inverse_and_logdet(implied.sigma, present)
        weight = _pinv(implied.sigma) if inverse is None else inverse[0]
        z = np.nan_to_num(values[rows] - centre) @ weight
        trace = (implied.u * (weight @ implied.v)).sum(axis=0)
        out[rows] = (z @ implied.u) * (z @ implied.v) - trace
        if pattern.with_means:
            out[rows] += z @ implied.dmu
    return gather(pattern, out)


def stacked_newton(pattern: Pattern, covariances: Array, theta: Array, steps: int) -> Array:
    """Return the ML estimates for a stack of covariance matrices by Newton's method side by side.

    ``theta`` is where all start. Rows without a minimum within ``steps`` are nan.
    """
    thetas = np.repeat(theta[None], len(covariances), axis=0)
    done = np.zeros(len(covariances), dtype=bool)
    going = np.asarray(np.isfinite(covariances).all(axis=(1, 2)), dtype=np.bool_)
    for _ in range(steps):
        at = np.flatnonzero(going)
        if not at.size:
            break
        implied = implied_moments(pattern, thetas[at])
        good = np.linalg.eigvalsh(implied.sigma)[:, 0] > 0
        going[at[~good]] = False
        at, implied = at[good], Implied(*(part[good] for part in vars(implied).values()))
        weight = np.asarray(np.linalg.inv(implied.sigma), dtype=np.float64)
        pull = weight @ (covariances[at] - implied.sigma) @ weight
        gradient = gather(pattern, -2.0 * (implied.u * (pull @ implied.v)).sum(axis=-2))
        small = np.abs(gradient).max(axis=-1) < 1e-6
        cells = moment_cells(implied, weight, 0.5 * weight + pull)
        hessian = gather_square(pattern, cells + second_order_cells(pattern, implied, pull))
        lowest = np.linalg.eigvalsh(hessian)[:, 0]
        done[at[small & (lowest > 0)]] = True
        going[at[small | ~(lowest > 0)]] = False
        rest = ~small & (lowest > 0)
        step = np.linalg.solve(hessian[rest], gradient[rest][..., None])[..., 0]
        thetas[at[rest]] -= step
    thetas[~done] = np.nan
    return thetas


def lower_pairs(size: int) -> tuple[Index, Index]:
    """Return rows and columns of the pairs below the diagonal, column by column."""
    columns, rows = np.triu_indices(size, 1)
    return rows, columns


def pair_jacobian(patterns: Sequence[Pattern], theta: Array) -> tuple[Array, Array]:
    """Return implied covariances of all pairs, group below group, and their derivatives."""
    values, slopes = [], []
    for pattern in patterns:
        implied = implied_moments(pattern, theta)
        rows, columns = lower_pairs(pattern.observed)
        values.append(implied.sigma[rows, columns])
        slopes.append(covariance_jacobian(implied, pattern, rows, columns))
    return np.concatenate(values), np.vstack(slopes)


def _weighted(
    correlation: Array, weight: Array, patterns: Sequence[Pattern], theta: Array
) -> Evaluation:
    values, jacobian = pair_jacobian(patterns, theta)
    off = correlation - values
    value = float((weight * off**2).sum())
    gradient = -2.0 * jacobian.T @ (weight * off)
    hessian = 2.0 * (jacobian.T * weight) @ jacobian
    for pattern, part in zip(patterns, np.split(weight * off, len(patterns)), strict=True):
        implied = implied_moments(pattern, theta)
        rows, columns = lower_pairs(pattern.observed)
        pull = np.zeros_like(implied.sigma)
        pull[rows, columns] = pull[columns, rows] = part
        hessian += gather_square(pattern, second_order_cells(pattern, implied, pull))
    return value, gradient, hessian


def weighted_discrepancy(
    correlation: Array, weight: Array, patterns: Sequence[Pattern]
) -> Discrepancy:
    """Return F(theta) of diagonally weighted least squares over the pairs of ``lower_pairs``.

    Thresholds are saturated and the weights are diagonal, so thresholds do not enter. Groups
    stand one below the other, their weights multiplied by their shares.
    """
    return partial(_weighted, correlation, weight, list(patterns))
