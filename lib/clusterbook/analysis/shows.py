"""Counts of shows and events a year, told apart by what each source counts."""

from __future__ import annotations

import pandas as pd

from clusterbook.evidence.case import Case, per_case

from . import series

INDICATORS = ("exhibitions", "events")
UNITS = ("count/year", "count")


def yearly_shows(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of shows and events of one year about the cluster, by date.

    Gains `definition`, what is counted in words ("events: exhibitions and art events"), and
    `whole`, whether it is a count of the whole year and cluster (a count per year, or one without
    a segment) and not of one event or body. Totals over several years are left out.
    """
    rows = observations[
        observations["indicator"].isin(INDICATORS)
        & observations["unit"].isin(UNITS)
        & (observations["status"] == "observed")
    ]
    rows = series.inside(rows)
    rows = rows[(rows["unit"] == "count/year") | (rows["end"] - rows["start"] <= 1.01)].copy()
    words = rows["segment_words"]
    rows["definition"] = rows["indicator"].where(words == "", rows["indicator"] + ": " + words)
    counted = (rows["indicator"] == "events") & words.str.contains("exhibition")
    rows.loc[counted, "definition"] = words[counted]
    rows["whole"] = (rows["segment"] == "") | (counted & (rows["unit"] == "count/year"))
    return pd.concat([series.dated(rows), series.undated(rows)])


@per_case
def of_case(case: Case) -> pd.DataFrame:
    """Return the counts of shows and events of a cluster (see `yearly_shows`)."""
    return yearly_shows(case.observations)


def change_of_definition(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series] | None:
    """Return the first and last dated count of the whole where they count different things.

    None where both follow one definition, or where two years are not there.
    """
    ends = series.first_and_last(rows[rows["whole"]])
    if ends is None or ends[0]["definition"] == ends[1]["definition"]:
        return None
    return ends
