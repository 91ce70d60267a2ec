"""Units of the evidence: their grammar, their words and conversion to one unit.

A unit is an amount (a currency by its ISO 4217 code, or a measure), then an optional area and an
optional time: `CNY/m2/day`, `TWD/ping/month`, `persons/year`, `acre`. The table of conversions is
short and closed, so it stands here; the reported value is always kept beside the converted one.
"""

from __future__ import annotations

import re

AREA = {
    "m2": 1.0,
    "km2": 1_000_000.0,
    "ha": 10_000.0,
    "mu": 10_000 / 15,  # the Chinese mu: fifteen to the hectare
    "acre": 4046.8564224,
    "ping": 400 / 121,  # the Taiwanese ping: 121 to 400 square metres
    "sqft": 0.09290304,
}
LENGTH = {"m": 1.0, "km": 1000.0, "mile": 1609.344}
TIME_IN_DAYS = {"day": 1.0, "month": 365 / 12, "year": 365.0}
HISTORIC_MONEY = ("yuan_1937", "tael", "silver_dollar")
COUNTED = (
    "count", "persons", "percent", "times", "years", "months", "days", "degrees", "year", "rank",
    "boolean", "index", "t", "animals",
)  # fmt: skip
PER = (*AREA, *TIME_IN_DAYS, "person", "visit")
_MONEY = re.compile(r"[A-Z]{3}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
CURRENCIES = frozenset(  # ISO 4217, with the codes that the euro replaced
    (
        "CNY TWD USD SGD EUR DEM GBP JPY HKD KRW AUD CAD CHF DKK NOK SEK INR THB MYR IDR VND PHP "
        "MOP NZD PLN CZK HUF RUB TRY BRL MXN ZAR ARS CLP COP EGP ILS SAR AED QAR KZT UAH RON BGN "
        "ISK FRF ITL ESP NLG ATS BEF DDM"
    ).split()
)
_MONEY_WORDS = {
    "CNY": "yuan",
    "TWD": "New Taiwan dollars",
    "USD": "US dollars",
    "SGD": "Singapore dollars",
    "EUR": "euros",
    "yuan_1937": "yuan of 1937",
    "tael": "taels",
    "silver_dollar": "silver dollars",
}
_WORDS = {
    "m2": "m²",
    "km2": "km²",
    "sqft": "sq ft",
    "percent": "%",
    "count": "",
    "persons": "people",
    "degrees": "°",
    "t": "tonnes",
    "boolean": "",
    "index": "",
    "rank": "",
    "year": "",
    "acre": "acres",
    "mile": "miles",
}
_PER_WORDS = {"m2": "m²", "km2": "km²", "sqft": "sq ft"}
_SINGLE = {"people": "person", "days": "day", "months": "month", "years": "year",
           "acres": "acre", "miles": "mile", "tonnes": "tonne", "euros": "euro",
           "US dollars": "US dollar", "Singapore dollars": "Singapore dollar",
           "New Taiwan dollars": "New Taiwan dollar"}  # fmt: skip


class UnitError(ValueError):
    """A unit is unknown, or two units measure different things."""


def check_unit(unit: str) -> None:
    """Raise `UnitError` unless `unit` follows the grammar."""
    head, *per = unit.split("/")
    money = bool(_MONEY.fullmatch(head))
    if money and head not in CURRENCIES:
        raise UnitError(f"{head!r} is no currency code known here; write an ISO 4217 code like CNY")
    if not money and head not in (*COUNTED, *AREA, *LENGTH, *HISTORIC_MONEY):
        raise UnitError(
            f"{unit!r} is no known unit; write a currency code (CNY), an area (m2, mu, ping), "
            "a length (m, km) or a count (count, persons, percent), then /m2 or /year if needed"
        )
    for part in per:
        if part not in PER:
            raise UnitError(
                f"{part!r} in {unit!r} is unknown; after a slash write {', '.join(PER)}"
            )


def is_area(unit: str) -> bool:
    """Return whether the unit is an area."""
    return unit in AREA


def in_m2(value: float, unit: str) -> float:
    """Return an area in square metres. Raises `UnitError` for a unit that is no area."""
    if unit not in AREA:
        raise UnitError(f"{unit!r} is no area; areas are {', '.join(AREA)}")
    return value * AREA[unit]


def factor(unit: str, to: str) -> float:
    """Return what a value in `unit` is multiplied by to be in `to`.

    Areas, lengths, and prices or flows per area and time are converted; money is not.
    Raises `UnitError` where the two measure different things.
    """
    head, *per = unit.split("/")
    head_to, *per_to = to.split("/")
    result = _ratio(head, head_to, unit, to)
    if len(per) != len(per_to):
        raise UnitError(f"{unit!r} cannot be put in {to!r}: one is per something the other is not")
    for part, part_to in zip(per, per_to, strict=True):
        result /= _ratio(part, part_to, unit, to)
    return result


def _ratio(part: str, to: str, unit: str, whole: str) -> float:
    if part == to:
        return 1.0
    for table in (AREA, LENGTH, TIME_IN_DAYS):
        if part in table and to in table:
            return table[part] / table[to]
    raise UnitError(f"{unit!r} cannot be put in {whole!r}: {part!r} and {to!r} measure differently")


def unit_words(unit: str, one: bool = False) -> str:
    """Return a unit as a reader sees it: "yuan per m² per day", "people per year"."""
    head, *per = unit.split("/")
    word = _MONEY_WORDS.get(head, head) if head in _MONEY_WORDS else _WORDS.get(head, head)
    if one:
        word = _SINGLE.get(word, word)
    tail = "".join(f" per {_PER_WORDS.get(p, p)}" for p in per)
    return f"{word}{tail}".strip()


def read_number(text: str) -> float:
    """Return the number that a cell holds.

    Raises `ValueError`, saying why, for whatever is not plain ASCII digits with a decimal point
    (Python alone would also read 1_000, nan, inf and digits of other scripts) or is not finite.
    """
    said = repr(text if len(text) <= 40 else f"{text[:40]}…")
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{said} is no number")
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{said} is too large a number")
    return number


def number_words(value: float) -> str:
    """Return a number as a reader sees it: 0.3, 5,000, 2 million, 422.77 billion."""
    size = abs(value)
    for limit, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if size >= limit:
            short = f"{value / limit:.3f}".rstrip("0").rstrip(".")
            if float(short) * limit == value or abs(float(short) * limit - value) < 5e-4 * size:
                return f"{short} {name}"
    if value == int(value):
        return f"{int(value):,}"
    if size < 0.0001:
        return f"{value:.2g}"
    return f"{value:,.4f}".rstrip("0").rstrip(".")
