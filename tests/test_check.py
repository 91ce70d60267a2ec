"""Checking evidence: every fault is told with its file, row and field, and nothing is a crash."""

import csv
import io
import json
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clusterbook.cli import app
from clusterbook.evidence import vocabulary
from clusterbook.evidence.case import open_case
from clusterbook.evidence.check import check_all, check_folder, examine_all
from clusterbook.evidence.package import data_package, folder_package, written
from clusterbook.evidence.problems import Problem
from clusterbook.evidence.root import book_root, cluster_slugs
from clusterbook.evidence.schemas import (
    CLUSTER_TABLES,
    COLUMNS,
    OPTIONAL_COLUMNS,
    TABLES,
    closed_list,
    schema,
)
from clusterbook.evidence.tables import IDENTITY
from clusterbook.publishing.own_texts import text_problems

BIB = """@article{shen2010,
  author = {Shen, Qi},
  title = {Rents},
  year = {2010},
  url = {https://example.org/a},
  keywords = {grade:A, kind:peer_reviewed}
}

@misc{mirror,
  title = {Copy},
  keywords = {grade:D, nolink}
}
"""

FOLDER = {
    "cluster.csv": """field,value,source,locator
name,Mill 7,shen2010,p. 1
city,Shanghai,shen2010,p. 1
country,China,shen2010,p. 1
latitude,31.2,shen2010,p. 2
longitude,121.4,shen2010,p. 2
opened,2000~,shen2010,p. 2
capital,state,shen2010,p. 2
trajectory,stable,shen2010,p. 3
""",
    "observations.csv": """indicator,segment,date,value,value_upper,unit,qualifier,dimension,scope,\
source,locator,note,via
rent,,2008,2,3,CNY/m2/day,about,economic,internal,shen2010,p. 4,"asked,
not paid",Dong 2006
rent,gallery,2009,2.5,,CNY/m2/day,exact,economic,internal,mirror,p. 5,,
tenants,,2010~,160,,count,over,cultural,internal,citybook,p. 6,,
""",
    "events.csv": """date,title,kind,dimension,scope,source,locator,note,via
2000,First artist moves in,arrival,cultural,internal,shen2010,p. 1,,
2005-04/2006,Quarter listed,designation,environmental,external,statistics,p. 1,,
""",
    "initiatives.csv": """name,date,audience,dimension,scope,source,locator,note,audience_mode,\
decision_level,programme
Open day,2013/..,public,social,external,shen2010,p. 1,,watch,0,open-day
Talks,,residents,social,external,shen2010,p. 2,,try,2,talks
""",
    "phases.csv": """scheme,phase,label,date,source,locator,note
shen,1,leasing,1999/2001,shen2010,p. 1,
shen,2,cluster,2001/..,shen2010,p. 1,
""",
    "findings.csv": """id,code,category,statement,kind,dimension,scope,valence,actor,mechanism,\
source,locator,note
mill-1,rent-rise,displacement,Rents rose.,empirical,economic,internal,strains,artists,fame,\
shen2010,p. 1,
mill-2,open-gate,relations,The gate is open.,empirical,social,external,sustains,residents,,\
shen2010,p. 2,
""",
    "codebook.csv": """indicator,label,dimension,measure,unit_family,polarity,definition,\
unesco_2030,sdg_target,core
kilns,Kilns,cultural,count_at_date,count,neutral,Kilns in use.,,,no
""",
    "sources.bib": BIB,
    "notes/economic.md": "## rents\n\nThey rose.\n",
}

CODEBOOK = """indicator,label,dimension,measure,unit_family,polarity,definition,unesco_2030,\
sdg_target,core
rent,Rent,economic,price,currency_per_area_time,neutral,Rent asked or paid.,,,yes
tenants,Tenants,cultural,count_at_date,count,neutral,Firms and artists.,8,11.4,yes
"""


def source(key: str) -> str:
    return f"@misc{{{key},\n  title = {{T}},\n  keywords = {{grade:B}}\n}}\n"


COMMON = {
    "_config.yml": "title: t\n",
    "_toc.yml": "format: jb-book\nroot: chapters/economic\n",
    "chapters/economic.md": (
        "---\njupytext:\n  text_representation:\n    format_name: myst\n---\n\n"
        "# Rents\n\n```{code-cell}\n:tags: [parameters]\n\ncluster = 'm50'\n```\n\n"
        '```{code-cell}\nprose.note(case, "economic", "rents")\n```\n'
    ),
    "data/sources.bib": source("article"),
    "data/codebook.csv": CODEBOOK,
    "data/codes.csv": "code,value,meaning,rule\nscope,internal,Life inside.,\n",
    "data/second_coding.csv": ",".join(COLUMNS["second_coding"]) + "\n",
    "data/recommendations.csv": ",".join(COLUMNS["recommendations"])
    + "\nrec-01,practice,Keep rents low.,social,internal,Are they?,Leases,article,4.1\n",
    "data/tensions.csv": ",".join(COLUMNS["tensions"])
    + "\nten-01,art and trade,art,trade,cultural,economic,They pull.,article,4.1\n",
    "data/abstracts.csv": ",".join(COLUMNS["abstracts"]) + "\n",
    "data/changes.csv": ",".join(COLUMNS["changes"]) + "\n",
    "data/culture_2030.csv": "number,name,theme\n1,Expenditure on heritage,Resilience\n",
    "data/glossary.csv": ",".join(COLUMNS["glossary"]) + "\nMill,厂,chǎng,A works.,places\n",
    "data/context/shanghai/sources.bib": source("citybook"),
    "data/context/shanghai/events.csv": FOLDER["events.csv"].replace("shen2010", "citybook"),
    "data/context/china/sources.bib": source("statistics"),
    "data/context/china/cpi.csv": "year,cpi_change_percent,source\n2008,5.9,statistics\n",
}


