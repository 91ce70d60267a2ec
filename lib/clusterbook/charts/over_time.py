"""Values over time as their sources report them: ranges, discs by grade, hedges, tiers, gutter."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import pandas as pd

from .labels import text_width, wrap
from .marks import (
    agreeing,
    apart,
    at,
    data,
    discs,
    ends,
    head_of,
    inks,
    labels,
    layered,
    numbers,
    ranges,
    year_axis,
)
from .theme import LIGHT as INK
from .theme import WIDE

DRAWN = ("x", "year", "low", "high", "mid", "grade", "qualifier", "tier", "segment", "source",
         "ink", "words", "words2", "line")  # fmt: skip
LEFT = 44
"""Pixels that the numbers of the value axis take."""


def years(rows: pd.DataFrame, width: int = WIDE) -> alt.X:
    """Return the channel of years for tidy rows, with a gutter at the right if some are undated."""
    dated = rows["year"].dropna()
    first, last = (math.floor(dated.min()), math.floor(dated.max())) if len(dated) else (2000, 2001)
    room = (150 if width > 500 else 96 if width > 280 else 68) / (width - LEFT)
    span = last - first + 2.2
    right = last + 1.6 + (span * room / (1 - room) if rows["year"].isna().any() else 0)
    x = year_axis(first, last, width, right=right)
    if dated.empty:
        x["axis"]["values"] = []
    return x


def values(rows: pd.DataFrame, log: bool = False, top: float | None = None) -> alt.Y:
    """Return the channel of values for tidy rows, from 0 or on a log scale (values above 0)."""
    lows, highs = ends(rows)
    high, low = highs.max(), lows[lows > 0].min()
    high = 1.0 if math.isnan(high) else float(high)
    least = min(0.0, float(lows.min())) if len(rows) else 0.0
    log = log and not math.isnan(low)
    domain = [low / 1.3, high * 1.25] if log else [least, (top or high or 1.0) * 1.14]
    scale = alt.Scale(domain=domain, nice=False, **({"type": "log"} if log else {}))
    most = top or high
    powers = [10.0**n for n in range(-9, 19)] if log else []
    steps = [n * p for p in powers for n in (1, 2, 5) if domain[0] <= n * p <= domain[1]]
    marked: dict[str, Any] = {"values": steps} if log else {"tickCount": 4}
    axis = alt.Axis(title=None, **numbers(most), **marked)
    return alt.Y(field="mid", type="quantitative", scale=scale, axis=axis)


def placed(rows: pd.DataFrame, x: alt.X, y: alt.Y, token: str = "economic") -> pd.DataFrame:
    """Return tidy rows with what is drawn of them: `x`, `mid`, `ink`, `words`, `words2`, `line`.

    Undated rows stand in the gutter, rows of one place side by side. Rows of one year that say the
    same share a label, which tells their number; of rows of many years that say the same, the first
    and the last bear it; of middle ones of many only the first, the last, the least and the most of
    a part have one. Named tiers take the token's colour.
    """
    first, end = x["scale"]["domain"]
    rows = agreeing(rows)
    start = gutter_start(x)
    loose = (end + start) / 2 - 0.25 * (end - start)
    tall = y["scale"]["domain"][1]
    out = rows.assign(mid=(rows["low"] + rows["high"]) / 2, x=rows["year"].fillna(loose))
    out["x"] = apart(out, "x", "mid", (end - first) * 0.018, tall / 26)
    if "ink" not in out:
        out["ink"] = INK["muted"]
        out.loc[out["tier"] != "", "ink"] = INK[token]
    if "line" not in out:
        out["line"] = (out["segment"] + "|" + out["source"]).where(out["tier"] != "", None)
    said = out.get("words", out["value_words"])
    same = out.assign(said=said).groupby(["said", "segment", out["year"].fillna(0) // 1])["x"]
    again = out.assign(said=said).groupby(["said", "segment", out["year"].isna()])["x"]
    between = (again.rank("first") > 1) & (again.rank("first") < again.transform("size"))
    out["words"] = said.where((same.cumcount() == 0) & ~between, "")
    if "stands_for" in out:
        part = out.groupby("segment")
        apart_of = [
            out[c] == part[c].transform(end) for c in ("x", "mid") for end in ("min", "max")
        ]
        out["words"] = out["words"].where(sum(apart_of) + out["stands_for"].isna() > 0, "")
    out["low"], out["high"] = ends(out)
    final = out.groupby(["segment", out["year"].isna()])["x"].transform("max") == out["x"]
    voices = same.transform("size")
    tier = out["tier"].where(final & (out["tier"] != ""), "")
    more = voices.map(lambda n: f"{n:.0f} sources" if n > 1 else "")
    if "words2" not in out:
        out["words2"] = tier.where(tier != "", more)
    second = out["words2"].where(out["words"] != "", "")
    out["words2"] = second.map(lambda text: "\n".join(wrap(text, 130, 11)))
    return out


def lines(x: Any, y: Any, ink: Any) -> alt.Chart:
    """Join dated rows with the same `line`: one tier of one source, or one definition."""
    mark = alt.Chart().mark_line(strokeWidth=2.2).encode(
        x, y, ink, alt.Detail(field="line", type="nominal")
    )  # fmt: skip
    return mark.transform_filter("isValid(datum.line) && isValid(datum.year)")


def gutter_start(x: alt.X) -> float:
    """Return where on the axis of `years` the gutter of undated rows begins."""
    marked = x["axis"]["values"]
    return float(marked[-1]) + 1.6 if marked else float(x["scale"]["domain"][0])


def gutter(rows: pd.DataFrame, x: alt.X) -> list[alt.Chart]:
    """Draw the band in which undated rows stand; nothing where all are dated."""
    if rows["year"].notna().all():
        return []
    start, end = gutter_start(x), x["scale"]["domain"][1]
    here = alt.Chart(alt.InlineData(values=[{"x": start, "x2": end, "m": (start + end) / 2}]))
    word = here.mark_text(color=INK["muted"], fontSize=11, y="height", dy=14)
    band = here.mark_rect(color=INK["band"]).encode(x, alt.X2(field="x2"))
    return [band, word.encode(at(x, "m"), alt.TextValue("undated"))]


def over_time(
    rows: pd.DataFrame,
    x: alt.X | None = None,
    y: alt.Y | None = None,
    token: str = "economic",
    width: int = WIDE,
    height: int = 320,
    key: bool | pd.Series = True,
) -> alt.LayerChart:
    """Return tidy rows as their sources report them, as a layered chart that can be added to.

    `token` colours named tiers; a column `ink` of colour values, `line` of joined rows, `words` and
    `words2` beside a mark override what is drawn. `x` and `y` are the channels of `years` and
    `values`, whose scales may be set. `key` shows the key of the rows' grades, or of those given.
    """
    x, y = x or years(rows, width), y or values(rows)
    ink = inks()
    drawn = placed(rows, x, y, token)
    marks = [
        *gutter(rows, x), ranges(x, at(y, "low"), alt.Y2(field="high"), ink), lines(x, y, ink),
        *discs(drawn, x, y, ink, key=key), *labels(x, y, ink),
    ]  # fmt: skip
    room = _room(y)
    return layered(marks, data(drawn, DRAWN), width=int(width - room), height=height)


def _room(y: alt.Y, least: float = LEFT) -> float:
    """Return the pixels that the numbers of a value axis take, and half of the first year."""
    top = y["scale"]["domain"][1]
    said = f"{top:,.0f}" if 10 <= top < 1e6 else "0.000"
    return max(least, 16 + text_width(said, 11))


def panels(
    rows: pd.DataFrame,
    by: str,
    token: str = "economic",
    width: int = WIDE,
    height: int = 110,
    shared: bool = False,
    key: bool = True,
) -> alt.ConcatChart:
    """Return one plot of values over time for each value of a column, in its order, years aligned.

    Each has its own scale from 0, and they stand under each other; `shared`, all have the same, and
    they stand side by side where there is room. The head of a plot is the value of the column; the
    last or leftmost one bears the key of grades, unless it stands elsewhere (`key`).
    """
    heads = list(dict.fromkeys(rows[by]))
    most = 2 if rows["year"].isna().any() else 3
    across = min(most, len(heads)) if shared and width > 500 else 1
    each = (width - 18 * (across - 1)) // across
    x = years(rows, each)
    top = float(ends(rows)[1].max()) if shared else None
    charts = []
    least = LEFT if across == 1 else 0
    tops = [values(rows[rows[by] == head], top=top) for head in heads]
    room = max((_room(y, least) for y in tops), default=LEFT)
    for head, y in zip(heads, tops, strict=True):
        here = head == heads[0 if across > 1 else -1]
        grades = rows["grade"] if here and key else False
        one = over_time(rows[rows[by] == head], x, y, token, each, height, grades)
        one.title = head_of(head, int(each - room))
        one.width = int(each - room)
        charts.append(one)
    # at once: each method of a chart copies it whole
    one_key = alt.Resolve(scale=alt.ScaleResolveMap(shape="shared"))
    return alt.concat(*charts, columns=across, spacing=18, resolve=one_key)
