"""The result of an estimation, as tables: estimates, standardised estimates, explained variance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import norm

from surveysem.answers import Answers
from surveysem.errors import Notice
from surveysem.moments import Array, Pattern, implied_moments, parameter_matrices
from surveysem.polychoric import Polychoric
from surveysem.robust import Test
from surveysem.specification import Row, Specification


@dataclass(frozen=True)
class Fit:
    """A fitted model: free parameters ``theta`` with covariance ``vcov``, tests and notices.

    ``sample`` is what was fitted: covariances divided by n (of the saturated model where answers
    miss), or polychoric correlations; ``mean`` the means where they are part of the model.
    ``robust`` are the tests on which robust fit indices rest (of the model, of the baseline).
    ``groups`` holds a fit per group, named by ``group``, that shares theta, vcov and tests.
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
    mean: Array | None = None
    loglik: float | None = None
    group: str = ""
    groups: tuple[Fit, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Number of respondents used."""
        return sum(part.answers.n for part in self.parts)

    @property
    def parts(self) -> tuple[Fit, ...]:
        """The fits of the groups, or this fit alone."""
        return self.groups or (self,)

    @property
    def ordinal(self) -> bool:
        """Whether answers were taken as categories."""
        return self.polychoric is not None

    @property
    def implied(self) -> Array:
        """Implied covariances of the items (correlations where answers are categories)."""
        size = len(self.spec.observed)
        return total_covariance(self.pattern, self.theta, self.ordinal)[:size, :size]


def by_group(table: Callable[[Fit], pd.DataFrame], fit: Fit) -> pd.DataFrame:
    """Return a table of a fit, or of all its groups with a first column ``group``."""
    if not fit.groups:
        return table(fit)
    parts = [table(part).assign(group=part.group) for part in fit.groups]
    whole = pd.concat(parts, ignore_index=True)
    return whole[["group", *[name for name in whole.columns if name != "group"]]]


def total_covariance(pattern: Pattern, theta: Array, ordinal: bool) -> Array:
    """Return implied covariances of items and factors; categories have variance one."""
    total = implied_moments(pattern, theta).total.copy()
    if ordinal:
        at = np.arange(pattern.observed)
        total[..., at, at] = 1.0
    return total


def _values(rows: tuple[Row, ...], theta: Array) -> Array:
    index = np.array([row.index for row in rows])
    fixed = np.array([0.0 if row.value is None else row.value for row in rows])
    return np.where(index >= 0, theta[..., index], fixed)


def standardised_values(
    spec: Specification, pattern: Pattern, theta: Array, ordinal: bool
) -> Array:
    """Return each row's value with all variables at variance one (lavaan's ``std.all``).

    ``theta`` may be a stack of parameter vectors.
    """
    place = {name: i for i, name in enumerate([*spec.observed, *spec.latent])}
    total = np.diagonal(total_covariance(pattern, theta, ordinal), axis1=-2, axis2=-1)
    own = implied_own_variance(pattern, theta, ordinal)
    op = np.array([row.op for row in spec.rows])
    left = np.array([place[row.lhs] for row in spec.rows])
    right = np.array([place.get(row.rhs, place[row.lhs]) for row in spec.rows])
    one, other = total[..., left], total[..., right]
    # A residual covariance becomes the correlation of the residuals, a variance a share.
    residual = np.where(left == right, one**2, own[..., left] * own[..., right])
    kinds = [op == "=~", op == "~", op == "~1"]
    with np.errstate(divide="ignore", invalid="ignore"):
        square = np.select(kinds, [one / other, other / one, 1 / one], 1 / residual)
        scale = np.sqrt(np.where((square > 0) & np.isfinite(square), square, np.nan))
    return _values(spec.rows, theta) * scale


def implied_own_variance(pattern: Pattern, theta: Array, ordinal: bool) -> Array:
    """Return the (residual) variance of every variable, items first."""
    own = np.diagonal(parameter_matrices(pattern, theta)[1], axis1=-2, axis2=-1).copy()
    if ordinal:
        explained = np.diagonal(implied_moments(pattern, theta).sigma, axis1=-2, axis2=-1)
        own[..., : pattern.observed] = 1.0 - explained
    return own


def standard_errors(fit: Fit) -> tuple[Array, Array]:
    """Return each row's standardised value and its error by the delta method (nan: fixed).

    The derivatives are central differences, taken side by side (the map is smooth and cheap).
    """
    size = fit.theta.size
    width = 1e-5 * np.maximum(1.0, np.abs(fit.theta))
    steps = np.diag(width)
    around = np.vstack([fit.theta[None], fit.theta + steps, fit.theta - steps])
    values = standardised_values(fit.spec, fit.pattern, around, fit.ordinal)
    jacobian = ((values[1 : size + 1] - values[size + 1 :]) / (2 * width[:, None])).T
    variance = ((jacobian @ fit.vcov) * jacobian).sum(axis=1)
    error = np.sqrt(np.maximum(variance, 0.0))
    return values[0], np.where(error > 1e-9, error, np.nan)


def estimates(fit: Fit, *, level: float = 0.95) -> pd.DataFrame:
    """Return a row per parameter.

    Columns: ``lhs``, ``op`` (=~ measured by, ~ regressed on, ~~ varies with, ~1 mean,
    | threshold), ``rhs``, ``label``, ``free``, ``est``, ``se``, ``z``, ``p``, ``ci_lower``,
    ``ci_upper`` (at ``level``), ``std`` (all variables at variance one), ``std_se``,
    ``std_lower``, ``std_upper`` (delta method). Fixed and derived values have no error. With
    groups ``group`` comes first.
    """
    if fit.groups:
        return by_group(lambda part: estimates(part, level=level), fit)
    width = float(ndtri(0.5 + level / 2))
    rows = fit.spec.rows
    values = _values(rows, fit.theta)
    se = np.array([np.sqrt(fit.vcov[r.index, r.index]) if r.index >= 0 else np.nan for r in rows])
    std, std_se = standard_errors(fit)
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
    if fit.groups:
        return by_group(explained_variance, fit)
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
