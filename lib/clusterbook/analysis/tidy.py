"""Rows of the evidence as tidy frames: one row a reported value, all in one unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from clusterbook.evidence import Case
from clusterbook.evidence.comparison import observed_elsewhere
from clusterbook.evidence.dates import read_date
from clusterbook.evidence.plain import Row, records
from clusterbook.evidence.problems import nearest
from clusterbook.evidence.quantity import Quantity, quantities
from clusterbook.evidence.tables import value_words
from clusterbook.evidence.units import UnitError, factor, unit_words

MANY = 100
"""Values of one quantity of a cluster above which each year is told by its middle one."""


def tidy(
    case: Case,
    indicator: str,
    per: int | None = None,
    segment: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Return the observed rows of an indicator inside a cluster, in the unit most of them have.

    `per` keeps units with so many slashes: 2 for a rent per area and time. `segment` keeps one part
    ("" is the whole cluster), `unit` is the common one where it is not to be that of most rows.
    Rows of other places (dimension context) are left out, as are those
    in units that cannot be put in the common one.
    Columns out, besides those of an observation: `year` (decimal, missing where undated), `tier`
    (the part that was measured, in words), `low`, `high` and `mid` (numbers: sort by these), `q`
    (the value as a `Quantity`, for sentences and arithmetic; of two that overlap neither is less),
    `value_words` and `amount` (without and with the unit). `attrs` has the `unit` and, in words,
    `per`. Of an indicator with very many values each year has one (see `by_year`).
    Raises `LookupError` for an indicator that the codebook does not have: a slip of the pen
    must not pass for a gap. The indicator "" has no rows.
    """
    listed = tuple(case.codebook["indicator"])
    if indicator and indicator not in listed:
        near = nearest(indicator, listed)
        right = f"write {near}" if near else "add it to a codebook.csv"
        raise LookupError(f"{indicator!r} is not in the codebook; {right}")
    rows = case.series(indicator, segment)
    rows = rows[rows["dimension"] != "context"]
    kept = rows if per is None else rows[rows["unit"].str.count("/") == per]
    return in_one_unit(kept, unit or main_unit(kept))


def elsewhere(case: Case, indicator: str, unit: str) -> pd.DataFrame:
    """Return the rows of an indicator in all other clusters that can be put in `unit`.

    Columns as of `tidy`, with `cluster` and `cluster_name`.
    """
    return in_one_unit(observed_elsewhere(indicator, case.slug), unit)


