"""One survey analysed in the order a reviewer expects; a part that cannot be had says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from clusterbook.analysis.survey.answers import Answers, complete_answers, require_usable
from clusterbook.analysis.survey.bounds import read_fit
from clusterbook.analysis.survey.diagnostics import diagnose
from clusterbook.analysis.survey.errors import DataError, SurveyError
from clusterbook.analysis.survey.estimate import Estimator, fit_model
from clusterbook.analysis.survey.exploratory import (
    ExploratoryFactors,
    ParallelAnalysis,
    bartlett,
    exploratory_factors,
    kmo,
    parallel_analysis,
)
from clusterbook.analysis.survey.fit import fit_indices
from clusterbook.analysis.survey.invariance import Invariance, measurement_invariance
from clusterbook.analysis.survey.items import check_answers, item_statistics, missing_answers
from clusterbook.analysis.survey.modification import modification_indices
from clusterbook.analysis.survey.reliability import (
    fornell_larcker,
    htmt_of,
    reliability,
    to_correlation,
)
from clusterbook.analysis.survey.result import Fit, estimates
from clusterbook.analysis.survey.scores import group_differences, group_means, local_index
from clusterbook.evidence.instrument import Instrument

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
    shown: dict[str, Any] = field(default_factory=dict, repr=False)
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

    def _part(self, name: str, compute: Callable[[], Any]) -> Any:
        if name in self.stored:
            return self.stored[name]
        if name not in self._found:
            try:
                self._found[name] = compute()
            except SurveyError as error:
                self._found[name] = error
            except np.linalg.LinAlgError:
                self._found[name] = DataError(
                    "The items repeat one another, so their correlations cannot be inverted. "
                    "Look for items with the same answers, or for too few respondents."
                )
        if isinstance(self._found[name], SurveyError):
            raise self._found[name]
        return self._found[name]

    @property
    def problems(self) -> pd.DataFrame:
        """What is wrong with the answers; see `check_answers`."""
        table: pd.DataFrame = self._part(
            "problems",
            lambda: check_answers(self.answers, self.instrument.names, self.instrument.values),
        )
        return table

    @property
    def sound(self) -> bool:
        """Whether the answers may be analysed: no error among their problems."""
        found: bool = self._part("sound", lambda: "error" not in set(self.problems["severity"]))
        return found

    @property
    def statistics(self) -> pd.DataFrame:
        """The statistics of each item."""
        table: pd.DataFrame = self._part(
            "statistics",
            lambda: item_statistics(self.answers, self.instrument.factors, self.instrument.values),
        )
        return table

    @property
    def missing(self) -> pd.DataFrame:
        """The patterns of missing answers."""
        table: pd.DataFrame = self._part(
            "missing", lambda: missing_answers(self.answers, self.instrument.names)
        )
        return table

    def _complete(self) -> Answers:
        answers = complete_answers(self.answers, self.instrument.names)
        if answers.n <= len(self.instrument.names):
            raise DataError(
                f"{answers.n} complete answers to {len(self.instrument.names)} items are too few "
                "for correlations: more respondents than items are needed."
            )
        require_usable(answers, 0, "a matrix of correlations")
        return answers

    @property
    def complete(self) -> Answers:
        """The respondents who answered every item, fit for correlations."""
        answers: Answers = self._part("complete", self._complete)
        return answers

    def _adequacy(self) -> Adequacy:
        answers = self.complete
        names = list(answers.items)
        correlation = pd.DataFrame(to_correlation(answers.covariance), index=names, columns=names)
        overall, items = kmo(correlation)
        chi2, df, p = bartlett(correlation, answers.n)
        return Adequacy(overall, items, chi2, df, p, answers.n)

    @property
    def adequacy(self) -> Adequacy:
        """KMO and Bartlett's test."""
        found: Adequacy = self._part("adequacy", self._adequacy)
        return found

    @property
    def parallel(self) -> ParallelAnalysis:
        """The parallel analysis: how many factors the answers hold."""
        found: ParallelAnalysis = self._part(
            "parallel",
            lambda: self.complete and parallel_analysis(self.answers, self.instrument.names),
        )
        return found

    @property
    def exploratory(self) -> ExploratoryFactors:
        """The exploratory factors, as many as the questionnaire has."""
        found: ExploratoryFactors = self._part(
            "exploratory",
            lambda: (
                self.complete
                and exploratory_factors(
                    self.answers, self.instrument.names, len(self.instrument.factors)
                )
            ),
        )
        return found

    @property
    def fit(self) -> Fit:
        """The measurement model, by the study's estimator."""
        found: Fit = self._part("fit", lambda: self._fit(self.model, self.estimator))
        return found

    @property
    def likelihood(self) -> Fit:
        """The measurement model by maximum likelihood with robust errors (or by ML)."""
        if self.estimator != "WLSMV":
            return self.fit
        found: Fit = self._part("likelihood", lambda: self._fit(self.model, "MLR"))
        return found

    @property
    def paths(self) -> Fit:
        """The structural model, by the study's estimator."""
        found: Fit = self._part("paths", lambda: self._fit(self.structural, self.estimator))
        return found

    def _fit(self, model: str, estimator: Estimator) -> Fit:
        scale = self.instrument.values if estimator == "WLSMV" else None
        return fit_model(model, self.answers, estimator=estimator, scale=scale)

    @property
    def diagnosis(self) -> pd.DataFrame:
        """What the answers say about the model, a row per check."""
        table: pd.DataFrame = self._part("diagnosis", lambda: diagnose(self.fit, self.parallel))
        return table

    @property
    def index(self) -> pd.DataFrame:
        """The local index of each park, by factor, by space and over all."""
        spaces = self.instrument.spaces
        known = set(self.likelihood.spec.factors)
        fitting = {s: f for s, f in spaces.items() if set(f) <= known}
        table: pd.DataFrame = self._part(
            "index",
            lambda: local_index(
                self.likelihood, self.answers[GROUP], self.instrument.values, spaces=fitting
            ),
        )
        return table

    @property
    def invariance(self) -> Invariance:
        """Whether the parks' respondents understand the items alike."""
        found: Invariance = self._part(
            "invariance", lambda: measurement_invariance(self.model, self.answers, GROUP)
        )
        return found

    @property
    def differences(self) -> pd.DataFrame:
        """Each pair of parks compared on each factor."""
        table: pd.DataFrame = self._part(
            "differences", lambda: group_differences(self.likelihood, self.answers[GROUP])
        )
        return table

    @property
    def modifications(self) -> pd.DataFrame:
        """What the fit would gain by one more parameter."""
        table: pd.DataFrame = self._part(
            "modifications", lambda: modification_indices(self.likelihood)
        )
        return table


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
