"""Computes what takes seconds on the SYNTHETIC example once, and keeps it beside it.

Writes ``SYNTHETIC-bootstrap.csv`` (reliability with percentile intervals of 1,000 samples, seed 1),
``SYNTHETIC-invariance.csv`` and ``SYNTHETIC-invariance-means.csv``. The same on every run.

Run: python make_results.py
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from surveysem.bootstrap import bootstrap_model, bootstrap_reliability
from surveysem.estimate import fit_model
from surveysem.invariance import measurement_invariance

HERE = Path(__file__).resolve().parent
SEED, REPLICATES = 1, 1000


def results() -> dict[str, pd.DataFrame]:
    """Return the tables by the name of their file."""
    model = (HERE / "model.txt").read_text(encoding="utf-8")
    answers = pd.read_csv(HERE / "SYNTHETIC-survey.csv")
    fit = fit_model(model, answers, estimator="ML")
    replicates = bootstrap_model(fit, replicates=REPLICATES, seed=SEED)
    compared = measurement_invariance(model, answers, "park")
    return {
        "SYNTHETIC-bootstrap.csv": bootstrap_reliability(replicates),
        "SYNTHETIC-invariance.csv": compared.table,
        "SYNTHETIC-invariance-means.csv": compared.means,
    }


if __name__ == "__main__":
    for name, table in results().items():
        table.round(6).to_csv(HERE / name, index=False, lineterminator="\n")
