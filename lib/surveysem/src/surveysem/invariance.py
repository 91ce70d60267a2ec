"""Whether groups understand the items alike: configural, metric and scalar invariance by ML.

Configural: the same items measure the same factors. Metric: the loadings are equal, so relations
may be compared. Scalar: the intercepts are equal too, so means of factors may be compared
(Meredith 1993, Vandenberg and Lance 2000). Means are part of the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import chi2 as chi2_distribution
from scipy.stats import norm

from surveysem.answers import Answers, complete_answers, require_usable
from surveysem.discrepancy import (
    Sample,
    expected_information,
    likelihood_discrepancy,
)
from surveysem.errors import DataError, ModelSyntaxError, Notice, listing
from surveysem.fit import cfi_tli, rmsea
from surveysem.moments import Array, implied_moments, pattern_of
from surveysem.result import implied_own_variance
from surveysem.robust import independence_chi2
from surveysem.search import find_minimum, require_identified
from surveysem.specification import Specification, specify
from surveysem.starting import (
    check_identified,
    degrees_of_freedom,
    starting_values,
)

LEVELS = ("configural", "metric", "scalar")
CFI_DROP = 0.01
RMSEA_RISE = 0.015


@dataclass(frozen=True)
class Invariance:
    """The three models and their comparison.

    ``table``: a row per level with ``level``, ``chi2``, ``df``, ``p``, ``cfi``, ``tli``,
    ``rmsea``, ``srmr``, ``aic``, ``bic`` and, against the level before, ``chi2_diff``,
    ``df_diff``, ``p_diff``, ``cfi_diff``, ``rmsea_diff``, ``holds`` (CFI falls by no more than
    .01, Cheung and Rensvold 2002, and RMSEA rises by no more than .015, Chen 2007).
    ``means``: from the scalar model, a row per group and factor with ``group``, ``factor``,
    ``difference`` (of the factor's mean from the first group's), ``se``, ``z``, ``p``, ``lower``,
    ``upper``, ``std_difference`` (in the first group's standard deviations). They mean something
    only if scalar invariance holds. ``groups``: ``group`` and ``n``.
    """

    table: pd.DataFrame
    means: pd.DataFrame
    groups: pd.DataFrame
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class _Solution:
    samples: list[Sample]
    theta: Array
    information: Array
    chi2: float
    df: int
    latent_means: dict[tuple[int, str], int]


def _layout(
    spec: Specification, level: str, groups: int
) -> tuple[list[dict[str, int]], list[dict[str, int]], int, dict[tuple[int, str], int]]:
    """Return per group the positions of parameters and of means, and the total number."""
    shared: dict[int, int] = {}
    intercepts: dict[str, int] = {}
    latent_means: dict[tuple[int, str], int] = {}
    free = 0
    index: list[dict[str, int]] = []
    means: list[dict[str, int]] = []
    for group in range(groups):
        own: dict[int, int] = {}
        positions: dict[str, int] = {}
        for row in spec.rows:
            if row.index < 0:
                continue
            known = shared if level != "configural" and row.op == "=~" else own
            if row.index not in known:
                known[row.index], free = free, free + 1
            positions[row.name] = known[row.index]
        index.append(positions)
        mean: dict[str, int] = {}
        for item in spec.observed:
            if level != "scalar" or item not in intercepts:
                intercepts[item], free = free, free + 1
            mean[item] = intercepts[item]
        if level == "scalar" and group > 0:
            for factor in spec.latent:
                mean[factor], free = free, free + 1
                latent_means[group, factor] = mean[factor]
        means.append(mean)
    return index, means, free, latent_means


def _solve(spec: Specification, answers: list[Answers], level: str) -> _Solution:
    index, means, free, latent_means = _layout(spec, level, len(answers))
    start, weight = np.zeros(free), np.zeros(free)
    samples = []
    names = [""] * free
    for group, (answer, positions, mean) in enumerate(zip(answers, index, means, strict=True)):
        pattern = pattern_of(spec, index=positions, intercepts=mean, free=free)
        average = answer.values.mean(axis=0)
        samples.append(Sample(answer.n, answer.covariance, average, pattern, with_means=True))
        own = starting_values(spec, answer.covariance)
        for row in spec.rows:
            if row.index >= 0:
                at = positions[row.name]
                start[at] += own[row.index]
                weight[at] += 1
                names[at] = names[at] or f"{row.name} (group {group + 1})"
        for item, value in zip(spec.observed, average, strict=True):
            start[mean[item]] += value
            weight[mean[item]] += 1
            names[mean[item]] = f"mean of {item}"
    for (group, factor), at in latent_means.items():
        names[at] = f"mean of {factor} (group {group + 1})"
    # What groups share starts from the average over groups.
    start /= np.maximum(weight, 1)
    found = find_minimum(likelihood_discrepancy(samples), start, names)
    information = expected_information(samples, found.theta)
    require_identified(information, names, where=f"{level} model, at its solution")
    total = sum(answer.n for answer in answers)
    size = len(spec.observed)
    df = len(answers) * (size * (size + 3) // 2) - free
    return _Solution(samples, found.theta, information, total * found.value, df, latent_means)


def _srmr(solution: _Solution) -> float:
    """Return SRMR with means (Bentler), averaged over groups by their size."""
    total = sum(sample.n for sample in solution.samples)
    out = 0.0
    for sample in solution.samples:
        implied = implied_moments(sample.pattern, solution.theta)
        deviation = np.sqrt(np.diag(sample.covariance))
        residual = (sample.covariance - implied.sigma) / np.outer(deviation, deviation)
        squares = np.concatenate(
            [
                residual[np.tril_indices(len(residual))] ** 2,
                ((sample.mean - implied.mu) / deviation) ** 2,
            ]
        )
        out += sample.n / total * float(np.sqrt(squares.mean()))
    return out


def _row(solution: _Solution, level: str) -> dict[str, object]:
    samples = solution.samples
    total = sum(sample.n for sample in samples)
    size = len(samples[0].covariance)
    base = sum(independence_chi2(s.n, s.covariance) for s in samples)
    cfi, tli = cfi_tli(solution.chi2, solution.df, base, len(samples) * size * (size - 1) // 2)
    constant = sum(
        s.n * (size * (1 + np.log(2 * np.pi)) + np.linalg.slogdet(s.covariance)[1]) for s in samples
    )
    minus_two_loglik = solution.chi2 + float(constant)
    free = solution.theta.size
    return {
        "level": level,
        "chi2": solution.chi2,
        "df": solution.df,
        "p": float(chi2_distribution.sf(solution.chi2, solution.df)),
        "cfi": cfi,
        "tli": tli,
        "rmsea": rmsea(solution.chi2, solution.df, total, len(samples)).value,
        "srmr": _srmr(solution),
        "aic": minus_two_loglik + 2 * free,
        "bic": minus_two_loglik + free * float(np.log(total)),
    }


def _differences(table: pd.DataFrame) -> pd.DataFrame:
    """Add the comparison of each level with the one before."""
    out = table.copy()
    out["chi2_diff"] = table["chi2"].diff()
    out["df_diff"] = table["df"].diff()
    out["p_diff"] = chi2_distribution.sf(out["chi2_diff"], out["df_diff"])
    out["cfi_diff"] = table["cfi"].diff()
    out["rmsea_diff"] = table["rmsea"].diff()
    holds = (out["cfi_diff"] >= -CFI_DROP) & (out["rmsea_diff"] <= RMSEA_RISE)
    out["holds"] = holds.astype(object).where(out["df_diff"].notna(), None)
    return out


def _means(
    solution: _Solution, spec: Specification, names: list[str], level: float
) -> pd.DataFrame:
    total = sum(sample.n for sample in solution.samples)
    vcov = np.linalg.inv(solution.information) / total
    first = implied_moments(solution.samples[0].pattern, solution.theta).total
    width = float(ndtri(0.5 + level / 2))
    rows = []
    for (group, factor), at in solution.latent_means.items():
        value, se = float(solution.theta[at]), float(np.sqrt(vcov[at, at]))
        place = len(spec.observed) + spec.latent.index(factor)
        z = value / se
        row = (names[group], factor, value, se, z, 2 * float(norm.sf(abs(z))))
        spread = first[place, place]
        std = value / float(np.sqrt(spread)) if spread > 0 else float("nan")
        rows.append((*row, value - width * se, value + width * se, std))
    columns = "group factor difference se z p lower upper std_difference".split()
    return pd.DataFrame(rows, columns=columns)


def measurement_invariance(
    model: str, data: pd.DataFrame, group: str, *, level: float = 0.95
) -> Invariance:
    """Return the comparison of configural, metric and scalar models over the groups in ``group``.

    Groups keep the order of their first row; the first is the reference for means. Errors:
    ``ModelSyntaxError`` for a model with regressions or factors of factors; ``DataError`` for a
    missing or single group, a group too small for the model, an item constant in a group;
    ``IdentificationError``, ``ConvergenceError``.
    """
    spec = specify(model)
    for row in spec.rows:
        if row.op == "~" or (row.op == "=~" and row.rhs in spec.latent):
            raise ModelSyntaxError(
                f"{row.lhs} {row.op} {row.rhs}: invariance is tested for a measurement model. "
                "State only factors and their items (=~) and covariances (~~)."
            )
    if group not in data.columns:
        raise DataError(f"The answers have no column “{group}” that names the group.")
    labels = data[group]
    if labels.isna().any():
        row_number = int(np.flatnonzero(labels.isna())[0]) + 1
        raise DataError(f"Row {row_number}: no group in column “{group}”. Fill it in.")
    names = [str(name) for name in dict.fromkeys(labels)]
    if len(names) < 2:
        raise DataError(f"Only one group ({listing(names)}) in column “{group}”; two are needed.")
    answers: list[Answers] = []
    notices: list[Notice] = []
    for name in dict.fromkeys(labels):
        try:
            part = complete_answers(data[labels == name], spec.observed)
            require_usable(part, spec.free + len(spec.observed), "each group")
        except DataError as error:
            raise DataError(f"Group “{name}”: {error}") from error
        answers.append(part)
        notices += [Notice(n.code, f"{name}: {n.subject}", n.text) for n in part.notices]
        if part.n < 100:
            notices.append(
                Notice(
                    "small_group",
                    str(name),
                    f"The group {name} has {part.n} answers; comparisons of groups below 100 "
                    "miss all but large differences (Meade and Bauer 2007).",
                )
            )
    degrees_of_freedom(spec, ordinal=False)
    check_identified(
        spec, pattern_of(spec), starting_values(spec, answers[0].covariance), ordinal=False
    )
    solutions = {name: _solve(spec, answers, name) for name in LEVELS}
    for name, solution in solutions.items():
        for place, sample in enumerate(solution.samples):
            own = implied_own_variance(sample.pattern, solution.theta, False)
            for variable, value in zip([*spec.observed, *spec.latent], own, strict=True):
                if value < -1e-8:
                    text = (
                        f"{name} model, group {names[place]}: the variance of {variable} is "
                        f"{value:.3f}, which is impossible. Do not interpret this level."
                    )
                    notices.append(Notice("negative_variance", variable, text))
    table = _differences(pd.DataFrame([_row(s, name) for name, s in solutions.items()]))
    return Invariance(
        table,
        _means(solutions["scalar"], spec, names, level),
        pd.DataFrame({"group": names, "n": [a.n for a in answers]}),
        tuple(notices),
    )
