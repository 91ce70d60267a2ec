"""The claims of a text held against rows: what each row says, whose voice it is, what follows.

A verdict is the compilers' judgement and stands in `claims.csv`. Here it is held against the rows
that it names: a value is compared as an interval that its hedge widens ("about" by a tenth either
way, "over" and "at least" without an upper end, "under" and "up to" without a lower one, "nearly"
down to nine tenths), a date by its years. A text that the article itself cites, and a row taken
from the same text, are no second voice. Where voices are divided either verdict may stand, and the
reason tells of both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import pandas as pd

from .case import Case
from .plain import by_index
from .problems import Problem, said
from .rules_claims import COMPARED, nearest_pages
from .select import SelectionError, select, selectors
from .sources import Source, cited_key
from .units import UnitError, factor

TOLERANCE = 0.1
"""How far "about" and "nearly" reach, as a share of the value."""
_UP, _DOWN = ("over", "at_least"), ("under", "up_to", "nearly")


class ClaimError(ValueError):
    """A claim cannot be compared with a row it names; the message says why."""


@dataclass(frozen=True)
class Voice:
    """A row held against a claim: `kind` is own, cited or independent.

    `same` is whether it says the same; None where the two cannot settle that.
    """

    row: pd.Series
    kind: str
    same: bool | None


def interval(row: pd.Series, unit: str | None = None) -> tuple[float, float]:
    """Return the values that an observation allows, its hedge included, in `unit` if given.

    `row` has low, high, qualifier and unit. Raises `ClaimError` where the unit does not fit.
    """
    low, high = _stated(row, unit)
    hedge = row["qualifier"]
    if hedge in _UP:
        return low, math.inf
    if hedge in ("under", "up_to"):
        return -math.inf, high
    reach = TOLERANCE if hedge in ("about", "nearly") else 0.0
    return low - reach * abs(low), high + reach * abs(high) * (hedge == "about")


def _stated(row: pd.Series, unit: str | None) -> tuple[float, float]:
    try:
        times = 1.0 if unit is None else factor(row["unit"], unit)
    except UnitError as error:
        raise ClaimError(str(error)) from None
    return row["low"] * times, row["high"] * times


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


def _counts(row: pd.Series) -> bool:
    return "indicator" in row and row["indicator"] != "reference_year"


def says_same(own: pd.Series, other: pd.Series, check: str) -> bool | None:
    """Return whether a row says what the claim's own row says; None where that is not settled.

    By value: no, where the intervals do not meet; yes, where what the other states lies within
    what the claim allows. A range much wider than the claim, or the same number hedged the other
    way, settles nothing. In words (check `words`) only rows of one indicator are compared.
    Raises `ClaimError` where the rows cannot be compared so.
    """
    if check == "date":
        if _counts(own) != _counts(other):
            raise ClaimError("a count that was made in a year does not date an event")
        (a, b), (c, d) = years(own), years(other)
        return a <= d and c <= b
    if check == "words" and not (_counts(own) and own["indicator"] == other.get("indicator")):
        return None
    if "low" not in own or "low" not in other:
        raise ClaimError("only observations have a value to compare")
    (low, high), (low2, high2) = interval(own), interval(other, own["unit"])
    stated, stated2 = _stated(own, None), _stated(other, own["unit"])
    hedge, hedge2 = own["qualifier"], other["qualifier"]
    slack = 1e-9 * max(1.0, *(abs(v) for v in (low, high, low2, high2) if math.isfinite(v)))
    if low > high2 + slack or low2 > high + slack:
        return False
    if hedge2 == "exact" and (
        (hedge == "over" and high2 <= low) or (hedge == "under" and low2 >= high)
    ):
        return False  # a count of exactly n does not bear out "over n"
    if (hedge in _UP and hedge2 in _DOWN) or (hedge in _DOWN and hedge2 in _UP):
        return None
    within = low - slack <= stated2[0] and stated2[1] <= high + slack
    rounded = (
        hedge2 == "about"
        and hedge not in (*_UP, *_DOWN)
        and low2 - slack <= stated[0]
        and stated[1] <= high2 + slack
        and stated2[1] - stated2[0] <= stated[1] - stated[0] + slack
    )
    return True if within or rounded else None


def voice_kind(own: pd.Series, other: pd.Series, sources: dict[str, Source]) -> str:
    """Return whose voice a row is beside the claim's own row: own, cited or independent."""
    if own["source"] == other["source"]:
        return "own"
    via, via2 = own.get("via", ""), other.get("via", "")
    cited = (
        (via and (via == via2 or cited_key(via, sources) == other["source"]))
        or (via2 and cited_key(via2, sources) == own["source"])
    )  # fmt: skip
    return "cited" if cited else "independent"


