"""The environmental chapter and the life-lines: methods, titles, gaps, every cluster."""

from __future__ import annotations

import dataclasses
import math
import re
import shutil
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pytest
from conftest import ROOT

from clusterbook import charts, prose
from clusterbook.analysis import areas, attested, coordinate_check, environmental_themes, geography
from clusterbook.analysis.events import once
from clusterbook.analysis.lifelines import lifelines, loss_share
from clusterbook.charts.attested import attested_title
from clusterbook.charts.coordinates import coordinates_title
from clusterbook.charts.environmental_coverage import coverage_title
from clusterbook.charts.figure import Figure
from clusterbook.charts.labels import text_width
from clusterbook.charts.lifelines import lifelines_title
from clusterbook.charts.places import words_km
from clusterbook.charts.site import areas_title, buildings_title, waterfront_title
from clusterbook.charts.theme import NARROW, WIDE
from clusterbook.evidence import Case, EvidenceError, cluster_slugs, open_case, peers
from clusterbook.prose.gap import Gap

CHARTS = (
    "areas", "attested", "buildings", "cluster_map", "coordinate_check",
    "environmental_coverage", "lifelines", "waterfront",
)  # fmt: skip
SENTENCES = (
    "absence", "areas", "beyond", "cannot_say", "opening", "period", "protection", "surroundings",
    "wall",
)  # fmt: skip


@pytest.fixture(scope="module")
def m50() -> Case:
    return open_case("m50")


# Places


def test_great_circle_distance_is_the_published_one() -> None:
    # Nashville to Los Angeles airport: 2886.44 km on a sphere of 6371 km (Rosetta Code, Haversine).
    km = geography.distance_km((36.12, -86.67), (33.94, -118.40))
    assert km == pytest.approx(2886.444 * 6371.0088 / 6371.0, rel=1e-6)
    # A degree of the equator, and half round the Earth.
    assert geography.distance_km((0, 0), (0, 1)) == pytest.approx(111.195, abs=0.001)
    assert geography.distance_km((0, 0), (0, 180)) == pytest.approx(math.pi * 6371.0088)


@pytest.mark.parametrize("place", [(91.0, 0.0), (0.0, 181.0), (-90.5, 0.0)])
def test_a_place_off_the_earth_is_refused(place: tuple[float, float]) -> None:
    with pytest.raises(geography.CoordinateError, match="is not between"):
        geography.distance_km((0, 0), place)


def test_the_local_map_is_true_to_scale_in_a_city() -> None:
    centre, other = (31.247315, 121.448933), (31.2566333, 121.48785)
    east, north = geography.LocalMap(centre).km(other)
    assert math.hypot(east, north) == pytest.approx(geography.distance_km(centre, other), rel=1e-3)
    assert east > 0
    assert north > 0
    # Across the date line the short way is taken.
    east, _ = geography.LocalMap((0, 179.9)).km((0, -179.9))
    assert east == pytest.approx(0.2 * 111.195, rel=1e-4)


def test_scale_bars_are_round() -> None:
    assert [geography.scale_bar(span) for span in (30, 7, 6.3, 0.4)] == pytest.approx(
        [10, 2, 2, 0.1]
    )


def test_digits_read_as_degrees_minutes_and_seconds() -> None:
    # 31 deg 14 min 51 s.
    assert geography.digits_as_dms("31.1451") == pytest.approx(31.2475)
    assert geography.digits_as_dms("-7.0236") == pytest.approx(-7.043333, abs=1e-6)
    assert geography.digits_as_dms("31.2473") is None  # 73 are no seconds
    assert geography.digits_as_dms("31.7312") is None
    assert geography.digits_as_dms("31.14") is None
    with pytest.raises(ValueError, match="no four decimals"):
        geography.dms_words("31.14")


def test_a_mirror_s_coordinates_are_found_misread(m50: Case) -> None:
    own = (float(m50.fact("latitude")), float(m50.fact("longitude")))
    (check,) = coordinate_check.coordinate_checks(m50.observations, own)
    assert check.misread
    assert check.km == pytest.approx(20.85, abs=0.1)
    assert check.reread_km == pytest.approx(0.037, abs=0.002)
    assert "21 km" in coordinates_title("M50", [check])
    apart = dataclasses.replace(check, reread=None, reread_km=None)
    assert coordinates_title("M50", [apart]) == "Two sources place M50 21 km apart"
    near = dataclasses.replace(check, km=0.1)
    assert coordinates_title("M50", [near]) == "A second source confirms where M50 stands"


