"""Answers as the estimators need them: a matrix of numbers, checked, with every loss reported."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from surveysem.errors import DataError, Notice, listing
from surveysem.moments import Array, Mask

MAXIMUM_CATEGORIES = 12


@dataclass(frozen=True)
class Answers:
    """Answers used: ``values`` (a row per respondent, nan where missing), their place, notices."""

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
    def complete(self) -> bool:
        """Whether every respondent answered every item."""
        return not np.isnan(self.values).any()

    @property
    def covariance(self) -> Array:
        """Covariances divided by n (the likelihood's divisor); of pairs where answers miss."""
        if self.complete:
            return np.atleast_2d(np.cov(self.values.T, ddof=0))
        return pd.DataFrame(self.values).cov(ddof=0).to_numpy()


def absent(column: pd.Series[str]) -> pd.Series[bool]:
    """Return where a cell holds nothing: missing, or only blanks."""
    return column.isna() | (column.astype(str).str.strip() == "")


def numeric_columns(data: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """Return the items as floats; missing answers stay missing.

    Errors: ``DataError`` for an absent or repeated column (with the nearest name) and for an
    answer that is not a finite number (with row, counted from 1, and value).
    """
    if not isinstance(data, pd.DataFrame):
        raise DataError(
            f"The answers must be a pandas DataFrame, a row per respondent; this is a "
            f"{type(data).__name__}. Read a file by pandas.read_csv, or make one of it by "
            "pandas.DataFrame."
        )
    if data.columns.nlevels > 1:
        raise DataError("The columns have names of several levels. Give each item a single name.")
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
        kind = chosen[item].dtype
        if isinstance(kind, np.dtype) and kind.kind in "iuf":
            out[item] = chosen[item].to_numpy(dtype=float)
            if not np.isinf(out[item]).any():
                continue
        if kind.kind in "cmM":
            raise DataError(
                f"The column “{item}” holds values of type {kind}, not numbers of a scale. Turn "
                "them into numbers, or take the column out of the model."
            )
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


def complete_answers(
    data: pd.DataFrame, items: Sequence[str], *, keep_missing: bool = False
) -> Answers:
    """Return the respondents who answered every item; who is left out is counted in a notice.

    With ``keep_missing`` all who answered an item are kept. Errors: ``DataError`` as in
    ``numeric_columns``; no respondent left; two items that nobody answered both; an item on which
    everybody agrees (it has no variance), or whose answers are too large or too close together.
    """
    table = numeric_columns(data, items).to_numpy()
    absent = np.isnan(table)
    keep = ~(absent.all(axis=1) if keep_missing else absent.any(axis=1))
    values = table[keep]
    dropped = int((~keep).sum())
    if not len(values):
        raise DataError(
            f"None of the {len(table)} respondents answered all of {listing(items, 15)}. "
            "Drop the item that most people skipped, or correct the column names."
        )
    notices = _missing_notice(absent, keep, items, keep_missing)
    constant = [
        item
        for k, item in enumerate(items)
        if np.unique(values[~np.isnan(values[:, k]), k]).size < 2
    ]
    if constant:
        raise DataError(
            f"All {len(values)} respondents gave the same answer to {listing(constant)}. An item "
            "without variance says nothing about a factor: take it out of the model."
        )
    together = (~np.isnan(values)).T.astype(float) @ ~np.isnan(values)
    if (together < 2).any():
        one, other = (items[int(k)] for k in np.argwhere(together < 2)[0])
        raise DataError(
            f"Nobody, or one respondent alone, answered both {one} and {other}, so their relation "
            "is not known. Take one of them out of the model."
        )
    with np.errstate(over="ignore", invalid="ignore"):
        spread, size = np.nanstd(values, axis=0), np.nanmax(np.abs(values), axis=0)
    for item, own, largest in zip(items, spread, size, strict=True):
        if not 1e-100 < own < 1e100 or own < 1e-10 * largest:
            raise DataError(
                f"The answers to {item} (standard deviation {own:.3g}, up to {largest:.3g}) are "
                "too large, too small or too close together to reckon with. Give them another "
                "unit, or subtract what they have in common."
            )
    if spread.max() > 1e4 * spread.min():
        wide, narrow = items[int(spread.argmax())], items[int(spread.argmin())]
        raise DataError(
            f"The units of {wide} and {narrow} are too far apart (standard deviations "
            f"{spread.max():.3g} and {spread.min():.3g}). Divide {wide} by a power of ten."
        )
    return Answers(
        tuple(items), values, tuple(int(i) for i in np.flatnonzero(keep)), dropped, notices
    )


def _missing_notice(
    absent: Mask, keep: Mask, items: Sequence[str], kept: bool
) -> tuple[Notice, ...]:
    """Tell how many answers are missing, in how many patterns, and what was done about them."""
    if not absent.any():
        return ()
    count = absent.sum(axis=0)
    order = [int(k) for k in np.argsort(-count, kind="stable") if count[k]]
    rows, lost = int(absent.any(axis=1).sum()), int((~keep).sum())
    most = f"(most often {items[order[0]]}: {count[order[0]]})"
    if kept:
        patterns = len(np.unique(absent[keep], axis=0))
        gone = f" {lost} who answered none are left out." if lost else ""
        text = (
            f"{rows} of {len(keep)} respondents left an item empty {most}: "
            f"{absent[keep].mean():.1%} of the cells, in {patterns} patterns. Every answer given "
            f"is used; missing ones are taken to depend on nothing but the answers given.{gone}"
        )
    else:
        text = f"{lost} of {len(keep)} respondents left an item empty and are not used here {most}."
    return (Notice("missing_answers", listing(items[k] for k in order), text),)


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
    complete = answers.complete
    correlation = np.atleast_2d(
        np.corrcoef(answers.values.T) if complete else pd.DataFrame(answers.values).corr()
    )
    rows, columns = np.nonzero(np.abs(np.tril(correlation, -1)) > 1 - 1e-9)
    if rows.size:
        one, other = answers.items[rows[0]], answers.items[columns[0]]
        raise DataError(
            f"The items {other} and {one} have exactly the same answers (correlation "
            f"{correlation[rows[0], columns[0]]:+.0f}). Take one of them out."
        )
    if complete and np.linalg.eigvalsh(correlation)[0] < 1e-10:
        raise DataError(
            "One item is an exact sum of others (for instance a total score), so the items cannot "
            "be told apart. Take the computed column out of the model."
        )


@dataclass(frozen=True)
class Categories:
    """Answers as category numbers from 0 (-1: missing), and the answer each category stands for."""

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
        there = ~np.isnan(column)
        uneven = np.flatnonzero(there & (column != np.round(column)))
        if uneven.size:
            raise DataError(
                f"Row {answers.rows[uneven[0]] + 1}, column “{item}”: {column[uneven[0]]:g} is not "
                "a whole number. WLSMV is for categories (1 to 5); use ML or MLR for measurements."
            )
        used = tuple(int(v) for v in np.unique(column[there]))
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
        codes[:, k] = np.where(there, np.searchsorted(np.array(used), column), -1)
        levels.append(used)
    return Categories(codes, tuple(levels), tuple(notices))
