"""The page about the compendium: its counts from the rows, the figures that changed, no name made up."""

from __future__ import annotations

import re

import pytest
import yaml
from conftest import ROOT
from running import Page, run

from clusterbook.analysis.balance import empirical
from clusterbook.analysis.chronology import chronology_of
from clusterbook.analysis.participation import programmes
from clusterbook.evidence.case import open_case
from clusterbook.evidence.lists import read_list
from clusterbook.publishing.download import members


@pytest.fixture(scope="module")
def page() -> Page:
    return run("about", "")


def test_counts_are_those_of_the_rows(page: Page) -> None:
    assert f"{page.names['rows']:,} rows from {len(page.names['texts'])} texts" in page.text
    assert f"{len(page.names['searches'])} searches" in page.text
    assert len(page.names["searches"]) > 50


def test_the_change_log_tells_the_figures_that_the_page_tells(page: Page) -> None:
    log = (ROOT / "CHANGELOG.md").read_text("utf-8")
    for line in read_list("changes").itertuples():
        assert f"| {line.what} | {line.before} | {line.now} |" in log
        assert f"{line.what} {line.before} {line.now}" in page.text


def test_what_it_says_of_now_is_so() -> None:
    case, now = open_case("m50"), read_list("changes").set_index("what")["now"]
    own = empirical(case.findings).query("source == 'm50article'")
    offered = programmes(case.initiatives)
    told = int((offered["level"] >= 0).sum())
    assert now["Claims of the article that count as empirical"] == str(len(own))
    assert now["Dated events of M50"] == str(len(chronology_of(case).events))
    assert f"told in {told} of {len(offered)}" in now["Say of the public in programmes of M50"]


def test_no_person_is_named_who_is_not_in_the_citation_file(page: Page) -> None:
    authors = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["authors"]
    text = (ROOT / "chapters" / "about.md").read_text("utf-8")
    assert "owner's to supply" in text
    named = [a for a in authors if "family-names" in a]
    assert named or not re.search(r"\b(?:written|compiled|edited) by [A-Z]", text)


def test_the_change_log_travels_with_the_evidence() -> None:
    assert "CHANGELOG.md" in dict(members(ROOT))
