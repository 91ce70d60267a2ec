"""Files of text as people save them: read as UTF-8, or a fault that says what to do."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

from .problems import EvidenceError, Problem


def normalised(text: str) -> str:
    """Return a text with each letter composed (NFC), so that a key is the same wherever typed."""
    return unicodedata.normalize("NFC", text)


def _lines(before: str) -> int:
    return before.count("\n") + 1


def read_text(path: Path, right: str, row_after: Callable[[str], int] = _lines) -> str:
    """Return a file's text, normalised, without a byte order mark; line ends stay.

    Raises `EvidenceError` for a file that may not be read or is not UTF-8, with the remedy `right`
    and the row of the first byte that is none: `row_after` tells it from the text before.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        right = "give yourself the right to read it"
        wrong = f"cannot be read: {error.strerror}"
        raise EvidenceError([Problem(path.name, None, "", wrong, right)]) from None
    head = content[:200]
    zeros = max(head[::2].count(0), head[1::2].count(0))
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or zeros > len(head) // 4:
        raise EvidenceError([Problem(path.name, 1, "", "is UTF-16, not UTF-8", right)])
    try:
        return normalised(content.decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        row = row_after(content[: error.start].decode("utf-8").removeprefix("\ufeff"))
        wrong = f"is not UTF-8 (byte {error.start})"
        raise EvidenceError([Problem(path.name, row, "", wrong, right)]) from None