def write(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8", newline="")


@pytest.fixture
def mill(tmp_path: Path) -> Path:
    """A small valid cluster folder within a small valid book."""
    write(tmp_path, COMMON)
    write(tmp_path / "data" / "clusters" / "mill-7", FOLDER)
    return tmp_path / "data" / "clusters" / "mill-7"


def root_of(folder: Path) -> Path:
    return folder.parents[2]


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, "the case does not fit the valid folder"
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def test_the_small_book_is_valid(mill: Path) -> None:
    assert check_folder(mill, root_of(mill)) == []
    assert check_all(root_of(mill)) == []


OBS, EVENTS, BIBFILE = "observations.csv", "events.csv", "sources.bib"

FAULTS = [
    # name, file, text, put in its place, row, field, words of the message
    # dates
    ("month 13", OBS, "2009", "2019-13", 3, "date", "month"),
    ("reversed interval", EVENTS, "2005-04/2006", "2006/2005", 3, "date", "ends before it starts"),
    ("unknown end", EVENTS, "2005-04/2006", "2005/", 3, "date", "unknown end"),
    ("words for a date", EVENTS, "2000,", "spring 2000,", 2, "date", "not a date"),
    ("day first", EVENTS, "2000,", "12.04.2000,", 2, "date", "EDTF"),
    ("empty date", EVENTS, "2000,", ",", 2, "date", "is empty"),
    ("opened is no date", "cluster.csv", "2000~", "around 2000", 7, "value", "not a date"),
    # values
    ("text in value", OBS, "2.5,,", "a lot,,", 3, "value", "'a lot' is no number"),
    ("hedge in value", OBS, "2.5,,", ">2.5,,", 3, "value", "qualifier"),
    ("empty value", OBS, "2.5,,", ",,", 3, "value", "is empty"),
    ("not a number", OBS, "2.5,,", "nan,,", 3, "value", "no number"),
    ("infinite", OBS, "2.5,,", "inf,,", 3, "value", "no number"),
    ("too large", OBS, "2.5,,", "1e999,,", 3, "value", "too large"),
    ("underscore", OBS, "2.5,,", "1_000,,", 3, "value", "no number"),
    ("other digits", OBS, "2.5,,", "２,,", 3, "value", "no number"),
    ("space before value", OBS, "2.5,,", " 2.5,,", 3, "value", "no number"),
    ("thousands separator", OBS, "2.5,,", '"2,500",,', 3, "value", "no number"),
    ("upper below value", OBS, "2,3,", "5,3,", 2, "value_upper", "3 is below the value 5"),
    ("text in upper value", OBS, "2,3,", "2,more,", 2, "value_upper", "no number"),
    # closed lists and grammars
    ("unknown unit", OBS, "160,,count", "160,,pcs", 4, "unit", "no known unit"),
    ("unknown currency", OBS, "2.5,,CNY", "2.5,,RMB", 3, "unit", "no currency code"),
    ("unknown per", OBS, "2.5,,CNY/m2/day", "2.5,,CNY/sqm/day", 3, "unit", "'sqm'"),
    ("unknown qualifier", OBS, ",over,", ",ovr,", 4, "qualifier", "write over (the list: exact"),
    ("empty qualifier", OBS, ",over,", ",,", 4, "qualifier", "is empty"),
    ("unknown dimension", OBS, ",cultural,", ",culture,", 4, "dimension", "write cultural"),
    ("unknown scope", OBS, "cultural,internal", "cultural,intern", 4, "scope", "write internal"),
    ("unknown kind", EVENTS, "arrival", "arival", 2, "kind", "write arrival"),
    ("kind in capitals", EVENTS, "arrival", "Arrival", 2, "kind", "write arrival"),
    ("unknown audience", "initiatives.csv", "public", "everyone", 2, "audience", "write one of"),
    ("unknown mode", "initiatives.csv", ",watch,", ",look,", 2, "audience_mode", "watch, try"),
    ("level 6", "initiatives.csv", ",try,2,", ",try,6,", 3, "decision_level", "0, 1, 2"),
    ("programme", "initiatives.csv", ",open-day", ",Open Day", 2, "programme", "hyphens"),
    ("valence", "findings.csv", "strains", "strain", 2, "valence", "write strains"),
    ("kind of claim", "findings.csv", "empirical", "factual", 2, "kind", "empirical, general"),
    ("misspelt kind", "findings.csv", "empirical", "empircal", 2, "kind", "write empirical"),
    ("claim without kind", "findings.csv", ",empirical,", ",,", 2, "kind", "is empty"),
    ("misspelt kind column", "findings.csv", ",kind,", ",kimd,", 1, "kind", "rename the column"),
    ("actor", "findings.csv", ",artists,", ",artist,", 2, "actor", "write artists"),
    ("context finding", "findings.csv", ",economic,", ",context,", 2, "dimension", "list"),
    ("phase number", "phases.csv", "shen,2,", "shen,two,", 3, "phase", "no whole number"),
    ("core", "codebook.csv", ",no\n", ",maybe\n", 2, "core", "yes, no"),
    ("measure", "codebook.csv", "count_at_date", "count", 2, "measure", "write count_at_date"),
    # references
    ("unknown source", OBS, "mirror", "miror", 3, "source", "write mirror, or add the entry"),
    ("empty source", OBS, "mirror", "", 3, "source", "is empty"),
    ("empty locator", OBS, "p. 5", "", 3, "locator", "is empty; write where in the source"),
    ("blank locator", OBS, "p. 5", " ", 3, "locator", "is blank"),
    ("blank unit", OBS, "160,,count", "160,,\u00a0", 4, "unit", "is blank"),
    ("space in source", OBS, "mirror", "mirror ", 3, "source", "space"),
    ("unknown indicator", OBS, "tenants", "tennants", 4, "indicator", "write tenants, or"),
    ("own codebook", OBS, "tenants", "ghosts", 4, "indicator", "cluster's own codebook.csv"),
    ("indicator", OBS, "tenants", "Tenants", 4, "indicator", "write tenants"),
    ("known already", "codebook.csv", "kilns", "rent", 2, "indicator", "data/codebook.csv already"),
    # rows
    ("duplicate id", "findings.csv", "mill-2", "mill-1", 3, "id", "stands in row 2 already"),
    ("duplicate phase", "phases.csv", "shen,2,", "shen,1,", 3, "scheme", "row 2 already"),
    ("order of phases", "phases.csv", "2001/..", "1990/..", 3, "date", "begins before"),
    ("endless start", "phases.csv", "1999/2001", "../2001", 2, "date", "no beginning"),
    ("control character", OBS, "p. 5", "p.\x1b[31m5", 3, "locator", "control character"),
    ("lost character", OBS, "p. 5", "p. \ufffd", 3, "locator", "lost"),
    # cluster.csv
    ("no name", "cluster.csv", "name,Mill 7,shen2010,p. 1\n", "", None, "name", "is missing"),
    ("empty name", "cluster.csv", "Mill 7", "", 2, "value", "is empty"),
    ("unknown field", "cluster.csv", "trajectory,", "trajectry,", 9, "field", "write trajectory"),
    ("duplicate field", "cluster.csv", "capital,state", "city,Shanghai", 8, "field", "row 3"),
    ("unknown capital", "cluster.csv", ",state,", ",statal,", 8, "value", "write state"),
    ("latitude", "cluster.csv", "31.2,", "131.2,", 5, "value", "outside -90 to 90"),
    ("longitude", "cluster.csv", "121.4,", "121°24′E,", 6, "value", "no number"),
    ("half a place", "cluster.csv", "longitude,121.4,shen2010,p. 2\n", "", 5, "field", "without"),
    # form of the file
    ("misspelt column", EVENTS, "title", "titel", 1, "title", "rename the column 'titel'"),
    ("extra column", "phases.csv", "note\n", "note,more\n", 1, "more", "not known"),
    ("repeated column", "phases.csv", ",note\n", ",note,note\n", 1, "note", "twice"),
    ("comma too many", EVENTS, "Quarter listed", "Quarter, listed", 3, "", "10 cells"),
    ("comma too few", EVENTS, "p. 1,,\n", "p. 1,\n", 2, "", "8 cells"),
    ("open quote", EVENTS, "Quarter", '"Quarter', 3, "", "no CSV"),
    # sources.bib
    ("no grade", BIBFILE, "grade:A, ", "", 1, "shen2010", "has no grade"),
    ("unknown grade", BIBFILE, "grade:A", "grade:E", 1, "shen2010", "grade 'E' is unknown"),
    ("two grades", BIBFILE, "grade:A", "grade:A, grade:B", 1, "shen2010", "2 grades"),
    ("grade misspelt", BIBFILE, "grade:A", "Grade=A", 1, "shen2010", "'Grade=A'"),
    ("unknown source kind", BIBFILE, "peer_reviewed", "paper", 1, "shen2010", "kind 'paper'"),
    ("bad year", BIBFILE, "{2010}", "{c. 2010}", 1, "shen2010", "year 'c. 2010' is no year"),
    ("year of five digits", BIBFILE, "{2010}", "{20100}", 1, "shen2010", "is no year"),
    ("bad date", BIBFILE, "year = {2010}", "date = {May 2010}", 1, "shen2010", "is no year"),
    ("no title", BIBFILE, "  title = {Copy},\n", "", 9, "mirror", "has no title"),
    ("script address", BIBFILE, "https://", "javascript://", 1, "shen2010", "no web address"),
    ("nolink misspelt", BIBFILE, "nolink", "no-link", 9, "mirror", "write nolink"),
    ("duplicate key", BIBFILE, "@misc{mirror", "@misc{shen2010,title={T}}\n@misc{mirror", 9,
     "shen2010", "line 1 already"),
    ("broken entry", BIBFILE, "title = {Copy}", "title {Copy}", 10, "", "no BibTeX"),
    ("field twice", BIBFILE, "{grade:D, nolink}", "{grade:D},\n  keywords = {nolink}", 9, "", "duplicate"),
    ("body without braces", BIBFILE, "{Shen, Qi}", "{Bureau of Statistics}", 1, "shen2010", "in braces"),
    ("et al.", BIBFILE, "{Shen, Qi}", "{Shen, Qi et al.}", 1, "shen2010", "others for et al."),
    ("names and a sign", BIBFILE, "{Shen, Qi}", "{Shen, Qi; Wu, Lan}", 1, "shen2010", "and between"),
    ("unclosed entry", BIBFILE, "nolink}\n}", "nolink}\n", 13, "", "no BibTeX"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "field", "words"),
    [fault[1:] for fault in FAULTS],
    ids=[fault[0] for fault in FAULTS],
)
def test_fault(
    mill: Path, file: str, old: str, new: str, row: int | None, field: str, words: str
) -> None:
    spoil(mill, file, old, new)
    problems = check_folder(mill, root_of(mill))
    assert [(p.file, p.row, p.field) for p in problems] == [(file, row, field)], problems
    assert words in str(problems[0])


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


def check(folder: Path) -> list[Problem]:
    return check_folder(folder, root_of(folder))


FORMS = [
    # name, content of events.csv, row, field, words
    ("empty file", b"", 1, "", "is empty"),
    ("empty lines", b"\n\n\n", 1, "", "is empty"),
    ("no header", b",,\n2000,x,arrival\n", 1, "", "no header"),
    ("GB 18030", FOLDER[EVENTS].replace("Quarter", "上海").encode("gb18030"), 3, "", "UTF-8"),
    ("Latin-1", FOLDER[EVENTS].replace("Quarter", "Café").encode("latin-1"), 3, "", "UTF-8"),
    ("UTF-16", FOLDER[EVENTS].encode("utf-16"), 1, "", "UTF-16"),
    ("semicolons", FOLDER[EVENTS].replace(",", ";").encode(), 1, "", "semicolons"),
    ("tabs", FOLDER[EVENTS].replace(",", "\t").encode(), 1, "", "tabs"),
    ("missing column", FOLDER[EVENTS].replace(",scope", "").encode(), 1, "scope", "is missing"),
    ("column without a name", FOLDER[EVENTS].replace("via\n", "via,\n").encode(), 1, "", "no name"),
    ("zip archive", b"PK\x03\x04\x14\x00\x06\x00\x08\x00\xff\xfe", 1, "", "UTF-8"),
]


@pytest.mark.parametrize(
    ("content", "row", "field", "words"),
    [form[1:] for form in FORMS],
    ids=[form[0] for form in FORMS],
)
def test_form_of_a_file(mill: Path, content: bytes, row: int, field: str, words: str) -> None:
    (mill / EVENTS).write_bytes(content)
    problem = only(check(mill))
    assert (problem.file, problem.row, problem.field) == (EVENTS, row, field)
    assert words in str(problem)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text.replace("\n", "\r\n").rstrip(),
        lambda text: text.replace("\n", "\n\n"),
    ],
    ids=["byte order mark", "CRLF", "both and no last line end", "empty lines"],
)
def test_what_spreadsheets_write_is_accepted(mill: Path, change: object) -> None:
    assert callable(change)
    for name in FOLDER:
        if name.endswith(".csv"):
            text = (mill / name).read_text(encoding="utf-8")
            (mill / name).write_text(change(text), encoding="utf-8", newline="")
    assert check(mill) == []


