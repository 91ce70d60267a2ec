"""A report shows what evidence there is, and folds what there is not."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from conftest import clusterbook

from clusterbook.evidence.root import cluster_slugs
from clusterbook.publishing.folding import folded

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


def text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": source[:4], "metadata": {}, "source": source}


def code(*htmls: str) -> dict[str, Any]:
    outputs = [{"output_type": "execute_result", "data": {"text/html": html}} for html in htmls]
    return {"cell_type": "code", "id": "c", "metadata": {}, "source": "x", "outputs": outputs}


TOP = [text("# Chapter"), code()]


def told(cells: list[dict[str, Any]]) -> str:
    """The headings that are left, and what the list at the end says."""
    texts = [str(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    heads = re.findall(r"^#+ .*$", "\n".join(texts), re.M)
    last = cells[-1].get("outputs", [{}])[0].get("data", {}).get("text/html", "") if cells else ""
    listed = re.sub(r"<[^>]+>", "", last) if "cb-not-on-record" in last else ""
    return " / ".join([*heads, listed])


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ([text("## A\n\nwords"), code("<p>1</p>")], "# Chapter / ## A / "),
        ([text("## A"), code(GAP.format("rents")), text("## B"), code("<p>1</p>")],
         "# Chapter / ## B / ## Not on record / "
         f"A: no evidence on rents. Rows that would fill it: {HEAD}."),
        ([text("## A"), code(GAP.format("rents"), ""), code("<p>1</p>")], "# Chapter / ## A / "),
        ([text("## A"), code("")], "# Chapter / ## Not on record / A: nothing."),
        ([text("## A"), code("<p>1</p>"), text("### B\n\nx"), code(GAP.format("b"))],
         "# Chapter / ## A / ## Not on record / "
         f"B: no evidence on b. Rows that would fill it: {HEAD}."),
        ([text("## A"), code(GAP.format("a")), text("### B"), code("<p>1</p>")],
         "# Chapter / ## A / ### B / "),
        ([text("## A"), code(GAP.format("a")), text("### B"), code(GAP.format("b"))],
         f"# Chapter / ## Not on record / A: no evidence on a. Rows that would fill it: {HEAD}."
         f"B: no evidence on b. Rows that would fill it: {HEAD}."),
        ([text("intro\n\n## A & *b*"), code(GAP.format("a"))],
         f"# Chapter / ## Not on record / A &amp; b: no evidence on a. Rows that would fill it: {HEAD}."),
        ([text("## Only words")], "# Chapter / ## Only words / "),
    ],
)  # fmt: skip
def test_sections_without_evidence_fold(cells: list[dict[str, Any]], wanted: str) -> None:
    assert told(folded([*TOP, *cells])) == wanted


def test_a_cell_without_a_result_loses_its_code() -> None:
    left = folded([*TOP, text("## A"), code("<p>1</p>"), code(""), code()])
    assert [len(cell.get("outputs", [])) for cell in left] == [0, 0, 0, 1, 0]


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
    chapters = ["--chapters", ",".join(DIMENSIONS)]
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
