"""Robust standard errors and chi-squares: Yuan-Bentler for MLR, scaled-shifted for WLSMV."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2 as chi2_distribution

from surveysem.discrepancy import casewise_scores
from surveysem.moments import Array, Pattern


@dataclass(frozen=True)
class Test:
    """A chi-square test of a model; scaled is ``chi2 / factor + shift`` where it exists."""

    chi2: float
    df: int
    factor: float | None = None
    shift: float = 0.0

    @property
    def scaled(self) -> float | None:
        """The robust statistic, or None where the method has none or its factor is not positive."""
        if self.factor is None or self.factor <= 0:
            return None
        return self.chi2 / self.factor + self.shift

    @property
    def p(self) -> float:
        """Probability of a chi-square this large or larger if the model were true."""
        return _tail(self.chi2, self.df)

    @property
    def p_scaled(self) -> float | None:
        """The same for the robust statistic."""
        return None if self.scaled is None else _tail(self.scaled, self.df)


def _tail(chi2: float, df: int) -> float:
    return float(chi2_distribution.sf(chi2, df)) if df else float("nan")


def sandwich(bread: Array, scores: Array) -> Array:
    """Return the robust covariance of the estimates (Huber 1967, White 1982).

    ``bread`` is the observed information per answer, ``scores`` the casewise derivatives.
    """
    n = len(scores)
    inverse = np.linalg.inv(bread)
    covariance: Array = inverse @ (scores.T @ scores / n) @ inverse / n
    return covariance


def _saturated_trace(deviations: Array, covariance: Array) -> float:
    """Return tr(information^-1 score products) of the model that fits every covariance.

    It equals tr(normal-theory weight times the fourth-moment covariances of the answers).
    """
    z = deviations @ np.linalg.inv(covariance)
    distance = (z * deviations).sum(axis=1)
    return 0.5 * float((distance**2).mean() - len(covariance))


def yuan_bentler(
    chi2: float, pattern: Pattern, theta: Array, bread: Array, deviations: Array, covariance: Array
) -> tuple[Test, Test]:
    """Return the scaled tests of the model and of its baseline (no item varies with another).

    Source: Yuan and Bentler (2000), in the form of Mplus and lavaan: the scaling factor is the
    difference of the traces of the saturated and of the fitted model, divided by df.
    """
    n, size = deviations.shape
    saturated = _saturated_trace(deviations, covariance)
    scores = casewise_scores(pattern, theta, deviations)
    fitted = float(np.trace(np.linalg.solve(bread, scores.T @ scores / n)))
    df = size * (size + 1) // 2 - pattern.free
    base_df = size * (size - 1) // 2
    variances = np.diag(covariance)
    alone = 0.5 * float(((deviations**4).mean(axis=0) / variances**2 - 1).sum())
    base_chi2 = independence_chi2(n, covariance)
    factor = (saturated - fitted) / df if df else None
    base_factor = (saturated - alone) / base_df if base_df else None
    return Test(chi2, df, factor), Test(base_chi2, base_df, base_factor)


def independence_chi2(n: int, covariance: Array) -> float:
    """Return the likelihood ratio chi-square of the model without any covariance."""
    correlation = covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    return -n * float(np.linalg.slogdet(correlation)[1])


def scaled_shifted(
    chi2: float, df: int, jacobian: Array, weight: Array, gamma: Array
) -> tuple[Test, Array]:
    """Return the scaled and shifted test of a least-squares fit, and the estimates' covariance.

    The covariance is that of sqrt(n) times the estimates. ``jacobian`` has a row per statistic,
    ``weight`` the diagonal weights, ``gamma`` n times the statistics' covariance. Sources:
    Asparouhov and Muthen (2010) for the shift, Satorra and Bentler (1994) for the residual part.
    """
    weighted = jacobian * weight[:, None]
    if jacobian.shape[1]:
        inverse = np.linalg.inv(jacobian.T @ weighted)
        covariance = inverse @ (weighted.T @ gamma @ weighted) @ inverse
        left = np.diag(weight) - weighted @ inverse @ weighted.T
    else:
        covariance, left = np.empty((0, 0)), np.diag(weight)
    product = left @ gamma
    first, second = float(np.trace(product)), float((product * product.T).sum())
    if df == 0 or second <= 0:
        return Test(chi2, df), covariance
    scale = np.sqrt(df / second)
    return Test(chi2, df, 1.0 / scale, df - scale * first), covariance


def categorical_likelihood(
    n: int, df: int, sample: Array, implied: Array, jacobian: Array, weight: Array, gamma: Array
) -> tuple[Test, Test] | None:
    """Return likelihood tests of a least-squares solution and of its baseline, with their factors.

    They are what Savalei (2021) builds the robust CFI, TLI and RMSEA of ordered answers on: the
    normal-theory discrepancy between polychoric and implied correlations, and the mean that it
    would have if the model were true. None where a correlation matrix is not positive definite.
    """
    size = len(sample)
    logs = [np.linalg.slogdet(matrix) for matrix in (sample, implied)]
    if any(sign <= 0 for sign, _ in logs) or min(np.linalg.eigvalsh(implied)[0], df) <= 0:
        return None
    trace = float(np.trace(np.linalg.solve(implied, sample)))
    discrepancy = float(logs[1][1] - logs[0][1]) + trace - size
    inverse = np.linalg.inv(implied)
    columns, rows = np.triu_indices(size, 1)
    curvature = inverse[np.ix_(rows, rows)] * inverse[np.ix_(columns, columns)]
    curvature += inverse[np.ix_(rows, columns)] * inverse[np.ix_(columns, rows)]
    weighted = jacobian * weight[:, None]
    left = np.eye(len(rows)) - jacobian @ np.linalg.solve(jacobian.T @ weighted, weighted.T)
    expected = float(np.trace(left.T @ curvature @ left @ gamma))
    # Under independence the curvature is the identity, so its mean is the trace of gamma.
    base = float(np.trace(gamma))
    return (
        Test(n * discrepancy, df, expected / df),
        Test(-n * float(logs[0][1]), len(rows), base / len(rows)),
    )
