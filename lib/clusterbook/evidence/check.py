"""Checking evidence: every problem of a folder, or of all evidence, with its place.

`check_folder` looks at a cluster's or a context's folder, `check_all` at everything. Both return
a sorted list of problems, complete except for what follows from another one (rows are not blamed
for naming sources of a `sources.bib` that cannot be read). Nothing in a folder makes them raise.

A cell that begins with =, + or @ is allowed, for it may be a fact; whatever writes tables for
spreadsheets has to make it safe.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from .package import LISTS
from .problems import Problem
from .root import SLUG, book_root, outside_folders
from .rules import Context, Sheet, nearest, read_sheet, said
from .rules_notes import note_problems
from .rules_rows import row_problems
from .rules_schema import schema_problems
from .rules_sources import bib_problems

CLUSTER_FILES = (
    "cluster.csv", "observations.csv", "events.csv", "initiatives.csv", "phases.csv",
    "findings.csv", "survey.csv", "codebook.csv", "sources.bib",
)  # fmt: skip
CONTEXT_FILES = (
    "observations.csv", "events.csv", "initiatives.csv", "phases.csv", "findings.csv", "cpi.csv",
    "sources.bib",
)  # fmt: skip
_PASSED_OVER = re.compile(r"\..*|~\$.*|README(\.md|\.txt)?|LICENSE(\.md|\.txt)?")


@dataclass(frozen=True)
class Examined:
    """What was found in one place: how many rows, and what is wrong with them."""

    kind: str  # cluster, city, country or list
    rows: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass
class _Reading:
    """The files of a folder that can be read, and what is wrong with the others."""

    sheets: list[Sheet] = field(default_factory=list)
    keys: frozenset[str] | None = frozenset()
    problems: list[Problem] = field(default_factory=list)


def check_folder(folder: Path, root: Path | None = None) -> list[Problem]:
    """Return every problem of a cluster's or context's folder, sorted; files by their name in it.

    `root` is the book's root, which holds the codebook and the contexts. A folder is a context if
    it lies in a folder `context`, else a cluster.
    """
    return list(examine(folder, root or book_root()).problems)


def check_all(root: Path | None = None, done: Callable[[], None] | None = None) -> list[Problem]:
    """Return every problem of all evidence, sorted; files by their path below the root.

    `done` is called after each place, so that progress can be shown.
    """
    problems: list[Problem] = []
    for _, examined in examine_all(root or book_root()):
        problems += examined.problems
        if done:
            done()
    return sorted(problems, key=_order)


def examine_all(root: Path) -> Iterator[tuple[str, Examined]]:
    """Yield each place of the evidence by its path and what was found there, one after another."""
    yield "data", _examine_lists(root)
    for place in places(root):
        if isinstance(place, Problem):
            yield place.file, Examined("", 0, (place,))
            continue
        inside = place.is_relative_to(root)
        name = place.relative_to(root).as_posix() if inside else place.as_posix()
        yield name, named(examine(place, root), name)


def named(examined: Examined, name: str) -> Examined:
    """Return what was found with `name` before the file of every problem."""
    moved = (replace(p, file=printable(f"{name}/{p.file}".rstrip("/"))) for p in examined.problems)
    return replace(examined, problems=tuple(moved))


def places(root: Path) -> Iterator[Path | Problem]:
    """Yield every evidence folder, and a problem for what stands there and is none."""
    data = root / "data"
    for kind in ("clusters", "context"):
        entries = sorted((data / kind).iterdir()) if (data / kind).is_dir() else []
        if kind == "clusters" and not any(entry.is_dir() for entry in entries):
            right = "put a folder of tables there for each cluster"
            yield Problem("data/clusters", None, "", "holds no cluster", right)
        for entry in entries:
            if _PASSED_OVER.fullmatch(entry.name):
                continue
            file = printable(f"data/{kind}/{entry.name}")
            if entry.is_symlink() and not entry.resolve().is_relative_to(data.resolve()):
                wrong = "is a link that leads out of the data folder, and was not followed"
                yield Problem(file, None, "", wrong, "put the folder itself there")
            elif not entry.is_dir():
                wrong = "is not read"
                yield Problem(file, None, "", wrong, f"keep only folders in data/{kind}")
            else:
                yield entry
    yield from outside_folders()


def examine(folder: Path, root: Path) -> Examined:
    """Return what was found in one evidence folder; files by their name in it."""
    folder = folder.resolve()
    is_context = folder.parent.name == "context"
    allowed = CONTEXT_FILES if is_context else CLUSTER_FILES
    if not folder.is_dir():
        return Examined("cluster", 0, (Problem("", None, "", "is no folder", ""),))
    reading = _read(folder, allowed, notes=not is_context)
    if not SLUG.fullmatch(folder.name):
        wrong = f"the folder's name {said(folder.name)} is no short name"
        right = "write lower-case letters and digits, joined by hyphens, as in west-bund"
        reading.problems.append(Problem("", None, "", wrong, right))
    if not is_context and not (folder / "cluster.csv").is_file():
        right = "write it, with the header field,value,source,locator"
        reading.problems.append(Problem("cluster.csv", None, "", "is missing", right))
    context = Context(
        _known_sources(folder, root, reading),
        _known_indicators(root, reading),
        not is_context,
    )
    if context.sources is not None and not (folder / "sources.bib").exists():
        used = {key for s in reading.sheets for _, key in s.column("source") if key}
        if used - set(context.sources):
            right = "export it from the reference manager as BibTeX"
            reading.problems.append(Problem("sources.bib", None, "", "is missing", right))
            context = replace(context, sources=None)
    problems = reading.problems + _codebook_problems(root, reading)
    for sheet in reading.sheets:
        problems += schema_problems(sheet) + row_problems(sheet, context)
    is_country = "cpi" in [sheet.table for sheet in reading.sheets]
    kind = ("country" if is_country else "city") if is_context else "cluster"
    rows = sum(sheet.size for sheet in reading.sheets)
    return Examined(kind, rows, tuple(sorted(set(problems), key=_order)))


def _order(problem: Problem) -> tuple[str, int, str, str, str]:
    return problem.file, problem.row or 0, problem.field, problem.wrong, problem.right


def printable(text: str) -> str:
    """Return text with what cannot be printed, such as control characters, as question marks."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _read(folder: Path, allowed: tuple[str, ...], notes: bool) -> _Reading:
    reading = _Reading()
    for entry in sorted(folder.iterdir()):
        if _PASSED_OVER.fullmatch(entry.name):
            continue
        name = printable(entry.name)
        wrong, right = _unreadable(entry, folder)
        if wrong:
            if entry.name == "sources.bib":
                reading.keys = None
        elif entry.is_dir():
            if notes and entry.name == "notes":
                reading.problems += _note_problems(entry, folder)
                continue
            wrong, right = "is a folder and is not read", f"the files are {', '.join(allowed)}"
        elif entry.name not in allowed:
            near = nearest(entry.name, allowed)
            wrong = "is not read"
            right = f"rename it to {near}" if near else f"the files are {', '.join(allowed)}"
        if wrong:
            reading.problems.append(Problem(name, None, "", wrong, right))
            continue
        try:
            _read_file(entry, reading)
        except OSError as error:
            reading.problems.append(
                Problem(name, None, "", f"cannot be read: {error.strerror}", "")
            )
    return reading


