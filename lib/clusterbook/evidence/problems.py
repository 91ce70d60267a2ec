"""What is wrong with a folder of evidence, told so that a person can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache

LONGEST = 60
"""The characters of data's own text that a message shows."""


def shown(text: str) -> str:
    """Return a text for a terminal: what is not printed, such as a control character, escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class ToldError(Exception):
    """What went wrong, in words for people: a command tells them and ends with `code`."""

    code = 1


class CallError(ToldError):
    """A command was called wrongly."""

    code = 2


class MisreadError(ValueError):
    """What a cell holds cannot be read as what it should be: what is wrong, what would be right."""

    def __init__(self, wrong: str, right: str = "") -> None:
        self.wrong, self.right = wrong, right
        super().__init__(f"{wrong}; {right}" if right else wrong)


@dataclass(frozen=True, order=True)
class Problem:
    """One fault: the file, the row as a spreadsheet numbers it, the field, the fault, the cure.

    Of a file that is no table, the row is the line.
    """

    file: str
    row: int | None
    field: str
    wrong: str
    right: str

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            is_text = self.file.endswith((".bib", ".md", ".yml"))
            place += f", {'line' if is_text else 'row'} {self.row}"
        if self.field:
            place += f", {self.field}"
        return shown(
            f"{place}: {self.wrong}; {self.right}" if self.right else f"{place}: {self.wrong}"
        )


class EvidenceError(ToldError, ValueError):
    """Evidence that cannot be used; `problems` says what and where."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def told(problems: Iterable[Problem], folder: str) -> list[Problem]:
    """Return the problems with a folder's name before their files; `.` is the folder itself."""
    return [replace(p, file=folder if p.file == "." else f"{folder}/{p.file}") for p in problems]


@contextmanager
def told_of(folder: str) -> Iterator[None]:
    """Put a folder's name before the files of whatever `EvidenceError` is raised inside."""
    try:
        yield
    except EvidenceError as error:
        raise EvidenceError(told(error.problems, folder)) from None


def said(text: str) -> str:
    """Return data's own text in quotes: control characters escaped, cut when very long."""
    return repr(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


@lru_cache(maxsize=4096)
def nearest(word: str, known: tuple[str, ...] | frozenset[str]) -> str | None:
    """Return the known word that `word` is most likely meant to be, if any is near."""
    plain = word.strip().casefold().replace(" ", "_")
    for candidate in known:
        if candidate.casefold() == plain:
            return candidate
    begun = [c for c in known if len(plain) > 2 and c.casefold().startswith(plain)]
    if len(begun) == 1:
        return begun[0]
    near = difflib.get_close_matches(plain[:LONGEST], known, n=1, cutoff=0.6)
    return near[0] if near else None


def one_of(word: str, known: tuple[str, ...]) -> str:
    """Return the advice for a word outside a closed list: the nearest allowed, and the list."""
    near = nearest(word, known)
    listed = ", ".join(known)
    return f"write {near} (the list: {listed})" if near else f"write one of {listed}"
