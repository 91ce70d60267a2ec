"""Warnings and outlook: what is allowed and likely a slip, what the report will show and lack."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import ROOT
from test_wrong_values import BIB, OBSERVED, folder, table
from typer.testing import CliRunner

from clusterbook.cli import MOST_WARNINGS, app
from clusterbook.evidence.check import Examined, examine
from clusterbook.evidence.romanise import transliterated
from clusterbook.evidence.root import context_folder

OWN = "indicator,label,dimension,measure,unit_family,polarity,definition,unesco_2030,sdg_target,core\n"


def found(mill: Path, root: Path = ROOT) -> Examined:
    examined = examine(mill, root, "", advice=True)
    assert [str(problem) for problem in examined.problems] == []
    return examined


def observed(*rows: dict[str, str]) -> str:
    return table("observations", *(OBSERVED | row for row in rows))


def series(*values: str, **cells: str) -> str:
    return observed(*({"date": str(2000 + n), "value": v} | cells for n, v in enumerate(values)))


NEIGHBOURS = [
    # values of successive years, the rows that are told
    (("40", "41", "42"), []),
    (("40", "430", "42"), [3]),
    (("40", "4", "42"), [3]),
    (("40", "42", "4"), [4]),
    (("420", "40", "42"), [2]),
    (("40", "400"), [3]),
    (("400", "40"), [3]),
    (("40", "399"), []),
    (("4", "39", "390"), [4]),
    (("0", "41", "0"), []),
    (("40",), []),
]


@pytest.mark.parametrize(("values", "rows"), NEIGHBOURS)
def test_values_ten_times_off_their_neighbours(
    tmp_path: Path, values: tuple[str, ...], rows: list[int]
) -> None:
    mill = folder(tmp_path, {"city": "Shanghai"}, observations=series(*values))
    told = [w for w in found(mill).warnings if w.field == "value"]
    assert [warning.row for warning in told] == rows
    assert all("ten times" in warning.wrong for warning in told)


MEANT = [
    # date, value, the field that is told, what it was perhaps meant to be
    ("2019-21", "40", "date", "write 2019/2021"),
    ("2009-24", "40", "date", "write 2009/2024"),
    ("2022-21", "40", "", ""),
    ("2019-12", "40", "", ""),
    ("2019", "1.2E+05", "value", "its digits in the source"),
    ("2019", "1E+05", "value", "its digits in the source"),
    ("2019", "1.2e5", "", ""),
]


@pytest.mark.parametrize(("date", "value", "field", "right"), MEANT)
def test_what_may_have_meant_another_thing(
    tmp_path: Path, date: str, value: str, field: str, right: str
) -> None:
    rows = observed({"date": date, "value": value})
    told = found(folder(tmp_path, {"city": "Shanghai"}, observations=rows)).warnings
    assert [(w.row, w.field) for w in told] == [(2, field)] * bool(field)
    assert all(right in w.right for w in told)


def test_other_segments_units_and_indicators_are_no_neighbours(tmp_path: Path) -> None:
    rows = [{"date": "2001", "value": "4"}, {"date": "2002", "value": "400", "segment": "b"},
            {"date": "2002", "value": "400", "indicator": "galleries"}]  # fmt: skip
    mill = folder(tmp_path, {"city": "Shanghai"}, observations=observed(*rows))
    assert found(mill).warnings == ()


UNITS = [
    ("rent", "CNY/m2/day", False),
    ("rent", "EUR/m2/day", False),  # another currency is no other kind of unit
    ("rent", "CNY/ha/day", True),
    ("rent", "CNY/m2/hour", True),
    ("floor_area", "m2", False),
    ("floor_area", "hectare", True),
    ("jobs", "persons", False),
]


@pytest.mark.parametrize(("indicator", "unit", "unusual"), UNITS)
def test_units_that_nobody_else_uses(
    tmp_path: Path, indicator: str, unit: str, unusual: bool
) -> None:
    text = observed({"indicator": indicator, "unit": unit, "value": "3"})
    mill = folder(tmp_path, {"city": "Shanghai"}, observations=text)
    told = [w for w in found(mill).warnings if w.field == "unit"]
    assert bool(told) == unusual
    assert all(w.row == 2 and f"{unit} is unusual for {indicator}" in w.wrong for w in told)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("tennants", "tenants"),
        ("tenant", "tenants"),
        ("gallery", ""),
        ("floor_areas", "floor_area"),
    ],
)
def test_an_own_indicator_near_a_common_one(tmp_path: Path, name: str, near: str) -> None:
    row = f"{name},Name,cultural,count_at_date,count,neutral,What it is.,,,no\n"
    mill = folder(tmp_path, {"city": "Shanghai"}, codebook=OWN + row)
    told = [w for w in found(mill).warnings if w.file == "codebook.csv"]
    assert [(w.row, w.field) for w in told] == [(2, "indicator")] * bool(near)
    assert all(f"use {near} if" in w.right for w in told)


SOURCES = [
    # further entries, a note, the keys that are told
    ("@misc{more2020, title={T}, keywords={grade:B}}", "", ["more2020"]),
    ("@misc{more2020, title={T}, keywords={grade:B}}", "As they say {cite:p}`more2020`.", []),
    ("@misc{more2020, title={T}, keywords={grade:B}}", "See more2020a, or-more2020, more-2020.", ["more2020"]),
    ("@book{vol, title={T}, keywords={grade:B}}\n@inbook{one, title={T}, crossref={vol}, "
     "keywords={grade:B}}", "See {cite:t}`one`.", []),
    ("", "", []),
]  # fmt: skip


@pytest.mark.parametrize(("more", "note", "keys"), SOURCES)
def test_sources_that_nothing_names(tmp_path: Path, more: str, note: str, keys: list[str]) -> None:
    mill = folder(tmp_path, {"city": "Shanghai"})
    (mill / "sources.bib").write_text(BIB + more)
    if note:
        (mill / "notes").mkdir()
        (mill / "notes" / "economic.md").write_text(f"# Rents\n\n{note}\n")
    told = [w for w in found(mill).warnings if w.file == "sources.bib"]
    assert [w.field for w in told] == keys


CITIES = [
    # the name in cluster.csv, the folder in context/, whether it is found
    ("Zürich", "zurich", True),
    ("ZURICH", "zurich", True),
    ("São Paulo", "sao-paulo", True),
    ("上海", "shanghai", True),
    ("Xi'an", "xi-an", True),
    ("Łódź", "lodz", True),
    ("Zuerich", "zurich", False),
    ("Wuxi", "zurich", False),
    ("..", "zurich", False),
    ("宁波", "ningbo", True),
    ("København", "kobenhavn", True),
    ("Saint-Étienne", "saint-etienne", True),
    ("Shang Hai", "shanghai", True),
    ("Zürich, Schweiz", "zurich", False),
]


@pytest.mark.parametrize(("city", "place", "there"), CITIES)
def test_a_city_is_found_by_its_transliterated_name(
    tmp_path: Path, city: str, place: str, there: bool
) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copytree(ROOT / "data" / "context" / "ningbo", tmp_path / "data" / "context" / place,
                    dirs_exist_ok=True)  # fmt: skip
    mill = folder(tmp_path / "own", {"city": city})
    examined = found(mill, tmp_path)
    told = [w for w in examined.warnings if w.file == "cluster.csv"]
    assert bool(told) != there
    home = context_folder(city, tmp_path)
    assert (home.name if home else "") == (place if there else "")
    background = examined.shows[1]
    assert background.shows == ("the city's rows",) * there
    if told:
        assert told[0].row == 3
        assert "data/context" in told[0].right
    if city == "Zuerich":
        assert "data/context/zurich" in told[0].right


def test_names_are_transliterated_to_plain_letters() -> None:
    for name in ("Zürich", "上海", "Łódź", "a b", "İstanbul", "Đà Nẵng", "القاهرة"):
        assert transliterated(name).isascii()
        assert transliterated(name).isalnum()


def test_the_command_tells_warnings_and_what_the_report_shows(tmp_path: Path) -> None:
    mill = folder(tmp_path, observations=series("40", "400"))
    done = CliRunner().invoke(app, ["check", str(mill)])
    lines = done.output.splitlines()
    assert done.exit_code == 0
    assert [line for line in lines if line.startswith("warning: ")] == lines[:2]
    assert "cluster.csv, row 3, value: 'Wuxi' has no folder" in lines[0]
    assert "  economic: 2 observations, 1 series over time; no events.csv" in done.output
    assert lines[-1] == "1 cluster: 7 rows, no problem, 2 warnings"
    told = json.loads(CliRunner().invoke(app, ["check", str(mill), "--json"]).output)
    (place,) = told
    assert (place["kind"], place["rows"], place["problems"]) == ("cluster", 7, [])
    assert {"file", "row", "field", "wrong", "right"} == set(place["warnings"][0])
    economic = next(part for part in place["shows"] if part["chapter"] == "economic")
    assert economic["shows"] == ["2 observations", "1 series over time"]
    gap = "events.csv, initiatives.csv, findings.csv with dimension economic"
    assert gap in economic["gaps"]
    (mill / "observations.csv").write_text(observed({"value": "x"}))
    done = CliRunner().invoke(app, ["check", str(mill), "--json"])
    assert done.exit_code == 1
    (problem,) = json.loads(done.output)[0]["problems"]
    assert (problem["row"], problem["field"]) == (2, "value")


def test_a_person_reads_no_more_than_some_warnings(tmp_path: Path) -> None:
    rows = [{"date": str(year), "value": value, "segment": f"part_{n}"}
            for n in range(50) for year, value in ((2001, "4"), (2002, "400"))]  # fmt: skip
    mill = folder(tmp_path, {"city": "Shanghai"}, observations=observed(*rows))
    lines = CliRunner().invoke(app, ["check", str(mill)]).output.splitlines()
    assert sum(line.startswith("warning: ") for line in lines) == MOST_WARNINGS
    assert f"and {50 - MOST_WARNINGS} further warnings: --json lists them all" in lines
    told = json.loads(CliRunner().invoke(app, ["check", str(mill), "--json"]).output)
    assert len(told[0]["warnings"]) == 50


def test_shipped_clusters_have_few_warnings() -> None:
    clusters = sorted((ROOT / "data" / "clusters").iterdir())
    told = [w for folder in clusters for w in found(folder).warnings]
    assert len(told) <= 20, "\n".join(map(str, told))
