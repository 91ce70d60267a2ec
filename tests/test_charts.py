"""Every figure of every chapter, for a full cluster and for thin ones: its specification holds."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import altair as alt
import pytest
from running import run

from clusterbook.charts import Figure
from clusterbook.charts.figure import MIME
from clusterbook.charts.key import grade_key, squares_key
from clusterbook.charts.pixels import Plate
from clusterbook.charts.plain_rows import by_index, grouped
from clusterbook.charts.theme import NARROW, WIDE
from clusterbook.evidence import open_case

CHAPTERS = sorted((Path(__file__).parents[1] / "chapters").glob("*.md"))


@cache
def figures(path: Path, cluster: str) -> list[Figure]:
    """Return the figures that the cells of a chapter show, in order."""
    return list(run(path.stem, cluster).figures.values())


def _bundle(figure: Figure) -> tuple[dict[str, Any], dict[str, Any]]:
    spec = figure._repr_mimebundle_()[MIME]
    return spec, spec["usermeta"]["clusterbook"]


def _lean(node: Any) -> Any:
    """Return a specification with one datum a table: any more are the same to the schema."""
    if isinstance(node, list):
        return [_lean(part) for part in node]
    if not isinstance(node, dict):
        return node
    return {
        name: part[:1] if name == "values" and isinstance(part, list) else _lean(part)
        for name, part in node.items()
        if name != "usermeta"
    }


@pytest.mark.parametrize("cluster", ["m50", "gillman-barracks"])
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_figures_of_a_chapter_are_valid(path: Path, cluster: str) -> None:
    found = figures(path, cluster)
    assert len({figure.name for figure in found}) == len(found)
    for figure in found:
        spec, about = _bundle(figure)
        assert about["title"].strip()
        assert about["name"] == figure.name
        for layout in (spec, about["narrow"]):
            assert layout["description"].strip()
            json.dumps(layout, allow_nan=False)
            alt.TopLevelSpec.validate(_lean(layout))


def test_m50_has_figures_in_most_chapters() -> None:
    with_figures = [path.stem for path in CHAPTERS if figures(path, "m50")]
    assert len(with_figures) >= 8


def _texts(node: Any) -> Iterator[dict[str, Any]]:
    """Yield the marks of text of a specification."""
    for part in node if isinstance(node, list) else node.values() if isinstance(node, dict) else ():
        yield from _texts(part)
    mark = node.get("mark") if isinstance(node, dict) else None
    if isinstance(mark, dict) and mark.get("type") == "text":
        yield mark


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_texts_can_be_read(path: Path) -> None:
    for figure in figures(path, "m50"):
        for width in (WIDE, NARROW):
            for mark in _texts(figure.specification(width)):
                size = mark.get("fontSize", 11)
                assert isinstance(size, dict) or size >= 11, (figure.name, mark)


def _layers(plate: Plate) -> list[dict[str, Any]]:
    layers: list[dict[str, Any]] = plate.drawing().specification["layer"]
    return layers


def test_a_plate_draws_areas_under_symbols_under_texts() -> None:
    plate = Plate(100, 50)
    plate.text(1, 2, "a")
    plate.symbol(3, 4, "circle", 20, "ink")
    plate.rect(0, 0, 10, 10)
    plate.rule(0, 0, 10, 10, level=0)
    assert [layer["mark"]["type"] for layer in _layers(plate)] == ["rule", "rect", "point", "text"]


def test_what_marks_share_is_said_once_and_what_differs_for_each() -> None:
    plate = Plate(100, 50)
    plate.rect(0, 0, 10, 10, "economic")
    plate.rect(20, 0, 30, 10, "economic", opacity=0.5)
    (layer,) = _layers(plate)
    assert layer["encoding"]["fill"] == {"value": "var(--cb-economic)"}
    assert layer["mark"]["opacity"] == {"expr": "datum.opacity"}
    assert [record["opacity"] for record in layer["data"]["values"]] == [1, 0.5]
    assert "ink" not in layer["data"]["values"][0]


def test_an_evidence_row_leads_to_the_ledger_and_tells_its_source() -> None:
    row = {
        "amount": "over 3 shops", "date_words": "2010", "cite": "Li 2011", "grade": "B",
        "locator": "p. 4", "note": "", "anchor": "m50-7", "qualifier": "over",
    }  # fmt: skip
    plate = Plate(100, 50)
    plate.row_disc(50, 25, row, "social")
    (layer,) = _layers(plate)
    empty, half, head = layer["data"]["values"]
    assert empty["ink"] == "var(--cb-bg)"
    assert half["ink"] == "var(--cb-social)"
    assert empty["href"] == half["href"] == "ledger.html#m50-7"
    assert empty["tip"] == {
        "title": "over 3 shops", "date": "2010", "source": "Li 2011 (B)", "place in source": "p. 4"
    }  # fmt: skip
    assert (head["x"], head["y"]) == (50, 14)  # the hedge stands above: over


def test_a_square_towards_the_city_is_hatched() -> None:
    plate = Plate(100, 50)
    plate.square(10, 10, 8, "cultural", "internal")
    plate.square(30, 10, 8, "cultural", "external")
    plate.square(50, 10, 8, "cultural", "external", hollow=True)
    (layer,) = _layers(plate)
    inks = [record["ink"] for record in layer["data"]["values"]]
    assert inks == ["var(--cb-cultural)", "url(#cb-hatch-cultural)", "var(--cb-bg)"]


def test_lines_return_where_the_next_one_may_stand() -> None:
    plate = Plate(100, 50)
    assert plate.lines(0, 10, ["a", "b"], 10) == 36
    assert plate.lines(0, 10, [], 10) == 10


def test_keys_name_only_what_occurs() -> None:
    rows = open_case("m50").findings
    plate = Plate(726, 40)
    grade_key(plate, rows[rows["grade"] == "A"], 10)
    written = {r["text"] for r in plate.items[3, "text"]}
    assert "A" in written
    assert not written & {"B", "C", "D"}
    plate = Plate(726, 40)
    squares_key(plate, ["social", "social"], 10, wide=True)
    assert [r["text"] for r in plate.items[3, "text"]].count("social") == 1


def test_rows_are_grouped_in_their_order() -> None:
    rows = open_case("m50").findings.iloc[:40]
    groups = grouped(rows, "dimension", "valence")
    assert sum(map(len, groups.values())) == 40
    for (dimension, valence), part in groups.items():
        own = rows[(rows["dimension"] == dimension) & (rows["valence"] == valence)]
        assert [row["row"] for row in part] == list(own["row"])
    assert list(by_index(rows)) == list(rows.index)
