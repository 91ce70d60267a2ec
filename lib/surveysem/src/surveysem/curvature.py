"""Second derivatives of the discrepancies, per pair of free cells, in closed form.

Notation as in ``moments.py``: a cell changes Sigma by u v' + v u'; W is the inverse of Sigma, and
the pull is W (observed - implied) W (or the weighted residuals), so that the gradient of every
discrepancy is -2 u' pull v. The parts add up to the full matrix; the first alone is the expected
one (Fisher information).
"""

from __future__ import annotations

import numpy as np

from surveysem.moments import Array, Implied, Pattern


def expected_cells(implied: Implied, weight: Array, with_means: bool) -> Array:
    """Return tr(W dS W dS') + 2 dmu' W dmu: twice the expected information."""
    cross = implied.u.T @ weight @ implied.v
    same = (implied.u.T @ weight @ implied.u) * (implied.v.T @ weight @ implied.v)
    cells: Array = 2.0 * (cross * cross.T + same)
    if with_means:
        cells += 2.0 * implied.dmu.T @ weight @ implied.dmu
    return cells


def misfit_cells(implied: Implied, weight: Array, pull: Array) -> Array:
    """Return the part that comes from the change of W: 2 tr(pull dS W dS')."""
    u, v = implied.u, implied.v
    wu, wv, pu, pv = weight @ u, weight @ v, pull @ u, pull @ v
    cross = (u.T @ wv) * (u.T @ pv).T
    cells: Array = (u.T @ wu) * (v.T @ pv) + (u.T @ pu) * (v.T @ wv) + cross + cross.T
    return 2.0 * cells


def second_order_cells(pattern: Pattern, implied: Implied, pull: Array) -> Array:
    """Return -tr(pull d2S): the part that comes from the second derivatives of Sigma."""
    kind, i, j = pattern.cells
    in_a, in_s = kind == 0, kind == 1
    half = np.where(in_s & (i == j), 0.5, 1.0)
    b = implied.inverse
    e = b[: pattern.observed]
    with_u, with_v = e.T @ pull @ implied.u, e.T @ pull @ implied.v
    total_u = implied.total[: pattern.observed].T @ pull @ implied.u
    # Axis 0 is the cell e that was differentiated first, axis 1 the cell f; du_e / d A_f.
    cells = in_a * with_v[i].T * b[np.ix_(j, i)].T
    b_jj, b_ji = b[np.ix_(j, j)], b[np.ix_(j, i)]
    from_a = with_u[i].T * implied.total[np.ix_(j, j)] + total_u[j].T * b_ji
    from_s = (with_u[i].T * b_jj + with_u[j].T * b_ji) * half
    cells += in_a[:, None] * (in_a * from_a + in_s * from_s)
    cells += (in_s * half)[:, None] * in_a * with_u[i].T * b_jj.T
    return -2.0 * cells


def mean_cells(pattern: Pattern, implied: Implied, weight: Array, off: Array) -> Array:
    """Return the parts of the mean structure beyond the expected ones.

    ``off`` is the observed mean minus the implied mean.
    """
    kind, i, j = pattern.cells
    in_a, in_m = kind == 0, kind == 2
    b, mean = implied.inverse, implied.total_mean
    pulled = weight @ off
    along = pulled @ b[: pattern.observed]
    b_ji = b[np.ix_(j, i)]
    second = in_a * b_ji.T * (along[i] * np.where(in_a, mean[j], in_m)[:, None])
    second += in_a[:, None] * along[i][:, None] * b_ji * np.where(in_a, mean[j], in_m)
    w_dmu = weight @ implied.dmu
    mixed = (implied.u.T @ w_dmu) * (pulled @ implied.v)[:, None]
    mixed += (implied.v.T @ w_dmu) * (pulled @ implied.u)[:, None]
    return -2.0 * second + 2.0 * (mixed + mixed.T)
