"""Rules for `sources.bib`: readable, each key once, graded, dated, with an address that works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .problems import Problem
from .rules import nearest, one_of, said
from .vocabulary import GRADE, GRADE_WORDS, SOURCE_KIND

_ENTRY = re.compile(r"^\s*@\s*([A-Za-z]+)\s*[{(]\s*([^\s,{}()=\"#%]+)\s*,", re.MULTILINE)
_NO_ENTRY = ("comment", "preamble", "string")
_YEAR = re.compile(r"1[4-9][0-9]{2}|20[0-9]{2}")
_GRADES = "; ".join(f"{grade} {words}" for grade, words in GRADE_WORDS.items())


def bib_problems(path: Path) -> tuple[frozenset[str] | None, list[Problem]]:
    """Return the keys of a BibTeX file, None where it is unreadable, and what is wrong with it.

    A problem's row is the line on which its entry begins, its field the entry's key.
    """
    try:
        content = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        wrong = f"is not UTF-8 (byte {error.start})"
        return None, [Problem(path.name, line, "", wrong, "export it anew as UTF-8")]
    lines: dict[str, int] = {}
    problems = []
    for match in _ENTRY.finditer(content):
        if match.group(1).lower() in _NO_ENTRY:
            continue
        key, line = match.group(2), content.count("\n", 0, match.start(1)) + 1
        first = lines.setdefault(key.casefold(), line)
        if first != line:
            wrong = f"the key {said(key)} stands in line {first} already"
            problems.append(Problem(path.name, line, key, wrong, "give each source its own key"))
    entries, broken = _entries(path.name, content)
    problems += broken
    for key, entry in entries.items():
        line = lines.get(key.casefold(), 1)
        for wrong, right in _entry_problems(entry):
            problems.append(Problem(path.name, line, key, wrong, right))
    found = {match.group(2) for match in _ENTRY.finditer(content)}
    return frozenset(found | set(entries)), problems


def _entries(file: str, content: str) -> tuple[dict[str, Any], list[Problem]]:
    from pybtex.database.input.bibtex import Parser
    from pybtex.errors import capture
    from pybtex.exceptions import PybtexError

    problems = []
    parser = Parser(encoding="utf-8")
    with capture() as errors:
        try:
            parser.parse_string(content)
        except (PybtexError, RecursionError) as error:
            errors.append(error)
    for error in errors:
        said_by = str(error)
        if "repeated bibliograph" in said_by:
            continue  # found above, with its line
        line = getattr(error, "lineno", None)
        wrong = f"is no BibTeX: {re.sub(r'^.*?line [0-9]+: ', '', said_by)}"
        right = "mend the entry, or export the file anew from the reference manager"
        problems.append(Problem(file, line, "", wrong, right))
    return dict(parser.data.entries.items()), problems


def _entry_problems(entry: Any) -> Iterator[tuple[str, str]]:
    fields = {name.lower(): value.strip("{} \n\t") for name, value in entry.fields.items()}
    words = [word.strip() for word in fields.get("keywords", "").split(",") if word.strip()]
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
    if not fields.get("title"):
        yield "has no title", "write title = {…}, in your own words where there is none"
    url = fields.get("url", "")
    if url and "nolink" not in words and not re.match(r"https?://[^\s/]", url):
        yield f"address {said(url)} is no web address", "begin it with https://, or mark it nolink"


def _means_nolink(word: str) -> bool:
    plain = re.sub(r"[^a-z]", "", word.casefold())
    return nearest(plain, ("nolink",)) is not None and plain.startswith("no")