def _read_file(path: Path, reading: _Reading) -> None:
    if path.name == "sources.bib":
        reading.keys, problems = bib_problems(path)
    else:
        sheet, problems = read_sheet(path, path.stem)
        reading.sheets += [sheet] if sheet else []
    reading.problems += problems


def _unreadable(entry: Path, folder: Path) -> tuple[str, str]:
    if entry.is_symlink() and not entry.resolve().is_relative_to(folder):
        return "is a link that leads out of the folder, and was not followed", "put the file there"
    if not entry.is_file() and not entry.is_dir():
        return "is no file that can be read", "put a file there"
    return "", ""


def _note_problems(notes: Path, folder: Path) -> Iterator[Problem]:
    for entry in sorted(notes.iterdir()):
        if _PASSED_OVER.fullmatch(entry.name):
            continue
        file = f"notes/{printable(entry.name)}"
        wrong, right = _unreadable(entry, folder)
        if not wrong and entry.is_dir():
            wrong, right = "is a folder and is not read", "keep only .md files in notes/"
        if wrong:
            yield Problem(file, None, "", wrong, right)
            continue
        try:
            yield from note_problems(entry)
        except OSError as error:
            yield Problem(file, None, "", f"cannot be read: {error.strerror}", "")


def _codebook_problems(root: Path, reading: _Reading) -> list[Problem]:
    common = _indicators(root / "data" / "codebook.csv") or set()
    return [
        Problem(
            sheet.file, row, "indicator", f"{said(name)} is in data/codebook.csv already",
            "use it as it is, or give yours another name",
        )
        for sheet in reading.sheets
        if sheet.table == "codebook"
        for row, name in sheet.column("indicator")
        if name in common
    ]  # fmt: skip


