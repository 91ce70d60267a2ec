"""The sources of a cluster: when they appeared and how good they are, and what they speak of."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clusterbook.analysis.source_counts import by_kind, by_source, grade_counts, largest_share
from clusterbook.evidence import Case
from clusterbook.evidence.vocabulary import GRADE, GRADE_WORDS
from clusterbook.prose.gap import Gap
from clusterbook.prose.ledger import own_rows

from .figure import Figure
from .labels import text_width, years_between
from .pixels import Drawing, Plate
from .theme import WIDE

KIND_WORDS = {
    "peer_reviewed": "peer-reviewed", "official": "official", "press": "press", "thesis": "thesis",
    "book": "book", "operator": "operator", "encyclopedia": "encyclopedia",
    "travel": "travel guide", "blog": "blog, promotion",
}  # fmt: skip
_NEEDED = ["observations.csv, events.csv, initiatives.csv, findings.csv: any row with its source"]
_STEP = 13.0


def sources_by_year(case: Case) -> Figure | Gap:
    """Return the sources of the cluster's own rows by year and grade; a gap without a row."""
    rows = own_rows(case)
    if rows.empty:
        return Gap("any source", _NEEDED)
    table = by_source(rows, case.all_sources)
    return Figure(
        name="sources-by-year",
        title=sources_title(table),
        subtitle=(
            f"Sources of the rows on {case.name} itself, by the year in which they appeared. "
            "A disc is one source; its filling is the grade."
        ),
        description=_years_described(case.name, table),
        draw=lambda width: _draw_years(table, width),
        rows=rows,
        table=table.assign(year=table["year"].astype("Int64")),
        note="A source without a year stands in the gutter. ",
    )


def sources_title(table: pd.DataFrame) -> str:
    """Return the finding on the grades of the sources, else a neutral title."""
    n, counts = len(table), grade_counts(table)
    best, weak = counts.get("A", 0), counts.get("C", 0) + counts.get("D", 0)
    if n >= 5 and best * 4 <= n:
        first = f"{best or 'None'} of {n} sources {'is' if best < 2 else 'are'} of the best grade"
        if weak * 3 >= n:
            return f"{first}, and {weak} are of the weak grades C and D"
        return first
    if n >= 5 and best * 2 > n:
        return f"{best} of {n} sources are of the best grade"
    return f"When the {n} sources appeared, and how good they are" if n > 1 else "The one source"


def _years_described(name: str, table: pd.DataFrame) -> str:
    grades = ", ".join(f"{n} of grade {grade}" for grade, n in grade_counts(table).items())
    dated = table["year"].dropna()
    span = f" from {int(dated.min())} to {int(dated.max())}" if len(dated) else ""
    none = int(table["year"].isna().sum())
    return f"{len(table)} sources on {name}{span}: {grades}; {none} without a year."


