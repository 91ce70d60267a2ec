"""Folders that people name: what their paths may hold, which files count, where rows stand."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, clusterbook, copy_of_root
from typer.testing import CliRunner

from clusterbook.cli import app
from clusterbook.evidence import open_case
from clusterbook.evidence.folders import each_its_own_name, find_folders, is_litter
from clusterbook.evidence.root import (
    UnknownClusterError,
    cluster_folder,
    evidence_at,
    outside_folders,
    written_folders,
)
from clusterbook.prose import ledger
from clusterbook.publishing.chapters import chapters
from clusterbook.publishing.digest import digest_of
from clusterbook.publishing.jobs import plan
from clusterbook.publishing.report import report

SHIPPED = ROOT / "data" / "clusters"
ODD = [
    "a:b",
    "a;b",
    "a,b",
    "a b ",
    "老厂",
    'a"b',
    "a'b",
    "a\nb",
    "a\\b",
    "[a]",
    "%61",
    "$HOME",
    "-a",
    "a#b?c=d",
    "a*&b",
    "~",
    "北京 798：园区",
]


def own(folder: Path, of: str = "ningbo-1956") -> Path:
    """A folder of evidence with another name than the shipped one that it is a copy of."""
    shutil.copytree(SHIPPED / of, folder)
    return folder


@pytest.mark.parametrize("name", ODD)
def test_a_path_may_hold_anything(tmp_path: Path, name: str) -> None:
    first, second = own(tmp_path / name / "mill-7"), own(tmp_path / name / "mill-8", "qiyun-86")
    with evidence_at(ROOT, written_folders([first, second])):
        assert outside_folders() == [first, second]
        assert cluster_folder("mill-8") == second
        assert len(open_case("mill-7").events) == len(open_case("ningbo-1956").events)
    assert find_folders([str(tmp_path / name)], ROOT) == [first, second]


def test_one_absolute_path_may_stand_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = own(tmp_path / "a:b" / "mill-7")
    monkeypatch.setenv("CLUSTERBOOK_FOLDERS", str(folder))
    assert outside_folders() == [folder]
    for wrong in ("mill-7", '"mill-7"', "[1]", "{}", f"x:{folder}"):
        monkeypatch.setenv("CLUSTERBOOK_FOLDERS", wrong)
        with pytest.raises(UnknownClusterError, match="an absolute path, or a list in JSON"):
            outside_folders()


def test_a_report_of_a_folder_with_a_colon_in_its_path(tmp_path: Path) -> None:
    folder = own(tmp_path / "a:b" / "mill-7")
    out = tmp_path / "out: 老厂"
    done = clusterbook("report", str(folder), "--chapters", "ledger", "--out", str(out))
    assert done.returncode == 0, done.stderr
    page = (out / "html" / "chapters" / "ledger.html").read_text("utf-8")
    named = set(re.findall(r'class="cb-place">(\S+), row \d+<', page))
    assert "mill-7/events.csv" in named
    above = {file for file in named if file.startswith("data/context/")}
    assert all((folder.parent / file).is_file() for file in named - above)
    assert all((ROOT / file).is_file() for file in above)
    assert str(tmp_path) not in page


def test_two_folders_of_one_name_are_refused_with_both(tmp_path: Path) -> None:
    one, two = own(tmp_path / "a" / "mill-7"), own(tmp_path / "b" / "mill-7")
    third = own(tmp_path / "c" / "qiyun-86")
    for places in ([one, two], [tmp_path / "a", two], ["qiyun-86", third]):
        named = find_folders(map(str, places), ROOT)
        assert len(named) == 2
        with pytest.raises(UnknownClusterError) as told:
            report(ROOT, list(map(str, places)), {}, out=tmp_path / "out")
        assert all(str(folder) in str(told.value) for folder in named)
        assert "rename one" in str(told.value)
    assert not (tmp_path / "out").exists()
    assert list(each_its_own_name(find_folders([str(one), str(one)], ROOT))) == ["mill-7"]
    same = find_folders(["qiyun-86", str(SHIPPED / "qiyun-86")], ROOT)
    assert same == [SHIPPED / "qiyun-86"]


def test_a_slug_that_is_also_a_folder_here_is_no_guess(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = own(tmp_path / "qiyun-86")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownClusterError, match=r"write \./qiyun-86 for the folder here"):
        find_folders(["qiyun-86"], ROOT)
    assert find_folders(["./qiyun-86"], ROOT) == [folder]
    monkeypatch.chdir(SHIPPED)
    assert find_folders(["qiyun-86"], ROOT) == [SHIPPED / "qiyun-86"]


def test_a_cluster_named_as_its_city_has_its_own_rows(tmp_path: Path) -> None:
    folder = own(tmp_path / "ningbo")
    with evidence_at(ROOT, written_folders([folder])):
        case = open_case("ningbo")
        rows = ledger.all_rows(case)
    assert case.city is not None
    assert case.city.slug == "ningbo"
    counts = rows.groupby("folder").size()
    assert counts["ningbo"] == len(case.facts) + sum(
        len(getattr(case, table)) for table in ledger.TABLES
    )
    assert counts["data/context/ningbo"] > 0


def test_check_looks_at_each_folder_in_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    parks = tmp_path / "parks"
    bad = own(parks / "mill-8", "qiyun-86")
    own(parks / "mill-7")
    own(parks / ".kept" / "mill-9")
    (parks / "README.md").write_text("Two parks.\n", "utf-8")
    result = CliRunner().invoke(app, ["check", str(parks)])
    assert result.exit_code == 0, result.output
    assert "2 clusters: " in result.output
    (bad / "cluster.csv").unlink()
    result = CliRunner().invoke(app, ["check", str(parks)])
    assert result.exit_code == 1
    assert f"{bad}/cluster.csv: is missing" in result.output
    assert "2 clusters: " in result.output
    assert find_folders([str(parks)], ROOT) == [parks / "mill-7", bad]


def test_folders_of_districts_are_looked_into(tmp_path: Path) -> None:
    parks = tmp_path / "parks"
    one, two = own(parks / "north" / "mill-7"), own(parks / "south" / "mill-8", "qiyun-86")
    (parks / "south" / "pictures").mkdir()
    assert find_folders([str(parks)], ROOT) == [one, two]
    own(parks / "east" / "of" / "the-river" / "mill-9")
    assert find_folders([str(parks)], ROOT) == [one, two]


PLACES = [
    # what is named, the words that are told
    ("M50", "write m50; there are"),
    ("West Bund", "write west-bund; there are"),
    ("data/clusters/m50/events.csv", "name the folder that the file is in"),
    ("nowhere", "give the name of one; there are"),
]


@pytest.mark.parametrize(("place", "said"), PLACES)
def test_what_is_no_place_is_told_with_the_likely_one(place: str, said: str) -> None:
    with pytest.raises(UnknownClusterError, match=re.escape(said)):
        find_folders([place], ROOT)


def test_check_of_two_folders_of_one_name_reads_both_notes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    one, two = own(tmp_path / "a" / "mill-7"), own(tmp_path / "b" / "mill-7")
    (two / "notes").mkdir(exist_ok=True)
    (two / "notes" / "economic.md").write_text("## rent\nSome.\n", "utf-8")
    result = CliRunner().invoke(app, ["check", str(one), str(two)])
    assert result.exit_code == 1
    assert f"{two}/notes/economic.md, line 1, rent" in result.output


LITTER = [
    "~$events.csv", "events.csv~", ".#events.csv", "#events.csv#", "events.csv.bak", ".events.csv.swp",
    "events.csv.orig", ".~lock.events.csv#", ".DS_Store", "notes/economic.md~", "events.csv.tmp",
    "._events.csv", "._sources.bib", "notes/._economic.md", "notes/._hall.png",
]  # fmt: skip
READ = [
    "events.csv", "codebook.csv", "claims.csv", "survey.csv", "sources.bib", "notes/economic.md",
    "notes/hall.png", "notes/plan.svg",
]  # fmt: skip


def test_back_ups_and_lock_files_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    folder = own(tmp_path / "mill-7")
    (folder / "notes").mkdir(exist_ok=True)
    before = digest_of([folder])
    for name in LITTER:
        assert is_litter(Path(name).name)
        (folder / name).write_bytes(b"\x00left")
    assert digest_of([folder]) == before
    result = CliRunner().invoke(app, ["check", str(folder)])
    assert result.exit_code == 0, result.output
    for name in READ:
        assert not is_litter(Path(name).name)
        with (folder / name).open("ab") as file:
            file.write(b"\n")
        before, last = digest_of([folder]), before
        assert before != last, name


def test_litter_beside_the_lists_executes_nothing(tmp_path: Path) -> None:
    root = copy_of_root(tmp_path / "copy")

    def digests() -> list[str]:
        with evidence_at(root, written_folders([])):
            run = [chapter for chapter in chapters(root) if chapter.name == "overview"]
            return [job.digest for job in plan(root, ["qiyun-86"], run, {}, tmp_path)]

    before = digests()
    for place in ("data", "data/clusters/qiyun-86", "data/context/ningbo", "lib/clusterbook"):
        for name in ("~$codebook.csv", "codebook.csv~", "codebook.csv.bak"):
            (root / place / name).write_text("x", "utf-8")
    assert digests() == before
    with (root / "data" / "codebook.csv").open("a") as file:
        file.write("\n")
    assert digests() != before


def test_an_own_folder_takes_the_place_of_the_shipped_one_in_the_download(tmp_path: Path) -> None:
    from clusterbook.publishing.download import members

    folder = own(tmp_path / "m50", "qiyun-86")
    with evidence_at(ROOT, written_folders([folder])):
        told = dict(members(ROOT))
    listed = json.loads(told["datapackage.json"])["resources"]
    ours = {name for name in told if name.startswith("clusters/m50/")}
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*.*")}
    assert ours == {f"clusters/m50/{name}" for name in {*files, "datapackage.json"}}
    assert not any(part["path"].startswith("clusters/m50/") for part in listed)
