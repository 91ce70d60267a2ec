"""How much of a cluster's own evidence its chapters show besides the ledger."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clusterbook.evidence import Case, open_case

from .jobs import Job, places_of

EVERYTHING = "ledger"
"""The chapter that shows every row, so that it tells nothing here."""


@dataclass(frozen=True)
class Coverage:
    """Of a cluster's observed rows: how many there are, are shown, are shown by a table alone."""

    rows: int
    shown: int
    tabled: int

    @property
    def share(self) -> float:
        """The share of rows that are shown; 1 where there is none."""
        return self.shown / self.rows if self.rows else 1.0

    def __str__(self) -> str:
        if not self.rows:
            return "no observed figure is on record"
        tabled = f"{self.tabled:,} of them ({self.tabled / self.rows:.0%}) in a table alone"
        said = f"{self.shown:,} of {self.rows:,} observed figures ({self.share:.0%}) stand"
        return f"{said} in a chapter besides the ledger, {tabled}"


def observed(case: Case) -> set[str]:
    """Return the anchors of a cluster's own observed rows: without context, plans and claims."""
    rows = case.observations
    return set(rows["anchor"][(rows["status"] == "observed") & (rows["dimension"] != "context")])


def coverage(jobs: Sequence[Job], clusters: Sequence[str]) -> dict[str, Coverage]:
    """Return the coverage of each cluster from its executed chapters."""
    found = {}
    for cluster in clusters:
        own = [job for job in jobs if job.cluster == cluster and job.chapter != EVERYTHING]
        if not own:
            continue
        with places_of(own[0]):
            base = observed(open_case(cluster))
        ways: dict[str, set[str]] = {}
        for job in own:
            for anchor, how in _shown_in(job.result).items():
                ways.setdefault(anchor, set()).update(how)
        seen = base & set(ways)
        found[cluster] = Coverage(len(base), len(seen), sum(ways[a] == {"table"} for a in seen))
    return found


def _shown_in(notebook: Path) -> dict[str, list[str]]:
    """Return how an executed notebook shows rows; what follows its cells is its last line."""
    rest = notebook.read_text(encoding="utf-8").rstrip().rpartition("\n")[2]
    told: dict[str, list[str]] = json.loads(f"{{{rest}")["metadata"]["clusterbook"].get("shown", {})
    return told


def tell(page: Path, words: Coverage) -> None:
    """Add a section on coverage to a staged notebook."""
    book = json.loads(page.read_text(encoding="utf-8"))
    said = str(words)
    text = f"## What the chapters show of it\n\n{said[0].upper()}{said[1:]}.\n"
    cell = {"cell_type": "markdown", "id": "coverage", "metadata": {}, "source": text}
    book["cells"].append(cell)
    page.write_text(json.dumps(book, ensure_ascii=False, sort_keys=True), encoding="utf-8")
