"""The article's claims, checked: the table of a chapter and how the verdicts are spread."""

from __future__ import annotations

from html import escape

import pandas as pd

from clusterbook.analysis.claims import VERDICTS, Checked, ClaimError, Voice, audit
from clusterbook.evidence import Case, EvidenceError, Problem
from clusterbook.evidence.case import per_case
from clusterbook.evidence.plain import by_index
from clusterbook.evidence.select import SelectionError, select, selectors

from .sentence import Html, Number, Prose, derived, number, paragraph, say, table

TITLE = "The case article's claims, checked"
_SIGN = {"confirmed": "●", "dated differently": "◐", "contradicted": "✕", "only source": "○"}
_SPREAD = {
    "confirmed": ("is", "are", "confirmed by another source or by recomputing"),
    "dated differently": ("is", "are", "dated differently by another source"),
    "contradicted": ("is", "are", "contradicted"),
    "only source": ("stands", "stand", "in no other source of this evidence"),
}


@per_case
def audited(case: Case, chapter: str | None = None) -> list[Checked]:
    """Return the cluster's claims, or those of one chapter, with their verdicts.

    None are there without a `claims.csv`.

    Raises `EvidenceError`, naming the claim, where it cannot be compared.
    """
    rows = case.claims
    rows = rows if chapter is None else rows[rows["chapter"] == chapter]
    try:
        return audit(rows, lambda selector: select(case, selector), case.all_sources)
    except ClaimError as error:
        raise EvidenceError([Problem("claims.csv", None, "", str(error), "")]) from None


def claims_problems(case: Case) -> list[Problem]:
    """Return what keeps claims of the cluster's `claims.csv` from being compared.

    A problem names the row and the cell that names no row of evidence, or several.
    """
    problems = []
    for row, claim in by_index(case.claims).items():
        found = []
        named = [("row", claim["row"]), *(("against", s) for s in selectors(claim["against"]))]
        for field, selector in named:
            try:
                if selector:
                    select(case, selector)
            except SelectionError as error:
                found.append(Problem("claims.csv", row, field, str(error), ""))
        if not found:
            try:
                audit(case.claims.loc[[row]], lambda text: select(case, text), case.all_sources)
            except ClaimError as error:
                found.append(Problem("claims.csv", row, "check", str(error), ""))
        problems += found
    return problems


def checked(case: Case, chapter: str) -> Prose | None:
    """Return heading, counts and table of the claims that a chapter checks.

    None, so nothing is shown, for a cluster without claims on that chapter.
    """
    claims = audited(case, chapter)
    if not claims:
        return None
    rows = [
        (
            Html(f"{escape(c.claim)} {_muted(f'Section {c.section}')}"),
            _article(c),
            _others(c),
            Html(f'<span class="cb-verdict">{_SIGN[c.verdict]} {escape(c.verdict)}</span>'),
            reason(c),
        )
        for c in claims
    ]
    shown = table(
        ("claim", "the article says", "others say", "verdict", "reason"),
        rows,
        f"Claims that the {chapter} chapter checks",
    )
    heading = f"<h3>{escape(TITLE)}</h3>"
    return Prose(heading + spread(claims).html + shown.html)


def spread(claims: list[Checked]) -> Prose:
    """Return the counts of verdicts as a sentence, and what a verdict means."""
    parts = []
    for name in VERDICTS:
        found = [claim for claim in claims if claim.verdict == name]
        if found:
            one, many, said = _SPREAD[name]
            verb = one if len(found) == 1 else many
            parts.append(say("{n} {verb} {said}", n=_tally(found), verb=verb, said=said))
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    noun = "claim" if len(claims) == 1 else "claims"
    return paragraph(
        say(
            "Of {n} of the article compared with other sources, {listed}.",
            n=Html(f"{_tally(claims)._repr_html_()} {noun}"),
            listed=Html(listed),
        ),
        "A text that the article itself cites is no second voice, and one source that says "
        "otherwise is enough to be named.",
    )


def _tally(claims: list[Checked]) -> Number:
    rows = [claim.row for claim in claims if claim.row is not None]
    formula = "claims of the article, counted by verdict"
    return (
        derived(str(len(claims)), formula, rows)
        if rows
        else Number(str(len(claims)), "Claims in words only", "ledger.html")
    )


def everywhere(case: Case) -> Prose | None:
    """Return the counts of verdicts over all chapters as a sentence; None without claims."""
    claims = audited(case)
    return spread(claims) if claims else None


def _muted(text: str) -> str:
    return f'<span class="cb-muted">{escape(text)}</span>'


def _said(row: pd.Series, check: str) -> Number:
    own = row.get("indicator") == "reference_year"
    dated = check == "date" or "amount" not in row
    return number(row, "date_words" if dated and not own else "amount")


def _article(claim: Checked) -> Html:
    if claim.row is None:
        return Html(_muted("in words only"))
    shown = _said(claim.row, claim.check)._repr_html_()
    via = claim.row.get("via", "")
    return Html(f"{shown} {_muted(f'citing {via}')}" if via else shown)


def _others(claim: Checked) -> Html:
    if not claim.voices:
        return Html("–")
    return Html("; ".join(_voice(voice, claim.check) for voice in claim.voices))


def _voice(voice: Voice, check: str) -> str:
    who = {"own": "the article itself", "cited": f"{voice.row['label']}, cited"}
    said = who.get(voice.kind, voice.row["label"])
    return say("{value} ({who})", value=_said(voice.row, check), who=said)


def reason(claim: Checked) -> Html:
    """Return why the verdict is what it is, with the claim's own note."""
    parts = [*_reasons(claim)]
    if claim.note:
        parts.append(f"{claim.note[0].upper()}{claim.note[1:].rstrip('.')}.")
    return Html(escape(" ".join(parts)))


def _reasons(claim: Checked) -> list[str]:
    if claim.row is None:
        return ["Too general to be a row."]
    if not claim.voices:
        return ["No other source on it was found." if not claim.note else "Stands alone."]
    parts = []
    for row in claim.heard("cited", same=True):
        parts.append(f"Quoted correctly from {row['label']}, which is no second voice.")
    for row in claim.heard("cited", same=False):
        what = "date" if claim.check == "date" else "figure"
        parts.append(f"Misquoted: the {what} of {row['label']}, which it cites, is another.")
    if claim.heard("own", same=False):
        parts.append("Its own figures do not agree.")
    elif claim.heard("own", same=True):
        parts.append("Its own figures agree when recomputed.")
    with_it = _count(claim.heard("independent", same=True))
    against = _count(claim.heard("independent", same=False))
    if with_it and against:
        parts.append(f"Others are divided: {with_it} with it, {against} against it.")
    elif with_it or against:
        n, word = (with_it, "agrees") if with_it else (against, "says otherwise")
        plural = {"agrees": "agree", "says otherwise": "say otherwise"}[word]
        parts.append(f"{n} independent {'source ' + word if n == 1 else 'sources ' + plural}.")
    return parts


def _count(rows: list[pd.Series]) -> int:
    return len({row["source"] for row in rows})
