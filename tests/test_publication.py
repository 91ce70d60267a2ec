"""What readers expect of a published book: edition, download, citation, uses, a 404 page."""

from __future__ import annotations

import json
import re
import zipfile
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from conftest import ROOT
from docutils import nodes
from sphinx.application import Sphinx

from clusterbook.evidence import EvidenceError, open_case
from clusterbook.evidence.gap import Gap, told_once
from clusterbook.evidence.settings import Edition, read_edition
from clusterbook.evidence.toc import Line
from clusterbook.publishing import head, uses
from clusterbook.publishing.citation import cite
from clusterbook.publishing.download import write_evidence
from clusterbook.publishing.extension import write_not_found
from clusterbook.publishing.gallery import card

EDITION = Edition("0.1.0", "2026-11")
PERSONS = {
    "title": "A book",
    "authors": [{"family-names": "Müller", "given-names": "Ida"}, {"name": "R&D group"}],
    "date-released": "2026-11-22",
}


def test_edition_is_the_same_wherever_it_stands() -> None:
    edition = read_edition(ROOT)
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    assert cff["version"] == package["version"] == edition.number
    assert edition.evidence_words == "November 2026"


@pytest.mark.parametrize(
    ("text", "field"),
    [("", "edition"), ("edition: 1\nevidence: 2026-11\n", "edition"), ("- a\n", "edition"),
     ("edition: 0.1.0\nevidence: lately\n", "evidence"), ("edition: 0.1.0\n", "evidence")],
)  # fmt: skip
def test_an_edition_that_says_nothing_is_refused(tmp_path: Path, text: str, field: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "edition.yml").write_text(text, "utf-8")
    with pytest.raises(EvidenceError, match=f"edition.yml, {field}"):
        read_edition(tmp_path)


def test_a_chapter_is_cited_with_cluster_and_edition() -> None:
    citation = cite(PERSONS, EDITION, "Rents & tenants", "M50", "cb-m50-economic")
    assert citation.text == (
        "Müller, Ida; R&D group (2026). Rents & tenants: M50. In: A book. "
        "Edition 0.1.0, evidence as of November 2026."
    )
    from pybtex.database import parse_string

    entry = parse_string(citation.bibtex, "bibtex").entries["cb-m50-economic"]
    assert [str(person) for person in entry.persons["author"]] == ["Müller, Ida", r"{R\&D group}"]
    assert entry.fields["title"] == r"Rents \& tenants: M50"
    assert entry.fields["edition"] == "0.1.0"
    assert "url" not in entry.fields


def test_the_citation_carries_an_address_where_there_is_one() -> None:
    citation = cite(PERSONS, EDITION, "Social", "M50", "k", "https://example.org/social.html")
    assert citation.text.endswith("https://example.org/social.html")
    assert "url = {https://example.org/social.html}" in citation.bibtex


def test_the_download_has_all_evidence_and_equal_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one.zip", tmp_path / "two.zip"
    write_evidence(ROOT, one)
    write_evidence(ROOT, two)
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as file:
        names = file.namelist()
        assert names == sorted(names)
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        package = json.loads(file.read("datapackage.json"))
        assert {r["path"] for r in package["resources"]} <= set(names)
        inside = file.read("clusters/m50/observations.csv")
    assert inside == (ROOT / "data/clusters/m50/observations.csv").read_bytes()
    assert "clusters/m50/notes/economic.md" in names
    assert "LICENSE" in names
    assert not any(name.startswith("instruments/") for name in names)


