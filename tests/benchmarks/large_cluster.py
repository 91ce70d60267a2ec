"""Benchmark: a cluster of very many observations: `check`, a report, its pages in a browser.

    python tests/benchmarks/large_cluster.py [--rows 200000] [--chapters economic,cultural]

The rows are made from the codebook (seeded): every indicator, in many segments, month by month.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from conftest import CHROMIUM_FLAGS, find_chromium, serve

ROOT = Path(__file__).parent.parent.parent
UNITS = {"count": "count", "persons": "persons", "percent": "percent", "area": "m2",
         "currency": "CNY", "currency_per_area_time": "CNY/m2/day"}  # fmt: skip
HEAD = ("indicator segment date value value_upper unit qualifier dimension scope source locator "
        "note via").split()  # fmt: skip


def make_large(folder: Path, rows: int, segments: int = 40, seed: int = 1) -> Path:
    """Write a cluster of so many observations, none twice; return its folder."""
    draw = random.Random(seed)
    folder.mkdir(parents=True)
    with (ROOT / "data" / "codebook.csv").open(encoding="utf-8", newline="") as file:
        known = [r for r in csv.DictReader(file) if r["unit_family"] in UNITS]
    keys = [f"survey{year}" for year in range(2001, 2026)]
    facts = {"name": "SYNTHETIC Mill", "city": "Shanghai", "country": "China", "opened": "2001"}
    (folder / "cluster.csv").write_text(
        "field,value,source,locator\n"
        + "".join(f"{field},{value},{keys[0]},p. 1\n" for field, value in facts.items()),
        encoding="utf-8",
    )
    (folder / "sources.bib").write_text(
        "".join(f"@misc{{{key}, title={{Survey}}, author={{Li, A}}, year={{{key[-4:]}}}, "
                "keywords={grade:B}}\n" for key in keys), encoding="utf-8",
    )  # fmt: skip
    with (folder / "observations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEAD, restval="", lineterminator="\n")
        writer.writeheader()
        for n in range(rows):
            of = known[n % len(known)]
            part, month = divmod(n // len(known), 300)
            writer.writerow({
                "indicator": of["indicator"], "segment": f"part_{part % segments}" * bool(part),
                "date": f"{2001 + month // 12}-{month % 12 + 1:02}", "value": draw.randrange(1, 99),
                "unit": UNITS[of["unit_family"]], "qualifier": draw.choice(("exact", "about")),
                "dimension": of["dimension"], "scope": "internal", "source": keys[month // 12],
                "locator": f"p. {n}", "note": "as printed" if n % 3 else "",
            })  # fmt: skip
    return folder


def measured(*command: str) -> str:
    """Run the command line and return its seconds, its largest memory, and its last words."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "clusterbook", *command], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "CLUSTERBOOK_ROOT": str(ROOT)},
    )  # fmt: skip
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = (done.stdout + done.stderr).strip().splitlines()[-1:]
    return (f"exit {done.returncode}, {time.perf_counter() - begun:.1f} s, processor "
            f"{used.ru_utime + used.ru_stime:.1f} s so far, {used.ru_maxrss / 2**20:.2f} GiB at most: {said}")  # fmt: skip


def opened(html: Path, pages: list[str]) -> Iterator[tuple[str, float]]:
    """Yield the seconds in which Chromium has loaded a page and painted it."""
    from playwright.sync_api import sync_playwright

    server, address = serve(html)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        for name in pages:
            page = browser.new_page()
            begun = time.perf_counter()
            page.goto(f"{address}{name}", wait_until="load", timeout=120_000)
            page.evaluate(
                "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
            )
            yield name, time.perf_counter() - begun
            page.close()
        browser.close()
    server.shutdown()


def main() -> None:
    """Make the cluster, check it, report on it, open its pages, and print what that took."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--rows", type=int, default=200_000)
    options.add_argument("--chapters", default="")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = make_large(Path(place) / "mill-large", given.rows)
        print("check:", measured("check", str(folder)), flush=True)
        chapters = ["--chapters", given.chapters] if given.chapters else []
        out = Path(place) / "out"
        print("report:", measured("report", str(folder), *chapters, "--out", str(out)), flush=True)
        pages = sorted(
            (out / "html").glob("chapters/*.html"), key=lambda page: -page.stat().st_size
        )
        for page in pages[:10]:
            print(f"  {page.name}: {page.stat().st_size / 1e6:.2f} MB")
        names = [f"chapters/{page.name}" for page in pages[:3]]
        names += [f"chapters/{name}.html" for name in ("ledger", "economic", "cultural", "social")]
        for name, seconds in opened(
            out / "html", [n for n in names if (out / "html" / n).exists()]
        ):
            print(f"{name}: Chromium shows it in {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main()
