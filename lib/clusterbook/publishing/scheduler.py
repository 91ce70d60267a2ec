"""Jobs on the workers of a Dask cluster, which may share no folder with this machine."""

from __future__ import annotations

import contextlib
import json
import logging
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future
from functools import cache
from pathlib import Path
from typing import Any

from clusterbook.evidence.problems import ToldError

from .jobs import Job, Result, given_up
from .process import write_atomically
from .worker import LOST, TOLD_LOST, WorkerError, differences, packed, run_there, versions

PATIENCE = 10.0
"""Seconds to wait for a scheduler's answer."""

FIRST = 60.0
"""Seconds to wait for a scheduler's first worker."""

AHEAD = 4
"""Jobs handed to the scheduler for each thread of its workers."""

TOP = ("_config.yml", "_toc.yml", "requirements.txt", "CITATION.cff", "data", "chapters")
"""What of the book's folder travels to the workers."""

KEPT = "what was finished is kept for the next run"


SAME = "set it up from the same commit and lib/requirements-dask.txt"


class SchedulerError(ToldError, RuntimeError):
    """A Dask cluster cannot be had, or was lost."""


class Workers:
    """The pool of the workers of a Dask cluster, for the book at a root."""

    def __init__(self, client: Any, address: str, root: Path) -> None:
        self.client, self.address, self.root = client, address, root
        self.lost_with: Counter[str] = Counter()  # by a job's digest
        threads = client.nthreads()
        self.width = max(64, AHEAD * sum(threads.values()))
        dashboard = client.dashboard_link
        self.words = f" by {len(threads)} workers" + f" (dashboard: {dashboard})" * bool(dashboard)

    @contextlib.contextmanager
    def opened(self) -> Iterator[Executor]:
        """Give Dask's executor; what is not done at the end is taken back."""
        executor = self.client.get_executor(pure=False)
        try:
            yield executor
        finally:
            executor.shutdown(wait=False)

    @cache  # noqa: B019 (a pool lives as long as its run)
    def parcel(self, *paths: Path) -> Any:
        """Return the future of files packed: workers pass it on, and it is made anew if lost."""
        return self.client.submit(bytes, packed(paths), pure=True)

    def submit(self, executor: Executor, job: Job) -> Future[Any]:
        """Send a job with the evidence that it reads; each parcel travels once to a worker."""
        there = (self.root / name for name in TOP)
        book = self.parcel(*(path for path in there if path.exists()))
        outside = [self.parcel(Path(folder)) for folder in json.loads(job.folders)]
        return executor.submit(run_there, job, versions(), self.client.id, book, outside)

    def received(self, job: Job, future: Future[Any]) -> Result | None:
        """Return a job's result and write its notebook; None where workers were lost before.

        Raises `SchedulerError`.
        """
        from distributed import KilledWorker

        try:
            result, text = future.result()
        except KilledWorker:  # Dask blames all jobs that waited there
            self.lost_with[job.digest] += 1
            return None if self.lost_with[job.digest] < LOST else given_up(job, TOLD_LOST)
        except CancelledError:
            raise self.lost() from None
        except Exception as error:
            raise SchedulerError(f"{_told(error)}; {KEPT}") from None
        if not result.error:
            write_atomically(job.result, text)
        return result

    def look(self) -> None:
        """Raise `SchedulerError` where the scheduler is gone or has no worker left."""
        try:
            if self.client.nthreads():
                return
        except Exception:
            raise self.lost() from None
        raise SchedulerError(f"the scheduler at {self.address} has no worker left; {KEPT}")

    def lost(self) -> SchedulerError:
        """Return the error of a scheduler that ended or was started anew."""
        return SchedulerError(f"the scheduler at {self.address} was lost; {KEPT}")

    def check(self) -> None:
        """Raise `SchedulerError` where a worker lacks the library or has another version."""
        found = self.client.run(differences, versions(), on_error="return")
        for worker, other in sorted(found.items()):
            if isinstance(other, OSError):  # lost just now: its successor's first job asks again
                continue
            if isinstance(other, Exception):
                raise SchedulerError(f"worker {worker}: {_told(other)}")
            if other:
                raise SchedulerError(f"worker {worker} has {other}; {SAME}")


def _told(error: Exception) -> str:
    """Return in words what a worker cannot do."""
    lacking = any(kind in str(error) for kind in ("ModuleNotFoundError", "AttributeError"))
    if lacking or isinstance(error, ImportError | AttributeError):  # Dask may tell it as text alone
        return f"clusterbook is not installed there in this version ({error}); {SAME}"
    if isinstance(error, WorkerError):
        return str(error)
    return f"a worker failed ({type(error).__name__}: {error})"


@contextlib.contextmanager
def workers_at(address: str, root: Path) -> Iterator[tuple[Workers, str]]:
    """Give the workers of the Dask scheduler at an address, all in this version, and their number.

    Raises `SchedulerError` where there is none.
    """
    try:
        from distributed import Client
    except ImportError:
        wanted = "pip install -r lib/requirements-dask.txt"
        raise SchedulerError(f"--scheduler needs Dask, which is not installed: {wanted}") from None
    for name in ("distributed", "distributed.client", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what is wrong is told by us
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, RuntimeError):
        raise SchedulerError(f"no Dask scheduler answers at {address}") from None
    with client:
        try:
            client.wait_for_workers(1, FIRST)
        except TimeoutError:
            raise SchedulerError(f"the scheduler at {address} has no worker") from None
        pool = Workers(client, address, root)
        pool.check()
        yield pool, pool.words
