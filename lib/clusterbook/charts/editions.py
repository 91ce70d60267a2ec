"""The parts of a repeated event over the years, in panels on one scale."""

from __future__ import annotations

import pandas as pd

from clusterbook.analysis import editions as counted
from clusterbook.analysis import series
from clusterbook.evidence import Case
from clusterbook.evidence.units import number_words
from clusterbook.prose.gap import Gap

from .counted import Count
from .counts import counts_over_time, counts_title
from .figure import Figure


def editions(case: Case, dimension: str = "cultural") -> Figure | Gap:
    """Return the panels of the dimension's best repeated count, or the data gap.

    A segment is drawn where it was counted in at least two years; two sources' values of a year
    are tied, years without a count bridged by a dash.
    """
    found = counted.of_case(case, dimension)
    if found is None:
        return Gap(
            f"a {dimension} event counted in its parts in two years or more",
            ["observations.csv: one indicator, two segments, each with values of two years"],
        )
    order = _order(found)
    counts = [Count(found.indicator, s, _head(found.part(s))) for s in order]
    years = series.dated(found.rows)["when"] // 1
    return counts_over_time(
        case,
        counts,
        name=f"editions-{dimension}",
        noun=_noun(found, case),
        token=dimension,
        title=lambda name, _noun, _rows: editions_title(name, found),
        subtitle=(
            f"{_head(_noun(found, case))}, {int(years.min())} to {int(years.max())}, all panels on "
            "one scale. Where sources differ both values stand; a dashed line bridges years "
            "without a count, marked by a cross."
        ),
        joined=True,
    )


def editions_title(name: str, found: counted.Repeated) -> str:
    """Return the finding where one part fell while another rose, else where all moved one way.

    Without a clear move the title is neutral.
    """
    moves = found.moves
    event = found.event
    fell = moves[moves["move"] == "fell"]
    rose = moves[moves["move"] == "rose"]
    what = f" in the {event}" if event else ""
    if len(fell) and len(rose):
        down = fell.loc[(fell["last_high"] / fell["first_low"]).idxmin()]
        up = rose.loc[(rose["last_low"] / rose["first_high"]).idxmax()]
        return (
            f"{_head(found.part(down['segment']))}{what} at {name} fell to {_words(down)} while "
            f"{found.part(up['segment'])} rose to {_words(up)}"
        )
    if len(moves) and (moves["move"] == moves["move"].iloc[0]).all() and (len(fell) or len(rose)):
        said = [f"{found.part(m.segment)} to {_words(m._asdict())}" for m in moves.itertuples()]
        verb = "fell" if len(fell) else "rose"
        return f"All parts{what} at {name} {verb}: {', '.join(said)}"
    return f"{_head(event or found.indicator.replace('_', ' '))} at {name} by part and year"


def _words(end: object) -> str:
    low, high = end["last_low"], end["last_high"]  # type: ignore[index]
    return number_words(low) if low == high else f"{number_words(low)}–{number_words(high)}"


def _order(found: counted.Repeated) -> list[str]:
    moves = found.moves.set_index("segment")
    rank = {"fell": 0, "rose": 1, "unclear": 2}
    return sorted(
        found.segments, key=lambda s: (rank[moves.loc[s, "move"]], -moves.loc[s, "last_low"], s)
    )


def _noun(found: counted.Repeated, case: Case) -> str:
    book = case.codebook
    label = book.loc[book["indicator"] == found.indicator, "label"]
    named = str(label.iloc[0]).lower() if len(label) else found.indicator.replace("_", " ")
    return f"{found.prefix.replace('_', ' ')}: {named}" if found.prefix else named


def _head(text: str) -> str:
    return text[:1].upper() + text[1:]


MAKERS = (
    Count("artists", "", "Artists"),
    Count("galleries", "", "Galleries"),
    Count("studios", None, "Studios"),
    Count("countries_represented", None, "Countries represented"),
)


def makers_over_time(case: Case) -> Figure | Gap:
    """Return counts of artists, galleries, studios and countries over time, or the data gap."""
    counted_here = {c.label for c in MAKERS if len(case.series(c.indicator, c.segment))}
    countries_alone = counted_here == {"Countries represented"}
    return counts_over_time(
        case,
        MAKERS,
        name="makers",
        noun="countries" if countries_alone else "artists, galleries and studios",
        token="cultural",
        title=makers_title,
    )


def makers_title(name: str, noun: str, rows: pd.DataFrame) -> str:
    """Return that makers are no longer counted while others are, else how the first panel moved."""
    first = int(rows["panel"].min())
    counted = MAKERS[first].label.lower()
    own, rest = (series.dated(rows[(rows["panel"] == first) == mine]) for mine in (True, False))
    if len(own) and len(rest) and rest["when"].max() - own["when"].max() >= 5:
        return f"The last dated count of {counted} at {name} is of {int(own['when'].max())}"
    if own.empty:
        return f"Counts of {noun} at {name}"
    return counts_title(name, counted, rows)
