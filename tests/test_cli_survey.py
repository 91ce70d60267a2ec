"""The survey at the command line: sound answers, spoilt answers, models that do not suit them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, clusterbook
from typer.testing import CliRunner, Result

from clusterbook.cli import app
from clusterbook.publishing.output import replacing
from surveysem.simulate import simulate_answers

INSTRUMENT = ROOT / "data" / "instruments" / "creative-space"
ITEMS = "loc1 loc2 loc3 ins1 ins2 net1 net2 net3 cul1 cul2 off1 off2 off3".split()
HEAD = ["respondent", "park", *ITEMS]


def run(*arguments: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(a) for a in arguments])


def answers(population: str, n: int, seed: int = 7) -> pd.DataFrame:
    """Return simulated answers that do not say that they are: whoever sent them is not known."""
    table = simulate_answers(population, n, seed=seed)[ITEMS]
    table.insert(0, "park", ["north" if k % 2 else "south" for k in range(n)])
    table.insert(0, "respondent", [f"r{k}" for k in range(n)])
    return table


@pytest.fixture(scope="module")
def five() -> pd.DataFrame:
    """Answers of 400 respondents from the questionnaire's own five factors."""
    text = (INSTRUMENT / "SYNTHETIC-population.txt").read_text(encoding="utf-8")
    return answers(text, 400)


def put(folder: Path, table: pd.DataFrame | str, name: str = "survey.csv") -> Path:
    """Write a file of answers into a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    text = table if isinstance(table, str) else table.to_csv(index=False)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_sound_answers_give_a_page_and_tables(tmp_path: Path, five: pd.DataFrame) -> None:
    folder, out = put(tmp_path / "park", five), tmp_path / "out"
    result = run("survey", folder, "--out", out)
    assert result.exit_code == 0, result.output
    assert "the model stands" in result.output
    assert "SYNTHETIC" not in result.output
    page = (out / "survey.html").read_text(encoding="utf-8")
    for said in ("Fit of the measurement model", "Paths between spaces", "Local index"):
        assert said in page
    assert "<h2>The answers</h2>" in page
    assert "https://" not in page
    loadings = pd.read_csv(out / "estimates.csv")
    assert set(loadings.loc[loadings["op"] == "measured by", "rhs"]) == set(ITEMS)
    assert not list(tmp_path.rglob(".next"))
    assert sorted(p.name for p in folder.iterdir()) == ["survey.csv"]


def test_synthetic_answers_are_marked_everywhere(tmp_path: Path) -> None:
    result = run("survey", INSTRUMENT / "SYNTHETIC-survey.csv", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    files = sorted(p.name for p in (tmp_path / "out").glob("[!.]*"))
    assert all(name.startswith("SYNTHETIC-") for name in files)
    for name in files:
        if name.endswith(".csv"):
            rows = list(csv.DictReader((tmp_path / "out" / name).open(encoding="utf-8")))
            assert all(row["answers"] == "SYNTHETIC" for row in rows), name
    page = (tmp_path / "out" / "SYNTHETIC-survey.html").read_text(encoding="utf-8")
    for opening in ("<caption>", '<p class="cb-title">', "<title>", "<h1>"):
        parts = page.split(opening)[1:]
        assert parts
        assert all(part.startswith("SYNTHETIC") for part in parts), opening


def test_a_respondent_named_synthetic_marks_answers_under_any_name(
    tmp_path: Path, five: pd.DataFrame
) -> None:
    table = five.assign(respondent=[f"SYNTHETIC-{k}" for k in range(len(five))])
    result = run("survey", put(tmp_path / "park", table), "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "SYNTHETIC: the model stands" in result.output


TWO = "\n".join(
    ["f =~ " + " + ".join(f"0.75*{i}" for i in ITEMS[:7]),
     "g =~ " + " + ".join(f"0.75*{i}" for i in ITEMS[7:]), "f ~~ 0.3*g"]
)  # fmt: skip
CROSSED = "\n".join(
    f"{name} =~ " + " + ".join(f"0.75*{ITEMS[k]}" for k in range(start, 13, 3))
    for start, name in enumerate("abc")
)


@pytest.mark.parametrize("population", [TWO, CROSSED], ids=["two-factors", "other-factors"])
def test_answers_from_another_model_put_this_one_in_doubt(tmp_path: Path, population: str) -> None:
    folder = put(tmp_path / "park", answers(population, 400))
    result = run("survey", folder, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "the model is in doubt" in result.output
    assert "number of factors" in result.output
    page = (tmp_path / "out" / "survey.html").read_text(encoding="utf-8")
    assert "The model is in doubt" in page
    read = pd.read_csv(tmp_path / "out" / "diagnostics.csv")
    row = read[read["check"] == "number of factors"].iloc[0]
    assert row["reading"] == "poor"
    assert "join factors" in row["finding"]


def test_one_factor_asked_of_five_is_too_few(tmp_path: Path, five: pd.DataFrame) -> None:
    model = tmp_path / "one.txt"
    model.write_text("all =~ " + " + ".join(ITEMS), encoding="utf-8")
    folder = put(tmp_path / "park", five)
    result = run("survey", folder, "--model", model, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "the model is in doubt" in result.output
    assert "factors are missing" in result.output


Change = Callable[[pd.DataFrame], pd.DataFrame]


def cell(row: int, column: str, value: object) -> Change:
    """Return a change of one cell; rows count as in a spreadsheet."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        out = table.astype(object)
        out.loc[row - 2, column] = value
        return out

    return change


