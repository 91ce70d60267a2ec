"""The means and covariances that a model implies, and their derivatives.

All variables, observed and latent, stand in one vector v = m + A v + u with cov(u) = S (the
reticular action model, McArdle and McDonald 1984). With B = (I - A)^-1 and E the rows of B that
belong to observed variables: Sigma = E S E', mu = E m. Each parameter changes Sigma by a matrix of
rank two, u v' + v u'; so only the vectors u and v are kept, which makes gradients and information
matrices products of thin matrices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surveysem.specification import Specification

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True)
class Pattern:
    """Where each parameter stands: fixed values, and the cells of A, S and m that are free.

    ``cells`` has a column per free cell: matrix (0 A, 1 S, 2 m), row, column. ``parameter`` gives
    the position of each free cell in the parameter vector of length ``free``.
    """

    observed: int
    directed: Array
    symmetric: Array
    means: Array
    cells: Index
    parameter: Index
    free: int

    @cached_property
    def duplicated(self) -> bool:
        """Whether two free cells share one parameter or a parameter has no cell here."""
        return self.parameter.size != self.free or np.unique(self.parameter).size != self.free


@dataclass(frozen=True)
class Implied:
    """Implied moments of the observed variables and what their derivatives are made of.

    ``u``, ``v`` and ``dmu`` have a column per free cell; ``inverse`` is B, ``total`` the implied
    covariance matrix of all variables and ``total_mean`` their means, observed ones first.
    """

    sigma: Array
    mu: Array
    u: Array
    v: Array
    dmu: Array
    inverse: Array
    total: Array
    total_mean: Array


def pattern_of(
    spec: Specification,
    *,
    index: Mapping[str, int] | None = None,
    intercepts: Mapping[str, int] | None = None,
    free: int | None = None,
) -> Pattern:
    """Return the matrices of a specification.

    For several groups ``index`` moves parameters (by row name) to other positions and
    ``intercepts`` gives the positions of the means of variables; ``free`` is then the length of
    the common vector.
    """
    variables = [*spec.observed, *spec.latent]
    place = {name: i for i, name in enumerate(variables)}
    size = len(variables)
    directed, symmetric, means = np.zeros((size, size)), np.zeros((size, size)), np.zeros(size)
    cells: list[tuple[int, int, int]] = []
    parameter: list[int] = []
    for row in spec.rows:
        to, by = place[row.lhs], place[row.rhs]
        matrix, i, j = {"=~": (0, by, to), "~": (0, to, by), "~~": (1, to, by)}[row.op]
        if row.value is not None:
            if matrix == 0:
                directed[i, j] = row.value
            else:
                symmetric[i, j] = symmetric[j, i] = row.value
        else:
            cells.append((matrix, i, j))
            parameter.append(row.index if index is None else index[row.name])
    for name, position in (intercepts or {}).items():
        cells.append((2, place[name], 0))
        parameter.append(position)
    return Pattern(
        observed=len(spec.observed),
        directed=directed,
        symmetric=symmetric,
        means=means,
        cells=np.array(cells, dtype=np.intp).reshape(-1, 3).T,
        parameter=np.array(parameter, dtype=np.intp),
        free=spec.free if free is None else free,
    )


def implied_moments(pattern: Pattern, theta: Array) -> Implied:
    """Return covariances, means and derivative vectors at the parameter vector ``theta``."""
    kind, row, column = pattern.cells
    value = theta[pattern.parameter]
    a, s, m = pattern.directed.copy(), pattern.symmetric.copy(), pattern.means.copy()
    in_a, in_s, in_m = kind == 0, kind == 1, kind == 2
    a[row[in_a], column[in_a]] = value[in_a]
    s[row[in_s], column[in_s]] = value[in_s]
    s[column[in_s], row[in_s]] = value[in_s]
    m[row[in_m]] = value[in_m]
    inverse = np.asarray(np.linalg.inv(np.eye(len(a)) - a), dtype=np.float64)
    e = inverse[: pattern.observed]
    total = inverse @ s @ inverse.T
    covariance_with_all = total[: pattern.observed]
    total_mean = inverse @ m
    u: Array = e[:, row]
    v = np.where(in_a, covariance_with_all[:, column], e[:, column])
    # A variance appears once in Sigma, while u v' + v u' would count it twice.
    v[:, in_s & (row == column)] *= 0.5
    v[:, in_m] = 0.0
    dmu = np.where(in_a, e[:, row] * total_mean[column], np.where(in_m, e[:, row], 0.0))
    sigma, mu = total[: pattern.observed, : pattern.observed], total_mean[: pattern.observed]
    return Implied(sigma, mu, u, v, dmu, inverse, total, total_mean)


def gather(pattern: Pattern, per_cell: Array) -> Array:
    """Sum a vector over free cells into a vector over parameters."""
    if not pattern.duplicated:
        out = np.empty(pattern.free)
        out[pattern.parameter] = per_cell
        return out
    sums = np.bincount(pattern.parameter, weights=per_cell, minlength=pattern.free)
    return np.asarray(sums, dtype=np.float64)


def gather_columns(pattern: Pattern, per_cell: Array) -> Array:
    """Sum the last axis of an array, which runs over free cells, into parameters."""
    out = np.zeros((*per_cell.shape[:-1], pattern.free))
    if pattern.duplicated:
        np.add.at(np.moveaxis(out, -1, 0), pattern.parameter, np.moveaxis(per_cell, -1, 0))
    else:
        out[..., pattern.parameter] = per_cell
    return out


def gather_square(pattern: Pattern, per_cell: Array) -> Array:
    """Sum a cells-by-cells matrix into a parameters-by-parameters matrix."""
    return gather_columns(pattern, gather_columns(pattern, per_cell).T)


def covariance_jacobian(implied: Implied, pattern: Pattern, rows: Index, columns: Index) -> Array:
    """Return d sigma[rows, columns] / d theta, a row per element, a column per parameter."""
    u, v = implied.u, implied.v
    return gather_columns(pattern, u[rows] * v[columns] + v[rows] * u[columns])
