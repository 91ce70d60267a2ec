"""Rules of the text: no number typed in prose, short cells, no function in a chapter."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path
from typing import Any

import jupytext
import pytest
from conftest import ROOT

CHAPTERS = sorted((ROOT / "chapters").glob("*.md"))
NOTES = sorted((ROOT / "data").glob("c*/*/notes/*.md"))

PROPER = re.compile(
    r"M50|798|1933|1956|Qiyun 86|Bridge 8|Culture\|2030|2030 Agenda|Building \d+|IAP2|Creative M50|"
    r"(?:Wang|Kong|Zheng|Dong|Arnstein|UNESCO|Zukin|Boyle)(?: and \w+)? \(?(?:19|20)\d\d\)?|"
    r"Expo 2010|Peninsula 1919|ART021|\"[^\"]*\"|“[^”]*”"
)
"""What may hold digits: proper names, years in citations and works' names, quotations."""
CODE = re.compile(r"`[^`]*`|\{[a-z:]+\}`[^`]*`|^\s*\|.*\|\s*$", re.M)
SMALL_WORDS = re.compile(r"\b\d+\b")


def prose_of(path: Path) -> str:
    """Return the text of a page without its head, its cells and its code."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)
    text = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    return CODE.sub("", text)


@pytest.mark.parametrize("path", [*CHAPTERS, *NOTES], ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_no_number_is_typed_in_prose(path: Path) -> None:
    left = PROPER.sub("", prose_of(path))
    typed = [line.strip() for line in left.splitlines() if SMALL_WORDS.search(line)]
    assert typed == [], "write the number through a sentence of the library, or name its row"


def test_the_rule_finds_a_typed_number(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("---\nx: 1\n---\nM50 had 160 tenants.\n```{code-cell}\nx = 3\n```\n")
    assert SMALL_WORDS.search(PROPER.sub("", prose_of(page)))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_one_sentence_a_line(path: Path) -> None:
    for line in prose_of(path).splitlines():
        text = re.sub(r"\b(?:for|Dr|Mr|Mrs|No)\.", "", line)
        assert not re.search(r"[.!?] [A-Z][a-z]+ ", text), f"two sentences on a line: {line}"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_cells_are_short_and_define_nothing(path: Path) -> None:
    cells = [c for c in jupytext.read(path, fmt="md:myst").cells if c.cell_type == "code"]
    lengths = [len(cell.source.splitlines()) for cell in cells]
    assert statistics.median(lengths) <= 7
    assert max(lengths) <= 20
    for cell in cells:
        assert not re.search(r"^\s*(def|class)\b", cell.source, re.M)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_chapters_are_true_for_any_cluster(path: Path) -> None:
    text = prose_of(path).replace("M50 article", "")
    assert "M50" not in text
    assert "Shanghai" not in text
    assert "Moganshan" not in text


GLUE = re.compile(r"\{glue(?::text)?\}`([\w-]+)`")


@pytest.mark.parametrize("path", NOTES, ids=lambda p: f"{p.parent.parent.name}-{p.stem}")
def test_every_figure_of_the_notes_is_made_and_used(path: Path) -> None:
    from clusterbook.evidence.case import open_case, open_city
    from clusterbook.prose.notes import notes_problems, read_notes
    from clusterbook.publishing.own_texts import sections_shown

    of_city = path.parent.parent.parent.name == "context"
    case = (open_city if of_city else open_case)(path.parent.parent.name)
    shown = sections_shown(ROOT, path.stem)
    assert notes_problems(case, path.stem, shown) == []
    notes = read_notes(case.folder, path.stem)
    assert notes is not None
    if path.parent.parent.name == "m50":  # whose chapters these are; others have what they have
        assert set(notes.sections) == shown, "cells without a section"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_chapters_glue_nothing_of_their_own(path: Path) -> None:
    assert not GLUE.search(path.read_text(encoding="utf-8")), "sentences come whole from prose"


def _cells(path: Path) -> list[Any]:
    return [c for c in jupytext.read(path, fmt="md:myst").cells if c.cell_type == "code"]


SHOWN_WORK = [path for path in CHAPTERS if "import clusterbook as cb" in path.read_text()]
"""The chapters in which the analysis is seen."""


@pytest.mark.parametrize("path", SHOWN_WORK, ids=lambda p: p.stem)
def test_a_chapter_stands_in_jupytexts_own_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert jupytext.writes(jupytext.reads(text, fmt="md:myst"), fmt="md:myst") == text


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_no_cell_writes_links_that_nobody_reads(path: Path) -> None:
    for cell in _cells(path):  # what a cell shows is HTML: a link in Markdown would stand as typed
        if "Markdown(" not in cell.source:
            assert not re.search(r"\]\([\w./-]+\.md\)", cell.source), cell.source


SPEAKS = re.compile(r"^(?:cb|prose)\.(?:say|note|bullets|Gap|prose\.|claims|closing)")


@pytest.mark.parametrize("path", SHOWN_WORK, ids=lambda p: p.stem)
def test_code_toggles_have_analysis_behind_them(path: Path) -> None:
    toggles = 0
    for cell in _cells(path):
        tags = set(cell.metadata.get("tags", []))
        assert tags & {"hide-input", "remove-input"}, f"a cell without a tag: {cell.source}"
        toggles += "hide-input" in tags
        if SPEAKS.search(cell.source) and "parameters" not in tags:
            assert "remove-input" in tags, f"a toggle on a cell that only speaks: {cell.source}"
    assert toggles <= 20


TEMPLATE_CALLS = {"say", "figure", "table"}
UNITS_IN_WORDS = re.compile(r"m²|CO2|\{[^}]*\}|Culture\|2030|IAP2|M50 article")


@pytest.mark.parametrize("path", SHOWN_WORK, ids=lambda p: p.stem)
def test_no_number_is_typed_in_a_template(path: Path) -> None:
    for cell in _cells(path):
        for call in ast.walk(ast.parse(cell.source)):
            if (
                not isinstance(call, ast.Call)
                or getattr(call.func, "attr", "") not in TEMPLATE_CALLS
            ):
                continue
            for text in ast.walk(call):
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    left = UNITS_IN_WORDS.sub("", text.value)
                    assert not re.search(r"(?<![\w-])\d", left), f"a number typed: {text.value}"
