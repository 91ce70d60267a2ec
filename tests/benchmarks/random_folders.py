"""Benchmark: folders at random from the schema, all chapters executed, every figure drawn.

    python tests/benchmarks/random_folders.py [--folders 300] [--seed 1]

The same as `tests/test_random_folders.py`, with more folders and with both layouts of each figure.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hypothesis import HealthCheck, given, seed, settings
from random_folders import FOLDERS, NONSENSE, executed, small_book
from running import drawn_within


def main() -> None:
    """Make the folders, run every chapter for each, and print how many were run."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--folders", type=int, default=300)
    options.add_argument("--seed", type=int, default=1)
    wanted = options.parse_args()
    pages = [0]
    with tempfile.TemporaryDirectory() as place:
        root = small_book(Path(place) / "book")

        @seed(wanted.seed)
        @settings(max_examples=wanted.folders, deadline=None, database=None,
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(FOLDERS)
        def runs(made: object) -> None:
            for chapter, page in executed(root, made):  # type: ignore[arg-type]
                said = " ".join([page.text, *(figure.title for figure in page.figures.values())])
                assert not NONSENSE.search(said), (chapter, NONSENSE.search(said))
                drawn_within(page)
                pages[0] += 1

        runs()
    print(f"{wanted.folders} folders, {pages[0]} chapters: none raised")


if __name__ == "__main__":
    main()
