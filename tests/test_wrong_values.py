"""Values, units, dates and characters that cannot be: each is refused with its row and a remedy."""

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

from clusterbook.evidence.check import check_folder
from clusterbook.evidence.dates import read_date
from clusterbook.evidence.problems import Problem
from clusterbook.evidence.root import book_root
from clusterbook.evidence.rules_dates import likely
from clusterbook.evidence.rules_values import FAMILIES
from clusterbook.evidence.schemas import COLUMNS
from clusterbook.evidence.units import measures

BIB = "@misc{key1,\n  title = {T},\n  year = {2015},\n  keywords = {grade:B}\n}\n"
FACTS = {"name": "Mill 7", "city": "Wuxi", "country": "China", "built": "1930", "opened": "2004"}
OBSERVED = {
    "indicator": "tenants", "date": "2015", "value": "12", "unit": "count", "qualifier": "exact",
    "dimension": "economic", "scope": "internal", "source": "key1", "locator": "p. 1",
}  # fmt: skip


def table(name: str, *rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS[name], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def folder(place: Path, facts: dict[str, str] = {}, **tables: str) -> Path:  # noqa: B006
    mill = place / "mill-7"
    mill.mkdir(parents=True)
    rows = [
        {"field": name, "value": value, "source": "key1", "locator": "p. 1"}
        for name, value in (FACTS | facts).items()
    ]
    (mill / "cluster.csv").write_text(table("cluster", *rows), encoding="utf-8")
    (mill / "sources.bib").write_text(BIB, encoding="utf-8")
    for name, text in tables.items():
        (mill / f"{name}.csv").write_text(text, encoding="utf-8")
    return mill


def check(mill: Path) -> list[Problem]:
    return check_folder(mill, book_root())


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


WRONG = [
    # indicator, value, upper value, unit: field, words of the problem, words of the remedy
    # below zero
    ("tenants", "-12", "", "count", "value", "Tenants cannot be -12", "0 or more"),
    ("tenants", "-3", "5", "count", "value", "cannot be -3", "0 or more"),
    ("floor_area", "-0.5", "", "ha", "value", "no area is below zero", "0 or more"),
    ("jobs", "-1", "", "persons", "value", "no number of people is below zero", "0 or more"),
    ("rent", "-2", "", "CNY/m2/day", "value", "no amount of money is below zero", "0 or more"),
    ("investment", "-1e6", "", "EUR", "value", "below zero", "change"),
    ("waterfront_length", "-1", "", "km", "value", "no length is below zero", "0 or more"),
    ("lease_term", "-3", "", "years", "value", "no time is below zero", "0 or more"),
    ("rent_multiple", "-2", "", "times", "value", "no multiple is below zero", "0 or more"),
    ("remediation_quantity", "-4", "", "m3", "value", "no volume is below zero", "0 or more"),
    ("visitors", "-1", "", "persons/year", "value", "below zero", "0 or more"),
    # shares
    ("occupancy_rate", "101", "", "percent", "value", "cannot be 101 percent", "0 to 100"),
    ("occupancy_rate", "-1", "", "percent", "value", "cannot be -1 percent", "0 to 100"),
    ("ownership_share", "60", "160", "percent", "value_upper", "160 percent", "0 to 100"),
    # what is counted is whole
    ("galleries", "12.5", "", "count", "value", "count is whole", "a mean"),
    ("artists", "3.2", "", "persons", "value", "number of people is whole", "a mean"),
    ("building_storeys", "2", "3.5", "count", "value_upper", "count is whole", "a mean"),
    ("provincial_ranking", "1.5", "", "rank", "value", "rank is whole", "whole number"),
    ("provincial_ranking", "0", "", "rank", "value", "cannot be 0 rank", "first rank is 1"),
    ("park_well_developed", "7", "", "boolean", "value", "cannot be 7", "1 for yes, 0 for no"),
    ("park_well_developed", "0.5", "", "boolean", "value", "yes or no is whole", "whole"),
    ("reference_year", "2015.5", "", "year", "value", "year is whole", "whole number"),
    ("reference_year", "20155", "", "year", "value", "cannot be 20155", "calendar year"),
    ("reference_year", "33", "", "year", "value", "cannot be 33", "calendar year"),
    # against sense
    ("tenants", "1e308", "", "count", "value", "too large", "digits"),
    ("tenants", "1e999", "", "count", "value", "too large", "digits"),
    ("rent", "1e-400", "", "CNY/m2/day", "value", "too small", "digits"),
    ("rent", "1e-300", "", "CNY/m2/day", "value", "too small", "digits"),
    ("site_area", "9e12", "", "ha", "value", "cannot be 9e12 ha", "as the source does"),
    ("jobs", "9e12", "", "persons", "value", "cannot be 9e12 persons", "as the source does"),
    ("distance", "90000", "", "km", "value", "cannot be 90000 km", "as the source does"),
    ("years_of_operation", "20000", "", "years", "value", "20000 years", "as the source does"),
    ("coordinate", "3600", "", "degrees", "value", "cannot be 3600", "decimal degrees"),
    ("tenants", "twelve", "", "count", "value", "no number", "digits"),
    ("tenants", "0x10", "", "count", "value", "no number", "digits"),
    ("tenants", "12", "11", "count", "value_upper", "below the value", "smaller number"),
    # units that are not the indicator's
    ("tenants", "12", "", "m2", "unit", "Tenants is not told in m2", "such as count"),
    ("tenants", "12", "", "persons", "unit", "not told in persons", "such as count"),
    ("tenants", "12", "", "percent", "unit", "not told in percent", "such as count"),
    ("rent", "2", "", "percent", "unit", "Rent is not told in percent", "CNY/m2/day"),
    ("rent", "2", "", "CNY", "unit", "Rent is not told in CNY", "CNY/m2/day"),
    ("rent", "2", "", "CNY/month", "unit", "not told in CNY/month", "CNY/m2/day"),
    ("rent", "2", "", "CNY/m2", "unit", "not told in CNY/m2", "CNY/m2/day"),
    ("rent", "2", "", "CNY/m2/m2", "unit", "not told in CNY/m2/m2", "CNY/m2/day"),
    ("rent", "2", "", "m2", "unit", "not told in m2", "CNY/m2/day"),
    ("site_area", "2", "", "percent", "unit", "not told in percent", "m2, ha or mu"),
    ("site_area", "2", "", "km", "unit", "not told in km", "m2, ha or mu"),
    ("floor_area", "2", "", "m3", "unit", "not told in m3", "m2, ha or mu"),
    ("waterfront_length", "2", "", "m2", "unit", "not told in m2", "m or km"),
    ("occupancy_rate", "90", "", "count", "unit", "not told in count", "percent"),
    ("jobs", "9", "", "CNY", "unit", "not told in CNY", "persons"),
    ("lease_term", "2010", "", "year", "unit", "not told in year", "years, months"),
    ("visitors", "90000", "", "persons", "unit", "not told in persons", "persons/year"),
    ("investment", "9", "", "CNY/m2", "unit", "not told in CNY/m2", "such as CNY"),
    ("visitor_spending", "9", "", "EUR", "unit", "not told in EUR", "CNY/visit"),
    ("reference_year", "1933", "", "years", "unit", "not told in years", "such as year"),
    ("industrial_output", "9", "", "percent", "unit", "not told in percent", "t or m3"),
    # units that are none
    ("rent", "2", "", "RMB/m2/day", "unit", "'RMB' is no currency", "CNY/m2/day"),
    ("rent", "2", "", "CNY/sqm/day", "unit", "'sqm'", "m2"),
    ("rent", "2", "", "cny/m2/day", "unit", "no known unit", "CNY"),
    ("floor_area", "2", "", "m²", "unit", "no known unit", "write m2"),
    ("floor_area", "2", "", "sqm", "unit", "no known unit", "write m2"),
    ("floor_area", "2", "", "qm", "unit", "no known unit", "write m2"),
    ("tenants", "2", "", "pcs", "unit", "no known unit", "write count"),
    ("artists", "2", "", "people", "unit", "no known unit", "write persons"),
    ("occupancy_rate", "2", "", "%", "unit", "no known unit", "write percent"),
    ("investment", "2", "", "XXX", "unit", "no currency code", "ISO 4217"),
    ("industrial_output", "2", "", "tons/year", "unit", "no known unit", "t (1000 kg)"),
    ("industrial_output", "2", "", "Kwh/year", "unit", "no known unit", "kWh/year"),
    ("tenants", "2", "", "kilocount", "unit", "no known unit", "count"),
    ("floor_area", "2", "", "m*m", "unit", "no known unit", "m2"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("indicator", "value", "upper", "unit", "field", "wrong", "right"),
    WRONG,
    ids=[f"{case[0]} {case[1]} {case[2]} {case[3]}" for case in WRONG],
)
def test_wrong_values_and_units_are_refused_with_row_and_remedy(
    tmp_path: Path, indicator: str, value: str, upper: str, unit: str,
    field: str, wrong: str, right: str,
) -> None:  # fmt: skip
    row = {"indicator": indicator, "value": value, "value_upper": upper, "unit": unit}
    mill = folder(tmp_path, observations=table("observations", OBSERVED, OBSERVED | row))
    problem = only(check(mill))
    assert (problem.file, problem.row, problem.field) == ("observations.csv", 3, field)
    assert wrong in problem.wrong
    assert right in problem.right


RIGHT = [
    ("tenants", "0", "5", "count"), ("rent", "0", "", "CNY/m2/day"), ("rent", "2", "", "CNY/day/m2"),
    ("rent", "2", "", "TWD/ping/week"), ("rent", "2", "", "DEM/m2/month"),
    ("occupancy_rate", "100", "", "percent"), ("visitors_growth", "-30", "250", "percent"),
    ("gdp_growth", "-5.7", "", "percent"), ("population_change", "-400", "", "persons"),
    ("operating_profit", "-3e6", "", "CNY/year"), ("spatial_clustering", "-0.2", "", "index"),
    ("coordinate", "-121.5", "", "degrees"), ("events", "2.5", "", "count/month"),
    ("remediation_quantity", "40", "", "m3"), ("remediation_quantity", "0.4", "", "t"),
    ("industrial_output", "40", "", "MWh/year"), ("industrial_output", "3", "", "ft3/day"),
    ("premises_area", "4", "", "hectare"), ("closed_time", "5", "", "weeks"),
    ("conversion_time", "90", "", "minutes"), ("rent_premises", "9", "", "FRF/month"),
    ("housing_price", "3", "", "GBP/sqft"), ("park_well_developed", "1", "", "boolean"),
]  # fmt: skip


def test_what_can_be_is_accepted(tmp_path: Path) -> None:
    names = ("indicator", "value", "value_upper", "unit")
    rows = [OBSERVED | dict(zip(names, case, strict=True)) for case in RIGHT]
    assert check(folder(tmp_path, observations=table("observations", *rows))) == []


DATES = [
    # table, date, words of the problem, words of the remedy
    ("observations", "2099", "lies ahead", "planned"),
    ("observations", "2015/2099", "lies ahead", "planned"),
    ("observations", "2099/..", "lies ahead", "edition.yml"),
    ("events", "2099-05", "lies ahead", "edition.yml"),
    ("initiatives", "2099", "lies ahead", "edition.yml"),
    ("observations", "0206", "before 1000", "in full"),
    ("observations", "1/2/2019", "slash", "2019-02-01 (1 February 2019) or 2019-01-02"),
    ("observations", "13/2/2019", "slash", "write 2019-02-13 (13 February 2019)"),
    ("observations", "11/2011", "in '11/2011' '11' is not a date", "write 2011-11"),
    ("observations", "2011/11-05", "in '2011/11-05' '11-05' is not a date", "EDTF"),
    ("observations", "2019/05", "not a date", "write 2019-05 (May 2019)"),
    ("observations", "20190412", "not a date", "write 2019-04-12"),
    ("observations", "2006–2008", "not a date", "write 2006/2008"),
    ("observations", "2006年5月", "not a date", "write 2006-05"),
    ("observations", "c. 2006", "not a date", "write 2006~"),
    ("observations", "1930s", "not a date", "write 193X"),
    ("observations", "since 2015", "not a date", "write 2015/.."),
    ("observations", "2015/", "unknown end", "write 2015/.."),
    ("observations", "Apr 12, 2006", "not a date", "write 2006-04-12"),
    ("observations", "spring 2009", "not a date", "write 2009-21 (spring 2009)"),
    ("observations", "41640", "not a date", "write 2014-01-01"),
    ("observations", "41640.0", "not a date", "write 2014-01-01"),
    ("observations", "2014-01-01 00:00:00", "not a date", "write 2014-01-01"),
    ("observations", "2014-01-01T00:00:00", "date", "write 2014-01-01"),
    ("observations", "2014.0", "not a date", "write 2014"),
    ("observations", "Jan-19", "not a date", "write 2019-01 (January 2019) or 1919-01"),
    ("observations", "01-Feb-2019", "not a date", "write 2019-02-01"),
    ("observations", "Feb-2019", "not a date", "write 2019-02 (February 2019)"),
    ("observations", "1/2/19", "slash", "write 2019-02-01 (1 February 2019) or 2019-01-02"),
    ("observations", "Q3 2019", "not a date", "write 2019-07/2019-09"),
    ("observations", "2019/Q1", "date", "write 2019-01/2019-03"),
    ("observations", "1-Jan", "not a date", "EDTF"),
    ("observations", "2006/07", "'07' is not a date", "2006-07 (July 2006) or 2006/2007"),
    ("observations", "2006~2008", "not a date", "write 2006/2008"),
    ("observations", "2006年至今", "not a date", "write 2006/.."),
    ("observations", "2006-present", "not a date", "write 2006/.."),
    ("observations", "2006 年 5 月", "not a date", "write 2006-05"),
    ("observations", "15th July 2008", "not a date", "write 2008-07-15"),
    ("observations", "H1 2019", "not a date", "write 2019-01/2019-06"),
    ("observations", "41640.75", "not a date", "write 2014-01-01"),
    ("observations", "2009/2007", "ends before it starts", "write 2007/2009"),
    ("observations", "2019-02-30", "no date", "EDTF"),
    ("observations", "long ago", "not a date", "EDTF"),
    ("observations", "", "is empty", "20XX or 19XX"),
    ("observations", "2015 ", "white space", "write '2015'"),
]
ROWS = {
    "observations": OBSERVED,
    "events": {
        "title": "Gate opened", "kind": "other", "dimension": "social", "scope": "external",
        "source": "key1", "locator": "p. 1",
    },
    "initiatives": {
        "name": "Open day", "audience": "public", "dimension": "social", "scope": "external",
        "source": "key1", "locator": "p. 1", "audience_mode": "watch", "decision_level": "0",
        "programme": "open-day",
    },
}  # fmt: skip


@pytest.mark.parametrize(("name", "date", "wrong", "right"), DATES)
def test_wrong_dates_are_refused_with_row_and_remedy(
    tmp_path: Path, name: str, date: str, wrong: str, right: str
) -> None:
    mill = folder(tmp_path, **{name: table(name, ROWS[name] | {"date": date})})
    problem = only(check(mill))
    assert (problem.file, problem.row, problem.field) == (f"{name}.csv", 2, "date")
    assert wrong in problem.wrong
    assert right in problem.right


def test_advice_on_dates_is_itself_accepted() -> None:
    for _, date, *_ in DATES:
        for reading in likely(date):
            read_date(reading)
    for word in re.findall(r"[0-9X~]{4}[-0-9/.~]*", COLUMNS_ADVICE):
        read_date(word.removesuffix(".") if word.endswith("X.") else word)


COLUMNS_ADVICE = (book_root() / "data" / "datapackage.json").read_text("utf-8").split("EDTF, such")[1][:90]  # fmt: skip


def test_what_is_announced_may_lie_ahead_and_what_has_begun_may_end_later(tmp_path: Path) -> None:
    rows = [OBSERVED | {"segment": "planned_total", "date": "2099"}, OBSERVED | {"date": "202X"}]
    runs = ROWS["initiatives"] | {"date": "2019/2040"}
    mill = folder(
        tmp_path,
        observations=table("observations", *rows),
        initiatives=table("initiatives", runs),
    )
    assert check(mill) == []


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"name": "\u3000"}, "is blank"),
        ({"city": " "}, "is blank"),
        ({"built": "2010"}, "opened 2004 lies before built 2010"),
        ({"opened": "2099"}, "2099 lies ahead"),
        ({"built": "0930"}, "before 1000"),
        ({"opened": "1/2/2019"}, "slash"),
    ],
)
def test_dates_of_the_cluster(tmp_path: Path, facts: dict[str, str], wrong: str) -> None:
    problem = only(check(folder(tmp_path, facts)))
    assert (problem.file, problem.field) == ("cluster.csv", "value")
    assert wrong in problem.wrong


