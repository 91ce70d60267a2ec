"""Turns under scrutiny: what if other things are counted, and do experts' turns fit the events?"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd

from clusterbook.analysis import chronology, pace, phases
from clusterbook.analysis.chronology import FEWEST
from clusterbook.evidence import Case
from clusterbook.evidence.plain import entries
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import Frame, wrap, years_between
from .pace import too_few
from .pixels import DIAMOND, Plate
from .schemes import NO_SCHEMES, count_words
from .theme import WIDE


def turn_checks(case: Case, start: int = 0, end: int = 0) -> Figure | Gap:
    """Return the likeliest turn under other choices of what is counted, or the data gap.

    `start` and `end` as in `chronology.of_case`.
    """
    found = chronology.of_case(case, start, end)
    if not found.enough:
        return too_few(found)
    checks = chronology.checks_of_case(case, found)
    without = chronology.without_each_source_of_case(case, start, end)
    labels = dict(zip(found.events["source"], found.events["label"], strict=True))
    return Figure(
        name="turn-checks",
        title=checks_title(checks),
        subtitle=(
            "The likeliest single turn, counted in other ways. Bars: years that fit nearly as "
            "well. Full disc: a turn at the level of five in a hundred; empty: no more than "
            "chance gives. A turn stands at the last year before it. "
            "Last row: each source left out in turn, one dot a source."
        ),
        description="; ".join(_said(row) for row in entries(checks)) + ".",
        draw=lambda width: _draw_checks(checks, without, labels, width),
        rows=found.events,
        table=_plain(checks),
        note="The rows share most of their events, so they are no independent tests.",
    )


def checks_title(checks: pd.DataFrame) -> str:
    """Return in how many ways of counting a turn is found, and when.

    Where only a count from before the years asked for finds one, that is the finding.
    """
    tested = checks[checks["year"].notna()]
    turned = tested[tested["p_value"] <= pace.LEVEL]
    years = sorted({int(year) for year in turned["year"]})
    ways = f"{count_words(len(tested))} {'way' if len(tested) == 1 else 'ways'} of counting"
    if not years:
        return f"None of {ways} finds a turn"
    early = turned["first"] < checks["first"].iloc[0]
    if early.all() and len(tested) > len(turned):
        first = int(turned["first"].min())
        return f"Events turn only if counted from {first}, after {years[0]}"
    when = f"after {years[0]}" if len(years) == 1 else f"between {years[0]} and {years[-1] + 1}"
    if len(turned) == len(tested):
        return f"All {ways} find a turn, {when}"
    finds = "finds" if len(turned) == 1 else "find"
    return f"{count_words(len(turned)).capitalize()} of {ways} {finds} a turn, {when}"


def _said(row: Any) -> str:
    if row.year != row.year:
        return f"{row.choice}: {row.events} events, too few"
    return f"{row.choice}: after {int(row.year)}, p = {row.p_value:.3f}, {row.events} events"


def _plain(checks: pd.DataFrame) -> pd.DataFrame:
    words = [" ".join(map(str, y)) if isinstance(y, tuple) else "" for y in checks["likely"]]
    return checks.assign(likely=words)


def _draw_checks(
    checks: pd.DataFrame, without: pd.DataFrame, labels: dict[str, str], width: int
) -> Any:
    wide = width == WIDE
    names, after, band = (236, 66, 27) if wide else (0, 54, 42)
    years = (int(checks["first"].max()), int(checks["last"].max()) + 1)
    early = checks["year"].dropna().min()
    if early == early and early < years[0]:
        years = (int(early) - 1, years[1])
    stacked = without.groupby("year").size()
    deep = max(-(-int(n) // 4) for n in stacked) if len(stacked) else 1
    plate = Plate(width, (len(checks) + 1) * band + max(0, deep - 2) * 8 + 30)
    frame = Frame(width - names - after - 8, plate.height, years, (0, 1))
    foot = plate.height - 24

    def x(year: float) -> float:
        return names + 6 + frame.px(year)

    for year in years_between(years[0], years[1] - 1, 7 if wide else 4):
        plate.rule(x(year + 1), 0, x(year + 1), foot, level=0)
        plate.text(x(year + 1), foot + 14, str(int(year)), "muted", 11, align="center")
    for place, row in enumerate(entries(checks)):
        y = place * band + (band / 2 if wide else 30)
        _name(plate, row.choice, place * band, y, wide, place == 0)
        if row.year != row.year:
            words = f"{row.events} events, fewer than {FEWEST}"
            plate.text(x(years[0]) + 8, y, words, "muted", 11, italic=True, halo=True)
            continue
        tip = {"choice": row.choice, "events": str(row.events), "turn after": str(int(row.year)),
               "before": f"{row.rate_before:.2f} a year", "after": f"{row.rate_after:.2f} a year",
               "p": f"{row.p_value:.3f}"}  # fmt: skip
        if "per source" in row.choice:
            tip |= {"before": f"{row.rate_before:.2f} a source",
                    "after": f"{row.rate_after:.2f} a source"}  # fmt: skip
        for first, last in _runs([int(v) for v in row.likely]):
            plate.rect(x(max(first, years[0]) + 0.5), y - 4, x(last + 1.5), y + 4, "ink", 0.22,
                        tip=tip)  # fmt: skip
        sure = row.p_value <= pace.LEVEL
        plate.symbol(x(row.year + 1), y, "circle", 100, "ink" if sure else "bg", "ink", 2, tip=tip)
        plate.text(width - 2, y, _p(row.p_value), "ink" if sure else "muted", 12, sure,
                    align="right")  # fmt: skip
    _without(plate, without, labels, (len(checks) * band, band), x, wide)
    return plate.drawing()


def _p(value: float) -> str:
    return f"p = {value:.2f}" if value >= 0.1 else f"p = {value:.3f}"


def _name(plate: Plate, text: str, top: float, y: float, wide: bool, bold: bool) -> None:
    if top:
        plate.rule(0, top, plate.width, top, level=0)
    if wide:
        lines = wrap(text, 232, 12, bold)
        size = 11 if len(lines) > 1 else 12
        plate.lines(0, y - (len(lines) - 1) * size * 0.65, lines, size, bold=bold, halo=True)
    else:
        plate.text(0, top + 12, text, "ink", 12, bold, halo=True)


def _runs(years: list[int]) -> list[tuple[int, int]]:
    """Return the first and last year of each run of consecutive years."""
    edges = [i for i, (a, b) in enumerate(pairwise(years), 1) if b != a + 1]
    return [(years[a], years[b - 1]) for a, b in pairwise([0, *edges, len(years)])]


def _without(
    plate: Plate, without: pd.DataFrame, labels: dict[str, str], place: tuple[float, float],
    x: Any, wide: bool,
) -> None:  # fmt: skip
    top, band = place
    y = top + (band / 2 if wide else 30)
    _name(plate, "without each source in turn", top, y, wide, False)
    plate.text(plate.width - 2, y, f"{len(without)} sources", "muted", 11, align="right")
    for _, part in without.groupby("year"):
        for number, row in enumerate(entries(part)):
            line, column = divmod(number, 4)
            tip = {"without": labels[row.source], "turn after": str(int(row.year)),
                   "2 ln LR": f"{row.statistic:.1f}"}  # fmt: skip
            across = (column - (min(4, len(part) - 4 * line) - 1) / 2) * 6.5
            plate.symbol(x(row.year + 1) + across, y + line * 8, "circle", 22, "muted", tip=tip)


def scheme_fit(case: Case, start: int = 0, end: int = 0) -> Figure | Gap:
    """Return experts' turns over the best turns of the same number, or the data gap.

    `start` and `end` bound the years of the cluster (see `chronology.of_case`); a city's schemes
    are also held against the events of the city.
    """
    rows = phases.of_case(case)
    if rows.empty:
        return NO_SCHEMES
    found = chronology.of_case(case, start, end)
    fits = pace.fits_of_case(case, start, end)
    tested = fits[fits["gain_share"].notna()]
    if tested.empty:
        return too_few(found)
    return Figure(
        name="scheme-fit",
        title=fit_title(tested),
        subtitle=(
            "Discs: the last year before each turn that the scheme sets. Diamonds: the turns that "
            "fit the dated events best, as many as the scheme has. Right: what share of the best "
            "fit the scheme reaches, and how many random schemes do as well."
        ),
        description="; ".join(_fitted(row) for row in entries(tested)) + ".",
        draw=lambda width: _draw_fits(tested, width),
        rows=pd.concat([rows, found.events]),
        table=_listed(fits),
        note="Each scheme is held against the years that it and the events both cover.",
    )


def fit_title(tested: pd.DataFrame) -> str:
    """Return how many schemes fit better than all but five in a hundred random ones."""
    good = int((tested["random_share"] <= pace.LEVEL).sum())
    if good == 0:
        return "No scheme fits the dated events so well that chance can be ruled out"
    if good == len(tested):
        return "Every scheme fits the dated events better than chance allows"
    fits = "comparison fits" if good == 1 else "comparisons fit"
    some = f"{count_words(good).capitalize()} of {count_words(len(tested))} {fits}"
    return f"{some} the dated events better than chance allows"


def _fitted(row: Any) -> str:
    return (
        f"{row.chain_label} against {row.events} events of {row.place}: turns after "
        f"{_years(row.break_years)}, best after {_years(row.best_break_years)}, "
        f"{row.gain_share:.0%} of the best fit, {row.random_share:.0%} of random schemes as good"
    )


def _years(years: tuple[int, ...]) -> str:
    return ", ".join(str(year) for year in years)


def _listed(fits: pd.DataFrame) -> pd.DataFrame:
    words = {
        name: [_years(y) if isinstance(y, tuple) else "" for y in fits[name]]
        for name in ("break_years", "best_break_years")
    }
    return fits.assign(**words).drop(columns="chain")


def _draw_fits(tested: pd.DataFrame, width: int) -> Any:
    wide = width == WIDE
    names, after, band = (216, 132, 50) if wide else (0, 0, 96)
    years = (int(tested["first"].min()), int(tested["last"].max()) + 1)
    plate = Plate(width, len(tested) * band + 26)
    frame = Frame(width - names - after - 12, plate.height, years, (0, 1))
    foot = plate.height - 24

    def x(year: float) -> float:
        return names + 6 + frame.px(year)

    for year in years_between(years[0], years[1] - 1, 6):
        plate.rule(x(year + 1), 0, x(year + 1), foot, level=0)
        plate.text(x(year + 1), foot + 14, str(int(year)), "muted", 11, align="center")
    for place, row in enumerate(entries(tested)):
        top = place * band
        if place:
            plate.rule(0, top, width, top, level=0)
        words = f"{row.events} events of {row.place}"
        share, random = f"{row.gain_share:.0%} of the best fit", f"{row.random_share:.0%} of random"
        plate.text(0, top + 14, row.chain_label, "ink", 12, True, halo=True)
        plate.text(0, top + 31, words, "muted", 11, halo=True)
        if wide:
            plate.text(width, top + 16, share, "ink", 12, True, align="right")
            plate.text(width, top + 33, f"{random} as good", "muted", 11, align="right")
        else:
            plate.text(0, top + 82, f"{share}; {random} as good", "ink", 11.5, halo=True)
        y = top + (16 if wide else 46)
        _turns(plate, row, x, y)
    return plate.drawing()


def _turns(plate: Plate, row: Any, x: Any, y: float) -> None:
    plate.rule(x(row.first), y, x(row.last + 1), y, "faint", 2)
    plate.rule(x(row.first), y + 17, x(row.last + 1), y + 17, "faint", 2)
    for year in row.break_years:
        tip = {"scheme": row.chain_label, "turn after": str(year)}
        plate.symbol(x(year + 1), y, "circle", 110, "ink", "bg", 1.5, tip=tip)
    for year in row.best_break_years:
        tip = {"best turns": row.place, "turn after": str(year)}
        plate.symbol(x(year + 1), y + 17, DIAMOND, 110, "muted", "bg", 1.5, tip=tip)
