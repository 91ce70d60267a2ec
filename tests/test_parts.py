"""A book of many clusters is built in parts, and is the book that one run would build."""

from __future__ import annotations

import json
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import small_copy

from clusterbook.publishing import book
from clusterbook.publishing.book import in_parts
from clusterbook.publishing.digest import files_below
from clusterbook.publishing.report import report

CLUSTERS = ["tianzifang", "zollverein", "west-bund", "ningbo-1956", "hefeng", "qiyun-86"]
"""Of three cities: one is the main cluster's, one stands in the first part, one in the others."""

CHAPTERS = ["overview", "city", "comparison", "glossary", "status"]
"""Pages that stand once for a cluster, a city and the book, and lead to each other."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """The same report, by one run and by parts of two clusters."""
    place = tmp_path_factory.mktemp("parts")
    root = small_copy(place / "copy", ("m50", *CLUSTERS))
    made = {}
    with pytest.MonkeyPatch.context() as patch:
        for most in (150, 2):
            patch.setattr(book, "PART", most)
            made[most] = place / str(most)
            outcome = report(root, CLUSTERS, {}, CHAPTERS, made[most])
            assert outcome.good, outcome
            assert list(outcome.coverage) == CLUSTERS
    return made


def test_parts_are_the_book_of_one_run_byte_for_byte(built: dict[int, Path]) -> None:
    whole, parts = (
        {file.relative_to(place).as_posix(): file.read_bytes() for file in files_below(place)}
        for place in built.values()
    )
    assert len([name for name in whole if name.endswith(".html")]) > 30
    assert whole.keys() == parts.keys()
    assert [name for name in whole if whole[name] != parts[name]] == []


def test_every_part_is_in_the_search_and_the_gallery(built: dict[int, Path]) -> None:
    html = built[2] / "html"
    text = (html / "searchindex.js").read_text("utf-8")
    index = json.loads(text[text.index("{") : text.rindex("}") + 1])
    pages = dict(zip(index["docnames"], index["titles"], strict=True))
    cards = (html / "clusters.html").read_text("utf-8")
    for slug in CLUSTERS:
        folder = "chapters" if slug == CLUSTERS[0] else f"clusters/{slug}"
        assert {f"{folder}/{name}" for name in ("overview", "status", "ledger")} <= pages.keys()
        assert f'<li><a href="{folder}/overview.html">' in cards
    found = {index["docnames"][page] for page in index["terms"]["loft"]}
    assert len({posixpath.dirname(page) for page in found}) > 1, "words of several parts"


LINK = re.compile(r'(?:href|src|srcset)="([^"#?:]+)(?:[#?][^":]*)?"')


def test_no_link_between_parts_is_broken(built: dict[int, Path]) -> None:
    html = built[2] / "html"
    between = 0
    for page in (p for p in html.rglob("*.html") if "_static" not in p.parts):
        for link in LINK.findall(page.read_text("utf-8")):
            target = page.parent / unquote(link)
            assert target.exists(), f"{page.relative_to(html)} leads to {link}"
            between += "clusters" in link or "cities" in link
    assert between > 50


def test_clusters_of_parts() -> None:
    assert in_parts(["a"], "a") == [["a"]]
    assert in_parts([*"abc"], "a") == [[*"abc"]]
    many = [str(number) for number in range(302)]
    parts = in_parts(many, "0")
    assert [len(part) for part in parts] == [151, 151, 2]
    assert {part[0] for part in parts} == {"0"}
    assert [slug for part in parts for slug in part[1:]] == many[1:]