PHASES = [
    # dates of three phases, rows that are at fault
    (["1999/2001", "2001/2014", "2015/.."], []),
    (["1999/2001~", "2000/2014", "2014/.."], []),
    (["1999/2001-06", "2001/2014", "2014/.."], []),
    (["1999/2005", "2001/2014", "2014/.."], [3]),
    (["1999/..", "2001/2014", "2014/.."], [3, 4]),
    (["1999/2001", "2001/2014", "2010/.."], [4]),
    (["1999/2001-06", "2001-03/2014", "2014/.."], [3]),
]


@pytest.mark.parametrize(("dates", "rows"), PHASES)
def test_phases_that_overlap_are_told(tmp_path: Path, dates: list[str], rows: list[int]) -> None:
    phases = [
        {"scheme": "li", "phase": str(n), "label": "x", "date": date, "source": "key1",
         "locator": "p. 1"}
        for n, date in enumerate(dates, start=1)
    ]  # fmt: skip
    problems = check(folder(tmp_path, phases=table("phases", *phases)))
    assert [problem.row for problem in problems] == rows
    assert all("begins before the end of phase" in problem.wrong for problem in problems)


CHARACTERS = [
    ("CafÃ© opened", "decoded wrongly"),
    ("the millâ€™s gate", "decoded wrongly"),
    ("ä¸Šæµ·", "decoded wrongly"),
    ("涓婃捣甯傚尯", "decoded wrongly"),
    ("Ð¡Ð°Ð´", "decoded wrongly"),
    ("caf√©", "decoded wrongly"),
    ("lost \ufffd here", "lost"),
    ("zero\u200bwidth", "invisible"),
    ("soft\u00adhyphen", "SOFT HYPHEN"),
    ("a mark \ufeffinside", "invisible"),
    ("a joiner\u200d alone", "invisible"),
    ("turned \u202eround", "RIGHT-TO-LEFT OVERRIDE"),
    ("isolated \u2066text", "bidirectional"),
    ("red \x1b[31m", "control"),
    ("bell \x07", "control"),
    (" space before", "white space"),
    ("space after\u3000", "white space"),
    ("x" * 200 + " ", "white space"),
]


