"""Reading the tables of an evidence folder, and what every row of them carries.

A row keeps its reported text and gains: its place (`place`, `table`, `row`, `anchor`), its date
as numbers and words (`start`, `end`, `when`, `precision`, `date_words`), its source in words
(`grade`, which a value at second hand or a cell of that name may lower, `label`, `cite`; a phase's
own label becomes `phase_label`) and, for an observation, its
numbers and words (`low`, `high`, `mid`, `value_words`, `amount`, `status`, `segment_words`).
"""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .bibtex import normalised
from .dates import DateError, read_date
from .problems import EvidenceError, Problem
from .sources import Source, row_grade
from .units import number_words, read_number, unit_words
from .vocabulary import CLAIM, NOT_OBSERVED, QUALIFIER_WORDS

COLUMNS: dict[str, tuple[str, ...]] = {
    "cluster": ("field", "value", "source", "locator"),
    "observations": (
        "indicator", "segment", "date", "value", "value_upper", "unit", "qualifier", "dimension",
        "scope", "source", "locator", "note", "via",
    ),
    "events": (
        "date", "title", "kind", "dimension", "scope", "source", "locator", "note", "via",
    ),
    "initiatives": (
        "name", "date", "audience", "dimension", "scope", "source", "locator", "note",
        "audience_mode", "decision_level", "programme",
    ),
    "phases": ("scheme", "phase", "label", "date", "source", "locator", "note"),
    "findings": (
        "id", "code", "category", "statement", "kind", "dimension", "scope", "valence", "actor",
        "mechanism", "source", "locator", "note",
    ),
    "cpi": ("year", "cpi_change_percent", "source"),
    "protection": (
        "scheme", "tier", "date", "level", "law", "facade", "structure", "plan", "interior",
        "source", "locator", "note",
    ),
    "definitions": (
        "indicator", "segment", "date", "definition", "source", "locator", "note",
    ),
}  # fmt: skip
OPTIONAL_COLUMNS = {
    "observations": ("grade",),
    "events": ("lane", "grade", "event"),
    "codebook": ("unit_family",),
}
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

# The limit is the process's; frictionless sets it so too, so a long cell is read the same always.
csv.field_size_limit(2**31 - 1)


def wide(content: bytes) -> bool:
    """Return whether bytes are text in UTF-16, with or without a byte order mark."""
    head = content[:200]
    even, odd = head[::2].count(0), head[1::2].count(0)
    return head[:2] in (b"\xff\xfe", b"\xfe\xff") or max(even, odd) > len(head) // 4


def read_records(path: Path) -> list[list[str]]:
    """Return the cells of a CSV file, record by record: what a spreadsheet shows as its rows.

    A record is a row whatever lines its quoted cells span, and an empty line is a row, so record
    `i` (from 0) is row `i + 1`. A byte order mark and any line ends are accepted, and letters are
    composed (NFC), so that a key is the same wherever it was typed. Raises `EvidenceError` for a
    file that is not UTF-8 or no CSV.
    """
    content = path.read_bytes()
    records: list[list[str]] = []
    if wide(content):
        right = "save it as CSV UTF-8"
        raise EvidenceError([Problem(path.name, 1, "", "is UTF-16, not UTF-8", right)])
    try:
        text = normalised(content.decode("utf-8").removeprefix("\ufeff"))
        records.extend(csv.reader(io.StringIO(text, newline=""), strict=True))
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8").removeprefix("\ufeff")
        records.extend(csv.reader(io.StringIO(before + "?", newline="")))
        wrong = f"is not UTF-8 (byte {error.start})"
        right = "save it as CSV UTF-8"
        raise EvidenceError([Problem(path.name, len(records), "", wrong, right)]) from None
    except csv.Error as error:
        right = "close the double quotes of the cell, and write a quote within it twice"
        raise EvidenceError(
            [Problem(path.name, len(records) + 1, "", f"is no CSV: {error}", right)]
        ) from None
    return records


