"""What is wrong with a cluster's own texts: its notes, claims and answers, told before a run.

Tables are checked cell by cell (`evidence.check`); texts name rows, so that the evidence has to be
opened to check them, and sections, for which the chapters have to have a place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from clusterbook.evidence import Case, EvidenceError, Problem, open_case
from clusterbook.evidence.check import check_all
from clusterbook.evidence.claims import claims_problems
from clusterbook.evidence.problems import told
from clusterbook.evidence.root import FOLDERS, cluster_slugs, evidence_at
from clusterbook.evidence.rules_answers import answers_problems
from clusterbook.evidence.rules_notes import PICTURES
from clusterbook.evidence.select import judgement_problems
from clusterbook.evidence.toc import page_files
from clusterbook.prose.notes import notes_problems, shown_in_notes

_SHOWN = re.compile(r'(?:cb|prose)\.note\(case, "([\w-]+)", "([\w-]+)"\)')


def sections_shown(root: Path, chapter: str) -> set[str] | None:
    """Return the sections of notes that a chapter's cells show; None without such a chapter."""
    path = page_files(root).get(chapter)
    if path is None:
        return None
    found = _SHOWN.findall(path.read_text(encoding="utf-8"))
    return {section for of, section in found if of == chapter}


def text_problems(root: Path, cluster: str, outdated: bool = False) -> list[Problem]:
    """Return what is wrong with a cluster's texts; files by their name in its folder.

    Verdicts that no longer stand since a row was changed are told if `outdated`: chapters show them
    as not checked, so a book can be built.
    Its tables must be without faults; one in its city's or country's evidence is returned alone.
    """
    with evidence_at(root, os.environ.get(FOLDERS, "")):
        try:
            case = open_case(cluster)
        except EvidenceError as error:
            return error.problems
        problems = (
            claims_problems(case, outdated) + answers_problems(case) + judgement_problems(case)
        )
        for path in sorted((case.folder / "notes").glob("*.md")):
            problems += notes_problems(case, path.stem, sections_shown(root, path.stem))
        if not problems:
            problems += _unshown_pictures(case)
    return problems


def _unshown_pictures(case: Case) -> Iterator[Problem]:
    shown = shown_in_notes(case)[1]
    for path in sorted((case.folder / "notes").glob("*")):
        if path.suffix.lower() in PICTURES and path.name not in shown:
            right = f"show it, as in ![what it shows]({path.name}), or take it out"
            yield Problem(f"notes/{path.name}", None, "", "is a picture that no note shows", right)


def book_problems(root: Path) -> list[Problem]:
    """Return every fault of the evidence; where it has none, every fault of the clusters' texts."""
    problems = check_all(root)
    if not problems:
        for slug in cluster_slugs(root):
            problems += told(text_problems(root, slug), f"data/clusters/{slug}")
    return problems