@pytest.mark.parametrize(("text", "wrong"), CHARACTERS)
def test_harmful_characters_are_told(tmp_path: Path, text: str, wrong: str) -> None:
    row = ROWS["events"] | {"date": "2015", "note": text}
    mill = folder(tmp_path, events=table("events", row))
    problem = only(check(mill))
    assert (problem.file, problem.row, problem.field) == ("events.csv", 2, "note")
    assert wrong in problem.wrong
    assert problem.right
    assert str(problem).isprintable()
    assert len(str(problem)) < 300


@pytest.mark.parametrize(
    "text",
    [
        "莫干山路五十号", "Église", "CAFÉ…”", "„groß“", "São Paulo", "naïve – “quoted”", "مرحبا", "שלום",
        "👨‍👩‍👧 family", "👩🏽‍🎨", "می‌خواهم", "25 °C, 3 m²", "two\nlines", "한국어", "Ærø", "İzmir", "√2",
    ],
)  # fmt: skip
def test_sound_text_is_accepted(tmp_path: Path, text: str) -> None:
    row = ROWS["events"] | {"date": "2015", "title": "Gate", "note": text}
    assert check(folder(tmp_path, events=table("events", row))) == []


PARKS = [
    ("Park\u00a0A", "is another park than 'Park A'", "write both alike"),
    ("Park  A", "is another park than 'Park A'", "write both alike"),
    ("park a", "is another park than 'Park A'", "write both alike"),
    ("Ｐａｒｋ Ａ", "is another park than 'Park A'", "write both alike"),
    ("Park A\u3000", "white space", "write 'Park A'"),
]


