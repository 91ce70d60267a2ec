"""What the economic chapter says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from clusterbook.analysis import income, rents, series
from clusterbook.analysis.balance import by_group, empirical
from clusterbook.evidence import Case
from clusterbook.evidence.plain import Row, entries, records
from clusterbook.evidence.units import unit_words
from clusterbook.evidence.vocabulary import VALENCE

from . import closing
from .gap import Gap
from .quantity import latest_number
from .rents import discounts, growth, latest_step, spread, year_number
from .sentence import Html, Prose, answer, derived, listed, paragraph, say, table

__all__ = [
    "cannot_say",
    "discounts",
    "diversity",
    "growth",
    "latest_step",
    "opening",
    "sides",
    "spread",
    "streams",
]


def opening(case: Case) -> Prose | Gap:
    """Return the chapter's answer: how rents moved, how many tenants, what the claims say."""
    rows, _, unit = rents.of_case(case)
    ends = rents.first_and_last_year(rows)
    tenants = latest_number(case, "tenants")
    sentences: list[str | None] = []
    if ends:
        first, last = ends
        move = {"rose": "Rents rose", "fell": "Rents fell", "unclear": "Rents are recorded"}
        sentences.append(
            say(
                "{move} from {first} in {then} to {last} in {now}.",
                move=move[rents.moved(first, last)],
                first=year_number(first, unit),
                then=first.date_words,
                last=year_number(last, unit),
                now=last.date_words,
            )
        )
    claims = _claims(case)
    if tenants and claims:
        sentences.append(
            say("The latest count of tenants is {n}, and {claims}.", n=tenants, claims=claims)
        )
    elif tenants:
        sentences.append(say("The latest count of tenants is {n}.", n=tenants))
    elif claims:
        said = claims.html
        sentences.append(f"{said[:1].upper()}{said[1:]}.")
    if not sentences:
        return Gap("rents or tenants", ["observations.csv: indicators rent, tenants"])
    return answer(*sentences)


def _claims(case: Case) -> Html | None:
    rows = empirical(case.findings)
    rows = rows[rows["dimension"] == "economic"]
    if rows.empty:
        return None
    strains = rows[rows["valence"] == "strains"]
    share = derived(
        f"{len(strains)} of {len(rows)}", "economic claims coded as strain, of all economic claims",
        strains if len(strains) else rows,
    )  # fmt: skip
    see = "sees" if len(strains) == 1 else "see"
    return Html(
        say("of the claims coded on its economy {share} {see} strain", share=share, see=see)
    )


def streams(case: Case) -> Prose | Gap:
    """Return a sentence on the streams of income: which are shown, which are only claimed."""
    shown = income.showings_of_case(case)
    if shown.empty:
        return Gap("what the cluster lives on", ["findings.csv: category revenue-diversification"])
    labels = {stream.name: stream.label for stream in income.STREAMS}
    seen = shown[shown["shown_by"] != "claim"].drop_duplicates(["stream", "one"])
    only = [name for name in labels if name in set(shown["stream"]) - set(seen["stream"])]
    never = [name for name in labels if name not in set(shown["stream"])]
    parts = []
    for name in labels:
        part = seen[seen["stream"] == name]
        if len(part):
            count = derived(str(len(part)), f"rows that show {labels[name]}", part)
            parts.append(say("{label} ({n})", label=labels[name], n=count))
    sentences = [
        say("Shown by events, programmes or indicators: {parts}.", parts=Html("; ".join(parts)))
        if parts
        else say("No event, programme or indicator shows a stream of income."),
        say("Named only in claims: {names}.", names=_listed(only, labels)) if only else None,
        say("By this rule nothing on record speaks of {names}.", names=_listed(never, labels, "or"))
        if never
        else None,
    ]
    return paragraph(*sentences)


def _listed(names: Sequence[str], labels: dict[str, str], word: str = "and") -> str:
    said = [labels[name] for name in names]
    mark = ";" if any("," in name for name in said) else ","  # some labels are lists themselves
    return listed(said, word, mark)


