"""Sentences on one quantity: its latest value, who says so, and whether sources agree."""

from __future__ import annotations

import pandas as pd

from clusterbook.analysis import series
from clusterbook.analysis.voices import disagree, distinct_values, voices
from clusterbook.evidence import Case

from .gap import Gap
from .sentence import Html, Prose, as_subject, number, paragraph, say


def latest_rows(case: Case, indicator: str, segment: str = "") -> pd.DataFrame:
    """Return the rows of the latest dated year of an indicator of the cluster itself."""
    return series.latest(series.inside(case.series(indicator, segment)))


def sought(case: Case, indicator: str, noun: str) -> str:
    """Return what a data gap says is missing: a count at all, or only one of the whole cluster."""
    return noun if series.inside(case.series(indicator)).empty else f"{noun} (whole cluster)"


def quantity(case: Case, indicator: str, noun: str, segment: str = "") -> Prose | Gap:
    """Return a paragraph on the latest count of something, with every voice on it.

    Where sources differ, each value stands with its source. Without a row, the data gap.
    """
    rows = latest_rows(case, indicator, segment)
    if rows.empty:
        return Gap(
            sought(case, indicator, noun),
            [f"observations.csv: indicator {indicator}, segment empty, a dated value"],
        )
    heard = voices(rows, case.all_sources)
    when = heard["date_words"].iloc[0]
    if disagree(heard):
        values = [
            say("{value} ({cite})", value=number(row, "value_words"), cite=row["cite"])
            for _, row in distinct_values(heard).iterrows()
        ]
        said = Html(" or ".join(values))
        template = "Sources disagree on the {noun} of {when}: {said}."
        opening = say(template, noun=noun, when=when, said=said)
        return paragraph(opening)
    best = heard.sort_values(["grade", "row"], kind="stable").iloc[0]
    opening = say(
        "For {when} {cite} gives {value} {noun}{others}.",
        when=when,
        cite=as_subject(best["cite"]),
        value=number(best, "value_words"),
        noun=noun,
        others=_others(heard),
    )
    return paragraph(opening)


def _others(heard: pd.DataFrame) -> str:
    independent = heard["voice"].nunique() - 1
    if independent:
        agree = "voice agrees" if independent == 1 else "voices agree"
        return f", and {independent} independent {agree}"
    if len(heard) > 1:
        return "; the text that it cites gives the same, so this is one voice"
    return ""