@pytest.mark.parametrize(("park", "wrong", "right"), PARKS)
def test_a_park_has_one_spelling(tmp_path: Path, park: str, wrong: str, right: str) -> None:
    items = ["loc1", "loc2", "loc3", "cul1", "cul2", "ins1", "ins2", "net1", "net2", "net3", "off1",
             "off2", "off3"]  # fmt: skip
    rows = [
        ["respondent", "park", *items],
        ["r1", "Park A", *"1234512345123"],
        ["r2", park, *"1" * 13],
    ]
    text = "\n".join(map(",".join, rows))
    problem = only(check(folder(tmp_path, survey=text)))
    assert (problem.file, problem.row, problem.field) == ("survey.csv", 3, "park")
    assert wrong in problem.wrong
    assert right in problem.right


BIBLIOGRAPHIES = [
    (b"", "is empty"),
    (b"\n \n", "is empty"),
    (b"<!DOCTYPE html><html><body>Sign in</body></html>", "is a web page"),
    (b"\n<html lang='en'>@misc{key1, title = {T}}</html>", "is a web page"),
    (b"TY  - JOUR\nTI  - Rents\nER  - \n", "is RIS"),
    (b'[{"id": "key1", "type": "book"}]', "is JSON"),
    (b"<?xml version='1.0'?><records/>", "is XML"),
    (b"no source as yet", "holds no source"),
    (BIB.encode("utf-16"), "UTF-16"),
    (BIB.encode("utf-16-le"), "UTF-16"),
]


