"""Units of the evidence: their grammar, their kinds and words, conversion to one unit.

A unit is an amount, then what it is per: `CNY/m2/day`, `TWD/ping/month`, `persons/year`, `kWh/m2`.
Named here are what a library of units does not know or means otherwise: the mu and the ping,
counts, historic money, a year of 365 days. Currencies are those of ISO 4217, historic ones too, by
Babel. Whatever else is measured (m3, kWh, dB, lux) is left to pint, which is loaded where such a
unit stands in a row and not before. The reported value is always kept beside a converted one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from .problems import MisreadError

AREA = {
    "m2": 1.0,
    "km2": 1_000_000.0,
    "ha": 10_000.0,
    "mu": 10_000 / 15,  # the Chinese mu: fifteen to the hectare
    "acre": 4046.8564224,
    "ping": 400 / 121,  # the Taiwanese ping: 121 to 400 square metres
    "sqft": 0.09290304,
}
TIME_IN_DAYS = {
    "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 365 / 12, "year": 365.0,
}  # fmt: skip
DURATION = {f"{name}s": days for name, days in TIME_IN_DAYS.items()}
HISTORIC_MONEY = ("yuan_1937", "tael", "silver_dollar")
_COUNTED = {
    "count": "count", "animals": "count", "persons": "persons", "percent": "percent",
    "times": "ratio", "rank": "rank", "boolean": "boolean", "index": "index", "year": "year",
    "degrees": "angle", "dB": "sound", "dB(A)": "sound",
}  # fmt: skip
_PER = ("person", "visit")
_MONEY = re.compile(r"[A-Z]{3}")
_CARBON = re.compile(r"(.+?)CO2(eq|e)?")
_POWER = re.compile(r"([A-Za-z]+)([23])")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_PREFIXES = ("", "nano", "micro", "milli", "centi", "deci", "hecto", "kilo", "mega", "giga", "tera")
_LETTERS = frozenset("gmtlLhdsWJVANK")  # pint also knows c, e and other constants of nature
_ANGLES = ("degree", "radian", "arcminute", "arcsecond")
_BARE = (*_ANGLES, "ppm", "permille", "byte", "bit")  # without a dimension
_DIMENSIONS = {
    "[length]": ("length", "m"), "[length] ** 2": ("area", "m2"), "[length] ** 3": ("volume", "m3"),
    "[mass]": ("mass", "kg"), "[time]": ("time", "day"), "[temperature]": ("temperature", ""),
    "[mass] * [length] ** 2 / [time] ** 2": ("energy", ""),
    "[mass] * [length] ** 2 / [time] ** 3": ("power", ""),
    "[luminosity] / [length] ** 2": ("illuminance", ""),
}  # fmt: skip
"""The kinds of what pint measures, and their base units where those are not pint's own."""
_MEANT = {
    "%": "percent", "m²": "m2", "㎡": "m2", "sqm": "m2", "qm": "m2", "平方米": "m2", "km²": "km2",
    "m³": "m3", "cbm": "m3", "亩": "mu", "坪": "ping", "people": "persons", "person": "persons",
    "visitors": "persons", "人": "persons", "pcs": "count", "pieces": "count", "units": "count",
    "RMB": "CNY", "NTD": "TWD", "NT$": "TWD", "yuan": "CNY", "¥": "CNY", "元": "CNY", "€": "EUR",
    "euro": "EUR", "£": "GBP", "$": "USD", "°": "degrees", "dBA": "dB(A)", "bool": "boolean",
    "ton": "t (1000 kg) or short_ton", "tons": "t (1000 kg) or short_ton", "pH": "index",
    "decibel": "dB", "decibels": "dB", "kt": "kilotonne or knot",
    "CO2": "tCO2", "m^2": "m2", "m^3": "m3",
}  # fmt: skip
_SIGNS = {
    "m2": "m²", "km2": "km²", "sqft": "sq ft", "percent": "%", "degrees": "°", "degC": "°C",
    "CNY": "yuan", "yuan_1937": "yuan of 1937",
    **dict.fromkeys(("count", "boolean", "index", "rank", "year"), ""),
}  # fmt: skip
"""Words that are the same of one and of many."""
_NAMES = {
    "TWD": "New Taiwan dollar", "USD": "US dollar", "SGD": "Singapore dollar", "EUR": "euro",
    "silver_dollar": "silver dollar", "t": "tonne", "l": "litre", "L": "litre", "h": "hour",
    "min": "minute", **{name: name for name in (
        "tael", "kilotonne", "acre", "mile", "minute", "hour", "day", "week", "month", "year",
        "animal",
    )},
}  # fmt: skip
"""Words of one, to which many add an s."""
_SMALLEST, _LARGEST = 1e-9, 1e18


