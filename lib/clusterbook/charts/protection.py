"""Levels of building protection as a matrix: which part must stay, which may change."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clusterbook.evidence import Case
from clusterbook.evidence.context_tables import PARTS, protection
from clusterbook.evidence.plain import entries
from clusterbook.evidence.tables import COLUMNS
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import wrap
from .pixels import Plate, tip_of
from .theme import WIDE

WORDS = {"stays": "must stay", "part_stays": "main part stays", "may_change": "may change",
         "": "not named"}  # fmt: skip
HEADS = {"facade": "Façade", "structure": "Structure", "plan": "Floor plan", "interior": "Interior"}
SIDE, INK = 15.0, "environmental"


def protection_matrix(case: Case) -> Figure | Gap:
    """Return what each level of protection demands of each part, or the data gap."""
    rows = protection(case)
    place = case.fact("city") or "the city"
    if rows.empty:
        slug = case.city.slug if case.city else place.lower().replace(" ", "-")
        where = f"data/context/{slug}/protection.csv: a row per level, with what it says of "
        return Gap(f"levels of building protection in {place}", [where + ", ".join(PARTS)])
    return Figure(
        name="protection",
        title=protection_title(place, rows),
        subtitle=(
            f"Levels at which {place} protects buildings, by rule, from the strictest down. "
            "Filled: the part must stay. Half: its main or essential part must. Empty: it may "
            "change. A dash: the source does not name the part."
        ),
        description=_described(place, rows),
        draw=lambda width: _draw(rows, width),
        rows=rows,
        table=rows[list(COLUMNS["protection"])],
        note="As the source words the rules; the rules themselves were not read.",
    )


def protection_title(place: str, rows: pd.DataFrame) -> str:
    """Return which part the latest rule that names parts keeps most often, else a neutral title."""
    named = rows[(rows[list(PARTS)] != "").any(axis=1)]
    if named.empty:
        return f"Levels of building protection in {place}"
    scheme = named["scheme"].iloc[-1]
    tiers = named[named["scheme"] == scheme]
    n = len(tiers)
    facades = int(tiers["facade"].isin(["stays", "part_stays"]).sum())
    interiors = int((tiers["interior"] == "stays").sum())
    if n > 1 and facades == n and interiors < n:
        kept = (
            f"{interiors} of {n} keeps" if interiors == 1 else f"{interiors or 'none'} of {n} keep"
        )
        return f"Every tier of the {scheme} keeps a façade, {kept} the whole interior"
    if n > 1 and interiors > facades:
        return (
            f"More tiers of the {scheme} keep the interior ({interiors}) than a façade ({facades})"
        )
    return f"What the {n} tiers of the {scheme} keep of a building in {place}"


def _described(place: str, rows: pd.DataFrame) -> str:
    said = []
    for row in entries(rows):
        parts = "; ".join(f"{HEADS[p].lower()} {WORDS[getattr(row, p)]}" for p in PARTS)
        said.append(f"{row.scheme}, level {row.tier} ({row.level}, {row.law} law): {parts}")
    return f"Levels of building protection in {place}. {'. '.join(said)}."


def _draw(rows: pd.DataFrame, width: int) -> Any:
    wide = width == WIDE
    first = 290.0 if wide else 128.0
    step = (width - first) / len(PARTS)
    plate = Plate(width, 0)
    for place, part in enumerate(PARTS):
        x = first + place * step + (0 if wide else step / 2)
        align = "left" if wide else "center"
        lines = [HEADS[part]] if wide else HEADS[part].split(" ")
        plate.lines(x, 10, lines, size=13 if wide else 11, bold=True, align=align)
    y = 40.0
    for scheme in dict.fromkeys(rows["scheme"]):
        part = rows[rows["scheme"] == scheme]
        plate.rule(0, y, width, y, "faint")
        plate.text(0, y + 16, scheme, "muted", 11.5, bold=True)
        y += 32
        named = bool((part[list(PARTS)] != "").any(axis=None))
        for _, row in part.iterrows():
            y = _row(plate, row, y, first, step, wide, named)
        if not named:
            texts = wrap("no part of the building is named", width - first, 11.5)
            middle = y - 16 - 19 * len(part) if wide else y - 28 * len(part)
            plate.lines(first, middle, texts, size=11.5, ink="muted", italic=True)
        y += 6
    plate.height = _key(plate, y + 8) if not wide else y
    return plate.drawing()


def _row(
    plate: Plate, row: Any, y: float, first: float, step: float, wide: bool, named: bool
) -> float:
    lines = wrap(row["level"], first - 34, 12 if wide else 11.5)
    height = max(38.0 if wide else 40.0, (len(lines) + 1) * 15.5 + 6)
    plate.text(0, y + 8, str(row["tier"]), size=13, bold=True)
    plate.lines(18, y + 8, lines, size=12 if wide else 11.5)
    under = y + 8 + len(lines) * (12 if wide else 11.5) * 1.3
    plate.text(18, under, f"{row['law']} law", "muted", 11)
    for place, part in enumerate(PARTS if named else ()):
        told = {"value": f"{HEADS[part]}: {WORDS[row[part]]}",
                **{k: v for k, v in tip_of(row).items() if k != "value"}}  # fmt: skip
        x = first + place * step + (SIDE / 2 if wide else step / 2)
        _mark(plate, x, y + 9, row[part], told)
        if wide:
            plate.lines(x + 14, y + 9, wrap(WORDS[row[part]], step - 30, 11.5), size=11.5,
                        ink="ink" if row[part] in ("stays", "part_stays") else "muted")  # fmt: skip
    return y + height


def _mark(plate: Plate, x: float, y: float, rule: str, tip: dict[str, str]) -> None:
    half = SIDE / 2
    if not rule:
        plate.rect(x - half, y - half, x + half, y + half, "", tip=tip)
        plate.rule(x - 5, y, x + 5, y, "muted", 2)
        return
    fill = INK if rule == "stays" else "bg"
    plate.rect(x - half, y - half, x + half, y + half, fill, edge=INK, tip=tip)
    if rule == "part_stays":
        plate.rect(x - half, y, x + half, y + half, INK, edge=INK, tip=tip)


def _key(plate: Plate, y: float) -> float:
    x = 0.0
    for rule, word in WORDS.items():
        if x + 24 + 6.5 * len(word) > plate.width:
            x, y = 0.0, y + 22
        _mark(plate, x + SIDE / 2, y, rule, {})
        x = plate.text(x + SIDE + 6, y, word, "muted", 11) + 16
    return y + 16