@pytest.mark.parametrize(("content", "wrong"), BIBLIOGRAPHIES)
def test_what_is_no_bibliography_is_told_once_and_hides_nothing(
    tmp_path: Path, content: bytes, wrong: str
) -> None:
    mill = folder(tmp_path, observations=table("observations", OBSERVED | {"value": "-1"}))
    (mill / "sources.bib").write_bytes(content)
    observed, bib = check(mill)
    assert (observed.file, observed.row, observed.field) == ("observations.csv", 2, "value")
    assert bib.file == "sources.bib"
    assert wrong in bib.wrong
    assert "BibTeX" in bib.right


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("{2015}", "{2099}", "year 2099 lies ahead"),
        ("{2015}", "{2015},\n  url = {https://[}", "is no web address"),
        ("{T}", "{CafÃ©}", "decoded wrongly"),
        ("{T}", "{T\u200b}", "invisible"),
    ],
)
def test_sources_are_held_to_the_same(tmp_path: Path, old: str, new: str, wrong: str) -> None:
    mill = folder(tmp_path)
    (mill / "sources.bib").write_text(BIB.replace(old, new), encoding="utf-8")
    problem = only(check(mill))
    assert (problem.file, problem.row, problem.field) == ("sources.bib", 1, "key1")
    assert wrong in problem.wrong


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_tables_in_utf_16_are_told_so(tmp_path: Path, encoding: str) -> None:
    mill = folder(tmp_path)
    (mill / "observations.csv").write_bytes(table("observations", OBSERVED).encode(encoding))
    problem = only(check(mill))
    assert (problem.file, problem.wrong) == ("observations.csv", "is UTF-16, not UTF-8")


