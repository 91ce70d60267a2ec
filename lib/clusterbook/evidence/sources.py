"""Sources of the evidence, read from BibTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from .bib_files import read_bib
from .bibtex import (
    address,
    fields_of,
    is_web_address,
    keywords_of,
    people_of,
    publisher_of,
)
from .problems import EvidenceError
from .romanise import romanised
from .root import BookNotFoundError, book_root, stamp

COMPILERS = "compilers"
"""The source of what the compilers themselves judge, not a text; its place names rows."""
LITERATURE = "literature"
"""The place of works that hold a position; they are listed on a page of their own."""
_HOST = (
    r"(?<![\w.-])(?:https?://)?"
    r"(?:(?:[\w-]+\.)+(?:[a-z]{2,}|(?i:com|net|org|cn))|[0-9]{1,3}(?:\.[0-9]{1,3}){3})"
    r"(?![A-Za-z0-9-]|\.\w)(?::[0-9]+)?(?:/[^\s,;)]*)?"
)
_HIDDEN = "[address not shown]"
UNNAMED = "a website that is not named here"
_COPY = re.compile(
    rf"\s*\(\s*copy at\s+{_HOST}\s*\)|,?\s*(?:via|copy at|read in|copied by|at)\s+{_HOST}"
)
_ONLY_HOST = re.compile(rf"{_HOST}(?:\s+(?:copy|abstract page))?(?:\s*\(.*\))?")

_KEPT_BACK = ("crossref", "file", "abstract", "subtitle")
"""Fields that stand in another one, or are no part of a reference."""
_COPIED = re.compile(
    r",? (?:copied|copy|read in|via) .*|,? online copy|,? copied online|\s*\([^)]*\)$"
)


@dataclass(frozen=True)
class Source:
    """One source: who says it, where, when, how good it is and whether its address may be shown."""

    key: str
    place: str
    kind: str
    authors: tuple[tuple[str, str], ...]  # (family, given); a body has no given name
    title: str
    publisher: str
    year: str
    url: str
    language: str
    grade: str
    note: str
    link: bool
    short: str = ""  # the name it goes by here, where the entry gives one
    letter: str = ""  # tells apart two sources of one name and year
    entry: str = "misc"  # its type in BibTeX
    fields: tuple[tuple[str, str], ...] = ()  # of the entry, as text, that may be printed

    @property
    def who(self) -> str:
        """The short name of the author, else of the publisher, else of the title; romanised."""
        if self.short:
            return self.short
        if self.authors:
            families = [romanised(*name)[0] for name in self.authors]
            if len(families) > 2 or "others" in families:
                return f"{families[0]} and others"
            return " and ".join(families)
        publisher = _COPIED.sub("", self.shown_publisher)
        if publisher and publisher != UNNAMED:
            return romanised(publisher)[0]
        return _shortened(self.title) or publisher

    @property
    def label(self) -> str:
        """The short citation, one for a work on the whole site: "Shen 2010", "Shen 2010b"."""
        return f"{self._name}{self.letter if self.year else self.letter and ' ' + self.letter}"

    @property
    def _name(self) -> str:
        return f"{self.who} {self.year or 'undated'}"

    @property
    def href(self) -> str:
        """Where its entry stands, for a page of the same folder."""
        page = "positions" if self.place == LITERATURE else "sources"
        return f"{page}.html#src-{self.key}"

    @property
    def shown_publisher(self) -> str:
        """The publisher, without an address that must not be printed."""
        if self.link:
            return self.publisher
        if _ONLY_HOST.fullmatch(self.publisher.strip()):
            return UNNAMED
        return re.sub(_HOST, "a website", _COPY.sub(", online copy", self.publisher))

    @property
    def address(self) -> str:
        """The address, or nothing where it must not be printed or is not http(s)."""
        return self.url if self.link and is_web_address(self.url) else ""


def _shortened(title: str) -> str:
    """The first words of a title as a name; its characters where it has no spaces."""
    plain = re.sub(r"\s*\([^()]*\)$", "", title).replace("“", "").replace("”", "").strip()
    short = " ".join(plain.split()[:6]) if plain.isascii() else plain[:12]
    return f"“{short.rstrip(',:;.')}{'…' if len(short) < len(plain) else ''}”" if plain else ""


def _keywords(text: str) -> dict[str, str]:
    return {name: value for name, _, value in (word.partition(":") for word in keywords_of(text))}


def read_sources(path: Path, place: str) -> dict[str, Source]:
    """Return the sources of a BibTeX file by key; empty where there is no file.

    Where an entry is marked `nolink`, host names are taken out of everything that may be printed;
    only `publisher` and `url` keep them, and `shown_publisher` and `address` do not.
    Raises `EvidenceError` with file and line where it is no BibTeX or repeats a key.
    """
    if not path.is_file():
        return {}
    read = _read(path, place, stamp(path))
    letters = _letters(tuple((file, stamp(file)) for file in _site(path.resolve())))
    return {
        key: replace(read[key], letter=letters.get(work, "")) for key, work in _works(read).items()
    }


def _site(own: Path) -> list[Path]:
    """All lists of the book, one outside it last, so that it changes no label of the others."""
    try:
        data = (book_root() / "data").resolve()
    except BookNotFoundError:
        return [own]
    there = [f for part in ("", "*/", "*/*/") for f in sorted(data.glob(f"{part}sources.bib"))]
    return there if own in there else [*there, own]


def _works(sources: Mapping[str, Source]) -> dict[str, tuple[str, str, int]]:
    """Name of each source with its title, the same in every list that has the work."""
    seen: list[tuple[str, str]] = []
    found = {}
    for key, source in sources.items():
        work = (source._name.casefold(), re.sub(r"[\W_]+", " ", source.title).casefold())
        found[key] = (*work, seen.count(work))
        seen.append(work)
    return found


@lru_cache(maxsize=8)
def _letters(files: tuple[tuple[Path, tuple[int, int]], ...]) -> dict[tuple[str, str, int], str]:
    """Return the letters of works that share name and year, in the order of the book's lists."""
    named: dict[str, list[tuple[str, str, int]]] = {}
    for file, at in files:
        with suppress(EvidenceError):  # told where that list is read
            for work in _works(_read(file, "", at)).values():
                alike = named.setdefault(work[0], [])
                if work not in alike:
                    alike.append(work)
    return {
        work: (chr(96 + n // 26) if n >= 26 else "") + chr(97 + n % 26)
        for alike in named.values()
        if len(alike) > 1
        for n, work in enumerate(alike)
    }


@lru_cache(maxsize=256)  # a file takes tens of milliseconds; the stamp tells a changed one
def _read(path: Path, place: str, _stamp: tuple[int, int]) -> dict[str, Source]:
    bib = read_bib(path)
    if bib.problems:
        raise EvidenceError(bib.problems)
    result = {}
    for key, entry in bib.entries.items():
        fields = fields_of(entry, bib.entries)
        words = _keywords(fields.get("keywords", ""))
        people = people_of(entry)
        publisher = publisher_of(fields)
        year = fields.get("year") or fields.get("date", "")[:4]
        link = "nolink" not in words
        said = {
            name: fields.get(name, "") if link else re.sub(_HOST, _HIDDEN, fields.get(name, ""))
            for name in ("title", "note", "shortauthor")
        }
        if not link:
            people = tuple((re.sub(_HOST, _HIDDEN, family), given) for family, given in people)
        left = _KEPT_BACK if link else (*_KEPT_BACK, "url", "doi")
        printed = {n: v if link else re.sub(_HOST, _HIDDEN, v) for n, v in fields.items()}
        result[key] = Source(
            key, place, words.get("kind", entry.type), people, said["title"], publisher,
            year, address(fields), fields.get("langid", fields.get("language", "")),
            words.get("grade", ""), said["note"], link, said["shortauthor"], "", entry.type,
            tuple((n, v) for n, v in printed.items() if v and n not in left),
        )  # fmt: skip
    return result


def cited_key(via: str, sources: Mapping[str, Source]) -> str:
    """Return the key of the source that a `via` such as "The Paper 2023" names, or ""."""
    match = re.fullmatch(r"(.*?)\s+(\d{4})[a-z]?", via.strip())
    if not match:
        return ""
    name, year = _words(match.group(1)), match.group(2)
    of_year = {key: source for key, source in sources.items() if source.year == year}
    for key, source in of_year.items():
        if name in (_words(source.who), _words(source.publisher)):
            return key
    for key, source in of_year.items():
        if _words(source.publisher).startswith(f"{name} "):
            return key
    return ""


def _words(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


UNSEEN = "B"
"""The best grade of what a source takes from a text that is not in sources.bib."""


def row_grade(source: Source, via: str, own: str, sources: Mapping[str, Source]) -> str:
    """Return the grade of a row: that of its source, or the lower one of what it was taken from.

    What the source takes from another text (`via`) is no better than that text, and no better than
    `UNSEEN` where that text is not among the sources, since nobody here has seen it. `own` is the
    row's cell `grade`; it may lower the grade, never raise it.
    """
    cited = cited_key(via, sources) if via else ""
    second = sources[cited].grade if cited else UNSEEN if via else ""
    return max(source.grade, second, own)