def test_a_table_with_a_header_alone_is_accepted(mill: Path) -> None:
    (mill / EVENTS).write_text(FOLDER[EVENTS].split("\n")[0])
    assert check(mill) == []


def test_rows_are_numbered_after_cells_of_several_lines_and_empty_lines(mill: Path) -> None:
    # row 2 of the observations spans two lines, so the row after it is row 3, in line 4
    spoil(mill, OBS, "rent,gallery,2009", "\nrent,gallery,2009-13")
    problem = only(check(mill))
    assert (problem.row, problem.field) == (4, "date")


def test_every_problem_is_told_sorted(mill: Path) -> None:
    spoil(mill, OBS, "2.5,,CNY/m2/day,exact", "many,,RMB,exactly")
    spoil(mill, OBS, "tenants,,2010~", "ghosts,,2010?~")
    spoil(mill, EVENTS, "arrival", "coming")
    spoil(mill, BIBFILE, "grade:D", "")
    problems = check(mill)
    assert [(p.file, p.row, p.field) for p in problems] == [
        (EVENTS, 2, "kind"),
        (OBS, 3, "qualifier"),
        (OBS, 3, "unit"),
        (OBS, 3, "value"),
        (OBS, 4, "date"),
        (OBS, 4, "indicator"),
        (BIBFILE, 9, "mirror"),
    ]
    named = [p for p in check_all(root_of(mill)) if p.file.endswith(EVENTS)]
    assert [p.file for p in named] == ["data/clusters/mill-7/events.csv"]


