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

What else a section may hold is the matter of `note_markup`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from clusterbook.evidence import Case, EvidenceError, Problem
from clusterbook.evidence.folders import in_notes
from clusterbook.evidence.problems import one_of, said
from clusterbook.evidence.root import book_root
from clusterbook.evidence.select import SelectionError, select
from clusterbook.evidence.sourced import Sourced, sourced
from clusterbook.evidence.toc import page_files

from .formulas import FORMULAS, formula
from .text import Prose

if TYPE_CHECKING:
    from markdown_it.token import Token

    from .note_markup import NoteHtml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it is built

_FORMS = ("amount", "value_words", "date_words", "title", "name", "statement", "label", "value")


class Section(NamedTuple):
    """A section of a notes file: the line of its heading, and what was read below it."""

    name: str
    line: int
    tokens: Sequence[Token]


@dataclass(frozen=True)
class Notes:
    """A parsed notes file: the rows its figures name, and its sections.

    `loose` is what stands before the first section, `twice` the names of sections that come again.
    """

    file: str
    figures: dict[str, str]
    sections: dict[str, Section]
    loose: Section
    twice: tuple[str, ...]
    text: str
    links: dict[str, Any]  # what markdown-it knows of links that are defined at another place

    def figure(self, name: str) -> int | None:
        """Return the line that lists a figure; None for one that is not in the list."""
        head = self.text.partition("\n---\n")[0].splitlines()
        listed = (n for n, line in enumerate(head, 1) if re.match(rf" *{re.escape(name)}:", line))
        return next(listed, None) if name in self.figures else None


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
    from .note_markup import PARSER  # slow, and most clusters have no notes

    file = f"notes/{path.name}"
    whole = text = path.read_text(encoding="utf-8-sig")
    figures: dict[str, str] = {}
    if text.startswith("---\n"):
        head, _, text = text[4:].partition("\n---\n")
        text = "\n" * (head.count("\n") + 3) + text  # so that lines are those of the file
        figures = _figures(file, head)
    links: dict[str, Any] = {}
    loose, *sections = _sections(PARSER.parse(text, links))
    named: dict[str, Section] = {}
    for one in sections:
        first = named.setdefault(one.name, Section(one.name, one.line, []))
        named[one.name] = first._replace(tokens=[*first.tokens, *one.tokens])
    twice = tuple(name for name, n in Counter(one.name for one in sections).items() if n > 1)
    return Notes(file, figures, named, loose, twice, whole, links)


def _figures(file: str, head: str) -> dict[str, str]:
    """Return the list of figures at the top of a notes file: name -> the row that it names."""
    field, right = (
        "",
        "write figures: in its first line, then a line per figure; text goes below it",
    )
    try:
        loaded = yaml.load(head, Loader=_Loader)
    except yaml.YAMLError as error:
        raise EvidenceError([Problem(file, 1, "", f"the head is no YAML: {error}", "")]) from None
    wrong, loaded = "the head holds more than a list of figures", {} if loaded is None else loaded
    if isinstance(loaded, dict) and not set(loaded) - {"figures"}:
        figures = loaded.get("figures") or {}
        if isinstance(figures, dict) and all(isinstance(v, str) for v in figures.values()):
            return figures
        field, wrong = "figures", "is no list of names and rows"
        right = "write a line per figure, as in rent_first: rent@2000~#m50article"
    raise EvidenceError([Problem(file, 1, field, wrong, right)])


def _sections(tokens: Sequence[Token]) -> Iterator[Section]:
    """Yield what stands before the first heading of the second level, then what each heads."""
    own = ("heading_open", "h2", 0)
    starts = [n for n, t in enumerate(tokens) if (t.type, t.tag, t.level) == own]
    ends = [*starts, len(tokens)]
    yield Section("", _line(tokens[0]) if tokens else 1, tokens[: ends[0]])
    for start, end in pairwise(ends):
        yield Section(tokens[start + 1].content, _line(tokens[start]), tokens[start + 3 : end])


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def resolve(case: Case, notes: Notes, name: str) -> Sourced:
    """Return a figure of the notes as a sourced number.

    Raises `EvidenceError`, naming the file and the figure, where its row is not found or several
    rows fit.
    """
    expression = notes.figures.get(name)
    try:
        if expression is None:
            raise SelectionError(
                f"{name!r} is used but not in the list of figures at the top; "
                f"add it there, as in {name}: rent@2006"
            )
        call = re.fullmatch(r"(\w+)\(([^()]*)\)", expression.strip())
        if call:
            if call.group(1) not in FORMULAS:
                known = ", ".join(FORMULAS)
                raise SelectionError(
                    f"there is no function {call.group(1)!r}; write one of {known}"
                )
            names = [part.strip() for part in call.group(2).split(",")]
            rows = [select(case, notes.figures.get(n, n)) for n in names]
            return formula(call.group(1), rows)
        selector, _, form = expression.partition(" as ")
        row, form = select(case, selector.strip()), form.strip() or "value_words"
        if not isinstance(row.get(form), str):
            forms = ", ".join(name for name in _FORMS if name in row.index)
            raise SelectionError(f"{form!r} is no form of this row; write as and one of {forms}")
        return sourced(row, form)
    except SelectionError as error:
        raise EvidenceError(
            [Problem(notes.file, notes.figure(name), name, str(error), "")]
        ) from None


