"""Dates of the evidence: EDTF level 1 (ISO 8601-2) to earliest, latest and qualifier.

One pattern reads a point of time; intervals are two of them. Not read: reversed intervals, those
with an unknown end, years before 1 or of five digits, and level 2, whose hedges (2004-06~-11) and
sets ([2001,2002]) would be lost.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import cache, cached_property

from .problems import MisreadError

MONTHS = tuple(calendar.month_name)
SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
_POINT = re.compile(
    r"(?:([0-9]{2}XX|[0-9]{3}X)|([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}|XX))?|-XX(?:-XX)?)?)([~?%]?)"
)
_LONGEST = 40
HINT = "EDTF, such as 2006, 2021-11, 2013-12-12, 2000~, 193X, 2007/2009 or 2015/.."


class DateError(MisreadError):
    """A date cannot be read."""


@dataclass(frozen=True)
class Date:
    """A dated span: `earliest` and `latest` day (None for an open end) and its qualifier."""

    text: str
    earliest: dt.date | None
    latest: dt.date | None
    qualifier: str
    precision: str  # day, month, season, year, decade, century or interval

    @property
    def start(self) -> float:
        """The earliest moment as a decimal year; minus infinity for an open start."""
        return float("-inf") if self.earliest is None else decimal_year(self.earliest)

    @property
    def end(self) -> float:
        """The end of the latest day as a decimal year; infinity for an open end."""
        if self.latest is None:
            return float("inf")
        return decimal_year(self.latest) + 1 / _days(self.latest.year)

    @cached_property
    def when(self) -> float:
        """Where the date is drawn: its middle for a day, month or year; NaN for no single year."""
        if self.precision in ("decade", "century"):
            return float("nan")
        if self.earliest is None:
            return self.end
        if self.latest is None:
            return self.start
        return (self.start + self.end) / 2

    @property
    def words(self) -> str:
        """The date as a reader says it: "October 2008", "about 2000", "2007 to 2009"."""
        if "/" in self.text:
            ends = self.text.split("/")
            first, last = (end if end == ".." else read_date(end).words for end in ends)
            if last == "..":
                return f"since {first}"
            return f"until {last}" if first == ".." else f"{first} to {last}"
        doubt = " (uncertain)" if self.qualifier in ("?", "%") else ""
        plain = self.text.rstrip("~?%")
        if self.precision in ("decade", "century"):
            tail = {"20XX": "undated, after 2000", "19XX": "undated, before 2000"}.get(plain)
            return (tail or f"the {plain.replace('X', '0')}s") + doubt
        hedge = "about " if self.qualifier in ("~", "%") else ""
        day = self.earliest
        assert day is not None
        season = SEASONS.get(plain[5:], "")
        part = {"day": f"{day.day} {MONTHS[day.month]} ", "season": f"{season} ",
                "month": f"{MONTHS[day.month]} "}.get(self.precision, "")  # fmt: skip
        return f"{hedge}{part}{day.year}{doubt}"


def _days(year: int) -> int:
    return 366 if calendar.isleap(year) else 365


def decimal_year(day: dt.date) -> float:
    """Return the start of a day as a decimal year (2008-07-01 is about 2008.5)."""
    return day.year + (day.timetuple().tm_yday - 1) / _days(day.year)


@cache
def read_date(text: str) -> Date:
    """Return the `Date` that an EDTF text stands for.

    A season is three months of the northern year; winter runs from December into the next year.
    Raises `DateError` for text that is not EDTF level 1, for an interval that ends before it
    starts and for one with an unknown end.
    """
    if len(text) > _LONGEST:
        raise DateError(f"{text[:_LONGEST] + '…'!r} is not a date", f"write {HINT}")
    if "/" not in text:
        return _point(text)
    if text.count("/") > 1:
        raise DateError(f"{text!r} has more than one slash", "an interval has one")
    first, last = text.split("/")
    if not first or not last:
        raise DateError(f"{text!r} has an unknown end", "write .. for an open one, as in 2015/..")
    if first == ".." == last:
        raise DateError(
            f"{text!r} is open at both ends", "write the end that is known, as in 2015/.."
        )
    start = None if first == ".." else _point(first)
    end = None if last == ".." else _point(last)
    earliest = start.earliest if start else None
    latest = end.latest if end else None
    if start and end and start.earliest and end.latest and start.earliest > end.latest:
        raise DateError(f"{text!r} ends before it starts", f"write {last}/{first}")
    signs = {d.qualifier for d in (start, end) if d} - {""}
    return Date(text, earliest, latest, signs.pop() if len(signs) == 1 else "", "interval")


def _point(text: str) -> Date:
    match = _POINT.fullmatch(text)
    if not match:
        raise DateError(f"{text!r} is not a date", f"write {HINT}")
    span, year, month, day, sign = match.groups()
    if span:
        low, high = int(span.replace("X", "0")), int(span.replace("X", "9"))
        if not low:
            raise DateError(
                f"{text!r} begins in the year 0, which no calendar has", f"write {HINT}"
            )
        precision = "century" if span.endswith("XX") else "decade"
        return Date(text, dt.date(low, 1, 1), dt.date(high, 12, 31), sign, precision)
    try:
        if day and day != "XX":
            exact = dt.date(int(year), int(month), int(day))
            return Date(text, exact, exact, sign, "day")
        season = month in SEASONS and not day
        first = dt.date(int(year), 3 * int(month) - 60 if season else int(month or 1), 1)
        months, precision = (3, "season") if season else (1, "month") if month else (12, "year")
        return Date(text, first, _last_day(first, months), sign, precision)
    except ValueError as error:
        raise DateError(f"{text!r} is no date ({error})", f"write {HINT}") from None


def _last_day(first: dt.date, months: int) -> dt.date:
    """Return the last day of so many months that begin with `first`."""
    years, month = divmod(first.month + months - 2, 12)
    last = calendar.monthrange(first.year + years, month + 1)[1]
    return dt.date(first.year + years, month + 1, last)
