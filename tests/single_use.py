"""Which functions of the library does one chapter alone use? `python tests/single_use.py`

Runs every chapter for every cluster (or those named) under a profiler, each chapter in a process of
its own, so that what one chapter has cached hides no call of another. A function that one chapter
alone uses belongs in that chapter's cells, unless its room has one of the `REASONS` or it one of
its own (`ALLOWED`).
"""

from __future__ import annotations

import ast
import cProfile
import multiprocessing
import sys
from collections import defaultdict
from collections.abc import Sequence
from itertools import repeat
from pathlib import Path
from types import CodeType

sys.path.insert(0, str(Path(__file__).parent))

from running import run
from test_text_rules import CHAPTERS

import clusterbook
from clusterbook.evidence.root import cluster_slugs

LIBRARY = Path(clusterbook.__file__).parent
REASONS = {
    "analysis/poisson_segments": "a published method, held to its figures",
    "analysis/periodisation": "a published method, held to its figures",
    "analysis/yearly_counts": "a published method, held to its figures",
    "analysis/agreement": "a published method, held to a worked example",
    "analysis/survey_study": "published methods of the survey, held to reference fits",
    "analysis/prices": "a published method, held to a worked example",
    "analysis/qca": "a published method, held to a published truth table",
    "analysis/composite": "a published method, held to the Ishigami function",
    "analysis/position_rules": "the rules of the positions, each tested three ways",
    "prose/ledger": "builds the ledger's page",
    "prose/glossary": "builds the glossary's page",
    "prose/references": "builds the page of sources",
    "prose/marks_key": "builds the key of the marks",
    "evidence/comparison": "reads other clusters' tables, each once for all chapters of a book",
    "evidence/instrument": "reads the questionnaire's files",
    "evidence/second_coding": "reads the second coding",
    "evidence/literature": "reads the literature",
    "evidence/scaffold": "is what the tutorial shows",
    "evidence/advice": "is what the tutorial shows",
    "evidence/check": "is what the tutorial shows",
}
"""Rooms whose functions one page alone may use, and why."""

Function = tuple[str, str, int]
"""A function by its room, its name and its first line."""


def called(chapter: str, clusters: Sequence[str]) -> set[Function]:
    """Return the functions of the library that a chapter calls for any of the clusters."""
    profile = cProfile.Profile()
    profile.enable()
    try:
        for cluster in clusters:
            run(chapter, cluster)
    finally:
        profile.disable()
    codes = [entry.code for entry in profile.getstats() if isinstance(entry.code, CodeType)]
    return {
        (room_of(code), code.co_name, code.co_firstlineno)
        for code in codes
        if code.co_filename.startswith(str(LIBRARY)) and not code.co_name.startswith("<")
    }


def room_of(code: CodeType) -> str:
    """Return the module of the library that code stands in: "charts/figure"."""
    return Path(code.co_filename).relative_to(LIBRARY).with_suffix("").as_posix()


def used(clusters: Sequence[str]) -> dict[Function, set[str]]:
    """Return the chapters that call each function of the library."""
    found: dict[Function, set[str]] = defaultdict(set)
    chapters = [path.stem for path in CHAPTERS]
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        asked = zip(chapters, repeat(clusters))
        for chapter, functions in zip(chapters, pool.starmap(called, asked, 1), strict=True):
            for function in functions:
                found[function].add(chapter)
    return found


def lines_of(room: str) -> dict[int, int]:
    """Return the number of lines of each function of a module by its first line."""
    tree = ast.parse((LIBRARY / f"{room}.py").read_text("utf-8"))
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found[first] = found[node.lineno] = (node.end_lineno or first) - first + 1
    return found


def single(clusters: Sequence[str]) -> list[tuple[str, str, int, str]]:
    """Return the functions that one chapter alone uses: room, name, lines, chapter."""
    return [
        (room, name, lines_of(room).get(line, 0), next(iter(chapters)))
        for (room, name, line), chapters in sorted(used(clusters).items())
        if len(chapters) == 1 and room not in REASONS
    ]


if __name__ == "__main__":
    alone = single(sys.argv[1:] or cluster_slugs())
    for room, name, size, chapter in alone:
        print(f"{chapter:14} {room}.{name} ({size} lines)")
    print(f"{len(alone)} functions, {sum(size for _, _, size, _ in alone)} lines")
