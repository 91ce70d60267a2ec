"""`_toc.yml` as Jupyter Book reads it, and pages that stand once in a book of several clusters."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import clusterbook, copy_of_root, small_copy

from clusterbook.evidence.settings import EXTENSION, SettingsError, read_config
from clusterbook.evidence.toc import read_contents
from clusterbook.publishing.chapters import ChapterError, chapters, choose
from clusterbook.publishing.citation import read_citation
from clusterbook.publishing.stage import make_stage, with_links_to

PLAIN = "# {}\n\nWords.\n"


def book_with(
    folder: Path, toc: str, *pages: str, config: str = "exclude_patterns: [data]\n"
) -> Path:
    """A folder with a `_toc.yml` and plain pages of these names."""
    (folder / "_toc.yml").write_text(toc, encoding="utf-8")
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    for page in pages:
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        (folder / page).write_text(PLAIN.format(page), encoding="utf-8")
    return folder


TOCS = [
    ("format: jb-book\nroot: a", ["a"]),
    ("format: jb-book\nroot: a.md\nchapters:\n- file: b.md", ["a", "b"]),
    ("format: jb-book\nroot: a\nchapters:\n- {url: 'https://x.org', title: X}\n- file: b",
     ["a", "X: https://x.org", "b"]),
    ("format: jb-book\nroot: a\nparts:\n- caption: Site\n  chapters: [{file: b}]\n- chapters: [{file: c/d}]",
     ["a", "Site:", "b", "c/d"]),
    ("format: jb-book\nroot: a\nchapters:\n- file: b\n  title: Own\n  sections:\n  - file: c/d\n  - glob: c/*",
     ["a", "Own: b", "c/d", "c/e"]),
    ("format: jb-book\nroot: a\nchapters: [{glob: 'c/*'}, {glob: '*'}]", ["a", "c/d", "c/e", "b"]),
    ("format: jb-book\nroot: a\nchapters: [{glob: 'c/**'}]", ["a", "c/d", "c/e", "c/f/g"]),
    ("format: jb-article\nroot: a\nsections:\n- file: b", ["a", "b"]),
    ("format: jb-book\nroot: a\noptions: {numbered: true}\nchapters: [{file: c/e.ipynb}]", ["a", "c/e"]),
    ("format: jb-book\nroot: a\nchapters:\n- file: b\n  sections:\n  - file: c/d\n    sections: [{url: 'https://x.org', title: X}]",
     ["a", "b", "c/d", "X: https://x.org"]),
    ("root: a\nsubtrees:\n- caption: Site\n  entries: [{file: b}]", ["a", "Site:", "b"]),
]  # fmt: skip


@pytest.mark.parametrize(("toc", "lines"), TOCS)
def test_contents_are_read_as_jupyter_book_reads_them(tmp_path: Path, toc: str, lines: list[str]):
    book = book_with(tmp_path, toc, "a.md", "b.md", "c/d.md", "c/e.ipynb", "c/f/g.rst", "data/h.md")
    told = [
        f"{line.title}: {line.url or line.page}".rstrip() if line.title else line.page
        for line in read_contents(book).lines()
    ]
    assert told == lines


WRONG = [
    ("", "_toc.yml: toc is not a mapping"),
    ("format: jb-book\nroot: a\nchapters:\n- file: b\n  bad", "_toc.yml, line 5"),
    ("format: jb-book\nroot: nowhere", "names 'nowhere', and there is no nowhere.md or nowhere.ipynb"),
    ("format: jb-book\nroot: a\nchapters: [{file: a}]", "used multiple times: 'a'"),
    ("format: jb-book\nroot: a\nchapters: [{file: a.md}]", "used multiple times: 'a'"),
    ("format: jb-book\nroot: a\nchapters: [{glob: 'z/*'}]", "'z/*' matches no further page"),
    ("format: jb-book\nroot: a\nchapters: [{file: /etc/passwd}]", "write its path from the book's folder"),
    ("format: jb-book\nroot: a\nchapters: [{file: ../b}]", "write its path from the book's folder"),
    ("format: jb-book\nroot: a\nchapters: [{file: ./b.md}]", "write its path from the book's folder"),
    ("format: jb-book\nroot: a\nchapters: [{file: B}]", "names 'B', and there is no B.md"),
    ("format: jb-book\nroot: a\nchapters: [{url: www.example.org}]", "'url' must match"),
    ("- file: a\n- file: b", "_toc.yml: toc is not a mapping"),
    ("format: jb-book\nroot: a\nchapters: [{name: b}]", "entry does not contain one of"),
    ("format: jb-book\nroot: a\nsections: [{file: b}]", "Unknown keys found: {'sections'}"),
]  # fmt: skip


@pytest.mark.parametrize(("toc", "said"), WRONG)
def test_contents_that_cannot_be_read_say_what_is_wrong(tmp_path: Path, toc: str, said: str):
    book = book_with(tmp_path, toc, "a.md", "b.md")
    with pytest.raises(SettingsError, match=re.escape(said)):
        read_contents(book)


CONFIGS = [
    (b"", "_config.yml is empty; restore the file"),
    (b"# title: X\n", "_config.yml is empty"),
    (b"title: [\n", "_config.yml, line 2: "),
    (b"title: X\n\tlogo: y\n", "_config.yml, line 2: found character '\\t'"),
    (b"title: X\nlogo: a: b\n", "_config.yml, line 2: mapping values are not allowed here"),
    (b"title: &a X\nlogo: *b\n", "_config.yml, line 2: found undefined alias 'b'"),
    (b"title: \xff\n", "_config.yml is not UTF-8"),
    ("title: X\n".encode("utf-16"), "_config.yml is not UTF-8; save it as UTF-8"),
    (b"title: X\n---\ntitle: Y\n", "_config.yml, line 2: but found another document"),
    (b"x: !!python/name:os.system\n", "_config.yml, line 1: could not determine a constructor"),
    (b"- title\n", "_config.yml holds no settings"),
    (b"title\n", "_config.yml holds no settings"),
    (b"title: X\n", "extra_extensions: [clusterbook.publishing.extension]"),
    (b"sphinx: {extra_extensions: none}\n", "does not name what makes this book"),
    (b"sphinx: none\n", "does not name what makes this book"),
]


@pytest.mark.parametrize(("content", "said"), CONFIGS)
def test_a_spoilt_configuration_is_told_with_its_line(tmp_path: Path, content: bytes, said: str):
    (tmp_path / "_config.yml").write_bytes(content)
    with pytest.raises(SettingsError, match=re.escape(said)):
        read_config(tmp_path)


def test_commands_name_the_file_and_the_line(tmp_path: Path) -> None:
    copy = copy_of_root(tmp_path / "copy")
    for name, spoilt, told in (
        ("_config.yml", "title: [\n", "_config.yml, line 2: "),
        ("_config.yml", "", "_config.yml is empty"),
        ("_toc.yml", "root: a\n b: c\n", "_toc.yml, line 2: "),
        ("_toc.yml", "", "_toc.yml: toc is not a mapping"),
        ("data/edition.yml", "edition: [\n", "edition.yml, line 2: "),
        ("data/edition.yml", "", "edition.yml, edition: is ''"),
    ):
        kept = (copy / name).read_bytes()
        (copy / name).write_text(spoilt)
        commands = [["check"]] if name == "data/edition.yml" else []
        commands.append(["report", "ningbo-1956", "--chapters", "ledger"])
        for command in commands:
            done = clusterbook(*command, cwd=copy)
            assert done.returncode == 1, (name, spoilt, command, done.stderr)
            assert told in done.stdout + done.stderr, (done.stdout, done.stderr)
            assert "Traceback" not in done.stderr
        (copy / name).write_bytes(kept)
    (copy / "CITATION.cff").write_text("title: [\n")
    with pytest.raises(SettingsError, match=r"CITATION\.cff, line 2"):
        read_citation(copy)


def test_a_page_that_is_built_by_itself_says_what_to_do(tmp_path: Path) -> None:
    copy = copy_of_root(tmp_path / "copy")
    for page in ("chapters/economic.md", "chapters/glossary.md", "README.md"):
        done = subprocess.run(
            [str(Path(sys.executable).parent / "jupyter-book"), "build", page],
            cwd=copy, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode != 0
        told = done.stdout + done.stderr
        assert "build the whole book with jupyter-book build . in its own folder" in told
        report = f"write clusterbook report m50 --chapters {Path(page).stem}"
        assert (report in told) == page.startswith("chapters/")


def test_contents_that_are_missing(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"_toc\.yml is missing"):
        read_contents(tmp_path)


def with_cluster(title: str, parameters: str = 'cluster = "m50"') -> str:
    """A chapter's text with a parameters cell."""
    head = "---\njupytext:\n  text_representation:\n    extension: .md\n    format_name: myst\n"
    head += "kernelspec:\n  display_name: Python 3\n  language: python\n  name: python3\n---\n"
    return f"{head}\n# {title}\n\n```{{code-cell}} python\n:tags: [parameters]\n{parameters}\n```\n"


