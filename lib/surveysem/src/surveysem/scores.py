"""Respondents' scores on the factors, and groups compared by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import t as t_distribution
from scipy.stats import ttest_ind
from statsmodels.stats.multitest import multipletests

from surveysem.discrepancy import missing_patterns
from surveysem.errors import DataError, SurveyError, listing
from surveysem.moments import Array, implied_moments
from surveysem.result import Fit, standardised_values, total_covariance


def _weights(fit: Fit) -> tuple[Array, Array]:
    """Return the regression weights of the items, a row per factor, and implied covariances."""
    if fit.ordinal:
        raise SurveyError(
            "Scores are computed from a fit by maximum likelihood. Fit the model with estimator "
            "ML or MLR; with five or more categories the scores differ little."
        )
    if fit.groups:
        raise SurveyError("This is of one group, or of a fit without groups. See `fit.groups`.")
    size = len(fit.spec.observed)
    total = total_covariance(fit.pattern, fit.theta, False)
    weights = np.linalg.solve(total[:size, :size], total[:size, size:]).T
    return np.asarray(weights, dtype=np.float64), total


def latent_scores(fit: Fit) -> pd.DataFrame:
    """Return each respondent's score on each factor by the regression method (Thurstone 1935).

    A column per factor, in the factor's own unit with mean 0; the index ``row`` is the place of
    the respondent in the table of answers, from 0. Who was left out of the fit has no score; with
    missing="fiml" scores rest on the items answered. With groups a column ``group`` comes last and
    means are those of the model. Scores vary less than the factors do. Error: ``SurveyError`` for
    WLSMV.
    """
    if fit.groups:
        parts = [latent_scores(part).assign(group=part.group) for part in fit.groups]
        return pd.concat(parts).sort_index()
    _, total = _weights(fit)
    size, values = len(fit.spec.observed), fit.answers.values
    means = fit.mean is not None
    implied = implied_moments(fit.pattern, fit.theta)
    centre = implied.mu if means else values.mean(axis=0)
    scores = np.empty((len(values), len(fit.spec.latent)))
    for rows, present in missing_patterns(values):
        at = np.arange(size) if present is None else present
        weights = np.linalg.solve(total[np.ix_(at, at)], total[at, size:])
        scores[rows] = (values[np.ix_(rows, at)] - centre[at]) @ weights
    scores += implied.total_mean[size:] if means else 0.0
    index = pd.Index(fit.answers.rows, name="row")
    return pd.DataFrame(scores, index=index, columns=list(fit.spec.latent))


def score_determinacy(fit: Fit) -> pd.Series[float]:
    """Return the correlation of each factor with its score (Grice 2001: .90 for single persons)."""
    weights, total = _weights(fit)
    size = len(fit.spec.observed)
    explained = (weights * total[size:, :size]).sum(axis=1)
    values = np.sqrt(np.maximum(explained / np.diag(total)[size:], 0.0))
    return pd.Series(values, index=list(fit.spec.latent), name="determinacy")


def _groups(fit: Fit, groups: pd.Series[str]) -> pd.Series[str]:
    """Return the group of each respondent who was used, checked."""
    rows = list(fit.answers.rows)
    if len(groups) <= max(rows):
        raise DataError(
            f"{len(groups)} groups are given, but respondents reach row {max(rows) + 1}. Pass the "
            "group column of the same table of answers."
        )
    chosen = groups.iloc[rows]
    if chosen.isna().any():
        place = rows[int(np.flatnonzero(chosen.isna())[0])] + 1
        raise DataError(f"Row {place} has no group. Fill it in.")
    counts = chosen.value_counts()
    if small := [str(name) for name, count in counts.items() if count < 2]:
        raise DataError(f"Only one respondent in {listing(small)}; a group needs two or more.")
    return pd.Series(chosen.to_numpy(), index=pd.Index(rows, name="row"))


def group_means(fit: Fit, groups: pd.Series[str], *, level: float = 0.95) -> pd.DataFrame:
    """Return the mean score of each group on each factor with a t interval.

    ``groups`` is the group column of the table of answers, a value per row. Columns: ``group``,
    ``factor``, ``n``, ``mean`` and ``sd`` (of scores, in standard deviations of the factor),
    ``se``, ``lower``, ``upper``.
    """
    scores, of = _standard_scores(fit), _groups(fit, groups)
    rows = []
    for name in dict.fromkeys(of):
        part = scores[of == name]
        width = float(t_distribution.ppf(0.5 + level / 2, len(part) - 1))
        for factor in scores.columns:
            mean, sd = float(part[factor].mean()), float(part[factor].std())
            se = sd / float(np.sqrt(len(part)))
            bounds = (mean - width * se, mean + width * se)
            rows.append((name, factor, len(part), mean, sd, se, *bounds))
    columns = ["group", "factor", "n", "mean", "sd", "se", "lower", "upper"]
    return pd.DataFrame(rows, columns=columns)


def _standard_scores(fit: Fit) -> pd.DataFrame:
    _, total = _weights(fit)
    size = len(fit.spec.observed)
    return latent_scores(fit) / np.sqrt(np.diag(total)[size:])


def group_differences(fit: Fit, groups: pd.Series[str], *, level: float = 0.95) -> pd.DataFrame:
    """Return each pair of groups compared on each factor (Welch 1947, Holm 1979).

    Columns: ``factor``, ``group_a``, ``group_b``, ``difference`` (mean score of a minus b, in
    standard deviations of the factor), ``lower``, ``upper`` (single interval), ``t``, ``df``,
    ``p``, ``p_holm`` (adjusted over all rows). Scores are shrunken, so these differences are
    conservative; differences of latent means are in ``measurement_invariance``.
    """
    scores, of = _standard_scores(fit), _groups(fit, groups)
    rows = []
    for factor in scores.columns:
        for a, b in combinations(dict.fromkeys(of), 2):
            one, other = scores.loc[of == a, factor], scores.loc[of == b, factor]
            test = ttest_ind(one.to_numpy(), other.to_numpy(), equal_var=False)
            bounds = test.confidence_interval(level)
            difference = float(one.mean() - other.mean())
            numbers = (difference, bounds.low, bounds.high, test.statistic, test.df, test.pvalue)
            rows.append((factor, a, b, *(float(x) for x in numbers)))
    columns = ["factor", "group_a", "group_b", "difference", "lower", "upper", "t", "df", "p"]
    table = pd.DataFrame(rows, columns=columns)
    table["p_holm"] = multipletests(table["p"], method="holm")[1] if len(table) else []
    return table


def _item_weights(fit: Fit) -> dict[str, dict[str, float]]:
    """Return each factor's items with the shares of their standardised loadings."""
    std = standardised_values(fit.spec, fit.pattern, fit.theta, fit.ordinal)
    found: dict[str, dict[str, float]] = {}
    for row, value in zip(fit.spec.rows, std, strict=True):
        if row.op == "=~" and row.rhs in fit.spec.observed:
            found.setdefault(row.lhs, {})[row.rhs] = float(value)
    for factor, items in found.items():
        if wrong := [item for item, value in items.items() if not value > 0]:
            raise SurveyError(
                f"The item {listing(wrong)} does not load positively on {factor}, so an index of "
                f"{factor} would count agreement against itself. Turn its answers round (for five "
                "points: 6 minus the answer) or leave it out."
            )
        total = sum(items.values())
        found[factor] = {item: value / total for item, value in items.items()}
    return found


