"""The three parks of the Ningbo study by owner and by form: one park a cell, one cell empty."""

from __future__ import annotations

import pandas as pd

from clusterbook.evidence import Case
from clusterbook.evidence.gap import Gap
from clusterbook.evidence.ningbo import PARKS, STUDY, park_facts

from .figure import Figure
from .labels import wrap
from .pixels import Drawing, Plate
from .theme import WIDE

ROWS = ("state", "private")
COLUMNS = ("loft", "office")
SAID = {
    "state": "State capital", "private": "Private capital",
    "loft": "Old works made into lofts", "office": "New office towers",
}  # fmt: skip
WELL = ("upgrading", "stable")


def mechanism_parks(case: Case) -> Figure | Gap:
    """Return the parks in a table of owner by form, or the data gap where one is missing."""
    found = park_facts()
    if found is None:
        return Gap("the three parks of the study", [f"data/clusters/{slug}/" for slug in PARKS])
    facts = {slug: _facts(found[slug]) for slug in PARKS}
    rows = pd.concat([_drawn(found[slug]) for slug in PARKS])
    rows = rows[rows["source"].isin(case.all_sources)]
    table = pd.DataFrame(
        [{"park": slug, **{k: v for k, v in f.items() if k != "cite"}} for slug, f in facts.items()]
    )
    said = "; ".join(
        f"{f['name']}: {SAID.get(f['capital'], f['capital'])}, "
        f"{SAID.get(f['building_type'], f['building_type'])}, {_word(f)}"
        for f in facts.values()
    )
    return Figure(
        name="mechanism-parks",
        title=parks_title(facts),
        subtitle=(
            "The parks that Wang and Ma compared in Ningbo, by owner and by form, with their "
            "judgement. A full square: well developed; a hollow one: poorly developed."
        ),
        description=f"Three parks in a table of owner by form, one cell empty. {said}.",
        draw=lambda width: _draw(facts, width),
        rows=rows,
        table=table,
        note=(
            "With one park a cell, the owner cannot be told apart from size, place, age or trade. "
            "Which of the two state parks did better is not stated."
        ),
    )


def _facts(rows: pd.DataFrame) -> dict[str, str]:
    fields = (
        "name",
        "local_name",
        "capital",
        "building_type",
        "trajectory",
        "opened",
        "former_use",
    )
    found = {f: str(rows.loc[f, "value"]) if f in rows.index else "" for f in fields}
    return found | {"cite": str(rows.loc["capital", "cite"]) if "capital" in rows.index else ""}


def _drawn(rows: pd.DataFrame) -> pd.DataFrame:
    kept = rows[rows["field"].isin(("capital", "building_type", "status", "trajectory"))]
    return kept[kept["source"] == STUDY].assign(via="").reset_index(drop=True)


def _word(fact: dict[str, str]) -> str:
    return "well developed" if fact["trajectory"] in WELL else "poorly developed"


def parks_title(facts: dict[str, dict[str, str]]) -> str:
    """Return the finding if state parks did well and private ones did not, else a neutral title."""
    did = {(f["capital"], f["trajectory"] in WELL) for f in facts.values()}
    if did == {("state", True), ("private", False)}:
        return "State parks did well and the private one did not, but each kind was seen once"
    return "The parks of the Ningbo study by owner and form, each kind seen once"


def _draw(facts: dict[str, dict[str, str]], width: int) -> Drawing:
    wide = width == WIDE
    left = 110.0 if wide else 0.0
    head = 26.0 if wide else 40.0
    gap = 12.0
    high = 128.0 if wide else 176.0
    side = (width - left - gap) / 2
    band = high + gap + (0 if wide else 24)
    plate = Plate(width, head + 2 * band)
    for place, form in enumerate(COLUMNS):
        x = left + place * (side + gap)
        plate.lines(x, 9, wrap(SAID[form], side, 13, True), 13, bold=True)
    for down, capital in enumerate(ROWS):
        y = head + down * band
        if wide:
            plate.lines(0, y + 22, wrap(SAID[capital], left - 12, 13, True), 13, bold=True)
        else:
            plate.text(0, y + 8, SAID[capital], "muted", 12, True)
            y += 22
        for place, form in enumerate(COLUMNS):
            x = left + place * (side + gap)
            inside = [
                f for f in facts.values() if (f["capital"], f["building_type"]) == (capital, form)
            ]
            _cell(plate, x, y, x + side, y + high, inside)
    return plate.drawing()


def _cell(
    plate: Plate, x: float, y: float, x2: float, y2: float, inside: list[dict[str, str]]
) -> None:
    if not inside:
        plate.rect(x, y, x2, y2, ink="muted", hatched=True, opacity=0.25, edge="grid")
        middle = (y + y2) / 2
        plate.text((x + x2) / 2, middle, "no such park seen", "ink", 12, italic=True,
                   align="center", halo=True)  # fmt: skip
        return
    plate.rect(x, y, x2, y2, "bg", edge="faint")
    at = y + 20
    for fact in inside:
        tip = {"park": fact["name"], "judgement": _word(fact), "source": fact["cite"]}
        name = fact["name"].split(" (")[0]
        at = plate.lines(x + 14, at, wrap(name, x2 - x - 24, 13, True), 13, bold=True) + 3
        chinese = fact["local_name"].split(" (")[0]
        at = plate.lines(x + 14, at, wrap(chinese, x2 - x - 24, 12), 12, ink="muted") + 8.4
        well = fact["trajectory"] in WELL
        plate.symbol(x + 21, at, "square", 120, "ink" if well else "bg", "ink", 2, tip=tip)
        plate.text(x + 36, at, _word(fact), "ink", 12, True)
        opened = fact["opened"].rstrip("~")[:4]
        about = "about " if fact["opened"].endswith("~") else ""
        lines = [f"opened {about}{opened}"] if opened else []
        lines += [f"once a {fact['former_use'].split(' (')[0]}"] if fact["former_use"] else []
        shown = [line for text in lines for line in wrap(text, x2 - x - 24, 12)]
        at = plate.lines(x + 14, at + 22, shown, 12, ink="muted") + 8.4
