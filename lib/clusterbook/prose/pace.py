"""What the chapter on periods says of the pace of events: tests, other choices, experts' turns."""

from __future__ import annotations

import pandas as pd

from clusterbook.analysis import chronology, pace, phases
from clusterbook.analysis.chronology import Chronology
from clusterbook.analysis.pace import Pace
from clusterbook.evidence import Case
from clusterbook.evidence.plain import entries

from .sentence import Html, Number, Prose, derived, paragraph, say, table


def many(n: int, word: str) -> str:
    """Return a count with its noun: "1 event", "2 events"."""
    return f"{n} {word if n == 1 else word + 's'}"


_CHANCE = (
    "share of simulated series without a turn, with as many events and years, whose likeliest turn "
    "fits at least as well"
)


def _turn_year(year: int, rows: pd.DataFrame) -> Number:
    return derived(str(year), "last year before the likeliest single turn", rows)


def _chances(p: float) -> str:
    return f"{round(100 * p)} of 100" if p >= 0.0145 else f"{max(1, round(1000 * p))} of 1000"


def finding(name: str, found: Chronology, read: Pace, span: str) -> str:
    """Return what the test finds, as one sentence (HTML)."""
    turn, rows = read.turn, found.events
    p = derived(_chances(turn.p_value), _CHANCE, rows)
    if turn.p_value > pace.LEVEL:
        return say(
            "{n} dated events {span} show no turn in their pace that is detectable: the likeliest "
            "one, after {year}, is matched in {p} series in which nothing changes{but}.",
            but=_but(read),
            n=derived(str(len(rows)), "dated events of the cluster itself", rows),
            span=Html(span), year=_turn_year(turn.year, rows), p=p,
        )  # fmt: skip
    move = "quickens" if turn.rate_after > turn.rate_before else "slows"
    return say(
        "The pace of recorded events at {name} {move} after {year}, from {a} to {b} a year, which "
        "{p} series in which nothing changes would match{but}.",
        but=_but(read),
        name=name, move=move, year=_turn_year(turn.year, rows), p=p,
        a=derived(f"{turn.rate_before:.1f}", "events a year up to the turn", rows),
        b=derived(f"{turn.rate_after:.1f}", "events a year after the turn", rows),
    )  # fmt: skip


def _but(read: Pace) -> str:
    if not read.agreed:
        return ", but the other methods do not all agree"
    found = read.turn.p_value <= pace.LEVEL
    return ", but events come in bunches, which makes turns too easy to find" if (
        read.bunched and found) else ""  # fmt: skip


def pace_reading(case: Case, start: int = 0, end: int = 0) -> Prose | None:
    """Return in plain words what test, BIC, blocks and power say; None where the chart is a gap."""
    found = chronology.of_case(case, start, end)
    if not found.enough:
        return None
    read, rows = pace.read(found), found.events
    turn, likely = read.turn, read.turn.likely_years
    best, blocks = read.best_breaks, len(read.blocks)
    return paragraph(
        say(
            "The likeliest single turn lies after {year}: {a} events a year before it, {b} after; "
            "{p} series in which nothing changes have a turn that fits as well.",
            year=_turn_year(turn.year, rows),
            a=derived(f"{turn.rate_before:.1f}", "events a year up to the turn", rows),
            b=derived(f"{turn.rate_after:.1f}", "events a year after the turn", rows),
            p=derived(_chances(turn.p_value), _CHANCE, rows),
        ),
        say(
            "Years that fit nearly as well lie {between}, {n} in all{vague}.",
            vague=", so the events do not date it" if len(likely) > len(turn.profile) / 2 else "",
            between=f"between {likely[0]} and {likely[-1]}" if len(likely) > 1 else "nowhere else",
            n=derived(str(len(likely)), "years in the profile likelihood set, level 0.95", rows),
        ),
        say(
            "The information criterion prefers {best}, and Bayesian blocks see {blocks}.",
            best=derived(_turns(best), "number of turns with the smallest BIC, 2k + 1 parameters",
                         rows),
            blocks=derived(_turns(blocks - 1), "edges between Bayesian blocks, p0 0.05", rows),
        ),
        _early(found, chronology.opening_year(case.fact("opened"))),
        _spread(read, rows),
        say(
            "With {n} events over {y} years a doubling of the pace in mid-series would be found in "
            "{power} cases{so}.",
            n=str(len(rows)), y=str(len(found.counts)),
            power=derived(f"{round(100 * read.power)} of 100",
                          "simulated series whose rate doubles in the middle and is found to turn",
                          rows),
            so=_power_means(read),
        ),
    )  # fmt: skip


