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
from collections.abc import Mapping

import pandas as pd

_TERM = re.compile(r"([a-z_0-9]+)(!=|>=|=|~|<)(.+)")


class RuleError(ValueError):
    """A condition cannot be read or names a column that the table lacks."""


def matching(rows: pd.DataFrame, where: str, given: Mapping[str, float]) -> pd.DataFrame:
    """Return the rows that meet all terms of `where`, parted by semicolons.

    `given` holds the values that a term with < may name; where the value is not known (NaN or not
    given) no row meets the term. Raises `RuleError` for a term or column that is not there.
    """
    kept = list(range(len(rows)))  # lists, since a chapter asks hundreds of times
    for term in filter(None, (part.strip() for part in where.split(";"))):
        match = _TERM.fullmatch(term)
        if not match:
            raise RuleError(f"{term!r} is no condition; write it like category=memory-politics")
        column, sign, value = match.groups()
        if column not in rows:
            raise RuleError(f"{term!r}: the table has no column {column!r}")
        met = _meets(rows[column], sign, value, given)
        kept = [place for place in kept if met[place]]
    return rows.iloc[kept]


def _meets(cells: pd.Series, sign: str, value: str, given: Mapping[str, float]) -> list[bool]:
    words = [word.strip() for word in value.split("|")]
    if sign in ("=", "!="):
        return [(cell in words) == (sign == "=") for cell in cells.tolist()]
    if sign == "~":
        pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
        return [cell == cell and bool(pattern.search(str(cell))) for cell in cells.tolist()]
    numbers = pd.to_numeric(cells, errors="coerce").tolist()
    if sign == ">=":
        return [number >= float(value) for number in numbers]
    return [number < given.get(value, math.nan) for number in numbers]