def test_names_and_places_of_pages(tmp_path: Path):
    toc = "format: jb-book\nroot: a\nchapters: [{file: c/b}, {file: d/b}, {file: c/e}]"
    book = book_with(tmp_path, toc, "a.md", "d/b.md")
    (book / "c").mkdir()
    (book / "c/b.md").write_text(with_cluster("B"), "utf-8")
    (book / "c/e.md").write_text(with_cluster("E", "year = 2000"), "utf-8")
    told = [(c.name, c.once, c.runs, c.page_of("mill", "m50")) for c in chapters(book)]
    assert told == [
        ("a", True, False, "a"),
        ("b", False, True, "clusters/mill/b"),
        ("d/b", True, False, "d/b"),
        ("e", True, True, "c/e"),
    ]
    (book / "d/b.md").write_text(with_cluster("B"), "utf-8")
    with pytest.raises(ChapterError, match=r"c/b and d/b have the same name.*rename one"):
        choose(book, None)


@pytest.mark.parametrize("toc", [toc.replace(".ipynb", "") for toc, _ in TOCS])
def test_contents_of_any_page_alone_and_of_all_but_one(tmp_path: Path, toc: str):
    config = f"sphinx: {{extra_extensions: [{EXTENSION}]}}\n"
    (tmp_path / "book").mkdir()
    book = book_with(tmp_path / "book", toc, "a.md", "b.md", "c/d.md", "c/e.md", config=config)
    every = chapters(book)
    runs = [run for n, page in enumerate(every) for run in ([page], every[:n] + every[n + 1 :])]
    for number, run in enumerate(filter(None, runs)):
        stage = tmp_path / str(number)
        make_stage(book, stage, ["m50"], run, [], "m50")
        told = [line.page for line in read_contents(stage).lines() if line.page]
        assert told == [page.page for page in run]


