"""The balance of evidence: one square is one claim, by dimension, scope and valence."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from clusterbook.analysis.balance import by_group, totals
from clusterbook.evidence import Case
from clusterbook.evidence.vocabulary import DIMENSIONS, SCOPE
from clusterbook.prose.gap import Gap

from .figure import Figure, layered
from .layout import Frame
from .marks import scales
from .theme import WIDE, colour, hatch
from .vega import Chart, vconcat

SIDE = {"internal": "inside", "external": "city"}
TIP = ("claim", "says", "by", "source")


def balance(case: Case, dimension: str | None = None) -> Figure | Gap:
    """Return the balance of a cluster's coded claims, or the data gap where none are coded.

    `dimension` keeps one dimension.
    """
    rows = case.findings
    if dimension:
        rows = rows[rows["dimension"] == dimension]
    if rows.empty:
        what = f"{dimension} claims" if dimension else "coded claims"
        return Gap(what, ["findings.csv: a row per claim, with dimension, scope and valence"])
    groups = totals(rows)
    groups["kind"] = "other " if "article" in groups.index else ""
    about = f"{dimension} claims" if dimension else "claims"
    return Figure(
        name=f"balance-{dimension}" if dimension else "balance",
        title=balance_title(case.name, groups, dimension),
        subtitle=(
            f"Coded {about} about {case.name} by dimension, scope and valence. "
            "Squares left of the line say that something strains the cluster, squares right of it "
            "that something sustains it."
        ),
        description=_described(case.name, rows),
        draw=lambda width: _draw(rows, groups, width),
        rows=rows,
        note=(
            "Counts depend on how finely claims were split and on which texts were found; "
            "one coder coded them. Read the balance, not the totals."
        ),
    )


def balance_title(name: str, groups: pd.DataFrame, dimension: str | None = None) -> str:
    """Return the finding on the share of strains, else a neutral title."""
    about = f"{dimension} " if dimension else ""
    if set(groups.index) == {"article", "others"}:
        ours, theirs = groups.loc["article"], groups.loc["others"]
        a, b = round(100 * ours["strain_share"]), round(100 * theirs["strain_share"])
        if min(ours["claims"], theirs["claims"]) >= 5 and a != b:
            n = theirs["sources"]
            return (
                f"The M50 article finds strain in {a}% of its {about}claims, "
                f"{n} other {_plural('source', n)} in {b}% of theirs"
            )
    claims = int(groups["claims"].sum())
    strains, sustains = int(groups["strains"].sum()), int(groups["sustains"].sum())
    if claims >= 5 and strains > sustains:
        return f"Of {claims} {about}claims on {name}, {strains} see strain and {sustains} support"
    if claims >= 5 and sustains > strains:
        return f"Of {claims} {about}claims on {name}, {sustains} see support and {strains} strain"
    return f"What {claims} coded {about}{_plural('claim', claims)} say about {name}"


def _plural(word: str, n: int) -> str:
    return word if n == 1 else f"{word}s"


def _described(name: str, rows: pd.DataFrame) -> str:
    parts = []
    for dimension in DIMENSIONS:
        part = rows[rows["dimension"] == dimension]
        if len(part):
            count = part["valence"].value_counts()
            parts.append(
                f"{dimension}: {count.get('strains', 0)} strain, {count.get('sustains', 0)} "
                f"sustain, {count.get('ambivalent', 0)} mixed"
            )
    return f"Claims about {name}. {'; '.join(parts)}."


def _draw(rows: pd.DataFrame, groups: pd.DataFrame, width: int) -> Any:
    return (
        vconcat(*_panels(rows, groups, width), spacing=8)
        if width != WIDE
        else (_plot(rows, groups, width))
    )


def _panels(rows: pd.DataFrame, groups: pd.DataFrame, width: int) -> list[Any]:
    grouped = by_group(rows)
    return [
        _plot(rows.loc[grouped.index[grouped["group"] == group]], groups.loc[[group]], width)
        for group in groups.index
    ]


def _plot(rows: pd.DataFrame, groups: pd.DataFrame, width: int) -> Any:
    wide = width == WIDE
    grouped = by_group(rows)
    dims = [d for d in DIMENSIONS if (rows["dimension"] == d).any()]
    head, band = (96 if wide else 84), 52
    frame = Frame(width, head + band * len(dims), (0, width), (head + band * len(dims), 0))
    names = 148 if wide else 132
    widest = {
        (g, v): max(
            (
                int(((grouped["group"] == g) & (grouped["dimension"] == d)
                     & (grouped["scope"] == s) & (grouped["valence"] == v)).sum())
                for d in dims for s in SCOPE
            ),
            default=0,
        )
        for g in groups.index
        for v in ("strains", "sustains", "ambivalent")
    }  # fmt: skip
    columns = sum(widest.values())
    most = 13.0 if len(groups) > 1 or not wide else 18.0
    cell = min(most, (width - names - 76 * len(groups)) / max(1, columns))
    squares: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    left = float(names)
    for group in groups.index:
        axis = left + max(widest[group, "strains"], 1.2) * cell + 4
        mixed = axis + max(widest[group, "sustains"] * cell, 52) + 14
        _heads(texts, groups.loc[group], axis, left, mixed if widest[group, "ambivalent"] else None)
        for place, dimension in enumerate(dims):
            y0 = head + band * place
            lines.append({"x": axis, "y": y0 + 4, "x2": axis, "y2": y0 + band - 6, "c": "ink"})
            for line, scope in enumerate(SCOPE):
                y = y0 + 14 + line * 21
                part = grouped[
                    (grouped["group"] == group)
                    & (grouped["dimension"] == dimension)
                    & (grouped["scope"] == scope)
                ]
                for valence, start, step in (
                    ("strains", axis - 4 - cell / 2, -cell),
                    ("sustains", axis + 4 + cell / 2, cell),
                    ("ambivalent", mixed + cell / 2, cell),
                ):
                    claims = part[part["valence"] == valence]
                    squares += [
                        _square(claim, start + i * step, y)
                        for i, claim in enumerate(claims.itertuples())
                    ]
        left = mixed + max(widest[group, "ambivalent"] * cell, 32) + 18
    for place, dimension in enumerate(dims):
        y0 = head + band * place
        texts.append(
            _text(0, y0 + 24, dimension.capitalize(), dimension, 13 if wide else 11.5, 700)
        )
        for line, scope in enumerate(SCOPE):
            texts.append(
                {
                    **_text(names - 8, y0 + 14 + line * 21, SIDE[scope], "muted", 11),
                    "align": "right",
                }
            )
        if place:
            lines.append({"x": 0, "y": y0 - 2, "x2": width, "y2": y0 - 2, "c": "grid"})
    return layered(_layers(frame, squares, texts, lines, cell), frame.width, frame.height)


def _heads(
    texts: list[dict[str, Any]], group: pd.Series, axis: float, left: float, mixed: float | None
) -> None:
    n, sources = int(group["claims"]), int(group["sources"])
    name = f"{sources} {group['kind']}{_plural('source', sources)}"
    if group["group"] == "article":
        name = "The case article"
    texts.append(_text(left, 10, name, "ink", 13.5, 700))
    texts.append(_text(left, 28, f"{n} {_plural('claim', n)}", "muted", 11.5))
    share = f"{round(100 * group['strain_share'])}%"
    texts.append({**_text(axis - 4, 54, share, "ink", 24, 700), "align": "right"})
    texts.append(_text(axis + 6, 48, "of claims", "muted", 11))
    texts.append(_text(axis + 6, 61, "see strain", "muted", 11))
    texts.append({**_text(axis - 6, 82, "strains", "muted", 11), "align": "right"})
    texts.append(_text(axis + 6, 82, "sustains", "muted", 11))
    if mixed is not None:
        texts.append(_text(mixed, 82, "mixed", "muted", 11))


def _text(
    x: float, y: float, text: str, ink: str, size: float, weight: int = 400
) -> dict[str, Any]:
    return {"x": x, "y": y, "text": text, "c": ink, "size": size, "weight": weight, "align": "left"}


def _square(claim: Any, x: float, y: float) -> dict[str, Any]:
    token = claim.dimension
    fill = {"internal": colour(token), "external": hatch(token)}[claim.scope]
    return {
        "x": x, "y": y, "stroke": colour(token),
        "fill": colour("bg") if claim.valence == "ambivalent" else fill,
        "claim": claim.statement, "says": claim.valence, "by": claim.actor,
        "source": f"{claim.cite} ({claim.grade})", "href": f"ledger.html#{claim.anchor}",
    }  # fmt: skip


def _layers(
    frame: Frame,
    squares: list[dict[str, Any]],
    texts: list[dict[str, Any]],
    lines: list[dict[str, Any]],
    cell: float,
) -> list[Any]:
    sx, sy = scales(frame)
    place = {"x": alt.X("x:Q", scale=sx, axis=None), "y": alt.Y("y:Q", scale=sy, axis=None)}
    layers: list[Any] = []
    for token, thick in (("grid", 1.0), ("ink", 2.0)):
        part = pd.DataFrame([line for line in lines if line["c"] == token])
        if len(part):
            layers.append(
                Chart(part).mark_rule(color=colour(token), strokeWidth=thick)
                .encode(**place, x2="x2:Q", y2="y2:Q")
            )  # fmt: skip
    layers.append(
        Chart(pd.DataFrame(squares))
        .mark_point(shape="square", size=(cell - 2.4) ** 2, strokeWidth=1.5, opacity=1)
        .encode(
            **place,
            fill=alt.Fill("fill:N", scale=None, legend=None),
            stroke=alt.Stroke("stroke:N", scale=None, legend=None),
            tooltip=[alt.Tooltip(f"{name}:N") for name in TIP],
            href="href:N",
        )
    )
    frame_of_texts = pd.DataFrame(texts)
    for (size, weight, align, ink), part in frame_of_texts.groupby(
        ["size", "weight", "align", "c"]
    ):
        layers.append(
            Chart(part[["x", "y", "text"]])
            .mark_text(
                fontSize=size, fontWeight=int(weight), align=align, baseline="middle",
                color=colour(ink),
            )
            .encode(**place, text="text:N")
        )  # fmt: skip
    return layers
