"""What a worker of a Dask cluster does: a job's evidence and chapters come with it, its text goes.

They come as parcels (zip files), unpacked once a worker under their digest. The job runs in a
process of its own, as on one machine, so that one that kills its process ends no worker. As a
program it is that process.
"""

from __future__ import annotations

import hashlib
import io
import os
import platform
import sys
import threading
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from importlib import metadata
from multiprocessing.connection import Connection
from pathlib import Path

from packaging.requirements import Requirement

from clusterbook.evidence.root import written_folders

from .digest import LIBRARIES, digest_of, files_below
from .execute import KILLED, Processes, ready, serve, warm_up
from .jobs import Job, Result, given_up, run_job
from .process import zipped

LOST = 5
"""How often a job may be begun by workers that are lost: mostly that is not the job's doing."""

TOLD_LOST = f"{LOST} workers were lost while they ran it"


class WorkerError(RuntimeError):
    """A worker cannot run any job."""


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Return what results hang on besides a job: Python, this library, the packages it asks for."""
    asked = map(Requirement, metadata.requires("clusterbook") or ())
    found = {one.name: metadata.version(one.name) for one in asked if not one.marker}
    library = digest_of(LIBRARIES)[:12]
    return {"Python": platform.python_version(), "clusterbook": library, **found}


def differences(wanted: dict[str, str]) -> str:
    """Return in words what is installed here in another version than wanted, "" for nothing."""
    there = {name: versions().get(name, "none") for name in wanted}
    other = [name for name in wanted if there[name] != wanted[name]]
    return ", ".join(f"{name} {there[name]} instead of {wanted[name]}" for name in other)


def packed(paths: Iterable[Path]) -> bytes:
    """Return files and folders as a zip file, the same bytes whenever it is made."""
    files = ((path, file) for path in paths for file in files_below(path))
    return zipped((f.relative_to(p.parent).as_posix(), f.read_bytes()) for p, f in files)


def unpacked(parcel: bytes, home: Path) -> Path:
    """Return the folder below `home` that holds a parcel's files, made beside and renamed."""
    folder = home / hashlib.sha256(parcel).hexdigest()[:32]
    if not folder.is_dir():
        beside = home / f".tmp-{os.getpid()}-{threading.get_ident()}-{folder.name}"
        zipfile.ZipFile(io.BytesIO(parcel)).extractall(beside)
        try:
            beside.rename(folder)
        except OSError:  # another thread was first
            if not folder.is_dir():
                raise
    return folder


def spawned(pipe: Connection) -> int:
    """Start this module as a program that runs the jobs of a pipe, and return its number."""
    os.set_inheritable(pipe.fileno(), True)
    command = [sys.executable, "-m", __name__, str(os.getpid()), str(pipe.fileno())]
    return os.posix_spawn(sys.executable, command, os.environ)


RUNNERS = Processes(1, spawned)
"""The processes of this worker's threads; each ends with the worker."""


def run_there(
    job: Job, wanted: dict[str, str], run: str, root: bytes, outside: list[bytes]
) -> tuple[Result, str]:
    """Execute a job in a worker of a Dask cluster; return its result and the notebook.

    `root` is the parcel of the book, `outside` those of folders outside it, `run` tells this run
    from others. How often a job was begun is kept by the scheduler, for a worker may be lost.
    Raises `WorkerError` where this worker cannot run any.
    """
    from distributed import get_worker
    from distributed.utils import sync

    worker = get_worker()
    if other := differences(wanted):
        raise WorkerError(f"worker {worker.address} has {other}")
    home = Path(worker.local_directory) / "clusterbook"
    try:
        book = unpacked(root, home)
        folders = [next(unpacked(parcel, home).iterdir()) for parcel in outside]
    except OSError as error:
        raise WorkerError(f"worker {worker.address}: {error.strerror} ({error.filename})") from None
    keys, scheduler = ["clusterbook", run, job.digest], worker.scheduler
    RUNNERS.made(None)  # once it is ready the job counts as begun
    begun = sync(worker.loop, scheduler.get_metadata, keys=keys, default=0)
    if begun >= LOST:
        return given_up(job, TOLD_LOST), ""
    sync(worker.loop, scheduler.set_metadata, keys=keys, value=begun + 1)
    moved = replace(job, root=str(book), folders=written_folders(folders))
    return RUNNERS.made(moved) or (given_up(job, KILLED), "")


def with_notebook(job: Job) -> tuple[Result, str]:
    """Return a job's result with its notebook, which is written nowhere."""
    made: dict[Path, str] = {}
    result = run_job(job, made.__setitem__)
    return result, "".join(made.values())


def main() -> None:
    """Run the jobs of the pipe named second for the process named first."""
    ready(int(sys.argv[1]))
    warm_up([])
    serve(Connection(int(sys.argv[2])), with_notebook)


if __name__ == "__main__":
    main()
