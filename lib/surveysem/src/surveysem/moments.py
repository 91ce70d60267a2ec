"""The means and covariances that a model implies, and their derivatives.

All variables, observed and latent, stand in one vector v = m + A v + u with cov(u) = S (the
reticular action model, McArdle and McDonald 1984). With B = (I - A)^-1 and E the rows of B that
belong to observed variables: Sigma = E S E', mu = E m. Each parameter changes Sigma by a matrix of
rank two, u v' + v u'; so only the vectors u and v are kept, which makes gradients and information
matrices products of thin matrices. Parameters may come as a stack (the last axis is the vector);
all moments are stacks then.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surveysem.specification import Specification

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Mask = NDArray[np.bool_]


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

    @cached_property
    def with_means(self) -> bool:
        """Whether means are part of the model."""
        return bool((self.cells[0] == 2).any())

    @cached_property
    def masks(self) -> tuple[Mask, Mask, Mask, Array]:
        """Which cells lie in A, in S, in m, and the share of v (a variance stands but once)."""
        kind, row, column = self.cells
        share = np.where(kind == 2, 0.0, np.where((kind == 1) & (row == column), 0.5, 1.0))
        return kind == 0, kind == 1, kind == 2, share


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


def pattern_of(spec: Specification) -> Pattern:
    """Return the matrices of a specification."""
    variables = [*spec.observed, *spec.latent]
    place = {name: i for i, name in enumerate(variables)}
    size = len(variables)
    directed, symmetric, means = np.zeros((size, size)), np.zeros((size, size)), np.zeros(size)
    cells: list[tuple[int, int, int]] = []
    parameter: list[int] = []
    for row in spec.rows:
        to, by = place[row.lhs], place.get(row.rhs, 0)
        at = {"=~": (0, by, to), "~": (0, to, by), "~~": (1, to, by), "~1": (2, to, 0)}[row.op]
        matrix, i, j = at
        if row.value is None:
            cells.append(at)
            parameter.append(row.index)
        elif matrix == 0:
            directed[i, j] = row.value
        elif matrix == 1:
            symmetric[i, j] = symmetric[j, i] = row.value
        else:
            means[i] = row.value
    return Pattern(
        observed=len(spec.observed),
        directed=directed,
        symmetric=symmetric,
        means=means,
        cells=np.array(cells, dtype=np.intp).reshape(-1, 3).T,
        parameter=np.array(parameter, dtype=np.intp),
        free=spec.free,
    )


def saturated_pattern(size: int) -> Pattern:
    """Return the pattern of the model that fits every covariance and mean of ``size`` items."""
    rows, columns = np.tril_indices(size)
    at = np.arange(size)
    cells = np.hstack(
        [[np.ones_like(rows), rows, columns], [np.full(size, 2), at, np.zeros_like(at)]]
    )
    zero = np.zeros((size, size))
    count = cells.shape[1]
    return Pattern(size, zero, zero, np.zeros(size), cells, np.arange(count), count)


def parameter_matrices(pattern: Pattern, theta: Array) -> tuple[Array, Array, Array]:
    """Return A, S and m at the parameter vector (or stack of vectors) ``theta``."""
    _, row, column = pattern.cells
    in_a, in_s, in_m, _ = pattern.masks
    value = theta[..., pattern.parameter]
    shape = (*theta.shape[:-1], *pattern.directed.shape)
    a = np.broadcast_to(pattern.directed, shape).copy()
    s = np.broadcast_to(pattern.symmetric, shape).copy()
    m = np.broadcast_to(pattern.means, shape[:-1]).copy()
    a[..., row[in_a], column[in_a]] = value[..., in_a]
    s[..., row[in_s], column[in_s]] = value[..., in_s]
    s[..., column[in_s], row[in_s]] = value[..., in_s]
    m[..., row[in_m]] = value[..., in_m]
    return a, s, m


def implied_moments(pattern: Pattern, theta: Array) -> Implied:
    """Return covariances, means and derivative vectors at the parameter vector ``theta``."""
    _, row, column = pattern.cells
    in_a, _, in_m, share = pattern.masks
    size = pattern.observed
    a, s, m = parameter_matrices(pattern, theta)
    inverse = np.asarray(np.linalg.inv(np.eye(a.shape[-1]) - a), dtype=np.float64)
    e = inverse[..., :size, :]
    total = inverse @ s @ inverse.swapaxes(-1, -2)
    total_mean = (inverse @ m[..., None])[..., 0]
    u: Array = e[..., row]
    v = np.where(in_a, total[..., :size, :][..., column], e[..., column]) * share
    along = np.where(in_a, total_mean[..., column], in_m)
    dmu: Array = u * np.asarray(along, dtype=np.float64)[..., None, :]
    sigma, mu = total[..., :size, :size], total_mean[..., :size]
    return Implied(sigma, mu, u, v, dmu, inverse, total, total_mean)


def gather(pattern: Pattern, per_cell: Array) -> Array:
    """Sum the last axis of an array, which runs over free cells, into parameters."""
    out = np.zeros((*per_cell.shape[:-1], pattern.free))
    if pattern.duplicated:
        np.add.at(np.moveaxis(out, -1, 0), pattern.parameter, np.moveaxis(per_cell, -1, 0))
    else:
        out[..., pattern.parameter] = per_cell
    return out


def gather_square(pattern: Pattern, per_cell: Array) -> Array:
    """Sum a cells-by-cells matrix into a parameters-by-parameters matrix."""
    return gather(pattern, gather(pattern, per_cell).swapaxes(-1, -2))


def covariance_jacobian(implied: Implied, pattern: Pattern, rows: Index, columns: Index) -> Array:
    """Return d sigma[rows, columns] / d theta, a row per element, a column per parameter."""
    u, v = implied.u, implied.v
    return gather(pattern, u[rows] * v[columns] + v[rows] * u[columns])
