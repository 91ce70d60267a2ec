"""Agreement with lavaan 0.6.14, case by case: missing answers, groups, strict and partial
invariance, all modification indices, HTMT2, varimax. ``oracle/reference.R`` wrote the figures."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "oracle"))
import cases

# lavaan itself stops where a step changes the estimates by some 1e-5.
FIGURES = {"estimates": 4e-5, "errors": 5e-5, "fit": 2e-6, "indices": 2e-4, "HTMT2": 1e-7}
COUNTS = {"estimates": 27, "errors": 17, "fit": 17, "indices": 90, "HTMT2": 3}


@pytest.mark.parametrize(
    "case", [*cases.CASES, *cases.INDICES, "htmt2_ml", "htmt2_wlsmv", "varimax"]
)
def test_figures_of_lavaan(case):
    found = list(cases.distances(case))
    assert found
    for what, count, distance in found:
        assert count >= COUNTS[what], what
        assert distance < FIGURES[what], what


@pytest.mark.parametrize("case", cases.INDICES)
def test_every_candidate_of_lavaan_has_an_index(case):
    theirs = cases.reference().query("case == @case and what == 'mi'")
    matched = cases.beside(case).query("what == 'mi'")
    assert len(theirs) == len(matched) == len(cases.ours(case).query("what == 'mi'"))


def test_every_estimate_of_lavaan_is_there():
    for case in cases.CASES:
        theirs = cases.reference().query("case == @case and what == 'est' and op != '~*~'")
        # With categories lavaan lists the zero means of the items behind them.
        theirs = theirs[(theirs["op"] != "~1") | ("wlsmv" not in case)]
        assert len(cases.beside(case).query("what == 'est'")) == len(theirs), case