class UnitError(MisreadError):
    """A unit is unknown, or two units measure different things."""


class Measure(NamedTuple):
    """What one word of a unit measures: its kind, its base unit, its size in that unit."""

    kind: str
    base: str
    size: float = 1.0


_TABLED = {
    name: Measure(kind, base, size)
    for kind, base, sizes in (
        ("area", "m2", AREA), ("length", "m", {"m": 1.0, "km": 1000.0, "mile": 1609.344}),
        ("mass", "kg", {"t": 1000.0, "kg": 1.0, "g": 0.001}), ("time", "day", DURATION),
        ("time", "day", TIME_IN_DAYS),
    )
    for name, size in sizes.items()
}  # fmt: skip
_COMMON = (*_TABLED, *HISTORIC_MONEY, *_COUNTED, "m3", "l", "litre", "kW", "kWh",
           "MWh", "GWh", "lux", "ppm", "degC", "tCO2")  # fmt: skip


@cache
def currencies() -> frozenset[str]:
    """Return the currency codes of ISO 4217, those no longer in use among them."""
    from babel.numbers import list_currencies

    shared = {"XAF", "XCD", "XEU", "XOF", "XPF"}  # the others with an X are metals and tests
    return frozenset(c for c in list_currencies() if not c.startswith("X") or c in shared)


def _is_currency(code: str) -> bool:
    return code in HISTORIC_MONEY or (bool(_MONEY.fullmatch(code)) and code in currencies())


@cache
def _head(part: str) -> Measure | None:
    """Return what the first word of a unit measures; None for a word that is no unit."""
    if part in _COUNTED:
        return Measure(_COUNTED[part], part)
    if _is_currency(part):
        return Measure("currency", part)
    return _TABLED.get(part) or _carbon(part) or _by_pint(part)


@cache
def _per(part: str) -> Measure | None:
    """Return what a word after a slash measures; None for a word that is no unit."""
    if part in _PER:
        return Measure(part, part)
    if part not in TIME_IN_DAYS and (part in _COUNTED or part in DURATION):
        return None
    return _TABLED.get(part) or _carbon(part) or _by_pint(part)


def _carbon(part: str) -> Measure | None:
    match = _CARBON.fullmatch(part)
    weight = match and _head(match.group(1))
    return Measure("mass", "kg of CO2", weight.size) if weight and weight.kind == "mass" else None


@cache
def _registry() -> Any:
    from pint import UnitRegistry  # half a second, so only where it is needed

    return UnitRegistry()


def _by_pint(part: str) -> Measure | None:
    """Return what a word measures by pint, under its usual names and prefixes alone.

    For pint `pcs` are parsecs, `qm` quectometres and `kilocount` a unit: such readings would turn
    a slip of the pen into a measure.
    """
    word, power = match.groups() if (match := _POWER.fullmatch(part)) else (part, "1")
    if word in _MEANT or not word.replace("_", "").replace("°", "").isalnum():
        return None
    if len(word) == 1 and word not in _LETTERS:
        return None
    registry = _registry()
    try:
        read = registry.parse_unit_name(word)
        if not read or read[0][0] not in _PREFIXES or _plural_symbol(word, read[0][1]):
            return None
        unit = registry.Unit(word) ** int(power)
    except Exception:  # pint raises errors of Python's tokenizer too
        return None
    prefix, name, _ = read[0]
    kind, base = _DIMENSIONS.get(str(unit.dimensionality), ("other", ""))
    if match and kind not in ("area", "volume"):
        return None
    if unit.dimensionless:
        if name not in _BARE or (prefix and name not in ("byte", "bit")):
            return None
        kind = "angle" if name in _ANGLES else "other"
    if kind == "temperature":
        return Measure(kind, str(unit))  # degrees of two scales are no multiples
    quantity = registry.Quantity(1, unit)
    base = base or str(quantity.to_root_units().units)
    size = quantity.m_as(re.sub(r"^m(\d)$", r"m**\1", base))
    return Measure(kind, base, float(f"{size:.12g}"))  # 0.001, not 0.0010000000000000002


def _plural_symbol(part: str, unit: str) -> bool:
    if len(part) > 4 or not part.endswith("s"):
        return False
    single = _registry().parse_unit_name(part[:-1])
    return bool(single) and single[0][1] == unit


