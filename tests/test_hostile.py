"""Hostile text in every table, in the bibliography and in the notes: it is shown, and does nothing.

Two clusters, their city and the common lists are filled with it. What `check` refuses has to be
refused with its place, and is then taken out; from the rest a report of both clusters is built, and
a single file of each, with `check` of the notes passed by. All pages are opened in Chromium.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit
from conftest import ROOT, copy_of_root, serve

from clusterbook.evidence.check import check_all, check_folder
from clusterbook.evidence.schemas import TABLES, schema
from clusterbook.publishing.chapters import chapters
from clusterbook.publishing.own_texts import sections_shown

CLUSTERS = {"m50": 45, "tianzifang": 6}
"""The clusters, and how many rows of each table are kept."""
CANARY = "9f27-the-content-of-a-file-outside"

UNSEEN = "\u202etxt.exe\u202c \u2066rtl\u2069 \u200bzero\u200b"
LINES = [
    # scripts and elements
    "<script>pwn()</script>",
    "</script><script>pwn()</script>",
    "</title></style></textarea><script>pwn()</script>",
    "<img src=x onerror=pwn()>",
    "\"><img src=x onerror=\"pwn()\">",
    "' onmouseover='pwn()' autofocus onfocus='pwn()",
    "<svg onload=pwn()>",
    "<svg><script>pwn()</script></svg>",
    "<math><mtext></table><img src=x onerror=pwn()>",
    "<details open ontoggle=pwn()>",
    "<iframe srcdoc='<script>parent.pwn()</script>'></iframe>",
    "<a href='javascript:pwn()'>go</a>",
    "<style>@import 'http://evil.test/a.css';</style>",
    "<link rel=stylesheet href=http://evil.test/b.css>",
    "<meta http-equiv=refresh content='0;url=http://evil.test/'>",
    "<base href=http://evil.test/>",
    "<object data=http://evil.test/o></object>",
    "--><!-- ]]><img src=x onerror=pwn()>",
    "&lt;script&gt;pwn()&lt;/script&gt; &#60;img src=x onerror=pwn()&#62;",
    # MyST and reStructuredText
    "[x](javascript:pwn()) <javascript:pwn()>",
    "![p](http://evil.test/p.png)",
    "[x](script.md) [pwn()](economic)",
    "{include}`FILE` {download}`x <FILE>` {eval}`pwn`",
    "```{include} FILE",
    ":::{raw} html <script>pwn()</script> :::",
    "`x <javascript:pwn()>`_ .. include:: FILE",
    "{{ cluster }} {% include 'FILE' %} |release| {glue}`pwn` {source}`nobody`",
    "<!--#include file='FILE' --> <?php include 'FILE' ?> \\input{FILE}",
    "$$\\href{javascript:pwn()}{x}$$ \\(\\unicode{x}\\)",
    # Vega, JSON, formulas, formats
    "datum.pwn + pwn() + event.view.pwn()",
    "'];pwn();//",
    "{\"signal\": \"pwn()\", \"href\": \"javascript:pwn()\"}",
    "\\u003cscript\\u003epwn()\\u003c/script\\u003e",
    "=HYPERLINK(\"http://evil.test\",\"x\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "%s %(x)s %n {0} {x!r} {x.__class__} ${HOME} $(id) `id`",
    "../../../../../../etc/passwd",
    # what a reader would not see, or could not fit
    UNSEEN,
    "W" * 260,
    "工" * 200,
]  # fmt: skip
"""Text of one line, for names and titles too."""

SEVERAL = [
    "Mill\n```\n\n```{include} FILE\n```\n\nA",
    "Mill\n\n```{raw} html\n<script>pwn()</script>\n```\n\n![pic](http://evil.test/a.png)\n",
    "x\n\n# Heading\n\n:::{literalinclude} FILE\n:::\n",
    "x\r\n```{eval-rst}\r\n.. include:: FILE\r\n   :literal:\r\n```",
]
"""Text of several lines, which names and titles must not have."""

SVG = "<svg xmlns='http://www.w3.org/2000/svg' onload='pwn()'><script>pwn()</script></svg>"
FENCES = [
    "{include} FILE", "{literalinclude} FILE", "{csv-table}\n:file: FILE", "{raw} html",
    "{eval-rst}\n.. include:: FILE\n   :literal:", "{code-cell} python\nopen('FILE').read()",
    "{download} FILE", "{image} http://evil.test/i.png", "{figure} http://evil.test/f.png",
    "{figure} FILE", "{figure} notes.svg", "{iframe} http://evil.test/", "{toctree}\nFILE",
    "{note}\n:class: x\nBody", "{embed} FILE", "{math}\nx", "{glue:figure} pwn",
]  # fmt: skip
"""Openings of directives that a note must not have, at three places of each."""

NOTES = [
    "{include}`FILE`", "{download}`FILE`", "{eval}`pwn`", "{glue}`pwn`", "{source}`nobody`",
    "{doc}`nowhere`", "{doc}`x <../../etc/passwd>`", "[x](javascript:pwn())",
    "[x](&#106;avascript:pwn())", "<javascript:pwn()>", "[x](data:text/html;base64,cHdu)",
    "[x](file:///etc/passwd)", "[x](//evil.test/)", "[x](FILE)", "[x](mailto:a@evil.test)",
    "[x](nowhere.md)", "[x][y]\n\n[y]: javascript:pwn()", "![p](http://evil.test/p.png)",
    "![p](FILE)", "![p](../cluster.csv)", "![p](missing.png)", "![p](notes.svg)",
    "<b onclick=pwn()>x</b>", "<script>pwn()</script>", "<div>\n<img src=x onerror=pwn()>\n</div>",
    "<!-- x -->", "{{ cluster }}", "x[^1]\n\n[^1]: https://example.org/", "$$x$$", "(label)=",
    "% comment", "+++ {\"x\": 1}", "- [ ] task", "# High", "{glue} `pwn`",
]  # fmt: skip
"""What else a note must not have."""

KEYS = {
    "earlier",
    "rows",
    "source",
    "indicator",
    "field",
    "row",
    "against",
    "where",
    "number",
    "recommendation",
    "id",
}


def tables_of(root: Path) -> list[Path]:
    """The tables of evidence: those of a questionnaire are no evidence."""
    paths = sorted((root / "data").rglob("*.csv"))
    return [p for p in paths if p.stem in TABLES and "instruments" not in p.parts]


@dataclass(frozen=True)
class Cell:
    """A cell that holds hostile text: its file, row and column."""

    file: str
    row: int
    column: str


def open_columns(table: str, rows: list[dict[str, str]]) -> list[str]:
    """The columns of a table in which anything may be written."""
    if table == "cluster":
        return ["value", "locator"]
    return [
        field["name"]
        for field in schema(table)["fields"]
        if field["type"] == "string"
        and rows
        and field["name"] in rows[0]
        and not {"enum", "pattern"} & set(field.get("constraints", {}))
        and not (table != "recommendations" and field["name"] in KEYS)
        and (table, field["name"], "pole_a" in rows[0]) != ("tensions", "tension", False)
        and field["name"] not in {*KEYS, "date", "unit", "scheme", "group"}
    ]


LEFT_OUT = ("mechanism", "status")  # for time; links to them have to become words
CLAIM = {"chapter": "economic", "row": "rent@2000~#m50article",
         "against": "rent@2000#zheng2006creative", "check": "value"}  # fmt: skip
FREE_FACTS = {"name", "local_name", "district", "address", "former_use", "owner", "operator"}  # fmt: skip


def spread(texts: list[str], places: int, longest: int) -> list[str]:
    """Put all texts into so many cells: each cell holds some, as far as it has room."""
    cells = [""] * places
    for n, text in enumerate(sorted(texts, key=len, reverse=True)):
        for place in (*range(n % places, places), *range(n % places)):
            joined = f"{cells[place]} {text}".strip()
            if len(joined) <= longest:
                cells[place] = joined
                break
    return cells


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def kept(path: Path) -> list[dict[str, str]]:
    """The first rows of a table; what names rows that are gone names one that is there."""
    table, cluster, rows = path.stem, path.parent.name, read(path)
    if table == "second_coding":
        there = {row["id"] for row in read(path.parent / "clusters" / "m50" / "findings.csv")}
        return [row for row in rows if row["id"] in there]
    if cluster in CLUSTERS and table == "claims":
        return [rows[0] | CLAIM | {"id": f"economic-{n}"} for n in range(20)]
    if cluster in CLUSTERS and table in ("answers", "tensions"):
        return [row | {"rows": row["rows"] and "fact[name]"} for row in rows]
    if table == "cluster":
        judged = {"locator": "fact[name]"}
        return [row | (judged if row["field"].startswith("trajectory") else {}) for row in rows]
    return rows if cluster in ("data", "literature") else rows[: CLUSTERS.get(cluster, 45)]


def fill(path: Path, root: Path) -> Iterator[tuple[Cell, str]]:
    """Put hostile text into every open cell of a table; yield each with what it held before."""
    table, rows = path.stem, kept(path)
    name = str(path.relative_to(root))
    for column in open_columns(table, rows):
        chosen = [r for r in rows if table != "cluster" or r["field"] in FREE_FACTS]
        long = column in ("note", "locator", "statement", "definition")
        texts = [t.replace("FILE", str(root / "canary.txt")) for t in (*LINES, *(SEVERAL * long))]
        cells = spread(texts, len(chosen), 1500 if long else 295)
        for row, text in zip(chosen, cells, strict=True):
            if text:
                before, row[column] = row[column], text
                yield Cell(name, rows.index(row) + 2, column), before
    write(path, rows)


BRACED = str.maketrans({"{": "\\{", "}": "\\}", "\\": "\\textbackslash{}", "#": "\\#", "%": "\\%"})
FIELD = re.compile(r"^(\s*)(title|note|journal|publisher|howpublished|institution|shortauthor)(\s*=\s*)\{.*\}(,?)$")  # fmt: skip


def fill_bibliography(path: Path, root: Path) -> None:
    """Put hostile text into every title, note, publisher and short name, and into authors."""
    texts = [t.replace("FILE", str(root / "canary.txt")).translate(BRACED) for t in LINES]
    texts = [t for t in texts if t.count("{") == t.count("}")]
    assert len(texts) >= 30
    lines, n = path.read_text("utf-8").splitlines(), 0
    for place, line in enumerate(lines):
        if match := FIELD.match(line):
            before, name, sign, comma = match.groups()
            lines[place] = f"{before}{name}{sign}{{{texts[n % len(texts)]}}}{comma}"
            n += 1
        elif "author = " in line and n % 3 == 0:
            lines[place] = "  author = {{" + texts[n % len(texts)] + "}},"
    path.write_text("\n".join(lines) + "\n", "utf-8")


def note_of(root: Path, chapter: str) -> tuple[str, dict[int, str]]:
    """Return a notes file with hostile words, and with all that a note must not have at its lines.

    The words stand as code, in a quotation, a heading, a cell and as they are written.
    """
    file = str(root / "canary.txt")
    words = [
        text.replace("FILE", file).replace("`", "'").replace("|", "/")
        for text in LINES
        if text != UNSEEN
    ]
    bad = [text.replace("FILE", file) for text in (*NOTES, *SEVERAL[1:])]
    for opening in (text.replace("FILE", file) for text in FENCES):
        bad += [f"```{opening}\n```", f"::::{{note}}\n:::{opening}\n:::\n::::"]
        bad += [f"> :::{opening}\n:::".replace("\n", "\n> ")]
    sections = sorted(sections_shown(root, chapter) or [])
    lines: list[str] = []
    at: dict[int, str] = {}
    for n, section in enumerate(sections):
        lines += [f"## {section}", ""]
        for text in words[n :: len(sections)]:
            lines += [f"`{text}`", "", f"> **`{text}`**", "", f"### `{text}`", ""]
            lines += ["| a | b |", "|---|---|", f"| `{text}` | x |", "", "```text", text, "```", ""]
        for text in bad[n :: len(sections)]:
            at[len(lines) + 1] = text
            lines += [*re.split(r"\r?\n", text), ""]
    return "\n".join(lines), at


@dataclass
class Hostile:
    """The book with hostile evidence, what was planted, and what its making said."""

    root: Path
    out: Path
    planted: int
    refused: list[str]
    notes: dict[str, dict[int, str]]
    told: list[str]


BUILD = (  # as if nothing had been checked
    "import clusterbook.publishing.report as report; "
    "report.check_folder = report.text_problems = report.city_problems = lambda *_: []; "
    "from clusterbook.cli import main; main()"
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    """Fill a copy of the book with hostile text, check it, build a report of two clusters."""
    root = copy_of_root(tmp_path_factory.mktemp("hostile") / "copy")
    (root / "canary.txt").write_text(CANARY, "utf-8")
    clusters = root / "data" / "clusters"
    for folder in clusters.iterdir():
        if folder.name not in CLUSTERS:
            shutil.rmtree(folder)
    cells = {cell: before for path in tables_of(root) for cell, before in fill(path, root)}
    for path in (root / "data").rglob("sources.bib"):
        fill_bibliography(path, root)
    refused = take_out_what_is_refused(root, cells)
    notes = {}
    for cluster in CLUSTERS:
        folder = clusters / cluster / "notes"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for path in (root / "chapters").glob("*.md"):
            if sections_shown(root, path.stem) and "\nplace = " not in path.read_text("utf-8"):
                text, notes[path.stem] = note_of(root, path.stem)
                (folder / path.name).write_text(text, "utf-8", newline="")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CLUSTERBOOK")}
    check = [sys.executable, "-m", "clusterbook", "check", *CLUSTERS]
    told = subprocess.run(check, cwd=root, env=environment, capture_output=True, text=True)
    for cluster in CLUSTERS:
        (clusters / cluster / "notes" / "notes.svg").write_text(SVG, "utf-8")
    out = root.parent / "out"
    names = ",".join(c.name for c in chapters(root) if c.name not in LEFT_OUT)
    command = ["report", *CLUSTERS, "--chapters", names, "--single-file", "--out", str(out)]
    done = subprocess.run(
        [sys.executable, "-c", BUILD, *command],
        cwd=root, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return Hostile(root, out, len(cells), refused, notes, told.stdout.splitlines())


def take_out_what_is_refused(root: Path, cells: dict[Cell, str]) -> list[str]:
    """Take the texts out that `check` refuses, each by its place; return what it said.

    `cells` are those that were filled, with what they held before.
    """
    said = []
    for _ in range(4):
        problems = check_all(root)
        if not problems:
            return said
        for problem in problems:
            said.append(str(problem))
            path = root / problem.file
            if path.suffix == ".bib":
                lines = path.read_text("utf-8").splitlines()
                start = (problem.row or 1) - 1
                end = next(n for n in range(start, len(lines)) if lines[n].startswith("}"))
                for n in range(start, end):
                    lines[n] = FIELD.sub(r"\1\2\3{Plain}\4", lines[n])
                path.write_text("\n".join(lines) + "\n", "utf-8")
                continue
            cell = Cell(problem.file, problem.row or 0, problem.field)
            assert cell in cells, str(problem)
            assert problem.right, f"no remedy: {problem}"
            rows = read(path)
            row = rows[cell.row - 2]
            rest = row[cell.column].replace(UNSEEN, "").strip()
            row[cell.column] = rest if UNSEEN in row[cell.column] and rest else cells[cell]
            write(path, rows)
    raise AssertionError("\n".join(str(problem) for problem in check_all(root)))


INNOCENT = """() => {
  const found = [];
  const scripts = [...document.scripts].filter(s => !s.src && !/json/.test(s.type) && /pwn|evil/.test(s.text));
  for (const script of scripts) if (!script.closest('[data-ours]')) found.push('script ' + script.text.slice(0, 80));
  for (const bad of document.querySelectorAll('iframe,object,embed,base,foreignObject,[http-equiv],[srcdoc]'))
    found.push(bad.outerHTML.slice(0, 80));
  for (const element of document.querySelectorAll('*'))
    for (const { name, value } of element.attributes)
      if (/^on/.test(name) && /pwn/.test(value) || /^(href|src|srcset|action|formaction|xlink:href|data|style)$/.test(name)
          && (/^\\s*(javascript|vbscript|data:text)/i.test(value) && !/^data:text\\/csv/.test(value) || /evil\\.test/.test(value)))
        found.push(`${element.tagName} ${name}=${value.slice(0, 80)}`);
  return found;
}"""
"""What in a page could run or fetch, and is not the book's own."""

