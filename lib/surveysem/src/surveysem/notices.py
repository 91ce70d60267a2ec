"""What a reader of a solution must know: impossible values, unsteady values, thin ground."""

from __future__ import annotations

import numpy as np

from surveysem.errors import Notice, listing
from surveysem.result import (
    Fit,
    estimates,
    implied_own_variance,
    latent_correlations,
)


def solution_notices(fit: Fit) -> list[Notice]:
    """Return the notices of a converged solution; the estimates are shown as they came out.

    Codes: ``negative_variance``, ``factors_not_distinct``, ``unsteady_estimate``,
    ``mixed_loadings``, ``fixed_twice``, ``two_item_factors``, ``small_sample``.
    """
    return [
        *_impossible_variances(fit),
        *_factors_not_distinct(fit),
        *_doubtful_estimates(fit),
        *_thin_ground(fit),
    ]


def _impossible_variances(fit: Fit) -> list[Notice]:
    names = [*fit.spec.observed, *fit.spec.latent]
    own = implied_own_variance(fit.pattern, fit.theta, fit.ordinal)
    return [
        Notice(
            "negative_variance",
            name,
            f"The estimated variance of {name} is {value:.3f}. A variance cannot be negative (a "
            "Heywood case): too few answers or items, or a wrong model. The estimates are shown "
            "as they came out; do not interpret them as they stand.",
        )
        for name, value in zip(names, own, strict=True)
        if value < -1e-8
    ]


def _factors_not_distinct(fit: Fit) -> list[Notice]:
    notices = []
    correlations = latent_correlations(fit).to_numpy()
    for i, j in zip(*np.tril_indices(len(correlations), -1), strict=True):
        if abs(correlations[i, j]) >= 1:
            pair = f"{fit.spec.latent[j]} and {fit.spec.latent[i]}"
            notices.append(
                Notice(
                    "factors_not_distinct",
                    pair,
                    f"The factors {pair} correlate at {correlations[i, j]:.2f}, which is "
                    "impossible: these answers do not tell them apart. Join them, or look for "
                    "items that belong to both.",
                )
            )
    return notices


def _doubtful_estimates(fit: Fit) -> list[Notice]:
    notices = []
    table = estimates(fit)
    table = table[table["op"].isin(["=~", "~", "~~"])]
    wide = table[table["std_se"] > 1]
    if len(wide):
        names = [f"{r.lhs} {r.op} {r.rhs}" for r in wide.itertuples()]
        notices.append(
            Notice(
                "unsteady_estimate",
                listing(names),
                f"{listing(names)}: the standard error exceeds one standard deviation, so the "
                "answers hardly determine these values. Predictors that say nearly the same, or "
                "too few answers, are the usual causes.",
            )
        )
    for factor, items in fit.spec.factors.items():
        own = table[(table["op"] == "=~") & (table["lhs"] == factor) & table["rhs"].isin(items)]
        negative = own[own["std_upper"] < 0]["rhs"]
        if 0 < len(negative) < len(own):
            notices.append(
                Notice(
                    "mixed_loadings",
                    factor,
                    f"On {factor}, the loading of {listing(negative)} is negative while others "
                    "are positive. If the wording is reversed, turn the answers round (for five "
                    "points: 6 minus the answer); else people read the item in another way.",
                )
            )
        fixed = own[~own["free"]]
        variance = table[(table["op"] == "~~") & (table["lhs"] == factor)]
        variance = variance[variance["rhs"] == factor]
        if len(items) > 1 and len(fixed) and not variance["free"].any():
            notices.append(
                Notice(
                    "fixed_twice",
                    factor,
                    f"{factor} has both a fixed loading ({listing(fixed['rhs'])}) and a fixed "
                    "variance, one more than its scale needs. To fix the variance alone, write "
                    f"{factor} =~ NA*{items[0]}.",
                )
            )
    return notices


def _thin_ground(fit: Fit) -> list[Notice]:
    notices = []
    pairs = [f for f, items in fit.spec.factors.items() if len(items) == 2]
    if pairs:
        notices.append(
            Notice(
                "two_item_factors",
                listing(pairs),
                f"{listing(pairs)}: measured by two items. Such a factor is identified only "
                "through its relations to the others, its fit cannot be tested by itself, and it "
                "needs more answers to be steady.",
            )
        )
    count = fit.spec.free
    if fit.n < 5 * count:
        notices.append(
            Notice(
                "small_sample",
                f"n = {fit.n}",
                f"{fit.n} answers for {count} parameters; a common rule is five for each "
                f"({5 * count}; Bentler and Chou 1987). Intervals are wide and fit indices "
                "unsteady.",
            )
        )
    return notices
