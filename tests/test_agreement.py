"""Agreement of two coders, against examples reckoned by hand and the figures of the review."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from running import run

from clusterbook.analysis.agreement import agreement
from clusterbook.evidence import book_root, cluster_slugs, open_case, vocabulary
from clusterbook.evidence.lists import read_list
from clusterbook.evidence.second_coding import CODES, coded_otherwise, coded_twice
from clusterbook.prose.ledger import ledger


def pairs(first: str, second: str) -> pd.DataFrame:
    return pd.DataFrame({"c_first": list(first), "c_second": list(second)})


BY_HAND = [
    # Krippendorff 2011, Computing Krippendorff's Alpha-Reliability: two observers, nominal data.
    # 24 values (a 4, b 6, c 6, d 6, e 2), 9 of 12 units agree:
    # alpha = (23 x 18 - 104) / (24 x 23 - 104) = 310 / 448, 104 = 4x3 + 6x5 + 6x5 + 6x5 + 2x1
    ("aabbdcccedda", "babbbccceddd", 9 / 12, 310 / 448),
    # the same, two values: 14 zeros, 6 ones, 4 of 10 units differ: 1 - 19 x 4 / (14 x 6)
    ("0100000010", "1110010000", 6 / 10, 1 - 19 * 4 / 84),
    ("aabb", "aabb", 1.0, 1.0),
    # each time the other value: 1 - 7 x 4 / (4 x 4)
    ("aabb", "bbaa", 0.0, 1 - 7 * 4 / 16),
]


@pytest.mark.parametrize(("first", "second", "agree", "alpha"), BY_HAND)
def test_alpha_by_hand(first: str, second: str, agree: float, alpha: float) -> None:
    told = agreement(pairs(first, second), ["c"]).loc["c"]
    assert told["claims"] == len(first)
    assert told["agree"] == pytest.approx(agree)
    assert told["alpha"] == pytest.approx(alpha)
    assert told["low"] <= told["alpha"] <= told["high"]


def test_kappa_by_hand() -> None:
    # 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: .7 agree, .5 by chance
    told = agreement(pairs("y" * 25 + "n" * 25, "y" * 20 + "n" * 5 + "y" * 10 + "n" * 15), ["c"])
    assert told.loc["c", "agree"] == pytest.approx(0.7)
    assert told.loc["c", "kappa"] == pytest.approx(0.4)


def test_what_cannot_be_told() -> None:
    told = agreement(pairs("aaa", "aaa"), ["c"]).loc["c"]
    assert told["agree"] == 1
    assert all(math.isnan(told[name]) for name in ("kappa", "alpha", "low", "high"))
    with pytest.raises(ValueError, match="coded twice"):
        agreement(pairs("", ""), ["c"])


REVIEW = {  # share of agreement and Cohen's kappa, as the review of November 2026 prints them
    "dimension": (0.67, 0.57), "scope": (0.79, 0.58), "valence": (0.85, 0.76),
    "actor": (0.70, 0.64),
}  # fmt: skip


def test_the_second_coding_agrees_as_the_review_found() -> None:
    both = coded_twice()
    assert len(both) == 120
    table = agreement(both, CODES)
    assert list(table.index) == list(CODES)
    for code, (agree, kappa) in REVIEW.items():
        assert round(table.loc[code, "agree"], 2) == agree, code
        assert round(table.loc[code, "kappa"], 2) == kappa, code
    for row in table.itertuples():
        assert row.low < row.alpha < row.high <= 1
        assert abs(row.alpha - row.kappa) < 0.01  # as they must with two coders and 120 claims
    pd.testing.assert_frame_equal(table, agreement(both, CODES))  # the draws are seeded
    own = both[both["cluster"] == "m50"]
    assert own["kind_second"].value_counts().to_dict() == {
        "empirical": 48, "general": 6, "normative": 3, "question": 3,
    }  # fmt: skip


def test_a_changed_code_changes_alpha(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = agreement(coded_twice(), CODES, samples=200)
    data = tmp_path / "data"
    for slug in cluster_slugs():
        folder = data / "clusters" / slug
        folder.mkdir(parents=True)
        text = (book_root() / "data" / "clusters" / slug / "findings.csv").read_text("utf-8")
        if slug == "798":  # 798-e-02, of which the second coder says that it strains
            old = "twice the landlord's rate.,empirical,economic,internal,strains"
            assert old in text
            text = text.replace(old, old.replace("strains", "sustains"))
        (folder / "findings.csv").write_text(text, "utf-8")
    second = (book_root() / "data" / "second_coding.csv").read_text("utf-8")
    (data / "second_coding.csv").write_text(second, "utf-8")
    (tmp_path / "_config.yml").write_text("title: t\n")
    monkeypatch.setenv("CLUSTERBOOK_ROOT", str(tmp_path))
    after = agreement(coded_twice(), CODES, samples=200)
    assert after.loc["valence", "alpha"] < before.loc["valence", "alpha"]
    assert after.loc["valence", "low"] != before.loc["valence", "low"]
    assert after.drop("valence").equals(before.drop("valence"))


def test_disagreements_are_counted_value_by_value() -> None:
    table = run("methods", "m50").names["by_value"]
    assert table.index.tolist() == table.columns.tolist() == sorted(table.index)
    assert int(table.to_numpy().sum()) == len(coded_twice())


def test_every_value_of_a_code_has_a_meaning_and_every_code_a_rule() -> None:
    listed = read_list("codes")
    for code, values in CODES.items():
        own = listed[listed["code"] == code].set_index("value")
        assert own.index[0] == "any"
        assert sorted(own.index[1:]) == sorted(values)
        assert own.loc["any", "rule"]
    assert set(listed["code"]) == set(CODES)
    assert set(CODES["dimension"]) == set(vocabulary.DIMENSIONS)


def test_the_ledger_marks_the_claims_that_the_second_coder_codes_otherwise() -> None:
    case = open_case("zollverein")
    found = coded_otherwise(case)
    assert found["zollverein-s-03"] == {"dimension": "economic"}
    assert "zollverein-g-01" not in found  # both coded it alike
    page = ledger(case).html
    assert "second coder: dimension economic for social" in page
    assert page.count("second coder:") == len(found)
    assert coded_otherwise(open_case("hefeng"))["hefeng-c-05"]["actor"] == "none"
