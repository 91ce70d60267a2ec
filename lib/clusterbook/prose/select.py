"""Naming one row of the evidence in a text: `rent[commercial]@2019#m50article`.

    indicator[segment]@date#source      an observation; every part after the indicator may be left
    city:indicator[segment]@date#source the same in the city's evidence
    event[kind]@date#source~words       an event whose title holds the words
    programme[slug]#source              an initiative
    claim[id]                           a finding
    fact[field]                         an attribute of cluster.csv

Without `[segment]` an observation of the whole cluster (empty segment) is meant. The parts must
leave exactly one row; they never name the value, so a corrected value is followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pandas as pd

from clusterbook.analysis import prices
from clusterbook.evidence import Case
from clusterbook.evidence.units import number_words

from .sentence import Number, derived

_SELECTOR = re.compile(
    r"(?:(?P<place>city):)?(?P<what>[a-z_0-9]+)(?:\[(?P<part>[^\]]*)\])?(?:@(?P<date>[^#~]+~?))?"
    r"(?:#(?P<source>[\w-]+))?(?:~(?P<words>.+))?"
)
_TABLES = {
    "event": ("events", "kind"),
    "programme": ("initiatives", "programme"),
    "claim": ("findings", "id"),
    "fact": ("facts", "field"),
}


class SelectionError(LookupError):
    """A text names no row, or more than one; the message says which."""


def select(case: Case, selector: str) -> pd.Series:
    """Return the one row that a selector names. Raises `SelectionError` for none or several."""
    match = _SELECTOR.fullmatch(selector)
    if not match:
        raise SelectionError(
            f"{selector!r} is no row; write it like rent[commercial]@2019#m50article"
        )
    named = match.groupdict()
    place = case.city if named["place"] else case
    if place is None:
        raise SelectionError(f"{selector!r}: there is no evidence on the city")
    table, column = _TABLES.get(named["what"], ("observations", "segment"))
    rows: pd.DataFrame = getattr(place, table)
    if table == "facts":
        rows = rows.assign(amount=rows["value"], value_words=rows["value"], note="")
    if table == "observations":
        rows = rows[rows["indicator"] == named["what"]]
        rows = rows[rows["segment"] == (named["part"] or "")]
    elif named["part"] is not None:
        rows = rows[rows[column] == named["part"]]
    if named["date"]:
        rows = rows[rows["date"] == named["date"]]
    if named["source"]:
        rows = rows[rows["source"] == named["source"]]
    if named["words"]:
        rows = rows[rows["title"].str.contains(named["words"], regex=False)]
    if len(rows) != 1:
        found = "no row" if rows.empty else f"{len(rows)} rows"
        places = ", ".join(str(n) for n in rows["row"]) if len(rows) else ""
        where = f" (rows {places} of {table}.csv); add @date or #source" if places else ""
        raise SelectionError(f"{selector!r} names {found}{where}")
    return rows.iloc[0]


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
    one, two = (number_words(float(f"{v:.3g}")) for v in (low, high))
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
    """Return a derived number. Raises `SelectionError` unless two rows are named."""
    if len(rows) != 2:
        raise SelectionError(f"{name} takes two figures, not {len(rows)}")
    return FORMULAS[name](rows)
