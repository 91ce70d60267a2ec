"""What the report on a folder of evidence will show, chapter by chapter, and what it will lack."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from .root import context_folder
from .rules import Sheet
from .rules_files import Reading
from .tables import status
from .vocabulary import DIMENSIONS


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
    found = []
    events = _rows(reading, "events")
    facts = {cells.get("field"): cells.get("value", "") for cells in _rows(reading, "cluster")}
    city, country = (bool(context_folder(facts.get(n, ""), root)) for n in ("city", "country"))
    lost = [name for name in ("latitude", "opened", "status") if name not in facts]
    found.append(
        _told("overview", {"fact": len(facts)}, {f"{', '.join(lost)} in cluster.csv": not lost})
    )
    lost = [] if city else ["folder of the city in data/context"]
    found.append(Outlook("background", ("the city's rows",) * city, tuple(lost)))
    phases = _rows(reading, "phases")
    found.append(_told("periodisation", {"event": len(events), "phase": len(phases)},
                       {"events.csv": len(events)}))  # fmt: skip
    for dimension in DIMENSIONS[:4]:
        rows = {t: _rows(reading, t, dimension) for t in ("observations", "events", "initiatives",
                                                          "findings")}  # fmt: skip
        numbers = rows["observations"]
        counts = {
            "observation": len(numbers),
            "series over time": _series(numbers),
            "event": len(rows["events"]),
            "programme": len(rows["initiatives"]),
            "claim": len(rows["findings"]),
        }
        lost = [f"{table}.csv" for table, found in rows.items() if not found]
        needs = {f"{', '.join(lost)} with dimension {dimension}": int(not lost)}
        if dimension == "economic":
            needs["cpi.csv of the country: no real prices"] = int(country)
        found.append(_told(dimension, counts, needs))
    findings = _rows(reading, "findings")
    survey = _rows(reading, "survey")
    found.append(_told("mechanism", {"claim": len(findings), "answer": len(survey)},
                       {"findings.csv": len(findings), "survey.csv": len(survey)}))  # fmt: skip
    return found


def _told(chapter: str, counts: dict[str, int], needs: dict[str, int]) -> Outlook:
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
