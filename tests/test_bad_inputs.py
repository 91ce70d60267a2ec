"""Bad inputs, counted: each is told with file, row, field and remedy, and nothing is written.

Most stand in the tables of cases of other files, where their words are tested; they are counted
here. The others are made here from the schema: every column of every table, spoilt in every way.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import test_check
import test_new_cluster
import test_notes
import test_tables
import test_wrong_values
from test_check import COMMON, FOLDER

from clusterbook.evidence.check import check_all, check_folder
from clusterbook.evidence.schemas import COLUMNS, TABLES, file_name, schema

ELSEWHERE = (
    test_check.FAULTS, test_check.FORMS, test_check.LISTED, test_check.CODED_ANEW,
    test_wrong_values.WRONG, test_wrong_values.DATES, test_wrong_values.CHARACTERS,
    test_wrong_values.BIBLIOGRAPHIES, test_wrong_values.FILES,
    [case for case in test_new_cluster.SPOILT if case[2]],
    test_notes.TOLD, test_notes.HEADS, test_tables.ABOVE,
)  # fmt: skip
"""The tables of cases in which each case is one bad input."""

CLAIMS = ",".join(COLUMNS["claims"])
MORE = {
    "answers.csv": "recommendation,answer,rows,sentence\nrec-01,met,fact[name],It is so.\n",
    "tensions.csv": "tension,rows,sentence\nten-01,fact[name],It is so.\n",
    "claims.csv": f"{CLAIMS}\na-1,1,economic,Said.,fact[name],,none,not checked,Nobody has looked.,,,,,\n",
}
CONTEXT = {
    "protection.csv": ",".join(COLUMNS["protection"])
    + "\n2003 rules,1,2003,first,city law,stays,,,,citybook,p. 1,\n",
    "definitions.csv": ",".join(COLUMNS["definitions"]) + "\nrent,,2003,as asked,citybook,p. 1,\n",
}
FILES = {f"data/clusters/mill-7/{name}": text for name, text in (FOLDER | MORE).items()} | COMMON
FILES |= {f"data/context/shanghai/{name}": text for name, text in CONTEXT.items()}
TABLE_OF = {file_name(table): table for table in TABLES}
UNSEEN = "x\u202ey"


def spoilt(table: str) -> list[tuple[str, str]]:
    """Return the columns of a table with what must not stand in them."""
    found = []
    for field in schema(table)["fields"]:
        limits, name = field.get("constraints", {}), field["name"]
        ways = [UNSEEN, "Ã©tude"]
        ways += [""] * bool(limits.get("required"))
        ways += ["no such word"] * bool({"enum", "pattern"} & set(limits))
        ways += ["many", "1e999", "1_0"] * (field["type"] == "number")
        ways += ["many", "1.5"] * (field["type"] in ("integer", "year"))
        ways += ["soon", "2019/2018"] * (name == "date" and table != "claims")
        found += [(name, way) for way in ways]
    return found


CASES = [
    (file, name, cell)
    for file in FILES
    if file.endswith(".csv") and (table := TABLE_OF.get(Path(file).name))
    for name, cell in spoilt(
        "tensions" if file == "data/tensions.csv" else "told_tensions" if table == "tensions" else table
    )
]  # fmt: skip


def with_cells(text: str, cells: dict[str, str]) -> str:
    """Return a table with other cells in its first row; "" where it has no row."""
    head, *rows = csv.reader(io.StringIO(text))
    if not rows:
        return ""
    rows[0] = [cells.get(name, cell) for name, cell in zip(head, rows[0], strict=True)]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([head, *rows])
    return out.getvalue()


def rounds(file: str) -> list[dict[str, str]]:
    """Return what is wrong in a file's first row, round by round: one way of each column."""
    ways: dict[str, list[str]] = {}
    for at, name, cell in CASES:
        if at == file and name in FILES[file].partition("\n")[0].split(","):
            ways.setdefault(name, []).append(cell)
    for name in list(ways)[::2]:
        ways[name].reverse()  # a row that is empty in all cells is none
    longest = max(map(len, ways.values()))
    return [{n: cells[i] for n, cells in ways.items() if i < len(cells)} for i in range(longest)]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("bad")
    test_check.write(root, FILES)
    assert [str(problem) for problem in check_all(root)] == []
    return root


@pytest.mark.parametrize("file", sorted({file for file, *_ in CASES}))
def test_every_spoilt_column_is_told_with_its_place_and_remedy(book: Path, file: str) -> None:
    path, folder = book / file, (book / file).parent
    for cells in rounds(file):
        text = with_cells(FILES[file], cells)
        if not text:
            continue
        path.write_text(text, encoding="utf-8", newline="")
        before = {p: p.read_bytes() for p in book.rglob("*") if p.is_file()}
        common = folder.name == "data"
        problems = check_all(book) if common else check_folder(folder, book)
        assert {p: p.read_bytes() for p in book.rglob("*") if p.is_file()} == before
        path.write_text(FILES[file], encoding="utf-8", newline="")
        told = [p for p in problems if p.file == (file if common else path.name)]
        places = {(p.row, p.field) for p in told}
        assert {(2, name) for name in cells} <= places, (cells, told)
        for problem in told:
            assert problem.right, f"no remedy: {problem}"
            assert str(problem).isprintable()
            assert len(str(problem)) < 500


def test_two_hundred_bad_inputs_and_more_are_told() -> None:
    files = {file for file, *_ in CASES if with_cells(FILES[file], {})}
    here = sum(len(cells) for file in files for cells in rounds(file))
    assert here > 200
    assert sum(map(len, ELSEWHERE)) > 300
    for table in ELSEWHERE:
        assert len({repr(case) for case in table}) == len(table), "a case stands there twice"
