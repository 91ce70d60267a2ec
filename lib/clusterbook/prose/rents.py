"""What is said of rents: spread, discounts and growth, always as ranges."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pandas as pd

from clusterbook.analysis import prices, rents, series
from clusterbook.evidence import Case
from clusterbook.evidence.parameters import check_base_year
from clusterbook.evidence.plain import Row, by_index, entries, records
from clusterbook.evidence.tables import value_words
from clusterbook.evidence.units import factor, unit_words

from .gap import Gap
from .sentence import Number, Prose, derived, number, paragraph, say, table

NEEDED = ("observations.csv: indicator rent, unit such as CNY/m2/day",)


def spread(case: Case) -> Prose | None:
    """Return how far apart rents of one year lie, by the two tiers that are clearly furthest so.

    Two rows are compared only where their ranges do not touch; else None (`discounts` tells).
    """
    rows, _, _ = rents.of_case(case)
    pairs = rents.tier_pairs(rows)
    if pairs.empty:
        return None
    pair = pairs.sort_values(["discount_upper", "year"], kind="stable").iloc[-1]
    low, high = rows.loc[pair["protected"]], rows.loc[pair["market"]]
    least, most = high["low"] / low["high"], high["high"] / low["low"]
    times = derived(f"{_span(least, most)} times", "higher rent divided by lower", [low, high])
    who = f"by {high['cite']}" if high["cite"] == low["cite"] else f"{high['cite']}; {low['cite']}"
    return paragraph(
        say(
            "Rents of two tiers are on record for {year}: {market} stood at {high} and "
            "{protected} at {low}, so the dearer was {times} the cheaper ({who}).",
            year=str(int(pair["year"])),
            market=_tier(high),
            high=number(high),
            protected=_tier(low),
            low=number(low),
            times=times,
            who=who,
        )
    )


def _tier(row: Any) -> str:
    return str(row["segment_words"]) or "no named tier"


def _span(low: float, high: float, digits: int = 3, unit: str = "") -> str:
    """Return a range to some figures: "1.14–1.36", "25–34 million", "12–27%"."""
    one, two = (float(f"{v:.{digits}g}") for v in (low, high))
    return value_words(one, two, unit="percent" if unit == "%" else "")


def discounts(case: Case) -> Prose | Gap:
    """Return the table of discounts between tiers of one year, and what they forgo.

    The implied subsidy is the gap of the two rents over a year: for a square metre, and were a
    tenth of the floor area on record let at the lower rent. The data gap without two tiers.
    """
    rows, _, unit = rents.of_case(case)
    pairs = rents.tier_pairs(rows)
    if pairs.empty:
        return Gap(
            "rents of two tiers in one year, so no discount can be told",
            ["observations.csv: indicator rent, two segments on one date"],
        )
    money = unit.split("/")[0]
    yearly = factor(unit, f"{money}/m2/year")
    floor = _floor(case)
    told = by_index(rows)
    lines = []
    for pair in entries(pairs):
        low, high = told[pair.protected], told[pair.market]
        cut = _span(100 * pair.discount_lower, 100 * pair.discount_upper, 2, "%")
        per_area = (pair.gap_lower * yearly, pair.gap_upper * yearly)
        cells: list[Any] = [
            str(pair.year),
            _tier(low), number(low, "value_words"),
            _tier(high), number(high, "value_words"),
            derived(cut, "1 − lower rent / higher rent", [low, high]),
            derived(_span(*per_area), "(higher − lower rent) × 365 days", [low, high]),
        ]  # fmt: skip
        if floor is not None:
            least, most = floor["low"].min(), floor["high"].max()
            tenth = _span(per_area[0] * least / 10, per_area[1] * most / 10, 2)
            used = [low, high, *records(floor)]
            how = "(higher − lower rent) × 365 days × a tenth of the floor area on record"
            cells.append(derived(tenth, how, used))
        lines.append(cells)
    words = unit_words(money)
    head = ["year", "lower tier", "rent", "higher tier", "rent", "discount",
            f"forgone, {words} per m² a year"]  # fmt: skip
    if floor is not None:
        head.append(f"forgone on a tenth of the floor, {words} a year")
    return table(head, lines, f"Discounts between tiers, rents in {unit_words(unit)}")


def _floor(case: Case) -> pd.DataFrame | None:
    rows = series.inside(case.series("floor_area", ""))
    rows = series.in_unit(rows, "m2")[0] if len(rows) else rows
    return rows if len(rows) else None


def growth(case: Case, price_base_year: int) -> Prose | Gap | None:
    """Return how rents grew between any two dated rows, as ranges, nominal and real.

    The first and the last rent and those of one tier stand in a table, all pairs in one that
    opens. Real growth needs the price index of the country; the base year does not change it. None
    without any rent, of which `rent_history` tells; the data gap without two dated ones.
    """
    check_base_year(price_base_year, case)
    rows, _, unit = rents.of_case(case)
    if rows.empty:
        return None
    nominal, left_out = rents.growth_between(rows)
    if nominal.empty:
        return Gap("two dated rents, so growth cannot be told", list(NEEDED))
    real = _real_growth(case, rows, price_base_year)
    told = by_index(rows)
    lines: dict[tuple[Any, Any], list[str]] = {}
    for pair in entries(nominal.rename(columns={"from": "first", "to": "last"})):
        span = real.get((pair.first, pair.last)) if real is not None else None
        lines[pair.first, pair.last] = _growth_words(pair, span, real is not None)
    head = ["from", "to", "years", "times", "a year, nominal"]
    if real is not None:
        head.append("a year, real")
    most = [_sourced(told[a], told[b], lines[a, b]) for a, b in _telling(rows) if (a, b) in lines]
    words = unit_words(unit)
    shown = table(head, most, f"Growth of rents in {words}: first to last, and by tier").html
    dated = {index: _dated(row) for index, row in told.items()}
    plain = [(dated[a], dated[b], *words) for (a, b), words in lines.items()]
    every = table(head, plain, f"Growth of rents in {words} between any two rows").html
    are = "rent without a year is" if len(left_out) == 1 else "rents without a year are"
    left = f"<p>{len(left_out)} {are} in no pair.</p>" if len(left_out) else ""
    return Prose(
        f"{shown if most else ''}"
        f'<details class="cb-more"><summary>All {len(lines)} pairs of dated rents</summary>'
        f"{every}{left}</details>"
    )


def _telling(rows: pd.DataFrame) -> list[tuple[Any, Any]]:
    """Return the pairs that tell most: first to last of all rents, of no tier, and each tier's."""
    pairs = []
    ends = rents.first_and_last_year(rows)
    if ends:
        pairs += [(a, b) for a in ends[0].rows.index for b in ends[1].rows.index]
    untiered = series.first_and_last(rows[rows["segment"] == ""])
    pairs += [(untiered[0].name, untiered[1].name)] if untiered else []
    named = series.dated(rows[rows["segment"] != ""])
    for _, part in named.groupby(["segment", "source"], sort=False):
        pairs += [(a, b) for a, b in combinations(part.index, 2)]
    return list(dict.fromkeys(pairs))


