"""Checking evidence: every problem of a folder, or of all evidence, with its place.

`check_folder` looks at a cluster's or a context's folder, `check_all` at everything. Both return
a sorted list of problems, complete except for what follows from another one (rows are not blamed
for naming sources of a `sources.bib` that cannot be read). Nothing in a folder makes them raise.

A cell that begins with =, + or @ is allowed, for it may be a fact; whatever writes tables for
spreadsheets has to make it safe.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .advice import Outlook, outlook, warnings_of
from .folders import passed_over
from .problems import EvidenceError, Problem, said, told
from .root import SLUG, book_root, outside_folders
from .rules import Context
from .rules_context import context_of, is_context, last_year, questions
from .rules_files import (
    CLUSTER_FILES,
    CONTEXT_FILES,
    Reading,
    printable,
    read_files,
    read_folder,
    where_a_link_leads,
)
from .rules_literature import literature
from .rules_rows import sheet_problems
from .schemas import LISTS
from .second_coding import second_coding_problems
from .settings import read_edition
from .workbook import FILE as WORKBOOK
from .workbook import has_workbook, told_in_workbook, unpacked


@dataclass(frozen=True)
class Examined:
    """What was found in one place: its path as told, how many rows, what is wrong with them."""

    name: str
    kind: str  # cluster, city, country or lists
    rows: int = 0
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()  # of a cluster
    shows: tuple[Outlook, ...] = ()  # what the report on a cluster will show


def check_folder(folder: Path, root: Path | None = None) -> list[Problem]:
    """Return every problem of a cluster's or context's folder, sorted; files by their name in it.

    `root` is the book's root, which holds the codebook and the contexts. A folder is a context if
    it lies in a folder named `context`, else a cluster.
    """
    return list(examine(folder, root or book_root(), "").problems)


def check_all(root: Path | None = None) -> list[Problem]:
    """Return every problem of all evidence, sorted; files by their path below the root."""
    found = (examined.problems for examined in examine_all(root or book_root()))
    return sorted((problem for problems in found for problem in problems), key=_order)


def examine_all(root: Path, advice: bool = False) -> Iterator[Examined]:
    """Yield what was found in each place of the evidence, one after another.

    With `advice` warnings and what a report will show are told too: for a person, not for a build.
    """
    yield from _examine_lists(root)
    for place in places(root):
        if isinstance(place, Problem):
            yield Examined(place.file, "", 0, (place,))
        else:
            yield examine(place, root, name_of(place, root), advice)


def name_of(folder: Path, root: Path) -> str:
    """Return how a folder is told: by its path below the root, else by its whole path."""
    inside = folder.is_relative_to(root)
    return printable((folder.relative_to(root) if inside else folder).as_posix())


def places(root: Path) -> Iterator[Path | Problem]:
    """Yield every evidence folder, and a problem for what stands there and is none."""
    data = root / "data"
    for kind in ("clusters", "context"):
        entries = sorted((data / kind).iterdir()) if (data / kind).is_dir() else []
        if kind == "clusters" and not any(entry.is_dir() for entry in entries):
            right = "put a folder of tables there for each cluster"
            yield Problem("data/clusters", None, "", "holds no cluster", right)
        for entry in entries:
            if passed_over(entry.name):
                continue
            file = printable(f"data/{kind}/{entry.name}")
            leads = where_a_link_leads(entry, data)
            if leads:
                leads = leads.replace("the folder", "the data folder")
                wrong = f"is a link that leads {leads}, and was not followed"
                yield Problem(file, None, "", wrong, "put the folder itself there")
            elif not entry.is_dir():
                right = f"keep only folders in data/{kind}"
                yield Problem(file, None, "", "is not read", right)
            else:
                yield entry
    yield from outside_folders()


def examine(folder: Path, root: Path, name: str, advice: bool = False) -> Examined:
    """Return what was found in one evidence folder; `name` stands before the file of a problem.

    With `advice` warnings and what a report will show are told too (see `examine_all`).
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 (resolve would follow links)
    if is_context(folder) or not has_workbook(folder):
        return _examine(folder, root, name, advice)
    with unpacked(folder) as (tables, faults):
        if folder.parent == root / "data" / "clusters":
            right = "save each sheet as CSV UTF-8 under its name, or keep the folder elsewhere"
            wrong = "is a workbook, and the book's own clusters are CSV"
            faults.append(Problem(WORKBOOK, None, "", wrong, right))
        return _examine(tables, root, name, advice, faults)


def _examine(
    folder: Path, root: Path, name: str, advice: bool, faults: list[Problem] | None = None
) -> Examined:
    """The same for a folder of CSVs; `faults` are those of the workbook that they come from."""
    context = is_context(folder)
    files = CONTEXT_FILES if context else CLUSTER_FILES
    reading = read_folder(folder, files, last_year(root))
    problems = reading.problems
    problems += faults or []
    if not SLUG.fullmatch(folder.name):
        wrong = f"the folder's name {said(folder.name)} is no short name"
        right = "write lower-case letters and digits, joined by hyphens, as in west-bund"
        problems.append(Problem(".", None, "", wrong, right))
    if not context and not os.path.lexists(folder / "cluster.csv"):
        right = "write it, with the header field,value,source,locator"
        problems.append(Problem("cluster.csv", None, "", "is missing", right))
    known = context_of(folder, root, reading)
    problems += [fault for sheet in reading.sheets for fault in sheet_problems(sheet, known)]
    kind = ("country" if reading.sheet("cpi") else "city") if context else "cluster"
    unusual: list[Problem] = []
    shows: tuple[Outlook, ...] = ()
    if advice and not context:
        faulty = {(problem.file, problem.row, problem.field) for problem in problems}
        unusual = [
            warning
            for warning in warnings_of(folder, root, reading, known)
            if (warning.file, warning.row, warning.field) not in faulty
        ]
        shows = tuple(outlook(reading, root))
    if faults is not None:
        problems, unusual = told_in_workbook(problems), told_in_workbook(unusual)
    return Examined(name, kind, _rows(reading), _told(problems, name), _told(unusual, name), shows)


def _examine_lists(root: Path) -> Iterator[Examined]:
    """What every chapter reads: the lists of the compendium, its literature, and their sources."""
    data = root / "data"
    reading = read_files(
        data, ("sources.bib", *(f"{table}.csv" for table in LISTS)), last_year(root)
    )
    try:
        if (data / "edition.yml").is_file():
            read_edition(root)
    except EvidenceError as error:
        reading.problems += error.problems
    reading.problems += questions(root)[1]
    for sheet in reading.sheets:
        reading.problems += sheet_problems(sheet, Context(reading.keys))
    reading.problems += second_coding_problems(reading.sheet("second_coding"), root)
    yield Examined("data", "lists", _rows(reading), _told(reading.problems, "data"))
    if (data / "literature").is_dir():
        works = literature(data / "literature", reading.keys, reading.last_year)
        told_of = "data/literature"
        yield Examined(told_of, "lists", _rows(works), _told(works.problems, told_of))


def _rows(reading: Reading) -> int:
    return sum(sheet.size for sheet in reading.sheets)


def _told(problems: list[Problem], name: str) -> tuple[Problem, ...]:
    return tuple(sorted(set(told(problems, name) if name else problems), key=_order))


def _order(problem: Problem) -> tuple[str, int, str, str, str]:
    return problem.file, problem.row or 0, problem.field, problem.wrong, problem.right
