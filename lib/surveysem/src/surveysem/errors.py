"""What can go wrong with a survey model, said for people: four errors and one kind of notice.

An error stops the analysis, because any table printed after it would be nonsense. A notice comes
with a result that stands but must be read with it (a negative variance, a small sample).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd


class SurveyError(ValueError):
    """Base of all errors of the survey analysis; its text says what is wrong and what is right."""


class ModelSyntaxError(SurveyError):
    """The model text cannot be read; the message names line and token."""


class DataError(SurveyError):
    """The answers do not fit the model or the method; the message names column and row."""


class IdentificationError(SurveyError):
    """The model has more than one solution; the message names the parameters that are open."""


class ConvergenceError(SurveyError):
    """No minimum was found; the message says how far the search came."""


@dataclass(frozen=True)
class Notice:
    """A remark that belongs to a result: a fixed ``code``, what it is about, and a sentence."""

    code: str
    subject: str
    text: str


def notice_table(notices: Iterable[Notice]) -> pd.DataFrame:
    """Return the notices as a table with the columns ``code``, ``subject`` and ``text``."""
    rows = [(notice.code, notice.subject, notice.text) for notice in notices]
    return pd.DataFrame(rows, columns=["code", "subject", "text"])


def listing(names: Iterable[object], limit: int = 6) -> str:
    """Return the names as one phrase, the first ``limit`` of them and the count of the others."""
    items = [str(name) for name in names]
    head = ", ".join(items[:limit])
    return head if len(items) <= limit else f"{head} and {len(items) - limit} more"
