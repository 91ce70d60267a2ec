"""How to read the marks: a key of the visual language as HTML with small drawings."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from clusterbook.evidence.vocabulary import DIMENSIONS, GRADE_WORDS

from .text import Prose

_INK, _STRAIN = "#808893", "#D4474D"
"""They stand out on light and dark ground: a picture does not know the theme of its page."""
_HATCH = (
    '<defs><pattern id="cb-key-hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="5" height="5" fill="none"/>'
    f'<rect width="2.2" height="5" fill="{_INK}"/></pattern></defs>'
)


def _square(fill: str) -> str:
    place = 'x="15" y="5" width="13" height="13"'
    return f'<rect {place} fill="{fill}" stroke="{_INK}" stroke-width="1.5"/>'


def _disc(grade: str, x: float = 22) -> str:
    fill = _INK if grade == "A" else "none"
    dash = ' stroke-dasharray="2 2"' if grade == "D" else ""
    half = f'<path d="M{x},5.5a6,6 0 0 0 0,12z" fill="{_INK}"/>' if grade == "B" else ""
    ring = f'fill="{fill}" stroke="{_INK}" stroke-width="2"{dash}'
    return f'<circle cx="{x}" cy="11.5" r="6" {ring}/>{half}'


def _bar(ends: float) -> str:
    place = f'x="4" y="8" width="36" height="7" rx="{ends}"'
    return f'<rect {place} fill="{_INK}" opacity="0.37"/>'


_MARKS = (
    (_square(_INK), "solid: inside the cluster"),
    (_HATCH + _square("url(#cb-key-hatch)"), "hatched: towards the city"),
    (_square("none"), "hollow square: a claim of both support and strain"),
    *((_disc(grade), f"grade {grade}: {words}") for grade, words in GRADE_WORDS.items()),
    (f'{_disc("A", 16)}<path d="M28,7.5l7,4l-7,4z" fill="{_INK}"/>',
     "arrowhead: the source says over, at least; the other way under, nearly, up to"),
    (_bar(3.5) + _disc("A"), "round bar: a range that one source gives"),
    (_bar(0) + _disc("A", 8) + _disc("A", 36),
     "square-ended bar between two discs: sources disagree"),
    (f'<path d="M22,4l7,7.5l-7,7.5l-7,-7.5z" fill="none" stroke="{_INK}" stroke-width="2"/>',
     "hollow diamond: a target or plan, never joined to a line"),
    (f'<path d="M2,11.5h40" stroke="{_INK}" stroke-width="2" stroke-dasharray="4 4"/>'
     f'<path d="M18,7.5l8,8m0,-8l-8,8" stroke="{_INK}" stroke-width="1.8"/>',
     "dashed line, cross: years without a count, not a zero"),
    (f'<path d="M16,5.500l12,12m0,-12l-12,12" stroke="{_STRAIN}" stroke-width="3"/>',
     "red cross: demolition or end; red is kept for loss"),
)  # fmt: skip


def _picture(drawing: str) -> str:
    """Return a drawing as the address of a picture: JupyterLab strips SVG that stands in a page."""
    start = '<svg xmlns="http://www.w3.org/2000/svg" width="44" height="23" viewBox="0 0 44 23">'
    return f"data:image/svg+xml;base64,{b64encode(f'{start}{drawing}</svg>'.encode()).decode()}"


def marks_key() -> Prose:
    """Return the key of marks and of the colours of the dimensions."""
    items = "".join(
        f'<li><img alt="" width="44" height="23" src="{_picture(drawing)}">'
        f"<span>{escape(words)}</span></li>"
        for drawing, words in _MARKS
    )
    colours = ", ".join(f'<span class="cb-ink-{name}">{name}</span>' for name in DIMENSIONS)
    return Prose(
        f"<p>Colours name dimensions: {colours}; a word or a place always names them too.</p>"
        f'<ul class="cb-key">{items}</ul>'
    )