def _draw_years(table: pd.DataFrame, width: int) -> Drawing:
    wide = width == WIDE
    dated, undated = table[table["year"].notna()], table[table["year"].isna()]
    highest = int(dated["year"].value_counts().max()) if len(dated) else 1
    columns = 0 if undated.empty else max(1, -(-len(undated) // max(6, highest)))
    gutter = 0.0 if undated.empty else max(64.0, columns * _STEP + 12)
    deep = max(highest, -(-len(undated) // max(1, columns)), 3)
    top, base = 26.0, 26.0 + deep * _STEP + 6
    plate = Plate(width, base + 48)
    plot = width - gutter - (14 if gutter else 0)
    if len(dated):
        _years(plate, dated, plot, base, wide)
    if gutter:
        left = width - gutter
        plate.rect(left, top - 8, width, base + 2, "band", level=0)
        plate.text(left + gutter / 2, base + 14, "no year", "muted", 11, align="center")
        ordered = undated.sort_values(["grade", "label"]).to_dict("records")
        for place, row in enumerate(ordered):
            across, up = divmod(place, deep)
            x = left + 6 + _STEP / 2 + across * _STEP
            _disc(plate, row, x, base - _STEP / 2 - up * _STEP)
    _key(plate, table, base + 38, wide)
    return plate.drawing()


def _years(plate: Plate, dated: pd.DataFrame, plot: float, base: float, wide: bool) -> None:
    first, last = int(dated["year"].min()), int(dated["year"].max())
    step = min(30.0, (plot - 30) / max(1, last - first + 1))
    left = 15.0

    def at(year: float) -> float:
        return left + (year - first + 0.5) * step

    end = at(last) + step / 2
    plate.rule(left, base, max(end, left + 60), base, "faint")
    for year in years_between(first, last, 8 if wide else 5):
        plate.text(at(year), base + 14, str(int(year)), "muted", 11, align="center")
    carrier = dated.iloc[0] if largest_share(dated) >= 0.25 else None
    carrying = dated["source"] == (carrier["source"] if carrier is not None else "")
    ordered = dated.assign(carrying=carrying).sort_values(["carrying", "grade", "label"])
    for year, part in ordered.groupby("year"):
        for place, row in enumerate(part.to_dict("records")):
            _disc(plate, row, at(float(str(year))), base - _STEP / 2 - place * _STEP, step)
    if carrier is not None:
        stack = int((dated["year"] == carrier["year"]).sum())
        words = f"{carrier['label']}: {carrier['rows']} rows"
        right = at(carrier["year"]) + step / 2
        plate.text(
            max(right, text_width(words, 12, True)), base - stack * _STEP - 14, words, "ink", 12,
            bold=True, align="right",
        )  # fmt: skip


def _disc(plate: Plate, row: Any, x: float, y: float, room: float = _STEP) -> None:
    size = 78.0 if room >= 11 else 50.0
    rows = f"{row['rows']} {'row' if row['rows'] == 1 else 'rows'}"
    tip = {"source": row["label"], "title": row["title"], "rows": rows,
           "grade": f"{row['grade']}: {GRADE_WORDS.get(row['grade'], '')}"}  # fmt: skip
    plate.disc(x, y, row["grade"], "ink", tip, size)


def _key(plate: Plate, table: pd.DataFrame, y: float, wide: bool) -> None:
    x = 0.0
    for grade in GRADE:
        n = int((table["grade"] == grade).sum())
        if not n:
            continue
        plate.disc(x + 7, y, grade, "muted", size=78)
        x = plate.text(x + 18, y, f"grade {grade}: {n}", "muted", 11) + (22 if wide else 12)


def rows_by_kind(case: Case) -> Figure | Gap:
    """Return rows of the cluster by kind of source and dimension; a gap without a row."""
    rows = own_rows(case)
    if rows.empty:
        return Gap("any source", _NEEDED)
    table, counts = by_source(rows, case.all_sources), by_kind(rows, case.all_sources)
    return Figure(
        name="rows-by-kind",
        title=kinds_title(table, counts),
        subtitle=(
            f"Rows on {case.name} itself by kind of source and dimension. "
            "Context are rows on another place or on the industrial past."
        ),
        description=_kinds_described(case.name, counts),
        draw=lambda width: _draw_kinds(counts, width),
        rows=rows,
        table=counts.reset_index(),
        note="Rows depend on how finely a source was read: they show reach, not weight. ",
    )


def kinds_title(table: pd.DataFrame, counts: pd.DataFrame) -> str:
    """Return the finding on what one source or one kind of source gives, else a neutral title."""
    total, first = int(table["rows"].sum()), table.iloc[0]
    if len(table) > 1 and largest_share(table) >= 1 / 3:
        share = round(100 * largest_share(table))
        return f"One source, {first['label']}, gives {share}% of the {total} rows"
    kinds = counts.sum(axis=1).sort_values(ascending=False, kind="stable")
    if len(kinds) > 1 and kinds.iloc[0] * 2 > total:
        share = round(100 * int(kinds.iloc[0]) / total)
        return f"{_words(kinds.index[0]).capitalize()} sources give {share}% of the {total} rows"
    return f"What kinds of source the {total} rows come from"


def _words(kind: str) -> str:
    return KIND_WORDS.get(kind, kind.replace("_", " "))


def _kinds_described(name: str, counts: pd.DataFrame) -> str:
    parts = [
        f"{_words(kind)}: " + ", ".join(f"{n} {dimension}" for dimension, n in row.items() if n)
        for kind, row in counts.iterrows()
    ]
    return f"Rows on {name} by kind of source. {'; '.join(parts)}."


def _draw_kinds(counts: pd.DataFrame, width: int) -> Drawing:
    wide = width == WIDE
    names = 122.0 if wide else 0.0
    band = 28.0 if wide else 46.0
    head = 30.0 if wide else 38.0
    column = (width - names) / len(counts.columns)
    plate = Plate(width, head + band * len(counts) + 4)
    room = column - (30.0 if wide else 20.0)
    scale = room / max(1, int(counts.to_numpy().max()))
    for across, dimension in enumerate(counts.columns):
        ink = "muted" if dimension == "context" else dimension
        lines = [dimension] if wide else _BROKEN.get(dimension, [dimension])
        plate.lines(names + across * column, 8, lines, 12 if wide else 11, ink=ink, bold=True)
    for down, (kind, row) in enumerate(counts.iterrows()):
        top = head + band * down
        plate.rule(0, top - 4, width, top - 4)
        y = top + (band - 8) / 2 if wide else top + 28
        plate.text(0, y if wide else top + 9, _words(str(kind)), "ink", 12, bold=not wide)
        for across, (dimension, n) in enumerate(row.items()):
            x = names + across * column
            if not n:
                plate.text(x, y, "0", "muted", 11)
                continue
            ink = "muted" if dimension == "context" else str(dimension)
            tip = {"kind": _words(str(kind)), "dimension": str(dimension), "rows": str(n)}
            end = x + max(2.0, n * scale)
            plate.rect(x, y - 6, end, y + 6, ink, tip=tip)
            plate.text(end + 5, y, str(n), "ink", 11)
    return plate.drawing()


_BROKEN = {"environmental": ["environ-", "mental"], "governance": ["govern-", "ance"]}
"""How long names are broken over two lines in the narrow layout."""
