"""The case article's claims by chapter and verdict: one square is one claim."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clusterbook.analysis.claims import claims_of, counts
from clusterbook.evidence import Case
from clusterbook.evidence.plain import entries
from clusterbook.evidence.rules_claims import COMPARED, NOT_CHECKED, NOT_FOUND, VERDICTS

from .figure import Figure
from .pixels import Drawing, Plate
from .theme import WIDE
from .unit_squares import Square, unit_squares

_PAINT = {
    "confirmed": ("ink", "ink"),
    "dated differently": ("muted", "muted"),
    "contradicted": ("strain", "strain"),
    NOT_FOUND: ("bg", "muted"),
    NOT_CHECKED: ("bg", "stable"),
}
_HEAD = {NOT_FOUND: "not found"}
_STEP, _COLUMN_GAP, _NAMES = 12.0, 18.0, 106.0


def verdicts(case: Case) -> Figure | None:
    """Return the verdicts on the article's claims by chapter.

    None, so nothing is shown, for a cluster without a list of claims.
    """
    claims = claims_of(case)
    if claims.empty:
        return None
    rows = pd.DataFrame([row for row in claims["row"] if row is not None])
    return Figure(
        name="claims",
        title=verdicts_title(claims),
        subtitle=(
            "Claims of the case article by the chapter that checks them and by verdict. "
            "A square is one claim. A text that the article cites is no second voice, and what "
            "was not found in this search may still be true."
        ),
        description=_described(claims),
        draw=lambda width: _draw(claims, width),
        rows=rows.drop_duplicates("anchor"),
        table=claims.drop(columns=["row", "against", "nearest"]),
        note="The reason for every verdict stands in the chapter's own table.",
    )


def verdicts_title(claims: pd.DataFrame) -> str:
    """Return how many claims could be compared and how many of these stood, else neutrally."""
    compared = claims[claims["verdict"].isin(COMPARED)]
    stood = int((compared["verdict"] == "confirmed").sum())
    if stood and stood < len(compared) < len(claims):
        return (
            f"{len(compared)} of {len(claims)} claims of the article could be compared; "
            f"{stood} of them are confirmed"
        )
    return f"What other texts say on {len(claims)} claims of the article"


def _described(claims: pd.DataFrame) -> str:
    table = counts(claims)
    parts = [
        f"{chapter}: " + ", ".join(f"{n} {name}" for name, n in row.items() if n)
        for chapter, row in table.iterrows()
    ]
    return f"Verdicts on the article's claims by chapter. {'; '.join(parts)}."


def _draw(claims: pd.DataFrame, width: int) -> Any:
    table = counts(claims)
    wide = width == WIDE
    chapters = list(table.index)
    names = _NAMES if wide else 0.0
    shown = [name for name in VERDICTS if table[name].any()]
    most = {name: int(table[name].max()) for name in shown}
    room = width - names - (len(shown) - 1) * _COLUMN_GAP
    deep = _deep(most, room, wide)
    columns, left = {}, names
    for name in shown:
        columns[name] = left
        left += max(-(-most[name] // deep) * _STEP, _least(wide)) + _COLUMN_GAP
    band = max(deep * _STEP + 14.0, 30.0) + (0.0 if wide else 18.0)
    squares: list[Square] = []
    plate = Plate(width, 46 + band * len(chapters))
    for name in shown:
        total = int(table[name].sum())
        plate.text(columns[name], 8, str(total), "ink", 15, bold=True)
        label = _HEAD.get(name, name)
        lines = [label] if wide else label.split()
        for line, text in enumerate(lines):
            plate.text(columns[name], 25 + 13 * line, text, "muted", 11)
    for place, chapter in enumerate(chapters):
        top = 46 + band * place
        if place or not wide:
            plate.rule(0, top - 2, width, top - 2)
        head = top + (band / 2 - 2 if wide else 12)
        plate.text(0, head, str(chapter).capitalize(), "ink", 13 if wide else 12, bold=True)
        first = top + (band / 2 - 2 - (deep - 1) * _STEP / 2 if wide else 24 + _STEP / 2)
        for name in shown:
            part = [c for c in entries(claims) if c.chapter == chapter and c.verdict == name]
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
