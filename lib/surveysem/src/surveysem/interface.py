"""The package as most people use it: a model and a table of answers in, tables out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from surveysem.bootstrap import Progress, bootstrap_estimates, bootstrap_model
from surveysem.bounds import read_fit
from surveysem.errors import notice_table
from surveysem.estimate import Estimator, Missing, fit_model
from surveysem.fit import fit_indices
from surveysem.items import missing_answers
from surveysem.modification import modification_indices
from surveysem.reliability import htmt_of, reliability
from surveysem.result import Fit, estimates
from surveysem.scores import latent_scores


@dataclass(frozen=True)
class Model:
    """A model fitted to answers. ``fit`` is the result that the functions of the package take."""

    fit: Fit
    data: pd.DataFrame

    def parameters(self, *, level: float = 0.95) -> pd.DataFrame:
        """Return a row per parameter: estimate, error, interval, standardised value.

        See ``result.estimates`` for the columns. Source of standardisation: lavaan's ``std.all``.
        """
        return estimates(self.fit, level=level)

    def measures(self) -> pd.Series[float]:
        """Return the fit measures by name (chi-square, CFI, TLI, RMSEA, SRMR, AIC, BIC).

        See ``fit.fit_indices`` for names, conventions and sources.
        """
        return fit_indices(self.fit)

    def modification_indices(self) -> pd.DataFrame:
        """Return what the fit would gain by each further parameter, the most first.

        See ``modification.modification_indices`` (Sorbom 1989).
        """
        return modification_indices(self.fit)

    def reliability(self) -> pd.DataFrame:
        """Return alpha, omega, composite reliability and AVE of each factor.

        See ``reliability.reliability`` for definitions and sources.
        """
        return reliability(self.fit)

    def htmt(self, *, geometric: bool = True) -> pd.DataFrame:
        """Return HTMT2, or HTMT, of each pair of factors (Roemer and others 2021)."""
        return htmt_of(self.fit, geometric=geometric)

    def scores(self) -> pd.DataFrame:
        """Return each respondent's score on each factor (Thurstone 1935; ML and MLR)."""
        return latent_scores(self.fit)

    def bootstrap(
        self, *, replicates: int = 1000, seed: int = 1, progress: Progress | None = None
    ) -> pd.DataFrame:
        """Return the estimates with bootstrap errors and percentile intervals (Efron 1979).

        See ``bootstrap.bootstrap_estimates``; ML and MLR, complete answers of one group.
        """
        drawn = bootstrap_model(self.fit, replicates=replicates, seed=seed, progress=progress)
        return bootstrap_estimates(drawn)

    def missing(self) -> pd.DataFrame:
        """Return a row per pattern of missing answers, the most frequent first."""
        return missing_answers(self.data, self.fit.spec.observed)

    def notices(self) -> pd.DataFrame:
        """Return what must be read with the result: code, subject, and a sentence."""
        return notice_table(self.fit.notices)

    def summary(self) -> str:
        """Return the result as text: fit read against its bounds, parameters, notices."""
        fit, measures = self.fit, self.measures()
        groups = ", ".join(f"{part.group}: {part.n}" for part in fit.groups)
        scaled = "_scaled" if "chi2_scaled" in measures else ""
        head = [
            f"{fit.estimator}, {fit.n} respondents" + (f" ({groups})" if groups else "") + ", "
            f"{int(measures['parameters'])} parameters",
            f"chi-square {measures['chi2' + scaled]:.3f}{' (scaled)' if scaled else ''}, "
            f"df {fit.test.df}, p {measures['p' + scaled]:.4f}",
        ]
        read = read_fit(measures).drop(columns="source").round(3)
        columns = "group lhs op rhs label est se z p std".split()
        table = self.parameters()
        table = table[[name for name in columns if name in table]].round(3)
        parts = ["\n".join(head), read.to_string(index=False)]
        parts.append(table.to_string(index=False, na_rep=""))
        parts += [f"{notice.code}: {notice.text}" for notice in fit.notices]
        return "\n\n".join(parts)


def cfa(
    model: str,
    data: pd.DataFrame,
    *,
    estimator: Estimator = "ML",
    group: str | None = None,
    equal: Sequence[str] = (),
    free: Sequence[str] = (),
    missing: Missing = "listwise",
    std_lv: bool = False,
    scale: Sequence[int] | None = None,
) -> Model:
    """Fit a factor or structural equation model in lavaan's syntax to answers.

    ``data`` has a row per respondent and a column per item. ``estimator``: ``ML``, ``MLR``
    (robust) or ``WLSMV`` (ordered categories; ``scale`` lists the answers offered). ``group`` names
    the column of the groups, ``equal`` what they have in common (``loadings``, ``intercepts``,
    ``residuals``, ``regressions``), ``free`` the parameters exempted (``"visual=~x2"``,
    ``"x3~1"``). ``missing``: ``listwise``, ``fiml`` (ML, MLR) or ``pairwise`` (WLSMV).
    ``std_lv`` sets the factors' variances to 1. Errors as in ``estimate.fit_model``, all of them
    ``SurveyError``. Source of syntax, defaults and conventions: Rosseel (2012), lavaan.
    """
    fit = fit_model(
        model,
        data,
        estimator=estimator,
        std_lv=std_lv,
        scale=scale,
        group=group,
        equal=equal,
        free=free,
        missing=missing,
    )
    return Model(fit, data)


sem = cfa
"""The same under the name that lavaan has for models with regressions."""
