"""What an entry of BibTeX or biblatex means: plain text, its people, what it inherits, its address.

Zotero, Better BibTeX and JabRef write the same things in many ways; the fields are told apart here
and LaTeX becomes text by pylatexenc.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from .text_files import normalised

PUBLISHERS = (
    "journal", "journaltitle", "booktitle", "school", "institution", "organization", "publisher",
    "howpublished",
)  # fmt: skip
"""The fields that say where a source appeared, the first given one counts."""

_LATEX = re.compile(r"[\\{}~$]|--|``|''")
_URL_FIELDS = ("url", "doi", "file", "keywords", "crossref")
_OWN = ("title", "subtitle", "url", "doi", "keywords", "note", "crossref", "shortauthor", "pages")
"""Fields that an entry does not inherit."""
_SYMBOLS = tuple(
    f"text{name}"  # longer names first, for a word may follow without the group that parts them
    for name in (
        "quotedblleft", "quotedblright", "quotedbl", "quoteleft", "quoteright", "quotesingle",
        "endash", "emdash", "ellipsis", "registered", "trademark", "degree",
    )
)  # fmt: skip
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_RAISES = r"(?:\\textsuperscript\{|<sup>)(\d+)(?:\}|</sup>)"
_MARKUP = re.compile(r"</?(?:i|b|em|strong|sub|sup|scp|span)>")
_ENTITY = re.compile(r"\\?(&(?:amp|lt|gt|quot|apos|nbsp|#\d+);)")
_MATH = re.compile(r"(?<!\\)\$(?=[^$]*[\\^_])[^$\s][^$]*(?<!\\)\$")


@cache  # every list of a book is read for each cluster, and the same list under several names
def latex_to_text(latex: str) -> str:
    """Return LaTeX as plain text; commands that nobody knows stay as they are written.

    Publishers' exports also hold marks of HTML for italics and the like, and its entities.
    """
    text = _ENTITY.sub(lambda found: unescape(found[1]), latex)
    text = re.sub(_RAISES, lambda found: found[1].translate(_RAISED), text)
    latex = _MARKUP.sub("", text)
    if not _LATEX.search(latex):
        return latex.strip()
    text = re.sub(r"\\href\s*\{[^{}]*\}", "", latex)
    text = re.sub(r"\\url\s*\{([^{}]*)\}", r"\1", text)
    text = re.sub(r"\\(text[a-z]+)", _parted, text)
    text = re.sub(r"(?<!\\)([%&#])", r"\\\1", text)  # written raw, and meant so
    if not _MATH.search(text):
        text = re.sub(r"(?<!\\)\$", r"\\$", text)
    try:
        read: str = _reader().latex_to_text(text)
    except (IndexError, ValueError, TypeError, AttributeError):
        return latex.strip()  # pylatexenc stumbles over a command that the text breaks off
    return normalised(read.replace("\xa0", " ")).strip()


def _parted(found: re.Match[str]) -> str:
    name = found[1]
    symbol = next((s for s in _SYMBOLS if name.startswith(s)), name)
    return found[0] if symbol == name else f"\\{symbol}{{}}{name.removeprefix(symbol)}"


@cache
def _reader() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    known = get_default_latex_context_db()
    known.set_unknown_macro_spec(MacroTextSpec("", simplify_repl=_as_written))
    return LatexNodes2Text(latex_context=known, math_mode="text")


def _as_written(node: Any) -> str:
    return f"\\{node.macroname}{node.macro_post_space}"


def fields_of(entry: Any, entries: Mapping[str, Any]) -> dict[str, str]:
    """Return an entry's fields by lower-case name as text, with those of its `crossref`.

    A volume's title is its chapters' `booktitle`; a subtitle stands behind the title.
    """
    fields = {name.lower(): value for name, value in entry.fields.items()}
    above = _parent(fields, entries)
    if above is not None:
        given = {name.lower(): value for name, value in above.fields.items()}
        inherited = {name: value for name, value in given.items() if name not in _OWN}
        inherited.setdefault("booktitle", given.get("title", ""))
        fields = inherited | fields
    told = {
        name: _address_text(value) if name in _URL_FIELDS else latex_to_text(value)
        for name, value in fields.items()
    }
    if told.get("subtitle"):
        told["title"] = f"{told.get('title', '')}: {told['subtitle']}"
    return told


def _parent(fields: Mapping[str, str], entries: Mapping[str, Any]) -> Any:
    key = fields.get("crossref", "").strip()
    return entries.get(key)  # pybtex's keys are the same in either case


def _address_text(text: str) -> str:
    plain = re.sub(r"\{?\\textasciitilde\s*(?:\{\})?\}?", "~", text)
    plain = re.sub(r"\\url\s*", "", plain)
    return re.sub(r"(?<!\\)[{}]", "", re.sub(r"\\([&%$#_{}~-])", r"\1", plain)).strip()


def keywords_of(text: str) -> list[str]:
    """Return the keywords of an entry, whether commas or semicolons part them."""
    return [word.strip() for word in re.split("[,;]", _address_text(text)) if word.strip()]


def publisher_of(fields: Mapping[str, str]) -> str:
    """Return where a source appeared: its journal, volume, school or publisher; "" unknown."""
    told = (fields.get(name, "") for name in PUBLISHERS)
    return next((text for text in told if text and text != fields.get("title")), "")


def people_of(entry: Any) -> tuple[tuple[str, str], ...]:
    """Return who made a source, (family, given) each: its authors, else its editors."""
    for role, mark in (("author", ""), ("editor", " (ed.)")):
        if entry.persons.get(role):
            return tuple(_name(person, mark) for person in entry.persons[role])
    return ()


def _name(person: Any, mark: str) -> tuple[str, str]:
    families = [*person.prelast_names, *person.last_names, *person.lineage_names]
    given = [*person.first_names, *person.middle_names]
    first = latex_to_text(" ".join(given))
    return latex_to_text(" ".join(families)), first and first + mark


def is_web_address(text: str) -> bool:
    """Return whether a text is an address of the web that programs can read."""
    try:
        return bool(re.match(r"https?://[^\s/]", text)) and bool(urlsplit(text).netloc)
    except ValueError:  # such as https://[
        return False


def address(fields: Mapping[str, str]) -> str:
    """Return the address of a source: the first of several, its spaces encoded, else its DOI's."""
    first = re.split(r"[;,]?\s+(?=https?://)|[;,](?=https?://)", fields.get("url", ""))[0].strip()
    if first:
        return first.rstrip(";,").replace(" ", "%20")
    doi = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", fields.get("doi", ""), flags=re.I)
    return f"https://doi.org/{doi}" if doi.startswith("10.") else ""
