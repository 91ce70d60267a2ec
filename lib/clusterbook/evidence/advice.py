"""What is told of a folder beyond its faults: likely slips, and what a report will show.

A warning never stops a report. Each names its place, what is unusual and what to look at.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .dates import DateError, read_date
from .problems import Problem, nearest, said
from .romanise import transliterated
from .root import context_folder
from .rules import Context
from .rules_files import Reading
from .sheets import Sheet, read_sheet
from .tables import status
from .units import read_number
from .vocabulary import DIMENSIONS

NEAR = 0.85
"""How alike two names of indicators are that are told (a ratio by difflib)."""
TIMES = 10
"""How many times a value is above or below its neighbours to be told."""
USUAL = 3
"""In how many other rows an indicator's usual units are seen before another one is told."""


def warnings_of(folder: Path, root: Path, reading: Reading, known: Context) -> list[Problem]:
    """Return what is unusual in a cluster's folder that has been read."""
    found = [*_names(reading, known), *_sources(folder, reading), *_places(root, reading)]
    found += _other_meanings(reading)
    observed = reading.sheet("observations")
    if observed and {"indicator", "unit", "date", "value"} <= set(observed.header):
        found += [*_units(observed, root), *_neighbours(observed)]
    return found


def _names(reading: Reading, known: Context) -> Iterator[Problem]:
    own = reading.sheet("codebook")
    if own is None or known.indicators is None:
        return
    mine = {name for _, name in own.column("indicator")}
    common = sorted(set(known.indicators) - mine)
    for row, name in own.column("indicator"):
        for near in difflib.get_close_matches(name, common, n=1, cutoff=NEAR):
            wrong = f"{said(name)} is nearly {near} of the common codebook"
            yield Problem(own.file, row, "indicator", wrong, f"use {near} if it means the same")


def _sources(folder: Path, reading: Reading) -> Iterator[Problem]:
    cells = {cell for sheet in reading.sheets for _, row in sheet.rows for cell in row.values()}
    notes = sorted((folder / "notes").glob("*.md")) if (folder / "notes").is_dir() else []
    text = "\n".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in [*notes, folder / "sources.bib"]
        if path.is_file()
    )
    named = set(re.findall(r"[^\s{}()\[\],;`@#]+", "\n".join(cells)))
    for key in sorted(reading.keys or ()):
        cited = re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", _without_bib(text))
        if key not in named and not cited:
            right = "name it in the column source of what it says, or leave it"
            yield Problem("sources.bib", None, key, "no row and no note names it", right)


def _without_bib(text: str) -> str:
    return re.sub(r"^\s*@\w+\s*[{(]\s*[^\s,]+\s*,", "", text, flags=re.MULTILINE)


def _places(root: Path, reading: Reading) -> Iterator[Problem]:
    facts = reading.sheet("cluster")
    for row, cells in facts.rows if facts else ():
        field, place = cells.get("field", ""), cells.get("value", "")
        if field not in ("city", "country") or not place or context_folder(place, root):
            continue
        home = root / "data" / "context"
        there = tuple(sorted(p.name for p in home.iterdir() if p.is_dir())) if home.is_dir() else ()
        near = nearest(transliterated(place), there)
        right = f"write its name so that it leads to data/context/{near}, or " if near else ""
        right += f"put its rows in data/context/{transliterated(place) or 'its-name'} if there are"
        right += f" (folders there: {', '.join(there)})" if there and not near else ""
        lost = "real prices" if field == "country" else "what the city did and had"
        wrong = f"{said(place)} has no folder in data/context: the report lacks {lost}"
        yield Problem(facts.file if facts else "", row, "value", wrong, right)


def _other_meanings(reading: Reading) -> Iterator[Problem]:
    """Dates and numbers that mean one thing here and may have meant another to who typed them."""
    for sheet in reading.sheets:
        for row, cell in sheet.column("date"):
            years = re.fullmatch(r"(\d\d)(\d\d)-(2[1-4])", cell)
            if years and years[2] < years[3]:
                right = f"write {cell[:4]}/{years[1]}{years[3]} if these are years"
                yield Problem(sheet.file, row, "date", f"{cell} is {read_date(cell).words}", right)
        for row, cell in sheet.column("value"):
            if re.fullmatch(r"-?\d(\.\d+)?E\+\d+", cell):
                wrong = f"{cell} is how a spreadsheet shortens a number to fit its cell"
                yield Problem(sheet.file, row, "value", wrong, "look up its digits in the source")


def _units(observed: Sheet, root: Path) -> Iterator[Problem]:
    mine: dict[str, Counter[str]] = defaultdict(Counter)
    for _, cells in observed.rows:
        mine[cells["indicator"]][_kind(cells["unit"])] += 1
    everywhere = {
        name: own + _shipped_units(root).get(name, Counter()) for name, own in mine.items()
    }
    for row, cells in observed.rows:
        name, unit = cells["indicator"], _kind(cells["unit"])
        usual = everywhere[name]
        others = usual.total() - usual[unit]
        if usual[unit] == 1 and others >= USUAL:
            most = usual.most_common(1)[0][0]
            wrong = f"{cells['unit']} is unusual for {name}, told in {most} elsewhere"
            yield Problem(observed.file, row, "unit", wrong, "look whether the source says so")


