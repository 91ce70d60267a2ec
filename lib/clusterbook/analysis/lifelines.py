"""The life of every cluster on one axis: first use, its end, opening, losses, end, last sight.

Everything is read from the rows by fixed rules, so that clusters are treated alike; the rules are
told with the columns of `lifelines`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from clusterbook.analysis.events import once
from clusterbook.evidence.comparison import Peer
from clusterbook.evidence.dates import Date, DateError, read_date
from clusterbook.evidence.plain import entries

LOSSES = ("departure", "closure", "demolition")
"""Kinds of events that take something away from a cluster."""
ENDED = ("closed", "redeveloped")
COLUMNS = (
    "slug", "name", "local_name", "city", "trajectory", "trajectory_note", "built_from", "built_to",
    "vacant", "opened", "opened_from", "opened_to", "opened_words", "ended", "reopened", "last",
    "losses",
)  # fmt: skip


def lifelines(peers: Iterable[Peer]) -> pd.DataFrame:
    """Return one row per cluster that has an opening date, by opening (decimal years).

    Columns: `built_from` and `built_to` span when building began, a year or a decade, by the fact
    `built` (NaN without it); `vacant` is the
    last closure before the opening, NaN if unknown; `opened` is the fact `opened`, at the finest
    date that a founding event within it gives, with `opened_from` to `opened_to` where it is only
    about known (NaN otherwise); `ended` is the last closure or demolition inside, only where the
    status is closed or redeveloped; `reopened` is the first founding after that; `last` is the end
    of the latest dated row; `losses` are the dated internal events of kind departure, closure or
    demolition since the opening, oldest first, each once.
    """
    rows = [row for row in (_life(peer) for peer in peers) if row is not None]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(["opened", "slug"], kind="stable").reset_index(drop=True)


def _life(peer: Peer) -> tuple[object, ...] | None:
    """Return the cells of a cluster, in the order of `COLUMNS`; None without an opening."""
    opened, built = _fact_date(peer, "opened"), _fact_date(peer, "built")
    if opened is None or not math.isfinite(opened.when):
        return None
    events = entries(once(peer.events))
    inside = [e for e in events if e.scope == "internal" and math.isfinite(_middle(e))]
    within = [
        read_date(e.date) for e in entries(peer.events)
        if e.kind == "founding" and e.scope == "internal"
        and opened.start <= e.start and e.end <= opened.end
    ]  # fmt: skip
    finest = min([opened, *within], key=lambda date: date.end - date.start)
    begun, about = finest.when, opened.qualifier != ""
    dated = [e for e in inside if e.kind in LOSSES and math.isfinite(e.when)]
    losses = sorted((e for e in dated if e.when > begun), key=lambda e: e.when)
    closed = [_middle(e) for e in events if e.kind == "closure"]
    gone = [e.when for e in losses if e.kind != "departure"]
    ended = max(gone, default=math.nan) if peer.fact("status") in ENDED else math.nan
    again = [e.when for e in inside if e.kind == "founding" and e.when > ended]
    return (
        peer.slug, peer.name, *map(peer.fact, COLUMNS[2:6]),
        built.start if built else math.nan,
        read_date(built.text.split("/")[0]).end if built else math.nan,
        max((when for when in closed if when <= begun), default=math.nan),
        begun, opened.start - 1 if about else math.nan, opened.end + 1 if about else math.nan,
        finest.words, ended, min(again, default=math.nan), peer.last, tuple(losses),
    )  # fmt: skip


def _fact_date(peer: Peer, name: str) -> Date | None:
    text = peer.fact(name)
    try:
        return read_date(text) if text else None
    except DateError:
        return None  # `clusterbook check` names it; here it is as good as not given


def _middle(event: Any) -> float:
    return float(event.when if math.isfinite(event.when) else (event.start + event.end) / 2)
