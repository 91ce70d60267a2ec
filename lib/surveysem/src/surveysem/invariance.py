"""Whether groups understand the items alike: configural, metric, scalar and strict invariance.

Configural: the same items measure the same factors. Metric: the loadings are equal, so relations
may be compared. Scalar: the intercepts are equal too, so means of factors may be compared. Strict:
so are the residual variances, so means of items may be compared (Meredith 1993, Vandenberg and
Lance 2000). Means are part of the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import norm

from surveysem.errors import ModelSyntaxError, Notice, SurveyError, listing
from surveysem.estimate import Estimator, Missing, fit_model
from surveysem.fit import fit_indices
from surveysem.result import Fit, total_covariance
from surveysem.robust import difference
from surveysem.specification import specify

LEVELS = {
    "configural": (),
    "metric": ("loadings",),
    "scalar": ("loadings", "intercepts"),
    "strict": ("loadings", "intercepts", "residuals"),
}
CFI_DROP = 0.01
RMSEA_RISE = 0.015


@dataclass(frozen=True)
class Invariance:
    """The models and their comparison.

    ``table``: a row per level with ``level``, ``chi2``, ``df``, ``p``, ``cfi``, ``tli``,
    ``rmsea``, ``srmr``, ``aic``, ``bic`` and, against the level before, ``chi2_diff``,
    ``df_diff``, ``p_diff``, ``cfi_diff``, ``rmsea_diff``, ``holds`` (CFI falls by no more than
    .01, Cheung and Rensvold 2002, and RMSEA rises by no more than .015, Chen 2007).
    ``means``: from the scalar model, a row per group and factor with ``group``, ``factor``,
    ``difference`` (of the factor's mean from the first group's), ``se``, ``z``, ``p``, ``lower``,
    ``upper``, ``std_difference`` (in the first group's standard deviations). They mean something
    only if scalar invariance holds. ``groups``: ``group`` and ``n``. ``fits``: by level.
    """

    table: pd.DataFrame
    means: pd.DataFrame
    groups: pd.DataFrame
    notices: tuple[Notice, ...]
    fits: dict[str, Fit] | None = None


def _row(fit: Fit, level: str) -> dict[str, object]:
    indices = fit_indices(fit)
    scaled = "_scaled" if "chi2_scaled" in indices else ""
    row: dict[str, object] = {"level": level}
    for name in ("chi2", "df", "p", "cfi", "tli", "rmsea", "srmr", "aic", "bic"):
        row[name] = indices[name + scaled if name + scaled in indices else name]
    return row | {"df": fit.test.df}


def _differences(table: pd.DataFrame, fits: Sequence[Fit]) -> pd.DataFrame:
    """Add the comparison of each level with the one before."""
    out = table.copy()
    tests = [difference(wide.test, tight.test) for wide, tight in pairwise(fits)]
    nothing = float("nan")
    robust = [(t.scaled, t.p_scaled) if t.factor else (t.chi2, t.p) for t in tests]
    out["chi2_diff"] = [nothing, *(chi2 for chi2, _ in robust)]
    out["df_diff"] = table["df"].diff()
    out["p_diff"] = [nothing, *(p for _, p in robust)]
    out["cfi_diff"] = table["cfi"].diff()
    out["rmsea_diff"] = table["rmsea"].diff()
    holds = (out["cfi_diff"] >= -CFI_DROP) & (out["rmsea_diff"] <= RMSEA_RISE)
    out["holds"] = holds.astype(object).where(out["df_diff"].notna(), None)
    return out


def _means(fit: Fit, level: float) -> pd.DataFrame:
    first = fit.groups[0]
    total = np.diag(total_covariance(first.pattern, fit.theta, False))[len(first.spec.observed) :]
    width = float(ndtri(0.5 + level / 2))
    rows = []
    for part in fit.groups[1:]:
        for row in part.spec.rows:
            if row.op == "~1" and row.lhs in part.spec.latent and row.index >= 0:
                value = float(fit.theta[row.index])
                se = float(np.sqrt(fit.vcov[row.index, row.index]))
                spread = float(total[part.spec.latent.index(row.lhs)])
                std = value / float(np.sqrt(spread)) if spread > 0 else float("nan")
                p = 2 * float(norm.sf(abs(value / se)))
                bounds = (value - width * se, value + width * se)
                rows.append((part.group, row.lhs, value, se, value / se, p, *bounds, std))
    columns = "group factor difference se z p lower upper std_difference".split()
    return pd.DataFrame(rows, columns=columns)


def measurement_invariance(
    model: str,
    data: pd.DataFrame,
    group: str,
    *,
    level: float = 0.95,
    levels: Sequence[str] = ("configural", "metric", "scalar"),
    free: Sequence[str] = (),
    estimator: Estimator = "ML",
    missing: Missing = "listwise",
) -> Invariance:
    """Return the comparison of models that make ever more equal over the groups in ``group``.

    ``levels`` names them, in their order (``configural``, ``metric``, ``scalar``, ``strict``);
    ``free`` the parameters that stay free in each group (``visual=~x2``, ``x3~1``, ``x9~~x9``):
    partial invariance (Byrne, Shavelson and Muthen 1989). With MLR the scaled tests and indices
    are compared (Satorra and Bentler 2001). Groups keep the order of their first row; the first
    is the reference for means. Errors: ``ModelSyntaxError`` for a model with regressions or
    factors of factors; ``DataError`` for a missing or single group, a group too small for the
    model, an item constant in a group; ``SurveyError`` for an unknown level, WLSMV, or a name in
    ``free`` that is not there; ``IdentificationError``, ``ConvergenceError``.
    """
    if unknown := [name for name in levels if name not in LEVELS] or not levels:
        raise SurveyError(f"There is no level {unknown}. Choose some of {listing(LEVELS)}.")
    if estimator not in ("ML", "MLR"):
        raise SurveyError(
            "Invariance is tested by maximum likelihood here. Choose ML or MLR; with five or more "
            "categories they differ little from WLSMV."
        )
    spec = specify(model)
    for row in spec.rows:
        if row.op == "~" or (row.op == "=~" and row.rhs in spec.latent):
            raise ModelSyntaxError(
                f"{row.lhs} {row.op} {row.rhs}: invariance is tested for a measurement model. "
                "State only factors and their items (=~) and covariances (~~)."
            )
    names = [name for name in LEVELS if name in levels]
    apart = ["".join(name.split()) for name in free]
    known = [f"{r.lhs}=~{r.rhs}" for r in spec.rows if r.op == "=~"]
    known += [f"{i}{end}" for i in spec.observed for end in ("~1", f"~~{i}")]
    if wrong := [name for name in apart if name not in known]:
        raise SurveyError(
            f"There is no parameter “{wrong[0]}” to be freed. Parameters are written as "
            f"{known[0]}, {spec.observed[0]}~1 or {spec.observed[0]}~~{spec.observed[0]}."
        )
    fits = {}
    for name in names:
        equal = LEVELS[name]
        own = [p for p in apart if "=~" in p and "loadings" in equal]
        own += [p for p in apart if p.endswith("~1") and "intercepts" in equal]
        own += [p for p in apart if "~~" in p and "residuals" in equal]
        fits[name] = fit_model(
            model, data, estimator=estimator, group=group, equal=equal, free=own, missing=missing
        )
    found = list(fits.values())
    notices = [n for n in found[0].notices if n.code == "missing_answers"]
    for part in found[0].groups:
        if part.n < 100:
            text = (
                f"The group {part.group} has {part.n} answers; comparisons of groups below 100 "
                "miss all but large differences (Meade and Bauer 2007)."
            )
            notices.append(Notice("small_group", part.group, text))
    for name, fit in fits.items():
        for notice in fit.notices:
            if notice.code == "negative_variance":
                text = f"{name} model, group {notice.subject.partition(':')[0]}: {notice.text}"
                notices.append(Notice(notice.code, notice.subject, text))
    table = _differences(pd.DataFrame([_row(f, name) for name, f in fits.items()]), found)
    means = fits.get("scalar", fits.get("strict", found[-1]))
    sizes = {"group": [p.group for p in means.groups], "n": [p.n for p in means.groups]}
    return Invariance(table, _means(means, level), pd.DataFrame(sizes), tuple(notices), fits)
