import json
import re

import pandas as pd
import pytest

from clusterbook import charts, prose
from clusterbook.analysis import coverage
from clusterbook.analysis.balance import by_group, empirical, totals
from clusterbook.analysis.coverage import RuleError, matching
from clusterbook.charts.culture_2030 import profile_title
from clusterbook.evidence import open_case
from clusterbook.evidence.lists import read_list


def findings(*cells):
    columns = ["dimension", "category", "valence", "source"]
    table = pd.DataFrame([c.split() for c in cells], columns=columns)
    table["anchor"] = [f"claim-{i}" for i in range(len(table))]
    return table.assign(label=table["source"], grade="B", cite=table["source"])


# Conditions


def test_every_kind_of_condition_selects_its_rows():
    table = pd.DataFrame({"a": ["x", "y", "z"], "n": ["3", "", "5"]})

    def found(where):
        return [row["a"] for row in matching(table, where)]

    assert found("a=x|y") == ["x", "y"]
    assert found("a!=x") == ["y", "z"]
    assert found("n>=4") == ["z"]
    assert not found("a=x; n>=4")


@pytest.mark.parametrize("where", ["a", "lost=1", "a=", "=x"])
def test_a_condition_that_cannot_be_read_is_an_error(where):
    with pytest.raises(RuleError):
        matching(pd.DataFrame({"a": ["x"]}), where)


# Balance


def test_balance_counts_of_m50():
    table = totals(empirical(open_case("m50").findings))
    columns = ["sustains", "strains", "ambivalent"]
    assert table.loc["article", columns].tolist() == [83, 17, 10]
    assert table.loc["others", columns].tolist() == [7, 19, 9]


def test_the_filter_begins_with_the_others_and_offers_each_group_and_grade():
    spec = charts.balance_filter(open_case("m50")).specification(726)
    params = {p["name"]: p for p in spec["params"]}
    assert params["cb_group"]["value"] == "others"
    assert params["cb_group"]["bind"]["options"] == ["all", "article", "others"]
    assert params["cb_grade"]["value"] == "all"
    assert len(spec["data"]["values"]) == 145
    alone = charts.balance_filter(open_case("798")).specification(726)["params"][0]
    assert alone == {"name": "cb_group", "value": "all"}  # nothing to choose from


# Coverage


def test_a_strain_is_answered_only_by_another_source():
    table = findings(
        "social noise strains p", "social noise sustains p", "social rent strains p",
        "social rent sustains q", "economic rent strains p",
    )  # fmt: skip
    themes = coverage.unanswered_strains(table)
    assert set(zip(themes["dimension"], themes["category"], strict=True)) == {
        ("social", "noise"), ("economic", "rent"),
    }  # fmt: skip


def test_support_of_one_text_needs_a_strain_seen_by_others():
    table = findings(
        "social a sustains p", "social a sustains p", "social a strains q", "social b sustains p",
        "social c sustains p", "social c sustains q", "social c strains r",
    )  # fmt: skip
    (row,) = coverage.support_of_one_text(table).to_dict("records")
    assert (row["category"], row["sustains"], row["label"], row["others"]) == ("a", 2, "p", 1)


def observations(*cells):
    columns = ["indicator", "dimension", "status"]
    table = pd.DataFrame([c.split() for c in cells], columns=columns)
    return table.assign(anchor=[f"obs-{i}" for i in range(len(table))])


def test_a_row_about_the_city_is_never_more_than_context():
    indicators = pd.DataFrame({"number": ["6"], "name": ["n"], "theme": ["t"]})
    links = pd.DataFrame(
        {"number": ["6"], "relation": ["direct"], "table": ["observations"],
         "where": ["indicator=share"]}
    )  # fmt: skip

    def relation(own, city):
        tables = {"observations": observations(*own)}
        (one,) = coverage.profile(indicators, links, tables, observations(*city))
        return one.relation

    assert relation(["share economic observed"], []) == "direct"
    assert relation([], ["share economic observed"]) == "context"
    assert relation(["share context observed"], []) == "context"
    assert relation(["share economic announced"], ["share economic claim"]) == "none"