def diversity(case: Case) -> Prose | Gap:
    """Return the table of how diverse the streams of each phase are."""
    placed, scheme = income.placed_of_case(case)
    measures = income.diversity(placed)
    if measures.empty:
        return Gap("dated streams of income", ["events.csv, initiatives.csv: rows with a date"])
    names = dict(zip(scheme["phase"], scheme["phase_label"], strict=True)) if len(scheme) else {}
    rows = []
    for row in entries(measures):
        part = placed[placed["phase"] == row.phase].drop_duplicates("anchor")
        n1, n2 = (
            derived(f"{value:.2f}", f"{name} of the showings by stream ({what})", part)
            for value, name, what in (
                (row.N1, "Hill number of order 1", "exp of Shannon's entropy"),
                (row.N2, "Hill number of order 2", "inverse of the sum of squared shares"),
            )
        )
        shown = derived(str(row.showings), "showings, each once in a phase", part)
        label = names.get(row.phase, "all dated rows")
        rows.append((label, f"{row.streams} of {len(income.STREAMS)}", shown, n1, n2))
    return table(
        ("phase", "streams with a showing", "showings", "N1", "N2"),
        rows,
        "Diversity of the streams of income on record, by phase (Hill numbers of showings)",
    )


def sides(case: Case) -> Prose | Gap:
    """Return the table of economic claims by theme: the case article against other sources."""
    rows = by_group(empirical(case.findings))
    rows = rows[rows["dimension"] == "economic"]
    if rows.empty:
        return Gap("economic claims", ["findings.csv: dimension economic"])
    groups = [g for g in ("article", "others") if (rows["group"] == g).any()]
    heads = {"article": "M50 article", "others": "other sources"}
    order = Counter(rows["category"])
    themes = sorted(order, key=lambda theme: (-order[theme], theme))
    cells_of: dict[tuple[str, str, str], list[Row]] = {}
    for row in records(rows):
        cells_of.setdefault((row["category"], row["group"], row["valence"]), []).append(row)
    lines = []
    for theme in themes:
        cells: list[object] = [theme.replace("-", " ")]
        for group in groups:
            cells += [_counted(cells_of.get((theme, group, v), [])) for v in VALENCE]
        lines.append(cells)
    head = ["theme", *(f"{heads[g]}: {_valence(v)}" for g in groups for v in VALENCE)]
    return table(head, lines, "Economic claims by theme, group of sources and valence")


def _valence(word: str) -> str:
    return "mixed" if word == "ambivalent" else word


def _counted(part: list[Row]) -> object:
    if not part:
        return "–"
    said = "; ".join(row["code"].replace("-", " ") for row in part)
    return derived(str(len(part)), f"claims: {said}", part)


def cannot_say(case: Case) -> Prose:
    """Return what the chapter cannot say: what is missing here, then what no such row can tell."""
    rows, other, unit = rents.of_case(case)
    placed = series.dated(rows)
    items: list[str] = []
    if rows.empty:
        items.append("What space costs: no rent per area and time is on record.")
    gap = series.longest_gap(placed) if len(placed) else None
    if gap:
        items.append(f"What rents were from {gap[0]} to {gap[1]}: no dated rent was found.")
    if len(placed):
        last = int(placed["when"].max())
        items.append(
            f"What rents are today: the latest dated rent is of {last}, and asking rents, rents "
            "paid and fees on top are told apart only where a source does."
        )
        named = placed[placed["segment"] != ""]
        words = "founding|pioneer|early|studio|protected|artist"
        protected = named[named["segment"].str.contains(words)]
        if protected.empty or protected["when"].max() < last:
            since = f" after {int(protected['when'].max())}" if len(protected) else ""
            items.append(
                f"What founding tenants or artists pay{since}: the rents found name no such tier, "
                "so neither their discount nor what it costs the operator is known."
            )
    if len(rows) and case.cpi.empty:
        items.append("How rents moved in real terms: no price index of the country is on record.")
    whole = other[other["unit"].str.count("/") < 2]
    if len(whole):
        items.append(
            f"What {len(whole)} rents of whole premises amount to in {unit_words(unit)}: "
            "their floor area stands in a note, not in a value."
            if unit
            else "What rents of whole premises amount to per area."
        )
    if case.series("tenants", "").empty:
        items.append("How many tenants there are in all: no count of the whole cluster was found.")
    if case.phases.empty:
        items.append("How its way of earning changed by phase: no phases of it are on record.")
    items.append(
        "What the cluster earns and from what: streams of income are shown or claimed in words, "
        "and no accounts by source of income were found."
    )
    items.append(
        "Who could not afford to come: evidence tells of those who came or left, never of those "
        "who did not apply."
    )
    return closing.cannot_say(items)
