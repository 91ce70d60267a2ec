"""Benchmark: many reports' chapters by Dask workers that are killed, against this machine's way.

    python tests/benchmarks/workers.py [--clusters 300] [--grow 1000] [--workers 4] [--kill 5] [--restart]

The clusters are made by resampling the shipped evidence (seeded). A real scheduler and workers run
on loopback, each in a folder of its own; every few seconds one worker is killed, and with
`--restart` the scheduler too, when half is done: it is started anew and the run goes on. Printed are
the ratios to the plain way (processes of this machine), what was lost (nothing, or it ends with 1),
and how time and memory grow with the clusters. Seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from loopback import Loopback  # noqa: E402 (a folder above)
from resampling import make_clusters  # noqa: E402

from clusterbook.evidence.root import evidence_at, written_folders  # noqa: E402
from clusterbook.publishing import execute  # noqa: E402
from clusterbook.publishing.book import pool_at  # noqa: E402
from clusterbook.publishing.chapters import choose  # noqa: E402
from clusterbook.publishing.jobs import Job, Result, plan  # noqa: E402
from clusterbook.publishing.scheduler import SchedulerError  # noqa: E402


def planned(folders: list[Path], names: list[str] | None, store: Path) -> list[Job]:
    """Return the jobs of the chapters named (or all) of clusters."""
    with evidence_at(ROOT, written_folders(folders)):
        return plan(ROOT, [folder.name for folder in folders], choose(ROOT, names), {}, store)


class Watch:
    """The most memory of this process, its children and a cluster, in bytes; worker kills too."""

    def __init__(self, loopback: Loopback | None, kill: float) -> None:
        self.loopback, self.kill, self.most, self.kills = loopback, kill, 0, 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self.thread.start()
        return self

    def __exit__(self, *rest: object) -> None:
        self.ended.set()
        self.thread.join()

    def _look(self) -> None:
        last = time.monotonic()
        for turn in itertools.count():
            if self.ended.wait(1.0):
                return
            used = 0
            for process in psutil.Process().children(recursive=True):
                try:
                    used += process.memory_full_info().pss
                except psutil.Error:
                    continue
            self.most = max(self.most, used + psutil.Process().memory_full_info().pss)
            if self.loopback and self.kill and time.monotonic() - last > self.kill:
                last = time.monotonic()
                with contextlib.suppress(psutil.Error):
                    for worker in self.loopback.workers()[turn % self.loopback.wanted :][:1]:
                        worker.kill()
                        self.kills += 1


def measured(
    jobs: list[Job], loopback: Loopback | None, kill: float, middle: Callable[[], None] | None
) -> tuple[float, Watch, int]:
    """Run jobs; return the seconds it took, what was seen meanwhile, and how many were reused.

    Something may happen in the middle. Ends where a job is lost.
    """
    done = itertools.count(1)
    half = len(jobs) // 2

    def count(result: Result) -> None:
        if result.error:
            sys.exit(f"a job is lost: {result.error}")
        if next(done) == half and middle:
            middle()

    started = time.perf_counter()
    with Watch(loopback, kill) as watch:
        if loopback:
            with pool_at(loopback.address, ROOT) as pool:
                results = execute.run(jobs, pool, count)
        else:
            results = execute.run(jobs, execute.Processes(execute.processes()))
    wrong = [result.error for result in results if result.error]
    if wrong:
        sys.exit(f"{len(wrong)} jobs lost, first: {wrong[0]}")
    reused = sum(result.reused for result in results)
    return time.perf_counter() - started, watch, reused


def killed_in_the_middle(jobs: list[Job], loopback: Loopback, kill: float) -> None:
    """Run jobs until the scheduler is killed when half are done; start it anew elsewhere."""
    try:
        measured(jobs, loopback, kill, loopback.stop)
    except SchedulerError as error:
        if "was lost" not in str(error):
            raise
        print(f"the scheduler was killed in the middle: {error}", flush=True)
    else:
        sys.exit("the scheduler was not missed")
    loopback.home = loopback.home.with_name(f"{loopback.home.name}-anew")
    loopback.start()


def compare(folders: list[Path], names: list[str] | None, base: Path, given: Any) -> float:
    """Print the workers' time and memory beside the plain way's; return their seconds."""
    number = len(folders)
    home, there = base / f"home-{number}", base / f"there-{number}"
    plain, seen, _ = measured(planned(folders, names, home), None, 0.0, None)
    jobs = planned(folders, names, there)
    with Loopback(base / f"loopback-{number}", given.workers) as loopback:
        started = time.perf_counter()
        kept = 0
        if given.restart:
            killed_in_the_middle(jobs, loopback, given.kill)
            kept = len(list(there.iterdir()))
        _, watch, reused = measured(jobs, loopback, given.kill, None)
        seconds = time.perf_counter() - started
    if reused != kept:
        sys.exit(f"{kept} notebooks were finished, {reused} were reused")
    same = {f.name: f.read_bytes() for f in home.iterdir()} == {
        f.name: f.read_bytes() for f in there.iterdir()
    }
    if not same:
        sys.exit("the notebooks are not the same bytes, or a file too many is there")
    left = [p.pid for p in psutil.process_iter(["cmdline"]) if str(base) in str(p.info["cmdline"])]
    left += [p.pid for p in psutil.Process().children(recursive=True)]
    if left:
        sys.exit(f"{len(left)} processes live on")
    print(f"{number} clusters, {len(jobs)} notebooks, {given.workers} workers, {watch.kills} killed "
          f"(in the last run), {reused} notebooks reused: the same bytes, no process left; "
          f"{seconds:.0f} s, {seconds / plain:.2f} times the plain way's {plain:.0f} s; memory "
          f"{watch.most / 2**20:.0f} MB, plain {seen.most / 2**20:.0f} MB", flush=True)  # fmt: skip
    return seconds


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clusters", type=int, default=300)
    parser.add_argument("--grow", type=int, default=0, help="also this many, to see the growth")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--kill", type=float, default=5.0, help="seconds between kills; 0: none")
    parser.add_argument("--chapters", help="names with commas between them; all where not given")
    parser.add_argument("--restart", action="store_true", help="kill the scheduler in the middle")
    given = parser.parse_args()
    names = given.chapters.split(",") if given.chapters else None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        base = Path(temporary)
        make_clusters(base / "evidence", max(given.clusters, given.grow))
        folders = sorted((base / "evidence").iterdir())
        few = compare(folders[: given.clusters], names, base, given)
        if given.grow:
            many = compare(folders[: given.grow], names, base, given)
            print(f"{many / few:.2f} times the time for "
                  f"{given.grow / given.clusters:.2f} times the clusters")  # fmt: skip


if __name__ == "__main__":
    main()
