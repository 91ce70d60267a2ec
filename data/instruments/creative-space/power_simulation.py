"""How many answers are needed: makes ``power.csv`` by simulation (about a quarter of an hour).

For each number of respondents, SYNTHETIC answers are drawn again and again from the population in
``SYNTHETIC-population.txt`` and analysed as real ones would be. The result holds for that
population (loadings near .75, two-item factors, paths of .35) and for none that differs much.

Columns of ``power.csv``: ``n`` (all respondents), ``question``, ``estimator``, ``value`` (a share,
for ``loading_half_width`` a length), ``error`` (Monte Carlo standard error, as if values were
independent), ``replicates`` (values that count for the question), ``basis`` (SYNTHETIC answers).
Questions:

- ``solution``: the five-factor model has a solution.
- ``proper``: it has one without a negative variance or factors that correlate beyond one.
- ``five_factors``: the parallel analysis (reduced matrix) finds five factors.
- ``false_alarm``: the right model is rejected at 5 per cent.
- ``wrong_model``: a model with culture and office joined in one factor is rejected at 5 per cent.
- ``coverage``: 95 per cent intervals of standardised loadings hold the true value.
- ``loading_half_width``: half the length of such an interval (median).
- ``path``: a true path of .35 between spaces is found at 5 per cent.
- ``difference_0.3``, ``difference_0.5``: two of three parks of equal size differ by so many
  standard deviations on one factor, and the comparison of scores finds it at 5 per cent.

Run: python power_simulation.py
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd

from surveysem.errors import SurveyError
from surveysem.estimate import Estimator, fit_model
from surveysem.exploratory import parallel_analysis
from surveysem.fit import fit_indices
from surveysem.result import Fit, estimates
from surveysem.scores import group_differences
from surveysem.simulate import Population, simulate_answers

HERE = Path(__file__).resolve().parent
SIZES = (80, 100, 150, 200, 300, 400, 500)
REPLICATES = 300
IMPOSSIBLE = {"negative_variance", "factors_not_distinct"}
Found = dict[tuple[str, str], list[float]]


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _fit(model: str, answers: pd.DataFrame, estimator: Estimator) -> Fit | None:
    try:
        return fit_model(model, answers, estimator=estimator)
    except SurveyError:
        return None


def _joined(model: str) -> str:
    """Return the model with the items of culture on office."""
    lines = [line for line in model.splitlines() if not line.startswith("culture")]
    return "\n".join(f"{x} + cul1 + cul2" if x.startswith("office") else x for x in lines)


def _one_sample(n: int, seed: int, found: Found) -> None:
    """Add what one sample of n answers shows."""
    population, model = _text("SYNTHETIC-population.txt"), _text("model.txt")
    answers = simulate_answers(population, n, seed=seed)
    true = Population(population).covariance()
    for estimator in ("ML", "WLSMV"):
        fit = _fit(model, answers, estimator)
        found["solution", estimator].append(fit is not None)
        clean = fit is not None and not IMPOSSIBLE & {notice.code for notice in fit.notices}
        found["proper", estimator].append(clean)
        if fit is None or estimator == "ML":
            continue
        found["false_alarm", estimator].append(fit_indices(fit)["p_scaled"] < 0.05)
        for row in estimates(fit).query("op == '=~'").itertuples():
            within = row.std_lower <= true.loc[row.lhs, row.rhs] <= row.std_upper
            found["coverage", estimator].append(within)
            found["loading_half_width", estimator].append((row.std_upper - row.std_lower) / 2)
    wrong = _fit(_joined(model), answers, "WLSMV")
    if wrong is not None:
        found["wrong_model", "WLSMV"].append(fit_indices(wrong)["p_scaled"] < 0.05)
    items = list(answers.columns)
    analysis = parallel_analysis(answers, items, replicates=100, seed=seed)
    found["five_factors", ""].append(analysis.factors == 5)
    structural = _fit(_text("structural.txt"), answers, "WLSMV")
    paths = [False, False]
    if structural is not None:
        paths = (estimates(structural).query("op == '~' and lhs == 'network'")["p"] < 0.05).tolist()
    found["path", "WLSMV"] += paths
    for size in (0.3, 0.5):
        parks = [
            simulate_answers(population, n // 3, seed=seed + k, means={"office": shift})
            for k, shift in enumerate((0.0, -size, 0.0), start=10**6)
        ]
        pooled = pd.concat(parks, ignore_index=True)
        of = pd.Series(np.repeat(["a", "b", "c"], n // 3))
        fit = _fit(model, pooled, "MLR")
        if fit is not None:
            table = group_differences(fit, of)
            row = table.query("factor == 'office' and group_a == 'a' and group_b == 'b'")
            found[f"difference_{size}", "MLR"].append(float(row["p"].iloc[0]) < 0.05)


def power_table(sizes: tuple[int, ...] = SIZES, replicates: int = REPLICATES) -> pd.DataFrame:
    """Return the table for these numbers of respondents; the same on every run."""
    rows = []
    for n in sizes:
        found: Found = defaultdict(list)
        for k in range(replicates):
            _one_sample(n, 10_000 * n + k, found)
        for (question, estimator), values in sorted(found.items()):
            draws = np.array(values, dtype=float)
            length = question == "loading_half_width"
            value = float(np.median(draws) if length else draws.mean())
            error = float(draws.std() / np.sqrt(len(draws)))
            row = (n, question, estimator, round(value, 4), round(error, 4), len(draws))
            rows.append((*row, "SYNTHETIC answers"))
        print(f"n = {n} done", flush=True)
    columns = ["n", "question", "estimator", "value", "error", "replicates", "basis"]
    return pd.DataFrame(rows, columns=columns)


if __name__ == "__main__":
    power_table().to_csv(HERE / "power.csv", index=False, lineterminator="\n")