WIDE = "document.documentElement.scrollWidth"


TRAP = "window.pwn = () => alert('a script of the data ran')"


def opened(browser: Any, address: str, page: str, draw: bool = False) -> list[str]:
    """Open a page as on a phone; return whatever it did that it should not have."""
    view = Visit(browser, address, page, TRAP, viewport={"width": 390, "height": 900})
    try:
        if draw:
            view.draw_all()
        view.wrong += [f"runs: {said}" for said in view.page.evaluate(INNOCENT)]
        if (wide := view.page.evaluate(WIDE)) > 390:
            view.wrong.append(f"{wide} pixels wide")
        return [f"{page}: {wrong}" for wrong in view.wrong]
    finally:
        view.close()


def test_hostile_text_stands_in_every_field_of_every_table(hostile: Hostile) -> None:
    assert len(LINES) >= 30
    assert hostile.planted > 1000
    told = "".join(hostile.refused)
    for path in tables_of(hostile.root):
        rows = read(path)
        columns = open_columns(path.stem, rows)
        if path.parent.name == "tianzifang" or not columns:  # of few rows
            continue
        for column in columns:
            refused = f"{path.name}, row 2, {column}: " in told
            assert refused or any("pwn" in row[column] for row in rows), f"{path} {column}"
        text = "\n".join(cell for row in rows for cell in row.values())
        for line in LINES if len(rows) >= 20 else ():
            assert "FILE" in line or line in text or repr(line)[1:20] in told, f"{path}: {line}"