def test_rows_that_differ_in_the_note_alone_are_duplicates(mill: Path) -> None:
    path = mill / OBS
    row = "rent,gallery,2009,2.5,,CNY/m2/day,exact,economic,internal,mirror,p. 5,{note},\n"
    path.write_text(FOLDER[OBS] + row.format(note="again"), encoding="utf-8")
    problem = only(check(mill))
    assert (problem.row, problem.wrong) == (5, "repeats row 3 in every column but the note")
    path.write_text(FOLDER[OBS] + row.format(note="").replace("p. 5", "p. 6"), encoding="utf-8")
    assert check(mill) == []


def test_sources_of_city_and_country_count_and_others_do_not(mill: Path) -> None:
    assert "citybook" in FOLDER[OBS]
    assert "statistics" in FOLDER[EVENTS]
    spoil(mill, "cluster.csv", "city,Shanghai", "city,Ningbo")
    assert only(check(mill)).field == "source"
    spoil(mill, "cluster.csv", "country,China", "country,Japan")
    assert {(p.file, p.row) for p in check(mill)} == {(OBS, 4), (EVENTS, 3)}
    shanghai = mill.parents[1] / "context" / "shanghai"
    assert only(check_folder(shanghai, root_of(mill))).field == "source"  # its country is unknown


