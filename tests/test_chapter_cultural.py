"""The cultural chapter: its titles with the finding true, reversed and missing; every cluster."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from clusterbook import charts, prose
from clusterbook.analysis import brand, editions, shows
from clusterbook.analysis.events import once
from clusterbook.charts.brand import brand_title
from clusterbook.charts.designations import designations_title
from clusterbook.charts.editions import editions_title, makers_title
from clusterbook.charts.programme_lines import programme_lines_title
from clusterbook.charts.shows import shows_title
from clusterbook.charts.theme import NARROW, WIDE
from clusterbook.evidence import Case, open_case
from clusterbook.evidence.root import cluster_slugs
from clusterbook.prose.gap import Gap

NAN = re.compile(r"\bnan\b")


@pytest.fixture(scope="module")
def m50() -> Case:
    return open_case("m50")


def empty(case: Case) -> Case:
    tables = ("observations", "events", "initiatives", "findings")
    return replace(case, **{name: getattr(case, name).iloc[:0] for name in tables})


def text(shown: object) -> str:
    return repr(shown)


def test_repeated_count_of_m50_is_the_art_week(m50):
    found = editions.repeated(m50.observations, "cultural")
    assert found.indicator == "event_exhibitors"
    assert found.prefix == "art_week"
    assert [found.part(s) for s in found.segments] == ["galleries", "lifestyle venues", "studios"]
    moves = editions.ends(found.rows).set_index("segment")
    studios, venues = moves.loc["art_week_studios"], moves.loc["art_week_lifestyle_venues"]
    assert (studios["first_low"], studios["first_high"], studios["last_low"]) == (7, 8, 4)
    assert (venues["first_low"], venues["first_high"], venues["last_low"]) == (6, 10, 61)
    assert moves["move"].tolist() == ["rose", "rose", "fell"]


def test_shared_words():
    assert editions.shared_words(["art_week_a", "art_week_b"]) == "art_week"
    assert editions.shared_words(["art_fair", "art_fair_new"]) == "art_fair"
    assert editions.shared_words(["ruhr_museum", "trail_tours"]) == ""


def test_editions_title_true_reversed_missing(m50):
    found = editions.repeated(m50.observations, "cultural")
    assert editions_title("M50", found) == (
        "Studios in the art week at M50 fell to 4 while lifestyle venues rose to 61"
    )
    turned = replace(found, rows=found.rows.assign(when=4050 - found.rows["when"]))
    assert "rose to 7–8" in editions_title("M50", turned)
    flat = replace(found, rows=found.rows.assign(low=5.0, high=5.0))
    assert editions_title("M50", flat) == "Art week at M50 by part and year"


def test_makers_title(m50):
    figure = charts.makers_over_time(m50)
    assert figure.title == "The last dated count of artists at M50 Creative Park is of 2008"
    artists = figure.rows[figure.rows["panel"] == 0]
    assert "The last" not in makers_title("M50", "makers", artists)


def test_shows_break_is_a_definition_and_not_growth(m50):
    rows = shows.yearly_shows(m50.observations)
    first, last = shows.change_of_definition(rows)
    assert (first["value_words"], last["value_words"]) == ("nearly 100", "790")
    assert "two definitions, not one growth" in shows_title("M50", rows)
    alike = rows.assign(definition="exhibitions")
    assert shows.change_of_definition(alike) is None
    assert shows_title("M50", alike) == "Shows and events a year at M50"
    assert "7.9 times" in text(prose.cultural.shows(m50))
    assert "no growth rate is computed" in text(prose.cultural.shows(m50))


def test_visits_by_day_and_from_abroad(m50):
    said = text(prose.cultural.visits(m50))
    assert "about 5,500 people a day" in said
    assert "about 600,000 people" in said
    assert "nearly 400 in October 2006" in said


def test_opening_carries_both_counts_of_the_first_art_week(m50):
    said = text(prose.cultural.opening(m50))
    assert "studios fell from 7 or 8 (2020) to 4 (2023)" in said
    assert "lifestyle venues rose from 6 or 10 to 61" in said
    assert "about 30% of them from abroad" in said


def test_designations_title(m50):
    rows = once(m50.events)
    rows = rows[rows["kind"].isin(["designation", "award"])]
    assert designations_title("M50", rows) == "7 titles and awards of M50, 2002 to 2025"
    dated = rows[~rows["date_words"].str.startswith("about")]  # not only held by then
    assert designations_title("M50", dated).endswith("none on record from 2005 to 2024")
    dense = rows.assign(when=[2004.5 + i for i in range(len(rows))])
    assert designations_title("M50", dense) == "7 titles and awards of M50, 2004 to 2010"
    undated = rows.iloc[:1].assign(when=float("nan"))
    assert designations_title("M50", undated) == "1 title or award of M50, undated"


def test_programme_lines_title(m50):
    rows = m50.initiatives[m50.initiatives["dimension"] == "cultural"]
    title = programme_lines_title("M50", "cultural", rows)
    assert title == "7 of 15 cultural programmes at M50 carry no date"
    dated = rows[rows["when"].notna()]
    assert programme_lines_title("M50", "cultural", dated) == (
        "8 cultural programmes at M50, the first on record in 2007"
    )
    assert programme_lines_title("M50", "cultural", rows[rows["when"].isna()].iloc[:1]) == (
        "1 cultural programme at M50, undated"
    )


def test_brand_keeps_brand_and_owner_apart(m50):
    counts = brand.brand_counts(m50.observations)
    opened = brand.openings(m50.events)
    title = brand_title("M50", counts, opened)
    assert title == "Sites beyond M50: at least 2 under its brand, 13 in the owner's group"
    own = counts[counts["holder"] == "cluster"]
    assert brand_title("M50", own, opened) == "Sites counted under the brand of M50: at least 2"
    assert brand_title("M50", counts.iloc[:0], opened.iloc[:1]).startswith(
        "1 dated expansion of M50"
    )
    sister = brand.figures_of("Sister park on Qilianshan Road opens", m50.observations, "m50")
    assert set(sister["segment"]) == {"m50_qilianshan_road"}
    assert brand.figures_of("Road works", m50.observations, "m50").empty


FIGURES = (
    charts.editions,
    charts.makers_over_time,
    charts.shows,
    charts.designations,
    charts.brand,
    lambda case: charts.programme_lines(case, "cultural"),
)
SENTENCES = (
    prose.cultural.opening,
    prose.cultural.shows,
    prose.cultural.visits,
    prose.cultural.reach,
    lambda case: prose.programmes(case, "cultural"),
    lambda case: prose.strains(case, "cultural"),
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
        assert not NAN.search(text(make(case)))


@pytest.mark.parametrize("slug", cluster_slugs())
def test_gaps_of_one_thing_have_one_wording_so_that_they_are_told_once(slug):
    case = open_case(slug)
    pairs = [
        (prose.quantity(case, "visitors", "visitors a year"), prose.cultural.visits(case)),
        (prose.quantity(case, "tenants", "tenants"), charts.tenants_over_time(case)),
    ]
    for one, other in pairs:
        if isinstance(one, Gap) and isinstance(other, Gap):
            assert one.what == other.what


def test_makers_are_named_by_what_is_counted():
    nothing = charts.makers_over_time(open_case("qiyun-86"))
    assert isinstance(nothing, Gap)
    assert nothing.what == "artists, galleries and studios"
    assert charts.makers_over_time(open_case("zollverein")).subtitle.startswith("Countries at")


def test_no_m50_sentence_elsewhere():
    case = open_case("qiyun-86")
    assert "art week" not in text(prose.cultural.opening(case))
    assert prose.note(case, "cultural", "argument") is None


def test_hostile_text_is_escaped(m50):
    rows = m50.initiatives.assign(name="<script>alert(1)</script>")
    shown = prose.programmes(replace(m50, initiatives=rows), "cultural")._repr_html_()
    assert "<script>" not in shown


def test_columns_of_ends_hold_for_one_segment():
    rows = pd.DataFrame(
        {"segment": ["a", "a"], "when": [2001.5, 2003.5], "low": [2.0, 1.0], "high": [2.0, 1.0],
         "row": [2, 3]}
    )  # fmt: skip
    assert editions.ends(rows)[["first", "last", "move"]].iloc[0].tolist() == [2001, 2003, "fell"]
