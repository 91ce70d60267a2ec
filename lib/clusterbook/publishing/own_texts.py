"""What is wrong with a cluster's own texts: its notes, claims and answers, told before a run.

Tables are checked cell by cell (`evidence.check`); texts name rows, so that the evidence has to be
opened to check them, and sections, for which the chapters have to have a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from clusterbook.evidence import Case, EvidenceError, Problem, open_case
from clusterbook.evidence.case import clusters_of_cities, open_city
from clusterbook.evidence.check import check_all
from clusterbook.evidence.claims import claims_problems
from clusterbook.evidence.folders import in_notes
from clusterbook.evidence.problems import told
from clusterbook.evidence.root import cluster_slugs, environment
from clusterbook.evidence.rules_notes import PICTURES
from clusterbook.evidence.select import answers_problems, judgement_problems
from clusterbook.evidence.toc import page_files
from clusterbook.prose.notes import notes_problems, shown_in_notes

from .chapters import Chapter

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
    with environment({"CLUSTERBOOK_ROOT": str(root)}):
        try:
            case = open_case(cluster)
        except EvidenceError as error:
            return error.problems
        problems = (
            claims_problems(case, outdated) + answers_problems(case) + judgement_problems(case)
        )
        problems += _notes_problems(root, case, "cluster")
    return problems


def city_problems(root: Path, city: str) -> list[Problem]:
    """Return what is wrong with the notes on a city, or on a place of `data/context` that is none.

    Files by their path below the root.
    """
    place = root / "data" / "context" / city
    file = f"data/context/{city}"
    if not city or not (place / "notes").is_dir():
        return []
    with environment({"CLUSTERBOOK_ROOT": str(root)}):
        if city not in clusters_of_cities():
            right = "take it out, or name the city in a cluster.csv"
            return [Problem(f"{file}/notes", None, "", "is shown on no page of a city", right)]
        return told(_notes_problems(root, open_city(city), "place"), file)


def _notes_problems(root: Path, case: Case, parameter: str) -> list[Problem]:
    problems: list[Problem] = []
    for path in (path for path in in_notes(case.folder) if path.suffix == ".md"):
        page = page_files(root).get(path.stem)
        if page and parameter not in Chapter(path.stem, page, "").parameters:
            wrong = (
                f"is a note on a chapter that has no parameter {parameter!r}, so no page shows it"
            )
            right = "move it: a city's notes are on city, a cluster's on its chapters"
            problems.append(Problem(f"notes/{path.name}", None, "", wrong, right))
        else:
            problems += notes_problems(case, path.stem, sections_shown(root, path.stem))
    return problems or list(_unshown_pictures(case))


def _unshown_pictures(case: Case) -> Iterator[Problem]:
    shown = shown_in_notes(case)[1]
    for path in in_notes(case.folder):
        if path.suffix.lower() in PICTURES and path.name not in shown:
            right = f"show it, as in ![what it shows]({path.name}), or take it out"
            yield Problem(f"notes/{path.name}", None, "", "is a picture that no note shows", right)


def book_problems(root: Path) -> list[Problem]:
    """Return every fault of the evidence; where it has none, every fault of the clusters' texts."""
    problems = check_all(root)
    if not problems:
        for slug in cluster_slugs(root):
            problems += told(text_problems(root, slug), f"data/clusters/{slug}")
        for place in sorted((root / "data" / "context").glob("*/notes")):
            problems += city_problems(root, place.parent.name)
    return problems
