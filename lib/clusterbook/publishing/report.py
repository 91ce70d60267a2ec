"""The same book for any cluster, or for a folder of them: `clusterbook report`."""

from __future__ import annotations

import os
from pathlib import Path

from clusterbook.evidence import Problem
from clusterbook.evidence.root import SLUG, UnknownClusterError, cluster_folder, cluster_slugs

from .book import Outcome, Progress, Silent, make
from .execute import only_run
from .own_texts import text_problems

ALWAYS = ("sources", "ledger")
"""Chapters that every report has: the numbers of the others lead there."""


def find_clusters(places: list[str], root: Path) -> list[tuple[str, Path]]:
    """Return the clusters that slugs and folders name: pairs of slug and evidence folder.

    A folder is one cluster's evidence, or holds a folder per cluster. Raises
    `UnknownClusterError` for what is neither.
    """
    found: dict[str, Path] = {}
    for place in places:
        path = Path(place)
        if SLUG.fullmatch(place) and (root / "data" / "clusters" / place).is_dir():
            found[place] = cluster_folder(place)
        elif (path / "cluster.csv").is_file():
            found[slug_of(path)] = path.resolve()
        elif path.is_dir() and (inside := sorted(path.glob("*/cluster.csv"))):
            found.update((slug_of(file.parent), file.parent.resolve()) for file in inside)
        else:
            known = ", ".join(cluster_slugs(root))
            raise UnknownClusterError(
                f"no cluster and no evidence folder {place!r} (a folder has a cluster.csv); "
                f"the clusters are: {known}"
            )
    return list(found.items())


def slug_of(folder: Path) -> str:
    """Return a folder's slug. Raises `UnknownClusterError` for a name that cannot be one."""
    name = folder.resolve().name
    if not SLUG.fullmatch(name):
        raise UnknownClusterError(f"the folder {name!r} cannot be a slug; rename it to [a-z0-9-]+")
    return name


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

    clusters = find_clusters(places, root)
    home = root / "data" / "clusters"
    outside = [str(folder) for _, folder in clusters if folder.parent != home]
    os.environ["CLUSTERBOOK_FOLDERS"] = os.pathsep.join(outside)
    target = out or root / "_build" / "reports" / clusters[0][0]
    target = target.resolve()
    outcome = Outcome(target / "html")
    good = []
    problems: list[Problem] = []
    for slug, folder in clusters:
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