def test_the_download_holds_folders_from_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mill = tmp_path / "my-mill"
    mill.mkdir()
    (mill / "cluster.csv").write_text("field,value,source,locator\nname,Mill,a,b\n", "utf-8")
    (mill / ".secret.csv").write_text("x\n", "utf-8")
    (mill / "photo.jpg").write_bytes(b"x")
    (mill / "datapackage.json").write_text('{"title": "Old"}', "utf-8")
    monkeypatch.setenv("CLUSTERBOOK_FOLDERS", str(mill))
    write_evidence(ROOT, tmp_path / "e.zip")
    with zipfile.ZipFile(tmp_path / "e.zip") as file:
        ours = [name for name in file.namelist() if name.startswith("clusters/my-mill/")]
        package = json.loads(file.read("clusters/my-mill/datapackage.json"))
    assert ours == ["clusters/my-mill/cluster.csv", "clusters/my-mill/datapackage.json"]
    assert package["title"] == "Evidence on Mill"


def test_the_gallery_escapes_names_and_tells_none_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mill = tmp_path / "my-mill"
    mill.mkdir()
    facts = {"name": "<b>Mill</b>", "local_name": "<b>Mill</b>", "city": "Oz", "country": "Oz"}
    lines = [f"{field},{value},key1,p. 1" for field, value in facts.items()]
    (mill / "cluster.csv").write_text("\n".join(["field,value,source,locator", *lines]), "utf-8")
    (mill / "sources.bib").write_text("@misc{key1, title = {Mills}, year = {2020}}", "utf-8")
    monkeypatch.setenv("CLUSTERBOOK_FOLDERS", str(mill))
    shown = card(open_case("my-mill"), "clusters/my-mill/overview")
    assert shown.count("&lt;b&gt;Mill&lt;/b&gt;") == 1
    assert "<b>" not in shown
    assert "Oz ·" in shown
    assert "Oz, Oz" not in shown


LEDGER = (
    '<tr id="obs-11111111" data-t="observation"><td>x</td><td class="cb-used"></td></tr>'
    '<tr id="claim-22222222"><td>y</td><td class="cb-used"></td></tr>'
    '<tr data-t="fact"><td>z</td><td class="cb-used"></td></tr>'
    '<tr id="event-33333333"><td>w</td><td class="cb-used"></td></tr>'
)


def test_uses_are_found_in_text_and_in_figures() -> None:
    text = (
        '<a class="cb-n" href="ledger.html?rows=obs-11111111,claim-22222222#obs-11111111">2</a>'
        '<a href="ledger.html#event-33333333">3</a><a href="ledger.html?source=a">all</a>'
    )
    assert uses.in_text(text) == {"obs-11111111", "claim-22222222", "event-33333333"}
    found = uses.uses_of(['<a href="ledger.html#obs-11111111">'], {
        "rents": "value,anchor\n1,obs-11111111\n2,claim-22222222-2\n"
    })  # fmt: skip
    assert found == {"claim-22222222-2": "figure-rents", "obs-11111111": ""}


def test_the_ledger_says_where_rows_are_used() -> None:
    told = {
        "chapters/economic": {"obs-11111111": "", "claim-22222222": "figure-balance"},
        "chapters/overview": {"obs-11111111": ""},
        "chapters/sources": {"event-33333333": "figure-sources"},
        "clusters/other/social": {"event-33333333": ""},
    }
    filled = uses.fill(LEDGER, "chapters", told, ["overview", "economic", "sources"])
    cells = re.findall(r'<td class="cb-used">(.*?)</td>', filled)
    assert cells == [
        '<a href="overview.html">overview</a>, <a href="economic.html">economic</a>',
        '<a href="economic.html#figure-balance">economic</a>', "", "",
    ]  # fmt: skip


PLACE = '<td><code class="cb-place">data/clusters/m50/x &amp; &quot;y&quot;.csv, row 7</code></td>'


def test_without_a_repository_the_place_alone_is_shown() -> None:
    assert uses.add_links(PLACE, "", "0.1.0") == PLACE


def test_with_a_repository_an_error_is_reported_with_the_row_named() -> None:
    page = uses.add_links(PLACE, "https://example.org/a/b", "0.1.0")
    (url,) = re.findall(r'href="([^"]+)"', page)
    parts = urlsplit(unescape(url))
    assert parts.path == "/a/b/issues/new"
    asked = parse_qs(parts.query)
    assert asked["title"] == ['Error in data/clusters/m50/x & "y".csv, row 7']
    assert asked["body"] == ["Edition 0.1.0: what is wrong?"]


