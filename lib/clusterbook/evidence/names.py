"""Segments in words, with proper names written as the evidence's own texts write them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

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
Run = tuple[str, ...]


class Names:
    """How texts write their words, so that `suzhou_creek` is told as "Suzhou Creek"."""

    def __init__(self, texts: Iterable[str]) -> None:
        parts = (part for text in texts for part in STOPS.split(text))
        self._texts = [words for part in parts if (words := WORD.findall(part))]

    def words(self, segments: Iterable[str]) -> dict[str, str]:
        """Return the words of segments; the longest runs that are always written as names stay so.

        The texts are read once for all segments, from each of their words as far as a segment goes.
        """
        split = {segment: segment.split("_") for segment in segments}
        wanted = {tuple(map(str.lower, run)) for words in split.values() for run in _runs(words)}
        names = self._names(wanted)
        return {segment: _told(names, words) for segment, words in split.items()}

    def _names(self, wanted: set[Run]) -> dict[Run, Run]:
        """Return how runs of words are written that are names: never small, mostly like this."""
        written: defaultdict[Run, Counter[Run]] = defaultdict(Counter)
        small: set[Run] = set()
        for text in self._texts:
            plain = [word.lower() for word in text]
            for start in range(len(text)):
                for end in range(start + 1, min(start + LONGEST, len(text)) + 1):
                    run = tuple(plain[start:end])
                    if run not in wanted:
                        break
                    if not (_large(text[start]) and _large(text[end - 1])):
                        small.add(run)  # written small once, it is no name
                    elif _bears_a_name(text, start, end):
                        written[run][tuple(text[start:end])] += 1
        return {
            run: max((times, words) for words, times in counts.items())[1]
            for run, counts in written.items()
            if run not in small
        }


def _runs(words: list[str]) -> Iterator[list[str]]:
    for start in range(len(words)):
        for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
            yield words[start:end]


def _bears_a_name(text: list[str], start: int, end: int) -> bool:
    """Return whether a run written large counts as a name.

    What begins a sentence is written large, and so is each word of a longer name.
    """
    begins = not start and not any(word[0].isupper() for word in text[1:end])
    within = text[end : end + 1] + (text[start - 1 : start] if end - start == 1 else [])
    return text[start].isupper() or not (begins or any(_large(word) for word in within))


def _told(names: Mapping[Run, Run], words: list[str]) -> str:
    told = list(words)
    at = 0
    while at < len(words):
        plain = tuple(word.lower() for word in words[at : at + LONGEST])
        longest = (names.get(plain[:end], ()) for end in range(len(plain), 0, -1))
        name = next(filter(None, longest), ())
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
            texts.extend(text for column in columns for text in part[table][column])
    return Names(texts)


def with_words(rows: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return observations with the column `segment_words`; "" is the whole cluster or city."""
    words = names.words(rows["segment"].unique())
    return rows.assign(segment_words=rows["segment"].map(words).astype(object))