def test_a_folder_in_place_of_a_file(mill: Path) -> None:
    for name in (BIBFILE, EVENTS):
        (mill / name).unlink()
        (mill / name).mkdir()
    assert [(p.file, p.wrong) for p in check(mill)] == [
        (EVENTS, "is a folder and is not read"),
        (BIBFILE, "is a folder and is not read"),
    ]


@pytest.mark.parametrize("content", [None, "@misc{a, title = {莫干山}}".encode("gb18030")])
def test_rows_are_not_blamed_for_a_bibliography_that_cannot_be_read(
    mill: Path, content: bytes | None
) -> None:
    if content is None:
        (mill / BIBFILE).unlink()
    else:
        (mill / BIBFILE).write_bytes(content)
    assert only(check(mill)).file == BIBFILE


def test_a_missing_cluster_table(mill: Path) -> None:
    (mill / "cluster.csv").unlink()
    problems = check(mill)
    assert ("cluster.csv", "is missing") in [(p.file, p.wrong) for p in problems]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("observation.csv", "observations.csv is read"),
        ("Events.csv", "keep one of the two"),
        ("observations.xlsx", "is not read"),
        ("cpi.csv", "is not read"),
        ("claim.csv", "rename it to claims.csv"),
        ("notes/economy.md", "write economic"),
        ("notes/Economic.md", "write economic"),
        ("notes/picture.gif", "only .md files"),
        ("notes/picture.png", "is no png"),
        ("notes/deep/economic.md", "is a folder"),
        ("old/events.csv", "is a folder"),
        ("new\x1b[31m.csv", "is not read"),
    ],
)
def test_files_that_would_not_be_read(mill: Path, name: str, words: str) -> None:
    write(mill, {name: "x"})
    problem = only(check(mill))
    assert words in str(problem)
    assert "\x1b" not in str(problem)


@pytest.mark.parametrize("name", [".DS_Store", ".~lock.events.csv#", "README.md", "~$events.csv"])
def test_files_that_may_lie_there(mill: Path, name: str) -> None:
    write(mill, {name: "x"})
    assert check(mill) == []


def test_notes_are_utf8(mill: Path) -> None:
    (mill / "notes" / "social.md").write_bytes(b"# Neighbours\n\ncaf\xe9\n")
    problem = only(check(mill))
    assert (problem.file, problem.row) == ("notes/social.md", 3)


@pytest.mark.parametrize("name", ["Mill 7", "mill_7", "厂", "-mill", "mill--7", "Mill"])
def test_a_folder_has_a_short_name(mill: Path, name: str) -> None:
    moved = mill.rename(mill.parent / name)
    problem = only(check(moved))
    assert "no short name" in problem.wrong
    assert [p.file for p in check_all(root_of(moved))] == [f"data/clusters/{name}"]


