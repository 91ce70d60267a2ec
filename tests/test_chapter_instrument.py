"""The chapter on the questionnaire: simulated answers marked as such, own answers, few answers."""

from __future__ import annotations

import importlib.util
import re
import shutil
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, clusterbook
from running import run

from clusterbook.analysis.survey_study import Study
from clusterbook.evidence import open_case
from clusterbook.evidence.check import check_folder
from clusterbook.evidence.instrument import read_instrument
from clusterbook.evidence.root import cluster_slugs
from clusterbook.prose.numbers import number, probability, spans
from clusterbook.publishing.survey_page import ChapterChangedError, sections, survey_page
from surveysem.result import estimates

INSTRUMENT = ROOT / "data" / "instruments" / "creative-space"
CHAPTER = ROOT / "chapters" / "instrument.md"


def test_stored_results_are_those_of_the_example() -> None:
    spec = importlib.util.spec_from_file_location("results", INSTRUMENT / "make_results.py")
    assert spec
    assert spec.loader
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.REPLICATES = 3
    made = module.results()
    for name in ("SYNTHETIC-invariance.csv", "SYNTHETIC-invariance-means.csv"):
        kept = pd.read_csv(INSTRUMENT / name).select_dtypes("number")
        same = made[name][kept.columns].to_numpy(dtype=float)
        assert np.allclose(kept, same, atol=1e-4, equal_nan=True), name
    kept = pd.read_csv(INSTRUMENT / "SYNTHETIC-bootstrap.csv")
    assert np.allclose(kept["value"], made["SYNTHETIC-bootstrap.csv"]["value"], atol=1e-5)
    assert (kept["lower"] < kept["value"]).all()
    assert (kept["value"] < kept["upper"]).all()


