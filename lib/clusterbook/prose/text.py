"""Sentences, boxes and tables of a chapter: values in, sourced words out, in every front end.

The sentences themselves stand in the chapters, as whole templates. A value that is not on record
makes of a sentence the gap that names what would fill it, so no sentence has a hole. Numbers carry
their source: hover, tap or focus shows it, a click leads to it. Everything that comes from data is
escaped here.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from typing import Any

import pandas as pd

from clusterbook.evidence import Case
from clusterbook.evidence.case import compendium_sources
from clusterbook.evidence.dates import read_date
from clusterbook.evidence.gap import Gap
from clusterbook.evidence.plain import records
from clusterbook.evidence.quantity import Quantity
from clusterbook.evidence.sourced import Sourced, ledger_of, note_shown, sourced

from .numbers import number

LISTED = 500
"""Rows of evidence that a table holds; of more the others stand in the ledger alone."""

Needs = tuple[str, Sequence[str]] | None

_TAG = re.compile("<[^>]*>")
STACKED_FROM, LONG = 4, 100
"""Columns of a table, and characters of a row of it, from which on it is too wide for a phone."""


@dataclass(frozen=True)
class Prose:
    """Finished HTML of a chapter: a table, a list, a box."""

    html: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return unescape(_TAG.sub("", self.html))


@dataclass(frozen=True)
class Text:
    """One or more computed sentences, or words within one, as HTML; they can be added."""

    inner: str

    @property
    def html(self) -> str:
        """The paragraph."""
        return f"<p>{self.inner}</p>"

    def __add__(self, other: Text | Gap | None) -> Text:
        return Text(f"{self.inner} {other.inner}") if isinstance(other, Text) else self

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return unescape(_TAG.sub("", self.inner))


class _Parts(string.Formatter):
    """Fills a template: numbers keep their source, all else is escaped."""

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Any) -> Any:
        if key not in kwargs:
            raise LookupError(f"the sentence has the part {{{key}}}, which was not given")
        return kwargs[key]

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        return plural(value, one, many) if bar else html_of(value)


def html_of(value: Any) -> str:
    """Return a value as HTML: sourced numbers keep their source, all else is escaped."""
    if isinstance(value, Text):
        return value.inner
    html = getattr(value, "_repr_html_", None)
    return html() if html else escape(str(value))


def missing(value: Any) -> str | None:
    """Return why a value cannot be told, "" where it is simply not on record, None where it can."""
    if isinstance(value, Quantity):
        return value.why or None
    if value is None or isinstance(value, Gap) or value is pd.NaT:
        return ""
    return "" if isinstance(value, float) and value != value else None


def say(template: str, needs: Needs = None, **parts: Any) -> Text | Gap:
    """Return a sentence with its numbers; where one of its parts is missing, the gap.

    `template` holds parts in braces (`{first}`, `{first.date}`), and words that go with the number
    of one (`{n} {n:row is|rows are}`). `needs` is what is missing then, and the rows that would
    fill it; without `needs` nothing is shown.
    """
    for part in parts.values():
        why = missing(part)
        if why is not None and needs:
            return Gap(f"{needs[0]} ({why})" if why else needs[0], needs[1])
        if why is not None:
            return Gap("")
    return fill(template, **parts)


def fill(template: str, /, **parts: Any) -> Text:
    """Return a sentence of which no part can be missing (see `say`)."""
    return Text(_Parts().format(template, **parts))


def listing(values: Iterable[Any], last: str = "and", mark: str = ",") -> Text | None:
    """Return values as a list in a sentence, "a, b and c", each with its source; None for none."""
    *before, final = [html_of(value) for value in values] or [""]
    if not before:
        return Text(final) if final else None
    return Text(f"{f'{mark} '.join(before)}{'' if mark == ',' else mark} {last} {final}")


def plural(n: float | Quantity, one: str, many: str = "") -> str:
    """Return the word for so many: "row" for 1, else "rows" or what is given."""
    size = n.low if isinstance(n, Quantity) else n
    return one if size == 1 else many or f"{one}s"


def box(finding: Text | Gap | None, evidence: Text | Gap | None, doubt: Text | Gap | None) -> Any:
    """Return the box that opens a chapter: what it finds, on what evidence, with what doubt.

    A line that cannot be told is left out; without a finding, its gap.
    """
    lines = [("Finding", finding), ("Evidence", evidence), ("Doubt", doubt)]
    told = [
        f"<dt>{head}</dt><dd>{line.inner}</dd>" for head, line in lines if isinstance(line, Text)
    ]
    if not told:
        return finding
    return Prose(f'<dl class="cb-box">{"".join(told)}</dl>')


def answer(*sentences: Text | Gap | None) -> Prose:
    """Return sentences as the answer that opens a page about the book itself."""
    told = " ".join(one.inner for one in sentences if isinstance(one, Text))
    return Prose(f'<div class="cb-answer"><p>{told}</p></div>')


def bullets(*items: Text | Gap | str | None) -> Prose | Gap:
    """Return a list of sentences; those that cannot be told are left out."""
    told = [html_of(item) for item in items if item and not isinstance(item, Gap)]
    return Prose(f"<ul>{''.join(f'<li>{item}</li>' for item in told)}</ul>") if told else Gap("")


def table(
    rows: pd.DataFrame,
    caption: str,
    columns: Mapping[str, str] | None = None,
    needs: Needs = None,
    most: int = 0,
    fold: str = "",
    digits: int | None = None,
    by: str = "",
) -> Prose | Gap:
    """Return a frame as a table: quantities and sourced words keep their source, texts are escaped.

    `columns` names the columns shown and their heads, all where left out; `cited` is made, where
    the frame has none: who says it, leading to the row. More than `most` rows (0: all) open under
    the words `fold`, or those of each value of the column `by` under that value. Plain numbers are
    given with `digits`. Without a row, the gap. The rows, if of evidence, count as shown; of more
    than `LISTED` of these the ledger has the others.
    """
    if rows.empty:
        return Gap(*needs) if needs else Gap("")
    others = rows.iloc[LISTED:] if "anchor" in rows else rows.iloc[:0]
    if "anchor" in rows:
        rows = rows.iloc[:LISTED]
        note_shown(rows["anchor"])
    first = rows.iloc[: most or len(rows)]
    rest = rows.iloc[len(first) :]
    made = _table(first, caption, columns, digits).html
    parts = list(rest.groupby(by, sort=False)) if by else [("", rest)] if len(rest) else []
    for name, part in parts:
        words = f"{name} ({len(part)})" if by else fold or f"{len(part)} more"
        more = _table(part, str(name) or fold or caption, columns, digits).html
        made += f'<details class="cb-more-rows"><summary>{escape(words)}</summary>{more}</details>'
    if len(others):
        href = f"{ledger_of(others.iloc[0])}#{others['anchor'].iloc[0]}"
        made += f'<p><a href="{escape(href)}">{len(others):,} more in the ledger</a>.</p>'
    return Prose(made)


def _table(
    rows: pd.DataFrame, caption: str, columns: Mapping[str, str] | None, digits: int | None
) -> Prose:
    shown = columns or {str(name): str(name) for name in rows if name != "anchor"}
    if "cited" in shown and "cited" not in rows:
        rows = rows.assign(cited=cited(rows))
    part = rows[list(shown)].astype(object)
    cells = part.where(part.notna(), "–").to_numpy(dtype=object).tolist()
    if digits is not None:
        cells = [[number(c, digits) if isinstance(c, float) else c for c in row] for row in cells]
    return grid(list(shown.values()), cells, caption)


def grid(head: Sequence[str], rows: Iterable[Sequence[Any]], caption: str) -> Prose:
    """Return an HTML table of cells; sourced numbers and `Text` keep their form.

    All else is escaped. One with long rows becomes, on a phone, a list of them.
    """
    shown = [[html_of(cell) for cell in cells] for cells in rows]
    long = any(len(_TAG.sub("", "".join(cells))) > LONG for cells in shown)
    stacks = long and len(head) >= STACKED_FROM
    named = [f' data-th="{escape(h)}"' if stacks and h else "" for h in head]
    body = "".join(
        f"<tr>{''.join(f'<td{h}>{c}</td>' for h, c in zip(named, cells, strict=True))}</tr>"
        for cells in shown
    )
    kind = "cb-table cb-stack" if stacks else "cb-table"
    return Prose(framed(head, body, caption, f'class="{kind}"'))


def framed(head: Sequence[str], body: str, caption: str, named: str, about: str = "") -> str:
    """Return a table of finished rows in a frame that scrolls and says what it is `about`."""
    heads = "".join(f'<th scope="col">{escape(h)}</th>' for h in head)
    region = f'role="region" aria-label="{escape(about or caption)}"'
    return (
        f'<div class="cb-scroll" tabindex="0" {region}>'
        f"<table {named}><caption>{escape(caption)}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def told(rows: pd.DataFrame) -> Prose | Gap:
    """Return rows of `analysis.on_record` as a list in words: what, which part, how much, who."""
    items = zip(rows["what"], rows["tier"], rows["q"], rows["date_words"], cited(rows), strict=True)
    return bullets(*(
        say("{what}{part}: {q}{date} ({who})", what=what, part=f" ({part})" if part else "", q=q,
            date=f", {date}" if date else "", who=who)
        for what, part, q, date, who in items
    ))  # fmt: skip


def foremost(rows: pd.DataFrame, most: int = 2) -> Text | None:
    """Return the first dated rows of `analysis.on_record` in a sentence, the better grade first.

    They do not count as shown by that, for a picture or a list below it holds them.
    """
    dated = rows.dropna(subset="year").sort_values("grade", kind="stable").head(most)
    said = [
        say("{what}{part}: {amount}, {date}", what=row.name, date=row.date_words,
            part=f" ({row.tier})" if row.tier else "", amount=replace(row.q.amount, anchors=()))
        for row in dated.rename_axis("at").itertuples()
    ]  # fmt: skip
    return Text(f"On record: {'; '.join(map(html_of, said))}.") if said else None


def cited(rows: pd.DataFrame) -> pd.Series:
    """Return a column of citations that lead to each row, "Shen 2010 (B)"; one a row."""
    words = rows["cite"] + " (" + rows["grade"] + ")"
    made = [sourced(row, text=text) for row, text in zip(records(rows), words, strict=True)]
    return pd.Series(made, rows.index, dtype=object)


def fact(case: Case, name: str) -> Sourced | None:
    """Return an attribute of the cluster in words with its source; None where it is not given."""
    rows = case.facts[case.facts["field"] == name]
    if rows.empty:
        return None
    row = records(rows)[0]
    dated = name in ("built", "opened")
    said = read_date(row["value"]).words if dated else row["value"].replace("_", " ")
    return sourced(row, text=said)


def source(case: Case | None, key: str) -> Sourced:
    """Return a source's label, leading to its entry; the key is the cluster's, its city's or ours.

    On a page about no cluster (None) it is ours. Raises `KeyError` for a key that is in no list.
    """
    one = (case.all_sources if case else compendium_sources())[key]
    return Sourced(one.label, f"{one.title}, grade {one.grade}", one.href)
