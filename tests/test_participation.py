"""Participation: programmes counted once each, at their highest level; groups and their record."""

import pandas as pd
from running import run

from clusterbook.analysis import participation as p
from clusterbook.evidence import open_case
from clusterbook.evidence.root import cluster_slugs


def made(*rows):
    columns = ("programme", "audience_mode", "decision_level", "audience", "grade")
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(row=range(2, len(rows) + 2), name=[f"n{i}" for i in range(len(rows))])


def test_m50_counts_by_level():
    found = p.programmes(open_case("m50").initiatives)
    assert len(found) == 24
    assert found["level"].value_counts().to_dict() == {p.UNTOLD: 20, 0: 1, 1: 1, 2: 1, 3: 1}
    assert sorted(p.deciding(found)["key"]) == [
        "children-competition", "joint-opening", "nongtang-project",
        "tenant-evaluation-with-internal-and-exte",
    ]  # fmt: skip
    modes = p.deciding(found).set_index("level")["mode"].to_dict()
    assert modes == {0: "none", 1: "watch", 2: "make", 3: "make"}


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


def test_what_cannot_have_a_say_is_not_in_the_base():
    rows = made(
        ("a", "none", "3", "public", "A"), ("b", "watch", "na", "public", "A"),
        ("c", "none", "na", "public", "A"), ("d", "make", "na", "public", "A"),
        ("d", "make", "1", "public", "B"),
    )  # fmt: skip
    found = p.programmes(rows)
    assert dict(zip(found["key"], found["level"], strict=True)) == {"a": 3, "b": p.UNTOLD, "d": 1}
    assert p.deciding(found)["key"].tolist() == ["a", "d"]


def test_base_rates_are_those_of_each_cluster():
    table = p.levels_by_cluster().set_index("cluster")
    assert sorted(table.index) == cluster_slugs()
    for slug in ("m50", "zollverein"):
        told = p.deciding(p.programmes(open_case(slug).initiatives))
        assert table.loc[slug, "deciding"] == len(told)
        assert table.loc[slug, "asked"] == (told["level"] >= p.CONSULT).sum()
        assert table.loc[slug, list(p.LEVELS)].tolist() == [
            int((told["level"] == level).sum()) for level in p.LEVELS
        ]


def test_no_programme_gives_zero_counts():
    found = p.programmes(made())
    assert found.empty
    assert p.deciding(found).empty


def test_voices_of_m50():
    counts = run("social", "m50").names["spoken"].groupby(["group", "way"]).size()
    assert counts["residents"].to_dict() == {"claims": 15, "programmes": 2}
    assert counts["former workers"].to_dict() == {"figures": 2}
    assert "claims" not in counts["children and youth"]
