"""The result of an estimation, as tables: estimates, standardised estimates, explained variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import norm

from surveysem.answers import Answers
from surveysem.errors import Notice
from surveysem.moments import Array, Pattern, implied_moments
from surveysem.polychoric import Polychoric
from surveysem.robust import Test
from surveysem.specification import Row, Specification


@dataclass(frozen=True)
class Fit:
    """A fitted model: free parameters ``theta`` with covariance ``vcov``, tests and notices.

    ``sample`` is what was fitted: covariances divided by n, or polychoric correlations.
    ``robust`` are the tests on which robust fit indices rest (of the model, of the baseline).
    """

    estimator: str
    spec: Specification
    pattern: Pattern
    answers: Answers
    theta: Array
    vcov: Array
    test: Test
    baseline: Test
    sample: Array
    steps: int
    polychoric: Polychoric | None = None
    robust: tuple[Test, Test] | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def n(self) -> int:
        """Number of respondents used."""
        return self.answers.n

    @property
    def ordinal(self) -> bool:
        """Whether answers were taken as categories."""
        return self.polychoric is not None

    @property
    def implied(self) -> Array:
        """Implied covariances of the items (correlations where answers are categories)."""
        size = len(self.spec.observed)
        return total_covariance(self.pattern, self.theta, self.ordinal)[:size, :size]


def total_covariance(pattern: Pattern, theta: Array, ordinal: bool) -> Array:
    """Return implied covariances of items and factors; categories have variance one."""
    total = implied_moments(pattern, theta).total.copy()
    if ordinal:
        at = np.arange(pattern.observed)
        total[at, at] = 1.0
    return total


def _values(rows: tuple[Row, ...], theta: Array) -> Array:
    return np.array([theta[r.index] if r.value is None else r.value for r in rows])


def standardised_values(
    spec: Specification, pattern: Pattern, theta: Array, ordinal: bool
) -> Array:
    """Return each row's value with all variables at variance one (lavaan's ``std.all``)."""
    place = {name: i for i, name in enumerate([*spec.observed, *spec.latent])}
    total = np.diag(total_covariance(pattern, theta, ordinal))
    deviation = np.sqrt(np.where(total > 0, total, np.nan))
    own = implied_own_variance(pattern, theta, ordinal)
    out = _values(spec.rows, theta)
    for k, row in enumerate(spec.rows):
        left, right = place[row.lhs], place[row.rhs]
        if row.op == "=~":
            out[k] *= deviation[left] / deviation[right]
        elif row.op == "~":
            out[k] *= deviation[right] / deviation[left]
        elif left == right:
            out[k] /= total[left]
        else:
            # A residual covariance becomes the correlation of the residuals.
            scale = own[left] * own[right]
            out[k] = out[k] / np.sqrt(scale) if scale > 0 else np.nan
    return out


def implied_own_variance(pattern: Pattern, theta: Array, ordinal: bool) -> Array:
    """Return the (residual) variance of every variable, items first."""
    own = np.diag(pattern.symmetric).copy()
    kind, row, column = pattern.cells
    diagonal = (kind == 1) & (row == column)
    own[row[diagonal]] = theta[pattern.parameter[diagonal]]
    if ordinal:
        explained = np.diag(implied_moments(pattern, theta).sigma)
        own[: pattern.observed] = 1.0 - explained
    return own


def _numerical_jacobian(fit: Fit) -> Array:
    """Return d standardised / d theta by central differences (the map is smooth and cheap)."""
    columns = []
    for k in range(fit.theta.size):
        step = np.zeros(fit.theta.size)
        step[k] = 1e-5 * max(1.0, abs(float(fit.theta[k])))
        ends = [
            standardised_values(fit.spec, fit.pattern, fit.theta + sign * step, fit.ordinal)
            for sign in (1, -1)
        ]
        columns.append((ends[0] - ends[1]) / (2 * step[k]))
    return np.array(columns).T.reshape(len(fit.spec.rows), -1)


def _errors(jacobian: Array, vcov: Array) -> Array:
    variance = np.einsum("ij,jk,ik->i", jacobian, vcov, jacobian)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def estimates(fit: Fit, *, level: float = 0.95) -> pd.DataFrame:
    """Return a row per parameter.

    Columns: ``lhs``, ``op`` (=~ measured by, ~ regressed on, ~~ varies with, | threshold),
    ``rhs``, ``label``, ``free``, ``est``, ``se``, ``z``, ``p``, ``ci_lower``, ``ci_upper`` (at
    ``level``), ``std`` (all variables at variance one), ``std_se``, ``std_lower``, ``std_upper``
    (delta method). Fixed and derived values have no error.
    """
    width = float(ndtri(0.5 + level / 2))
    rows = fit.spec.rows
    values = _values(rows, fit.theta)
    se = np.array([np.sqrt(fit.vcov[r.index, r.index]) if r.index >= 0 else np.nan for r in rows])
    std = standardised_values(fit.spec, fit.pattern, fit.theta, fit.ordinal)
    std_se = _errors(_numerical_jacobian(fit), fit.vcov)
    std_se = np.where(std_se > 1e-9, std_se, np.nan)
    table = pd.DataFrame(
        {
            "lhs": [r.lhs for r in rows],
            "op": [r.op for r in rows],
            "rhs": [r.rhs for r in rows],
            "label": [r.label for r in rows],
            "free": [r.index >= 0 for r in rows],
            "est": values,
            "se": se,
            "std": std,
            "std_se": std_se,
        }
    )
    if fit.polychoric is not None:
        table = pd.concat([table, _category_rows(fit)], ignore_index=True)
    table["z"] = table["est"] / table["se"]
    table["p"] = 2 * norm.sf(table["z"].abs())
    for name, column in (("ci", "est"), ("std", "std")):
        error = table["se"] if name == "ci" else table["std_se"]
        table[f"{name}_lower"] = table[column] - width * error
        table[f"{name}_upper"] = table[column] + width * error
    order = "lhs op rhs label free est se z p ci_lower ci_upper std std_se std_lower std_upper"
    return table[order.split()]


def _category_rows(fit: Fit) -> pd.DataFrame:
    """Return thresholds and the items' residual variances (derived: one minus the explained)."""
    assert fit.polychoric is not None
    own = implied_own_variance(fit.pattern, fit.theta, True)
    rows: list[dict[str, object]] = []
    at = 0
    for item, cuts in zip(fit.spec.observed, fit.polychoric.thresholds, strict=True):
        for k, cut in enumerate(cuts):
            # Thresholds are saturated, so their errors are those of the item's margins.
            se = float(np.sqrt(fit.polychoric.gamma[at, at] / (fit.n - 1)))
            rows.append(_row(item, "|", f"t{k + 1}", True, float(cut), se))
            at += 1
    for item, value in zip(fit.spec.observed, own, strict=False):
        rows.append(_row(item, "~~", item, False, float(value), float("nan")))
    return pd.DataFrame(rows)


