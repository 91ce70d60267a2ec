"""Values in, sourced sentences out."""

from . import claims, glossary, references, unsigned_claims
from .notes import note

__all__ = ["claims", "glossary", "note", "references", "unsigned_claims"]
