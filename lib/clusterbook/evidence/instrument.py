"""The questionnaire on creative spaces: its items, its scale, its models, and answers to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from .problems import EvidenceError, Problem
from .root import book_root
from .rules import white_space
from .sheets import read_csv, read_sheet

PLACE = ("data", "instruments", "creative-space")
SYNTHETIC = "SYNTHETIC"
"""The word that marks simulated answers: in a file's name or at the start of a respondent's."""


@dataclass(frozen=True)
class Instrument:
    """A questionnaire: `items` (a row each), `scale` (a row per answer), its two models.

    Columns of `items`: `item` and `factor`, and, where given, `number`, `factor_en`,
    `factor_zh`, `space`, `space_en`, `space_zh`, `text_en`, `text_zh`. `structural` is "" where
    there is no structural model.
    """

    items: pd.DataFrame = field(repr=False)
    scale: pd.DataFrame = field(repr=False)
    model: str = field(repr=False)
    structural: str = field(repr=False)
    folder: Path = field(repr=False)

    @property
    def names(self) -> list[str]:
        """The columns of the items in a file of answers."""
        return [str(item) for item in self.items["item"]]

    @property
    def values(self) -> list[int]:
        """The answers that are offered, as numbers."""
        return [int(value) for value in self.scale["value"]]

    @property
    def factors(self) -> dict[str, list[str]]:
        """The items of each factor."""
        groups = self.items.groupby("factor", sort=False)["item"]
        return {str(factor): list(items) for factor, items in groups}

    @property
    def spaces(self) -> dict[str, list[str]]:
        """The factors of each space; empty where items name none."""
        if "space" not in self.items:
            return {}
        groups = self.items.groupby("space", sort=False)["factor"]
        return {str(space): list(dict.fromkeys(factors)) for space, factors in groups}

    def label(self, name: str) -> str:
        """Return a factor's or a space's name for readers."""
        for kind in ("factor", "space"):
            if kind in self.items and f"{kind}_en" in self.items:
                rows = self.items[self.items[kind] == name]
                if len(rows):
                    return str(rows[f"{kind}_en"].iloc[0])
        return name

    def wording(self, item: str) -> str:
        """Return an item's English wording, or its name where none is given."""
        rows = self.items[self.items["item"] == item]
        return str(rows["text_en"].iloc[0]) if len(rows) and "text_en" in rows else item


def instrument_folder(root: Path | None = None) -> Path:
    """Return the folder of the questionnaire on creative spaces."""
    return (root or book_root()).joinpath(*PLACE)


def read_instrument(root: Path | None = None) -> Instrument:
    """Return the questionnaire on creative spaces. Raises `EvidenceError` where it is spoilt."""
    folder = instrument_folder(root)
    items = read_items(folder / "items.csv")
    scale = read_scale(folder / "scale.csv")
    texts = [folder / name for name in ("model.txt", "structural.txt")]
    model, structural = (p.read_text(encoding="utf-8") if p.is_file() else "" for p in texts)
    return Instrument(items, scale, model or plain_model(items), structural, folder)


def read_items(path: Path) -> pd.DataFrame:
    """Return a table of items. Raises `EvidenceError`, with its place, for what is wrong in it."""
    frame = _table(path, "items", "a row per item, with at least item and factor")
    problems = [
        Problem(path.name, row, name, f"{word!r} is no name",
                "write a short name of letters and digits, as in loc1")
        for name in ("item", "factor")
        for row, word in zip(frame["row"], frame[name], strict=True)
        if not word.isidentifier()
    ]  # fmt: skip
    again = frame[frame["item"].duplicated()]
    problems += [
        Problem(path.name, row, "item", f"{item!r} stands there twice", "name it anew")
        for row, item in zip(again["row"], again["item"], strict=True)
    ]
    if problems:
        raise EvidenceError(problems)
    return frame.drop(columns="row")


def read_scale(path: Path) -> pd.DataFrame:
    """Return a table of answers. Raises `EvidenceError` for a value that is no whole number."""
    frame = _table(path, "scale", "a row per answer, with its value and its label")
    problems = [
        Problem(path.name, row, "value", f"{value!r} is no whole number", "write 1, 2, 3 …")
        for row, value in zip(frame["row"], frame["value"], strict=True)
        if not value.lstrip("-").isdecimal()
    ]
    if not problems and len(frame) < 2:
        problems = [Problem(path.name, None, "value", "has fewer than two answers", "add them")]
    if problems:
        raise EvidenceError(problems)
    return frame.drop(columns="row")


def _table(path: Path, table: str, right: str) -> pd.DataFrame:
    if not path.is_file():
        raise EvidenceError([Problem(path.name, None, "", "is missing", f"write it: {right}")])
    frame = read_csv(path, table)
    if frame.empty:
        raise EvidenceError([Problem(path.name, None, "", "has no row", right)])
    return frame


def plain_model(items: pd.DataFrame) -> str:
    """Return the measurement model of a table of items in lavaan's syntax."""
    lines = [
        f"{f} =~ {' + '.join(part['item'])}" for f, part in items.groupby("factor", sort=False)
    ]
    return "\n".join(lines) + "\n"


def read_answers(path: Path) -> pd.DataFrame:
    """Return a file of answers as text, a row per respondent, with `row` as a spreadsheet counts.

    Raises `EvidenceError` for what is no CSV UTF-8, lacks `respondent` or `park`, or has a row of
    another length than its header.
    """
    if not path.is_file():
        right = "put the answers there, a row per respondent"
        raise EvidenceError([Problem(path.name, None, "", "is missing", right)])
    sheet, problems = read_sheet(path, "survey")
    if sheet:
        spoilt = white_space(sheet, ("respondent", "park"))  # else a park would be two
        problems += [Problem(path.name, *fault) for fault in spoilt]
    if sheet is None or problems:
        raise EvidenceError(problems)
    frame = sheet.frame()
    frame = frame.assign(row=frame.index).reset_index(drop=True)
    frame.attrs["synthetic"] = is_synthetic(path, frame)
    return frame


def is_synthetic(path: Path, answers: pd.DataFrame) -> bool:
    """Return whether a file's name or any respondent's says that answers were simulated."""
    named = (str(name).upper().startswith(SYNTHETIC) for name in answers["respondent"])
    return path.name.upper().startswith(SYNTHETIC) or any(named)