@pytest.fixture
def mill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cluster's folder outside the book, with the example's answers as its own."""
    folder = tmp_path / "mill-7"
    shutil.copytree(ROOT / "data" / "clusters" / "hefeng", folder)
    monkeypatch.setenv("CLUSTERBOOK_FOLDERS", str(folder))
    answers = pd.read_csv(INSTRUMENT / "SYNTHETIC-survey.csv", dtype=str, keep_default_na=False)
    answers["respondent"] = [f"r{k}" for k in range(len(answers))]
    answers.to_csv(folder / "survey.csv", index=False)
    return folder


def test_a_clusters_own_answers_are_told_in_its_chapter(mill: Path) -> None:
    assert check_folder(mill) == []
    told = run("mechanism", "mill-7").text
    assert re.search(r"500 users of Hefeng .* answered; none of \d+ checks .* reads? poor", told)
    assert "SYNTHETIC" not in told
    one = pd.read_csv(mill / "survey.csv", dtype=str).iloc[:1]
    one.to_csv(mill / "survey.csv", index=False)
    assert "cannot be fitted to them" in run("mechanism", "mill-7").text


def page_of(answers: pd.DataFrame) -> str:
    """Return the page of a survey as a person reads it."""
    study = Study(
        answers.assign(row=range(2, len(answers) + 2)), read_instrument(ROOT), "mill", False,
        structural=read_instrument(ROOT).structural,
    )  # fmt: skip
    page = survey_page(study, CHAPTER.read_text(encoding="utf-8"))
    return unescape(re.sub(r"<[^>]+>|base64,[^\"]*", " ", page))


@pytest.mark.parametrize("rows", [1, 2, 12, 40])
def test_few_answers_say_what_cannot_be_computed(mill: Path, rows: int) -> None:
    text = page_of(pd.read_csv(mill / "survey.csv", dtype=str, keep_default_na=False).iloc[:rows])
    assert "Not computed." in text
    assert not re.search(r"\b(?:nan|None|inf)\b", text)
    assert "How many answers are needed" in text


def test_titles_state_their_finding_only_where_it_holds(mill: Path) -> None:
    answers = pd.read_csv(mill / "survey.csv", dtype=str, keep_default_na=False)
    text = page_of(answers)
    assert "Park C scores below Park B" in text
    assert "The answers hold" in text
    assert "SYNTHETIC:" not in text.partition("How many answers are needed")[0]
    turned = answers.assign(park=answers["park"].replace({"Park B": "Park C", "Park C": "Park B"}))
    assert "Park B scores below Park C" in page_of(turned)
    same = answers[answers["park"] == "Park A"].reset_index(drop=True)
    text = page_of(same.assign(park=["north", "south"] * (len(same) // 2)))
    assert "The parks' indices overlap" in text
    text = page_of(same)
    assert "One park alone was asked, so there is nothing to compare." in text


SPOILT = {
    "off the scale": (("loc1", "6"), (5, "loc1"), "write 1, 2, 3, 4, 5, or leave the cell empty"),
    "a word": (("off3", "often"), (5, "off3"), "write 1, 2"),
    "other digits": (("off3", "４"), (5, "off3"), "write 1, 2"),
    "no park": (("park", ""), (5, "park"), "name the park"),
    "doubled": (("respondent", "r0"), (5, "respondent"), "give each respondent a number"),
    "nameless": (("respondent", ""), (5, "respondent"), "number the respondents"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_the_check_finds_spoilt_answers_in_a_folder(mill: Path, name: str) -> None:
    (column, value), place, right = SPOILT[name]
    table = pd.read_csv(mill / "survey.csv", dtype=str, keep_default_na=False)
    table.loc[3, column] = value
    table.to_csv(mill / "survey.csv", index=False)
    (problem,) = check_folder(mill)
    assert (problem.row, problem.field) == place
    assert right in problem.right


def test_the_check_finds_items_that_are_missing_or_misnamed(mill: Path) -> None:
    table = pd.read_csv(mill / "survey.csv", dtype=str, keep_default_na=False)
    table.rename(columns={"net2": "Net2"}).drop(columns="cul1").assign(age="30").to_csv(
        mill / "survey.csv", index=False
    )
    found = {problem.field: problem.right for problem in check_folder(mill)}
    assert set(found) == {"net2", "cul1"}
    assert "rename the column 'Net2' to net2" in found["net2"]
    assert found["cul1"] == "add it, its cells empty where it was not asked"


def test_the_empty_form_is_what_the_codebook_and_the_items_say() -> None:
    instrument = read_instrument(ROOT)
    form = pd.read_csv(INSTRUMENT / "survey.csv")
    assert list(form.columns) == ["respondent", "park", *instrument.names]
    assert list(pd.read_csv(INSTRUMENT / "codebook.csv")["variable"]) == list(form.columns)


def test_the_page_takes_its_sections_from_the_chapter() -> None:
    text = CHAPTER.read_text(encoding="utf-8")
    kept = sections(text)
    heads = [t.partition("\n")[0] for kind, t in kept if kind == "markdown" and t[:3] == "## "]
    assert heads[0] == "## The answers"
    assert heads[-1] == "## How many answers are needed"
    assert len(heads) == 6
    assert kept[0][1].startswith("import altair as alt")
    with pytest.raises(ChapterChangedError, match="needs the sections"):
        sections(text.replace("## The answers", "## What was answered"))


def test_the_tables_hold_what_the_engine_computes(mill: Path) -> None:
    study = Study(
        pd.read_csv(mill / "survey.csv", dtype=str, keep_default_na=False).assign(row=2),
        read_instrument(ROOT), "mill", False, structural=read_instrument(ROOT).structural,
    )  # fmt: skip
    html = survey_page(study, CHAPTER.read_text(encoding="utf-8"))
    label = study.instrument.label
    tables = {
        table.caption.get_text(): [
            [cell.get_text() for cell in row.select("td")] for row in table.select("tbody tr")
        ]
        for table in BeautifulSoup(html, "html.parser").select("table")
    }
    found = estimates(study.paths)
    told = {(label(r.rhs), r.op, label(r.lhs).lower()): r for r in found.itertuples()}
    paths = next(rows for name, rows in tables.items() if name.startswith("Paths between"))
    assert len(paths) == 7
    for path, estimate, span, p in paths:
        cause, word, effect = re.split(r" (to|in) ", path)
        row = told[cause, "~" if word == "to" else "=~", effect]
        assert (estimate, span) == (number(row.std), *spans([row.std_lower], [row.std_upper]))
        assert p == probability(row.p)
    for name, rows in tables.items():
        if name.startswith("Standardised loadings"):
            loads = estimates(study.fit).set_index(["lhs", "op", "rhs"])
            factors = {
                item: factor for factor, of in study.instrument.factors.items() for item in of
            }
            assert [row[:3] for row in rows] == [
                [label(factors[item]), item, number(loads.loc[(factors[item], "=~", item), "std"])]
                for item in study.instrument.names
            ]


def titles(page: BeautifulSoup) -> list[str]:
    """The titles of figures and the captions of tables from the answers on."""
    found = [mark.get_text() for mark in page.select("figure .cb-title, table.cb-table caption")]
    return found[next(n for n, words in enumerate(found) if "item" not in words.lower()) :]


def test_everything_synthetic_says_so_and_bears_no_real_parks_name(tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ("--chapters", "instrument,mechanism,model", "--out", str(out))
    done = clusterbook("report", "hefeng", "qiyun-86", *options)
    assert done.returncode == 0, done.stderr
    assert_only_the_instrument_is_synthetic(out / "html")
    page = BeautifulSoup((out / "html/chapters/instrument.html").read_text("utf-8"), "html.parser")
    marked = titles(page)
    assert len(marked) >= 14
    assert all(words.startswith("SYNTHETIC") for words in marked), marked
    figures = sorted((out / "html/_figures/chapters/instrument").glob("*.csv"))
    assert len(figures) == 4
    assert all("SYNTHETIC" in file.read_text("utf-8") for file in figures)
    links = [a["href"] for a in page.select("article a[href]") if "model.html" in a["href"]]
    assert links == ["model.html"]


def assert_only_the_instrument_is_synthetic(html: Path) -> None:
    """No other page holds simulated answers, and none of these is about a real place."""
    slugs = cluster_slugs(ROOT)
    names = {open_case(slug).name for slug in slugs} | {s for s in slugs if not s.isdecimal()}
    pages = [page for page in html.rglob("*.html") if page.name != "404.html"]
    assert len(pages) > 3
    for page in pages:
        text = page.read_text("utf-8")
        if page != html / "chapters" / "instrument.html":
            assert "SYNTHETIC" not in text, page
            continue
        article = BeautifulSoup(text, "html.parser").select_one("article.bd-article")
        assert article
        told = article.get_text(" ") + " ".join(map(str, article.select("script")))
        assert "Park C" in told
        assert not [name for name in names if name in told]
    for file in html.glob("_figures/**/*.csv"):
        if "instrument" not in file.parts:
            assert "SYNTHETIC" not in file.read_text("utf-8"), file


def test_no_page_of_the_book_but_the_instruments_is_synthetic(book: Path) -> None:
    assert_only_the_instrument_is_synthetic(book)
