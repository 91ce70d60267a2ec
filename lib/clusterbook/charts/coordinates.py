"""Coordinates held against those of a second source, and what wrong ones teach."""

from __future__ import annotations

import pandas as pd

from clusterbook.analysis.coordinate_check import NEAR_KM, Checked, coordinate_checks
from clusterbook.analysis.geography import LocalMap, dms_words, scale_bar
from clusterbook.evidence import Case
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import Box, Label, place_labels
from .pixels import Drawing, Plate, tip_of
from .places import COORDINATES, Site, scale_line, sites, words_km
from .theme import WIDE


def coordinate_check(case: Case) -> Figure | Gap:
    """Return where a second source's coordinates lead, and what their digits mean.

    A gap where the cluster has no coordinates, or no second source prints any.
    """
    found = sites(case)
    checks = coordinate_checks(case.observations, found[0].place) if found else []
    if not checks:
        return Gap(
            "a second source for the coordinates, so the place is not checked",
            [*([] if found else COORDINATES),
             "observations.csv: indicator coordinate, segments latitude_… and longitude_…"],
        )  # fmt: skip
    rows = pd.concat([pd.DataFrame([c.latitude, c.longitude]) for c in checks])
    facts = case.facts[case.facts["field"].isin(["latitude", "longitude"])]
    return Figure(
        name="coordinates",
        title=coordinates_title(case.name, checks),
        subtitle=(
            f"The place by the source used here ({found[0].said_by}), by a second source as "
            "printed, and by the digits of the second read as degrees, minutes and seconds."
        ),
        description=_checked_words(case.name, checks),
        draw=lambda width: _draw_checks(found[0], checks, width),
        rows=pd.concat([facts, rows]),
        note="North up; equirectangular projection; distances on a sphere.",
    )


def coordinates_title(name: str, checks: list[Checked]) -> str:
    """Return that digits were misread, or by how much two sources differ, else a neutral title."""
    worst = max(checks, key=lambda check: check.km)
    if worst.misread:
        return f"Degrees, minutes and seconds read as decimals move {name} by {words_km(worst.km)}"
    if worst.km > NEAR_KM:
        return f"Two sources place {name} {words_km(worst.km)} apart"
    return f"A second source confirms where {name} stands"


def _checked_words(name: str, checks: list[Checked]) -> str:
    said = []
    for check in checks:
        text = (
            f"{check.latitude['label']} prints {check.latitude['value']}, "
            f"{check.longitude['value']}, {words_km(check.km)} from the coordinates used here"
        )
        if check.reread_km is not None:
            text += (
                f"; read as {dms_words(check.latitude['value'])} and "
                f"{dms_words(check.longitude['value'])} they are {words_km(check.reread_km)} away"
            )
        said.append(text)
    return f"Coordinates of {name}. {'. '.join(said)}."


def _draw_checks(own: Site, checks: list[Checked], width: int) -> Drawing:
    wide = width == WIDE
    height = 300.0 if wide else 340.0
    plate = Plate(width, height)
    plate.rect(0, 0, width, height, ink="", edge="grid", level=0)
    flat = LocalMap(own.place)
    spots = [(0.0, 0.0), *(flat.km(check.place) for check in checks)]
    spots += [flat.km(check.reread) for check in checks if check.reread]
    east, north = [x for x, _ in spots], [y for _, y in spots]
    km = min(
        (width - (420 if wide else 190)) / max(max(east) - min(east), 0.2),
        (height - 110) / max(max(north) - min(north), 0.2),
    )
    middle = (max(east) + min(east)) / 2, (max(north) + min(north)) / 2

    def at(spot: tuple[float, float]) -> tuple[float, float]:
        return (spot[0] - middle[0]) * km + width / 2, height / 2 - (spot[1] - middle[1]) * km

    home = at(spots[0])
    labels = [
        Label(*home, [own.peer.name, f"{own.place[0]:.4f}, {own.place[1]:.4f}"], 12, True, 11)
    ]
    inks = ["environmental"]
    for check in checks:
        x, y = at(flat.km(check.place))
        plate.rule(x, y, *home, "faint", 1.5, (4, 3))
        plate.end(x, y, tip_of(check.latitude))
        printed = f"as printed: {check.latitude['value']}, {check.longitude['value']}"
        labels.append(Label(x, y, [printed, f"{words_km(check.km)} away"], 12, True, 11))
        inks.append("strain")
        if check.reread and check.reread_km is not None:
            plate.symbol(*at(flat.km(check.reread)), "circle", 240, "", "ink", 1.5,
                         tip=tip_of(check.latitude))  # fmt: skip
            read = f"{dms_words(check.latitude['value'])}, {dms_words(check.longitude['value'])}"
            lines = ["same digits, read as", read, f"{words_km(check.reread_km)} away"]
            labels.append(Label(*home, lines, 12, True, 24))
            inks.append("ink")
    plate.symbol(*home, "circle", 130, "environmental", "bg", 1.5, tip=own.tip)
    bar = scale_bar(width / km / 1.2)
    boxes = [
        Box(home[0] - 10, home[1] - 10, home[0] + 10, home[1] + 10),
        Box(0, height - 40, 28 + bar * km, height),
    ]
    place_labels(labels, (width - 8, height - 8), boxes)
    for label, ink in zip(labels, inks, strict=True):
        shift = {"left": 0.0, "center": label.width / 2, "right": label.width}[label.align]
        for number, line in enumerate(label.lines):
            tone = ink if number == 0 else "muted"
            y = label.top + (number + 0.5) * 15.6
            plate.text(label.left + shift, y, line, tone, 12, number == 0, label.align, halo=True)
    scale_line(plate, height, bar, km)
    return plate.drawing()
