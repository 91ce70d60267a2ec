"""The article's claims: no verdict without a comparison or a complete search record."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from running import run

from clusterbook import prose
from clusterbook.analysis.claims import COLUMNS, claims_of
from clusterbook.evidence import EvidenceError, open_case
from clusterbook.evidence.claims import (
    ClaimError,
    Voice,
    claims_problems,
    interval,
    says_same,
    verdict_fault,
    voice_kind,
    years,
)
from clusterbook.evidence.rules import Context
from clusterbook.evidence.rules_claims import (
    COMPARED,
    LEFT_OUT,
    NOT_CHECKED,
    NOT_FOUND,
    Page,
    nearest_pages,
)
from clusterbook.evidence.rules_claims import claims as claim_rule
from clusterbook.evidence.schemas import COLUMNS as TABLE_COLUMNS
from clusterbook.evidence.select import select
from clusterbook.evidence.sheets import read_sheet
from clusterbook.evidence.sources import Source

PAGES = (
    "One page (https://example.org/one): is on another park; "
    "Another (title translated) (https://example.org/two?id=2): is older; "
    "A copy (address not printed): names no year"
)


def row(low=100.0, high=None, qualifier="exact", unit="count", start=2010.0, end=2011.0,
        source="other", via="", indicator="visitors"):  # fmt: skip
    return pd.Series(
        {"low": low, "high": low if high is None else high, "qualifier": qualifier, "unit": unit,
         "start": start, "end": end, "source": source, "via": via, "indicator": indicator}
    )  # fmt: skip


def event(start=2010.0, end=2011.0, source="other"):
    return pd.Series({"title": "It was so", "start": start, "end": end, "source": source})


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
    assert says_same(hectares, row(41, unit="mu"), "value")
    assert says_same(hectares, row(23000, unit="m2"), "value") is False
    with pytest.raises(ClaimError):
        says_same(hectares, row(3, unit="CNY/m2/day"), "value")


@pytest.mark.parametrize(
    ("own", "other", "same"),
    [
        ((3, 3, "about"), (0.5, 5, "about"), None),  # a range too wide to bear out "about 3"
        ((3, 3, "about"), (3, 3, "up_to"), True),
        ((3, 3, "about"), (3.2, 3.2, "exact"), True),
        ((3, 3, "about"), (4, 5, "exact"), False),
        ((0.3, 0.4, "about"), (0.3, 0.4, "about"), True),
        ((0.3, 0.4, "about"), (0.4, 0.5, "about"), None),
        ((600, 600, "exact"), (600, 600, "over"), True),
        ((700, 700, "exact"), (600, 600, "over"), None),
        ((600, 600, "exact"), (620, 620, "about"), True),
        ((600, 600, "exact"), (500, 700, "about"), None),
        ((20, 20, "over"), (20, 20, "exact"), False),  # exactly 20 is not over 20
        ((20, 20, "over"), (21, 21, "exact"), True),
        ((20, 20, "over"), (30, 30, "over"), True),
        ((20, 20, "under"), (20, 20, "exact"), False),
        ((160, 160, "over"), (160, 160, "nearly"), None),  # one round number from both sides
        ((160, 160, "over"), (150, 150, "about"), None),
        ((3, 3, "exact"), (4, 4, "exact"), False),
    ],
)
def test_what_one_value_says_of_another(own, other, same):
    assert says_same(row(*own), row(*other), "value") is same


def test_dates_agree_when_their_years_meet():
    assert years(row(start=2005.24, end=2005.33)) == (2005, 2005)
    assert years(row(start=1999.0, end=2002.0)) == (1999, 2001)
    assert years(row(start=2015.0, end=math.inf)) == (2015, 2015)
    assert years(row(1930, 1999, indicator="reference_year")) == (1930, 1999)
    assert says_same(event(2004.0, 2005.0), event(2004.7, 2004.8), "date")
    assert says_same(event(2004.0, 2005.0), event(2005.2, 2005.3), "date") is False
    assert says_same(event(1995.0, 1996.0), row(1995, indicator="reference_year"), "date")
    with pytest.raises(ClaimError):
        years(event(math.nan, math.nan))


def test_a_count_made_in_a_year_dates_no_event():
    with pytest.raises(ClaimError, match="does not date an event"):
        says_same(event(), row(398), "date")
    assert says_same(row(5, indicator="edition_number"), row(200, indicator="works_shown"), "date")


def test_rows_that_have_nothing_to_compare_are_told():
    with pytest.raises(ClaimError, match="only observations"):
        says_same(event(), event(), "value")
    assert says_same(event(), event(), "words") is None
    assert says_same(row(2, indicator="scheme_components"), row(100), "words") is None
    assert says_same(row(3), row(4), "words") is False


@pytest.mark.parametrize(
    ("own", "other", "kind"),
    [
        ({"source": "article"}, {"source": "article"}, "own"),
        ({"source": "article", "via": "The Paper 2023"}, {"source": "paper"}, "cited"),
        ({"source": "article", "via": "The Paper 2023"},
         {"source": "else", "via": "The Paper 2023"}, "cited"),
        ({"source": "article"}, {"source": "else", "via": "The Article 2025"}, "cited"),
        ({"source": "article", "via": "Su 2016"}, {"source": "paper"}, "independent"),
        ({"source": "article"}, {"source": "paper"}, "independent"),
    ],
)  # fmt: skip
def test_a_text_and_the_text_that_it_cites_are_one_voice(own, other, kind):
    sources = {
        "paper": source("paper", "The Paper", "2023"),
        "article": source("article", "The Article", "2025"),
    }
    assert voice_kind(row(**own), row(**other), sources) == kind


YES, NO, OPEN = ("independent", True), ("independent", False), ("independent", None)


@pytest.mark.parametrize(
    ("verdict", "check", "heard", "wrong"),
    [
        ("confirmed", "value", [YES], ""),
        ("confirmed", "value", [YES, NO], ""),  # divided: the reason tells
        ("confirmed", "value", [NO], "no row compared says the same"),
        ("confirmed", "value", [OPEN], "no row compared says the same"),
        ("confirmed", "value", [], "no row compared is another voice"),
        ("confirmed", "value", [("own", True)], "no row compared is another voice"),
        ("confirmed", "value", [("cited", True)], "no row compared is another voice"),
        ("confirmed", "arithmetic", [("own", True)], ""),
        ("confirmed", "arithmetic", [("own", False)], "no row compared says the same"),
        ("confirmed", "date", [NO], "no row compared says the same"),
        ("confirmed", "words", [OPEN], ""),
        ("confirmed", "words", [NO], "no row compared says the same"),
        ("confirmed", "words", [NO, OPEN], "no row compared says the same"),
        ("contradicted", "value", [NO, YES], ""),
        ("contradicted", "value", [YES], "no row compared says otherwise"),
        ("contradicted", "value", [OPEN], "no row compared says otherwise"),
        ("contradicted", "words", [OPEN], ""),
        ("contradicted", "words", [YES], "no row compared says otherwise"),
        ("contradicted", "value", [("own", False)], "another voice"),
        ("dated differently", "date", [NO], ""),
        ("dated differently", "date", [YES], "no row compared says otherwise"),
        (NOT_FOUND, "none", [], ""),
        (NOT_FOUND, "none", [("cited", None)], ""),
        (NOT_FOUND, "none", [OPEN], "a verdict must follow"),
        (NOT_CHECKED, "none", [OPEN], "a verdict must follow"),
    ],
)
def test_a_verdict_is_held_against_the_voices(verdict, check, heard, wrong):
    found = verdict_fault(verdict, check, [Voice(row(), kind, same) for kind, same in heard])
    assert wrong in found if wrong else found == ""


def line(**cells):
    """Return a claim without fault, with some cells changed."""
    blank = dict.fromkeys(TABLE_COLUMNS["claims"], "")
    filled = {"id": "c-1", "section": "1", "chapter": "economic", "claim": "It is so.",
              "check": "none", "verdict": NOT_CHECKED, "reason": "Nobody has looked."}  # fmt: skip
    return blank | filled | cells


COMPARISON = {"row": "rent@2019", "against": "rent@2018", "check": "value", "verdict": "confirmed"}
SEARCH = {"where": "stored pages", "words": "rent 2019", "date": "2026-11-28", "nearest": PAGES,
          "verdict": NOT_FOUND}  # fmt: skip
OUT = {"verdict": LEFT_OUT, "reason": "It is common knowledge."}


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({}, ""),
        (COMPARISON, ""),
        (COMPARISON | {"verdict": "contradicted", "check": "words"}, ""),
        (COMPARISON | {"verdict": "dated differently", "check": "date"}, ""),
        (COMPARISON | {"where": "a", "words": "b", "date": "2026-11-28"}, ""),
        (SEARCH, ""),
        (SEARCH | {"against": "rent@2006#cited"}, ""),
        (OUT, ""),
        ({"chapter": "econmic"}, "chapter"),
        (COMPARISON | {"row": "rent 2019"}, "row"),
        (COMPARISON | {"against": "rent@2018; Rent!"}, "against"),
        ({"reason": "Alone"}, "reason"),
        ({"reason": "No full stop here"}, "reason"),
        (COMPARISON | {"row": ""}, "row"),
        (COMPARISON | {"against": ""}, "against"),
        (COMPARISON | {"check": "none"}, "check"),
        (COMPARISON | {"verdict": "contradicted", "check": "date"}, "verdict"),
        (COMPARISON | {"verdict": "dated differently"}, "check"),
        (COMPARISON | {"verdict": NOT_CHECKED, "check": "none"}, "against"),
        (COMPARISON | {"verdict": NOT_CHECKED, "against": ""}, "check"),
        (COMPARISON | OUT | {"check": "none"}, "against"),
        (SEARCH | {"check": "words"}, "check"),
        (SEARCH | {"where": ""}, "where"),
        (SEARCH | {"words": " "}, "words"),
        (SEARCH | {"date": ""}, "date"),
        (SEARCH | {"date": "November 2026"}, "date"),
        (SEARCH | {"nearest": ""}, "nearest"),
        (SEARCH | {"nearest": PAGES.rsplit("; ", 1)[0]}, "nearest"),
        (SEARCH | {"nearest": PAGES + "; Fourth page"}, "nearest"),
        (SEARCH | {"nearest": "; ".join([PAGES.split("; ")[0]] * 3)}, "nearest"),
        (SEARCH | {"words": "-"}, "words"),
        (SEARCH | {"nearest": PAGES.replace("https://", "ftp://", 1)}, "nearest"),
        (SEARCH | {"nearest": PAGES.replace(": is older", "")}, "nearest"),
        (SEARCH | {"verdict": NOT_CHECKED}, "verdict"),
        (SEARCH | OUT, "verdict"),
        (COMPARISON | {"words": "rent 2019", "date": "2026-11-28"}, "where"),
    ],
)
def test_a_faulty_line_is_told_with_its_place(tmp_path, cells, field):
    table = tmp_path / "claims.csv"
    pd.DataFrame([line(**cells)]).to_csv(table, index=False)
    sheet, problems = read_sheet(table, "claims")
    assert not problems
    found = list(claim_rule(sheet, Context(None, None)))
    assert [fault[:2] for fault in found] == ([(2, field)] if field else [])
    assert all(wrong and right for *_, wrong, right in found)


def test_nearest_pages_are_read_with_their_reasons():
    assert nearest_pages(PAGES) == [
        Page("One page", "https://example.org/one", "is on another park"),
        Page("Another (title translated)", "https://example.org/two?id=2", "is older"),
        Page("A copy", "", "names no year"),
    ]
    assert nearest_pages("") == []
    with pytest.raises(ValueError, match="Nothing"):
        nearest_pages("Nothing")


@pytest.fixture
def m50():
    """A case of one's own, so that its claims may be changed."""
    return replace(open_case("m50"))


