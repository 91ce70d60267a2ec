"""The article's claims, checked: the table of a chapter and how the verdicts are spread."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from clusterbook.analysis.claims import claims_of
from clusterbook.evidence import Case
from clusterbook.evidence.claims import Voice
from clusterbook.evidence.plain import entries
from clusterbook.evidence.rules_claims import VERDICTS, Page

from .sentence import Html, Number, Prose, derived, number, paragraph, say, table

TITLE = "The case article's claims, checked"
SIGN = dict(zip(VERDICTS, "●◐✕○–", strict=True))
_SAID = {
    "confirmed": "confirmed by another text or by recomputing",
    "dated differently": "dated differently",
    "contradicted": "contradicted",
    "not found in this search": "not found elsewhere in a search",
    "not checked": "not checked",
}


def checked(case: Case, chapter: str) -> Prose | None:
    """Return heading, counts and table of the claims that a chapter checks.

    None, so nothing is shown, for a cluster without claims on that chapter.
    """
    claims = claims_of(case, chapter)
    if claims.empty:
        return None
    rows = [
        (
            Html(f"{escape(c.claim)} {_muted(f'Section {c.section}')}"),
            _article(c),
            Html("; ".join(_voice(voice, c.check) for voice in c.against) or "–"),
            Html(f'<span class="cb-verdict">{SIGN[c.verdict]} {escape(c.verdict)}</span>'),
            Html(f"{escape(c.reason)}{_search(c)}"),
        )
        for c in entries(claims)
    ]
    shown = table(
        ("claim", "the article says", "others say", "verdict", "reason"),
        rows,
        f"Claims that the {chapter} chapter checks",
    )
    return Prose(f"<h3>{escape(TITLE)}</h3>" + spread(claims).html + shown.html)


def spread(claims: pd.DataFrame) -> Prose:
    """Return the counts of verdicts as a sentence, and what a verdict means."""
    parts = []
    for verdict in VERDICTS:
        found = claims[claims["verdict"] == verdict]
        if len(found):
            verb = "is" if len(found) == 1 else "are"
            parts.append(say("{n} {verb} {said}", n=_tally(found), verb=verb, said=_SAID[verdict]))
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    noun = "claim" if len(claims) == 1 else "claims"
    return paragraph(
        say(
            "Of {n} of the article on the list, {listed}.",
            n=Html(f"{_tally(claims)._repr_html_()} {noun}"),
            listed=Html(listed),
        ),
        "A text that the article itself cites is no second voice, and what a search does not find "
        "may still be true.",
    )


def _tally(claims: pd.DataFrame) -> Number:
    rows = [row for row in claims["row"] if row is not None]
    formula = "claims of the article, counted by verdict"
    return (
        derived(str(len(claims)), formula, rows)
        if rows
        else Number(str(len(claims)), "Claims in words only", "ledger.html")
    )


def _muted(text: str) -> str:
    return f'<span class="cb-muted">{escape(text)}</span>'


def _shown(row: pd.Series, check: str) -> Number:
    if "statement" in row:
        return number(row, "statement")
    dated = "amount" not in row or (check == "date" and row.get("indicator") != "reference_year")
    return number(row, "date_words" if dated else "amount")


def _article(claim: Any) -> Html:
    if claim.row is None:
        return Html(_muted("in words only"))
    via = claim.row.get("via", "")
    shown = _shown(claim.row, claim.check)._repr_html_()
    return Html(f"{shown} {_muted(f'citing {via}')}" if via else shown)


def _voice(voice: Voice, check: str) -> str:
    label = voice.row["label"]
    who = {"own": "the article itself", "cited": f"{label}, cited"}.get(voice.kind, label)
    return say("{value} ({who})", value=_shown(voice.row, check), who=who)


def _search(claim: Any) -> str:
    if not claim.words:
        return ""
    asked = f"Searched on {claim.date} ({claim.where}) for: {claim.words}."
    pages = "".join(f"<li>{_page(page)}</li>" for page in claim.nearest)
    listed = f"<ul>{pages}</ul>" if pages else ""
    return f"<details><summary>The search</summary>{escape(asked)}{listed}</details>"


def _page(page: Page) -> str:
    title = escape(page.title)
    named = f'<a href="{escape(page.address)}">{title}</a>' if page.address else title
    return f"{named}: {escape(page.why)}"
