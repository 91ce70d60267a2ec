"""A composite of unlike indicators with its uncertainty, by the steps of the handbook.

Normalisation, weights, aggregation and missing values after the Handbook on Constructing Composite
Indicators (OECD and JRC 2008); uncertainty and sensitivity after Saisana, Saltelli and Tarantola
(2005): every choice is an input that is drawn, thousands of composites are made, and what is shown
are intervals of rank and the share of each choice in them (Sobol's indices, by scipy).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]

FACTORS = ("goalposts", "weights", "aggregation", "missing values", "ranges")
"""The choices that are drawn, each as a number from 0 to 1."""
FLOOR = 0.01
"""The least score in a geometric mean: beside a zero, no other indicator would count."""
TABLES = 512
"""So many sets of weights and of places inside ranges are drawn beforehand, to be chosen among."""


def min_max(values: ArrayLike, low: float, high: float, up: bool = True) -> Floats:
    """Return values as scores from 0 (at the one goalpost) to 1 (at the other), cut off beyond.

    `up` says whether more is better; else the scores run the other way. Raises ValueError where the
    goalposts do not differ.
    """
    if not high > low:
        raise ValueError(f"the upper goalpost must lie above the lower one, not {low} and {high}")
    scores = np.clip((np.asarray(values, dtype=float) - low) / (high - low), 0, 1)
    return scores if up else 1 - scores


def weighted_mean(scores: ArrayLike, weights: ArrayLike, geometric: bool = False) -> Floats:
    """Return the weighted mean of the scores of each row over its columns; missing ones are left
    out, and the weights of the rest count anew. A row without a score is missing.
    """
    cells, share = np.asarray(scores, dtype=float), np.asarray(weights, dtype=float)
    there = ~np.isnan(cells)
    share = np.where(there, share, 0.0)
    share = share / np.where(share.sum(-1, keepdims=True) > 0, share.sum(-1, keepdims=True), np.nan)
    filled = np.where(there, cells, 1.0)
    if geometric:
        made: Floats = np.exp((share * np.log(np.maximum(filled, FLOOR))).sum(-1))
    else:
        made = (share * np.where(there, cells, 0.0)).sum(-1)
    return made


@dataclass(frozen=True)
class Composite:
    """Clusters (rows) by indicators (columns): the `low` and `high` end of each value, NaN where
    none is on record, and whether more is better (`up`). Draws are made from `seed`.
    """

    low: pd.DataFrame
    high: pd.DataFrame
    up: Sequence[bool]
    seed: int = 1

    def scores(self, factors: ArrayLike) -> Floats:
        """Return the composite of each cluster for one draw of `FACTORS` (numbers from 0 to 1).

        goalposts: both ends of what is observed moved outwards by up to half of its span; weights:
        one of the sets drawn (the first is even); aggregation: arithmetic below .5, else geometric;
        missing values: a third each left out, the median of the others, or anything between the
        goalposts; ranges: one of the sets of places within ranges (and gaps).
        """
        goalposts, weights, aggregation, missing, ranges = np.asarray(factors, dtype=float)
        shares, places = self._tables
        place = places[min(int(ranges * TABLES), TABLES - 1)]
        low, high = self.low.to_numpy(dtype=float), self.high.to_numpy(dtype=float)
        values = low + place * (high - low)
        least, most = np.nanmin(low, axis=0), np.nanmax(high, axis=0)
        span = np.where(most > least, most - least, np.maximum(1.0, np.abs(least)))
        cells = np.column_stack(
            [
                min_max(values[:, at], least[at] - move, least[at] + span[at] + move, up)
                for at, (up, move) in enumerate(zip(self.up, goalposts * span / 2, strict=True))
            ]
        )
        gaps = np.isnan(cells)
        if missing >= 2 / 3:
            cells = np.where(gaps, place, cells)
        elif missing >= 1 / 3:
            cells = np.where(gaps, np.nanmedian(cells, axis=0), cells)
        share = shares[min(int(weights * TABLES), TABLES - 1)]
        return weighted_mean(cells, share, geometric=aggregation >= 0.5)

    @cached_property
    def _tables(self) -> tuple[Floats, Floats]:
        rng = np.random.default_rng(self.seed)
        n, k = self.low.shape
        shares = rng.dirichlet(np.ones(k), TABLES)
        shares[0] = 1 / k
        places = rng.uniform(size=(TABLES, n, k))
        places[0] = 0.5
        return shares, places

    def ranks(self, factors: ArrayLike) -> Floats:
        """Return the rank of each cluster (1 is best; ties share) for one draw, or for each of
        many: factors down, draws across.
        """
        drawn = np.asarray(factors, dtype=float)
        if drawn.ndim == 1:
            return stats.rankdata(-np.round(self.scores(drawn), 12))
        return np.column_stack([self.ranks(one) for one in drawn.T])

    @property
    def reference(self) -> Floats:
        """The ranks of the plainest choices: goalposts at what is observed, even weights, the
        arithmetic mean of what is on record, the middle of ranges.
        """
        return self.ranks(np.zeros(len(FACTORS)))


def rank_draws(composite: Composite, n: int = 4000) -> Floats:
    """Return the ranks of the clusters (down) in `n` draws of all choices (across)."""
    rng = np.random.default_rng(composite.seed + 1)
    return composite.ranks(rng.uniform(size=(len(FACTORS), n)))


def rank_intervals(composite: Composite, drawn: Floats, share: float = 0.9) -> pd.DataFrame:
    """Return a row per cluster, best median rank first: where it ranks in a share of all draws.

    Columns out: `value` (the median), `lower`, `upper`, `reference` (see there), `indicators` (how
    many it has a value for); the cluster's name is the index.
    """
    tail = (1 - share) / 2
    low, mid, high = np.quantile(drawn, [tail, 0.5, 1 - tail], axis=1)
    out = pd.DataFrame(
        {"value": mid, "lower": low, "upper": high, "reference": composite.reference,
         "indicators": composite.low.notna().sum(axis=1).to_numpy()},
        index=composite.low.index,
    )  # fmt: skip
    return out.sort_values(["value", "upper"], kind="stable")


def decided(drawn: Floats, share: float = 0.95) -> tuple[int, int]:
    """Return of how many pairs of clusters the order is the same in a share of all draws, and how
    many pairs there are.
    """
    ahead = (drawn[:, None] < drawn).mean(axis=2)  # how often one of a pair ranks before the other
    n = len(drawn)
    return int((ahead >= share).sum()), n * (n - 1) // 2


def sobol(
    function: Callable[[Any], Any],
    names: Sequence[str],
    spans: Sequence[tuple[float, float]] | None = None,
    n: int = 1024,
    seed: int = 1,
) -> pd.DataFrame:
    """Return the share of each input in the variance of a function: `first` alone, `total` with all
    that it does together with others.

    `function` takes inputs down and draws across and returns a value a draw. Inputs are drawn
    evenly from `spans` (0 to 1 where not given); `n` is a power of 2. A function that never varies
    has no shares (missing).
    """
    ends = spans or [(0.0, 1.0)] * len(names)
    dists: Any = [stats.uniform(low, high - low) for low, high in ends]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = stats.sobol_indices(func=function, n=n, dists=dists, rng=seed)
    first, total = (np.ravel(part) for part in (found.first_order, found.total_order))
    return pd.DataFrame({"input": list(names), "first": first, "total": total})


def rank_sensitivity(composite: Composite, n: int = 256) -> pd.DataFrame:
    """Return the share of each choice in the average shift of ranks from the reference."""
    reference = composite.reference[:, None]
    return sobol(
        lambda drawn: np.abs(composite.ranks(drawn) - reference).mean(axis=0),
        FACTORS, n=n, seed=composite.seed,
    )  # fmt: skip