def test_links_out_of_a_folder_are_not_followed(mill: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.csv"
    outside.write_text("secret,content\n1,2\n")
    (mill / EVENTS).unlink()
    (mill / EVENTS).symlink_to(outside)
    (mill / "notes" / "social.md").symlink_to(outside)
    (mill / "survey.csv").symlink_to(mill / "nowhere.csv")
    problems = check(mill)
    assert [p.file for p in problems] == [EVENTS, "notes/social.md", "survey.csv"]
    assert all("out of the folder" in p.wrong for p in problems[:2])
    assert "secret" not in str([str(p) for p in problems])


def test_a_linked_folder_and_a_stray_file_among_the_clusters(mill: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (mill.parent / "linked").symlink_to(tmp_path / "elsewhere")
    (mill.parent / "observations.csv").write_text("x")
    found = {p.file: p.wrong for p in check_all(root_of(mill))}
    assert "out of the data folder" in found["data/clusters/linked"]
    assert "not read" in found["data/clusters/observations.csv"]


def test_a_survey_has_respondents_each_once(mill: Path) -> None:
    (mill / "survey.csv").write_text("respondent,park,loc1\nr1,mill-7,4\nr2,mill-7,5\n")
    assert check(mill) == []
    (mill / "survey.csv").write_text("respondent,loc1\nr1,4\nr1,5\n,3\n")
    problems = check(mill)
    assert [(p.row, p.field) for p in problems] == [
        (1, "park"),
        (3, "respondent"),
        (4, "respondent"),
    ]


LISTED = [
    ("data/recommendations.csv", "article", "shen2010", 2, "source", "not in sources.bib"),
    ("data/sources.bib", "grade:B", "grade:F", 1, "article", "grade 'F'"),
    ("data/recommendations.csv", "social", "context", 2, "dimension", "write one of economic"),
    ("data/tensions.csv", "cultural", "culture", 2, "dimension_a", "write cultural"),
    ("data/recommendations.csv", "practice", "advice", 2, "kind", "write one of practice"),
    ("data/culture_2030.csv", "1,", "one,", 2, "number", "number"),
    ("data/codes.csv", "scope,", "range,", 2, "code", "write one of kind"),
    ("data/codes.csv", "Life inside.", "", 2, "meaning", "is empty"),
    ("data/glossary.csv", "A works.", "", 2, "meaning", "is empty"),
    ("data/codebook.csv", "tenants,", "rent,", 3, "indicator", "row 2 already"),
    ("data/codebook.csv", ",yes\n", ",\n", 2, "core", "is empty"),
    ("data/codebook.csv", "11.4", "eleven", 3, "sdg_target", "Sustainable Development"),
    ("data/context/china/cpi.csv", "2008", "08", 2, "year", "no year"),
    ("data/context/china/cpi.csv", "2008", "２００８", 2, "year", "number"),
    ("data/context/china/cpi.csv", "5.9", "5,9", 2, "", "4 cells"),
    ("data/context/china/cpi.csv", "5.9", "5.9%", 2, "cpi_change_percent", "no number"),
    ("data/context/china/cpi.csv", "5.9", "-100", 2, "cpi_change_percent", "leaves no price"),
    ("data/context/china/cpi.csv", "5.9", "-105.9", 2, "cpi_change_percent", "as in 2.5"),
    ("data/context/china/cpi.csv", "2008,", "2010,1,statistics\n2008,", 2, "year", "2009 is missing"),
    ("data/context/china/cpi.csv", "2008,", "2005,1,statistics\n2008,", 3, "year", "add it before 2008"),
    ("data/context/china/cpi.csv", "2008,", "2008,1,statistics\n2008,", 3, "year", "row 2 already"),
    ("data/context/china/cpi.csv", "5.9", "", 2, "cpi_change_percent", "is empty"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "row", "field", "words"), LISTED)
def test_common_lists_and_contexts(
    mill: Path, file: str, old: str, new: str, row: int, field: str, words: str
) -> None:
    root = root_of(mill)
    spoil(root, file, old, new)
    problems = [p for p in check_all(root) if p.file == file]
    problem = only(problems)
    assert (problem.row, problem.field) == (row, field)
    assert words in str(problem)


SECOND = "mill-7,mill-1,economic,internal,strains,,empirical,yes,,actor=tenants\n"
CODED_ANEW = [
    ("mill-7", "mill-8", "cluster", "no cluster 'mill-8' has coded claims"),
    ("mill-1", "mill-10", "id", "write mill-1"),
    (",empirical,", ",,", "kind", "empirical, general, normative, question"),
    (",economic,", ",money,", "dimension", "economic, cultural"),
    (",yes,", ",,", "confident", "yes, no"),
    ("actor=", "actr=", "earlier", "write actor"),
    ("actor=tenants", "actor=tenant", "earlier", "write tenants"),
    ("actor=tenants", "actor=artists", "earlier", "what the claim says today"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "field", "words"), CODED_ANEW)
def test_a_second_coding(mill: Path, old: str, new: str, field: str, words: str) -> None:
    path = root_of(mill) / "data" / "second_coding.csv"
    head = path.read_text(encoding="utf-8")
    path.write_text(head + SECOND, encoding="utf-8")
    assert check_all(root_of(mill)) == []
    assert old in SECOND
    path.write_text(head + SECOND.replace(old, new, 1), encoding="utf-8")
    problem = only(check_all(root_of(mill)))
    assert (problem.file, problem.row, problem.field) == ("data/second_coding.csv", 2, field)
    assert words in str(problem)


def test_a_missing_common_list_and_a_book_without_clusters(tmp_path: Path) -> None:
    write(tmp_path, COMMON)
    (tmp_path / "data" / "tensions.csv").unlink()
    found = {p.file: p.wrong for p in check_all(tmp_path)}
    assert found["data/tensions.csv"] == "is missing"
    assert found["data/clusters"] == "holds no cluster"


def test_long_and_hostile_cells_are_told_short_and_escaped(mill: Path) -> None:
    spoil(mill, EVENTS, "arrival", '"' + "x\x1b[2J\n" * 5000 + '"')
    for problem in check(mill):
        assert len(str(problem)) < 500
        assert str(problem).isprintable()


def test_random_bytes_never_crash(mill: Path) -> None:
    pick = random.Random(50)
    names = [*FOLDER, "survey.csv"]
    for name in set(FOLDER) - {"cluster.csv"}:
        (mill / name).unlink()
    for turn in range(150):
        name = pick.choice(names)
        if turn % 3 == 0:
            content = pick.randbytes(pick.randint(0, 300))
        else:
            spoilt = bytearray(FOLDER.get(name, "respondent,park\n1,a\n").encode())
            for _ in range(pick.randint(1, 12)):
                at = pick.randrange(len(spoilt))
                spoilt[at : at + pick.randint(0, 4)] = pick.choice(
                    [
                        b'"',
                        b",",
                        b"\n",
                        b"\r",
                        b"\x00",
                        b"\xff",
                        b"{",
                        b"}",
                        b"@",
                        b"/",
                        b"\xe5\x8e",
                    ]
                )
            content = bytes(spoilt)
        (mill / name).write_bytes(content)
        assert all(isinstance(problem, Problem) for problem in check(mill))
        (mill / name).unlink()
    (mill / "cluster.csv").write_text(FOLDER["cluster.csv"])
    assert only(check(mill)).file == BIBFILE


def test_a_folder_without_problems_can_be_opened(
    mill: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTERBOOK_ROOT", str(root_of(mill)))
    case = open_case("mill-7")
    assert case.name == "Mill 7"
    assert list(case.observations["row"]) == [2, 3, 4]


# the shipped evidence


def test_the_shipped_evidence_has_no_problem() -> None:
    begun = time.process_time()
    found = list(examine_all(book_root()))
    assert [str(p) for examined in found for p in examined.problems] == []
    assert (
        time.process_time() - begun < 20
    )  # seconds of the processor; some 5 with what is loaded once
    kinds = [examined.kind for examined in found]
    assert (kinds.count("cluster"), kinds.count("city"), kinds.count("country")) == (14, 2, 1)
    with (book_root() / "data/clusters/m50/observations.csv").open(newline="") as file:
        m50 = sum(1 for _ in csv.reader(file)) - 1
    assert m50 < next(e.rows for e in found if e.name.endswith("/m50"))


# schemas and the Data Package


WORDS = {
    # Table Schema 1.0
    "fields", "missingValues", "primaryKey", "name", "title", "description", "type", "constraints",
    "required", "unique", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength",
    # Data Package and Data Resource 1.0
    "profile", "version", "licenses", "resources", "path", "format", "mediatype", "encoding", "schema",
}  # fmt: skip


def words_of(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {word for inner in value.values() for word in words_of(inner)}
    if isinstance(value, list):
        return {word for inner in value for word in words_of(inner)}
    return set()


@pytest.mark.parametrize("table", TABLES)
def test_schemas_say_what_columns_mean_in_the_words_of_1_0(table: str) -> None:
    described = schema(table)
    assert words_of(described) <= WORDS
    names = [field["name"] for field in described["fields"]]
    assert set(OPTIONAL_COLUMNS.get(table, ())) <= set(names)
    assert set(IDENTITY.get(table, ())) <= set(COLUMNS[table])
    for field in described["fields"]:
        assert field["title"]
        assert field["description"].rstrip().endswith("."), field["name"]
        assert field["type"] in {"string", "number", "integer", "year"}


ALIKE = {
    "events": "observations", "initiatives": "observations", "second_coding": "findings",
    "recommendations": "findings", "codebook": "observations",
}  # fmt: skip
OWN = {("events", "kind"), ("recommendations", "kind")}


@pytest.mark.parametrize(("table", "like"), ALIKE.items())
def test_a_column_that_means_the_same_has_one_closed_list(table: str, like: str) -> None:
    limited = {f["name"] for f in schema(table)["fields"] if "enum" in f.get("constraints", {})}
    shared = {name for name in limited & set(COLUMNS[like]) if (table, name) not in OWN}
    assert "dimension" in shared
    for name in shared:
        assert closed_list(table, name) == closed_list(like, name)


def test_findings_are_judged_by_the_first_dimensions_alone() -> None:
    judged, all_of_them = closed_list("findings", "dimension"), closed_list("events", "dimension")
    assert vocabulary.DIMENSIONS == judged == all_of_them[:5]
    for table, name in (
        ("tensions", "dimension_a"),
        ("tensions", "dimension_b"),
        ("dimensions", "dimension"),
    ):
        assert closed_list(table, name) == judged
    assert set(vocabulary.QUALIFIER_WORDS) == set(closed_list("observations", "qualifier"))
    assert tuple(vocabulary.READ_WORDS) == closed_list("works", "read")


def test_the_data_package_is_up_to_date() -> None:
    shipped = (book_root() / "data" / "datapackage.json").read_text(encoding="utf-8")
    assert shipped == written(data_package()), "run python -m clusterbook.evidence.package"
    descriptor = json.loads(shipped)
    assert words_of(descriptor) <= WORDS
    assert descriptor["licenses"][0]["name"] == "CC-BY-4.0"
    listed = {resource["path"] for resource in descriptor["resources"]}
    for slug in cluster_slugs():
        for path in (book_root() / "data" / "clusters" / slug).glob("*.*"):
            if path.suffix == ".bib" or path.stem in TABLES:
                assert f"clusters/{slug}/{path.name}" in listed
    assert len(listed) == len(descriptor["resources"])


def test_the_data_package_of_a_folder_is_valid_by_itself(mill: Path) -> None:
    from frictionless import Package

    descriptor = folder_package(mill)
    assert descriptor["title"] == "Evidence on Mill 7"
    (mill / "datapackage.json").write_text(written(descriptor), encoding="utf-8")
    assert Package(str(mill / "datapackage.json")).validate().valid
    spoil(mill, EVENTS, "arrival", "coming")
    assert not Package(str(mill / "datapackage.json")).validate().valid


# the command


def run(*arguments: str, root: Path | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(
        app, list(arguments), env={"CLUSTERBOOK_ROOT": str(root)} if root else None
    )
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_check_counts_what_it_found_good(mill: Path) -> None:
    code, output = run("check", root=root_of(mill))
    assert (code, output) == (0, "1 cluster, 1 city, 1 country: 30 rows, no problem\n")
    code, output = run("check", "mill-7", root=root_of(mill))
    assert code == 0
    assert output.startswith("the report shows\n  overview: 8 facts; no status in cluster.csv\n")
    assert output.endswith("\n1 cluster: 20 rows, no problem\n")
    assert run("check", str(mill), root=root_of(mill))[0] == 0
    assert run("check", "china", root=root_of(mill))[1] == "1 country: 1 row, no problem\n"


def test_check_prints_a_line_for_every_problem(mill: Path) -> None:
    spoil(mill, OBS, "2009", "2019-13")
    spoil(mill, OBS, "160,,count", "many,,count")
    code, output = run("check", "mill-7", root=root_of(mill))
    lines = output.splitlines()
    assert code == 1
    assert lines[0].startswith("data/clusters/mill-7/observations.csv, row 3, date: '2019-13'")
    assert lines[1].startswith("data/clusters/mill-7/observations.csv, row 4, value: 'many'")
    later = "; notes and claims are checked once the tables have no problem"
    assert lines[2:] == [f"1 cluster: 20 rows, 2 problems in 1 file{later}"]
    assert run("check", root=root_of(mill))[0] == 1


@pytest.mark.parametrize("name", ["nowhere", "../nowhere", "MILL-7", "a\x00b", ""])
def test_check_of_an_unknown_place_is_a_wrong_call(mill: Path, name: str) -> None:
    code, output = run("check", name, root=root_of(mill))
    assert code == 2
    assert "mill-7" in output


def command(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k != "CLUSTERBOOK_ROOT"} | environment
    return subprocess.run(
        [sys.executable, "-c", "from clusterbook.cli import main; main()", *arguments],
        cwd=cwd, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_command_outside_a_book_and_with_a_folder_elsewhere(mill: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "_config.yml").rename(empty / "kept")
    outside = command("check", cwd=empty)
    assert outside.returncode == 2
    assert "_config.yml" in outside.stderr
    (empty / "kept").rename(tmp_path / "_config.yml")
    away = tmp_path / "away" / "mill-8"
    write(away, FOLDER)
    spoil(away, EVENTS, "arrival", "前来")
    found = command("check", ".", cwd=away, PYTHONIOENCODING="ascii")
    assert found.returncode == 1
    assert "events.csv, row 2, kind" in found.stdout
    assert "Traceback" not in found.stdout + found.stderr


def test_no_traceback_reaches_a_user(mill: Path) -> None:
    (root_of(mill) / "data" / "codebook.csv").unlink()
    (root_of(mill) / "data" / "codebook.csv").mkdir()
    result = command("check", cwd=mill)
    assert result.returncode == 1
    assert "Traceback" not in result.stdout + result.stderr
    assert "codebook.csv" in result.stdout


def test_chapters_never_import_frictionless() -> None:
    code = (
        "import sys; from clusterbook.evidence import open_case; open_case('m50');"
        "assert 'frictionless' not in sys.modules; import clusterbook.cli;"
        "assert 'frictionless' not in sys.modules"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert result.returncode == 0, io.BytesIO(result.stderr).getvalue().decode()


# the data model as it is told in words


README = book_root() / "data" / "README.md"


def test_the_examples_of_the_data_model_are_valid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = re.findall(
        r"^```(?:csv|bibtex) (\S+)\n(.*?)^```", README.read_text("utf-8"), re.M | re.S
    )
    assert {name for name, _ in blocks} >= {"cluster.csv", OBS, EVENTS, "answers.csv", BIBFILE}
    write(tmp_path / "mill-7", dict(blocks))
    assert check_folder(tmp_path / "mill-7", book_root()) == []
    monkeypatch.setenv("CLUSTERBOOK_FOLDERS", str(tmp_path / "mill-7"))
    assert text_problems(book_root(), "mill-7") == []


@pytest.mark.parametrize("table", CLUSTER_TABLES)
def test_the_data_model_tells_every_column_and_list(table: str) -> None:
    told = README.read_text(encoding="utf-8")
    for name in COLUMNS[table] if table != "survey" else ():
        assert f"`{name}`" in told, name
    for field in schema(table)["fields"] if table != "survey" else ():
        for word in field.get("constraints", {}).get("enum", ()):
            assert f"`{word}`" in told, word
