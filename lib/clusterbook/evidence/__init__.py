"""Loading and checking of evidence: tables, dates, units, sources."""

from .case import Case, Evidence, open_case
from .comparison import Peer, peers
from .problems import EvidenceError, Problem
from .root import book_root, cluster_slugs
from .sources import Source

__all__ = [
    "Case",
    "Evidence",
    "EvidenceError",
    "Peer",
    "Problem",
    "Source",
    "book_root",
    "cluster_slugs",
    "open_case",
    "peers",
]
