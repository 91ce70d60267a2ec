"""What the synthesis says: the judgement, its reason, and what would change it."""

from __future__ import annotations

import pandas as pd

from clusterbook.analysis.balance import empirical
from clusterbook.analysis.chronology import opening_year
from clusterbook.analysis.coverage import core_indicators, support_of_one_text, unanswered_strains
from clusterbook.analysis.events import once
from clusterbook.analysis.series import dated, inside
from clusterbook.evidence import Case
from clusterbook.evidence.case import per_case
from clusterbook.evidence.select import select, selectors
from clusterbook.evidence.sources import COMPILERS

from .gap import Gap
from .overview import claims_sentence, fact
from .sentence import Html, Number, Prose, answer, derived, number, paragraph, say, table

GROWTH = ("arrival", "award", "designation", "expansion", "renovation")
_MOST = 8
"""How many themes a table names."""
LOSS = ("closure", "demolition", "departure", "dispute")


def opening(case: Case) -> Prose | Gap:
    """Return the chapter's answer: the course of the cluster and how claims are balanced."""
    course, why = fact(case, "trajectory"), fact(case, "trajectory_note")
    first = None
    if course:
        because = Html(say(": {why}", why=why)) if why else ""
        first = say("The compilers judge the course of {name} as {course}{because}.",
                    name=case.name, course=course, because=because)  # fmt: skip
    second = claims_sentence(case)
    if not first and not second:
        return Gap("the cluster's course", ["cluster.csv: field trajectory", "findings.csv"])
    return answer(first, second)


def trajectory(case: Case) -> Prose | Gap:
    """Return who judges the course, and the dated gains and losses beside that judgement."""
    course = fact(case, "trajectory")
    if course is None:
        return Gap("the cluster's course", ["cluster.csv: field trajectory, with its source"])
    row = case.facts[case.facts["field"] == "trajectory"].iloc[0]
    first = say(
        "The word {course}, one of four (upgrading, stable, recession, disappearance), is {whose}.",
        course=course,
        whose=Html(_judged_from(case, row)),
    )
    opened = opening_year(case.fact("opened"))
    events = dated(inside(once(case.events)))
    events = events[events["start"] >= opened] if opened else events
    parts = {}
    for kinds, one, said in ((GROWTH, "gain", "gains"), (LOSS, "loss", "losses")):
        part = events[events["kind"].isin(kinds)]
        if len(part):
            formula = f"dated events of kind {', '.join(kinds)}"
            noun = one if len(part) == 1 else said
            parts[said] = say("{n} {noun}", n=derived(str(len(part)), formula, part), noun=noun)
    if not parts:
        return paragraph(first)
    read = "which shows that both run together and not which weighs more"
    if len(parts) == 1:
        read = "which does not say that there were no others"
    second = say(
        "Beside it stand {gains} and {losses} among the dated events{since} (arrivals, awards, "
        "titles, expansions and repairs are gains, closures, demolitions, departures and disputes "
        "losses), {read}.",
        gains=Html(parts.get("gains", "no gains")),
        losses=Html(parts.get("losses", "no losses")),
        since=f" since {opened}" if opened else "",
        read=read,
    )
    return paragraph(first, second)


def _judged_from(case: Case, row: pd.Series) -> str:
    if row["source"] != COMPILERS:
        return say("the word of {cite} (grade {grade})", cite=row["cite"], grade=row["grade"])
    labels = dict(zip(case.codebook["indicator"], case.codebook["label"], strict=True))
    rows = [select(case, selector) for selector in selectors(row["locator"])]
    said = [number(one, text=row_words(one, labels)) for one in rows]
    return say("the compilers' judgement and no source's. It rests on {rows}",
               rows=Html("; ".join(n._repr_html_() for n in said)))  # fmt: skip


def row_words(row: pd.Series, labels: dict[str, str]) -> str:
    """Return what a row says in a few words: "Galleries, art week: 26 (November 2024)"."""
    said = next((row[n] for n in ("title", "name", "statement") if row.get(n)), "")
    if not said:
        label, part = labels[row["indicator"]], row["segment_words"]
        said = f"{label}{f', {part}' if part else ''}: {row['amount']}"
    when = row.get("date_words", "")
    return f"{said} ({when})" if when else str(said)


@per_case
def _core(case: Case) -> pd.DataFrame:
    city = case.city.observations if case.city else None
    return core_indicators(case.codebook, case.observations, city)


