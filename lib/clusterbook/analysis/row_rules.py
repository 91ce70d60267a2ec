"""Rows that meet a written condition: `category=memory-politics; valence=sustains`.

column=one|other    the cell is one of the words
column!=word        the cell is not the word
column~one|other    the cell holds one of the words, in any case
column>=3           the cell, as a number, is at least this
column<opened       the cell, as a number, is less than a value given by name
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from clusterbook.evidence.plain import Row

_TERM = re.compile(r"([a-z_0-9]+)(!=|>=|=|~|<)(.+)")


class RuleError(ValueError):
    """A condition cannot be read or names a column that the table lacks."""


class Cells:
    """A table as plain lists of cells by column: hundreds of conditions are asked of one table."""

    def __init__(self, table: pd.DataFrame) -> None:
        """Keep the cells of a table; its rows are made when a condition finds them."""
        self.count = len(table)
        self.columns: dict[str, list[Any]] = {name: table[name].tolist() for name in table}
        self._rows: dict[int, Row] = {}

    def row(self, place: int) -> Row:
        """Return a row by its place, the same object each time."""
        if place not in self._rows:
            self._rows[place] = {name: cells[place] for name, cells in self.columns.items()}
        return self._rows[place]


def distinct(rows: Iterable[Row]) -> list[Row]:
    """Return every row once, by its anchor, in the order of the first."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row["anchor"], row)
    return list(found.values())


def matching(table: Cells, where: str, given: Mapping[str, float]) -> list[Row]:
    """Return the rows that meet all terms of `where`, parted by semicolons.

    `given` holds the values that a term with < may name; where the value is not known (NaN or not
    given) no row meets the term. Raises `RuleError` for a term or column that is not there.
    """
    kept = list(range(table.count))
    for term in filter(None, (part.strip() for part in where.split(";"))):
        match = _TERM.fullmatch(term)
        if not match:
            raise RuleError(f"{term!r} is no condition; write it like category=memory-politics")
        column, sign, value = match.groups()
        if column not in table.columns:
            raise RuleError(f"{term!r}: the table has no column {column!r}")
        cells = table.columns[column]
        met = _meets([cells[place] for place in kept], sign, value, given)
        kept = [place for place, meets in zip(kept, met, strict=True) if meets]
    return [table.row(place) for place in kept]


def _meets(cells: list[Any], sign: str, value: str, given: Mapping[str, float]) -> list[bool]:
    words = [word.strip() for word in value.split("|")]
    if sign in ("=", "!="):
        return [(cell in words) == (sign == "=") for cell in cells]
    if sign == "~":
        pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
        return [cell == cell and bool(pattern.search(str(cell))) for cell in cells]
    numbers = [_number(cell) for cell in cells]
    if sign == ">=":
        return [number >= float(value) for number in numbers]
    return [number < given.get(value, math.nan) for number in numbers]


def _number(cell: Any) -> float:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return math.nan  # a word is neither above nor below
