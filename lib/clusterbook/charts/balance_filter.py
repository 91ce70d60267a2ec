"""The balance of evidence with a filter: by group of sources, by grade and by who acts.

The filters are parameters of the chart itself, so that they work in a page read offline; the
first view, like the picture file, shows the sources other than the case article where both speak:
the groups are never pooled unless the reader asks for it.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from clusterbook.analysis.balance import by_group, empirical
from clusterbook.evidence import Case
from clusterbook.evidence.vocabulary import DIMENSIONS, GRADE, SCOPE
from clusterbook.prose.gap import Gap

from .balance import SIDE
from .figure import Figure
from .pixel_layers import place
from .pixels import Drawing, Plate
from .plain_rows import Row
from .theme import WIDE, colour, hatch

_ALL = "all"
_TEST = " && ".join(
    f"({name} == '{_ALL}' || datum.{field} == {name})"
    for name, field in (("cb_group", "group"), ("cb_grade", "grade"), ("cb_actor", "actor"))
)


def balance_filter(case: Case) -> Figure | Gap:
    """Return the balance of all coded claims with its filters, or the data gap."""
    rows = empirical(case.findings)
    if rows.empty:
        return Gap("coded claims", ["findings.csv: a row per claim, with dimension and valence"])
    grouped = by_group(rows).to_dict("records")
    return Figure(
        name="balance-filter",
        title=f"The balance of claims on {case.name}, by the sources you choose",
        subtitle=(
            "Choose a group of sources, a grade or an actor: squares and strains are counted "
            "anew. Left of the line a claim of strain, right of it of support, "
            "hollow and apart a mixed one; hatched squares concern the city."
        ),
        description=(
            f"The same {len(rows)} claims as in the balance above, with filters by group of "
            "sources, grade of the source and actor. "
            + (
                "The first view shows the sources other than the M50 article."
                if _first(grouped) == "others"
                else "The first view shows all of them."
            )
        ),
        draw=lambda width: _draw(grouped, width),
        rows=rows,
        note=(
            "The M50 article was coded claim by claim, of most other texts one claim was taken: "
            "the groups cannot be set against each other."
            if _first(grouped) == "others"
            else "Counts depend on how finely claims were split and on which texts were found."
        ),
    )


def _draw(rows: list[Row], width: int) -> Drawing:
    wide = width == WIDE
    held = {row["dimension"] for row in rows}
    dims = [d for d in DIMENSIONS if d in held]
    names, right = (150.0, 96.0) if wide else (0.0, 0.0)
    head, band = 44.0, (54.0 if wide else 78.0)
    lead = 0.0 if wide else 22.0
    counts = Counter((row["valence"], row["dimension"], row["scope"]) for row in rows)
    most = {
        v: max((n for (valence, *_), n in counts.items() if valence == v), default=1)
        for v in ("strains", "sustains", "ambivalent")
    }
    cell = min(14.0, (width - names - right - 34) / sum(most.values()))
    axis = names + max(most["strains"] * cell, 46.0) + 4
    mixed = axis + max(most["sustains"] * cell, 54.0) + 18
    plate = Plate(width, head + band * len(dims))
    plate.text(axis - 6, head - 12, "strains", "muted", 11, align="right")
    plate.text(axis + 6, head - 12, "sustains", "muted", 11)
    plate.text(mixed, head - 12, "mixed", "muted", 11)
    if wide:
        plate.text(width, head - 12, "strains", "muted", 11, align="right")
    for number, dimension in enumerate(dims):
        top = head + band * number
        plate.rule(axis, top + lead + 4, axis, top + band - 6, "ink", 2)
        if number:
            plate.rule(0, top - 2, width, top - 2)
        if wide:
            plate.text(0, top + 24, dimension.capitalize(), dimension, 13, bold=True)
            for line, scope in enumerate(SCOPE):
                plate.text(names - 8, top + 14 + line * 22, SIDE[scope], "muted", 11, align="right")
        else:
            plate.text(0, top + 12, dimension.capitalize(), dimension, 12, bold=True)
    spec = plate.drawing().to_dict()
    spec["params"] = _params(rows)
    spec["data"] = {"values": _values(rows, dims)}
    places = {"strains": axis - 4, "sustains": axis + 4, "ambivalent": mixed}
    spec["layer"] = [*spec["layer"], _squares(plate, dims, places, head + lead, band, cell)]
    spec["layer"] += _shares(width, plate.height, dims, head, band, wide)
    return Drawing(spec)


def _params(rows: list[Row]) -> list[dict[str, Any]]:
    held = {name: {row[name] for row in rows} for name in ("group", "grade", "actor")}
    groups = [g for g in ("article", "others") if g in held["group"]]
    grades = [g for g in GRADE if g in held["grade"]]
    actors = sorted(held["actor"])
    said = {"article": "the M50 article", "others": "other sources"}
    params = []
    for name, label, options, words in (
        ("cb_group", "Sources", groups, [said[g] for g in groups]),
        ("cb_grade", "Grade of the source", grades, [f"grade {g}" for g in grades]),
        ("cb_actor", "Who acts or is affected", actors, actors),
    ):
        param: dict[str, Any] = {"name": name, "value": _ALL}
        if len(options) > 1:
            param["bind"] = {"input": "select", "name": label, "options": [_ALL, *options],
                             "labels": [_ALL, *words]}  # fmt: skip
        params.append(param)
    params[0]["value"] = _first(rows)
    return params


def _first(rows: list[Row]) -> str:
    """Return the group that is shown first: the others, where the case article speaks too."""
    return "others" if {row["group"] for row in rows} == {"article", "others"} else _ALL


def _values(rows: list[Row], dims: list[str]) -> list[dict[str, Any]]:
    return [
        {"d": dims.index(row["dimension"]), "scope": row["scope"], "valence": row["valence"],
         "group": row["group"], "grade": row["grade"], "actor": row["actor"],
         "claim": row["statement"], "source": f"{row['cite']} ({row['grade']})"}
        for row in rows
    ]  # fmt: skip


def _raw(field: str) -> dict[str, Any]:
    return {"field": field, "type": "nominal", "scale": None, "legend": None}


def _squares(
    plate: Plate, dims: list[str], places: dict[str, float], top: float, band: float, cell: float
) -> dict[str, Any]:
    """Return the layer of squares: the claims that the filters leave, stacked anew."""
    x = (
        f"datum.valence == 'strains' ? {places['strains']} - (datum.n - 0.5) * {cell} : "
        f"(datum.valence == 'sustains' ? {places['sustains']} : {places['ambivalent']})"
        f" + (datum.n - 0.5) * {cell}"
    )
    inks = [colour(name) for name in dims]
    fills = {"solid": inks, "hatched": [hatch(name) for name in dims]}
    fill = (
        f"datum.valence == 'ambivalent' ? '{colour('bg')}' : "
        f"(datum.scope == 'external' ? {fills['hatched']} : {fills['solid']})[datum.d]"
    )
    y = f"{top} + {band} * datum.d + (datum.scope == 'internal' ? 14 : 36)"
    told = "{claim: datum.claim, says: datum.valence, by: datum.actor, source: datum.source}"
    return {
        "transform": [
            {"filter": _TEST},
            {"window": [{"op": "row_number", "as": "n"}], "groupby": ["d", "scope", "valence"]},
            {"calculate": x, "as": "x"}, {"calculate": y, "as": "y"},
            {"calculate": fill, "as": "fill"}, {"calculate": f"{inks}[datum.d]", "as": "stroke"},
        ],
        "mark": {
            "type": "point", "shape": "square", "size": (cell - 2.4) ** 2, "strokeWidth": 1.5,
            "opacity": 1, "tooltip": {"expr": told}, "description": {"expr": "datum.claim"},
        },
        "encoding": {
            **place(plate.width, plate.height),
            "fill": _raw("fill"), "stroke": _raw("stroke"),
        },
    }  # fmt: skip


def _shares(
    width: float, height: float, dims: list[str], head: float, band: float, wide: bool
) -> list[dict[str, Any]]:
    """Return the texts that are counted anew: the strains in all and by dimension."""
    fits = {"calculate": f"{_TEST} ? 1 : 0", "as": "fits"}
    strain = {"calculate": "datum.fits && datum.valence == 'strains' ? 1 : 0", "as": "strain"}
    sums = [{"op": "sum", "field": "fits", "as": "n"}, {"op": "sum", "field": "strain", "as": "s"}]
    style = {"type": "text", "baseline": "middle", "fontWeight": 700}
    none = "'no claim fits'"
    total = (
        f"datum.n ? datum.s + (datum.s == 1 ? ' claim sees' : ' claims see') + ' strain' : {none}"
    )
    part = "datum.s"
    level = head + (24 if wide else 12)
    return [
        {
            "transform": [
                fits, strain, {"aggregate": sums, "groupby": []},
                {"calculate": total, "as": "said"}, {"calculate": "0", "as": "x"},
                {"calculate": "10", "as": "y"},
            ],
            "mark": {**style, "align": "left", "fontSize": 15, "color": colour("ink")},
            "encoding": {
                **place(width, height),
                "text": {"field": "said", "type": "nominal"},
            },
        },
        {
            "transform": [
                fits, strain, {"aggregate": sums, "groupby": ["d"]}, {"filter": "datum.n > 0"},
                {"calculate": part, "as": "said"}, {"calculate": f"{width}", "as": "x"},
                {"calculate": f"{level} + {band} * datum.d", "as": "y"},
            ],
            "mark": {**style, "align": "right", "fontSize": 12.5, "color": colour("ink")},
            "encoding": {
                **place(width, height),
                "text": {"field": "said", "type": "nominal"},
            },
        },
    ]  # fmt: skip
