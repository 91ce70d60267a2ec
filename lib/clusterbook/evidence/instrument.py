"""The questionnaire on creative spaces: its items, its scale, its models, and answers to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd

from .problems import EvidenceError, Problem
from .root import book_root
from .rules import read_sheet, white_space

ITEM_COLUMNS = ("item", "factor")
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
        found: dict[str, list[str]] = {}
        for item, factor in zip(self.items["item"], self.items["factor"], strict=True):
            found.setdefault(str(factor), []).append(str(item))
        return found

    @property
    def spaces(self) -> dict[str, list[str]]:
        """The factors of each space; empty where items name none."""
        found: dict[str, list[str]] = {}
        if "space" in self.items:
            for space, factor in zip(self.items["space"], self.items["factor"], strict=True):
                if str(factor) not in found.setdefault(str(space), []):
                    found[str(space)].append(str(factor))
        return found

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
    files = tuple(folder / f for f in ("items.csv", "scale.csv", "model.txt", "structural.txt"))
    stamp = tuple(path.stat().st_mtime_ns if path.is_file() else 0 for path in files)
    return _instrument(folder, stamp)


@cache
def _instrument(folder: Path, _stamp: tuple[int, ...]) -> Instrument:
    items = read_items(folder / "items.csv")
    scale = read_scale(folder / "scale.csv")
    texts = [folder / name for name in ("model.txt", "structural.txt")]
    model, structural = (p.read_text(encoding="utf-8") if p.is_file() else "" for p in texts)
    return Instrument(items, scale, model or plain_model(items), structural, folder)


def read_items(path: Path) -> pd.DataFrame:
    """Return a table of items. Raises `EvidenceError`, with its place, for what is wrong in it."""
    frame = _plain(path, ITEM_COLUMNS, "a row per item, with at least item and factor")
    problems = []
    seen: set[str] = set()
    for row, item, factor in zip(frame["row"], frame["item"], frame["factor"], strict=True):
        for name, word in (("item", item), ("factor", factor)):
            if not word.isidentifier():
                right = "write a short name of letters and digits, as in loc1"
                problems.append(Problem(path.name, row, name, f"{word!r} is no name", right))
        if item in seen:
            problems.append(
                Problem(path.name, row, "item", f"{item!r} stands there twice", "name it anew")
            )
        seen.add(item)
    if problems:
        raise EvidenceError(problems)
    return frame.drop(columns="row")


def read_scale(path: Path) -> pd.DataFrame:
    """Return a table of answers. Raises `EvidenceError` for a value that is no whole number."""
    frame = _plain(path, ("value",), "a row per answer, with its value and its label")
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


def _plain(path: Path, wanted: tuple[str, ...], right: str) -> pd.DataFrame:
    from .tables import read_records

    if not path.is_file():
        raise EvidenceError([Problem(path.name, None, "", "is missing", f"write it: {right}")])
    records = read_records(path)
    head = records[0] if records else []
    lost = [name for name in wanted if name not in head]
    problems = [Problem(path.name, 1, name, "the column is missing", right) for name in lost]
    rows = []
    for number, cells in enumerate(records[1:], start=2):
        if any(cells) and len(cells) != len(head):
            wrong = f"has {len(cells)} cells, the header {len(head)}"
            problems.append(Problem(path.name, number, "", wrong, "quote text that holds a comma"))
        elif any(cells):
            rows.append([*cells, number])
    if not rows and not problems:
        problems = [Problem(path.name, None, "", "has no row", right)]
    if problems:
        raise EvidenceError(problems)
    return pd.DataFrame(rows, columns=[*head, "row"], dtype=object)


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
        problems += white_space(sheet, ("respondent", "park"))  # else a park would be two
    if sheet is None or problems:
        raise EvidenceError(problems)
    rows = [[*(cells[name] for name in sheet.header), number] for number, cells in sheet.rows]
    frame = pd.DataFrame(rows, columns=[*sheet.header, "row"], dtype=object)
    frame.attrs["synthetic"] = is_synthetic(path, frame)
    return frame


def is_synthetic(path: Path, answers: pd.DataFrame) -> bool:
    """Return whether a file's name or any respondent's says that answers were simulated."""
    named = (str(name).upper().startswith(SYNTHETIC) for name in answers["respondent"])
    return path.name.upper().startswith(SYNTHETIC) or any(named)
