"""Jobs on the workers of a Dask cluster, which may share no folder with this machine."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, wait
from pathlib import Path
from typing import Any

from clusterbook.evidence.problems import ToldError

from .jobs import Job, Result, given_up
from .process import write_atomically
from .worker import LOST, TOLD_LOST, WorkerError, differences, packed, run_there, versions

PATIENCE = 10.0
"""Seconds to wait for a scheduler's answer."""

LOOK = 60.0
"""Seconds without a result after which a scheduler is asked whether it still stands."""

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
        self.executor = client.get_executor(pure=False)
        self.lock, self.parcels = threading.Lock(), dict[tuple[Path, ...], Any]()
        threads = client.nthreads()
        self.width = max(64, AHEAD * sum(threads.values()))
        dashboard = client.dashboard_link
        self.words = f" by {len(threads)} workers" + f" (dashboard: {dashboard})" * bool(dashboard)

    def parcel(self, *paths: Path) -> Any:
        """Return the future of files packed: workers pass it on, and it is made anew if lost."""
        with self.lock:
            if paths not in self.parcels:
                self.parcels[paths] = self.client.submit(bytes, packed(paths), pure=True)
            return self.parcels[paths]

    def run(self, job: Job) -> Result:
        """Send a job with the evidence that it reads, and write the notebook that comes back.

        Each parcel travels once to a worker. Raises `SchedulerError`.
        """
        from distributed import KilledWorker

        there = (self.root / name for name in TOP)
        book = self.parcel(*(path for path in there if path.exists()))
        outside = [self.parcel(Path(folder)) for folder in json.loads(job.folders)]
        for _ in range(LOST):
            future = self.executor.submit(run_there, job, versions(), self.client.id, book, outside)
            while not wait([future], LOOK).done:
                self.look()
            try:
                result, text = future.result()
            except KilledWorker:  # Dask blames all jobs that waited there
                continue
            except CancelledError:
                raise self.lost() from None
            except Exception as error:
                raise SchedulerError(f"{_told(error)}; {KEPT}") from None
            if not result.error:
                write_atomically(job.result, text)
            return result
        return given_up(job, TOLD_LOST)

    def end(self) -> None:
        """Take back what is not done."""
        self.executor.shutdown(wait=False)

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
def workers_at(address: str, root: Path) -> Iterator[Workers]:
    """Give the workers of the Dask scheduler at an address, all in this version.

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
        yield pool
