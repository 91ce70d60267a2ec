"""The questionnaire's files agree with one another, and what is synthetic says so."""

import importlib.util
import re
from pathlib import Path

import pandas as pd
import pytest

from surveysem.estimate import fit_model
from surveysem.items import check_answers
from surveysem.scores import local_index
from surveysem.specification import specify

FOLDER = Path(__file__).resolve().parents[1] / "data" / "instruments" / "creative-space"


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / name)


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def test_thirteen_items_in_five_factors_and_three_spaces():
    items = table("items.csv")
    assert len(items) == items["item"].nunique() == 13
    assert items["factor"].nunique() == 5
    assert set(items["space"]) == {"local", "capital", "relational"}
    assert items.groupby("factor")["space"].nunique().eq(1).all()
    assert not items.isna().any().any()
    assert items["text_zh"].str.contains(r"[\u4e00-\u9fff]").all()
    assert items["wording"].eq("this project's own").all()
    assert items["assignment"].str.contains("this project's own").all()


@pytest.mark.parametrize("name", ["model.txt", "structural.txt"])
def test_models_measure_the_factors_of_the_items(name):
    items = table("items.csv")
    stated = {f: set(names) for f, names in specify(text(name)).factors.items()}
    assert stated == {f: set(part["item"]) for f, part in items.groupby("factor")}


def test_spaces_of_the_structural_model_are_those_of_the_items():
    spaces = table("items.csv").groupby("space")["factor"].unique()
    rows = specify(text("structural.txt")).rows
    for space in ("local", "capital"):
        assert {r.rhs for r in rows if r.lhs == space and r.op == "=~"} == set(spaces[space])


def test_form_codebook_and_scale_agree():
    header = ["respondent", "park", *table("items.csv")["item"]]
    assert list(table("survey.csv").columns) == header
    assert table("survey.csv").empty
    assert table("codebook.csv")["variable"].tolist() == header
    assert table("scale.csv")["value"].tolist() == [1, 2, 3, 4, 5]


def test_example_is_sound_synthetic_and_analysable():
    answers, items = table("SYNTHETIC-survey.csv"), table("items.csv")
    assert answers["respondent"].str.startswith("SYNTHETIC-").all()
    assert set(answers["park"]) == {"Park A", "Park B", "Park C"}
    problems = check_answers(answers, items["item"], table("scale.csv")["value"])
    assert not problems["severity"].eq("error").any()
    for model in ("model.txt", "structural.txt"):
        fit = fit_model(text(model), answers)
        codes = {notice.code for notice in fit.notices}
        assert not codes & {"negative_variance", "factors_not_distinct", "unsteady_estimate"}
    spaces = items.groupby("space")["factor"].unique().to_dict()
    fit = fit_model(text("model.txt"), answers, estimator="MLR")
    index = local_index(fit, answers["park"], range(1, 6), spaces=spaces)
    whole = index[index["level"] == "index"].set_index("group")
    assert whole.loc["Park C", "upper"] < whole.loc["Park B", "lower"]


def test_no_simulated_value_bears_the_name_of_a_real_park():
    clusters = {folder.name for folder in (FOLDER.parents[1] / "clusters").iterdir()}
    for file in FOLDER.glob("SYNTHETIC-*"):
        assert not clusters & set(re.split(r"[,\n]", file.read_text(encoding="utf-8"))), file.name


def test_example_is_made_by_the_kept_script():
    path = FOLDER / "make_synthetic.py"
    module = importlib.util.module_from_spec(importlib.util.spec_from_file_location("made", path))
    module.__spec__.loader.exec_module(module)
    made = module.synthetic_answers().to_csv(index=False, lineterminator="\n")
    assert made == text("SYNTHETIC-survey.csv")


def test_power_table_says_what_it_rests_on():
    power = table("power.csv")
    assert power["basis"].eq("SYNTHETIC answers").all()
    assert power.groupby(["question", "estimator"], dropna=False)["n"].nunique().eq(7).all()
    shares = power[power["question"] != "loading_half_width"]
    assert shares["value"].between(0, 1).all()
    half = power[power["question"] == "loading_half_width"].sort_values("n")["value"]
    assert half.is_monotonic_decreasing
    paths = power[power["question"] == "path"].set_index("n")["value"]
    assert paths[500] > paths[100]
