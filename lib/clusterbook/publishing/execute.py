"""Running jobs on a pool, with progress: processes of this machine, or workers elsewhere.

What a pool is stands in `Pool`; that of the workers of a Dask cluster is in `scheduler`.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import gc
import io
import logging
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from typing import Any, Protocol

from clusterbook.evidence.sourced import forget_shown

from .chapters import read_notebook
from .jobs import Job, Result, given_up, is_done, places_of, run_job
from .process import end_with

TRIES = 3
"""How often a job is begun whose process was killed."""

WORTH_WARMING = 4
"""Clusters of a chapter from which on it is run once more, before the processes are forked."""

WARMING_SECONDS = 5.0
"""Seconds after which that is given up for a chapter."""


LOOK = 60.0
"""Seconds without a result after which a pool is asked whether it still stands."""


class Pool(Protocol):
    """Where jobs run: an executor, and what is its own in sending jobs and receiving results."""

    width: int  # how many jobs are handed to it at once

    def opened(self, jobs: int) -> contextlib.AbstractContextManager[Executor]:
        """Give an executor for so many jobs, which ends with the context."""

    def submit(self, executor: Executor, job: Job) -> Future[Any]:
        """Send a job."""

    def received(self, job: Job, future: Future[Any]) -> Result:
        """Return a job's result, kept. Raises `BrokenExecutor` where its process was killed."""

    def look(self) -> None:
        """Raise an error where nothing can be waited for any more."""


def processes() -> int:
    """Return how many processes to use: one a core, at most eight."""
    return max(1, min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2))


def ready(parent: int) -> None:
    """Prepare a worker: one thread for numbers, Ctrl-C left to the parent, quiet logs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from .shell import prepare

    end_with(parent)
    prepare()
    logging.getLogger("papermill").setLevel(logging.CRITICAL)


def warm_up(jobs: list[Job]) -> None:
    """Import and fill what notebooks use, once, before processes are forked.

    The cells of one job of each chapter that several clusters have are run here, their results
    thrown away: what is imported late, compiled or cached then is there in every child. A cell that
    fails or takes long is left to its own job.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import markdown_it  # noqa: F401
    import papermill  # noqa: F401
    from IPython.core import application, completerlib, magics  # noqa: F401 (a shell loads them)
    from IPython.core.formatters import DisplayFormatter

    from clusterbook import charts, prose  # noqa: F401

    from . import shell  # noqa: F401

    formatter = DisplayFormatter()
    first = {job.chapter: job for job in reversed(jobs)}
    clusters = Counter(job.chapter for job in jobs)
    for job in first.values():
        if clusters[job.chapter] < WORTH_WARMING:
            continue
        names: dict[str, object] = {"__name__": "warm_up"}
        silent = contextlib.redirect_stdout(io.StringIO())
        unharmed = contextlib.suppress(Exception, SystemExit)
        with unharmed, silent, places_of(job), at_most(WARMING_SECONDS):
            for cell in read_notebook(job.text).cells:
                if cell.cell_type == "code":
                    formatter.format(_value(cell.source, names))
                    names.update(job.parameters)
    forget_shown()
    gc.collect()
    gc.freeze()


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """End what runs inside after so many seconds. Raises `TimeoutError` there."""

    def end(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _value(source: str, names: dict[str, object]) -> object:
    """Run a cell's code; return the value of its last line if that is an expression."""
    body = ast.parse(source).body
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr):
        exec(compile(source, "<warm-up>", "exec"), names)
        return None
    exec(compile(ast.Module(body[:-1], []), "<warm-up>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<warm-up>", "eval"), names)


def forget() -> None:
    """Empty the library's caches, so that no run sees evidence of an earlier one."""
    for thing in gc.get_objects():
        if isinstance(thing, functools._lru_cache_wrapper) and str(
            getattr(thing, "__module__", "")
        ).startswith("clusterbook.evidence"):
            thing.cache_clear()


class Processes:
    """The pool of so many processes of this machine, forked once the library is warm."""

    def __init__(self, number: int) -> None:
        self.number, self.width = number, 2 * number

    @contextlib.contextmanager
    def opened(self, jobs: int) -> Iterator[Executor]:
        """Give the processes; what still runs at the end is killed."""
        context = multiprocessing.get_context("fork")
        number = min(self.number, jobs)
        pool = ProcessPoolExecutor(number, context, initializer=ready, initargs=(os.getpid(),))
        ended = False
        try:
            yield pool
            ended = True
        finally:
            for process in [] if ended else list((pool._processes or {}).values()):
                process.kill()
            pool.shutdown(wait=True, cancel_futures=True)

    def submit(self, executor: Executor, job: Job) -> Future[Any]:
        """Send a job, which keeps its own result."""
        return executor.submit(run_job, job)

    def received(self, job: Job, future: Future[Any]) -> Result:
        """Return a job's result."""
        return future.result()

    def look(self) -> None:
        """Do nothing: a process that ends is told at once."""


def run(
    jobs: list[Job], where: int | Pool, done: Callable[[Result], None] = lambda result: None
) -> list[Result]:
    """Run jobs and return their results in the order of the jobs; what is there is reused.

    They run on a pool, or on so many processes. A job whose process is killed runs again, up to
    `TRIES` times. Ctrl-C ends all processes; what was finished stays for the next run.
    """
    pool = Processes(where) if isinstance(where, int) else where
    results: dict[int, Result] = {}
    waiting = []
    known: dict[tuple[str, str], dict[str, str]] = {}
    forget()
    for place, job in enumerate(jobs):
        if is_done(job, known):
            results[place] = Result(job.name, job.digest, 0.0, reused=True)
            done(results[place])
        else:
            waiting.append(place)
    tries = dict.fromkeys(waiting, 0)
    if waiting and isinstance(pool, Processes):
        warm_up([jobs[place] for place in waiting])
    while rest := [place for place in waiting if place not in results]:
        for place in _drain(pool, jobs, rest, tries, results, done):
            # one at a time, so that a job that kills its process harms no other
            while place not in results and tries[place] < TRIES:
                _drain(pool, jobs, [place], tries, results, done)
            if place not in results:
                why = f"its process was killed {TRIES} times"
                results[place] = given_up(jobs[place], why)
                done(results[place])
    return [results[place] for place in range(len(jobs))]


def _drain(
    pool: Pool,
    jobs: list[Job],
    waiting: list[int],
    tries: dict[int, int],
    results: dict[int, Result],
    done: Callable[[Result], None],
) -> list[int]:
    """Run jobs until they are done or the pool breaks; return those whose process was killed."""
    pending: dict[Future[Any], int] = {}
    queue = list(reversed(waiting))
    lost: list[int] = []
    with pool.opened(len(waiting)) as executor:
        while pending or (queue and not lost):
            while queue and len(pending) < pool.width and not lost:
                place = queue.pop()
                tries[place] += 1
                try:
                    pending[pool.submit(executor, jobs[place])] = place
                except BrokenExecutor:  # it broke just now
                    lost.append(place)
            finished = wait(pending, LOOK, return_when=FIRST_COMPLETED).done
            if not finished:
                pool.look()
            for future in finished:
                place = pending.pop(future)
                try:
                    results[place] = pool.received(jobs[place], future)
                except BrokenExecutor:
                    lost.append(place)
                else:
                    done(results[place])
    return lost