def _turns(n: int) -> str:
    return "no turn" if n <= 0 else many(n, "turn")


def _early(found: Chronology, opened: int | None) -> str | None:
    if opened is None or found.first >= opened:
        return None
    return say(
        "The years counted begin {n} before the opening of the cluster, when few had a reason to "
        "write about the place: a turn near the opening says when reporting began.",
        n=many(opened - found.first, "year"),
    )


def _power_means(read: Pace) -> str:
    if read.turn.p_value <= pace.LEVEL:
        return ""
    return ", so that no turn was found does not mean that there was none"


def _spread(read: Pace, rows: pd.DataFrame) -> str:
    value = derived(
        f"{read.dispersion:.1f} times",
        "Pearson's chi-square of the yearly counts over its degrees of freedom",
        rows,
    )
    if read.bunched:
        words = (
            "Yearly counts vary {v} as much as the method assumes, because events come in bunches: "
            "the test finds turns too easily here."
        )
    elif read.dispersion < 0.67:
        words = (
            "Yearly counts vary only {v} as much as the method assumes, as where somebody chose a "
            "few events for every year: the test finds turns too seldom here."
        )
    else:
        words = "Yearly counts vary {v} as much as the method assumes, so it may be used."
    return say(words, v=value)


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "\u2212")


def bic_table(case: Case, start: int = 0, end: int = 0) -> Prose | None:
    """Return the table of the best segmentations by number of turns; None where none is made."""
    found = chronology.of_case(case, start, end)
    if not found.enough:
        return None
    rows = [
        (
            str(row.breaks),
            ", ".join(str(y) for y in row.break_years) or "none",
            _signed(row.log_likelihood),
            str(row.parameters),
            _signed(row.bic),
            "best" if row.difference == 0 else f"+{row.difference:.2f}",
        )
        for row in entries(pace.read(found).bic)
    ]
    return table(
        ("turns", "after the years", "log-likelihood", "parameters", "BIC", "difference"),
        rows,
        "The best turns of each number (smaller BIC: better)",
    )


def checks_reading(case: Case, start: int = 0, end: int = 0) -> Prose | None:
    """Return what moves the likeliest turn; None where no test is made."""
    found = chronology.of_case(case, start, end)
    if not found.enough:
        return None
    rows = found.events
    without = chronology.without_each_source_of_case(case, start, end)
    usual = pace.read(found).turn.year
    moved = without[without["year"] != usual]
    n = derived(many(len(without), "source"), "sources left out in turn", rows)
    year = _turn_year(usual, rows)
    if moved.empty:
        return paragraph(
            say("The likeliest turn stays after {y} without any one of {n}.", n=n, y=year)
        )
    years = sorted(int(y) for y in moved["year"])
    if len(moved) == 1:
        only = rows[rows["source"] == moved["source"].iloc[0]]
        return paragraph(
            say(
                "The likeliest turn hangs on one of {n}: without {who}, which tells of {k} of "
                "{all} events, it moves from {y} to {to}.",
                n=n, who=only["label"].iloc[0], all=len(rows), y=year, to=years[0],
                k=derived(str(len(only)), "events from this source", only),
            )
        )  # fmt: skip
    return paragraph(
        say(
            "The likeliest turn hangs on single sources: without one or another of {k} of {n} it "
            "moves from {y} to {to}.",
            n=n, y=year, to=str(years[0]) if years[0] == years[-1] else
            f"a year between {years[0]} and {years[-1]}",
            k=derived(str(len(moved)), "sources without which the likeliest turn moves",
                      rows[rows["source"].isin(moved["source"])]),
        )
    )  # fmt: skip


def fit_reading(case: Case, start: int = 0, end: int = 0) -> Prose | None:
    """Return which scheme fits best; None where the chart is a gap."""
    rows = phases.of_case(case)
    if rows.empty:
        return None
    fits = pace.fits_of_case(case, start, end)
    tested = fits[fits["random_share"].notna()]
    if tested.empty:
        return None
    best = tested.sort_values(["random_share", "chain"], kind="stable").iloc[0]
    part = rows[rows["chain"] == best["chain"]]
    return paragraph(
        say(
            "The best of {n} is {scheme} against the events of {place}: it reaches {gain} of what "
            "the best turns of the same number reach, and {random} of random schemes do as well.",
            n=many(len(tested), "comparison"), scheme=best["chain_label"], place=best["place"],
            gain=derived(f"{best['gain_share']:.0%}", "gain in log-likelihood over no turn, as a "
                         "share of that of the best turns", part),
            random=derived(f"{best['random_share']:.0%}", "share of 999 random schemes with as "
                           "many turns that are at least as likely", part),
        )
    )  # fmt: skip
