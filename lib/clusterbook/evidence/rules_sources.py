"""Rules for `sources.bib`: readable, each key once, graded, dated, with an address that works."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .bib_files import read_bib
from .bibtex import is_web_address, keywords_of
from .problems import Problem, one_of, said
from .rules import name_fault
from .rules_characters import strange
from .vocabulary import GRADE, GRADE_WORDS, MARKED_EXAMPLE, SOURCE_KIND

_YEAR = re.compile(r"1[4-9][0-9]{2}|20[0-9]{2}")
_NO_PERSON = re.compile(r"\b(of|for)\b|[;&]|\bet al\b")
_NAMES = (
    "title", "shortauthor", "journal", "school", "institution", "publisher", "howpublished",
)  # fmt: skip
_GRADES = "; ".join(f"{grade} {words}" for grade, words in GRADE_WORDS.items())


def bib_problems(
    path: Path, last_year: int | None = None
) -> tuple[frozenset[str] | None, list[Problem]]:
    """Return the keys of a BibTeX file, None where it is no such file, and what is wrong with it.

    No source is of a year after `last_year`.
    """
    bib = read_bib(path)
    sound = ((key, bib.lines.get(key.casefold())) for key in bib.entries)
    return bib.keys, bib.problems + [
        Problem(path.name, line, key, *fault)
        for key, line in sound
        if line is not None
        for fault in _entry_problems(bib.entries[key], bib.entries, last_year)
    ]


def _entry_problems(
    entry: Any, entries: Mapping[str, Any], last_year: int | None
) -> Iterator[tuple[str, str]]:
    above = entry.fields.get("crossref", "") if "crossref" in entry.fields else ""
    if above and above not in entries:
        right = "export the volume with it, or write booktitle and publisher here"
        yield f"crossref {said(above)} is not in the file", right
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
