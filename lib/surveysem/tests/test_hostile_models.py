"""Models and tables that cannot be: a clear error that says what is wrong, never a table."""

import numpy as np
import pandas as pd
import pytest

from surveysem import cfa
from surveysem.errors import SurveyError
from surveysem.simulate import simulate_answers

MODEL = "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6"
ANSWERS = simulate_answers(
    "f =~ 0.8*x1 + 0.7*x2 + 0.75*x3\ng =~ 0.7*x4 + 0.8*x5 + 0.75*x6\nf ~~ 0.4*g", 200, seed=7
)
PARKS = ANSWERS.assign(park=["a", "b"] * 100)


def with_cells(column: str, values: dict[int, object]) -> pd.DataFrame:
    table = ANSWERS.astype({column: object})
    for row, value in values.items():
        table.loc[row, column] = value
    return table


NEVER_BOTH = ANSWERS.astype(float).assign(
    x1=ANSWERS["x1"].where(ANSWERS.index < 100), x2=ANSWERS["x2"].where(ANSWERS.index >= 100)
)
CASES = {
    "no model": ("", ANSWERS, {}, "model is empty"),
    "model that is no text": (["f =~ x1"], ANSWERS, {}, "must be text"),
    "model None": (None, ANSWERS, {}, "must be text"),
    "half a line": ("f =~ x1 + x2 +", ANSWERS, {}, "Add the missing name"),
    "unknown sign": ("f =~ x1 @ x2", ANSWERS, {}, "no meaning in a model"),
    "factor of itself": ("f =~ g + x1\ng =~ f + x2", ANSWERS, {}, "by itself"),
    "factor named as a column": ("x6 =~ x1 + x2 + x3", ANSWERS, {}, "name of a column"),
    "two items alone": ("f =~ x1 + x2", ANSWERS, {}, "not identified"),
    "no scale": (MODEL.replace("x1", "NA*x1"), ANSWERS, {}, "f=~x1"),
    "circle of paths": (MODEL + "\nf ~ g\ng ~ f", ANSWERS, {}, "not identified"),
    "nothing free": ("f =~ 1*x1\nf ~~ 1*f\nx1 ~~ 1*x1", ANSWERS, {}, "no free parameter"),
    "impossible fixed values": (
        MODEL + "\nx1 ~~ -50*x1",
        ANSWERS,
        {},
        "No solution was found|negative|impossible",
    ),
    "table that is a list": (MODEL, [[1, 2, 3]], {}, "must be a pandas DataFrame"),
    "table that is a path": (MODEL, "answers.csv", {}, "pandas.read_csv"),
    "empty table": (MODEL, ANSWERS.head(0), {}, "None of the 0 respondents"),
    "one row": (MODEL, ANSWERS.head(1), {}, "same answer|cannot carry"),
    "no such column": (MODEL.replace("x1", "X1"), ANSWERS, {}, "Is it “x1”"),
    "column twice": (MODEL, pd.concat([ANSWERS, ANSWERS["x1"]], axis=1), {}, "stands twice"),
    "columns of two levels": (MODEL, pd.concat({"q": ANSWERS}, axis=1), {}, "several levels"),
    "word among numbers": (MODEL, with_cells("x1", {6: "often"}), {}, "Row 7.*often"),
    "endless number": (MODEL, ANSWERS.astype(float).replace({"x1": {5.0: np.inf}}), {}, "inf"),
    "dates": (MODEL, ANSWERS.assign(x1=pd.Timestamp("2020-01-01")), {}, "datetime64"),
    "complex numbers": (MODEL, ANSWERS.astype({"x1": complex}), {}, "complex"),
    "all alike": (MODEL, ANSWERS.assign(x1=3), {}, "same answer to x1"),
    "column empty": (MODEL, ANSWERS.assign(x1=np.nan), {}, "None of the 200"),
    "column empty, all used": (
        MODEL,
        ANSWERS.assign(x1=np.nan),
        {"missing": "fiml"},
        "same answer to x1",
    ),
    "item twice under two names": (MODEL, ANSWERS.assign(x1=ANSWERS["x2"]), {}, "exactly the same"),
    "sum of others": (
        MODEL,
        ANSWERS.assign(x1=ANSWERS["x2"] + ANSWERS["x3"]),
        {},
        "exact sum",
    ),
    "more parameters than answers": (MODEL, ANSWERS.head(12), {}, "12 complete answers"),
    "huge numbers": (MODEL, ANSWERS.assign(x1=ANSWERS["x1"] * 1e200), {}, "too large"),
    "tiny differences": (MODEL, ANSWERS.assign(x1=1e9 + ANSWERS["x1"] * 1e-6), {}, "too close"),
    "units far apart": (MODEL, ANSWERS.assign(x1=ANSWERS["x1"] * 1e7), {}, "power of ten"),
    "never both answered": (MODEL, NEVER_BOTH, {"missing": "fiml"}, "both x1 and x2"),
    "never both answered, categories": (
        MODEL,
        NEVER_BOTH,
        {"estimator": "WLSMV", "missing": "pairwise"},
        "both x1 and x2",
    ),
    "measurements as categories": (
        MODEL,
        ANSWERS + 0.5,
        {"estimator": "WLSMV"},
        "not a whole number",
    ),
    "answer off the scale": (
        MODEL,
        ANSWERS.assign(x1=ANSWERS["x1"].replace({5: 9})),
        {"estimator": "WLSMV", "scale": range(1, 6)},
        "9 is not an answer",
    ),
    "unknown estimator": (MODEL, ANSWERS, {"estimator": "PLS"}, "Choose ML, MLR or WLSMV"),
    "unknown treatment": (MODEL, ANSWERS, {"missing": "mean"}, "Choose listwise"),
    "treatment of another method": (
        MODEL,
        ANSWERS,
        {"estimator": "WLSMV", "missing": "fiml"},
        "missing='pairwise'",
    ),
    "no such group column": (MODEL, ANSWERS, {"group": "park"}, "no column “park”"),
    "one group": (MODEL, ANSWERS.assign(park="a"), {"group": "park"}, "Only one group"),
    "group of one": (
        MODEL,
        PARKS.assign(park=["b"] + ["a"] * 199),
        {"group": "park"},
        "Group “b”",
    ),
    "respondent without group": (
        MODEL,
        PARKS.assign(park=PARKS["park"].where(PARKS.index != 3)),
        {"group": "park"},
        "Row 4: no group",
    ),
    "groups by an item": (MODEL, ANSWERS, {"group": "x1"}, "is an item"),
    "item alike in one group": (
        MODEL,
        PARKS.assign(x1=PARKS["x1"].where(PARKS["park"] == "a", 2)),
        {"group": "park"},
        "Group “b”.*same answer to x1",
    ),
    "equal what": (MODEL, PARKS, {"group": "park", "equal": ["weights"]}, "cannot be made equal"),
    "equal as text": (MODEL, PARKS, {"group": "park", "equal": "loadings"}, "lists of names"),
    "equal without groups": (MODEL, ANSWERS, {"equal": ["loadings"]}, "Only groups"),
    "free what": (
        MODEL,
        PARKS,
        {"group": "park", "equal": ["loadings"], "free": ["f=~x22"]},
        "Is it “f=~x2”",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_clear_error(case):
    model, data, options, words = CASES[case]
    with pytest.raises(SurveyError, match=f"(?s){words}") as caught:
        cfa(model, data, **options)
    # A sentence or more: what is wrong, and what would be right.
    assert len(str(caught.value)) > 40


def test_there_are_thirty_of_them():
    assert len(CASES) >= 30
