"""The chapter on the mechanism: codes, saturation, titles, marks, stored results."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from clusterbook import charts, prose
from clusterbook.analysis import coding
from clusterbook.charts.coding_tree import tree_title
from clusterbook.charts.mechanism_parks import parks_title
from clusterbook.charts.saturation import saturation_title
from clusterbook.charts.survey_factors import factors_title
from clusterbook.charts.survey_index import index_title
from clusterbook.charts.survey_power import power_title
from clusterbook.charts.theme import NARROW, WIDE
from clusterbook.evidence import open_case
from clusterbook.evidence.check import check_folder
from clusterbook.evidence.instrument import read_instrument
from clusterbook.evidence.root import cluster_slugs
from clusterbook.evidence.sources import Source
from clusterbook.prose.gap import Gap
from clusterbook.prose.survey_study import NotComputed
from clusterbook.publishing.survey_page import ChapterChangedError, sections

INSTRUMENT = ROOT / "data" / "instruments" / "creative-space"
CLUSTERS = cluster_slugs(ROOT)
OF_CASE = (charts.mechanism_model, charts.mechanism_parks, charts.coding_tree, charts.saturation)
OF_STUDY = (
    charts.survey_answers, charts.survey_factors, charts.survey_paths, charts.survey_index,
    charts.survey_power,
)  # fmt: skip
TABLES = (
    "about", "problems", "items", "missing", "adequacy", "factors", "diagnosis", "fit", "loadings",
    "reliability", "distinctness", "modifications", "paths", "index", "groups", "sample_size",
)  # fmt: skip


def findings(*rows: str) -> pd.DataFrame:
    """Return claims from "category code source" each."""
    cells = [row.split() for row in rows]
    frame = pd.DataFrame(cells, columns=["category", "code", "source"])
    return frame.assign(dimension="social", valence="sustains", label=frame["source"], grade="B")


def source(key: str, year: str) -> Source:
    """Return a source of a year."""
    return Source(key, "here", "web", (), key, "", year, "", "en", "B", "", True)


def test_categories_count_claims_codes_and_sources() -> None:
    rows = findings("a x s1", "a x s2", "a y s2", "b z s1", "b w s1", "b v s1", "b u s1")
    table = coding.categories(rows)
    assert list(table["category"]) == ["a", "b"]
    assert table.loc[0, ["claims", "codes", "sources"]].tolist() == [3, 2, 2]
    assert coding.core_category(table) == "a"


@pytest.mark.parametrize(
    ("rows", "core"),
    [
        (["a x s1", "a y s2", "b z s1"], "a"),
        (["a x s1", "a y s2", "b z s1", "b w s2"], ""),
        (["a x s1", "a y s2", "b z s1", "b w s2", "b v s2"], "b"),
        (["a x s1", "a y s1"], ""),
        ([], ""),
    ],
)
def test_a_core_category_is_proposed_only_where_one_leads(rows: list[str], core: str) -> None:
    assert coding.core_category(coding.categories(findings(*rows))) == core


def test_saturation_reads_sources_in_order_of_publication() -> None:
    rows = findings("a x late", "a x early", "b y early", "a x none", "c z middle", "a x middle")
    years = {"late": "2010", "early": "2001", "middle": "2005", "none": ""}
    curve = coding.saturation(rows, {key: source(key, year) for key, year in years.items()})
    assert list(curve["source"]) == ["early", "middle", "late", "none"]
    assert list(curve["codes"]) == [2, 3, 3, 3]
    assert list(curve["new_categories"]) == [2, 1, 0, 0]
    read = coding.read_saturation(curve)
    assert (read.sources, read.codes, read.categories, read.quiet) == (4, 3, 3, 2)
    assert not read.one_code_a_claim
    assert coding.read_saturation(coding.saturation(findings(), {})).quiet == 0


def curve_of(new: list[int], claims: int = 9) -> pd.DataFrame:
    """Return a saturation table whose sources bring so many new categories."""
    return pd.DataFrame(
        {"new_categories": new, "categories": np.cumsum(new), "codes": 5, "claims": claims}
    )


def test_titles_state_their_finding_only_where_it_holds() -> None:
    assert saturation_title(curve_of([3, 1, 0, 0, 0])).startswith("No new category comes from")
    assert saturation_title(curve_of([3, 1, 0, 0])) == "Source 2 of 4 still brings a new category"
    assert saturation_title(curve_of([3, 0, 0, 0, 1])).startswith("Source 5 of 5 still")
    leading = coding.categories(findings("a-b x s1", "a-b y s2", "c z s1"))
    assert tree_title("Mill", leading) == (
        "More sources on Mill speak of a b than of any other category"
    )
    tied = coding.categories(findings("a x s1", "c z s1"))
    assert "without a clear centre" in tree_title("Mill", tied)
    assert factors_title(3, 5, 5) == "The answers hold 3 to 5 factors; 5 are stated"
    assert factors_title(2, 2, 5) == "The answers hold 2 factors, fewer than the 5 stated"
    assert factors_title(6, 7, 5) == "The answers hold 6 to 7 factors, more than the 5 stated"


def park(capital: str, trajectory: str) -> dict[str, str]:
    """Return the facts of a park."""
    return {"capital": capital, "trajectory": trajectory}


def test_the_title_of_the_parks_follows_their_facts() -> None:
    found = {"a": park("state", "stable"), "b": park("state", "upgrading")}
    ours = parks_title({**found, "c": park("private", "recession")})
    assert ours.startswith("State parks did well and the private one did not")
    for other in (park("private", "stable"), park("state", "recession")):
        assert parks_title({**found, "c": other}).startswith("The parks of the Ningbo study")


def test_the_title_of_the_index_follows_the_intervals() -> None:
    table = pd.DataFrame(
        {"group": ["a", "b", "c"], "value": [50, 60, 70], "lower": [45, 55, 65],
         "upper": [54, 66, 75]}
    )  # fmt: skip
    assert index_title(table) == "a scores below every other park"
    assert index_title(table.assign(upper=[56, 64, 75])) == "c scores above every other park"
    assert "overlap" in index_title(table.assign(lower=0, upper=100))
    assert index_title(table.iloc[:1]) == "The local index of a is 50"


def test_the_title_of_power_follows_the_simulation() -> None:
    found = pd.read_csv(INSTRUMENT / "power.csv")
    assert power_title(found) == (
        "200 answers show the factors, but parks are told apart only from 400 on"
    )
    assert power_title(found.assign(value=0.1)) == "How many answers each question needs"
    assert power_title(found.assign(value=0.9)) == "How many answers each question needs"


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_the_chapter_runs_for_every_cluster(cluster: str) -> None:
    case = open_case(cluster)
    for draw in OF_CASE:
        figure = draw(case)
        assert figure or isinstance(figure, Gap)
        if figure:
            for width in (WIDE, NARROW):
                assert figure.specification(width)["layer"]
            known = set(case.all_sources)
            assert {s["key"] for s in figure.sources()} <= known
    for part in ("opening", "parks", "core", "saturated", "cannot_say"):
        html = getattr(prose.mechanism, part)(case)._repr_html_()
        assert not re.search(r"\b(?:nan|None|inf)\b", html), part
    assert prose.survey.study(case).synthetic


def test_synthetic_stands_in_every_title_caption_and_text() -> None:
    study = prose.survey.study(open_case("hefeng"))
    for draw in OF_STUDY:
        figure = draw(study)
        assert figure.title.startswith("SYNTHETIC: "), figure.name
        assert "SYNTHETIC" in figure.note, figure.name
        for width in (WIDE, NARROW):
            assert figure.specification(width)["layer"]
        assert "SYNTHETIC" in figure.plotted().to_csv(), figure.name
    for name in TABLES:
        html = getattr(prose.survey, name)(study)._repr_html_()
        captions = re.findall(r"<caption>(.*?)</caption>", html)
        assert all(caption.startswith("SYNTHETIC: ") for caption in captions), name
        if html.startswith("<p>"):
            assert html.startswith("<p><strong>SYNTHETIC"), name
        assert "SYNTHETIC" in html, name


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


def test_own_answers_take_the_place_of_the_example(mill: Path) -> None:
    assert check_folder(mill) == []
    case = open_case("mill-7")
    study = prose.survey.study(case)
    assert not study.synthetic
    assert "SYNTHETIC" not in charts.survey_answers(study).title
    assert "SYNTHETIC" not in repr(prose.survey.fit(study))
    assert "Answers of its users are analysed" in repr(prose.mechanism.opening(case))
    assert "clusterbook survey with --bootstrap" in repr(prose.survey.reliability(study))


@pytest.mark.parametrize("rows", [1, 2, 12, 40])
def test_a_chapter_with_few_answers_says_what_it_cannot_compute(mill: Path, rows: int) -> None:
    table = pd.read_csv(mill / "survey.csv", dtype=str, keep_default_na=False).iloc[:rows]
    table.to_csv(mill / "survey.csv", index=False)
    assert check_folder(mill) == []
    study = prose.survey.study(open_case("mill-7"))
    assert isinstance(prose.survey.fit(study), NotComputed)
    for name in TABLES:
        html = getattr(prose.survey, name)(study)._repr_html_()
        assert not re.search(r"\b(?:nan|None|inf)\b", html), name
    for draw in OF_STUDY:
        figure = draw(study)
        assert figure or isinstance(figure, NotComputed)


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
    text = (ROOT / "chapters" / "mechanism.md").read_text(encoding="utf-8")
    kept = sections(text)
    heads = [t.partition("\n")[0] for kind, t in kept if kind == "markdown" and t[:3] == "## "]
    assert heads[0] == "## The answers"
    assert heads[-1] == "## How many answers are needed"
    assert len(heads) == 6
    calls = " ".join(t for kind, t in kept if kind == "code")
    assert all(f"prose.survey.{name}(study)" in calls for name in TABLES)
    with pytest.raises(ChapterChangedError, match="needs the sections"):
        sections(text.replace("## The answers", "## What was answered"))
