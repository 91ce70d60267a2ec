"""What a chapter asked of the other clusters, so that it runs again when an answer changes.

A chapter about one cluster also shows rows of others. To run it again on any change of any cluster
would be waste; to leave it would be stale. So each question is kept with a digest of its answer:
later the same questions are asked again, and only a changed answer makes the chapter run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import pandas as pd

Asked = TypeVar("Asked", bound=Callable[..., Any])

ASKED: dict[str, str] = {}
"""The questions of this process and the digests of their answers."""

_FUNCTIONS: dict[str, Callable[..., Any]] = {}


def compares(function: Asked) -> Asked:
    """Mark a function that reads other clusters; its arguments are texts or lists of texts.

    Every call is kept in `ASKED`.
    """
    _FUNCTIONS[function.__name__] = function

    @wraps(function)
    def asking(*arguments: Any) -> Any:
        answer = function(*arguments)
        ASKED[json.dumps([function.__name__, *arguments])] = digest(answer)
        return answer

    return asking  # type: ignore[return-value]


def digest(answer: Any) -> str:
    """Return the digest of an answer: a table (its row numbers left out) or plain values."""
    if isinstance(answer, pd.DataFrame):
        shown = answer.drop(columns="row", errors="ignore")
        text = shown.to_csv(index=False)
    elif isinstance(answer, dict):
        text = "\n".join(f"{name} {digest(part)}" for name, part in answer.items())
    elif answer is None:
        text = ""
    else:
        text = "\n".join(getattr(part, "digest", None) or repr(part) for part in answer)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def answers_now(questions: dict[str, str], known: dict[str, str]) -> bool:
    """Return whether all questions still have the answers they had.

    `known` holds answers of this run; it is filled, so that no question is asked twice.
    """
    from . import elsewhere, ningbo, peers, second_coding  # noqa: F401 (importing them makes their questions known)

    for question, answer in questions.items():
        if question not in known:
            name, *arguments = json.loads(question)
            arguments = [tuple(a) if isinstance(a, list) else a for a in arguments]
            try:
                known[question] = digest(_FUNCTIONS[name](*arguments))
            except (KeyError, LookupError, ValueError, OSError):
                known[question] = ""
        if known[question] != answer:
            return False
    return True
