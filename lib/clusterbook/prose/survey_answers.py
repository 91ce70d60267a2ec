"""Whose answers they are, what is wrong with them, and how items go together."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from clusterbook.evidence.instrument import Instrument

from .sentence import Html, Prose, bullets, listed, say, table
from .survey_study import NotComputed, power, told
from .survey_words import marked, number, probability

if TYPE_CHECKING:
    from clusterbook.analysis.survey_study import Study

QUESTIONS = {
    "five_factors": "finds the five factors by parallel analysis",
    "wrong_model": "rejects a model with two factors joined",
    "path": "finds a path of .35",
    "difference_0.5": "tells parks apart that differ by half a standard deviation",
    "difference_0.3": "tells parks apart that differ by .3 of a standard deviation",
}
"""The questions of `power.csv` that are shown, as the end of "A sample …"."""


def about(study: Study) -> Prose:
    """Return whose answers these are, how many, and about which parks."""
    n = len(study.answers)
    counts = study.answers["park"].value_counts(sort=False)
    parks = [f"{park} ({count})" for park, count in counts.items()]
    first = say(
        "{n} respondents on {parks}.", n=str(n), parks=listed(parks) if parks else "no park"
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
    from surveysem.bounds import BOUNDS

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
