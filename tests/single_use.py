"""Which functions of the library does one chapter alone use? `python tests/single_use.py`

Runs every chapter for every cluster (or those named) under a profiler. A function that one chapter
alone uses belongs in that chapter's cells, unless it is a method with a published reference or
builds a page (`REASONS`).
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from running import run
from test_text_rules import CHAPTERS

import clusterbook
from clusterbook.evidence.root import cluster_slugs

LIBRARY = Path(clusterbook.__file__).parent
REASONS: dict[str, str] = {
    "analysis/poisson_segments": "a published method (Scargle and others 2013), held to its figures",
    "analysis/periodisation": "a published method (Bai 1997; Worsley 1986), held to its figures",
    "analysis/yearly_counts": "a published method, held to its figures",
    "analysis/concentration": "a published method, held to its figures",
    "analysis/agreement": "a published method (Krippendorff 2011), held to a worked example",
    "analysis/survey_study": "published methods of the survey, held to reference fits",
    "analysis/prices": "a published method (chained price index), held to a worked example",
    "analysis/coding": "a published method (saturation of codes, Guest and others 2020)",
    "analysis/qca": "a published method (Ragin 1987), held to published formulas",
    "analysis/composite": "published methods (OECD and JRC 2008; Sobol), held to a known function",
    "analysis/position_rules": "the rules of the positions, each tried three ways",
    "prose/ledger": "builds the ledger's page",
    "prose/glossary": "builds the glossary's page",
    "prose/status": "builds the status page",
    "prose/references": "builds the page of sources",
    "publishing/questionnaire": "builds the questionnaire",
    "evidence/instrument": "reads the questionnaire's files",
    "evidence/second_coding": "reads the second coding",
    "evidence/comparison": "reads the second coding",
}  # fmt: skip
"""Rooms whose functions one page alone may use, and why."""


def used(clusters: Iterable[str]) -> dict[tuple[str, str, int], set[str]]:
    """Return, for each function of the library (room, name, line), the chapters that call it."""
    calls: dict[CodeType, set[str]] = defaultdict(set)
    here = ""

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(str(LIBRARY)):
            calls[frame.f_code].add(here)

    for cluster in clusters:
        for path in CHAPTERS:
            here = path.stem
            sys.setprofile(note)
            try:
                run(path.stem, cluster)
            finally:
                sys.setprofile(None)
    return {
        (
            str(Path(code.co_filename).relative_to(LIBRARY).with_suffix("")),
            code.co_name,
            code.co_firstlineno,
        ): chapters
        for code, chapters in calls.items()
        if not code.co_name.startswith("<")
    }


def lines_of(room: str) -> dict[int, int]:
    """Return the number of lines of each function of a module by its first line."""
    tree = ast.parse((LIBRARY / f"{room}.py").read_text("utf-8"))
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found[first] = found[node.lineno] = (node.end_lineno or first) - first + 1
    return found


def single(clusters: Iterable[str]) -> list[tuple[str, str, int, str]]:
    """Return the functions that one chapter alone uses: room, name, lines, chapter."""
    listed = []
    for (room, name, line), chapters in sorted(used(clusters).items()):
        if len(chapters) == 1 and room not in REASONS:
            listed.append((room, name, lines_of(room).get(line, 0), next(iter(chapters))))
    return listed


if __name__ == "__main__":
    alone = single(sys.argv[1:] or cluster_slugs())
    for room, name, size, chapter in alone:
        print(f"{chapter:14} {room}.{name} ({size} lines)")
    print(f"{len(alone)} functions, {sum(size for _, _, size, _ in alone)} lines")
