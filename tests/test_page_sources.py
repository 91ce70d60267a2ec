"""The sources of a page in BibTeX: what it cites, nothing that may not be printed, read back alike."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from clusterbook.evidence import Source, open_case
from clusterbook.evidence.root import cluster_slugs
from clusterbook.evidence.sources import COMPILERS, read_sources
from clusterbook.evidence.toc import Line
from clusterbook.prose.references import all_rows
from clusterbook.publishing.citation import bibtex
from clusterbook.publishing.page_sources import cited, offer
from clusterbook.publishing.pages import Book
from clusterbook.publishing.single_file import inline_figures

SAME = ("key", "kind", "authors", "title", "publisher", "year", "url", "language", "grade", "note")


@pytest.mark.parametrize("slug", cluster_slugs())
def test_the_file_is_read_back_as_it_was(slug: str, tmp_path: Path) -> None:
    sources = open_case(slug).all_sources
    file = tmp_path / "sources.bib"
    file.write_text(bibtex(sources.values()), "utf-8")
    back = read_sources(file, "back")
    assert list(back) == list(sources)
    for key, source in sources.items():
        if source.link:
            assert all(getattr(back[key], n) == getattr(source, n) for n in SAME), key
        else:
            assert back[key].title == source.title
            assert back[key].year == source.year


def test_an_address_that_may_not_be_printed_is_in_no_entry() -> None:
    hidden = [
        s for slug in cluster_slugs() for s in open_case(slug).all_sources.values() if not s.link
    ]
    assert len(hidden) > 20
    for source in hidden:
        entry = bibtex([source])
        assert "url =" not in entry
        assert "://" not in entry
        host = re.search(r"(?:://|^)(?:www\.)?([\w-]+\.[\w.-]+)", source.url)
        assert host is None or host.group(1) not in entry


@pytest.mark.parametrize(
    ("body", "used", "wanted"),
    [
        ('<a href="sources.html#src-zheng2006creative">Zheng</a>', 0, {"zheng2006creative"}),
        ('<li id="src-zheng2006creative">', 0, {"zheng2006creative"}),
        ('<a href="positions.html#src-kong2009space">Kong</a>', 0, {"kong2009space"}),
        ('<a href="../clusters/redtory/sources.html#src-compilers">x</a>', 0, set()),
        ('<a href="sources.html#src-nobody">x</a>', 0, set()),
        ("no source", 0, set()),
        ("no source", 3, None),
    ],
)
def test_a_page_cites_what_it_names_and_whose_rows_it_uses(
    body: str, used: int, wanted: set[str] | None
) -> None:
    rows = all_rows(open_case("m50")).query("table == 'events'").head(used)
    found = {source.key for source in cited(body, "m50", "m50", rows["anchor"])}
    assert found == (set(rows["source"]) if wanted is None else wanted)


def test_another_clusters_source_is_found_there() -> None:
    key = next(iter(set(open_case("zollverein").sources) - set(open_case("m50").all_sources)))
    body = f'<a href="../clusters/zollverein/sources.html#src-{key}">x</a>'
    assert [source.key for source in cited(body, "m50", "m50", ())] == [key]


def test_the_file_stands_beside_the_book_and_is_always_the_same(tmp_path: Path) -> None:
    book = Book("m50", [Line("", "chapters/economic")], ())
    body = '<a href="sources.html#src-zheng2006creative"></a><a href="sources.html#src-m50article"></a>'
    line = offer(body, "clusters/redtory/economic", book, (), tmp_path)
    assert 'href="../../_downloads/clusters-redtory-economic.bib" download' in line
    assert "(2)" in line
    first = (tmp_path / "_downloads" / "clusters-redtory-economic.bib").read_bytes()
    turned = "".join(reversed(re.findall("<a.*?</a>", body)))
    offer(turned, "clusters/redtory/economic", book, (), tmp_path)
    assert (tmp_path / "_downloads" / "clusters-redtory-economic.bib").read_bytes() == first
    assert offer("nothing", "chapters/economic", book, (), tmp_path) == ""
    assert COMPILERS not in first.decode()


def test_the_single_file_holds_it_inside(tmp_path: Path) -> None:
    body = '<a href="sources.html#src-zheng2006creative">Zheng</a>'
    line = offer(body, "chapters/economic", Book("m50", [], ()), (), tmp_path)
    article = BeautifulSoup(line, "html.parser")
    (tmp_path / "chapters").mkdir()
    inline_figures(article, tmp_path / "chapters")
    link = article.a
    assert link is not None
    kind, _, data = str(link["href"]).partition(";charset=utf-8;base64,")
    assert kind == "data:application/x-bibtex"
    assert b64decode(data).startswith(b"@misc{zheng2006creative,")
    assert link["download"] == "chapters-economic.bib"


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    told = (
        ("title", "A } @misc{x, title={y}} \\input{z} 100% & #1"),
        ("year", "2020"),
        ("keywords", "grade:B"),
    )
    source = Source("bad", "x", "misc", (("O, D {and} Co", ""),), "", "", "2020", "", "", "B", "", True,
                    entry="misc", fields=told)  # fmt: skip
    file = tmp_path / "sources.bib"
    file.write_text(bibtex([source]), "utf-8")
    back = read_sources(file, "back")
    assert list(back) == ["bad"]
    assert back["bad"].title == told[0][1]
