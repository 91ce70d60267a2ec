"""What the positions of the literature expect, as rules on rows: each holds, fails or stays open.

A position's expectation is a conjunction of rules. A rule is told where the rows surely decide it:
dates and values that overlap decide nothing, and a rule that cannot be told names the rows that
would tell. Nothing here knows a cluster by name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pandas as pd

from clusterbook.evidence import Case
from clusterbook.evidence.plain import Row, records
from clusterbook.evidence.quantity import Quantity, quantity

from .chronology import opening_year
from .events import once
from .participation import level_of
from .tidy import in_one_unit, main_unit

HOLDS, FAILS, OPEN = "holds", "fails", "cannot be told"
MAKING = r"\b(?:artists?|arts?|design\w*|studios?|galler\w+|museums?|painters?|craft\w*|creative)\b"
"""How words begin that tell of those who make or show art, in segments and titles."""
WORK = r"\b(?:workers?|labour|miners?|retired|laid.off)\b"
RENTS = ("rent", "rent_premises")
ACTS = ("designation", "ownership", "policy")
ENDED = ("closed", "redeveloped")
FEW_MOVES, FEW_PROGRAMMES, HEARING = 3, 5, 2
"""The least moves for a share of losses, programmes for a silence to say something; the level of
decision at which an audience is heard and no more."""
NO_RENTS = "two dated rents of one tier (observations.csv: indicator rent)"
NO_MAKERS = "two counts of studios, galleries or artists of different years (observations.csv)"
NO_TIERS = "rents of two tiers in one year, or a programme of low rent"
"""Which rows are missing, where more than one rule needs them."""


@dataclass(frozen=True)
class View:
    """What the rules read of a cluster: its own rows (other places left out) and its facts.

    `past` are events of any dimension with values on the industry of the past; `typical` is the
    median share of losses of the other clusters, NaN where too few have one.
    """

    slug: str
    name: str
    observations: pd.DataFrame
    events: pd.DataFrame
    initiatives: pd.DataFrame
    findings: pd.DataFrame
    past: pd.DataFrame
    facts: dict[str, str] = field(default_factory=dict)
    opened: float = math.nan
    typical: float = math.nan

    @property
    def moves(self) -> list[Row]:
        """Arrivals and departures inside the cluster, each once."""
        inside = self.events[self.events["scope"] == "internal"]
        return records(inside[inside["kind"].isin(["arrival", "departure"])])

    @property
    def lost(self) -> float:
        """The share of departures in its moves; NaN with fewer than `FEW_MOVES`."""
        sides = [row["kind"] for row in self.moves]
        return sides.count("departure") / len(sides) if len(sides) >= FEW_MOVES else math.nan

    @property
    def programmes(self) -> list[Row]:
        """Its programmes, each with the `level` of its decision (`UNTOLD` where none is told)."""
        levels = self.initiatives["decision_level"].map(level_of)
        return records(self.initiatives.assign(level=levels))

    def dated(self, *kinds: str) -> list[Row]:
        """Return events of some kinds with a date, earliest first."""
        rows = records(self.events[self.events["kind"].isin(kinds)])
        return sorted((r for r in rows if _dated(r)), key=lambda r: (r["start"], r["end"]))


@dataclass(frozen=True)
class Verdict:
    """Whether a rule holds of a cluster, why, and its rows; or which rows are missing."""

    holds: bool | None
    why: str
    rows: tuple[Row, ...] = ()

    @property
    def word(self) -> str:
        """The verdict in words."""
        return OPEN if self.holds is None else HOLDS if self.holds else FAILS


def _open(missing: str, rows: Iterable[Row] = ()) -> Verdict:
    return Verdict(None, missing, tuple(rows))


@dataclass(frozen=True)
class Rule:
    """A rule of a position (its key in `data/literature`), what it says, and its test."""

    position: str
    says: str
    test: Callable[[View], Verdict]


def view(case: Case) -> View:
    """Return what the rules read of a cluster."""
    events, observed = once(case.events), case.observations
    own = observed[(observed["dimension"] != "context") & (observed["status"] == "observed")]
    industry = observed[observed["indicator"].str.startswith("industrial_")]
    claims = case.findings[case.findings["kind"] == "empirical"]
    return View(
        case.slug, case.name, own, events[events["dimension"] != "context"],
        case.initiatives[case.initiatives["dimension"] != "context"],
        claims[claims["dimension"] != "context"],
        pd.concat([events, industry], ignore_index=True),
        {name: case.fact(name) for name in ("status", "capital", "owner_type")},
        opening_year(case.fact("opened")) or math.nan,
    )  # fmt: skip


def views(cases: Iterable[Case], formed_on: str = "") -> list[View]:
    """Return the views of clusters, each with the median share of losses of the others.

    The cluster on which the positions were formed is no part of any median.
    """
    found = [view(case) for case in cases]
    out = []
    for one in found:
        others = pd.Series(
            [v.lost for v in found if v.slug not in (one.slug, formed_on)], dtype=float
        )
        typical = float(others.median()) if others.count() >= FEW_MOVES else math.nan
        out.append(replace(one, typical=typical))
    return out


def _dated(row: Row, finest: tuple[str, ...] = ("century",)) -> bool:
    """Return whether a row has a date that is finer than those named ("20XX" is none)."""
    ends = math.isfinite(row["start"]) and math.isfinite(row["end"])
    return ends and row["precision"] not in finest


def _before(one: Row, other: Row) -> bool:
    """Return whether a row surely lies before another: it ends before the other begins."""
    return bool(one["end"] <= other["start"])


def series(rows: pd.DataFrame) -> Iterator[list[tuple[Row, Quantity]]]:
    """Yield the dated values of what is measured alike (indicator, part and unit), in time."""
    kept = rows[rows["start"].notna() & rows["end"].notna()]
    for _, part in kept.groupby(["indicator", "segment", "unit"], sort=True):
        listed = [row for row in records(part) if _dated(row, ("century", "decade"))]
        listed.sort(key=lambda row: (row["start"], row["row"]))
        yield [(row, quantity(row)) for row in listed]


def rises(cluster: View) -> list[tuple[float, float, float, tuple[Row, ...]]]:
    """Return the sure rises of rents: growth a year (without limit from 0), the years, the rows.

    A rise is between two rents of one tier that follow each other, or a reported multiple above 1
    over a span. What an operator pays for a whole site is no rent here.
    """
    found: list[tuple[float, float, float, tuple[Row, ...]]] = []
    rents = cluster.observations[cluster.observations["indicator"].isin(RENTS)]
    rents = rents[~rents["segment"].str.contains("head_lease")]
    for told in _one_unit(rents):
        for (one, low), (two, high) in pairwise(told):
            years = two["start"] - one["start"]
            if high > low and years >= 0.5:
                growth = (high.low / low.high) ** (1 / years) if low.high else math.inf
                found.append((growth, one["start"], two["end"], (one, two)))
    times = cluster.observations[cluster.observations["indicator"] == "rent_multiple"]
    for row in records(times):
        span = row["precision"] == "interval" and _dated(row)
        if span and row["end"] - row["start"] > 1.01 and row["low"] > 1:
            growth = row["low"] ** (1 / (row["end"] - row["start"] - 1))
            found.append((growth, row["start"], row["end"], (row,)))
    return sorted(found, key=lambda rise: rise[1:3])


def _one_unit(rents: pd.DataFrame) -> Iterator[list[tuple[Row, Quantity]]]:
    """Yield rents of one tier in time, those per area and time in one unit."""
    plain = rents[rents["unit"].str.count("/") == 2]
    if len(plain):
        yield from series(in_one_unit(plain, main_unit(plain)).assign(unit=""))
    yield from series(rents[rents["unit"].str.count("/") != 2])


def makers(cluster: View) -> tuple[bool | None, tuple[Row, ...]]:
    """Return whether a later count of makers surely lies below an earlier one of the same measure.

    Makers are studios, galleries, artists, and tenants or exhibitors whose part says so. None where
    no two counts a year apart can be told apart.
    """
    rows = cluster.observations
    part = rows["segment"].str.replace("_", " ")
    whole = rows["indicator"].isin(["studios", "galleries", "artists"]) & (part == "")
    firms = rows["indicator"].isin(["tenants", "tenant_share", "studios"]) & part.str.contains(
        MAKING
    )
    shown = (rows["indicator"] == "event_exhibitors") & part.str.contains("studio|galler")
    steady: tuple[Row, ...] = ()
    for told in series(rows[whole | firms | shown]):
        for at, (one, before) in enumerate(told):
            for two, after in told[at + 1 :]:
                if two["start"] - one["start"] < 1:
                    continue  # two voices on one time, not a course
                if after < before:
                    return True, (one, two)
                if before._open()[1] <= after._open()[0]:
                    steady = (one, two)
    return (False, steady) if steady else (None, ())


def _arrivals(cluster: View) -> list[Row]:
    return [
        row for row in cluster.dated("arrival")
        if row["dimension"] == "cultural" or re.search(MAKING, row["title"].lower())
    ]  # fmt: skip


def arrivals_go_on(cluster: View) -> Verdict:
    """Artists still arrive after the first designation."""
    titles, came = cluster.dated("designation"), _arrivals(cluster)
    if not titles:
        return _open("a dated designation (events.csv: kind designation)", came)
    if not came:
        return _open(
            "dated arrivals of artists, studios or galleries (events.csv: kind arrival)", titles[:1]
        )
    later = [row for row in came if _before(titles[0], row)]
    if later:
        return Verdict(
            True, "an arrival is dated after the first designation", (titles[0], later[-1])
        )
    if all(_before(row, titles[0]) for row in came):
        return Verdict(
            False, "all dated arrivals come before the first designation", (came[-1], titles[0])
        )
    return _open("arrivals dated apart from the first designation", (came[-1], titles[0]))


def makers_stay(cluster: View) -> Verdict:
    """While programmes or titles are added, no later count of makers lies below an earlier one."""
    fell, rows = makers(cluster)
    if fell is None:
        return _open(NO_MAKERS)
    first = min(row["start"] for row in rows)
    begun = [*records(cluster.initiatives), *cluster.dated("designation")]
    grown = sorted(
        (r for r in begun if _dated(r) and r["start"] >= first), key=lambda r: r["start"]
    )
    if not grown:
        return _open("a programme or title added after the first count of makers", rows)
    why = "a later count of makers lies below an earlier one" if fell else "makers do not fall"
    return Verdict(not fell, f"{why} while programmes or titles are added", (*rows, grown[0]))


def rents_then_departures(cluster: View) -> Verdict:
    """A departure follows the first rise of rents, and none comes before it begins."""
    risen, left = rises(cluster), cluster.dated("departure")
    if not risen:
        return _open(NO_RENTS, left[:1])
    if not left:
        return _open("dated departures (events.csv: kind departure)", risen[0][3])
    _, begin, end, rows = risen[0]
    if left[0]["end"] <= begin:
        return Verdict(
            False, "a departure is dated before the first rise of rents", (*rows, left[0])
        )
    after = [row for row in left if row["start"] // 1 >= math.ceil(end) - 1]
    if after:
        return Verdict(True, "rents rise before tenants leave", (*rows, after[0]))
    return _open("rents dated more finely before the departures", (*rows, left[0]))


def makers_thin_out(cluster: View) -> Verdict:
    """A later count of makers lies below an earlier one."""
    fell, rows = makers(cluster)
    if fell is None:
        return _open(NO_MAKERS)
    return Verdict(fell, "makers thin out" if fell else "makers do not thin out", rows)


def cheap_tiers(cluster: View) -> tuple[list[Row], list[Row]]:
    """Return what attests a cheap tier: pairs of unlike rents of one year, and programmes."""
    rents = cluster.observations[cluster.observations["indicator"] == "rent"]
    rents = rents[~rents["segment"].str.contains("head_lease")]
    tidy = in_one_unit(rents, main_unit(rents)) if len(rents) else rents
    listed = [(r, quantity(r)) for r in records(tidy) if _dated(r)]
    pairs: list[Row] = []
    for one, low in listed:
        for two, high in listed:
            if one["start"] // 1 == two["start"] // 1 and one["segment"] and low < high:
                pairs += [] if one["segment"] == two["segment"] else [one, two]
    offers = [
        row for row in records(cluster.initiatives)
        if row["audience"] in ("artists", "tenants")
        and re.search(r"\brents?\b|\bcheap", row["name"].lower())
    ]  # fmt: skip
    return pairs, offers


def no_cheap_tier_lasts(cluster: View) -> Verdict:
    """A cheap tier of rent, where there was one, has ended."""
    pairs, offers = cheap_tiers(cluster)
    if not pairs and not offers:
        return _open(NO_TIERS)
    gone = [r for r in cluster.dated("closure", "demolition") if not r["start"] < cluster.opened]
    if cluster.facts.get("status") in ENDED and gone:
        return Verdict(True, "the tier ended with the cluster", (*(offers or pairs)[:1], gone[-1]))
    known = [r["end"] for r in records(cluster.events) if _dated(r)]
    over = [r for r in offers if _dated(r) and r["end"] - r["start"] > 1.01]
    over = [r for r in over if known and max(known) > r["end"] - 1]
    if over:
        return Verdict(True, "the programme of low rent has ended", (over[-1],))
    rents = cluster.observations[cluster.observations["indicator"] == "rent"]
    years = [row["start"] // 1 for row in records(rents) if _dated(row)]
    if pairs and max(row["start"] // 1 for row in pairs) == max(years):
        return Verdict(False, "a cheap tier stands where rents were last dated", tuple(pairs[-2:]))
    return _open(
        "a later rent of the cheap tier, or the end of the programme", (pairs or offers)[:2]
    )


def titles_after_arrivals(cluster: View) -> Verdict:
    """The first designation comes after the first arrival."""
    titles, came = cluster.dated("designation"), cluster.dated("arrival")
    if not titles or not came:
        return _open(
            "a dated designation and a dated arrival (events.csv)", (*titles[:1], *came[:1])
        )
    rows = (came[0], titles[0])
    if _before(*rows):
        return Verdict(True, "tenants came before the first designation", rows)
    if _before(titles[0], came[0]):
        return Verdict(False, "a designation is dated before the first arrival on record", rows)
    return _open("the first arrival and the first designation dated apart", rows)


def acts_before_the_jump(cluster: View) -> Verdict:
    """An act of owner or authority lies between the first arrival and the jump of rents."""
    risen, came, acts = rises(cluster), cluster.dated("arrival"), cluster.dated(*ACTS)
    if not risen:
        return _open(NO_RENTS, acts[:1])
    if not came or not acts:
        return _open("dated arrivals and acts of owner or authority (events.csv)", risen[0][3])
    _, begin, end, rows = max(risen)
    between = [r for r in acts if _before(came[0], r) and r["end"] <= begin]
    if between:
        return Verdict(True, "an act is dated between arrivals and the jump", (between[-1], *rows))
    if all(_before(r, came[0]) or r["start"] >= end or r["end"] <= came[0]["start"] for r in acts):
        return Verdict(False, "no act is dated between arrivals and the jump", (acts[0], *rows))
    return _open("rents and acts dated more finely", (acts[0], *rows))


def no_more_than_a_hearing(cluster: View) -> Verdict:
    """No programme gives its audience more than a hearing."""
    told = [row for row in cluster.programmes if row["level"] >= 0]
    if not told:
        return _open("a programme of which a decision is told (initiatives.csv: decision_level)")
    most = max(told, key=lambda row: row["level"])
    if most["level"] > HEARING:
        return Verdict(False, "a programme gives more than a hearing", (most,))
    return Verdict(True, "no programme on record gives more than a hearing", tuple(told))


def fabric_over_work(cluster: View) -> Verdict:
    """Rows on heritage and renovation are more than rows on work from 1949 to 1999."""
    fabric = [
        *records(cluster.findings[cluster.findings["category"] == "fabric-conservation"]),
        *records(cluster.events[cluster.events["kind"] == "renovation"]),
    ]
    opened = cluster.opened if math.isfinite(cluster.opened) else 2000.0
    work = [
        row for row in records(cluster.past)
        if _dated(row) and row["start"] >= 1949 and row["end"] <= min(2000.0, opened)
    ]  # fmt: skip
    said = cluster.findings["statement"].str.lower().str.contains(WORK)
    work += records(
        cluster.findings[said & (cluster.findings["category"] != "fabric-conservation")]
    )
    if not fabric and not work:
        return _open("renovations, claims on heritage or on work (events.csv, findings.csv)")
    why = f"{len(fabric)} rows on fabric, {len(work)} on work"
    return Verdict(len(fabric) > len(work), why, tuple(fabric + work))


def workers_do_not_decide(cluster: View) -> Verdict:
    """No programme has former workers who make or decide."""
    offered = cluster.programmes
    words = (f"{r['name']} {r['note']} {r['audience']}".replace("_", " ").lower() for r in offered)
    theirs = [row for row, said in zip(offered, words, strict=True) if re.search(WORK, said)]
    active = [r for r in theirs if r["audience_mode"] == "make" or r["level"] > 1]
    if active:
        return Verdict(False, "a programme has former workers who make or decide", tuple(active))
    if theirs:
        return Verdict(True, "programmes name former workers, who look on", tuple(theirs))
    if len(offered) >= FEW_PROGRAMMES:
        why = f"none of the {len(offered)} programmes on record names former workers"
        return Verdict(True, why, tuple(offered))
    return _open(
        f"programmes: fewer than {FEW_PROGRAMMES} are on record (initiatives.csv)", offered
    )


def _fewer(cluster: View, expected: bool, because: str, rows: Iterable[Row] = ()) -> Verdict:
    """Return whether a cluster loses as expected: a smaller share of its moves than the others."""
    if math.isnan(cluster.lost):
        need = f"at least {FEW_MOVES} arrivals and departures (events.csv)"
        return _open(need, (*rows, *cluster.moves))
    if math.isnan(cluster.typical) or cluster.lost == cluster.typical:
        return _open("a share of losses apart from that of the other clusters", cluster.moves)
    fewer = cluster.lost < cluster.typical
    why = f"{because}; of its moves {'fewer' if fewer else 'more'} are losses than elsewhere"
    return Verdict(fewer == expected, why, (*rows, *cluster.moves))


def patient_owners_lose_fewer(cluster: View) -> Verdict:
    """With public capital fewer moves are losses than elsewhere, with other capital more."""
    capital = cluster.facts.get("capital", "")
    if not capital:
        return _open("the kind of capital (cluster.csv: capital)", cluster.moves)
    return _fewer(cluster, capital == "state", f"its capital is {capital}")


def tiers_lose_fewer(cluster: View) -> Verdict:
    """With a cheap tier of rent fewer moves are losses than elsewhere."""
    pairs, offers = cheap_tiers(cluster)
    if not pairs and not offers:
        return _open(NO_TIERS)
    return _fewer(cluster, True, "a cheap tier is on record", (pairs or offers)[:2])


def a_say_loses_fewer(cluster: View) -> Verdict:
    """With a programme that asks its audience fewer moves are losses than elsewhere."""
    told = [row for row in cluster.programmes if row["level"] >= 0]
    asked = [row for row in told if row["level"] >= HEARING]
    if not asked:
        return _open("a programme that asks its audience (initiatives.csv: decision_level)", told)
    return _fewer(cluster, True, "a say is on record", asked)


RULES = tuple(
    Rule(position, str(test.__doc__), test)
    for position, tests in {
        "regeneration": (arrivals_go_on, makers_stay),
        "property": (rents_then_departures, makers_thin_out, no_cheap_tier_lasts),
        "state": (titles_after_arrivals, acts_before_the_jump, no_more_than_a_hearing),
        "memory": (fabric_over_work, workers_do_not_decide),
        "conditions": (patient_owners_lose_fewer, tiers_lose_fewer, a_say_loses_fewer),
    }.items()
    for test in tests
)
"""The rules of each position: a reading of its expectation in `data/literature/positions.csv`."""


def tried(clusters: Iterable[View]) -> pd.DataFrame:
    """Return every rule on every cluster: position, says, slug, cluster, verdict, why, rows.

    `why` is the reason, or where the verdict is `OPEN` the rows that are missing.
    """
    rows = []
    for cluster in clusters:
        for rule in RULES:
            found = rule.test(cluster)
            told = (rule.position, rule.says, cluster.slug, cluster.name)
            rows.append([*told, found.word, found.why, found.rows])
    columns = ["position", "says", "slug", "cluster", "verdict", "why", "rows"]
    return pd.DataFrame(rows, columns=columns)


def by_position(found: pd.DataFrame) -> pd.DataFrame:
    """Return a verdict for each position and cluster: position, slug, cluster, verdict, told, of.

    An expectation is all its rules together: it fails where one fails, holds where all hold, and
    cannot be told else (Kleene's strong logic of three values). `told` of the `of` rules were told.
    """
    verdicts = found.groupby(["position", "slug", "cluster"], sort=False)["verdict"]
    return verdicts.agg(
        verdict=lambda words: next((one for one in (FAILS, OPEN) if one in set(words)), HOLDS),
        told=lambda words: int((words != OPEN).sum()),
        of="size",
    ).reset_index()