def test_core_indicators_count_observed_rows_of_the_place_itself():
    codebook = pd.DataFrame(
        {"indicator": ["rent", "jobs", "gdp", "odd"], "label": ["Rent", "Jobs", "GDP", "Odd"],
         "dimension": ["economic", "economic", "context", "social"],
         "core": ["yes", "yes", "yes", "no"]}
    )  # fmt: skip
    own = observations("rent economic announced", "rent context observed")
    core = coverage.core_indicators(codebook, own, observations("jobs economic observed"))
    assert core["indicator"].tolist() == ["rent", "jobs"]
    assert core["covered"].tolist() == [False, True]
    assert core["rows"].tolist() == [0, 0]


def test_every_indicator_of_the_codebook_has_one_decided_relation():
    codebook = open_case("m50").codebook
    wanted = {
        i: n for i, n in zip(codebook["indicator"], codebook["unesco_2030"], strict=True) if n
    }
    links = read_list("culture_2030_links")
    links = links[links["table"] == "observations"]
    decided = [
        (indicator, link.number)
        for link in links.itertuples()
        for indicator in link.where.removeprefix("indicator=").split("|")
    ]
    assert len(decided) == len({indicator for indicator, _ in decided})
    assert dict(decided) == wanted


def test_profile_title_states_the_finding_only_where_it_holds():
    assert profile_title("X", ["direct", "none", "proxy"]).startswith("Only 1 of UNESCO's 3")
    assert "count 2 of UNESCO's 3" in profile_title("X", ["direct", "direct", "none"])
    assert profile_title("X", ["proxy", "none"]).startswith("None of UNESCO's 2")
    assert profile_title("X", []) == "X on UNESCO's indicators for culture"


# The chapter


def test_the_chapter_holds_for_every_cluster_without_a_hole():
    for slug in ("m50", "qiyun-86", "gillman-barracks"):
        case = open_case(slug)
        shown = [
            prose.synthesis.opening(case), prose.synthesis.trajectory(case),
            prose.synthesis.would_change(case), prose.synthesis.strains(case),
            prose.synthesis.missing_core(case),
            prose.culture_2030.profile_sentence(case), *prose.synthesis.cannot_say(case),
        ]  # fmt: skip
        text = " ".join(map(repr, shown))
        assert "nan" not in text.lower().split()
        assert " 1 gains" not in text
        assert " 1 losses" not in text


KINDS = ("empirical", "general", "normative", "question")


def test_only_empirical_claims_count():
    rows = findings(*["social noise strains p"] * 5).assign(kind=[*KINDS, "empirical"])
    assert empirical(rows).index.tolist() == [0, 4]
    case = open_case("m50")
    held = set(empirical(case.findings)["anchor"])
    assert held < set(case.findings["anchor"])
    for figure in (charts.balance(case), charts.balance_filter(case), charts.coding_tree(case)):
        assert set(figure.rows["anchor"]) == held
    # m50-g-24, a recommendation of the article, is no claim of what sustains M50
    recommended = case.findings.set_index("id").loc["m50-g-24"]
    assert recommended["kind"] == "normative"
    assert recommended["anchor"] not in held


@pytest.mark.parametrize("slug", ["m50", "tianzifang", "798"])
def test_no_share_is_set_against_that_of_sources_coded_by_another_rule(slug):
    case = open_case(slug)
    groups = set(by_group(empirical(case.findings))["group"])
    figures = [charts.balance(case), charts.balance_filter(case)]
    said = [text for f in figures for text in (f.title, f.subtitle, f.description, f.note)]
    said += [json.dumps(f.specification(726)["layer"]) for f in figures]
    said.append(prose.synthesis.claims_sentence(case))
    if groups == {"article", "others"}:
        for text in said:
            plain = re.sub(r"<[^>]+>", "", text)
            assert not re.search(r"\d ?%|\d of (the )?\d", plain), text
