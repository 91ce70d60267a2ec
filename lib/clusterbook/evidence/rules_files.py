"""What lies in an evidence folder: which files are read, and what is wrong with the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .folders import passed_over
from .problems import Problem, nearest
from .rules_notes import note_problems
from .rules_sources import bib_problems
from .schemas import CLUSTER_TABLES, CONTEXT_TABLES, file_name
from .sheets import Sheet, read_sheet
from .workbook import FILE

_COPY = re.compile(  # what systems and people add to the name of a copy
    r"(?:\s*\(\d+\)|[\s_-]+(?:copy|kopie|copie|old|new|final|backup|v?\d+)|\s*- 副本)+$",
    re.IGNORECASE,
)
_WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods", ".numbers")
_ALL = FILE.replace(".xlsx", ".csv")
CLUSTER_FILES = (*map(file_name, CLUSTER_TABLES), "sources.bib")
CONTEXT_FILES = (*map(file_name, CONTEXT_TABLES), "sources.bib")
_TABLES = {file_name(table): table for table in (*CLUSTER_TABLES, *CONTEXT_TABLES)}


@dataclass
class Reading:
    """The files of a folder that could be read, and what is wrong with the files."""

    sheets: list[Sheet] = field(default_factory=list)
    keys: frozenset[str] | None = frozenset()  # of sources.bib; None where it is unreadable
    problems: list[Problem] = field(default_factory=list)
    last_year: int | None = None  # no source is of a later year

    def sheet(self, table: str) -> Sheet | None:
        """Return one of the tables, if it is there and readable."""
        return next((sheet for sheet in self.sheets if sheet.table == table), None)


def printable(text: str) -> str:
    """Return a file's name with what cannot be printed, such as control characters, as "?"."""
    return "".join(char if char.isprintable() else "?" for char in text)


def read_folder(folder: Path, allowed: tuple[str, ...], last_year: int | None = None) -> Reading:
    """Return what can be read of a folder in which the files `allowed`, and `notes/`, may lie.

    A link that leads out of the folder is a problem and is not followed.
    """
    reading = Reading(last_year=last_year)
    for entry, fault in _entries(folder, folder, ".", reading):
        if not fault and entry.is_dir() and entry.name == "notes":
            _read_notes(entry, folder, reading)
        elif not fault and entry.is_file() and entry.name in allowed:
            read_file(entry, reading, _TABLES.get(entry.name))
        else:
            folders = ("is a folder and is not read", f"the files are {', '.join(allowed)}")
            files = folders if entry.is_dir() else ("is not read", _remedy(entry, folder, allowed))
            reading.problems.append(Problem(printable(entry.name), None, "", *(fault or files)))
            reading.keys = None if entry.name == "sources.bib" else reading.keys
    return reading


def read_files(folder: Path, names: Iterable[str], last_year: int | None = None) -> Reading:
    """Return what can be read of the files named, each of which has to be in the folder."""
    reading = Reading(last_year=last_year)
    for name in names:
        if (folder / name).is_file():
            read_file(folder / name, reading)
            continue
        reading.problems.append(Problem(name, None, "", "is missing", "restore the file"))
        reading.keys = None if name == "sources.bib" else reading.keys
    return reading


def _remedy(entry: Path, folder: Path, allowed: tuple[str, ...]) -> str:
    """Return what to do with a file that is not read: never what would write over a table."""
    if entry.suffix == ".md":
        return "move it into notes/ if it is a note, else out of the folder"
    plain = _COPY.sub("", entry.stem)
    book = entry.suffix.lower() in _WORKBOOKS
    names = (*allowed, _ALL) if book else allowed
    near = nearest(f"{plain}{'.csv' if entry.suffix != '.bib' else '.bib'}", names)
    if book and near in (None, _ALL):
        if any(file.name in _TABLES for file in folder.iterdir()):
            return "see what differs from the tables that are read, and move it out of the folder"
        return f"open it and save it as {FILE}, with a sheet for each table"
    if not near or not (book or entry.suffix.lower() in (".csv", ".txt", ".tsv", ".bib", "")):
        return f"the files are {', '.join(allowed)}"
    stands = next((file for file in folder.iterdir() if file.name == near), None)
    if book:
        where = " elsewhere" if stands else f" as {near}"
        right = f"open it and save the sheet as CSV UTF-8{where}"
        if stands:
            right += f", see what differs from {near}, and move the workbook out of the folder"
        return right
    if stands:
        return f"{near} is read: see what differs, keep one of the two and move the other out"
    return f"rename it to {near}"


def _entries(
    place: Path, folder: Path, name: str, reading: Reading
) -> Iterator[tuple[Path, tuple[str, str] | None]]:
    """Yield what lies in a place of a folder, with why it cannot be read, if so, and the cure."""
    try:
        entries = sorted(place.iterdir())
    except OSError as error:
        reading.problems.append(Problem(name, None, "", f"cannot be read: {error.strerror}", ""))
        return
    for entry in entries:
        leads = where_a_link_leads(entry, folder)
        if passed_over(entry.name):
            continue
        if leads:
            yield (
                entry,
                (f"is a link that leads {leads}, and was not followed", "put the file there"),
            )
        elif not entry.is_file() and not entry.is_dir():
            yield entry, ("is no file that can be read", "put a file there")
        else:
            yield entry, None


def where_a_link_leads(entry: Path, folder: Path) -> str:
    """Return whither a symbolic link leads: "out of the folder", "in a circle"; "" for others."""
    if not entry.is_symlink():
        return ""
    try:
        return "" if entry.resolve().is_relative_to(folder.resolve()) else "out of the folder"
    except (OSError, RuntimeError):  # Python before 3.13 raises the latter
        return "in a circle"


def read_file(path: Path, reading: Reading, table: str | None = None) -> None:
    """Add a table or a `sources.bib` to what was read, and what is wrong with its form.

    `table` is the table that the file holds; left out, the file is named after it.
    """
    if path.name == "sources.bib":
        reading.keys, problems = bib_problems(path, reading.last_year)
    else:
        sheet, problems = read_sheet(path, table or path.stem)
        reading.sheets += [sheet] if sheet else []
    reading.problems += problems


def _read_notes(notes: Path, folder: Path, reading: Reading) -> None:
    for entry, fault in _entries(notes, folder, "notes", reading):
        file = f"notes/{printable(entry.name)}"
        if not fault and entry.is_dir():
            fault = "is a folder and is not read", "keep only .md files in notes/"
        try:
            found = [Problem(file, None, "", *fault)] if fault else note_problems(entry)
        except OSError as error:
            found = [Problem(file, None, "", f"cannot be read: {error.strerror}", "")]
        reading.problems += found
