"""The article's claims, checked: the table of a chapter and how the verdicts are spread."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clusterbook.analysis.claims import claims_of
from clusterbook.evidence import Case
from clusterbook.evidence.plain import entries
from clusterbook.evidence.rules_claims import VERDICTS
from clusterbook.evidence.sourced import Sourced, computed, sourced

from .text import Prose, Text, fill, grid, html_of, listing, plural

SIGN = dict(zip(VERDICTS, "●◐✕○–", strict=True))
_SAID = {
    "confirmed": "confirmed by another text or by recomputing",
    "dated differently": "dated differently",
    "contradicted": "contradicted",
    "not found in this search": "not found elsewhere in a search",
    "not checked": "not checked",
}
_HEAD = ("claim", "the article says", "others say", "verdict", "reason")
_MUTED = '<span class="cb-muted">{words}</span>'


def checked(case: Case, chapter: str) -> Prose | None:
    """Return heading, counts and table of the claims that a chapter checks.

    None, so nothing is shown, for a cluster without claims on that chapter.
    """
    claims = claims_of(case, chapter)
    if claims.empty:
        return None
    rows = [
        (
            fill(
                "{claim} {where}", claim=c.claim, where=fill(_MUTED, words=f"Section {c.section}")
            ),
            _article(c),
            Text("; ".join(_voice(voice, c.check).inner for voice in c.against) or "–"),
            fill('<span class="cb-verdict">{sign} {v}</span>', sign=SIGN[c.verdict], v=c.verdict),
            fill("{reason}{search}", reason=c.reason, search=_search(c)),
        )
        for c in entries(claims)
    ]
    shown = grid(_HEAD, rows, f"Claims that the {chapter} chapter checks")
    return Prose(f"<h3>The case article's claims, checked</h3>{spread(claims).html}{shown.html}")


def spread(claims: pd.DataFrame) -> Text:
    """Return the counts of verdicts as a sentence, and what a verdict means."""
    found = {verdict: claims[claims["verdict"] == verdict] for verdict in VERDICTS}
    listed = listing(
        fill("{n} {verb} {said}", n=_tally(part), verb=plural(len(part), "is", "are"),
             said=_SAID[verdict])
        for verdict, part in found.items() if len(part)
    )  # fmt: skip
    return fill(
        "Of {n} {claims} of the article on the list, {listed}. A text that the article itself "
        "cites is no second voice, and what a search does not find may still be true.",
        n=_tally(claims), claims=plural(len(claims), "claim"), listed=listed,
    )  # fmt: skip


def _tally(claims: pd.DataFrame) -> Sourced:
    rows = [row for row in claims["row"] if row is not None]
    if rows:
        return computed(str(len(claims)), "claims of the article, counted by verdict", rows)
    return Sourced(str(len(claims)), "Claims in words only", "ledger.html")


def _shown(row: pd.Series, check: str) -> Sourced:
    if "statement" in row:
        return sourced(row, "statement")
    dated = "amount" not in row or (check == "date" and row.get("indicator") != "reference_year")
    return sourced(row, "date_words" if dated else "amount")


def _article(claim: Any) -> Text:
    if claim.row is None:
        return fill(_MUTED, words="in words only")
    shown = Text(html_of(_shown(claim.row, claim.check)))
    via = claim.row.get("via", "")
    return shown + fill(_MUTED, words=f"citing {via}") if via else shown


def _voice(voice: Any, check: str) -> Text:
    label = voice.row["label"]
    who = {"own": "the article itself", "cited": f"{label}, cited"}.get(voice.kind, label)
    return fill("{value} ({who})", value=_shown(voice.row, check), who=who)


def _search(claim: Any) -> Text:
    """Return the record of the search, folded; nothing for a claim that was not searched for."""
    if not claim.words:
        return Text("")
    pages = [
        fill('<li><a href="{address}">{title}</a>: {why}</li>' if page.address else
             "<li>{title}: {why}</li>", **page._asdict())
        for page in claim.nearest
    ]  # fmt: skip
    return fill(
        "<details><summary>The search</summary>{asked}{pages}</details>",
        asked=f"Searched on {claim.date} ({claim.where}) for: {claim.words}.",
        pages=Text(f"<ul>{''.join(page.inner for page in pages)}</ul>" if pages else ""),
    )
