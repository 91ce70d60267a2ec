"""Counts of sources and rows, the titles drawn from them, and the ledger's words."""

from __future__ import annotations

import pandas as pd
import pytest

from clusterbook.analysis.source_counts import by_kind, by_source, grade_counts, largest_share
from clusterbook.charts.source_charts import (
    kinds_title,
    rows_by_kind,
    sources_by_year,
    sources_title,
)
from clusterbook.evidence import Source, cluster_slugs, open_case
from clusterbook.prose import ledger, references


def source(key: str, year: str, grade: str, kind: str) -> Source:
    return Source(key, "x", kind, (("Li", ""),), f"Title {key}", "", year, "", "", grade, "", True)


SOURCES = {
    "a": source("a", "2010", "A", "peer_reviewed"),
    "b": source("b", "2012", "B", "press"),
    "c": source("c", "", "D", "blog"),
}
ROWS = pd.DataFrame(
    {"source": ["a", "b", "b", "c", "b"],
     "dimension": ["social", "economic", "context", "economic", "economic"]}
)  # fmt: skip


def test_sources_are_counted_once_each_with_their_rows() -> None:
    table = by_source(ROWS, SOURCES)
    assert list(table["source"]) == ["b", "a", "c"]
    assert list(table["rows"]) == [3, 1, 1]
    assert table["year"].isna().tolist() == [False, False, True]
    assert grade_counts(table) == {"A": 1, "B": 1, "D": 1}
    assert largest_share(table) == pytest.approx(0.6)
    assert largest_share(by_source(ROWS.iloc[:0], SOURCES)) == 0


def test_rows_are_counted_by_kind_and_dimension_in_list_order() -> None:
    counts = by_kind(ROWS, SOURCES)
    assert list(counts.index) == ["peer_reviewed", "press", "blog"]
    assert list(counts.columns) == ["economic", "social", "context"]
    assert counts.loc["press"].tolist() == [2, 0, 1]
    assert counts.to_numpy().sum() == len(ROWS)


def table_of(grades: str, rows: list[int] | None = None) -> pd.DataFrame:
    rows = rows or [1] * len(grades)
    return pd.DataFrame({"label": list(grades), "grade": list(grades), "rows": rows})


def test_the_title_on_grades_follows_the_rows() -> None:
    assert sources_title(table_of("ABBBCCDD")) == (
        "1 of 8 sources is of the best grade, and 4 are of the weak grades C and D"
    )
    assert sources_title(table_of("BBBBBC")) == "None of 6 sources is of the best grade"
    assert sources_title(table_of("AAAAB")) == "4 of 5 sources are of the best grade"
    assert sources_title(table_of("AABBC")).startswith("When the 5 sources appeared")
    assert sources_title(table_of("BC")).startswith("When the 2 sources appeared")


def test_the_title_on_kinds_follows_the_rows() -> None:
    counts = pd.DataFrame({"economic": [6, 4]}, index=["press", "blog"])
    assert kinds_title(table_of("AB", [6, 4]), counts).startswith("One source, A, gives 60%")
    many = table_of("ABCD", [3, 3, 2, 2])
    assert kinds_title(many, counts) == "Press sources give 60% of the 10 rows"
    even = pd.DataFrame({"economic": [5, 5]}, index=["press", "blog"])
    assert kinds_title(many, even) == "What kinds of source the 10 rows come from"


@pytest.mark.parametrize("slug", cluster_slugs())
def test_every_cluster_has_its_sources_counted(slug: str) -> None:
    case = open_case(slug)
    for figure in (sources_by_year(case), rows_by_kind(case)):
        assert figure
        for width in (726, 358):
            assert figure.specification(width)["width"] == width
    said = repr(references.opening(case))
    assert str(len(by_source(ledger.own_rows(case), case.all_sources))) in said
    assert "nan" not in said


@pytest.mark.parametrize("slug", ["m50", "gillman-barracks"])
def test_the_ledger_has_a_line_and_a_place_for_every_row(slug: str) -> None:
    case = open_case(slug)
    html = ledger.ledger(case).html
    assert html.count("<tr") == len(ledger.all_rows(case)) + 1
    assert html.count('class="cb-used"') == len(ledger.all_rows(case))
    first = f'<code class="cb-place">data/clusters/{slug}/observations.csv, row 2</code>'
    assert first in html


def test_rows_of_the_city_are_placed_in_its_folder() -> None:
    rows = ledger.all_rows(open_case("m50"))
    folders = set(rows.loc[rows["place"] == "shanghai", "folder"])
    assert folders == {"data/context/shanghai"}
    assert set(rows.loc[rows["place"] == "m50", "folder"]) == {"data/clusters/m50"}
