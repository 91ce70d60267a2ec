"""Finds the parameters with the smallest discrepancy, and says so when there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from surveysem.discrepancy import Discrepancy, Evaluation
from surveysem.errors import ConvergenceError, IdentificationError, listing
from surveysem.moments import Array

Vector = np.ndarray[tuple[int], np.dtype[np.float64]]

GRADIENT_TOLERANCE = 1e-5
MAXIMUM_STEPS = 300


@dataclass(frozen=True)
class Minimum:
    """The solution: parameters, value, second derivatives and steps taken."""

    theta: Array
    value: float
    hessian: Array
    steps: int


class _Memory:
    """Keeps the last evaluation: scipy asks for value, gradient and curvature one by one."""

    def __init__(self, discrepancy: Discrepancy) -> None:
        self._discrepancy = discrepancy
        self._at: bytes = b""
        self._evaluation: Evaluation = (np.inf, np.empty(0), np.empty((0, 0)))

    def at(self, theta: Array) -> Evaluation:
        key = theta.tobytes()
        if key != self._at:
            self._at, self._evaluation = key, self._discrepancy(theta)
        return self._evaluation

    def value(self, theta: Vector) -> float:
        return self.at(theta)[0]

    def gradient(self, theta: Vector) -> Array:
        return self.at(theta)[1]

    def hessian(self, theta: Vector) -> Array:
        return self.at(theta)[2]


def find_minimum(
    discrepancy: Discrepancy, start: Array, names: Sequence[str], *, steps: int = MAXIMUM_STEPS
) -> Minimum:
    """Return the minimum of a discrepancy, found from ``start`` in a trust region.

    Newton's method with exact second derivatives (scipy's ``trust-exact``) needs few steps.
    Errors: ``ConvergenceError`` if the gradient does not vanish within ``steps``.
    """
    memory = _Memory(discrepancy)
    result = minimize(
        memory.value,
        np.ravel(start),
        jac=memory.gradient,
        hess=memory.hessian,
        method="trust-exact",
        options={"gtol": 1e-6, "maxiter": steps},
    )
    theta = np.asarray(result.x, dtype=np.float64)
    value, gradient, hessian = memory.at(theta)
    # Plain Newton steps take the last digits, where differences of F drown in rounding.
    for _ in range(2):
        try:
            proposal = theta - np.linalg.solve(hessian, gradient)
        except np.linalg.LinAlgError:
            break
        after = discrepancy(proposal)
        if not np.abs(after[1]).max() < np.abs(gradient).max() or not np.isfinite(after[0]):
            break
        theta, (value, gradient, hessian) = proposal, after
    largest = float(np.abs(gradient).max())
    if not np.isfinite(value) or largest > GRADIENT_TOLERANCE:
        far = np.argsort(-np.abs(theta - start))[:3]
        raise ConvergenceError(
            f"No solution was found in {result.nit} steps; what moved furthest: "
            f"{listing(f'{names[int(i)]} = {theta[int(i)]:.1f}' for i in far)}. The answers do not "
            "settle these values: usually there are too few answers, a factor of two items hardly "
            "relates to the others, two predictors say the same, or items of a factor do not go "
            "together. Look at the items' correlations, state fewer factors or paths, or collect "
            "more answers."
        )
    return Minimum(theta, value, hessian, int(result.nit))


def open_parameters(curvature: Array, names: Sequence[str], tolerance: float) -> list[str]:
    """Return the parameters that can move without changing the implied moments.

    They are read from the null space of the second derivatives, scaled to a unit diagonal.
    """
    scale = np.sqrt(np.diag(curvature))
    dead = [names[int(i)] for i in np.flatnonzero(~(scale > 0))]
    if dead:
        return dead
    values, vectors = np.linalg.eigh(curvature / np.outer(scale, scale))
    loose = vectors[:, values < tolerance]
    share = np.abs(loose).max(axis=1) if loose.size else np.zeros(len(names))
    order = [int(i) for i in np.argsort(-share, kind="stable")]
    return [names[i] for i in order if share[i] > 0.1]


def require_identified(curvature: Array, names: Sequence[str], *, where: str) -> None:
    """Raise ``IdentificationError`` if some parameters have no single best value.

    ``where`` says at which values this was found (at the start, at the solution).
    """
    loose = open_parameters(curvature, names, 1e-9)
    if loose:
        raise IdentificationError(
            f"The model is not identified ({where}): {listing(loose)} can change together without "
            "changing what the model says about the answers. Every factor needs a scale (a first "
            "loading of 1 or a variance of 1) and three items, or two items and a relation to "
            "another factor; fix or leave out one of these parameters."
        )
