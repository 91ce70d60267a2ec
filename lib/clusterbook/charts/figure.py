"""A finished chart: two layouts, its words, its rows and their sources.

In a notebook it shows as a picture with its title and sources, in every front end. In the book's
build it shows as a Vega-Lite specification; what belongs around the picture travels in the
specification's `usermeta`, and the build makes the figure from it.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Any, TypeAlias

import altair as alt
import pandas as pd

from clusterbook.evidence.gap import Gap
from clusterbook.evidence.plain import Row, records
from clusterbook.evidence.quantity import under
from clusterbook.evidence.sourced import AFAR, ledger_of, note_shown, sourced
from clusterbook.evidence.vocabulary import GRADE

from .labels import place_in
from .theme import IN_BOOK, LIGHT, NARROW, WIDE, config, live, picture

MIME = "application/vnd.vegalite.v6+json"
"""The type of a chart's output; Altair's own name for it is not accepted by nbformat."""

CSV_COLUMNS = (
    "cluster_name", "indicator", "segment", "date", "value", "value_upper", "unit", "qualifier",
    "title", "kind", "name", "audience", "programme", "audience_mode", "decision_level", "scheme",
    "phase", "id", "code", "statement", "valence", "dimension", "scope", "source", "grade",
    "locator", "via", "note", "anchor", "stands_for", "least", "most",
)  # fmt: skip

_WORDS = ("amount", "title", "statement", "name", "value", "label")
"""Columns that tell what a row is, the first that it has."""

Draw: TypeAlias = Any | Callable[[int], Any]


def figure(
    chart: Draw,
    rows: pd.DataFrame,
    name: str,
    title: str,
    subtitle: str = "",
    note: str = "",
    needs: tuple[str, Sequence[str]] | None = None,
    table: pd.DataFrame | None = None,
    said: str = "",
) -> Figure | Alone | Gap:
    """Return a chart with its title, sources and downloads; one row in words; without rows the gap.

    `chart` is an Altair chart, or a function from a width in pixels to one, so that the narrow
    layout can be another; it is called only where there are `rows`. `name` is [a-z0-9-]+, once a
    page. `subtitle` may hold coloured words, written `[named tiers](economic)`. `needs` is what is
    missing without rows, and the rows that would fill it. `table` is what is offered as CSV where
    that is not the rows. `said` describes the picture for those who cannot see it; where left out
    the rows are read out.
    """
    if "stands_for" in rows and (many := rows["stands_for"].sum()):
        reach = ", with the range from the least to the most" if "least" in rows else ""
        subtitle += f" Of {many:,.0f} values the middle one of each year and part is shown{reach}."
    if len(rows) == 1 and "anchor" in rows:
        return Alone(title, rows.iloc[0])
    if len(rows):
        return Figure(
            name, title, subtitle, said or f"{title}. {_read_out(rows)}", chart, rows, note, table
        )
    return Gap(*needs) if needs else Gap("")


def _read_out(rows: pd.DataFrame, most: int = 40) -> str:
    """Return rows in words, for a description: date and value, title or statement."""
    what = next((column for column in _WORDS if column in rows), None)
    if what is None:
        return ""
    dates = rows["date_words"] if "date_words" in rows else [""] * len(rows)
    several = "cluster_name" in rows and rows["cluster_name"].nunique() > 1
    places = rows["cluster_name"] + ", " if several else [""] * len(rows)
    said = [
        f"{place}{date}: {words}" if date else f"{place}{words}"
        for place, date, words in zip(places, dates, rows[what], strict=True)
    ]
    more = f"; and {len(said) - most} more" if len(said) > most else ""
    return "; ".join(said[:most]) + more


@dataclass(frozen=True)
class Alone:
    """One row of evidence in words, where a picture would have a single mark."""

    title: str
    row: pd.Series

    def _repr_html_(self) -> str:
        # a row of several tables put together has no value, which is no text, for some columns
        named = ((c, self.row.get(c)) for c in (*_WORDS, "tier", "date_words"))
        texts = {c: cell for c, cell in named if isinstance(cell, str)}
        what = next((texts[c] for c in _WORDS if texts.get(c)), "")
        words = [what, texts.get("tier"), texts.get("date_words")]
        cited = sourced(self.row, text=f"{self.row['cite']} ({self.row['grade']})")
        told = ", ".join(escape(part) for part in words if part)
        return f"<p>{escape(self.title)}: {told} ({cited._repr_html_()}).</p>"

    def __repr__(self) -> str:
        return unescape(re.sub("<[^>]+>", "", self._repr_html_()))


@dataclass(frozen=True)
class Figure:
    """A chart as a reader sees it; `draw` gives it for a width (see `figure`)."""

    name: str
    title: str
    subtitle: str
    description: str
    draw: Draw
    rows: pd.DataFrame
    note: str = ""
    table: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9-]+", self.name):
            raise ValueError(f"a figure's name is [a-z0-9-]+, not {self.name!r}")
        if not self.description.strip():
            raise ValueError(f"figure {self.name} needs a description for those who cannot see it")

    def drawn(self, width: int = WIDE) -> Any:
        """Return the Altair chart of one layout."""
        one = self.draw
        return one if hasattr(one, "to_dict") else one(width)

    def specification(self, width: int) -> dict[str, Any]:
        """Return the Vega-Lite specification of one layout, without what stands around it."""
        with alt.utils.schemapi.debug_mode(False):  # charts are validated in tests
            spec = self.drawn(width).to_dict(validate=False)
        spec = finished(spec, width)
        spec["description"] = self.description
        return spec

    def sources(self) -> list[dict[str, str]]:
        """Return the sources of the rows, best grade first: key, label, grade, via, href.

        A source stands once for each grade that its rows have: what it takes from other texts
        (`via`) has the grade of these.
        """
        rows = under(self.rows)
        if not len(rows) or "source" not in rows:
            return []
        via = rows["via"].fillna("") if "via" in rows else ""
        cited = rows.assign(via=via, page=[_source_page(row) for row in records(rows)])
        found = [
            {"key": part["source"].iloc[0], "label": part["label"].iloc[0], "grade": grade,
             "via": ", ".join(filter(None, dict.fromkeys(part["via"]))), "href": page}
            for (page, grade), part in cited.groupby(["page", "grade"], sort=False)
        ]  # fmt: skip
        # a text that several clusters list has a page in each: it is named once
        once = {(s["key"], s["label"], s["grade"], s["via"]): s for s in reversed(found)}
        order = {grade: place for place, grade in enumerate(GRADE)}
        return sorted(once.values(), key=lambda s: (order.get(s["grade"], 9), s["label"]))

    def plotted(self) -> pd.DataFrame:
        """Return the table that is offered as CSV."""
        if self.table is not None:
            return self.table
        return self.rows[[column for column in CSV_COLUMNS if column in self.rows]]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        if "anchor" in self.rows:
            note_shown(under(self.rows)["anchor"])
        words = {
            "name": self.name, "title": self.title, "subtitle": self.subtitle,
            "sources": self.sources(), "rows": len(self.rows), "note": self.note,
        }  # fmt: skip
        if len(every := under(self.rows)) > len(self.rows):
            words["under"] = len(every), f"{ledger_of(every.iloc[0])}#{every['anchor'].iloc[0]}"
        plain = f"{self.title}. {self.description}"
        return _output(words, plain, self.specification, lambda: safe_csv(self.plotted()))


def _output(
    words: dict[str, Any], plain: str, draw: Callable[[int], Any], table: Callable[[], str]
) -> dict[str, Any]:
    """Return the output of a cell: a picture, or in the book's build what it is made of."""
    wide = draw(WIDE)
    if not os.environ.get(IN_BOOK):
        return {"text/html": picture_html(words, picture(json.dumps(wide))), "text/plain": plain}
    wide["usermeta"] = {"clusterbook": words | {"csv": table(), "narrow": draw(NARROW)}}
    return {MIME: json.loads(live(json.dumps(wide))), "text/plain": plain}


