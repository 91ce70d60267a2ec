"""Words that depend on a number."""

from __future__ import annotations


def plural(word: str, n: int) -> str:
    """Return a word as it stands after a number: "source" after 1, else "sources"."""
    return word if n == 1 else f"{word}s"
