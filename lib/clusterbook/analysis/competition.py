"""What became of the entries of a competition: entered, shown, sold, and the money raised."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from . import series

STAGE_WORDS = {
    "shortlist": "shown", "shown": "shown", "auctioned": "sold", "sold": "sold",
    "winners": "given a prize",
}  # fmt: skip


@dataclass(frozen=True)
class Competition:
    """One edition: its stages by falling number of works, the money raised, and later editions.

    `stages` are rows of competition_entries and works_shown of one date; `funds` is the row of
    funds_raised of that date, or None; `later` are the works shown in other years.
    """

    stages: pd.DataFrame
    funds: pd.Series | None
    later: pd.DataFrame

    @property
    def name(self) -> str:
        """The competition's name in words, from its segment."""
        return str(self.stages["segment_words"].iloc[0])


def competition(observations: pd.DataFrame) -> Competition | None:
    """Return the edition with most stages; None where no entry count has a later stage.

    A stage is a row of works_shown of the same date whose segment begins with the segment of the
    entries. Only observed values are taken.
    """
    rows = observations[(observations["status"] == "observed") & (observations["low"] > 0)]
    shown = rows[rows["indicator"] == "works_shown"]
    best: Competition | None = None
    for _, entry in rows[rows["indicator"] == "competition_entries"].iterrows():
        own = shown[shown["segment"].str.startswith(f"{entry['segment']}_")]
        same = own[(own["date"] == entry["date"]) & (own["high"] <= entry["high"])]
        if same.empty or (best is not None and len(same) + 1 <= len(best.stages)):
            continue
        stages = pd.concat([entry.to_frame().T, same.sort_values("low", ascending=False)])
        money = rows[
            (rows["indicator"] == "funds_raised")
            & (rows["date"] == entry["date"])
            & (rows["source"] == entry["source"])
        ]
        later = series.dated(own[own["date"] != entry["date"]])
        best = Competition(stages, money.iloc[0] if len(money) == 1 else None, later)
    return best


def stage_word(segment: str, entered: str) -> str:
    """Return what happened to the works of a stage: "shown", "sold", or the segment's own words."""
    rest = segment.removeprefix(entered).strip("_")
    return STAGE_WORDS.get(rest, rest.replace("_", " "))


def share_words(part: pd.Series, whole: pd.Series) -> str:
    """Return a share in percent with the hedge that follows: of over 5,000, 200 are under 4%.

    Ranges follow interval arithmetic; a hedge of the part and an opposite one of the whole keep
    their direction, any other pair of hedges gives "about".
    """
    low, high = part["low"] / whole["high"] * 100, part["high"] / whole["low"] * 100
    number = _percent(low) if low == high else f"{_percent(low)[:-1]}–{_percent(high)}"
    return f"{_hedge(str(part['qualifier']), str(whole['qualifier']))}{number}"


def _percent(value: float) -> str:
    return f"{value:.3g}%"


_UP, _DOWN = ("over", "at_least"), ("under", "nearly", "up_to")


def _hedge(part: str, whole: str) -> str:
    if part == whole == "exact":
        return ""
    if part in ("exact", *_DOWN) and whole in ("exact", *_UP):
        return "under "
    if part in ("exact", *_UP) and whole in ("exact", *_DOWN):
        return "over "
    return "about "
