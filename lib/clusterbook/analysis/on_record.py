"""What else the evidence holds on a dimension: the rows that nothing above has shown."""

from __future__ import annotations

import pandas as pd

from clusterbook.evidence import Case
from clusterbook.evidence.quantity import quantities
from clusterbook.evidence.sourced import shown
from clusterbook.evidence.units import unit_words

from .tidy import by_year

FAR = 50
"""Values of one unit that differ by more than so many times are told apart, not drawn together."""

UNLIKE = ("count", "persons", "year", "years")
"""Units in which unlike things are told: an edition's number and works shown are not compared."""

CROWD = 8
"""Values above which a quantity is listed line by line instead of over time."""

FEW = 6
"""Single figures that a chapter tells in words; the others stand in a table."""


def on_record(case: Case, dimension: str, most: int = 8) -> pd.DataFrame:
    """Return the cluster's observed rows of a dimension that nothing above has shown.

    Columns out, besides those of an observation: `year`, `tier`, `q` (see `analysis.tidy.tidy`),
    `what` (the indicator in the codebook's words, with its unit), `measure` (the codebook's kind
    of measure), and how to show the row: `form` is "over time" (a quantity of one part or two
    of which one has several dates), "beside" (several values of one quantity, or of one unit), or
    "single"; `head` is the group that is drawn together, `named` the words beside the row in it.
    At most `most` groups, the most telling ones, have a form; the others are single. The most
    telling rows come first: what has most values, then the better grade, then the later date; the
    values of one quantity stay together, in order of date; of very many each year has one
    (see `tidy.by_year`).
    """
    rows = case.observations
    left = (rows["status"] == "observed") & (rows["dimension"] == dimension)
    rows = rows[left & ~rows["anchor"].isin(shown())].rename(columns={"when": "year"})
    words = case.codebook.drop_duplicates("indicator", keep="last").set_index("indicator")
    name = rows["indicator"].map(words["label"]).fillna(rows["indicator"])
    units = rows["unit"].map(lambda unit: "" if unit == "percent" else unit_words(unit))
    rows = rows.assign(
        tier=rows["segment_words"], q=quantities(rows), name=name,
        what=name.str.cat(units.map(lambda unit: f", {unit}" if unit else "")),
        measure=rows["indicator"].map(words["measure"]).fillna("other"),
    )  # fmt: skip
    rows = by_year(rows, "what")
    by = rows.groupby("what")
    order = pd.DataFrame({
        "many": -by["anchor"].transform("size"), "grade": by["grade"].transform("min"),
        "late": -by["start"].transform("max").fillna(0), "what": rows["what"],
        "start": rows["start"], "row": rows["row"],
    })  # fmt: skip
    return _with_forms(rows.loc[order.sort_values(list(order), kind="stable").index], most)


def _with_forms(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return rows with the columns `form`, `head` and `named` (see `on_record`)."""
    size = rows.groupby("what")["year"].transform("size")
    dates = rows.groupby(["what", "segment"])["year"].transform(lambda year: (year // 1).nunique())
    series = dates.groupby(rows["what"]).transform("max") > 1
    same = rows.groupby(["what", "segment"])["year"].transform("size")
    again = same.groupby(rows["what"]).transform("max") > 1
    unlike = rows["unit"].isin(UNLIKE)
    form = pd.Series("single", rows.index, dtype=object)
    form[(size > 1) & (again | ~unlike)] = "beside"
    parts = rows.groupby("what")["segment"].transform("nunique")
    yearly = rows["stands_for"].notna() if "stands_for" in rows else False
    form[series & ((size <= CROWD) | yearly) & (parts <= 2)] = "over time"
    part = rows["tier"].where(rows["tier"] != "", rows["cite"])
    head = rows["what"].where(form != "single", "")
    named = part + rows["date_words"].map(lambda date: f", {date}" if date else "")
    alike = rows[(form == "single") & (rows["low"] > 0) & ~unlike]
    for unit, alone in alike.groupby("unit", sort=False):
        if len(alone) > 1 and alone["high"].max() <= FAR * alone["low"].min():
            form[alone.index] = "beside"
            head[alone.index] = f"Single values in {unit_words(str(unit)) or 'numbers'}"
            tier = alone["tier"].map(lambda words: f": {words}" if words else "")
            named[alone.index] = alone["name"] + tier
    twice = named.groupby([head, named]).transform("size") > 1
    named = named.where(~twice, named + " (" + rows["cite"] + ")")
    kept = set(head[form != "single"].drop_duplicates().head(most))
    return rows.assign(form=form.where(head.isin(kept), "single"), head=head, named=named)