THERE = {
    "intro": "intro.md",
    "chapters/social": "clusters/mill/social.ipynb",
    "chapters/glossary": "chapters/glossary.ipynb",
    "chapters/away": "",
    "essays/kong": "essays/kong.md",
}
LINKS = [
    ("{doc}`social`", "{doc}`/clusters/mill/social`"),
    ("{doc}`groups <social>`", "{doc}`groups </clusters/mill/social>`"),
    ("{doc}`glossary` and {doc}`terms </chapters/glossary>`",
     "{doc}`/chapters/glossary` and {doc}`terms </chapters/glossary>`"),
    ("{doc}`../essays/kong`", "{doc}`/essays/kong`"),
    ("{doc}`away`, {doc}`gone <away>`", "the away chapter, gone"),
    ("{doc}`nowhere`", "{doc}`nowhere`"),
    ("[terms](glossary.md#rent)", "[terms](/chapters/glossary.ipynb#rent)"),
    ("[all](../intro.md) [x](away.md) [y](https://a.org/away.md)",
     "[all](/intro.md) x [y](https://a.org/away.md)"),
    ("![picture](wall.png) [table](rows.csv)", "![picture](wall.png) [table](rows.csv)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "mended"), LINKS)
def test_links_lead_to_where_pages_stand(text: str, mended: str):
    assert with_links_to(text, "chapters/economic", THERE) == mended


TOC = """
format: jb-book
root: welcome
parts:
- caption: The site
  chapters:
  - file: chapters/overview
    sections:
    - file: chapters/social
  - file: chapters/sources
  - file: chapters/ledger
- caption: About
  chapters:
  - glob: essays/*
  - file: chapters/glossary
  - url: https://example.org
    title: Project
"""
WELCOME = (
    "# Welcome\n\nRead {doc}`on groups <chapters/social>` and [terms](chapters/glossary.md).\n"
)
NOTEBOOK = {
    "nbformat": 4, "nbformat_minor": 5,
    "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    "cells": [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Sums\n\n![Wall](wall.svg)"},
        {"cell_type": "code", "id": "b", "metadata": {}, "execution_count": None, "outputs": [],
         "source": "from clusterbook import prose\nprint(6 * 7)"},
    ],
}  # fmt: skip
WALL = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
CLUSTERS = ("m50", "ningbo-1956", "qiyun-86")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the folder with three clusters and contents of every kind."""
    copy = small_copy(tmp_path_factory.mktemp("contents") / "copy", CLUSTERS)
    (copy / "_toc.yml").write_text(TOC, "utf-8")
    (copy / "welcome.md").write_text(WELCOME, "utf-8")
    (copy / "essays").mkdir()
    (copy / "essays/sums.ipynb").write_text(json.dumps(NOTEBOOK), "utf-8")
    (copy / "essays/plain.md").write_text(PLAIN.format("Plain"), "utf-8")
    (copy / "essays/wall.svg").write_text(WALL, "utf-8")
    glossary = copy / "chapters" / "glossary.md"
    text = glossary.read_text("utf-8")
    cell = re.compile(r"```\{code-cell\} python\n:tags: \[parameters.*?```\n\n", re.S)
    text = re.sub(r"case = open_case\(cluster\)\n", "", cell.sub("", text))
    glossary.write_text(text, "utf-8")
    social = copy / "chapters" / "social.md"
    more = "\nSee {doc}`glossary` and [a picture](pier.svg).\n\n![A pier](pier.svg)\n"
    social.write_text(social.read_text("utf-8") + more, "utf-8")
    (copy / "chapters/pier.svg").write_text(WALL, "utf-8")
    (copy / "sign.svg").write_text(WALL, "utf-8")
    config = (copy / "_config.yml").read_text("utf-8")
    (copy / "_config.yml").write_text(config.replace('logo: ""', "logo: sign.svg"), "utf-8")
    return copy


def hrefs(page: Path, selector: str) -> list[tuple[str, str]]:
    """The words and addresses of links on a page."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    return [(a.get_text().strip(), str(a.get("href", ""))) for a in soup.select(selector)]


