"""Benchmark: the same book for many clusters, our way against the plain ways, in one run.

    python tests/benchmarks/batch.py [--clusters 100] [--grow 300] [--sample 3]

The clusters are made by resampling the shipped evidence (seeded). Against it stand, on this machine
and in this run: the papermill CLI in a loop, and a Jupyter Book run per cluster; both are measured
on a sample and scaled, which the output says. Execution, pages and static pictures are printed
apart. Ratios are the result; seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from resampling import make_clusters
from turns import BEGIN, END, TURN, Measured, by_turns

from clusterbook.publishing.jobs import Job

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent


def find_evidence(folder: Path, slugs: list[str], work: Path) -> None:
    """Have this process, and those that it starts, find the clusters, and keep pictures there."""
    os.environ["CLUSTERBOOK_ROOT"] = str(ROOT)
    os.environ["CLUSTERBOOK_FOLDERS"] = json.dumps([str(folder / slug) for slug in slugs])
    os.environ["CLUSTERBOOK_PICTURES"] = str(work / "pictures")


def execution(slugs: list[str], work: Path) -> dict[str, float]:
    """Execute all chapters of the clusters; return the number of notebooks."""
    from clusterbook.publishing import execute

    print(BEGIN, flush=True)
    planned = plan(slugs, work)
    results = execute.run(planned, execute.Processes(execute.processes()))
    print(END, flush=True)
    failed = [result.error for result in results if result.error]
    assert not failed, failed[0]
    return {"notebooks": len(planned)}


def pages(slugs: list[str], work: Path) -> dict[str, float]:
    """Build the pages of executed chapters, without static pictures."""
    from clusterbook.publishing.book import Silent, build_pages
    from clusterbook.publishing.chapters import choose

    os.environ["CLUSTERBOOK_NO_PICTURES"] = "1"
    planned = plan(slugs, work)
    print(BEGIN, flush=True)
    build_pages(ROOT, slugs, choose(ROOT, names()), planned, slugs[0], work, Silent())
    print(END, flush=True)
    return {}


def pictures(slugs: list[str], work: Path) -> dict[str, float]:
    """Draw the static pictures of executed chapters; return the number of chart layouts."""
    from clusterbook.publishing import execute, pictures

    store = work / "pictures"
    specs = [file.stem for file in store.glob("*.json")]
    print(BEGIN, flush=True)
    for _ in pictures.make_pictures(store, specs, execute.processes()):
        pass
    print(END, flush=True)
    return {"charts": len(specs)}


PARTS = {"execution": execution, "pages": pages, "pictures": pictures}


def plan(slugs: list[str], work: Path) -> list[Job]:
    """Return the jobs of the clusters' chapters."""
    from clusterbook.publishing import jobs
    from clusterbook.publishing.chapters import choose, for_cities

    run = for_cities(choose(ROOT, names()), slugs)
    return jobs.plan(ROOT, slugs, run, {}, work / "executed")


def names() -> list[str] | None:
    """Return the chapters asked for, None for all."""
    asked = os.environ.get("BENCHMARK_CHAPTERS", "")
    return asked.split(",") if asked else None


def command(part: str, folder: Path, slugs: list[str], work: Path) -> list[str]:
    """Return what starts one part in a process of its own, as a person would start it."""
    return [sys.executable, __file__, "--measure", part, str(folder), str(work), *slugs]


def own_work(work: Path, runs: int = 3) -> list[tuple[float, str]]:
    """Execute the shipped clusters one notebook at a time; return seconds of cells, most first.

    Of several runs the smallest is taken, for other work on the machine only ever adds.
    """
    os.environ["CLUSTERBOOK_ROOT"], os.environ["CLUSTERBOOK_FOLDERS"] = str(ROOT), ""
    from clusterbook.evidence.root import cluster_slugs
    from clusterbook.publishing import execute

    least: dict[str, float] = {}
    for number in range(runs):
        jobs = plan(cluster_slugs(ROOT), work / str(number))
        for result in execute.run(jobs, execute.Processes(1)):
            assert not result.error, result.error
            least[result.job] = min(result.own_seconds, least.get(result.job, result.own_seconds))
    return sorted(((seconds, job) for job, seconds in least.items()), reverse=True)


def altairs_share() -> float:
    """Return what part of the main cluster's chapters' own work lies within Altair's code."""
    os.environ["CLUSTERBOOK_ROOT"], os.environ["CLUSTERBOOK_FOLDERS"] = str(ROOT), ""
    sys.path.insert(0, str(ROOT / "tests"))
    from running import run

    from clusterbook.publishing.chapters import choose
    from clusterbook.publishing.stage import MAIN

    run("overview", MAIN)  # so that no import counts, nor this chapter, which runs once
    profile = cProfile.Profile()
    for chapter in choose(ROOT, names()):
        if chapter.runs and "cluster" in chapter.parameters:
            profile.runcall(run, chapter.name, MAIN)
    seconds = {file: 0.0 for file in ("altair", "")}
    for (file, _, _), (_, _, own, _, _) in pstats.Stats(profile).stats.items():
        seconds["altair" if "/altair/" in file else ""] += own
    return seconds["altair"] / sum(seconds.values())