def test_distances_in_words() -> None:
    assert [words_km(km) for km in (0.037, 3.84, 20.85, 1069.9, 8815)] == [
        "37 m", "3.8 km", "21 km", "1,070 km", "8,820 km",
    ]  # fmt: skip


# Areas, buildings, waterfront


def test_mu_are_square_metres_and_one_figure(m50: Case) -> None:
    site = areas.statements(m50.series("site_area"), "m2")
    assert sorted(round(v) for v in site["mid"]) == [
        23000,
        23500,
        23633,
        24000,
        27000,
        27333,
        27333,
    ]
    assert areas.spread(site) == pytest.approx(41 * 10_000 / 15 / 23_000 - 1)
    said = repr(prose.environmental.areas(m50))
    assert "41 mu is 27,300 m²" in said
    assert "about 27,000 m² and as about 41 mu: one figure, rounded" in said
    assert "19%" in said


def _values(*values: float, **more: Any) -> pd.DataFrame:
    rows = [
        {"low": v, "high": v, "mid": v, "segment": "", "unit": "m2", "value_words": f"{v:,g}",
         "date_words": str(2000 + i), "when": 2000.5 + i, "grade": "B", "row": i + 2,
         "qualifier": "exact", **more}
        for i, v in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_area_title_tells_disagreement_agreement_and_nothing() -> None:
    apart = areas_title("X", {"Site area": _values(20_000, 25_000)})
    assert apart.endswith("20,000 to 25,000 m²: the largest is 25% above the smallest")
    assert "agree" in areas_title("X", {"Site area": _values(20_000, 20_100)})
    assert areas_title("X", {"Site area": _values(20_000)}) == "The area of X, by source"


def test_building_title_tells_what_is_not_counted() -> None:
    none = _values()
    every, kept = "All buildings", "Protected, or kept as remains"
    title = buildings_title("X", {every: _values(20, 50), kept: none})
    assert title.endswith("run from 20 to 50, and none counts the protected ones")
    assert "protected ones are not" in buildings_title("X", {every: _values(20), kept: none})
    assert "rose from 3" in buildings_title("X", {every: none, kept: _values(3, 12)})
    assert "by source" in buildings_title("X", {every: none, kept: _values(12, 3)})


def test_waterfront_title_compares_only_where_both_are_known() -> None:
    own, city = _values(1.0), _values(42.0)
    both = {"At the cluster": own, "In its district and city": city}
    assert waterfront_title("X", both).endswith("1 km of waterfront, in the city 42 km")
    turned = {"At the cluster": city, "In its district and city": own}
    assert waterfront_title("X", turned) == "Waterfront at X, by source"
    assert "No source measures" in waterfront_title("X", {"In its district and city": city})


# Works and losses


def test_four_sources_date_the_loss_of_one_wall(m50: Case) -> None:
    events, lengths = attested.wall_rows(m50.events, m50.observations)
    fell = events[events["kind"] == "demolition"]
    assert sorted(fell["when"] // 1) == [2013, 2018, 2020, 2021]
    assert fell["source"].nunique() == 4
    assert len(once(fell)) == 1
    assert set(lengths["low"]) == {600}


def test_sources_stand_in_order_of_publication(m50: Case) -> None:
    table = attested.attested(m50.events, m50.observations, m50.all_sources)
    assert list(table["group"].unique()) == ["wall", "works"]
    wall = table[table["group"] == "wall"]
    assert list(wall["published"]) == sorted(wall["published"])
    yang = wall[wall["source"] == "shine2020wall"].iloc[0]
    assert (round(yang["start"], 1), round(yang["end"], 1)) == (2005.5, 2020.7)


def test_attested_title_with_the_finding_true_reversed_and_missing(m50: Case) -> None:
    table = attested.attested(m50.events, m50.observations, m50.all_sources)
    wall, _ = attested.wall_rows(m50.events, m50.observations)
    title = charts.attested(m50)
    assert isinstance(title, Figure)
    assert title.title == ("Four sources tell of the loss of a painted wall, from 2013 to 2021")
    one = wall[(wall["kind"] != "demolition") | (wall["source"] == "thats2018wall")]
    assert attested_title("X", table, one, one) == "Works on record at X: one demolition"
    assert attested_title("X", table, wall.iloc[:0], wall.iloc[:0]) == "Works on record at X"


def test_what_was_only_announced_is_not_counted() -> None:
    case = open_case("red-town")
    works = attested.works(case.events)
    assert works.loc[works["kind"] == "demolition", "announced"].all()
    figure = charts.attested(case)
    assert isinstance(figure, Figure)
    assert "only announced" in figure.title
    assert figure.subtitle.endswith(
        "Green diamonds are renovations, hollow ones works that were only announced."
    )
    opening = repr(prose.environmental.opening(case))
    assert "None of 2 dated works is a demolition" in opening


def marks_told(case: Case, kept: list[Any]) -> str:
    figure = charts.attested(dataclasses.replace(case, events=case.events.loc[kept]))
    assert isinstance(figure, Figure)
    return figure.subtitle.rpartition(". ")[2]


def test_the_marks_that_are_drawn_are_told(m50: Case) -> None:
    case = open_case("red-town")
    works = attested.works(case.events)
    only = list(works.index[works["announced"]])
    assert marks_told(case, only) == "Hollow diamonds are works that were only announced."
    events = attested.works(m50.events)
    built, fell = (list(events.index[events["kind"] == k]) for k in ("renovation", "demolition"))
    assert marks_told(m50, built) == "Green diamonds are renovations."
    assert marks_told(m50, fell) == "Red crosses are demolitions."
    assert (
        marks_told(m50, built + fell) == "Red crosses are demolitions, green diamonds renovations."
    )


def test_reports_of_one_wall_count_as_one_loss(m50: Case) -> None:
    said = repr(prose.environmental.opening(m50))
    assert "1 of 3 dated works is a demolition" in said


# Claims without a measurement


def test_the_claimed_radius_stays_a_claim(m50: Case) -> None:
    said = repr(prose.environmental.beyond(m50))
    assert "claims an effect over about 2 km: a circle of 12.6 km²" in said
    counts = environmental_themes.theme_counts(peers(), m50.codebook)
    assert "Other" not in set(counts["theme"])  # the distance counts for no theme


def test_every_environmental_indicator_has_a_theme(m50: Case) -> None:
    table = environmental_themes.asked(m50.codebook)
    assert set(table["theme"]) <= set(environmental_themes.THEMES)
    named = [name for names in environmental_themes.THEMES.values() for name in names]
    assert len(named) == len(set(named)) == len(table)


def test_counts_by_theme_are_those_of_the_tables(m50: Case) -> None:
    counts = environmental_themes.theme_counts(peers(), m50.codebook)
    mine = counts[(counts["slug"] == "m50") & (counts["rows"] > 0)].set_index("theme")["rows"]
    assert dict(mine) == {
        "Size of the site": 11, "Buildings": 4, "Loss": 1, "Street art": 5, "Waterfront": 1,
    }  # fmt: skip
    elsewhere, nowhere = environmental_themes.unmeasured(counts, "m50")
    assert nowhere == ["Energy", "Soil", "Pollution"]
    assert "Climate" in elsewhere


def test_coverage_title_names_what_nobody_measures() -> None:
    def counts(*rows: tuple[str, str, int]) -> pd.DataFrame:
        return pd.DataFrame(rows, columns=["theme", "slug", "rows"])

    found = counts(("Soil", "a", 0), ("Soil", "b", 0), ("Loss", "a", 1), ("Loss", "b", 0))
    assert coverage_title("A", found, "a") == (
        "A has measurements on 1 of 2 environmental themes; none of 2 clusters has one on soil"
    )
    full = counts(("Soil", "a", 2), ("Soil", "b", 1))
    assert coverage_title("A", full, "a") == "A has measurements on 1 of 1 environmental themes"


# Life-lines


def test_six_of_fourteen_clusters_are_upgrading() -> None:
    table = lifelines(peers())
    assert len(table) == 14
    assert table["trajectory"].value_counts().to_dict() == {
        "upgrading": 6, "stable": 3, "recession": 3, "disappearance": 2,
    }  # fmt: skip
    assert loss_share(table, "upgrading") == (6, 5)
    assert lifelines_title(table).startswith("6 of 14 clusters are upgrading, and 5 of those 6")
    quiet = table.assign(losses=[()] * len(table))
    assert "none of these records" in lifelines_title(quiet)
    assert lifelines_title(table.assign(trajectory="")) == "The lives of 14 clusters"


def test_lives_are_read_by_rule() -> None:
    table = lifelines(peers()).set_index("slug")
    assert table.at["gillman-barracks", "opened_words"] == "15 September 2012"
    assert table.at["m50", "vacant"] == 1999.5
    assert math.isnan(table.at["tianzifang", "vacant"])
    assert math.isnan(table.at["m50", "ended"])
    assert table.at["redtory", "ended"] == pytest.approx(2019.889, abs=0.001)
    assert table.at["red-town", "reopened"] == pytest.approx(2024.54, abs=0.01)
    assert table.at["qiyun-86", "opened_from"] == 2013
    assert [e.kind for e in table.at["zollverein", "losses"]] == ["closure", "closure"]
    # A term that runs to 2028 does not attest the year 2028.
    assert table.at["west-bund", "last"] < 2027


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "_config.yml").touch()
    monkeypatch.setenv("CLUSTERBOOK_ROOT", str(tmp_path))
    return tmp_path / "data" / "clusters"


def test_a_broken_neighbour_is_named(elsewhere: Path) -> None:
    path = elsewhere / "798" / "events.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2004,", "soon,", 1), encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"798/events\.csv, row \d+, date"):
        peers()


