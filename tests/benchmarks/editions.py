"""How much processor time does `make book` take beside an earlier edition of this book?

`python tests/benchmarks/editions.py [--commit 314441e] [--times 2]` makes a copy of this commit and
one of the earlier commit in a temporary folder, an environment for each, and builds both books in
turn. What is printed is the processor time of each build with all its processes, and their ratio.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

BOOK = Path(__file__).resolve().parents[2]
FIRST = "314441e"
"""The last edition whose pictures were placed by the pixel and whose text stood in the library."""


def copied(commit: str, folder: Path) -> Path:
    """Return a copy of a commit, with its environment ready."""
    to = folder / commit
    subprocess.run(["git", "clone", "--quiet", BOOK, to], check=True)
    subprocess.run(["git", "-C", to, "checkout", "--quiet", commit], check=True)
    subprocess.run(["make", "--silent", "-C", to, ".venv/book.ready"], check=True)
    return to


def built(copy: Path) -> float:
    """Return the seconds of processor time in which a copy's book is built from nothing."""
    subprocess.run(["rm", "-rf", copy / "_build"], check=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    subprocess.run(
        ["make", "--silent", "-C", copy, "book"], check=True, env=environment,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Build both editions in turn and print their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commit", default=FIRST)
    parser.add_argument("--times", type=int, default=2)
    args = parser.parse_args()
    known = subprocess.run(
        ["git", "-C", BOOK, "cat-file", "-e", f"{args.commit}^{{commit}}"], capture_output=True
    )
    if known.returncode:
        sys.exit(f"{args.commit} is not in this copy's history; fetch the whole history first")
    with tempfile.TemporaryDirectory() as folder:
        copies = {name: copied(name, Path(folder)) for name in (args.commit, "HEAD")}
        seconds: dict[str, list[float]] = {name: [] for name in copies}
        for turn in range(args.times):
            for name, copy in copies.items():
                seconds[name].append(built(copy))
                print(f"turn {turn + 1}: {name} {seconds[name][-1]:.0f} s", flush=True)
    ratio = median(seconds["HEAD"]) / median(seconds[args.commit])
    print(f"HEAD takes {ratio:.2f} times the processor time of {args.commit}")


if __name__ == "__main__":
    main()
