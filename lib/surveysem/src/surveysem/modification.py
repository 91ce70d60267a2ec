"""Modification indices: what the fit would gain if one more parameter were free."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, combinations_with_replacement

import numpy as np
import pandas as pd

from surveysem.discrepancy import (
    expected_information,
    likelihood_discrepancy,
    pair_jacobian,
    sample_of,
)
from surveysem.moments import Array, pattern_of
from surveysem.result import Fit, implied_own_variance, total_covariance
from surveysem.specification import Row, Specification

# Below this share of its own information a parameter says what others say already.
_UNIDENTIFIED = 1e-6


def _candidates(spec: Specification, ordinal: bool) -> list[tuple[str, str, str]]:
    """Return the parameters that a model could have besides its free ones, as lavaan lists them."""
    explained = {r.lhs for r in spec.rows if r.op == "~"}
    related = [n for r in spec.rows if r.op == "~" for n in (r.lhs, r.rhs)]
    related = list(dict.fromkeys(related))
    indicators = [n for n in spec.observed if any(r.op == "=~" and r.rhs == n for r in spec.rows)]
    loadings = [(f, "=~", item) for f in spec.latent for item in spec.observed]
    found = [c for c in loadings if c[2] not in related]
    pairs = combinations if ordinal else combinations_with_replacement
    found += [(a, "~~", b) for a, b in pairs(indicators, 2)]
    predictors = [n for n in spec.observed if n in related and n not in explained]
    predictors = [n for n in predictors if n not in indicators]
    found += [(a, "~~", b) for a, b in combinations_with_replacement(predictors, 2)]
    found += [(a, "~~", b) for a, b in combinations_with_replacement(spec.latent, 2)]
    found += [
        (a, "~", b)
        for a in related
        for b in related
        if a != b and not (a in indicators and b in spec.latent)
    ]
    if any(row.op == "~1" for row in spec.rows):
        found += [(name, "~1", "") for name in (*spec.observed, *spec.latent)]
    taken = {(r.lhs, r.op, r.rhs) for r in spec.rows if r.value is None}
    taken |= {(r.rhs, r.op, r.lhs) for r in spec.rows if r.value is None and r.op == "~~"}
    fixed = [(r.lhs, r.op, r.rhs) for r in spec.rows if r.value is not None]
    turned = {(rhs, op, lhs) for lhs, op, rhs in fixed if op == "~~" and lhs != rhs}
    found = [c for c in found if c not in turned]
    return [c for c in dict.fromkeys([*fixed, *found]) if c not in taken]


def modification_indices(fit: Fit) -> pd.DataFrame:
    """Return the modification indices of a fit, the largest first.

    Candidates are lavaan's: all loadings, all covariances of items and of factors, all
    regressions among what stands in regressions, means where they are in the model, and whatever
    the model holds fixed, in each group. Columns: ``lhs``, ``op``, ``rhs``, ``mi`` (drop of
    chi-square, 1 df; Sorbom 1989), ``epc`` (expected change of the parameter) and ``std_epc`` (all
    variables at variance one), after ``group`` where there are groups. A candidate that the model
    cannot identify is left out. With WLSMV the drop is of the unscaled chi-square. An index is a
    hint, not a reason: a change needs a reason in the items' wording (MacCallum, Roznowski and
    Necowitz 1992).
    """
    count = fit.spec.free
    extra: list[tuple[Fit, Row]] = []
    patterns = []
    for part in fit.parts:
        rows = dict.fromkeys(_candidates(part.spec, part.ordinal))
        own = [Row(*names, None, count + len(extra) + k, "") for k, names in enumerate(rows)]
        extra += [(part, row) for row in own]
        kept = [r for r in part.spec.rows if (r.lhs, r.op, r.rhs) not in rows]
        patterns.append(replace(part.spec, rows=(*kept, *own)))
    specs = [replace(spec, free=count + len(extra)) for spec in patterns]
    names = ["group", "lhs", "op", "rhs", "mi", "epc", "std_epc"]
    names = names if fit.groups else names[1:]
    if not extra:
        return pd.DataFrame(columns=names)
    fixed = {(p.group, r.lhs, r.op, r.rhs): r.value for p in fit.parts for r in p.spec.rows}
    values = [fixed.get((part.group, r.lhs, r.op, r.rhs)) or 0.0 for part, r in extra]
    theta = np.concatenate([fit.theta, values])
    score, information = _score_and_information(fit, specs, theta)
    score = score[count:]
    inner, cross = information[:count, :count], information[:count, count:]
    own_information = np.diag(information)[count:]
    rest = own_information - (cross * np.linalg.solve(inner, cross)).sum(axis=0)
    usable = rest > _UNIDENTIFIED * own_information
    safe = np.where(usable, rest, 1.0)
    epc = score / safe
    table = pd.DataFrame(
        {
            "group": [part.group for part, _ in extra],
            "lhs": [row.lhs for _, row in extra],
            "op": [row.op for _, row in extra],
            "rhs": [row.rhs for _, row in extra],
            "mi": fit.n * score**2 / safe,
            "epc": epc,
            "std_epc": epc * np.array([_standard_unit(part, row) for part, row in extra]),
        }
    )[usable]
    return table.sort_values("mi", ascending=False, kind="stable").reset_index(drop=True)[names]


def _score_and_information(
    fit: Fit, specs: list[Specification], theta: Array
) -> tuple[Array, Array]:
    """Return per answer the derivative of the log-likelihood (or of what takes its place)."""
    patterns = [pattern_of(spec) for spec in specs]
    if not fit.ordinal:
        samples = [
            sample_of(p, part.answers.values) for p, part in zip(patterns, fit.parts, strict=True)
        ]
        score = -0.5 * likelihood_discrepancy(samples, 0.0)(theta)[1]
        return score, expected_information(samples, theta)
    observed, weight, lost = [], [], []
    for part in fit.parts:
        assert part.polychoric is not None
        observed.append(part.polychoric.pairs)
        weight.append(part.n / fit.n / np.diag(part.polychoric.pair_gamma))
        # The discrepancy was multiplied by n - 1.
        lost.append(np.full(len(observed[-1]), (part.n - 1) / part.n))
    values, jacobian = pair_jacobian(patterns, theta)
    weighted = jacobian.T * np.concatenate(weight)
    off = (np.concatenate(observed) - values) * np.concatenate(lost)
    return weighted @ off, weighted @ jacobian


def _standard_unit(fit: Fit, row: Row) -> float:
    """Return what a value of one in a row is with all variables at variance one."""
    place = {name: i for i, name in enumerate([*fit.spec.observed, *fit.spec.latent])}
    total = np.diag(total_covariance(fit.pattern, fit.theta, fit.ordinal))
    own = implied_own_variance(fit.pattern, fit.theta, fit.ordinal)
    left, right = place[row.lhs], place.get(row.rhs, place[row.lhs])
    residual = own[left] * own[right]
    square = {
        "=~": total[left] / total[right],
        "~": total[right] / total[left],
        "~~": 1 / residual if residual > 0 else 0.0,
        "~1": 1 / total[left],
    }[row.op]
    return float(np.sqrt(max(square, 0.0)))
