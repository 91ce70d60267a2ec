"""Second derivatives of the discrepancies, per pair of free cells, in closed form.

Notation as in ``moments.py``: a cell changes Sigma by u v' + v u'; W is the inverse of Sigma, and
the pull is W (observed - implied) W (or the weighted residuals), so that the gradient of every
discrepancy is -2 u' pull v. The parts add up to the full matrix. All work on stacks as well.
"""

from __future__ import annotations

import numpy as np

from surveysem.moments import Array, Implied, Pattern


def _t(matrix: Array) -> Array:
    return matrix.swapaxes(-1, -2)


def moment_cells(implied: Implied, weight: Array, middle: Array) -> Array:
    """Return the part without second derivatives of the moments.

    With half of W in the ``middle`` it is tr(W dS W dS'), twice the expected information (Fisher);
    with half of W plus the pull also the part that comes from the change of W.
    """
    u, v = implied.u, implied.v
    ut, vt = _t(u), _t(v)
    wu, wv, mu, mv = weight @ u, weight @ v, middle @ u, middle @ v
    cross = (ut @ wv) * _t(ut @ mv)
    cells: Array = (ut @ wu) * (vt @ mv) + (ut @ mu) * (vt @ wv) + cross + _t(cross)
    return 2.0 * cells


def second_order_cells(pattern: Pattern, implied: Implied, pull: Array) -> Array:
    """Return -tr(pull d2S): the part that comes from the second derivatives of Sigma."""
    _, i, j = pattern.cells
    in_a, in_s, _, half = pattern.masks
    b = implied.inverse
    e, total = b[..., : pattern.observed, :], implied.total
    pulled = pull @ implied.u
    with_u, with_v = _t(e) @ pulled, _t(e) @ (pull @ implied.v)
    total_u = _t(total[..., : pattern.observed, :]) @ pulled
    at_u, by_u = _t(with_u[..., i, :]), _t(with_u[..., j, :])
    b_ji = b[..., j[:, None], i]
    b_jj = b[..., j[:, None], j]
    # Axis 0 is the cell e that was differentiated first, axis 1 the cell f; du_e / d A_f.
    cells = in_a * _t(with_v[..., i, :]) * _t(b_ji)
    from_a = at_u * total[..., j[:, None], j] + _t(total_u[..., j, :]) * b_ji
    from_s = (at_u * b_jj + by_u * b_ji) * half
    cells += in_a[:, None] * (in_a * from_a + in_s * from_s)
    cells += (in_s * half)[:, None] * in_a * at_u * _t(b_jj)
    return -2.0 * cells


def mixed_cells(implied: Implied, weight: Array, drift: Array) -> Array:
    """Return the part of the means without their second derivatives.

    The ``drift`` is W (observed - implied mean). Without drift it is 2 dmu' W dmu, twice the
    expected information.
    """
    w_dmu = weight @ implied.dmu
    mixed = (implied.u.T @ w_dmu) * (drift @ implied.v)[:, None]
    mixed += (implied.v.T @ w_dmu) * (drift @ implied.u)[:, None]
    return 2.0 * (implied.dmu.T @ w_dmu + mixed + mixed.T)


def second_mean_cells(pattern: Pattern, implied: Implied, drift: Array) -> Array:
    """Return -2 drift' d2mu: the part that comes from the second derivatives of the means."""
    _, i, j = pattern.cells
    in_a, _, in_m, _ = pattern.masks
    b = implied.inverse
    along = np.where(in_a, implied.total_mean[j], in_m)
    one = (drift @ b[: pattern.observed])[i]
    second = in_a[:, None] * one[:, None] * b[np.ix_(j, i)] * along
    return -2.0 * (second + second.T)