def test_a_mended_neighbour_is_read_again(elsewhere: Path) -> None:
    before = next(p for p in peers() if p.slug == "hefeng")
    assert before.coordinates is None
    with (elsewhere / "hefeng" / "cluster.csv").open("a", encoding="utf-8") as file:
        file.write("latitude,29.88,cread_hefeng,map\nlongitude,121.56,cread_hefeng,map\n")
    after = next(p for p in peers() if p.slug == "hefeng")
    assert after.coordinates == (29.88, 121.56)
    figure = charts.cluster_map(open_case("hefeng"))
    assert isinstance(figure, Figure)
    assert "No other cluster of Ningbo has sourced coordinates" in figure.title


def test_a_folder_with_three_facts_gives_gaps(elsewhere: Path) -> None:
    (elsewhere / "bare").mkdir()
    head = "field,value,source,locator\n"
    rows = "name,Bare Mill,s,p\ncity,Nowhere,s,p\ncountry,Nowhere,s,p\n"
    (elsewhere / "bare" / "cluster.csv").write_text(head + rows, encoding="utf-8")
    (elsewhere / "bare" / "sources.bib").write_text("@misc{s, title={T}}\n", encoding="utf-8")
    case = open_case("bare")
    drawn = [name for name in CHARTS if getattr(charts, name)(case)]
    assert drawn == ["environmental_coverage", "lifelines"]
    figures = [getattr(charts, name)(case) for name in drawn]
    assert "on 0 of 13" in figures[0].title
    assert "1 without an opening date" in figures[1].note
    assert all(figure.specification(WIDE) for figure in figures)
    gaps = [name for name in SENTENCES if isinstance(getattr(prose.environmental, name)(case), Gap)]
    assert gaps == ["areas", "beyond", "opening", "period", "protection", "surroundings"]


