"""Numbers and paragraphs of a survey, in the form that a reviewer expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .sentence import Prose

if TYPE_CHECKING:
    from clusterbook.analysis.survey_study import Study


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


def tight(text: str) -> str:
    return text.replace(" ", "\u00a0")
