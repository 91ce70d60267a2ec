"""The rent history of a cluster, by tier, as ranges: as reported and at one year's prices."""

from __future__ import annotations

import pandas as pd

from clusterbook.analysis import prices, rents, series
from clusterbook.evidence import Case
from clusterbook.evidence.dates import in_time
from clusterbook.evidence.parameters import check_base_year
from clusterbook.evidence.plain import entries, records
from clusterbook.evidence.tables import value_words
from clusterbook.evidence.units import number_words, unit_words
from clusterbook.prose.gap import Gap

from .figure import Figure
from .rent_marks import draw_rents

TIERS = "[Named tiers in colour](economic); grey where the source names no tier."


def rent_gap() -> Gap:
    """Return the data gap of a cluster without rents."""
    return Gap("rents per area", ["observations.csv: indicator rent, unit such as CNY/m2/day"])


def rent_history(case: Case) -> Figure | Gap:
    """Return the chart of all rents per area and time, or the data gap where there is none.

    Ranges are bars, the grade is on the disc, only values of one tenant from one source are
    joined, undated values stand in a gutter.
    """
    rows, other, unit = rents.of_case(case)
    if rows.empty:
        return rent_gap()
    are = "rent of whole premises is" if len(other) == 1 else "rents of whole premises are"
    left_out = f" {len(other)} {are} not drawn." if len(other) else ""
    return Figure(
        name="rents",
        title=rent_title(case.name, rows),
        subtitle=(
            f"Rent in {unit_words(unit)}, nominal, as each source reports it. {TIERS} "
            "A bar is a range from one source."
        ),
        description=_described(case.name, rows, unit_words(unit)),
        draw=lambda width: draw_rents(rows, width),
        rows=rows,
        note=f"A year without a month is drawn at mid-year.{left_out}",
    )


def real_rents(case: Case, price_base_year: int) -> Figure | Gap:
    """Return the chart of rents at the prices of one year, or the data gap.

    The gap is that of rents, or of a price index of the cluster's country. A dash stands where the
    source reported the value. Raises `ParameterError` for a base year that the index lacks.
    """
    check_base_year(price_base_year, case)
    reported, _, unit = rents.of_case(case)
    if reported.empty:
        return rent_gap()
    if case.cpi.empty:
        return price_gap(case)
    rows, left_out = in_prices_of(case, reported, price_base_year, unit)
    if rows.empty:
        return Gap(
            "a dated rent in the years of the price index, so real rents cannot be told",
            ["observations.csv: indicator rent with a date"],
        )
    head, _, per = unit_words(unit).partition(" per ")
    words = f"{head} of {price_base_year} per {per}"
    are = "rent without a year is" if len(left_out) == 1 else "rents without a year are"
    without = f" {len(left_out)} {are} left out." if len(left_out) else ""
    return Figure(
        name="rents-real",
        title=real_title(case.name, rows, price_base_year, head),
        subtitle=(
            f"The same rents in {words}: each value times the consumer prices of "
            f"{price_base_year} over those of its own year. {TIERS}"
        ),
        description=_described(case.name, rows, words),
        draw=lambda width: draw_rents(rows, width),
        rows=rows,
        note=(
            f"National consumer prices, {_sources(case.cpi)}: they are not rents, so a real rise "
            f"is a rise against what else money buys.{without}"
        ),
        table=_real_table(rows, price_base_year),
    )


def price_gap(case: Case) -> Gap:
    """Return the data gap of a country without a price index."""
    country = case.fact("country") or "the cluster's country"
    place = country.lower().replace(" ", "-")
    return Gap(
        f"consumer prices in {country}, so real rents cannot be told",
        [f"data/context/{place}/cpi.csv: year, cpi_change_percent, source"],
    )


def in_prices_of(
    case: Case, rows: pd.DataFrame, base: int, unit: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rents at the prices of a year, with words to two figures, and those left out."""
    real, left_out = prices.real_rows(rows, base, prices.chain_index(case.cpi))
    head, _, per = unit_words(unit).partition(" per ")
    said, amounts = [], []
    for row in records(real[["low", "high", "qualifier", "value_words"]]):
        low, high = (float(f"{row[side]:.2g}") for side in ("low", "high"))
        said.append(value_words(low, high, row["qualifier"], unit))
        amounts.append(f"{said[-1]} {head} of {base} per {per} (reported: {row['value_words']})")
    real["amount"] = pd.Series(amounts, index=real.index, dtype=object)
    real["value_words"] = pd.Series(said, index=real.index, dtype=object)
    return real, left_out


def _real_table(rows: pd.DataFrame, base: int) -> pd.DataFrame:
    kept = rows[["segment", "date", "value", "value_upper", "unit", "qualifier", "source"]].copy()
    kept[f"real_{base}_lower"] = rows["low"].round(4)
    kept[f"real_{base}_upper"] = rows["high"].round(4)
    kept["anchor"] = rows["anchor"]
    return kept


def _sources(table: pd.DataFrame) -> str:
    return ", ".join(dict.fromkeys(table["label"]))


def rent_title(name: str, rows: pd.DataFrame) -> str:
    """Return the finding, if first and last dated rents are apart, else a neutral title."""
    ends = rents.first_and_last_year(rows)
    if ends is None:
        return f"Rents recorded at {name}"
    first, last = ends
    move = rents.moved(first, last)
    if move == "unclear":
        said = " and ".join(f"{end.words} {in_time(end.date_words)}" for end in ends)
        return f"Rents recorded at {name}: {said}"
    return (
        f"Rents at {name} {move} from {first.words} {in_time(first.date_words)} "
        f"to {last.words} {in_time(last.date_words)}"
    )


def real_title(name: str, rows: pd.DataFrame, base: int, money: str) -> str:
    """Return how many times real rents grew where prices rose and rents did, else a neutral title.

    Columns in: those of `prices.real_rows`.
    """
    ends = rents.first_and_last_year(rows)
    neutral = f"Rents at {name} in {money} of {base}"
    if ends is None or rents.moved(*ends) != "rose":
        return neutral
    first, last = ends
    before, after = first.rows, last.rows
    real = _times(last.low / first.high, last.high / first.low)
    reported = _times(
        after["nominal_low"].min() / before["nominal_high"].max(),
        after["nominal_high"].max() / before["nominal_low"].min(),
    )
    if before["factor_lower"].min() <= after["factor_upper"].max() or real == reported:
        return neutral
    start, end = int(before["when"].min()), int(after["when"].max())
    return (
        f"From {start} to {end} rents at {name} rose {real} times in real terms, "
        f"{reported} times in {money} of the day"
    )


def _times(low: float, high: float) -> str:
    one, two = (number_words(round(v) if high >= 10 else float(f"{v:.2g}")) for v in (low, high))
    return one if one == two else f"{one} to {two}"


def _described(name: str, rows: pd.DataFrame, unit: str) -> str:
    said = []
    for row in entries(series.dated(rows)):
        tier = f" ({row.segment_words})" if row.segment else ""
        said.append(f"{row.date_words}{tier}: {row.value_words}")
    return f"Rents at {name} in {unit} by date and tier. {'; '.join(said) or 'All undated.'}"