def _kind(unit: str) -> str:
    return re.sub(r"^[A-Z]{3}(?=/|$)", "a currency", unit.strip())


@lru_cache(maxsize=4)
def _shipped_units(root: Path) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted((root / "data" / "clusters").glob("*/observations.csv")):
        sheet = read_sheet(path, "observations")[0]  # told where that folder is checked
        for _, cells in sheet.rows if sheet else ():
            found[cells.get("indicator", "")][_kind(cells.get("unit", ""))] += 1
    return found


def _neighbours(observed: Sheet) -> Iterator[Problem]:
    series: dict[tuple[str, ...], list[tuple[float, float, int, str, str]]] = defaultdict(list)
    for row, cells in observed.rows:
        try:
            when, value = read_date(cells["date"]).when, read_number(cells["value"])
        except (DateError, ValueError):
            continue
        if when == when and value > 0:
            key = (cells["indicator"], cells.get("segment", ""), cells["unit"])
            series[key].append((when, value, row, cells["date"], cells["value"]))
    for (name, _, _), points in series.items():
        points.sort()
        for at, (_, value, row, _, text) in enumerate(points):
            first = min(max(at - 1, 0), max(len(points) - 3, 0))  # at an end the next two
            beside = [p for i, p in enumerate(points[first : first + 3], first) if i != at]
            if (len(points) == 2 and at == 0) or not beside:
                continue  # of two values, one is told
            high = all(value >= TIMES * other for _, other, *_ in beside)
            if high or all(value * TIMES <= other for _, other, *_ in beside):
                told = " and ".join(f"{v} ({date})" for *_, date, v in beside)
                wrong = f"{text} is ten times {'above' if high else 'below'} {told} of {name}"
                yield Problem(observed.file, row, "value", wrong, "look for a slip of the comma")


@dataclass(frozen=True)
class Outlook:
    """What there is for a chapter, in words, and the rows without which it has a gap."""

    chapter: str
    shows: tuple[str, ...]
    gaps: tuple[str, ...]

    def __str__(self) -> str:
        shows = ", ".join(self.shows) or "nothing yet"
        return f"{self.chapter}: {shows}" + "".join(f"; no {gap}" for gap in self.gaps)


def outlook(reading: Reading, root: Path) -> list[Outlook]:
    """Return what each chapter has to show of a cluster's folder that was read, and what it lacks.

    What there is on its city and country is looked for below `root`.
    """
    facts = {cells.get("field"): cells.get("value", "") for cells in _rows(reading, "cluster")}
    city, country = (context_folder(facts.get(n, ""), root) for n in ("city", "country"))
    lost = ", ".join(name for name in ("latitude", "opened", "status") if name not in facts)
    n = {table: len(_rows(reading, table)) for table in ("events", "phases", "findings", "survey")}
    found = [
        _told("overview", {"fact": len(facts)}, {f"{lost} in cluster.csv": not lost}),
        Outlook("background", ("the city's rows",) if city else (),
                () if city else ("folder of the city in data/context",)),
        _told("periodisation", {"event": n["events"], "phase": n["phases"]},
              {"events.csv": n["events"]}),
    ]  # fmt: skip
    for dimension in DIMENSIONS[:4]:
        tables = ("observations", "events", "initiatives", "findings")
        numbers, *others = (_rows(reading, table, dimension) for table in tables)
        events, programmes, claims = map(len, others)
        counts = {
            "observation": len(numbers), "series over time": _series(numbers), "event": events,
            "programme": programmes, "claim": claims,
        }  # fmt: skip
        empty = [f"{t}.csv" for t, rows in zip(tables, (numbers, *others), strict=True) if not rows]
        needs = {f"{', '.join(empty)} with dimension {dimension}": not empty}
        if dimension == "economic":
            needs["cpi.csv of the country: no real prices"] = bool(country)
        found.append(_told(dimension, counts, needs))
    needs = {"findings.csv": bool(n["findings"]), "survey.csv": bool(n["survey"])}
    found.append(_told("mechanism", {"claim": n["findings"], "answer": n["survey"]}, needs))
    return found


def _told(chapter: str, counts: dict[str, int], needs: Mapping[str, int]) -> Outlook:
    shows = tuple(
        f"{n:,} {what if n == 1 or what.startswith('series') else f'{what}s'}"
        for what, n in counts.items()
        if n
    )
    return Outlook(chapter, shows, tuple(what for what, n in needs.items() if not n))


def _rows(reading: Reading, table: str, dimension: str = "") -> list[dict[str, str]]:
    sheet: Sheet | None = reading.sheet(table)
    rows = [cells for _, cells in sheet.rows] if sheet else []
    return [cells for cells in rows if dimension in ("", cells.get("dimension"))]


def _series(rows: list[dict[str, str]]) -> int:
    dates: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for cells in rows:
        if status(cells.get("segment", "")) == "observed":
            key = tuple(cells.get(name, "") for name in ("indicator", "segment", "unit"))
            dates[key].add(cells.get("date", ""))
    return sum(len(found) > 1 for found in dates.values())
