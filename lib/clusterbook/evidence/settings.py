"""The book's YAML files, with a message of the file and the line where one is spoilt.

`data/edition.yml` tells which edition this is and when its evidence ends: no clock is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .dates import DateError, read_date
from .problems import EvidenceError, Problem, ToldError
from .root import book_root

EXTENSION = "clusterbook.publishing.extension"


class SettingsError(ToldError, ValueError):
    """A YAML file of the book is missing, cannot be read or says nothing: `wrong`, and the line."""

    def __init__(self, file: str, wrong: str, line: int | None = None) -> None:
        self.wrong, self.line = wrong, line
        super().__init__(f"{file}, line {line}: {wrong}" if line else f"{file} {wrong}")


def read_yaml(path: Path, loader: Any = yaml.SafeLoader) -> Any:
    """Return what a YAML file says; None of an empty one.

    Raises `SettingsError` with the file's name, the line and what is wrong there.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=loader)
    except FileNotFoundError:
        raise SettingsError(path.name, f"is missing in {path.parent.name}") from None
    except UnicodeDecodeError:
        raise SettingsError(path.name, "is not UTF-8; save it as UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        wrong = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SettingsError(path.name, wrong, mark.line + 1 if mark else 1) from None


def read_config(root: Path) -> dict[str, Any]:
    """Return `_config.yml`. Raises `SettingsError` also where it does not make this book."""
    config = read_yaml(root / "_config.yml")
    if not isinstance(config, dict):
        wrong = "is empty" if config is None else "holds no settings, such as title: …"
        raise SettingsError("_config.yml", f"{wrong}; restore the file")
    sphinx = config.get("sphinx")
    extra = sphinx.get("extra_extensions") if isinstance(sphinx, dict) else None
    if not isinstance(extra, list) or EXTENSION not in extra:
        right = f"write sphinx: extra_extensions: [{EXTENSION}]"
        raise SettingsError("_config.yml", f"does not name what makes this book; {right}")
    return config


FILE = "edition.yml"


@dataclass(frozen=True)
class Edition:
    """Which edition this is, and the date (EDTF) up to which its evidence was gathered."""

    number: str
    evidence: str

    @property
    def year(self) -> str:
        """The year of the edition's evidence."""
        return self.evidence[:4]

    @property
    def evidence_words(self) -> str:
        """The date of the evidence as a reader says it: "November 2026"."""
        return read_date(self.evidence).words


def read_edition(root: Path | None = None) -> Edition:
    """Return the edition of the book. Raises `EvidenceError` where the file says none."""
    path = (root or book_root()) / "data" / FILE
    try:
        said = read_yaml(path, yaml.BaseLoader) if path.is_file() else {}
    except SettingsError as error:
        raise EvidenceError([Problem(FILE, error.line, "", error.wrong, "mend the line")]) from None
    said = said if isinstance(said, dict) else {}
    number, evidence = str(said.get("edition", "")), str(said.get("evidence", ""))
    if not re.fullmatch(r"\d+\.\d+\.\d+", number):
        raise EvidenceError([Problem(FILE, None, "edition", f"is {number!r}", "write 0.1.0")])
    try:
        read_date(evidence)
    except DateError as error:
        problem = Problem(FILE, None, "evidence", str(error), "write 2026-11")
        raise EvidenceError([problem]) from None
    return Edition(number, evidence)
