"""What is written is what is read: tables, workbooks, and the same faults found by frictionless."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterbook.evidence.check import check_folder
from clusterbook.evidence.package import folder_package, written
from clusterbook.evidence.schemas import COLUMNS, schema
from clusterbook.evidence.sheets import read_csv
from clusterbook.evidence.text_files import normalised
from clusterbook.evidence.workbook import unpacked, write_workbook

TABLES = ("observations", "events", "findings")
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from('",;=\n'),
    max_size=20,
)


def rows_of(table: str) -> st.SearchStrategy[list[dict[str, str]]]:
    """Rows in which every cell is a word of its list, or any text; none is wholly empty."""
    fields = {field["name"]: field for field in schema(table)["fields"]}
    cells = {
        name: st.sampled_from(limits["enum"])
        if (limits := fields[name].get("constraints", {})).get("enum")
        else TEXT
        for name in COLUMNS[table]
    }
    return st.lists(st.fixed_dictionaries(cells), max_size=5)


def write(path: Path, table: str, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS[table])
        writer.writeheader()
        writer.writerows(rows)


def read(path: Path, table: str) -> list[dict[str, str]]:
    frame = read_csv(path, table)[list(COLUMNS[table])]
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_read_as_it_was_written(table: str) -> None:
    @settings(max_examples=60, derandomize=True, deadline=None, database=None)
    @given(rows_of(table))
    def lossless(rows: list[dict[str, str]]) -> None:
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / f"{table}.csv"
            write(path, table, rows)
            first = read(path, table)
            assert first == [{n: normalised(cell) for n, cell in row.items()} for row in rows]
            write(path, table, first)
            assert read(path, table) == first

    lossless()


@pytest.mark.parametrize("table", TABLES)
def test_shipped_tables_come_back_from_a_workbook_as_they_are(tmp_path: Path, table: str) -> None:
    for folder in (
        ROOT / "data" / "clusters" / "m50",
        ROOT / "data" / "clusters" / "gillman-barracks",
    ):
        before = read(folder / f"{table}.csv", table)
        place = tmp_path / folder.name
        place.mkdir()
        write_workbook(place, {table: before})
        with unpacked(place) as (tables, problems):
            assert problems == []
            assert read(tables / f"{table}.csv", table) == before


SPOILT = [
    # table, row, column, what is written there
    ("observations", 2, "qualifier", "roughly"),
    ("observations", 3, "value", "many"),
    ("observations", 4, "unit", ""),
    ("events", 2, "kind", "opening"),
    ("events", 3, "title", ""),
    ("findings", 2, "valence", "good"),
    ("findings", 3, "id", "No Id"),
    ("cluster", 2, "field", "nickname"),
]


@pytest.mark.parametrize(("table", "row", "column", "cell"), SPOILT)
def test_frictionless_finds_the_same_faults_of_form(
    tmp_path: Path, table: str, row: int, column: str, cell: str
) -> None:
    folder = shutil.copytree(ROOT / "data" / "clusters" / "ningbo-1956", tmp_path / "mill-7")
    for name in ("claims.csv", "answers.csv", "tensions.csv"):
        (folder / name).unlink(missing_ok=True)
    assert found_by_frictionless(folder) == set()
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        records = list(csv.reader(file))
    records[row - 1][records[0].index(column)] = cell
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(records)
    told = {(p.file, p.row, p.field) for p in check_folder(folder, ROOT)}
    assert found_by_frictionless(folder) == {(path.name, row, column)}
    assert (path.name, row, column) in told


def found_by_frictionless(folder: Path) -> set[tuple[str, int, str]]:
    """The places of the faults that `frictionless validate` tells of a folder's Data Package."""
    from frictionless import Package, system

    package: Any = json.loads(written(folder_package(folder)))
    package["resources"] = [r for r in package["resources"] if r["path"].endswith(".csv")]
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()
    (folder / "datapackage.json").unlink()
    return {
        (task.place, error.row_number, error.field_name)
        for task in report.tasks
        for error in task.errors
    }
