"""Nothing, and from nothing to something: every chapter runs, for every indicator that may be 0."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from running import run

from clusterbook.charts.theme import IN_BOOK
from clusterbook.evidence.check import check_all
from clusterbook.evidence.root import environment
from clusterbook.evidence.schemas import COLUMNS

CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.md"))
UNITS = {
    "area": "m2", "length": "m", "time": "years", "count": "count", "count_per_time": "count/year",
    "persons": "persons", "persons_per_time": "persons/year", "percent": "percent",
    "ratio": "times", "rank": "rank", "index": "index", "year": "year", "boolean": "boolean",
    "angle": "degrees", "currency": "CNY", "currency_per_time": "CNY/month",
    "currency_per_area": "CNY/m2", "currency_per_area_time": "CNY/m2/day",
    "currency_per_person": "CNY/visit", "amount": "t",
}  # fmt: skip
NOT_ZERO = {"rank": ("1", "5"), "year": ("1930", "1935"), "boolean": ("0", "1")}
SOURCE = {"source": "key1", "locator": "p. 1"}
BIB = "@misc{key1,\n  title = {T},\n  year = {2018},\n  keywords = {grade:B}\n}\n"

# date, low, high, hedge: "0" and "5" stand for what is least and more of an indicator
CLUSTERS = {
    "mill-nothing": [("2010", "0", "", "exact"), ("2015", "0", "", "exact"), ("20XX", "0", "", "about")],
    "mill-range": [("2010", "0", "5", "about"), ("2016-05", "0", "5", "exact"), ("20XX", "0", "5", "up_to")],
    "mill-rise": [("2009", "0", "", "exact"), ("2014/2016", "5", "", "over")],
    "mill-fall": [("2009~", "5", "", "exact"), ("2017", "0", "", "under")],
}  # fmt: skip
MEASURES = {
    "energy": ("kWh/year", "MWh/year"), "volume": ("m3", "litre"), "mass": ("tCO2/year", "kgCO2e/year"),
    "sound": ("dB(A)", "dB"), "temperature": ("degC", "K"), "illuminance": ("lux", "lux"),
    "power": ("kW", "MW"), "amount": ("t", "ft3/day"), "other": ("µg/m3", "ppm"),
    "time": ("hours", "weeks"), "currency": ("DEM", "FRF"), "currency_per_area_time": ("GBP/ft2/week", "EUR/m2/month"),
}  # fmt: skip
SHIPPED = {"m50": "", "zollverein": "5"}
SEGMENTS = ("", "galleries", "new_entrants")
EVENTS = [
    ("2001", "First studio", "arrival"), ("2005", "Studio leaves", "departure"),
    ("2009", "Hall falls", "demolition"), ("2012", "Prize", "award"),
]  # fmt: skip
PHASES = [("1", "2001/2008"), ("2", "2008/..")]


def observations(rows: list[tuple[str, str, str, str]]) -> Iterator[dict[str, str]]:
    with (ROOT / "data" / "codebook.csv").open(encoding="utf-8", newline="") as file:
        for indicator in csv.DictReader(file):
            family = indicator["unit_family"]
            least, more = NOT_ZERO.get(family, ("0", "5"))
            said = {"0": least, "5": more, "": ""}
            for segment in SEGMENTS:
                for date, low, high, hedge in rows:
                    yield SOURCE | {
                        "indicator": indicator["indicator"], "segment": segment, "date": date,
                        "value": said[low], "value_upper": said[high], "unit": UNITS[family],
                        "qualifier": hedge, "dimension": indicator["dimension"],
                        "scope": "internal",
                    }  # fmt: skip


def emptied(folder: Path, high: str) -> None:
    """Let a shipped cluster's values be 0, or from 0 to `high`; its own texts, which name rows, go."""
    with (ROOT / "data" / "codebook.csv").open(encoding="utf-8", newline="") as file:
        family = {row["indicator"]: row["unit_family"] for row in csv.DictReader(file)}
    with (folder / "observations.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if family[row["indicator"]] not in NOT_ZERO]
    told = [row | {"value": "0", "value_upper": high} for row in rows]
    without_note = {tuple((row | {"note": ""}).values()): row for row in told}
    write(folder / "observations.csv", "observations", list(without_note.values()))
    shutil.rmtree(folder / "notes", ignore_errors=True)
    for name in ("claims", "answers", "tensions"):
        (folder / f"{name}.csv").unlink(missing_ok=True)


def write(file: Path, table: str, rows: list[dict[str, str]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        fields = dict.fromkeys([*COLUMNS[table], *(name for row in rows for name in row)])
        writer = csv.DictWriter(out, list(fields), restval="")
        writer.writeheader()
        writer.writerows(rows)


def of_ones_own(folder: Path) -> None:
    """A cluster whose own indicators are told in units that a library of units knows."""
    columns = "indicator,label,dimension,measure,unit_family,polarity,definition,unesco_2030,sdg_target,core"
    lines, rows = [columns], []
    for place, (family, units) in enumerate(MEASURES.items()):
        dimension = ("environmental", "economic", "cultural", "social")[place % 4]
        lines.append(f"own_{family},Own {family},{dimension},stock,{family},neutral,Mine.,,,no")
        for year, unit in zip(("2010", "2016"), units, strict=True):
            rows.append(SOURCE | {
                "indicator": f"own_{family}", "date": year, "value": "12.5", "unit": unit,
                "qualifier": "about", "dimension": dimension, "scope": "internal",
            })  # fmt: skip
    (folder / "codebook.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    write(folder / "observations.csv", "observations", rows)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A book with a city and clusters, two of the shipped among them, whose values are 0 or 0 to 5."""
    root = tmp_path_factory.mktemp("zero") / "book"
    shutil.copytree(ROOT / "data", root / "data")
    shutil.copytree(ROOT / "chapters", root / "chapters")
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(ROOT / name, root / name)
    for slug, high in SHIPPED.items():
        emptied(root / "data" / "clusters" / slug, high)
    city = root / "data" / "context" / "zeroville"
    for place, rows in (*CLUSTERS.items(), ("", CLUSTERS["mill-range"])):
        folder = root / "data" / "clusters" / place if place else city
        write(folder / "observations.csv", "observations", list(observations(rows)))
        (folder / "sources.bib").write_text(BIB, encoding="utf-8")
        if not place:
            continue
        facts = {"name": place, "city": "Zeroville", "country": "China", "opened": "2001"}
        write(folder / "cluster.csv", "cluster",
              [SOURCE | {"field": name, "value": value} for name, value in facts.items()])  # fmt: skip
        write(folder / "events.csv", "events",
              [SOURCE | {"date": date, "title": title, "kind": kind, "dimension": "cultural",
                         "scope": "internal"} for date, title, kind in EVENTS])  # fmt: skip
        write(folder / "phases.csv", "phases",
              [SOURCE | {"scheme": "own", "phase": phase, "label": "x", "date": date}
               for phase, date in PHASES])  # fmt: skip
    shutil.copytree(
        root / "data" / "clusters" / "mill-rise", root / "data" / "clusters" / "mill-own"
    )
    of_ones_own(root / "data" / "clusters" / "mill-own")
    with environment({"CLUSTERBOOK_ROOT": str(root), IN_BOOK: "1"}):  # both layouts are drawn
        yield root


def test_such_evidence_is_accepted(book: Path) -> None:
    assert check_all(book) == []


@pytest.mark.parametrize("cluster", [*CLUSTERS, *SHIPPED, "mill-own"])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_runs_and_says_no_nonsense(book: Path, chapter: str, cluster: str) -> None:
    page = run(chapter, cluster)
    said = " ".join([page.text, *(figure.title for figure in page.figures.values())])
    assert not re.search(r"\b(?:nan|inf|NaT)\b|(?<![\w-])-0(?:\.0+)?(?![\w.-])", said)


def test_a_rent_of_nothing_is_shown_and_no_growth_is_computed_from_it(book: Path) -> None:
    folder = book / "data" / "clusters" / "mill-7"
    shutil.copytree(book / "data" / "clusters" / "mill-rise", folder)
    rent = [row for row in observations(CLUSTERS["mill-rise"]) if row["indicator"] == "rent"]
    write(folder / "observations.csv", "observations", [row for row in rent if not row["segment"]])
    page = run("economic", "mill-7")
    shutil.rmtree(folder)
    assert "from 0" in page.text
    assert "times as much" not in page.text


def test_units_of_a_library_are_told_in_words(book: Path) -> None:
    said = run("environmental", "mill-own").text + run("ledger", "mill-own").text
    for words in (
        "12.5 kWh per year",
        "12.5 dB(A)",
        "µg per m³",
        "tonnes of CO₂ per year",
        "12.5 °C",
    ):
        assert words in said
