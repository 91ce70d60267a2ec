"""Reading the pace of a chronology: its likeliest turn, second opinion, dispersion and power."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from clusterbook.analysis import periodisation as per
from clusterbook.analysis import phases
from clusterbook.analysis import poisson_segments as poisson
from clusterbook.analysis.chronology import Chronology, of_case, places_of_case
from clusterbook.evidence import Case
from clusterbook.evidence.case import per_case

LEVEL = 0.05
"""The level of all tests, and the false alarms that Bayesian blocks allow."""
SIMULATIONS = 999
BUNCHED = 1.5
"""From this dispersion on, tests for Poisson counts find turns too easily."""


@dataclass(frozen=True)
class Pace:
    """What the methods say of one chronology.

    `critical` is the 2 ln LR that one in twenty series without a turn reaches; `dispersion` how
    much yearly counts vary around the rates found, over what Poisson counts would (Pearson's
    chi-square over its degrees of freedom); `power` the probability that a doubling in mid-series
    would be found.
    """

    turn: per.SingleBreak
    critical: float
    bic: pd.DataFrame
    blocks: pd.DataFrame
    dispersion: float
    power: float

    @property
    def best_breaks(self) -> int:
        """The number of breaks with the smallest BIC."""
        return int(self.bic.loc[self.bic["bic"].idxmin(), "breaks"])

    @property
    def bunched(self) -> bool:
        """Whether events come in bunches, so that the tests find turns too easily."""
        return self.dispersion >= BUNCHED

    @property
    def agreed(self) -> bool:
        """Whether test, BIC and blocks all see a turn, or all see none.

        Blocks reach from the first to the last event, so a turn at the edge of an empty stretch
        before or after them is none of theirs to see.
        """
        found = {self.turn.p_value <= LEVEL, self.best_breaks > 0}
        if self.blocks["start"].min() < self.turn.year + 1 < self.blocks["end"].max():
            found.add(len(self.blocks) > 1)
        return len(found) == 1


def read(found: Chronology) -> Pace:
    """Return the reading of a chronology that has events enough for a test."""
    dates = found.events[["start", "end"]].itertuples(index=False, name=None)
    return _read(found.first, tuple(found.counts["count"]), tuple(dates))


@lru_cache(maxsize=8)  # several sentences and pictures of a chapter read the same series
def _read(first: int, numbers: tuple[int, ...], dates: tuple[tuple[float, float], ...]) -> Pace:
    counts = pd.DataFrame({"year": range(first, first + len(numbers)), "count": numbers})
    total, years = sum(numbers), len(numbers)
    null = poisson.null_maxima(total, np.ones(years), 3, SIMULATIONS, seed=1)
    turn = per.single_break(counts, simulations=SIMULATIONS)
    return Pace(
        turn=turn,
        critical=float(np.quantile(null, 1 - LEVEL)),
        bic=per.bic_table(counts),
        blocks=per.bayesian_blocks(pd.DataFrame(dates, columns=["start", "end"]), p0=LEVEL),
        dispersion=_dispersion(counts, turn),
        power=per.power(total, years=years, level=LEVEL, simulations=SIMULATIONS),
    )


def _dispersion(counts: pd.DataFrame, turn: per.SingleBreak) -> float:
    """Return Pearson's chi-square over its degrees of freedom, with the turn if one is found."""
    numbers = counts["count"].to_numpy(dtype=float)
    expected, parameters = np.full(len(numbers), numbers.mean()), 1
    if turn.p_value <= LEVEL:
        before = (counts["year"] <= turn.year).to_numpy()
        expected, parameters = np.where(before, turn.rate_before, turn.rate_after), 3
    used = expected > 0
    squares = (numbers[used] - expected[used]) ** 2 / expected[used]
    return float(squares.sum() / (len(numbers) - parameters))


@per_case
def fits_of_case(case: Case, start: int = 0, end: int = 0) -> pd.DataFrame:
    """Return `scheme_fits` of a cluster; `start` and `end` as in `chronology.of_case`."""
    return scheme_fits(phases.of_case(case), places_of_case(case, of_case(case, start, end)))


def scheme_fits(
    rows: pd.DataFrame, places: dict[str, tuple[pd.DataFrame, Chronology]]
) -> pd.DataFrame:
    """Return how well each scheme's turns fit the events of each place.

    `rows` are phases as `phases.schemes` gives them; `places` maps a name to a place's events and
    its chronology. A scheme is held against the place that it is about, and one about a wider
    place also against the first place, the cluster. It is compared over the years that both cover,
    with the best turns and with random ones of the same number. Columns out: chain, chain_label,
    about, place, first, last, events and those of `periodisation.compare_schemes` (missing where
    there are too few events or no turn).
    """
    result = []
    for chain, part in rows.groupby("chain", sort=False):
        about = part["about"].iloc[0]
        cluster = next(iter(places))
        for place, (_, whole) in places.items():
            if place not in (about, cluster):
                continue
            first, last = phases.span_of(part, whole.first, whole.last)
            row = {"chain": chain, "chain_label": part["chain_label"].iloc[0], "about": about,
                   "place": place, "first": first, "last": last, "events": 0}  # fmt: skip
            if last > first:
                found = whole.within(first, last)
                row["events"] = len(found.events)
                turns = tuple(y for y in phases.turns(part) if first <= y < last)
                row["break_years"] = turns
                if found.enough and turns:
                    fit = per.compare_schemes(found.counts, {str(chain): turns}).iloc[0]
                    row |= fit.drop("scheme").to_dict()
            result.append(row)
    columns = ["chain", "chain_label", "about", "place", "first", "last", "events", "break_years"]
    columns += ["best_break_years", "gain_share", "random_share", "draws"]
    return pd.DataFrame(result).reindex(columns=columns)
