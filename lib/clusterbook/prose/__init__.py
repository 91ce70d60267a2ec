"""Values in, sourced sentences out."""

from . import (
    background,
    claims,
    closing,
    cultural,
    culture_2030,
    glossary,
    mechanism,
    overview,
    references,
    social,
    status,
    survey,
    synthesis,
    unsigned_claims,
)
from .answers import answers_table, tensions_table
from .gap import Gap
from .notes import note
from .programmes import figures, programmes, strains
from .quantity import quantity
from .sentence import Number, Prose, derived, number, paragraph, say, table

__all__ = [
    "Gap",
    "Number",
    "Prose",
    "answers_table",
    "background",
    "claims",
    "closing",
    "cultural",
    "culture_2030",
    "derived",
    "figures",
    "glossary",
    "mechanism",
    "note",
    "number",
    "overview",
    "paragraph",
    "programmes",
    "quantity",
    "references",
    "say",
    "social",
    "status",
    "strains",
    "survey",
    "synthesis",
    "table",
    "tensions_table",
    "unsigned_claims",
]
