"""Participation: programmes counted once each, at their highest level; groups and their record."""

import pandas as pd

from clusterbook.analysis import participation as p
from clusterbook.analysis.balance import empirical
from clusterbook.evidence import open_case


def made(*rows):
    columns = ("programme", "audience_mode", "decision_level", "audience", "grade")
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(row=range(2, len(rows) + 2), name=[f"n{i}" for i in range(len(rows))])


def test_m50_counts_by_level():
    found = p.programmes(open_case("m50").initiatives)
    assert len(found) == 19
    assert found["level"].value_counts().to_dict() == {0: 15, 1: 2, 2: 2}
    counts = p.by_mode_and_level(found)
    assert counts.loc["make"].tolist() == [4, 0, 2, 0, 0, 0]
    assert int(counts.to_numpy().sum()) == 19


def test_m50_leaves_out_what_is_no_participation():
    names = set(p.left_out(open_case("m50").initiatives)["name"])
    assert names == {
        "Tiered rent for founding artists",
        "Tenant evaluation with internal and external experts",
    }


def test_programme_takes_the_highest_of_each_code_apart():
    found = p.programmes(
        made(("a", "make", "0", "artists", "B"), ("a", "watch", "3", "public", "C"))
    )
    assert len(found) == 1
    assert found.loc[0, "mode"] == "make"
    assert found.loc[0, "level"] == 3
    assert found.loc[0, "name"] == "n1"
    assert found.loc[0, "audiences"] == "artists, public"


def test_rows_without_a_programme_count_by_name():
    found = p.programmes(made(("", "try", "0", "public", "A"), ("", "try", "1", "public", "A")))
    assert len(found) == 2


def test_mode_none_is_no_programme_even_at_a_level():
    rows = made(("a", "none", "3", "public", "A"), ("b", "watch", "0", "public", "A"))
    assert p.programmes(rows)["key"].tolist() == ["b"]
    assert p.left_out(rows)["key" if "key" in rows else "programme"].tolist() == ["a"]


def test_no_programme_gives_zero_counts():
    found = p.programmes(made())
    assert found.empty
    assert int(p.by_mode_and_level(found).to_numpy().sum()) == 0


def test_groups_of_m50():
    case = open_case("m50")
    figures = case.observations[case.observations["status"] == "observed"]
    record = p.heard(case.initiatives, empirical(case.findings), figures).set_index("group")
    assert record.loc["residents", "claims"] == 15
    assert record.loc["residents", "programmes"] == 2
    assert record.loc["residents", "figures"] == 0
    assert record.loc["residents", "top"] == 2
    assert record.loc["former workers"].tolist() == [0, 0, 2, 0, 0, -1]
    assert record.loc["children and youth", "claims"] == 0
