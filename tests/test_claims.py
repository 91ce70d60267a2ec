import math

import pandas as pd
import pytest

from clusterbook import charts, prose
from clusterbook.analysis.claims import (
    Checked,
    ClaimError,
    Voice,
    agrees,
    audit,
    counts,
    interval,
    verdict,
    years,
)
from clusterbook.charts.claims import verdicts_title
from clusterbook.evidence import open_case
from clusterbook.evidence.rules import Context, read_sheet
from clusterbook.evidence.rules_claims import claims as claim_rule
from clusterbook.evidence.select import select
from clusterbook.evidence.sources import Source
from clusterbook.prose.claims import audited


def row(low=100.0, high=None, qualifier="exact", unit="count", start=2010.0, end=2011.0,
        source="other", via="", indicator="visitors"):  # fmt: skip
    return pd.Series(
        {"low": low, "high": low if high is None else high, "qualifier": qualifier, "unit": unit,
         "start": start, "end": end, "source": source, "via": via, "indicator": indicator}
    )  # fmt: skip


def source(key, who, year):
    return Source(key, "x", "press", (), "T", who, year, "", "en", "B", "", False)


@pytest.mark.parametrize(
    ("qualifier", "expected"),
    [
        ("exact", (100, 100)),
        ("about", (90, 110)),
        ("over", (100, math.inf)),
        ("at_least", (100, math.inf)),
        ("under", (-math.inf, 100)),
        ("up_to", (-math.inf, 100)),
        ("nearly", (90, 100)),
    ],
)
def test_a_hedge_widens_the_value(qualifier, expected):
    assert interval(row(qualifier=qualifier)) == pytest.approx(expected)


def test_a_range_is_widened_at_both_ends():
    assert interval(row(5, 5.5, "about")) == pytest.approx((4.5, 6.05))


def test_values_are_compared_in_the_unit_of_the_claim():
    hectares = row(27000, qualifier="about", unit="m2")
    assert interval(row(41, unit="mu"), "m2") == pytest.approx((27333.3, 27333.3), rel=1e-5)
    assert agrees(hectares, row(41, unit="mu"), "value")
    assert not agrees(hectares, row(23000, unit="m2"), "value")
    with pytest.raises(ClaimError):
        agrees(hectares, row(3, unit="CNY/m2/day"), "value")


def test_dates_agree_when_their_years_meet():
    assert years(row(start=2005.24, end=2005.33)) == (2005, 2005)
    assert years(row(start=1999.0, end=2002.0)) == (1999, 2001)
    assert years(row(start=2015.0, end=math.inf)) == (2015, 2015)
    assert years(row(1930, 1999, indicator="reference_year")) == (1930, 1999)
    assert agrees(row(start=2004.0, end=2005.0), row(start=2004.7, end=2004.8), "date")
    assert not agrees(row(start=2004.0, end=2005.0), row(start=2005.2, end=2005.3), "date")
    with pytest.raises(ClaimError):
        years(row(start=math.nan, end=math.nan))


def test_a_count_of_exactly_n_does_not_bear_out_over_n():
    assert not agrees(row(20, qualifier="over"), row(20), "value")
    assert not agrees(row(20, qualifier="under"), row(20), "value")
    assert agrees(row(20, qualifier="over"), row(21), "value")
    assert agrees(row(600), row(600, qualifier="over"), "value")


def test_a_quotation_keeps_number_and_hedge():
    assert not agrees(row(160, qualifier="over"), row(160), "quote", quoted=True)
    assert not agrees(row(160), row(161), "quote", quoted=True)
    assert agrees(row(160, qualifier="over"), row(160, qualifier="at_least"), "quote", quoted=True)


@pytest.mark.parametrize(
    ("check", "heard", "expected"),
    [
        ("none", [], "only source"),
        ("value", [("cited", True)], "only source"),
        ("value", [("cited", False), ("independent", True)], "contradicted"),
        ("value", [("independent", True)], "confirmed"),
        ("value", [("independent", True), ("independent", False)], "contradicted"),
        ("date", [("independent", True), ("independent", False)], "dated differently"),
        ("value", [("own", False), ("independent", True)], "contradicted"),
        ("value", [("own", True)], "only source"),
        ("arithmetic", [("own", True)], "confirmed"),
        ("arithmetic", [("own", False)], "contradicted"),
    ],
)
def test_verdict_follows_from_the_voices(check, heard, expected):
    assert verdict(check, [Voice(row(), kind, same) for kind, same in heard]) == expected


def claims(**cells):
    line = {"id": "c-1", "section": "1", "chapter": "economic", "claim": "It is so.", "row": "a",
            "against": "b", "check": "value", "note": ""} | cells  # fmt: skip
    return pd.DataFrame([line])


