"""Which environmental themes the evidence of each cluster measures, and which nobody measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from clusterbook.evidence.case import Case, per_case
from clusterbook.evidence.peers import Peer, peers

THEMES: dict[str, tuple[str, ...]] = {
    "Size of the site": ("site_area", "floor_area"),
    "Buildings": ("building_count", "building_dimension", "building_storeys", "conversion_time", "feature_age"),  # noqa: E501
    "Reuse": ("floor_area_reused", "reuse_share", "idle_floor_area"),
    "Protection": ("heritage_buildings", "heritage_floor_area", "heritage_areas"),
    "Loss": ("structures_demolished", "demolished_share"),
    "Street art": ("mural_wall_length",),
    "Public space": ("public_space_area", "public_spaces", "event_equipment"),
    "Waterfront": ("waterfront_length", "waterfront_breaks"),
    "Greenery": ("green_space", "green_space_share", "planting", "species"),
    "Energy": ("solar_panels",),
    "Climate": ("carbon_reduction",),
    "Soil": ("remediation_quantity",),
    "Pollution": (),
}  # fmt: skip
"""Themes of an environmental judgement and the indicators of the codebook that speak to them.

Pollution (air, water, waste, noise) has none: the codebook itself does not ask.
UNESCO's Culture|2030 indicators count the management of heritage (2), climate adaptation (3) and
open space (5) as environment.
"""
OTHER = "Other"
NO_THEME = ("distance",)
"""A distance tells where something is, not how the environment fares."""


def theme_of(indicator: str) -> str:
    """Return the theme of an environmental indicator; `OTHER` for one that has none."""
    return next((theme for theme, names in THEMES.items() if indicator in names), OTHER)


def asked(codebook: pd.DataFrame) -> pd.DataFrame:
    """Return the environmental indicators of a codebook: indicator, label, unesco_2030, theme."""
    rows = codebook[codebook["dimension"] == "environmental"]
    rows = rows[~rows["indicator"].isin(NO_THEME)]
    out = rows[["indicator", "label", "unesco_2030"]].drop_duplicates("indicator")
    return out.assign(theme=[theme_of(name) for name in out["indicator"]]).reset_index(drop=True)


def theme_counts(peers: Iterable[Peer], codebook: pd.DataFrame) -> pd.DataFrame:
    """Return observed rows by theme and cluster: columns theme, slug, rows; also where 0.

    Other places, the industrial past, targets and unsourced claims are left out by `Peer.counts`.
    """
    table = asked(codebook)
    own = {theme: list(part["indicator"]) for theme, part in table.groupby("theme")}
    themes = [*THEMES, *([OTHER] if OTHER in own else [])]
    return pd.DataFrame(
        [
            (theme, peer.slug, sum(peer.counts.get(name, 0) for name in own.get(theme, [])))
            for theme in themes
            for peer in peers
        ],
        columns=["theme", "slug", "rows"],
    )


@per_case
def of_case(case: Case) -> pd.DataFrame:
    """Return the themes measured of all clusters, by a cluster's codebook (see `theme_counts`)."""
    return theme_counts(peers(), case.codebook)


def unmeasured(counts: pd.DataFrame, slug: str) -> tuple[list[str], list[str]]:
    """Return the themes without a row in a cluster: measured elsewhere, and measured nowhere."""
    total = counts.groupby("theme", sort=False)["rows"].sum()
    mine = counts[counts["slug"] == slug].set_index("theme")["rows"]
    missing = [theme for theme in mine.index if mine[theme] == 0]
    return [t for t in missing if total[t] > 0], [t for t in missing if total[t] == 0]


def indicator_counts(
    peers: Sequence[Peer], codebook: pd.DataFrame, slug: str
) -> dict[str, list[str]]:
    """Return the environmental indicators with rows `here`, only `elsewhere` and `nowhere`."""
    here: dict[str, list[str]] = {"here": [], "elsewhere": [], "nowhere": []}
    for row in asked(codebook).itertuples():
        held = [peer.slug for peer in peers if peer.counts.get(row.indicator)]
        kind = "here" if slug in held else "elsewhere" if held else "nowhere"
        here[kind].append(row.label)
    return here
