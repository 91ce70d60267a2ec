"""Tables: records and their row numbers, words of values, what is observed, anchors."""

import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from clusterbook.evidence import comparison, peers
from clusterbook.evidence.problems import EvidenceError, Problem
from clusterbook.evidence.root import evidence_at, written_folders
from clusterbook.evidence.schemas import COLUMNS
from clusterbook.evidence.sheets import attributes, read_csv, read_records, read_sheet
from clusterbook.evidence.sources import Source
from clusterbook.evidence.tables import enrich, status, value_words

HEAD = ",".join(COLUMNS["observations"])
SOURCE = Source("shen", "here", "press", (("Shen", "Qi"),), "T", "", "2010", "", "", "B", "", True)


def file(tmp_path: Path, content: bytes | str, name: str = "observations.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def problems(path: Path, table: str = "observations") -> list[Problem]:
    with pytest.raises(EvidenceError) as caught:
        read_csv(path, table)
    return caught.value.problems


def row(**cells: str) -> str:
    given = {
        "indicator": "rent", "date": "2008", "value": "2", "unit": "CNY/m2/day",
        "qualifier": "exact", "dimension": "economic", "scope": "internal", "source": "shen",
        "locator": "p. 1",
    } | cells  # fmt: skip
    return ",".join(given.get(column, "") for column in COLUMNS["observations"])


RECORDS = [
    (b"a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
    (b"\xef\xbb\xbfa,b\n1,2\n", [["a", "b"], ["1", "2"]]),
    (b"a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
    (b"a,b\r1,2", [["a", "b"], ["1", "2"]]),
    (b'a,b\n"1\n1",2\n3,4', [["a", "b"], ["1\n1", "2"], ["3", "4"]]),
    (b'a,b\n"say ""x""","1,5"\n', [["a", "b"], ['say "x"', "1,5"]]),
    (b"a,b\n\n1,2\n", [["a", "b"], [], ["1", "2"]]),
    (b"a,b\n1,\n", [["a", "b"], ["1", ""]]),
    ("a\n莫干山路".encode(), [["a"], ["莫干山路"]]),
    (b"a\n" + b"x" * 200_000, [["a"], ["x" * 200_000]]),
    (b"", []),
]


@pytest.mark.parametrize(("content", "records"), RECORDS)
def test_records(tmp_path: Path, content: bytes, records: list[list[str]]) -> None:
    assert read_records(file(tmp_path, content)) == records


UNREADABLE = [
    (b"a,b\n1,2\n\xff,3\n", 3, "UTF-8"),
    (b"\xef\xbb\xbfa,b\n1,\xe9\n", 2, "UTF-8"),
    (b'a,b\n"1\n1",2\n3,\xe9\n', 3, "UTF-8"),
    ("a,b\n上海,1\n".encode("gb18030"), 2, "UTF-8"),
    ("a,b\n1,2\n".encode("utf-16"), 1, "UTF-8"),
    (b'a,b\n1,2\n"3,4\n5,6\n', 3, "CSV"),
    (b'a,b\n"1"2,3\n', 2, "CSV"),
    (b"x" * 200_000 + b"\xff", 1, "UTF-8"),
]


@pytest.mark.parametrize(("content", "at", "word"), UNREADABLE)
def test_unreadable_files_name_the_row(tmp_path: Path, content: bytes, at: int, word: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        read_records(file(tmp_path, content))
    (problem,) = caught.value.problems
    assert (problem.file, problem.row) == ("observations.csv", at)
    assert word in problem.wrong


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    note = row(note='"two\nlines"')
    path = file(tmp_path, f"{HEAD}\n{note}\n\n{row()}\n{',' * 12}\n{row()}\n")
    assert list(read_csv(path, "observations")["row"]) == [2, 4, 6]


def test_every_missing_and_repeated_column_and_ragged_row_is_named(tmp_path: Path) -> None:
    missing = problems(file(tmp_path, "indicator,segment\n"))
    assert {p.field for p in missing} == set(COLUMNS["observations"]) - {"indicator", "segment"}
    (twice,) = problems(file(tmp_path, f"{HEAD},note\n"))
    assert (twice.row, twice.field) == (1, "note")
    ragged = problems(file(tmp_path, f"{HEAD}\n{row()},\nrent\n{row()}\n"))
    assert [p.row for p in ragged] == [2, 3]
    assert "14 cells" in ragged[0].wrong


def test_an_absent_table_is_empty_with_its_columns(tmp_path: Path) -> None:
    frame = read_csv(tmp_path / "events.csv", "events")
    assert list(frame.columns) == [*COLUMNS["events"], "lane", "grade", "event", "row"]
    assert frame.empty


def test_a_row_carries_its_words(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        f"{HEAD}\n{row(value='5', value_upper='5.5', qualifier='about', via='Dong 2006')}\n",
    )
    (cells,) = enrich(
        read_csv(path, "observations"), "observations", "here", {"shen": SOURCE}
    ).to_dict("records")
    assert (cells["low"], cells["high"], cells["mid"]) == (5, 5.5, 5.25)
    assert cells["amount"] == "about 5–5.5 yuan per m² per day"
    assert (cells["cite"], cells["grade"]) == ("Shen 2010, citing Dong 2006", "B")
    assert (cells["date_words"], cells["precision"], cells["when"]) == ("2008", "year", 2008.5)
    assert cells["status"] == "observed"


def test_every_unreadable_cell_is_reported_at_once(tmp_path: Path) -> None:
    bad = row(date="2019-13", value="many", value_upper="1_000", source="none")
    frame = read_csv(file(tmp_path, f"{HEAD}\n{row()}\n{bad}\n"), "observations")
    with pytest.raises(EvidenceError) as caught:
        enrich(frame, "observations", "here", {"shen": SOURCE})
    found = {(p.row, p.field) for p in caught.value.problems}
    assert found == {(3, "date"), (3, "value"), (3, "value_upper"), (3, "source")}


def test_anchors_follow_the_identifying_cells_alone(tmp_path: Path) -> None:
    def anchors(*rows: str) -> list[str]:
        frame = read_csv(file(tmp_path, "\n".join([HEAD, *rows])), "observations")
        return list(enrich(frame, "observations", "here", {"shen": SOURCE})["anchor"])

    first, second = anchors(row(), row(value="3"))
    assert first != second
    assert anchors(row(value="3"), row(note="changed")) == [second, first]
    same = anchors(row(), row(locator="p. 9"))
    assert len(set(same)) == 2


@pytest.mark.parametrize(
    ("low", "high", "qualifier", "unit", "words"),
    [
        (160, 160, "over", "count", "over 160"),
        (0.3, 0.4, "about", "CNY/m2/day", "about 0.3–0.4"),
        (30, 30, "exact", "percent", "30%"),
        (10, 20, "at_least", "percent", "at least 10–20%"),
        (2e6, 2e6, "nearly", "persons", "nearly 2 million"),
        (2e6, 3e6, "exact", "persons", "2–3 million"),
        (5e5, 2e6, "exact", "persons", "500,000–2 million"),
        (1937, 1937, "under", "year", "under 1937"),
        (5, 5, "up_to", "count", "up to 5"),
        (float("nan"), 1, "exact", "count", "not known"),
    ],
)
def test_value_words(low: float, high: float, qualifier: str, unit: str, words: str) -> None:
    assert value_words(low, high, qualifier, unit) == words


@pytest.mark.parametrize(
    ("segment", "said"),
    [
        ("", "observed"),
        ("early_gallery", "observed"),
        ("target", "announced"),
        ("planned_phase_2", "announced"),
        ("permit_holders", "announced"),
        ("unsourced_claim_m50", "claim"),
        ("cap_per_park", "announced"),
        ("capital_projects", "observed"),
        ("untargeted", "observed"),
    ],
)
def test_status_of_a_segment(segment: str, said: str) -> None:
    assert status(segment) == said


@pytest.mark.parametrize("table", ["events", "observations"])
def test_a_fault_of_another_cluster_is_told_with_its_name(tmp_path: Path, table: str) -> None:
    folder = tmp_path / "hefeng"
    shutil.copytree(ROOT / "data" / "clusters" / "hefeng", folder)
    path = folder / f"{table}.csv"
    head, first, *rest = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([head, f"{first},one,too,many", *rest]) + "\n", "utf-8")
    wrong = rf"hefeng/{table}\.csv, row 2: has \d+ cells"
    for ask in (comparison.initiatives_of, lambda _: peers()):
        with (
            evidence_at(ROOT, written_folders([folder])),
            pytest.raises(EvidenceError, match=wrong),
        ):
            ask("hefeng")


ABOVE = [
    # what stands before the header, how its cells are parted: words of the problem, of the remedy
    ("sep=,\n", ",", "row 1 is 'sep=', and the header stands in row 2", "delete row 1"),
    ("sep=;\n", ";", "the header stands in row 2; its cells are separated by semicolons",
     "delete row 1, save it as CSV with commas"),
    ("Evidence on the mill\n", ",", "row 1 is 'Evidence on the mill'", "delete row 1"),
    ("Evidence on the mill,,,,\n\n", ",", "the header stands in row 3", "delete rows 1 to 2"),
    ("\n\n\n", ",", "the header stands in row 4", "delete rows 1 to 3"),
    ("table,of 2020\nby me,\n", ",", "the header stands in row 3", "delete rows 1 to 2"),
    ("", ";", "separated by semicolons", "save it as CSV with commas"),
    ("", "\t", "separated by tabs", "save it as CSV with commas"),
    ("", "|", "separated by bars", "save it as CSV with commas"),
    ('"', ",", "each row stands in one cell", "save it as CSV with commas"),
]  # fmt: skip


@pytest.mark.parametrize(("above", "sign", "wrong", "right"), ABOVE)
def test_what_spreadsheets_write_about_a_table_is_told_once(
    tmp_path: Path, above: str, sign: str, wrong: str, right: str
) -> None:
    text = f"{above}{HEAD.replace(',', sign)}{above if above == chr(34) else ''}\n{row()}"
    path = file(tmp_path, text)
    sheet, (problem,) = read_sheet(path, "observations")
    assert sheet is None
    assert (problem.file, problem.row) == ("observations.csv", 1)
    assert wrong in problem.wrong
    assert problem.right == right
    assert path.read_text() == text


def test_letters_are_composed_whoever_typed_them(tmp_path: Path) -> None:
    typed = row(source="Mu\u0308ller2010")
    path = file(tmp_path, f"{HEAD}\n{typed}")
    assert list(read_csv(path, "observations")["source"]) == ["M\u00fcller2010"]


def test_of_an_attribute_given_twice_the_first_counts(tmp_path: Path) -> None:
    head = ",".join(COLUMNS["cluster"])
    rows = "name,One,s1,1\ncity,Lodz,s1,1\nname,Two,s1,1\n"
    table = read_csv(file(tmp_path, f"{head}\n{rows}", "cluster.csv"), "cluster")
    assert attributes(table) == {"name": "One", "city": "Lodz"}
