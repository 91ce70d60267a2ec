"""From a model text to the full list of parameters, with lavaan's defaults (Rosseel 2012).

What is added without being written: the first item of a factor has loading 1 (or, on request, the
factor has variance 1), every variable has a (residual) variance, factors that nothing explains
covary, and so do outcomes that explain nothing.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from surveysem.errors import ModelSyntaxError, SurveyError, listing
from surveysem.syntax import Term, parse_model


@dataclass(frozen=True)
class Row:
    """One parameter: ``value`` if it is fixed, else ``index`` in the vector of free parameters.

    ``op`` may also be ``~1`` (mean of ``lhs``; ``rhs`` is empty).
    """

    lhs: str
    op: str
    rhs: str
    value: float | None
    index: int
    label: str

    @property
    def name(self) -> str:
        """The parameter as one writes it, for messages: ``visual=~x2``."""
        return f"{self.lhs}{self.op}{self.rhs}"


@dataclass(frozen=True)
class Specification:
    """A model ready for estimation: its variables and all its parameters, free and fixed."""

    observed: tuple[str, ...]
    latent: tuple[str, ...]
    rows: tuple[Row, ...]
    free: int

    @property
    def names(self) -> list[str]:
        """Name of each free parameter, its label where several rows share it."""
        return parameter_names([self], [""])

    @property
    def factors(self) -> dict[str, tuple[str, ...]]:
        """Items of each factor that is measured by items (not by other factors)."""
        items: dict[str, list[str]] = {}
        for row in self.rows:
            if row.op == "=~" and row.rhs in self.observed:
                items.setdefault(row.lhs, []).append(row.rhs)
        return {factor: tuple(names) for factor, names in items.items()}


def _defaults(terms: tuple[Term, ...], std_lv: bool, ordinal: bool) -> list[Term]:
    """Return the written terms and those that lavaan adds, each with its value settled."""
    latent = list(dict.fromkeys(t.lhs for t in terms if t.op == "=~"))
    everything = list(
        dict.fromkeys(
            [t.rhs for t in terms if t.op == "=~"] + [n for t in terms for n in (t.lhs, t.rhs)]
        )
    )
    observed = [name for name in everything if name not in latent]
    measured = {t.rhs for t in terms if t.op == "=~"}
    outcomes = {t.lhs for t in terms if t.op == "~"}
    predictors = {t.rhs for t in terms if t.op == "~"}
    done: list[Term] = []
    first: set[str] = set()
    for term in terms:
        if term.op == "=~" and term.lhs not in first:
            first.add(term.lhs)
            if term.fixed is None and not term.free and not std_lv:
                if term.label:
                    raise ModelSyntaxError(
                        f"Model, line {term.line}, at “{term.label}*{term.rhs}”: the loading of a "
                        f"factor's first item is fixed at 1, so it cannot carry the label of a free"
                        f" parameter. Write {term.lhs} =~ NA*{term.rhs} + {term.label}*{term.rhs}"
                        f" and {term.lhs} ~~ 1*{term.lhs}."
                    )
                term = replace(term, fixed=1.0)
        done.append(term)
    stated = {frozenset((t.lhs, t.rhs)) for t in terms if t.op == "~~"}
    sole = {
        f: items[0]
        for f in latent
        if len(items := [t.rhs for t in terms if t.op == "=~" and t.lhs == f]) == 1
    }
    for name in observed:
        # With categories the variance of an item is not a parameter: it is set to one.
        if frozenset((name,)) not in stated and not ordinal:
            done.append(Term(name, "~~", name, fixed=0.0 if name in sole.values() else None))
    for name in latent:
        if frozenset((name,)) not in stated:
            # A factor with a single item has no error of its own to tell apart.
            alone = ordinal and sole.get(name) in observed
            done.append(Term(name, "~~", name, fixed=1.0 if std_lv or alone else None))
    groups = (
        [n for n in latent if n not in outcomes and n not in measured],
        [n for n in observed if n in predictors and n not in outcomes and n not in measured],
        [n for n in everything if n in outcomes and n not in predictors and n not in measured],
    )
    for group in groups:
        for one, other in combinations(group, 2):
            if frozenset((one, other)) not in stated:
                done.append(Term(one, "~~", other))
    return done


def _check_structure(terms: Iterable[Term]) -> None:
    """Refuse factors that are measured in a circle."""
    parents: dict[str, set[str]] = {}
    for term in terms:
        if term.op == "=~":
            parents.setdefault(term.rhs, set()).add(term.lhs)
    for start in parents:
        seen: set[str] = set()
        front = set(parents[start])
        while front:
            if start in front:
                raise ModelSyntaxError(
                    f"The factor {start} is measured, through others, by itself. "
                    "A factor's indicators must be items or factors below it."
                )
            seen |= front
            front = {p for name in front for p in parents.get(name, set())} - seen


def specify(
    model: str, *, std_lv: bool = False, ordinal: bool = False, means: bool = False
) -> Specification:
    """Return the full list of parameters of a model in lavaan's syntax.

    ``std_lv`` fixes the factors' variances at 1 and frees all loadings. ``ordinal`` leaves out the
    items' residual variances, which are no parameters where answers are categories (lavaan's delta
    parameterisation). ``means`` adds the items' intercepts (``~1``), and the factors' fixed at 0.
    Errors: ``ModelSyntaxError``. Source: Rosseel (2012), lavaan.
    """
    terms = parse_model(model)
    _check_structure(terms)
    if ordinal:
        _check_ordinal(terms)
    done = _defaults(terms, std_lv, ordinal)
    latent = tuple(dict.fromkeys(t.lhs for t in terms if t.op == "=~"))
    names = dict.fromkeys(
        [t.rhs for t in terms if t.op == "=~"] + [n for t in terms for n in (t.lhs, t.rhs)]
    )
    observed = tuple(name for name in names if name not in latent)
    if not observed:
        raise ModelSyntaxError("The model names no item. Write factor =~ item1 + item2 + item3.")
    rows: list[Row] = []
    labels: dict[str, int] = {}
    free = 0
    order = {"=~": 0, "~": 1, "~~": 2}
    for term in sorted(done, key=lambda t: order[t.op]):
        index = -1
        if term.fixed is None:
            if term.label and any(r.label == term.label and r.index < 0 for r in rows):
                raise _mixed_label(term)
            index = labels.get(term.label or "", -1)
            if index < 0:
                index, free = free, free + 1
                if term.label:
                    labels[term.label] = index
        elif term.label and any(r.label == term.label and r.value != term.fixed for r in rows):
            raise _mixed_label(term)
        rows.append(Row(term.lhs, term.op, term.rhs, term.fixed, index, term.label or ""))
    if means:
        rows += [Row(name, "~1", "", None, free + k, "") for k, name in enumerate(observed)]
        rows += [Row(name, "~1", "", 0.0, -1, "") for name in latent]
        free += len(observed)
    return Specification(observed, latent, tuple(rows), free)


EQUAL: dict[str, Callable[[Specification, Row], bool]] = {
    "loadings": lambda spec, row: row.op == "=~",
    "intercepts": lambda spec, row: row.op == "~1" and row.lhs in spec.observed,
    "residuals": lambda spec, row: row.op == "~~" and row.lhs == row.rhs in spec.observed,
    "regressions": lambda spec, row: row.op == "~",
}
"""What groups may have in common, and which parameters that are."""


def specify_groups(
    spec: Specification, groups: Sequence[str], equal: Sequence[str], free: Sequence[str]
) -> tuple[Specification, ...]:
    """Return the specification of each group, with positions in one common parameter vector.

    ``equal`` names what is equal over groups (``loadings``, ``intercepts``, ``residuals``,
    ``regressions``), ``free`` the parameters that are not after all (``visual=~x2``, ``x3~1``,
    ``x9~~x9``): partial invariance (Byrne, Shavelson and Muthen 1989). Where intercepts are equal,
    the factors' means are free after the first group; where loadings are, so are variances that
    were fixed at 1 for scale. One label is one value in all groups.
    Error: ``SurveyError`` for a name that is not there.
    """
    if unknown := [name for name in equal if name not in EQUAL]:
        raise SurveyError(
            f"“{unknown[0]}” cannot be made equal over groups. There are: {listing(EQUAL)}."
        )
    shared = [row.name for row in spec.rows if any(EQUAL[e](spec, row) for e in equal)]
    apart = ["".join(name.split()) for name in free]
    for name in apart:
        if name not in shared:
            near = difflib.get_close_matches(name, shared, 1)
            hint = f"Is it “{near[0]}”? " if near else ""
            raise SurveyError(
                f"There is no parameter “{name}” that is equal over groups. {hint}Parameters are "
                f"written as visual=~x2, x3~1 or x9~~x9; equal now: {listing(shared) or 'none'}."
            )
    scaled = {row.lhs for row in spec.rows if row.name in shared and row.value is None}
    place: dict[tuple[int | str, int], int] = {}
    specs = []
    for k in range(len(groups)):
        rows = []
        for row in spec.rows:
            own = row.name in apart or (row.name not in shared and not row.label)
            value = row.value
            factor = k > 0 and row.lhs in spec.latent
            if factor and row.op == "~1" and "intercepts" in equal:
                value = None
            if factor and row.lhs == row.rhs and value == 1.0 and "loadings" in equal:
                fixed = [r for r in spec.rows if r.op == "=~" and r.lhs == row.lhs and r.value]
                value = value if fixed or row.lhs not in scaled else None
            if value is None:
                # What one label or one position joins stays joined within a group.
                joint: int | str = row.index if row.index >= 0 else row.name
                index = place.setdefault((joint, k if own else -1), len(place))
                rows.append(replace(row, value=None, index=index))
            else:
                rows.append(row)
        specs.append(rows)
    return tuple(replace(spec, rows=tuple(rows), free=len(place)) for rows in specs)


def parameter_names(specs: Sequence[Specification], groups: Sequence[str]) -> list[str]:
    """Return the name of each free parameter, with its group where it belongs to one."""
    found: dict[int, list[str]] = {}
    for spec, group in zip(specs, groups, strict=True):
        for row in spec.rows:
            if row.index >= 0:
                found.setdefault(row.index, [row.label or row.name]).append(group)
    many = len(specs) > 1
    return [
        f"{name} (group {of[0]})" if many and len(set(of)) == 1 else name
        for name, *of in (found[i] for i in range(len(found)))
    ]


def _mixed_label(term: Term) -> ModelSyntaxError:
    return ModelSyntaxError(
        f"Model, line {term.line}: the label {term.label} stands for a free parameter and for a "
        "fixed value. Parameters with one label are equal: free both, or give both the value."
    )


def _check_ordinal(terms: Iterable[Term]) -> None:
    latent = {t.lhs for t in terms if t.op == "=~"}
    for term in terms:
        if term.op == "~" and term.rhs not in latent:
            raise ModelSyntaxError(
                f"Model, line {term.line}: the item {term.rhs} explains {term.lhs}. With WLSMV an "
                "item can be an indicator or an outcome, not a predictor. Use ML or MLR, or give "
                f"the item a factor of its own: f =~ {term.rhs}."
            )
        if term.op == "~~" and term.lhs == term.rhs and term.lhs not in latent:
            raise ModelSyntaxError(
                f"Model, line {term.line}: the variance of the item {term.lhs} is no parameter "
                "where answers are categories (WLSMV). Leave the line out, or use ML or MLR."
            )