def in_one_unit(rows: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Return the rows that can be put in `unit`, tidy (see `tidy`), in order of date."""
    rows = _in_unit(rows, unit) if len(rows) else rows
    if rows.empty and "when" not in rows:
        wanted = ["when", "row", "segment", "segment_words", "unit", "anchor", "cluster_name"]
        rows = rows.reindex(columns=list(dict.fromkeys([*rows.columns, *wanted])))
    rows = rows.rename(columns={"when": "year", "segment_words": "tier"})
    rows["segment_words"] = rows["tier"]
    rows = rows.sort_values(["year", "row"], kind="stable")
    rows["q"] = quantities(rows.assign(unit=unit))
    rows = by_year(rows, "indicator")
    rows.attrs |= {"unit": unit, "per": unit_words(unit) if unit else ""}
    return rows


def main_unit(rows: pd.DataFrame) -> str:
    """Return the unit that most rows are reported in (the first of these where several are)."""
    return str(rows["unit"].mode(dropna=True).iloc[0]) if len(rows) else ""


def _in_unit(rows: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Return the rows that can be put in `unit`, with `low`, `high`, `mid` and their words in it.

    `value` and `unit` keep what was reported.
    """
    if (rows["unit"] == unit).all():
        return rows.copy()
    times = rows["unit"].map({one: _factor(one, unit) for one in rows["unit"].unique()})
    fits = rows[times.notna()].copy()
    ends = ["low", "high", "mid"]
    fits[ends] = fits[ends].mul(times.dropna(), axis=0)
    said, amounts = fits["value_words"].tolist(), fits["amount"].tolist()
    for place, row in enumerate(records(fits[["unit", "low", "high", "qualifier"]])):
        if row["unit"] != unit:
            low, high = (float(f"{row[side]:.3g}") for side in ("low", "high"))
            said[place] = value_words(low, high, row["qualifier"], unit)
            amounts[place] = f"{said[place]} {unit_words(unit)} (reported: {amounts[place]})"
    return fits.assign(value_words=said, amount=amounts)


def _factor(unit: str, into: str) -> float:
    try:
        return factor(unit, into)
    except UnitError:
        return np.nan


def by_year(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return tidy rows; of what has more than `MANY` values the middle one of each part and year.

    `by` is the column that tells one quantity of a cluster from another. The middle one, of two the
    lower, is a row as it is reported; its `q` leads to all rows that it stands for, its `note` says
    so. Where even these are more than `MANY`, the named parts are taken together. Columns out
    besides, missing for the rows of other quantities: `stands_for` (how many values), and the
    `least` and the `most` of them.
    """
    if len(rows) <= MANY:
        return rows
    size = rows.groupby(["place", by])["row"].transform("size")
    many = rows[size > MANY].reset_index(drop=True)
    if many.empty:
        return rows
    made = [row for _, one in many.groupby(["place", by], sort=False) for row in _middle(one)]
    out = pd.concat([rows[size <= MANY], pd.DataFrame(made)], ignore_index=True)
    return out.sort_values(["year", "row"], kind="stable")


def _middle(rows: pd.DataFrame) -> Iterator[Row]:
    """Yield the middle row of each part and year of one quantity (see `by_year`)."""
    year, part = rows["year"] // 1, rows["segment"]
    if rows.groupby([part, year], dropna=False).ngroups > MANY:
        part = part.where(part == "", "named_parts")
    keys = [part, rows["dimension"], year]
    for (segment, _, of), group in rows.groupby(keys, dropna=False, sort=False):
        group = group.sort_values("mid", kind="stable")
        row = records(group.iloc[[(len(group) - 1) // 2]])[0]
        least, most = group["low"].min(), group["high"].max()
        row |= {"stands_for": len(group), "least": least, "most": most}
        if len(group) > 1:
            words = segment.replace("_", " ") if segment != row["segment"] else row["tier"]
            same = {"segment": segment, "segment_words": words, "tier": words}
            if of == of:
                date = read_date(f"{of:.0f}")
                same |= {"date": f"{of:.0f}", "date_words": date.words, "year": date.when,
                         "start": date.start, "end": date.end}  # fmt: skip
            how = f"the middle one of {len(group):,} values within {value_words(least, most)}"
            under = (one for q in [row["q"], *group["q"]] for one in q.rows)
            rows_of = {one["anchor"]: {**one, **same} for one in under}
            q = replace(row["q"], rows=tuple(rows_of.values()), how=how, digits=15)
            row |= {**same, "note": how, "q": q}
        yield row


def valued(rows: pd.DataFrame, values: Iterable[Quantity], unit: str = "") -> pd.DataFrame:
    """Return tidy rows with other values, computed from theirs: what charts and tables then show.

    `values` holds one `Quantity` a row, `unit` is theirs. Columns out as of `tidy`, and `reported`,
    the `q` that was given.
    """
    made = [value.to(value.digits, value.percent, unit=unit) for value in values]
    ends = {"low": [q.low for q in made], "high": [q.high for q in made]}
    rows = rows.drop(columns=["least", "most"], errors="ignore")  # they are of other values
    out = rows.assign(
        **ends, reported=rows["q"], value_words=[str(q) for q in made],
        amount=[str(q.amount) for q in made], q=pd.Series(made, rows.index, dtype=object),
    )  # fmt: skip
    out["mid"] = (out["low"] + out["high"]) / 2
    out.attrs |= {"unit": unit, "per": unit_words(unit) if unit else ""}
    return out


def best(rows: pd.DataFrame) -> pd.DataFrame:
    """Return tidy rows with the best grade first, then in the order of their file."""
    return rows.sort_values(["grade", "row"], kind="stable")


def first_and_last(rows: pd.DataFrame) -> tuple[Quantity | None, Quantity | None]:
    """Return the best values of the first and of the last dated year; None twice for one year."""
    years = rows["year"] // 1
    if years.nunique() < 2:
        return None, None
    return best(rows[years == years.min()])["q"].iloc[0], latest(rows)


def latest(rows: pd.DataFrame) -> Quantity | None:
    """Return the best value of the latest dated year; None without a dated row."""
    ranked = best(of_latest_year(rows))
    return ranked["q"].iloc[0] if len(ranked) else None


def of_latest_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the latest year that has a dated one."""
    years = rows["year"] // 1
    return rows[years == years.max()]
