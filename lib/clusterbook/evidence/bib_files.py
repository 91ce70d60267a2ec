"""Files of BibTeX: their entries, and whatever keeps one from being read, with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .problems import EvidenceError, Problem
from .text_files import read_text

_ENTRY = re.compile(r"^\s*@\s*[A-Za-z]+\s*[{(]\s*([^\s,{}()=\"#%]+)\s*,", re.MULTILINE)
_REPEATED = re.compile(r"repeated bibliograph\w+ entry: (.*)")
_QUOTED = re.compile(r"'(.+)'$|entry with key (.+) has a duplicate")
_FORMATS = (
    (re.compile(r"\s*(<!doctype html|<html)", re.IGNORECASE), "is a web page, not BibTeX"),
    (re.compile(r"\s*<"), "is XML, not BibTeX"),
    (re.compile(r"\s*TY  - "), "is RIS, not BibTeX"),
    (re.compile(r"\s*[\[{]"), "is JSON, not BibTeX"),
)
_EXPORT = "export the sources from the reference manager as BibTeX, in UTF-8"

Starts = list[tuple[int, str]]
"""The line and the key of every entry, in the order of the file."""


class Bib(NamedTuple):
    """What is read of a file: its entries, the lines of those that are sound, and its problems.

    `lines` go by the key in lower case; `keys` are None where it is no BibTeX. Where entries cannot
    be read, their keys count as known, so that rows are not blamed too.
    """

    entries: Mapping[str, Any]
    lines: dict[str, int]
    keys: frozenset[str] | None
    problems: list[Problem]


def read_bib(path: Path) -> Bib:
    """Return what can be read of a BibTeX file.

    A problem's row is the line on which its entry begins, its field the entry's key.
    """
    try:
        text = read_text(path, _EXPORT)
    except EvidenceError as error:
        return Bib({}, {}, None, error.problems)
    form = next((wrong for pattern, wrong in _FORMATS if pattern.match(text)), "")
    if not form and "@" not in text:
        form = "holds no source" if text.strip() else "is empty"
    if form:
        return Bib({}, {}, None, [Problem(path.name, 1, "", form, _EXPORT)])
    starts = [(_line(text, match.start(1)), match.group(1)) for match in _ENTRY.finditer(text)]
    entries, faults = _parse(text)
    problems = list(_repeated(path.name, starts, faults))
    lines = {key.casefold(): line for line, key in reversed(starts)}
    for fault in faults:
        if _REPEATED.search(str(fault)):
            continue
        at, message = _place(fault, text)
        spoilt = [key.casefold() for line, key in starts if line <= (at or 0)][-1:]
        lines = {key: line for key, line in lines.items() if key not in spoilt}
        right = "mend the entry, or export the file anew from the reference manager"
        problems.append(Problem(path.name, at, "", f"is no BibTeX: {message}", right))
    begun = [key for _, key in starts] if faults else []
    return Bib(entries, lines, frozenset((*entries, *begun)), problems)


def _parse(text: str) -> tuple[Any, list[Exception]]:
    from pybtex.database.input.bibtex import Parser
    from pybtex.errors import capture
    from pybtex.exceptions import PybtexError

    parser = Parser(encoding="utf-8")
    with capture() as captured:
        try:
            parser.parse_string(text)
        except (PybtexError, RecursionError) as error:
            captured.append(error)
        faults = list(captured)
    return parser.data.entries, faults


def _repeated(file: str, starts: Starts, faults: list[Exception]) -> Iterator[Problem]:
    """One problem for every further entry of a key (keys are the same in either case)."""
    repeats = [found.group(1) for fault in faults if (found := _REPEATED.search(str(fault)))]
    for plain in dict.fromkeys(key.casefold() for key in repeats):
        places = [(line, key) for line, key in starts if key.casefold() == plain]
        for line, key in places[1:]:
            wrong = f"the key stands in line {places[0][0]} already"
            yield Problem(file, line, key, wrong, "give each source its own key")


def _place(fault: Exception, text: str) -> tuple[int | None, str]:
    """The line of a parser's fault, and its message without it."""
    message = re.sub(r"^(?:syntax error in line [0-9]+: )| in line [0-9]+(?=:)", "", str(fault))
    line: int | None = getattr(fault, "lineno", None)
    quoted = _QUOTED.search(message)
    words = (quoted.group(1) or quoted.group(2)) if quoted else ""
    begins = (
        rf"(?<=[{{(])\s*{re.escape(words)}\s*," if quoted and quoted.group(2) else re.escape(words)
    )
    if line is None and words and (found := re.search(begins, text)):
        line = _line(text, found.end())
    return line, message


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
