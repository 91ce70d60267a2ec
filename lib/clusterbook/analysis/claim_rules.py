"""The rules by which a claim gets its verdict from the figures that it is set against.

They are fixed beforehand and are the same for every claim, so that no verdict is a matter of taste.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

import pandas as pd

from clusterbook.evidence.plain import entries
from clusterbook.evidence.units import UnitError, factor
from clusterbook.evidence.vocabulary import CLAIM

from . import prices

NEAR = 1.2
"""Two figures are near where one is at most this many times the other."""
SAME = 1.01
"""A claim repeats a figure of another time that is at most this many times off."""
FAR, FAR_YEARS = 2.0, 2.0
"""A figure this many times off a level observed at most so many years away is contradicted."""
HEDGE = {
    "exact": (0.99, 1.01), "about": (0.95, 1.05), "nearly": (0.9, 1.0), "under": (0.8, 1.0),
    "up_to": (0.8, 1.0), "over": (1.0, 1.2), "at_least": (1.0, 1.2),
}  # fmt: skip
"""The span that a hedge leaves open, in times the value."""
LEVELS = {"cci_growth_rate": ("cci_value_added", "cci_total_output"),
          "gdp_growth": ("gdp",), "visitors_growth": ("visitors",)}  # fmt: skip
"""The indicators from whose levels a rate of growth can be computed."""


Figure = Any
"""A row of observations by attribute; also `label`, its index label, and `of`, the claim it alone
is for (NaN for any)."""


class Found(NamedTuple):
    """A verdict and what it rests on; see `claims_audit.audit`."""

    verdict: str
    against: tuple[int, ...]
    times: float
    twins: tuple[int, ...]
    growth: tuple[float, float, tuple[int, ...]] | None
    rivals: tuple[int, ...]


def figures(rows: pd.DataFrame) -> list[Figure]:
    """Return the rows as the rules see them; the columns `stated` and `of` may be missing."""
    named = [name for name in ("of", "stated") if name not in rows]
    return entries(rows.assign(label=rows.index, **dict.fromkeys(named, math.nan)))


def quantity(segment: str) -> str:
    """Return what a claim is about: its segment without the mark of a claim."""
    return segment.removeprefix(CLAIM).strip("_")


def _span(figure: Figure) -> tuple[float, float]:
    return span(figure.low, figure.high, figure.qualifier)


def _meet(one: Figure, two: Figure) -> bool:
    """Return whether the two dates overlap."""
    return bool(one.start < two.end and one.end > two.start)


def span(low: float, high: float, qualifier: str) -> tuple[float, float]:
    """Return the values that a figure with its hedge leaves open.

    "about 100" is 95 to 105, "over 100" 100 to 120, "nearly 100" 90 to 100, "100" 99 to 101.
    """
    one, two = HEDGE.get(qualifier, HEDGE["exact"])
    ends = (low * one, low * two, high * one, high * two)
    return min(ends), max(ends)


def distance(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Return how many times apart two spans lie: 1 where they touch, infinite across zero."""
    if one[0] <= two[1] and two[0] <= one[1]:
        return 1.0
    inner, outer = (one[1], two[0]) if one[1] < two[0] else (two[1], one[0])
    return outer / inner if inner > 0 else math.inf


def judge(claim: Figure, claims: Sequence[Figure], observed: Sequence[Figure]) -> Found:
    """Return the verdict on a claim, given all claims and all figures it may be set against."""
    pool = _same_quantity(claim, observed)
    dated = [figure for figure in pool if not math.isnan(figure.when)]
    now = _best_defined([figure for figure in dated if _meet(figure, claim)])
    values = claim.low, claim.high
    twins = [f for f in pool if f not in now and distance((f.low, f.high), values) <= SAME]
    growth = _growth(claim, observed)
    gaps = [_apart(claim, figure) for figure in now]
    gaps += [distance(_span(claim), growth[:2])] if growth else []
    against = now
    if gaps:
        nearest = min(gaps)
        verdict = "in line" if nearest == 1 else "near" if nearest <= NEAR else "contradicted"
    else:
        against = _around(claim, _best_defined(dated))
        far = bool(against) and all(_apart(claim, f) > FAR for f in against)
        verdict = "out of date" if twins else "contradicted" if far else "not checked"
    rivals = [
        other for other in claims
        if (other.indicator, other.segment) == (claim.indicator, claim.segment)
        and _meet(other, claim) and _apart(claim, other) > 1
    ]  # fmt: skip
    return Found(verdict, _labels(against), _times(claim, against), _labels(twins), growth,
                 _labels(rivals))  # fmt: skip


def _apart(one: Figure, two: Figure) -> float:
    return distance(_span(one), _span(two))


def _labels(found: Sequence[Figure]) -> tuple[int, ...]:
    return tuple(figure.label for figure in found)


def _same_quantity(claim: Figure, observed: Sequence[Figure]) -> list[Figure]:
    rows = [f for f in observed if f.indicator == claim.indicator and f.source != claim.source]
    own = [f for f in rows if f.of == claim.label]
    if own:
        return own
    wanted = set(quantity(claim.segment).split("_")) - {""}
    found = []
    for figure in rows:
        if math.isnan(figure.of) and wanted <= set(figure.segment.split("_")):
            try:
                times = factor(figure.unit, claim.unit)
            except UnitError:
                continue
            ends = {"low": figure.low * times, "high": figure.high * times}
            found.append(SimpleNamespace(**vars(figure) | ends))
    return found


def _best_defined(rows: list[Figure]) -> list[Figure]:
    """Keep figures of the whole place; without one those of a stated definition; else all."""
    whole = [figure for figure in rows if not figure.segment]
    return whole or [figure for figure in rows if figure.stated is True] or rows


def _around(claim: Figure, rows: list[Figure]) -> list[Figure]:
    """Keep the figures closest in time, if they are close at all."""
    away = [max(claim.start - figure.when, figure.when - claim.end) for figure in rows]
    least = min(away, default=math.inf)
    near = least <= FAR_YEARS
    return [f for f, years in zip(rows, away, strict=True) if near and years == least]


def _times(claim: Figure, against: list[Figure]) -> float:
    """Return the claim divided by the figure that is nearest to it in size."""
    if not against:
        return math.nan
    nearest = min(against, key=lambda figure: _apart(claim, figure))
    middle = (nearest.low + nearest.high) / 2
    return (claim.low + claim.high) / 2 / middle if middle > 0 else math.nan


def _growth(
    claim: Figure, observed: Sequence[Figure]
) -> tuple[float, float, tuple[int, ...]] | None:
    """Return yearly growth in percent between the first and last level within the claim's span."""
    if quantity(claim.segment):
        return None
    for indicator in LEVELS.get(claim.indicator, ()):
        years: dict[float, Figure] = {}
        for figure in sorted(observed, key=lambda f: (f.grade, f.row)):
            inside = claim.start <= figure.start and figure.end <= claim.end
            if figure.indicator == indicator and not figure.segment and inside:
                years.setdefault(figure.when // 1, figure)
        if len(years) > 1 and years[min(years)].low > 0:
            first, last = years[min(years)], years[max(years)]
            time = last.when - first.when
            low = prices.cagr(first.high, last.low, time) * 100
            high = prices.cagr(first.low, last.high, time) * 100
            return low, high, (first.label, last.label)
    return None
