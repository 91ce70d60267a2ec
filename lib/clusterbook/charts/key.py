"""The keys under pictures: the grades that occur, colours, squares, special marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from clusterbook.evidence.vocabulary import GRADE

from .pixels import Plate, token_of


def grade_key(
    plate: Plate, rows: pd.DataFrame, y: float, colours: Sequence[tuple[str, str]] | None = None
) -> float:
    """Write the key of grades and colours at `y`; return where the next line may stand.

    `colours` are words and tokens; unless given they are the dimensions that occur.
    """
    if colours is None:
        colours = [(word, token_of(word)) for word in sorted(set(rows["dimension"]))]
    x = plate.text(0, y, "source grade", "muted", 11) + 12
    for grade in [g for g in GRADE if (rows["grade"] == g).any()]:
        plate.disc(x, y, grade, "muted", size=80)
        x = plate.text(x + 9, y, grade, "muted", 11) + 14
    x += 6
    for word, token in colours:
        if x + 12 + 6.5 * len(word) > plate.width:
            x, y = 0.0, y + 18
        plate.rect(x, y - 4.5, x + 9, y + 4.5, token)
        x = plate.text(x + 14, y, word, token, 11, bold=True) + 14
    return y + 18


def squares_key(plate: Plate, dimensions: Iterable[str], y: float, wide: bool) -> None:
    """Write the key of squares: the dimensions that occur, inside and towards the city."""
    x = 0.0
    for dimension in sorted(set(dimensions)):
        plate.square(x + 6, y, 9, dimension, "internal")
        x = plate.text(x + 16, y, dimension, token_of(dimension), 11, bold=True) + 16
    if not wide:
        x, y = 0.0, y + 19
    for scope, word in (("internal", "inside the cluster"), ("external", "towards the city")):
        plate.square(x + 6, y, 9, "context", scope)
        x = plate.text(x + 16, y, word, "muted", 11) + 16
