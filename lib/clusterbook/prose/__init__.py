"""Values in, sourced sentences out."""

from clusterbook.evidence.gap import Gap

from . import (
    claims,
    closing,
    glossary,
    references,
    social,
    status,
    unsigned_claims,
)
from .answers import answers_table, tensions_table
from .notes import note
from .programmes import figures, programmes, strains
from .sentence import Number, Prose, derived, number, paragraph, say, table

__all__ = [
    "Gap",
    "Number",
    "Prose",
    "answers_table",
    "claims",
    "closing",
    "derived",
    "figures",
    "glossary",
    "note",
    "number",
    "paragraph",
    "programmes",
    "references",
    "say",
    "social",
    "status",
    "strains",
    "table",
    "tensions_table",
    "unsigned_claims",
]
