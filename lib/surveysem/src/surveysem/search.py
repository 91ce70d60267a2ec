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
        raise ConvergenceError(
            f"No solution was found in {result.nit} steps. {_trouble(theta, start, hessian, names)}"
        )
    return Minimum(theta, value, hessian, int(result.nit))


def _trouble(theta: Array, start: Array, hessian: Array, names: Sequence[str]) -> str:
    """Say which parameters ran away or are not held by the answers, and what to try."""
    away = np.abs(theta - start) / (1.0 + np.abs(start))
    far = [int(i) for i in np.argsort(-away)[:3] if away[i] > 1.0]
    moved = f"{listing(f'{names[i]} = {theta[i]:.1f}' for i in far)} ran away" if far else ""
    scale = np.sqrt(np.maximum(np.abs(np.diag(hessian)), 1e-300))
    usable = np.isfinite(hessian).all() and bool(hessian.any())
    vectors = np.linalg.eigh(hessian / np.outer(scale, scale))[1] if usable else np.empty((0, 1))
    weak = [names[int(i)] for i in np.argsort(-np.abs(vectors[:, 0]))[:2]]
    loose = f"the answers hardly settle {listing(weak)}" if weak else ""
    told = " and ".join(part for part in (moved, loose) if part)
    first = names[far[0]] if far else (weak[0] if weak else "")
    factor, found, item = first.partition("=~")
    if found:
        advice = (
            f"Try {factor} without {item}, give {factor} a third item that goes with the others, "
            f"or make its loadings equal: {factor} =~ NA*x + a*x + a*y and {factor} ~~ 1*{factor}"
        )
    elif "~~" in first:
        one, _, other = first.partition("~~")
        one, other = one.strip(), other.partition(" ")[0]
        advice = (
            f"Try the model without {one}, or with more items of its factor"
            if one == other
            else f"Try to join {one} and {other}, or fix their covariance: {one} ~~ 0*{other}"
        )
    elif "~" in first and not first.partition(" ")[0].endswith("~1"):
        advice = f"Try the model without the path {first}; its predictors may say the same"
    else:
        advice = "Try a model with fewer factors or paths"
    return (
        f"{told[:1].upper()}{told[1:]}. {advice}. Usual causes: too few answers, a factor of two "
        "items that hardly relates to the others, items of a factor that do not go together."
    )


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