def assert_no_dead_link(html: Path) -> None:
    """Every link of every page within the site leads to a file that is there."""
    dead = set()
    for page in html.rglob("*.html"):
        if page.name == "404.html":
            continue
        for _, address in hrefs(page, "main a[href], nav a[href]"):
            target = address.partition("#")[0].partition("?")[0]
            if target and ":" not in target and not (page.parent / target).is_file():
                dead.add((page.relative_to(html).as_posix(), address))
    assert not dead


@pytest.fixture(scope="module")
def whole(place: Path) -> Path:
    """The whole book with those contents."""
    done = clusterbook("book", cwd=place)
    assert done.returncode == 0, done.stderr
    return place / "_build" / "html"


def test_a_whole_book_of_every_kind_of_contents(whole: Path):
    assert 'url=welcome.html"' in (whole / "index.html").read_text("utf-8")
    assert_no_dead_link(whole)
    links = hrefs(whole / "chapters/social.html", ".cb-chapters li, .cb-chapters a")
    assert [words for words, address in links if not address] == [
        "Welcome", "The site", "Overview", "Social sustainability", "Sources", "Evidence ledger",
        "About", "Plain", "Sums", "Glossary", "Project",
    ]  # fmt: skip
    assert dict(links)["Project"] == "https://example.org"
    assert dict(links)["Welcome"] == "../welcome.html"
    assert dict(links)["Sums"] == "../essays/sums.html"
    sums = (whole / "essays/sums.html").read_text("utf-8")
    assert "42" in sums
    assert "wall.svg" in sums
    assert 'src="../_static/sign.svg"' in sums
    assert (whole / "_static/sign.svg").read_text("utf-8") == WALL
    assert hrefs(whole / "welcome.html", "article p a") == [
        ("on groups", "chapters/social.html"), ("terms", "chapters/glossary.html"),
    ]  # fmt: skip


