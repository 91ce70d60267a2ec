"""Dates: EDTF level 1, its words, and the traps of it."""

import datetime as dt
import math
import random

import pytest
from edtf import parse_edtf

from clusterbook.evidence.dates import DateError, decimal_year, read_date

READ = [
    # text, earliest, latest, qualifier, precision, words
    ("2006", "2006-01-01", "2006-12-31", "", "year", "2006"),
    ("2021-11", "2021-11-01", "2021-11-30", "", "month", "November 2021"),
    ("2013-12-12", "2013-12-12", "2013-12-12", "", "day", "12 December 2013"),
    ("2000-02-29", "2000-02-29", "2000-02-29", "", "day", "29 February 2000"),
    ("2004-02", "2004-02-01", "2004-02-29", "", "month", "February 2004"),
    ("2000~", "2000-01-01", "2000-12-31", "~", "year", "about 2000"),
    ("2000?", "2000-01-01", "2000-12-31", "?", "year", "2000 (uncertain)"),
    ("2000%", "2000-01-01", "2000-12-31", "%", "year", "about 2000 (uncertain)"),
    ("2013-03~", "2013-03-01", "2013-03-31", "~", "month", "about March 2013"),
    ("2009-21", "2009-03-01", "2009-05-31", "", "season", "spring 2009"),
    ("2009-22", "2009-06-01", "2009-08-31", "", "season", "summer 2009"),
    ("2009-23~", "2009-09-01", "2009-11-30", "~", "season", "about autumn 2009"),
    ("2009-24", "2009-12-01", "2010-02-28", "", "season", "winter 2009"),
    ("2011-24", "2011-12-01", "2012-02-29", "", "season", "winter 2011"),
    ("193X", "1930-01-01", "1939-12-31", "", "decade", "the 1930s"),
    ("193X?", "1930-01-01", "1939-12-31", "?", "decade", "the 1930s (uncertain)"),
    ("18XX", "1800-01-01", "1899-12-31", "", "century", "the 1800s"),
    ("20XX", "2000-01-01", "2099-12-31", "", "century", "undated, after 2000"),
    ("2004-XX", "2004-01-01", "2004-12-31", "", "year", "2004"),
    ("2004-XX-XX", "2004-01-01", "2004-12-31", "", "year", "2004"),
    ("2004-06-XX", "2004-06-01", "2004-06-30", "", "month", "June 2004"),
    ("2004-06-XX~", "2004-06-01", "2004-06-30", "~", "month", "about June 2004"),
    ("2007/2009", "2007-01-01", "2009-12-31", "", "interval", "2007 to 2009"),
    ("2017-12/2018-05", "2017-12-01", "2018-05-31", "", "interval", "December 2017 to May 2018"),
    ("2001/2001", "2001-01-01", "2001-12-31", "", "interval", "2001 to 2001"),
    ("2000-05/2000", "2000-05-01", "2000-12-31", "", "interval", "May 2000 to 2000"),
    ("2000~/2001", "2000-01-01", "2001-12-31", "~", "interval", "about 2000 to 2001"),
    ("200X/2012", "2000-01-01", "2012-12-31", "", "interval", "the 2000s to 2012"),
    ("201X/2012", "2010-01-01", "2012-12-31", "", "interval", "the 2010s to 2012"),
    ("2015/..", "2015-01-01", None, "", "interval", "since 2015"),
    ("2015-03~/..", "2015-03-01", None, "~", "interval", "since about March 2015"),
    ("../2015", None, "2015-12-31", "", "interval", "until 2015"),
]


@pytest.mark.parametrize(("text", "earliest", "latest", "qualifier", "precision", "words"), READ)
def test_date_is_read(
    text: str,
    earliest: str | None,
    latest: str | None,
    qualifier: str,
    precision: str,
    words: str,
) -> None:
    date = read_date(text)
    assert date.earliest == (dt.date.fromisoformat(earliest) if earliest else None)
    assert date.latest == (dt.date.fromisoformat(latest) if latest else None)
    assert (date.qualifier, date.precision, date.words) == (qualifier, precision, words)