def read_csv(path: Path, table: str) -> pd.DataFrame:
    """Return a table as text, every cell as written, with `row` as a spreadsheet numbers it.

    An absent file gives an empty table. Raises `EvidenceError` for a file that is not UTF-8,
    lacks or repeats a column or has a row of another length.
    """
    wanted = COLUMNS[table]
    extra = OPTIONAL_COLUMNS.get(table, ())
    if not path.is_file():
        return pd.DataFrame(columns=[*wanted, *extra, "row"])
    records = read_records(path)
    head = records[0] if records else []
    right = f"write: {','.join(wanted)}"
    problems = [
        Problem(path.name, 1, column, "the column is missing", right)
        for column in wanted
        if column not in head
    ]
    problems += [
        Problem(path.name, 1, column, "the column stands there twice", right)
        for column in sorted(set(head))
        if head.count(column) > 1
    ]
    if problems:
        raise EvidenceError(problems)
    rows = []
    for number, cells in enumerate(records[1:], start=2):
        if not any(cells):
            continue
        if len(cells) == len(head):
            rows.append([*cells, number])
            continue
        wrong = f"has {len(cells)} cells, the header {len(head)}"
        right = "put text that holds a comma in double quotes"
        problems.append(Problem(path.name, number, "", wrong, right))
    if problems:
        raise EvidenceError(problems)
    frame = pd.DataFrame(rows, columns=[*head, "row"], dtype=object)
    for column in extra:
        if column not in frame:
            frame[column] = ""
    return frame


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
    grades, labels, cites = [], [], []
    nothing = [""] * len(out["row"])
    vias, lowered = (out.get(name, nothing) for name in ("via", "grade"))
    for row, key, via, own in zip(out["row"], out["source"], vias, lowered, strict=True):
        source = sources.get(key)
        if source is None:
            wrong = f"source {key!r} is not in sources.bib"
            problems.append(Problem(file, row, "source", wrong, "add the entry, or mend the key"))
        grades.append(row_grade(source, via, own, sources) if source else "")
        labels.append(source.label if source else "")
        cites.append(f"{labels[-1]}, citing {via}" if via else labels[-1])
    out["grade"], out["label"], out["cite"] = grades, labels, cites


def _add_dates(out: Columns, file: str, problems: list[Problem]) -> None:
    columns: tuple[list[object], ...] = ([], [], [], [], [])
    nan = float("nan")
    for row, text in zip(out["row"], out["date"], strict=True):
        if text == "":
            cells = (nan, nan, nan, "undated", "none")
        else:
            try:
                date = read_date(text)
                cells = (date.start, date.end, date.when, date.words, date.precision)
            except DateError as error:
                problems.append(Problem(file, row, "date", str(error), ""))
                cells = (nan, nan, nan, "", "")
        for column, cell in zip(columns, cells, strict=True):
            column.append(cell)
    start, end, when, words, precision = columns
    out["start"], out["end"], out["when"] = (np.array(c, dtype=float) for c in (start, end, when))
    out["date_words"], out["precision"] = words, precision


def _add_values(out: Columns, file: str, problems: list[Problem]) -> None:
    low, high, words, amounts, statuses = [], [], [], [], []
    names = ("row", "value", "value_upper", "unit", "qualifier", "segment")
    cells = zip(*(out[name] for name in names), strict=True)
    for row, value, value_upper, unit, qualifier, segment in cells:
        pair: list[float] = []
        for field, text in (("value", value), ("value_upper", value_upper)):
            try:
                pair.append(read_number(text) if text or field == "value" else pair[0])
            except ValueError as error:
                right = "write digits, as in 1234.5"
                problems.append(Problem(file, row, field, str(error), right))
                pair.append(float("nan"))
        low.append(pair[0])
        high.append(pair[1])
        said = value_words(pair[0], pair[1], qualifier, unit)
        words.append(said)
        unit = "" if unit == "percent" else unit_words(unit, said == "1")
        amounts.append(f"{said} {unit}".strip())
        statuses.append(status(segment))
    out["low"], out["high"] = np.array(low, dtype=float), np.array(high, dtype=float)
    out["mid"] = (out["low"] + out["high"]) / 2
    out["value_words"], out["amount"], out["status"] = words, amounts, statuses
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
