"""What the background chapter says of a city's policies, figures and unsigned claims."""

from __future__ import annotations

import pandas as pd

from clusterbook.analysis import claims_audit, policy, series
from clusterbook.analysis.city_figures import CLUSTERS, city_rows
from clusterbook.analysis.voices import disagree
from clusterbook.evidence import Case
from clusterbook.evidence.case import per_case
from clusterbook.evidence.context_tables import definitions, protection
from clusterbook.evidence.plain import entries
from clusterbook.evidence.vocabulary import LANE

from .closing import cannot_say
from .gap import Gap
from .sentence import Html, Number, Prose, answer, derived, either, number, paragraph, say, table


def _place(case: Case) -> str:
    return case.fact("city") or "the city"


@per_case
def _events(case: Case, start: int | None, end: int | None) -> pd.DataFrame:
    return policy.in_lanes(case.city.events if case.city else case.events.iloc[:0].assign(lane=""),
                           start, end)  # fmt: skip


def opening(case: Case, start: int | None = None, end: int | None = None) -> Prose | Gap:
    """Return the chapter's answer: the policies on record, the counts, the claims."""
    events = _events(case, start, end)
    said = [_policies(case, events) if len(events) else None, _figures(case, start, end)]
    if not any(said):
        slug = case.city.slug if case.city else _place(case).lower()
        return Gap(
            f"the policies and figures of {_place(case)}",
            [f"data/context/{slug}/events.csv: dated events with a lane",
             f"data/context/{slug}/observations.csv: {CLUSTERS}, cci_gdp_share"],
        )  # fmt: skip
    return answer(*said)


def _policies(case: Case, events: pd.DataFrame) -> str:
    first, last = events.iloc[0], events.iloc[-1]
    order = policy.precedence(events, "heritage_protection", "creative_industry")
    turn = ""
    if order:
        early = events[events["lane"] == order.earlier]
        turn = say(
            "; in {lane}, {before} came before the first step in {other} ({when})",
            lane=policy.lane_words(order.earlier).lower(),
            before=derived(
                f"{order.before} of {order.events}",
                f"events that end before {order.turn['date_words']}",
                pd.concat([early, order.turn.to_frame().T]),
            ),
            other=policy.lane_words(order.later).lower(),
            when=number(order.turn, "date_words"),
        )
    return say(
        "The evidence holds {n} of {place} from {first} to {last}{turn}.",
        n=derived(
            f"{len(events)} dated policies and events", "dated events that have a lane", events
        ),
        place=_place(case),
        first=_begun(first),
        last=_begun(last),
        turn=Html(turn),
    )


def _figures(case: Case, start: int | None, end: int | None) -> str | None:
    rows = series.dated(city_rows(case, CLUSTERS, start, end))
    audit = claims_audit.of_case(case).claims
    parts = []
    if len(rows):
        told = definitions(case)
        told = told[told["definition"].isin(rows.loc[rows["stated"], "definition"])]
        n = told["definition"].nunique()
        names = derived(f"{n} definitions", "definitions counted", told) if n > 1 else ""
        kinds = Html(say(" under {names}", names=names) if n > 1 else "")
        parts.append(
            say(
                "there {are} of creative clusters in the city{kinds}",
                are=Html(_are(_tally(rows, "count"))),
                kinds=kinds,
            )
        )
    if len(audit):
        wrong = audit[audit["verdict"].isin(["contradicted", "out of date"])]
        parts.append(
            say(
                "of {n}, {wrong} contradicted or out of date",
                n=_tally(audit, "unsigned claim"),
                wrong=Html(_are(_count(wrong), len(wrong), after=True)),
            )
        )
    if not parts:
        return None
    text = ", and ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _count(rows: pd.DataFrame) -> Number | str:
    return derived(str(len(rows)), "rows counted", rows) if len(rows) else "none"


def _tally(rows: pd.DataFrame, noun: str) -> Number:
    word = noun if len(rows) == 1 else f"{noun}s"
    return derived(f"{len(rows)} {word}", "rows counted", rows)


def _are(value: Number | str, n: int = 2, after: bool = False) -> str:
    verb = "is" if n == 1 or str(value).startswith("1 ") else "are"
    return say("{v} {verb}", v=value, verb=verb) if after else say("{verb} {v}", v=value, verb=verb)


def _begun(row: pd.Series) -> Number:
    """Return an event's date; of a span the year in which it begins."""
    text = str(int(row["start"])) if row["precision"] == "interval" else None
    return number(row, "date_words", text)


def lanes(case: Case, start: int | None = None, end: int | None = None) -> Prose | None:
    """Return how many events each lane holds and between which dates; None without any."""
    events = _events(case, start, end)
    if events.empty:
        return None
    parts = []
    for row in entries(policy.by_lane(events).sort_values("median", kind="stable")):
        own = events[events["lane"] == row.lane]
        between = "" if len(own) == 1 else say(" to {last}", last=_begun(own.iloc[-1]))
        parts.append(
            say("{lane} ({n}, {first}{between})", lane=policy.lane_words(row.lane).lower(),
                n=_tally(own, "event"), first=_begun(own.iloc[0]),
                between=Html(between))
        )  # fmt: skip
    silent = [lane for lane in LANE if lane not in set(events["lane"])]
    missing = (
        say("No event is on record under {lanes}.",
            lanes=", ".join(policy.lane_words(lane).lower() for lane in silent))
        if silent else None
    )  # fmt: skip
    return paragraph(
        say("In order of the median date of their events the fields are {parts}.",
            parts=Html("; ".join(parts))),
        missing,
    )  # fmt: skip


