"""The claims of a case article against what other sources say: a verdict on each, by rule.

A value is compared as an interval that its hedge widens: "about" by a tenth either way, "over" and
"at least" without an upper end, "under" and "up to" without a lower one, "nearly" down to nine
tenths. Two values agree where their intervals touch, but a count of exactly n does not bear out a
claim of over or under n. Two dates agree where their years meet.

A source that the article itself cites is no second voice: if it says the same, the claim is quoted
correctly and still stands alone; if it says otherwise, the claim is misquoted. One independent
source that says otherwise is enough for "contradicted" or "dated differently", whatever others say,
for a disagreement is to be shown, not voted on.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from clusterbook.evidence.plain import records
from clusterbook.evidence.select import selectors
from clusterbook.evidence.sources import Source, cited_key
from clusterbook.evidence.units import UnitError, factor

CHECKS = ("value", "date", "arithmetic", "quote", "none")
VERDICTS = ("confirmed", "dated differently", "contradicted", "only source")
CHAPTERS = ("background", "periodisation", "economic", "cultural", "social", "environmental")
TOLERANCE = 0.1
"""How far "about" and "nearly" reach, as a share of the value."""


class ClaimError(ValueError):
    """A claim cannot be compared with a row it names; the message says which and why."""


@dataclass(frozen=True)
class Voice:
    """A row held against a claim: `kind` is own, cited or independent; `same` if it agrees."""

    row: pd.Series
    kind: str
    same: bool


@dataclass(frozen=True)
class Checked:
    """A claim with the row it stands in (None where it has none), its voices and the verdict."""

    id: str
    section: str
    chapter: str
    claim: str
    check: str
    note: str
    row: pd.Series | None
    voices: tuple[Voice, ...]
    verdict: str

    def heard(self, kind: str, same: bool) -> list[pd.Series]:
        """Return the rows of one kind that agree, or do not."""
        return [v.row for v in self.voices if v.kind == kind and v.same == same]


def interval(row: pd.Series, unit: str | None = None) -> tuple[float, float]:
    """Return the values that an observation allows, its hedge included, in `unit` if given.

    `row` has low, high, qualifier and unit. Raises `ClaimError` where the unit does not fit.
    """
    try:
        times = 1.0 if unit is None else factor(row["unit"], unit)
    except UnitError as error:
        raise ClaimError(str(error)) from None
    low, high = row["low"] * times, row["high"] * times
    hedge = row["qualifier"]
    if hedge == "about":
        return low - TOLERANCE * abs(low), high + TOLERANCE * abs(high)
    if hedge in ("over", "at_least"):
        return low, math.inf
    if hedge in ("under", "up_to"):
        return -math.inf, high
    if hedge == "nearly":
        return low - TOLERANCE * abs(low), high
    return low, high


def years(row: pd.Series) -> tuple[int, int]:
    """Return the first and last year of a row; of an open span only the year it begins.

    `row` has start and end, or is an observation of the indicator reference_year, whose value is
    the year. Raises `ClaimError` for a row without a date.
    """
    if row.get("indicator") == "reference_year":
        return int(row["low"]), int(row["high"])
    start, end = row["start"], row["end"]
    if not math.isfinite(start):
        raise ClaimError("the row has no date to compare")
    last = math.ceil(end - 1e-9) - 1 if math.isfinite(end) else int(start)
    return int(start), last


_HEDGE_GROUP = {"exact": "", "about": "", "over": "up", "at_least": "up"}


def agrees(claimed: pd.Series, other: pd.Series, check: str, quoted: bool = False) -> bool:
    """Return whether a row says what a claim says, by its check.

    A quotation (`quoted`) must keep the number and the direction of its hedge.
    """
    if check == "date":
        (a, b), (c, d) = years(claimed), years(other)
        return a <= d and c <= b
    if "low" not in claimed or "low" not in other:
        raise ClaimError("only observations have a value to compare")
    if quoted:
        hedges = [_HEDGE_GROUP.get(row["qualifier"], "down") for row in (claimed, other)]
        same = claimed["low"] == other["low"] and claimed["high"] == other["high"]
        return bool(same and hedges[0] == hedges[1] and claimed["unit"] == other["unit"])
    (low, high), (low2, high2) = interval(claimed), interval(other, claimed["unit"])
    if claimed["qualifier"] == "over" and other["qualifier"] == "exact" and high2 <= low:
        return False  # a count of exactly n does not bear out "over n"
    if claimed["qualifier"] == "under" and other["qualifier"] == "exact" and low2 >= high:
        return False
    slack = 1e-9 * max(1.0, *(abs(v) for v in (low, high, low2, high2) if math.isfinite(v)))
    return low <= high2 + slack and low2 <= high + slack


def verdict(check: str, voices: Sequence[Voice]) -> str:
    """Return one of `VERDICTS` (see the module's text)."""
    independent = [v.same for v in voices if v.kind == "independent"]
    if not all(v.same for v in voices if v.kind != "independent"):
        return "contradicted"
    if not all(independent):
        return "dated differently" if check == "date" else "contradicted"
    return "confirmed" if independent or (check == "arithmetic" and voices) else "only source"


def audit(
    claims: pd.DataFrame, find: Callable[[str], pd.Series], sources: dict[str, Source]
) -> list[Checked]:
    """Return every claim of a `claims.csv` with its verdict, in the order of the table.

    `claims` has columns id, section, chapter, claim, row, against, check, note (text); `find`
    returns the row that a selector names. Raises `ClaimError` naming the claim.
    """
    done = []
    for line in records(claims):
        try:
            done.append(_one(line, find, sources))
        except LookupError as error:
            raise ClaimError(f"claim {line['id']}: {error}") from None
        except ClaimError as error:
            raise ClaimError(f"claim {line['id']}: {error}") from None
    return done


def _one(
    line: dict[str, str], find: Callable[[str], pd.Series], sources: dict[str, Source]
) -> Checked:
    check = line["check"]
    row = find(line["row"]) if line["row"] else None
    named = selectors(line["against"])
    if check not in CHECKS:
        raise ClaimError(f"the check {check!r} is not one of {', '.join(CHECKS)}")
    if check == "none" and named:
        raise ClaimError("the check is none, but rows are named to compare with")
    if check != "none" and (row is None or not named):
        raise ClaimError(f"the check {check} needs a row of its own and rows to compare with")
    voices = []
    for selector in named:
        assert row is not None
        other = find(selector)
        via = row.get("via", "")
        cited = check == "quote" or (bool(via) and cited_key(via, sources) == other["source"])
        kind = "own" if other["source"] == row["source"] else "cited" if cited else "independent"
        same = agrees(row, other, check, quoted=kind == "cited" and check != "date")
        voices.append(Voice(other, kind, same))
    return Checked(
        **{name: line[name] for name in ("id", "section", "chapter", "claim", "check", "note")},
        row=row,
        voices=tuple(voices),
        verdict=verdict(check, voices),
    )


def counts(checked: Sequence[Checked]) -> pd.DataFrame:
    """Return how many claims have each verdict: a row per chapter of the book, in its order."""
    numbers = Counter((claim.chapter, claim.verdict) for claim in checked)
    found = dict.fromkeys(claim.chapter for claim in checked)
    order = [*(c for c in CHAPTERS if c in found), *(c for c in found if c not in CHAPTERS)]
    table = pd.DataFrame({v: [numbers[c, v] for c in order] for v in VERDICTS}, index=order)
    return table.rename_axis(index="chapter", columns="verdict")
