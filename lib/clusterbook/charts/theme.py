"""The visual language: colour tokens, type and the Vega configuration that all charts share.

Colours in specifications are CSS variables, so that one live chart serves the light and the dark
page; picture files get the light values.
"""

from __future__ import annotations

import json
from typing import Any


class Tokens(dict[str, str]):
    """Colour values by token. A mistyped token is no invisible mark but a `LookupError`."""

    def __getitem__(self, token: str) -> str:  # not __missing__: pandas would ask it in map
        if token not in self:
            raise LookupError(f"{token!r} is no colour; the tokens are: {', '.join(self)}")
        return super().__getitem__(token)


LIGHT = Tokens({
    "bg": "#FFFFFF", "ink": "#1B2433", "muted": "#5A6472", "faint": "#9AA3AF", "grid": "#E3E7EC",
    "band": "#EEF1F5", "economic": "#B55A00", "cultural": "#B0308A", "social": "#2A78C8",
    "environmental": "#00664F", "governance": "#2B3047", "upgrading": "#1B2A41",
    "stable": "#76818F", "recession": "#E07A6E", "disappearance": "#B3202A", "strain": "#B3202A",
})  # fmt: skip
DARK = Tokens({
    "bg": "#14181E", "ink": "#ECEFF4", "muted": "#A9B2BF", "faint": "#6E7885", "grid": "#2A313B",
    "band": "#1C222A", "economic": "#F0913A", "cultural": "#F497D0", "social": "#4BA3FF",
    "environmental": "#62D382", "governance": "#DBDEE6", "upgrading": "#ECEFF4",
    "stable": "#8590A2", "recession": "#F4A79E", "disappearance": "#FF5A5F", "strain": "#FF7A7E",
})  # fmt: skip
HATCHED = ("economic", "cultural", "social", "environmental", "governance", "muted")
FONT = "Inter, 'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', system-ui, 'Helvetica Neue', Arial, sans-serif"  # noqa: E501

IN_BOOK = "CLUSTERBOOK_BOOK"
"""The environment variable of the book's build, where pictures are made once for the site."""

WIDE, NARROW = 726, 358
"""The widths in pixels of the two layouts in which every chart is drawn."""


def config() -> dict[str, Any]:
    """Return the Vega-Lite configuration of every chart."""
    muted, grid = LIGHT["muted"], LIGHT["grid"]
    return {
        "background": "transparent",
        "padding": 0,  # the page has its own margins, and every layout is as wide as its column
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "domain": False,
            "ticks": False,
            "grid": True,
            "gridColor": grid,
            "labelColor": muted,
            "labelFontSize": 11,
            "labelPadding": 6,
            "titleColor": muted,
            "titleFontSize": 11,
            "titleFontWeight": 400,
        },
        "legend": {"labelColor": muted, "titleColor": muted, "labelFontSize": 11},
        "text": {"color": LIGHT["ink"], "fontSize": 12},
        "header": {"labelColor": LIGHT["ink"], "labelFontSize": 13.5, "titleColor": muted},
        "rule": {"color": grid},
    }


def live(spec_text: str) -> str:
    """Return a specification's text with the light values as CSS variables: it follows the page."""
    for token, value in LIGHT.items():
        spec_text = spec_text.replace(f'"{value}"', f'"var(--cb-{token})"')
    return spec_text


def to_light(spec_text: str) -> str:
    """Return a specification's text with the CSS variables as light values again."""
    for token, value in LIGHT.items():
        spec_text = spec_text.replace(f"var(--cb-{token})", value)
    return spec_text


_HATCH = (
    '<pattern id="cb-hatch-{token}" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="5" height="5" style="fill:{ground}"/>'
    '<rect width="2.2" height="5" style="fill:{ink}"/></pattern>'
)


def picture(spec_text: str) -> str:
    """Return a specification's text drawn as SVG, in light colours, hatches included.

    A picture file has no links: the ledger does not lie beside it, and vl-convert would complete
    their addresses with a host's. Starts V8: never in a process that is forked later.
    """
    import vl_convert  # slow to start

    spec = json.loads(to_light(spec_text), object_hook=_without_link)
    svg = vl_convert.vegalite_to_svg(spec)
    start = svg.index(">") + 1
    hatches = "".join(
        _HATCH.format(token=token, ground=LIGHT["bg"], ink=LIGHT[token]) for token in HATCHED
    )
    return f"{svg[:start]}<defs>{hatches}</defs>{svg[start:]}"


def _without_link(part: dict[str, Any]) -> dict[str, Any]:
    part.pop("href", None)
    return part
