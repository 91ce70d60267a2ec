"""Reading the tables of an evidence folder, and what every row of them carries.

A row keeps its reported text and gains: its place (`place`, `table`, `row`, `anchor`), its date
as numbers and words (`start`, `end`, `when`, `precision`, `date_words`), its source in words
(`grade`, which a value at second hand or a cell of that name may lower, `label`, `cite`; a phase's
own label becomes `phase_label`) and, for an observation, its
numbers and words (`low`, `high`, `mid`, `value_words`, `amount`, `status`, `segment_words`).
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np
import pandas as pd

from .dates import Date, DateError, read_date
from .problems import EvidenceError, Problem
from .sources import Source, row_grade
from .units import number_words, read_number, unit_words
from .vocabulary import CLAIM, NOT_OBSERVED, QUALIFIER_WORDS

IDENTITY = {
    "cluster": ("field",),
    "observations": ("indicator", "segment", "date", "value", "unit", "source"),
    "events": ("date", "title", "source"),
    "initiatives": ("name", "date", "source"),
    "phases": ("scheme", "phase"),
    "findings": ("id",),
    "cpi": ("year",),
    "protection": ("scheme", "tier"),
    "definitions": ("indicator", "segment", "date"),
}
Columns = dict[str, Any]
SHORT = {
    "cluster": "fact", "observations": "obs", "events": "event", "initiatives": "programme",
    "phases": "phase", "findings": "claim", "cpi": "cpi",
    "protection": "tier", "definitions": "definition",
}  # fmt: skip


def anchor(table: str, cells: tuple[str, ...]) -> str:
    """Return a row's anchor in the ledger: the table and a digest of its identifying cells."""
    digest = hashlib.sha256("\x1f".join(cells).encode()).hexdigest()[:8]
    return f"{SHORT[table]}-{digest}"


def enrich(frame: pd.DataFrame, table: str, place: str, sources: dict[str, Source]) -> pd.DataFrame:
    """Return the table with what every row carries (see the module's text).

    Raises `EvidenceError` with file, row and field where a date or number cannot be read or a
    source is not in the folder's (or its context's) BibTeX.
    """
    problems: list[Problem] = []
    file = f"{table}.csv"
    out: Columns = {str(name): frame[name] for name in frame}  # one frame is made at the end
    identity = IDENTITY[table]
    out["table"], out["place"] = table, place
    out["anchor"] = _unique(
        [anchor(table, cells) for cells in zip(*(frame[c] for c in identity), strict=True)]
    )
    if table == "phases":
        out["phase_label"] = out["label"]  # `label` becomes that of the source, as in every table
    _add_sources(out, file, sources, problems)
    if "date" in out:
        _add_dates(out, file, problems)
    if table == "observations":
        _add_values(out, file, problems)
    if problems:
        raise EvidenceError(problems)
    # texts as plain objects: they lie in one block, and rows are chosen three times as fast
    columns = {
        name: cells
        if isinstance(cells, np.ndarray)
        else pd.Series(cells, frame.index, dtype=object)
        for name, cells in out.items()
    }
    return pd.DataFrame(columns, index=frame.index)


def _unique(anchors: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for name in anchors:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return result


def _add_sources(
    out: Columns, file: str, sources: dict[str, Source], problems: list[Problem]
) -> None:
    known: dict[tuple[str, str, str], tuple[str, str, str]] = {}
    found = []
    nothing = [""] * len(out["row"])
    vias, lowered = (out.get(name, nothing) for name in ("via", "grade"))
    for row, *of in zip(out["row"], out["source"], vias, lowered, strict=True):
        key, via, own = of
        source = sources.get(key)
        if source is None:
            wrong = f"source {key!r} is not in sources.bib"
            problems.append(Problem(file, row, "source", wrong, "add the entry, or mend the key"))
        elif (key, via, own) not in known:
            cite = f"{source.label}, citing {via}" if via else source.label
            known[key, via, own] = row_grade(source, via, own, sources), source.label, cite
        found.append(known.get((key, via, own), ("", "", "")))
    out["grade"], out["label"], out["cite"] = ([one[i] for one in found] for i in range(3))


def _add_dates(out: Columns, file: str, problems: list[Problem]) -> None:
    dates: list[Date | None] = []
    for row, text in zip(out["row"], out["date"], strict=True):
        try:
            dates.append(read_date(text) if text else None)
        except DateError as error:
            problems.append(Problem(file, row, "date", str(error), ""))
    if not problems:
        for name in ("start", "end", "when"):
            out[name] = np.array([getattr(d, name, math.nan) for d in dates], dtype=float)
        out["date_words"] = [date.words if date else "undated" for date in dates]
        out["precision"] = [date.precision if date else "none" for date in dates]


def _add_values(out: Columns, file: str, problems: list[Problem]) -> None:
    low: list[float] = []
    high: list[float] = []
    for row, value, upper in zip(out["row"], out["value"], out["value_upper"], strict=True):
        for field, text, ends in (("value", value, low), ("value_upper", upper or value, high)):
            try:
                ends.append(read_number(text))
            except ValueError as error:
                if field == "value" or upper:
                    right = "write digits, as in 1234.5"
                    problems.append(Problem(file, row, field, str(error), right))
                ends.append(math.nan)
    out["low"], out["high"] = np.array(low, dtype=float), np.array(high, dtype=float)
    out["mid"] = (out["low"] + out["high"]) / 2
    units = list(out["unit"])
    words = list(map(value_words, low, high, out["qualifier"], units))
    out["value_words"] = words
    out["amount"] = [
        f"{said} {'' if unit == 'percent' else unit_words(unit, said == '1')}".strip()
        for said, unit in zip(words, units, strict=True)
    ]
    out["status"] = list(map(status, out["segment"]))
    out["segment_words"] = [segment.replace("_", " ") for segment in out["segment"]]


def value_words(low: float, high: float, qualifier: str = "exact", unit: str = "") -> str:
    """Return a value with its hedge and range: "over 160", "about 0.3–0.4", "30%"."""
    if low != low or high != high:
        return "not known"
    one = str(int(low)) if unit == "year" else number_words(low)
    two = str(int(high)) if unit == "year" else number_words(high)
    sign = "%" if unit == "percent" else ""
    text = f"{one}{sign}" if low == high else f"{_without_shared_word(one, two)}–{two}{sign}"
    return f"{QUALIFIER_WORDS.get(qualifier, '')}{text}"


def _without_shared_word(one: str, two: str) -> str:
    number, _, word = one.partition(" ")
    return number if word and two.endswith(f" {word}") else one


def status(segment: str) -> str:
    """Return whether a segment was `observed`, only `announced`, or an unsourced `claim`."""
    if segment.startswith(CLAIM):
        return "claim"
    return "announced" if segment.split("_")[0] in NOT_OBSERVED else "observed"