# Every cluster


@pytest.mark.parametrize("slug", cluster_slugs(ROOT))
def test_the_chapter_holds_for_every_cluster(slug: str) -> None:
    case = open_case(slug)
    for name in SENTENCES:
        said = repr(getattr(prose.environmental, name)(case))
        assert not re.search(r"\bnan\b|\binf\b|M50", said if slug != "m50" else "")
    for name in CHARTS:
        figure = getattr(charts, name)(case)
        if isinstance(figure, Gap):
            assert figure.rows
            continue
        for width in (WIDE, NARROW):
            spec = figure.specification(width)
            assert spec["width"] == width
            assert not re.search(r"\bNaN\b|Infinity|\bnan\b", str(spec["layer"]))
            _check_texts(spec, width)


def _check_texts(spec: dict[str, Any], width: int) -> None:
    for layer in spec["layer"]:
        mark = layer["mark"]
        shared = {
            name: mark.get(prop, 0)
            for name, prop in (("size", "fontSize"), ("weight", "fontWeight"), ("align", "align"),
                               ("angle", "angle"))
        }  # fmt: skip
        for datum in layer["data"]["values"]:
            if "text" in datum:
                datum = shared | datum
                assert datum["size"] >= 11, datum
                wide = text_width(datum["text"], datum["size"], datum["weight"] == 700)
                before = {"left": 0, "center": wide / 2, "right": wide}[datum["align"]]
                if not datum["angle"]:
                    assert datum["x"] - before >= -2, datum
                    assert datum["x"] - before + wide <= width + 4, datum
                assert 0 <= datum["y"] <= spec["height"], datum


def test_the_specifications_are_valid_vega_lite(m50: Case) -> None:
    for name in ("attested", "cluster_map", "environmental_coverage"):
        figure = getattr(charts, name)(m50)
        assert figure
        alt.Chart.from_dict(figure.drawn(WIDE).to_dict())


def test_hostile_text_is_escaped(m50: Case) -> None:
    events = m50.events.copy()
    first = events.index[events["kind"] == "designation"][0]
    events.loc[first, "title"] = "<script>alert(1)</script> heritage"
    said = prose.environmental.protection(dataclasses.replace(m50, events=events))
    assert "alert(1)" in said._repr_html_()
    assert "<script>" not in said._repr_html_()
