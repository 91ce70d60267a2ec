"""Values in, sourced sentences out."""

from . import claims, glossary, references, status, unsigned_claims

__all__ = ["claims", "glossary", "references", "status", "unsigned_claims"]