def local_index(
    fit: Fit,
    groups: pd.Series[str],
    scale: Sequence[int],
    *,
    spaces: Mapping[str, Sequence[str]] | None = None,
    replicates: int = 2000,
    seed: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return a local index from 0 to 100 of each group: per factor, per space and over all.

    0 means that all gave the lowest answer of ``scale`` to all items, 100 the highest. A factor's
    index is the mean of its items weighted by standardised loadings (the form of the American
    customer satisfaction index, Fornell and others 1996); a space's index is the mean of its
    factors (``spaces``: factors of each), the whole index the mean of all factors. This is our
    definition; the formula of Wang and Ma's (2018) local quantitative index is not known.
    Intervals: respondents drawn with replacement within each group; the same seed gives the same.
    Columns: ``group``, ``level`` (factor, space, index), ``name``, ``n``, ``value``, ``lower``,
    ``upper``. Errors: ``SurveyError`` for a negative loading or an unknown factor in ``spaces``.
    """
    weights = _item_weights(fit)
    factors = list(weights)
    matrix = np.array([[weights[f].get(item, 0.0) for item in fit.spec.observed] for f in factors])
    low, high = min(scale), max(scale)
    percent = 100 * (fit.answers.values - low) / (high - low) @ matrix.T
    parts: list[tuple[str, str, list[int]]] = [
        ("factor", factor, [k]) for k, factor in enumerate(factors)
    ]
    for space, members in (spaces or {}).items():
        if unknown := [f for f in members if f not in weights]:
            raise SurveyError(
                f"The space {space} names {listing(unknown)}, which is no factor of the model "
                f"({listing(factors, 12)})."
            )
        parts.append(("space", space, [factors.index(f) for f in members]))
    parts.append(("index", "index", list(range(len(factors)))))
    of = _groups(fit, groups).to_numpy()
    generator = np.random.default_rng(seed)
    rows = []
    for name in dict.fromkeys(of):
        own = percent[of == name]
        drawn = generator.integers(0, len(own), (replicates, len(own)))
        draws = own[drawn].mean(axis=1)
        for kind, part, at in parts:
            limits = np.quantile(draws[:, at].mean(axis=1), [0.5 - level / 2, 0.5 + level / 2])
            value = float(own[:, at].mean())
            rows.append((name, kind, part, len(own), value, float(limits[0]), float(limits[1])))
    columns = ["group", "level", "name", "n", "value", "lower", "upper"]
    return pd.DataFrame(rows, columns=columns)
