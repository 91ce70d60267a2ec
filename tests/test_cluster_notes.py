"""Notes of the clusters beside M50: their own argument, in their own words, of a page's length."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from conftest import ROOT

CLUSTERS = ROOT / "data" / "clusters"
OTHERS = sorted(p.name for p in CLUSTERS.iterdir() if p.is_dir() and p.name != "m50")
LISTS = ("ningbo-1956", "qiyun-86")
"""Clusters with too few sources for an argument."""
ARGUED = [slug for slug in OTHERS if slug not in LISTS]
FEWEST, MOST = 300, 600
"""Words of a cluster's notes, a number from a row being one and a citation none."""
WORDS_OF_M50 = (
    "M50", "Moganshan", "Suzhou Creek", "creek", "socialist", "socialism", "graffiti", "textile",
    "woollen", "Chunming", "Xinhe", "Xue Song", "Nongtang", "Art Week", "Eastlink", "MadeIn",
    "Taopu", "Putuo", "Art Season", "Creative M50",
)  # fmt: skip
RUN = 8
"""So many words in a row that stand in M50's notes too are M50's words."""


def prose(path: Path) -> str:
    """Return a notes file without its list of figures, headings and citations, `#` for a number."""
    text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"^#+ .*$", "", text, flags=re.M)
    text = re.sub(r"\{source\}`[^`]*`", "", text)
    return re.sub(r"\{[a-z:]+\}`[^`]*`", "#", text)


def notes_of(slug: str) -> str:
    return "\n".join(prose(path) for path in sorted((CLUSTERS / slug / "notes").glob("*.md")))


def words(text: str) -> list[str]:
    return re.findall(r"#|[\w'’-]+", text)


def rows_of(slug: str) -> str:
    """Return all cells of a cluster's tables as one text."""
    cells = []
    for path in (CLUSTERS / slug).glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells += [cell for row in csv.reader(file) for cell in row]
    return "\n".join(cells).lower()


def runs(text: str) -> set[tuple[str, ...]]:
    found = [word.lower() for word in words(text) if word != "#"]
    return {tuple(found[at : at + RUN]) for at in range(len(found) - RUN + 1)}


@pytest.mark.parametrize("slug", ARGUED)
def test_an_argument_is_a_page_long(slug: str) -> None:
    assert FEWEST <= len(words(notes_of(slug))) <= MOST


@pytest.mark.parametrize("slug", LISTS)
def test_a_cluster_with_few_sources_is_called_a_list(slug: str) -> None:
    assert [p.name for p in (CLUSTERS / slug / "notes").iterdir()] == ["overview.md"]
    text = notes_of(slug)
    assert "evidence list" in text
    assert "too few sources" in text
    assert len(words(text)) <= 120


@pytest.mark.parametrize("slug", OTHERS)
def test_words_of_m50_stand_where_rows_say_them(slug: str) -> None:
    text, rows = notes_of(slug).lower(), rows_of(slug)
    held = [word for word in WORDS_OF_M50 if re.search(rf"\b{re.escape(word.lower())}\b", text)]
    assert [word for word in held if word.lower() not in rows] == []


@pytest.mark.parametrize("slug", OTHERS)
def test_no_phrase_is_taken_from_m50(slug: str) -> None:
    assert runs(notes_of(slug)) & runs(notes_of("m50")) == set()


def test_no_phrase_stands_in_two_arguments() -> None:
    seen: dict[tuple[str, ...], str] = {}
    twice = []
    for slug in ARGUED:
        for run in runs(notes_of(slug)):
            if seen.setdefault(run, slug) != slug:
                twice.append((seen[run], slug, " ".join(run)))
    assert twice == []


@pytest.mark.parametrize("slug", OTHERS)
def test_a_sentence_stands_on_a_line_and_begins_with_no_citation(slug: str) -> None:
    for path in sorted((CLUSTERS / slug / "notes").glob("*.md")):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not line.startswith("{source}"), f"{path}: {line}"
        for line in prose(path).splitlines():
            assert not re.search(r"[.!?] [A-Z]", line), f"{path}: two sentences on a line: {line}"
