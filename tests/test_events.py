"""Events counted once, and the grade of what is told at second hand."""

from dataclasses import replace

import pandas as pd
import pytest
from conftest import ROOT

from clusterbook.analysis import chronology
from clusterbook.analysis.events import once
from clusterbook.analysis.lifelines import lifelines
from clusterbook.analysis.moves import moves
from clusterbook.charts.figure import figure
from clusterbook.evidence import Case, open_case, peers
from clusterbook.evidence.check import check_folder
from clusterbook.evidence.root import cluster_slugs
from clusterbook.evidence.select import judgement_problems, selectors
from clusterbook.evidence.sourced import sourced
from clusterbook.evidence.sources import COMPILERS, Source, row_grade

LOSSES = ("departure", "closure", "demolition")

LOSS = ("closure", "demolition", "departure", "dispute")


def rows(*cells: tuple[str, str, str, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=["event", "grade", "date", "start", "end"])
    names = [f"s{i}" for i in range(len(cells))]
    return frame.assign(
        place="here", row=range(2, len(cells) + 2), cite=names, source=names, date_words=names
    )


def kept(table: pd.DataFrame) -> list[int]:
    return once(table)["row"].tolist()


@pytest.mark.parametrize(
    ("cells", "stand"),
    [
        ((), []),
        ((("", "B", "2000", 2000, 2001), ("", "A", "2000", 2000, 2001)), [2, 3]),
        ((("a", "B", "2000", 2000, 2001), ("a", "A", "2001", 2001, 2002)), [3]),
        ((("a", "B", "2000", 2000, 2001), ("a", "B", "2000-05", 2000.3, 2000.4)), [3]),
        ((("a", "B", "2000~", 2000, 2001), ("a", "B", "2001", 2001, 2002)), [3]),
        ((("a", "B", "2000", 2000, 2001), ("a", "B", "2001", 2001, 2002)), [2]),
        ((("a", "B", "2000/..", 2000, float("inf")), ("a", "B", "200X", 2000, 2010)), [3]),
        ((("a", "C", "2000", 2000, 2001), ("", "A", "2001", 2001, 2002),
          ("a", "B", "2002", 2002, 2003)), [3, 4]),
    ],
)  # fmt: skip
def test_the_best_grade_then_the_finest_date_stands_for_an_event(cells, stand):
    assert kept(rows(*cells)) == stand


def test_whoever_else_tells_of_an_event_is_named():
    table = rows(("a", "B", "2000", 2000, 2001), ("a", "A", "2001", 2001, 2002))
    (row,) = once(table).to_dict("records")
    assert (row["also"], row["tellings"]) == ("s0 (B, s0)", 2)
    alone = once(rows(("", "B", "2000", 2000, 2001)))
    assert alone[["also", "tellings"]].values.tolist() == [["", 1]]


def test_the_same_word_in_two_places_is_two_events():
    table = rows(("fire", "A", "2000", 2000, 2001), ("fire", "A", "2001", 2001, 2002))
    assert kept(table.assign(place=["here", "there"])) == [2, 3]


def test_a_table_without_keys_has_an_event_a_row():
    table = rows(("a", "B", "2000", 2000, 2001), ("a", "A", "2001", 2001, 2002))
    assert len(once(table.drop(columns="event"))) == 2


def test_m50_counts_what_several_sources_tell_once():
    case = open_case("m50")
    told = case.events["event"].value_counts()
    assert {
        "xue-song-studio": 5, "graffiti-wall-loss": 4, "leisure-street": 2, "madein-leaves": 2,
    }.items() <= told.to_dict().items()  # fmt: skip
    single = once(case.events)
    assert not single.loc[single["event"] != "", "event"].duplicated().any()


def counts(case: Case) -> dict[str, object]:
    """Every count of departures and losses that the library has, of one cluster."""
    single = once(case.events)
    came = moves(case.events, pd.DataFrame(), "M50")
    found = chronology.chronology_of(case)
    return {
        "kinds": single["kind"].value_counts().to_dict(),
        "moves": came["side"].value_counts().to_dict(),
        "losses since the opening": int(found.events["kind"].isin(LOSS).sum()),
        "events by year": found.counts["count"].tolist(),
        "titles": int(single["kind"].isin(["designation", "award"]).sum()),
    }


def test_a_second_row_of_an_event_changes_no_count():
    case = open_case("m50")
    before = counts(case)
    single = once(case.events)
    second = case.events.index.difference(single.index)
    assert len(second) >= 12
    for index in second:
        less = case.events.drop(index=index)
        assert counts(replace(case, events=less)) == before, case.events.loc[index, "title"]
    assert counts(replace(case, events=case.events.loc[single.index])) == before


def test_lifelines_count_a_loss_once():
    (m50,) = (peer for peer in peers() if peer.slug == "m50")
    losses = lifelines([m50])["losses"].iloc[0]
    keys = [event.event for event in losses if event.event]
    assert len(keys) == len(set(keys))
    single = once(open_case("m50").events)
    told = single[single["kind"].isin(LOSSES) & (single["scope"] == "internal")]
    told = told[(told["when"] > m50_opening(m50)) & (told["dimension"] != "context")]
    assert sorted(e.title for e in losses) == sorted(told["title"])


def m50_opening(peer) -> float:
    return float(lifelines([peer])["opened"].iloc[0])


# The grade of what is told at second hand


def source(key: str, grade: str, publisher: str = "", year: str = "2010") -> Source:
    return Source(key, "here", "press", (), key, publisher, year, "", "", grade, "", True)


KNOWN = {
    "study": source("study", "A"), "paper": source("paper", "C", "The Paper", "2023"),
    "office": source("office", "A", "Bureau of Statistics", "2020"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("own", "via", "cell", "grade"),
    [
        ("study", "", "", "A"),
        ("study", "Dong 2006", "", "B"),
        ("study", "The Paper 2023", "", "C"),
        ("study", "Bureau of Statistics 2020", "", "A"),
        ("paper", "Bureau of Statistics 2020", "", "C"),
        ("paper", "Dong 2006", "", "C"),
        ("study", "Owner 2017", "C", "C"),
        ("study", "Owner 2017", "A", "B"),
        ("study", "", "D", "D"),
        ("paper", "", "A", "C"),
    ],
)
def test_second_hand_is_no_better_than_the_text_it_comes_from(own, via, cell, grade):
    assert row_grade(KNOWN[own], via, cell, KNOWN) == grade


def test_the_articles_count_of_tenants_bears_the_grade_of_the_text_it_cites():
    case = open_case("m50")
    cited = case.observations[case.observations["via"] != ""]
    assert not (cited["grade"] == "A").any()
    tenants = case.series("tenants")
    of_2023 = tenants[(tenants["date"] == "2023") & (tenants["source"] == "m50article")].iloc[0]
    assert (of_2023["grade"], of_2023["cite"]) == ("C", "M50 article 2025, citing The Paper 2023")
    assert "grade C" in sourced(of_2023).tip
    listed = figure(lambda _: None, tenants, "tenants", "Tenants").sources()  # type: ignore[union-attr]
    assert {(s["grade"], s["via"]) for s in listed if s["key"] == "m50article"} == {
        ("C", "The Paper 2023")
    }


FOLDER = {
    "cluster.csv": "field,value,source,locator\nname,Mill,s,p\ncity,Wuxi,s,p\ncountry,China,s,p\n",
    "sources.bib": "@misc{s, title = {T}, year = {2010}, keywords = {grade:A}}\n",
}
EVENTS = "date,title,kind,dimension,scope,source,locator,note,via,grade,event\n"


@pytest.mark.parametrize(
    ("lines", "field", "wrong"),
    [
        (["2006,a,arrival,social,internal,s,p,,Dong 2006,A,"], "grade", "can give: B"),
        (["2006,a,arrival,social,internal,s,p,,Dong 2006,E,"], "grade", "not in the list"),
        (["2006,a,arrival,social,internal,s,p,,,,Two words"], "event", "Two words"),
        (["2006,a,arrival,social,internal,s,p,,,,x", "2007,b,departure,social,internal,s,p,,,,x"],
         "kind", "differs from row 2"),
        (["2006,a,arrival,social,internal,s,p,,,,x", "2007,b,arrival,social,external,s,p,,,,x"],
         "scope", "differs from row 2"),
    ],
)  # fmt: skip
def test_check_names_a_grade_too_good_and_rows_of_one_event_coded_apart(
    tmp_path, lines, field, wrong
):
    for name, text in {**FOLDER, "events.csv": EVENTS + "\n".join(lines) + "\n"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = [p for p in check_folder(tmp_path, ROOT) if p.file == "events.csv"]
    assert [(p.field, wrong in p.wrong) for p in found] == [(field, True)]


def test_check_finds_a_judgement_that_names_no_row(tmp_path):
    judged = "trajectory,stable,compilers,\ntrajectory_note,so,compilers,in all\n"
    for name, text in FOLDER.items():
        (tmp_path / name).write_text(text + (judged if name == "cluster.csv" else ""), "utf-8")
    found = [p for p in check_folder(tmp_path, ROOT) if p.file == "cluster.csv"]
    assert [(p.row, p.field) for p in found] == [(5, "locator"), (5, "locator"), (6, "locator")]


def test_the_course_of_a_cluster_is_judged_by_the_compilers_from_rows_that_are_there():
    for slug in cluster_slugs():
        case = open_case(slug)
        judged = case.facts[case.facts["field"].isin(["trajectory", "trajectory_note"])]
        assert set(judged["source"]) == {COMPILERS}
        assert judged["locator"].map(lambda cell: len(selectors(cell))).min() >= 3
        assert judgement_problems(case) == []


def test_a_judgement_without_its_row_is_told():
    case = open_case("m50")
    rows = case.observations
    less = replace(case, observations=rows[rows["segment"] != "art_week_galleries"])
    assert {p.field for p in judgement_problems(less)} == {"locator"}
