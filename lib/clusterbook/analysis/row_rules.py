"""Rows that meet a written condition: `category=memory-politics; valence=sustains`.

column=one|other    the cell is one of the words
column!=word        the cell is not the word
column~one|other    the cell holds one of the words, in any case
column>=3           the cell, as a number, is at least this
column<opened       the cell, as a number, is less than a value given by name
"""

from __future__ import annotations

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
    kept = pd.Series(True, index=rows.index)
    for term in filter(None, (part.strip() for part in where.split(";"))):
        match = _TERM.fullmatch(term)
        if not match:
            raise RuleError(f"{term!r} is no condition; write it like category=memory-politics")
        column, sign, value = match.groups()
        if column not in rows:
            raise RuleError(f"{term!r}: the table has no column {column!r}")
        kept &= _meets(rows[column], sign, value, given)
    return rows[kept]


def _meets(cells: pd.Series, sign: str, value: str, given: Mapping[str, float]) -> pd.Series:
    words = [word.strip() for word in value.split("|")]
    if sign == "=":
        return cells.isin(words)
    if sign == "!=":
        return ~cells.isin(words)
    if sign == "~":
        pattern = "|".join(re.escape(word) for word in words)
        return cells.astype(str).str.contains(pattern, case=False, regex=True)
    numbers = pd.to_numeric(cells, errors="coerce")
    if sign == ">=":
        return numbers >= float(value)
    return numbers < given.get(value, float("nan"))
