import numpy as np
import pandas as pd
import pytest

from clusterbook.analysis import concentration as con

FIGURES = [
    ([0.4, 0.3, 0.2, 0.1], (0.3, 0.933333, 1.279854, 0.923220, 3.596115, 3.333333)),
    ([0.9, 0.05, 0.05], (0.815, 0.2775, 0.394398, 0.358996, 1.483490, 1.226994)),
]


@pytest.mark.parametrize(("parts", "expected"), FIGURES)
def test_published_figures(parts, expected):
    found = (
        con.herfindahl(parts),
        con.normalised_diversity(parts),
        con.shannon(parts),
        con.evenness(parts),
        con.hill_number(parts, 1),
        con.hill_number(parts, 2),
    )
    assert found == pytest.approx(expected, abs=5e-7)
    assert con.hill_number(parts, 0) == len(parts)


def test_a_table_has_one_row_for_each_whole():
    rows = pd.DataFrame(
        {
            "year": [2008, 2008, 2008, 2006, 2006, 2006, 2006],
            "income": [90, 5, 5, 4.0, 3, 2, 1],
        }
    )
    table = con.concentration_table(rows, "income", ["year"])
    assert table["year"].tolist() == [2006, 2008]
    assert table["n"].tolist() == [4, 3]
    assert table["total"].tolist() == [10, 100]
    measures = table[["H", "D", "shannon", "evenness", "N1", "N2"]]
    for position, (_, expected) in enumerate(FIGURES):
        assert tuple(measures.iloc[position]) == pytest.approx(expected, abs=5e-7)
    assert con.concentration_table(rows[:3], "income")["H"].tolist() == pytest.approx([0.815])


def test_empty_groups_count_in_n_alone():
    # Two even groups of three possible ones: two effective groups, D = .5 / (2/3).
    assert con.normalised_diversity([1, 1, 0]) == pytest.approx(0.75)
    assert con.evenness([1, 1, 0]) == pytest.approx(np.log(2) / np.log(3))
    assert con.hill_number([1, 1, 0], 0) == 2
    assert con.hill_number([1, 1, 0], 1) == pytest.approx(2)


def test_one_group_has_no_evenness():
    assert con.herfindahl([7]) == 1
    assert np.isnan(con.normalised_diversity([7]))
    assert np.isnan(con.evenness([7]))


@pytest.mark.parametrize("amounts", [[1, -1], [1, np.nan], [0, 0], []])
def test_amounts_without_shares_are_errors(amounts):
    with pytest.raises(ValueError, match=r"(?i)amount"):
        con.herfindahl(amounts)


def test_other_hill_orders_are_refused():
    with pytest.raises(ValueError, match="got 3"):
        con.hill_number([1, 1], 3)
