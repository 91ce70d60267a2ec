"""Rules for `sources.bib`: readable, each key once, graded, dated, with an address that works."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .bibtex import is_web_address, keywords_of, normalised
from .problems import Problem, one_of, said
from .rules import name_fault
from .rules_characters import strange
from .sheets import wide
from .vocabulary import GRADE, GRADE_WORDS, MARKED_EXAMPLE, SOURCE_KIND

_ENTRY = re.compile(r"^\s*@\s*[A-Za-z]+\s*[{(]\s*([^\s,{}()=\"#%]+)\s*,", re.MULTILINE)
_REPEATED = re.compile(r"repeated bibliograph\w+ entry: (.*)")
_QUOTED = re.compile(r"'(.+)'$|entry with key (.+) has a duplicate")
_YEAR = re.compile(r"1[4-9][0-9]{2}|20[0-9]{2}")
_FORMATS = (
    (re.compile(r"\s*(<!doctype html|<html)", re.IGNORECASE), "is a web page, not BibTeX"),
    (re.compile(r"\s*<"), "is XML, not BibTeX"),
    (re.compile(r"\s*TY  - "), "is RIS, not BibTeX"),
    (re.compile(r"\s*[\[{]"), "is JSON, not BibTeX"),
)
_EXPORT = "export the sources from the reference manager as BibTeX, in UTF-8"
_NO_PERSON = re.compile(r"\b(of|for)\b|[;&]|\bet al\b")
_NAMES = (
    "title", "shortauthor", "journal", "school", "institution", "publisher", "howpublished",
)  # fmt: skip
_GRADES = "; ".join(f"{grade} {words}" for grade, words in GRADE_WORDS.items())

Starts = list[tuple[int, str]]
"""The line and the key of every entry, in the order of the file."""


def bib_problems(
    path: Path, last_year: int | None = None
) -> tuple[frozenset[str] | None, list[Problem]]:
    """Return the keys of a BibTeX file, None where it is no such file, and what is wrong with it.

    A problem's row is the line on which its entry begins, its field the entry's key. Where
    entries cannot be read, their keys count as known, so that rows are not blamed too. No source
    is of a year after `last_year`.
    """
    content = path.read_bytes()
    try:
        if wide(content):
            return None, [Problem(path.name, 1, "", "is UTF-16, not UTF-8", _EXPORT)]
        text = normalised(content.decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        wrong = f"is not UTF-8 (byte {error.start})"
        return None, [Problem(path.name, line, "", wrong, _EXPORT)]
    form = next((wrong for pattern, wrong in _FORMATS if pattern.match(text)), "")
    if not form and "@" not in text:
        form = "holds no source" if text.strip() else "is empty"
    if form:
        return None, [Problem(path.name, 1, "", form, _EXPORT)]
    starts = [(_line(text, match.start(1)), match.group(1)) for match in _ENTRY.finditer(text)]
    entries, faults = _parse(text)
    problems = list(_repeated(path.name, starts, faults))
    unreadable: set[str] = set()
    for fault in faults:
        if _REPEATED.search(str(fault)):
            continue
        at, message = _place(fault, text)
        begun = [name.casefold() for line, name in starts if line <= (at or 0)]
        unreadable.update(begun[-1:])
        right = "mend the entry, or export the file anew from the reference manager"
        problems.append(Problem(path.name, at, "", f"is no BibTeX: {message}", right))
    first = {name.casefold(): line for line, name in reversed(starts)}
    for key, entry in entries.items():
        if key.casefold() in first and key.casefold() not in unreadable:
            above = entry.fields.get("crossref", "") if "crossref" in entry.fields else ""
            if above and above not in entries:
                wrong = f"crossref {said(above)} is not in the file"
                right = "export the volume with it, or write booktitle and publisher here"
                problems.append(Problem(path.name, first[key.casefold()], key, wrong, right))
            for wrong, right in _entry_problems(entry, last_year):
                problems.append(Problem(path.name, first[key.casefold()], key, wrong, right))
    known = frozenset(entries)
    return known | {name for _, name in starts} if faults else known, problems


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


def _entry_problems(entry: Any, last_year: int | None) -> Iterator[tuple[str, str]]:
    for name, value in [*entry.fields.items(), *_people(entry)]:
        found = strange(value)
        if found:
            yield f"{name} {said(value)} {found[0]}", found[1].replace("the cell", "it")
    fields = {name.lower(): value.strip("{} \n\t") for name, value in entry.fields.items()}
    words = keywords_of(fields.get("keywords", ""))
    grades = [word.partition(":")[2] for word in words if word.startswith("grade:")]
    kinds = [word.partition(":")[2] for word in words if word.startswith("kind:")]
    if not grades:
        alike = next((word for word in words if word.casefold().startswith("grade")), None)
        wrong = f"has no grade, but the keyword {said(alike)}" if alike else "has no grade"
        yield wrong, f"write keywords = {{grade:B}} ({_GRADES})"
    elif len(grades) > 1:
        yield f"has {len(grades)} grades", "keep one"
    elif grades[0] not in GRADE:
        yield f"grade {said(grades[0])} is unknown", f"write grade:A to grade:D ({_GRADES})"
    if kinds and kinds[0] not in SOURCE_KIND:
        yield f"kind {said(kinds[0])} is unknown", one_of(kinds[0], SOURCE_KIND)
    for word in words:
        if word != "nolink" and ":" not in word and _means_nolink(word):
            yield f"keyword {said(word)} is unknown", "write nolink to keep the address unprinted"
    for name in ("year", "date"):
        year = fields.get(name, "")
        if year and not _YEAR.fullmatch(year if name == "year" else year[:4]):
            right = "write four digits, as in 2008, or leave it out where it is not known"
            yield f"{name} {said(year)} is no year", right
        elif year and last_year and int(year[:4]) > last_year:
            wrong = f"{name} {year} lies ahead, for the edition's evidence is of {last_year - 1}"
            yield wrong, "mend the year, or bring evidence in data/edition.yml up to date"
    if not fields.get("title"):
        yield "has no title", "write title = {…}, in your own words where there is none"
    if fields.get("title", "").startswith(MARKED_EXAMPLE):
        yield "this entry is the example", "replace it with a source of yours, or delete it"
    for role, person in _people(entry):
        if "{" not in person and _NO_PERSON.search(person):
            right = "put a body's name in braces; write and between people, others for et al."
            yield f"{role} {said(person)} is no person's name", right
    told = {name: fields.get(name, "") for name in _NAMES}
    people = [str(person) for person in entry.persons.get("author", [])]
    told |= {"key": entry.key, "author": max(people, key=len, default="")}
    for name, text in told.items():
        if fault := name_fault(text):
            yield f"{name} {fault[0]}", fault[1]
    url = fields.get("url", "")
    if url and "nolink" not in words and not is_web_address(url):
        yield f"address {said(url)} is no web address", "begin it with https://, or mark it nolink"


def _people(entry: Any) -> Iterator[tuple[str, str]]:
    for role, persons in entry.persons.items():
        for person in persons:
            yield role, str(person)


def _means_nolink(word: str) -> bool:
    plain = re.sub(r"[^a-z]", "", word.casefold())
    return bool(difflib.get_close_matches(plain, ["nolink"], cutoff=0.8))
