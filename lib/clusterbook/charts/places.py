"""Where clusters stand: a local map, distances to the others, and coordinates that are wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from clusterbook.analysis.coordinate_check import Checked, coordinate_checks
from clusterbook.analysis.geography import LocalMap, distance_km, dms_words, scale_bar
from clusterbook.evidence import Case, Peer, peers
from clusterbook.evidence.units import number_words
from clusterbook.prose.gap import Gap

from .figure import Figure
from .layout import Box, Label, place_labels
from .pixels import Drawing, Plate, fit, tip_of
from .theme import NARROW, WIDE

COORDINATES = [
    "cluster.csv: fields latitude and longitude in decimal degrees, each with its source",
]


@dataclass(frozen=True)
class Site:
    """A cluster on the map: its place, how far it is from the case, and who says so."""

    peer: Peer
    place: tuple[float, float]
    km: float

    @property
    def said_by(self) -> str:
        """The source of the coordinates with its grade."""
        source = self.peer.source(self.peer.facts["latitude"].source)
        return f"{source.label} ({source.grade})" if source else self.peer.facts["latitude"].source

    @property
    def tip(self) -> dict[str, str]:
        """What a reader sees on hovering."""
        north, east = self.place
        return {
            "cluster": self.peer.name, "city": self.peer.fact("city"),
            "latitude": f"{north:g}°", "longitude": f"{east:g}°",
            "distance": f"{words_km(self.km)}" if self.km else "", "source": self.said_by,
            "place in source": self.peer.facts["latitude"].locator,
        }  # fmt: skip


def sites(case: Case) -> list[Site]:
    """Return the clusters with sourced coordinates, nearest to the case first; none without its own.

    The case itself comes first with a distance of 0.
    """
    known = [(peer, peer.coordinates) for peer in peers() if peer.coordinates]
    own = next((place for peer, place in known if peer.slug == case.slug), None)
    if own is None:
        return []
    found = [Site(peer, place, distance_km(own, place)) for peer, place in known if place]
    return sorted(found, key=lambda s: (s.peer.slug != case.slug, s.km, s.peer.slug))


def words_km(km: float) -> str:
    """Return a distance as a reader says it: 340 m, 3.9 km, 8,810 km."""
    if km < 1:
        return f"{float(f'{km * 1000:.2g}'):,.0f} m"
    return f"{float(f'{km:.2g}' if km < 100 else f'{km:.3g}'):,g} km"


def cluster_map(case: Case) -> Figure | Gap:
    """Return a map of the clusters of the same city, and the distances to those elsewhere.

    Only clusters whose coordinates have a source are drawn; a gap where the case has none.
    A radius of effect that a source claims is drawn as a dashed ring.
    """
    found = sites(case)
    if not found:
        return Gap(f"where {case.name} stands", COORDINATES)
    near = [site for site in found if site.peer.fact("city") == case.fact("city")]
    claimed = claimed_radius(case)
    facts = case.facts[case.facts["field"].isin(["latitude", "longitude"])]
    others = "; ".join(f"{site.peer.name}: {site.said_by}" for site in found[1:13])
    more = len(found) - 13
    lacking = [peer.name for peer in peers() if not peer.coordinates]
    left_out = f" Without coordinates: {', '.join(lacking[:12])}." if lacking else ""
    rings = " The dashed ring is a radius that a source claims, not one that was measured."
    return Figure(
        name="map",
        title=map_title(case.name, case.fact("city"), found, near),
        subtitle=(
            "Clusters whose coordinates have a source, with great-circle distances. "
            + ("Left the same city, north up; " if len(near) > 1 else "")
            + ("right" if len(near) > 1 else "On a scale that grows tenfold at each step,")
            + " all others."
            + (rings if len(claimed) and len(near) > 1 else "")
        ),
        description=(
            f"Distances from {case.name}: "
            + "; ".join(f"{s.peer.name}, {s.peer.fact('city')}: {words_km(s.km)}" for s in found[1:])
            + "."
        ),
        draw=lambda width: _draw_map(found, near, claimed, width),
        rows=pd.concat([facts, claimed]) if len(near) > 1 else facts,
        note=(
            f"Sources of the others: {others}{f' and {more} more' if more > 0 else ''}."
            f"{left_out} Equirectangular projection; no map tiles."
        ),
        table=pd.DataFrame(
            [(s.peer.slug, s.peer.name, s.peer.fact("city"), *s.place, round(s.km, 3), s.said_by)
             for s in found],
            columns=["slug", "name", "city", "latitude", "longitude", "km", "source"],
        ),
    )  # fmt: skip


def claimed_radius(case: Case) -> pd.DataFrame:
    """Return the rows that claim a radius of effect around the cluster."""
    rows = case.observations[case.observations["indicator"] == "distance"]
    return rows[rows["segment"].str.contains("claimed") & (rows["dimension"] != "context")]


def map_title(name: str, city: str, found: list[Site], near: list[Site]) -> str:
    """Return the nearest other cluster, if another stands in the city, else a neutral title."""
    if len(near) > 1:
        other = near[1]
        return (
            f"{other.peer.name} is the nearest other cluster of {city} to {name}, "
            f"{words_km(other.km)} away"
        )
    if len(found) > 1:
        return f"No other cluster of {city} has sourced coordinates; the nearest is {found[1].peer.name}"
    return f"Where {name} stands"


def _draw_map(found: list[Site], near: list[Site], claimed: pd.DataFrame, width: int) -> Drawing:
    wide, local = width == WIDE, len(near) > 1
    side = 340.0 if wide else float(NARROW)
    strip = 44.0 * max(1, len(found) - 1) + 36
    if not local:
        plate = Plate(width, strip)
        _distances(plate, found, 0, 0, width)
    elif wide:
        plate = Plate(width, max(side, strip) + 8)
        _local(plate, near, claimed, side)
        _distances(plate, found, side + 36, 0, width)
    else:
        plate = Plate(width, side + 24 + strip)
        _local(plate, near, claimed, side)
        _distances(plate, found, 0, side + 24, width)
    return plate.drawing()


def _local(plate: Plate, near: list[Site], claimed: pd.DataFrame, side: float) -> None:
    radius = (
        float(claimed["high"].max() * (1 if claimed["unit"].iloc[0] == "km" else 0.001))
        if len(claimed)
        else 0.0
    )  # noqa: E501
    first = LocalMap(near[0].place)
    spots = [first.km(site.place) for site in near]
    east = [v for x, _ in spots for v in (x, x)] + [-radius, radius]
    north = [v for _, y in spots for v in (y, y)] + [-radius, radius]
    span = max(max(east) - min(east), max(north) - min(north), 0.4) * 1.36
    middle = (max(east) + min(east)) / 2, (max(north) + min(north)) / 2
    km = side / span

    def at(spot: tuple[float, float]) -> tuple[float, float]:
        return (spot[0] - middle[0]) * km + side / 2, side / 2 - (spot[1] - middle[1]) * km

    plate.rect(0, 0, side, side, fill="transparent", edge="grid", level=0)
    own = at(spots[0])
    marks = []
    for site, spot in zip(near[1:], spots[1:], strict=True):
        x, y = at(spot)
        plate.rule(*own, x, y, "faint", 1, (2, 3))
        plate.symbol(x, y, "circle", 110, "muted", "bg", 1.5, tip=site.tip)
        marks.append((x, y, [site.peer.name, words_km(site.km)], "ink"))
    if radius:
        plate.ring(*own, radius * km, "environmental", tip_of(claimed.iloc[0]))
    plate.symbol(*own, "circle", 190, "environmental", "bg", 1.5, tip=near[0].tip)
    marks.insert(0, (*own, [near[0].peer.name], "environmental"))
    labels = [Label(x, y, lines, 12, True, 10) for x, y, lines, _ in marks]
    boxes = [Box(x - 9, y - 9, x + 9, y + 9) for x, y, *_ in marks]
    inks = [ink for *_, ink in marks]
    if radius:
        said = ("claimed effect,", str(claimed.iloc[0]["amount"]) + ",", "not measured")
        low = own[1] + radius * km * 0.3 + 8
        plate.lines(own[0], low, said, size=11, ink="muted", align="center", halo=True)
        boxes.append(Box(own[0] - 46, low - 8, own[0] + 46, low + 36))
    bar = scale_bar(span)
    boxes.append(Box(0, side - 34, 24 + bar * km, side))
    place_labels(labels, (side, side), boxes)
    for label, ink in zip(labels, inks, strict=True):
        x = label.left + {"left": 0.0, "center": label.width / 2, "right": label.width}[label.align]
        for number, line in enumerate(label.lines):
            bold = label.bold and number == 0
            plate.text(x, label.top + (number + 0.5) * label.size * 1.25, line,
                       ink if bold or not label.bold else "muted", label.size if bold else 11,
                       bold, label.align, halo=True)  # fmt: skip
    plate.rule(14, side - 14, 14 + bar * km, side - 14, "ink", 2)
    for x in (14, 14 + bar * km):
        plate.rule(x, side - 18, x, side - 10, "ink", 2)
    plate.text(14, side - 26, words_km(bar), "ink", 11)
    plate.text(side - 16, 16, "N", "muted", 11, bold=True, align="center")
    plate.rule(side - 16, 36, side - 16, 24, "muted", 1.5)
    plate.symbol(side - 16, 25, "M-1,0.8L0,-1L1,0.8Z", 50, "muted")


def _distances(plate: Plate, found: list[Site], left: float, top: float, right: float) -> None:
    others = found[1:]
    if not others:
        plate.text(left, top + 20, "No other cluster has sourced coordinates.", "muted", 12)
        return
    low = math.floor(math.log10(max(0.1, min(site.km for site in others))))
    high = math.ceil(math.log10(max(site.km for site in others) + 1e-9))
    low = min(low, high - 2)
    end = right - 64

    def x(km: float) -> float:
        return left + 6 + (math.log10(max(km, 10.0**low)) - low) / (high - low) * (end - left - 6)

    bottom = top + 24 + 44 * len(others)
    for power in range(low, high + 1):
        at = x(10.0**power)
        plate.text(
            at,
            top + 8,
            number_words(10.0**power) + (" km" if power == high else ""),
            "muted",
            11,
            align="center",
        )  # noqa: E501
        plate.rule(at, top + 20, at, bottom, level=0)
    for number, site in enumerate(others):
        y = top + 34 + 44 * number
        at = x(site.km)
        name = fit(site.peer.name, right - left - 70, 12, bold=True)
        after = plate.text(left, y, name, size=12, bold=True, halo=True)
        city = site.peer.fact("city")
        plate.text(after + 6, y, fit(city, max(0, right - after - 8), 11), "muted", 11, halo=True)
        plate.rule(left + 6, y + 18, at, y + 18, "faint", 1, (1.5, 3))
        plate.symbol(at, y + 18, "circle", 90, "muted", "bg", 1.5, tip=site.tip)
        plate.text(at + 10, y + 18, words_km(site.km), "ink", 12, bold=True, halo=True)


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
             "observations.csv: indicator coordinate, segments latitude_… and longitude_… of one source"],
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
    if worst.km > 0.5:
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
    plate.rect(0, 0, width, height, fill="transparent", edge="grid", level=0)
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
        _arrow(plate, (x, y), home)
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
    ]  # noqa: E501
    place_labels(labels, (width - 8, height - 8), boxes)
    for label, ink in zip(labels, inks, strict=True):
        shift = {"left": 0.0, "center": label.width / 2, "right": label.width}[label.align]
        for number, line in enumerate(label.lines):
            plate.text(label.left + shift, label.top + (number + 0.5) * 15.6, line,
                       ink if number == 0 else "muted", 12, number == 0, label.align, halo=True)  # fmt: skip
    plate.rule(14, height - 14, 14 + bar * km, height - 14, "ink", 2)
    for x in (14, 14 + bar * km):
        plate.rule(x, height - 18, x, height - 10, "ink", 2)
    plate.text(14, height - 26, words_km(bar), "ink", 11)
    return plate.drawing()


def _arrow(plate: Plate, start: tuple[float, float], end: tuple[float, float]) -> None:
    plate.rule(*start, *end, "faint", 1.5, (4, 3))
