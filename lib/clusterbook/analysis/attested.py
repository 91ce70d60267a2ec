"""What each source attests about works and losses: when something stood, was mended or fell."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import pandas as pd

from clusterbook.analysis import series
from clusterbook.evidence.sources import Source

WORKS = ("renovation", "demolition")
_WALL = re.compile(r"\b(?:walls?|murals?|graffiti)\b", re.I)
_ANNOUNCED = re.compile(r"\b(?:announced|expected|planned|agreed|imminent)\b", re.I)
COLUMNS = ("group", "source", "label", "grade", "published", "start", "end", "rows")


def wall_rows(
    events: pd.DataFrame, observations: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the events and lengths that speak of a painted wall; none unless one was measured."""
    lengths = observations[
        (observations["indicator"] == "mural_wall_length") & (observations["status"] == "observed")
    ]
    lengths = series.inside(lengths)
    if lengths.empty:
        return events.iloc[:0], lengths
    about = series.inside(events)
    return about[about["title"].str.contains(_WALL)], lengths


def works(events: pd.DataFrame) -> pd.DataFrame:
    """Return the dated renovations and demolitions of the cluster and its surroundings.

    The column `announced` tells works that a source expected but did not see.
    """
    rows = series.inside(events)
    rows = series.dated(rows[rows["kind"].isin(WORKS)])
    return rows.assign(announced=rows["title"].str.contains(_ANNOUNCED).astype(bool))


def attested(
    events: pd.DataFrame, observations: pd.DataFrame, sources: Mapping[str, Source]
) -> pd.DataFrame:
    """Return one row per thing and source, walls first, in order of publication.

    Columns: `group` ("wall" or "works"), `source`, `label`, `grade`, `published` (year, NaN if
    undated), `start` (when the thing began by that source, NaN if it does not say), `end` (the
    last moment it attests, NaN for works) and `rows` (indices of its events and observations, as
    a pair of lists).
    """
    wall, lengths = wall_rows(events, observations)
    rest = works(events.drop(wall.index))
    found = []
    for group, happened, measured in (("wall", wall, lengths), ("works", rest, lengths.iloc[:0])):
        for key in dict.fromkeys([*happened["source"], *measured["source"]]):
            said, length = happened[happened["source"] == key], measured[measured["source"] == key]
            any_row = said.iloc[0] if len(said) else length.iloc[0]
            year = sources[key].year if key in sources else ""
            begins = said.loc[said["kind"] == "founding", "when"]
            seen = [when for when in [*said["when"], *length["when"]] if math.isfinite(when)]
            found.append(
                {
                    "group": group, "source": key, "label": any_row["label"],
                    "grade": any_row["grade"],
                    "published": float(year) if year.isdigit() else math.nan,
                    "start": begins.min() if len(begins) else math.nan,
                    "end": max(seen, default=math.nan) if group == "wall" else math.nan,
                    "rows": (list(said.index), list(length.index)),
                }
            )  # fmt: skip
    table = pd.DataFrame(found, columns=list(COLUMNS))
    table["first"] = [_first(events, observations, rows) for rows in table["rows"]]
    table = table.sort_values(["group", "published", "first", "source"], kind="stable")
    return table.drop(columns="first").reset_index(drop=True)


def _first(
    events: pd.DataFrame, observations: pd.DataFrame, rows: tuple[list[int], list[int]]
) -> float:
    return float(min([*events.loc[rows[0], "when"], *observations.loc[rows[1], "when"]]))


def is_announced(title: str) -> bool:
    """Return whether an event's title tells of something announced, not of something seen."""
    return bool(_ANNOUNCED.search(title))
