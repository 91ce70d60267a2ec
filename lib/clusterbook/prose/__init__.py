"""Values in, sourced sentences out."""

from . import claims, closing, economic, overview, periodisation, references
from .gap import Gap
from .notes import note
from .quantity import quantity
from .sentence import Number, Prose, derived, number, paragraph, say, table

__all__ = [
    "Gap",
    "Number",
    "Prose",
    "claims",
    "closing",
    "derived",
    "economic",
    "note",
    "number",
    "overview",
    "paragraph",
    "periodisation",
    "quantity",
    "references",
    "say",
    "table",
]
