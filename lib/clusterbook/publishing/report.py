"""The same book for any cluster, or for a folder of them: `clusterbook report`."""

from __future__ import annotations

import os
from pathlib import Path

from clusterbook.evidence import Problem
from clusterbook.evidence.folders import each_its_own_name, find_folders
from clusterbook.evidence.root import FOLDERS, written_folders

from .book import Outcome, Progress, Silent, make
from .execute import only_run
from .own_texts import text_problems

ALWAYS = ("sources", "ledger")
"""Chapters that every report has: the numbers of the others lead there."""


def report(
    root: Path,
    places: list[str],
    given: dict[str, str],
    names: list[str] | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    timeout: float | None = None,
) -> Outcome:
    """Make one HTML book of the clusters named; executed notebooks are kept beside it.

    The book is at `<out>/html`, the notebooks at `<out>/notebooks`; `out` is `_build/reports/` and
    the first slug where not given. A cluster with faults in its evidence or a chapter that fails
    is left out and listed; the last good report stays where nothing can be built.
    Raises `UnknownClusterError`, `ChapterError`, `ParameterError`, `BuildError`.
    """
    from clusterbook.evidence.check import check_folder

    clusters = each_its_own_name(find_folders(places, root))
    home = root / "data" / "clusters"
    outside = (folder for folder in clusters.values() if folder.parent != home)
    os.environ[FOLDERS] = written_folders(outside)
    target = out or root / "_build" / "reports" / next(iter(clusters))
    target = target.resolve()
    outcome = Outcome(target / "html")
    good = []
    problems: list[Problem] = []
    for slug, folder in clusters.items():
        faults = check_folder(folder) or text_problems(root, slug)
        problems += faults
        if not faults:
            good.append(slug)
    if good:
        make_folder(target)
        wanted = None if names is None else list(dict.fromkeys([*names, *ALWAYS]))
        with only_run(root / "_build"):
            outcome = make(
                root, good, wanted, given, target / "html", progress or Silent(), good[0],
                timeout, keep_going=True, notebooks=target / "notebooks",
            )  # fmt: skip
    outcome.problems = problems
    return outcome


def make_folder(target: Path) -> None:
    """Make the folder of a report, or fail before anything runs where it cannot be written."""
    target.mkdir(parents=True, exist_ok=True)
    probe = target / f".tmp-{os.getpid()}"
    try:
        probe.write_text("", encoding="utf-8")
    finally:
        probe.unlink(missing_ok=True)
