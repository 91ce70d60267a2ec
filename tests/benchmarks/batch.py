"""Benchmark: the same book for many clusters, our way against the plain ways, in one run.

    python tests/benchmarks/batch.py [--clusters 100] [--grow 300] [--sample 3]

The clusters are made by resampling the shipped evidence (seeded). Against it stand, on this machine
and in this run: the papermill CLI in a loop, and a Jupyter Book run per cluster; both are measured
on a sample and scaled, which the output says. Execution, pages and static pictures are printed
apart. Ratios are the result; seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
TABLES = ("observations", "events", "initiatives", "findings")


def resampled(source: Path, target: Path, seed: int) -> None:
    """Write a cluster whose tables are drawn, with replacement, from a shipped cluster's rows."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("notes", "claims.csv"))
    draw = random.Random(seed)
    for table in TABLES:
        path = target / f"{table}.csv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        head, body = rows[0], rows[1:]
        drawn = sorted({draw.randrange(len(body)) for _ in body})  # a row twice is a fault
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *(body[i] for i in drawn)])
    with (target / "cluster.csv").open(encoding="utf-8", newline="") as file:
        facts = list(csv.reader(file))
    for fact in facts:
        if fact[0] == "name":
            fact[1] = f"SYNTHETIC {source.name} {seed}"
    with (target / "cluster.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(facts)


def make_clusters(folder: Path, number: int, of: Sequence[str] = ()) -> list[str]:
    """Make so many clusters by resampling the shipped ones (or those named); return their slugs."""
    home = ROOT / "data" / "clusters"
    shipped = [home / slug for slug in of] or sorted(p for p in home.iterdir() if p.is_dir())
    slugs = []
    for i in range(number):
        source = shipped[i % len(shipped)]
        slug = f"synthetic-{i:04d}"
        resampled(source, folder / slug, seed=i)
        slugs.append(slug)
    return slugs


def find_evidence(folder: Path, slugs: list[str], work: Path) -> None:
    """Have this process, and those that it starts, find the clusters, and keep pictures there."""
    os.environ["CLUSTERBOOK_ROOT"] = str(ROOT)
    os.environ["CLUSTERBOOK_FOLDERS"] = os.pathsep.join(str(folder / slug) for slug in slugs)
    os.environ["CLUSTERBOOK_PICTURES"] = str(work / "pictures")


def ours(folder: Path, slugs: list[str], work: Path) -> dict[str, float]:
    """Execute all chapters of the clusters and build the pages; return seconds of each part."""
    find_evidence(folder, slugs, work)
    from clusterbook.publishing import execute, jobs, pictures, stage
    from clusterbook.publishing.chapters import chapters, parameters_for
    from clusterbook.publishing.sphinx_run import build

    run = chapters(ROOT)
    times = {}
    started = time.perf_counter()
    parameters = {slug: parameters_for(run, {}, slug) for slug in slugs}
    planned = jobs.plan(ROOT, slugs, run, parameters, work / "executed")
    results = execute.run(planned, execute.processes())
    times["execution"] = time.perf_counter() - started
    failed = [result.error for result in results if result.error]
    assert not failed, failed[0]
    started = time.perf_counter()
    stage.make_stage(ROOT, work / "stage", slugs, run, planned, slugs[0])
    os.environ["CLUSTERBOOK_NO_PICTURES"] = "1"
    build(work / "stage", work / "out", ROOT)
    times["pages"] = time.perf_counter() - started
    del os.environ["CLUSTERBOOK_NO_PICTURES"]
    store = work / "pictures"
    specs = [file.stem for file in store.glob("*.json")]
    started = time.perf_counter()
    for _ in pictures.make_pictures(store, specs, execute.processes()):
        pass
    times["pictures"] = time.perf_counter() - started
    times["notebooks"], times["charts"] = len(planned), len(specs)
    return times


def measured(folder: Path, slugs: list[str], work: Path) -> dict[str, float]:
    """Return the seconds of each part, in a process of its own as a person would start one."""
    command = [sys.executable, __file__, "--measure", str(folder), str(work), *slugs]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    times: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return times


@contextmanager
def memory_peak(report: Path) -> Iterator[Callable[[], float]]:
    """Give a function that returns the most memory, in MB, that this process and its own took.

    A process of its own looks every two seconds, for looking holds up the processes that are looked
    at; pages that processes share are counted once.
    """
    command = [sys.executable, "-c", WATCH, str(os.getpid()), str(report)]
    watcher = subprocess.Popen(command)
    try:
        yield lambda: int(report.read_text()) / 2**20
    finally:
        watcher.kill()
        watcher.wait()


WATCH = """
import sys, time, psutil
from pathlib import Path
peak, me = 0, psutil.Process()
while True:
    used, first = 0, psutil.Process(int(sys.argv[1]))
    for process in [first, *first.children(recursive=True)]:
        try:
            used += 0 if process == me else process.memory_full_info().pss
        except psutil.Error:
            pass
    peak = max(peak, used)
    Path(sys.argv[2]).write_text(str(peak))
    time.sleep(2)
"""


def own_work(work: Path, runs: int = 3) -> list[tuple[float, str]]:
    """Execute the shipped clusters one notebook at a time; return seconds of cells, most first.

    Of several runs the smallest is taken, for other work on the machine only ever adds.
    """
    os.environ["CLUSTERBOOK_ROOT"], os.environ["CLUSTERBOOK_FOLDERS"] = str(ROOT), ""
    from clusterbook.evidence.root import cluster_slugs
    from clusterbook.publishing import execute, jobs
    from clusterbook.publishing.chapters import chapters, parameters_for

    run, slugs = chapters(ROOT), cluster_slugs(ROOT)
    parameters = {slug: parameters_for(run, {}, slug) for slug in slugs}
    least: dict[str, float] = {}
    for number in range(runs):
        planned = jobs.plan(ROOT, slugs, run, parameters, work / str(number))
        for result in execute.run(planned, 1):
            assert not result.error, result.error
            least[result.job] = min(result.own_seconds, least.get(result.job, result.own_seconds))
    return sorted(((seconds, job) for job, seconds in least.items()), reverse=True)


def papermill_loop(slugs: list[str], work: Path) -> tuple[float, int]:
    """Run the documented plain way on a sample; return seconds a notebook and their number."""
    names = sorted(p.stem for p in (ROOT / "chapters").glob("*.md"))
    started = time.perf_counter()
    count = 0
    for slug in slugs:
        for name in names:
            pipe = (
                f"{BIN}/jupytext --to ipynb -o - chapters/{name}.md | {BIN}/papermill - "
                f"{work}/{slug}-{name}.ipynb -p cluster {slug} --no-progress-bar"
            )
            subprocess.run(["bash", "-c", pipe], cwd=ROOT, check=True, capture_output=True)
            count += 1
    return (time.perf_counter() - started) / count, count


def book_per_cluster(slugs: list[str], work: Path) -> float:
    """Build a Jupyter Book of each sampled cluster's executed notebooks; return seconds each."""
    import yaml

    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    config["execute"] = {"execute_notebooks": "off"}
    toc = (ROOT / "_toc.yml").read_text("utf-8")
    started = time.perf_counter()
    for slug in slugs:
        folder = work / f"book-{slug}"
        (folder / "chapters").mkdir(parents=True)
        for file in work.glob(f"{slug}-*.ipynb"):
            name = file.stem.removeprefix(f"{slug}-")
            shutil.copyfile(file, folder / "chapters" / f"{name}.ipynb")
        config["sphinx"]["config"]["clusterbook_cluster"] = slug
        (folder / "_config.yml").write_text(yaml.safe_dump(config), "utf-8")
        (folder / "_toc.yml").write_text(toc, "utf-8")
        environment = {**os.environ, "CLUSTERBOOK_CHECKED": "1", "CLUSTERBOOK_NO_PICTURES": "1"}
        command = [str(BIN / "jupyter-book"), "build", str(folder)]
        subprocess.run(command, check=True, capture_output=True, env=environment)
    return (time.perf_counter() - started) / len(slugs)


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clusters", type=int, default=100)
    parser.add_argument("--grow", type=int, default=0, help="also this many, to see the growth")
    parser.add_argument("--sample", type=int, default=2, help="clusters in the plain ways' sample")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        (base / "evidence").mkdir()
        own = own_work(base / "own")
        over = sum(seconds > 0.2 for seconds, _ in own)
        print(f"own work of the shipped clusters' {len(own)} chapters (least of 3 runs): mean "
              f"{sum(seconds for seconds, _ in own) / len(own):.3f} s, most {own[0][0]:.2f} s "
              f"({own[0][1]}), {over} over 0.2 s", flush=True)  # fmt: skip
        slugs = make_clusters(base / "evidence", max(given.clusters, given.grow))
        first = slugs[: given.clusters]
        with memory_peak(base / "memory") as memory:
            mine = measured(base / "evidence", first, base / "ours")
            peak = memory()
        n = int(mine["notebooks"])
        print(f"{given.clusters} clusters, {n} notebooks, {int(mine['charts'])} chart layouts")
        print(f"ours: execution {mine['execution']:.1f} s, pages {mine['pages']:.1f} s, "
              f"static pictures {mine['pictures']:.1f} s, memory peak {peak:.0f} MB", flush=True)  # fmt: skip
        find_evidence(base / "evidence", first, base / "plain")
        each, count = papermill_loop(first[: given.sample], base)
        print(f"papermill CLI loop: {each:.2f} s a notebook (measured on {count}, scaled to {n}: "
              f"{each * n:.0f} s)", flush=True)  # fmt: skip
        per_book = book_per_cluster(first[: given.sample], base)
        pages = per_book * given.clusters
        print(f"Jupyter Book run per cluster: {per_book:.1f} s (measured on {given.sample}, scaled "
              f"to {given.clusters}: {pages:.0f} s, without static pictures)")  # fmt: skip
        plain = each * n
        without = mine["execution"] + mine["pages"]
        print(f"execution: {plain / mine['execution']:.1f} times faster")
        print(f"end to end without static pictures: {(plain + pages) / without:.1f} times faster")
        print(f"end to end with static pictures: "
              f"{(plain + pages) / (without + mine['pictures']):.1f} times faster")  # fmt: skip
        if given.grow:
            with memory_peak(base / "memory") as memory:
                more = measured(base / "evidence", slugs, base / "more")
                peak = memory()
            again = measured(base / "evidence", first, base / "again")
            factor = given.grow / given.clusters
            print(f"growth to {given.grow} clusters, against the mean of a run with "
                  f"{given.clusters} before and one after (the machine's speed drifts):")  # fmt: skip
            for part in ("execution", "pages", "pictures"):
                least, most = sorted((mine[part], again[part]))
                print(f"{part}: {more[part]:.1f} s against {least:.1f} to {most:.1f} s, "
                      f"{2 * more[part] / (least + most):.2f} times the time for {factor:.1f} times "
                      "the clusters")  # fmt: skip
            print(f"memory peak {peak:.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        evidence, work, *named = sys.argv[2:]
        print(json.dumps(ours(Path(evidence), named, Path(work))))
    else:
        main()
