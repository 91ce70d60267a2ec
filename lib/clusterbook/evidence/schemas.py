"""The tables of the evidence: their files, columns and closed lists, as `schema/` describes them.

The schemas use the words of Table Schema 1.0 alone, since frictionless 5 passes over those of 2.0;
beside the fields a file gives a table's title and description.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

Descriptor = dict[str, Any]

CLUSTER_TABLES = (
    "cluster", "observations", "events", "initiatives", "phases", "findings", "claims", "answers",
    "told_tensions", "survey", "codebook",
)  # fmt: skip
"""The tables that may lie in a cluster's folder."""

CONTEXT_TABLES = (
    "observations", "events", "initiatives", "phases", "findings", "protection", "definitions",
    "cpi",
)  # fmt: skip
"""The tables that may lie in a city's or country's folder."""

LISTS = (
    "codebook", "codes", "second_coding", "recommendations", "tensions", "culture_2030", "glossary",
    "abstracts", "changes",
)  # fmt: skip
"""The tables of the whole compendium, in `data/` itself."""

LITERATURE = ("works", "positions", "partings", "tellings", "dimensions")
"""The tables on the literature, in `data/literature/`."""

STEMS = {"told_tensions": "tensions"}
"""Tables of a cluster whose file bears the name of a list of the compendium."""

OPEN = {"survey": ("respondent", "park"), "items": ("item", "factor"), "scale": ("value",)}
"""Tables without a schema, for their further columns are their own: the first columns."""

OPTIONAL_COLUMNS = {
    "observations": ("grade",),
    "events": ("lane", "grade", "event"),
    "codebook": ("unit_family",),
}


def _read(table: str) -> Descriptor:
    path = Path(__file__).parent / "schema" / f"{table}.json"
    result: Descriptor = json.loads(path.read_text(encoding="utf-8"))
    return result


_SCHEMAS = {
    table: _read(table)
    for table in dict.fromkeys((*CLUSTER_TABLES, *CONTEXT_TABLES, *LISTS, *LITERATURE))
    if table not in OPEN
}
TABLES = {name: (one.pop("title"), one.pop("description")) for name, one in _SCHEMAS.items()}
"""Title and description of every table that has a schema."""

COLUMNS: dict[str, tuple[str, ...]] = OPEN | {
    table: tuple(
        field["name"]
        for field in described["fields"]
        if field["name"] not in OPTIONAL_COLUMNS.get(table, ())
    )
    for table, described in _SCHEMAS.items()
}
"""The columns that a table must have, in their order."""


def file_name(table: str) -> str:
    """Return the name of a table's file in a cluster's or context's folder."""
    return f"{STEMS.get(table, table)}.csv"


def schema(table: str) -> Descriptor:
    """Return the Table Schema of a table as a fresh dictionary. Raises `KeyError` for no table."""
    return copy.deepcopy(_SCHEMAS[table])


def schema_of(table: str, header: list[str]) -> Descriptor:
    """Return the schema for a file with these columns: its known ones, in the file's order."""
    result = schema(table)
    fields = {field["name"]: field for field in result["fields"]}
    result["fields"] = [fields[name] for name in dict.fromkeys(header) if name in fields]
    return result


def closed_list(table: str, column: str) -> tuple[str, ...]:
    """Return the words that a column may hold. Raises `KeyError` for one without a list."""
    fields = {field["name"]: field for field in _SCHEMAS[table]["fields"]}
    return tuple(fields[column]["constraints"]["enum"])
