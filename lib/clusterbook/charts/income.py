"""Streams of income that the evidence shows, by phase: one square is one showing."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clusterbook.analysis import income
from clusterbook.evidence import Case
from clusterbook.evidence.plain import entries, records
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import text_width, wrap
from .pixels import Drawing, Plate, tip_of
from .theme import WIDE

CELL = 13.0


def income_streams(case: Case) -> Figure | Gap:
    """Return the chart of streams by phase, or the data gap where nothing shows a stream."""
    placed, scheme = income.placed_of_case(case)
    if placed.empty:
        return Gap(
            "what the cluster lives on",
            ["findings.csv: category revenue-diversification, rental-strategy or brand-export",
             "events.csv or initiatives.csv: programmes, markets, further sites"],
        )  # fmt: skip
    columns = _columns(placed, scheme)
    measures = income.diversity(placed)
    once = placed.drop_duplicates("anchor")
    return Figure(
        name="income-streams",
        title=income_title(case.name, measures, scheme),
        subtitle=(
            "Streams of income by phase of the business. A [full square](economic) is an event, a "
            "programme or an indicator that shows the stream, a hollow one a claim that names it. "
            "Squares say that a stream exists, not what it yields."
        ),
        description=_described(case.name, placed, columns),
        draw=lambda width: _draw(placed, columns, measures, width),
        rows=once,
        note=(
            "Coded by a rule on categories, indicators and words, "
            "so a stream may be missed or misread."
        ),
        table=placed[
            ["phase", "stream", "shown_by", "text", "date_words", "source", "grade", "anchor"]
        ],
    )


def income_title(name: str, measures: pd.DataFrame, scheme: pd.DataFrame) -> str:
    """Return the finding on the streams of the first and last phase, else a neutral title.

    Columns in: those of `income.diversity`; scheme: phase,
    phase_label.
    """
    if len(measures) < 2 or scheme.empty:
        return f"Streams of income on record at {name}"
    labels = dict(zip(scheme["phase"], scheme["phase_label"], strict=True))
    first, last = measures.iloc[0], measures.iloc[-1]
    if first["streams"] == last["streams"]:
        return f"Streams of income on record at {name}, by phase"
    moves = "widens" if last["streams"] > first["streams"] else "narrows"
    return (
        f"From {labels[first['phase']]} to {labels[last['phase']]} the income on record at {name} "
        f"{moves} from {_streams(first['streams'])} to {last['streams']}"
    )


def _streams(count: int) -> str:
    return f"{count} {'stream' if count == 1 else 'streams'}"


def _columns(placed: pd.DataFrame, scheme: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return key, head and dates of each column that has a showing."""
    known = [(r.phase, r.phase_label, r.date_words) for r in entries(scheme)] or [
        ("all", "all dated rows", "")
    ]
    wanted = [("before", "before", ""), *known, ("", "no year given", "")]
    seen = set(placed["phase"]) | {key for key, _, _ in known}
    return [column for column in wanted if column[0] in seen]


def _described(name: str, placed: pd.DataFrame, columns: list[tuple[str, str, str]]) -> str:
    lines = []
    for key, head, _ in columns:
        counts = placed.loc[placed["phase"] == key, "stream"].value_counts()
        said = ", ".join(
            f"{stream.label} {counts[stream.name]}"
            for stream in income.STREAMS
            if stream.name in counts
        )
        lines.append(f"{head}: {said or 'none'}")
    return f"Showings of streams of income at {name} by phase. {'; '.join(lines)}."


def _draw(
    placed: pd.DataFrame, columns: list[tuple[str, str, str]], measures: pd.DataFrame, width: int
) -> Drawing:
    wide = width == WIDE
    names = 168.0 if wide else 92.0
    across = (width - names) / len(columns)
    fit = max(1, int((across - 12) / CELL))
    streams = [s for s in income.STREAMS if (placed["stream"] == s.name).any()]
    heads = [_head(head, across - 10, 12 if wide else 11) for _, head, _ in columns]
    dates = [wrap(date, across - 8, 11) for _, _, date in columns]
    top = 14.0 + 15 * max(len(a) + len(b) for a, b in zip(heads, dates, strict=True)) + 6
    cells: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for record in records(placed):
        cells.setdefault((record["stream"], record["phase"]), []).append(record)
    rows = []
    for stream in streams:
        most = max(len(cells.get((stream.name, key), [])) for key, _, _ in columns)
        label = wrap(stream.label, names - 10, 12 if wide else 11.5, True)
        rows.append((stream, label, max(14.0 * len(label), CELL * -(-most // fit)) + 14))
    height = top + sum(row[2] for row in rows) + (48 if wide else 58)
    plate = Plate(width, height)
    for place, (head, date) in enumerate(zip(heads, dates, strict=True)):
        x = names + place * across
        y = plate.lines(x, 10, head, 12 if wide else 11, bold=True)
        if date and date != [""]:
            plate.lines(x, y + 1, date, 11, ink="muted")
    y = top
    for stream, label, tall in rows:
        plate.rule(1, y - 6, width - 1, y - 6)
        plate.lines(0, y + 6, label, 12 if wide else 11.5, bold=True, ink="economic")
        for place, (key, _, _) in enumerate(columns):
            for number, row in enumerate(cells.get((stream.name, key), [])):
                px = names + place * across + (number % fit + 0.5) * CELL
                py = y + 6 + (number // fit) * CELL
                _square(plate, px, py, row)
        y += tall
    plate.rule(1, y - 6, width - 1, y - 6, "faint")
    words = ["effective number", "of streams (N1)"] if wide else ["effective", "number (N1)"]
    plate.lines(0, y + 8, words, 11, ink="muted")
    found = measures.set_index("phase")
    for place, (key, _, _) in enumerate(columns):
        x = names + place * across
        if key in found.index:
            row = found.loc[key]
            plate.text(x, y + 8, f"{row['N1']:.1f}", "ink", 13, bold=True)
            of = [f"of {int(row['streams'])}", f"{int(row['showings'])} rows"]
            plate.lines(x, y + 24, [", ".join(of)] if wide else of, 11, ink="muted")
    return plate.drawing()


def _head(text: str, width: float, size: float) -> list[str]:
    """Return a head in lines; a word too wide for its column breaks at its hyphen."""
    words = [
        word.replace("-", "- ") if text_width(word, size, True) > width else word
        for word in text.split(" ")
    ]
    return wrap(" ".join(words), width, size, True)


def _square(plate: Plate, x: float, y: float, row: dict[str, Any]) -> None:
    tip = {"shows it": f"{row['shown_by']}: {row['text']}"} | tip_of(row)
    fill = "bg" if row["shown_by"] == "claim" else "economic"
    plate.symbol(x, y, "square", 90, fill, "economic", 1.5, tip=tip)
