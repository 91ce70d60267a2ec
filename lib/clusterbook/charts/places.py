"""Where clusters stand: a local map of the city, and distances to the clusters elsewhere."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from clusterbook.analysis.geography import LocalMap, distance_km, scale_bar
from clusterbook.evidence import Case, Peer, peers
from clusterbook.evidence.units import number_words
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import Box, Label, place_labels
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
        if source is None:
            return self.peer.facts["latitude"].source
        return f"{source.label}, grade {source.grade}"

    @property
    def tip(self) -> dict[str, str]:
        """What a reader sees on hovering."""
        return {
            "cluster": self.peer.name, "city": self.peer.fact("city"),
            "latitude": f"{self.peer.fact('latitude')}°",
            "longitude": f"{self.peer.fact('longitude')}°",
            "distance": f"{words_km(self.km)}" if self.km else "", "source": self.said_by,
            "place in source": self.peer.facts["latitude"].locator,
        }  # fmt: skip


def sites(case: Case) -> list[Site]:
    """Return the clusters with sourced coordinates, nearest first; none without the case's own.

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
            + ("The framed map shows the same city, north up; the scale, "
               if len(near) > 1 else "The scale, ")
            + "ten times longer at each step, shows how far the others are."
            + (rings if len(claimed) and len(near) > 1 else "")
        ),
        description=(
            f"Distances from {case.name}: "
            + "; ".join(
                f"{site.peer.name}, {site.peer.fact('city')}: {words_km(site.km)}"
                for site in found[1:]
            )
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
        nearest = near[1]
        return (
            f"Of the clusters of {city} that a source places, {nearest.peer.name} is nearest to "
            f"{name}: {words_km(nearest.km)}"
        )
    if len(found) > 1:
        other = found[1].peer.name
        return f"No other cluster of {city} has sourced coordinates; the nearest is {other}"
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
    )
    first = LocalMap(near[0].place)
    spots = [first.km(site.place) for site in near]
    east = [v for x, _ in spots for v in (x, x)] + [-radius, radius]
    north = [v for _, y in spots for v in (y, y)] + [-radius, radius]
    span = max(max(east) - min(east), max(north) - min(north), 0.4) * 1.36
    middle = (max(east) + min(east)) / 2, (max(north) + min(north)) / 2
    km = side / span

    def at(spot: tuple[float, float]) -> tuple[float, float]:
        return (spot[0] - middle[0]) * km + side / 2, side / 2 - (spot[1] - middle[1]) * km

    plate.rect(0, 0, side, side, ink="", edge="grid", level=0)
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
        low = own[1] + radius * km * 0.2 + 6
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
    scale_line(plate, side, bar, km)
    plate.text(side - 16, 16, "N", "muted", 11, bold=True, align="center")
    plate.rule(side - 16, 36, side - 16, 24, "muted", 1.5)
    plate.symbol(side - 16, 25, "M-1,0.8L0,-1L1,0.8Z", 50, "muted")


def scale_line(plate: Plate, bottom: float, bar: float, km: float) -> None:
    """Draw a scale bar of `bar` km at `km` pixels to the km, in the lower left corner."""
    y = bottom - 14
    plate.rule(14, y, 14 + bar * km, y, "ink", 2)
    for x in (14, 14 + bar * km):
        plate.rule(x, y - 4, x, y + 4, "ink", 2)
    plate.text(14, y - 12, words_km(bar), "ink", 11)


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
        return left + 14 + (math.log10(max(km, 10.0**low)) - low) / (high - low) * (end - left - 14)

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
        )
        plate.rule(at, top + 20, at, bottom, level=0)
    for number, site in enumerate(others):
        y = top + 34 + 44 * number
        at = x(site.km)
        name = fit(site.peer.name, right - left - 70, 12, bold=True)
        after = plate.text(left, y, name, size=12, bold=True, halo=True)
        city = site.peer.fact("city")
        plate.text(after + 6, y, fit(city, max(0, right - after - 8), 11), "muted", 11, halo=True)
        plate.rule(left + 14, y + 18, at, y + 18, "faint", 1, (1.5, 3))
        plate.symbol(at, y + 18, "circle", 90, "muted", "bg", 1.5, tip=site.tip)
        plate.text(at + 10, y + 18, words_km(site.km), "ink", 12, bold=True, halo=True)
