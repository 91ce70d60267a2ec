"""The case article's claims by chapter and verdict: one square is one claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from clusterbook.analysis.claims import VERDICTS, Checked, counts
from clusterbook.evidence import Case
from clusterbook.prose.claims import audited

from .figure import Figure
from .pixels import Drawing, Plate
from .theme import WIDE
from .unit_squares import Square, unit_squares

_PAINT = {
    "confirmed": ("ink", "ink"),
    "dated differently": ("muted", "muted"),
    "contradicted": ("strain", "strain"),
    "only source": ("bg", "muted"),
}
_STEP, _COLUMN_GAP, _NAMES = 12.0, 18.0, 106.0


def verdicts(case: Case) -> Figure | None:
    """Return the verdicts on the article's claims by chapter.

    None, so nothing is shown, for a cluster without a list of claims.
    """
    claims = audited(case)
    if not claims:
        return None
    rows = pd.DataFrame([claim.row for claim in claims if claim.row is not None])
    table = pd.DataFrame(
        {
            name: [getattr(claim, name) for claim in claims]
            for name in ("id", "section", "chapter", "claim", "check", "verdict", "note")
        }
    )
    return Figure(
        name="claims",
        title=verdicts_title(claims),
        subtitle=(
            "Claims of the case article by the chapter that checks them and by verdict. "
            "A square is one claim. A text that the article cites is no second voice."
        ),
        description=_described(claims),
        draw=lambda width: _draw(claims, width),
        rows=rows.drop_duplicates("anchor"),
        table=table,
        note="The reason for every verdict stands in the chapter's own table.",
    )


def verdicts_title(claims: Sequence[Checked]) -> str:
    """Return the finding on claims that stand alone or are disputed, else a neutral title."""
    n = len(claims)
    tally = {name: sum(claim.verdict == name for claim in claims) for name in VERDICTS}
    disputed = tally["dated differently"] + tally["contradicted"]
    if tally["only source"] > n / 2:
        alone = tally["only source"]
        return f"{alone} of {n} claims of the article stand in no other source"
    if disputed > tally["confirmed"]:
        return f"Other sources dispute {disputed} of {n} claims of the article"
    if tally["confirmed"] > n / 2:
        return f"Other sources confirm {tally['confirmed']} of {n} claims of the article"
    return f"What other sources say on {n} claims of the article"


def _described(claims: Sequence[Checked]) -> str:
    table = counts(claims)
    parts = [
        f"{chapter}: " + ", ".join(f"{n} {name}" for name, n in row.items() if n)
        for chapter, row in table.iterrows()
    ]
    return f"Verdicts on the article's claims by chapter. {'; '.join(parts)}."


def _draw(claims: Sequence[Checked], width: int) -> Any:
    table = counts(claims)
    wide = width == WIDE
    chapters = list(table.index)
    names = _NAMES if wide else 0.0
    most = {name: int(table[name].max()) for name in VERDICTS}
    room = width - names - 3 * _COLUMN_GAP
    deep = _deep(most, room, wide)
    columns, left = {}, names
    for name in VERDICTS:
        columns[name] = left
        left += max(-(-most[name] // deep) * _STEP, _least(wide)) + _COLUMN_GAP
    band = max(deep * _STEP + 14.0, 30.0) + (0.0 if wide else 18.0)
    squares: list[Square] = []
    plate = Plate(width, 46 + band * len(chapters))
    for name in VERDICTS:
        total = int(table[name].sum())
        plate.text(columns[name], 8, str(total), "ink", 15, bold=True)
        label = name if wide else {"dated differently": "dated", "only source": "no other"}.get(
            name, name
        )  # fmt: skip
        plate.text(columns[name], 25, label, "muted", 11)
        if not wide and name in ("dated differently", "only source"):
            plate.text(columns[name], 38, name.split()[1] if "dated" in name else "source",
                        "muted", 11)  # fmt: skip
    for place, chapter in enumerate(chapters):
        top = 46 + band * place
        if place or not wide:
            plate.rule(0, top - 2, width, top - 2)
        head = top + (band / 2 - 2 if wide else 12)
        plate.text(0, head, str(chapter).capitalize(), "ink", 13 if wide else 12, bold=True)
        first = top + (band / 2 - 2 - (deep - 1) * _STEP / 2 if wide else 24 + _STEP / 2)
        for name in VERDICTS:
            part = [c for c in claims if c.chapter == chapter and c.verdict == name]
            for number, claim in enumerate(part):
                column, row = divmod(number, deep)
                x, y = columns[name] + (column + 0.5) * _STEP, first + row * _STEP
                squares.append((x, y, name, f"{claim.claim} {claim.section}: {claim.verdict}"))
    spec = plate.drawing().to_dict()
    layer = unit_squares(squares, _PAINT, _STEP - 2.8, width, plate.height)
    return Drawing({**spec, "layer": [*spec["layer"], layer]})


def _deep(most: dict[str, int], room: float, wide: bool) -> int:
    """Return the least number of squares that a column is deep for all columns to fit."""
    for deep in range(1, 12):
        if sum(max(-(-n // deep) * _STEP, _least(wide)) for n in most.values()) <= room:
            return deep
    return 12


def _least(wide: bool) -> float:
    """Return the width that the words over a column need."""
    return 96.0 if wide else 60.0
