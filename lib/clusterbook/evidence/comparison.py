"""What a chapter asks of other clusters, and what they say.

A chapter about one cluster also shows rows of others. To run it again on any change of any cluster
would be waste; to leave it would be stale. So each question is kept with a digest of its answer:
later the same questions are asked again, and only a changed answer makes the chapter run.

All clusters at a glance (`peers`) are read once for each state of their files; rows of other
clusters lead to the ledgers of their own. Whatever asks raises `EvidenceError`, with the cluster's
name before the file, where the evidence of one cannot be read.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, wraps
from math import isfinite, nan
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from .case import Case, open_case
from .dates import read_date
from .plain import Row, records
from .problems import told_of
from .root import cluster_folder, cluster_slugs, outside_folders, stamp
from .sheets import attributes
from .sourced import afar

Asked = TypeVar("Asked", bound=Callable[..., Any])

ASKED: dict[str, str] = {}
"""The questions of this process and the digests of their answers."""

_FUNCTIONS: dict[str, Callable[..., Any]] = {}


def compares(function: Asked) -> Asked:
    """Mark a function that reads other clusters; its arguments are texts or lists of texts.

    Every call is kept in `ASKED`.
    """
    _FUNCTIONS[function.__name__] = function

    @wraps(function)
    def asking(*arguments: Any) -> Any:
        answer = function(*arguments)
        ASKED[json.dumps([function.__name__, *arguments])] = digest(answer)
        return answer

    return asking  # type: ignore[return-value]


def digest(answer: Any) -> str:
    """Return the digest of an answer: a table (its row numbers left out) or plain values."""
    if isinstance(answer, pd.DataFrame):
        shown = answer.drop(columns="row", errors="ignore")
        text = shown.to_csv(index=False)
    elif isinstance(answer, dict):
        text = "\n".join(f"{name} {digest(part)}" for name, part in answer.items())
    elif answer is None:
        text = ""
    else:
        text = "\n".join(getattr(part, "digest", None) or repr(part) for part in answer)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def answers_now(questions: dict[str, str], known: dict[str, str]) -> bool:
    """Return whether all questions still have the answers they had.

    `known` holds answers of this run; it is filled, so that no question is asked twice. A question
    of a module that nobody has imported counts as answered otherwise.
    """
    for question, answer in questions.items():
        if question not in known:
            name, *arguments = json.loads(question)
            arguments = [tuple(a) if isinstance(a, list) else a for a in arguments]
            try:
                known[question] = digest(_FUNCTIONS[name](*arguments))
            except (KeyError, LookupError, ValueError, OSError):
                known[question] = ""
        if known[question] != answer:
            return False
    return True


FILES = ("cluster.csv", "observations.csv", "events.csv", "initiatives.csv", "sources.bib")
"""What a peer is made of: so much is looked at each time, and a city office has hundreds."""


@dataclass(frozen=True)
class Peer:
    """What a comparison needs of a cluster.

    `counts` holds the number of observed rows by indicator, other places and the industrial past
    left out; `last` is the end of the latest dated row as a decimal year, NaN without one.
    """

    slug: str
    facts: Mapping[str, str] = field(repr=False)
    events: pd.DataFrame = field(repr=False)
    counts: Mapping[str, int] = field(repr=False)
    last: float = nan

    @cached_property
    def digest(self) -> str:
        """The digest of all that is known of it here."""
        said = (self.slug, self.facts, digest(self.events), self.counts, self.last)
        return digest(said)

    def fact(self, name: str) -> str:
        """Return an attribute of `cluster.csv`, or "" where it is not given."""
        return self.facts.get(name, "")

    @property
    def name(self) -> str:
        """The cluster's name, or its slug where none is given."""
        return self.fact("name") or self.slug


@compares
def peers() -> tuple[Peer, ...]:
    """Return every cluster that has an evidence folder, sorted by slug."""
    slugs = sorted({*cluster_slugs(), *(folder.name for folder in outside_folders())})
    folders = [cluster_folder(slug) for slug in slugs]
    return tuple(_peer(folder, tuple(stamp(folder / file) for file in FILES)) for folder in folders)


