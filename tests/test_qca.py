"""Crisp-set QCA against published formulas, hand-worked shares and another library's minimiser."""

from __future__ import annotations

import random
from itertools import product

import pandas as pd
import pytest
from sympy import SOPform, symbols
from sympy.logic.boolalg import Or

from clusterbook.analysis.qca import (
    fit,
    formula,
    models,
    robustness,
    truth_table,
    varied,
)

# Lipset's survival of democracy between the wars, dichotomised by Rihoux and De Meur (2009); cases
# and figures as the QCA package for R gives them (its data LC, its stored test output).
CONDITIONS = ["DEV", "URB", "LIT", "IND", "STB"]
LIPSET = pd.DataFrame(
    {
        "AU": "101100", "BE": "111111", "CZ": "111111", "EE": "001010", "FI": "101011",
        "FR": "101111", "DE": "111100", "GR": "000000", "HU": "001000", "IE": "101011",
        "IT": "000010", "NL": "111111", "PL": "001000", "PT": "000000", "RO": "000010",
        "ES": "000000", "SE": "101111", "UK": "111111",
    }.items(), columns=["case", "bits"],
).set_index("case")["bits"].apply(lambda bits: pd.Series([b == "1" for b in bits]))  # fmt: skip
LIPSET.columns = [*CONDITIONS, "SURV"]


def test_the_truth_table_of_lipsets_countries() -> None:
    table = truth_table(LIPSET, CONDITIONS, "SURV")
    rows = {
        "".join(str(int(v)) for v in key): (n, verdict)
        for *key, n, verdict in table[[*CONDITIONS, "n", "verdict"]].to_numpy().tolist()
    }
    assert rows == {
        "11111": (4, "present"), "10101": (2, "present"), "10111": (2, "present"),
        "00000": (3, "absent"), "00001": (2, "absent"), "00100": (2, "absent"),
        "00101": (1, "absent"), "10110": (1, "absent"), "11110": (1, "absent"),
    }  # fmt: skip
    assert table["cases"].iloc[0] == "BE, CZ, NL, UK"


@pytest.mark.parametrize(
    ("positive", "remainders", "published"),
    [
        (True, False, "DEV*~URB*LIT*STB + DEV*LIT*IND*STB"),
        (False, False, "~DEV*~URB*~IND + DEV*LIT*IND*~STB"),
        (True, True, "DEV*STB"),
        (False, True, "~DEV + ~STB"),
    ],
)
def test_the_published_formulas_are_found(positive: bool, remainders: bool, published: str) -> None:
    table = truth_table(LIPSET, CONDITIONS, "SURV")
    (model,) = models(table, CONDITIONS, positive, remainders)
    assert set(formula(model).split(" + ")) == set(published.split(" + "))


def test_the_published_consistency_and_coverage() -> None:
    table = truth_table(LIPSET, CONDITIONS, "SURV")
    (model,) = models(table, CONDITIONS)
    found = fit(LIPSET, model, "SURV").set_index("term")
    published = {"DEV*~URB*LIT*STB": (1.0, 0.5, 0.25), "DEV*LIT*IND*STB": (1.0, 0.75, 0.5)}
    for term, shares in published.items():
        assert tuple(found.loc[term, ["consistency", "coverage", "unique"]]) == shares
    assert tuple(found.iloc[-1][["consistency", "coverage"]]) == (1.0, 1.0)
    (absent,) = models(table, CONDITIONS, positive=False, remainders=True)
    found = fit(LIPSET, absent, "SURV", positive=False).set_index("term")
    assert tuple(found.loc["~DEV", ["coverage", "unique"]]) == (0.8, pytest.approx(0.3))
    assert tuple(found.loc["~STB", ["coverage", "unique"]]) == (0.7, pytest.approx(0.2))


def test_contradictions_of_the_first_published_table() -> None:
    """Without stability, and development from 600 dollars on; the last row follows from the data."""
    first = LIPSET.drop(columns="STB").copy()
    first.loc[["CZ", "FI"], "DEV"] = False  # between 550 and 600 dollars
    table = truth_table(first, CONDITIONS[:4], "SURV").set_index(CONDITIONS[:4])
    both = table[table["verdict"] == "contradiction"]
    assert {row.cases: (row.n, round(row.consistency, 3)) for row in both.itertuples()} == {
        "EE, FI, HU, PL": (4, 0.25), "AU, FR, SE": (3, 0.667), "BE, DE, NL, UK": (4, 0.75),
    }  # fmt: skip


