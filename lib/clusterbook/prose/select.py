"""What may be computed from two named rows in a cluster's notes (`evidence.select` names one)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from clusterbook.analysis import prices
from clusterbook.evidence.select import SelectionError, select
from clusterbook.evidence.units import number_words

from .sentence import Number, derived

__all__ = ["FORMULAS", "SelectionError", "formula", "select"]


def _growth(rows: Sequence[pd.Series]) -> Number:
    first, last = rows
    years = last["when"] - first["when"]
    low = prices.cagr(first["high"], last["low"], years) * 100
    high = prices.cagr(first["low"], last["high"], years) * 100
    words = _range(low, high, "%")
    formula = (
        f"yearly growth from {first['value_words']} to {last['value_words']} over {years:.1f} years"
    )
    return derived(words, formula, rows)


def _multiple(rows: Sequence[pd.Series]) -> Number:
    first, last = rows
    words = _range(last["low"] / first["high"], last["high"] / first["low"], "")
    return derived(
        f"{words} times", f"{last['value_words']} divided by {first['value_words']}", rows
    )


def _change(rows: Sequence[pd.Series]) -> Number:
    first, last = rows
    low = (last["low"] / first["high"] - 1) * 100
    high = (last["high"] / first["low"] - 1) * 100
    return derived(
        _range(low, high, "%"), f"change from {first['value_words']} to {last['value_words']}", rows
    )


def _share(rows: Sequence[pd.Series]) -> Number:
    part, whole = rows
    low, high = part["low"] / whole["high"] * 100, part["high"] / whole["low"] * 100
    return derived(_range(low, high, "%"), f"{part['value_words']} of {whole['value_words']}", rows)


def _ratio(rows: Sequence[pd.Series]) -> Number:
    part, whole = rows
    words = _range(part["low"] / whole["high"], part["high"] / whole["low"], "")
    return derived(words, f"{part['value_words']} divided by {whole['value_words']}", rows)


def _range(low: float, high: float, unit: str) -> str:
    one, two = (number_words(float(f"{v:.3g}")).replace("-", "−") for v in (low, high))
    return f"{one}{unit}" if one == two else f"{one}–{two}{unit}"


FORMULAS: dict[str, Callable[[Sequence[pd.Series]], Number]] = {
    "growth": _growth,
    "multiple": _multiple,
    "change": _change,
    "share": _share,
    "ratio": _ratio,
}
"""What may be computed from two named rows; ranges follow interval arithmetic."""


def formula(name: str, rows: Sequence[pd.Series]) -> Number:
    """Return a derived number. Raises `SelectionError` unless two fitting rows are named."""
    if len(rows) != 2:
        raise SelectionError(f"{name} takes two figures, not {len(rows)}")
    if not all({"low", "high", "when"} <= set(row.index) for row in rows):
        raise SelectionError(f"{name} takes two observations")
    if (rows[1] if name in ("share", "ratio") else rows[0])["low"] == 0:
        raise SelectionError(f"{name} would divide by a value of 0; name other rows")
    try:
        return FORMULAS[name](rows)
    except ValueError as error:
        raise SelectionError(f"{name} cannot be computed: {error}") from None
