"""What may be computed from two named rows in a cluster's notes (`evidence.select` names one)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from clusterbook.analysis.prices import cagr
from clusterbook.evidence.select import SelectionError
from clusterbook.evidence.sourced import Sourced, computed
from clusterbook.evidence.units import number_words

FORMULAS: dict[str, tuple[Callable[[float], float], str, str]] = {
    "growth": (lambda times: 100 * times, "%", "yearly growth from {of} to {value} over {years}"),
    "multiple": (lambda times: times, " times", "{value} divided by {of}"),
    "change": (lambda times: (times - 1) * 100, "%", "change from {of} to {value}"),
    "share": (lambda times: times * 100, "%", "{value} of {of}"),
    "ratio": (lambda times: times, "", "{value} divided by {of}"),
}
"""How a quotient of two rows is told: by what number, with what unit, computed how."""


def formula(name: str, rows: Sequence[pd.Series]) -> Sourced:
    """Return a number computed from two rows; ranges follow interval arithmetic.

    A share and a ratio divide the first by the second, all others the second by the first. Raises
    `SelectionError` unless two fitting rows are named.
    """
    if len(rows) != 2:
        raise SelectionError(f"{name} takes two figures, not {len(rows)}")
    if not all({"low", "high", "when"} <= set(row.index) for row in rows):
        raise SelectionError(f"{name} takes two observations")
    value, of = rows if name in ("share", "ratio") else reversed(rows)
    if of["low"] == 0:
        raise SelectionError(f"{name} would divide by a value of 0; name other rows")
    years = value["when"] - of["when"]
    ends = [(of["high"], value["low"]), (of["low"], value["high"])]
    try:
        times = [cagr(a, b, years) if name == "growth" else b / a for a, b in ends]
    except ValueError as error:
        raise SelectionError(f"{name} cannot be computed: {error}") from None
    told, unit, how = FORMULAS[name]
    low, high = (number_words(float(f"{told(t):.3g}")).replace("-", "−") for t in times)
    words = f"{low}{unit}" if low == high else f"{low}–{high}{unit}"
    how = how.format(value=value["value_words"], of=of["value_words"], years=f"{years:.1f} years")
    return computed(words, how, rows)
