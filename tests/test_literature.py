"""The literature's files: what is wrong with works, positions and their sources is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from clusterbook.evidence.check import check_all
from clusterbook.evidence.lists import read_list
from clusterbook.evidence.problems import EvidenceError
from clusterbook.evidence.rules_literature import literature
from clusterbook.evidence.schemas import LITERATURE
from clusterbook.evidence.select import selectors
from clusterbook.evidence.sources import read_sources
from clusterbook.evidence.vocabulary import DIMENSIONS

BIB = """@article{kiln2009, title = {On Kilns}, year = {2009}, keywords = {grade:A}}
@book{brick2010, title = {Of Bricks}, year = {2010}, keywords = {grade:B, nolink}}
@misc{lost2011, title = {A text that was not found}, keywords = {grade:D}}
"""
TABLES = {
    "works.csv": """source,read,place,says,about,m50,article,stance,strand,confidence,note
common,whole,whole text,Kilns warm a street.,a street,no,,sustains,social,high,
kiln2009,abstract,abstract,Kilns raise rents.,a street,no,3.1; 4,strains,economic,high,
brick2010,secondary,as Kiln reports it,Bricks remember.,heritage,named,,framework,cultural,low,
lost2011,nothing,found in no search,,,,,,,,
""",
    "positions.csv": """position,name,claim,works,m50,m50_works,expectation,rows
warmth,Kilns warm,They warm.,common; brick2010,A warm one.,common,Visits rise.,visits
rent,Kilns cost,They cost.,kiln2009,A dear one.,kiln2009,Rents rise first.,rents
""",
    "partings.csv": """name,one,one_works,other,other_works
