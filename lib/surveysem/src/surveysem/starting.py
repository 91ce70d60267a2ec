"""Starting values for the search, and the check that a model can be estimated at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from surveysem.errors import IdentificationError
from surveysem.moments import (
    Array,
    Pattern,
    covariance_jacobian,
    implied_moments,
)
from surveysem.search import require_identified
from surveysem.specification import Specification


def starting_values(spec: Specification, covariance: Array) -> Array:
    """Return parameters to start from.

    Loadings follow the first principal component of a factor's items; factors covary as these
    components do; half of each item's variance is taken as its own.
    """
    place = {name: i for i, name in enumerate(spec.observed)}
    deviation = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(deviation, deviation)
    loading: dict[tuple[str, str], float] = {}
    composite: dict[str, Array] = {}
    size: dict[str, float] = {}
    for factor, items in spec.factors.items():
        at = [place[item] for item in items]
        vector = np.linalg.eigh(correlation[np.ix_(at, at)])[1][:, -1]
        vector = vector * (np.sign(vector[0]) or 1.0)
        lead = max(float(vector[0]), 0.1)
        unit = any(
            r.op == "~~" and r.lhs == r.rhs == factor and r.value is not None for r in spec.rows
        )
        size[factor] = 1.0 if unit else 0.7 * float(deviation[at[0]])
        for item, k, share in zip(items, at, vector, strict=True):
            ratio = float(np.clip(share / lead, -3, 3))
            standard = 0.7 * float(deviation[k]) * ratio / size[factor]
            loading[factor, item] = standard
        weights = np.zeros(len(covariance))
        weights[at] = vector / deviation[at]
        composite[factor] = weights / np.sqrt(weights @ covariance @ weights)
    theta = np.zeros(spec.free)
    explained = {r.rhs for r in spec.rows if r.op == "=~"}
    explained |= {r.lhs for r in spec.rows if r.op == "~"}
    for row in spec.rows:
        if row.index < 0:
            continue
        value = 0.0
        if row.op == "=~":
            value = loading.get((row.lhs, row.rhs), 1.0)
        elif row.op == "~~" and row.lhs == row.rhs:
            is_item = row.lhs in place
            # Half of an explained item's variance is its own, all of a predictor's is.
            own = 0.5 if row.lhs in explained else 1.0
            value = (
                own * covariance[place[row.lhs], place[row.lhs]]
                if is_item
                else size.get(row.lhs, 0.7) ** 2
            )
        elif row.op == "~~" and row.lhs in composite and row.rhs in composite:
            common = float(composite[row.lhs] @ covariance @ composite[row.rhs])
            value = 0.8 * float(np.clip(common, -0.9, 0.9)) * size[row.lhs] * size[row.rhs]
        elif row.op == "~~" and {row.lhs, row.rhs} <= place.keys() - explained:
            value = float(covariance[place[row.lhs], place[row.rhs]])
        theta[row.index] = value
    return theta


def joint_start(
    specs: Sequence[Specification], covariances: Sequence[Array], means: Sequence[Array] | None
) -> Array:
    """Return where to start with the common parameters of groups: the average over groups."""
    total, count = np.zeros(specs[0].free), np.zeros(specs[0].free)
    for k, (spec, covariance) in enumerate(zip(specs, covariances, strict=True)):
        place = {name: i for i, name in enumerate(spec.observed)}
        own = starting_values(spec, covariance)
        for row in spec.rows:
            if row.index >= 0:
                value = own[row.index]
                if row.op == "~1" and means is not None and row.lhs in place:
                    value = means[k][place[row.lhs]]
                total[row.index] += value
                count[row.index] += 1
    return total / np.maximum(count, 1)


def degrees_of_freedom(specs: Sequence[Specification], *, ordinal: bool) -> int:
    """Return observed moments of all groups minus free parameters.

    Error: ``IdentificationError`` if there are more parameters than moments.
    """
    size, free = len(specs[0].observed), specs[0].free
    known = size * (size - 1) // 2 if ordinal else size * (size + 1) // 2
    means = any(row.op == "~1" for row in specs[0].rows)
    known = len(specs) * (known + (size if means else 0))
    if free > known:
        what = "correlations" if ordinal else "variances and covariances"
        raise IdentificationError(
            f"The model is not identified: {free} free parameters stand against {known} "
            f"{what} of {size} items. Add items, or fix or leave out parameters."
        )
    return known - free


def check_identified(spec: Specification, pattern: Pattern, start: Array, *, ordinal: bool) -> None:
    """Raise ``IdentificationError`` if the moments leave some parameters open.

    The rank of the moments' derivatives is taken at a generic point near the start (fixed seed):
    special values, such as zero covariances, would hide or feign a defect.
    """
    noise = np.random.default_rng(20181128).uniform(0.5, 1.5, size=(2, spec.free))
    theta = start * noise[0] + 0.1 * noise[1]
    implied = implied_moments(pattern, theta)
    columns, rows = np.triu_indices(pattern.observed, 1 if ordinal else 0)
    jacobian = covariance_jacobian(implied, pattern, rows, columns)
    require_identified(jacobian.T @ jacobian, spec.names, where="whatever the answers")
