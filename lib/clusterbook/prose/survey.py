"""What the analysis of a survey says, in the order in which a reviewer asks.

SYNTHETIC stands in every caption and at the start of every paragraph whose answers nobody gave.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from clusterbook.evidence.instrument import Instrument

from .sentence import Html, Prose, bullets, say, table
from .survey_study import NotComputed, power, study, told

if TYPE_CHECKING:
    from clusterbook.analysis.survey.study import Study

__all__ = [
    "about", "adequacy", "diagnosis", "distinctness", "factors", "fit", "groups", "index", "items",
    "loadings", "missing", "modifications", "paths", "problems", "questionnaire", "reliability",
    "sample_size", "study",
]  # fmt: skip

READING = {"good": "●", "fair": "◐", "poor": "○", "unknown": "–", "note": "!"}
QUESTIONS = {
    "five_factors": "finds the five factors by parallel analysis",
    "wrong_model": "rejects a model with two factors joined",
    "path": "finds a path of .35",
    "difference_0.5": "tells parks apart that differ by half a standard deviation",
    "difference_0.3": "tells parks apart that differ by .3 of a standard deviation",
}
"""The questions of `power.csv` that are shown, as the end of "A sample …"."""


def marked(study: Study, *sentences: str) -> Prose:
    """Return a paragraph, opened by the word SYNTHETIC where the answers are simulated."""
    sign = "<strong>SYNTHETIC.</strong> " if study.synthetic else ""
    return Prose(f"<p>{sign}{' '.join(s for s in sentences if s)}</p>")


def number(value: float, digits: int = 2) -> str:
    """Return a number to so many digits, with a dash for what does not exist."""
    if value != value:
        return "–"
    text = f"{value:.{digits}f}"
    return text.replace("-", "−") if float(text) else text.lstrip("-")


def probability(p: float) -> str:
    """Return a p-value as reviewers write it: "p < .001"."""
    return "p\u00a0<\u00a0.001" if p < 0.001 else f"p\u00a0=\u00a0{p:.3f}".replace("0.", ".", 1)


def span(low: float, high: float, digits: int = 2) -> str:
    """Return an interval: "0.69 to 0.82"."""
    return "–" if low != low else f"{number(low, digits)} to {number(high, digits)}"


def _tight(text: str) -> str:
    return text.replace(" ", "\u00a0")


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def about(study: Study) -> Prose:
    """Return whose answers these are, how many, and about which parks."""
    n = len(study.answers)
    counts = study.answers["park"].value_counts(sort=False)
    parks = [f"{park} ({count})" for park, count in counts.items()]
    first = say(
        "{n} respondents on {parks}.", n=str(n), parks=_listed(parks) if parks else "no park"
    )
    if not study.synthetic:
        return Prose(f"<p>{first}</p>")
    return marked(
        study,
        "These answers were simulated from stated parameters with a fixed seed. Nobody was asked.",
        "They show what the analysis gives and are no evidence about any place, the parks named "
        "in them included.",
        first,
    )


def problems(study: Study) -> Prose | None:
    """Return what is wrong with the answers, or that nothing is."""
    found = study.problems
    if found.empty:
        return marked(study, "No answer is out of range, doubled or the same to every item.")
    numbers = study.answers["row"].tolist() if "row" in study.answers else []
    rows = []
    for fault in found.head(50).itertuples():
        at = int(fault.row) if pd.notna(fault.row) else 0
        place = numbers[at - 1] if at and numbers else at
        severity = "mend it" if fault.severity == "error" else "look at it"
        rows.append((str(place or "header"), fault.column, fault.problem, fault.right, severity))
    more = f" (the first 50 of {len(found)})" if len(found) > 50 else ""
    head = ("row", "column", "what is wrong", "what would be right", "")
    return table(head, rows, f"{study.mark}What the check of the answers found{more}")


@told
def items(study: Study) -> Prose:
    """Return the statistics of each item."""
    rows = [
        (
            row.item,
            study.instrument.wording(row.item),
            str(row.n),
            number(row.mean),
            number(row.sd),
            number(row.skew),
            number(row.kurtosis),
            f"{row.lowest:.0%}, {row.highest:.0%}",
            number(row.item_total),
            number(row.alpha_if_dropped),
        )
        for row in study.statistics.itertuples()
    ]
    head = (
        "item", "wording", "n", "mean", "sd", "skew", "kurtosis", "lowest and highest answer",
        "with the rest of its factor", "alpha without it",
    )  # fmt: skip
    return table(head, rows, f"{study.mark}Item statistics")


@told
def missing(study: Study) -> Prose:
    """Return how many respondents left items empty."""
    patterns = study.missing
    total = int(patterns["respondents"].sum())
    whole = int(patterns.loc[patterns["missing"] == 0, "respondents"].sum())
    if whole == total:
        return marked(study, say("All {n} respondents answered every item.", n=str(total)))
    return marked(
        study,
        say(
            "{whole} of {n} respondents answered every item; the other {rest} are left out of the "
            "models (listwise deletion), which is sound if what is missing is missing by chance.",
            whole=str(whole), n=str(total), rest=str(total - whole),
        ),
    )  # fmt: skip


@told
def adequacy(study: Study) -> Prose:
    """Return whether the items go together: KMO and Bartlett's test."""
    from clusterbook.analysis.survey.bounds import BOUNDS

    found = study.adequacy
    lowest = str(found.items.idxmin())
    return marked(
        study,
        say(
            "The items share enough for factors to be sought: {reading} sampling adequacy "
            "(KMO {kmo}, lowest {item} with {low}; .80 is good, .60 the least), and Bartlett's "
            "test {told} that no item goes with another (chi-square {chi2}, {df} degrees of "
            "freedom, {p}).",
            reading=BOUNDS["kmo"].reading(found.kmo), kmo=number(found.kmo), item=lowest,
            low=number(float(found.items.min())), chi2=number(found.chi2, 1), df=str(found.df),
            p=probability(found.p), told="rejects" if found.p < 0.05 else "cannot reject",
        )
        if found.kmo >= BOUNDS["kmo"].fair
        else say(
            "The items share too little for factors: KMO is {kmo} (.60 is the least; lowest "
            "{item} with {low}).",
            kmo=number(found.kmo), item=lowest, low=number(float(found.items.min())),
        ),
    )  # fmt: skip