BAD: dict[str, tuple[Change, str]] = {
    "too large": (cell(4, "loc2", 7), "survey.csv, row 4, loc2: “7” is not an answer"),
    "zero": (cell(5, "off3", 0), "survey.csv, row 5, off3"),
    "between two": (cell(6, "net1", 3.5), "survey.csv, row 6, net1"),
    "a word": (cell(7, "cul1", "agree"), "survey.csv, row 7, cul1: “agree” is not"),
    "infinite": (cell(7, "cul1", "inf"), "survey.csv, row 7, cul1"),
    "a formula": (cell(8, "ins1", "=1+1"), "survey.csv, row 8, ins1"),
    "twice": (cell(9, "respondent", "r0"), "row 9, respondent: 'r0' stands in row 2 already"),
    "nameless": (cell(9, "respondent", ""), "survey.csv, row 9, respondent"),
    "no park": (cell(10, "park", " "), "survey.csv, row 10, park"),
    "no item": (lambda t: t.drop(columns="net2"), "net2: there is no column"),
    "other name": (lambda t: t.rename(columns={"net2": "Net 2"}), "net2: there is no column"),
    "no respondents": (lambda t: t.drop(columns="respondent"), "row 1, respondent"),
    "no parks": (lambda t: t.drop(columns="park"), "row 1, park: the column is missing"),
    "only a head": (lambda t: t.iloc[:0], "survey.csv: holds no answers yet"),
    "few": (lambda t: t.iloc[:20], "20 complete answers cannot carry"),
    "constant": (lambda t: t.assign(loc1=3), "same answer to loc1"),
    "copied": (lambda t: t.assign(loc2=t["loc1"]), "have exactly the same answers"),
    "nobody whole": (lambda t: t.assign(loc1=""), "None of the 400 respondents answered all"),
}


@pytest.mark.parametrize("name", BAD)
def test_spoilt_answers_are_refused_with_their_place(
    tmp_path: Path, five: pd.DataFrame, name: str
) -> None:
    change, said = BAD[name]
    out = tmp_path / "out"
    result = run("survey", put(tmp_path / "park", change(five)), "--out", out)
    assert result.exit_code == 1, result.output
    assert said in result.output
    assert "Traceback" not in result.output
    assert not out.exists()
    assert not list(tmp_path.rglob(".next"))


RAW = {
    "empty": ("", "is empty"),
    "semicolons": (";".join(HEAD) + "\n1;a" + ";3" * 13 + "\n", "separated by semicolons"),
    "ragged": (",".join(HEAD) + "\n1,a,3,3\n", "row 2: has 4 cells, the header 15"),
    "open quote": (",".join(HEAD) + '\n1,"a,3\n', "is no CSV"),
    "twice a column": (",".join([*HEAD, "loc1"]) + "\n", "loc1: the column stands there twice"),
}


