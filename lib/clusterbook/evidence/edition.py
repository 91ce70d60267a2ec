"""The edition of the book and the date of its evidence, from `data/edition.yml`: no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from .dates import DateError, read_date
from .problems import EvidenceError, Problem
from .root import book_root
from .settings import SettingsError, read_yaml

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
        place = re.match(r"edition\.yml, line (\d+): ", str(error))
        wrong = str(error)[place.end() :] if place else str(error).removeprefix("edition.yml ")
        raise EvidenceError(
            [Problem(FILE, int(place[1]) if place else None, "", wrong, "mend the line")]
        ) from None
    said = said if isinstance(said, dict) else {}
    number, evidence = str(said.get("edition", "")), str(said.get("evidence", ""))
    if not re.fullmatch(r"\d+\.\d+\.\d+", number):
        raise EvidenceError([Problem(FILE, None, "edition", f"is {number!r}", "write 0.1.0")])
    try:
        read_date(evidence)
    except DateError as error:
        raise EvidenceError(
            [Problem(FILE, None, "evidence", str(error), "write 2026-11")]
        ) from None
    return Edition(number, evidence)
