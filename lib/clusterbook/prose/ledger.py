"""The evidence ledger: every row of a cluster's book as a plain table with an anchor on each."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from clusterbook.evidence import Case, Evidence
from clusterbook.evidence.case import definitions, per_case, protection
from clusterbook.evidence.root import book_root
from clusterbook.evidence.second_coding import coded_otherwise
from clusterbook.evidence.tables import value_words
from clusterbook.evidence.units import unit_words

from .text import Prose, framed

TABLES = ("observations", "events", "initiatives", "findings", "phases")
KINDS = {
    "observations": "observation", "events": "event", "initiatives": "programme",
    "findings": "claim", "phases": "phase", "cluster": "fact", "cpi": "price index",
    "protection": "level of protection", "definitions": "definition",
}  # fmt: skip
"""The word a reader sees for a row of each table."""

HEADS = ("date", "what it says", "dimension", "source", "used in", "row in the data")

MEASURED = ["folder", "table", "dimension", "indicator", "unit"]
"""What rows have in common that stand in one line of the index of a long ledger."""

MOST = 2_500
"""Rows of one page: a longer ledger has an index and several pages, so that a browser opens it."""


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


@per_case
def parts(case: Case) -> list[pd.DataFrame]:
    """Return the rows page by page, at most `MOST` on each: one measure after the other.

    What fits one page stands in the order of the tables.
    """
    rows = all_rows(case)
    if len(rows) <= MOST:
        return [rows]
    block = (rows["folder"] + rows["table"]).factorize()[0]
    names = ["block", "dimension", "indicator"]
    rows = rows.assign(block=block).sort_values(names, kind="stable").drop(columns="block")
    return [rows.iloc[at : at + MOST] for at in range(0, len(rows), MOST)]


@per_case
def places(case: Case) -> dict[str, int]:
    """Return the page, counted from 1, on which each row stands: anchor -> page."""
    pages = list(enumerate(parts(case), start=1))
    return {anchor: n for n, part in reversed(pages) for anchor in part["anchor"]}


def ledger(case: Case) -> Prose:
    """Return the ledger: all rows as a plain table with an anchor on each.

    It reads without JavaScript; a small script adds search and filters, and the book's build says
    in each row where it is used. Of very many rows it is an index of the pages on which they stand.
    """
    every = parts(case)
    return Prose(_rows(case, every[0]) if len(every) == 1 else _index(case, every))


def page(case: Case, number: int) -> str:
    """Return the rows of one page of a ledger of several, as HTML; pages count from 1."""
    every = parts(case)
    steps = {"ledger": "index", f"ledger-{number - 1}": "before", f"ledger-{number + 1}": "next"}
    there = {"ledger", *(f"ledger-{n + 1}" for n in range(len(every)))}
    links = (f'<a href="{name}.html">{words}</a>' for name, words in steps.items() if name in there)
    return f"<p>{' · '.join(links)}</p>{_rows(case, every[number - 1])}"


def _rows(case: Case, rows: pd.DataFrame) -> str:
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
    name = 'class="cb-table cb-ledger" id="cb-ledger"'
    return framed(HEADS, "".join(body), f"{len(rows):,} evidence rows", name, "Evidence ledger")


def _index(case: Case, every: list[pd.DataFrame]) -> str:
    """Return an index by measure and one by source of a ledger that stands on several pages."""
    labels = dict(zip(case.codebook["indicator"], case.codebook["label"], strict=True))
    rows = pd.concat([part.assign(page=n) for n, part in enumerate(every, start=1)])
    tables = []
    for name, columns, heads in (
        ("index", MEASURED, ("what", "dimension", "values")),
        ("sources", ["label", "grade"], ("source", "grade")),
    ):
        body = []
        for key, part in rows.groupby(columns, sort=False):
            cells = list(map(str, key))
            if name == "index":
                _, table, dimension, indicator, unit = cells
                ends = ""
                if table == "observations":
                    ends = value_words(part["low"].min(), part["high"].max(), "exact", unit)
                    ends = f"{ends} {'' if unit == 'percent' else unit_words(unit)}".strip()
                cells = [labels.get(indicator, indicator) or KINDS[table], dimension, ends]
            on = (f'<a href="ledger-{n}.html">{n}</a>' for n in part["page"].unique())
            told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            body.append(f"<tr>{told}<td>{len(part):,}</td><td>{', '.join(on)}</td></tr>")
        caption = f"{len(rows):,} evidence rows on {len(every)} pages, by {heads[0]}"
        told = f'class="cb-table cb-ledger" id="cb-ledger-{name}"'
        tables.append(framed((*heads, "rows", "pages"), "".join(body), caption, told))
    return "".join(tables)


def _line(row: dict[str, Any], labels: dict[str, str], first: bool) -> str:
    ident = f' id="{row["anchor"]}"' if first else ""
    dimension, segment = str(row.get("dimension", "")), str(row.get("segment", ""))
    data = {
        "t": KINDS[row["table"]], "d": dimension, "g": row["grade"], "s": row["source"],
        "e": str(row.get("segment_words", segment.replace("_", " "))),
    }  # fmt: skip
    told = "".join(f' data-{name}="{escape(text)}"' for name, text in data.items() if text)
    via = f", citing {escape(row['via'])}" if row.get("via") else ""
    scope = {"internal": "inside", "external": "towards the city"}.get(row.get("scope", ""), "")
    date = escape(str(row.get("date_words", "") or row.get("year", "")))
    date = f"{date}<br>" if date else ""
    return (
        f"<tr{ident}{told}>"
        f'<td>{date}<span class="cb-muted">{KINDS[row["table"]]}</span></td>'
        f"<td>{escape(said(row, labels))}{_below(row.get('note'))}</td>"
        f"<td>{escape(dimension)}{_below(scope if dimension else None)}</td>"
        f'<td><a href="sources.html#src-{escape(row["source"])}">{escape(row["label"])}</a> '
        f"({escape(row['grade'])}){via}{_below(row.get('locator'))}</td>"
        f'<td class="cb-used"></td>'
        f'<td><code class="cb-place">{escape(row["folder"])}/{row["table"]}.csv, '
        f"row {row['row']}</code></td></tr>"
    )


def _below(words: Any) -> str:
    """Return words in a second line of a cell, nothing for none."""
    return f'<br><span class="cb-muted">{escape(str(words))}</span>' if words else ""


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