def test_a_hand_worked_example_of_consistency_and_coverage() -> None:
    cases = pd.DataFrame(
        {"A": [1, 1, 1, 1, 0, 0, 0, 0], "B": [1, 1, 0, 0, 1, 0, 0, 0], "Y": [1, 1, 1, 0, 1, 1, 0, 0]},
        index=list("abcdefgh"),
    ).astype(bool)  # fmt: skip
    found = fit(cases, (((("A", True),)), (("B", True),)), "Y").set_index("term")
    assert tuple(found.loc["A", ["n", "consistency", "coverage", "unique"]]) == (4, 0.75, 0.6, 0.2)
    assert tuple(found.loc["B", ["n", "consistency", "coverage", "unique"]]) == (3, 1.0, 0.6, 0.2)
    assert tuple(found.loc["A + B", ["n", "consistency", "coverage"]]) == (5, 0.8, 0.8)


@pytest.mark.parametrize("seed", range(12))
def test_formulas_are_as_short_as_those_of_another_library_and_say_the_same(seed: int) -> None:
    chance = random.Random(seed)
    names = list("ABCD")
    combos = list(product((False, True), repeat=4))
    kinds = {combo: chance.choice(["present", "absent", "nobody"]) for combo in combos}
    cases = pd.DataFrame(
        [[*combo, kind == "present"] for combo, kind in kinds.items() if kind != "nobody"],
        columns=[*names, "Y"],
    )
    found = models(truth_table(cases, names, "Y"), names, remainders=True)
    ones, free = (
        [list(c) for c, kind in kinds.items() if kind == k] for k in ("present", "nobody")
    )
    theirs = SOPform(symbols(" ".join(names)), ones, free)
    terms = theirs.args if isinstance(theirs, Or) else (theirs,)
    for model in found:
        assert len(model) <= len(terms), (seed, formula(model), theirs)
        for combo, kind in kinds.items():
            said = any(all(combo[names.index(c)] == v for c, v in term) for term in model)
            assert kind == "nobody" or said == (kind == "present"), (seed, combo)


def test_all_equally_short_formulas_are_told() -> None:
    cases = pd.DataFrame(
        [(0, 0, 0, 0), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 0, 1), (0, 0, 1, 0)],
        columns=["A", "B", "C", "Y"],
    ).astype(bool)
    found = models(truth_table(cases, ["A", "B", "C"], "Y"), ["A", "B", "C"], remainders=True)
    assert [formula(model) for model in found] == ["A + B"]
    ring = [(0, 0, 1), (0, 1, 0), (1, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]
    rows = [[*key, 1] for key in ring] + [[0, 0, 0, 0], [1, 1, 1, 0]]
    cases = pd.DataFrame(rows, columns=["A", "B", "C", "Y"]).astype(bool)
    found = models(truth_table(cases, ["A", "B", "C"], "Y"), ["A", "B", "C"])
    assert {formula(m) for m in found} == {"A*~B + ~A*C + B*~C", "A*~C + ~A*B + ~B*C"}


def test_missing_values_are_left_out_and_named() -> None:
    cases = pd.DataFrame(
        {"A": [True, None, False], "Y": [True, True, False]}, index=["x", "y", "z"]
    )
    table = truth_table(cases, ["A"], "Y")
    assert table.attrs["left_out"] == ["y"]
    assert table["n"].sum() == 2
    assert fit(cases, ((("A", True),),), "Y")["n"].iloc[0] == 1


@pytest.mark.parametrize("conditions", [[], list("ABCDEFGHI"), ["nothing"]])
def test_wrong_conditions_are_told(conditions: list[str]) -> None:
    cases = pd.DataFrame({c: [True] for c in "ABCDEFGHIY"})
    with pytest.raises(ValueError, match=r"conditions|no column 'nothing'"):
        truth_table(cases, conditions, "Y")


def test_what_remains_when_cases_are_dropped_or_doubtful_ones_turned() -> None:
    cases = pd.DataFrame(
        {"STATE": [1, 1, 0, 0], "OLD": [1, 0, 1, 0], "Y": [1, 1, 0, 0]}, index=["a", "b", "c", "d"]
    ).astype(bool)
    found = robustness(varied(cases, "Y", ["b", "nobody"]), ["STATE", "OLD"], "Y")
    assert list(found["scenario"]) == [
        "as coded", "without a", "without b", "without c", "without d", "b the other way",
    ]  # fmt: skip
    said = dict(zip(found["scenario"], found["formulas"], strict=True))
    assert said["as coded"] == "STATE"
    assert said["b the other way"] == "STATE*OLD"
    assert not found.set_index("scenario").loc["b the other way", "same"]
    assert said["without a"] == "STATE"


def test_a_table_without_a_case_of_the_outcome_has_no_formula() -> None:
    cases = pd.DataFrame({"A": [True, False], "Y": [False, False]})
    found = robustness({"as coded": cases}, ["A"], "Y")
    assert list(found["formulas"]) == ["none"]
    empty = fit(cases, (), "Y")
    assert empty["n"].iloc[0] == 0
    assert empty["consistency"].isna().all()
