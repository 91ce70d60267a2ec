"""A new cluster as its analyst begins: a folder, evidence typed in, mistakes met, a report."""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import ROOT, clusterbook

from clusterbook.evidence.check import check_folder, examine
from clusterbook.evidence.scaffold import EXAMPLES, ScaffoldError, guide, new_folder
from clusterbook.evidence.schemas import CLUSTER_TABLES, COLUMNS, TABLES, schema
from clusterbook.evidence.workbook import unpacked

BIB = """@article{wu2012,
  author = {Wu, Lan},
  title = {The mill},
  journal = {Journal of Mills},
  year = {2012},
  keywords = {grade:A}
}
"""
TYPED = {
    "cluster": [("name", "Cotton Mill 7"), ("city", "Wuxi"), ("country", "China")],
    "observations": [("tenants", "2008", "40", "about"), ("tenants", "2011", "65", "exact")],
    "events": [
        ("2004", "First studios open", "arrival"),
        ("2010", "Tower torn down", "demolition"),
    ],
}


def rows(table: str) -> list[dict[str, str]]:
    """What the analyst types: two observations, two events, one source."""
    names = {
        "cluster": ("field", "value"),
        "observations": ("indicator", "date", "value", "qualifier"),
        "events": ("date", "title", "kind"),
    }[table]
    common = {"source": "wu2012", "locator": "p. 3"}
    if table != "cluster":
        common |= {"dimension": "economic", "scope": "internal"}
    if table == "observations":
        common |= {"unit": "count"}
    return [dict(zip(names, typed, strict=True)) | common for typed in TYPED[table]]


def type_in(folder: Path) -> None:
    """Replace the examples of a new folder, as a person does who opens each table."""
    (folder / "sources.bib").write_text(BIB, encoding="utf-8")
    for table in EXAMPLES:
        typed = rows(table) if table in TYPED else []
        with (folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS[table], restval="")
            writer.writeheader()
            writer.writerows(typed)


def type_in_workbook(folder: Path) -> None:
    (folder / "sources.bib").write_text(BIB, encoding="utf-8")
    path = folder / "evidence.xlsx"
    book = openpyxl.load_workbook(path)
    for table in EXAMPLES:
        sheet = book[table]
        for line in range(2, 2 + len(EXAMPLES[table])):
            for number in range(1, len(COLUMNS[table]) + 1):
                sheet.cell(line, number).value = None
        for line, row in enumerate(rows(table) if table in TYPED else [], start=2):
            for number, name in enumerate(COLUMNS[table], start=1):
                if name in row:
                    text = row[name]
                    sheet.cell(line, number).value = int(text) if text.isdigit() else text
    book.save(path)


@pytest.mark.parametrize("workbook", [False, True])
def test_a_walk_from_nothing_to_a_report(tmp_path: Path, workbook: bool) -> None:
    made = clusterbook("new", str(tmp_path / "mill-7"), *["--xlsx"] * workbook)
    assert made.returncode == 0, made.stderr
    assert "then run: clusterbook check" in made.stdout
    folder = tmp_path / "mill-7"
    told = clusterbook("check", str(folder))
    assert told.returncode == 1
    faults = [line for line in told.stdout.splitlines()[:-1] if not line.startswith("warning: ")]
    assert len(faults) == sum(map(len, EXAMPLES.values())) + 1
    assert all("replace" in fault and "delete it" in fault for fault in faults)
    (type_in_workbook if workbook else type_in)(folder)
    told = clusterbook("check", str(folder))
    assert told.returncode == 0, told.stdout
    assert "1 cluster: 7 rows, no problem" in told.stdout
    done = clusterbook(
        "report",
        str(folder),
        "--chapters",
        "overview,economic,ledger",
        "--out",
        str(tmp_path / "o"),
    )
    assert done.returncode == 0, done.stderr
    pages = tmp_path / "o" / "html" / "chapters"
    economic = (pages / "economic.html").read_text("utf-8")
    assert "Cotton Mill 7" in economic
    assert "65" in economic
    ledger = (pages / "ledger.html").read_text("utf-8")
    assert set(re.findall(r'class="cb-place">(mill-7/\S+, row \d+)<', ledger)) == {
        "mill-7/cluster.csv, row 2", "mill-7/cluster.csv, row 3", "mill-7/cluster.csv, row 4",
        "mill-7/observations.csv, row 2", "mill-7/observations.csv, row 3",
        "mill-7/events.csv, row 2", "mill-7/events.csv, row 3",
    }  # fmt: skip
    assert "EXAMPLE" not in economic + ledger
    assert str(tmp_path) not in economic + ledger


