"""Robust standard errors and chi-squares: Yuan-Bentler for MLR, scaled-shifted for WLSMV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2 as chi2_distribution

from surveysem.moments import Array


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


def saturated_trace(values: Array, covariance: Array) -> float:
    """Return tr(information^-1 score products) of the model that fits every covariance.

    It equals tr(normal-theory weight times the fourth-moment covariances of complete answers).
    """
    deviations = values - values.mean(axis=0)
    z = deviations @ np.linalg.inv(covariance)
    distance = (z * deviations).sum(axis=1)
    return 0.5 * float((distance**2).mean() - len(covariance))


def independent_trace(values: Array) -> float:
    """Return the same of the model without any covariance; missing answers are left out."""
    off = values - np.nanmean(values, axis=0)
    fourth, second = np.nanmean(off**4, axis=0), np.nanmean(off**2, axis=0)
    return 0.5 * float((fourth / second**2 - 1).sum())


def scaled_by(chi2: float, df: int, saturated: float, fitted: float) -> Test:
    """Return the Yuan-Bentler test from the traces of the saturated and of the fitted model.

    Source: Yuan and Bentler (2000), in the form of Mplus and lavaan: the scaling factor is the
    difference of the traces, divided by df.
    """
    return Test(chi2, df, (saturated - fitted) / df if df else None)


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
    groups: Sequence[tuple[float, Array, Array]],
    n: int,
    df: int,
    jacobian: Array,
    weight: Array,
    gamma: Array,
) -> tuple[Test, Test] | None:
    """Return likelihood tests of a least-squares solution and of its baseline, with their factors.

    They are what Savalei (2021) builds the robust CFI, TLI and RMSEA of ordered answers on: the
    normal-theory discrepancy between polychoric and implied correlations, and the mean that it
    would have if the model were true. ``groups``: share, polychoric and implied correlations of
    each. None where a correlation matrix is not positive definite.
    """
    discrepancy, base_discrepancy, blocks = 0.0, 0.0, []
    for share, sample, implied in groups:
        if df == 0 or min(np.linalg.eigvalsh(m)[0] for m in (sample, implied)) <= 1e-8:
            return None
        inverse = np.linalg.inv(implied)
        logs = [float(np.linalg.slogdet(matrix)[1]) for matrix in (sample, implied)]
        discrepancy += share * (logs[1] - logs[0] + float((inverse * sample).sum()) - len(sample))
        base_discrepancy -= share * logs[0]
        columns, rows = np.triu_indices(len(sample), 1)
        curvature = inverse[np.ix_(rows, rows)] * inverse[np.ix_(columns, columns)]
        curvature += inverse[np.ix_(rows, columns)] * inverse[np.ix_(columns, rows)]
        blocks.append(share * curvature)
    weighted = jacobian * weight[:, None]
    left = np.eye(len(weight)) - jacobian @ np.linalg.solve(jacobian.T @ weighted, weighted.T)
    residual = left @ gamma @ left.T
    at, expected = 0, 0.0
    for block in blocks:
        size = len(block)
        expected += float((block * residual[at : at + size, at : at + size]).sum())
        at += size
    # Under independence the curvature is the identity, so its mean is the trace of gamma.
    base = float(np.trace(gamma))
    return (
        Test(n * discrepancy, df, expected / df),
        Test(n * base_discrepancy, len(weight), base / len(weight)),
    )


def difference(wider: Test, narrower: Test) -> Test:
    """Return the test of what a narrower model loses against the wider one it is part of.

    Where both are scaled by Yuan and Bentler's factor, the difference has a factor of its own
    (Satorra and Bentler 2001).
    """
    chi2, df = narrower.chi2 - wider.chi2, narrower.df - wider.df
    if wider.factor is None or narrower.factor is None or df == 0:
        return Test(chi2, df)
    factor = (narrower.df * narrower.factor - wider.df * wider.factor) / df
    return Test(chi2, df, factor if factor > 0 else None)
