"""Claims of unsigned promotional texts against independent figures, claim by claim.

A claim is compared with the observed rows of its own indicator that come from another source. The
rules are fixed beforehand and are the same for every claim, so that no verdict is a matter of
taste; they say whether a figure has support elsewhere, never whether it is true.
"""

from __future__ import annotations

import math
import re
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from clusterbook.evidence import Case, cluster_slugs
from clusterbook.evidence.context_tables import definitions
from clusterbook.evidence.dates import DateError, read_date
from clusterbook.evidence.tables import value_words
from clusterbook.evidence.vocabulary import CLAIM

from . import prices, series
from .definitions import defined

VERDICTS = ("in line", "near", "out of date", "contradicted", "unconfirmed")
"""What can be found, from support to none; `MEANING` says it in words."""
WORST_FIRST = ("contradicted", "out of date", "near", "in line", "unconfirmed")
MEANING = {
    "in line": "an independent figure for the same time agrees",
    "near": "an independent figure for the same time lies within a fifth of it",
    "out of date": "the independent figure of an earlier year, or of no stated year, repeated",
    "contradicted": "independent figures say something else",
    "unconfirmed": "no independent figure for that time and quantity",
}
NEAR = 1.2
"""Two figures are near where one is at most this many times the other."""
SAME = 1.01
"""A claim repeats a figure of another time that is at most this many times off."""
FAR, FAR_YEARS = 2.0, 2.0
"""A figure this many times off a level observed at most so many years away is contradicted."""
_NEEDED = ("indicator", "segment", "low", "high", "mid", "qualifier", "unit", "start", "end",
           "when", "source", "grade", "row", "value_words", "amount")  # fmt: skip
_HEDGE = {
    "exact": (0.99, 1.01), "about": (0.95, 1.05), "nearly": (0.9, 1.0), "under": (0.8, 1.0),
    "up_to": (0.8, 1.0), "over": (1.0, 1.2), "at_least": (1.0, 1.2),
}  # fmt: skip
_LEVELS = {"cci_growth_rate": ("cci_value_added", "cci_total_output"),
           "gdp_growth": ("gdp",), "visitors_growth": ("visitors",)}  # fmt: skip


@dataclass(frozen=True)
class Audit:
    """The claims with their verdicts (see `audit`) and the rows that they were set against."""

    claims: pd.DataFrame
    observed: pd.DataFrame


_kept: list[tuple[weakref.ReferenceType[Case], Audit]] = []


def of_case(case: Case) -> Audit:
    """Return the audit of the unsigned claims in a cluster's and its city's evidence.

    The audit of the last case is kept, since several places of a chapter ask for it.
    """
    for known, found in _kept:
        if known() is case:
            return found
    tables = [case.observations] + ([case.city.observations] if case.city else [])
    rows = pd.concat(tables, ignore_index=True)
    claims = claims_about(rows, case.slug, cluster_slugs())
    observed = defined(comparable(rows, claims), definitions(case))
    ages = building_ages(case.facts, claims)
    both = pd.concat([observed, ages], ignore_index=True) if len(ages) else observed
    made = Audit(audit(claims, both), both)
    _kept[:] = [(weakref.ref(case), made)]
    return made


def subject(claim: pd.Series, labels: Mapping[str, str]) -> str:
    """Return what a claim is about in words: the indicator's label and what the segment adds."""
    label = labels.get(claim["indicator"], claim["indicator"].replace("_", " "))
    part = quantity(claim["segment"]).replace("_", " ")
    return f"{label}: {part}" if part else label


def quantity(segment: str) -> str:
    """Return what a claim is about: its segment without the mark of a claim."""
    return segment.removeprefix(CLAIM).strip("_")


def claims_about(rows: pd.DataFrame, slug: str, slugs: Iterable[str]) -> pd.DataFrame:
    """Return the claims among rows, without those that name another cluster than `slug`."""
    claims = rows[rows["status"] == "claim"]
    others = [s.replace("-", "_") for s in slugs if s != slug]
    names = re.compile(rf"(^|_)({'|'.join(map(re.escape, others))})(_|$)") if others else None
    keep = [not (names and names.search(quantity(segment))) for segment in claims["segment"]]
    return claims.loc[keep]


