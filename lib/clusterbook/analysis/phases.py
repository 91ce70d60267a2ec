"""Periodisation schemes of experts: which phases belong together, and where they set their turns.

A turn is named by the last year before it, as a break is in `clusterbook.analysis.periodisation`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

import pandas as pd

from clusterbook.evidence import Case
from clusterbook.evidence.case import per_case
from clusterbook.evidence.plain import Row, records


def last_year(end: float) -> int:
    """Return the last whole year before a decimal end (2005.0 and 2004.7 are both 2004)."""
    return math.ceil(end - 1e-6) - 1


@per_case
def schemes_of(case: Case) -> pd.DataFrame:
    """Return the phases of a cluster's city and of itself, in order, with the schemes they make up.

    Columns out: those of phases and `about` (the place that the scheme is about), `chain` (a name
    that phases of one scheme share), `chain_label` (in words), `number` (of the phase) and
    `continues` (whether the phase comes from another scheme). A scheme that starts with a later
    number continues the scheme of the same source whose last phase has the number before and ends
    where it starts.
    """
    tables = [case.phases.assign(about=case.name)]
    if case.city is not None:
        tables.insert(0, case.city.phases.assign(about=case.fact("city")))
    tables = [table for table in tables if len(table)]
    if not tables:
        return case.phases
    phases = pd.concat(tables, ignore_index=True)
    rows = phases.assign(number=pd.to_numeric(phases["phase"]).astype(int))
    ordered = {
        str(name): records(part.sort_values("number", kind="stable"))
        for name, part in rows.groupby("scheme", sort=False)
    }
    chains = {name: _continued(part[0], ordered) or name for name, part in ordered.items()}
    words = {
        name: scheme_words(name, part[0]["source"], str(part[0]["cite"]))
        for name, part in ordered.items()
    }
    rows["chain"] = rows["scheme"].map(chains)
    rows["continues"] = rows["chain"] != rows["scheme"]
    rows["chain_label"] = rows["chain"].map(words)
    rows["at"] = pd.factorize(rows["chain"])[0]
    return rows.sort_values(["at", "number"], kind="stable").drop(columns="at")


def _continued(first: Row, schemes: Mapping[str, Sequence[Row]]) -> str | None:
    """Return the scheme that ends where a scheme with this first phase goes on; None without."""
    for name, phases in schemes.items():
        last = phases[-1]
        follows = last["number"] == first["number"] - 1 and abs(last["end"] - first["start"]) < 0.01
        if follows and last["source"] == first["source"] and name != first["scheme"]:
            return name
    return None


def scheme_words(scheme: str, source: str, cite: str) -> str:
    """Return a scheme's name as a reader says it: "Wang 2020", "M50 article: profit model"."""
    if source.startswith(scheme):
        return cite
    if scheme.startswith(f"{source}_"):
        who = re.sub(r" (\d{4}|undated)( [a-z])?$", "", cite)
        return f"{who}: {scheme.removeprefix(f'{source}_').replace('_', ' ')}"
    words = re.sub(r"(?<=[A-Za-z])(?=\d)", " ", scheme.replace("_", " "))
    return words[:1].upper() + words[1:]


def turns(phases: pd.DataFrame) -> tuple[int, ...]:
    """Return the turns between the phases of one scheme, each the last year of the earlier phase.

    A year that two phases share counts to the earlier one; a phase with an open end lasts until
    the next one starts.
    """
    ordered = phases.sort_values("number", kind="stable")
    ends, starts = ordered["end"].tolist()[:-1], ordered["start"].tolist()[1:]
    both = zip(ends, starts, strict=True)
    return tuple(last_year(after if math.isinf(end) else end) for end, after in both)
