"""Makes the SYNTHETIC example answers: ``SYNTHETIC-survey.csv``, the same on every run.

Nobody was asked. The population stands in ``SYNTHETIC-population.txt``, the parks' numbers of
respondents and their factors' shifts (in standard deviations) in ``SYNTHETIC-parks.csv``. All are
assumptions, made so that a comparison has something to find. Parks A, B and C stand for no place.

Run: python make_synthetic.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from surveysem.simulate import simulate_answers

HERE = Path(__file__).resolve().parent
SEED = 20181128
MISSING = 0.004


def synthetic_answers() -> pd.DataFrame:
    """Return the example answers: ``respondent``, ``park`` and the items (1 to 5 or missing)."""
    population = (HERE / "SYNTHETIC-population.txt").read_text(encoding="utf-8")
    parks = pd.read_csv(HERE / "SYNTHETIC-parks.csv")
    items = pd.read_csv(HERE / "items.csv")["item"].tolist()
    factors = [name for name in parks.columns if name not in ("park", "respondents")]
    parts = []
    for k, park in parks.iterrows():
        shift = {factor: float(park[factor]) for factor in factors}
        answers = simulate_answers(
            population, int(park["respondents"]), seed=SEED + int(k), means=shift
        )
        answers.insert(0, "park", str(park["park"]))
        parts.append(answers[["park", *items]])
    table = pd.concat(parts, ignore_index=True)
    # A few empty cells, so that the example shows how missing answers are reported.
    empty = np.random.default_rng(SEED).random((len(table), len(items))) < MISSING
    table[items] = table[items].astype("Int64").mask(empty)
    table.insert(0, "respondent", [f"SYNTHETIC-{k + 1:03d}" for k in range(len(table))])
    return table


if __name__ == "__main__":
    synthetic_answers().to_csv(HERE / "SYNTHETIC-survey.csv", index=False, lineterminator="\n")
