"""The closed lists of the evidence tables, and the words a reader sees for them."""

from __future__ import annotations

QUALIFIER = ("exact", "about", "over", "under", "nearly", "at_least", "up_to")
DIMENSION = ("economic", "cultural", "social", "environmental", "governance", "context")
SCOPE = ("internal", "external")
VALENCE = ("sustains", "strains", "ambivalent")
CLAIM_KIND = ("empirical", "general", "normative", "question")
KIND = (
    "arrival", "award", "closure", "demolition", "departure", "designation", "dispute",
    "expansion", "founding", "ownership", "policy", "programme", "renovation", "report", "other",
)  # fmt: skip
ACTOR = (
    "artists", "city", "developer", "district", "operator", "residents", "scholars", "tenants",
    "visitors",
)  # fmt: skip
AUDIENCE = (
    "artists", "children", "public", "residents", "tenants", "tourists", "trade", "youth",
)  # fmt: skip
AUDIENCE_MODE = ("watch", "try", "make", "none")
DECISION_LEVEL = ("na", "0", "1", "2", "3", "4", "5")
NO_DECISION = "na"
"""The level of a programme of which no decision is told in which its audience could have a say."""
LANE = ("heritage_protection", "industrial_restructuring", "creative_industry", "urban_renewal")
CAPITAL = ("state", "private", "mixed")
OWNER_TYPE = ("state", "private", "mixed")
BUILDING_TYPE = ("loft", "office", "lane_housing", "mixed")
STATUS = ("active", "declining", "closed", "redeveloped")
TRAJECTORY = ("upgrading", "stable", "recession", "disappearance")
GRADE = ("A", "B", "C", "D")
ANSWER = ("met", "partly", "evidence against", "no evidence")
SOURCE_KIND = (
    "peer_reviewed", "official", "press", "thesis", "book", "operator", "encyclopedia", "travel",
    "blog",
)  # fmt: skip

CLUSTER_FIELDS = (
    "name", "local_name", "city", "country", "district", "address", "latitude", "longitude",
    "former_use", "built", "opened", "owner", "owner_type", "operator", "building_type", "status",
    "capital", "trajectory", "trajectory_note",
)  # fmt: skip
REQUIRED_CLUSTER_FIELDS = ("name", "city", "country")
CLUSTER_LISTS = {
    "owner_type": OWNER_TYPE,
    "building_type": BUILDING_TYPE,
    "status": STATUS,
    "capital": CAPITAL,
    "trajectory": TRAJECTORY,
}

LONGEST_NAME = 300
"""Characters that a fact, a name, a title or a key may have; none of them holds a line break."""

MARKED_EXAMPLE = "EXAMPLE"
"""What the example rows of a new folder begin with in their place in the source."""

DIMENSIONS = DIMENSION[:5]
"""The dimensions that are judged: Kong's four as the M50 article applies them, and governance."""

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
