"""Does the model suit these answers? Number of factors, fit, distinctness, in one table."""

from __future__ import annotations

import pandas as pd

from surveysem.bounds import BOUNDS, read_fit
from surveysem.exploratory import ParallelAnalysis, bartlett, kmo
from surveysem.fit import fit_indices
from surveysem.reliability import htmt_of, reliability, to_correlation
from surveysem.result import Fit, estimates

COLUMNS = ["check", "subject", "value", "bound", "reading", "finding", "source"]


def _bounded(check: str, subject: str, value: float, key: str, finding: str) -> dict[str, object]:
    bound = BOUNDS[key]
    sign = "≥" if bound.above else "≤"
    row = (f"{sign} {bound.good:.2f}", bound.reading(value), finding, bound.source)
    return dict(zip(COLUMNS, (check, subject, value, *row), strict=True))


def diagnose(fit: Fit, parallel: ParallelAnalysis) -> pd.DataFrame:
    """Return what the answers say about the model, a row per check.

    Columns: ``check``, ``subject``, ``value``, ``bound``, ``reading`` (good, fair, poor),
    ``finding`` (a sentence), ``source``. Checks: sampling adequacy, number of factors against the
    parallel analysis, fit, loadings, reliability and AVE of each factor, HTMT of each pair, and
    the notices of the solution. A model is in doubt where a reading is ``poor``; a model with too
    many factors may fit well and shows in the number of factors, HTMT and notices.
    """
    names = list(fit.spec.observed)
    plain = pd.DataFrame(to_correlation(fit.answers.covariance), index=names, columns=names)
    rows = [_bounded("sampling adequacy", "all items", kmo(plain)[0], "kmo", "KMO of the items.")]
    _, _, p = bartlett(plain, fit.n)
    related = "The items go together." if p < 0.05 else "The items hardly go together at all."
    rows.append(_plain("sphericity", "all items", p, "< 0.05", p < 0.05, related, "Bartlett 1950"))
    rows.append(_number_of_factors(fit, parallel))
    for line in read_fit(fit_indices(fit)).itertuples():
        finding = f"{line.index} is {line.reading}."
        values = ("fit", line.index, line.value, line.good, line.reading, finding, line.source)
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    loadings = estimates(fit)
    loadings = loadings[(loadings["op"] == "=~") & loadings["rhs"].isin(names)]
    for line in loadings.itertuples():
        subject = f"{line.lhs} =~ {line.rhs}"
        finding = f"{line.rhs} on {line.lhs}."
        rows.append(_bounded("loading", subject, float(line.std), "loading", finding))
    for line in reliability(fit).itertuples():
        for key, label in (("cr", "composite reliability"), ("ave", "variance extracted")):
            value = float(getattr(line, key))
            rows.append(_bounded(label, str(line.factor), value, key, f"{label} of {line.factor}."))
    matrix = htmt_of(fit)
    for i, a in enumerate(matrix.index):
        for b in matrix.columns[:i]:
            value = float(matrix.loc[a, b])
            told = BOUNDS["htmt"].reading(value) != "poor"
            finding = (
                f"The answers tell {b} and {a} apart."
                if told
                else f"The answers do not tell {b} and {a} apart."
            )
            rows.append(_bounded("distinctness", f"{b}, {a}", value, "htmt", finding))
    for notice in fit.notices:
        bad = notice.code in ("negative_variance", "factors_not_distinct")
        reading = "poor" if bad else "note"
        values = ("notice", notice.subject, float("nan"), "", reading, notice.text, "")
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _plain(
    check: str, subject: str, value: float, bound: str, good: bool, finding: str, source: str
) -> dict[str, object]:
    values = (check, subject, value, bound, "good" if good else "poor", finding, source)
    return dict(zip(COLUMNS, values, strict=True))


def _number_of_factors(fit: Fit, parallel: ParallelAnalysis) -> dict[str, object]:
    """Compare the model's factors with the two counts of the parallel analysis."""
    stated = len(fit.spec.factors)
    low, high = sorted((parallel.components, parallel.factors))
    held = str(low) if low == high else f"{low} to {high}"
    if stated > high:
        finding = f"The model has {stated} factors, but the answers hold {held}: join factors."
    elif stated < low:
        finding = (
            f"The model has {stated} factors, but the answers hold {held}: factors are missing."
        )
    else:
        finding = f"The model has {stated} factors; the answers hold {held}."
    return _plain(
        "number of factors",
        "parallel analysis",
        float(parallel.factors),
        held,
        low <= stated <= high,
        finding,
        "Horn 1965; Humphreys and Montanelli 1975",
    )
