"""The state of the book: versions, rows and sources by grade, coverage by chapter; no times."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pandas as pd

from clusterbook.analysis.claims import claims_of
from clusterbook.analysis.coverage import core_indicators
from clusterbook.evidence import Case, book_root
from clusterbook.evidence.case import TABLES, Evidence
from clusterbook.evidence.edition import read_edition
from clusterbook.evidence.vocabulary import DIMENSIONS, GRADE, GRADE_WORDS

from .sentence import Number, Prose, answer, say, table

_WORDS = {
    "observations": "observations",
    "events": "events",
    "initiatives": "programmes",
    "findings": "claims",
    "phases": "phases",
}


def opening(case: Case) -> Prose:
    """Return the edition, the date of the evidence, and how much of it there is."""
    edition = read_edition()
    rows = sum(len(getattr(case, name)) for name in TABLES)
    return answer(
        say("This is edition {n}, with evidence as of {when}.", n=edition.number,
            when=edition.evidence_words),
        say(
            "The folder on {name} holds {rows} rows from {sources} sources.",
            name=case.name,
            rows=Number(f"{rows:,}", "Rows in the tables of this cluster", "ledger.html"),
            sources=Number(str(len(case.sources)), "Sources of this cluster", "sources.html"),
        ),
    )  # fmt: skip


def _parts(case: Case) -> list[tuple[str, pd.DataFrame]]:
    """Return the places whose rows the chapters use, each with its rows of all tables."""
    places: list[tuple[str, Evidence]] = [(case.name, case)]
    if case.city is not None:
        places.append((f"the city: {case.fact('city')}", case.city))
    named = []
    for name, place in places:
        frames = [getattr(place, table) for table in TABLES]
        named.append((name, pd.concat([frame for frame in frames if len(frame)] or frames[:1])))
    return named


def rows(case: Case) -> Prose:
    """Return the counts of rows by table, of the cluster and of its city."""
    lines = []
    for name, found in _parts(case):
        count = found["table"].value_counts() if len(found) else {}
        lines.append((name, *(f"{count.get(t, 0):,}" for t in TABLES), f"{len(found):,}"))
    head = ("place", *(_WORDS[name] for name in TABLES), "all")
    return table(head, lines, "Rows by place and kind")


def grades(case: Case) -> Prose:
    """Return the counts of sources and of rows by grade."""
    found = pd.concat([part for _, part in _parts(case)])
    rows_of = found["grade"].value_counts()
    sources = found.drop_duplicates("source")["grade"].value_counts()
    lines = [
        (grade, GRADE_WORDS[grade], f"{sources.get(grade, 0):,}", f"{rows_of.get(grade, 0):,}")
        for grade in GRADE
    ]
    lines.append(("all", "", f"{sources.sum():,}", f"{rows_of.sum():,}"))
    head = ("grade", "kind of source", "sources", "rows")
    return table(head, lines, "Sources and rows by grade, cluster and city together")


def coverage(case: Case) -> Prose:
    """Return what the evidence holds for each chapter that rests on rows of its own.

    The background rests on the city's rows, the periodisation on all dated events.
    """
    city = case.city
    core = core_indicators(case.codebook, case.observations, city.observations if city else None)
    around = [len(city.observations), len(city.events)] if city else [0, 0]
    dated = int(case.events["when"].notna().sum())
    lines: list[tuple[object, ...]] = [
        ("background", "none defined", *around, "–", "–", *_own(case, "background")),
        ("periodisation", "none defined", "–", dated, "–", "–", *_own(case, "periodisation")),
    ]
    for name in DIMENSIONS:
        of = core[core["dimension"] == name]
        counts = [
            int((getattr(case, table)["dimension"] == name).sum())
            for table in ("observations", "events", "initiatives", "findings")
        ]
        with_row = f"{int(of['covered'].sum())} of {len(of)}" if len(of) else "none defined"
        chapter = f"{name} (in the synthesis)" if name == "governance" else name
        lines.append((chapter, with_row, *counts, *_own(case, name)))
    head = ("chapter", "core indicators with a row", "observations", "events", "programmes",
            "claims", "claims of the article checked", "own text")  # fmt: skip
    return table(
        head, lines, "What the evidence holds by chapter; governance is part of the synthesis"
    )


def _own(case: Case, chapter: str) -> tuple[int, str]:
    """Return how many claims of the article a chapter checks, and whether it has own text."""
    noted = (case.folder / "notes" / f"{chapter}.md").is_file()
    return len(claims_of(case, chapter)), "yes" if noted else "no"


def versions() -> Prose:
    """Return the packages the book is made with: as locked, and as installed where another."""
    locked = _locked(book_root() / "requirements.txt")
    lines = []
    for name in _direct():
        try:
            installed = version(name)
        except PackageNotFoundError:
            installed = "not installed"
        want = locked.get(name, "not locked")
        lines.append((name, want, "the same" if installed == want else installed))
    return table(("package", "locked", "installed"), lines, "Main packages")


def _direct() -> list[str]:
    """Return the packages that the library asks for itself, without those for tests alone."""
    asked = [line for line in requires("clusterbook") or [] if "extra ==" not in line]
    return sorted(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0].lower() for line in asked)


def _locked(path: Path) -> dict[str, str]:
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", text, re.M)
    return {name.lower(): number for name, number in found}
