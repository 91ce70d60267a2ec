"""The key under a picture: the grades that occur, and what colours mean."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from clusterbook.evidence.vocabulary import GRADE

from .marks import HALF
from .sheet import Sheet, token_of


def grade_key(
    sheet: Sheet, rows: pd.DataFrame, y: float, colours: Sequence[tuple[str, str]] | None = None
) -> float:
    """Write the key of grades and colours at `y`; return where the next line may stand.

    `colours` are words and tokens; unless given they are the dimensions that occur.
    """
    if colours is None:
        seen = sorted(set(rows["dimension"]))
        colours = [(word, token_of(word)) for word in seen]
    x = sheet.text(0, y, "source grade", "muted", 11) + 12
    for grade in [g for g in GRADE if (rows["grade"] == g).any()]:
        sheet.symbol(x, y, "circle", 80, "muted" if grade == "A" else "bg", "muted", 2,
                     [2, 2] if grade == "D" else [])  # fmt: skip
        if grade == "B":
            sheet.symbol(x, y, HALF, 72, "muted")
        x = sheet.text(x + 9, y, grade, "muted", 11) + 14
    x += 6
    for word, token in colours:
        if x + 12 + 6.5 * len(word) > sheet.width:
            x, y = 0.0, y + 18
        sheet.rect(x, y - 4.5, x + 9, y + 4.5, token)
        x = sheet.text(x + 14, y, word, token, 11, bold=True) + 14
    return y + 18
