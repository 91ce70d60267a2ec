"""Bootstrap intervals: respondents drawn with replacement, the model fitted again (Efron 1979).

Refitting is by maximum likelihood, started from the estimates in hand, many samples side by side,
so that a thousand replicates take about a second. The same seed gives the same intervals.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from surveysem.discrepancy import stacked_newton
from surveysem.errors import ConvergenceError, Notice, SurveyError
from surveysem.estimate import refit_covariance
from surveysem.moments import Array
from surveysem.reliability import (
    alphas,
    htmt_values,
    model_reliability,
    to_correlation,
)
from surveysem.result import Fit, estimates, standardised_values

Progress = Callable[[int, int], None]

STACK, STEPS = 50, 12


@dataclass(frozen=True)
class Replicates:
    """Refitted estimates: ``theta`` and the samples' ``covariances``, a row per replicate.

    ``failed`` counts the samples in which no solution was found; they are in no interval.
    """

    fit: Fit
    theta: Array
    covariances: Array
    failed: int
    seed: int

    @property
    def notices(self) -> list[Notice]:
        """Return a notice if samples failed."""
        if not self.failed:
            return []
        drawn = self.failed + len(self.theta)
        return [
            Notice(
                "bootstrap_failures",
                f"{self.failed} of {drawn}",
                f"In {self.failed} of {drawn} bootstrap samples no solution was found; the "
                "intervals rest on the others and are too narrow if these are many.",
            )
        ]


def resampled_covariances(values: Array, replicates: int, seed: int) -> Array:
    """Return covariance matrices (divided by n) of samples drawn with replacement."""
    n, size = values.shape
    generator = np.random.default_rng(seed)
    centred = values - values.mean(axis=0)
    out = np.empty((replicates, size, size))
    for k in range(replicates):
        # How often each respondent was drawn, which saves copying the answers.
        count = np.bincount(generator.integers(0, n, n), minlength=n)
        weighted = centred * count[:, None]
        mean = weighted.sum(axis=0) / n
        out[k] = weighted.T @ centred / n - np.outer(mean, mean)
    return out


def bootstrap_model(
    fit: Fit, *, replicates: int = 1000, seed: int = 1, progress: Progress | None = None
) -> Replicates:
    """Return ML estimates of the model in ``replicates`` bootstrap samples.

    ``progress`` is called with (done, total) after each stack of replicates. Errors:
    ``SurveyError`` for a WLSMV fit (refit it by ML first), for groups and for missing answers, and
    if more than half of the samples have no solution.
    """
    if fit.ordinal:
        raise SurveyError(
            "The bootstrap refits by maximum likelihood. Fit the model with estimator ML or MLR "
            "and bootstrap that; WLSMV has robust errors of its own."
        )
    if fit.groups or fit.mean is not None:
        raise SurveyError(
            "The bootstrap draws from the complete answers of one group. Fit the model without "
            "`group` and with missing='listwise'; MLR has robust errors for the others."
        )
    covariances = resampled_covariances(fit.answers.values, replicates, seed)
    thetas = np.empty((replicates, fit.theta.size))
    for first in range(0, replicates, STACK):
        at = slice(first, min(first + STACK, replicates))
        thetas[at] = stacked_newton(fit.pattern, covariances[at], fit.theta, STEPS)
        # Few samples need the careful search, one by one.
        for k in first + np.flatnonzero(np.isnan(thetas[at, 0])):
            with contextlib.suppress(ConvergenceError):
                thetas[k] = refit_covariance(fit, covariances[k], fit.n, fit.theta)
        if progress is not None:
            progress(at.stop, replicates)
    kept = ~np.isnan(thetas[:, 0])
    failed = int((~kept).sum())
    if failed > replicates / 2:
        raise SurveyError(
            f"In {failed} of {replicates} bootstrap samples the model has no solution. It is too "
            "large for these answers, or wrong; intervals from the rest would mislead."
        )
    return Replicates(fit, thetas[kept], covariances[kept], failed, seed)


def interval(draws: Array, level: float = 0.95) -> tuple[Array, Array]:
    """Return the percentile interval over the first axis."""
    lower, upper = np.nanquantile(draws, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return lower, upper


def bootstrap_estimates(replicates: Replicates, *, level: float = 0.95) -> pd.DataFrame:
    """Return the model's estimates with bootstrap errors and percentile intervals.

    Columns: ``lhs``, ``op``, ``rhs``, ``free``, ``est``, ``boot_se``, ``boot_lower``,
    ``boot_upper``, ``std``, ``std_boot_lower``, ``std_boot_upper``.
    """
    fit = replicates.fit
    table = estimates(fit)[["lhs", "op", "rhs", "free", "est", "std"]].copy()
    rows = fit.spec.rows
    index = np.array([row.index for row in rows])
    raw = np.where(index >= 0, replicates.theta[:, index], np.nan)
    std = standardised_values(fit.spec, fit.pattern, replicates.theta, False)
    free = index >= 0
    table["boot_se"] = np.where(free, np.std(raw, axis=0, ddof=1), np.nan)
    for name, draws in (("boot", raw), ("std_boot", std)):
        usable = np.where(np.isfinite(draws).any(axis=0), draws, 0.0)
        lower, upper = interval(usable, level)
        moving = np.isfinite(draws).any(axis=0) & (np.ptp(usable, axis=0) > 1e-12)
        table[f"{name}_lower"] = np.where(moving, lower, np.nan)
        table[f"{name}_upper"] = np.where(moving, upper, np.nan)
    order = "lhs op rhs free est boot_se boot_lower boot_upper std std_boot_lower std_boot_upper"
    return table[order.split()]


def bootstrap_reliability(replicates: Replicates, *, level: float = 0.95) -> pd.DataFrame:
    """Return alpha, omega, composite reliability and AVE with percentile intervals.

    Columns: ``factor``, ``measure``, ``value``, ``lower``, ``upper``; a row per factor and measure.
    """
    fit = replicates.fit
    place = {name: i for i, name in enumerate(fit.spec.observed)}
    at = {f: [place[item] for item in items] for f, items in fit.spec.factors.items()}
    measures = ["alpha", "alpha_std", "omega", "cr", "ave"]
    value = np.hstack(
        [
            alphas(fit.answers.covariance, at),
            model_reliability(fit.spec, fit.pattern, fit.theta, False),
        ]
    )
    model = [model_reliability(fit.spec, fit.pattern, t, False) for t in replicates.theta]
    draws = np.concatenate([alphas(replicates.covariances, at), np.array(model)], axis=2)
    lower, upper = interval(draws, level)
    rows = [
        (factor, measure, value[i, j], lower[i, j], upper[i, j])
        for i, factor in enumerate(at)
        for j, measure in enumerate(measures)
    ]
    return pd.DataFrame(rows, columns=["factor", "measure", "value", "lower", "upper"])


def bootstrap_htmt(replicates: Replicates, *, level: float = 0.95) -> pd.DataFrame:
    """Return HTMT of each pair of factors with a percentile interval.

    Columns: ``factor_a``, ``factor_b``, ``htmt``, ``lower``, ``upper``. Henseler and others
    (2015): two factors are distinct if the interval lies below one (or below .85 or .90).
    """
    fit = replicates.fit
    place = {name: i for i, name in enumerate(fit.spec.observed)}
    names = list(fit.spec.factors)
    at = [[place[item] for item in items] for items in fit.spec.factors.values()]
    value = htmt_values(to_correlation(fit.answers.covariance), at)
    lower, upper = interval(htmt_values(to_correlation(replicates.covariances), at), level)
    rows = [
        (names[j], names[i], value[i, j], lower[i, j], upper[i, j])
        for i, j in zip(*np.tril_indices(len(names), -1), strict=True)
    ]
    return pd.DataFrame(rows, columns=["factor_a", "factor_b", "htmt", "lower", "upper"])
