"""Streams of income that the evidence shows, by phase, and how diverse they are.

Accounts by source of income are rarely published, so what is counted here are showings: events,
programmes, claims and indicators in which a source says that the cluster earns, or means to earn,
in a certain way. They are found by the rule in `STREAMS` and say that a stream exists, never how
much it yields.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from clusterbook.analysis.balance import empirical
from clusterbook.analysis.concentration import hill_number
from clusterbook.evidence import Case
from clusterbook.evidence.case import per_case
from clusterbook.evidence.plain import Row, records


@dataclass(frozen=True)
class Stream:
    """One way of earning: its words in a title, claim or note, and codes that stand for it."""

    name: str
    label: str
    words: str
    category: str = ""
    kind: str = ""
    indicators: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()

    def said_in(self, text: str) -> bool:
        """Return whether the text names the stream."""
        return re.search(rf"\b(?:{self.words})\b", text, re.IGNORECASE) is not None


STREAMS = (
    Stream(
        "letting", "letting of space",
        r"rent(?:s|ed|als?)?|let|lets|lettings?|(?:sub|head )?leases?",
        category="rental-strategy", indicators=("rent", "rent_premises"),
    ),
    Stream(
        "services", "services and fees",
        r"services?|advice|consult\w+|incubators?|platforms?|management fee",
        indicators=("management_fee",),
    ),
    Stream(
        "brand", "brand and further sites", r"brand\w*|licen[cs]\w+|offshoots?|sister park",
        category="brand-export", indicators=("brand_sites",),
    ),
    Stream(
        "events", "events, tickets and hire",
        r"events?|tickets?|venue hire|hall fees|festivals?|art week|launches|shows",
        audience=("public", "tourists", "trade"),
    ),
    Stream(
        "sales", "markets, fairs, spending",
        r"markets?(?! rate| price)|fairs?|merchandise|spend\w*", indicators=("event_sales",),
    ),
    Stream(
        "public", "public money",
        r"(?<!cross-)subsid(?:y|ies)|rent allowances?|tax refunds?|"
        r"(?:public|state) (?:money|capital|aid|grants?)",
        indicators=("subsidy",),
    ),
    Stream("shares", "shares in firms", r"equity|shareholding|share in their firm"),
)  # fmt: skip
"""The coding rule. A finding counts only if it is economic and sustains or is ambivalent, an event
if it is economic and no departure, dispute or award, a programme by its name and by a public that
takes part (all its rows are one), an observation by its indicator (those of one source in one phase
are one). A row may show several streams."""

NO_INCOME = ("departure", "dispute", "award", "demolition")
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")


def showings(
    events: pd.DataFrame,
    initiatives: pd.DataFrame,
    findings: pd.DataFrame,
    observations: pd.DataFrame,
) -> pd.DataFrame:
    """Return a row per showing of a stream: what shows it, when, and its evidence row.

    Columns in: those of the four tables, with `start` and `end` in decimal years. Columns out:
    stream, shown_by (event, programme, claim or indicator), text, start, end (missing without a
    date; of a claim the years that it names), one (what counts once) and the
    evidence columns source, label, cite, grade,
    date_words, locator, note, anchor.
    """
    parts = [
        _of_events(events), _of_initiatives(initiatives), _of_findings(findings),
        _of_observations(observations),
    ]  # fmt: skip
    found = [record for part in parts for record in part]
    columns = [
        "stream", "shown_by", "text", "start", "end", "one", "source", "label", "cite", "grade",
        "date_words", "locator", "note", "anchor",
    ]  # fmt: skip
    order = {stream.name: place for place, stream in enumerate(STREAMS)}

    def rank(record: Row) -> tuple[int, bool, float]:
        undated = bool(np.isnan(record["start"]))
        return order[record["stream"]], undated, 0.0 if undated else record["start"]

    return pd.DataFrame(sorted(found, key=rank), columns=columns)


def _record(stream: Stream, kind: str, text: str, row: Row, one: str = "") -> dict[str, object]:
    kept = {
        name: row.get(name, "")
        for name in ("source", "label", "cite", "grade", "date_words", "locator", "note", "anchor")
    }
    span: dict[str, Any] = {"start": np.nan, "end": np.nan, **row}
    start, end = span["start"], span["end"]
    if np.isnan(span.get("when", start)):  # a decade or a century is no year
        start, end = np.nan, np.nan
    return {
        "stream": stream.name, "shown_by": kind, "text": text, "start": start, "end": end,
        "one": one or row["anchor"], **kept,
    }  # fmt: skip


def _of_events(events: pd.DataFrame) -> Iterable[dict[str, object]]:
    rows = events[(events["dimension"] == "economic") & ~events["kind"].isin(NO_INCOME)]
    for row in records(rows):
        for stream in STREAMS:
            if stream.said_in(row["title"]):
                yield _record(stream, "event", row["title"], row)


def _of_initiatives(initiatives: pd.DataFrame) -> Iterable[dict[str, object]]:
    for row in records(initiatives.sort_values("start", kind="stable")):
        for stream in STREAMS:
            visited = row["audience"] in stream.audience and row["audience_mode"] != "none"
            by_public = stream.audience and visited
            if by_public or (not stream.audience and stream.said_in(row["name"])):
                yield _record(stream, "programme", row["name"], row, row["programme"])


def _of_findings(findings: pd.DataFrame) -> Iterable[dict[str, object]]:
    kept = (findings["dimension"] == "economic") & (findings["valence"] != "strains")
    for row in records(findings[kept]):
        years = [int(year) for year in _YEAR.findall(row["statement"])]
        span = {"start": min(years), "end": max(years) + 1} if years else {}
        dated = {**row, "start": np.nan, "end": np.nan, **span}
        for stream in STREAMS:
            coded = stream.category and stream.category == row["category"]
            if coded or stream.said_in(f"{row['statement']} {row['mechanism']}"):
                yield _record(stream, "claim", row["statement"], dated)


def _of_observations(observations: pd.DataFrame) -> Iterable[dict[str, object]]:
    kept = (observations["dimension"] != "context") & (observations["status"] == "observed")
    told = {indicator for stream in STREAMS for indicator in stream.indicators}
    rows = observations[kept & observations["indicator"].isin(told)]
    for row in records(rows.sort_values("start", kind="stable")):
        for stream in STREAMS:
            if row["indicator"] in stream.indicators:
                what = f"{row['indicator'].replace('_', ' ')}: {row['amount']}"
                one = f"{row['indicator']} {row['source']}"
                yield _record(stream, "indicator", what, row, one)


def by_phase(shown: pd.DataFrame, phases: pd.DataFrame) -> pd.DataFrame:
    """Return the showings with `phase`: each once in each phase that it touches.

    Columns in: those of `showings`; phases: phase, start (decimal years). A phase runs to the start
    of the next and the last one on, so a year in which two meet belongs to the later. `phase` is ""
    for what has no year and "before" for what ended before the first phase began. Without phases
    all that is dated is in the phase "all".
    """
    ordered = phases.sort_values("start", kind="stable")
    starts = [*(float(int(start)) for start in ordered["start"]), np.inf]
    spans = list(zip(ordered["phase"], pairwise(starts), strict=True))
    if not spans:
        spans = [("all", (-np.inf, np.inf))]
    found = []
    for row in records(shown):
        touched = [name for name, (low, high) in spans if row["start"] < high and row["end"] > low]
        if not touched:
            touched = ["" if np.isnan(row["start"]) else "before"]
        found += [{**row, "phase": name} for name in touched]
    placed = pd.DataFrame(found, columns=[*shown.columns, "phase"])
    return placed.drop_duplicates(["stream", "phase", "one"], ignore_index=True)


def diversity(placed: pd.DataFrame) -> pd.DataFrame:
    """Return how diverse the streams of each phase are, by Hill numbers of their showings.

    Columns in: those of `by_phase`. Columns out: phase, streams (N0), showings (their number), N1,
    N2 (Hill 1973). The number of groups is that of `STREAMS`; another grouping gives other numbers.
    """
    found = []
    shown: dict[str, Counter[str]] = {}
    for phase, stream in zip(placed["phase"], placed["stream"], strict=True):
        if phase not in ("", "before"):
            shown.setdefault(phase, Counter())[stream] += 1
    for phase, held in shown.items():
        counts = [float(held[stream.name]) for stream in STREAMS]
        found.append(
            {
                "phase": phase, "streams": len(held), "showings": held.total(),
                "N1": hill_number(counts, 1), "N2": hill_number(counts, 2),
            }
        )  # fmt: skip
    return pd.DataFrame(found, columns=["phase", "streams", "showings", "N1", "N2"])


@per_case
def showings_of_case(case: Case) -> pd.DataFrame:
    """Return the showings of a cluster."""
    return showings(case.events, case.initiatives, empirical(case.findings), case.observations)


@per_case
def placed_of_case(case: Case) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a cluster's showings by phase, and the phases of its own business scheme."""
    scheme = own_scheme(case.phases)
    return by_phase(showings_of_case(case), scheme), scheme


def own_scheme(phases: pd.DataFrame) -> pd.DataFrame:
    """Return the phases of the scheme that divides the cluster's business, in order.

    That is the scheme whose name speaks of profit, income or business, else the first one.
    """
    if phases.empty:
        return phases
    names = list(dict.fromkeys(phases["scheme"]))
    about = [n for n in names if re.search("profit|income|business|revenue", n)]
    return phases[phases["scheme"] == (about or names)[0]].sort_values("start", kind="stable")
