"""Simulated answers from stated parameters: for examples, tests and questions of sample size.

Answers made here are no evidence about any place. Whoever writes them to a file or a chart must
mark them SYNTHETIC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from surveysem.errors import ModelSyntaxError, SurveyError, listing
from surveysem.moments import Array
from surveysem.syntax import Term, parse_model

# Answers 1 to 5 in shares of about 5, 15, 30, 33 and 17 per cent: a mild lean to agreement.
FIVE_POINT = (-1.65, -0.85, 0.0, 0.95)


class Population:
    """A model with every value stated, whose variables all have variance one.

    The text is lavaan's syntax with a number before each name: ``f =~ 0.8*x1 + 0.7*x2``,
    ``g ~ 0.4*f``, ``f ~~ 0.3*h``. Residual variances follow from the variance of one; covariances
    that are not stated are zero. Errors: ``ModelSyntaxError`` where a number is missing,
    ``SurveyError`` where the values leave a variable more than its variance.
    """

    def __init__(self, text: str) -> None:
        terms = parse_model(text)
        for term in terms:
            if term.fixed is None:
                raise ModelSyntaxError(
                    f"Model, line {term.line}: {term.lhs} {term.op} {term.rhs} has no value. To "
                    f"simulate, every relation needs a number: {term.lhs} {term.op} "
                    f"0.7*{term.rhs}."
                )
        self.factors = tuple(dict.fromkeys(t.lhs for t in terms if t.op == "=~"))
        names = dict.fromkeys(
            [t.rhs for t in terms if t.op == "=~"] + [n for t in terms for n in (t.lhs, t.rhs)]
        )
        self.items = tuple(name for name in names if name not in self.factors)
        self.variables = (*self.items, *self.factors)
        self._directed, self._residual = self._matrices(terms)

    def _matrices(self, terms: Sequence[Term]) -> tuple[Array, Array]:
        place = {name: i for i, name in enumerate(self.variables)}
        size = len(place)
        directed, symmetric = np.zeros((size, size)), np.zeros((size, size))
        for term in terms:
            i, j, value = place[term.lhs], place[term.rhs], float(term.fixed or 0.0)
            if term.op == "=~":
                directed[j, i] = value
            elif term.op == "~":
                directed[i, j] = value
            elif i != j:
                symmetric[i, j] = symmetric[j, i] = value
            else:
                raise ModelSyntaxError(
                    f"Model, line {term.line}: the variance of {term.lhs} is not stated here. "
                    "Every variable has variance one; leave the line out."
                )
        inverse = np.asarray(np.linalg.inv(np.eye(size) - directed), dtype=np.float64)
        at = np.arange(size)
        # Down a chain of causes, each pass settles the residual variances one step further.
        for _ in range(size):
            symmetric[at, at] += 1.0 - np.diag(inverse @ symmetric @ inverse.T)
        wrong = [self.variables[i] for i in np.flatnonzero(np.diag(symmetric) < -1e-12)]
        if wrong or np.linalg.eigvalsh(symmetric)[0] < -1e-9:
            raise SurveyError(
                f"These values are impossible: they explain more than the whole variance of "
                f"{listing(wrong) if wrong else 'some variables'}. Lower the loadings, paths or "
                "covariances there."
            )
        return inverse, symmetric

    def covariance(self) -> pd.DataFrame:
        """Return the correlations of all variables, items first."""
        total = self._directed @ self._residual @ self._directed.T
        return pd.DataFrame(total, index=list(self.variables), columns=list(self.variables))

    def draw(
        self, n: int, generator: np.random.Generator, means: Mapping[str, float] | None = None
    ) -> pd.DataFrame:
        """Return n draws of all variables; ``means`` shifts factors or items."""
        unknown = set(means or {}) - set(self.variables)
        if unknown:
            raise SurveyError(
                f"No variable is named {listing(sorted(unknown))}. "
                f"Names in this model: {listing(self.variables, 30)}."
            )
        shift = np.array([(means or {}).get(name, 0.0) for name in self.variables])
        values, vectors = np.linalg.eigh(self._residual)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        residuals = generator.standard_normal((n, len(shift))) @ root.T + shift
        return pd.DataFrame(residuals @ self._directed.T, columns=list(self.variables))


def simulate_answers(
    model: str,
    n: int,
    *,
    seed: int,
    thresholds: Sequence[float] | Mapping[str, Sequence[float]] = FIVE_POINT,
    means: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return n simulated respondents' answers, whole numbers from 1, a column per item.

    ``model`` as for ``Population``; ``thresholds`` cut the standard normal answer (one list for
    all items, or one per item); ``means`` shifts factors, in their standard deviations. The same
    seed gives the same answers. Errors as in ``Population``; unsorted or missing thresholds.
    """
    population = Population(model)
    drawn = population.draw(n, np.random.default_rng(seed), means)
    answers = {}
    for item in population.items:
        cuts = thresholds.get(item) if isinstance(thresholds, Mapping) else thresholds
        if cuts is None or not len(cuts) or list(cuts) != sorted(set(cuts)):
            raise SurveyError(
                f"The thresholds of {item} must be given as rising numbers, one fewer than answers."
            )
        answers[item] = np.searchsorted(np.asarray(cuts), drawn[item].to_numpy()) + 1
    return pd.DataFrame(answers)
