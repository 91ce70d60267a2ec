"""Answers as the estimators need them: a matrix of numbers, checked, with every loss reported."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from surveysem.errors import DataError, Notice, listing
from surveysem.moments import Array

MAXIMUM_CATEGORIES = 12


@dataclass(frozen=True)
class Answers:
    """Complete answers: ``values`` (a row per respondent), their place in the table, notices."""

    items: tuple[str, ...]
    values: Array
    rows: tuple[int, ...]
    dropped: int
    notices: tuple[Notice, ...]

    @property
    def n(self) -> int:
        """Number of respondents used."""
        return len(self.values)

    @property
    def covariance(self) -> Array:
        """Covariances divided by n (the likelihood's divisor)."""
        return np.atleast_2d(np.cov(self.values.T, ddof=0))


def absent(column: pd.Series[str]) -> pd.Series[bool]:
    """Return where a cell holds nothing: missing, or only blanks."""
    return column.isna() | (column.astype(str).str.strip() == "")


def numeric_columns(data: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """Return the items as floats; missing answers stay missing.

    Errors: ``DataError`` for an absent or repeated column (with the nearest name) and for an
    answer that is not a finite number (with row, counted from 1, and value).
    """
    for item in items:
        if item not in data.columns:
            there = [str(c) for c in data.columns]
            near = [c for c in there if c.strip().lower() == item.lower()]
            near = near or difflib.get_close_matches(item, there, 1)
            hint = f" Is it “{near[0]}”?" if near else ""
            raise DataError(
                f"The answers have no column “{item}”.{hint} "
                f"Columns there: {listing(data.columns, 20)}."
            )
    chosen = data[list(items)]
    if chosen.shape[1] != len(items):
        twice = chosen.columns[chosen.columns.duplicated()]
        raise DataError(f"The column {listing(twice)} stands twice. Keep one of them.")
    out = {}
    for item in items:
        numbers = pd.to_numeric(chosen[item], errors="coerce").astype(float)
        wrong = np.flatnonzero((numbers.isna() & ~absent(chosen[item])) | np.isinf(numbers))
        if wrong.size:
            value = chosen[item].iloc[int(wrong[0])]
            raise DataError(
                f"Row {int(wrong[0]) + 1}, column “{item}”: “{value}” is not a number. "
                "Answers are numbers of the scale; a missing answer is an empty cell."
            )
        out[item] = numbers.to_numpy()
    return pd.DataFrame(out, index=data.index)


def complete_answers(data: pd.DataFrame, items: Sequence[str]) -> Answers:
    """Return the respondents who answered every item; who is left out is counted in a notice.

    Errors: ``DataError`` as in ``numeric_columns``; no complete respondent; an item on which
    everybody agrees (it has no variance).
    """
    table = numeric_columns(data, items)
    keep = table.notna().all(axis=1).to_numpy()
    values = table.to_numpy()[keep]
    notices = []
    dropped = int((~keep).sum())
    if not len(values):
        raise DataError(
            f"None of the {len(table)} respondents answered all of {listing(items, 15)}. "
            "Drop the item that most people skipped, or correct the column names."
        )
    if dropped:
        missing = table.isna().sum()
        most = missing[missing > 0].sort_values(ascending=False, kind="stable")
        notices.append(
            Notice(
                "missing_answers",
                listing(most.index),
                f"{dropped} of {len(table)} respondents left an item empty and are not used here "
                f"(most often {most.index[0]}: {int(most.iloc[0])}).",
            )
        )
    constant = [i for i, spread in zip(items, np.ptp(values, axis=0), strict=True) if spread == 0]
    if constant:
        raise DataError(
            f"All {len(values)} respondents gave the same answer to {listing(constant)}. An item "
            "without variance says nothing about a factor: take it out of the model."
        )
    return Answers(
        tuple(items), values, tuple(int(i) for i in np.flatnonzero(keep)), dropped, tuple(notices)
    )


def require_usable(answers: Answers, parameters: int, method: str) -> None:
    """Raise ``DataError`` if the sample cannot carry the model.

    That is: no more respondents than parameters, or items that repeat one another exactly.
    """
    if answers.n <= parameters:
        raise DataError(
            f"{answers.n} complete answers cannot carry the {parameters} parameters that {method} "
            f"has to estimate. More than {parameters} are the bare minimum, {5 * parameters} a "
            "common rule (Bentler and Chou 1987: five for each parameter). Collect more answers "
            "or state a smaller model."
        )
    correlation = np.corrcoef(answers.values.T)
    correlation = np.atleast_2d(correlation)
    rows, columns = np.nonzero(np.abs(np.tril(correlation, -1)) > 1 - 1e-9)
    if rows.size:
        one, other = answers.items[rows[0]], answers.items[columns[0]]
        raise DataError(
            f"The items {other} and {one} have exactly the same answers (correlation "
            f"{correlation[rows[0], columns[0]]:+.0f}). Take one of them out."
        )
    if np.linalg.eigvalsh(correlation)[0] < 1e-10:
        raise DataError(
            "One item is an exact sum of others (for instance a total score), so the items cannot "
            "be told apart. Take the computed column out of the model."
        )


@dataclass(frozen=True)
class Categories:
    """Answers as category numbers from 0, and the answer that each category stands for."""

    codes: np.ndarray[tuple[int, ...], np.dtype[np.intp]]
    levels: tuple[tuple[int, ...], ...]
    notices: tuple[Notice, ...]


def categories_of(answers: Answers, scale: Sequence[int] | None = None) -> Categories:
    """Return the answers as ordered categories.

    ``scale`` lists the answers that were offered; a category that nobody chose gets a notice (its
    thresholds do not exist). Without a scale, gaps inside the used range are noticed.
    Errors: ``DataError`` for answers that are not whole numbers, not on the scale, or too many
    different ones.
    """
    codes = np.empty(answers.values.shape, dtype=np.intp)
    levels: list[tuple[int, ...]] = []
    notices: list[Notice] = []
    for k, item in enumerate(answers.items):
        column = answers.values[:, k]
        uneven = np.flatnonzero(column != np.round(column))
        if uneven.size:
            raise DataError(
                f"Row {answers.rows[uneven[0]] + 1}, column “{item}”: {column[uneven[0]]:g} is not "
                "a whole number. WLSMV is for categories (1 to 5); use ML or MLR for measurements."
            )
        used = tuple(int(v) for v in np.unique(column))
        if scale is not None and (outside := sorted(set(used) - set(scale))):
            row = answers.rows[int(np.flatnonzero(column == outside[0])[0])] + 1
            raise DataError(
                f"Row {row}, column “{item}”: {outside[0]} is not an answer of the scale "
                f"({listing(scale, 12)}). Correct it, or leave the cell empty."
            )
        if len(used) > MAXIMUM_CATEGORIES:
            raise DataError(
                f"The item “{item}” has {len(used)} different answers. WLSMV is for up to "
                f"{MAXIMUM_CATEGORIES} ordered categories; use ML or MLR."
            )
        offered = scale if scale is not None else range(used[0], used[-1] + 1)
        if unused := [v for v in offered if v not in used]:
            notices.append(
                Notice(
                    "unused_category",
                    item,
                    f"Nobody chose {listing(unused)} on {item}; its thresholds are those between "
                    f"the {len(used)} answers that were used.",
                )
            )
        codes[:, k] = np.searchsorted(np.array(used), column)
        levels.append(used)
    return Categories(codes, tuple(levels), tuple(notices))
