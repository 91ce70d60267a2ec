"""Sources of the evidence, read from BibTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

_HOST = r"[\w-]+(?:\.[\w-]+)*\.(?:com|cn|net|org|biz|tv|tw|pro|xyz|hk|co|uk|info)"
_COPY = re.compile(
    rf"(?:,?\s*(?:via|copy at|read in|copied by|at)\s+{_HOST}|\(\s*copy at\s+{_HOST}\s*\))"
)
_ONLY_HOST = re.compile(rf"{_HOST}(?:\s+(?:copy|abstract page))?(?:\s*\(.*\))?")

_COPIED = re.compile(
    r",? (?:copied|copy|read in|via) .*|,? online copy|,? copied online|\s*\([^)]*\)$"
)


class SourceError(ValueError):
    """A BibTeX file cannot be read, or an entry in it is not usable."""


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

    @property
    def who(self) -> str:
        """The short name of the author or, without one, of the publisher."""
        if self.short:
            return self.short
        if self.authors:
            families = [family for family, _ in self.authors]
            if len(families) > 2 or "others" in families:
                return f"{families[0]} and others"
            return " and ".join(families)
        return _COPIED.sub("", self.shown_publisher) or self.title

    @property
    def label(self) -> str:
        """The short citation: "Shen 2010"."""
        return f"{self.who} {self.year or 'undated'}{self.letter and ' ' + self.letter}"

    @property
    def shown_publisher(self) -> str:
        """The publisher, without an address that must not be printed."""
        if self.link:
            return self.publisher
        if _ONLY_HOST.fullmatch(self.publisher.strip()):
            return "an unnamed website"
        return re.sub(rf"\b{_HOST}\b", "a website", _COPY.sub(", online copy", self.publisher))

    @property
    def address(self) -> str:
        """The address, or nothing where it must not be printed or is not http(s)."""
        return self.url if self.link and re.match(r"https?://", self.url) else ""


def _plain(text: str) -> str:
    text = re.sub(r"\\textbackslash\{\}", r"\\", text)
    text = re.sub(r"\\([&%$#_{}])", r"\1", text)
    return re.sub(r"(?<!\\)[{}]", "", text).strip()


def _keywords(text: str) -> dict[str, str]:
    pairs = (word.strip().partition(":") for word in text.split(",") if word.strip())
    return {name: value for name, _, value in pairs}


def read_sources(path: Path, place: str) -> dict[str, Source]:
    """Return the sources of a BibTeX file by key; empty where there is no file.

    Raises `SourceError` with the file's name where it is no BibTeX or repeats a key.
    """
    if not path.is_file():
        return {}
    from pybtex.database import parse_string
    from pybtex.exceptions import PybtexError

    try:
        parsed = parse_string(path.read_text(encoding="utf-8"), "bibtex")
    except UnicodeDecodeError as error:
        raise SourceError(f"is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except PybtexError as error:
        raise SourceError(f"is no BibTeX: {error}") from None
    result = {}
    for key, entry in parsed.entries.items():
        fields = {name.lower(): _plain(value) for name, value in entry.fields.items()}
        words = _keywords(fields.get("keywords", ""))
        people = tuple(
            (_plain(" ".join(p.prelast_names + p.last_names)), _plain(" ".join(p.first_names)))
            for p in entry.persons.get("author", [])
        )
        publisher = next(
            (fields[f] for f in ("journal", "school", "institution", "publisher", "howpublished")
             if fields.get(f)), "",
        )  # fmt: skip
        year = fields.get("year") or fields.get("date", "")[:4]
        result[key] = Source(
            key, place, words.get("kind", entry.type), people, fields.get("title", ""), publisher,
            year, fields.get("url", ""), fields.get("langid", fields.get("language", "")),
            words.get("grade", ""), fields.get("note", ""), "nolink" not in words,
            fields.get("shortauthor", ""),
        )  # fmt: skip
    return _with_letters(result)


def _with_letters(sources: dict[str, Source]) -> dict[str, Source]:
    labels = [source.label for source in sources.values()]
    letters: dict[str, int] = {}
    for key, source in sources.items():
        if labels.count(source.label) > 1:
            index = letters[source.label] = letters.get(source.label, -1) + 1
            sources[key] = replace(source, letter=chr(ord("a") + index % 26))
    return sources
