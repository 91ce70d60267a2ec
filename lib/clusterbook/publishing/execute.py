"""Running jobs on a pool, with progress: processes of this machine, or workers elsewhere.

What a pool is stands in `Pool`; that of the workers of a Dask cluster is in `scheduler`.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import io
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing.connection import Connection
from pickle import UnpicklingError
from typing import Any, NoReturn, Protocol

from clusterbook.evidence.case import open_case

from .chapters import read_notebook, run_cell
from .jobs import Job, Result, given_up, is_done, places_of, run_job
from .process import end_with

KILLS = 2
"""How often a job may kill the process that it has to itself; then it is given up."""

KILLED = f"its process was killed {KILLS} times"

WORTH_WARMING = 4
"""Clusters of a chapter from which on it is run once more, before the processes are forked."""

WARMING_SECONDS = 5.0
"""Seconds after which that is given up for a chapter."""


class Pool(Protocol):
    """Where jobs run; each is handed to it by a thread, which waits for its result."""

    width: int  # how many threads
    words: str  # what is told of it

    def run(self, job: Job) -> Result:
        """Return a job's result, whose notebook is kept. Raises where no job can be run."""

    def end(self) -> None:
        """End what still runs."""


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
    thrown away: what is imported late, compiled or cached then is there in every child. A job that
    fails, takes long or ends its process (it is tried in one of its own) is left to itself.
    Of few clusters the evidence is read once for all their chapters.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import markdown_it  # noqa: F401
    import papermill  # noqa: F401
    from IPython.core import application, completerlib, magics  # noqa: F401 (a shell loads them)
    from IPython.core.formatters import DisplayFormatter

    import clusterbook
    from clusterbook import charts, prose  # noqa: F401

    from . import shell  # noqa: F401

    for name in clusterbook.__all__:  # each is loaded when it is asked for
        getattr(clusterbook, name)
    formatter = DisplayFormatter()
    first = {job.chapter: job for job in reversed(jobs)}
    clusters = Counter(job.chapter for job in jobs)
    several = [job for job in {job.cluster: job for job in jobs}.values() if job.cluster]
    for job in several if len(several) < WORTH_WARMING else ():
        with contextlib.suppress(Exception), places_of(job):
            open_case(job.cluster)
    for job in first.values():
        if clusters[job.chapter] < WORTH_WARMING:
            continue
        number = os.fork()
        if number == 0:
            begun, status = time.monotonic(), 1
            try:
                with at_most(WARMING_SECONDS):
                    _warm(job, formatter)
                status = int(time.monotonic() - begun >= WARMING_SECONDS)
            finally:
                os._exit(status)
        if os.waitpid(number, 0)[1] == 0:
            _warm(job, formatter)  # not interrupted: that would leave a module half imported
    gc.collect()
    gc.freeze()


def _warm(job: Job, formatter: Any) -> None:
    """Run a job's cells here, to their end or to what is wrong with one."""
    names: dict[str, object] = {"__name__": "warm_up"}
    silent = contextlib.redirect_stdout(io.StringIO())
    untold = contextlib.redirect_stderr(io.StringIO())  # what is wrong is told when it is executed
    unharmed = contextlib.suppress(Exception, SystemExit)
    with unharmed, silent, untold, places_of(job):
        for cell in read_notebook(job.text).cells:
            if cell.cell_type == "code":
                formatter.format(run_cell(cell.source, names))
                names.update(job.parameters)


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


def forget() -> None:
    """Empty the library's caches, so that no run sees evidence of an earlier one."""
    for thing in gc.get_objects():
        if isinstance(thing, functools._lru_cache_wrapper) and str(
            getattr(thing, "__module__", "")
        ).startswith("clusterbook.evidence"):
            thing.cache_clear()


def serve(pipe: Connection, make: Callable[[Job], Any]) -> NoReturn:
    """Send what is made of the jobs that come by a pipe, until this process is ended."""
    while True:
        job = pipe.recv()
        pipe.send(job and make(job))


def forked(pipe: Connection) -> int:
    """Fork a process that runs the jobs of a pipe, and return its number."""
    parent = os.getpid()
    number = os.fork()
    if number == 0:
        try:
            ready(parent)
            serve(pipe, run_job)
        finally:
            os._exit(1)
    return number


class Processes:
    """The pool of this machine: a process for each thread, which runs its jobs one after the other.

    `start` is given the process's end of a pipe and returns its number.
    """

    words = ""

    def __init__(self, width: int, start: Callable[[Connection], int] = forked) -> None:
        self.width, self.start, self.ended = width, start, False
        self.lock, self.held = threading.Lock(), dict[int, tuple[int, Connection]]()

    def run(self, job: Job) -> Result:
        """Return a job's result, which its process keeps."""
        return self.made(job) or given_up(job, KILLED)

    def made(self, job: Job | None) -> Any:
        """Return what the process makes of a job; None where it was killed `KILLS` times.

        One that was killed is started anew. Without a job it is only waited for until it is ready.
        """
        for _ in range(KILLS):
            pipe = self._pipe()
            try:
                pipe.send(job)
                return pipe.recv()
            except (EOFError, OSError, UnpicklingError):
                with self.lock:
                    self._kill(threading.get_ident())
        return None

    def _pipe(self) -> Connection:
        with self.lock:  # no other process may inherit the far end: then none sees it close
            if self.ended:
                raise RuntimeError("the processes were ended")
            thread = threading.get_ident()
            if thread not in self.held:
                pipe, far = multiprocessing.Pipe()
                self.held[thread] = self.start(far), pipe
                far.close()
            return self.held[thread][1]

    def _kill(self, thread: int) -> None:
        if thread in self.held:
            number, _ = self.held.pop(thread)
            os.kill(number, signal.SIGKILL)
            os.waitpid(number, 0)

    def end(self) -> None:
        """Kill the processes, and let none be started any more."""
        with self.lock:
            self.ended = True
            for thread in list(self.held):
                self._kill(thread)


def run(
    jobs: list[Job], pool: Pool, done: Callable[[Result], None] = lambda result: None
) -> list[Result]:
    """Run jobs and return their results in the order of the jobs; what is there is reused.

    A job that kills its process runs once more. The pool is ended with the jobs, also by Ctrl-C;
    what was finished stays for the next run.
    """
    results: dict[int, Result] = {}
    known: dict[tuple[str, str], dict[str, str]] = {}
    forget()
    for place, job in enumerate(jobs):
        if is_done(job, known):
            results[place] = Result(job.name, job.digest, 0.0, reused=True)
            done(results[place])
    waiting = [place for place in range(len(jobs)) if place not in results]
    if waiting and isinstance(pool, Processes):
        warm_up([jobs[place] for place in waiting])
    threads = ThreadPoolExecutor(pool.width)
    try:
        sent = {threads.submit(pool.run, jobs[place]): place for place in waiting}
        for future in as_completed(sent):
            results[sent[future]] = result = future.result()
            done(result)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        pool.end()
        threads.shutdown()
    return [results[place] for place in range(len(jobs))]
