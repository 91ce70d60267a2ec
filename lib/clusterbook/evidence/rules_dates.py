"""Rules for dates: readable, within the time that the evidence covers, in the order of things."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator

from .dates import MONTHS, Date, DateError, read_date
from .problems import said
from .rules import Context, Fault
from .sheets import Sheet
from .tables import status
from .units import read_number

_FIRST_YEAR = 1000
_AHEAD = (
    "mend the year, or bring evidence in data/edition.yml up to date",
    "mend the year, begin the segment with planned or expected where it was announced, or bring "
    "evidence in data/edition.yml up to date",
)
_MONTH = "|".join(name[:3] for name in MONTHS[1:])
_TH, _TO = r"(?:\.|st|nd|rd|th)?", r"(?:[-–—~]|to|until)"
_WRITTEN: tuple[tuple[str, tuple[str, ...]], ...] = (
    # what is written, what may be meant: the groups of the pattern, in the order of EDTF
    (r"(\d{4})", ("{1}",)),  # in digits of another script
    (r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", ("{3}-{2:0>2}-{1:0>2}", "{3}-{1:0>2}-{2:0>2}")),
    (r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})", ("{1}-{2:0>2}-{3:0>2}",)),
    (r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]", ("{1}-{2:0>2}-{3:0>2}",)),
    (r"(\d{4})(\d\d)(\d\d)", ("{1}-{2}-{3}",)),
    (rf"(\d{{1,2}}){_TH}[ -]({_MONTH})[a-z]*\.?,?[ -](\d{{4}})", ("{3}-{2}-{1:0>2}",)),
    (rf"({_MONTH})[a-z]*\.? (\d{{1,2}}){_TH},? (\d{{4}})", ("{3}-{1}-{2:0>2}",)),
    (rf"({_MONTH})[a-z]*\.?,?[ -](\d{{4}})", ("{2}-{1}",)),
    *(
        (
            rf"{part}{n}[ /-]?(\d{{4}})|(\d{{4}})[ /-]?{part}{n}",
            (f"{{1}}{{2}}-{months * (n - 1) + 1:02}/{{1}}{{2}}-{months * n:02}",),
        )
        for part, months in (("q", 3), ("h", 6))
        for n in range(1, 12 // months + 1)
    ),
    (r"(\d\d)(\d\d)/(\d\d)", ("{1}{2}-{3}", "{1}{2}/{1}{3}")),
    (r"(\d{4})[./-](\d{1,2})", ("{1}-{2:0>2}",)),
    (r"(\d{4})年(\d{1,2})月", ("{1}-{2:0>2}",)),
    (r"(\d{1,2})[./-](\d{4})", ("{2}-{1:0>2}",)),
    (rf"(\d{{4}})\s?{_TO}\s?(\d{{4}})", ("{1}/{2}",)),
    (rf"(\d{{4}})\s?{_TO}\s?(?:present|now|today|至今)|(\d{{4}})年?至今", ("{1}{2}/..",)),
    (r"(?:since |from |after )?(\d{4})\s?(?:[-–—/]|/?\.\.|onwards)?", ("{1}/..",)),
    (r"(?:until |before |[-–—/]|\.\./?)(\d{4})", ("../{1}",)),
    (r"(?:c|ca|circa|about|around|approximately|~)\.?\s?(\d{4})", ("{1}~",)),
    (r"(?:the )?(\d{3})0'?s", ("{1}X",)),
    (r"(\d{4})年", ("{1}",)),
    (r"spring (?:of )?(\d{4})", ("{1}-21",)),
    (r"summer (?:of )?(\d{4})", ("{1}-22",)),
    (r"(?:autumn|fall) (?:of )?(\d{4})", ("{1}-23",)),
    (r"winter (?:of )?(\d{4})", ("{1}-24",)),
)
_NUMBER_OF_MONTH = {name[:3].casefold(): f"{i:02}" for i, name in enumerate(MONTHS) if name}
_PLAIN_DAY = 60_000  # a spreadsheet counts days from the end of 1899: this is in 2064


def likely(text: str) -> list[str]:
    """Return what a date that is not EDTF may mean, in EDTF: none, one, or several readings."""
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(r"[T ]0?0:00(:00)?(\.0+)?Z?$|(?<=^\d{4})\.0$|(?<=^\d{5})\.\d+$", "", plain)
    plain = re.sub(r" *([年月日号]) *", r"\1", plain)
    found = [plain] if text.strip() != plain else []
    for pattern, meanings in _WRITTEN:
        match = re.fullmatch(pattern, plain, re.IGNORECASE)
        if match:
            groups = [_NUMBER_OF_MONTH.get(g.casefold(), g) for g in match.groups("")]
            found = [meaning.format("", *groups) for meaning in meanings]
            break
    short = re.fullmatch(rf"(.*(?:{_MONTH}).*[ -]|\d+([./-])\d+\2)'?(\d\d)", plain, re.IGNORECASE)
    if short and not found:  # a year of two digits
        found = [date for century in (20, 19) for date in likely(f"{short[1]}{century}{short[3]}")]
    if re.fullmatch(r"[1-9]\d{4}", plain) and int(plain) < _PLAIN_DAY:
        found = [(dt.date(1899, 12, 30) + dt.timedelta(int(plain))).isoformat()]
    return [reading for reading in dict.fromkeys(found) if _readable(reading)]


def _readable(text: str) -> bool:
    try:
        read_date(text)
    except DateError:
        return False
    return True


def _dated(sheet: Sheet) -> Iterator[tuple[int, str, str, bool]]:
    """Yield row, column and cell of each date, and whether what it dates was announced only."""
    if sheet.table == "cluster":
        for row, _, value in sheet.facts("built", "opened"):
            yield row, "value", value, False
    elif "date" in sheet.header:
        for row, cells in sheet.rows:
            yield row, "date", cells["date"], status(cells.get("segment", "")) != "observed"


def dates(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """Dates are EDTF; so are `built` and `opened` of a cluster, and a phase is an interval."""
    for row, name, cell, _ in _dated(sheet):
        if not cell:
            continue  # where it may not be empty, the schema says so
        try:
            read_date(cell.strip())
        except DateError as error:
            readings = [f"{date} ({read_date(date).words})" for date in likely(cell)]
            which = ", whichever the source means" if len(readings) > 1 else ""
            right = f"in EDTF write {' or '.join(readings)}{which}" if readings else error.right
            part = "/" in cell and repr(cell.strip()) not in error.wrong
            yield row, name, f"in {said(cell)} {error.wrong}" if part else error.wrong, right


def times(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """Nothing begins after the year that follows the edition's evidence; no observation ends later.

    What was announced, and the claims of unsigned promotional texts, may lie ahead. The edition
    is dated and no clock is asked, so that the check finds the same on any day.
    """
    observed = sheet.table == "observations"
    for row, name, cell, announced in _dated(sheet):
        try:
            date = read_date(cell)
        except DateError:
            continue  # another rule says so
        first = date.earliest or date.latest
        if sheet.table != "events" and first and first.year < _FIRST_YEAR:
            right = "write the year in full, as in 1933"
            yield row, name, f"{cell} lies before {_FIRST_YEAR}", right
        last = date.latest if observed and "X" not in cell and date.latest else first
        ends = context.last_year
        if not announced and ends is not None and last and last.year > ends:
            wrong = f"{cell} lies ahead, for the edition's evidence is of {ends - 1}"
            yield row, name, wrong, _AHEAD[observed]


def opened_after_built(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """A cluster opens when its first building stands, not before."""
    try:
        found = {name: (row, read_date(cell)) for row, name, cell in sheet.facts("built", "opened")}
    except DateError:
        return
    if len(found) < 2:
        return
    (_, built), (row, opened) = found["built"], found["opened"]
    if built.earliest and opened.latest and opened.latest < built.earliest:
        wrong = f"opened {opened.text} lies before built {built.text}"
        right = "write in built when the works were built, in opened when the cluster opened"
        yield row, "value", wrong, right


def phases(sheet: Sheet, context: Context) -> Iterator[Fault]:
    """The phases of a scheme are spans, in the order of their numbers, and do not overlap.

    One may end in the year (or month) in which the next begins, as sources give them.
    """
    schemes: dict[str, list[tuple[float, int, Date]]] = {}
    for row, cells in sheet.rows if {"scheme", "phase", "date"} <= set(sheet.header) else ():
        try:
            date, number = read_date(cells["date"]), read_number(cells["phase"])
        except ValueError:
            continue
        if date.earliest is None:
            wrong = f"{said(cells['date'])} has no beginning, so the phase has no place"
            yield row, "date", wrong, "write a first year, as in 1999/2001"
        schemes.setdefault(cells["scheme"], []).append((number, row, date))
    for scheme, found in schemes.items():
        found.sort(key=lambda phase: phase[:2])
        for place, (number, row, date) in enumerate(found):
            for n, _, earlier in found[:place]:
                phase = f"phase {number:g} of {scheme} ({date.text})"
                other = f"phase {n:g} ({earlier.text})"
                if date.start < earlier.start and n == found[place - 1][0]:
                    wrong = f"{phase} begins before {other}"
                    yield row, "date", wrong, "number phases in their order"
                elif date.start >= earlier.start and _overlap(earlier, date):
                    wrong = f"{phase} begins before the end of {other}"
                    right = "end a phase where the next begins, or give the one another scheme"
                    yield row, "date", wrong, right


def _overlap(before: Date, after: Date) -> bool:
    """Return whether a phase goes on when a later one has begun, by the dates as they are told.

    A year in which one ends and the other begins is no overlap, nor is what a hedge leaves open.
    """
    end, begin = before.text.split("/")[-1], after.text.split("/")[0]
    if begin == ".." or any(read_date(part).qualifier for part in (end, begin) if part != ".."):
        return False
    latest, earliest = read_date(begin).latest, None if end == ".." else read_date(end).earliest
    return latest is not None and (earliest is None or latest < earliest)
