"""What the sources page says, and the list of every source in full, as plain HTML."""

from __future__ import annotations

from html import escape

import pandas as pd

from clusterbook.analysis.source_counts import by_kind, by_source, grade_counts, largest_share
from clusterbook.evidence import Case, Source
from clusterbook.evidence.sources import COMPILERS
from clusterbook.evidence.vocabulary import GRADE, GRADE_WORDS

from .gap import Gap
from .ledger import all_rows, ledger, own_rows, uses
from .sentence import Prose, answer, bullets, derived, say

__all__ = [
    "all_rows", "cannot_say", "ledger", "ledger_opening", "opening", "source_list", "used_sources",
    "uses",
]  # fmt: skip


def opening(case: Case) -> Prose | Gap:
    """Return how good the sources of the cluster are, and how far one of them carries."""
    rows = own_rows(case)
    if rows.empty:
        return Gap("any source", ["observations.csv: any row with its source"])
    table = by_source(rows, case.all_sources)
    counts = grade_counts(table)
    n, best, weak = len(table), counts.get("A", 0), counts.get("C", 0) + counts.get("D", 0)
    if n == 1:
        first = say("All rows on {name} come from one source.", name=case.name)
    else:
        first = say(
            "{n} sources speak of {name}: {best} of the best grade, peer-reviewed or official "
            "statistics, and {weak} of the weak grades C and D.",
            n=_count(n, "sources of the rows on the cluster itself", rows),
            name=case.name,
            best=_count(best, "sources of grade A", rows[rows["grade"] == "A"]),
            weak=_count(weak, "sources of grades C and D", rows[rows["grade"].isin(["C", "D"])]),
        )
    top = table.iloc[0]
    share = f"{round(100 * largest_share(table))}%"
    second = None
    if n > 1:
        second = say(
            "One alone, {label}, gives {share} of the rows{rest}."
            if largest_share(table) >= 0.25
            else "No source gives more than {share} of the rows: {label} gives most.",
            label=top["label"],
            share=derived(
                share, f"{top['rows']} of {len(rows)} rows", rows[rows["source"] == top["source"]]
            ),
            rest=", so the picture is largely its picture" if largest_share(table) > 0.5 else "",
        )
    return answer(first, second)


def _count(n: int, formula: str, rows: pd.DataFrame) -> object:
    return derived(str(n), formula, rows) if n else "none"


def cannot_say(case: Case) -> Prose:
    """Return what the list of sources cannot say, from what is missing in it."""
    rows = own_rows(case)
    items = [
        "Sources were found, not sampled: what nobody wrote down, or nobody found, is not here.",
        "A grade judges the kind of text, not the truth of a row.",
    ]
    if len(rows):
        table = by_source(rows, case.all_sources)
        undated = int(table["year"].isna().sum())
        if undated:
            items.append(
                f"{undated} of {len(table)} sources give no year, so their age is unknown."
            )
        kinds = set(by_kind(rows, case.all_sources).index)
        absent = [word for kind, word in _VOICES.items() if kind not in kinds]
        if absent:
            listed = " and no ".join(filter(None, [", no ".join(absent[:-1]), absent[-1]]))
            items.append(f"There is no {listed} among the sources.")
        second = int((rows["via"] != "").sum()) if "via" in rows else 0
        if second:
            items.append(
                f"{second} rows are second hand: their source names another text for them."
            )
    return bullets([say("{text}", text=item) for item in items], "What the sources cannot say")


_VOICES = {
    "peer_reviewed": "peer-reviewed study", "official": "official text", "thesis": "thesis",
    "operator": "text of the operator",
}  # fmt: skip


def ledger_opening(case: Case) -> Prose:
    """Return how many rows the ledger has: the cluster's own, its city's and its country's."""
    every = all_rows(case)
    own = int((every["place"] == case.slug).sum())
    around = len(every) - own
    first = say("{n} rows of evidence stand behind this book.", n=f"{len(every):,}")
    second = None
    if around:
        second = say(
            "{own} are on {name} itself, {around} on its city and country.",
            own=f"{own:,}", name=case.name, around=f"{around:,}",
        )  # fmt: skip
    return answer(first, second)


def used_sources(case: Case) -> dict[str, Source]:
    """Return the sources by key that rows of this book use: the cluster's, city's, country's."""
    counts: pd.Series = uses(case)
    return {key: source for key, source in case.all_sources.items() if key in counts.index}


def source_list(case: Case) -> Prose:
    """Return all sources that rows of this book use, by grade, each with an anchor.

    The compendium's own sources (framework, methods) stand there too: texts of all clusters cite
    them.

    The address of a source that is not to be linked is never printed.
    """
    counts = uses(case)
    framework = {k: s for k, s in case.all_sources.items() if s.place == "compendium"}
    used = framework | used_sources(case)
    parts = []
    for grade in GRADE:
        entries = sorted(
            (s for s in used.values() if s.grade == grade and s.key != COMPILERS),
            key=lambda s: (s.label, s.key),
        )
        if not entries:
            continue
        lines = "".join(_entry(source, int(counts.get(source.key, 0))) for source in entries)
        parts.append(
            f'<h3 class="cb-grade">Grade {grade}: {escape(GRADE_WORDS[grade])}</h3>'
            f'<ul class="cb-sources">{lines}</ul>'
        )
    if COMPILERS in used:
        entry = _entry(used[COMPILERS], int(counts.get(COMPILERS, 0)))
        parts.append(f'<h3 class="cb-grade">No source</h3><ul class="cb-sources">{entry}</ul>')
    return Prose("".join(parts))


def _entry(source: Source, rows: int) -> str:
    people = "; ".join(
        f"{family}, {given}" if given else family for family, given in source.authors
    )
    bits = [
        people,
        f"<cite>{escape(source.title)}</cite>",
        source.shown_publisher,
        source.year or "undated",
    ]
    kept = [b if b.startswith("<cite>") else escape(b.removesuffix(".")) for b in bits if b]
    told = ". ".join(kept)
    link = ""
    if source.address:
        link = f' <a href="{escape(source.address)}" rel="noopener noreferrer">Read it</a>.'
    note = f' <span class="cb-muted">{escape(source.note)}.</span>' if source.note else ""
    count = "cited in the text"
    if rows:
        words = f"{rows} {'row' if rows == 1 else 'rows'}"
        count = f'<a href="ledger.html?source={escape(source.key)}">{words}</a>'
    return (
        f'<li id="src-{escape(source.key)}">'
        f'<span class="cb-disc cb-disc-{source.grade}" aria-hidden="true"></span>'
        f"<strong>{escape(source.label)}</strong> {told}.{link}{note} "
        f"{count}</li>"
    )
