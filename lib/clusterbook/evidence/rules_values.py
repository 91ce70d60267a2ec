"""What an observation can be: its unit and value held against the indicator's own kind.

The codebook says of an indicator in which units it is told (`unit_family`) and what kind of
quantity it is (`measure`): a share lies between 0 and 100, a change may be below zero, whatever is
counted is whole. An indicator without a family is held against what its unit can be alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from .rules import Context, Fault, Indicator
from .sheets import Sheet
from .units import Measure, UnitError, measures, read_number

_STUFF = ("count", "mass", "volume", "area", "length", "energy", "power")


class Family(NamedTuple):
    """In which units an indicator is told: of which kinds, per what at least, per what else."""

    kinds: tuple[str, ...]
    write: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


FAMILIES = {
    "area": Family(("area",), "m2, ha or mu"),
    "length": Family(("length",), "m or km"),
    "time": Family(("time",), "years, months or days"),
    "volume": Family(("volume",), "m3, or m3/year", (), ("time", "area", "person")),
    "mass": Family(("mass",), "t or tCO2, or t/year", (), ("time", "area", "person")),
    "energy": Family(("energy",), "kWh, or kWh/year", (), ("time", "area", "person")),
    "power": Family(("power",), "kW", (), ("area",)),
    "sound": Family(("sound",), "dB or dB(A)"),
    "temperature": Family(("temperature",), "degC"),
    "illuminance": Family(("illuminance",), "lux"),
    "angle": Family(("angle",), "degrees"),
    "count": Family(("count",), "count, or count/year", (), ("time",)),
    "count_per_time": Family(("count",), "count/year or count/month", ("time",)),
    "persons": Family(("persons",), "persons, or persons/year", (), ("time",)),
    "persons_per_time": Family(("persons",), "persons/year or persons/day", ("time",)),
    "percent": Family(("percent",), "percent"),
    "ratio": Family(("ratio",), "times"),
    "rank": Family(("rank",), "rank"),
    "index": Family(("index",), "index"),
    "year": Family(("year",), "year"),
    "boolean": Family(("boolean",), "boolean"),
    "currency": Family(("currency",), "CNY, or CNY/year", (), ("time",)),
    "currency_per_time": Family(("currency",), "CNY/month or CNY/day", ("time",)),
    "currency_per_area": Family(("currency",), "CNY/m2", ("area",)),
    "currency_per_area_time": Family(("currency",), "CNY/m2/day", ("area", "time")),
    "currency_per_person": Family(
        ("currency",), "CNY/visit or CNY/person/year", ("person",), ("time",)
    ),
    "amount": Family(_STUFF, "count, t or m3, or t/year", (), ("time",)),
}
"""The families of the codebook; `other` is any unit."""

_SIGNED = ("index", "angle", "temperature", "sound", "other")
_WHOLE = ("count", "persons", "rank", "boolean", "year")
_LIMITS = {
    "boolean": (0, 1, "write 1 for yes, 0 for no"),
    "rank": (1, 1e6, "the first rank is 1"),
    "year": (1000, 2200, "write a calendar year, as in 1933"),
    "angle": (-360, 360, "write decimal degrees"),
    "persons": (0, 1e11, "write the number as the source does"),
    "area": (0, 5.2e14, "write the number as the source does"),  # the surface of the Earth, in m2
    "length": (0, 4.1e7, "write the number as the source does"),  # its girth, in m
    "time": (0, 3.65e6, "write the number as the source does"),  # ten thousand years, in days
}
_NOUN = {"currency": "amount of money", "persons": "number of people", "boolean": "yes or no",
         "percent": "share", "ratio": "multiple"}  # fmt: skip


def quantities(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """Units and values are such as the indicator can have."""
    for row, cells in sheet.rows if {"indicator", "unit"} <= set(sheet.header) else ():
        try:
            unit = measures(cells["unit"])
        except UnitError as error:
            if cells["unit"].strip():  # where it is empty, the schema says so
                yield row, "unit", error.wrong, error.right
            continue
        known = (context.indicators or {}).get(cells["indicator"].strip(), Indicator())
        if misfit := _unit_problem(unit, cells["unit"], known):
            yield row, "unit", *misfit
            continue
        for field in ("value", "value_upper"):
            try:
                number = read_number(cells.get(field, ""))
            except ValueError:
                continue  # no number: another rule says so
            if misfit := _value_problem(number, cells[field], cells["unit"], unit, known):
                yield row, field, *misfit


def price_changes(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """Changes of prices can be chained: no year between the first and the last is left out."""
    years = sorted((int(cell), row) for row, cell in sheet.column("year") if cell.isdecimal())
    for (before, _), (year, row) in pairwise(years):
        if year > before + 1:
            right = f"add it before {year}: each change is on the year before"
            yield row, "year", f"{before + 1} is missing", right
    for row, cell in sheet.column("cpi_change_percent"):
        with suppress(ValueError):  # no number: another rule says so
            if read_number(cell) <= -100:
                right = "write the change on the year before in percent, as in 2.5"
                yield row, "cpi_change_percent", f"{cell} leaves no price", right


@lru_cache(maxsize=4096)
def _unit_problem(unit: tuple[Measure, ...], text: str, known: Indicator) -> tuple[str, str] | None:
    family = FAMILIES.get(known.family)
    if family is None:
        return None
    head, *per = ("person" if part.kind == "visit" else part.kind for part in unit)
    fits = head in family.kinds and set(family.needs) <= set(per)
    if fits and set(per) <= {*family.needs, *family.may} and len(per) == len(set(per)):
        return None
    return f"{known.label} is not told in {text}", f"write a unit such as {family.write}"


def _value_problem(
    number: float, text: str, unit_text: str, unit: tuple[Measure, ...], known: Indicator
) -> tuple[str, str] | None:
    kind, size = unit[0].kind, unit[0].size
    name = known.label or "it"
    if known.measure == "share" and kind == "percent" and not 0 <= number <= 100:
        right = "a share is 0 to 100; a growth has the measure change in the codebook"
        return f"{name} cannot be {text} percent", right
    signed = known.measure == "change" or kind in _SIGNED
    if number < 0 and not (signed or (kind == "percent" and known.measure == "rate")):
        right = "write 0 or more; what may fall below zero has the measure change in the codebook"
        return f"{name} cannot be {text}: no {_NOUN.get(kind, kind)} is below zero", right
    counted = kind in _WHOLE and len(unit) == 1 and known.measure != "rate"
    if counted and number != int(number):
        right = "write a whole number; a mean has the measure rate in the codebook"
        return f"{name} cannot be {text}: {_NOUN.get(kind, kind)} is whole", right
    low, high, right = _LIMITS.get(kind, (None, None, ""))
    if low is None or high is None or (signed and kind not in _LIMITS):
        return None
    if not (-high if signed else low) <= number * size <= high:
        return f"{name} cannot be {text} {unit_text}", right
    return None
