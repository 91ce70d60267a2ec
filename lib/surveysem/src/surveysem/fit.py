"""Fit indices of a model, with the bounds that the literature gives and where it gives them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import ncx2

from surveysem.moments import implied_moments
from surveysem.result import Fit
from surveysem.robust import Test


@dataclass(frozen=True)
class Rmsea:
    """Root mean square error of approximation: value, 90 % interval, probability of close fit."""

    value: float
    lower: float
    upper: float
    p_close: float


def rmsea(chi2: float, df: float, n: float, groups: int = 1) -> Rmsea:
    """Return the RMSEA of a chi-square (Steiger 1990; close fit: Browne and Cudeck 1993).

    ``n`` is the number of answers by which the chi-square was multiplied (n or n - 1).
    """
    if df == 0:
        return Rmsea(float("nan"), float("nan"), float("nan"), float("nan"))
    root = float(np.sqrt(groups))
    value = float(np.sqrt(max(chi2 - df, 0.0) / (df * n))) * root

    def limit(chance: float) -> float:
        def gap(noncentrality: float) -> float:
            return float(ncx2.cdf(chi2, df, noncentrality)) - chance

        # At zero the noncentral distribution is not defined, a hair above it is the central one.
        if gap(1e-9) <= 0:
            return 0.0
        top = max(chi2, 1.0)
        while gap(top) > 0:
            top *= 2
        return float(brentq(gap, 1e-9, top, xtol=1e-9)) / (df * n)

    return Rmsea(
        value,
        float(np.sqrt(limit(0.95))) * root,
        float(np.sqrt(limit(0.05))) * root,
        float(ncx2.sf(chi2, df, max(0.05**2 * df * n / groups, 1e-9))),
    )


def cfi_tli(chi2: float, df: int, base_chi2: float, base_df: int) -> tuple[float, float]:
    """Return comparative fit index (Bentler 1990) and Tucker-Lewis index (1973)."""
    if df == 0:
        return 1.0, float("nan")
    over, base_over = max(chi2 - df, 0.0), max(base_chi2 - base_df, chi2 - df, 0.0)
    cfi = 1.0 - over / base_over if base_over > 0 else 1.0
    if base_df == 0 or base_chi2 == base_df:
        return cfi, float("nan")
    ratio = base_chi2 / base_df
    return cfi, (ratio - chi2 / df) / (ratio - 1.0)


def srmr(fit: Fit) -> float:
    """Return the standardised root mean square residual over p(p + 1)/2 elements (Bentler 1995).

    Residuals are divided by the items' observed standard deviations; where means are part of the
    model, their residuals count too. Groups are averaged by their size.
    """
    total = 0.0
    for part in fit.parts:
        deviation = np.sqrt(np.diag(part.sample))
        residual = (part.sample - part.implied) / np.outer(deviation, deviation)
        squares = residual[np.tril_indices(len(residual))] ** 2
        if part.mean is not None:
            off = part.mean - implied_moments(part.pattern, part.theta).mu
            squares = np.concatenate([squares, (off / deviation) ** 2])
        total += part.n / fit.n * float(np.sqrt(squares.mean()))
    return total


def _scaled_indices(test: Test, baseline: Test, n: float, groups: int) -> dict[str, float]:
    if test.scaled is None or baseline.scaled is None or test.factor is None:
        return {}
    cfi, tli = cfi_tli(test.scaled, test.df, baseline.scaled, baseline.df)
    # A statistic that is only scaled is compared, unscaled, with factor * df (as lavaan does).
    shifted = test.shift != 0
    error = (
        rmsea(test.scaled, test.df, n, groups)
        if shifted
        else rmsea(test.chi2, test.factor * test.df, n, groups)
    )
    return {
        "chi2_scaled": test.scaled,
        "p_scaled": float("nan") if test.p_scaled is None else test.p_scaled,
        "scaling_factor": test.factor,
        "shift": test.shift,
        "baseline_chi2_scaled": baseline.scaled,
        "cfi_scaled": cfi,
        "tli_scaled": tli,
        "rmsea_scaled": error.value,
        "rmsea_scaled_lower": error.lower,
        "rmsea_scaled_upper": error.upper,
        "rmsea_scaled_p_close": error.p_close,
    }


def _robust_indices(test: Test, baseline: Test, n: float, groups: int) -> dict[str, float]:
    """Return robust indices from likelihood tests and their scaling factors."""
    if test.scaled is None or test.factor is None or baseline.factor is None:
        return {}
    over = test.chi2 - test.factor * test.df
    base_over = baseline.chi2 - baseline.factor * baseline.df
    error, root = rmsea(test.scaled, test.df, n, groups), float(np.sqrt(test.factor))
    return {
        "cfi_robust": 1 - max(over, 0.0) / max(base_over, over, 1e-300),
        "tli_robust": 1 - (over / test.df) / (base_over / baseline.df) if base_over else np.nan,
        "rmsea_robust": root * error.value,
        "rmsea_robust_lower": root * error.lower,
        "rmsea_robust_upper": root * error.upper,
    }


def fit_indices(fit: Fit) -> pd.Series[float]:
    """Return the fit indices of a model by name, those that its method of estimation has.

    Always: ``n``, ``parameters``, ``chi2``, ``df``, ``p``, ``chi2_df``, ``baseline_chi2``,
    ``baseline_df``, ``cfi``, ``tli``, ``rmsea`` with ``_lower`` and ``_upper`` (90 %) and
    ``_p_close``, ``srmr``. MLR and WLSMV add ``_scaled`` and ``_robust``
    forms (robust: Brosseau-Liard, Savalei and Li 2012, Brosseau-Liard and Savalei 2014; for
    WLSMV Savalei 2021, where the matrices allow it). ML and MLR add ``loglik``, ``aic``, ``bic``,
    ``bic_adjusted``.
    Conventions as in lavaan: RMSEA with n for ML and MLR and n - 1 for WLSMV.
    """
    test, base = fit.test, fit.baseline
    groups = len(fit.parts)
    n = float(fit.n - groups if fit.ordinal else fit.n)
    cfi, tli = cfi_tli(test.chi2, test.df, base.chi2, base.df)
    error = rmsea(test.chi2, test.df, n, groups)
    out: dict[str, float] = {
        "n": float(fit.n),
        "parameters": float(fit.spec.free),
        "chi2": test.chi2,
        "df": float(test.df),
        "p": test.p,
        "chi2_df": test.chi2 / test.df if test.df else float("nan"),
        "baseline_chi2": base.chi2,
        "baseline_df": float(base.df),
        "cfi": cfi,
        "tli": tli,
        "rmsea": error.value,
        "rmsea_lower": error.lower,
        "rmsea_upper": error.upper,
        "rmsea_p_close": error.p_close,
        "srmr": srmr(fit),
    }
    for part in fit.parts:
        if part.polychoric is not None:
            out["parameters"] += sum(len(cuts) for cuts in part.polychoric.thresholds)
    out |= _scaled_indices(test, base, n, groups)
    if fit.robust is not None:
        out |= _robust_indices(*fit.robust, n, groups)
    if fit.loglik is not None:
        count = fit.spec.free
        out["loglik"] = fit.loglik
        out["aic"] = -2 * fit.loglik + 2 * count
        out["bic"] = -2 * fit.loglik + count * float(np.log(fit.n))
        out["bic_adjusted"] = -2 * fit.loglik + count * float(np.log((fit.n + 2) / 24))
    return pd.Series(out, name="value")