def _setter(case: Case, notes: Notes, sections: Iterable[Section] = ()) -> NoteHtml:
    """Return what sets the notes as HTML, after it has set some sections."""
    from .note_markup import NoteHtml

    setter = NoteHtml(case, notes.file, partial(resolve, case, notes), notes.links)
    for section in sections:
        setter.html(section.tokens)
    return setter


def note(case: Case, chapter: str, section: str) -> Prose | None:
    """Return a section of the cluster's notes as finished HTML, its figures and links resolved.

    None, so nothing is shown, for a cluster without that section. What `notes_problems` refuses
    stands there as plain words. Raises `LookupError` for a chapter that the book does not have.
    """
    notes = read_notes(case.folder, chapter)
    if notes is None and not any((book_root() / "chapters").glob(f"{chapter}.*")):
        known = tuple(page_files(book_root()))  # slow, and seldom needed
        if chapter not in known:
            raise LookupError(f"there is no chapter {chapter!r}; {one_of(chapter, known)}")
    if notes is None or section not in notes.sections:
        return None
    return Prose(_setter(case, notes).html(notes.sections[section].tokens))


def notes_problems(case: Case, chapter: str, shown: Collection[str] | None = None) -> list[Problem]:
    """Return what is wrong with a cluster's notes on a chapter, a problem's row being the line.

    Text that no page would show, what a note may not hold, sources, figures, pictures and chapters
    that are not there, figures that no section uses. `shown` are the sections that the chapter has
    a place for; without it, any will do.
    """
    try:
        notes = read_notes(case.folder, chapter)
    except EvidenceError as error:
        return error.problems
    if notes is None:
        return []
    setter = _setter(case, notes, notes.sections.values())
    problems = [*_unshown(notes, chapter, shown), *dict.fromkeys(setter.problems)]
    inner = {n.strip() for e in notes.figures.values() for n in re.findall(r"[\w-]+", e)}
    for name in notes.figures:
        if name not in setter.used and name not in inner:
            wrong = "is in the list of figures but no section uses it"
            right = "use it or take it out"
            problems.append(Problem(notes.file, notes.figure(name), name, wrong, right))
    return problems


def shown_in_notes(case: Case) -> tuple[set[str], set[str]]:
    """Return what all notes of a cluster show: the keys of sources, and the files of pictures."""
    sources, pictures = set(), set()
    for path in (path for path in in_notes(case.folder) if path.suffix == ".md"):
        notes = read_notes(case.folder, path.stem)
        if notes is not None:
            setter = _setter(case, notes, notes.sections.values())
            sources |= setter.sources
            pictures |= setter.pictures
    return sources, pictures


def _unshown(notes: Notes, chapter: str, shown: Collection[str] | None) -> Iterator[Problem]:
    if notes.loose.tokens:
        first = notes.text.splitlines()[notes.loose.line - 1]
        wrong = f"the text that begins {said(first)} stands in no section and would not be shown"
        right = "put a line with ## and a section's name above it"
        right += f", one of {', '.join(sorted(shown))}" if shown else ""
        yield Problem(notes.file, notes.loose.line, "", wrong, right)
    for label, link in notes.links.get("references", {}).items():
        if label.startswith("^"):
            wrong = "is a footnote, which is not read in notes"
            line = link["map"][0] + 1
            yield Problem(notes.file, line, label, wrong, "put it in the text, in brackets")
    for name in notes.twice:
        wrong = "is the name of two sections"
        yield Problem(notes.file, notes.sections[name].line, name, wrong, "put them together")
    for name, section in notes.sections.items():
        if shown is not None and name not in shown:
            wrong = f"the chapter {chapter} has no place for this section"
            right = one_of(name, tuple(sorted(shown)))
            yield Problem(notes.file, section.line, name, wrong, right)
        elif not section.tokens:
            wrong, right = "is a section without text", "write it, or take the heading out"
            yield Problem(notes.file, section.line, name, wrong, right)
