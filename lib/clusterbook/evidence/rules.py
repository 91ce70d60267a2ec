"""What the rules of evidence share: what rows may refer to, and the form of a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .problems import LONGEST, nearest, said
from .sheets import Sheet
from .sources import Source
from .vocabulary import LONGEST_NAME


@dataclass(frozen=True)
class Indicator:
    """What the codebook says of an indicator that its rows are held against."""

    label: str = ""
    measure: str = ""
    family: str = ""


@dataclass(frozen=True)
class Context:
    """What the rows of a folder may refer to; None is a list that could not be read.

    `survey` are a questionnaire's items and the answers offered; `recommendations` (with their
    kind) and `tensions` are the compendium's by id; `last_year` follows the edition's evidence.
    """

    sources: frozenset[str] | None
    indicators: Mapping[str, Indicator] | None = None
    own_codebook: bool = True
    survey: tuple[tuple[str, ...], tuple[int, ...]] | None = None
    recommendations: Mapping[str, str] | None = None
    tensions: Mapping[str, str] | None = None
    last_year: int | None = None
    texts: Mapping[str, Source] = field(default_factory=dict)


Fault = tuple[int | None, str, str, str]
"""Row, field, what is wrong, what would be right."""
Rule = Callable[[Sheet, Context], Iterator[Fault]]


def hint(word: str, known: tuple[str, ...] | frozenset[str]) -> str:
    """Return the beginning of an advice: the known word that is likely meant, if any is near."""
    near = nearest(word, known)
    return f"write {near}, or " if near else ""


def name_fault(text: str) -> tuple[str, str] | None:
    """Return why a text can be no name, title or key, and the cure; None for one that can."""
    if text.isprintable() and len(text) <= LONGEST_NAME:
        return None
    if len(text.splitlines()) > 1 or text[-1:] in ("\n", "\r"):
        return f"{said(text)} holds a line break", "write it in one line"
    if len(text) > LONGEST_NAME:
        wrong = f"{said(text)} has {len(text):,} characters"
        return wrong, f"write at most {LONGEST_NAME}; a note has room for more"
    return None


def white_space(sheet: Sheet, columns: Iterable[str]) -> Iterator[Fault]:
    """Yield the cells that begin or end with white space, which makes another word of them."""
    for name in columns:
        for row, cell in sheet.column(name):
            plain = cell.strip()
            if plain in (cell, ""):
                continue
            right = f"write {said(plain)}"
            if len(cell) > LONGEST:
                in_front = cell == cell.rstrip()
                near = f"before {plain[:20]!r}" if in_front else f"after {plain[-20:]!r}"
                right = f"delete the white space {near}"
            yield row, name, f"{said(cell)} begins or ends with white space", right
