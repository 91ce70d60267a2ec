"""The article's recommendations answered for a cluster from its rows, by written rules.

A rule names rows that would be a sign: `proof` is a row of the kind that the recommendation itself
asks for (a count, a dated policy, a programme at a level of decision), `hint` is less: a claim, or
a row that shows a part. `against` is a claim that the opposite happens.

The coding is by rule and conservative: "met" needs proof and nothing against; proof with something
against it, or hints alone, are "partly"; anything else is "no evidence", which says that no row
speaks for it and not that the thing is missing. Claims are never proof, however many.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from clusterbook.evidence.plain import Row

from .balance import CASE_ARTICLE
from .row_rules import Cells, RuleError, distinct, matching

ANSWERS = ("met", "partly", "no evidence")
SIGNS = ("proof", "hint", "against")


@dataclass(frozen=True)
class Answer:
    """A recommendation answered: its rows for and against, and whether one text says it all."""

    id: str
    answer: str
    proof: list[Row]
    hints: list[Row]
    against: list[Row]
    article_alone: bool

    @cached_property
    def rows(self) -> list[Row]:
        """The rows that speak for it."""
        return distinct([*self.proof, *self.hints])


def answers(
    recommendations: pd.DataFrame,
    rules: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    given: Mapping[str, float],
) -> list[Answer]:
    """Return an answer per recommendation, in the order of the list.

    `rules` has columns recommendation, sign, set, table, where, at_least; proofs that share a set
    are needed together, others are alternatives. `tables` are the cluster's tables by name as
    loaded; `given` holds values that a rule may name, such as `opened` (a year). Raises
    `RuleError` for a rule that cannot be read.
    """
    known = set(recommendations["id"])
    lost = [name for name in rules["recommendation"] if name not in known]
    if lost:
        raise RuleError(f"there is no recommendation {lost[0]!r}")
    cells = {name: Cells(table) for name, table in tables.items()}
    written: dict[str, list[Row]] = {}
    for rule in rules.to_dict("records"):
        written.setdefault(rule["recommendation"], []).append(rule)
    return [_answer(name, written.get(name, []), cells, given) for name in recommendations["id"]]


def _answer(
    name: str, rules: list[Row], tables: Mapping[str, Cells], given: Mapping[str, float]
) -> Answer:
    found: dict[str, list[Row]] = {sign: [] for sign in SIGNS}
    sets: dict[str, list[list[Row]]] = {}
    for number, rule in enumerate(rules):
        if rule["sign"] not in SIGNS or rule["table"] not in tables:
            raise RuleError(f"{name}: the rule needs a sign ({', '.join(SIGNS)}) and a table")
        rows = matching(tables[rule["table"]], rule["where"], given)
        if len(rows) < int(rule["at_least"]):
            rows = []
        if rule["sign"] == "proof":
            sets.setdefault(rule["set"] or f"alone {number}", []).append(rows)
        else:
            found[rule["sign"]] += rows
    for parts in sets.values():
        found["proof" if all(parts) else "hint"] += [row for part in parts for row in part]
    proof, hints, against = (distinct(found[sign]) for sign in SIGNS)
    proved = {row["anchor"] for row in proof}
    hints = [row for row in hints if row["anchor"] not in proved]
    answer = "met" if proof and not against else "partly"
    if not proof and not hints:
        answer = "no evidence"
    sources = {row["source"] for row in (*proof, *hints)}
    return Answer(name, answer, proof, hints, against, sources == {CASE_ARTICLE})