def test_a_source_that_the_article_cites_is_no_second_voice():
    rows = {
        "a": row(160, qualifier="over", source="article", via="The Paper 2023"),
        "b": row(160, qualifier="over", source="paper"),
        "c": row(150, source="else"),
    }
    sources = {"paper": source("paper", "The Paper", "2023")}
    (alone,) = audit(claims(), rows.__getitem__, sources)
    assert (alone.verdict, [v.kind for v in alone.voices]) == ("only source", ["cited"])
    (both,) = audit(claims(against="b;c"), rows.__getitem__, sources)
    assert both.verdict == "contradicted"
    rows["b"] = row(20, source="paper")
    (misquoted,) = audit(claims(), rows.__getitem__, sources)
    assert misquoted.verdict == "contradicted"
    assert [r["source"] for r in misquoted.heard("cited", same=False)] == ["paper"]


@pytest.mark.parametrize(
    "cells",
    [
        {"check": "guess"},
        {"check": "none"},
        {"row": ""},
        {"against": ""},
        {"row": "missing"},
        {"row": "text"},
    ],
)
def test_a_claim_that_cannot_be_compared_is_named(cells):
    rows = {"a": row(), "b": row(), "text": pd.Series({"title": "An event", "source": "x"})}
    with pytest.raises(ClaimError, match="c-1"):
        audit(claims(**cells), rows.__getitem__, {})


def test_counts_keep_every_verdict_and_the_order_of_the_book():
    judged = [
        Checked(str(i), "1", chapter, "", "none", "", None, (), said)
        for i, (chapter, said) in enumerate(
            [("social", "confirmed"), ("economic", "only source"), ("social", "only source")]
        )
    ]
    table = counts(judged)
    assert list(table.index) == ["economic", "social"]
    assert table.loc["social"].tolist() == [1, 0, 0, 1]


def test_title_states_the_finding_only_where_it_holds():
    def told(*tally):
        names = ("confirmed", "dated differently", "contradicted", "only source")
        return verdicts_title(
            [
                Checked("x", "1", "social", "", "none", "", None, (), name)
                for name, n in zip(names, tally, strict=True)
                for _ in range(n)
            ]
        )

    assert told(1, 0, 0, 3) == "3 of 4 claims of the article stand in no other source"
    assert told(4, 1, 0, 0) == "Other sources confirm 4 of 5 claims of the article"
    assert told(1, 1, 1, 1) == "Other sources dispute 2 of 4 claims of the article"
    assert told(2, 1, 1, 1) == "What other sources say on 5 claims of the article"


def test_every_row_of_the_m50_list_is_found_and_judged():
    case = open_case("m50")
    judged = {claim.id: claim.verdict for claim in audited(case)}
    assert len(judged) == len(case.claims)
    assert judged["culture-03"] == "only source"  # quoted from the text that it cites
    assert judged["culture-04"] == "contradicted"  # more than 20, where the cited text says 20
    assert judged["rent-01"] == "confirmed"
    assert judged["rent-03"] == "contradicted"  # the "current peak" is of 2006
    assert judged["environment-05"] == "dated differently"
    assert judged["social-01"] == "dated differently"


def test_every_quantity_of_the_article_is_a_claim():
    case = open_case("m50")
    named = {select(case, selector)["anchor"] for selector in case.claims["row"] if selector}
    for part in (case, case.city):
        rows = part.observations[part.observations["source"] == "m50article"]
        assert set(rows["anchor"]) <= named


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ("econmic,It is so.,rent@2019,,none", "chapter"),
        ("economic,It is so.,rent 2019,,none", "row"),
        ("economic,It is so.,rent@2019,rent@2018; Rent!,value", "against"),
        ("economic,It is so.,rent@2019,rent@2018,none", "check"),
        ("economic,It is so.,,rent@2018,value", "check"),
        ("economic,It is so.,rent@2019,,value", "check"),
    ],
)
def test_a_faulty_line_is_told_with_its_place(tmp_path, cells, field):
    table = tmp_path / "claims.csv"
    table.write_text(f"id,section,chapter,claim,row,against,check,note\nc-1,1,{cells},\n")
    sheet, problems = read_sheet(table, "claims")
    assert not problems
    (found,) = claim_rule(sheet, Context(None, None))
    assert (found.file, found.row, found.field) == ("claims.csv", 2, field)


def test_the_list_of_m50_has_no_fault():
    sheet, problems = read_sheet(open_case("m50").folder / "claims.csv", "claims")
    assert not problems
    assert not list(claim_rule(sheet, Context(None, None)))


def test_nothing_is_shown_for_a_cluster_without_claims():
    case = open_case("tianzifang")
    assert prose.claims.checked(case, "economic") is None
    assert prose.claims.everywhere(case) is None
    assert charts.verdicts(case) is None


def test_a_claims_text_cannot_break_the_page():
    case = open_case("m50")
    hostile = case.claims.assign(claim="<script>x</script>", note="<img src=x>")
    case.__dict__["claims"] = hostile
    html = prose.claims.checked(case, "economic").html
    assert "<script>" not in html
    assert "<img" not in html
