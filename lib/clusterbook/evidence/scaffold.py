"""A new evidence folder: headed tables with one example row each, and what the columns mean.

All of it is made from the schemas, so the folder and the check agree. An example is marked in its
place in the source and is refused by the check until it is replaced or deleted.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from .root import SLUG, UnknownClusterError
from .schemas import CLUSTER_TABLES, COLUMNS, TABLES, file_name, schema
from .vocabulary import (
    CLUSTER_FIELDS,
    CLUSTER_LISTS,
    GRADE_WORDS,
    MARKED_EXAMPLE,
    REQUIRED_CLUSTER_FIELDS,
)

PLACE = f"{MARKED_EXAMPLE}: page 3"
KEY = "surname2020"
_COMMON = {"source": KEY, "locator": PLACE}
_CODED = {"dimension": "economic", "scope": "internal"}
EXAMPLES: dict[str, list[dict[str, str]]] = {
    "cluster": [
        {"field": name, "value": value, **_COMMON}
        for name, value in {
            "name": "Mill 7", "city": "Wuxi", "country": "China", "opened": "2004",
        }.items()
    ],
    "observations": [
        {"indicator": "tenants", "date": "2015", "value": "120", "unit": "count",
         "qualifier": "about", **_CODED, **_COMMON},
    ],
    "events": [
        {"date": "2004", "title": "First studios open", "kind": "arrival",
         **_CODED, **_COMMON, "dimension": "cultural"},
    ],
    "initiatives": [
        {"name": "Open studios", "date": "2010/..", "audience": "public", "audience_mode": "watch",
         "decision_level": "na", "programme": "open-studios", **_CODED,
         **_COMMON, "dimension": "social"},
    ],
    "phases": [
        {"scheme": "surname", "phase": "1", "label": "Works", "date": "1930/2004", **_COMMON},
    ],
    "findings": [
        {"id": "example-1", "code": "rising-rents", "category": "rent", "kind": "empirical",
         "statement": "Rising rents drive studios out.", "valence": "strains", "actor": "artists",
         "mechanism": "rents rise faster than what studios earn", **_CODED, **_COMMON},
    ],
}  # fmt: skip
"""The tables of a new folder, with their example rows."""

BIB = f"""@article{{{KEY},
  author = {{Surname, Given}},
  title = {{{MARKED_EXAMPLE}: title of the text}},
  journal = {{Journal or publisher}},
  year = {{2020}},
  url = {{https://example.org/}},
  keywords = {{grade:A}}
}}
"""


class ScaffoldError(OSError):
    """A new folder cannot be made where it was asked for."""


def new_folder(place: Path, workbook: bool = False) -> Path:
    """Make an evidence folder with example rows, or with one workbook of them; return it.

    Raises `UnknownClusterError` where the folder's name can be no slug, and `ScaffoldError` where
    something stands there: nothing is ever written over.
    """
    if not SLUG.fullmatch(place.name):
        raise UnknownClusterError(
            f"{place.name!r} cannot be a cluster's short name: write lower-case letters and "
            "digits, joined by hyphens, as in west-bund"
        )
    if place.exists() or place.is_symlink():
        raise ScaffoldError(0, "is there already, and nothing is written over", str(place))
    (place / "notes").mkdir(parents=True)
    if workbook:
        from .workbook import write_workbook

        write_workbook(place, EXAMPLES)
    else:
        for table, rows in EXAMPLES.items():
            with (place / file_name(table)).open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS[table], restval="", lineterminator="\r\n")
                writer.writeheader()
                writer.writerows(rows)
    (place / "sources.bib").write_text(BIB, encoding="utf-8")
    (place / "README.md").write_text(guide(place.name, workbook), encoding="utf-8")
    return place


def guide(slug: str, workbook: bool = False) -> str:
    """Return the guide to a folder of evidence: its files, their columns, what a cell may hold."""
    tables = "sheets of `evidence.xlsx`" if workbook else "tables (CSV UTF-8)"
    lines = [
        f"# Evidence on {slug}",
        "",
        f"The {tables} below hold the evidence, a row for each thing that a source says.",
        f"Rows that are marked {MARKED_EXAMPLE} show the form: replace them or delete them.",
        "A table that you have no rows for may stay empty or be left out; `cluster` must be there.",
        "Tables without an example below may be added.",
        f"`clusterbook check {slug}` says what is missing or wrong, and where.",
        f"`clusterbook report {slug}` makes the book about this cluster.",
        "",
        "`sources.bib` holds the sources in BibTeX, as Zotero exports them, and each needs a grade "
        "among its keywords (in Zotero: a tag such as `grade:B`):",
        *(f"- `grade:{grade}`: {words}" for grade, words in GRADE_WORDS.items()),
        "",
        "A tag `nolink` keeps a source's address from being printed.",
        "`notes/` holds your own text for a chapter, as in `notes/economic.md`.",
        "",
        "Dates are EDTF: `2006`, `2021-11`, `2000~` (about), `193X` (the thirties), `2015/..` "
        "(since 2015), `2001/2004`.",
        "A hedge of the source (about, over) goes in `qualifier`, the upper end of a range in "
        "`value_upper`.",
        "Format the columns of dates and values as text before you type, so that the spreadsheet "
        "changes nothing.",
    ]
    for table in CLUSTER_TABLES:
        if table in TABLES:
            lines += table_guide(table)
    return "\n".join(lines) + "\n"


def table_guide(table: str) -> Iterator[str]:
    """Yield the lines of Markdown that tell of a table's columns, from its schema."""
    title, description = TABLES[table]
    yield from ("", f"## {title}: `{file_name(table)}`", "", description, "")
    yield from ("| column | must be filled | what it holds |", "|---|---|---|")
    for field in schema(table)["fields"]:
        limits = field.get("constraints", {})
        told = field["description"].replace("|", "\\|")
        if "enum" in limits:
            told += f" One of: {', '.join(map(str, limits['enum']))}."
        must = "yes" if limits.get("required") else ""
        yield f"| `{field['name']}` | {must} | {told} |"
    if table == "cluster":
        fields = ", ".join(f"`{name}`" for name in CLUSTER_FIELDS)
        needed = ", ".join(f"`{name}`" for name in REQUIRED_CLUSTER_FIELDS)
        yield from ("", f"The fields are {fields}; {needed} must be there.")
        yield from (f"`{name}` is one of: {', '.join(v)}." for name, v in CLUSTER_LISTS.items())