def _source_page(row: Row) -> str:
    """Return the place of a row's source: in another cluster where the row leads there."""
    away = ledger_of(row).startswith(AFAR)
    page = f"{AFAR}{row['place']}/sources" if away else "sources.html"
    return f"{page}#src-{row['source']}"


def finished(spec: dict[str, Any], width: int = WIDE) -> dict[str, Any]:
    """Return a specification with the book's configuration, a width, and its labels in place."""
    # the layouts share rows, and labels differ in each; cells like quantities are told in words
    spec = json.loads(json.dumps(spec, default=str))
    single = not any(kind in spec for kind in ("vconcat", "hconcat", "concat", "facet", "repeat"))
    if single and not isinstance(spec.get("width"), int | float):
        spec |= {"width": width, "autosize": {"type": "fit-x", "contains": "padding"}}
        spec.setdefault("height", 320)
    base = config()
    for part, own in spec.get("config", {}).items():
        base[part] = {**base.get(part, {}), **own} if isinstance(own, dict) else own
    spec["config"] = base
    spec.setdefault("autosize", {"type": "pad", "contains": "padding"})
    place_in(spec)
    return spec


def bare(spec: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """Return the output of an Altair chart that a cell shows by itself: a figure without words."""
    title = spec["title"] if isinstance(spec.get("title"), str) else ""
    if title:  # it stands above the picture, as any figure's does
        spec = {part: own for part, own in spec.items() if part != "title"}
    spec = {"description": title or "chart", **spec}
    words: dict[str, Any] = dict.fromkeys(("name", "subtitle", "note"), "")
    words |= {"title": title, "sources": [], "rows": 0}
    return _output(words, "chart", lambda width: finished(spec, width), lambda: "")


alt.renderers.register("clusterbook", bare)
alt.renderers.enable("clusterbook")


def picture_html(words: dict[str, Any], svg: str) -> str:
    """Return a figure as plain HTML with its picture in it: JupyterLab keeps no other."""
    data = base64.b64encode(svg.encode()).decode()
    cited = ", ".join(
        f"{s['label']} ({s['grade']}{', citing ' + s['via'] if s['via'] else ''})"
        for s in words["sources"]
    )
    foot = f"Sources: {escape(cited)}. " if cited else ""
    return (
        f'<figure style="max-width:{WIDE}px"><figcaption>'
        f"<strong>{escape(words['title'])}</strong><br>"
        f"<small>{coloured(words['subtitle'], LIGHT)}</small></figcaption>"
        f'<img alt="{escape(words["title"])}" src="data:image/svg+xml;base64,{data}"><br>'
        f"<small>{foot}{escape(words['note'])}</small></figure>"
    )


_COLOURED = re.compile(r"\[([^\]]+)\]\(([a-z]+)\)")


def coloured(text: str, values: dict[str, str] | None = None) -> str:
    """Return a subtitle as HTML: `[words](token)` in the token's colour, all else escaped.

    With `values` colours stand in the HTML itself, else the page's classes give them.
    """

    def span(match: re.Match[str]) -> str:
        token = match.group(2) if match.group(2) in LIGHT else "ink"
        if values:
            return f'<span style="color:{values[token]};font-weight:600">{match.group(1)}</span>'
        return f'<span class="cb-ink-{token}">{match.group(1)}</span>'

    return _COLOURED.sub(span, escape(text))


def safe_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV in which no cell can start a formula in a spreadsheet."""
    return table.infer_objects().map(_safe).to_csv(index=False, lineterminator="\n")


def _safe(cell: Any) -> Any:
    starts = isinstance(cell, str) and cell != "" and cell[0] in "=+-@\t\r"
    return f"'{cell}" if starts else cell
