"""Items before any model: their statistics, missing answers, and answers that cannot stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from surveysem.answers import absent, numeric_columns
from surveysem.errors import DataError, listing
from surveysem.reliability import alpha

PROBLEM_COLUMNS = ["row", "column", "check", "severity", "problem", "right"]


def item_statistics(
    data: pd.DataFrame, factors: Mapping[str, Sequence[str]], scale: Sequence[int] | None = None
) -> pd.DataFrame:
    """Return a row of statistics per item.

    Columns: ``factor``, ``item``, ``n``, ``missing`` (share), ``mean``, ``sd`` (n - 1), ``skew``
    and ``kurtosis`` (adjusted as in Joanes and Gill 1998, normal is 0), ``lowest`` and
    ``highest`` (shares of the end answers: of ``scale``, else of the item's range),
    ``item_total`` (correlation with the sum of the factor's other items) and ``alpha_if_dropped``
    (alpha of the factor without the item; both from complete answers of the factor).
    Errors: ``DataError`` as in ``numeric_columns``.
    """
    names = [item for items in factors.values() for item in items]
    table = numeric_columns(data, list(dict.fromkeys(names)))
    rows = []
    for factor, items in factors.items():
        complete = table[list(items)].dropna()
        for item in items:
            column = table[item].dropna()
            ends = (min(scale), max(scale)) if scale else (column.min(), column.max())
            rest = [other for other in items if other != item]
            others = complete[rest].sum(axis=1)
            varied = bool(rest) and complete[item].std() > 0 and others.std() > 0
            reduced = complete[rest].cov(ddof=0).to_numpy() if len(rest) > 1 else np.eye(1)
            rows.append(
                {
                    "factor": factor,
                    "item": item,
                    "n": len(column),
                    "missing": 1 - len(column) / len(table) if len(table) else np.nan,
                    "mean": column.mean(),
                    "sd": column.std(),
                    "skew": column.skew(),
                    "kurtosis": column.kurt(),
                    "lowest": (column == ends[0]).mean(),
                    "highest": (column == ends[1]).mean(),
                    "item_total": complete[item].corr(others) if varied else np.nan,
                    "alpha_if_dropped": float(alpha(reduced)),
                }
            )
    return pd.DataFrame(rows)


def missing_answers(data: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """Return a row per pattern of missing answers, the most frequent first.

    Columns: ``respondents`` (their number), ``share``, ``missing`` (how many items), ``items``
    (which, joined by commas; empty for the complete ones).
    """
    absent = numeric_columns(data, items).isna()
    labels = absent.apply(lambda row: ", ".join(i for i in items if row[i]), axis=1)
    counts = labels.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return pd.DataFrame(
        {
            "respondents": counts.to_numpy(),
            "share": counts.to_numpy() / max(len(data), 1),
            "missing": [len(str(p).split(", ")) if p else 0 for p in counts.index],
            "items": [str(pattern) for pattern in counts.index],
        }
    )


def _problem(
    row: int | None, column: str, check: str, severity: str, what: str, right: str
) -> dict[str, object]:
    values = (row, column, check, severity, what, right)
    return dict(zip(PROBLEM_COLUMNS, values, strict=True))


def check_answers(
    data: pd.DataFrame,
    items: Sequence[str],
    scale: Sequence[int],
    *,
    respondent: str = "respondent",
    group: str | None = "park",
) -> pd.DataFrame:
    """Return what is wrong with a table of answers, a row per problem; empty if nothing is.

    Columns: ``row`` (of the answers, from 1; missing for a whole column), ``column``, ``check``
    (missing_column, not_a_number, out_of_range, duplicate_respondent, no_respondent, no_group,
    empty_row, straight_line), ``severity`` (``error``: correct it before any analysis;
    ``warning``: look at it), ``problem``, ``right`` (what would be right).
    """
    problems: list[dict[str, object]] = []
    needed = [respondent, *([group] if group else []), *items]
    for name in needed:
        if name not in data.columns:
            right = f"Add the column; the header is {listing(needed, 30)}."
            what = f"There is no column “{name}”."
            problems.append(_problem(None, name, "missing_column", "error", what, right))
    allowed = listing(scale, 12)
    there = [item for item in items if item in data.columns]
    numbers = pd.DataFrame({i: pd.to_numeric(data[i], errors="coerce") for i in there})
    for item in there:
        given = ~absent(data[item])
        for k in np.flatnonzero(given & ~numbers[item].isin(list(scale))).tolist():
            value = data[item].iloc[k]
            known = bool(np.isfinite(numbers[item].iloc[k]))
            check = "out_of_range" if known else "not_a_number"
            what = f"“{value}” is not an answer of the scale."
            right = f"One of {allowed}, or an empty cell."
            problems.append(_problem(k + 1, item, check, "error", what, right))
    if respondent in data.columns:
        problems += _respondent_problems(data[respondent], respondent)
    if group and group in data.columns:
        for k in np.flatnonzero(absent(data[group])).tolist():
            problems.append(
                _problem(k + 1, group, "no_group", "error", "No park is named.", "Name the park.")
            )
    for k in range(len(numbers) if len(there) > 2 else 0):
        answered = numbers.iloc[k].dropna()
        if answered.empty:
            what, right = "No item was answered.", "Take the row out."
            problems.append(_problem(k + 1, "", "empty_row", "warning", what, right))
        elif len(answered) == len(there) and answered.nunique() == 1:
            what = f"The same answer ({answered.iloc[0]:g}) to all {len(there)} items."
            right = "Ask whether this respondent read the questions; decide before the analysis."
            problems.append(_problem(k + 1, "", "straight_line", "warning", what, right))
    return pd.DataFrame(problems, columns=PROBLEM_COLUMNS)


def _respondent_problems(column: pd.Series[str], name: str) -> list[dict[str, object]]:
    problems = []
    for k in np.flatnonzero(absent(column)).tolist():
        what, right = "The respondent has no name.", "Give each row an identifier of its own."
        problems.append(_problem(k + 1, name, "no_respondent", "error", what, right))
    first: dict[object, int] = {}
    there = (~absent(column)).to_numpy()
    for k, value in enumerate(column):
        if not there[k]:
            continue
        if value in first:
            what = f"“{value}” already stands in row {first[value]}."
            right = "One row per respondent: take one out, or correct the identifier."
            problems.append(_problem(k + 1, name, "duplicate_respondent", "error", what, right))
        else:
            first[value] = k + 1
    return problems


def require_sound(problems: pd.DataFrame) -> None:
    """Raise ``DataError`` with the first errors of ``check_answers``, if there are any."""
    errors = problems[problems["severity"] == "error"]
    if errors.empty:
        return
    lines = [
        (f"row {int(p.row)}, " if pd.notna(p.row) else "") + f"{p.column}: {p.problem} {p.right}"
        for p in errors.head(5).itertuples()
    ]
    more = f"\n… and {len(errors) - 5} more" if len(errors) > 5 else ""
    raise DataError("The answers cannot be used as they are:\n" + "\n".join(lines) + more)
