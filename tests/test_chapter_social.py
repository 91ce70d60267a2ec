"""The social chapter: participation, the competition's arithmetic, groups; every cluster."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from clusterbook import charts, prose
from clusterbook.analysis import participation
from clusterbook.analysis.balance import empirical
from clusterbook.analysis.competition import competition, share_words, stage_word
from clusterbook.charts.competition import competition_title
from clusterbook.charts.groups import groups_title
from clusterbook.charts.participation import participation_title
from clusterbook.charts.theme import NARROW, WIDE
from clusterbook.evidence import Case, open_case
from clusterbook.evidence.root import cluster_slugs

NAN = re.compile(r"\bnan\b")


@pytest.fixture(scope="module")
def m50() -> Case:
    return open_case("m50")


def empty(case: Case) -> Case:
    tables = ("observations", "events", "initiatives", "findings")
    return replace(case, **{name: getattr(case, name).iloc[:0] for name in tables})


def value(low, high=None, qualifier="exact"):
    return pd.Series({"low": low, "high": high or low, "qualifier": qualifier})


def test_opening_of_m50(m50):
    said = repr(prose.social.opening(m50))
    assert "In 4 of 24 programmes a decision is told in which people could have a say" in said
    assert "2 ask them first, and none goes beyond level 3, involve" in said
    assert "15 coded claims and in 2 programmes made for them" in said


def test_participation_title_true_reversed_missing(m50):
    found = participation.deciding(participation.programmes(m50.initiatives))
    told = "programmes at M50 in which something is decided"
    assert participation_title("M50", found) == f"2 of 4 {told} ask people first"
    assert participation_title("M50", found.assign(level=3)) == f"4 of 4 {told} ask people first"
    none = participation_title("M50", found.assign(level=0))
    assert none == f"None of 4 {told} asks people first"
    few = participation_title("M50", found.iloc[:2])
    assert few == "2 programmes at M50 by what people do and by their say"


def test_a_click_on_a_count_leads_to_every_row_behind_it(m50):
    html = prose.social.opening(m50)._repr_html_()
    anchors = m50.initiatives[m50.initiatives["programme"] == "art-week"]["anchor"]
    assert len(anchors) == 3
    assert all(anchor in html for anchor in anchors)


def test_making_is_not_deciding(m50):
    said = repr(prose.social.making(m50))
    assert "People make something in 6 programmes; of 4 of them no say is told" in said
    assert "Nongtang Project" in said
    level_0 = m50.initiatives.assign(decision_level="0")
    assert "None asks anybody" in repr(prose.social.making(replace(m50, initiatives=level_0)))


def test_competition_of_2017(m50):
    said = repr(prose.social.competition(m50))
    assert "Of over 5,000 entries in 2017, 200 were shown (under 4%" in said
    assert "47 were sold (23.5%" in said
    assert "45,600 yuan, a mean of 970 yuan a work" in said
    assert "120 in 2018" in said
    assert "over 200 in 2021" in said
    assert competition_title(competition(m50.observations)) == (
        "Of over 5,000 entries 200 were shown (under 4%), 47 sold"
    )


def test_competition_needs_a_later_stage(m50):
    rows = m50.observations
    assert competition(rows[rows["indicator"] != "works_shown"]) is None
    two = rows[rows["segment"] != "children_competition_auctioned"]
    assert competition_title(competition(two)) == "Of over 5,000 entries 200 were shown (under 4%)"
    assert competition(open_case("qiyun-86").observations) is None


def test_shares_keep_hedges_and_ranges():
    assert share_words(value(47), value(200)) == "23.5%"
    assert share_words(value(200), value(5000, qualifier="over")) == "under 4%"
    assert share_words(value(60, qualifier="over"), value(120)) == "over 50%"
    assert share_words(value(60, qualifier="over"), value(120, qualifier="over")) == "about 50%"
    assert share_words(value(30, 60), value(120)) == "25–50%"


def test_stage_words():
    assert stage_word("prize_auctioned", "prize") == "sold"
    assert stage_word("prize_sent_abroad", "prize") == "sent abroad"


def test_schemes(m50):
    said = repr(prose.social.schemes(m50))
    assert "45 courses in 4 themes, a mean of 11.25 a theme" in said
    assert "Nongtang Project modules (2022): 6 parts" in said


def test_groups_title_true_reversed_missing(m50):
    record = participation.heard(m50.initiatives, empirical(m50.findings), m50.observations)
    assert groups_title("M50", record) == (
        "Residents appear in 15 claims, 2 programmes and no figure at M50; "
        "former workers are only counted"
    )
    one = record.assign(claims=1, programmes=1, figures=0)
    assert groups_title("M50", one).endswith("former workers nowhere")
    assert "in 1 claim, 1 programme and no figure" in groups_title("M50", one)
    none = record.assign(claims=0, programmes=0, figures=0)
    assert groups_title("M50", none).startswith("At M50 the record is silent on residents")


def test_missing_voices_are_named(m50):
    said = repr(prose.social.cannot_say(m50))
    assert "no survey of them is on record" in said
    assert "tourists" in said
    assert "no survey" not in repr(prose.social.cannot_say(open_case("tianzifang")))


FIGURES = (
    charts.participation,
    charts.groups,
    charts.competition,
    lambda case: charts.programme_lines(case, "social"),
)
SENTENCES = (
    prose.social.opening,
    prose.social.making,
    prose.social.competition,
    prose.social.schemes,
    lambda case: prose.figures(case, "social"),
    lambda case: prose.strains(case, "social"),
)


def test_nothing_at_all_gives_gaps_that_name_rows(m50):
    bare = empty(m50)
    for make in (*FIGURES, *SENTENCES):
        gap = make(bare)
        assert isinstance(gap, prose.Gap)
        assert gap.rows


@pytest.mark.parametrize("slug", cluster_slugs())
def test_every_cluster_draws_or_says_what_is_missing(slug):
    case = open_case(slug)
    for make in FIGURES:
        figure = make(case)
        if figure:
            assert not NAN.search(figure.title + figure.description)
            for width in (WIDE, NARROW):
                json.dumps(figure.specification(width), allow_nan=False)
    for make in SENTENCES:
        assert not NAN.search(repr(make(case)))


def test_currency_of_another_country_is_its_own():
    said = repr(prose.figures(open_case("huashan-1914"), "economic"))
    assert "120 million New Taiwan dollars" in said


def test_hostile_text_is_escaped(m50):
    rows = m50.findings.assign(statement="<img src=x onerror=alert(1)>")
    shown = prose.strains(replace(m50, findings=rows), "social")._repr_html_()
    assert "<img" not in shown
