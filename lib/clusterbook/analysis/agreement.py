"""How far two people who coded the same claims agree.

Percent agreement, Cohen's kappa (Cohen 1960, A Coefficient of Agreement for Nominal Scales) and
Krippendorff's alpha for nominal codes (by the library `krippendorff`), with the bootstrap interval
of Hayes and Krippendorff (2007, Answering the Call for a Standard Reliability Measure for Coding
Data): pairs of judgements are drawn from the available ones with replacement, as many as there
are, and alpha is worked out in each sample; the interval lies between the percentiles. With two
coders and no missing code a pair of judgements is a claim.
"""

from __future__ import annotations

from collections.abc import Iterable

import krippendorff
import numpy as np
import pandas as pd

SAMPLES = 2000
SEED = 2007


def agreement(
    pairs: pd.DataFrame, codes: Iterable[str], level: float = 0.95, samples: int = SAMPLES
) -> pd.DataFrame:
    """Return a row per code: claims, agree (a share, 0 to 1), kappa, alpha, low, high.

    `pairs` holds `<code>_first` and `<code>_second` for each code; a blank cell is a code as any
    other. `low` and `high` bound alpha at `level`; the draws are seeded, so they never change.
    Where all codes are one value, chance explains everything: kappa and alpha are nan. Raises
    `ValueError` where no claim was coded twice.
    """
    if pairs.empty:
        raise ValueError("no claim was coded twice")
    rows = {code: _agreement(pairs[f"{code}_first"], pairs[f"{code}_second"], level, samples)
            for code in codes}  # fmt: skip
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("code")
    return table.astype({"claims": int})


def _agreement(first: pd.Series, second: pd.Series, level: float, samples: int) -> dict[str, float]:
    n = len(first)
    values, coded = np.unique([first, second], return_inverse=True)
    one, two = np.eye(len(values))[coded.reshape(2, n)]  # a row per claim, a column per value
    agree = float((one * two).sum() / n)
    chance = float(one.mean(axis=0) @ two.mean(axis=0))
    draws = np.random.default_rng(SEED).integers(0, n, (samples, n))
    drawn = [_alpha((one + two)[draw]) for draw in draws]
    tail = 50 * (1 - level)
    low, high = np.nanpercentile(drawn, [tail, 100 - tail]) if len(values) > 1 else (np.nan,) * 2
    return {
        "claims": n, "agree": agree,
        "kappa": (agree - chance) / (1 - chance) if chance < 1 else np.nan,
        "alpha": _alpha(one + two), "low": float(low), "high": float(high),
    }  # fmt: skip


def _alpha(counts: np.ndarray) -> float:
    """Return Krippendorff's alpha of counts of values by claim; nan where one value is all."""
    if (counts.sum(axis=0) > 0).sum() < 2:
        return np.nan
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))