REFUSED = [
    # text, a word of the message
    ("2019-13", "month"),
    ("2019-00", "month"),
    ("2019-25", "month"),
    ("2004-02-30", "day"),
    ("1900-02-29", "day"),
    ("0000", "year 0"),
    ("1XXX", "not a date"),
    ("2004-XX-05", "not a date"),
    ("2004-21-XX", "month"),
    ("2004-13-XX", "month"),
    ("000X", "year 0"),
    ("00XX~", "year 0"),
    ("2009/2007", "ends before it starts; write 2007/2009"),
    ("2009-05/2009-03", "ends before"),
    ("2009/2007-05", "ends before"),
    ("201X/2005", "ends before"),
    ("2004/", "unknown end"),
    ("/2004", "unknown end"),
    ("/", "unknown end"),
    ("../..", "open at both ends"),
    ("2001/2002/2003", "more than one slash"),
    ("..", "not a date"),
    ("2001/..~", "not a date"),
    ("", "not a date"),
    ("2006 ", "not a date"),
    ("about 2006", "not a date"),
    ("199u", "not a date"),
    ("2006-1-2", "not a date"),
    ("12/05/2006", "more than one slash"),
    ("05/2006", "not a date"),
    ("12.5.2006", "not a date"),
    ("２００６", "not a date"),
    ("٢٠٠٦", "not a date"),
    ("2006年", "not a date"),
    ("Y17000", "not a date"),
    ("Y1E7000", "not a date"),
    ("-0300", "not a date"),
    # level 2, whose hedges and sets would be lost
    ("~2000", "not a date"),
    ("2004-06~-11", "not a date"),
    ("156X-12-25", "not a date"),
    ("1950S2", "not a date"),
    ("[2001,2002]", "not a date"),
    ("{2001,2002}", "not a date"),
    ("2001-31", "month"),
    ("2001-01-01T00:00:00", "not a date"),
    ("1" * 10_000, "not a date"),
]


@pytest.mark.parametrize(("text", "word"), REFUSED)
def test_what_is_no_date_is_refused_with_a_reason(text: str, word: str) -> None:
    with pytest.raises(DateError) as caught:
        read_date(text)
    assert word in str(caught.value)
    assert len(str(caught.value)) < 300


def test_open_ends_are_infinite_and_drawn_at_the_known_end() -> None:
    since, until = read_date("2015/.."), read_date("../2015")
    assert since.start == 2015.0
    assert math.isinf(since.end)
    assert since.when == 2015.0
    assert until.start == -math.inf
    assert until.when == pytest.approx(2016, abs=1e-9)


def test_decimal_years() -> None:
    assert decimal_year(dt.date(2007, 1, 1)) == 2007.0
    assert decimal_year(dt.date(2008, 7, 1)) == pytest.approx(2008 + 182 / 366)
    assert read_date("2006").when == pytest.approx(2006.5)
    assert read_date("2006-12").end == pytest.approx(2007)
    assert read_date("2008-12-31").end == pytest.approx(2009)


@pytest.mark.parametrize("text", ["193X", "19XX", "20XX"])
def test_decades_and_centuries_are_drawn_nowhere(text: str) -> None:
    assert math.isnan(read_date(text).when)


def test_any_text_is_a_date_or_a_date_error(capfd: pytest.CaptureFixture[str]) -> None:
    pick = random.Random(50)
    seeds = ["2006", "2021-11", "193X", "2007/2009", "2015/..", "2000~", "20XX-XX", "Y1E7"]
    for _ in range(600):
        text = list(pick.choice(seeds))
        for _ in range(pick.randint(1, 3)):
            text.insert(pick.randint(0, len(text)), pick.choice("0123456789X-/.~?%[]{},u Y٣２"))
        try:
            date = read_date("".join(text))
        except DateError:
            continue
        assert date.words
        assert date.start <= date.end
    assert capfd.readouterr() == ("", "")


MONTHS = ("-XX", "-XX-XX", *(f"-{month}{day}" for month in ("02", "12")
                                     for day in ("", "-05", "-28", "-XX")))  # fmt: skip
POINTS = ["198X", "19XX", "0985", *(f"1985{part}" for part in ("", *MONTHS))]


@pytest.mark.parametrize("sign", ["", "~", "?", "%"])
@pytest.mark.parametrize("text", POINTS)
def test_what_is_read_is_what_the_library_edtf_reads(text: str, sign: str) -> None:
    date, parsed = read_date(text + sign), parse_edtf(text + sign)
    ends = [dt.date(*end[:3]) for end in (parsed.lower_strict(), parsed.upper_strict())]
    assert [date.earliest, date.latest] == ends


def test_a_season_has_no_day_and_winter_ends_in_the_next_year() -> None:
    with pytest.raises(DateError, match="month must be in"):
        read_date("2004-21-05")
    assert read_date("2003-24").latest == dt.date(2004, 2, 29)
