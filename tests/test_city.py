"""The pages of cities: each stands once, tells what its city lacks, and refuses what is no city."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from running import drawn_within, run

from clusterbook.analysis import claims_audit
from clusterbook.evidence.case import clusters_of_cities, open_city, protection
from clusterbook.evidence.parameters import ParameterError
from clusterbook.evidence.root import UnknownClusterError, environment, written_folders
from clusterbook.publishing import chapters as pages
from clusterbook.publishing.own_texts import city_problems
from clusterbook.publishing.report import report


def test_a_rule_that_two_sources_date_differently_counts_once() -> None:
    names = run("city", "", place="shanghai").names
    ruled = names["policies"]
    assert not ruled.loc[ruled["event"] != "", "event"].duplicated().any()
    assert len(names["earlier"]) < len(names["heritage"])


def test_every_level_of_protection_is_drawn_with_each_of_its_parts() -> None:
    page = run("city", "", place="shanghai")
    levels = protection(open_city("shanghai"))
    assert len(page.names["cells"]) == 4 * len(levels)
    assert set(page.names["cells"]["mark"]) <= {
        "must stay", "main part stays", "may change", "not named",
    }  # fmt: skip


def test_counts_are_joined_only_under_a_stated_definition() -> None:
    known = run("city", "", place="shanghai").names["known"]
    joined = known[known["line"].notna()]
    assert joined["stated"].all()
    assert (joined["line"] == joined["definition"]).all()
    assert known["line"].isna().any(), "counts of unknown definition stand alone"


def test_a_printed_share_is_held_against_printed_levels() -> None:
    names = run("city", "", place="shanghai").names
    lines = pd.DataFrame(names["lines"], columns=["year", "what", "printed", "computed"])
    assert {"share of gross product", "growth, nominal"} == set(lines["what"])
    assert lines["computed"].map(lambda q: q.known and len(q.rows) == 2).all()
    row = lines[(lines["year"] == 2009) & (lines["what"] == "growth, nominal")].iloc[0]
    assert str(row["computed"]) == "9.46%"


@pytest.mark.parametrize(("start", "end"), [("1990", None), (2010, 2000), (5, None), (True, None)])
def test_years_are_checked(start: object, end: object) -> None:
    with pytest.raises(ParameterError, match="start"):
        run("city", "", place="shanghai", start=start, end=end)


def test_years_choose_what_is_drawn() -> None:
    late = run("city", "", place="shanghai", start=2010, end=2015).names
    assert (late["policies"]["end"] > 2010).all()
    assert (late["policies"]["start"] < 2016).all()


def test_charts_draw_within_their_width() -> None:
    for place in ("shanghai", "ningbo"):
        drawn_within(run("city", "", place=place))


def test_what_a_city_lacks_is_told_on_its_page() -> None:
    page = run("city", "", place="ningbo")
    assert "levels of building protection in Ningbo" in page.gaps
    assert "no level is on record" in page.text
    assert "Shanghai" not in page.text


@pytest.mark.parametrize(
    "place", ["china", "beijing", "Shanghai", "../clusters/m50", "", 798, None]
)
def test_what_is_no_city_is_refused(place: object) -> None:
    with pytest.raises(UnknownClusterError, match="there are: ningbo, shanghai"):
        run("city", "", place=place)


def test_every_unsigned_claim_is_audited_on_one_page() -> None:
    case = open_city("shanghai")
    rows = case.observations[case.observations["status"] == "claim"]
    city = claims_audit.of_case(case).claims
    about_m50 = rows[rows["segment"].str.contains("m50")]
    assert set(city["anchor"]) == set(rows["anchor"]) - set(about_m50["anchor"])
    assert len(about_m50) == 1


def test_a_city_stands_once_among_the_chapters_with_its_first_cluster() -> None:
    run_of = pages.choose(ROOT, ["background", "city"])
    clusters = ["m50", "tianzifang", "hefeng", "qiyun-86", "798"]
    told = [(c.name, c.page_of("x", "m50"), c.home) for c in pages.for_cities(run_of, clusters)]
    assert told[1:] == [
        ("city", "chapters/city", "m50"),
        ("city-ningbo", "cities/ningbo", "hefeng"),
    ]
    assert [c.name for c in pages.for_cities(run_of, ["798", "zollverein"])] == ["background"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of two clusters of a city, of one outside the book in it, and of one elsewhere."""
    folder = tmp_path_factory.mktemp("own") / "mill-7"
    folder.mkdir()
    head = "field,value,source,locator\n"
    hostile = "Mill <b>7</b> [x](y)"
    facts = f"name,{hostile},guide,p. 1\ncity,Níngbō,guide,p. 1\ncountry,China,guide,p. 1\n"
    (folder / "cluster.csv").write_text(head + facts, "utf-8")
    (folder / "sources.bib").write_text(
        "@misc{guide, title={A guide}, year={2010}, keywords={grade:C}}\n", "utf-8"
    )
    out = tmp_path_factory.mktemp("out")
    places = ["hefeng", "qiyun-86", "798", str(folder)]
    done = report(ROOT, places, {}, ["background", "city"], out / "report")
    assert done.good, (done.failures, done.problems)
    return out / "report" / "html"