@told
def factors(study: Study) -> Prose:
    """Return how many factors the answers hold and how the items load when nothing is imposed."""
    held, stated = study.parallel, len(study.instrument.factors)
    found = study.exploratory
    sentence = say(
        "Parallel analysis counts {low} by components and {high} by common factors; the "
        "questionnaire states {stated}. The first count runs low where factors correlate and "
        "have few items, the second runs high.",
        low=str(held.components), high=str(held.factors), stated=str(stated),
    )  # fmt: skip
    rows = []
    for item in found.loadings.index:
        loads = [
            Html(f"<strong>{number(v)}</strong>" if abs(v) >= 0.4 else number(v))
            for v in found.loadings.loc[item]
        ]
        rows.append((item, *loads, number(float(found.communalities[item]))))
    head = ("item", *found.loadings.columns, "explained")
    shown = table(head, rows, f"{study.mark}Exploratory loadings, maximum likelihood, oblimin")
    remarks = (
        bullets([say("{text}", text=n.text) for n in found.notices]) if found.notices else None
    )
    told_too = remarks.html if remarks else ""
    return Prose(marked(study, sentence).html + shown.html + told_too)


@told
def fit(study: Study) -> Prose:
    """Return the fit of the measurement model, each index with its bound and the bound's source."""
    from clusterbook.analysis.survey.bounds import read_fit
    from clusterbook.analysis.survey.fit import fit_indices

    indices = fit_indices(study.fit)
    rows = [
        (row.index, number(row.value, 3), _tight(row.good), _tight(row.fair),
         _tight(f"{READING[row.reading]} {row.reading}"), row.source)
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
    from clusterbook.analysis.survey.result import estimates

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
    from clusterbook.analysis.survey.reliability import reliability as computed

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
    from clusterbook.analysis.survey.reliability import fornell_larcker, htmt_of

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
            "The model stands: none of {n} checks reads poor, and {fair} read fair.",
            n=str(checks), fair=str(len(fair)) if len(fair) else "none",
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
def paths(study: Study) -> Prose:
    """Return the paths of the structural model with their intervals."""
    from clusterbook.analysis.survey.fit import fit_indices
    from clusterbook.analysis.survey.result import estimates

    if not study.structural:
        return marked(study, "No structural model is given.")
    found = estimates(study.paths)
    latent = set(study.paths.spec.latent)
    kept = found[
        (found["op"] == "~") | ((found["op"] == "=~") & found["rhs"].isin(latent))
    ].sort_values("op", kind="stable", ascending=False)
    label = study.instrument.label
    rows = [
        (f"{label(r.rhs)} {'to' if r.op == '~' else 'in'} {label(r.lhs)}",
         number(r.std), span(r.std_lower, r.std_upper), number(r.est), number(r.se),
         probability(r.p) if r.p == r.p else "fixed")
        for r in kept.itertuples()
    ]  # fmt: skip
    head = ("path", "standardised", "95 % interval", "estimate", "standard error", "")
    indices = fit_indices(study.paths)
    cfi, rmsea = (indices.get(f"{k}_scaled", indices[k]) for k in ("cfi", "rmsea"))
    fits = f"CFI {number(cfi, 3)}, RMSEA {number(rmsea, 3)}"
    return table(head, rows, f"{study.mark}Paths of the structural model ({fits})")


@told
def index(study: Study) -> Prose:
    """Return the local index of each park by factor and over all, with intervals."""
    found = study.index
    rows = [
        (row.group, row.level, study.instrument.label(row.name) if row.level != "index" else "all",
         number(row.value, 1), span(row.lower, row.upper, 1), str(row.n))
        for row in found.itertuples(index=False)
    ]  # fmt: skip
    head = ("park", "", "of", "index", "95 % interval", "n")
    return table(head, rows, f"{study.mark}Local index from 0 to 100")


@told
def groups(study: Study) -> Prose:
    """Return whether parks may be compared, and how their respondents differ."""
    if len(study.parks) < 2:
        return marked(study, "One park alone was asked, so there is nothing to compare.")
    found = study.invariance
    rows = []
    for row in found.table.itertuples():
        held = "" if row.holds is None or row.holds != row.holds else "yes" if row.holds else "no"
        rows.append(
            (row.level, number(row.chi2, 1), str(int(row.df)), number(row.cfi, 3),
             number(row.rmsea, 3), number(row.srmr, 3), number(row.cfi_diff, 3), held)
        )  # fmt: skip
    head = ("level", "chi-square", "df", "CFI", "RMSEA", "SRMR", "change of CFI", "holds")
    caption = (
        f"{study.mark}Measurement invariance over parks. A level holds if CFI falls by no more "
        "than .01 (Cheung and Rensvold 2002) and RMSEA rises by no more than .015 (Chen 2007)"
    )
    shown = table(head, rows, caption)
    comparable = bool(found.table["holds"].iloc[1:].astype(bool).all())
    sentence = (
        "Loadings and intercepts are alike enough over the parks, so means may be compared."
        if comparable
        else "The items do not work alike in all parks, so differences of means mislead."
    )
    first = str(found.groups["group"].iloc[0])
    lines = [
        (row.group, study.instrument.label(row.factor), number(row.std_difference),
         number(row.difference), span(row.lower, row.upper), probability(row.p))
        for row in found.means.itertuples()
    ]  # fmt: skip
    told_of = ("park", "factor", "in standard deviations", "difference", "95 % interval", "")
    means = table(told_of, lines, f"{study.mark}Means of factors against {first}")
    return Prose(marked(study, sentence).html + shown.html + means.html)


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


def questionnaire(instrument: Instrument) -> Prose:
    """Return the items in both languages by factor and space."""
    rows = [
        (str(r.get("number", "")), r.get("factor_en", r["factor"]), r.get("space_en", ""),
         r.get("text_en", ""), Html(f'<span lang="zh">{escape(r.get("text_zh", ""))}</span>'))
        for r in instrument.items.to_dict("records")
    ]  # fmt: skip
    head = ("", "factor", "space (ours)", "item", "in Chinese")
    return table(head, rows, "The items, in this project's own wording")


def sample_size(study: Study) -> Prose | NotComputed:
    """Return from how many answers on each question is answered four times out of five."""
    found = power(study.instrument)
    if found.empty:
        return NotComputed("The simulation of sample sizes (power.csv) is missing.")
    parts = []
    for question, said in QUESTIONS.items():
        part = found[found["question"] == question].sort_values("n")
        enough = part[part["value"] >= 0.8]
        n = str(int(enough["n"].iloc[0])) if len(enough) else ""
        value = float(part["value"].iloc[-1])
        largest = str(int(part["n"].iloc[-1]))
        parts.append(
            say("From {n} answers on, a sample {said} four times out of five.", n=n, said=said)
            if n
            else say(
                "Even with {n} answers a sample {said} only {share} times in a hundred.",
                n=largest, share=f"{value:.0%}".rstrip("%"), said=said,
            )
        )  # fmt: skip
    opened = "<p><strong>SYNTHETIC answers.</strong> By simulation, loadings near .75:</p>"
    return Prose(opened + bullets(parts, "How many answers are needed").html)
