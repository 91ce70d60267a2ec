"""How respondents answered each item: shares of every answer, leaning from the middle."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from clusterbook.prose.survey_study import NotComputed, told

from .figure import Figure
from .labels import wrap
from .pixels import Drawing, Plate
from .theme import WIDE

if TYPE_CHECKING:
    from clusterbook.analysis.survey_study import Study

NO_ROWS = pd.DataFrame(columns=["source", "label", "grade", "via"])


def shares(study: Study) -> pd.DataFrame:
    """Return a row per item and answer: `factor`, `item`, `answer`, `label`, `n`, `share`."""
    from surveysem.answers import numeric_columns

    table = numeric_columns(study.answers, study.instrument.names)
    scale = study.instrument.scale
    names = dict(
        zip(scale["value"].astype(int), scale.get("label_en", scale["value"]), strict=True)
    )
    rows = []
    for factor, items in study.instrument.factors.items():
        for item in items:
            given = table[item].dropna()
            for value, name in names.items():
                n = int((given == value).sum())
                share = n / len(given) if len(given) else 0.0
                rows.append((factor, item, value, name, n, share))
    return pd.DataFrame(rows, columns=["factor", "item", "answer", "label", "n", "share"])


def offered(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as it is offered as CSV: marked where the answers are simulated."""
    return table.assign(answers="SYNTHETIC") if study.synthetic else table


@told
def survey_answers(study: Study) -> Figure | NotComputed:
    """Return the shares of answers to each item as leaning bars."""
    table = shares(study)
    values = sorted(study.instrument.values)
    return Figure(
        name="survey-answers",
        title=f"{study.mark}{answers_title(table, values, study)}",
        subtitle=(
            "Shares of answers to each item; [agreement](social) to the right of the line, "
            "disagreement in grey to the left, the middle answer across it."
        ),
        description="; ".join(
            f"{item}: {part.loc[part['answer'] > middle_of(values), 'share'].sum():.0%} agree"
            for item, part in table.groupby("item", sort=False)
        ),
        draw=cache(lambda width: _draw(table, values, study, width)),
        rows=NO_ROWS,
        table=offered(study, table),
        note=f"{study.mark}answers of {len(study.answers)} respondents.",
    )


def middle_of(values: list[int]) -> float:
    """Return the middle of a scale."""
    return (values[0] + values[-1]) / 2


def answers_title(table: pd.DataFrame, values: list[int], study: Study) -> str:
    """Return which item is agreed to most and which least, else a neutral title."""
    agree = table[table["answer"] > middle_of(values)].groupby("item", sort=False)["share"].sum()
    if agree.empty or agree.max() - agree.min() < 0.05:
        return "How respondents answered each item"
    best, worst = str(agree.idxmax()), str(agree.idxmin())
    return f"{best} is agreed to most ({agree.max():.0%}) and {worst} least ({agree.min():.0%})"


def _draw(table: pd.DataFrame, values: list[int], study: Study, width: int) -> Drawing:
    wide = width == WIDE
    left = 300.0 if wide else 0.0
    centre_share = _left_reach(table, values)
    room = width - left - 44
    whole = _reach(table, values)
    scale = room / whole
    centre = left + centre_share * scale
    items = list(dict.fromkeys(table["item"]))
    factors = list(dict.fromkeys(table["factor"]))
    lines = {i: wrap(study.instrument.wording(i), 244 if wide else width - 40, 11.5) for i in items}
    heights = {i: max(30.0, len(lines[i]) * 15 + 8) if wide else len(lines[i]) * 15 + 36
               for i in items}  # fmt: skip
    plate = Plate(width, sum(heights.values()) + 26 * len(factors) + 6)
    y = 0.0
    for factor in factors:
        plate.text(0, y + 12, study.instrument.label(factor), "ink", 13.5, True)
        y += 26
        for item in dict.fromkeys(table.loc[table["factor"] == factor, "item"]):
            part = table[table["item"] == item]
            plate.text(0, y + 10, item, "muted", 11, True)
            plate.lines(42, y + 10, lines[item], 11.5)
            bar = y + (12 if wide else len(lines[item]) * 15 + 14)
            _bar(plate, part, values, centre, scale, bar, width, study)
            y += heights[item]
    return plate.drawing()


def _split(part: pd.DataFrame, values: list[int]) -> tuple[float, float]:
    middle = middle_of(values)
    low = float(part.loc[part["answer"] < middle, "share"].sum())
    same = float(part.loc[part["answer"] == middle, "share"].sum())
    return low + same / 2, float(part["share"].sum()) - low - same / 2


def _left_reach(table: pd.DataFrame, values: list[int]) -> float:
    return max(_split(part, values)[0] for _, part in table.groupby("item"))


def _reach(table: pd.DataFrame, values: list[int]) -> float:
    right = max(_split(part, values)[1] for _, part in table.groupby("item"))
    return max(_left_reach(table, values) + right, 0.01)


def _bar(
    plate: Plate, part: pd.DataFrame, values: list[int], centre: float, scale: float, y: float,
    width: int, study: Study,
) -> None:  # fmt: skip
    middle = middle_of(values)
    x = centre - _split(part, values)[0] * scale
    half = max(middle - values[0], 1)
    for row in part.sort_values("answer").itertuples():
        end = x + row.share * scale
        away = abs(row.answer - middle) / half
        ink = "social" if row.answer > middle else "muted"
        opacity = 1.0 if row.answer == middle else 0.35 + 0.65 * away
        tip = {"answer": f"{study.mark}{row.label}", "respondents": f"{row.n} ({row.share:.0%})"}
        if row.share:
            plate.rect(x, y - 8, end, y + 8, "band" if row.answer == middle else ink, opacity,
                       tip=tip)  # fmt: skip
        x = end
    plate.rule(centre, y - 12, centre, y + 12, "ink", 1.2, level=2)
    agree = float(part.loc[part["answer"] > middle, "share"].sum())
    plate.text(width, y, f"{agree:.0%}", "social", 12, True, align="right")
