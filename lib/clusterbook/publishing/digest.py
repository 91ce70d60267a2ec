"""Digests of what a book is made from, so that nothing stale is kept and nothing runs twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import clusterbook
import surveysem
from clusterbook.evidence.folders import is_litter

LIBRARIES = [Path(str(package.__file__)).parent for package in (clusterbook, surveysem)]


def files_below(folder: Path) -> list[Path]:
    """Return the files below a folder, sorted, without caches and what no loader reads."""
    if folder.is_file():
        return [folder]
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix != ".pyc"
        and not any(is_litter(part) for part in path.relative_to(folder).parts)
    )


def digest_of(paths: Iterable[Path]) -> str:
    """Return a digest of the names and contents of files and of folders' files.

    Names count relative to the path given, so the same files elsewhere have the same digest.
    """
    total = hashlib.sha256()
    for path in paths:
        for file in files_below(path):
            name = file.name if file == path else file.relative_to(path).as_posix()
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            total.update(f"{path.name}/{name}\x1f{content}\n".encode())
    return total.hexdigest()


def execution_digest(root: Path) -> str:
    """Return the digest of all that a notebook's results hang on besides its own text."""
    return digest_of([root / "data", *LIBRARIES, root / "requirements.txt"])[:16]
