"""The sources page and the ledger: every source and every row in full, as plain HTML."""

from __future__ import annotations

from html import escape

import pandas as pd

from clusterbook.evidence import Case, Evidence, Source
from clusterbook.evidence.vocabulary import GRADE, GRADE_WORDS

from .sentence import Prose

TABLES = ("observations", "events", "initiatives", "findings", "phases")


def _parts(case: Case) -> list[Evidence]:
    return [part for part in (case, case.city) if part is not None]


def uses(case: Case) -> pd.Series:
    """Return how many rows (of cluster and city) each source key has."""
    columns = [getattr(part, name)["source"] for part in _parts(case) for name in TABLES]
    return pd.concat([*columns, case.facts["source"], case.cpi["source"]]).value_counts()


def source_list(case: Case) -> Prose:
    """Return all sources that rows of this book use, by grade, each with an anchor.

    The address of a source that is not to be linked is never printed.
    """
    counts = uses(case)
    used = {key: source for key, source in case.all_sources.items() if key in counts.index}
    parts = []
    for grade in GRADE:
        entries = sorted(
            (s for s in used.values() if s.grade == grade), key=lambda s: (s.label, s.key)
        )
        if not entries:
            continue
        lines = "".join(_entry(source, int(counts[source.key])) for source in entries)
        parts.append(
            f'<h3 class="cb-grade">Grade {grade}: {escape(GRADE_WORDS[grade])}</h3>'
            f'<ul class="cb-sources">{lines}</ul>'
        )
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
    said = ". ".join(b if b.startswith("<cite>") else escape(b) for b in bits if b)
    link = ""
    if source.address:
        link = f' <a href="{escape(source.address)}" rel="noopener noreferrer">Read it</a>.'
    note = f' <span class="cb-muted">{escape(source.note)}.</span>' if source.note else ""
    count = f"{rows} {'row' if rows == 1 else 'rows'}"
    return (
        f'<li id="src-{escape(source.key)}"><span class="cb-disc cb-disc-{source.grade}" aria-hidden="true">'
        f"</span><strong>{escape(source.label)}</strong> {said}.{link}{note} "
        f'<a href="ledger.html?source={escape(source.key)}">{count}</a></li>'
    )


_WHAT = {
    "observations": "observation", "events": "event", "initiatives": "programme",
    "findings": "claim", "phases": "phase", "cluster": "fact", "cpi": "price index",
}  # fmt: skip


def _said(row: dict[str, str], codebook: dict[str, str]) -> str:
    table = row["table"]
    if table == "observations":
        segment = f" ({row['segment'].replace('_', ' ')})" if row["segment"] else ""
        state = {"announced": " [announced, not observed]", "claim": " [unsourced claim]"}
        label = codebook.get(row["indicator"], row["indicator"])
        return f"{label}{segment}: {row['amount']}{state.get(row['status'], '')}"
    if table == "findings":
        return f"{row['valence']}: {row['statement']}"
    if table == "phases":
        return f"{row['scheme']}, phase {row['phase']}: {row['phase_label']}"
    if table == "cluster":
        return f"{row['field'].replace('_', ' ')}: {row['value']}"
    if table == "cpi":
        return f"consumer prices of {row['year']}: {float(row['cpi_change_percent']):+.2f}% on the year before"
    return row["title"] if table == "events" else row["name"]


def all_rows(case: Case) -> pd.DataFrame:
    """Return every row of the cluster, its city and its country's prices in one table."""
    frames = [case.facts]
    frames += [getattr(part, name) for part in _parts(case) for name in TABLES]
    return pd.concat([*frames, case.cpi], ignore_index=True).astype(object).fillna("")


def ledger(case: Case) -> Prose:
    """Return the ledger: all rows as a plain table with an anchor on each.

    It reads without JavaScript; a small script adds search and filters.
    """
    rows = all_rows(case)
    labels = dict(zip(case.codebook["indicator"], case.codebook["label"], strict=True))
    seen: set[str] = set()
    body = []
    for row in rows.to_dict("records"):
        anchor = row["anchor"]
        ident = "" if anchor in seen else f' id="{anchor}"'
        seen.add(anchor)
        dim = row.get("dimension", "")
        source = f'<a href="sources.html#src-{escape(row["source"])}">{escape(row["label"])}</a>'
        via = f", citing {escape(row['via'])}" if row.get("via") else ""
        note = f'<br><span class="cb-muted">{escape(row["note"])}</span>' if row.get("note") else ""
        body.append(
            f'<tr{ident} data-t="{row["table"]}" data-d="{escape(dim)}" data-g="{row["grade"]}" '
            f'data-s="{escape(row["source"])}"><td>{_WHAT[row["table"]]}</td>'
            f"<td>{escape(str(row.get('date_words', '')))}</td>"
            f"<td>{escape(_said(row, labels))}{note}</td><td>{escape(dim)}"
            f"{' ' + escape(row['scope']) if row.get('scope') else ''}</td>"
            f'<td>{source}{via}<br><span class="cb-muted">{escape(row.get("locator", ""))}</span></td>'
            f'<td>{row["grade"]}</td><td class="cb-place">{escape(row["place"])}/{row["table"]}.csv, row {row["row"]}</td></tr>'
        )
    heads = "".join(f'<th scope="col">{h}</th>' for h in
                    ("kind", "date", "what it says", "dimension", "source", "grade", "place"))  # fmt: skip
    return Prose(
        f'<div class="cb-scroll" tabindex="0" role="region" aria-label="Evidence ledger">'
        f'<table class="cb-table cb-ledger" id="cb-ledger"><caption>{len(rows):,} evidence rows</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )
