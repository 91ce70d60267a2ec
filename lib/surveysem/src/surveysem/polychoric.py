"""Thresholds, polychoric correlations and their sampling covariances, as in Muthen (1984).

Each item is a latent normal answer cut at thresholds. Thresholds come from the margins,
correlations from each pair's table with the thresholds held (two steps, Olsson 1979). The
asymptotic covariances account for the thresholds being estimates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri, owens_t

from surveysem.answers import Categories
from surveysem.discrepancy import lower_pairs
from surveysem.errors import DataError, Notice
from surveysem.moments import Array, Index

_FAR = 40.0
_TOO_CLOSE = 0.999
_MANY_EMPTY = 0.25


@dataclass(frozen=True)
class Polychoric:
    """Statistics of ordered answers.

    ``thresholds`` per item; ``correlation`` matrix; ``gamma``: n times the covariance matrix of
    (all thresholds in item order, then correlations in the order of ``lower_pairs``).
    """

    thresholds: tuple[Array, ...]
    correlation: Array
    gamma: Array
    notices: tuple[Notice, ...]

    @property
    def pairs(self) -> Array:
        """The correlations below the diagonal, in the order of ``lower_pairs``."""
        return self.correlation[lower_pairs(len(self.correlation))]

    @property
    def pair_gamma(self) -> Array:
        """The part of ``gamma`` that belongs to the correlations."""
        count = sum(len(t) for t in self.thresholds)
        return self.gamma[count:, count:]


def normal_density(x: Array) -> Array:
    """Return the standard normal density."""
    out: Array = np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)
    return out


def bivariate_normal_cdf(h: Array, k: Array, rho: Array) -> Array:
    """Return P(X < h, Y < k) of standard normals with correlation ``rho``, elementwise.

    By Owen's T function (Owen 1956), which is exact where series in rho are not.
    """
    root = np.sqrt(1 - rho * rho)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope_h = np.where(h == 0, np.copysign(np.inf, k), (k - rho * h) / (h * root))
        slope_k = np.where(k == 0, np.copysign(np.inf, h), (h - rho * k) / (k * root))
    opposite = (h * k < 0) | ((h * k == 0) & (h + k < 0))
    out = 0.5 * (ndtr(h) + ndtr(k)) - owens_t(h, slope_h) - owens_t(k, slope_k) - 0.5 * opposite
    both = (h == 0) & (k == 0)
    return np.where(both, 0.25 + np.arcsin(rho) / (2 * np.pi), out)


def bivariate_normal_density(h: Array, k: Array, rho: Array) -> Array:
    """Return the density of standard normals with correlation ``rho``, elementwise."""
    rest = 1 - rho * rho
    out: Array = np.exp(-0.5 * (h * h - 2 * rho * h * k + k * k) / rest)
    return out / (2 * np.pi * np.sqrt(rest))


def _cells(corner: Array) -> Array:
    """Return cell values from the values of a distribution at the corners of its grid."""
    out: Array = np.diff(np.diff(corner, axis=1), axis=2)
    return out


class _Tables:
    """All pairs' tables at once: counts, cell probabilities and their derivatives."""

    def __init__(self, codes: Index, cuts: Array) -> None:
        n, size = codes.shape
        depth = cuts.shape[1] - 1
        hot = np.zeros((n, size, depth))
        given = (codes >= 0)[:, :, None]
        np.put_along_axis(hot, np.maximum(codes, 0)[:, :, None], given.astype(float), axis=2)
        flat = hot.reshape(n, -1)
        joint = (flat.T @ flat).reshape(size, depth, size, depth)
        self.rows, self.columns = lower_pairs(size)
        self.counts = joint[self.rows, :, self.columns, :]
        self.h = cuts[self.rows][:, :, None]
        self.k = cuts[self.columns][:, None, :]
        self.real = (np.diff(self.h, axis=1) > 0) & (np.diff(self.k, axis=2) > 0)

    def probabilities(self, rho: Array) -> tuple[Array, Array]:
        """Return cell probabilities and their derivatives by rho."""
        r = rho[:, None, None]
        inner_h, inner_k = self.h[:, 1:-1], self.k[:, :, 1:-1]
        corner = np.zeros((len(rho), self.h.shape[1], self.k.shape[2]))
        corner[:, 1:-1, 1:-1] = bivariate_normal_cdf(inner_h, inner_k, r)
        # The outer thresholds are infinite: what lies below them is all, or nothing.
        corner[:, 1:, -1:], corner[:, -1:, 1:] = ndtr(self.h[:, 1:]), ndtr(self.k[:, :, 1:])
        chance = _cells(corner)
        corner = np.zeros_like(corner)
        corner[:, 1:-1, 1:-1] = bivariate_normal_density(inner_h, inner_k, r)
        slope = _cells(corner)
        return np.where(self.real, np.maximum(chance, 1e-12), 1.0), np.where(self.real, slope, 0.0)


def _solve(tables: _Tables, start: Array) -> Array:
    """Return the likelihood estimates of all correlations, by Fisher scoring side by side."""
    rho = np.clip(start, -0.95, 0.95)
    n = tables.counts.sum(axis=(1, 2))
    for _ in range(100):
        chance, slope = tables.probabilities(rho)
        score = (tables.counts * slope / chance).sum(axis=(1, 2))
        step = score / (n * (slope**2 / chance).sum(axis=(1, 2)))
        # Half the way to the border at most: the likelihood ends at plus and minus one.
        room = np.where(step > 0, 1 - rho, 1 + rho)
        step = np.clip(step, -0.5 * room, 0.5 * room)
        rho = rho + step
        if np.abs(step).max() < 1e-11 or np.abs(rho).max() > _TOO_CLOSE:
            break
    return rho


