"""One survey analysed in the order a reviewer expects; a part that cannot be had says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
import pandas as pd

from clusterbook.evidence import Case
from clusterbook.evidence.instrument import Instrument, read_answers, read_instrument
from surveysem.answers import Answers, complete_answers, require_usable
from surveysem.bounds import read_fit
from surveysem.diagnostics import diagnose
from surveysem.errors import DataError, SurveyError
from surveysem.estimate import Estimator, fit_model
from surveysem.exploratory import (
    ExploratoryFactors,
    ParallelAnalysis,
    bartlett,
    exploratory_factors,
    kmo,
    parallel_analysis,
)
from surveysem.fit import fit_indices
from surveysem.invariance import Invariance, measurement_invariance
from surveysem.items import check_answers, item_statistics, missing_answers
from surveysem.modification import modification_indices
from surveysem.reliability import fornell_larcker, htmt_of, reliability, to_correlation
from surveysem.result import Fit, estimates
from surveysem.scores import group_differences, group_means, local_index

GROUP = "park"


@dataclass(frozen=True)
class Adequacy:
    """Whether the items go together: KMO over all and per item, Bartlett's test, n."""

    kmo: float
    items: pd.Series[float]
    chi2: float
    df: int
    p: float
    n: int


Found = TypeVar("Found")


class part(Generic[Found]):  # noqa: N801 (it decorates, as `property` does)
    """A part of a study: computed once, when it is asked for; its error is raised each time."""

    def __init__(self, compute: Callable[[Any], Found]) -> None:
        self.compute = compute
        self.name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, study: Study, owner: type[Study]) -> Found:
        if self.name in study.stored:
            return study.stored[self.name]
        if self.name not in study._found:
            try:
                study._found[self.name] = self.compute(study)
            except SurveyError as error:
                study._found[self.name] = error
            except np.linalg.LinAlgError:
                study._found[self.name] = DataError(
                    "The items repeat one another, so their correlations cannot be inverted. "
                    "Look for items with the same answers, or for too few respondents."
                )
        found = study._found[self.name]
        if isinstance(found, SurveyError):
            raise found
        return found


