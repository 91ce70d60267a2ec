"""Compile the three lock files from the packages below lib/ (`make lock`)."""

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


def packages() -> list[str]:
    """Return the folders of the packages below lib/, clusterbook first, as pip reads them."""
    found = [ROOT / "lib" / "pyproject.toml", *sorted(ROOT.glob("lib/*/pyproject.toml"))]
    return [f"./{file.parent.relative_to(ROOT).as_posix()}" for file in found]


def compiled(extra: str = "", *options: str) -> list[str]:
    """Return the pinned packages that those below lib/ need, with their extra if one is named."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "direct.in", Path(folder) / "lock.txt"
        # Each stands there without the extra too: else one is not found for the other.
        named = [f"-e {package}{more}\n" for more in {"", extra} for package in packages()]
        source.write_text("".join(sorted(named)))
        command = [sys.executable, "-m", "piptools", "compile", *QUIET, *options, "-o", str(target)]
        subprocess.run([*command, str(source)], cwd=ROOT, check=True)
        return [line for line in target.read_text().splitlines() if "==" in line]


def besides(known: list[str], extra: str) -> list[str]:
    """Return the pinned packages that an extra needs besides the known ones, agreeing with them."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as held:
        held.write("\n".join(known))
        held.flush()
        return [line for line in compiled(extra, "-c", held.name) if line not in known]


def name(pin: str) -> str:
    """Return the package that a line pins."""
    return pin.split("==")[0]


def write(path: str, about: str, lines: list[str]) -> None:
    """Write a lock file that adds to the book's own."""
    head = f"# What {about} besides the book's own packages. Made by: make lock.\n"
    (ROOT / path).write_text(f"{head}-r ../requirements.txt\n" + "\n".join(lines) + "\n")


def main() -> None:
    book = compiled()
    dask = besides(book, "[dask]")
    tests = besides([*book, *dask], "[test,dask]")
    (ROOT / "requirements.txt").write_text(
        "# Every package that the book is built with, at the version it was tested with.\n"
        "# Made by: make lock (pip-compile from lib/pyproject.toml and lib/*/pyproject.toml).\n"
        + "\n".join([*book, *(f"-e {package}" for package in packages())]) + "\n"
    )  # fmt: skip
    write("lib/requirements-dask.txt", "runs on a Dask cluster need", dask)
    write("tests/requirements.txt", "the tests need", sorted([*dask, *tests], key=name))


if __name__ == "__main__":
    main()