def voices(case: Case, row: str, against: str, check: str) -> list[Voice]:
    """Return the rows that a claim is held against, as voices.

    `row` and `against` are cells of `claims.csv`. Raises `SelectionError` for a row that is not
    there, `ClaimError` for one that cannot be compared.
    """
    named = selectors(against)
    if not named or not row:
        return []
    own, found = select(case, row), []
    for selector in named:
        other = select(case, selector)
        same = None if check == "none" else says_same(own, other, check)
        found.append(Voice(other, voice_kind(own, other, case.all_sources), same))
    return found


def verdict_fault(verdict: str, check: str, heard: Sequence[Voice]) -> str:
    """Return in words how a verdict goes against the voices that it rests on; "" where not."""
    others = _others(check, heard)
    if verdict not in COMPARED:
        return "an independent source is compared, so a verdict must follow" if others else ""
    if not others:
        return f"is {verdict}, but no row compared is another voice than the article's"
    return upset(verdict, check, heard)


def upset(verdict: str, check: str, heard: Sequence[Voice]) -> str:
    """Return in words how rows speak against a verdict, as when one was changed; "" where none."""
    same = {voice.same for voice in _others(check, heard)}
    wanted = verdict == "confirmed"
    if (
        verdict not in COMPARED
        or not same
        or wanted in same
        or (check == "words" and same == {None})
    ):
        return ""
    return f"is {verdict}, but no row compared says {'the same' if wanted else 'otherwise'}"


def _others(check: str, heard: Sequence[Voice]) -> list[Voice]:
    return [v for v in heard if v.kind == "independent" or check == "arithmetic"]


def claims_problems(case: Case, outdated: bool = True) -> list[Problem]:
    """Return what keeps the verdicts of the cluster's `claims.csv` from standing.

    A problem names the row and the cell: one that names no row of evidence or several, a verdict
    that the rows compared speak against (unless not `outdated`: a row was changed since, and
    chapters call the claim not checked), an address that must not be printed.
    """
    hidden = {_host(s.url) for s in case.all_sources.values() if not s.link} - {""}
    problems = []
    for number, line in by_index(case.claims).items():
        faults = [
            ("nearest", f"{said(page.address)} must not be printed", "write address not printed")
            for page in nearest_pages(line["nearest"])
            if _host(page.address) in hidden
        ]
        for name in ("row", "against"):
            for selector in selectors(line[name]):
                try:
                    select(case, selector)
                except SelectionError as error:
                    faults.append((name, str(error), ""))
        if not faults:
            try:
                heard = voices(case, line["row"], line["against"], line["check"])
                told = (line["verdict"], line["check"], heard)
                wrong = verdict_fault(*told)
                if wrong and (outdated or not upset(*told)):
                    faults.append(("verdict", wrong, ""))
            except ClaimError as error:
                faults.append(("check", f"claim {line['id']}: {error}", ""))
        problems += [Problem("claims.csv", number, *fault) for fault in faults]
    return problems


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower().removeprefix("www.")
    except ValueError:  # such as https://[, which is no address
        return ""
