"""Segments in words, with proper names written as the evidence's own texts write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

WORD = re.compile(r"[^\W_]+")
STOPS = re.compile(r"[.!?:;()\"“”]")
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
        self._runs: list[list[str]] = []
        self._at: dict[str, list[tuple[int, int]]] = {}
        for text in texts:
            for part in STOPS.split(text):
                self._add(WORD.findall(part))

    def _add(self, words: list[str]) -> None:
        run = len(self._runs)
        self._runs.append(words)
        for place, word in enumerate(words):
            self._at.setdefault(word.lower(), []).append((run, place))

    def words(self, segment: str) -> str:
        """Return a segment's words; the longest runs that are always written as names stay so."""
        given = segment.split("_")
        plain = [word.lower() for word in given]
        at = 0
        while at < len(plain):
            lengths = range(len(plain) - at, 0, -1)
            name = next((name for n in lengths if (name := self._name(plain[at : at + n]))), [])
            given[at : at + len(name)] = name
            at += len(name) or 1
        return " ".join(given)

    def _name(self, words: list[str]) -> list[str]:
        """Return how a name is written, or nothing where the words are none."""
        found = []
        for run, place in self._at.get(words[0], []):
            text = self._runs[run]
            written = text[place : place + len(words)]
            if [word.lower() for word in written] != words:
                continue
            if not (_large(written[0]) and _large(written[-1])):
                return []  # written small once, it is no name
            # what begins a sentence is written large, and so is each word of a longer name
            begins = not place and not any(word[0].isupper() for word in written[1:])
            within = text[place + len(words) :][:1] + (text[:place][-1:] if len(words) == 1 else [])
            if written[0].isupper() or not (begins or any(_large(word) for word in within)):
                found.append(written)
        return max(found, key=lambda written: (found.count(written), written)) if found else []


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
    words = {segment: names.words(segment) for segment in rows["segment"].unique()}
    return rows.assign(segment_words=rows["segment"].map(words).astype(object))
