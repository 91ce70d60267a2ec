"""What no page of the built book may hold: another place's words, a lone mark, a label as a subject."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from shared_words import MAIN, sentences, shared

from clusterbook.evidence.case import city_of, open_case
from clusterbook.evidence.root import cluster_slugs
from clusterbook.publishing.figures import MARK

OTHERS = [slug for slug in cluster_slugs() if slug != MAIN]
CONTEXT = ROOT / "data" / "context"
OF_M50 = ("socialist", "suzhou creek", "graffiti", "moganshan")


def own_words(folder: Path) -> str:
    """All that rows, notes and sources of a cluster or a city say, in small letters."""
    kinds = (".csv", ".md", ".bib")
    files = sorted(path for path in folder.rglob("*") if path.suffix in kinds)
    return " ".join(path.read_text("utf-8") for path in files).lower()


def foreign(page: Path, own: str) -> list[str]:
    """The sentences of a page that name what is M50's or its city's, though no row of its own does."""
    words = [word for word in OF_M50 if word not in own]
    return [text for text in sentences(page) for word in words if word in text.lower()]


@pytest.mark.parametrize("slug", OTHERS)
def test_what_is_m50s_is_told_of_another_cluster_only_by_its_rows(book: Path, slug: str) -> None:
    case = open_case(slug)
    own = own_words(case.folder)
    city = own_words(CONTEXT / city_of(slug)) if case.city else ""
    common = (ROOT / "data" / "sources.bib").read_text("utf-8").lower()
    for page in sorted((book / "clusters" / slug).glob("*.html")):
        lists = page.stem in ("ledger", "sources")  # which hold the rows of the city too
        assert foreign(page, f"{own} {city} {common}" if lists else own) == [], page.name


def test_what_is_m50s_is_told_of_another_city_only_by_its_rows(book: Path) -> None:
    pages = sorted((book / "cities").glob("*.html"))
    assert pages
    for page in pages:
        assert foreign(page, own_words(CONTEXT / page.stem)) == [], page.name


def test_a_leak_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<article><p>It rained. The Suzhou Creek is near.</p></article>", "utf-8")
    assert foreign(page, "a mill") == ["The Suzhou Creek is near."]
    assert foreign(page, "a mill at suzhou creek") == []


def labelled(page: Path, labels: re.Pattern[str]) -> list[str]:
    """The sentences of a page's prose that have a citation label as their subject."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    prose = soup.select("article :is(p, li, dd):not(td *, [id^=src-])")
    said = [re.sub(r"\s+", " ", part.get_text()).strip() for part in prose]
    return [text for part in said for text in re.split(r"(?<=[.!?]) ", part) if labels.match(text)]


@pytest.mark.parametrize("slug", [MAIN, *OTHERS])
def test_no_sentence_begins_with_a_citation_label(book: Path, slug: str) -> None:
    names = {source.label for source in open_case(slug).all_sources.values()}
    labels = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(names)))}) (?=[a-z])")
    folder = book / ("chapters" if slug == MAIN else f"clusters/{slug}")
    for page in sorted(folder.glob("*.html")):
        if page.stem not in ("ledger", "sources", "methods"):
            assert labelled(page, labels) == [], page.name


def test_a_label_as_subject_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<article><p>So it is. <a>Xu 2010</a> tells it.</p></article>", "utf-8")
    assert labelled(page, re.compile("Xu 2010 (?=[a-z])")) == ["Xu 2010 tells it."]


SPEC = re.compile(r'id="figure-([\w-]+)">.*?class="cb-spec">(.*?)</script>', re.S)
DRAWN = ("point", "circle", "square", "bar", "rect", "tick", "arc", "line")


def drawn(spec: dict[str, Any], above: Any = None, sets: Any = None) -> int:
    """How many data a chart draws at most by one layer of marks, in all its views.

    Names of rows, axes and rules are no marks.
    """
    sets, above = spec.get("datasets", sets or {}), spec.get("data", above)
    mark = spec.get("mark")
    if (mark["type"] if isinstance(mark, dict) else mark) in DRAWN:
        return len(above["values"] if "values" in above else sets[above["name"]])
    views = [part for kind in ("vconcat", "hconcat", "concat") for part in spec.get(kind, [])]
    views += [spec["spec"]] if "facet" in spec else []
    layers = [drawn(part, above, sets) for part in spec.get("layer", [])]
    return sum(drawn(part, above, sets) for part in views) + max(layers, default=0)


def lone(page: Path) -> list[str]:
    """The figures of a page in which nothing but a single mark is drawn."""
    found = SPEC.findall(page.read_text("utf-8"))
    return [name for name, spec in found if drawn(unpacked(spec)) < 2]


def unpacked(spec: str) -> Any:
    """The wide layout of a figure, with the texts of the page's table in their places."""
    both = json.loads(spec)

    def text(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: text(child) for key, child in node.items()}
        if isinstance(node, list):
            return [text(child) for child in node]
        packed = isinstance(node, str) and node.startswith(MARK)
        return both["texts"][int(node[1:])] if packed else node

    return text(both["wide"])


def test_no_chart_has_a_single_mark(book: Path) -> None:
    pages = sorted(book.glob("c*/**/*.html"))
    assert sum(len(SPEC.findall(page.read_text("utf-8"))) for page in pages) > 100
    assert {page.name: lone(page) for page in pages if lone(page)} == {}


def test_at_most_a_third_of_a_clusters_words_are_m50s(book: Path) -> None:
    for slug, (words, same, _) in shared(book).items():
        if len(list(open_case(slug).folder.glob("notes/*.md"))) > 1:  # the others are lists
            assert same.total() <= 0.35 * words, (slug, same.most_common(20))


@pytest.mark.parametrize("slug", [MAIN, "zollverein", "798", "tianzifang"])
def test_a_data_sheet_prints_on_one_page(visit: Any, slug: str) -> None:
    folder = "chapters" if slug == MAIN else f"clusters/{slug}"
    printed = visit(f"{folder}/sheet.html").page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