def test_what_is_refused_is_told_with_its_place(hostile: Hostile) -> None:
    for said in hostile.refused:
        assert re.match(r"data/\S+\.csv, row \d+, \w+: .+; .+|data/\S+\.bib, line \d+, ", said), (
            said
        )


def test_check_names_the_line_of_each_refused_part_of_a_note(hostile: Hostile) -> None:
    told: dict[str, set[int]] = {}
    for line in hostile.told:
        if found := re.match(r"data/clusters/m50/notes/([a-z]+)\.md, line (\d+).*?: .+; .+", line):
            told.setdefault(found.group(1), set()).add(int(found.group(2)))
    for chapter, texts in hostile.notes.items():
        for line, text in texts.items():
            here = range(line, line + len(text.splitlines()))
            assert told[chapter] & set(here), f"{chapter}, line {line}: {text}"
        held = {
            n for line, text in texts.items() for n in range(line, line + len(text.splitlines()))
        }
        assert told[chapter] <= held, "words of a note are refused"


def test_pages_of_the_report_do_nothing(hostile: Hostile, chromium: Any) -> None:
    server, address = serve(hostile.out / "html")
    html = hostile.out / "html"
    pages = [*html.glob("chapters/*.html"), *html.glob("clusters/*/*.html"), html / "clusters.html"]
    assert len(pages) > 20
    try:
        wrong = [
            said
            for page in (path.relative_to(html).as_posix() for path in sorted(pages))
            for said in opened(chromium, address, page, draw=page.startswith("chapters/"))
        ]
    finally:
        server.shutdown()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_single_files_do_nothing(hostile: Hostile, chromium: Any, cluster: str) -> None:
    assert opened(chromium, f"file://{hostile.out}/", f"{cluster}.html") == []