@pytest.mark.parametrize(
    "bad", ["javascript:alert(1)", 'https://a"b', "example.org", "https://a b"]
)
def test_an_address_that_is_none_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="clusterbook_issues"):
        uses.check_address(bad)
    assert uses.check_address("https://example.org/a/b/") == "https://example.org/a/b"


def test_a_page_is_described_by_its_answer() -> None:
    body = (
        '<p>First.</p><div class="cb-answer"><p>Rents rose to <a class="cb-n" title="t &lt;">5'
        "</a>&nbsp;yuan &amp; more.</p></div>"
    )
    assert head.description(body) == "Rents rose to 5 yuan & more."
    assert head.description("<p>Only this.</p>") == "Only this."
    assert head.description("<h1>Nothing</h1>") == ""
    long = head.description(f"<p>{'word ' * 100}</p>")
    assert len(long) <= head.LONGEST
    assert long.endswith("word…")


def test_meta_elements_are_relative_without_an_address_and_escaped() -> None:
    tags = head.tags('A "b"', "Book", "x <y>", "chapters/economic", "")
    assert 'property="og:image" content="../_static/social.png"' in tags
    assert "og:url" not in tags
    assert 'content="A &quot;b&quot;"' in tags
    assert "<y>" not in tags
    told = head.tags("A", "Book", "", "chapters/economic", "https://example.org/book/")
    assert 'content="https://example.org/book/_static/social.png"' in told
    assert 'content="https://example.org/book/chapters/economic.html"' in told
    assert "description" not in told


def test_the_page_for_nothing_stands_alone(tmp_path: Path) -> None:
    page = _not_found(tmp_path, "A <book>", "Over & view")
    assert "A &lt;book&gt;" in page
    assert 'href="chapters/overview.html"' in page
    assert not re.search(r'(?:src|href)="(?!chapters/|data:)', page)
    assert "var known = null" in page
    assert 'var known = "/book/"' in _not_found(tmp_path, "B", "", "https://example.org/book")


def _not_found(folder: Path, book: str, title: str, address: str = "") -> str:
    """Return the page for nothing of a book with one page."""
    lines = [Line("", "chapters/overview")] if title else []
    config = {"clusterbook_lines": lines, "html_title": book, "html_baseurl": address}
    titles = {"chapters/overview": nodes.title(title, title)}
    app = SimpleNamespace(env=SimpleNamespace(titles=titles), config=SimpleNamespace(**config))
    write_not_found(cast(Sphinx, app), folder / "404.html")
    return (folder / "404.html").read_text("utf-8")


def test_the_preview_picture_has_the_size_that_is_promised() -> None:
    from clusterbook.publishing.social import FILE, HEIGHT, WIDTH

    content = FILE.read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    size = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    assert size == (WIDTH, HEIGHT) == (1200, 630)


def test_a_data_gap_is_told_in_full_once_a_page(book: Path) -> None:
    for page in book.glob("c*/**/*.html"):
        text = page.read_text("utf-8")
        told = re.findall(r"<strong>Data gap\.</strong> No evidence on ([^<]*)\.</p>", text)
        assert len(told) == len(set(told)), page
        assert text.count('<div class="cb-gap"') == len(told), page
        repeated = re.findall(r"as above: no evidence on ([^<]*)\.</p>", text)
        assert set(repeated) <= set(told), page


def test_a_gap_that_returns_is_told_in_a_line() -> None:
    rents, visits = (Gap(what, ["observations.csv"])._repr_html_() for what in ("rents", "visits"))
    page = told_once(f"{rents}<p>x</p>{visits}{rents}")
    assert page.startswith(f"{rents}<p>x</p>{visits}<p ")
    assert page.count('<div class="cb-gap"') == 2
    assert page.endswith("as above: no evidence on rents.</p>")
