"""Evidence folders made at random from the schema: whatever `check` permits, its extremes first.

Cells come from the closed lists of the schema and from pools of words, numbers and dates that are
at the edge of what is permitted. Rows that `check` refuses are taken out, so that it alone says
what is permitted; what is left is a cluster, its city and its country in a small book.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from conftest import ROOT, small_copy
from hypothesis import strategies as st
from running import Page, run

from clusterbook.charts.theme import IN_BOOK
from clusterbook.evidence.check import check_folder
from clusterbook.evidence.root import environment
from clusterbook.evidence.schemas import COLUMNS, file_name, schema
from clusterbook.evidence.vocabulary import CLUSTER_LISTS
from clusterbook.publishing.own_texts import text_problems

Rows = list[dict[str, str]]
Folder = dict[str, Rows]
"""The rows of each table of a folder."""

SLUG, CITY, COUNTRY = "mill-7", "edgetown", "edgeland"
KEYS = ("key1", "key2", "old1999", "clusterbook2026")
BIB = """@article{key1, title = {莫干山路50号的租金}, author = {Wu, Lan and 王, 明}, year = {2012},
  journal = {Mills}, url = {https://example.org/a_b?x=%201}, keywords = {grade:A}}
@misc{key2, title = {Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft},
  keywords = {grade:D, nolink}, url = {https://example.org/b}}
@book{old1999, title = {A {Mill} & its \\textendash{} \\"Ufer}, year = {1999}, keywords = {grade:B}}
@misc{clusterbook2026, title = {Judged}, year = {2026}, keywords = {grade:C}}
"""
TEXTS = (
    "a", "Mill", "Open day", "春明粗纺厂", "Gate <b>opens</b> & $closes$", "مصنع", "W" * 60,
    "Rents rose by 12% from 2 to 3 yuan", '"Quoted", he said: {x}', "l'été | =1+1", "👩🏽‍🎨 studio",
    "Verein zur Förderung der Donaudampfschifffahrt in den Hallen am Ufer " * 3 + "e. V.",
)  # fmt: skip
NOTES = ("", "", "a\n\nb", "`code` # no heading", "x" * 900, *TEXTS[:5])
WORDS = ("a", "b2", "open-day", "rent-rise", "x" * 40, "gallery", "galleries", "total", "li_2010",
         "new_entrants", "commercial", "planned_total", "target", "unsourced_claim", "a_b_c_d_e",
         "1", "2010", "11.4")  # fmt: skip
DATES = (
    "2010", "2010", "2015", "2008", "2001", "2000~", "199X", "20XX", "19XX", "2015/..", "../1990",
    "2005/2008", "2004-XX", "2009-21", "2009-24", "2016?", "1933", "1000", "2026", "2027",
    "2026-11-28", "2010-05/2010-07", "2008%", "18XX", "2000-02-29", "1999-12-31/2000-01-01",
    "2010-06", "2010-06-15", "2012-04", "1000/2026", "201X~", "1998/..", "2011",
)  # fmt: skip
NUMBERS = (
    "0", "1", "2", "5", "12", "100", "160", "0.5", "-0", "0.0", "-3", "-0.5", "1e-9", "1e18", "99.9",
    "999999999999", "33.33333333333333", "1933", "2000", "1e9", "+7", ".5", "7.", "-100", "-1e18",
    "0.000001", "3", "40", "41", "360",
)  # fmt: skip
UNITS = {
    "area": ("m2", "ha", "mu", "km2", "ping"), "length": ("m", "km"), "time": ("years", "hours"),
    "volume": ("m3", "m3/year", "m3/m2"), "mass": ("t", "tCO2/year", "kg/person"),
    "energy": ("kWh", "MWh/year", "kWh/m2/year"), "power": ("kW",), "sound": ("dB", "dB(A)"),
    "temperature": ("degC", "K"), "illuminance": ("lux",), "angle": ("degrees",),
    "count": ("count", "count", "count/year"), "count_per_time": ("count/year", "count/month"),
    "persons": ("persons", "persons/year"), "persons_per_time": ("persons/year", "persons/day"),
    "percent": ("percent",), "ratio": ("times",), "rank": ("rank",), "index": ("index",),
    "year": ("year",), "boolean": ("boolean",), "currency": ("CNY", "USD/year", "silver_dollar"),
    "currency_per_time": ("CNY/month", "DEM/day"), "currency_per_area": ("CNY/m2", "EUR/sqft"),
    "currency_per_area_time": ("CNY/m2/day", "TWD/ping/month", "CNY/day/m2", "EUR/m2/year"),
    "currency_per_person": ("CNY/visit", "CNY/person/year"), "amount": ("t", "count", "m3/year"),
    "other": ("ppm", "m/hour", "index", "CNY/kWh"), "": ("µg/m3", "count", "percent"),
}  # fmt: skip
POOLS: dict[str, tuple[str, ...]] = {
    "date": DATES, "source": KEYS, "note": NOTES, "via": ("", "", "", "Dong 2006", "key2"),
    "locator": ("p. 1", "第3段", "p. 1", "fact[name]"),
}  # fmt: skip
ITEMS = tuple(row["item"] for row in csv.DictReader(
    (ROOT / "data/instruments/creative-space/items.csv").read_text("utf-8").splitlines()))  # fmt: skip
SIZES = (0, 1, 2, 5, 12, 40)
CLUSTER_TABLES = ("events", "initiatives", "findings")
CONTEXT_TABLES = (*CLUSTER_TABLES, "protection")


@cache
def cell(table: str, name: str) -> st.SearchStrategy[str]:
    """The cells of a column: its closed list, what its pattern permits of our words, or a pool."""
    field = next(f for f in schema(table)["fields"] if f["name"] == name)
    limits = field.get("constraints", {})
    pool = tuple(limits.get("enum", ())) or POOLS.get(name, TEXTS)
    if "pattern" in limits:
        pool = tuple(word for word in WORDS if re.fullmatch(limits["pattern"], word))
    if field["type"] != "string":
        pool = ("1", "2", "3", "2010", "2015") if field["type"] != "number" else NUMBERS
    free = ("",) * (len(pool) if not limits.get("required") and name not in POOLS else 0)
    return st.sampled_from((*free, *pool))


@cache
def rows_of(table: str) -> st.SearchStrategy[Rows]:
    """Rows of a table, each column for itself."""
    names = [field["name"] for field in schema(table)["fields"]]
    row = st.fixed_dictionaries({name: cell(table, name) for name in names})
    return st.sampled_from(SIZES).flatmap(lambda n: st.lists(row, min_size=n, max_size=n))


@cache
def codebook() -> dict[str, tuple[str, str]]:
    """Return the shipped indicators with their families and dimensions."""
    with (ROOT / "data" / "codebook.csv").open(encoding="utf-8", newline="") as file:
        return {r["indicator"]: (r["unit_family"], r["dimension"]) for r in csv.DictReader(file)}


@cache
def usual() -> tuple[str, ...]:
    """Return the indicators that chapters name."""
    text = " ".join(path.read_text("utf-8") for path in (ROOT / "chapters").glob("*.md"))
    return tuple(name for name in codebook() if f'"{name}"' in text)


@st.composite
def observations(draw: Any, own: dict[str, tuple[str, str]]) -> Rows:
    """Rows of a few indicators, segments, dates and hedges, so that series and ties come about."""
    known = codebook() | own
    some = st.sampled_from(usual()) | st.sampled_from(tuple(known))
    names = draw(st.lists(some, min_size=1, max_size=6, unique=True))
    dates, values = (
        draw(st.lists(st.sampled_from(pool), min_size=1, max_size=8)) for pool in (DATES, NUMBERS)
    )
    segments = draw(st.lists(cell("observations", "segment"), min_size=1, max_size=3))
    found = []
    for _ in range(draw(st.sampled_from(SIZES))):
        name = draw(st.sampled_from(names))
        row = {
            field["name"]: draw(cell("observations", field["name"]))
            for field in schema("observations")["fields"]
            if field["name"] in ("qualifier", "dimension", "scope", "source", "locator", "note", "via", "grade")
        }  # fmt: skip
        row |= {"indicator": name, "unit": draw(st.sampled_from(UNITS[known[name][0]]))}
        row |= {"segment": draw(st.sampled_from(segments)), "date": draw(st.sampled_from(dates))}
        row["value"] = draw(st.sampled_from(values))
        row["value_upper"] = draw(st.sampled_from(("", "", "", *values)))
        row["grade"] = ""
        found.append(row)
    return found


@st.composite
def phases(draw: Any) -> Rows:
    """Schemes of phases that follow each other."""
    found = []
    for scheme in draw(st.lists(st.sampled_from(("own", "li_2010")), unique=True)):
        years = draw(st.lists(st.integers(1950, 2026), min_size=1, max_size=7, unique=True))
        for n, (first, last) in enumerate(_spans(sorted(years)), start=1):
            words = {name: draw(cell("phases", name)) for name in ("label", "source", "note")}
            found.append(words | {"scheme": scheme, "phase": str(n), "date": f"{first}/{last}",
                                  "locator": "p. 1"})  # fmt: skip
    return found


def _spans(years: list[int]) -> Iterable[tuple[int, int | str]]:
    return zip(years, [*years[1:], ".."], strict=True)


@st.composite
def facts(draw: Any) -> Rows:
    """The attributes of a cluster: the three that it must have, and some others."""
    value: dict[str, tuple[str, ...]] = {
        "name": TEXTS, "city": (CITY, CITY, "Shanghai", "Nowhere"),
        "country": (COUNTRY, COUNTRY, "China", "Noland"), "local_name": TEXTS,
        "former_use": TEXTS, "owner": TEXTS, "built": ("1933", "19XX", "1000"),
        "opened": ("2000", "2000~", "2026", "199X"), "latitude": ("31.2", "-90", "0"),
        "longitude": ("121.4", "180", "0"), "trajectory_note": TEXTS,
        **CLUSTER_LISTS,
    }  # fmt: skip
    names = draw(st.lists(st.sampled_from(tuple(value)[3:]), unique=True))
    return [
        {"field": name, "value": draw(st.sampled_from(value[name])), "locator": "p. 1",
         "source": draw(st.sampled_from(KEYS[:3]))}
        for name in (*tuple(value)[:3], *names)
    ]  # fmt: skip


@st.composite
def clusters(draw: Any) -> Folder:
    """A cluster's folder: all tables, any of them without a row."""
    families = draw(st.lists(st.sampled_from(tuple(UNITS)), max_size=4, unique=True))
    own = [
        {name: draw(cell("codebook", name)) for name in COLUMNS["codebook"]}
        | {"indicator": f"own_{family}", "unit_family": family}
        for family in families
    ]
    known = {row["indicator"]: (row["unit_family"], row["dimension"]) for row in own}
    folder = {"cluster": draw(facts()), "codebook": own, "phases": draw(phases())}
    folder |= {table: draw(rows_of(table)) for table in CLUSTER_TABLES}
    folder["observations"] = draw(observations(known))
    for n, row in enumerate(folder["findings"]):
        row["id"] = f"claim-{n}"
    claims = [f"claim[claim-{n}]" for n in range(len(folder["findings"]))]
    named = st.sampled_from(("fact[name]", *claims))
    for table, key in (("answers", "recommendation"), ("told_tensions", "tension")):
        asked = draw(st.lists(st.sampled_from(_listed(f"{key}s.csv")), max_size=6, unique=True))
        folder[table] = [
            {key: name, "rows": draw(named), "sentence": "It is so."}
            | ({"answer": draw(cell("answers", "answer"))} if table == "answers" else {})
            for name in asked
        ]
    folder["claims"] = [
        {"id": f"social-{n}", "section": "3", "chapter": "social", "claim": draw(st.sampled_from(TEXTS)),
         "row": draw(named), "check": "none", "verdict": "not checked", "reason": "Nobody has looked."}
        for n in range(draw(st.sampled_from((0, 1, 4))))
    ]  # fmt: skip
    answered = st.fixed_dictionaries({item: st.sampled_from(("", *"12345")) for item in ITEMS})
    asked_of = draw(st.sampled_from((0, 0, 1, 3)))
    folder["survey"] = [
        {"respondent": f"r{n}", "park": draw(st.sampled_from(TEXTS[:3]))} | draw(answered)
        for n in range(asked_of)
    ]
    return folder


@st.composite
def contexts(draw: Any) -> tuple[Folder, Folder]:
    """The folders of a city and of its country."""
    city = {table: draw(rows_of(table)) for table in CONTEXT_TABLES} | {"phases": draw(phases())}
    city["observations"] = draw(observations({}))
    for n, row in enumerate(city["findings"]):
        row["id"] = f"claim-{n}"
    defined = {row["indicator"] for row in city["observations"]}
    city["definitions"] = [
        {"indicator": name, "segment": "", "date": draw(st.sampled_from(DATES)), "definition": "x",
         "source": "key1", "locator": "p. 1"} for name in sorted(defined)
    ]  # fmt: skip
    first, more = draw(st.integers(1950, 2020)), draw(st.sampled_from((0, 1, 7, 60)))
    rates = st.sampled_from(("0", "2.5", "-3", "900", "-99.9", "5"))
    cpi = [{"year": str(year), "cpi_change_percent": draw(rates), "source": "key1"}
           for year in range(first, min(first + more, 2027))]  # fmt: skip
    return city, {"cpi": cpi}


@cache
def _listed(file: str) -> tuple[str, ...]:
    with (ROOT / "data" / file).open(encoding="utf-8", newline="") as rows:
        return tuple(row["id"] for row in csv.DictReader(rows) if row.get("kind") != "research")


FOLDERS = st.tuples(clusters(), contexts())
"""A cluster's folder, and those of its city and its country."""


def write(place: Path, folder: Folder) -> None:
    """Write a folder anew; a table without rows has its header alone."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / "sources.bib").write_text(BIB, encoding="utf-8")
    for table, rows in folder.items():
        head = ("respondent", "park", *ITEMS) if table == "survey" else COLUMNS[table]
        head = tuple(dict.fromkeys((*head, *(name for row in rows for name in row))))
        with (place / file_name(table)).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, head, restval="")
            writer.writeheader()
            writer.writerows(rows)


def permitted(place: Path, folder: Folder, root: Path) -> int:
    """Write a folder and take out the rows that are refused; return how many are left.

    Every refusal has to name its row and a remedy.
    """
    tables = {file_name(table): table for table in folder}
    for _ in range(12):
        write(place, folder)
        problems = check_folder(place, root)
        if not problems and place.parent.name == "clusters":
            problems = text_problems(root, place.name)
        if not problems:
            return sum(map(len, folder.values()))
        refused: dict[str, set[int]] = {}
        for problem in problems:
            assert problem.row, str(problem)
            refused.setdefault(tables[problem.file], set()).add(problem.row)
        for table, gone in refused.items():
            kept = [row for n, row in enumerate(folder[table], start=2) if n not in gone]
            folder[table] = kept
    raise AssertionError("\n".join(map(str, problems)))


def small_book(target: Path) -> Path:
    """Return a copy of the book with few clusters, in which folders made at random can stand."""
    return small_copy(target, ("m50", "ningbo-1956"))


def chapters(root: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return the chapters that read a cluster's or a city's rows, with their parameters."""
    found = []
    for path in sorted((root / "chapters").glob("*.md")):
        text = path.read_text("utf-8")
        if "\ncluster = " in text or "peers()" in text:
            found.append((path.stem, {"draws": 20} if "\ndraws = " in text else {}))
        elif "\nplace = " in text:
            found.append((path.stem, {"place": CITY}))
    return found


NONSENSE = re.compile(r"\b(?:nan|inf|NaT)\b|(?<![\w-])-0(?:\.0+)?(?![\w.-])")


def executed(root: Path, made: tuple[Folder, tuple[Folder, Folder]]) -> Iterable[tuple[str, Page]]:
    """Yield what each chapter shows of a cluster, its city and its country, once they are permitted."""
    cluster, (city, country) = made
    data = root / "data"
    with environment({"CLUSTERBOOK_ROOT": str(root), IN_BOOK: "1"}):
        write(data / "clusters" / SLUG, {"cluster": cluster["cluster"]})  # so that the city has one
        permitted(data / "context" / COUNTRY, country, root)
        permitted(data / "context" / CITY, city, root)
        permitted(data / "clusters" / SLUG, cluster, root)
        town = next(row["value"] for row in cluster["cluster"] if row["field"] == "city")
        for chapter, parameters in chapters(root):
            if "place" not in parameters or town == CITY:
                yield chapter, run(chapter, SLUG, **parameters)