def building_ages(facts: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return, per claim on the age of buildings, the age that the year of building gives.

    Columns in: `facts` field, value (an EDTF date under the field `built`) and what every row
    carries. Columns out: those of an observation, with `of` (the index of the claim). Ages run
    from the start to the end of the claim's date. Nothing where the year is not given.
    """
    built = facts[facts["field"] == "built"]
    ages = []
    for claim in claims[claims["indicator"] == "feature_age"].itertuples():
        for fact in built.to_dict("records"):
            try:
                date = read_date(fact["value"])
            except DateError:
                continue
            if math.isfinite(claim.end) and date.start == date.start:
                last = math.ceil(claim.end) - 1
                low, high = int(claim.start) - int(date.start), last - int(date.start)
                words = value_words(float(low), float(high), "exact", "years")
                ages.append(
                    {**fact, "of": claim.Index, "indicator": "feature_age", "low": float(low),
                     "high": float(high), "qualifier": "exact", "unit": "years", "segment": "",
                     "start": claim.start, "end": claim.end, "when": claim.start, "via": "",
                     "value_words": words, "amount": f"{words} years", "definition": "",
                     "date_words": claim.date_words, "note": f"built {fact['value']}"}
                )  # fmt: skip
    return pd.DataFrame(ages)


def comparable(rows: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the observed rows that any of the claims could be compared with."""
    wanted = set(claims["indicator"])
    wanted |= {level for name in wanted for level in _LEVELS.get(name, ())}
    return rows[(rows["status"] == "observed") & rows["indicator"].isin(wanted)]


def span(low: float, high: float, qualifier: str) -> tuple[float, float]:
    """Return the values that a figure with its hedge leaves open.

    "about 100" is 95 to 105, "over 100" 100 to 120, "nearly 100" 90 to 100, "100" 99 to 101.
    """
    one, two = _HEDGE.get(qualifier, _HEDGE["exact"])
    ends = (low * one, low * two, high * one, high * two)
    return min(ends), max(ends)


def distance(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Return how many times apart two spans lie: 1 where they touch, infinite across zero."""
    if one[0] <= two[1] and two[0] <= one[1]:
        return 1.0
    inner, outer = (one[1], two[0]) if one[1] < two[0] else (two[1], one[0])
    return outer / inner if inner > 0 else math.inf


def audit(claims: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Return the claims with their verdict and what it rests on.

    Columns in, both tables: indicator, segment, low, high, qualifier, unit, start, end, when,
    source; `observed` may have `definition` and `of` (for one claim only).
    Columns out: verdict; `against`, the index labels in `observed` of the rows that were compared;
    `times`, the claim divided by the nearest of them (nan where ranges forbid it); `twins`, the
    rows with the same value at another time; `growth`, (low, high, labels) in percent a year where
    it was computed from levels; `rivals`, index labels of claims on the same thing that differ.
    """
    slim = observed[[c for c in (*_NEEDED, "definition", "of") if c in observed]]
    results = [_judge(claim, claims, slim) for _, claim in claims.iterrows()]
    columns = ["verdict", "against", "times", "twins", "growth", "rivals"]
    judged = pd.DataFrame(results, columns=columns, index=claims.index, dtype=object)
    return claims.join(judged)


def worst_first(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the claims in the order in which they are told: contradicted first, unknown last."""
    order = [WORST_FIRST.index(verdict) for verdict in audited["verdict"]]
    told = audited.assign(order=order).sort_values(["order", "place", "row"], kind="stable")
    return told.drop(columns="order")


def counts(audited: pd.DataFrame) -> dict[str, int]:
    """Return the number of claims by verdict, in the order of `VERDICTS`, those that occur."""
    return {v: n for v in VERDICTS if (n := int((audited["verdict"] == v).sum()))}


def _judge(claim: pd.Series, claims: pd.DataFrame, observed: pd.DataFrame) -> tuple[object, ...]:
    pool = _same_quantity(claim, observed)
    now = _best_defined(pool[(pool["start"] < claim["end"]) & (pool["end"] > claim["start"])])
    now = now[now["when"].notna()]
    own = span(claim["low"], claim["high"], claim["qualifier"])
    growth = _growth(claim, observed)
    gaps = [_apart(own, row) for _, row in now.iterrows()]
    gaps += [distance(own, (growth[0], growth[1]))] if growth else []
    bare = (claim["low"], claim["high"])
    others = pool.drop(index=now.index)
    same = [distance(bare, (r["low"], r["high"])) <= SAME for _, r in others.iterrows()]
    twins = others.loc[same]
    if gaps:
        nearest = min(gaps)
        verdict = "in line" if nearest == 1 else "near" if nearest <= NEAR else "contradicted"
        against = now
    else:
        against = _around(claim, _best_defined(pool[pool["when"].notna()]))
        far = [_apart(own, row) > FAR for _, row in against.iterrows()]
        contradicted = bool(far) and all(far) and not len(twins)
        verdict = "contradicted" if contradicted else "out of date" if len(twins) else "unconfirmed"
    return (verdict, tuple(against.index), _times(claim, against, own), tuple(twins.index), growth,
            tuple(_rivals(claim, claims, own).index))  # fmt: skip


def _same_quantity(claim: pd.Series, observed: pd.DataFrame) -> pd.DataFrame:
    rows = observed[
        (observed["indicator"] == claim["indicator"]) & (observed["source"] != claim["source"])
    ]
    if "of" in rows:
        rows = rows[rows["of"].isna() | (rows["of"] == claim.name)]
        if rows["of"].notna().any():
            return rows[rows["of"].notna()]
    wanted = set(quantity(claim["segment"]).split("_")) - {""}
    keep = [wanted <= set(segment.split("_")) for segment in rows["segment"]]
    return series.in_unit(rows.loc[keep], claim["unit"])[0]


def _best_defined(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep rows of the whole place; without one those of a stated definition; else all."""
    whole = rows[rows["segment"] == ""]
    if len(whole):
        return whole
    stated = rows[rows["definition"] != ""] if "definition" in rows else rows.iloc[:0]
    return stated if len(stated) else rows


def _around(claim: pd.Series, rows: pd.DataFrame) -> pd.DataFrame:
    before, after = claim["start"] - rows["when"], rows["when"] - claim["end"]
    away = pd.concat([before, after], axis=1).max(axis=1)
    near = rows[away <= FAR_YEARS]
    return near[away[near.index] == away[near.index].min()] if len(near) else near


def _apart(own: tuple[float, float], row: pd.Series) -> float:
    return distance(own, span(row["low"], row["high"], row["qualifier"]))


def _times(claim: pd.Series, against: pd.DataFrame, own: tuple[float, float]) -> float:
    if against.empty:
        return math.nan
    nearest = min((_apart(own, row), i) for i, (_, row) in enumerate(against.iterrows()))[1]
    row = against.iloc[nearest]
    middle = (row["low"] + row["high"]) / 2
    return float((claim["low"] + claim["high"]) / 2 / middle) if middle > 0 else math.nan


def _growth(
    claim: pd.Series, observed: pd.DataFrame
) -> tuple[float, float, tuple[int, ...]] | None:
    """Return yearly growth in percent between the first and last level within the claim's span."""
    if quantity(claim["segment"]):
        return None
    for indicator in _LEVELS.get(claim["indicator"], ()):
        rows = observed[(observed["indicator"] == indicator) & (observed["segment"] == "")]
        rows = rows[(rows["start"] >= claim["start"]) & (rows["end"] <= claim["end"])]
        ends = series.first_and_last(rows)
        if ends and ends[0]["low"] > 0:
            first, last = ends
            years = last["when"] - first["when"]
            low = prices.cagr(first["high"], last["low"], years) * 100
            high = prices.cagr(first["low"], last["high"], years) * 100
            return low, high, (first.name, last.name)
    return None


def _rivals(claim: pd.Series, claims: pd.DataFrame, own: tuple[float, float]) -> pd.DataFrame:
    rows = claims[
        (claims["indicator"] == claim["indicator"]) & (claims["segment"] == claim["segment"])
    ]
    rows = rows[(rows["start"] < claim["end"]) & (rows["end"] > claim["start"])]
    return rows.loc[[_apart(own, row) > 1 for _, row in rows.iterrows()]]
