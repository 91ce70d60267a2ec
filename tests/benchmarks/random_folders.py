"""Benchmark: folders at random from the schema, all chapters executed, every figure drawn.

    python tests/benchmarks/random_folders.py [--folders 300] [--seed 1]

The same as `tests/test_random_folders.py`, with more folders and with both layouts of each figure.
What raises is told with its folder's number, and the others are run all the same.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hypothesis import HealthCheck, Phase, given, seed, settings
from random_folders import FOLDERS, NONSENSE, executed, small_book
from running import drawn_within


def main() -> None:
    """Make the folders, run every chapter for each, and print how many were run."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--folders", type=int, default=300)
    options.add_argument("--seed", type=int, default=1)
    wanted = options.parse_args()
    folders, pages, raised = 0, 0, 0
    with tempfile.TemporaryDirectory() as place:
        root = small_book(Path(place) / "book")

        @seed(wanted.seed)
        @settings(max_examples=wanted.folders, deadline=None, database=None,
                  phases=(Phase.generate,), suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(FOLDERS)
        def runs(made: object) -> None:
            nonlocal folders, pages, raised
            folders += 1
            try:
                for chapter, page in executed(root, made):  # type: ignore[arg-type]
                    pages += 1
                    said = " ".join([page.text, *(f.title for f in page.figures.values())])
                    if found := NONSENSE.search(said):
                        raise AssertionError(
                            chapter, said[max(0, found.start() - 80) : found.end()]
                        )
                    drawn_within(page)
            except Exception:
                raised += 1
                print(f"folder {folders}:\n{traceback.format_exc()}", flush=True)

        runs()
    print(f"{folders} folders, {pages} chapters: {raised or 'none'} raised")
    sys.exit(bool(raised))


if __name__ == "__main__":
    main()
