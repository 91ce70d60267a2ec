import json
import math
import re

import pandas as pd
import pytest

from clusterbook import charts, prose
from clusterbook.analysis import coverage
from clusterbook.analysis.balance import by_group, empirical, totals
from clusterbook.analysis.recommendations import answers
from clusterbook.analysis.row_rules import Cells, RuleError, matching
from clusterbook.charts.checklist import checklist_title
from clusterbook.charts.culture_2030 import profile_title
from clusterbook.charts.tensions import pairs, tensions_title
from clusterbook.evidence import open_case
from clusterbook.evidence.lists import read_list
from clusterbook.prose.checklist import answered


def findings(*cells):
    columns = ["dimension", "category", "valence", "source"]
    table = pd.DataFrame([c.split() for c in cells], columns=columns)
    table["anchor"] = [f"claim-{i}" for i in range(len(table))]
    return table.assign(label=table["source"], grade="B", cite=table["source"])


# Conditions


def test_every_kind_of_condition_selects_its_rows():
    cells = Cells(
        pd.DataFrame(
            {"a": ["x", "y", "z"], "name": ["Oral History", "walk", "mining"], "n": ["3", "", "5"]}
        )
    )

    def found(where, **given):
        return [row["a"] for row in matching(cells, where, given)]

    assert found("a=x|y") == ["x", "y"]
    assert found("a!=x") == ["y", "z"]
    assert found("name~oral h|MINING") == ["x", "z"]
    assert found("n>=4") == ["z"]
    assert found("n<limit", limit=4) == ["x"]
    assert not found("n<limit", limit=math.nan)
    assert not found("a=x; n>=4")
    assert not found("name~.")  # words, not patterns


@pytest.mark.parametrize("where", ["a", "lost=1", "a=", "=x"])
def test_a_condition_that_cannot_be_read_is_an_error(where):
    with pytest.raises(RuleError):
        matching(Cells(pd.DataFrame({"a": ["x"]})), where, {})


# Recommendations


def answer(rules, table):
    listed = pd.DataFrame(
        [("r", *rule.split(",")) for rule in rules],
        columns=["recommendation", "sign", "set", "table", "where", "at_least"],
    )
    tables = {"findings": table, "other": table.assign(anchor="o-" + table["anchor"])}
    (given,) = answers(pd.DataFrame({"id": ["r"]}), listed, tables, {})
    return given


ROWS = findings("social t sustains p", "social t strains q", "social u sustains m50article")
PROOF, HINT = "proof,,findings,category=t; valence=sustains,1", "hint,,findings,category=u,1"
AGAINST = "against,,findings,valence=strains,1"


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([PROOF], "met"),
        ([PROOF, AGAINST], "partly"),
        ([HINT], "partly"),
        ([AGAINST], "no evidence"),
        (["proof,,findings,category=t; valence=sustains,2"], "no evidence"),
        (["proof,a,findings,category=t,1", "proof,a,findings,category=lost,1"], "partly"),
        (["proof,a,findings,category=t,1", "proof,a,other,category=u,1"], "met"),
    ],
)
def test_answer_follows_from_proof_hints_and_rows_against(rules, expected):
    assert answer(rules, ROWS).answer == expected


def test_an_answer_from_the_article_alone_is_marked():
    assert answer([HINT], ROWS).article_alone
    assert not answer([PROOF, HINT], ROWS).article_alone
    assert not answer([AGAINST], ROWS).article_alone


@pytest.mark.parametrize(
    "rule", ["guess,,findings,valence=strains,1", "hint,,nowhere,valence=strains,1"]
)
def test_a_rule_without_a_known_sign_or_table_is_an_error(rule):
    with pytest.raises(RuleError):
        answer([rule], ROWS)


def test_claims_are_never_proof():
    rules = read_list("recommendation_rules")
    assert not ((rules["sign"] == "proof") & (rules["table"] == "findings")).any()


def test_clusters_answer_all_22_recommendations():
    for slug in ("m50", "qiyun-86", "gillman-barracks"):
        given = answered(open_case(slug))
        assert len(given) == 22
        for one in given:
            assert (one.answer == "no evidence") == (not len(one.rows))


def test_m50_shows_graded_activities_and_nothing_on_shared_decisions():
    given = {one.id: one.answer for one in answered(open_case("m50"))}
    assert given["rec-14"] == "met"
    assert given["rec-13"] == "no evidence"
    assert given["rec-10"] == "no evidence"


def test_checklist_title_states_the_finding_only_where_it_holds():
    def told(met, partly, none):
        return checklist_title("X", ["met"] * met + ["partly"] * partly + ["no evidence"] * none)

    assert told(3, 1, 1) == "The rows on X show 3 of 5 recommendations as met"
    assert told(1, 1, 3) == "For 3 of 5 recommendations the rows on X hold no evidence"
    assert told(0, 3, 1) == "The rows on X show none of 4 recommendations as met"
    assert told(2, 1, 1) == "4 recommendations, answered from the rows on X"


# Balance


def test_balance_counts_of_m50():
    table = totals(empirical(open_case("m50").findings))
    columns = ["sustains", "strains", "ambivalent"]
    assert table.loc["article", columns].tolist() == [83, 17, 10]
    assert table.loc["others", columns].tolist() == [6, 21, 7]


def test_the_filter_begins_with_the_others_and_offers_each_group_and_grade():
    spec = charts.balance_filter(open_case("m50")).specification(726)
    params = {p["name"]: p for p in spec["params"]}
    assert params["cb_group"]["value"] == "others"
    assert params["cb_group"]["bind"]["options"] == ["all", "article", "others"]
    assert params["cb_grade"]["value"] == "all"
    assert len(spec["data"]["values"]) == 144
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


# Tensions


def tension_table(*cells):
    return pd.DataFrame([c.split() for c in cells], columns=["dimension_a", "dimension_b"])


def test_tensions_are_counted_by_unordered_pair():
    table = tension_table("economic cultural", "cultural economic", "social social")
    assert pairs(table) == {("economic", "cultural"): 2, ("social", "social"): 1}


def test_tensions_title_names_a_side_only_if_most_touch_it_alone():
    cultural = tension_table("economic cultural", "cultural social", "social social")
    assert tensions_title(cultural) == "3 tensions between the dimensions"
    more = tension_table("economic cultural", "cultural social", "cultural cultural")
    assert tensions_title(more) == "3 of 3 tensions pull at the cultural side"


# The chapter


def test_the_chapter_holds_for_every_cluster_without_a_hole():
    for slug in ("m50", "qiyun-86", "gillman-barracks"):
        case = open_case(slug)
        shown = [
            prose.synthesis.opening(case), prose.synthesis.trajectory(case),
            prose.synthesis.would_change(case), prose.synthesis.strains(case),
            prose.synthesis.missing_core(case), prose.synthesis.checklist_sentence(case),
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