@cache
def measures(unit: str) -> tuple[Measure, ...]:
    """Return what a unit measures, and what it is per. Raises `UnitError` for no unit."""
    head, *per = unit.split("/")
    first = _head(head)
    if first is None:
        raise UnitError(*_unknown_head(unit, head))
    found = [first]
    for part in per:
        measure = _per(part)
        if measure is None:
            likely = _likely(part, (*AREA, *TIME_IN_DAYS, *_PER))
            listed = f"{', '.join((*AREA, *TIME_IN_DAYS, *_PER))} or another measure (m3, kg, kWh)"
            write = f"{likely} (or {listed})" if likely else listed
            raise UnitError(f"{part!r} in {unit!r} is unknown", f"after a slash write {write}")
        found.append(measure)
    return tuple(found)


def _unknown_head(unit: str, head: str) -> tuple[str, str]:
    likely = _likely(head, _COMMON)
    if likely and unit != head:
        likely = f"{likely}{unit[len(head) :]}"
    if _MONEY.fullmatch(head):
        write = f"write {likely}" if likely else "write an ISO 4217 code like CNY"
        return f"{head!r} is no currency code known here", write
    if likely:
        return f"{unit!r} is no known unit", f"write {likely}"
    return f"{unit!r} is no known unit", (
        "write a currency code (CNY), an area (m2, mu, ping), a length (m, km), a count (count, "
        "persons, percent) or another measure (m3, kWh, t, dB), then /m2 or /year if needed"
    )


def _likely(word: str, known: tuple[str, ...]) -> str:
    plain = word.strip()
    same = [name for name in known if name.casefold() in (plain.casefold(), f"{plain}s".casefold())]
    return _MEANT.get(plain, "") or next(iter(same), "")


def factor(unit: str, to: str) -> float:
    """Return what a value in `unit` is multiplied by to be in `to`.

    What measures one thing is converted, whatever the order of what it is per; money is not.
    Raises `UnitError` where the two measure different things, and for temperatures and levels of
    sound, whose scales are no multiples of each other.
    """
    if unit == to:
        return 1.0
    (head, *per), (head_to, *per_to) = measures(unit), measures(to)
    result = _ratio(head, head_to, unit, to)
    if len(per) != len(per_to):
        raise UnitError(f"{unit!r} cannot be put in {to!r}: one is per something the other is not")
    if [part.base for part in per] != [part.base for part in per_to]:
        per, per_to = sorted(per, key=_base), sorted(per_to, key=_base)
    for part, part_to in zip(per, per_to, strict=True):
        result /= _ratio(part, part_to, unit, to)
    return result


def _base(measure: Measure) -> str:
    return measure.base


def _ratio(part: Measure, to: Measure, unit: str, whole: str) -> float:
    if part.base == to.base:
        return part.size / to.size
    raise UnitError(f"{unit!r} cannot be put in {whole!r}: they measure different things")


def unit_words(unit: str, one: bool = False) -> str:
    """Return a unit as a reader sees it: "yuan per m² per day", "people per year"."""
    head, *per = unit.split("/")
    tail = "".join(f" per {part if part == 'year' else _word(part, True)}" for part in per)
    return f"{_word(head, one)}{tail}".strip()


def _word(part: str, one: bool) -> str:
    if part in _SIGNS:
        return _SIGNS[part]
    if part == "persons":
        return "person" if one else "people"
    if name := _NAMES.get(part) or _NAMES.get(part.removesuffix("s")):  # hour, hours
        return name if one else f"{name}s"
    if _is_currency(part):
        from babel.numbers import get_currency_name

        return get_currency_name(part, count=1 if one else 2, locale="en")
    carbon, power = _CARBON.fullmatch(part), _POWER.fullmatch(part)
    if carbon:
        equivalent = " equivalent" if carbon.group(2) else ""
        return f"{_word(carbon.group(1), one)} of CO₂{equivalent}"
    if power:
        return f"{power.group(1)}{'²' if power.group(2) == '2' else '³'}"
    return part.replace("_", " ")


def read_number(text: str) -> float:
    """Return the number that a cell holds.

    Raises `ValueError`, saying why, for whatever is not plain ASCII digits with a decimal point
    (Python alone would also read 1_000, nan, inf and digits of other scripts), is not finite, or
    is larger or smaller than whatever is measured here.
    """
    number = float(text) if _NUMBER.fullmatch(text) else None
    if number is not None and _SMALLEST <= abs(number) <= _LARGEST:
        return number
    said = repr(text if len(text) <= 40 else f"{text[:40]}…")
    if number is None:
        raise ValueError(f"{said} is no number")
    if abs(number) > _LARGEST:
        raise ValueError(f"{said} is too large a number")
    if re.split("[eE]", text)[0].strip("+-0."):
        raise ValueError(f"{said} is too small a number; write 0 where it is none")
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
