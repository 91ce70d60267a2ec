"""Values in, sourced sentences out."""

from . import (
    background,
    claims,
    closing,
    cultural,
    economic,
    environmental,
    overview,
    periodisation,
    references,
    social,
    unsigned_claims,
)
from .gap import Gap
from .notes import note
from .programmes import figures, programmes, strains
from .quantity import quantity
from .sentence import Number, Prose, derived, number, paragraph, say, table

__all__ = [
    "Gap",
    "Number",
    "Prose",
    "background",
    "claims",
    "closing",
    "cultural",
    "derived",
    "economic",
    "environmental",
    "figures",
    "note",
    "number",
    "overview",
    "paragraph",
    "periodisation",
    "programmes",
    "quantity",
    "references",
    "say",
    "social",
    "strains",
    "table",
    "unsigned_claims",
]
