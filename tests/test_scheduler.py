"""Chapters executed by the workers of a real Dask scheduler, and what may happen to a long run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from benchmarks.resampling import make_clusters
from conftest import ROOT, small_copy
from loopback import Loopback

from clusterbook.evidence.root import evidence_at, written_folders
from clusterbook.publishing import execute
from clusterbook.publishing.book import pool_at
from clusterbook.publishing.chapters import choose
from clusterbook.publishing.jobs import Job, Result, plan
from clusterbook.publishing.scheduler import SchedulerError

pytest.importorskip("distributed", reason="not run: Dask is not installed")

CLUSTERS = 5
CHAPTERS = ["social", "sources", "ledger"]


@pytest.fixture(scope="module")
def book_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of two clusters, with resampled ones outside it."""
    place = tmp_path_factory.mktemp("scheduler")
    small_copy(place / "book", ("m50", "qiyun-86"))
    make_clusters(place / "evidence", CLUSTERS, of=("qiyun-86", "red-town"))
    return place


@pytest.fixture(scope="module")
def loopback(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loopback]:
    with Loopback(tmp_path_factory.mktemp("loopback")) as made:
        yield made


def planned(place: Path, store: Path) -> list[Job]:
    """Return the jobs of the resampled clusters."""
    root, folders = place / "book", sorted((place / "evidence").iterdir())
    with evidence_at(root, written_folders(folders)):
        return plan(root, [f.name for f in folders], choose(root, CHAPTERS), {}, store)


@pytest.fixture(scope="module")
def at_home(book_copy: Path) -> dict[str, bytes]:
    """The notebooks that the processes of this machine make."""
    results = execute.run(planned(book_copy, book_copy / "home"), 2)
    assert not [result.error for result in results if result.error]
    return contents(book_copy / "home")


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def on_workers(
    jobs: list[Job], address: str, done: list[Result], at: int = -1, act: object = None
) -> list[Result]:
    """Run jobs on workers; when so many are done, something happens."""

    def count(result: Result) -> None:
        done.append(result)
        if len(done) == at:
            act()  # type: ignore[operator]

    with pool_at(address, Path(jobs[0].root)) as (pool, words):
        assert "workers (dashboard: http://127.0.0.1:" in words
        return execute.run(jobs, pool, count)


def test_same_bytes_though_a_worker_is_killed(
    book_copy: Path, at_home: dict[str, bytes], loopback: Loopback, tmp_path: Path
) -> None:
    killed: list[psutil.Process] = []

    def kill() -> None:
        killed.extend(loopback.workers()[:1])
        killed.extend(killed[0].children(recursive=True))
        killed[0].kill()

    results = on_workers(planned(book_copy, tmp_path), loopback.address, [], 3, kill)
    assert [result.error for result in results if result.error] == []
    assert contents(tmp_path) == at_home, "and no file beside them"
    assert len(killed) > 1, "no process of its own ran the job"
    _, alive = psutil.wait_procs(killed, timeout=10)
    assert not alive
    assert str(loopback.home).encode() not in b"".join(at_home.values())


def test_dask_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = r"needs Dask, which is not installed: pip install -r lib/requirements-dask.txt"
    with pytest.raises(SchedulerError, match=words), pool_at("tcp://127.0.0.1:1", ROOT):
        pass
