"""Modification indices: what the fit would gain if one more parameter were free."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from surveysem.discrepancy import (
    Sample,
    expected_information,
    likelihood_discrepancy,
)
from surveysem.errors import SurveyError
from surveysem.moments import Array, pattern_of
from surveysem.result import (
    Fit,
    implied_own_variance,
    total_covariance,
)
from surveysem.specification import Row


def modification_indices(fit: Fit) -> pd.DataFrame:
    """Return the modification indices of an ML or MLR fit, the largest first.

    Candidates: loadings of items on factors of others, and error covariances of two items.
    Columns: ``lhs``, ``op``, ``rhs``, ``mi`` (drop of chi-square, 1 df; Sorbom 1989), ``epc``
    (expected value of the parameter) and ``std_epc`` (all variables at variance one). A candidate
    that the model cannot identify is left out. An index is a hint, not a reason: a change needs a
    reason in the items' wording (MacCallum, Roznowski and Necowitz 1992).
    Error: ``SurveyError`` for WLSMV.
    """
    if fit.ordinal:
        raise SurveyError(
            "Modification indices are given for maximum likelihood. Fit the model with estimator "
            "ML or MLR."
        )
    spec = fit.spec
    stated = {(r.lhs, r.op, r.rhs) for r in spec.rows}
    stated |= {(r.rhs, r.op, r.lhs) for r in spec.rows if r.op == "~~"}
    items = [name for names in spec.factors.values() for name in names]
    items = list(dict.fromkeys(items))
    candidates = [(f, "=~", i) for f in spec.factors for i in items] + [
        (a, "~~", b) for a, b in combinations(items, 2)
    ]
    candidates = [c for c in candidates if c not in stated]
    extra = tuple(
        Row(lhs, op, rhs, None, spec.free + k, "") for k, (lhs, op, rhs) in enumerate(candidates)
    )
    if not extra:
        return pd.DataFrame(columns=["lhs", "op", "rhs", "mi", "epc", "std_epc"])
    wider = replace(spec, rows=(*spec.rows, *extra), free=spec.free + len(extra))
    pattern = pattern_of(wider)
    theta = np.concatenate([fit.theta, np.zeros(len(extra))])
    sample = Sample(fit.n, fit.sample, np.zeros(len(fit.sample)), pattern)
    score = -0.5 * likelihood_discrepancy([sample])(theta)[1][spec.free :]
    information = expected_information([sample], theta)
    inner = information[: spec.free, : spec.free]
    cross = information[: spec.free, spec.free :]
    own = np.diag(information)[spec.free :]
    rest = own - (cross * np.linalg.solve(inner, cross)).sum(axis=0)
    usable = rest > 1e-8 * own
    safe = np.where(usable, rest, 1.0)
    epc = score / safe
    table = pd.DataFrame(
        {
            "lhs": [c[0] for c in candidates],
            "op": [c[1] for c in candidates],
            "rhs": [c[2] for c in candidates],
            "mi": fit.n * score**2 / safe,
            "epc": epc,
            "std_epc": epc * _standard_units(fit, extra),
        }
    )[usable]
    return table.sort_values("mi", ascending=False, kind="stable").reset_index(drop=True)


def _standard_units(fit: Fit, rows: tuple[Row, ...]) -> Array:
    """Return what a value of one in each row is with all variables at variance one."""
    place = {name: i for i, name in enumerate([*fit.spec.observed, *fit.spec.latent])}
    total = np.diag(total_covariance(fit.pattern, fit.theta, False))
    own = implied_own_variance(fit.pattern, fit.theta, False)
    out = []
    for row in rows:
        left, right = place[row.lhs], place[row.rhs]
        square = (
            total[left] / total[right]
            if row.op == "=~"
            else 1 / max(own[left] * own[right], 1e-300)
        )
        out.append(float(np.sqrt(max(square, 0.0))))
    return np.array(out)
