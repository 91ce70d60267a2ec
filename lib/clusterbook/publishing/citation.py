"""How a chapter is cited: plain text and BibTeX from `CITATION.cff`, the page and the edition."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clusterbook.evidence import Source
from clusterbook.evidence.settings import Edition, read_yaml

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", **{sign: f"\\{sign}" for sign in "&%$#_"},
}  # fmt: skip


@dataclass(frozen=True)
class Citation:
    """A chapter's citation in the two forms that readers copy."""

    text: str
    bibtex: str


def read_citation(root: Path) -> dict[str, Any]:
    """Return what `CITATION.cff` says of the compendium; empty where there is no such file."""
    path = root / "CITATION.cff"
    if not path.is_file():
        return {}
    said = read_yaml(path)
    return said if isinstance(said, dict) else {}


def people(said: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the authors: pairs of family and given name; a body has no given name."""
    found = []
    for author in said.get("authors") or []:
        family = author.get("family-names") or author.get("name") or author.get("alias") or ""
        if family:
            found.append((str(family), str(author.get("given-names") or "")))
    return found


def cite(
    said: dict[str, Any], edition: Edition, page: str, cluster: str, key: str, address: str = ""
) -> Citation:
    """Return how to cite a chapter.

    `page` is its title, `cluster` the cluster's name or "" for a page about none, `key` the BibTeX
    key, `address` the page's address where the book has one.
    """
    title, book = f"{page}: {cluster}" if cluster else page, str(said.get("title") or "")
    year = str(said.get("date-released") or edition.evidence)[:4]
    authors = people(said)
    names = "; ".join(f"{family}, {given}" if given else family for family, given in authors)
    state = f"Edition {edition.number}, evidence as of {edition.evidence_words}"
    parts = [f"{names} ({year})", title, f"In: {book}" if book else "", state]
    text = ". ".join(part for part in parts if part) + "."
    fields = {
        "author": " and ".join(_name(family, given) for family, given in authors),
        "title": _tex(title),
        "booktitle": _tex(book),
        "year": year,
        "edition": edition.number,
        "note": f"Evidence as of {edition.evidence_words}",
        "url": address,
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    kept = re.sub(r"[^A-Za-z0-9-]", "-", key)
    return Citation(f"{text} {address}".strip(), f"@incollection{{{kept},\n{lines}}}")


def bibtex(sources: Iterable[Source]) -> str:
    """Return sources as a BibTeX file with all that may be printed of their entries."""
    return "\n".join(_entry(source) for source in sources)


def _entry(source: Source) -> str:
    edited = any(given.endswith(" (ed.)") for _, given in source.authors)
    names = (_name(family, given.removesuffix(" (ed.)")) for family, given in source.authors)
    people = {"editor" if edited else "author": " and ".join(names)} if source.authors else {}
    told = {n: v if n in _RAW else f"{{{_tex(v)}}}" for n, v in source.fields}
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in (people | told).items())
    return f"@{source.entry}{{{source.key},\n{lines}}}\n"


_RAW = ("url", "doi", "keywords", "langid", "year", "date")


def _name(family: str, given: str) -> str:
    if family == "others" and not given:
        return family
    whole = not given or re.search(r",|\band\b", family)  # else BibTeX would part the name
    told = f"{{{_tex(family)}}}" if whole else _tex(family)
    return f"{told}, {_tex(given)}" if given else told


def _tex(text: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in text)
