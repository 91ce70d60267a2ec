"""Every figure of every chapter, for a full cluster and for thin ones: its specification holds."""

import json
import math
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pytest
import vl_convert
from running import run

import clusterbook
from clusterbook.charts import Figure
from clusterbook.charts.figure import MIME
from clusterbook.charts.theme import NARROW, WIDE, to_light

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


def _keys(node: Any) -> Iterator[str]:
    """Yield the grades that the keys of a specification name."""
    for part in node if isinstance(node, list) else node.values() if isinstance(node, dict) else ():
        yield from _keys(part)
    shape = node.get("shape") if isinstance(node, dict) else None
    if isinstance(shape, dict) and shape.get("field") == "grade":
        yield from (shape.get("legend") or {}).get("values", [])


@pytest.mark.parametrize("cluster", ["m50", "zollverein"])
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_key_names_all_grades_that_a_figure_draws(path: Path, cluster: str) -> None:
    for figure in figures(path, cluster):
        for layout in (WIDE, NARROW):
            spec = figure.specification(layout)
            rows = [row for table in spec.get("datasets", {}).values() for row in table]
            grades = {row["grade"] for row in rows if row.get("grade")}
            assert set(_keys(spec)) == (grades if len(grades) > 1 else set()), figure.title


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_source_stands_once_under_a_figure(path: Path) -> None:
    for figure in figures(path, "m50"):
        named = [(s["key"], s["label"], s["grade"], s["via"]) for s in figure.sources()]
        assert len(named) == len(set(named)), figure.title


def test_no_specification_is_written_by_hand() -> None:
    library = Path(clusterbook.__file__).parent
    for file in library.rglob("*.py"):
        found = re.search(r"""["'](?:mark|layer)["']\s*:""", file.read_text("utf-8"))
        assert not found, f"{file.name}: {found and found.group()}"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"title": "Gate opened", "label": "x"}, "Lanes: Gate opened, 1999 to 2001 ("),
        ({"label": "Leasing"}, "Lanes: Leasing, 1999 to 2001 ("),
        (
            {"title": math.nan, "statement": "Rents rose.", "tier": math.nan},
            "Lanes: Rents rose., 1999",
        ),
        ({}, "Lanes: 1999 to 2001 ("),
    ],
)
def test_a_single_row_stands_in_words(cells: dict[str, Any], words: str) -> None:
    row = {"anchor": "a-1", "date_words": "1999 to 2001", "cite": "Shen 2010", "grade": "A"} | cells
    alone = clusterbook.figure(lambda width: None, pd.DataFrame([row]), "lanes", "Lanes")
    assert words in repr(alone)
    assert "nan" not in repr(alone)


def test_an_unknown_colour_names_those_that_there_are() -> None:
    with pytest.raises(LookupError, match=r"'economy' is no colour; the tokens are: .*economic, "):
        clusterbook.fixed("economy")


LONG = [
    "Li 2010 (Zollverein Coal Mine Industrial Complex, Essen)",
    "Verein zur Förderung der Donaudampfschifffahrt in den Hallen am Ufer e. V. " * 2,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "上海市工业遗产保护与创意产业园区规划管理办公室" * 3,
]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", LONG, ids=["complex", "club", "word", "office"])
def test_long_names_of_lanes_and_rows_stay_within_the_picture(name: str, width: int) -> None:
    rows = pd.DataFrame(
        {"row": name, "column": ["façade", "structure", "interior"], "mark": "must stay",
         "title": "Gate opened", "date_words": "2004", "cite": "Wu 2012", "grade": "B",
         "start": [2004.0, 2008.0, 2010.0], "end": [2005.0, 2009.0, 2011.0],
         "when": [2004.5, 2008.5, 2010.5], "anchor": ["a-1", "a-2", "a-3"]}
    )  # fmt: skip
    for chart in (
        clusterbook.lanes(rows, "row", "title", width, key=False),
        clusterbook.matrix(rows, "row", "column", "mark", {"must stay": "circle"}, width),
    ):
        svg = vl_convert.vegalite_to_svg(to_light(json.dumps(chart.to_dict())))
        drawn = re.search(r'<svg[^>]* width="([\d.]+)"', svg)
        assert drawn
        assert float(drawn[1]) <= width + 2