def counts(case: Case, start: int | None = None, end: int | None = None) -> Prose | None:
    """Return every count of creative clusters in the city as a table, with who disagrees."""
    rows = series.dated(city_rows(case, CLUSTERS, start, end))
    if rows.empty:
        return None
    whole = rows[rows["segment"] == ""]
    split = [part for _, part in whole.groupby(whole["when"] // 1) if disagree(part)]
    said = [
        say("For {year} sources that name no narrower group give {values}.",
            year=str(int(part["when"].iloc[0])), values=Html(either(part)))
        for part in split
    ]  # fmt: skip
    lines = [
        (row["date_words"], number(row, "value_words"), _counted(row), row["cite"], row["grade"])
        for _, row in rows.iterrows()
    ]
    shown = table(("date", "count", "what is counted", "source", "grade"), lines,
                  f"Creative clusters of {_place(case)}: each source's count")  # fmt: skip
    return Prose((paragraph(*said).html if said else "") + shown.html)


def _counted(row: pd.Series) -> str:
    segment = str(row["segment_words"])
    if row["stated"]:
        return str(row["definition"])
    return segment or "not stated"


def consistency(case: Case, start: int | None = None, end: int | None = None) -> Prose | Gap:
    """Return printed shares and rates beside those that printed levels give, or the data gap."""
    gap = Gap(
        f"figures of {_place(case)} that can be held against each other",
        ["observations.csv of the city: cci_value_added and gdp with cci_gdp_share of one year, "
         "or cci_value_added of two years in a row with cci_growth_rate, segment empty"],
    )  # fmt: skip
    if case.city is None:
        return gap
    values, shares, rates = (
        _whole(city_rows(case, name, start, end))
        for name in ("cci_value_added", "cci_gdp_share", "cci_growth_rate")
    )
    gdp = _whole(case.city.series("gdp"))
    by_share = policy.shares(values, gdp, shares)
    by_rate = policy.growth_of_levels(values, rates)
    tables = {"share of gross product": (by_share, shares, "value"),
              "growth": (by_rate, rates, "last")}  # fmt: skip
    lines = []
    for what, (found, printed, level) in tables.items():
        for row in entries(found):
            pair = [values.loc[getattr(row, level)],
                    gdp.loc[row.gdp] if what != "growth" else values.loc[row.first]]  # fmt: skip
            told = "value added divided by gross product" if what != "growth" else (
                "value added divided by that of the year before, less one")  # fmt: skip
            computed = f"{(row.low + row.high) / 2:.3g}%"
            off = (row.printed_low + row.printed_high) / 2 - (row.low + row.high) / 2
            lines.append((str(row.year), what, number(printed.loc[row.printed], "value_words"),
                          derived(computed, told, pair), _points(off)))  # fmt: skip
    if not lines:
        return gap
    head = ("year", "what", "printed", "from printed levels", "difference in points")
    caption = f"Printed rates of the creative industry of {_place(case)}, recomputed"
    shown = table(head, lines, caption)
    return Prose(_worst(by_rate, values, rates).html + shown.html)


def _points(difference: float) -> str:
    words = f"{difference:+.1f}"
    return "0.0" if words in ("-0.0", "+0.0") else words.replace("-", "−")


def _worst(found: pd.DataFrame, values: pd.DataFrame, rates: pd.DataFrame) -> Prose:
    above = found[found["printed_low"] > found["high"]]
    if above.empty:
        return paragraph("No printed rate of growth lies above the one that its own levels give.")
    row = above.loc[(above["printed_low"] - above["high"]).idxmax()]
    pair = [values.loc[row["first"]], values.loc[row["last"]]]
    return paragraph(
        say(
            "The printed levels of {year} give growth of {computed}, the printed rate is "
            "{printed}: as a real rate, which such rates mostly are, it would need prices to fall.",
            year=str(int(row["year"])),
            computed=derived(
                f"{row['high']:.3g}%",
                f"{pair[1]['value_words']} divided by {pair[0]['value_words']}, less one",
                pair,
            ),
            printed=number(rates.loc[row["printed"]], "value_words"),
        )
    )


def _whole(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["segment"] == ""]


def limits(case: Case, start: int | None = None, end: int | None = None) -> Prose:
    """Return what the chapter cannot say: what is missing here, then what no such record tells."""
    place = _place(case)
    events = _events(case, start, end)
    items = []
    if events.empty:
        items.append(f"Which policies shaped {place}: no dated event in a lane is in the evidence.")
    second_hand = int((events["via"] != "").sum()) if len(events) else 0
    if second_hand:
        items.append(
            f"Whether {second_hand} of the dated events are told rightly: they are second hand."
        )
    rows = city_rows(case, CLUSTERS, start, end)
    if len(rows):
        loose = int((~rows["stated"]).sum())
        if loose:
            items.append(
                f"What {loose} of {len(rows)} counts of clusters count: no definition of theirs is "
                "on record, so no line joins them."
            )
    else:
        items.append(f"How many creative clusters {place} has or had: no count is in the evidence.")
    if protection(case).empty:
        items.append(
            f"What the rules of {place} protect: no levels of protection are in the evidence."
        )
    else:
        items.append(
            "How the levels of protection are applied: the rules are read as a source words them."
        )
    audit = claims_audit.of_case(case).claims
    unknown = int((audit["verdict"] == "not checked").sum()) if len(audit) else 0
    if unknown:
        items.append(
            f"Whether {unknown} of {len(audit)} unsigned claims are true: nothing independent "
            "speaks of their quantity and time, which makes them neither right nor wrong."
        )
    items += [
        "Whether a policy was carried out: the record says what was issued, not what was done.",
        "Whether clusters grew because of a policy: that one came after the other shows no cause.",
    ]
    return cannot_say(items)