def test_an_unreadable_table_of_facts_hides_nothing_and_no_source_is_blamed(tmp_path: Path) -> None:
    rows = [OBSERVED | {"source": "citybook"}, OBSERVED | {"value": "-1"}]
    mill = folder(tmp_path, observations=table("observations", *rows))
    (mill / "cluster.csv").write_bytes(b"field,value\xff\n")
    assert [(p.file, p.row) for p in check(mill)] == [("cluster.csv", 1), ("observations.csv", 3)]


def test_a_circle_of_links_is_told_beside_all_else(tmp_path: Path) -> None:
    mill = folder(tmp_path, observations=table("observations", OBSERVED | {"value": "-1"}))
    (mill / "events.csv").symlink_to(mill / "phases.csv")
    (mill / "phases.csv").symlink_to(mill / "events.csv")
    events, observed, phases = check(mill)
    assert (events.file, phases.file) == ("events.csv", "phases.csv")
    assert "in a circle" in events.wrong
    assert observed.row == 2


def test_a_header_is_never_printed_raw(tmp_path: Path) -> None:
    text = (
        table("observations", OBSERVED).replace("note", "no\x1b[31mte").replace("via", "vi\u202ea")
    )
    problems = check(folder(tmp_path, observations=text))
    assert {problem.row for problem in problems} == {1}
    assert all(str(problem).isprintable() for problem in problems)
    assert any("rename the column" in problem.right for problem in problems)


