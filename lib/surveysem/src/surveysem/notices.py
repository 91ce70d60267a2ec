"""What a reader of a solution must know: impossible values, unsteady values, thin ground."""

from __future__ import annotations

import numpy as np

from surveysem.errors import Notice, listing
from surveysem.result import (
    Fit,
    implied_own_variance,
    latent_correlations,
    standard_errors,
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
            f"as they came out; do not interpret them as they stand. {_way_out(fit, name)}",
        )
        for name, value in zip(names, own, strict=True)
        if value < -1e-8
    ]


def _way_out(fit: Fit, name: str) -> str:
    """Say what to try where the variance of a variable came out negative."""
    of = [(f, items) for f, items in fit.spec.factors.items() if name in items]
    if name in fit.spec.latent:
        return f"Try whether {name} is needed: its items may belong to another factor."
    if of and len(of[0][1]) < 3:
        a, b = (*of[0][1], "another item")[:2]
        return (
            f"{of[0][0]} has too few items: add one, or make its loadings equal by "
            f"{of[0][0]} =~ NA*{a} + a*{a} + a*{b} and {of[0][0]} ~~ 1*{of[0][0]}."
        )
    return (
        f"Try the model without {name}, or with the item that correlates most with it; or set it "
        f"at a small share of the item's variance, as in {name} ~~ 0.1*{name}."
    )


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
    rows = fit.spec.rows
    std, error = standard_errors(fit)
    wide = [r for r, e in zip(rows, error, strict=True) if e > 1 and r.op != "~1"]
    if wide:
        names = [f"{r.lhs} {r.op} {r.rhs}" for r in wide]
        notices.append(
            Notice(
                "unsteady_estimate",
                listing(names),
                f"{listing(names)}: the standard error exceeds one standard deviation, so the "
                "answers hardly determine these values. Predictors that say nearly the same, or "
                "too few answers, are the usual causes: leave one of them out, or collect more.",
            )
        )
    for factor, items in fit.spec.factors.items():
        own = [k for k, r in enumerate(rows) if r.op == "=~" and r.lhs == factor and r.rhs in items]
        negative = [rows[k].rhs for k in own if std[k] + 1.959964 * error[k] < 0]
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
        fixed = [rows[k].rhs for k in own if rows[k].index < 0]
        freed = any(r.op == "~~" and r.lhs == r.rhs == factor and r.index >= 0 for r in rows)
        if len(items) > 1 and fixed and not freed:
            notices.append(
                Notice(
                    "fixed_twice",
                    factor,
                    f"{factor} has both a fixed loading ({listing(fixed)}) and a fixed "
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