def test_nothing_is_written_over(tmp_path: Path) -> None:
    new_folder(tmp_path / "mill-7")
    (tmp_path / "mill-7" / "cluster.csv").write_text("mine")
    for workbook in (False, True):
        with pytest.raises(ScaffoldError, match="nothing is written over"):
            new_folder(tmp_path / "mill-7", workbook)
    assert (tmp_path / "mill-7" / "cluster.csv").read_text() == "mine"
    for name in ("Mill_9", "厂", "a b", ""):
        done = clusterbook("new", str(tmp_path / "x" / name) if name else "..")
        assert done.returncode == 2
        assert "as in west-bund" in done.stderr


def test_the_examples_are_right_but_for_their_marks(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "mill-7")
    for file in (*folder.glob("*.csv"), folder / "sources.bib"):
        text = file.read_text("utf-8-sig").replace("EXAMPLE: ", "")
        file.write_text(text, encoding="utf-8-sig" if file.suffix == ".csv" else "utf-8")
    assert [str(p) for p in check_folder(folder, ROOT)] == []


def test_the_guide_tells_every_column_of_every_table() -> None:
    text = guide("mill-7")
    for table in CLUSTER_TABLES:
        if table in TABLES:
            assert f".csv`\n\n{TABLES[table][1]}" in text
            for field in schema(table)["fields"]:
                assert f"| `{field['name']}` |" in text


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = new_folder(tmp_path / "mill-7", workbook=True)
    type_in_workbook(folder)
    assert check_folder(folder, ROOT) == []
    return folder


Spoil = Callable[[Any], Any]


def _set(cell: str, value: Any, form: str = "General") -> Spoil:
    def spoil(workbook: Any) -> None:
        at = workbook["observations"][cell]
        at.value, at.number_format = value, form

    return spoil


def _edit(change: Callable[[Any], Any]) -> Spoil:
    return lambda workbook: change(workbook["observations"])


