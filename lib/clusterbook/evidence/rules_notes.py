"""Rules for `notes/`: UTF-8 Markdown, one file a chapter. What the texts say is checked elsewhere,
for that needs the evidence opened: `prose.notes`."""

from __future__ import annotations

from pathlib import Path

from .problems import Problem
from .rules import one_of, said

CHAPTERS = (
    "overview", "background", "periodisation", "economic", "cultural", "social", "environmental",
    "synthesis", "sources", "mechanism",
)  # fmt: skip
"""The chapters that a note may belong to."""


def note_problems(path: Path) -> list[Problem]:
    """Return what is wrong with one file of `notes/`; a problem's row is the line."""
    file = f"notes/{path.name}"
    if path.suffix != ".md":
        return [Problem(file, None, "", "is not read", "keep only .md files in notes/")]
    problems = []
    if path.stem not in CHAPTERS:
        wrong = f"{said(path.stem)} is no chapter"
        problems.append(Problem(file, None, "", wrong, one_of(path.stem, CHAPTERS)))
    content = path.read_bytes()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        wrong = f"is not UTF-8 (byte {error.start})"
        return [*problems, Problem(file, line, "", wrong, "save it as UTF-8")]
    return problems
