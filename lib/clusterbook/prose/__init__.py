"""Values in, sourced sentences out."""

from clusterbook.evidence.gap import Gap

from . import (
    claims,
    glossary,
    references,
    status,
    unsigned_claims,
)
from .answers import answers_table, tensions_table
from .notes import note
from .sentence import Number, Prose, derived, number, paragraph, say, table

__all__ = [
    "Gap",
    "Number",
    "Prose",
    "answers_table",
    "claims",
    "derived",
    "glossary",
    "note",
    "number",
    "paragraph",
    "references",
    "say",
    "status",
    "table",
    "tensions_table",
    "unsigned_claims",
]
