"""Which evidence folders a person means by slugs and paths, and which files there are no evidence.

A folder of evidence holds at least one of the tables; a folder of such folders stands for them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

from .root import SLUG, UnknownClusterError, names_of_clusters, outside_folders
from .schemas import CLUSTER_TABLES, CONTEXT_TABLES
from .workbook import FILE as WORKBOOK

_TABLES = {f"{table}.csv" for table in (*CLUSTER_TABLES, *CONTEXT_TABLES)} - {"codebook.csv"}
_TABLES |= {WORKBOOK}

_LITTER = re.compile(r"\..*|~\$.*|.*~|#.*#|.*\.(bak|orig|swp|tmp)|__pycache__", re.DOTALL)
_TOLD = re.compile(r"(README|LICENSE)(\.md|\.txt)?")


def is_litter(name: str) -> bool:
    """Return whether no loader reads a file: hidden, a spreadsheet's lock, an editor's back-up."""
    return bool(_LITTER.fullmatch(name))


def passed_over(name: str) -> bool:
    """Return whether a file is no evidence and may lie there: litter, a README, a licence."""
    return is_litter(name) or bool(_TOLD.fullmatch(name))


def in_notes(folder: Path) -> list[Path]:
    """Return the notes and pictures of an evidence folder, without what may merely lie there."""
    return sorted(path for path in (folder / "notes").glob("*") if not passed_over(path.name))


MARK = ".clusterbook"
"""The file in a folder that names the files which this program made there."""


def read_mark(folder: Path) -> tuple[str, dict[str, str]]:
    """Return what a marked folder was made from, and its files with digests; empty unmarked."""
    try:
        told = json.loads((folder / MARK).read_text(encoding="utf-8"))
        return str(told["inputs"]), dict(told["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", {}


def find_folders(
    places: Iterable[str], root: Path, kinds: tuple[str, ...] = ("clusters",), bare: bool = False
) -> list[Path]:
    """Return the evidence folders that slugs and paths name, each once, in the order named.

    A slug is looked for in `data/` under `kinds`. With `bare` a folder without any table counts.
    Raises `UnknownClusterError` for what is neither, and for a name that may mean two folders.
    """
    found: dict[Path, None] = {}
    for place in places:
        found |= dict.fromkeys(_named(place, root, kinds, bare))
    return list(found)


def _named(place: str, root: Path, kinds: tuple[str, ...], bare: bool) -> list[Path]:
    outside = [folder for folder in outside_folders() if folder.name == place]
    shipped = [root / "data" / kind / place for kind in kinds if SLUG.fullmatch(place)]
    by_name = next((folder for folder in (*outside, *shipped) if folder.is_dir()), None)
    path = _folder(place, root)
    by_path = _inside(path, bare) if path else []
    if by_name is None and by_path:
        return by_path
    if by_name is None:
        there = (root / "data" / "clusters").is_dir()
        right = names_of_clusters(place, root) if there else "there is no cluster in data"
        if os.path.isfile(place):  # noqa: PTH113 (what no path can be is no file)
            right = "name the folder that the file is in"
        raise UnknownClusterError(
            f"no cluster and no evidence folder {place!r} (a folder has a cluster.csv or an "
            f"{WORKBOOK}); {right}"
        )
    if path and _inside(path, False) and not path.samefile(by_name):
        raise UnknownClusterError(
            f"{place!r} is the cluster in {by_name} and the folder {path}: "
            f"write ./{place} for the folder here, or {by_name} for the other"
        )
    return [by_name]


def _folder(place: str, root: Path) -> Path | None:
    """The folder at a path; links stay as they are named, unless they lead to a shipped cluster."""
    try:
        if not place or not Path(place).is_dir():
            return None
    except (OSError, ValueError):
        return None
    path = Path(os.path.abspath(place))  # noqa: PTH100 (resolve would follow links)
    real, home = path.resolve(), (root / "data" / "clusters").resolve()
    return root / "data" / "clusters" / real.name if real.parent == home else path


def _inside(folder: Path, bare: bool, deep: int = 2) -> list[Path]:
    """The folder if it holds a table, else those in it that do, else itself where `bare`.

    They may stand in folders of their own, such as those of districts, but no deeper.
    """
    if _holds_a_table(folder):
        return [folder]
    try:
        entries = sorted(entry for entry in folder.iterdir() if not passed_over(entry.name))
    except OSError:
        entries = []
    inside = [found for entry in entries if deep for found in _inside(entry, False, deep - 1)]
    return inside or [folder] * bare


def _holds_a_table(folder: Path) -> bool:
    return any((folder / name).is_file() for name in _TABLES)


def each_its_own_name(folders: list[Path]) -> dict[str, Path]:
    """Return folders by name, which is their place in the output.

    Raises `UnknownClusterError` where two have one name, or a name cannot be a slug.
    """
    named: dict[str, Path] = {}
    for folder in folders:
        if not SLUG.fullmatch(folder.name):
            raise UnknownClusterError(
                f"the folder {folder.name!r} cannot be a slug; rename it to [a-z0-9-]+"
            )
        if folder.name in named:
            raise UnknownClusterError(
                f"{named[folder.name]} and {folder} would stand at one place in the output, "
                f"{folder.name}: rename one of the folders, or leave one out"
            )
        named[folder.name] = folder
    return named
