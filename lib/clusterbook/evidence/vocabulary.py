"""The closed lists of the evidence tables, and the words a reader sees for them."""

from __future__ import annotations

from .schemas import closed_list

DIMENSIONS = closed_list("findings", "dimension")
"""The dimensions that are judged: Kong's four as the M50 article applies them, and governance."""
SCOPE = closed_list("findings", "scope")
AUDIENCE = closed_list("initiatives", "audience")
NO_DECISION = "na"
"""The level of a programme of which no decision is told in which its audience could have a say."""
LANE = closed_list("events", "lane")
GRADE = closed_list("observations", "grade")
SOURCE_KIND = (
    "peer_reviewed", "official", "press", "thesis", "book", "operator", "encyclopedia", "travel",
    "blog",
)  # fmt: skip

CLUSTER_FIELDS = closed_list("cluster", "field")
REQUIRED_CLUSTER_FIELDS = ("name", "city", "country")
CLUSTER_LISTS = {
    "owner_type": ("state", "private", "mixed"),
    "building_type": ("loft", "office", "lane_housing", "mixed"),
    "status": ("active", "declining", "closed", "redeveloped"),
    "capital": ("state", "private", "mixed"),
    "trajectory": ("upgrading", "stable", "recession", "disappearance"),
}

LONGEST_NAME = 300
"""Characters that a fact, a name, a title or a key may have; none of them holds a line break."""

MARKED_EXAMPLE = "EXAMPLE"
"""What the example rows of a new folder begin with in their place in the source."""

NOT_OBSERVED = (
    "target", "planned", "forecast", "cap", "threshold", "needed", "proposed", "expected", "permit",
)  # fmt: skip
"""A segment beginning with one of these words was announced, not observed."""

CLAIM = "unsourced_claim"
"""A segment beginning so holds a claim of an unsigned promotional text."""

GRADE_WORDS = {
    "A": "peer-reviewed or official statistics",
    "B": "quality press, thesis or book",
    "C": "operator's own claim, encyclopedia or trade press",
    "D": "promotional, travel, blog or undated",
}
DECISION_WORDS = ("No say or staged", "Inform", "Consult", "Involve", "Collaborate", "Empower")
READ_WORDS = {
    "whole": "read whole",
    "abstract": "abstract read",
    "excerpt": "excerpt read",
    "secondary": "not read, told as others report it",
    "nothing": "not found",
}
"""How much of a work was read, and how it is said."""
QUALIFIER_WORDS = {
    "exact": "",
    "about": "about ",
    "over": "over ",
    "under": "under ",
    "nearly": "nearly ",
    "at_least": "at least ",
    "up_to": "up to ",
}