def latest_step(case: Case, price_base_year: int) -> Prose | Gap | None:
    """Return how the latest rents stand to those of the dated year before, nominal and real.

    Spans that touch decide nothing. None without a rent or a price index, of which `real_rents`
    tells; the data gap without rents of two years.
    """
    check_base_year(price_base_year, case)
    rows, _, unit = rents.of_case(case)
    placed = series.dated(rows)
    if case.cpi.empty or placed.empty:
        return None
    real, _ = prices.real_rows(placed, price_base_year, prices.chain_index(case.cpi))
    years = real["when"] // 1
    if years.nunique() < 2:
        return Gap("rents of two years, so the latest real change cannot be told", NEEDED)
    two = sorted(years.unique())[-2:]
    told = [rents.year_rents(placed.loc[years.index[years == year]]) for year in two]
    deflated = [rents.year_rents(real[years == year]) for year in two]
    ends = {"rose": "rents rose", "fell": "rents fell", "unclear": "the two cannot be told apart"}
    return paragraph(
        say(
            "The latest step on record goes from {first} in {then} to {last} in {now}: as reported "
            "{move}.",
            first=year_number(told[0], unit, short=True),
            then=told[0].date_words,
            last=year_number(told[1], unit, short=True),
            now=told[1].date_words,
            move=ends[rents.moved(*told)],
        ),
        say(
            "At consumer prices of {base} that is from {first} to {last}: in real terms {move}.",
            base=str(price_base_year),
            first=derived(_span(deflated[0].low, deflated[0].high, 2), _REAL, deflated[0].rows),
            last=derived(_span(deflated[1].low, deflated[1].high, 2), _REAL, deflated[1].rows),
            move=ends[rents.moved(*deflated)],
        ),
    )


