"""Whether the measurement model suits the answers, and what it says of the factors."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from .sentence import Html, Prose, bullets, say, table
from .survey_study import told
from .survey_words import marked, number, probability, span, tight

if TYPE_CHECKING:
    from clusterbook.analysis.survey_study import Study

READING = {"good": "●", "fair": "◐", "poor": "○", "unknown": "–", "note": "!"}


@told
def fit(study: Study) -> Prose:
    """Return the fit of the measurement model, each index with its bound and the bound's source."""
    from surveysem.bounds import read_fit
    from surveysem.fit import fit_indices

    indices = fit_indices(study.fit)
    rows = [
        (row.index, number(row.value, 3), tight(row.good), tight(row.fair),
         tight(f"{READING[row.reading]} {row.reading}"), row.source)
        for row in read_fit(indices).itertuples(index=False)
    ]  # fmt: skip
    chi2 = indices.get("chi2_scaled", indices["chi2"])
    p = indices.get("p_scaled", indices["p"])
    sentence = say(
        "{estimator} on {n} complete answers: chi-square {chi2} with {df} degrees of freedom, {p}.",
        estimator=study.estimator, n=str(study.fit.n), chi2=number(chi2, 1),
        df=str(int(indices["df"])), p=probability(p),
    )  # fmt: skip
    head = ("index", "value", "good", "tolerable", "reading", "bound from")
    caption = f"{study.mark}Fit of the measurement model, {study.estimator}"
    return Prose(marked(study, sentence).html + table(head, rows, caption).html)


@told
def loadings(study: Study) -> Prose:
    """Return the standardised loadings by the study's estimator and by maximum likelihood."""
    from surveysem.result import estimates

    def own(result: pd.DataFrame) -> pd.DataFrame:
        return result[(result["op"] == "=~")]

    main = own(estimates(study.fit))
    other = own(estimates(study.likelihood)).set_index(["lhs", "rhs"])["std"]
    rows = [
        (study.instrument.label(row.lhs), row.rhs, number(row.std),
         span(row.std_lower, row.std_upper), number(float(other.get((row.lhs, row.rhs), "nan"))))
        for row in main.itertuples()
    ]  # fmt: skip
    names = (study.estimator, study.likelihood.estimator)
    head = ("factor", "item", f"loading, {names[0]}", "95 % interval", f"loading, {names[1]}")
    return table(head, rows, f"{study.mark}Standardised loadings of the measurement model")


@told
def reliability(study: Study) -> Prose:
    """Return the reliability of each factor, with bootstrap intervals where they were computed.

    All by maximum likelihood, as the intervals are; of the answers behind the categories two
    measures more, where the estimator is WLSMV.
    """
    from surveysem.reliability import reliability as computed

    boot = study.stored.get("bootstrap")
    drawn = {}
    if isinstance(boot, pd.DataFrame):
        drawn = {(r.factor, r.measure): span(r.lower, r.upper) for r in boot.itertuples()}
    main, ordinal = computed(study.likelihood), study.fit.ordinal
    behind = computed(study.fit).set_index("factor") if ordinal else None
    rows = []
    for row in main.itertuples():
        cells = [study.instrument.label(row.factor), str(row.items)]
        for measure in ("alpha", "omega", "cr", "ave"):
            cell = number(getattr(row, measure))
            low_high = drawn.get((row.factor, measure))
            cells.append(f"{cell} ({low_high})" if low_high else cell)
        if behind is not None:
            cells += [number(float(behind.loc[row.factor, name])) for name in ("cr", "ave")]
        rows.append(cells)
    head = ("factor", "items", "alpha", "omega", "composite reliability", "variance extracted")
    more = ("composite, WLSMV", "extracted, WLSMV") if ordinal else ()
    said = (
        "In brackets the 95 % bootstrap interval."
        if drawn
        else "Intervals: clusterbook survey with --bootstrap."
    )
    ruled = "Reliability is good from .70 on, variance extracted from .50 on."
    caption = f"{study.mark}Reliability of the factors, maximum likelihood. {ruled} {said}"
    return table((*head, *more), rows, caption)


@told
def distinctness(study: Study) -> Prose:
    """Return whether the factors differ: HTMT above, factor correlations below the diagonal."""
    from surveysem.reliability import fornell_larcker, htmt_of

    matrix, ratio = fornell_larcker(study.fit), htmt_of(study.fit)
    names = list(ratio.index)
    rows = []
    for i, a in enumerate(names):
        cells: list[object] = [study.instrument.label(a)]
        for j, b in enumerate(names):
            value = float(ratio.loc[a, b] if j > i else matrix.loc[a, b])
            text = number(value)
            cells.append(Html(f"<strong>{text}</strong>") if i == j else text)
        rows.append([*cells, "yes" if matrix.loc[a, "distinct"] else "no"])
    head = ("factor", *(study.instrument.label(n) for n in names), "distinct")
    caption = (
        f"{study.mark}Distinctness. Diagonal: root of the variance extracted; below it: "
        "correlations of factors (Fornell and Larcker 1981); above it: HTMT, to stay under .85 "
        "(Henseler, Ringle and Sarstedt 2015)"
    )
    return table(head, rows, caption)


@told
def diagnosis(study: Study) -> Prose:
    """Return in words whether the model suits the answers, and every reading that says not."""
    found = study.diagnosis
    poor = found[found["reading"] == "poor"]
    fair = found[found["reading"] == "fair"]
    notes = found[found["reading"] == "note"]
    checks = len(found) - len(notes)
    if poor.empty:
        verdict = say(
            "The model stands: none of {n} checks reads poor, and {fair} {read} fair.",
            n=str(checks), fair=str(len(fair)) if len(fair) else "none",
            read="reads" if len(fair) < 2 else "read",
        )  # fmt: skip
    else:
        verdict = say(
            "The model is in doubt: {poor} of {n} checks read poor.",
            poor=str(len(poor)), n=str(checks),
        )  # fmt: skip
    lines = [_finding(row) for row in poor.itertuples()]
    lines += [say("{text}", text=row.finding) for row in notes.itertuples()]
    listed = bullets(lines, "What the diagnostics say").html if lines else ""
    return Prose(marked(study, verdict).html + listed)


def _finding(row: object) -> str:
    said = say(
        "<strong>{check}</strong>, {subject}: {finding}",
        check=getattr(row, "check", ""), subject=getattr(row, "subject", ""),
        finding=getattr(row, "finding", ""),
    )  # fmt: skip
    value = float(getattr(row, "value", float("nan")))
    bound = str(getattr(row, "bound", ""))
    return said + (f" ({number(value)}, to be {escape(bound)})" if value == value and bound else "")


@told
def modifications(study: Study, most: int = 6) -> Prose:
    """Return the largest modification indices, where any is worth a look."""
    found = study.modifications
    large = found[found["mi"] > 10].head(most)
    if large.empty:
        return marked(study, "No modification index exceeds ten, so no added parameter is urged.")
    rows = [
        (f"{r.lhs} {r.op} {r.rhs}", number(r.mi, 1), number(r.std_epc)) for r in large.itertuples()
    ]
    caption = (
        f"{study.mark}Modification indices above ten. A hint, no reason: a change needs one in the "
        "items' wording (MacCallum, Roznowski and Necowitz 1992)"
    )
    return table(("parameter", "fall of chi-square", "its value, standardised"), rows, caption)
