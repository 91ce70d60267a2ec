"""Compile requirements.txt and tests/requirements.txt from lib/pyproject.toml (`make lock`)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
QUIET = (
    "--quiet", "--strip-extras", "--no-emit-index-url", "--no-emit-trusted-host",
    "--no-emit-find-links", "--no-annotate", "--no-header", "--allow-unsafe",
)  # fmt: skip


def compiled(*options: str) -> list[str]:
    """Return the pinned packages for the project with the options given."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "lock.txt"
        command = [sys.executable, "-m", "piptools", "compile", *QUIET, *options, "-o", str(target)]
        subprocess.run([*command, "lib/pyproject.toml"], cwd=ROOT, check=True)
        return [line for line in target.read_text().splitlines() if "==" in line]


def main() -> None:
    book = compiled()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as held:
        held.write("\n".join(book))
        held.flush()
        tests = [line for line in compiled("--extra", "test", "-c", held.name) if line not in book]
    (ROOT / "requirements.txt").write_text(
        "# Every package that the book is built with, at the version it was tested with.\n"
        "# Made by: make lock (pip-compile from lib/pyproject.toml).\n"
        + "\n".join([*book, "-e ./lib"]) + "\n"
    )  # fmt: skip
    (ROOT / "tests" / "requirements.txt").write_text(
        "# What the tests need besides the book's own packages. Made by: make lock.\n"
        "-r ../requirements.txt\n" + "\n".join(tests) + "\n"
    )


if __name__ == "__main__":
    main()
