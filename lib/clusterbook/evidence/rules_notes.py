"""Rules for `notes/`: UTF-8 Markdown, one file a chapter. What the texts say is checked elsewhere,
for that needs the evidence opened: `prose.notes`."""

from __future__ import annotations

from pathlib import Path

from .problems import Problem
from .root import book_root
from .rules import one_of, said
from .toc import page_files


def note_problems(path: Path) -> list[Problem]:
    """Return what is wrong with one file of `notes/`; a problem's row is the line."""
    file = f"notes/{path.name}"
    if path.suffix != ".md":
        return [Problem(file, None, "", "is not read", "keep only .md files in notes/")]
    problems = []
    chapters = tuple(page_files(book_root()))
    if chapters and path.stem not in chapters:
        wrong = f"{said(path.stem)} is no chapter"
        problems.append(Problem(file, None, "", wrong, one_of(path.stem, chapters)))
    content = path.read_bytes()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        wrong = f"is not UTF-8 (byte {error.start})"
        return [*problems, Problem(file, line, "", wrong, "save it as UTF-8")]
    return problems
