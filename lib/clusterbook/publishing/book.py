"""The published book: M50 and all other clusters in one strict Sphinx run; of many, in several."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import Any, Protocol

from clusterbook.evidence import Problem
from clusterbook.evidence.root import cluster_slugs
from clusterbook.evidence.settings import read_config
from clusterbook.evidence.toc import own_files

from .chapters import Chapter, chapters, choose, for_cities
from .digest import LIBRARIES, digest_of
from .execute import Pool, Processes, processes
from .execute import run as run_jobs
from .jobs import Job, Result, plan
from .output import recover, replacing, stands
from .process import only_run, write_atomically
from .sphinx_run import STEPS, build
from .stage import MAIN, make_stage
from .uses import told

PART = 150
"""Clusters of one Sphinx run, which keeps something of each page in memory to its end."""


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
    files: list[Path] = field(default_factory=list)
    coverage: dict[str, str] = field(default_factory=dict)

    @property
    def clusters(self) -> list[str]:
        """The clusters that are in the book."""
        return list(dict.fromkeys(name.partition("/")[0] for name in self.notebooks))

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


def publish(root: Path, show: Progress, scheduler: str) -> Outcome:
    """Build the whole book in `_build/html`, or return at once where nothing has changed.

    A strict build from scratch beside the last good one, swapped in when it is good. Evidence with
    faults, or a chapter that fails, leaves the last good book as it is. Chapters are executed by
    the workers of a Dask `scheduler` where its address is given.
    """
    from .own_texts import book_problems

    place = root / "_build"
    digest = book_digest(root)
    with only_run(place):
        recover(place, plain_too=True)
        if stands(place / "html", digest):
            return Outcome(place / "html", unchanged=True)
        problems = book_problems(root)
        if problems:
            return Outcome(place / "html", problems=problems)
        clusters = [MAIN, *(slug for slug in cluster_slugs(root) if slug != MAIN)]
        with replacing(place, ["html"], digest, plain_too=True) as new:
            return make(root, clusters, None, {}, new, place, show, MAIN, scheduler=scheduler)


def make(
    root: Path,
    clusters: list[str],
    names: list[str] | None,
    given: dict[str, str],
    new: Path,
    place: Path,
    show: Progress,
    main: str,
    timeout: float | None = None,
    keep_going: bool = False,
    scheduler: str = "",
) -> Outcome:
    """Execute the chapters and build the pages in `new`, from where they will go to `place`.

    Nothing is there unless all is good. With `keep_going` a cluster whose chapter fails is left out
    and the others are built; a chapter that stands once in the book belongs to them all.
    Raises `ChapterError` or `ParameterError` before anything runs, `BuildError` from Sphinx, and
    `SchedulerError` where the workers of a Dask `scheduler` cannot be had.
    """
    read_config(root)  # told before anything runs
    chosen = choose(root, names)
    run = for_cities(chosen, clusters)
    options: dict[str, Any] = {} if timeout is None else {"timeout": timeout}
    jobs = plan(root, clusters, run, given, root / "_build" / "executed", **options)
    with pool_at(scheduler, root) as pool:
        show.stage(f"Executing chapters{pool.words} ({len(jobs)})", len(jobs))
        results = run_jobs(jobs, pool, lambda r: show.step(f"{r.job}{', reused' * r.reused}"))
    failures = [result for result in results if result.error]
    outcome = Outcome(
        place / "html",
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
    run = for_cities(chosen, clusters)  # not those of a city whose clusters failed
    there = {chapter.name for chapter in run}
    outcome.notebooks = {
        f"{job.cluster or main}/{job.chapter}.ipynb": job.result
        for job in jobs
        if job.cluster in ("", *clusters) and job.chapter in there
    }
    html = build_pages(root, clusters, chosen, jobs, main, new.parent, show)
    for chapter in run:
        if chapter.name == "status" and not chapter.once:
            pages = {c: html / f"{chapter.page_of(c, main)}.html" for c in clusters}
            outcome.coverage = {c: told(page.read_text("utf-8")) for c, page in pages.items()}
    html.rename(new / "html")
    return outcome


def build_pages(
    root: Path,
    clusters: list[str],
    chosen: list[Chapter],
    jobs: list[Job],
    main: str,
    work: Path,
    show: Progress,
) -> Path:
    """Build the pages of executed chapters, in parts; return their folder, which is below `work`.

    Raises `BuildError`.
    """
    stage, built = work / "stage", work / "built"
    whole = clusters, for_cities(chosen, clusters)
    parts = in_parts(clusters, main)
    show.stage("Building pages", STEPS * len(parts))
    for number, part in enumerate(parts):
        make_stage(root, stage, part, for_cities(chosen, part), jobs, main, whole)

        def step(what: str, done: int, before: int = STEPS * number) -> None:
            show.step(what, before + done)

        build(stage, built, root, step)
        rmtree(stage)
    return built / "html"


def in_parts(clusters: list[str], main: str) -> list[list[str]]:
    """Return the clusters of each Sphinx run: the main one, and at most `PART` others."""
    others = [cluster for cluster in clusters if cluster != main]
    return [[main, *others[at : at + PART]] for at in range(0, len(others) or 1, PART)]


def pool_at(scheduler: str, root: Path) -> AbstractContextManager[Pool]:
    """Give where jobs run: here, or on the workers of a Dask scheduler."""
    if not scheduler:
        return nullcontext(Processes(processes()))
    from .scheduler import workers_at  # Dask is asked for only where it is used

    return workers_at(scheduler, root)


def write_log(root: Path, results: list[Result]) -> None:
    """Write how long each chapter took beside the book: pages hold no times."""
    lines = ["chapter,seconds,own_seconds,reused,failed"]
    lines += [
        f"{r.job},{r.seconds:.2f},{r.own_seconds:.2f},{r.reused},{bool(r.error)}" for r in results
    ]
    write_atomically(root / "_build" / "execution.csv", "\n".join(lines) + "\n")
