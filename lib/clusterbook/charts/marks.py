"""Shapes of the visual language, and the scales of a frame."""

from __future__ import annotations

from typing import Any

import altair as alt

from .layout import Frame

HALF = "M0,-1A1,1,0,0,0,0,1Z"
CROSS = "M-1,-1L1,1M-1,1L1,-1"
UP, DOWN = "M-0.9,0.6L0,-0.8L0.9,0.6Z", "M-0.9,-0.6L0,0.8L0.9,-0.6Z"


def scales(frame: Frame) -> tuple[Any, Any]:
    """Return the x and y scale of a frame."""
    nice = {"nice": False, "zero": False}
    return alt.Scale(domain=list(frame.x), **nice), alt.Scale(domain=list(frame.y), **nice)