def papermill_loop(slugs: list[str], work: Path) -> tuple[float, int]:
    """Run the documented plain way on a sample; return seconds a notebook and their number."""
    from clusterbook.publishing.chapters import choose

    own = sorted(chapter.name for chapter in choose(ROOT, names()) if not chapter.once)
    started = time.perf_counter()
    count = 0
    for slug in slugs:
        for name in own:
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

    from clusterbook.publishing.chapters import choose

    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    config["execute"] = {"execute_notebooks": "off"}
    first, *rest = [chapter.page for chapter in choose(ROOT, names()) if not chapter.once]
    toc: dict[str, object] = {"format": "jb-book", "root": first}
    if rest:
        toc["chapters"] = [{"file": page} for page in rest]
    started = time.perf_counter()
    for slug in slugs:
        folder = work / f"book-{slug}"
        (folder / "chapters").mkdir(parents=True)
        for file in work.glob(f"{slug}-*.ipynb"):
            name = file.stem.removeprefix(f"{slug}-")
            shutil.copyfile(file, folder / "chapters" / f"{name}.ipynb")
        config["sphinx"]["config"]["clusterbook_cluster"] = slug
        (folder / "_config.yml").write_text(yaml.safe_dump(config), "utf-8")
        (folder / "_toc.yml").write_text(yaml.safe_dump(toc), "utf-8")
        environment = {**os.environ, "CLUSTERBOOK_CHECKED": "1", "CLUSTERBOOK_NO_PICTURES": "1"}
        command = [str(BIN / "jupyter-book"), "build", str(folder)]
        # not checked: links to pages about no cluster are warnings, for which this book's code is 1
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        assert (folder / "_build" / "html" / f"{first}.html").is_file(), done.stderr
    return (time.perf_counter() - started) / len(slugs)


def ours(folder: Path, slugs: list[str], work: Path) -> dict[str, Measured]:
    """Return each part of our way, measured in a process of its own."""
    return {part: Measured(command(part, folder, slugs, work)).finish() for part in PARTS}


def print_growth(folder: Path, slugs: list[str], few: int, work: Path) -> None:
    """Print how much longer many clusters take than few, part by part and in turns."""
    again = max(1, round(len(slugs) / few))
    print(f"growth from {few} to {len(slugs)} clusters; the many take turns of {TURN:.0f} s with "
          f"the few, run {again} times anew, for the machine's speed drifts:", flush=True)  # fmt: skip
    much, little, memory = 0.0, 0.0, 0
    for part in PARTS:
        many = Measured(command(part, folder, slugs, work / "many"))
        runs = [command(part, folder, slugs[:few], work / f"few-{n}") for n in range(again)]
        least = [small.seconds for small in by_turns(many, runs)]
        mean = sum(least) / len(least)
        much, little, memory = much + many.seconds, little + mean, max(memory, many.memory)
        print(f"{part}: {many.seconds:.1f} s against {min(least):.1f} to {max(least):.1f} s, "
              f"{many.seconds / mean:.2f} times the time", flush=True)  # fmt: skip
    print(f"all: {much:.1f} s against {little:.1f} s, {much / little:.2f} times the time for "
          f"{len(slugs) / few:.2f} times the clusters; memory peak {memory / 2**20:.0f} MB")  # fmt: skip


def print_ratios(folder: Path, slugs: list[str], sample: int, base: Path) -> None:
    """Print our time for the clusters against the plain ways, measured on a sample."""
    mine = ours(folder, slugs, base / "ours")
    seconds = {part: done.seconds for part, done in mine.items()}
    n = int(mine["execution"].results["notebooks"])
    charts = int(mine["pictures"].results["charts"])
    print(f"{len(slugs)} clusters, {n} notebooks, {charts} chart layouts")
    print(f"ours: execution {seconds['execution']:.1f} s, pages {seconds['pages']:.1f} s, static "
          f"pictures {seconds['pictures']:.1f} s, memory peak "
          f"{max(done.memory for done in mine.values()) / 2**20:.0f} MB", flush=True)  # fmt: skip
    find_evidence(folder, slugs, base / "plain")
    each, count = papermill_loop(slugs[:sample], base)
    plain = each * n
    print(f"papermill CLI loop: {each:.2f} s a notebook (measured on {count}, scaled to {n}: "
          f"{plain:.0f} s)", flush=True)  # fmt: skip
    per_book = book_per_cluster(slugs[:sample], base)
    books = per_book * len(slugs)
    print(f"Jupyter Book run per cluster: {per_book:.1f} s (measured on {sample}, scaled to "
          f"{len(slugs)}: {books:.0f} s, without static pictures)")  # fmt: skip
    without = seconds["execution"] + seconds["pages"]
    both = without + seconds["pictures"]
    print(f"execution: {plain / seconds['execution']:.1f} times faster")
    print(f"end to end without static pictures: {(plain + books) / without:.1f} times faster")
    print(f"end to end with static pictures: {(plain + books) / both:.1f} times faster")


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clusters", type=int, default=100)
    parser.add_argument("--grow", type=int, default=0, help="also this many, to see the growth")
    parser.add_argument("--sample", type=int, default=2, help="clusters in the plain ways' sample")
    parser.add_argument("--chapters", default="", help="names with commas; all where not given")
    given = parser.parse_args()
    os.environ["BENCHMARK_CHAPTERS"] = given.chapters
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        base = Path(temporary)
        (base / "evidence").mkdir()
        own = own_work(base / "own")
        over = sum(seconds > 0.2 for seconds, _ in own)
        print(f"own work of the shipped clusters' {len(own)} chapters (least of 3 runs): mean "
              f"{sum(seconds for seconds, _ in own) / len(own):.3f} s, most {own[0][0]:.2f} s "
              f"({own[0][1]}), {over} over 0.2 s; of it "
              f"{altairs_share():.0%} lies within Altair", flush=True)  # fmt: skip
        slugs = make_clusters(base / "evidence", max(given.clusters, given.grow))
        print_ratios(base / "evidence", slugs[: given.clusters], given.sample, base)
        if given.grow:
            print_growth(base / "evidence", slugs, given.clusters, base)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        name, evidence, work, *named = sys.argv[2:]
        find_evidence(Path(evidence), named, Path(work))
        print(json.dumps(PARTS[name](named, Path(work))))
    else:
        main()
