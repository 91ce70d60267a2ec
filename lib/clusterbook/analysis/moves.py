"""Who came and who left: dated arrivals and departures, also as other clusters tell them."""

from __future__ import annotations

import re

import pandas as pd

from clusterbook.analysis.events import once
from clusterbook.evidence import Case
from clusterbook.evidence.comparison import events_elsewhere

GENERIC = frozenset(
    "creative park art arts zone industrial industry factory design plaza square complex district "
    "coal mine cluster centre center quarter village micro-film the and +".split()
)


LOSS = "evict|clos|demol"
"""How words begin that tell of a loss under the name that stands before them."""


def common_name(name: str) -> str:
    """Return what others call a cluster: "M50 Creative Park" without generic words is M50.

    Where only a year or nothing would remain, the whole name.
    """
    plain = re.sub(r"\s*\(.*\)", "", name)
    kept = " ".join(word for word in plain.split() if word.lower() not in GENERIC)
    return plain if not kept or re.fullmatch(r"\d{4}", kept) else kept


def moves(events: pd.DataFrame, elsewhere: pd.DataFrame, name: str = "") -> pd.DataFrame:
    """Return arrivals and departures with `side` (came or left) and `told_by`, in order.

    Columns in: those of events; `elsewhere` also has cluster_name and holds other clusters' events
    that name this one: who left there for here came here, who arrived there from here left. A
    title that tells of a loss under this cluster's `name` ("X evictions") tells of no arrival.
    `told_by` is "" for the cluster's own rows. Rows about the industrial past or other places
    (dimension context) are left out, and a move that several rows tell of stands once.
    """
    own = once(events)
    own = own[own["kind"].isin(["arrival", "departure"]) & (own["dimension"] != "context")]
    own = own.assign(side=own["kind"].map({"arrival": "came", "departure": "left"}), told_by="")
    if len(elsewhere):
        lost = re.compile(rf"{re.escape(name)}\s+(?:{LOSS})", re.I)
        other = once(elsewhere)
        other = other[other["kind"].isin(["arrival", "departure"])]
        other = other[[not (name and lost.search(title)) for title in other["title"]]]
        sides = other["kind"].map({"departure": "came", "arrival": "left"})
        own = pd.concat([own, other.assign(side=sides, told_by=other["cluster_name"])])
    return own.sort_values(["when", "row"], kind="stable", ignore_index=True)


def moves_of(case: Case) -> pd.DataFrame:
    """Return a cluster's arrivals and departures with those that other clusters tell (`moves`)."""
    name = common_name(case.name)
    return moves(case.events, events_elsewhere(case.slug, name, ("arrival", "departure")), name)
