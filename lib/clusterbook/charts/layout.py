"""The placing of labels under its former name."""

from .labels import Box, Frame, Label, along, nice, place_labels, text_width, wrap, years_between

__all__ = [
    "Box",
    "Frame",
    "Label",
    "along",
    "nice",
    "place_labels",
    "text_width",
    "wrap",
    "years_between",
]
