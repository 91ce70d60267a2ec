"""Claims of unsigned promotional texts against independent figures, claim by claim.

A claim is compared with the observed rows of its own indicator that come from another source. The
rules are fixed beforehand and are the same for every claim, so that no verdict is a matter of
taste; they say whether a figure has support elsewhere, never whether it is true.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from clusterbook.evidence import Case, cluster_slugs
from clusterbook.evidence.case import definitions, per_case
from clusterbook.evidence.dates import DateError, read_date
from clusterbook.evidence.plain import Row, by_index, entries, records
from clusterbook.evidence.tables import value_words
from clusterbook.evidence.vocabulary import CLAIM

from .claim_rules import LEVELS, Found, figures, judge, quantity
from .definitions import defined

WORST_FIRST = ("contradicted", "out of date", "near", "in line", "not checked")
MEANING = {
    "in line": "an independent figure for the same time agrees",
    "near": "an independent figure for the same time lies within a fifth of it",
    "out of date": "the independent figure of an earlier year, or of no stated year, repeated",
    "contradicted": "independent figures say something else",
    "not checked": "no independent figure for that time and quantity",
}
"""What can be found, from support to none, in words."""


@dataclass(frozen=True)
class Audit:
    """The claims with their verdicts (see `audit`) and the rows that they were set against."""

    claims: pd.DataFrame
    observed: pd.DataFrame

    @cached_property
    def known(self) -> dict[Any, Row]:
        """The rows that claims are set against, by their index labels."""
        return by_index(self.observed)


@per_case
def of_case(case: Case) -> Audit:
    """Return the audit of the unsigned claims in a cluster's evidence, or about it in its city's.

    Those about the city are on the city's own page, whose case this may be.
    """
    city = case.city if case.city and case.city.slug != case.slug else None  # not a city's own
    tables = [case.observations] + ([city.observations] if city else [])
    rows = pd.concat(tables, ignore_index=True)
    claims = claims_about(rows, case.slug, cluster_slugs())
    observed = defined(comparable(rows, claims), definitions(case))
    ages = building_ages(case.facts, claims)
    both = pd.concat([observed, ages], ignore_index=True) if len(ages) else observed
    return Audit(audit(claims, both), both)


def subject(claim: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Return what a claim is about in words: the indicator's label and what the segment adds."""
    label = labels.get(claim["indicator"], claim["indicator"].replace("_", " "))
    part = claim["segment_words"].removeprefix(CLAIM.replace("_", " ")).strip()
    return f"{label}: {part}" if part else label


def claims_about(rows: pd.DataFrame, slug: str, slugs: Iterable[str]) -> pd.DataFrame:
    """Return the claims among rows of the folder `slug`, or that name it, but no other cluster.

    Columns in: status, segment, place (the folder that a row is of).
    """
    claims = rows[rows["status"] == "claim"]
    others = [s.replace("-", "_") for s in slugs if s != slug]
    names = re.compile(rf"(^|_)({'|'.join(map(re.escape, others))})(_|$)") if others else None
    own = re.compile(rf"(^|_){re.escape(slug.replace('-', '_'))}(_|$)")
    keep = [
        (place == slug or bool(own.search(quantity(segment))))
        and not (names and names.search(quantity(segment)))
        for place, segment in zip(claims["place"], claims["segment"], strict=True)
    ]
    return claims.loc[keep]


def building_ages(facts: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return, per claim on the age of buildings, the age that the year of building gives.

    Columns in: `facts` field, value (an EDTF date under the field `built`) and what every row
    carries. Columns out: those of an observation, with `of` (the index of the claim). Ages run
    from the start to the end of the claim's date. Nothing where the year is not given.
    """
    built = facts[facts["field"] == "built"]
    ages = []
    of_age = claims[claims["indicator"] == "feature_age"]
    for label, claim in zip(of_age.index, entries(of_age), strict=True):
        for fact in records(built):
            try:
                date = read_date(fact["value"])
            except DateError:
                continue
            if math.isfinite(claim.end) and date.start == date.start:
                last = math.ceil(claim.end) - 1
                low, high = int(claim.start) - int(date.start), last - int(date.start)
                words = value_words(float(low), float(high), "exact", "years")
                ages.append(
                    {**fact, "of": label, "indicator": "feature_age", "low": float(low),
                     "high": float(high), "qualifier": "exact", "unit": "years", "segment": "",
                     "start": claim.start, "end": claim.end, "when": claim.start, "via": "",
                     "value_words": words, "amount": f"{words} years", "definition": "",
                     "date_words": claim.date_words, "note": f"built {fact['value']}"}
                )  # fmt: skip
    return pd.DataFrame(ages)


def comparable(rows: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the observed rows that any of the claims could be compared with."""
    wanted = set(claims["indicator"])
    wanted |= {level for name in wanted for level in LEVELS.get(name, ())}
    return rows[(rows["status"] == "observed") & rows["indicator"].isin(wanted)]


def audit(claims: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Return the claims with their verdict and what it rests on.

    Columns in, both tables: indicator, segment, low, high, qualifier, unit, start, end, when,
    source; `observed` may have `definition` and `of` (for one claim only).
    Columns out: verdict; `against`, the index labels in `observed` of the rows that were compared;
    `times`, the claim divided by the nearest of them (nan where ranges forbid it); `twins`, the
    rows with the same value at another time; `growth`, (low, high, labels) in percent a year where
    it was computed from levels; `rivals`, index labels of claims on the same thing that differ.
    """
    asked, known = figures(claims), figures(observed)
    results = [judge(claim, asked, known) for claim in asked]
    judged = pd.DataFrame(results, columns=list(Found._fields), index=claims.index, dtype=object)
    return claims.join(judged)


def worst_first(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the claims in the order in which they are told: contradicted first, unknown last."""
    order = [WORST_FIRST.index(verdict) for verdict in audited["verdict"]]
    told = audited.assign(order=order).sort_values(["order", "place", "row"], kind="stable")
    return told.drop(columns="order")
