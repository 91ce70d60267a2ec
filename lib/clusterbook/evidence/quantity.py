"""A value with its range, its hedge and its rows: arithmetic keeps all three.

Ranges follow interval arithmetic (Moore 1966). A hedge is a statement about one side: "over 160"
says that the value lies above. So it turns round in a divisor and in what is taken away, "about"
overrides it, and hedges that contradict each other vanish.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import pandas as pd

from .plain import Row, records
from .sourced import Sourced, computed, sourced
from .tables import value_words
from .units import unit_words

TURNED = {
    "over": "under", "at_least": "up_to", "under": "over", "nearly": "over", "up_to": "at_least",
}  # fmt: skip
ABOVE, BELOW = ("over", "at_least"), ("under", "nearly", "up_to")


def joined(one: str, two: str) -> str:
    """Return the hedge of a value made of two hedged ones; "" where they contradict each other."""
    both = {one, two} - {""}
    if "about" in both:
        return "about"
    for side in (ABOVE, BELOW):
        if both and both <= set(side):
            return next(hedge for hedge in side if hedge in both)
    return ""


@dataclass(frozen=True)
class Quantity:
    """What lies from `low` to `high`, as `rows` report it or `how` it was computed from them.

    `hedge` is the source's ("over", "about" …; "" for exact), `digits` and `percent` are how a
    computed value is told. Where it cannot be computed, `why` says the reason and the ends are NaN.
    The rows of a `counted` one are counted, not shown.
    """

    low: float
    high: float
    rows: tuple[Row, ...] = ()
    how: str = ""
    hedge: str = ""
    unit: str = ""
    digits: int = 3
    percent: bool = False
    why: str = ""
    counted: bool = False

    def __post_init__(self) -> None:
        if not self.why and not (
            math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high
        ):
            raise ValueError(
                f"a range needs two finite ends, the lower one first, not {self.low}, {self.high}"
            )

    @property
    def date(self) -> Sourced:
        """The date of its row in words; of a computed one the dates of all its rows."""
        dates = list(dict.fromkeys(str(row["date_words"]) for row in self.rows))
        if len(dates) < 2:
            return sourced(self.rows[0], "date_words")
        said = f"{', '.join(dates[:-1])} and {dates[-1]}" if len(dates) < 4 else "several dates"
        return computed(said, "the dates of its rows", self.rows)

    @property
    def tier(self) -> str:
        """The part that its row measures, in words."""
        return str(self.rows[0]["segment_words"]) or "no named part"

    @property
    def cite(self) -> str:
        """Who says it: the citation of its (first) row."""
        return str(self.rows[0]["cite"])

    @property
    def amount(self) -> Sourced:
        """The value with its unit."""
        words = unit_words(self.unit, str(self) == "1") if self.unit != "percent" else ""
        return self._sourced(f"{self} {words}".strip())

    @property
    def known(self) -> bool:
        """Whether it could be computed."""
        return not self.why

    def to(self, digits: int, percent: bool = False, unit: str = "") -> Quantity:
        """Return it told with so many figures, as a percentage, in a unit."""
        return replace(self, digits=digits, percent=percent, unit=unit or self.unit)

    def _with(
        self,
        other: Quantity | float,
        do: Callable[[float, float], float],
        sign: str,
        turned: bool = False,
    ) -> Quantity:
        if not isinstance(other, Quantity) and other != other:
            return Quantity(math.nan, math.nan, self.rows, str(self), why="a value is missing")
        two = other if isinstance(other, Quantity) else Quantity(other, other, how=f"{other:,.6g}")
        how = f"{self._said()} {sign} {two._said()}"
        rows = self.rows + two.rows
        why = self.why or two.why
        if not why and sign == "÷" and two.low <= 0 <= two.high:
            why = f"{two} may be zero, and nothing can be divided by it"
        if not why and sign == "^" and (self.low < 0 or (self.low == 0 and two.low < 0)):
            why = f"{self} is not above zero"
        if why:
            return Quantity(math.nan, math.nan, rows, how, why=why)
        ends = [do(a, b) for a, b in product((self.low, self.high), (two.low, two.high))]
        negative = sign in "×÷" and (two.high < 0) != (self.high < 0)
        hedge = joined(self.hedge, TURNED.get(two.hedge, two.hedge) if turned else two.hedge)
        return Quantity(
            min(ends), max(ends), rows, how, TURNED.get(hedge, hedge) if negative else hedge
        )

    def _said(self) -> str:
        return f"({self.how})" if " " in self.how else self.how or str(self)

    def __truediv__(self, other: Quantity | float) -> Quantity:
        return self._with(other, lambda a, b: a / b, "÷", turned=True)

    def __rtruediv__(self, other: float) -> Quantity:
        return Quantity(other, other, how=f"{other:,.6g}") / self

    def __mul__(self, other: Quantity | float) -> Quantity:
        return self._with(other, lambda a, b: a * b, "×")

    def __add__(self, other: Quantity | float) -> Quantity:
        return self._with(other, lambda a, b: a + b, "+")

    def __sub__(self, other: Quantity | float) -> Quantity:
        return self._with(other, lambda a, b: a - b, "−", turned=True)

    def __rsub__(self, other: float) -> Quantity:
        return Quantity(other, other, how=f"{other:,.6g}") - self

    def __pow__(self, other: Quantity | float) -> Quantity:
        return self._with(other, lambda a, b: a**b, "^")

    def __radd__(self, other: float) -> Quantity:
        return self + other if other else self  # `sum` begins with 0

    __rmul__ = __mul__

    def _open(self) -> tuple[float, float]:
        """Return the span that the hedge leaves open; "about" is taken at its word."""
        return (
            -math.inf if self.hedge in BELOW else self.low,
            math.inf if self.hedge in ABOVE else self.high,
        )

    def __gt__(self, other: Quantity | float) -> bool:
        """Return whether it is surely more: spans that touch decide nothing."""
        least = other._open()[1] if isinstance(other, Quantity) else other
        return self._open()[0] > least

    def __lt__(self, other: Quantity | float) -> bool:
        most = other._open()[0] if isinstance(other, Quantity) else other
        return self._open()[1] < most

    def __str__(self) -> str:
        if self.why or math.isnan(self.low):
            return "not computable"
        if not self.how:
            return (
                str(self.rows[0]["value_words"]) if self.rows else value_words(self.low, self.high)
            )
        times = 100 if self.percent else 1
        low, high = (float(f"{end * times:.{self.digits}g}") for end in (self.low, self.high))
        unit = "percent" if self.percent or self.unit == "percent" else ""
        return value_words(low, high, self.hedge or "exact", unit)

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return str(self)

    def _sourced(self, text: str) -> Sourced:
        if self.why:
            return computed(text, f"{self.how}: {self.why}", self.rows)
        return (
            computed(text, self.how, self.rows, self.counted)
            if self.how
            else sourced(self.rows[0], text=text)
        )

    def _repr_html_(self) -> str:
        return self._sourced(str(self))._repr_html_()


def quantity(row: Row) -> Quantity:
    """Return an observation as a quantity, as it is reported."""
    hedge = "" if row["qualifier"] == "exact" else row["qualifier"]
    return Quantity(row["low"], row["high"], (row,), hedge=hedge, unit=row["unit"])


def quantities(rows: pd.DataFrame) -> pd.Series:
    """Return a column of quantities for observations; rows in, one `Quantity` a row out."""
    made = [quantity(row) for row in records(rows)]
    return pd.Series(made, rows.index, dtype=object)


def under(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of evidence: of one that stands for many (`analysis.tidy.by_year`) these."""
    if "stands_for" not in rows:
        return rows
    many = rows["stands_for"].notna()
    listed = pd.DataFrame([row for q in rows.loc[many, "q"] for row in q.rows])
    return pd.concat([listed, rows[~many]], ignore_index=True)


def count(rows: pd.DataFrame, how: str, of: Any = None, by: str = "") -> Quantity:
    """Return how many rows there are as a quantity that leads to them; `how` says what is counted.

    `of` rows are those it is counted among: they bear the number where there is none. With `by` the
    distinct values of that column are counted, of which several rows may tell.
    """
    rows = under(rows)
    listed = records(rows) or (records(of) if of is not None else [])
    n = rows[by].nunique() if by else len(rows)
    return Quantity(n, n, tuple(listed), how=how, digits=9, counted=True)


def moved(first: Quantity | None, last: Quantity | None) -> str:
    """Return "rose", "fell" or, where ranges or hedges decide nothing, "are recorded"."""
    if first is None or last is None:
        return "are recorded"
    return "rose" if last > first else "fell" if first > last else "are recorded"