@cache  # more than are kept opened
def _peer(folder: Path, _stamp: tuple[tuple[int, int], ...]) -> Peer:
    case = _opened(folder.name)
    observed, told = (
        rows[rows["dimension"] != "context"]
        for rows in (case.observations[case.observations["status"] == "observed"], case.events)
    )
    ends = [_last(row) for rows in (observed, told, case.initiatives) for row in records(rows)]
    last = max(filter(isfinite, ends), default=nan)
    return Peer(
        case.slug, attributes(case.facts), case.events, Counter(observed["indicator"]), last
    )


def _last(row: Row) -> float:
    """Return until when a row attests something.

    A decade or an open end attests its start; of a span the middle is taken, since it may run on
    into years that its source had not seen.
    """
    open_end = row["precision"] in ("decade", "century") or not isfinite(row["end"])
    name = "start" if open_end else "when" if row["precision"] == "interval" else "end"
    return float(row[name])


PARKS = ("ningbo-1956", "hefeng", "qiyun-86")
"""The parks that Wang and Ma (2018) compare, in their order."""
STUDY = "wangma2018"
"""The key of the study."""
JUDGED = "park_well_developed"
"""The indicator of its judgement: 1 for a well developed park, 0 for a poorly developed one."""
COLUMNS = (
    "park field value date_words source locator note anchor place href grade label cite".split()
)


def _opened(cluster: str) -> Case:
    with told_of(cluster):
        return open_case(cluster)


def _others(cluster: str) -> Iterator[Case]:
    return (_opened(slug) for slug in cluster_slugs() if slug != cluster)


def _together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    found = [part for part in parts if len(part)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


@compares
def observed_elsewhere(indicator: str, cluster: str) -> pd.DataFrame:
    """Return what the other clusters observed of an indicator, with `cluster` and `cluster_name`.

    Rows about another place or the past (dimension context), targets and claims are left out.
    """
    parts = []
    for case in _others(cluster):
        rows = case.series(indicator)
        rows = afar(rows[rows["dimension"] != "context"])
        parts.append(rows.assign(cluster=case.slug, cluster_name=case.name or case.slug))
    return _together(parts)


@compares
def events_elsewhere(cluster: str, words: str, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Return other clusters' events of some kinds whose title holds a name, with `cluster_name`.

    `words` is matched whole. The rows carry what dated rows carry (see `tables`).
    """
    pattern = rf"(?<!\w){re.escape(words)}(?!\w)"
    parts = []
    for case in _others(cluster):
        rows = case.events[case.events["kind"].isin(kinds)]
        rows = afar(rows[rows["title"].str.contains(pattern).astype(bool)])
        parts.append(rows.assign(cluster_name=case.name or case.slug))
    return _together(parts)


@compares
def initiatives_of(cluster: str) -> list[Row]:
    """Return a cluster's programmes."""
    return records(_opened(cluster).initiatives)


@compares
def ningbo_parks() -> pd.DataFrame:
    """Return the facts of the three parks, and the study's judgement, with their sources.

    Columns: `park` (its name), `field`, `value` (in words, dates too), `date_words` and those of a
    row; the field of the judgement is "judgement". A park whose folder is missing has no row.
    """
    there = set(cluster_slugs())
    parts = [_park(_opened(slug)) for slug in PARKS if slug in there]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def _park(case: Case) -> pd.DataFrame:
    said = case.observations
    said = said[(said["indicator"] == JUDGED) & (said["source"] == STUDY)]
    words = {1.0: "well developed", 0.0: "poorly developed"}
    judged = said.assign(field="judgement", value=said["low"].map(words))
    rows = afar(pd.concat([case.facts, judged])).fillna({"date_words": "", "note": ""})
    value = [
        read_date(value).words if field in ("built", "opened")
        else value if field == "name" else value.replace("_", " ")
        for field, value in zip(rows["field"], rows["value"], strict=True)
    ]  # fmt: skip
    return rows.assign(value=value, park=case.name or case.slug)[COLUMNS].reset_index(drop=True)
