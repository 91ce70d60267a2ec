"""Where the book is: its root folder, its evidence folders.

The root is found from the working directory, never from the package's own place, so that a copy
of the repository reads its own data.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from .injected import check_parameters
from .problems import CallError
from .romanise import transliterated

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FOLDERS = "CLUSTERBOOK_FOLDERS"
"""The environment variable that names evidence folders outside the root."""


class BookNotFoundError(CallError, FileNotFoundError):
    """No folder with a `_config.yml` lies at or above the working directory."""


class UnknownClusterError(CallError, LookupError):
    """A cluster was named that has no evidence folder."""


def book_root() -> Path:
    """Return the book's root: `CLUSTERBOOK_ROOT`, else the nearest folder with `_config.yml`.

    Raises `BookNotFoundError` when neither exists. All that a notebook reads begins here, so here
    it raises `UnknownParameterError` for a parameter of papermill's that the notebook has not.
    """
    check_parameters()
    named = os.environ.get("CLUSTERBOOK_ROOT")
    if named:
        return Path(named).resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "_config.yml").is_file():
            return folder
    raise BookNotFoundError(
        f"no _config.yml at or above {here}: run from inside the book's folder, "
        "or set CLUSTERBOOK_ROOT to it"
    )


def outside_folders() -> list[Path]:
    """Return the evidence folders outside the root that `CLUSTERBOOK_FOLDERS` names.

    It holds one absolute path, or a list of paths in JSON: no sign that a path may hold parts them.
    Raises `UnknownClusterError` for anything else.
    """
    return list(_outside(os.environ.get(FOLDERS, "")))


@lru_cache(maxsize=4)  # asked for every page, and a city office has hundreds
def _outside(named: str) -> tuple[Path, ...]:
    if not named or Path(named).is_absolute():
        return (Path(named),) if named else ()
    try:
        listed = json.loads(named)
    except ValueError:
        listed = None
    if not isinstance(listed, list) or not all(isinstance(path, str) for path in listed):
        right = 'an absolute path, or a list in JSON such as ["/data/mill-7", "/data/mill-8"]'
        raise UnknownClusterError(f"{FOLDERS} is {named!r}; it must be {right}")
    return tuple(map(Path, listed))


@lru_cache(maxsize=4)
def _outside_by_name(named: str) -> dict[str, Path]:
    return {folder.name: folder for folder in reversed(_outside(named))}


def written_folders(folders: Iterable[Path]) -> str:
    """Return folders as `CLUSTERBOOK_FOLDERS` holds them."""
    return json.dumps([str(folder) for folder in folders])


@contextmanager
def evidence_at(root: Path | str, folders: str) -> Iterator[None]:
    """Look for evidence at a root and in folders outside it; afterwards where it was before.

    `folders` is as in `CLUSTERBOOK_FOLDERS` (`written_folders` makes it).
    """
    with environment({"CLUSTERBOOK_ROOT": str(root), FOLDERS: folders}):
        yield


@contextmanager
def environment(names: dict[str, str]) -> Iterator[None]:
    """Set environment variables; afterwards they are as before."""
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def stamp(path: Path) -> tuple[int, int]:
    """Return what tells a file that was changed: its time and size; zeros where there is none."""
    if not path.is_file():
        return 0, 0
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


def cluster_slugs(root: Path | None = None) -> list[str]:
    """Return the slugs of all clusters in `data/clusters`, sorted."""
    folder = (root or book_root()) / "data" / "clusters"
    return sorted(p.name for p in folder.iterdir() if p.is_dir() and SLUG.fullmatch(p.name))


def cluster_folder(cluster: str) -> Path:
    """Return the evidence folder of a cluster.

    Raises `UnknownClusterError`, naming the clusters there are, when `cluster` is not a slug with
    a folder. Anything but `[a-z0-9-]+` is refused, so that no name leads outside the data folder.
    """
    if isinstance(cluster, int | float) and not isinstance(cluster, bool):
        raise UnknownClusterError(
            f"cluster must be text, not {type(cluster).__name__} {cluster!r}: "
            f'write "{cluster}" in quotes (papermill: -r cluster {cluster})'
        )
    if isinstance(cluster, str) and SLUG.fullmatch(cluster):
        outside = _outside_by_name(os.environ.get(FOLDERS, "")).get(cluster)
        if outside:
            return outside
        folder = book_root() / "data" / "clusters" / cluster
        if folder.is_dir():
            return folder
    raise UnknownClusterError(
        f"no cluster {cluster!r} in data/clusters; {names_of_clusters(cluster)}"
    )


def names_of_clusters(meant: object, root: Path | None = None) -> str:
    """Return the names that a cluster may have, and the one that is alike but for its signs."""
    known, plain = cluster_slugs(root), transliterated(str(meant))
    alike = next((f"write {name}" for name in known if name.replace("-", "") == plain), "")
    return f"{alike or 'give the name of one'}; there are: {', '.join(known)}"


def context_folder(place: str, root: Path | None = None) -> Path | None:
    """Return the context folder of a city or country by its name, or None where there is none.

    The name counts as it is transliterated, so that Zürich and 上海 find `zurich` and `shanghai`.
    """
    home = (root or book_root()) / "data" / "context"
    slug = re.sub(r"[^a-z0-9]+", "-", place.lower()).strip("-")
    if slug and (home / slug).is_dir():
        return home / slug
    plain = transliterated(place)
    named = sorted(home.iterdir()) if plain and home.is_dir() else []
    alike = (folder for folder in named if folder.name.replace("-", "") == plain)
    return next((folder for folder in alike if folder.is_dir()), None)