FILES = [
    # name, whether the table stands beside it, words of the remedy
    ("observations (1).csv", True, "keep one of the two"),
    ("observations - Copy.csv", True, "keep one of the two"),
    ("Observations.csv", True, "keep one of the two"),
    ("observations.xlsx", True, "as CSV UTF-8 elsewhere"),
    ("observations.ods", True, "as CSV UTF-8 elsewhere"),
    ("observations.xlsx", False, "as CSV UTF-8 as observations.csv"),
    ("observations (1).csv", False, "rename it to observations.csv"),
    ("observation.csv", False, "rename it to observations.csv"),
    ("observations.pdf", True, "the files are cluster.csv"),
    ("observations.pdf", False, "the files are cluster.csv"),
    ("overview.md", False, "move it into notes/"),
    ("observations.txt", False, "rename it to observations.csv"),
    ("evidence.ods", False, "move it out of the folder"),
    ("mill-7 2024.xlsx", True, "move it out of the folder"),
    ("sources (2).bib", True, "keep one of the two"),
]


@pytest.mark.parametrize(("name", "beside", "right"), FILES)
def test_copies_and_workbooks(tmp_path: Path, name: str, beside: bool, right: str) -> None:
    mill = folder(tmp_path, **({"observations": table("observations", OBSERVED)} if beside else {}))
    (mill / name).write_text("x")
    problem = only(check(mill))
    assert problem.file == name
    assert right in problem.right
    if beside:
        assert "rename" not in problem.right


OWN = (
    "indicator,label,dimension,measure,{family}polarity,definition,unesco_2030,sdg_target,core\n"
    "kilns,Kilns,cultural,count_at_date,{count}neutral,Kilns in use.,,,no\n"
    "noise,Noise,environmental,attribute,{sound}lower_better,Noise at night.,,,no\n"
    "power_use,Use of power,environmental,flow,{energy}lower_better,Power drawn.,,,no\n"
)


def test_indicators_of_ones_own(tmp_path: Path) -> None:
    rows = [
        OBSERVED | {"indicator": "kilns", "unit": "count", "value": "3"},
        OBSERVED | {"indicator": "noise", "unit": "dB(A)", "value": "54.5"},
        OBSERVED | {"indicator": "power_use", "unit": "MWh/year", "value": "1200"},
        OBSERVED | {"indicator": "kilns", "unit": "m2", "value": "3"},
        OBSERVED | {"indicator": "power_use", "unit": "kW", "value": "-3"},
    ]
    told = OWN.format(family="unit_family,", count="count,", sound="sound,", energy="energy,")
    text = table("observations", *rows)
    problems = check(folder(tmp_path / "told", observations=text, codebook=told))
    assert [(p.row, p.field) for p in problems] == [(5, "unit"), (6, "unit")]
    # without the column only what a unit can be is known
    untold = OWN.format(family="", count="", sound="", energy="")
    problems = check(folder(tmp_path / "untold", observations=text, codebook=untold))
    assert [(p.row, p.field) for p in problems] == [(6, "value")]


def test_every_shipped_indicator_says_its_units() -> None:
    with (book_root() / "data" / "codebook.csv").open(encoding="utf-8", newline="") as file:
        assert {row["unit_family"] for row in csv.DictReader(file)} <= set(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_advice_on_units_is_itself_accepted(tmp_path: Path, family: str) -> None:
    own = OWN.format(family="unit_family,", count=f"{family},", sound="sound,", energy="energy,")
    for unit in re.split(r", or | or |, ", FAMILIES[family].write):
        measures(unit)
        row = OBSERVED | {"indicator": "kilns", "unit": unit, "value": "1"}
        row["value"] = "1933" if family == "year" else "1"
        mill = folder(tmp_path / unit.replace("/", "-"), codebook=own,
                      observations=table("observations", row))  # fmt: skip
        assert check(mill) == []


def test_pint_is_loaded_only_where_a_row_needs_it() -> None:
    code = (
        "import sys; from clusterbook.evidence.check import check_all; assert check_all() == [];"
        "assert 'pint' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=book_root(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