def test_the_page_of_a_city_stands_once_and_all_its_clusters_lead_to_it(built: Path) -> None:
    found = [p.relative_to(built).as_posix() for p in built.rglob("*.html")]
    assert [p for p in found if re.search("cit(y|ies)", p)] == ["cities/ningbo.html"]
    for slug in ("hefeng", "qiyun-86", "mill-7"):
        at = built / ("chapters" if slug == "hefeng" else f"clusters/{slug}")
        text = (at / "background.html").read_text("utf-8")
        leads = {
            at.joinpath(href).resolve() for href in re.findall(r'href="([^"#]*ningbo.html)', text)
        }
        assert leads == {(built / "cities" / "ningbo.html").resolve()}, slug
        assert len(re.findall(r'href="[^"]*cities/ningbo.html"', text)) >= 2, "chapter and sidebar"
    assert "ningbo.html" not in (built / "clusters/798/background.html").read_text("utf-8")
    gallery = (built / "clusters.html").read_text("utf-8")
    assert gallery.count('href="cities/ningbo.html"') >= 3


def test_the_links_of_the_page_of_a_city_lead_to_what_is_there(built: Path) -> None:
    page = built / "cities" / "ningbo.html"
    text = page.read_text("utf-8")
    assert '<p class="cb-banner"><strong>Ningbo</strong>' in text
    links = re.findall(r'href="([^":?#]+)(?:\?[^"#]*)?(?:#([^"]*))?"', text)
    ledger = (built / "chapters" / "ledger.html").read_text("utf-8")
    for href, anchor in links:
        if href.endswith(".html"):
            assert (page.parent / href).exists(), href
        if href.endswith("ledger.html") and anchor:
            assert f'id="{anchor}"' in ledger, anchor


def test_a_name_of_a_cluster_is_escaped_in_the_report_of_an_own_folder(built: Path) -> None:
    text = (built / "clusters" / "mill-7" / "background.html").read_text("utf-8")
    assert "Mill <b>7</b>" not in text
    assert "Mill &lt;b&gt;7&lt;/b&gt; [x](y)" in text


@pytest.mark.parametrize(
    ("place", "file", "text", "told"),
    [
        ("ningbo", "city.md", "## limits\n\nText.\n", ""),
        ("ningbo", "city.md", "## nothing\n\nText.\n", "has no place for this section"),
        ("ningbo", "city.md", "## limits\n\n{glue}`x`\n", "not in the list of figures"),
        ("ningbo", "city.md", "## limits\n\n<script>1</script>\n", "HTML"),
        ("ningbo", "economic.md", "## argument\n\nText.\n", "no parameter 'place'"),
        ("china", "city.md", "## limits\n\nText.\n", "is shown on no page"),
    ],
)
def test_notes_on_a_city_are_checked(
    tmp_path: Path, place: str, file: str, text: str, told: str
) -> None:
    root = tmp_path / "book"
    root.mkdir()
    for name in ("data", "chapters"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(ROOT / name, root / name)
    notes = root / "data" / "context" / place / "notes"
    notes.mkdir()
    (notes / file).write_text(text, "utf-8")
    with environment({"CLUSTERBOOK_ROOT": str(root), "CLUSTERBOOK_FOLDERS": written_folders([])}):
        found = [str(problem) for problem in city_problems(root, place)]
    assert bool(found) == bool(told)
    assert all(f"data/context/{place}/notes" in problem for problem in found)
    assert not told or told in found[0]


def test_the_shipped_notes_on_cities_are_good() -> None:
    assert [city_problems(ROOT, city) for city in clusters_of_cities()] == [[], []]
