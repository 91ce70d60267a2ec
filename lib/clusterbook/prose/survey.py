"""What the analysis of a survey says, in the order in which a reviewer asks.

SYNTHETIC stands in every caption and at the start of every paragraph whose answers nobody gave.
"""

from __future__ import annotations

from .survey_answers import (
    about,
    adequacy,
    factors,
    items,
    missing,
    problems,
    questionnaire,
    sample_size,
)
from .survey_model import diagnosis, distinctness, fit, loadings, modifications, reliability
from .survey_parks import groups, index, paths
from .survey_study import study

__all__ = [
    "about", "adequacy", "diagnosis", "distinctness", "factors", "fit", "groups", "index", "items",
    "loadings", "missing", "modifications", "paths", "problems", "questionnaire", "reliability",
    "sample_size", "study",
]  # fmt: skip
