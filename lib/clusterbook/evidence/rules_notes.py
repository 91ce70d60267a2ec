"""Rules for `notes/`: UTF-8 Markdown, one file a chapter, and the pictures that they show.

What the texts say is checked elsewhere, for that needs the evidence opened: `prose.notes`.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from .problems import EvidenceError, Problem, one_of, said, told
from .root import book_root
from .rules_characters import strange
from .text_files import read_text
from .toc import page_files

PICTURES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".svg": "image/svg+xml",
}
"""The endings of pictures that may lie beside notes, and their media types."""
LARGEST = 1_000_000
"""Bytes that a picture may have, for it stands in each page and file that shows it."""
LONGEST = 50_000
"""Characters that a note may have: some thirty pages, and what is read in a moment."""
_BEGINS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def note_problems(path: Path) -> list[Problem]:
    """Return what is wrong with one file of `notes/`; a problem's row is the line."""
    file = f"notes/{path.name}"
    if path.suffix.lower() in PICTURES:
        fault = picture_fault(path)
        return [Problem(file, None, "", *fault)] if fault else []
    if path.suffix != ".md":
        right = f"keep only .md files and pictures ({', '.join(PICTURES)}) in notes/"
        return [Problem(file, None, "", "is not read", right)]
    problems = []
    chapters = tuple(page_files(book_root()))
    if chapters and path.stem not in chapters:
        wrong = f"{said(path.stem)} is no chapter"
        problems.append(Problem(file, None, "", wrong, one_of(path.stem, chapters)))
    try:
        text = read_text(path, "save it as UTF-8")
    except EvidenceError as error:
        return [*problems, *told(error.problems, "notes")]
    if len(text) > LONGEST:
        wrong = f"has {len(text):,} characters"
        right = f"keep it to {LONGEST:,}, or spread it over several chapters"
        return [*problems, Problem(file, None, "", wrong, right)]
    lines = enumerate(re.split(r"\r\n?|\n", text), 1)
    faults = ((n, strange(line)) for n, line in lines)
    return [*problems, *(Problem(file, n, "", *fault) for n, fault in faults if fault)]


def picture_fault(path: Path) -> tuple[str, str] | None:
    """Return why a picture cannot be shown and the cure; None for one that can.

    An SVG has no scripts and takes nothing from elsewhere.
    """
    kind = PICTURES[path.suffix.lower()]
    if not path.resolve().is_relative_to(path.parent.resolve()):
        return "is a link that leads out of notes/", "put the file there"
    if path.stat().st_size > LARGEST:
        return f"has more than {LARGEST:,} bytes", "make it smaller"
    content = path.read_bytes()
    if not content.startswith(_BEGINS.get(kind, b"")):
        return f"is no {kind.partition('/')[2]}", "export it anew as what its name says"
    return _svg_fault(content) if kind == PICTURES[".svg"] else None


_OUTSIDE = re.compile(r"@import|url\(\s*['\"]?\s*(?!['\"#]|data:image/(?:png|jpeg))", re.I)


def _svg_fault(content: bytes) -> tuple[str, str] | None:
    right = "export it anew as a plain SVG, without scripts and linked files"
    if b"<!ENTITY" in content or b"<?xml-stylesheet" in content:
        return "takes something from elsewhere", right
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError):
        return "is no SVG", right
    if root.tag.rpartition("}")[2] != "svg":
        return "is no SVG", right
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2].lower()
        cells = {key.rpartition("}")[2].lower(): text for key, text in element.attrib.items()}
        if name in ("script", "foreignobject", "iframe") or any(c.startswith("on") for c in cells):
            return "holds a script or a page", right
        leads = [text for key, text in cells.items() if key in ("href", "src")]
        told = [element.text or "" if name == "style" else "", *cells.values()]
        if any(not re.match(r"#|data:image/(?:png|jpeg);", at.strip()) for at in leads) or any(
            _OUTSIDE.search(text) for text in told
        ):
            return "takes something from elsewhere or leads there", right
    return None