def missing_core(case: Case) -> Prose:
    """Return which core indicators have no row, by dimension."""
    core = _core(case)
    lines = []
    for dimension, part in core.groupby("dimension", sort=False):
        gone = part[~part["covered"]]["label"]
        city_only = part[(part["rows"] == 0) & part["covered"]]["label"]
        lines.append(
            (
                str(dimension),
                f"{int(part['covered'].sum())} of {len(part)}",
                _listed(gone) or "none",
                _listed(city_only) or "none",
            )
        )
    head = ("dimension", "with a row", "no row at all", "only for the city")
    return table(head, lines, "Core indicators of the codebook and what is missing")


def _plain(label: str) -> str:
    """Return a label as it stands within a sentence."""
    return label[:1].lower() + label[1:]


def _listed(labels: pd.Series) -> str:
    return ", ".join(_plain(label) for label in labels)


def would_change(case: Case) -> Prose | Gap:
    """Return in sentences what evidence would change the judgement."""
    core, findings = _core(case), empirical(case.findings)
    gone = core[~core["covered"]]
    sentences: list[str | None] = []
    if len(gone):
        sentences.append(
            say(
                "{n} of {all} core indicators have no row, {names}: a series of any of them could "
                "overturn what is said of its dimension.",
                n=Number(str(len(gone)), "Core indicators without a row", "ledger.html"),
                all=str(len(core)),
                names=_some([_plain(name) for name in gone["label"]]),
            )
        )
    if len(findings):
        strains = unanswered_strains(findings)
        if len(strains):
            rows = _claims(findings, strains, "strains")
            n = derived(str(len(strains)), "themes with strains that no other source answers", rows)
            sentences.append(
                say(
                    "In {n} {themes} a strain stands without an answer from another source; one "
                    "independent claim of support in them would open the question again.",
                    n=n,
                    themes="theme" if len(strains) == 1 else "themes",
                )
            )
        alone = support_of_one_text(findings)
        if len(alone):
            rows = _claims(findings, alone, "sustains")
            n = derived(str(len(alone)), "themes in which only one text sees support", rows)
            sentences.append(
                say(
                    "In {n} {themes} the support rests on one text while others see strain, and "
                    "would fall with it.",
                    n=n,
                    themes="theme" if len(alone) == 1 else "themes",
                )
            )
    if not sentences:
        return Gap("the judgement", ["findings.csv: claims with a valence"])
    return paragraph(*sentences)


def _some(names: list[str], most: int = 6) -> str:
    if len(names) <= most:
        return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"among them {', '.join(names[: most - 1])} and {names[most - 1]}"


def _claims(findings: pd.DataFrame, themes: pd.DataFrame, valence: str) -> pd.DataFrame:
    wanted = set(zip(themes["dimension"], themes["category"], strict=True))
    keys = list(zip(findings["dimension"], findings["category"], strict=True))
    named = pd.Series([key in wanted for key in keys], index=findings.index)
    return findings[named & (findings["valence"] == valence)]


def strains(case: Case) -> Prose | Gap:
    """Return the table of strains that no other source answers, the most voiced first."""
    claims = empirical(case.findings)
    if claims.empty:
        return Gap("coded claims", ["findings.csv: a row per claim, with valence and category"])
    themes = unanswered_strains(claims)
    if themes.empty:
        return paragraph("Every strain is answered by another source somewhere in its theme.")
    lines = []
    for theme in themes.head(_MOST).itertuples():
        part = _claims(claims, themes[themes.index == theme.Index], "strains")
        count = derived(str(theme.strains), "claims of strain in this theme", part)
        examples = part.sort_values(["grade", "row"], kind="stable")["statement"].iloc[0]
        lines.append((theme.dimension, theme.category.replace("-", " "), count, theme.sources,
                      examples))  # fmt: skip
    head = ("dimension", "theme", "strains", "sources", "one of them, of the best grade")
    more = f", the {_MOST} most voiced of {len(themes)}" if len(themes) > _MOST else ""
    return table(head, lines, f"Strains that no other source answers{more}")


def cannot_say(case: Case) -> list[str]:
    """Return what the synthesis cannot say, computed from what is missing, then the general."""
    core = _core(case)
    gone = core[(core["dimension"] == "social") & ~core["covered"]]["label"]
    social = [_plain(name) for name in gone]
    items = []
    if len(social):
        items.append(f"Who gains and who loses: no row on {_some(social)}.")
    actors = set(empirical(case.findings)["actor"])
    quiet = [who for who in ("residents", "artists", "tenants", "visitors") if who not in actors]
    if quiet:
        items.append(f"What {_some(quiet)} see as strain or support: no claim concerns them.")
    items.append(
        "How much each dimension weighs: claims are counted as they were split and found, and "
        "nothing here is a score."
    )
    return items
