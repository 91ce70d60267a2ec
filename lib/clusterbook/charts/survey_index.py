"""The local index of each park: over all and by factor, with intervals."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from clusterbook.prose.survey_study import NotComputed, told

from .figure import Figure
from .pixels import DIAMOND, Drawing, Plate, fit
from .survey_answers import NO_ROWS, offered
from .theme import WIDE

if TYPE_CHECKING:
    from clusterbook.analysis.survey_study import Study

SHAPES = ("circle", "square", DIAMOND, "triangle-up", "cross")
INKS = ("ink", "social", "economic", "cultural", "environmental")


@told
def survey_index(study: Study) -> Figure | NotComputed:
    """Return the index of each park as points with intervals."""
    found = study.index
    parks = [str(park) for park in dict.fromkeys(found["group"])]
    if len(parks) > len(SHAPES):
        return NotComputed(f"The picture holds {len(SHAPES)} parks; the table names all.")
    whole = found[found["level"] == "index"]
    key = ", ".join(f"[{park}]({ink})" for park, ink in zip(parks, INKS, strict=False))
    return Figure(
        name="survey-index",
        title=f"{study.mark}{index_title(whole)}",
        subtitle=f"Local index from 0 (all disagree strongly) to 100, with 95 % interval: {key}.",
        description="; ".join(
            f"{r.group}: {r.value:.0f} ({r.lower:.0f} to {r.upper:.0f})" for r in whole.itertuples()
        ),
        draw=cache(lambda width: _draw(found, parks, study, width)),
        rows=NO_ROWS,
        table=offered(study, found),
        note=(
            f"{study.mark}A factor's index is the mean of its items, weighted by their loadings, "
            "the whole that of the factors. The definition is this project's own: the formula of "
            "Wang and Ma could not be read."
        ),
    )


def index_title(whole: pd.DataFrame) -> str:
    """Return which park stands apart by its interval, else that intervals overlap.

    Columns in: `group`, `value`, `lower`, `upper`, a row per park.
    """
    ranked = whole.sort_values("value", ignore_index=True)
    if len(ranked) < 2:
        return f"The local index of {ranked['group'].iloc[0]} is {ranked['value'].iloc[0]:.0f}"
    if ranked["upper"].iloc[0] < ranked["lower"].iloc[1:].min():
        return f"{ranked['group'].iloc[0]} scores below every other park"
    if ranked["lower"].iloc[-1] > ranked["upper"].iloc[:-1].max():
        return f"{ranked['group'].iloc[-1]} scores above every other park"
    return "The parks' indices overlap, so no order can be told"


def _draw(found: pd.DataFrame, parks: list[str], study: Study, width: int) -> Drawing:
    wide = width == WIDE
    left = 190.0 if wide else 4.0
    room = width - left - (60 if wide else 34)
    low = max(0.0, float(found["lower"].min()) // 10 * 10)
    high = min(100.0, -(-float(found["upper"].max()) // 10) * 10)

    def at(value: float) -> float:
        return left + (value - low) / max(high - low, 1) * room

    ordered = [("index", "index")] + [
        (level, name)
        for level in ("factor", "space")
        for name in dict.fromkeys(found.loc[found["level"] == level, "name"])
    ]
    factors = {name for level, name in ordered if level == "factor"}
    ordered = [(level, name) for level, name in ordered if level != "space" or name not in factors]
    line = 15.0
    block = len(parks) * line + (20 if wide else 36)
    plate = Plate(width, 28 + block * len(ordered))
    step = 10 if high - low <= 60 else 20
    value = low
    while value <= high:
        plate.text(at(value), 8, f"{value:g}", "muted", 11, align="center")
        plate.rule(at(value), 20, at(value), 24 + block * len(ordered) - 8, level=0)
        value += step
    for place, (level, name) in enumerate(ordered):
        top = 28 + place * block
        label = "All factors" if level == "index" else study.instrument.label(name)
        bold = level == "index"
        if wide:
            plate.text(0, top + len(parks) * line / 2, fit(label, 180, 13), "ink", 13, bold)
            if level == "space":
                plate.text(0, top + len(parks) * line / 2 + 16, "space, ours", "muted", 11)
        else:
            said = f"{label} (space, ours)" if level == "space" else label
            plate.text(0, top + 4, said, "ink", 12.5, bold, halo=True)
        own = found[(found["level"] == level) & (found["name"] == name)]
        for order, park in enumerate(parks):
            row = own[own["group"] == park].iloc[0]
            y = top + (order + 0.5) * line + (0 if wide else 16)
            ink = INKS[order]
            tip = {
                "park": f"{study.mark}{park}",
                label: f"{row['value']:.1f} ({row['lower']:.1f} to {row['upper']:.1f})",
                "respondents": str(row["n"]),
            }
            plate.rule(at(row["lower"]), y, at(row["upper"]), y, ink, 2.4, tip=tip)
            plate.symbol(at(row["value"]), y, SHAPES[order], 62, ink, ink, 1, tip=tip)
            plate.text(at(row["upper"]) + 8, y, f"{row['value']:.0f}", ink, 11, bold, halo=True)
    return plate.drawing()
