"""`clusterbook survey`: reads answers, refuses what is wrong with them, writes page and tables."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd

from clusterbook.analysis.survey_study import TABLES, Study
from clusterbook.charts.figure import safe_csv
from clusterbook.evidence.instrument import (
    SYNTHETIC,
    Instrument,
    plain_model,
    read_answers,
    read_instrument,
    read_items,
    read_scale,
)
from clusterbook.evidence.problems import CallError, EvidenceError, Problem
from surveysem.bootstrap import (
    bootstrap_estimates,
    bootstrap_htmt,
    bootstrap_model,
    bootstrap_reliability,
)
from surveysem.errors import SurveyError
from surveysem.estimate import Estimator
from surveysem.syntax import parse_model

from .output import remove_own, replacing
from .survey_page import survey_page
from .templating import font, render

FILE = "survey.csv"
OPERATORS = {"=~": "measured by", "~": "regressed on", "~~": "varies with", "|": "threshold"}
"""The operators of lavaan in words: a spreadsheet takes =~ for a formula."""

BOOTSTRAPPED = {
    "bootstrap_reliability": bootstrap_reliability,
    "bootstrap_estimates": bootstrap_estimates,
    "bootstrap_htmt": bootstrap_htmt,
}
"""Tables of intervals by the name of their file."""


class SurveyCallError(CallError, ValueError):
    """The command was called wrongly: a folder, a model or a method that is not there."""


@dataclass
class Written:
    """What a run wrote, and what it could not compute, with the reason."""

    page: Path
    tables: list[str]
    left_out: dict[str, str]


def find_answers(place: Path) -> Path:
    """Return the file of answers that a folder holds, or the file itself.

    A folder without a `survey.csv` may hold a `SYNTHETIC-survey.csv`. Raises `SurveyCallError`.
    """
    if place.is_file():
        return place
    if not place.is_dir():
        raise SurveyCallError(f"no folder and no file {str(place)!r}; name a folder with {FILE}")
    for name in (FILE, f"{SYNTHETIC}-{FILE}"):
        if (place / name).is_file():
            return place / name
    raise SurveyCallError(
        f"the folder {str(place)!r} has no {FILE}; put the answers there, a row per respondent, "
        "with the columns respondent, park and the items"
    )


def questions(items: Path | None) -> Instrument:
    """Return the questionnaire, or that of another file of items (a `scale.csv` beside it).

    Raises `SurveyCallError` for a file that is missing, `EvidenceError` for a spoilt one.
    """
    own = read_instrument()
    if items is None:
        return own
    if not items.is_file():
        raise SurveyCallError(f"no file of items {str(items)!r}")
    table = read_items(items)
    beside = items.with_name("scale.csv")
    scale = read_scale(beside) if beside.is_file() else own.scale
    return Instrument(table, scale, plain_model(table), "", items.parent)


def questionnaire_page(instrument: Instrument) -> str:
    """Return the form to print, a sheet in English and one in Chinese, all in one page."""
    return render(
        "questionnaire.html", font=font(), instrument=instrument,
        items=instrument.items.to_dict("records"), answers=instrument.scale.to_dict("records"),
    )  # fmt: skip


def make_study(
    file: Path, instrument: Instrument, estimator: str = "WLSMV", model: Path | None = None
) -> Study:
    """Return the study of a file of answers.

    Raises `SurveyCallError` for an unknown estimator or a missing model, `EvidenceError` for
    answers that are not as they must be, each with file, row and field.
    """
    known: dict[str, Estimator] = {name: name for name in get_args(Estimator)}
    if estimator.upper() not in known:
        raise SurveyCallError(f"no estimator {estimator!r}; there are: {', '.join(known)}")
    answers = read_answers(file)
    if answers.empty:
        right = "type the answers in, a row per respondent"
        raise EvidenceError([Problem(file.name, None, "", "holds no answers yet", right)])
    stated, structural = instrument.model, instrument.structural
    if model is not None:
        if not model.is_file():
            raise SurveyCallError(f"no file of a model {str(model)!r}")
        stated, structural = split_model(model.read_text(encoding="utf-8"))
    name = file.parent.resolve().name if file.name == FILE else file.stem
    study = Study(
        answers, instrument, name, bool(answers.attrs["synthetic"]), known[estimator.upper()],
        stated, structural,
    )  # fmt: skip
    errors = study.problems[study.problems["severity"] == "error"]
    if len(errors):
        raise EvidenceError([_problem(row, answers, file) for row in errors.itertuples()])
    return study


def split_model(text: str) -> tuple[str, str]:
    """Return a model's measurement part, and the whole where it has paths or factors of factors.

    Raises `SurveyError` with the line that cannot be read.
    """
    terms = parse_model(text)
    latent = {term.lhs for term in terms if term.op == "=~"}
    higher = {t.lhs for t in terms if t.op == "=~" and t.rhs in latent}
    if not higher and not any(term.op == "~" for term in terms):
        return text, ""
    items: dict[str, list[str]] = {}
    for term in terms:
        if term.op == "=~" and term.lhs not in higher:
            items.setdefault(term.lhs, []).append(term.rhs)
    return "\n".join(f"{f} =~ {' + '.join(names)}" for f, names in items.items()), text


def _problem(row: Any, answers: pd.DataFrame, file: Path) -> Problem:
    place = 1 if pd.isna(row.row) else int(answers["row"].iloc[int(row.row) - 1])
    wrong, right = (str(text).rstrip(".") for text in (row.problem, row.right))
    if row.check == "duplicate_respondent":
        first = answers.index[answers["respondent"] == answers["respondent"].iloc[int(row.row) - 1]]
        wrong = f"{answers['respondent'].iloc[int(row.row) - 1]!r} stands in row "
        wrong += f"{int(answers['row'].loc[first[0]])} already"
    return Problem(file.name, place, str(row.column), _lower(wrong), _lower(right))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def write_report(
    study: Study,
    chapter: str,
    out: Path,
    *,
    replicates: int = 0,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Written:
    """Write the page and the tables of a study into a folder, all or nothing.

    The model must be estimable: `SurveyError` otherwise, with nothing written. Parts that cannot
    be computed besides are named in the result, with the reason. Raises `OutputError` where other
    files stand at their places.
    """
    for part in ("fit", "likelihood"):
        getattr(study, part)  # raises what would make every further table nonsense
    tables: dict[str, pd.DataFrame] = {}
    left_out: dict[str, str] = {}
    with np.errstate(invalid="ignore"):  # impossible values are in the notices, and shown as gaps
        if replicates:
            drawn = bootstrap_model(
                study.likelihood, replicates=replicates, seed=seed, progress=progress
            )
            tables = {name: compute(drawn) for name, compute in BOOTSTRAPPED.items()}
            study.stored["bootstrap"] = tables["bootstrap_reliability"]  # for the page
        for name, of_study in TABLES.items():
            if name.startswith("structural") and not study.structural:
                continue
            try:
                tables[name] = of_study(study)
            except SurveyError as error:
                left_out[name] = str(error)
        page = survey_page(study, chapter)
    mark = f"{SYNTHETIC}-" if study.synthetic else ""
    out = Path(os.path.abspath(out))  # noqa: PTH100 (resolve would follow links)
    every = ["survey.html", *(f"{name}.csv" for name in (*TABLES, *BOOTSTRAPPED))]
    every += [f"{SYNTHETIC}-{name}" for name in every]
    with replacing(out, every) as new:
        for name, table in tables.items():
            shown = table.replace({"op": OPERATORS}) if "op" in table else table
            shown = shown.assign(answers=SYNTHETIC) if study.synthetic else shown
            (new / f"{mark}{name}.csv").write_text(safe_csv(shown), encoding="utf-8")
        (new / f"{mark}survey.html").write_text(page, encoding="utf-8")
    files = [f"{mark}{name}.csv" for name in tables]
    for name in every:  # of an earlier run
        if name not in (*files, f"{mark}survey.html"):
            remove_own(out / name)
    return Written(out / f"{mark}survey.html", files, left_out)