def _row(lhs: str, op: str, rhs: str, free: bool, value: float, se: float) -> dict[str, object]:
    names = {"lhs": lhs, "op": op, "rhs": rhs, "label": "", "free": free}
    return names | {"est": value, "se": se, "std": value, "std_se": se}


def explained_variance(fit: Fit) -> pd.DataFrame:
    """Return the share of variance explained (``r2``) of each explained ``variable``."""
    names = [*fit.spec.observed, *fit.spec.latent]
    own = implied_own_variance(fit.pattern, fit.theta, fit.ordinal)
    total = np.diag(total_covariance(fit.pattern, fit.theta, fit.ordinal))
    explained = {r.rhs for r in fit.spec.rows if r.op == "=~"}
    explained |= {r.lhs for r in fit.spec.rows if r.op == "~"}
    rows = [
        (name, 1 - float(own[k] / total[k])) for k, name in enumerate(names) if name in explained
    ]
    return pd.DataFrame(rows, columns=["variable", "r2"])


def latent_correlations(fit: Fit) -> pd.DataFrame:
    """Return the correlations between the factors that the solution implies."""
    size = len(fit.spec.observed)
    total = total_covariance(fit.pattern, fit.theta, fit.ordinal)[size:, size:]
    deviation = np.sqrt(np.where(np.diag(total) > 0, np.diag(total), np.nan))
    names = list(fit.spec.latent)
    return pd.DataFrame(total / np.outer(deviation, deviation), index=names, columns=names)
