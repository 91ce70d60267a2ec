"""Coordinates that a second source prints, held against those of the cluster's own table."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .geography import check_coordinates, digits_as_dms, distance_km

NEAR_KM = 0.5
"""Within this distance two coordinates name the same site."""


@dataclass(frozen=True)
class Checked:
    """A second source's coordinates: where they lead and what they mean.

    `km` is the distance from the cluster's own coordinates; `reread` the place that the
    digits name as degrees, minutes and seconds, None if they are none, `reread_km` how far it is.
    """

    latitude: pd.Series
    longitude: pd.Series
    place: tuple[float, float]
    km: float
    reread: tuple[float, float] | None
    reread_km: float | None

    @property
    def misread(self) -> bool:
        """Whether reading degrees, minutes and seconds as decimals explains the distance."""
        return self.km > NEAR_KM and self.reread_km is not None and self.reread_km <= NEAR_KM


def coordinate_checks(observations: pd.DataFrame, own: tuple[float, float]) -> list[Checked]:
    """Return each second pair of coordinates, held against `own` (latitude, longitude).

    Takes the rows of indicator `coordinate`, whose segments begin `latitude` and `longitude` and
    end alike. Raises `CoordinateError` for a place that is not on Earth.
    """
    rows = observations[observations["indicator"] == "coordinate"]
    found = []
    for _, latitude in rows[rows["segment"].str.startswith("latitude")].iterrows():
        tail = latitude["segment"].removeprefix("latitude")
        twin = rows[
            (rows["segment"] == f"longitude{tail}") & (rows["source"] == latitude["source"])
        ]
        if len(twin) != 1:
            continue
        longitude = twin.iloc[0]
        place = float(latitude["low"]), float(longitude["low"])
        check_coordinates(*place)
        north, east = digits_as_dms(latitude["value"]), digits_as_dms(longitude["value"])
        reread = None if north is None or east is None else (north, east)
        found.append(
            Checked(
                latitude, longitude, place, distance_km(own, place), reread,
                None if reread is None else distance_km(own, reread),
            )
        )  # fmt: skip
    return found