def _filtered(sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:M3"
    sheet.row_dimensions[2].hidden = sheet.column_dimensions["M"].hidden = True


def _coloured(sheet: Any) -> None:  # only its look is changed
    sheet["XFD1048576"].number_format = "0.00"


SPOILT: list[tuple[str, Spoil, str, str, str]] = [
    ("formula", _set("D2", "=20+20"), "observations, row 2, value (D2)", "formula", "as a value"),
    ("percent", _set("D2", 0.3, "0%"), "observations, row 2, value (D2)", "30%", "unit percent"),
    ("error", _set("L3", "#N/A"), "observations, row 3, note (L3)", "#N/A", "the source"),
    ("time", _set("C2", dt.time(20, 8), "h:mm"), "observations, row 2, date (C2)", "time of day", "text"),
    ("word", _set("D3", "many"), "observations, row 3, value", "no number", "digits"),
    ("space", _set("A2", "tenants "), "observations, row 2, indicator", "white space", "'tenants'"),
    ("true", _set("D2", True), "", "", ""),
    ("day", _set("C2", dt.datetime(2008, 3, 1), "yyyy-mm-dd"), "", "", ""),
    ("beyond", _set("R2", "x"), "observations, row 2", "cells", "comma"),
    ("header", _set("A1", "indicators"), "observations, row 1, indicator", "missing", "rename"),
    ("merged", lambda b: b["events"].merge_cells("A2:A3"), "events, row 2", "merged", "split"),
    ("sheet", lambda b: b.create_sheet("Sheet1").append(["x"]), "sheet Sheet1", "not read", "name"),
    ("empty sheet", lambda b: b.create_sheet("Sheet1"), "", "", ""),
    ("hidden", lambda b: setattr(b["events"], "sheet_state", "hidden"), "", "", ""),
    ("case", lambda b: setattr(b["events"], "title", "Events "), "", "", ""),
    ("pages", _set("K2", dt.datetime(2008, 3, 12), "d-mmm"), "row 2, locator (K2)", "the date 2008-03-12", "format it as text"),
    ("year", _set("C2", dt.datetime(1905, 6, 30), "yyyy"), "row 2, date (C2)", "the year 2008 becomes", "write 2008"),
    ("total", _set("D5", "=SUM(D2:D3)"), "observations, row 5, value (D5)", "formula", "as a value"),
    ("remark", _set("N1", "my remark"), "observations, row 1, my remark", "not known", "leave it out"),
    ("renamed", _set("D1", "Value "), "observations, row 1, value", "missing", "rename the column 'Value ' to value"),
    ("title", _edit(lambda s: s.insert_rows(1)), "observations, row 1", "header stands in row 2", "delete row 1"),
    ("new column", _edit(lambda s: s.insert_cols(3)), "observations, row 1", "no name", "leave it out"),
    ("copy", lambda b: b.copy_worksheet(b["events"]), "sheet events Copy", "not read", "name it"),
    ("filtered", _edit(_filtered), "", "", ""),
    ("coloured", _edit(_coloured), "", "", ""),
    ("no observations", lambda b: b.remove(b["observations"]), "", "", ""),
    ("return", _set("L2", "one_x000D_\ntwo"), "", "", ""),
    ("no facts", lambda b: b.remove(b["cluster"]), "sheet cluster", "is missing", "field,value"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "spoil", "place", "wrong", "right"), SPOILT)
def test_what_a_workbook_may_hold(
    book: Path, name: str, spoil: Spoil, place: str, wrong: str, right: str
) -> None:
    path = book / "evidence.xlsx"
    workbook = openpyxl.load_workbook(path)
    spoil(workbook)
    workbook.save(path)
    before = path.read_bytes()
    problems = [str(problem) for problem in check_folder(book, ROOT)]
    assert path.read_bytes() == before
    if not place:
        assert problems == []
        return
    assert any(place in p and wrong in p and right in p for p in problems), problems
    assert all("evidence.xlsx" in problem for problem in problems)


@pytest.mark.parametrize(
    ("value", "form", "read"),
    [
        (dt.datetime(2019, 2, 1), "yyyy-mm-dd", "2019-02-01"),
        (dt.datetime(2019, 2, 1), "d-mmm-yy", "2019-02-01"),
        (dt.datetime(2019, 2, 1), "mm-dd-yy", "2019-02-01"),
        (dt.datetime(2019, 2, 1), "mmm-yy", "2019-02"),
        (dt.datetime(2019, 2, 1), "[$-409]mmmm yyyy;@", "2019-02"),
        (dt.datetime(2019, 2, 1), "yyyy", "2019"),
        (dt.datetime(2019, 2, 1), 'yyyy"年"m"月"', "2019-02"),
        (dt.datetime(2019, 2, 1), 'yyyy"年"m"月"d"日"', "2019-02-01"),
        (dt.datetime(2019, 2, 1), "TT.MM.JJJJ", "2019-02-01"),
        ("2019_x000D_", "@", "2019\r"),
        (2019, "General", "2019"),
        (2019.0, "0.0", "2019"),
        (0.1 + 0.2, "General", "0.3"),
        (160000, "#,##0", "160000"),
        ("2015/..", "@", "2015/.."),
        ("007", "@", "007"),
    ],
)
def test_cells_are_read_as_they_show(book: Path, value: Any, form: str, read: str) -> None:
    path = book / "evidence.xlsx"
    workbook = openpyxl.load_workbook(path)
    _set("C2", value, form)(workbook)
    workbook.save(path)
    with unpacked(book) as (folder, problems):
        assert problems == []
        lines = list(csv.reader((folder / "observations.csv").open(encoding="utf-8", newline="")))
    assert lines[1][2] == read


def test_a_workbook_and_a_table_do_not_hide_each_other(book: Path) -> None:
    (book / "events.csv").write_text("date,title\n")
    problems = [str(p) for p in check_folder(book, ROOT)]
    assert any("events.csv stands beside it; keep one of the two" in p for p in problems)
    (book / "events.csv").unlink()
    for content in (b"", b"PK\x03\x04 no zip", b"date,title\n"):
        (book / "evidence.xlsx").write_bytes(content)
        problems = [str(p) for p in check_folder(book, ROOT)]
        assert any("evidence.xlsx: cannot be read" in p for p in problems)


def test_empty_rows_keep_the_numbers_of_the_sheet(book: Path) -> None:
    path = book / "evidence.xlsx"
    workbook = openpyxl.load_workbook(path)
    workbook["observations"].insert_rows(2, 3)
    workbook["observations"]["D6"].value = "x"
    workbook.save(path)
    (problem,) = check_folder(book, ROOT)
    assert (problem.row, problem.field) == (6, "value")


def test_lists_of_a_workbook_are_the_schemas(book: Path) -> None:
    workbook = openpyxl.load_workbook(book / "evidence.xlsx")
    for table in EXAMPLES:
        sheet = workbook[table]
        assert [cell.value for cell in sheet[1]] == list(COLUMNS[table])
        choices = {}
        for validation in sheet.data_validations.dataValidation:
            name = sheet.cell(1, next(iter(validation.sqref.ranges)).min_col).value
            area = workbook["lists"][validation.formula1.split("!")[1].replace("$", "")]
            choices[name] = [cell.value for (cell,) in area]
        if table == "observations":
            assert {"rent", "tenants", "floor_area"} < set(choices.pop("indicator"))
        assert choices == {
            field["name"]: [str(word) for word in field["constraints"]["enum"]]
            for field in schema(table)["fields"]
            if field["name"] in COLUMNS[table] and "enum" in field.get("constraints", {})
        }


def test_a_workbook_among_the_books_own_clusters_is_refused(tmp_path: Path, book: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "root" / "data")
    home = shutil.copytree(book, tmp_path / "root" / "data" / "clusters" / "mill-7")
    (problem,) = examine(home, tmp_path / "root", "x").problems
    assert problem.file == "x/evidence.xlsx"
    assert "save each sheet as CSV UTF-8" in problem.right
