"""Many clusters out of the shipped ones, by drawing rows again; seeded, and named SYNTHETIC."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TABLES = ("observations", "events", "initiatives", "findings")
NAMING_ROWS = ("notes", "claims.csv", "answers.csv", "tensions.csv", "second_coding.csv")


def resampled(source: Path, target: Path, seed: int) -> None:
    """Write a cluster whose tables are drawn, with replacement, from a shipped cluster's rows.

    What names rows is left out, for they may not have been drawn.
    """
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*NAMING_ROWS))
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
        facts = [fact for fact in csv.reader(file) if fact[2] != "compilers"]  # name rows too
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