def test_a_page_about_no_cluster_stands_once(whole: Path):
    assert (whole / "chapters/glossary.html").is_file()
    assert not list(whole.glob("clusters/*/glossary.html"))
    assert not list(whole.glob("clusters/*/welcome.html"))
    other = whole / "clusters/qiyun-86/social.html"
    assert dict(hrefs(other, ".cb-chapters a"))["Glossary"] == "../../chapters/glossary.html"
    assert dict(hrefs(other, ".cb-chapters a"))["Overview"] == "overview.html"
    told = [address for words, address in hrefs(other, "article a") if words == "Glossary"]
    assert told == ["../../chapters/glossary.html"]
    glossary = whole / "chapters/glossary.html"
    switch = dict(hrefs(glossary, ".cb-switch a"))
    assert switch["Creative 1956 Industrial Park"] == "../clusters/ningbo-1956/overview.html"
    assert "cb-banner" not in glossary.read_text("utf-8")
    assert 'class="cb-cite-text"' in glossary.read_text("utf-8")
    switch = dict(hrefs(other, ".cb-switch a"))
    assert switch["Creative 1956 Industrial Park"] == "../ningbo-1956/social.html"


def test_what_changes_runs_again(place: Path, whole: Path):
    (place / "essays/plain.md").write_text(PLAIN.format("Plainer"), "utf-8")
    done = clusterbook("book", cwd=place)
    assert "0 chapters executed" in done.stderr, done.stderr
    assert "Plainer" in (whole / "essays/plain.html").read_text("utf-8")


def test_a_report_of_another_cluster_has_its_own_and_the_common_pages(place: Path, tmp_path: Path):
    out = tmp_path / "out"
    options = ("--chapters", "overview,social,glossary", "--out", str(out), "--single-file")
    done = clusterbook("report", "qiyun-86", *options, cwd=place)
    assert done.returncode == 0, done.stderr
    html = out / "html"
    assert sorted(p.stem for p in (html / "chapters").glob("*.html")) == [
        "glossary", "ledger", "overview", "social", "sources",
    ]  # fmt: skip
    assert 'url=chapters/overview.html"' in (html / "index.html").read_text("utf-8")
    assert not (html / "essays").exists()
    assert_no_dead_link(html)
    assert (out / "notebooks/qiyun-86/glossary.ipynb").is_file()
    links = hrefs(html / "chapters/social.html", ".cb-chapters a")
    assert ("Project", "https://example.org") in links
    one = BeautifulSoup((out / "qiyun-86.html").read_text("utf-8"), "html.parser")
    assert [s["id"] for s in one.select("section.cb-chapter")] == [
        "chapter-overview", "chapter-social", "chapter-sources", "chapter-ledger", "chapter-glossary",
    ]  # fmt: skip
    assert one.select('section#chapter-social a[href="#chapter-glossary"]')


def test_a_chapter_that_stands_once_and_fails_fails_the_run(place: Path, tmp_path: Path):
    page = place / "essays" / "sums.ipynb"
    before = page.read_text("utf-8")
    page.write_text(before.replace("6 * 7", "6 / 0"), "utf-8")
    try:
        command = ("report", "qiyun-86", "ningbo-1956", "--chapters", "sums")
        done = clusterbook(*command, "--out", str(tmp_path / "out"), cwd=place)
        assert done.returncode == 1
        assert "failed: chapter sums, cell" in done.stderr
        assert "ZeroDivisionError" in done.stderr
        assert not (tmp_path / "out/html").exists()
    finally:
        page.write_text(before, "utf-8")
