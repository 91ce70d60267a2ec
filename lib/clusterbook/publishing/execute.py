"""Running jobs on a pool of processes, with progress."""

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
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from clusterbook.evidence.sourced import forget_shown

from .chapters import read_notebook
from .jobs import Job, Result, is_done, places_of, run_job
from .process import end_with

TRIES = 3
"""How often a job is begun whose process was killed."""

WORTH_WARMING = 4
"""Clusters of a chapter from which on it is run once more, before the processes are forked."""

WARMING_SECONDS = 5.0
"""Seconds after which that is given up for a chapter."""


def processes() -> int:
    """Return how many processes to use: one a core, at most eight."""
    return max(1, min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2))


def _ready(parent: int) -> None:
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


def run(
    jobs: list[Job], processes: int, done: Callable[[Result], None] = lambda result: None
) -> list[Result]:
    """Run jobs and return their results in the order of the jobs; what is there is reused.

    A job whose process is killed runs again, up to `TRIES` times. Ctrl-C ends all processes; what
    was finished stays for the next run.
    """
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
    if waiting:
        warm_up([jobs[place] for place in waiting])
    while rest := [place for place in waiting if place not in results]:
        for place in _one_pool(jobs, rest, processes, tries, results, done):
            # one at a time, so that a job that kills its process harms no other
            while place not in results and tries[place] < TRIES:
                _one_pool(jobs, [place], 1, tries, results, done)
            if place not in results:
                results[place] = _given_up(jobs[place])
                done(results[place])
    return [results[place] for place in range(len(jobs))]


def _given_up(job: Job) -> Result:
    why = f"its process was killed {TRIES} times"
    error = f"chapter {job.chapter}, cluster {job.cluster}: {why}"
    return Result(job.name, job.digest, 0.0, error=error)


def _one_pool(
    jobs: list[Job],
    waiting: list[int],
    processes: int,
    tries: dict[int, int],
    results: dict[int, Result],
    done: Callable[[Result], None],
) -> list[int]:
    """Run jobs on one pool until they are done or the pool breaks; return those then under way."""
    context = multiprocessing.get_context("fork")
    workers = min(processes, len(waiting))
    pool = ProcessPoolExecutor(workers, context, initializer=_ready, initargs=(os.getpid(),))
    pending: dict[Future[Result], int] = {}
    queue = list(reversed(waiting))
    lost: list[int] = []
    try:
        while queue or pending:
            while queue and len(pending) < 2 * processes:
                place = queue.pop()
                tries[place] += 1
                pending[pool.submit(run_job, jobs[place])] = place
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                place = pending[future]
                results[place] = future.result()
                del pending[future]
                done(results[place])
    except BrokenProcessPool:
        lost = [place for place in pending.values() if place not in results]
    finally:
        for process in list((pool._processes or {}).values()):
            if queue or pending or lost:
                process.kill()
        pool.shutdown(wait=True, cancel_futures=True)
    return lost
