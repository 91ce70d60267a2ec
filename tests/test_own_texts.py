"""A cluster's notes and claims are checked before a chapter runs, each fault with its place."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clusterbook.cli import app
from clusterbook.evidence.schemas import COLUMNS
from clusterbook.publishing.own_texts import text_problems

ROOT = Path(__file__).parent.parent
NOTES = "---\nfigures:\n  first: rent@2000~#m50article\n---\n## rents\nFrom {glue}`first`.\n"
CLAIMS = f"{','.join(COLUMNS['claims'])}\n"

Make = Callable[[str, str], Path]


@pytest.fixture
def with_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Give a function that returns a copy of a cluster's folder with one file written anew."""

    def make(file: str, text: str) -> Path:
        folder = tmp_path / "own"
        home = ROOT / "data" / "clusters" / "m50"
        shutil.copytree(home, folder, ignore=shutil.ignore_patterns("notes", "claims.csv"))
        (folder / "notes").mkdir()
        (folder / file).write_text(text, encoding="utf-8")
        monkeypatch.setenv("CLUSTERBOOK_FOLDERS", str(folder))
        return folder

    return make


@pytest.mark.parametrize(
    ("text", "row", "field", "wrong"),
    [
        (NOTES, None, "", ""),
        ("\ufeff" + NOTES, None, "", ""),
        (NOTES.replace("## rents", "## rent"), 5, "rent", "has no place for this section; write rents"),
        (NOTES.replace("## rents", "# rents"), 5, "", "stands in no section and would not be shown"),
        (NOTES.replace("## rents", "Once.\n\n## rents"), 5, "", "that begins 'Once.' stands in no section"),
        (NOTES + "## rents\nAgain, {glue}`first`.\n", 5, "rents", "the name of two sections"),
        (NOTES + "## tiers\n\n## income\nSome.\n", 7, "tiers", "is a section without text"),
        (NOTES.replace("`first`", "`last`"), 6, "last", "not in the list of figures at the top"),
        (NOTES.replace("{glue}`first`", "low"), 3, "first", "no section uses it"),
        (NOTES.replace("2000~", "1900"), 3, "first", "names no row"),
        (NOTES.replace("@2000~#m50article", ""), 3, "first", "add @date or #source"),
        (NOTES.replace("rent@2000~#m50article", "rent at first"), 3, "first", "is no row; write it like"),
        (NOTES.replace("rent@2000~#m50article", "difference(a, b)"), 3, "first", "there is no function 'difference'; write one of growth, multiple"),
        (NOTES.replace("rent@2000~#m50article", "growth(a, b)"), 3, "first", "names no row"),
        (NOTES.replace("  first:", "  - first:"), 1, "figures", "is no list of names and rows"),
        (NOTES.replace("figures:", "figures: ["), 1, "", "the head is no YAML"),
    ],
)  # fmt: skip
def test_notes(with_file: Make, text: str, row: int | None, field: str, wrong: str):
    with_file("notes/economic.md", text)
    found = text_problems(ROOT, "own")
    if not wrong:
        assert found == []
        return
    first = min(found, key=lambda problem: (problem.field != field, problem.row or 0))
    assert (first.file, first.row, first.field) == ("notes/economic.md", row, field)
    assert wrong in str(first)


RENT = "rent@2000~#m50article"


@pytest.mark.parametrize(
    ("row", "against", "check", "field", "wrong"),
    [
        (RENT, "rent@2000#zheng2006creative", "value", "", ""),
        ("rent@1900", RENT, "value", "row", "names no row"),
        ("rent", RENT, "value", "row", "add @date or #source"),
        (RENT, "rent@1900", "value", "against", "names no row"),
        (RENT, f"{RENT}; rent@1900", "value", "against", "'rent@1900' names no row"),
        (RENT, "fact[name]", "value", "check", "only observations have a value"),
        ("fact[name]", RENT, "date", "check", "claim a: "),
        (RENT, "rent@2009#shen2010rents", "value", "verdict", "no row compared says the same"),
    ],
)
def test_claims(with_file: Make, row: str, against: str, check: str, field: str, wrong: str):
    line = f"a,1,economic,Said.,{row},{against},{check},confirmed,Others say so.,,,,,"
    with_file("claims.csv", f"{CLAIMS}\n,,,,,,,,,,,,,\n{line}\n")
    found = text_problems(ROOT, "own", outdated=True)
    if not wrong:
        assert found == []
        return
    (problem,) = found
    assert (problem.file, problem.row, problem.field) == ("claims.csv", 4, field)
    assert wrong in str(problem)


@pytest.mark.parametrize("command", ["check", "report"])
def test_the_command_line_tells_and_runs_nothing(
    with_file: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
):
    folder = with_file("notes/economic.md", NOTES.replace("## rents", "## rent"))
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("CLUSTERBOOK_FOLDERS")
    more = ["--chapters", "economic", "--out", str(tmp_path / "out")] if command == "report" else []
    result = CliRunner().invoke(app, [command, str(folder), *more])
    assert result.exit_code == 1
    assert "notes/economic.md, line 5, rent: " in result.output
    assert not (tmp_path / "out").exists()