@dataclass
class Study:
    """A survey with its questionnaire; each part is computed once, when it is asked for.

    `answers` has the columns `respondent`, `park` and the items, as text; `name` says whose
    answers they are. `structural` is "" where no structural model is given. `stored` holds parts
    computed earlier (by name), such as bootstrap intervals. Every part raises `SurveyError`,
    with its reason, where it cannot be computed.
    """

    answers: pd.DataFrame
    instrument: Instrument
    name: str
    synthetic: bool
    estimator: Estimator = "WLSMV"
    model: str = ""
    structural: str = ""
    stored: dict[str, Any] = field(default_factory=dict)
    _found: dict[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.model = self.model or self.instrument.model

    @property
    def mark(self) -> str:
        """What stands before every title and caption: that the answers are simulated, or ""."""
        return "SYNTHETIC: " if self.synthetic else ""

    @property
    def parks(self) -> list[str]:
        """The parks that the answers are about, in order of their first row."""
        return [str(park) for park in dict.fromkeys(self.answers[GROUP])]

    @part
    def problems(self) -> pd.DataFrame:
        """What is wrong with the answers; see `check_answers`."""
        return check_answers(self.answers, self.instrument.names, self.instrument.values)

    @property
    def remarks(self) -> pd.DataFrame:
        """What is wrong with the answers, for people: `row` as a spreadsheet counts it."""
        found = self.problems
        rows = [
            self.answers["row"].iloc[int(at) - 1] if at == at else "head" for at in found["row"]
        ]
        then = found["severity"].map({"error": "mend it", "warning": "look at it"})
        return found.assign(row=rows, then=then)

    @part
    def statistics(self) -> pd.DataFrame:
        """The statistics of each item."""
        return item_statistics(self.answers, self.instrument.factors, self.instrument.values)

    @part
    def missing(self) -> pd.DataFrame:
        """The patterns of missing answers."""
        return missing_answers(self.answers, self.instrument.names)

    @part
    def complete(self) -> Answers:
        """The respondents who answered every item, fit for correlations."""
        answers = complete_answers(self.answers, self.instrument.names)
        if answers.n <= len(self.instrument.names):
            raise DataError(
                f"{answers.n} complete answers to {len(self.instrument.names)} items are too few "
                "for correlations: more respondents than items are needed."
            )
        require_usable(answers, 0, "a matrix of correlations")
        return answers

    @part
    def adequacy(self) -> Adequacy:
        """KMO and Bartlett's test."""
        answers = self.complete
        names = list(answers.items)
        correlation = pd.DataFrame(to_correlation(answers.covariance), index=names, columns=names)
        overall, items = kmo(correlation)
        chi2, df, p = bartlett(correlation, answers.n)
        return Adequacy(overall, items, chi2, df, p, answers.n)

    @part
    def parallel(self) -> ParallelAnalysis:
        """The parallel analysis: how many factors the answers hold."""
        return parallel_analysis(self.answers, list(self.complete.items))

    @part
    def exploratory(self) -> ExploratoryFactors:
        """The exploratory factors, as many as the questionnaire has."""
        number = len(self.instrument.factors)
        return exploratory_factors(self.answers, list(self.complete.items), number)

    @part
    def fit(self) -> Fit:
        """The measurement model, by the study's estimator."""
        return self._fit(self.model, self.estimator)

    @part
    def likelihood(self) -> Fit:
        """The measurement model by maximum likelihood with robust errors (or by ML)."""
        return self._fit(self.model, "MLR") if self.estimator == "WLSMV" else self.fit

    @part
    def paths(self) -> Fit:
        """The structural model, by the study's estimator."""
        if not self.structural:
            raise DataError("No structural model is given.")
        return self._fit(self.structural, self.estimator)

    def _fit(self, model: str, estimator: Estimator) -> Fit:
        scale = self.instrument.values if estimator == "WLSMV" else None
        return fit_model(model, self.answers, estimator=estimator, scale=scale)

    @part
    def diagnosis(self) -> pd.DataFrame:
        """What the answers say about the model, a row per check."""
        return diagnose(self.fit, self.parallel)

    @property
    def verdict(self) -> tuple[int, int, str]:
        """How many checks of the model read poor, of how many, or why it cannot be fitted."""
        try:
            checks = self.diagnosis[self.diagnosis["reading"] != "note"]
        except SurveyError as error:
            return 0, 0, str(error).rstrip(".")
        return int((checks["reading"] == "poor").sum()), len(checks), ""

    @part
    def index(self) -> pd.DataFrame:
        """The local index of each park, by factor, by space and over all."""
        known = set(self.likelihood.spec.factors)
        spaces = {s: f for s, f in self.instrument.spaces.items() if set(f) <= known}
        scale = self.instrument.values
        return local_index(self.likelihood, self.answers[GROUP], scale, spaces=spaces)

    @part
    def invariance(self) -> Invariance:
        """Whether the parks' respondents understand the items alike."""
        if len(self.parks) < 2:
            raise DataError("One park alone was asked, so there is nothing to compare.")
        return measurement_invariance(self.model, self.answers, GROUP)

    @part
    def differences(self) -> pd.DataFrame:
        """Each pair of parks compared on each factor."""
        return group_differences(self.likelihood, self.answers[GROUP])

    @part
    def modifications(self) -> pd.DataFrame:
        """What the fit would gain by one more parameter."""
        return modification_indices(self.likelihood)


TABLES: dict[str, Callable[[Study], pd.DataFrame]] = {
    "problems": lambda s: s.problems,
    "item_statistics": lambda s: s.statistics,
    "missing_answers": lambda s: s.missing,
    "sampling_adequacy": lambda s: s.adequacy.items.rename_axis("item").reset_index(),
    "parallel_analysis": lambda s: s.parallel.table,
    "exploratory_loadings": lambda s: s.exploratory.loadings.rename_axis("item").reset_index(),
    "reliability": lambda s: reliability(s.fit),
    "fit": lambda s: fit_indices(s.fit).rename_axis("index").reset_index(),
    "fit_read": lambda s: read_fit(fit_indices(s.fit)),
    "estimates": lambda s: estimates(s.fit),
    "estimates_likelihood": lambda s: estimates(s.likelihood),
    "fornell_larcker": lambda s: fornell_larcker(s.fit).rename_axis("factor").reset_index(),
    "htmt": lambda s: htmt_of(s.fit).rename_axis("factor").reset_index(),
    "structural_estimates": lambda s: estimates(s.paths),
    "structural_fit": lambda s: fit_indices(s.paths).rename_axis("index").reset_index(),
    "diagnostics": lambda s: s.diagnosis,
    "modification_indices": lambda s: s.modifications,
    "local_index": lambda s: s.index,
    "park_means": lambda s: group_means(s.likelihood, s.answers[GROUP]),
    "park_differences": lambda s: s.differences,
    "invariance": lambda s: s.invariance.table,
    "invariance_means": lambda s: s.invariance.means,
}
"""Every table of a study by the name of its file. Each may raise `SurveyError`."""


def study_of(case: Case) -> Study | None:
    """Return the study of the answers in a cluster's folder (`survey.csv`), None without any.

    Raises `EvidenceError` for a file that cannot be read.
    """
    file = case.folder / "survey.csv"
    answers = read_answers(file) if file.is_file() else None
    if answers is None or answers.empty:
        return None
    return Study(answers, read_instrument(), case.name, bool(answers.attrs["synthetic"]))
