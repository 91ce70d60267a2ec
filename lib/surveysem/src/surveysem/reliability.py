"""Reliability and validity of the factors of a scale.

Alpha (Cronbach 1951), omega (McDonald 1999, Raykov 2001), composite reliability and average
variance extracted (Fornell and Larcker 1981), the Fornell-Larcker criterion and the
heterotrait-monotrait ratio of correlations (Henseler, Ringle and Sarstedt 2015).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from surveysem.errors import SurveyError
from surveysem.moments import Array, Pattern, parameter_matrices
from surveysem.result import (
    Fit,
    by_group,
    implied_own_variance,
    latent_correlations,
    total_covariance,
)
from surveysem.specification import Specification


def alpha(covariance: Array) -> Array:
    """Return Cronbach's alpha of the items of a covariance matrix (or of a stack of them).

    Of a correlation matrix it is the standardised alpha. Undefined (nan) for one item.
    """
    size = covariance.shape[-1]
    if size < 2:
        return np.full(covariance.shape[:-2], np.nan)
    own = np.trace(covariance, axis1=-2, axis2=-1)
    return np.asarray(size / (size - 1) * (1 - own / covariance.sum(axis=(-2, -1))))


def to_correlation(covariance: Array) -> Array:
    """Return the correlations of a covariance matrix (or of a stack of them)."""
    deviation = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    return np.asarray(covariance / (deviation[..., :, None] * deviation[..., None, :]))


def _positions(spec: Specification) -> dict[str, list[int]]:
    place = {name: i for i, name in enumerate(spec.observed)}
    return {f: [place[item] for item in items] for f, items in spec.factors.items()}


def model_reliability(spec: Specification, pattern: Pattern, theta: Array, ordinal: bool) -> Array:
    """Return omega, composite reliability and average variance extracted, a row per factor.

    Omega is from the unstandardised solution with the error covariances among a factor's items
    (as semTools); the other two are from standardised loadings (Fornell and Larcker 1981).
    """
    size = len(spec.observed)
    total = total_covariance(pattern, theta, ordinal)
    own = implied_own_variance(pattern, theta, ordinal)
    directed, symmetric, _ = parameter_matrices(pattern, theta)
    np.fill_diagonal(symmetric, own)
    out = np.empty((len(spec.factors), 3))
    for k, (factor, at) in enumerate(_positions(spec).items()):
        f = size + spec.latent.index(factor)
        loadings, variance = directed[at, f], total[f, f]
        true = loadings.sum() ** 2 * variance
        out[k, 0] = true / (true + symmetric[np.ix_(at, at)].sum())
        standard = loadings * np.sqrt(variance) / np.sqrt(np.diag(total)[at])
        squares = standard**2
        out[k, 1] = standard.sum() ** 2 / (standard.sum() ** 2 + (1 - squares).sum())
        out[k, 2] = squares.mean()
    return out


def alphas(covariance: Array, factors: Mapping[str, Sequence[int]]) -> Array:
    """Return alpha and standardised alpha per factor, a row each (stacks of matrices allowed)."""
    rows = []
    for at in factors.values():
        block = covariance[..., list(at), :][..., :, list(at)]
        rows.append(np.stack([alpha(block), alpha(to_correlation(block))], axis=-1))
    return np.stack(rows, axis=-2)


def reliability(fit: Fit) -> pd.DataFrame:
    """Return the reliability of each factor.

    Columns: ``factor``, ``items`` (their number), ``alpha`` and ``alpha_std`` (from the answers as
    numbers), ``omega``, ``cr``, ``ave`` (from the fitted model; with WLSMV they belong to the
    answers behind the categories) and ``sqrt_ave``. Intervals: ``bootstrap_reliability``.
    """
    if fit.groups:
        return by_group(reliability, fit)
    at = _positions(fit.spec)
    by_items = alphas(fit.answers.covariance if fit.ordinal else fit.sample, at)
    by_model = model_reliability(fit.spec, fit.pattern, fit.theta, fit.ordinal)
    table = pd.DataFrame({"factor": list(at), "items": [len(v) for v in at.values()]})
    table[["alpha", "alpha_std"]] = by_items
    table[["omega", "cr", "ave"]] = by_model
    table["sqrt_ave"] = np.sqrt(table["ave"])
    return table


def fornell_larcker(fit: Fit) -> pd.DataFrame:
    """Return the Fornell-Larcker matrix: root of AVE on the diagonal, factor correlations below.

    A factor is distinct if the diagonal exceeds the correlations in its row and column; column
    ``distinct`` says so. The upper triangle is empty.
    """
    table = reliability(fit).set_index("factor")
    names = list(table.index)
    correlation = latent_correlations(fit).loc[names, names].to_numpy()
    matrix = np.where(np.tri(len(names), k=-1, dtype=bool), correlation, np.nan)
    np.fill_diagonal(matrix, table["sqrt_ave"])
    out = pd.DataFrame(matrix, index=names, columns=names)
    largest = np.abs(correlation - np.eye(len(names))).max(axis=1)
    out["distinct"] = table["sqrt_ave"].to_numpy() > largest
    return out


def htmt_values(
    correlation: Array, factors: Sequence[Sequence[int]], *, geometric: bool = False
) -> Array:
    """Return the HTMT matrix of a correlation matrix (or of a stack of them).

    ``factors`` gives the positions of each factor's items. A factor of one item has no
    correlations of its own, so its values are undefined (nan). ``geometric`` takes geometric
    means (HTMT2).
    """
    count = len(factors)
    absolute = np.abs(correlation)
    if geometric:
        with np.errstate(divide="ignore"):
            absolute = np.log(absolute)
    within = np.full((*correlation.shape[:-2], count), np.nan)
    for k, at in enumerate(factors):
        if len(at) > 1:
            rows, columns = np.tril_indices(len(at), -1)
            index = np.asarray(at)
            within[..., k] = absolute[..., index[rows], index[columns]].mean(axis=-1)
    out = np.ones((*correlation.shape[:-2], count, count))
    for a in range(count):
        for b in range(a):
            block = absolute[..., list(factors[a]), :][..., :, list(factors[b])]
            between = block.mean(axis=(-2, -1))
            if geometric:
                ratio = np.exp(between - 0.5 * (within[..., a] + within[..., b]))
            else:
                ratio = between / np.sqrt(within[..., a] * within[..., b])
            out[..., a, b] = out[..., b, a] = ratio
    return out


def htmt(
    correlation: pd.DataFrame, factors: Mapping[str, Sequence[str]], *, geometric: bool = False
) -> pd.DataFrame:
    """Return the heterotrait-monotrait ratios, a symmetric matrix with ones on the diagonal.

    ``correlation`` is a matrix named by item (Pearson, or polychoric), ``factors`` gives the
    items of each factor. Computed with absolute correlations, as in semTools and seminr.
    ``geometric`` gives HTMT2, for items that load unequally (Roemer, Schuberth and Henseler 2021).
    Error: ``SurveyError`` if an item of a factor is not in the matrix.
    """
    place = {str(name): i for i, name in enumerate(correlation.columns)}
    for items in factors.values():
        for item in items:
            if item not in place:
                raise SurveyError(f"The correlation matrix has no item “{item}”.")
    positions = [[place[item] for item in items] for items in factors.values()]
    values = htmt_values(correlation.to_numpy(dtype=float), positions, geometric=geometric)
    return pd.DataFrame(values, index=list(factors), columns=list(factors))


def htmt_of(fit: Fit, *, geometric: bool = False) -> pd.DataFrame:
    """Return the HTMT matrix of a fitted model: Pearson correlations, or polychoric for WLSMV.

    Error: ``SurveyError`` for groups (take one of ``fit.groups``).
    """
    if fit.groups:
        raise SurveyError("HTMT is of one group. Pass one of `fit.groups`.")
    names = list(fit.spec.observed)
    correlation = pd.DataFrame(to_correlation(fit.sample), index=names, columns=names)
    return htmt(correlation, fit.spec.factors, geometric=geometric)
