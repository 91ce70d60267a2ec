"""Segments in words, with proper names written as the evidence's own texts write them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

WORD = re.compile(r"[^\W_]+")
STOPS = re.compile(r"[.!?:;()\"“”]")
LONGEST = 12
"""The words of the longest name that is looked for."""
PLACES = ("name", "city", "country", "district")
TEXTS = {
    "observations": ("note", "via"),
    "events": ("title", "note"),
    "initiatives": ("name", "note"),
    "findings": ("statement", "note"),
}


class Names:
    """How texts write their words, so that `suzhou_creek` is told as "Suzhou Creek"."""

    def __init__(self, texts: Iterable[str]) -> None:
        parts = (part for text in texts for part in STOPS.split(text))
        self._runs = [words for part in parts if (words := WORD.findall(part))]

    def words(self, segments: Iterable[str]) -> dict[str, str]:
        """Return the words of segments; the longest runs that are always written as names stay so.

        The texts are read once for all segments: every run of words that a segment has is a path
        in a tree, which is walked from each word of the texts.
        """
        split = {segment: segment.split("_") for segment in segments}
        known = {word.lower() for run in self._runs for word in run}
        tree = _Run()
        for words in split.values():
            plain = [word.lower() for word in words]
            for start in range(len(plain)):
                _grow(tree, plain[start : start + LONGEST], known)
        for run in self._runs:
            plain = [word.lower() for word in run]
            for start in range(len(plain)):
                _walk(tree, run, plain, start)
        return {segment: _told(tree, words) for segment, words in split.items()}


class _Run:
    """A run of words that a segment has: what may follow it, and how the texts write it."""

    __slots__ = ("following", "small", "written")

    def __init__(self) -> None:
        self.following: dict[str, _Run] = {}
        self.written: Counter[tuple[str, ...]] | None = None
        self.small = False

    @property
    def name(self) -> tuple[str, ...]:
        """How it is written as a name; nothing where it is none, or is written small once."""
        if self.small or not self.written:
            return ()
        return max((times, words) for words, times in self.written.items())[1]


def _grow(tree: _Run, words: list[str], known: set[str]) -> None:
    for word in words:
        if word not in known:
            return
        tree = tree.following.setdefault(word, _Run())


def _walk(tree: _Run, run: list[str], plain: list[str], start: int) -> None:
    """Note how a text writes each run of words that begins at `start`."""
    for end in range(start + 1, len(plain) + 1):
        node = tree.following.get(plain[end - 1])
        if node is None:
            return
        tree = node
        if node.small:
            continue
        written = tuple(run[start:end])
        if not (_large(written[0]) and _large(written[-1])):
            node.small = True  # written small once, it is no name
            continue
        # what begins a sentence is written large, and so is each word of a longer name
        begins = not start and not any(word[0].isupper() for word in written[1:])
        within = run[end : end + 1] + (run[start - 1 : start] if end - start == 1 else [])
        if written[0].isupper() or not (begins or any(_large(word) for word in within)):
            node.written = node.written or Counter()
            node.written[written] += 1


def _told(tree: _Run, words: list[str]) -> str:
    told = list(words)
    at = 0
    while at < len(words):
        name: tuple[str, ...] = ()
        node: _Run | None = tree
        for word in words[at : at + LONGEST]:
            node = node.following.get(word.lower()) if node else None
            name = (node.name if node else ()) or name
        told[at : at + len(name)] = name
        at += len(name) or 1
    return " ".join(told)


def _large(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit()


def names_in(facts: pd.DataFrame, tables: Iterable[Mapping[str, pd.DataFrame]]) -> Names:
    """Return the names in a cluster's attributes and in the texts of evidence tables."""
    texts = [
        f"in {value}" if field in PLACES else value  # else one would begin a sentence
        for field, value in zip(facts["field"], facts["value"], strict=True)
    ]
    for part in tables:
        for table, columns in TEXTS.items():
            for column in columns:
                texts.extend(part[table][column])
    return Names(texts)


def with_words(rows: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return observations with the column `segment_words`; "" is the whole cluster or city."""
    words = names.words(rows["segment"].unique())
    return rows.assign(segment_words=rows["segment"].map(words).astype(object))
