"""A cluster's own text: `notes/<chapter>.md`, by section name, with its figures from the evidence.

A notes file opens with a list of figures, each naming a row, then has a section per `##` heading:

    ---
    figures:
      rent_first: rent@2000~#m50article
      rent_last: rent[commercial]@2019
      rent_growth: growth(rent_first, rent_last)
    ---
    ## rents
    Founding tenants entered at {glue}`rent_first`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from clusterbook.evidence import Case, EvidenceError, Problem
from clusterbook.evidence.rules import one_of, said

from .select import FORMULAS, SelectionError, formula, select
from .sentence import Number, number

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it is built
_GLUE = re.compile(r"\{glue(?::text)?\}`([A-Za-z0-9_-]+)`")
_SECTION = re.compile(r"^## +(.+?) *$", re.M)


@dataclass(frozen=True)
class Notes:
    """A parsed notes file: the rows its figures name, and its sections.

    `loose` is text before the first section, `twice` the names of sections that come again.
    """

    file: str
    figures: dict[str, str]
    sections: dict[str, str]
    loose: str = ""
    twice: tuple[str, ...] = ()
    text: str = ""

    def line(self, *wanted: str) -> int | None:
        """Return the number of the first line with the first of some patterns that is found."""
        lines = self.text.splitlines()
        found = (n for one in wanted for n, line in enumerate(lines, 1) if re.search(one, line))
        return next(found, None)

    def figure(self, name: str) -> int | None:
        """Return the line that lists a figure, or the first that uses it."""
        return self.line(rf"^ *{re.escape(name)}:", rf"`{re.escape(name)}`")

    def heading(self, section: str) -> int | None:
        """Return the line of a section's heading."""
        return self.line(rf"^## +{re.escape(section)} *$")

    def used(self, section: str) -> list[str]:
        """Return the figures that a section uses, each once."""
        return list(dict.fromkeys(_GLUE.findall(self.sections.get(section, ""))))


def read_notes(folder: Path, chapter: str) -> Notes | None:
    """Return a cluster's notes on a chapter, or None where there are none.

    Raises `EvidenceError` where the list of figures at the top is no YAML mapping.
    """
    path = folder / "notes" / f"{chapter}.md"
    if not path.is_file():
        return None
    stat = path.stat()
    return _read(path, (stat.st_mtime_ns, stat.st_size))


@cache  # a chapter reads its notes for every section
def _read(path: Path, _stamp: tuple[int, int]) -> Notes:
    file = f"notes/{path.name}"
    whole = text = path.read_text(encoding="utf-8-sig")
    figures: dict[str, str] = {}
    if text.startswith("---\n"):
        head, _, text = text[4:].partition("\n---\n")
        try:
            loaded = yaml.load(head, Loader=_Loader)
        except yaml.YAMLError as error:
            raise EvidenceError(
                [Problem(file, 1, "", f"the head is no YAML: {error}", "")]
            ) from None
        figures = (loaded or {}).get("figures") or {} if isinstance(loaded, dict) else {}
        if not isinstance(figures, dict) or not all(isinstance(v, str) for v in figures.values()):
            right = "write a line per figure, as in rent_first: rent@2000~#m50article"
            raise EvidenceError(
                [Problem(file, 1, "figures", "is no list of names and rows", right)]
            )
    parts = _SECTION.split(text)
    names, bodies = parts[1::2], parts[2::2]
    twice = tuple(name for name, n in Counter(names).items() if n > 1)
    sections = {name: body.strip() for name, body in zip(names, bodies, strict=True)}
    return Notes(file, figures, sections, parts[0].strip(), twice, whole)


def resolve(case: Case, notes: Notes, name: str) -> Number:
    """Return a figure of the notes as a sourced number.

    Raises `EvidenceError`, naming the file and the figure, where its row is not found or several
    rows fit.
    """
    expression = notes.figures.get(name)
    try:
        if expression is None:
            raise SelectionError(f"{name!r} is used but not in the list of figures at the top")
        call = re.fullmatch(r"(\w+)\(([^()]*)\)", expression.strip())
        if call and call.group(1) in FORMULAS:
            names = [part.strip() for part in call.group(2).split(",")]
            rows = [select(case, notes.figures.get(n, n)) for n in names]
            return formula(call.group(1), rows)
        selector, _, form = expression.partition(" as ")
        return number(select(case, selector.strip()), form.strip() or "value_words")
    except SelectionError as error:
        raise EvidenceError(
            [Problem(notes.file, notes.figure(name), name, str(error), "")]
        ) from None


class Note:
    """A section of the notes, shown as MyST Markdown; nothing where there is none."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/markdown": self.text, "text/plain": self.text}


def note(case: Case, chapter: str, section: str) -> Note | None:
    """Glue the figures of a section of the cluster's notes and return the section.

    None, so nothing is shown, for a cluster without that section.
    """
    from myst_nb import glue  # slow, so that a process warmed with any cluster must have done it

    notes = read_notes(case.folder, chapter)
    if notes is None or section not in notes.sections:
        return None
    for name in notes.used(section):  # a figure may stand in several sections of a page
        glue(f"{section}-{name}", resolve(case, notes, name), display=False)
    return Note(_GLUE.sub(rf"{{glue}}`{section}-\1`", notes.sections[section]))


def notes_problems(case: Case, chapter: str, shown: Collection[str] | None = None) -> list[Problem]:
    """Return what is wrong with a cluster's notes on a chapter: text that no page would show.

    Also figures that name no row, that no section uses, or that are not in the list. `shown` are
    the sections that the chapter has a place for; without it, any will do.
    """
    try:
        notes = read_notes(case.folder, chapter)
    except EvidenceError as error:
        return error.problems
    if notes is None:
        return []
    problems = [*_unshown(notes, chapter, shown)]
    used = {name for section in notes.sections for name in notes.used(section)}
    inner = {n.strip() for e in notes.figures.values() for n in re.findall(r"[\w-]+", e)}
    for name in notes.figures:
        if name not in used and name not in inner:
            wrong = "is in the list of figures but no section uses it"
            right = "use it or take it out"
            problems.append(Problem(notes.file, notes.figure(name), name, wrong, right))
    for name in sorted(used):
        try:
            resolve(case, notes, name)
        except EvidenceError as error:
            problems += error.problems
    return problems


def _unshown(notes: Notes, chapter: str, shown: Collection[str] | None) -> Iterator[Problem]:
    if notes.loose:
        first = notes.loose.splitlines()[0]
        wrong = f"the text that begins {said(first)} stands in no section and would not be shown"
        right = "put a line with ## and a section's name above it"
        right += f", one of {', '.join(sorted(shown))}" if shown else ""
        yield Problem(notes.file, notes.line(re.escape(first)), "", wrong, right)
    for name in notes.twice:
        wrong = "is the name of two sections, of which one would not be shown"
        yield Problem(notes.file, notes.heading(name), name, wrong, "put them together")
    for name, text in notes.sections.items():
        line = notes.heading(name)
        if shown is not None and name not in shown:
            wrong = f"the chapter {chapter} has no place for this section"
            yield Problem(notes.file, line, name, wrong, one_of(name, tuple(sorted(shown))))
        elif not text:
            wrong, right = "is a section without text", "write it, or take the heading out"
            yield Problem(notes.file, line, name, wrong, right)
