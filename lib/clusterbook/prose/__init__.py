"""Values in, sourced sentences out."""

from . import (
    background,
    checklist,
    claims,
    closing,
    cultural,
    culture_2030,
    economic,
    environmental,
    overview,
    periodisation,
    references,
    social,
    synthesis,
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
    "checklist",
    "claims",
    "closing",
    "cultural",
    "culture_2030",
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
    "synthesis",
    "table",
    "unsigned_claims",
]