def _indicators(path: Path) -> set[str] | None:
    sheet, _ = read_sheet(path, "codebook") if path.is_file() else (None, [])
    return {name for _, name in sheet.column("indicator")} if sheet else None


def _known_indicators(root: Path, reading: _Reading) -> set[str] | None:
    known = _indicators(root / "data" / "codebook.csv")
    if known is None:
        return None
    own = (s for s in reading.sheets if s.table == "codebook")
    return known | {name for sheet in own for _, name in sheet.column("indicator")}


def _known_sources(folder: Path, root: Path, reading: _Reading) -> set[str] | None:
    if reading.keys is None:
        return None
    known = set(reading.keys)
    for place in _above(folder, root, reading):
        path = root / "data" / "context" / place / "sources.bib"
        if place and path.is_file():
            keys, _ = bib_problems(path)
            known |= keys or set()
    return known


def _above(folder: Path, root: Path, reading: _Reading) -> set[str]:
    """The contexts whose sources count: a cluster's city and country, a city's country."""
    if folder.parent.name != "context":
        facts = next((s for s in reading.sheets if s.table == "cluster"), None)
        return set(_city_and_country(facts)) if facts else set()
    found = set()
    for path in sorted((root / "data" / "clusters").glob("*/cluster.csv")):
        sheet, _ = read_sheet(path, "cluster")
        if sheet:
            city, country = _city_and_country(sheet)
            found |= {country} if city == folder.name else set()
    return found


def _city_and_country(facts: Sheet) -> tuple[str, str]:
    if not {"field", "value"} <= set(facts.header):
        return "", ""
    given = {cells["field"]: cells["value"] for _, cells in facts.rows}
    city, country = (
        re.sub(r"[^a-z0-9]+", "-", given.get(name, "").lower()).strip("-")
        for name in ("city", "country")
    )
    return city, country


def _examine_lists(root: Path) -> Examined:
    """The lists of the whole compendium; their sources may be any folder's."""
    data = root / "data"
    known: set[str] = set()
    for path in sorted(data.glob("*/*/sources.bib")):
        keys, _ = bib_problems(path)
        known |= keys or set()
    problems: list[Problem] = []
    rows = 0
    for name in LISTS:
        path = data / f"{name}.csv"
        if not path.is_file():
            problems.append(Problem(f"{name}.csv", None, "", "is missing", "restore the file"))
            continue
        sheet, found = read_sheet(path, name)
        problems += found
        if sheet:
            rows += sheet.size
            problems += schema_problems(sheet) + row_problems(sheet, Context(known, None))
    return named(Examined("list", rows, tuple(problems)), "data")
