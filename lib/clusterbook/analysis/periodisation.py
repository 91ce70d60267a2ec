"""When did the rate of dated events change? Poisson segmentation, its tests and its checks.

A break is named by the last year before it: a break of 1891 lies between 1891 and 1892.
Small series hide real changes (see `power`): where no break is found, say "not detectable", never
"no change".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

from clusterbook.analysis import poisson_segments as poisson
from clusterbook.analysis.poisson_segments import Ints, TooLittleDataError
from clusterbook.analysis.yearly_counts import arrays_of, middles, spread_evenly, yearly_counts


@dataclass(frozen=True)
class SingleBreak:
    """The most likely single break in a series of yearly counts.

    `year` is the last year before the break; the rates are events per year; `statistic` is 2 ln LR
    against no break; `p_value` comes from `simulations`
    series without a change; `likely_years` are the breaks within the profile likelihood set
    (there may be gaps in it); `profile` is a table year, statistic, likely.
    """

    year: int
    rate_before: float
    rate_after: float
    statistic: float
    p_value: float
    simulations: int
    likely_years: tuple[int, ...]
    profile: pd.DataFrame


def _break_years(years: Ints, breaks: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(years[position - 1]) for position in breaks)


def bic_table(counts: pd.DataFrame, *, max_breaks: int = 3, min_length: int = 3) -> pd.DataFrame:
    """Return the Bayesian information criterion of the best segmentation with 0, 1, ... breaks.

    A segmentation with k breaks has 2k + 1 parameters: its rates and its breaks (with only
    k + 1, false breaks are found in about half of the series without any). Columns out:
    breaks, break_years (tuple), log_likelihood (without ln y!), parameters, bic, and
    difference (from the smallest). Stops at the number of breaks that the series has room for.
    """
    years, values = arrays_of(counts)
    room = max(len(years) // min_length - 1, 0)
    fits = poisson.best_segmentations(values, min(max_breaks, room), min_length)
    table = pd.DataFrame(fits).assign(breaks=range(len(fits)))
    table.insert(1, "break_years", [_break_years(years, fit.breaks) for fit in fits])
    table["parameters"] = 2 * table["breaks"] + 1
    table["bic"] = table["parameters"] * np.log(len(years)) - 2 * table["log_likelihood"]
    table["difference"] = table["bic"] - table["bic"].min()
    return table


def single_break(
    counts: pd.DataFrame,
    *,
    min_length: int = 3,
    simulations: int = 999,
    level: float = 0.95,
    seed: int = 1,
) -> SingleBreak:
    """Return the most likely single break and its conditional likelihood-ratio test.

    2 ln LR is maximised over the break, so it has no chi-square distribution: the p value is
    simulated under no change, given the total (multinomial over the exposure). The profile
    likelihood set holds the breaks whose 2 ln LR lies within the chi-square quantile (1 df) of
    the largest (Worsley 1986). Raises TooLittleDataError below two events or two segments.
    """
    years, values = arrays_of(counts)
    total, bins = int(values.sum()), len(years)
    if total < 2 or bins < 2 * min_length:
        raise TooLittleDataError(
            f"A break needs at least 2 events and {2 * min_length} years; the series has "
            f"{total} events in {bins} years."
        )
    positions, rows = poisson.break_statistics(values, min_length)
    statistics = rows[0]
    at = int(positions[statistics.argmax()])
    top = float(statistics.max())
    likely = statistics >= top - chi2.ppf(level, 1)
    null = poisson.null_maxima(total, bins, min_length, simulations, seed)
    return SingleBreak(
        year=int(years[at - 1]),
        rate_before=float(values[:at].mean()),
        rate_after=float(values[at:].mean()),
        statistic=top,
        p_value=float(poisson.monte_carlo_p(np.array([top]), null)[0]),
        simulations=simulations,
        likely_years=_break_years(years, positions[likely].tolist()),
        profile=pd.DataFrame(
            {"year": years[positions - 1], "statistic": statistics, "likely": likely}
        ),
    )


def bayesian_blocks(events: pd.DataFrame, *, p0: float = 0.05) -> pd.DataFrame:
    """Return Bayesian blocks of the event dates: a second opinion that needs no yearly bins.

    Scargle and others 2013, as in astropy (fitness of events, `p0`: chance of a false block).
    Columns in: `start`, `end`, decimal years. Events dated to more than one year are not used.
    Events with the same interval are spread evenly over it, because events piled on one
    instant would pass for a burst. Columns out, one row a block: start, end (decimal years),
    events, rate (per year). Blocks reach from the first to the last event.
    Raises TooLittleDataError below two dates.
    """
    from astropy.stats import bayesian_blocks as astropy_blocks  # slow to import

    _, reason = middles(events)
    dates = spread_evenly(events.loc[reason == "", ["start", "end"]].to_numpy(np.float64))
    if len(np.unique(dates)) < 2:
        raise TooLittleDataError("Bayesian blocks need at least two different dates.")
    edges = np.asarray(astropy_blocks(dates, fitness="events", p0=p0), dtype=np.float64)
    number, _ = np.histogram(dates, bins=edges)
    return pd.DataFrame(
        {"start": edges[:-1], "end": edges[1:], "events": number, "rate": number / np.diff(edges)}
    )


def compare_schemes(
    counts: pd.DataFrame,
    schemes: Mapping[str, Sequence[int]],
    *,
    min_length: int = 3,
    draws: int = 999,
    seed: int = 1,
) -> pd.DataFrame:
    """Compare experts' segmentations with the best and with random ones of as many breaks.

    `schemes`: name -> its breaks, each the last year before the break. Where a scheme has a
    shorter phase than `min_length`, best and random ones may have phases as short, so that no
    scheme can beat the best. Columns out, one row a scheme: scheme, break_years,
    log_likelihood, best_break_years, best_log_likelihood, gain_share (its gain over no break,
    as a share of the best one's gain), random_share (share of `draws` random segmentations,
    each admissible one equally probable, that are at least as likely), draws, min_length.
    Raises ValueError where a break lies outside the series, comes twice, or there is none.
    """
    years, values = arrays_of(counts)
    rows = []
    for name, given in schemes.items():
        breaks = np.array(sorted(given), dtype=np.int64)
        repeated = (np.diff(breaks) == 0).any()
        if len(breaks) == 0 or repeated or breaks[0] < years[0] or breaks[-1] >= years[-1]:
            raise ValueError(
                f"The scheme {name!r} needs different breaks from {years[0]} to "
                f"{years[-1] - 1} (a break is the last year before it); it has "
                f"{breaks.tolist()}."
            )
        positions = breaks - years[0] + 1
        edges = np.concatenate(([0], positions, [len(years)]))
        shortest = min(min_length, int(np.diff(edges).min()))
        none, *_, best = poisson.best_segmentations(values, len(breaks), shortest)
        own = float(poisson.log_likelihoods_of(positions[None, :], values)[0])
        drawn = poisson.random_breaks(len(years), len(breaks), shortest, draws, seed)
        random = poisson.log_likelihoods_of(drawn, values)
        gain = best.log_likelihood - none.log_likelihood
        rows.append(
            {
                "scheme": name,
                "break_years": tuple(breaks.tolist()),
                "log_likelihood": own,
                "best_break_years": _break_years(years, best.breaks),
                "best_log_likelihood": best.log_likelihood,
                "gain_share": (own - none.log_likelihood) / gain if gain > 1e-9 else np.nan,
                "random_share": float((random >= own - 1e-9).mean()),
                "draws": draws,
                "min_length": shortest,
            }
        )
    return pd.DataFrame(rows)


def leave_one_source_out(
    events: pd.DataFrame,
    *,
    breaks: int = 1,
    min_length: int = 3,
    first: int | None = None,
    last: int | None = None,
) -> pd.DataFrame:
    """Return the breaks found without each source: does one source alone make a break?

    Columns in: `start`, `end` (decimal years), `source`. The span of years runs from `first` to
    `last`, by default those of all events, whichever source is left out. Columns out, first the
    row of all events (`source` empty), then one row a source: source (left out), events (used),
    break_years (tuple), statistic (2 ln LR against no break; its size depends on the number of
    events). Without any event left there is no break (empty tuple) and no statistic (NaN). Events
    dated to more than one year are not used.
    """
    years, everything = arrays_of(yearly_counts(events, first=first, last=last).counts)
    middle, reason = middles(events)
    inside = (reason == "") & (middle >= years[0]) & (middle < years[-1] + 1)
    place = np.floor(middle[inside]).astype(np.int64) - years[0]
    sources = events["source"].to_numpy()
    rows = []
    for source in ["", *sorted(events["source"].unique())]:
        own = place[sources[inside] == source]
        values = everything - np.bincount(own, minlength=len(years))
        found: tuple[int, ...] = ()
        statistic = np.nan
        if values.sum() > 0:
            none, *_, best = poisson.best_segmentations(values, breaks, min_length)
            found = _break_years(years, best.breaks)
            statistic = 2 * (best.log_likelihood - none.log_likelihood)
        rows.append((source, int(values.sum()), found, statistic))
    return pd.DataFrame(rows, columns=["source", "events", "break_years", "statistic"])


def power(
    events: int,
    *,
    years: int = 25,
    ratio: float = 2.0,
    min_length: int = 3,
    level: float = 0.05,
    simulations: int = 2000,
    seed: int = 1,
) -> float:
    """Return the probability that `single_break` detects a change of the rate in mid-series.

    `events` in all over so many `years`, the rate `ratio` times as high in the second half;
    detected means p <= `level`. For a doubling over 25 years about .2 with 20 events, .4 with
    40, .7 with 80 and .95 with 150 (Monte-Carlo error about .01).
    """
    weights = np.where(np.arange(years) < years // 2, 1.0, ratio)
    rng = np.random.default_rng([seed, 1])  # not the stream of the series without a change
    series = rng.multinomial(events, weights / weights.sum(), size=simulations)
    found = poisson.break_statistics(series, min_length)[1].max(axis=1)
    null = poisson.null_maxima(events, years, min_length, simulations, seed)
    return float((poisson.monte_carlo_p(found, null) <= level).mean())
