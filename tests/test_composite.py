"""Composites: scores and means against a table worked by hand, Sobol's indices of a known function."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clusterbook.analysis.composite import (
    FACTORS,
    Composite,
    decided,
    min_max,
    rank_draws,
    rank_intervals,
    rank_sensitivity,
    sobol,
    weighted_mean,
)


@pytest.mark.parametrize(
    ("values", "low", "high", "up", "scores"),
    [
        ([2, 5, 10], 2, 10, True, [0, 0.375, 1]),
        ([2, 5, 10], 2, 10, False, [1, 0.625, 0]),
        ([1, 12], 2, 10, True, [0, 1]),
        ([0, 50, 100], -100, 100, True, [0.5, 0.75, 1]),
        ([np.nan, 6], 2, 10, False, [np.nan, 0.5]),
    ],
)
def test_scores_between_goalposts(
    values: list[float], low: float, high: float, up: bool, scores: list[float]
) -> None:
    np.testing.assert_allclose(min_max(values, low, high, up), scores)


def test_goalposts_that_do_not_differ_are_told() -> None:
    with pytest.raises(ValueError, match="upper goalpost"):
        min_max([1, 2], 3, 3)


# Worked by hand. Row 1: .5*.2 + .3*.5 + .2*1 = .45; .2^.5 * .5^.3 * 1^.2 = e^(-.804719 - .207944) = .3632503.
# Row 2, the second missing: weights 5/7 and 2/7, so (.5*.8 + .2*.1)/.7 = .6;
# .8^(5/7) * .1^(2/7) = e^(-.159388 - .657881) = .4416357.
# Row 3: all .4, so .4 by both. Row 4: nothing on record.
SCORES = [[0.2, 0.5, 1.0], [0.8, np.nan, 0.1], [0.4, 0.4, 0.4], [np.nan] * 3]
WEIGHTS = [0.5, 0.3, 0.2]


@pytest.mark.parametrize(
    ("geometric", "means"),
    [
        (False, [0.45, 0.6, 0.4, np.nan]),
        (True, [0.3632503, 0.4416357, 0.4, np.nan]),
    ],
)
def test_weighted_means_worked_by_hand(geometric: bool, means: list[float]) -> None:
    np.testing.assert_allclose(weighted_mean(SCORES, WEIGHTS, geometric), means, atol=5e-7)


def test_a_zero_does_not_blot_out_a_geometric_mean() -> None:
    assert weighted_mean([[0.0, 1.0]], [0.5, 0.5], True)[0] == pytest.approx(0.1)


def test_sobol_indices_of_the_ishigami_function() -> None:
    def ishigami(x: np.ndarray) -> np.ndarray:
        return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])

    found = sobol(ishigami, ["x1", "x2", "x3"], [(-np.pi, np.pi)] * 3, n=4096)
    np.testing.assert_allclose(found["first"], [0.3139, 0.4424, 0], atol=0.02)
    np.testing.assert_allclose(found["total"], [0.5576, 0.4424, 0.2437], atol=0.02)


def composite(low: dict[str, list[float]], high: dict[str, list[float]] | None = None) -> Composite:
    names = [f"c{n}" for n in range(len(next(iter(low.values()))))]
    made = pd.DataFrame(low, index=names)
    return Composite(made, pd.DataFrame(high or low, index=names), [True] * made.shape[1])


def test_one_that_is_best_in_all_stays_first_in_every_draw() -> None:
    made = composite({"a": [3, 2, 1], "b": [30, 20, 10]})
    drawn = rank_draws(made, 500)
    assert (drawn == np.array([[1], [2], [3]])).all()
    found = rank_intervals(made, drawn)
    assert list(found["lower"]) == list(found["upper"]) == [1, 2, 3]
    assert decided(drawn) == (3, 3)
    assert list(made.reference) == [1, 2, 3]


def test_clusters_that_lead_in_one_indicator_each_cannot_be_ranked() -> None:
    made = composite({"a": [1, 0], "b": [0, 1]})
    drawn = rank_draws(made, 500)
    assert decided(drawn) == (0, 1)
    found = rank_intervals(made, drawn)
    assert list(found["lower"]) == [1, 1]
    assert list(found["upper"]) == [2, 2]


def test_a_thin_cluster_has_a_wide_interval_and_no_zero() -> None:
    full, gap = [6, 5, 4, 3, 2, 1], [np.nan]
    made = composite({"a": [3.5, *full], "b": gap + full, "c": gap + full})
    found = rank_intervals(made, rank_draws(made, 1000))
    width = (found["upper"] - found["lower"]).drop("c0")
    assert found.loc["c0", "upper"] - found.loc["c0", "lower"] > width.max()
    assert found.loc["c0", "indicators"] == 1
    assert 3 <= found.loc["c0", "value"] <= 5, "a gap is no zero"


def test_the_direction_of_an_indicator_turns_the_ranks() -> None:
    frame = pd.DataFrame({"loss": [1.0, 2.0, 3.0]}, index=list("xyz"))
    assert list(Composite(frame, frame, [False]).reference) == [1, 2, 3]
    assert list(Composite(frame, frame, [True]).reference) == [3, 2, 1]


@pytest.mark.parametrize("value", [5, 0, -3, 1e18, -1e18])
def test_an_indicator_on_which_all_are_alike_ranks_nobody(value: float) -> None:
    made = composite({"a": [value] * 3})
    assert list(made.reference) == [2, 2, 2]
    assert set(rank_draws(made, 50).flat) == {2}


def test_ranges_and_gaps_are_what_moves_ranks_where_nothing_else_can() -> None:
    made = composite({"a": [1, 1.2, 1.1]}, {"a": [2, 1.2, 1.9]})
    found = rank_sensitivity(made, 64).set_index("input")["total"]
    assert list(found.index) == list(FACTORS)
    assert found.idxmax() == "ranges"
    assert found["weights"] == pytest.approx(0, abs=1e-9)


def test_draws_are_the_same_every_time() -> None:
    made = composite({"a": [1, 2, np.nan], "b": [3, 1, 2]})
    assert (rank_draws(made, 50) == rank_draws(made, 50)).all()
