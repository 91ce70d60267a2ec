"""Piecewise constant Poisson rates in a series of yearly counts: the arithmetic.

Arrays in, numbers out; `clusterbook.analysis.periodisation` puts tables around it.

Log-likelihoods leave out the constant -sum(ln y!), which is the same for every segmentation.
A segmentation is given by the positions of its breaks: a break at i lies between the bins
i - 1 and i.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class TooLittleDataError(ValueError):
    """The series is too short, or holds too few events, for what was asked."""


class Fit(NamedTuple):
    """A segmentation: positions of its breaks, and its log-likelihood."""

    breaks: tuple[int, ...]
    log_likelihood: float


def segment_log_likelihoods(counts: Ints) -> Floats:
    """Return the matrix of maximised log-likelihoods of all segments.

    Cell (i, j) belongs to the bins i to j - 1; cells with j <= i are minus infinity.
    """
    events = np.concatenate(([0.0], np.cumsum(counts, dtype=np.float64)))
    first, last = np.indices((len(events), len(events)))
    total = events[last] - events[first]
    with np.errstate(invalid="ignore", divide="ignore"):
        matrix = xlogy(total, total / (last - first)) - total
    matrix[last <= first] = -np.inf
    return np.asarray(matrix, dtype=np.float64)


def best_segmentations(counts: Ints, max_breaks: int, min_length: int) -> list[Fit]:
    """Return the best segmentation for 0, 1, ... `max_breaks` breaks (exact).

    Dynamic programming over all segmentations whose segments have at least `min_length` bins
    (Auger and Lawrence 1989; Jackson and others 2005 for Poisson counts). Of equally likely
    ones the earliest breaks are given.

    Raises TooLittleDataError where the series has no room for so many breaks.
    """
    bins = len(counts)
    if min_length < 1 or max_breaks < 0:
        raise ValueError(
            f"The shortest segment must be at least 1 year and the number of breaks at least 0; "
            f"got {min_length} and {max_breaks}."
        )
    if (max_breaks + 1) * min_length > bins:
        raise TooLittleDataError(
            f"{max_breaks} breaks with segments of at least {min_length} years need "
            f"{(max_breaks + 1) * min_length} years; the series has {bins}."
        )
    matrix = segment_log_likelihoods(counts)
    start, end = np.indices(matrix.shape)
    matrix[end - start < min_length] = -np.inf
    best = matrix[0]
    came_from: list[Ints] = []
    fits = [Fit((), float(best[bins]))]
    for _ in range(max_breaks):
        candidates = best[:, None] + matrix
        came_from.append(candidates.argmax(axis=0))
        best = candidates.max(axis=0)
        position, path = bins, []
        for step in reversed(came_from):
            position = int(step[position])
            path.append(position)
        fits.append(Fit(tuple(reversed(path)), float(best[bins])))
    return fits


def log_likelihoods_of(breaks: Ints, counts: Ints) -> Floats:
    """Return the log-likelihood of each row of `breaks` (one segmentation a row, ascending)."""
    matrix = segment_log_likelihoods(counts)
    rows = len(breaks)
    first = np.zeros((rows, 1), dtype=np.int64)
    last = np.full((rows, 1), len(counts), dtype=np.int64)
    edges = np.hstack((first, breaks, last))
    return np.asarray(matrix[edges[:, :-1], edges[:, 1:]].sum(axis=1))


def random_breaks(bins: int, breaks: int, min_length: int, draws: int, seed: int) -> Ints:
    """Return `draws` segmentations, each admissible one equally probable; one a row.

    Choosing `breaks` of the free places and pushing the i-th to the right by
    i * (`min_length` - 1) is a bijection onto the segmentations with that minimal length.
    """
    free = bins - (breaks + 1) * (min_length - 1) - 1
    places = np.random.default_rng(seed).random((draws, free)).argsort(axis=1)[:, :breaks]
    places.sort(axis=1)
    return places + 1 + np.arange(1, breaks + 1) * (min_length - 1)


def break_statistics(counts: Ints, min_length: int) -> tuple[Ints, Floats]:
    """Return the admissible break positions, and 2 ln LR of a break there against none.

    `counts` holds one series a row (each row with the same total); so does the second result.
    """
    series = np.atleast_2d(counts)
    bins, total = series.shape[1], int(series[0].sum())
    positions = np.arange(min_length, bins - min_length + 1)
    before = np.cumsum(series, axis=1)[:, positions - 1]
    # A table of x ln x serves all series: their totals are the same, and small.
    x_log_x = xlogy(np.arange(total + 1.0), np.arange(total + 1.0))
    statistics = 2 * (
        x_log_x[before]
        + x_log_x[total - before]
        - before * np.log(positions)
        - (total - before) * np.log(bins - positions)
        - x_log_x[total]
        + total * np.log(bins)
    )
    return positions, np.maximum(statistics, 0.0)


@lru_cache(maxsize=64)  # a test, its critical value and its power ask for the same series
def null_maxima(total: int, bins: int, min_length: int, simulations: int, seed: int) -> Floats:
    """Return, ascending, the largest 2 ln LR of each of `simulations` series without a change.

    Given its total, a Poisson series without a change is multinomial with even shares. Callers
    must not change the result.
    """
    rng = np.random.default_rng(seed)
    series = rng.multinomial(total, np.full(bins, 1 / bins), size=simulations)
    return np.sort(break_statistics(series, min_length)[1].max(axis=1))


def monte_carlo_p(observed: Floats, null: Floats) -> Floats:
    """Return (1 + number of null values >= observed) / (1 + number of null values).

    `null` is ascending. The smallest possible value is 1 / (1 + len(null)) (Davison and
    Hinkley 1997, section 4.2).
    """
    # The slack keeps equal statistics equal when they were summed in another order.
    at_least = len(null) - np.searchsorted(null, observed - 1e-9, side="left")
    return np.asarray((1 + at_least) / (1 + len(null)))
