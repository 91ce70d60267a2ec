"""The evidence ledger: every row of a cluster's book as a plain table with an anchor on each."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from clusterbook.evidence import Case, Evidence
from clusterbook.evidence.case import per_case
from clusterbook.evidence.context_tables import definitions, protection
from clusterbook.evidence.root import book_root
from clusterbook.evidence.second_coding import coded_otherwise

from .sentence import Prose

TABLES = ("observations", "events", "initiatives", "findings", "phases")
KINDS = {
    "observations": "observation", "events": "event", "initiatives": "programme",
    "findings": "claim", "phases": "phase", "cluster": "fact", "cpi": "price index",
    "protection": "level of protection", "definitions": "definition",
}  # fmt: skip
"""The word a reader sees for a row of each table."""

HEADS = ("date", "what it says", "dimension", "source", "used in", "row in the data")


@per_case
def all_rows(case: Case) -> pd.DataFrame:
    """Return every row of the cluster, its city and its country's prices, with its `folder`."""
    frames = [case.facts, *_tables(case)]
    placed = [frame.assign(folder=folder_of(case)) for frame in frames]
    above = [case.cpi, protection(case), definitions(case)]
    above[:0] = _tables(case.city) if case.city else []
    placed += [
        frame.assign(folder="data/context/" + frame["place"]) for frame in above if len(frame)
    ]
    return pd.concat(placed, ignore_index=True).astype(object).fillna("")


def _tables(part: Evidence) -> list[pd.DataFrame]:
    return [getattr(part, name) for name in TABLES]


def folder_of(case: Case) -> str:
    """Return where a cluster's rows stand: "data/clusters/m50" in the book's folder.

    A folder outside is named by its own name alone, "mill-7": a page holds no path of a machine.
    """
    root = book_root()
    inside = case.folder.is_relative_to(root / "data")
    return case.folder.relative_to(root).as_posix() if inside else case.folder.name


def uses(case: Case) -> pd.Series:
    """Return how many rows (of cluster, city and country) each source key has."""
    return all_rows(case)["source"].value_counts()


def ledger(case: Case) -> Prose:
    """Return the ledger: all rows as a plain table with an anchor on each.

    It reads without JavaScript; a small script adds search and filters, and the book's build says
    in each row where it is used.
    """
    rows = all_rows(case)
    labels = dict(zip(case.codebook["indicator"], case.codebook["label"], strict=True))
    second = coded_otherwise(case)
    seen: set[str] = set()
    body = []
    for row in rows.to_dict("records"):
        if row["table"] == "findings" and (codes := second.get(row["id"])):
            told = (f"{code} {value} for {row[code]}" for code, value in codes.items())
            row["note"] = "; ".join(filter(None, [row["note"], f"second coder: {', '.join(told)}"]))
        first = row["anchor"] not in seen
        seen.add(row["anchor"])
        body.append(_line(row, labels, first))
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    caption = f"{len(rows):,} evidence rows"
    return Prose(
        f'<div class="cb-scroll" tabindex="0" role="region" aria-label="Evidence ledger">'
        f'<table class="cb-table cb-ledger" id="cb-ledger"><caption>{caption}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _line(row: dict[str, Any], labels: dict[str, str], first: bool) -> str:
    ident = f' id="{row["anchor"]}"' if first else ""
    dimension, segment = str(row.get("dimension", "")), str(row.get("segment", ""))
    data = {
        "t": KINDS[row["table"]], "d": dimension, "g": row["grade"], "s": row["source"],
        "e": str(row.get("segment_words", segment.replace("_", " "))),
    }  # fmt: skip
    told = "".join(f' data-{name}="{escape(text)}"' for name, text in data.items() if text)
    note = f'<br><span class="cb-muted">{escape(row["note"])}</span>' if row.get("note") else ""
    via = f", citing {escape(row['via'])}" if row.get("via") else ""
    locator = escape(str(row.get("locator", "")))
    where = f'<br><span class="cb-muted">{locator}</span>' if locator else ""
    scope = {"internal": "inside", "external": "towards the city"}.get(row.get("scope", ""), "")
    towards = f'<br><span class="cb-muted">{scope}</span>' if scope and dimension else ""
    date = escape(str(row.get("date_words", "") or row.get("year", "")))
    date = f"{date}<br>" if date else ""
    return (
        f"<tr{ident}{told}>"
        f'<td>{date}<span class="cb-muted">{KINDS[row["table"]]}</span></td>'
        f"<td>{escape(said(row, labels))}{note}</td>"
        f"<td>{escape(dimension)}{towards}</td>"
        f'<td><a href="sources.html#src-{escape(row["source"])}">{escape(row["label"])}</a> '
        f"({escape(row['grade'])}){via}{where}</td>"
        f'<td class="cb-used"></td>'
        f'<td><code class="cb-place">{escape(row["folder"])}/{row["table"]}.csv, '
        f"row {row['row']}</code></td></tr>"
    )


def said(row: dict[str, Any], labels: dict[str, str]) -> str:
    """Return what a row says in plain words; `labels` is indicator -> label."""
    table = row["table"]
    if table == "observations":
        segment = f" ({row['segment_words']})" if row["segment"] else ""
        state = {"announced": " [announced, not observed]", "claim": " [unsourced claim]"}
        label = labels.get(row["indicator"], row["indicator"])
        return f"{label}{segment}: {row['amount']}{state.get(row['status'], '')}"
    if table == "findings":
        kind = "" if row["kind"] == "empirical" else f" ({row['kind']})"
        return f"{row['valence']}{kind}: {row['statement']}"
    if table == "phases":
        return f"{row['scheme']}, phase {row['phase']}: {row['phase_label']}"
    if table == "cluster":
        return f"{row['field'].replace('_', ' ')}: {row['value']}"
    if table == "cpi":
        change = float(row["cpi_change_percent"])
        return f"consumer prices of {row['year']}: {change:+.2f}% on the year before"
    if table == "protection":
        return f"{row['scheme']}, level {row['tier']}: {row['level']}"
    if table == "definitions":
        segment = f" ({row['segment'].replace('_', ' ')})" if row["segment"] else ""
        return f"{labels.get(row['indicator'], row['indicator'])}{segment}: {row['definition']}"
    return str(row["title"] if table == "events" else row["name"])
