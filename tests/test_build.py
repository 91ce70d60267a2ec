"""Building in a copy of the whole folder: same bytes, nothing stale, nothing twice, last good kept."""

from __future__ import annotations

import csv
import filecmp
import io
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from conftest import ROOT, clusterbook, small_copy

from clusterbook.evidence.root import cluster_slugs


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small copy with its book built; tests that change it put it back."""
    copy = small_copy(tmp_path_factory.mktemp("built") / "copy")
    done = clusterbook("book", cwd=copy)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("_build/html/index.html")
    return copy


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def text_of(page: Path) -> str:
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", page.read_text("utf-8"), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def test_two_builds_have_the_same_bytes(built: Path, tmp_path: Path) -> None:
    other = small_copy(tmp_path / "elsewhere", cold=True)  # the first found pictures ready
    assert clusterbook("book", cwd=other).returncode == 0
    one, two = built / "_build" / "html", other / "_build" / "html"
    assert files(one) == files(two)
    differing = filecmp.cmpfiles(one, two, files(one), shallow=False)[1]
    assert differing == []
    for page in one.rglob("*.html"):
        assert str(built) not in page.read_text("utf-8"), "a path of this machine"


def test_an_unchanged_rebuild_executes_nothing(built: Path) -> None:
    log = built / "_build" / "execution.csv"
    before = log.stat().st_mtime_ns
    done = clusterbook("book", cwd=built)
    assert done.returncode == 0
    assert "nothing has changed" in done.stderr
    assert log.stat().st_mtime_ns == before


def change_row(
    copy: Path, file: str, chosen: Callable[[dict[str, str]], bool], **cells: str
) -> str:
    """Change cells of the one row chosen; return the file's text as it was."""
    path = copy / "data" / "clusters" / file
    before = path.read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(before)))
    (row,) = [row for row in rows if chosen(row)]
    row.update(cells)
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), "utf-8")
    return before


def is_article_tenants(row: dict[str, str]) -> bool:
    return (row["indicator"], row["segment"], row["date"], row["source"]) == (
        "tenants", "", "2023", "m50article",
    )  # fmt: skip


def test_a_changed_row_changes_sentence_and_chart(built: Path) -> None:
    page = built / "_build" / "html" / "chapters" / "economic.html"
    assert "over 171" not in text_of(page)
    before = change_row(built, "m50/observations.csv", is_article_tenants, value="171")
    try:
        done = clusterbook("book", cwd=built)
        assert done.returncode == 0, done.stderr
        text = text_of(page)
        assert "over 171" in text
        assert "is confirmed, but no row compared says the same" in text_of(
            page.with_name("cultural.html")
        ), "a verdict is kept that the changed row no longer bears"
        told = clusterbook("check", cwd=built)
        assert told.returncode == 1
        assert re.search(r"m50/claims.csv, row \d+, verdict: is confirmed, but no row", told.stdout)
        specs = re.findall(
            r'<script type="application/json" class="cb-spec">(.*?)</script>',
            page.read_text(),
            re.S,
        )
        drawn = [spec for spec in specs if '"over 171"' in json.dumps(json.loads(spec))]
        assert drawn, "no chart draws the changed value"
        log = (built / "_build" / "execution.csv").read_text()
        executed = {line.split(",")[0] for line in log.splitlines()[1:] if ",False," in line}
        assert executed
        others = set(cluster_slugs(built)) - {"m50"}
        ran = {job.split(" ")[0] for job in executed}
        assert not ran & others, "another cluster was executed too"
    finally:
        (built / "data/clusters/m50/observations.csv").write_text(before, "utf-8")
    done = clusterbook("book", cwd=built)
    assert "0 chapters executed" in done.stderr, "what was known is not executed again"
    assert "over 171" not in text_of(page)


BROKEN = [
    ("date", "2019-13"), ("value", "many"), ("source", "nobody2019"), ("indicator", "tenantz"),
    ("qualifier", "roughly"), ("unit", "furlong"), ("date", "2024/2019"), ("value_upper", "3"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "cell"), BROKEN)
def test_a_broken_row_builds_nothing_and_keeps_the_last_book(
    built: Path, field: str, cell: str
) -> None:
    index = built / "_build" / "html" / "index.html"
    stamp = index.stat().st_mtime_ns
    before = change_row(built, "m50/observations.csv", is_article_tenants, **{field: cell})
    try:
        for command in ("check", "book"):
            done = clusterbook(command, cwd=built)
            said = done.stdout + done.stderr
            assert done.returncode == 1
            assert re.search(rf"m50/observations\.csv, row 7, {field}", said), said
            assert "Traceback" not in said
        assert index.stat().st_mtime_ns == stamp
    finally:
        (built / "data/clusters/m50/observations.csv").write_text(before, "utf-8")


def test_a_chapter_with_an_error_fails_and_fails_again(built: Path) -> None:
    chapter = built / "chapters" / "social.md"
    before = chapter.read_text("utf-8")
    index = built / "_build" / "html" / "index.html"
    stamp = index.stat().st_mtime_ns
    chapter.write_text(before + "\n```{code-cell} python\n1 / 0\n```\n", "utf-8")
    try:
        for _ in range(2):
            done = clusterbook("book", cwd=built)
            assert done.returncode == 1
            assert "chapter social" in done.stderr
            assert "1 / 0" in done.stderr
            assert "ZeroDivisionError: division by zero" in done.stderr
            assert index.stat().st_mtime_ns == stamp
    finally:
        chapter.write_text(before, "utf-8")


def test_a_page_with_a_warning_fails_and_fails_again(built: Path) -> None:
    chapter = built / "chapters" / "social.md"
    before = chapter.read_text("utf-8")
    chapter.write_text(before + "\nSee {doc}`nowhere-at-all` and {nosuchrole}`x`.\n", "utf-8")
    try:
        for _ in range(2):
            done = clusterbook("book", cwd=built)
            assert done.returncode == 1
            assert "nosuchrole" in done.stderr
    finally:
        chapter.write_text(before, "utf-8")


def test_the_books_root_is_where_one_stands(built: Path) -> None:
    done = clusterbook("check", "m50", cwd=built / "chapters")
    assert done.returncode == 0, done.stderr
    done = clusterbook("check", cwd=ROOT.parent)
    assert done.returncode == 2
    assert "_config.yml" in done.stderr
