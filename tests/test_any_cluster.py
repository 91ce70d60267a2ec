"""A report shows what evidence there is, and folds what there is not."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from conftest import clusterbook, small_copy
from docutils import nodes
from running import run

from clusterbook.evidence.root import cluster_slugs, environment
from clusterbook.publishing.folding import fold, join_code

COVERED = re.compile(r"([\d,]+) of ([\d,]+) observed figures .*?, ([\d,]+) of them \(")


@pytest.mark.parametrize("slug", cluster_slugs())
def test_nearly_all_figures_of_a_cluster_stand_in_a_chapter(book: Path, slug: str) -> None:
    page = book / ("chapters" if slug == "m50" else f"clusters/{slug}") / "status.html"
    found = COVERED.search(page.read_text("utf-8"))
    assert found, "the status page does not tell the coverage"
    shown, rows, tabled = (int(number.replace(",", "")) for number in found.groups())
    assert shown >= 0.95 * rows
    assert tabled <= 0.5 * rows


HEAD = "observations.csv: indicator benches"
GAP = (
    '<div class="cb-gap" role="note"><p><strong>Data gap.</strong> No evidence on {}.</p>'
    f"<p>These rows would fill it:</p><ul><li><code>{HEAD}</code></li></ul></div>"
)


METHOD = '<p>After <a class="cb-n" href="sources.html#src-kong2009">Kong 2009</a>.</p>'
"""A sentence on where a method is from."""

Part = str | tuple[str, ...]
"""A heading with what stands below it, or a cell with what it shows."""


def page(*parts: Part) -> nodes.section:
    """A page as Sphinx reads it: sections in sections, cells with their outputs."""
    top = nodes.section("", nodes.title("Chapter", "Chapter"))
    places = [top]
    for part in ((), *parts):
        if isinstance(part, tuple):
            raws = [nodes.container("", nodes.raw("", html, format="html")) for html in part]
            output = nodes.container("", *raws, classes=["cell_output"])
            places[-1] += nodes.container(
                "", nodes.literal_block("x", "x"), output, classes=["cell"]
            )
            continue
        level, _, head = part.partition(" ")
        del places[len(level) - 1 :]
        places.append(nodes.section("", nodes.title(head, head)))
        places[-2] += places[-1]
    return top


def told(top: nodes.section) -> str:
    """The headings that are left, and what the list at the end says."""
    heads = []
    for section in top.findall(nodes.section):
        level, above = 1, section
        while above is not top:
            level, above = level + 1, above.parent
        heads.append(f"{'#' * level} {next(section.findall(nodes.title)).astext()}")
    raws = [raw.astext() for raw in top.findall(nodes.raw)]
    listed = [re.sub(r"<[^>]+>", "", raw) for raw in raws if "cb-not-on-record" in raw]
    return " / ".join([*heads, "".join(listed)])


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        (["## A", ("<p>1</p>",)], "# Chapter / ## A / "),
        (["## A", (GAP.format("rents"),), "## B", ("<p>1</p>",)],
         "# Chapter / ## B / ## Not on record / "
         f"A: no evidence on rents. Rows that would fill it: {HEAD}."),
        (["## A", (GAP.format("rents"), ""), ("<p>1</p>",)], "# Chapter / ## A / "),
        (["## A", ("",)], "# Chapter / "),
        (["## A", ("<p>1</p>",), "### B", (GAP.format("b"),)],
         "# Chapter / ## A / ## Not on record / "
         f"B: no evidence on b. Rows that would fill it: {HEAD}."),
        (["## A", (GAP.format("a"),), "### B", ("<p>1</p>",)], "# Chapter / ## A / ### B / "),
        (["## A", (GAP.format("a"),), "### B", (GAP.format("b"),)],
         f"# Chapter / ## Not on record / A: no evidence on a. Rows that would fill it: {HEAD}."
         f"B: no evidence on b. Rows that would fill it: {HEAD}."),
        (["## A & b", (GAP.format("a"),)],
         f"# Chapter / ## Not on record / A &amp; b: no evidence on a. Rows that would fill it: {HEAD}."),
        (["## A", ("<p>1</p>",), "### B", ()], "# Chapter / ## A / "),
        (["## A", (), "### B", (), "## C", ("<p>1</p>",)], "# Chapter / ## C / "),
        (["## Only words"], "# Chapter / ## Only words / "),
        (["## A", (METHOD,), (GAP.format("a"),)],
         f"# Chapter / ## Not on record / A: no evidence on a. Rows that would fill it: {HEAD}."),
        (["## A", (METHOD.replace("#src-", "#obs-"),), (GAP.format("a"),)], "# Chapter / ## A / "),
    ],
)  # fmt: skip
def test_sections_without_evidence_fold(parts: list[Part], wanted: str) -> None:
    top = page(*parts)
    fold(nodes.container("", top))
    assert told(top) == wanted


def test_a_cell_without_a_result_loses_its_code() -> None:
    top = page("## A", ("<p>1</p>",), ("",), ())
    fold(nodes.container("", top))
    cells = [node for node in top.findall(nodes.container) if "cell" in node["classes"]]
    assert [len(list(cell.findall(nodes.raw))) for cell in cells] == [0, 1, 0]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [  # each cell: its code, whether it shows something, whether its code has a toggle
        ([("a", False, True), ("b", True, True)], [["a", "b"]]),
        ([("a", False, True), ("b", False, True), ("c", True, True)], [["a", "b", "c"]]),
        ([("a", True, True), ("b", True, True)], [["a"], ["b"]]),
        ([("a", False, True), ("b", True, False)], [["a"], ["b"]]),
        ([("a", True, False), ("b", False, True), ("c", False, True)], [["a"], ["b", "c"]]),
        ([("a", False, True)], [["a"]]),
    ],
)
def test_code_that_leads_to_one_result_has_one_toggle(
    cells: list[tuple[str, bool, bool]], wanted: list[list[str]]
) -> None:
    top = nodes.section("", nodes.title("Chapter", "Chapter"))
    for code, shows, toggled in cells:
        hidden = "tag_hide-input" if toggled else "tag_remove-input"
        cell = nodes.container("", classes=["cell", hidden])
        cell += nodes.container("", nodes.literal_block(code, code), classes=["cell_input"])
        if shows:
            cell += nodes.container("", nodes.raw("", "<p>1</p>"), classes=["cell_output"])
        top += cell
    join_code(nodes.container("", top))
    left = [cell for cell in top.children if isinstance(cell, nodes.container)]
    assert [[b.astext() for b in cell.findall(nodes.literal_block)] for cell in left] == wanted


FEW = {
    "cluster.csv": "field,value,source,locator\nname,Five Mill,s1,1\ncity,Lodz,s1,1\n"
    "country,Poland,s1,1\n",
    "sources.bib": "@book{s1,\n title={A mill},\n author={Nowak, Jan},\n year={2019},\n"
    " keywords={grade:B}\n}\n",
    "observations.csv": "indicator,segment,date,value,value_upper,unit,qualifier,dimension,scope,"
    "source,locator,note,via\ninvestment,,2015,3000000,,PLN,about,economic,internal,s1,2,,\n"
    "visitors,,2018,20000,,persons/year,about,cultural,internal,s1,3,,\n",
    "events.csv": "date,title,kind,dimension,scope,source,locator,note,via\n"
    "2010,Mill opens to artists,founding,cultural,internal,s1,4,,\n",
}
DIMENSIONS = ("economic", "cultural", "social", "environmental")


def test_a_folder_of_five_rows_gives_a_short_report(tmp_path: Path) -> None:
    folder = tmp_path / "mill-five"
    folder.mkdir()
    for name, content in FEW.items():
        (folder / name).write_text(content, "utf-8")
    out = tmp_path / "out"
    chapters = ["--chapters", ",".join((*DIMENSIONS, "status"))]
    done = clusterbook("report", str(folder), *chapters, "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "2 of 2 observed figures (100%)" in done.stderr
    for name in DIMENSIONS:
        page = (out / "html" / "chapters" / f"{name}.html").read_text("utf-8")
        article = page[page.index("<article") : page.index("</article")]
        article = re.sub(r"<(details|script)\b.*?</\1>", " ", article, flags=re.S)
        assert article.count('class="cb-gap"') <= 2, f"box after box in {name}"
        words = unescape(re.sub(r"<[^>]+>", " ", article)).split()
        assert len(words) < 600, f"{len(words)} words in {name}"
        assert "Not on record" in words or "Not on record" in article


@pytest.mark.parametrize("chapter", ["economic", "overview"])
def test_a_book_of_one_cluster_has_nothing_to_set_beside_it(tmp_path: Path, chapter: str) -> None:
    root = small_copy(tmp_path / "book", ("ningbo-1956",))
    with environment({"CLUSTERBOOK_ROOT": str(root)}):
        assert run(chapter, "ningbo-1956").text
