"""Chapters executed by the workers of a real Dask scheduler, and what may happen to a long run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from benchmarks.resampling import make_clusters
from conftest import ROOT, clusterbook, small_copy
from loopback import Loopback, free_port

from clusterbook.evidence.root import evidence_at, written_folders
from clusterbook.publishing import execute
from clusterbook.publishing.book import pool_at
from clusterbook.publishing.chapters import choose
from clusterbook.publishing.digest import digest_of
from clusterbook.publishing.jobs import Job, Result, plan
from clusterbook.publishing.scheduler import SchedulerError

pytest.importorskip("distributed", reason="not run: Dask is not installed")

CLUSTERS = 4
CHAPTERS = ["social", "sources"]


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
    results = execute.run(planned(book_copy, book_copy / "home"), execute.Processes(2))
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

    with pool_at(address, Path(jobs[0].root)) as pool:
        assert "workers (dashboard: http://127.0.0.1:" in pool.words
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


def test_the_scheduler_started_anew_in_the_middle(
    book_copy: Path, at_home: dict[str, bytes], tmp_path: Path
) -> None:
    done: list[Result] = []
    jobs = planned(book_copy, tmp_path / "store")
    with Loopback(tmp_path / "loopback", 1) as own:
        with pytest.raises(SchedulerError, match="was lost; what was finished is kept"):
            on_workers(jobs, own.address, done, 3, own.stop)
        finished = contents(tmp_path / "store")
        assert 3 <= len(finished) < len(jobs)
        assert finished.items() <= at_home.items(), "one is half-written"
        own.home = tmp_path / "anew"
        own.start()
        results = on_workers(jobs, own.address, [])
    assert sum(result.reused for result in results) == len(finished)
    assert contents(tmp_path / "store") == at_home


KILLS = """
import os, psutil
own = psutil.Process(os.getppid())
if cluster == "synthetic-0001":
    own.kill()
elif cluster == "synthetic-0002":
    own.parent().kill()
"""


def test_a_job_that_kills_what_runs_it_is_told_and_harms_no_other(
    book_copy: Path, loopback: Loopback, tmp_path: Path
) -> None:
    shutil.copytree(book_copy, tmp_path / "place", ignore=shutil.ignore_patterns("home"))
    chapter = tmp_path / "place/book/chapters/social.md"
    text = chapter.read_text("utf-8")
    chapter.write_text(f"{text}\n```{{code-cell}} ipython3\n{KILLS}```\n", "utf-8")
    jobs = [j for j in planned(tmp_path / "place", tmp_path / "store") if j.chapter == "social"]
    assert len(jobs) == CLUSTERS
    errors = [result.error for result in on_workers(jobs, loopback.address, [])]
    assert errors == [
        "",
        "chapter social, cluster synthetic-0001: its process was killed 2 times",
        "chapter social, cluster synthetic-0002: 5 workers were lost while they ran it",
        *[""] * (CLUSTERS - 3),
    ]


def test_another_version_and_none(book_copy: Path, loopback: Loopback, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "lib/clusterbook", tmp_path / "other/clusterbook")
    with (tmp_path / "other/clusterbook/prose/__init__.py").open("a") as file:
        file.write("# changed\n")
    (tmp_path / "none").mkdir()
    (tmp_path / "none/clusterbook.py").touch()  # hides the library that is installed
    said = {
        "other": r"worker tcp://.* has clusterbook \w+ instead of \w+; set it up from the same",
        "none": r"worker tcp://.*: clusterbook is not installed there in this version \(.*No module",
    }
    for name, words in said.items():
        worker = loopback.add_worker(tmp_path / name)
        try:
            with pytest.raises(SchedulerError, match=words), pool_at(loopback.address, book_copy):
                pass
        finally:
            loopback.stop(worker)


def test_a_full_disk_on_a_worker(book_copy: Path, tmp_path: Path) -> None:
    alone = ["unshare", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"]).returncode:
        pytest.skip("not run: no small disk can be made here (unshare)")
    mount = 'mount -t tmpfs -o size=1m tmpfs "$PWD" && cd "$PWD" && exec "$@"'
    with Loopback(tmp_path / "loopback", 0) as own:
        own.add_worker(before=[*alone, "bash", "-c", mount, "bash"])
        with pytest.raises(SchedulerError, match=r"worker tcp://.*: No space left on device \("):
            on_workers(planned(book_copy, tmp_path / "store"), own.address, [])
    assert not (tmp_path / "store").exists()


def test_a_report_by_workers_and_no_scheduler_at_the_address(
    book_copy: Path, loopback: Loopback, tmp_path: Path
) -> None:
    command = ["report", "qiyun-86", "--chapters", "sources", "--out", str(tmp_path / "out")]
    at = book_copy / "book"
    done = clusterbook(*command, "--scheduler", loopback.address, cwd=at)
    assert done.returncode == 0, done.stderr
    assert "Executing chapters by 2 workers (dashboard: http://127.0.0.1:" in done.stderr
    before = digest_of([tmp_path / "out"])
    nowhere = f"tcp://127.0.0.1:{free_port()}"
    done = clusterbook(*command, "-p", "cluster=qiyun-86", "--scheduler", nowhere, cwd=at)
    assert done.returncode == 2, "a parameter is told before a scheduler is asked"
    done = clusterbook(*command, "--timeout", "60", "--scheduler", nowhere, cwd=at)
    assert done.returncode == 1
    assert f"no Dask scheduler answers at {nowhere}" in done.stderr
    assert "Traceback" not in done.stderr
    assert digest_of([tmp_path / "out"]) == before


def test_dask_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = r"needs Dask, which is not installed: pip install -r lib/requirements-dask.txt"
    with pytest.raises(SchedulerError, match=words), pool_at("tcp://127.0.0.1:1", ROOT):
        pass
