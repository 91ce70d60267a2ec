"""What else the evidence holds on a dimension: the rows that nothing above has shown."""

from __future__ import annotations

import pandas as pd

from clusterbook.evidence import Case
from clusterbook.evidence.quantity import quantities
from clusterbook.evidence.sourced import shown
from clusterbook.evidence.units import unit_words


def on_record(case: Case, dimension: str) -> pd.DataFrame:
    """Return the cluster's observed rows of a dimension that nothing above has shown.

    Columns out, besides those of an observation: `year`, `tier`, `q` (see `analysis.tidy.tidy`),
    `what` (the indicator in the codebook's words, with its unit) and `measure` (the codebook's kind
    of measure). The most telling come first: what has most values, then the better grade, then the
    later date; the values of one quantity stay together, in order of date.
    """
    rows = case.observations
    left = (rows["status"] == "observed") & (rows["dimension"] == dimension)
    rows = rows[left & ~rows["anchor"].isin(shown())].rename(columns={"when": "year"})
    words = case.codebook.drop_duplicates("indicator", keep="last").set_index("indicator")
    label = rows["indicator"].map(words["label"]).fillna(rows["indicator"])
    units = rows["unit"].map(lambda unit: "" if unit == "percent" else unit_words(unit))
    rows = rows.assign(
        tier=rows["segment_words"], q=quantities(rows),
        what=label.str.cat(units.map(lambda unit: f", {unit}" if unit else "")),
        measure=rows["indicator"].map(words["measure"]).fillna("other"),
    )  # fmt: skip
    by = rows.groupby("what")
    order = pd.DataFrame({
        "many": -by["anchor"].transform("size"), "grade": by["grade"].transform("min"),
        "late": -by["start"].transform("max").fillna(0), "what": rows["what"],
        "start": rows["start"], "row": rows["row"],
    })  # fmt: skip
    return rows.loc[order.sort_values(list(order), kind="stable").index]