def year_number(year: rents.YearRents, unit: str, short: bool = False) -> Number:
    """Return the rents of a year as a sourced number, with its unit unless `short`."""
    if not year.tiers:
        row = year.rows.iloc[0]
        tier = f" ({_tier(row)})" if short and row["segment"] else ""
        return number(row, text=f"{row['value_words']}{tier}") if short else number(row)
    words = year.words if short else f"{year.words} {unit_words(unit)}"
    if not short:
        words = f"{year.words.removesuffix(' (by tier)')} {unit_words(unit)} (by tier)"
    return derived(words, "lowest to highest rent of the year, by tier", year.rows)


_REAL = "reported rent × consumer prices of the base year / those of its own year"


def _real_growth(
    case: Case, rows: pd.DataFrame, base: int
) -> dict[tuple[Any, Any], tuple[float, float]] | None:
    """Return growth per year at constant prices by pair of rows; None without a price index."""
    if case.cpi.empty:
        return None
    real, _ = prices.real_rows(rows, base, prices.chain_index(case.cpi))
    table_of, _ = rents.growth_between(real)
    keys = zip(table_of["from"], table_of["to"], strict=True)
    spans = zip(table_of["cagr_lower"], table_of["cagr_upper"], strict=True)
    return dict(zip(keys, spans, strict=True))


def _growth_words(pair: Any, real: tuple[float, float] | None, index: bool) -> list[str]:
    """Return years, multiple and growth a year, nominal and (with an index) real, in words."""
    words = [f"{pair.years:.1f}", _span(pair.multiple_lower, pair.multiple_upper)]
    if pair.years < 1:
        return [*words, *["under a year"] * (1 + index)]
    words.append(_percent(pair.cagr_lower, pair.cagr_upper))
    if index:
        words.append(_percent(*real) if real else "no price index")
    return words


FORMULAS = (
    "time between the middles of the two dates",
    "later rent divided by earlier",
    "(later / earlier) to the power of 1 / years, less 1",
    "the same after consumer prices are taken out",
)


def _sourced(first: Row, last: Row, words: list[str]) -> list[Any]:
    """Return the cells of a pair, each with its formula and its rows."""
    both = [first, last]
    cells = [derived(said, how, both) for said, how in zip(words, FORMULAS, strict=False)]
    return [_dated(first), _dated(last), *cells]


def _dated(row: Row) -> Number:
    tier = f", {_tier(row)}" if row["segment"] else ""
    return number(row, text=f"{row['value_words']} ({row['date_words']}{tier})")


def _percent(low: float, high: float) -> str:
    one, two = (f"{100 * value:.1f}".replace("-", "−") for value in (low, high))
    return f"{one}%" if one == two else f"{one} to {two}%"