Warm or dear,Warm.,common,Dear.,kiln2009
""",
    "tellings.csv": "one,other,tells\nwarmth,rent,Which came first.\n",
    "dimensions.csv": "source,dimension,meaning\nkiln2009,social,warmth for all\n",
    "sources.bib": BIB,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in TABLES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def problems(folder: Path) -> list[str]:
    return [str(p) for p in literature(folder, frozenset({"common"}), 2027).problems]


def test_a_good_folder_has_no_problem(folder: Path) -> None:
    reading = literature(folder, frozenset({"common"}), 2027)
    assert reading.problems == []
    assert {sheet.table for sheet in reading.sheets} == set(LITERATURE)


WRONG = [
    ("works.csv", "kiln2009,abs", "klin2009,abs", "works.csv, row 3, source: source 'klin2009' is"),
    ("works.csv", "kiln2009,abs", "klin2009,abs", "kiln2009: is no work of works.csv; add its row"),
    ("works.csv", "kiln2009,abs", "common,abs", "row 3, source: 'common' stands in row 2 already"),
    ("works.csv", "abstract,abstract", ",abstract", "row 3, read: is empty"),
    ("works.csv", "abstract,abstract", "partly,abstract", "row 3, read: 'partly' is not in the li"),
    ("works.csv", "abstract,abstract", "abstract,", "row 3, place: is empty"),
    ("works.csv", "Kilns raise rents.", "", "row 3, says: is empty, but the work was read"),
    ("works.csv", "Kilns raise rents.", " ", "works.csv, row 3, says: is blank"),
    ("works.csv", ",named,", ",,", "row 4, m50: is empty, but the work was read"),
    ("works.csv", "economic,high", "economic,", "row 3, confidence: is empty, but the work was"),
    ("works.csv", "economic,high", "money,high", "row 3, strand: 'money' is not in the list"),
    ("works.csv", "no search,", "no search,It lasts.", "row 5, says: 'It lasts.' is told of a work"),
    ("works.csv", "3.1; 4", "3.1 and 4", "row 3, article: '3.1 and 4' is not written as it must"),
    ("positions.csv", "kiln2009,A", "klin2009,A", "row 3, works: 'klin2009' is no work of works.cs"),
    ("positions.csv", "kiln2009,A", "klin2009,A", "write kiln2009, or add its row there"),
    ("positions.csv", "kiln2009,A", ",A", "positions.csv, row 3, works: is empty"),
    ("positions.csv", "kiln2009,A", "lost2011,A", "nothing of 'lost2011' was read"),
    ("positions.csv", "common; brick2010", "common; common", "'common' stands there twice"),
    ("positions.csv", "common; brick2010", "common and bricks", "row 2, works: 'common and bricks'"),
    ("positions.csv", "dear one.,kiln2009", "dear one.,brick", "row 3, m50_works: 'brick' is no"),
    ("positions.csv", "Rents rise first.", "", "positions.csv, row 3, expectation: is empty"),
    ("positions.csv", "Rents rise first.", " ", "positions.csv, row 3, expectation: is blank"),
    ("positions.csv", "rent,Kilns", "warmth,Kilns", "'warmth' stands in row 2 already"),
    ("partings.csv", "Dear.,kiln2009", "Dear.,kiln", "row 2, other_works: 'kiln' is no work"),
    ("tellings.csv", "warmth,rent", "warmth,rents", "row 2, other: 'rents' is no position of"),
    ("tellings.csv", "warmth,rent", "rent,rent", "row 2, other: 'rent' is both positions"),
    ("dimensions.csv", "kiln2009", "lost2011", "row 2, source: nothing of 'lost2011' was read"),
    ("dimensions.csv", "social", "warm", "row 2, dimension: 'warm' is not in the list"),
    ("sources.bib", "grade:B, ", "", "sources.bib, line 2, brick2010: has no grade"),
    ("sources.bib", "nolink", "no-link", "write nolink to keep the address unprinted"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "told"), WRONG)
def test_what_is_wrong_is_told_with_its_place(
    folder: Path, file: str, old: str, new: str, told: str
) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    found = problems(folder)
    assert any(told in line for line in found), found


def test_a_missing_file_is_told_and_rows_are_not_blamed_for_lost_sources(folder: Path) -> None:
    (folder / "sources.bib").unlink()
    (folder / "positions.csv").unlink()
    assert problems(folder) == [
        "sources.bib: is missing; restore the file",
        "positions.csv: is missing; restore the file",
    ]


def test_the_check_of_everything_tells_it_with_the_folder(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data" / "literature", tmp_path / "data" / "literature")
    shutil.copy(ROOT / "data" / "sources.bib", tmp_path / "data" / "sources.bib")
    shutil.copy(ROOT / "data" / "edition.yml", tmp_path / "data" / "edition.yml")
    (tmp_path / "_config.yml").write_text("title: t\n")
    path = tmp_path / "data" / "literature" / "positions.csv"
    before = [str(p) for p in check_all(tmp_path) if p.file.startswith("data/literature")]
    assert before == []
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("mommaas2004clusters", "mommaas2004"), encoding="utf-8")
    (line,) = [str(p) for p in check_all(tmp_path) if p.file.startswith("data/literature")]
    assert line.startswith("data/literature/positions.csv, row 6, works: 'mommaas2004' is no work")
    assert "write mommaas2004clusters" in line


def test_the_books_own_literature() -> None:
    works = read_list("literature/works")
    entries = read_sources(ROOT / "data" / "literature" / "sources.bib", "literature")
    common = read_sources(ROOT / "data" / "sources.bib", "compendium")
    assert set(works["source"]) == set(entries) | (set(works["source"]) & set(common))
    assert not set(entries) & set(common)
    labels = [source.label for source in entries.values()]
    assert len(labels) == len(set(labels))
    dimensions = read_list("literature/dimensions")
    kong = {"kong2009space", "kong2012improbable"}
    assert set(dimensions["source"]) == kong
    four = set(DIMENSIONS[:4])
    assert set(dimensions["dimension"]) == four
    by = dimensions.groupby("source")["dimension"].agg(set)
    assert by["kong2009space"] == four - {"economic"}
    assert by["kong2012improbable"] == four - {"environmental"}
    for name in LITERATURE:
        text = (ROOT / "data" / "literature" / f"{name}.csv").read_text(encoding="utf-8")
        assert "http" not in text


def test_an_address_that_must_not_be_printed_stays_in_the_file() -> None:
    entries = read_sources(ROOT / "data" / "literature" / "sources.bib", "literature")
    hidden = [source for source in entries.values() if not source.link]
    assert hidden
    for source in hidden:
        assert source.address == ""
        assert source.url not in f"{source.title} {source.note} {source.shown_publisher}"


def test_a_lost_column_is_an_error_with_its_place(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "book"
    (root / "data" / "literature").mkdir(parents=True)
    (root / "_config.yml").write_text("title: t\n")
    (root / "data" / "literature" / "tellings.csv").write_text("one,other\na,b\n")
    monkeypatch.setenv("CLUSTERBOOK_ROOT", str(root))
    with pytest.raises(EvidenceError, match=r"tellings\.csv, row 1, tells: the column is missing"):
        read_list("literature/tellings")
    with pytest.raises(EvidenceError, match=r"literature/works\.csv: is missing"):
        read_list("literature/works")


def test_keys_are_parted_by_semicolons() -> None:
    assert selectors("a; b;c ;; ") == ["a", "b", "c"]
    assert selectors("") == []