def _threshold_scores(codes: Index, cuts: list[Array]) -> list[Array]:
    """Return per item the derivative of each answer's log-probability by its thresholds."""
    out = []
    for k, inner in enumerate(cuts):
        edges = np.concatenate(([-_FAR], inner, [_FAR]))
        chance = np.diff(ndtr(edges))
        density = normal_density(inner)
        table = np.zeros((len(chance), len(inner)))
        at = np.arange(len(inner))
        table[at, at] = density / chance[:-1]
        table[at + 1, at] = -density / chance[1:]
        out.append(np.where(codes[:, k, None] >= 0, table[codes[:, k]], 0.0))
    return out


def polychoric(categories: Categories, items: tuple[str, ...]) -> Polychoric:
    """Return thresholds, polychoric correlations and their asymptotic covariances.

    With missing answers, thresholds rest on all who answered the item and correlations on all who
    answered both. Errors: ``DataError`` if two items are answered alike by (nearly) everybody.
    Sources: Olsson (1979), Muthen (1984); details (score products, full threshold part) as in
    lavaan.
    """
    codes = categories.codes
    size = codes.shape[1]
    thresholds: list[Array] = []
    for k in range(size):
        count = np.bincount(codes[codes[:, k] >= 0, k])
        share = np.cumsum(count)[:-1] / count.sum()
        thresholds.append(np.asarray(ndtri(share), dtype=np.float64))
    depth = max(len(t) for t in thresholds) + 1
    cuts = np.full((size, depth + 1), _FAR)
    cuts[:, 0] = -_FAR
    for k, inner in enumerate(thresholds):
        cuts[k, 1 : len(inner) + 1] = inner
    tables = _Tables(codes, cuts)
    correlation = np.eye(size)
    rows, columns = tables.rows, tables.columns
    plain = pd.DataFrame(np.where(codes < 0, np.nan, codes)).corr().to_numpy()
    rho = _solve(tables, np.nan_to_num(plain[rows, columns]))
    close = np.flatnonzero(~(np.abs(rho) <= _TOO_CLOSE))
    if close.size:
        one, other = items[columns[close[0]]], items[rows[close[0]]]
        raise DataError(
            f"The items {one} and {other} are answered alike by nearly everybody (polychoric "
            "correlation at the limit of one). Take one of them out, or join rare categories."
        )
    correlation[rows, columns] = correlation[columns, rows] = rho
    gamma = _asymptotic_covariance(tables, rho, thresholds, codes, cuts)
    empty = int(((tables.counts == 0) & tables.real).sum())
    unused = empty / max(int(tables.real.sum()), 1)
    notices = list(categories.notices)
    if unused > _MANY_EMPTY:
        notices.append(
            Notice(
                "empty_cells",
                f"{unused:.0%}",
                f"{unused:.0%} of the combinations of two items' answers were given by nobody. "
                "Polychoric correlations are unsteady then; read ML and MLR beside WLSMV.",
            )
        )
    return Polychoric(tuple(thresholds), correlation, gamma, tuple(notices))


def _asymptotic_covariance(
    tables: _Tables, rho: Array, thresholds: list[Array], codes: Index, cuts: Array
) -> Array:
    """Return n times the covariance of thresholds and correlations (sandwich, Muthen 1984)."""
    n = len(codes)
    rows, columns = tables.rows, tables.columns
    chance, slope = tables.probabilities(rho)
    ratio = slope / chance
    per_item = _threshold_scores(codes, thresholds)
    first = np.cumsum([0, *[s.shape[1] for s in per_item]])
    count, pairs = int(first[-1]), len(rho)
    pair_scores = ratio[np.arange(pairs), codes[:, rows], codes[:, columns]]
    if (codes < 0).any():
        pair_scores[(codes[:, rows] < 0) | (codes[:, columns] < 0)] = 0.0
    spread = tables.counts * slope / chance**2
    root = np.sqrt(1 - rho * rho)[:, None, None]
    # How a cell's probability moves with a threshold: density there times the other's chance.
    by_h = normal_density(tables.h) * np.diff(
        ndtr((tables.k - rho[:, None, None] * tables.h) / root), axis=2
    )
    by_k = normal_density(tables.k) * np.diff(
        ndtr((tables.h - rho[:, None, None] * tables.k) / root), axis=1
    )
    cross_h = ((spread[:, :-1] - spread[:, 1:]) * by_h[:, 1:-1]).sum(axis=2)
    cross_k = ((spread[:, :, :-1] - spread[:, :, 1:]) * by_k[:, :, 1:-1]).sum(axis=1)
    moves = np.zeros((pairs, count))
    for k in range(len(first) - 1):
        width = first[k + 1] - first[k]
        at = slice(first[k], first[k + 1])
        moves[rows == k, at] = cross_h[rows == k, :width]
        moves[columns == k, at] = cross_k[columns == k, :width]
    # What each answer does to the estimates; thresholds do not depend on correlations.
    on_cuts = np.hstack([s @ np.linalg.inv(s.T @ s) for s in per_item])
    on_pairs = (pair_scores - on_cuts @ moves.T) / (tables.counts * ratio**2).sum(axis=(1, 2))
    effects = np.hstack([on_cuts, on_pairs])
    gamma: Array = n * effects.T @ effects
    return gamma
