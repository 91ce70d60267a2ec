"""The published book: M50 and all other clusters in one strict Sphinx run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from clusterbook.evidence import Problem
from clusterbook.evidence.root import cluster_slugs
from clusterbook.evidence.toc import own_files

from .chapters import chapters, choose
from .digest import LIBRARIES, digest_of
from .execute import only_run, processes
from .execute import run as run_jobs
from .figures import store_folder
from .jobs import Result, plan, write_atomically
from .notebooks import with_pictures
from .sphinx_run import build
from .stage import MAIN, make_stage


class Progress(Protocol):
    """What tells a person how far a run is."""

    def stage(self, doing: str, total: int) -> None:
        """Begin a part of the run with so many steps."""

    def step(self, detail: str = "", to: int | None = None) -> None:
        """Count one step of the part, or set how many are done."""


class Silent:
    """Progress that is not shown."""

    def stage(self, doing: str, total: int) -> None:
        """Show nothing."""

    def step(self, detail: str = "", to: int | None = None) -> None:
        """Show nothing."""


@dataclass
class Outcome:
    """How a run ended: where the book is, what was executed, reused, and what failed."""

    book: Path
    unchanged: bool = False
    executed: int = 0
    reused: int = 0
    failures: list[Result] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notebooks: dict[str, Path] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether the book stands as asked for."""
        return not self.failures and not self.problems


def book_digest(root: Path) -> str:
    """Return the digest of all that the book is made from."""
    top = [root / name for name in ("requirements.txt", "CITATION.cff")]
    top += [root / file for file in own_files(root)] + [page.path for page in chapters(root)]
    return digest_of(
        [root / "data", *LIBRARIES, *(path for path in sorted(set(top)) if path.exists())]
    )


def last_digest(record: Path) -> str:
    """Return the digest of the last good book, or "" where there is none that can be read."""
    try:
        return str(json.loads(record.read_text(encoding="utf-8"))["digest"])
    except (OSError, ValueError, KeyError):
        return ""


def publish(root: Path, progress: Progress | None = None) -> Outcome:
    """Build the whole book in `_build/html`, or return at once where nothing has changed.

    A strict build from scratch beside the last good one, swapped in when it is good. Evidence with
    faults, or a chapter that fails, leaves the last good book as it is.
    """
    from .own_texts import book_problems

    show = progress or Silent()
    target, record = root / "_build" / "html", root / "_build" / "book.json"
    digest = book_digest(root)
    if target.is_dir() and last_digest(record) == digest:
        return Outcome(target, unchanged=True)
    with only_run(root / "_build"):
        problems = book_problems(root)
        if problems:
            return Outcome(target, problems=problems)
        clusters = [MAIN, *(slug for slug in cluster_slugs(root) if slug != MAIN)]
        outcome = make(root, clusters, None, {}, target, show, MAIN)
        if outcome.good:
            write_atomically(record, json.dumps({"digest": digest}) + "\n")
        return outcome


def make(
    root: Path,
    clusters: list[str],
    names: list[str] | None,
    given: dict[str, str],
    target: Path,
    show: Progress,
    main: str,
    timeout: float | None = None,
    keep_going: bool = False,
    notebooks: Path | None = None,
) -> Outcome:
    """Execute the chapters, build the pages, and put them at `target` when all is good.

    With `keep_going` a cluster whose chapter fails is left out and the others are built; one that
    stands once in the book belongs to them all. The executed notebooks are put at `notebooks` too,
    where that is given.
    Raises `ChapterError` or `ParameterError` before anything runs, `BuildError` from Sphinx.
    """
    run = choose(root, names)
    options: dict[str, Any] = {} if timeout is None else {"timeout": timeout}
    jobs = plan(root, clusters, run, given, root / "_build" / "executed", **options)
    show.stage("Executing chapters", len(jobs))
    results = run_jobs(jobs, processes(), lambda r: show.step(f"{r.job}{', reused' * r.reused}"))
    failures = [result for result in results if result.error]
    outcome = Outcome(
        target,
        executed=sum(not r.reused and not r.error for r in results),
        reused=sum(r.reused for r in results),
        failures=failures,
    )
    write_log(root, results)
    failed = {job.cluster for job, result in zip(jobs, results, strict=True) if result.error}
    clusters = [cluster for cluster in clusters if cluster not in failed]
    if "" in failed or (failed and not (keep_going and clusters)):
        return outcome
    main = main if main in clusters else clusters[0]
    outcome.notebooks = {
        f"{job.cluster or main}/{job.chapter}.ipynb": job.result
        for job in jobs
        if job.cluster in ("", *clusters)
    }
    work = target.parent / f".next-{target.name}"
    shutil.rmtree(work, ignore_errors=True)
    try:
        make_stage(root, work / "stage", clusters, run, jobs, main)
        show.stage("Building pages", 300)
        build(work / "stage", work, root, percent_steps(show))
        if notebooks is not None:
            pictures = store_folder(root / "_build" / "html")
            for name, file in outcome.notebooks.items():
                (work / "notebooks" / name).parent.mkdir(parents=True, exist_ok=True)
                text = with_pictures(file.read_text(encoding="utf-8"), pictures)
                (work / "notebooks" / name).write_text(text, encoding="utf-8")
        swap(work / "html", target)
        if notebooks is not None:
            swap(work / "notebooks", notebooks)
    except OSError as error:
        if error.filename is None:  # a full disk does not say which
            raise OSError(error.errno, error.strerror, str(target.parent)) from error
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return outcome


def percent_steps(show: Progress) -> Callable[[str, int], None]:
    """Return a function that turns Sphinx's three percentages into one count of 300."""
    parts = ("reading sources", "writing output", "drawing pictures")

    def step(what: str, percent: int) -> None:
        show.step(what, 100 * parts.index(what) + percent)

    return step


def swap(new: Path, target: Path) -> None:
    """Put a finished folder in the place of the last one; the last one goes only after that."""
    old = target.parent / f".old-{target.name}"
    shutil.rmtree(old, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def write_log(root: Path, results: list[Result]) -> None:
    """Write how long each chapter took beside the book: pages hold no times."""
    lines = ["chapter,seconds,own_seconds,reused,failed"]
    lines += [
        f"{r.job},{r.seconds:.2f},{r.own_seconds:.2f},{r.reused},{bool(r.error)}" for r in results
    ]
    write_atomically(root / "_build" / "execution.csv", "\n".join(lines) + "\n")
