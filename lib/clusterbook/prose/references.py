"""What the sources page says, and the list of every source in full, as plain HTML."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

import pandas as pd

from clusterbook.evidence import Case, Source
from clusterbook.evidence.case import compendium_sources, open_city
from clusterbook.evidence.romanise import romanised
from clusterbook.evidence.sources import COMPILERS, LITERATURE, cited_key
from clusterbook.evidence.vocabulary import GRADE_WORDS

from .ledger import all_rows, uses
from .notes import shown_in_notes
from .text import Prose, Text, html_of, plural


def used_sources(case: Case) -> dict[str, Source]:
    """Return the sources by key that rows of this book use: the cluster's, city's, country's.

    Also those that the notes on the cluster and on its city cite.
    """
    notes_on = [case, *([open_city(case.city.slug)] if case.city else [])]
    used = {*uses(case).index, *(key for one in notes_on for key in shown_in_notes(one)[0])}
    return {
        key: source
        for key, source in case.all_sources.items()
        if key in used and source.place != LITERATURE
    }


def source_list(case: Case) -> Prose:
    """Return all sources that rows of this book use, by grade, each with an anchor.

    The compendium's own sources (framework, methods) stand there too: texts of all clusters cite
    them.

    The address of a source that is not to be linked is never printed.
    """
    counts = uses(case)
    framework = {k: s for k, s in case.all_sources.items() if s.place == "compendium"}
    used = framework | used_sources(case)
    listed = sorted(used.values(), key=lambda source: (source.label, source.key))
    heads = {grade: f"Grade {grade}: {words}" for grade, words in GRADE_WORDS.items()}
    parts: dict[str, list[str]] = {head: [] for head in (*heads.values(), "No source")}
    for source in listed:
        head = "No source" if source.key == COMPILERS else heads[source.grade]
        parts[head].append(_entry(source, int(counts.get(source.key, 0))))
    parts["Known only through the sources above, and not seen"] = _through_others(case)
    return Prose("".join(
        f'<h3 class="cb-grade">{escape(head)}</h3><ul class="cb-sources">{"".join(lines)}</ul>'
        for head, lines in parts.items() if lines
    ))  # fmt: skip


def _through_others(case: Case) -> list[str]:
    """The texts named in `via` that nobody here saw, each with the sources that hand it on."""
    rows = all_rows(case)
    unseen = rows[[bool(via) and not cited_key(via, case.all_sources) for via in rows["via"]]]
    by: dict[str, dict[str, None]] = {}
    for via, key, label in unseen[["via", "source", "label"]].to_numpy().tolist():
        link = f'<a href="#src-{escape(key)}">{escape(label)}</a>'
        by.setdefault(via, {})[link] = None
    return [
        f"<li><strong>{escape(via)}</strong> as given by {'; '.join(by[via])}</li>"
        for via in sorted(by)
    ]


def work_list(works: pd.DataFrame) -> Prose:
    """Return the works of the literature (see `evidence.literature.works`) in full, by author.

    Each has an anchor, and says what was read of it and where.
    """
    sources = compendium_sources()
    ordered = works.sort_values("label", key=lambda labels: labels.str.casefold())
    lines = []
    for key, read, place in zip(ordered["source"], ordered["read"], ordered["place"], strict=True):
        head = "Not read" if read == "nothing" else "What was read"
        lines.append(_line(sources[key], escape(f"{head}: {place}.")))
    return Prose(f'<ul class="cb-sources">{"".join(lines)}</ul>')


def _entry(source: Source, rows: int) -> str:
    count = "cited in the text"
    if rows:
        at = quote(source.key, safe="")
        count = f'<a href="ledger.html?source={at}">{rows} {plural(rows, "row")}</a>'
    note = f'<span class="cb-muted">{escape(source.note)}.</span> ' if source.note else ""
    return _line(source, f"{note}{count}")


def _person(family: str, given: str) -> str:
    """A name in full; of one in characters the family name in Latin letters, then the whole."""
    told = romanised(family, given)[0]
    if told != family:
        return family if told in family else f"{told} ({family}{given})"
    return f"{family}, {given}" if given else {"others": "and others"}.get(family, family)


def _line(source: Source, more: str) -> str:
    people = "; ".join(_person(*name) for name in source.authors)
    cited = Text(f"<cite>{escape(source.title)}</cite>")
    bits = filter(None, (people, cited, source.shown_publisher, source.year or "undated"))
    told = ". ".join(html_of(bit).removesuffix(".") for bit in bits)
    link = ""
    if source.address:
        link = f' <a href="{escape(source.address)}" rel="noopener noreferrer">Read it</a>.'
    return (
        f'<li id="src-{escape(source.key)}">'
        f'<span class="cb-disc cb-disc-{escape(source.grade)}" aria-hidden="true"></span>'
        f"<strong>{escape(source.label)}</strong> {told}.{link} {more}</li>"
    )
