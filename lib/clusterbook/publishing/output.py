"""Where a run puts what it made: it replaces only what this program made, and loses nothing.

All is made in the folder `.next` beside its place, and moved there when it is whole. A folder that
is put in place holds a mark, `.clusterbook`, with the digest of each of its files; files are named
in the mark of the folder that holds them. What stands at the place is replaced if each of its files
has a digest in the mark; a file that was changed or added since is somebody's work. A run that was
killed leaves `.next`: the next run ends what was ready there, or clears it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from clusterbook.evidence.folders import MARK, read_mark
from clusterbook.evidence.problems import ToldError

from .process import hold, write_atomically

WORK = ".next"
ABOUT = "Made by clusterbook, which replaces these files at its next run, but no other file."
PASSED_OVER = (".DS_Store", "Thumbs.db", "desktop.ini")
"""Files that a desktop puts into every folder that it shows."""

MADE_FROM = ("data", "chapters", "lib", "_build/html")
"""Folders of the book in which no other output may stand."""


class OutputError(ToldError, RuntimeError):
    """Something that this program did not make stands where its output would go."""


def digests(place: Path) -> Iterator[tuple[str, str]]:
    """Yield the name below a place and the digest of each file; "" for a link or a device."""
    if not place.is_symlink() and place.is_dir():
        for entry in sorted(place.iterdir()):
            for name, digest in digests(entry):
                yield f"{entry.name}/{name}".rstrip("/"), digest
    elif place.is_symlink() or not place.is_file():
        yield "", ""
    else:
        with place.open("rb") as file:
            yield "", hashlib.file_digest(file, "sha256").hexdigest()[:32]


def _write_mark(folder: Path, inputs: str, files: dict[str, str]) -> None:
    told = {"about": ABOUT, "inputs": inputs, "files": dict(sorted(files.items()))}
    write_atomically(folder / MARK, json.dumps(told, indent=1) + "\n")


def stands(folder: Path, inputs: str) -> bool:
    """Return whether a folder stands as it was made from these inputs, each file as it was."""
    made_from, files = read_mark(folder)
    return made_from == inputs and files == {n: d for n, d in digests(folder) if n != MARK}


def foreign(place: Path, plain_too: bool = False) -> str | None:
    """Return the name, below a place, of the first file that this program did not make, or None.

    With `plain_too` what Sphinx itself put there is as good as made: in the book's own `_build`
    stands the book, and also what `jupyter-book build .` or an edition before the marks built.
    """
    if not os.path.lexists(place) or (plain_too and _is_plain_build(place)):
        return None
    known = {*read_mark(place if place.is_dir() else place.parent)[1].values()} - {""}
    for name, digest in digests(place):
        if digest not in known and name != MARK and name.rpartition("/")[2] not in PASSED_OVER:
            return name
    return None


def _is_plain_build(place: Path) -> bool:
    if place.is_symlink() or ((place / MARK).is_file() and not (place / ".buildinfo").is_file()):
        return False
    try:
        with (place / "objects.inv").open("rb") as file:
            return file.read(18) == b"# Sphinx inventory"
    except OSError:
        return False


def refuse_foreign(place: Path, plain_too: bool = False) -> None:
    """Raise `OutputError`, saying what stands at a place, if this program did not make it."""
    name = foreign(place, plain_too)
    if name is not None:
        raise OutputError(
            f"{place / name} was not made by clusterbook, or was changed since; nothing was "
            "replaced. Move it away and run again, or name another folder with --out"
        )


def refuse_inputs(target: Path, root: Path, folders: Iterable[Path]) -> None:
    """Raise `OutputError` where output would stand among what it is made from.

    That are folders of evidence, and those of the book itself.
    """
    for folder in (*folders, *(root / name for name in MADE_FROM)):
        if (target / "html").resolve().is_relative_to(folder.resolve()):
            raise OutputError(
                f"the output would stand in {folder}, among what it is made from, and the next run "
                "would stumble over it; nothing was written. Name a folder elsewhere, such as "
                "--out ../report"
            )


def recover(folder: Path, plain_too: bool = False) -> None:
    """Put in place what a killed run had ready in a folder, and clear what else it left there.

    A run at work there is waited for. Raises `OutputError` where `.next` is not a run's.
    """
    work = folder / WORK
    if not os.path.lexists(work):
        return
    if work.is_symlink() or not (work / MARK).is_file():
        try:
            work.rmdir()
        except OSError:
            raise OutputError(
                f"{work} was not made by clusterbook, which needs that place for its work; "
                "nothing was changed. Rename it and run again"
            ) from None
        return
    with (work / MARK).open() as lock:
        hold(lock, folder)
        if os.fstat(lock.fileno()).st_nlink:  # else the run that was waited for took it away
            _put_in_place(folder, plain_too)
            _clear(work)


@contextlib.contextmanager
def replacing(
    folder: Path, names: Iterable[str], inputs: str = "", plain_too: bool = False
) -> Iterator[Path]:
    """Give an empty folder; what is made in it replaces, at the end, what a folder has.

    `names` are the places in that folder, `inputs` is the digest of what it is made from. Beside
    the folder given is room to work. Raises `OutputError` at once, and changes nothing, where
    something else stands at a place.
    """
    recover(folder, plain_too)
    for name in names:
        refuse_foreign(folder / name, plain_too)
    work = folder / WORK
    try:
        work.mkdir(parents=True)
        with (work / MARK).open("x") as lock:
            hold(lock, folder)
            new = work / "new"
            new.mkdir()
            yield new
            if any(new.iterdir()):
                _mark(new, folder, inputs)
                new.rename(work / "ready")
                _put_in_place(folder, plain_too)
    except OSError as error:
        if error.filename is None:  # a full disk does not say which
            raise OSError(error.errno, error.strerror, str(folder)) from error
        raise
    finally:
        _clear(work)


def remove_own(place: Path) -> None:
    """Remove what this program made at a place; anything else stays."""
    if foreign(place) is None:
        _remove(place)


def _mark(new: Path, folder: Path, inputs: str) -> None:
    """Mark the folders made, and name the files made in what becomes the mark of their folder."""
    files = {}
    for entry in sorted(new.iterdir()):
        found = dict(digests(entry))
        if entry.is_dir():
            _write_mark(entry, inputs, found)
        else:
            files[entry.name] = found[""]
    if files:
        made_from, before = read_mark(folder)
        still = {name: digest for name, digest in before.items() if (folder / name).exists()}
        _write_mark(new, made_from, still | files)


def _put_in_place(folder: Path, plain_too: bool) -> None:
    """Move what is ready to its places; a kill at any moment leaves what this can end."""
    ready, last = folder / WORK / "ready", folder / WORK / "last"
    if not ready.is_dir():
        return
    made = sorted(ready.iterdir(), key=lambda entry: (entry.name == MARK, entry.name))
    for entry in made:
        if entry.name != MARK:
            refuse_foreign(folder / entry.name, plain_too)
    last.mkdir(exist_ok=True)
    try:
        for entry in made:
            place = folder / entry.name
            if os.path.lexists(place):
                _remove(last / entry.name)
                place.rename(last / entry.name)
            entry.rename(place)
    finally:
        for old in last.iterdir():
            if not os.path.lexists(folder / old.name):
                old.rename(folder / old.name)
    ready.rmdir()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _clear(work: Path) -> None:
    """Remove a run's work, its mark last; not while the only good book is in it."""
    with contextlib.suppress(OSError):
        last = work / "last"
        if last.is_dir() and any(
            not os.path.lexists(work.parent / old.name) for old in last.iterdir()
        ):
            return
        for entry in sorted(work.iterdir()):
            if entry.name != MARK:
                _remove(entry)
        (work / MARK).unlink(missing_ok=True)
        work.rmdir()