def changed(case, ident, **cells):
    """Return what is wrong once cells of one claim are changed."""
    lines = case.claims.copy()
    for name, cell in cells.items():
        lines.loc[lines["id"] == ident, name] = cell
    case.__dict__["claims"] = lines
    return claims_problems(case)


@pytest.mark.parametrize(
    ("ident", "cells", "field", "wrong"),
    [
        ("rent-02", {"against": "rent@2006-10#crollm502006"}, "verdict", "says the same"),
        ("rent-03", {"verdict": "confirmed"}, "verdict", "says the same"),
        ("shanghai-07", {"against": "city:heritage_buildings[listed_historic_buildings]@2003"
         "#chen2018ordinance"}, "check", "does not date an event"),
        ("culture-10", {"verdict": "confirmed", "check": "words"}, "verdict", "says the same"),
        ("environment-03", {"verdict": "contradicted"}, "verdict", "says otherwise"),
        ("environment-05", {"verdict": "confirmed"}, "verdict", "says the same"),
        ("culture-03", {"against": "tenants@2023#thepaper2023creek"}, "verdict", "another voice"),
        ("rent-04", {"against": "rent@2009#shen2010rents"}, "verdict", "a verdict must follow"),
        ("rent-04", {"nearest": "A copy (https://tan-mgmt.co.uk/x): is older"}, "", ""),
        ("rent-04", {"nearest": "A copy (https://production.tan-mgmt.co.uk/x): is older"},
         "nearest", "must not be printed"),
        ("rent-01", {"against": "rent@1900"}, "against", "names no row"),
        ("rent-01", {"row": "fact[name]", "check": "value"}, "check", "only observations"),
    ],
)  # fmt: skip
def test_a_verdict_on_m50_that_its_rows_do_not_bear_is_refused(m50, ident, cells, field, wrong):
    found = changed(m50, ident, **cells)
    if not field:
        assert not found
        return
    (problem,) = found
    assert (problem.file, problem.field) == ("claims.csv", field)
    assert wrong in problem.wrong
    assert m50.claims.loc[problem.row, "id"] == ident


