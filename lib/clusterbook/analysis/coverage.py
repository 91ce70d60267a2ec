"""What the evidence covers and what it leaves open.

The profile follows UNESCO's thematic indicators for culture in the 2030 Agenda (Culture|2030,
2019): 22 indicators under four themes. They were made for cities and countries, so a row about one
cluster is `direct` only where it counts the same thing, `proxy` where it measures something near
it, `context` where it only tells of the surroundings or is a claim. Which is which is written down
per indicator in `data/culture_2030_links.csv`; rows about a city are never more than context.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from clusterbook.evidence.plain import Row, records

from .series import inside

RELATIONS = ("direct", "proxy", "context", "none")
_TERM = re.compile(r"([a-z_0-9]+)(!=|>=|=)(.+)")


class RuleError(ValueError):
    """A condition cannot be read or names a column that the table lacks."""


@dataclass(frozen=True)
class Indicator:
    """An indicator of Culture|2030 with the rows that speak to it, by how near they come."""

    number: int
    name: str
    theme: str
    direct: list[Row]
    proxy: list[Row]
    context: list[Row]

    @property
    def relation(self) -> str:
        """The nearest relation that has a row, or "none"."""
        return next((r for r in RELATIONS[:3] if getattr(self, r)), "none")

    @property
    def rows(self) -> list[Row]:
        """The rows of the nearest relation."""
        return self.direct or self.proxy or self.context


def observed(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that were observed: no targets, no unsourced claims."""
    return observations[observations["status"] == "observed"]


def matching(table: pd.DataFrame, where: str) -> list[Row]:
    """Return the rows that meet all terms of `where`, parted by semicolons.

    A term is `column=one|other` (the cell is one of the words), `column!=word` or `column>=3` (the
    cell, as a number). Raises `RuleError` for a term or column that is not there.
    """
    for term in filter(None, (part.strip() for part in where.split(";"))):
        match = _TERM.fullmatch(term)
        if not match:
            raise RuleError(f"{term!r} is no condition; write it like category=memory-politics")
        column, sign, value = match.groups()
        if column not in table:
            raise RuleError(f"{term!r}: the table has no column {column!r}")
        if sign == ">=":
            kept = pd.to_numeric(table[column], errors="coerce") >= float(value)
        else:
            kept = table[column].isin(value.split("|")) == (sign == "=")
        table = table[kept]
    return records(table)


def distinct(rows: Iterable[Row]) -> list[Row]:
    """Return every row once, by its anchor, in the order of the first."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row["anchor"], row)
    return list(found.values())


def profile(
    indicators: pd.DataFrame,
    links: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    city: pd.DataFrame | None,
) -> list[Indicator]:
    """Return the 22 indicators with the rows of a cluster that speak to each.

    `indicators` has number, name, theme; `links` number, relation, table, where; `tables` the
    cluster's tables by name; `city` the observations of its city, or None. Raises `RuleError`
    for a link that names no relation, table or column that is there.
    """
    found: dict[tuple[str, str], list[Row]] = {}
    for link in links.to_dict("records"):
        if link["relation"] not in RELATIONS[:3] or link["table"] not in tables:
            raise RuleError(f"indicator {link['number']}: {link['relation']!r} is no relation")
        table, where = tables[link["table"]], link["where"]
        told = found.setdefault((link["number"], link["relation"]), [])
        if link["table"] != "observations":
            told += matching(table, where)
            continue
        where = f"{where}; status=observed"
        told += matching(table, f"{where}; dimension!=context")
        beside = found.setdefault((link["number"], "context"), [])
        beside += matching(table, f"{where}; dimension=context")
        beside += [] if city is None else matching(city, where)
    return [
        Indicator(int(i["number"]), i["name"], i["theme"],
                  *(found.get((i["number"], r), []) for r in RELATIONS[:3]))
        for i in indicators.to_dict("records")
    ]  # fmt: skip


def core_indicators(
    codebook: pd.DataFrame, observations: pd.DataFrame, city: pd.DataFrame | None
) -> pd.DataFrame:
    """Return the core indicators of the codebook and whether a row was observed.

    Columns: indicator, label, dimension, rows (of the cluster itself), city_rows, covered. An
    indicator that the codebook keeps as context is left out.
    """
    core = codebook[(codebook["core"] == "yes") & (codebook["dimension"] != "context")]
    own = inside(observed(observations))["indicator"].value_counts()
    around = observed(city)["indicator"].value_counts() if city is not None else own.iloc[:0]
    table = core[["indicator", "label", "dimension"]].reset_index(drop=True)
    table["rows"] = table["indicator"].map(own).fillna(0).astype(int)
    table["city_rows"] = table["indicator"].map(around).fillna(0).astype(int)
    table["covered"] = (table["rows"] > 0) | (table["city_rows"] > 0)
    return table


def unanswered_strains(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the themes in which something strains and no other source sees anything sustain.

    Columns: dimension, category, strains (claims), sources. A sustaining claim answers a strain
    only if it comes from a source that does not itself state the strain.
    """
    rows = []
    for theme, said in _themes(findings).items():
        strains = [source for source, _ in said["strains"]]
        if strains and {source for source, _ in said["sustains"]} <= set(strains):
            rows.append((*theme, len(strains), len(set(strains))))
    table = pd.DataFrame(rows, columns=["dimension", "category", "strains", "sources"])
    return table.sort_values(["sources", "strains"], ascending=False, kind="stable")


def support_of_one_text(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the themes whose support is one text's alone while another source sees strain.

    Columns: dimension, category, sustains (claims), label (the text), others (sources of strain).
    """
    rows = []
    for theme, said in _themes(findings).items():
        alone = {source for source, _ in said["sustains"]}
        others = {source for source, _ in said["strains"]} - alone
        if len(alone) == 1 and others:
            rows.append((*theme, len(said["sustains"]), said["sustains"][0][1], len(others)))
    columns = ["dimension", "category", "sustains", "label", "others"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["others", "sustains"], ascending=False, kind="stable")


def _themes(findings: pd.DataFrame) -> dict[tuple[str, str], dict[str, list[tuple[str, str]]]]:
    """Return, by dimension and category, the source and label of each claim by its valence."""
    columns = ("dimension", "category", "valence", "source", "label")
    themes: dict[tuple[str, str], dict[str, list[tuple[str, str]]]] = {}
    for dimension, category, valence, source, label in zip(
        *(findings[column] for column in columns), strict=True
    ):
        said = themes.setdefault((dimension, category), {"strains": [], "sustains": []})
        said.setdefault(valence, []).append((source, label))
    return themes
