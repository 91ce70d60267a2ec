"""The picture of absence: which environmental themes are measured, cluster by cluster."""

from __future__ import annotations

import pandas as pd

from clusterbook.analysis.environmental_themes import asked, of_case, unmeasured
from clusterbook.evidence import Case, peers
from clusterbook.prose.gap import Gap

from .figure import Figure
from .labels import text_width
from .pixels import Drawing, Plate, fit
from .theme import WIDE

MOST = 16
"""Clusters drawn beside each other; more would not be readable."""


def environmental_coverage(case: Case) -> Figure | Gap:
    """Return themes × clusters with the number of measurements; a gap without any codebook theme.

    Counted are observed rows on a cluster itself; claims, plans and other places are not.
    """
    everyone = peers()
    indicators = asked(case.codebook)["indicator"]
    if indicators.empty:
        return Gap("environmental indicators", ["codebook.csv: dimension environmental"])
    counts = of_case(case)
    own = [peer for peer in everyone if peer.slug == case.slug]
    others = [peer for peer in everyone if peer.slug != case.slug][: MOST - len(own)]
    names = {peer.slug: peer.name.partition(" (")[0] for peer in [*own, *others]}
    rows = case.observations
    rows = rows[rows["indicator"].isin(indicators) & (rows["dimension"] != "context")]
    rows = rows[rows["status"] == "observed"]
    left = len(everyone) - len(names)
    measured = {
        (theme, slug): int(n)
        for theme, slug, n in zip(counts["theme"], counts["slug"], counts["rows"], strict=True)
    }
    return Figure(
        name="environmental-coverage",
        title=coverage_title(case.name, counts, case.slug),
        subtitle=(
            "Number of measurements by theme, most widely measured theme first: "
            "[this cluster](environmental), then the others in grey. An empty square is a theme "
            "without a single row."
        ),
        description=_described(counts, names),
        draw=lambda width: _draw(measured, case.slug, names, width),
        rows=rows,
        note=(
            "Claims, plans and rows about other places are not counted. An empty square tells of "
            "the evidence gathered, not of the site."
            + (f" {left} more clusters are counted in the title but not drawn." if left else "")
        ),
        table=counts.pivot(index="theme", columns="slug", values="rows").reset_index(),
    )


def coverage_title(name: str, counts: pd.DataFrame, slug: str) -> str:
    """Return how many themes have a measurement, and which have none in any cluster."""
    elsewhere, nowhere = unmeasured(counts, slug)
    themes, clusters = counts["theme"].nunique(), counts["slug"].nunique()
    held = themes - len(elsewhere) - len(nowhere)
    first = f"{name} has measurements on {held} of {themes} environmental themes"
    if nowhere and clusters > 1:
        listed = [theme.lower() for theme in nowhere]
        joined = listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"
        return f"{first}; none of {clusters} clusters has one on {joined}"
    return first


def _described(counts: pd.DataFrame, names: dict[str, str]) -> str:
    said = []
    for theme, part in counts.groupby("theme", sort=False):
        held = [names.get(s, s) for s, n in zip(part["slug"], part["rows"], strict=True) if n]
        said.append(f"{theme}: {', '.join(held) or 'no cluster'}")
    return f"Environmental themes and the clusters with a measurement. {'; '.join(said)}."


def _draw(
    measured: dict[tuple[str, str], int], own: str, names: dict[str, str], width: int
) -> Drawing:
    wide = width == WIDE
    clusters = len({slug for _, slug in measured})
    held: dict[str, int] = {}
    for (theme, _), n in measured.items():
        held[theme] = held.get(theme, 0) + (n > 0)
    themes = sorted(held, key=lambda theme: -held[theme])
    head, row = (118.0, 30.0) if wide else (40.0, 42.0)
    left = 138.0 if wide else 0.0
    step = min(36.0, (width - left - (64 if wide else 26)) / len(names))
    plate = Plate(width, head + row * len(themes) + 6)
    mine = left + (0 if own in names else -999)
    if wide:
        for place, (slug, name) in enumerate(names.items()):
            x = left + (place + 0.5) * step
            ink = "environmental" if slug == own else "muted"
            plate.text(x - 2, head - 8, fit(name, 136, 11), ink, 11, slug == own, angle=-48)
    else:
        name = fit(names.get(own, ""), 200, 11, bold=True)
        plate.text(0, 9, name, "environmental", 11, bold=True)
        plate.text(text_width(name, 11, bold=True) + 6, 9, "first, then the others", "muted", 11)
    edge = 11.0 if wide else min(9.0, step / 2 - 1.2)
    plate.rect(mine + 1, head - 2, mine + step - 1, head + row * len(themes) + 4, level=0)
    for number, theme in enumerate(themes):
        top = head + number * row
        y = top + row / 2 if wide else top + 28
        if wide:
            plate.text(0, y, theme, "ink", 12, bold=bool(measured.get((theme, own))))
        else:
            plate.text(4, top + 9, theme, "ink", 12, bold=bool(measured.get((theme, own))))
        if number:
            plate.rule(0, top, width, top, level=0)
        for place, (slug, name) in enumerate(names.items()):
            x = left + (place + 0.5) * step
            n = measured[theme, slug]
            ink = "environmental" if slug == own else "muted"
            tip = {"cluster": name, "theme": theme, "measurements": str(n)}
            around = (x - edge, y - edge, x + edge, y + edge)
            plate.rect(*around, ink if n else "", edge="" if n else "grid", tip=tip)
            if n:
                plate.text(x, y + 0.5, str(n), "bg", 11, True, "center")
        total = f"{held[theme]} of {clusters}" if wide else str(held[theme])
        plate.text(width, y, total, "ink" if held[theme] else "muted", 11.5, True, "right")
    words = "clusters" if wide else "of all"
    plate.text(width, head - 10, words, "muted", 11, align="right")
    return plate.drawing()
