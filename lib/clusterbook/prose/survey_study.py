"""The survey that a chapter analyses: the cluster's own, else the SYNTHETIC example."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from clusterbook.evidence import Case
from clusterbook.evidence.instrument import Instrument, read_answers, read_instrument

if TYPE_CHECKING:
    from clusterbook.analysis.survey_study import Study

Result = TypeVar("Result")

EXAMPLE = "SYNTHETIC-survey.csv"
STORED = {"bootstrap": "SYNTHETIC-bootstrap.csv"}
INVARIANCE = ("SYNTHETIC-invariance.csv", "SYNTHETIC-invariance-means.csv")


@dataclass(frozen=True)
class NotComputed:
    """Shown in place of a table or chart that the answers cannot carry, with the reason."""

    reason: str

    def __bool__(self) -> bool:
        return False

    def _repr_html_(self) -> str:
        lines = "".join(f"<p>{escape(line)}</p>" for line in self.reason.split("\n"))
        return (
            '<div class="cb-gap" role="note" aria-label="Not computed">'
            f"<p><strong>Not computed.</strong></p>{lines}</div>"
        )

    def __repr__(self) -> str:
        return f"Not computed. {self.reason}"


def told(part: Callable[..., Result]) -> Callable[..., Result | NotComputed]:
    """Return a function of a study that gives the reason where the study cannot be computed.

    What it returns is kept with the study: the example is shown in the chapter of every cluster.
    """

    @functools.wraps(part)
    def wrapped(study: Study, *arguments: Any) -> Result | NotComputed:
        from surveysem.errors import SurveyError

        if not study.sound:
            return NotComputed("The answers have faults; correct them before any analysis.")
        key = f"shown {part.__module__} {part.__name__} {arguments}"
        if key not in study.shown:
            try:
                with np.errstate(invalid="ignore"):  # impossible values are told, shown as gaps
                    study.shown[key] = part(study, *arguments)
            except SurveyError as error:
                study.shown[key] = NotComputed(str(error))
        kept: Result | NotComputed = study.shown[key]
        return kept

    return wrapped


def study(of: Case | Study) -> Study:
    """Return the study of a cluster's `survey.csv`, else that of the SYNTHETIC example.

    A study is returned as it is. Raises `EvidenceError` for a file that cannot be read.
    """
    if not isinstance(of, Case):
        return of
    own = of.folder / "survey.csv"
    if not own.is_file():
        return example()
    from clusterbook.analysis.survey_study import Study

    instrument = read_instrument()
    answers = read_answers(own)
    if answers.empty:
        return example()
    synthetic = bool(answers.attrs["synthetic"])
    return Study(answers, instrument, of.name, synthetic, structural=instrument.structural)


def example() -> Study:
    """Return the study of the SYNTHETIC example, computed once while its files stay the same."""
    instrument = read_instrument()
    files = (EXAMPLE, *STORED.values(), *INVARIANCE, "model.txt", "items.csv")
    stamp = tuple(_time(instrument.folder / name) for name in files)
    return _example(instrument.folder, stamp)


def _time(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0


@cache
def _example(folder: Path, _stamp: tuple[int, ...]) -> Study:
    from clusterbook.analysis.survey_study import Study
    from surveysem.invariance import Invariance

    instrument = read_instrument()
    answers = read_answers(folder / EXAMPLE)
    stored: dict[str, Any] = {
        part: pd.read_csv(folder / name)
        for part, name in STORED.items()
        if (folder / name).is_file()
    }
    if all((folder / name).is_file() for name in INVARIANCE):
        table, means = (pd.read_csv(folder / name) for name in INVARIANCE)
        table["holds"] = [{"True": True, "False": False}.get(str(h)) for h in table["holds"]]
        groups = answers["park"].value_counts(sort=False)
        counted = pd.DataFrame({"group": groups.index, "n": groups.to_numpy()})
        stored["invariance"] = Invariance(table, means, counted, ())
    name = "the example"
    return Study(answers, instrument, name, True, structural=instrument.structural, stored=stored)


def power(instrument: Instrument) -> pd.DataFrame:
    """Return how often samples of a size answer a question, by simulation (see its README)."""
    path = instrument.folder / "power.csv"
    return _power(path, _time(path)) if path.is_file() else pd.DataFrame()


@cache
def _power(path: Path, _stamp: int) -> pd.DataFrame:
    return pd.read_csv(path)
