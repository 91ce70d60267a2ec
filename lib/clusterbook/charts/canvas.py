"""A plate on which dots take finished paints, such as hatches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .pixels import Drawing, Plate


class Canvas(Plate):
    """A `Plate` (see `clusterbook.charts.pixels`) with dots in finished paints."""

    def dot(
        self, x: float, y: float, fill: str, stroke: str, size: float = 60, shape: str = "circle",
        thick: float = 1.5, dash: Sequence[float] = (), tip: Mapping[str, str] | None = None,
        href: str = "",
    ) -> None:  # fmt: skip
        """Draw a point mark; `fill` and `stroke` come from colour() or hatch().

        `href` is where a click leads.
        """
        shown = {key.removeprefix("tip_"): text for key, text in (tip or {}).items() if text}
        self._add(
            "point", None, x=x, y=y, shape=shape, size=size, thick=thick, ink=fill, edge=stroke,
            dash=list(dash) or [1, 0], tip=shown or None, said="; ".join(shown.values()),
            href=href,
        )  # fmt: skip

    def chart(self) -> Drawing:
        """Return everything drawn, dots leading to their `href` where they have one."""
        drawn = self.drawing()
        for layer in drawn.specification["layer"]:
            if any(record.get("href") for record in layer["data"]["values"]):
                layer["encoding"]["href"] = {"field": "href", "type": "nominal"}
        return drawn