def test_the_list_of_m50_has_no_fault(m50):
    sheet, problems = read_sheet(m50.folder / "claims.csv", "claims")
    assert not problems
    assert not list(claim_rule(sheet, Context(None, None)))
    assert not claims_problems(m50)


def test_every_claim_of_m50_is_compared_or_was_searched_for(m50):
    for claim in claims_of(m50).itertuples():
        compared = claim.verdict in COMPARED and claim.against
        searched = claim.verdict == NOT_FOUND and claim.words and len(claim.nearest) >= 3
        assert compared or searched, claim.id


def test_every_quantity_of_the_article_is_a_claim(m50):
    named = {select(m50, selector)["anchor"] for selector in m50.claims["row"] if selector}
    for part in (m50, m50.city):
        rows = part.observations[part.observations["source"] == "m50article"]
        assert set(rows["anchor"]) <= named


def test_claims_left_out_are_not_on_the_list(m50):
    out = m50.claims[m50.claims["verdict"] == LEFT_OUT]
    assert len(out)
    assert len(out) + len(claims_of(m50)) == len(m50.claims)
    assert out["reason"].str.endswith(".").all()
    assert not set(out["claim"]) & set(claims_of(m50)["claim"])


def test_chapters_get_claims_with_rows_and_search(m50):
    claims = claims_of(m50, "economic").set_index("id", drop=False)
    assert list(claims.columns) == list(COLUMNS)
    assert set(claims["chapter"]) == {"economic"}
    peak = claims.loc["rent-03"]
    assert peak["row"]["source"] == "m50article"
    assert [(v.row["source"], v.kind, v.same) for v in peak["against"]] == [
        ("shen2010rents", "independent", False),
        ("m50article", "own", False),
    ]
    late = claims.loc["rent-04"]
    assert (late["verdict"], late["against"]) == (NOT_FOUND, [])
    assert late["where"].startswith("stored public web pages")
    assert all(isinstance(page, Page) for page in late["nearest"])
    assert changed(m50, "rent-03", against="rent@1900")
    with pytest.raises(EvidenceError, match="claim rent-03"):
        claims_of(m50)


def test_nothing_is_shown_for_a_cluster_without_claims():
    case = open_case("tianzifang")
    assert claims_of(case).empty
    assert prose.claims.checked(case, "economic") is None
    assert "verdicts" not in run("synthesis", "tianzifang").figures


def test_a_page_tells_reason_and_search_and_no_address_that_must_not_be_printed(m50):
    html = prose.claims.checked(m50, "environmental").html
    assert "not found in this search" in html
    assert "text search, not the open web" in html
    assert "measures amenities of the city in cells of a kilometre" in html
    hidden = [s.url.split("/")[2] for s in m50.all_sources.values() if s.url and not s.link]
    assert not [host for host in hidden if host in html]


def test_a_claims_text_cannot_break_the_page(m50):
    evil = "<script>x</script>"
    named = f'{evil} (https://example.org/"onload=x): {evil}'
    m50.__dict__["claims"] = m50.claims.assign(
        claim=evil, reason=evil, words=evil, where=evil, nearest=named
    )
    html = prose.claims.checked(m50, "economic").html
    assert "<script>" not in html
    assert '"onload' not in html