@pytest.mark.parametrize("name", RAW)
def test_files_that_are_no_table_are_refused(tmp_path: Path, name: str) -> None:
    text, said = RAW[name]
    result = run("survey", put(tmp_path / "park", text), "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert said in result.output
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    folder = put(tmp_path / "park", "")
    (folder / "survey.csv").write_bytes("respondent,park\n1,莫干山路\n".encode("gb18030"))
    result = run("survey", folder, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "is not UTF-8" in result.output


MODELS = {
    "unreadable": ("f =~ loc1 + ", "line 1"),
    "unknown item": ("f =~ loc1 + loc2 + loc9", "no column “loc9”"),
    "not identified": ("f =~ loc1 + loc2", "The model is not identified"),
    "empty": ("# nothing\n", "The model is empty"),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("estimator", ["WLSMV", "MLR"])
def test_models_that_cannot_be_estimated_give_a_sentence(
    tmp_path: Path, five: pd.DataFrame, name: str, estimator: str
) -> None:
    text, said = MODELS[name]
    model = tmp_path / "model.txt"
    model.write_text(text, encoding="utf-8")
    folder, out = put(tmp_path / "park", five), tmp_path / "out"
    result = run("survey", folder, "--model", model, "--estimator", estimator, "--out", out)
    assert result.exit_code == 1, result.output
    assert "nothing was written" in result.output
    assert said in result.output
    assert "nan" not in result.output.lower().split()
    assert not out.exists()


def test_a_negative_variance_is_told_and_not_hidden(tmp_path: Path) -> None:
    population = "f =~ 0.99*loc1 + 0.75*loc2 + 0.75*loc3\ng =~ 0.7*net1 + 0.7*net2 + 0.7*net3"
    others = " + ".join(f"0.6*{i}" for i in ITEMS if i[:3] not in ("loc", "net"))
    table = answers(f"{population}\nh =~ {others}", 60, seed=3)
    model = tmp_path / "model.txt"
    model.write_text("f =~ loc1 + loc2 + loc3\ng =~ net1 + net2 + net3", encoding="utf-8")
    folder = put(tmp_path / "park", table)
    result = run("survey", folder, "--model", model, "--estimator", "ML", "--out", tmp_path / "o")
    assert result.exit_code == 0, result.output
    assert "A variance cannot be negative" in result.output
    assert "the model is in doubt" in result.output
    assert "A variance cannot be negative" in (tmp_path / "o" / "survey.html").read_text("utf-8")


def test_a_category_that_nobody_chose_is_noticed(tmp_path: Path, five: pd.DataFrame) -> None:
    table = five.assign(loc1=five["loc1"].replace(1, 2))
    result = run("survey", put(tmp_path / "park", table), "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "Nobody chose 1 on loc1" in result.output


def test_straight_lines_are_told_with_their_row(tmp_path: Path, five: pd.DataFrame) -> None:
    table = five.copy()
    table.loc[10, ITEMS] = 4
    result = run("survey", put(tmp_path / "park", table), "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "row 12: The same answer (4) to all 13 items." in result.output


def test_what_cannot_be_compared_is_left_out_with_its_reason(
    tmp_path: Path, five: pd.DataFrame
) -> None:
    folder, out = put(tmp_path / "park", five.assign(park="north")), tmp_path / "out"
    with replacing(out, ["invariance.csv"]) as new:
        put(new, "level\nof an earlier run\n", "invariance.csv")
    put(out, "mine\n", "notes.txt")
    result = run("survey", folder, "--out", out)
    assert (out / "notes.txt").exists()
    assert result.exit_code == 0, result.output
    assert "not computed: invariance" in result.output
    assert not (out / "invariance.csv").exists()
    assert "One park alone was asked" in (out / "survey.html").read_text(encoding="utf-8")


def test_tables_of_ones_own_are_not_replaced(tmp_path: Path, five: pd.DataFrame) -> None:
    folder, out = put(tmp_path / "park", five), tmp_path / "out"
    for name in ("fit.csv", "invariance.csv", "survey.html"):
        put(out, "mine\n", name)
        result = run("survey", folder, "--out", out)
        assert result.exit_code == 1
        assert f"{out / name} was not made by clusterbook" in result.output
        assert [p.read_text("utf-8") for p in out.iterdir()] == ["mine\n"]
        (out / name).unlink()
    put(tmp_path / "park", "field,value,source,locator\n", "cluster.csv")
    inside = run("survey", folder, "--out", folder)
    assert (inside.exit_code, "among what it is made from" in inside.output) == (1, True)
    assert len(list(folder.iterdir())) == 2


def test_a_form_of_ones_own_is_not_replaced(tmp_path: Path) -> None:
    form = tmp_path / "form.html"
    assert run("questionnaire", "--out", form).exit_code == 0
    assert run("questionnaire", "--out", form).exit_code == 0
    form.write_text(form.read_text("utf-8").replace("<title>", "<title>Ours: "), "utf-8")
    changed = form.read_text("utf-8")
    refused = run("questionnaire", "--out", form)
    assert (refused.exit_code, "was not made by clusterbook" in refused.output) == (1, True)
    assert form.read_text("utf-8") == changed


def test_the_bootstrap_gives_the_same_for_the_same_seed(tmp_path: Path, five: pd.DataFrame) -> None:
    folder = put(tmp_path / "park", five)
    texts = []
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        out = tmp_path / name
        result = run("survey", folder, "--bootstrap", 20, "--seed", seed, "--out", out)
        assert result.exit_code == 0, result.output
        texts.append((out / "bootstrap_reliability.csv").read_text(encoding="utf-8"))
    assert texts[0] == texts[1] != texts[2]
    assert "Bootstrap intervals" in (tmp_path / "a" / "survey.html").read_text("utf-8")


def test_other_items_and_another_scale(tmp_path: Path) -> None:
    population = "calm =~ 0.8*q1 + 0.7*q2 + 0.75*q3\nnoise =~ 0.7*q4 + 0.8*q5 + 0.7*q6"
    table = simulate_answers(population, 300, seed=2, thresholds=(-1.2, -0.4, 0.3, 0.8, 1.4, 2.0))
    table.insert(0, "park", "north")
    table.insert(0, "respondent", range(300))
    own = put(tmp_path / "own", "item,factor\n" + "".join(
        f"q{k},{'calm' if k < 4 else 'noise'}\n" for k in range(1, 7)), "items.csv")  # fmt: skip
    put(own, "value,label_en\n" + "".join(f"{k},step {k}\n" for k in range(1, 8)), "scale.csv")
    folder = put(tmp_path / "park", table)
    result = run("survey", folder, "--items", own / "items.csv", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "the model stands" in result.output
    put(own, "item,factor\nq1,calm\nq1,calm\nq 2,calm\n", "spoilt.csv")
    result = run("survey", folder, "--items", own / "spoilt.csv", "--out", tmp_path / "out2")
    assert result.exit_code == 1
    assert "row 3, item: 'q1' stands there twice" in result.output
    assert "row 4, item: 'q 2' is no name" in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("survey", "nowhere-at-all"),
        ("survey", "FOLDER", "--estimator", "OLS"),
        ("survey", "FOLDER", "--model", "nowhere.txt"),
        ("survey", "FOLDER", "--items", "nowhere.csv"),
        ("survey", "FOLDER", "--bootstrap", "-1"),
        ("survey", "FOLDER", "--bootstrap", "many"),
        ("survey",),
        ("questionnaire", "--items", "nowhere.csv"),
        ("questionnaire", "--out", "FOLDER"),
    ],
)
def test_wrong_calls_end_with_two(
    tmp_path: Path, five: pd.DataFrame, arguments: tuple[str, ...]
) -> None:
    folder = put(tmp_path / "park", five)
    result = run(*(str(folder) if a == "FOLDER" else a for a in arguments))
    assert result.exit_code == 2
    assert sorted(p.name for p in folder.iterdir()) == ["survey.csv"]


def test_a_folder_without_answers_says_what_belongs_there(tmp_path: Path) -> None:
    result = run("survey", tmp_path)
    assert result.exit_code == 2
    assert "has no survey.csv" in result.output


def test_hostile_text_is_escaped(tmp_path: Path, five: pd.DataFrame) -> None:
    evil = '<script>alert("x")</script>'
    table = five.assign(park=five["park"].replace("north", evil))
    result = run("survey", put(tmp_path / "park", table), "--out", tmp_path / "out")
    assert result.exit_code == 0
    page = (tmp_path / "out" / "survey.html").read_text(encoding="utf-8")
    assert evil not in page
    assert "&lt;script&gt;" in page


def test_the_commands_as_a_person_runs_them(tmp_path: Path) -> None:
    form = tmp_path / "form.html"
    done = clusterbook("questionnaire", "--out", str(form))
    assert (done.returncode, done.stdout.strip()) == (0, str(form))
    done = clusterbook("survey", str(INSTRUMENT))
    assert done.returncode == 1
    assert "holds no answers yet" in done.stderr


def test_the_questionnaire_holds_every_item_in_both_languages() -> None:
    result = run("questionnaire")
    assert result.exit_code == 0
    page = result.stdout
    items = pd.read_csv(INSTRUMENT / "items.csv")
    for text in (*items["text_en"], *items["text_zh"]):
        assert text in unescape(page)
    scale = pd.read_csv(INSTRUMENT / "scale.csv")
    for text in (*scale["label_en"], *scale["label_zh"]):
        assert text in page
    assert page.count('<span class="box">') == 2 * len(items) * len(scale)
    assert 'lang="zh-Hans"' in page
    assert "http://" not in page
    assert "https://" not in page


def test_every_table_can_be_read_again(tmp_path: Path, five: pd.DataFrame) -> None:
    run("survey", put(tmp_path / "park", five), "--out", tmp_path / "out")
    for file in (tmp_path / "out").glob("*.csv"):
        text = file.read_text(encoding="utf-8")
        rows = list(csv.reader(io.StringIO(text), strict=True))
        assert len({len(row) for row in rows}) == 1, file.name
