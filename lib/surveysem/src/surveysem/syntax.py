"""Reads a model written in lavaan's syntax (Rosseel 2012), the part of it that a survey needs.

Read: ``factor =~ item + item`` (measured by), ``outcome ~ predictor`` (regressed on),
``a ~~ b`` (variance, covariance), fixed values (``0.5*x``), labels (``a*x``: the same label means
the same value), ``NA*x`` (free what would be fixed), comments (``#`` or ``!``), several statements
on a line (``;``), a statement over several lines (the line ends or begins with ``+``).
Everything else of lavaan's syntax is refused by name: a model that is half read is a wrong model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from surveysem.errors import ModelSyntaxError

OPERATORS = {"=~": "is measured by", "~~": "varies with", "~": "is regressed on"}

_NOT_READ = {
    ":=": "Defined parameters are not read here; compute them from the table of estimates",
    "==": "To make two parameters equal, give them the same label: a*x1 + a*x2",
    "<~": "Formative factors are not read here; write the items as indicators with =~",
    "~*~": "Scaling factors are not read here; leave the line out",
    "<": "Inequality constraints are not read here; leave the line out",
    ">": "Inequality constraints are not read here; leave the line out",
    "|": "Thresholds are estimated without being written; leave the line out",
}
_TOKEN = re.compile(
    r"(?P<comment>[#!][^\n]*)"
    r"|(?P<newline>\n)"
    r"|(?P<space>[^\S\n]+)"
    r"|(?P<op>~\*~|=~|~~|:=|==|<~|~|<|>|\|)"
    r"|(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[^\W\d][\w.]*)"
    r"|(?P<mark>[*+;,()])"
    r"|(?P<other>.)"
)


@dataclass(frozen=True)
class Term:
    """One relation of the model: left side, operator, right side and what is said about its value.

    ``fixed`` is a number typed before the star, ``free`` is true for ``NA*``, ``label`` is a name
    typed before the star, ``line`` is where it stands in the text (from 1).
    """

    lhs: str
    op: str
    rhs: str
    fixed: float | None = None
    free: bool = False
    label: str | None = None
    line: int = 0


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    line: int


def _fail(token: _Token, wrong: str, right: str) -> ModelSyntaxError:
    shown = "the end of the line" if token.kind == "end" else f"“{token.text}”"
    return ModelSyntaxError(f"Model, line {token.line}, at {shown}: {wrong}. {right}.")


def _statements(text: str) -> list[list[_Token]]:
    """Split the text into statements of tokens, each closed by a token of kind ``end``."""
    tokens: list[_Token] = []
    line = 1
    for match in _TOKEN.finditer(text.replace("\r\n", "\n")):
        kind = str(match.lastgroup)
        token = _Token(kind, match.group(), line)
        if kind == "newline":
            line += 1
        if kind == "other":
            right = "Names are letters, digits, dot and underscore, and begin with a letter"
            if token.text == "=":
                right = "Write =~ for “is measured by”, ~ for a regression, ~~ for a covariance"
            raise _fail(token, "this sign has no meaning in a model", right)
        if kind not in ("space", "comment"):
            tokens.append(token)
    statements: list[list[_Token]] = [[]]
    for position, token in enumerate(tokens):
        if token.kind == "newline":
            following = [t for t in tokens[position:] if t.kind != "newline"][:1]
            open_end = bool(statements[-1]) and (
                statements[-1][-1].text in ("+", "*") or statements[-1][-1].kind == "op"
            )
            # A line that ends or goes on with a plus sign is one statement, as in lavaan.
            if open_end or (following and following[0].text == "+"):
                continue
            statements.append([])
        elif token.text == ";":
            statements.append([])
        else:
            statements[-1].append(token)
    closed = [s for s in statements if s]
    return [[*s, _Token("end", "", s[-1].line)] for s in closed]


def _read_right_side(tokens: list[_Token], op: str) -> list[tuple[str, Term]]:
    """Return (variable, term without left side) for ``modifier*name + modifier*name``."""
    terms: list[tuple[str, Term]] = []
    at = 0
    while True:
        term = Term("", op, "", line=tokens[at].line)
        while tokens[at + 1 : at + 2] and tokens[at + 1].text == "*":
            modifier = tokens[at]
            if modifier.kind == "number":
                if term.fixed is not None:
                    raise _fail(modifier, "two values for one parameter", "Keep one of them")
                term = replace(term, fixed=float(modifier.text))
            elif modifier.text == "NA":
                term = replace(term, free=True)
            elif modifier.kind == "name":
                if term.label is not None:
                    raise _fail(modifier, "two labels for one parameter", "Keep one of them")
                term = replace(term, label=modifier.text)
            else:
                raise _fail(
                    modifier,
                    "a value or a label must stand before *",
                    "Write it as 1*x1, a*x1 or NA*x1",
                )
            at += 2
        token = tokens[at]
        if token.kind == "number" and op == "~":
            raise _fail(
                token,
                "intercepts are not written in the model",
                "Leave “~ 1” out: means are estimated where groups are compared",
            )
        if token.kind != "name":
            wrong = "the name of a variable was expected here"
            if token.kind == "end":
                right = "Add the missing name, or take away the last sign"
            else:
                right = "Write names joined by +, as in: f =~ x1 + x2 + x3"
            raise _fail(token, wrong, right)
        terms.append((token.text, replace(term, rhs=token.text)))
        following = tokens[at + 1]
        if following.kind == "end":
            return terms
        if following.text == "(":
            raise _fail(
                token,
                f"{token.text}(…) is not read here",
                "Write one number, one label or NA before the star",
            )
        if following.kind == "op":
            raise _fail(
                following,
                "a second operator in one statement",
                "Begin a new line (or put ; between the two)",
            )
        if following.text != "+":
            raise _fail(following, "+ was expected between two names", "Join the names by +")
        at += 2


def parse_model(text: str) -> tuple[Term, ...]:
    """Return the relations that a model text states, in its order.

    Errors: ``ModelSyntaxError`` names line and token and says what would be right, also for an
    empty model, a relation written twice and a variable related to itself.
    Source of the syntax: Rosseel (2012), lavaan, Journal of Statistical Software 48(2).
    """
    if not isinstance(text, str):
        raise ModelSyntaxError(
            f"The model must be text, such as “factor =~ item1 + item2 + item3”; this is a "
            f"{type(text).__name__}."
        )
    found: dict[tuple[str, str, str], Term] = {}
    for tokens in _statements(text):
        at = next((i for i, token in enumerate(tokens) if token.kind == "op"), None)
        if at is None:
            raise _fail(
                tokens[0],
                "this line states no relation",
                "Write factor =~ item + item, outcome ~ predictor or a ~~ b",
            )
        operator = tokens[at]
        if operator.text not in OPERATORS:
            raise _fail(operator, "this operator is not read here", _NOT_READ[operator.text])
        left = [token for i, token in enumerate(tokens[:at]) if i % 2 == 0]
        joints = [token for i, token in enumerate(tokens[:at]) if i % 2 == 1]
        odd = [t for t in left if t.kind != "name"] + [t for t in joints if t.text != "+"]
        if odd or len(left) != len(joints) + 1:
            raise _fail(
                odd[0] if odd else operator,
                f"the left side of {operator.text} must be a name",
                "Values and labels belong on the right side: f =~ 1*x1",
            )
        for token in left:
            for name, term in _read_right_side(tokens[at + 1 :], operator.text):
                _add(found, replace(term, lhs=token.text), _Token("name", name, term.line))
    if not found:
        raise ModelSyntaxError(
            "The model is empty. State at least one factor: factor =~ item1 + item2 + item3."
        )
    return tuple(found.values())


def _add(found: dict[tuple[str, str, str], Term], term: Term, token: _Token) -> None:
    """Add a term, joining ``NA*x`` and ``a*x`` of one relation; refuse any other repetition."""
    if term.op != "~~" and term.lhs == term.rhs:
        raise _fail(token, f"{term.lhs} stands on both sides of {term.op}", "Take it away on one")
    key = (term.lhs, term.op, term.rhs)
    twin = (term.rhs, term.op, term.lhs)
    before = found.get(key) or (found.get(twin) if term.op == "~~" else None)
    if before is None:
        found[key] = term
        return
    # lavaan's idiom NA*x + a*x gives one parameter two modifiers.
    joined = {
        "fixed": (before.fixed, term.fixed),
        "label": (before.label, term.label),
        "free": (before.free or None, term.free or None),
    }
    bare = not (term.free or term.label or term.fixed is not None)
    if bare or any(a is not None and b is not None for a, b in joined.values()):
        raise _fail(
            token,
            f"{term.lhs} {term.op} {term.rhs} was already stated in line {before.line}",
            "State each relation once",
        )
    found[(before.lhs, before.op, before.rhs)] = replace(
        before,
        fixed=before.fixed if before.fixed is not None else term.fixed,
        label=before.label or term.label,
        free=before.free or term.free,
    )