def test_nothing_from_outside_is_in_what_was_made(hostile: Hostile) -> None:
    passwd = Path("/etc/passwd").read_text("utf-8").partition("\n")[0]
    for path in hostile.out.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".js", ".ipynb", ".json", ".csv", ".svg"):
            text = path.read_text("utf-8")
            assert CANARY not in text, path
            assert passwd not in text, path


NAMED = [
    ("cluster.csv", "value"), ("cluster.csv", "source"), ("events.csv", "title"),
    ("initiatives.csv", "name"), ("initiatives.csv", "programme"), ("phases.csv", "label"),
    ("phases.csv", "scheme"), ("findings.csv", "id"), ("findings.csv", "code"),
    ("observations.csv", "indicator"), ("observations.csv", "segment"), ("observations.csv", "via"),
]  # fmt: skip


@pytest.mark.parametrize("text", [SEVERAL[0], SEVERAL[1], "x\n", "\u2028x", "x" * 301])
def test_names_titles_and_keys_are_one_line_and_not_long(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "mill-7"
    shutil.copytree(ROOT / "data" / "clusters" / "m50", folder, ignore=lambda *_: {"notes"})
    for place, (file, column) in enumerate(NAMED):
        rows = read(folder / file)[:20]
        rows[place % 3][column] = text
        write(folder / file, rows)
    problems = check_folder(folder, ROOT)
    for place, (file, column) in enumerate(NAMED):
        told = [p for p in problems if (p.file, p.row, p.field) == (file, place % 3 + 2, column)]
        assert any(re.search("line break|characters", p.wrong) for p in told), (file, column)
        assert all(p.right for p in told)
