"""A cluster of very many observations: each year by its middle value, and chapters that end."""

from __future__ import annotations

import csv
import json
import time
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest
from benchmarks.large_cluster import make_large
from running import run

import clusterbook as cb
from clusterbook.analysis.tidy import MANY
from clusterbook.charts.labels import Label, place_labels
from clusterbook.charts.theme import WIDE
from clusterbook.evidence import Case
from clusterbook.evidence.root import FOLDERS
from clusterbook.prose.text import LISTED

ROWS = 12_000
"""More than two hundred months of each indicator."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_large(tmp_path_factory.mktemp("large") / "mill-large", ROWS)


@pytest.fixture
def case(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setenv(FOLDERS, str(folder))
    return cb.open_case("mill-large")


def written(folder: Path, indicator: str) -> dict[int, list[float]]:
    """Return the values of an indicator by year, smallest first, as the CSV has them."""
    found: dict[int, list[float]] = defaultdict(list)
    with (folder / "observations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["indicator"] == indicator and row["dimension"] != "context":
                found[int(row["date"][:4])].append(float(row["value"]))
    return {year: sorted(values) for year, values in found.items()}


def test_each_year_is_told_by_its_middle_value(case: Case, folder: Path) -> None:
    rows, values = cb.tidy(case, "galleries"), written(folder, "galleries")
    assert sum(map(len, values.values())) > MANY
    assert dict(zip(rows["year"] // 1, rows["low"], strict=True)) == {
        year: part[(len(part) - 1) // 2] for year, part in values.items()
    }
    ends = rows[["least", "most", "stands_for"]].itertuples(index=False, name=None)
    assert list(ends) == [(p[0], p[-1], len(p)) for _, p in sorted(values.items())]
    anchors = set(case.observations["anchor"])
    assert set(rows["anchor"]) < anchors, "the middle one is a row of the evidence"
    q = rows["q"].iloc[0]
    assert len(q.rows) == len(values[2001])
    assert str(q.date) == "2001"
    assert f"the middle one of {len(q.rows)} values within" in q._repr_html_()
    assert int(cb.count(rows, "counts").low) == sum(map(len, values.values()))
    real = cb.valued(rows, [2 * q for q in rows["q"]])
    assert not {"least", "most"} & set(real), "the ends are those of the values as reported"


PARTS = [  # parts, years, values a year and part -> rows that stand for them
    (1, 10, 10, 100),  # no more than the limit: as they are
    (1, 10, 11, 10),
    (5, 20, 2, 100),
    (6, 20, 2, 40),  # too many still: the named parts as one, beside the whole
]


@pytest.mark.parametrize(("parts", "years", "each", "left"), PARTS)
def test_parts_are_taken_together_where_they_are_too_many(
    case: Case, parts: int, years: int, each: int, left: int
) -> None:
    one = case.series("galleries").head(1)
    rows = pd.concat([one] * (parts * years * each), ignore_index=True)
    number = pd.Series(range(len(rows)))
    part = number % parts
    rows["segment"] = part.map(lambda n: f"part_{n}" if n else "")
    rows["segment_words"] = rows["segment"].str.replace("_", " ")
    rows["when"] = 2000.5 + number // parts % years
    rows["low"] = rows["mid"] = rows["high"] = number.astype(float)
    rows["anchor"] = "obs-" + number.map("{:08x}".format)
    got = cb.in_one_unit(rows, "count")
    assert len(got) == left
    assert {row["anchor"] for q in got["q"] for row in q.rows} == set(rows["anchor"])
    shown = {"", "named parts"} if left == 40 else set(rows["segment_words"])
    assert set(got["tier"]) == shown


SECONDS = 30
"""Of processor, that a chapter may take; without aggregates the cultural one takes ten minutes."""


@pytest.mark.parametrize("chapter", ["economic", "cultural", "social", "environmental"])
def test_chapters_show_aggregates_and_say_so(case: Case, chapter: str) -> None:
    begun = time.process_time()
    page = run(chapter, case.slug)
    assert time.process_time() - begun < SECONDS
    assert len(page.html) < 1_000_000
    told = [figure for figure in page.figures.values() if "stands_for" in figure.rows]
    assert told
    for figure in page.figures.values():
        assert len(figure.rows) < 1_000, figure.name
        assert len(json.dumps(figure.specification(WIDE))) < 400_000, figure.name
    for figure in told:
        many = f"{figure.rows['stands_for'].sum():,.0f}"
        assert f"Of {many} values the middle one of each year and part is shown" in figure.subtitle
        assert len(cb.under(figure.rows)) > len(figure.rows)
        assert {"stands_for", "anchor"} <= set(figure.plotted())


def test_a_long_table_leads_to_the_ledger(case: Case) -> None:
    rows = case.observations
    html = cb.table(rows, "rows", {"amount": "value"}, most=10)._repr_html_()
    assert html.count("<tr>") == LISTED + 2  # the heads of what is shown and of what is folded
    next_one = rows["anchor"].iloc[LISTED]
    assert f'<a href="ledger.html#{next_one}">{len(rows) - LISTED:,} more in the ledger</a>' in html


def test_no_more_labels_are_placed_than_a_plot_has_room_for() -> None:
    labels = [Label(n % 700, n % 300, [f"about {n}"]) for n in range(20_000)]
    begun = time.process_time()
    placed = place_labels(labels, (700, 300))
    assert time.process_time() - begun < 10
    assert 100 < len(placed) < 1_000
    assert sum(label.width * label.height for label in placed) <= 700 * 300
    few = labels[:40]
    assert place_labels(few, (700, 300)) == few


@pytest.mark.parametrize("cluster", ["m50", "zollverein"])
def test_of_clusters_of_the_book_every_value_is_shown(cluster: str) -> None:
    case = cb.open_case(cluster)
    for indicator in set(case.observations["indicator"]):
        assert "stands_for" not in cb.tidy(case, indicator), indicator
