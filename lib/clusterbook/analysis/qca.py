"""Crisp-set qualitative comparative analysis: truth table, minimal formulas, fit, robustness.

Truth table and contradictions after Ragin (1987), consistency and coverage after Ragin (2006).
Minimisation is Quine's and McCluskey's: prime implicants, then the smallest covers. All smallest
covers are returned, for several formulas may fit the same rows equally well, and one that is picked
among them would pass for a finding (Thiem 2014). With the few conditions that a handful of cases
bears, implicants are tried one by one; libraries such as sympy return one cover only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, product
from typing import TypeAlias

import pandas as pd

Term: TypeAlias = tuple[tuple[str, bool], ...]
"""A conjunction: conditions, each present or absent."""
Model: TypeAlias = tuple[Term, ...]
"""A disjunction of terms: one formula."""

MOST = 8
"""Conditions above which the table has more rows than any set of cases could fill."""
PRESENT, ABSENT, BOTH = "present", "absent", "contradiction"


def truth_table(cases: pd.DataFrame, conditions: Sequence[str], outcome: str) -> pd.DataFrame:
    """Return one row per combination of conditions that a case has, most cases first.

    Columns in: the conditions and the outcome, true or false (or missing), a case a row, its name
    as index. Columns out: the conditions, `n` cases, `with_outcome` of them, `consistency` (their
    share), `verdict` (present, absent or contradiction), `cases` (their names). `attrs["left_out"]`
    names the cases with a missing value. Raises ValueError above `MOST` conditions or for a name
    that is no column.
    """
    wanted = [*conditions, outcome]
    unknown = [name for name in wanted if name not in cases]
    if unknown or not 0 < len(conditions) <= MOST:
        raise ValueError(
            f"no column {unknown[0]!r}; there are: {', '.join(map(str, cases))}"
            if unknown
            else f"1 to {MOST} conditions, not {len(conditions)}"
        )
    known = cases[wanted].notna().all(axis=1)
    rows = []
    for key, part in cases[known].groupby(list(conditions), sort=True):
        values, n = [bool(v) for v in key], len(part)
        hits = int(part[outcome].astype(bool).sum())
        verdict = PRESENT if hits == n else ABSENT if hits == 0 else BOTH
        rows.append([*values, n, hits, hits / n, verdict, ", ".join(map(str, part.index))])
    table = pd.DataFrame(
        rows, columns=[*conditions, "n", "with_outcome", "consistency", "verdict", "cases"]
    ).sort_values("n", ascending=False, kind="stable", ignore_index=True)
    table.attrs["left_out"] = [str(name) for name in cases.index[~known]]
    return table


def models(
    table: pd.DataFrame,
    conditions: Sequence[str],
    positive: bool = True,
    remainders: bool = False,
) -> list[Model]:
    """Return all shortest formulas for the outcome (or its absence) of a truth table.

    Contradictory rows are covered by none. Without `remainders` only observed combinations count
    (the complex solution), with them any combination that no case has may be assumed (the
    parsimonious one). Without a row to cover there is no model.
    """
    rows = {
        tuple(bool(v) for v in key): verdict
        for *key, verdict in table[[*conditions, "verdict"]].to_numpy(dtype=object).tolist()
    }
    wanted = PRESENT if positive else ABSENT
    cover = [key for key, verdict in rows.items() if verdict == wanted]
    allowed = {
        key
        for key in product((False, True), repeat=len(conditions))
        if (rows[key] == wanted if key in rows else remainders)
    }
    primes = _primes(allowed, len(conditions))
    reach = {p: frozenset(key for key in cover if _has(key, p)) for p in primes}
    useful = [p for p in primes if reach[p]]
    useful.sort(key=lambda p: [2 if v is None else not v for v in p])  # present before absent
    for size in range(1, len(useful) + 1):
        covers = [
            found
            for found in combinations(useful, size)
            if len(frozenset().union(*(reach[p] for p in found))) == len(cover)
        ]
        if covers:
            made = [tuple(_term(p, conditions) for p in found) for found in covers]
            short = min(sum(map(len, model)) for model in made)
            return [model for model in made if sum(map(len, model)) == short]
    return []


Pattern: TypeAlias = tuple[bool | None, ...]


def _primes(allowed: set[tuple[bool, ...]], n: int) -> list[Pattern]:
    """Return the patterns all of whose combinations are allowed and that no wider one contains."""
    widest = sorted(product((None, True, False), repeat=n), key=lambda p: -p.count(None))
    primes: list[Pattern] = []
    for pattern in widest:
        inside = product(*((False, True) if v is None else (v,) for v in pattern))
        wider = any(_has(pattern, prime) for prime in primes)
        if not wider and all(key in allowed for key in inside):
            primes.append(pattern)
    return primes


def _has(key: Pattern, pattern: Pattern) -> bool:
    return all(p is None or p == v for p, v in zip(pattern, key, strict=True))


def _term(pattern: Pattern, conditions: Sequence[str]) -> Term:
    return tuple((c, v) for c, v in zip(conditions, pattern, strict=True) if v is not None)


def formula(model: Iterable[Term]) -> str:
    """Return a model as text, "A*~B + C": `*` is and, `+` or, `~` not; "1" where all fits."""
    terms = ([("" if present else "~") + name for name, present in term] for term in model)
    return " + ".join("*".join(term) or "1" for term in terms)


def holds(cases: pd.DataFrame, term: Term) -> pd.Series:
    """Return for each case whether it has a term."""
    wanted = dict(term)
    return (cases[list(wanted)].astype(bool) == list(wanted.values())).all(axis=1)


def fit(cases: pd.DataFrame, model: Model, outcome: str, positive: bool = True) -> pd.DataFrame:
    """Return how well a model fits: a row per term and one for the whole.

    Columns out: `term`, `n` cases that have it, `consistency` (the share of them with the outcome:
    how far it suffices), `coverage` (the share of the cases with the outcome that have it: how far
    it is needed), `unique` (the share that no other term covers), `cases`. Cases with a missing
    value are left out. A share of no case is missing.
    """
    named = sorted({name for term in model for name, _ in term})
    known = cases[cases[[*named, outcome]].notna().all(axis=1)]
    result = known[outcome].astype(bool) == positive
    inside = pd.DataFrame({formula([term]): holds(known, term) for term in model}, known.index)
    alone = {term: inside[term] & ~inside.drop(columns=term).any(axis=1) for term in inside}
    parts = [(term, inside[term], alone[term]) for term in inside]
    rows = [
        [term, int(has.sum()), _share(has & result, has), _share(has & result, result),
         _share(only & result, result), ", ".join(map(str, has.index[has]))]
        for term, has, only in [*parts, (formula(model), *[inside.any(axis=1)] * 2)]
    ]  # fmt: skip
    columns = ["term", "n", "consistency", "coverage", "unique", "cases"]
    return pd.DataFrame(rows, columns=columns)


def _share(part: pd.Series, of: pd.Series) -> float:
    return float(part.sum() / of.sum()) if of.any() else float("nan")


def varied(cases: pd.DataFrame, outcome: str, doubtful: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Return the cases as they are, without each of them, and with each doubtful outcome turned.

    A table a scenario, by its name in words; `robustness` takes them.
    """
    found = {"as coded": cases}
    for name in cases.index:
        found[f"without {name}"] = cases.drop(index=name)
    for name in doubtful:
        turned = cases.copy()
        if name in turned.index and pd.notna(turned.loc[name, outcome]):
            turned.loc[name, outcome] = not turned.loc[name, outcome]
            found[f"{name} the other way"] = turned
    return found


def robustness(
    scenarios: Mapping[str, pd.DataFrame],
    conditions: Sequence[str],
    outcome: str,
    remainders: bool = True,
) -> pd.DataFrame:
    """Return what remains of the formulas in each scenario; the first is what they are held to.

    Columns out: `scenario`, `n` cases, `contradictions` (rows of the truth table), `formulas` (all
    models, " or " between them), `models` (their number), `same` (whether they are those of the
    first scenario).
    """
    rows = []
    for name, cases in scenarios.items():
        table = truth_table(cases, conditions, outcome)
        found = sorted(formula(m) for m in models(table, conditions, True, remainders))
        rows.append([name, int(table["n"].sum()), int((table["verdict"] == BOTH).sum()), found])
    out = pd.DataFrame(rows, columns=["scenario", "n", "contradictions", "found"])
    out["models"] = out["found"].map(len)
    out["same"] = [found == rows[0][3] for found in out["found"]]
    out["formulas"] = out["found"].map(lambda found: " or ".join(found) or "none")
    return out.drop(columns="found")
