"""Output replaces only what was made here; a run killed at any moment loses nothing and ends whole."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, clusterbook, copy_of_root, warmed

from clusterbook.evidence.folders import MARK, read_mark
from clusterbook.evidence.toc import own_files
from clusterbook.publishing import process
from clusterbook.publishing.output import (
    WORK,
    OutputError,
    foreign,
    recover,
    refuse_inputs,
    replacing,
    stands,
)
from clusterbook.publishing.report import report as make_report


def tree(folder: Path) -> dict[str, bytes]:
    """What lies below a folder: names and contents, of links where they lead."""
    return {
        path.relative_to(folder).as_posix(): (
            str(path.readlink()).encode()
            if path.is_symlink()
            else path.read_bytes()
            if path.is_file()
            else b"(folder)"
        )
        for path in folder.rglob("*")
    }


def make(folder: Path, version: str, names: tuple[str, ...] = ("html", "notebooks")) -> None:
    """Make a small output of folders and of one file."""
    with replacing(folder, [*names, "mill-7.html"], version) as new:
        for name in names:
            (new / name / "chapters").mkdir(parents=True)
            (new / name / "chapters" / "a.html").write_text(version)
            (new / name / "index.html").write_text(f"{name} {version}")
        (new / "mill-7.html").write_text(version)


def version_of(folder: Path) -> str:
    """The version of a whole output; an error if parts are missing or of two versions."""
    versions = {
        (folder / name / "chapters" / "a.html").read_text() for name in ("html", "notebooks")
    }
    versions |= {(folder / "mill-7.html").read_text()}
    (version,) = versions
    assert stands(folder / "html", version)
    return version


def test_what_was_made_is_replaced_and_marked(tmp_path: Path) -> None:
    make(tmp_path / "one", "1")
    make(tmp_path / "two", "1")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert (tmp_path / "one" / "html" / MARK).is_file()
    shutil.copytree(tmp_path / "one", tmp_path / "moved")
    for folder in ("one", "moved"):
        make(tmp_path / folder, "2")
        assert version_of(tmp_path / folder) == "2"
        assert sorted(p.name for p in (tmp_path / folder).iterdir()) == [
            MARK, "html", "mill-7.html", "notebooks"
        ]  # fmt: skip


SPOILT: dict[str, Callable[[Path], object]] = {
    "html/index.html": lambda out: (out / "html/index.html").write_text("better"),
    "html/CNAME": lambda out: (out / "html/CNAME").write_text("example.org"),
    "html/.nojekyll": lambda out: (out / "html/.nojekyll").touch(),
    "html/own/page.html": lambda out: (
        (out / "html/own").mkdir(),
        (out / "html/own/page.html").touch(),
    ),
    "html/.git": lambda out: (out / "html/.git").write_text("gitdir: ../../.git/worktrees/html"),
    "html/.well-known/security.txt": lambda out: (
        (out / "html/.well-known").mkdir(),
        (out / "html/.well-known/security.txt").touch(),
    ),
    "html/index.html~": lambda out: (out / "html/index.html~").write_text("mine"),
    "notebooks/.ipynb_checkpoints/own-checkpoint.ipynb": lambda out: (
        (out / "notebooks/.ipynb_checkpoints").mkdir(),
        (out / "notebooks/.ipynb_checkpoints/own-checkpoint.ipynb").write_text("mine"),
    ),
    "html/chapters/link": lambda out: (out / "html/chapters/link").symlink_to("a.html"),
    "notebooks/index.html": lambda out: (out / "notebooks/index.html").write_text("{}"),
    "mill-7.html": lambda out: (out / "mill-7.html").write_text("mine"),
    "html": lambda out: ((out / "html").rename(out / "kept"), (out / "html").symlink_to("kept")),
    "notebooks": lambda out: (shutil.rmtree(out / "notebooks"), (out / "notebooks").touch()),
    "html/chapters/a.html": lambda out: (out / "html" / MARK).unlink(),
    WORK: lambda out: ((out / WORK).mkdir(), (out / WORK / "mine").touch()),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_somebodys_work_is_refused_by_name(tmp_path: Path, name: str) -> None:
    make(tmp_path, "1")
    SPOILT[name](tmp_path)
    before = tree(tmp_path)
    with pytest.raises(OutputError) as told:
        make(tmp_path, "2")
    assert str(told.value).startswith(f"{tmp_path / name} was not made by clusterbook")
    assert "run again" in str(told.value)
    assert tree(tmp_path) == before


def test_what_holds_no_work_of_anybody_is_replaced(tmp_path: Path) -> None:
    make(tmp_path, "1")
    notebook = tmp_path / "notebooks" / "index.html"
    (tmp_path / "notebooks" / ".ipynb_checkpoints").mkdir()
    shutil.copy(notebook, tmp_path / "notebooks" / ".ipynb_checkpoints" / "index-checkpoint.html")
    (tmp_path / "html" / ".DS_Store").write_text("x")
    (tmp_path / "html" / "chapters" / "a.html").unlink()
    assert foreign(tmp_path / "html") is None
    make(tmp_path, "2")
    assert version_of(tmp_path) == "2"
    shutil.rmtree(tmp_path / "html")
    (tmp_path / "html").mkdir()
    make(tmp_path, "3")
    assert version_of(tmp_path) == "3"


def test_what_comes_while_a_run_works_is_not_touched(tmp_path: Path) -> None:
    make(tmp_path, "1")
    before = tree(tmp_path)
    run = replacing(tmp_path, ["html", "notebooks"])
    new = run.__enter__()
    for name in ("html", "notebooks"):
        (new / name).mkdir()
        (new / name / "index.html").write_text("2")
    (tmp_path / "notebooks" / "CNAME").write_text("example.org")
    with pytest.raises(OutputError, match="CNAME"):
        run.__exit__(None, None, None)
    assert tree(tmp_path) == before | {"notebooks/CNAME": b"example.org"}


def test_a_run_that_makes_nothing_or_fails_changes_nothing(tmp_path: Path) -> None:
    make(tmp_path, "1")
    before = tree(tmp_path)
    with replacing(tmp_path, ["html"]):
        pass
    with contextlib.suppress(KeyboardInterrupt), replacing(tmp_path, ["html"]) as new:
        (new / "html").mkdir()
        raise KeyboardInterrupt
    assert tree(tmp_path) == before


def test_a_plain_build_stands_in_the_books_own_place_alone(tmp_path: Path) -> None:
    html = tmp_path / "html"
    html.mkdir()
    (html / "objects.inv").write_bytes(b"# Sphinx inventory version 2\n")
    assert foreign(html, plain_too=True) is None
    assert foreign(html) == "objects.inv"
    make(tmp_path / "book", "1")
    html = tmp_path / "book" / "html"
    (html / "objects.inv").write_bytes(b"# Sphinx inventory version 2\n")
    assert foreign(html, plain_too=True) == "objects.inv", "somebody's work in a book made here"
    (html / ".buildinfo").write_text("# Sphinx build info version 1\n")
    assert foreign(html, plain_too=True) is None, "jupyter-book build . wrote over it"


OPERATIONS = ("os.rename", "os.mkdir", "os.rmdir", "os.remove", "open", "fcntl.flock")


def killed(folder: Path, version: str, at: int) -> bool:
    """Make an output in a process that kills itself before its n-th operation on files there."""
    pid = os.fork()
    if pid == 0:
        seen = 0

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal seen
            if event in OPERATIONS and (
                event == "fcntl.flock" or str(arguments[0]).startswith(str(folder))
            ):
                seen += 1
                if seen == at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        make(folder, version)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def test_killed_before_every_operation_on_files(tmp_path: Path) -> None:
    """Also between the two renames: the next run, faulty or good, leaves a whole output."""
    at = 1
    while True:
        found = set()
        for next_run in ("faulty", "good"):
            out = tmp_path / f"{at}-{next_run}"
            make(out, "1")
            was_killed = killed(out, "2", at)
            if next_run == "faulty":
                recover(out)
            else:
                make(out, "3")
            found.add(version_of(out))
            assert not (out / WORK).exists()
            assert not list(out.rglob(".tmp-*"))
            make(out, "4")
            assert version_of(out) == "4"
            shutil.rmtree(out)
        assert found in ({"1", "3"}, {"2", "3"})
        if not was_killed:
            break
        at += 1
    assert at > 30, "the moments were not met"


def test_what_came_to_an_empty_place_after_a_kill_is_not_touched(tmp_path: Path) -> None:
    for at in range(1, 200):
        out = tmp_path / str(at)
        make(out, "1")
        assert killed(out, "2", at)
        if not (out / "html").exists():
            break
    (out / "html").mkdir()
    (out / "html" / "mine.html").write_text("mine")
    before = tree(out)
    with pytest.raises(OutputError, match=r"mine\.html"):
        recover(out)
    assert tree(out) == before
    shutil.rmtree(out / "html")
    recover(out)
    assert version_of(out) == "2"


def test_a_second_run_says_that_it_waits_and_then_has_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(process, "PATIENCE", 0.2)
    second = threading.Thread(target=make, args=(tmp_path, "2", ("html",)))
    with replacing(tmp_path, ["html"]) as new:
        (new / "html").mkdir()
        (new / "html" / "index.html").write_text("1")
        second.start()
        second.join(0.5)
        assert second.is_alive()
        assert "waiting for another run in" in capsys.readouterr().err
    assert (tmp_path / "html" / "index.html").read_text() == "1"
    second.join(10)
    assert (tmp_path / "html" / "index.html").read_text() == "html 2"
    assert not (tmp_path / ".next").exists()


def test_links_in_a_circle_are_told(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises((OutputError, OSError), match="loop"):
        make_report(ROOT, ["m50"], {}, out=tmp_path / "loop")


# at the command line


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the whole folder in which reports are made."""
    copy = warmed(copy_of_root(tmp_path_factory.mktemp("output") / "copy"))
    return copy


def report(place: Path, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return clusterbook(
        "report", "qiyun-86", "--chapters", "overview", "--out", str(out), *more, cwd=place
    )


def test_a_folder_with_own_html_notebooks_and_pdf(place: Path, tmp_path: Path) -> None:
    for name in (
        "html/my-site.html",
        "notebooks/my-analysis.ipynb",
        "pdf/paper.pdf",
        "qiyun-86.html",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    for gone in ("html", "notebooks", "qiyun-86.html"):
        before = tree(tmp_path)
        done = report(place, tmp_path, "--single-file")
        assert done.returncode == 1
        assert f"{tmp_path / gone}" in done.stderr
        assert "was not made by clusterbook" in done.stderr
        assert "--out" in done.stderr
        assert "Executing" not in done.stderr
        assert tree(tmp_path) == before
        (tmp_path / gone).rename(tmp_path / f"my-{gone}")
    assert (tmp_path / "pdf" / "paper.pdf").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "my-html", "my-notebooks", "my-qiyun-86.html", "pdf"
    ]  # fmt: skip


def test_output_in_the_evidence_folder_is_refused_at_once(place: Path) -> None:
    folder = place / "own" / "mill-7"
    shutil.copytree(ROOT / "data" / "clusters" / "qiyun-86", folder)
    before = tree(folder)
    for out in (".", "."):
        done = clusterbook("report", ".", "--out", out, cwd=folder)
        assert done.returncode == 1
        assert f"would stand in {folder}" in done.stderr
        assert "--out ../report" in done.stderr
        assert tree(folder) == before


BETWEEN = [
    "data", "data/clusters", "data/html/..", "chapters/x", "lib", "_build", "_build/html/x",
    "own/mill-7", "own/mill-7/notes", "own/x/../mill-7", "own/link",
]  # fmt: skip


@pytest.mark.parametrize("out", BETWEEN)
def test_output_among_what_it_is_made_from_is_refused(tmp_path: Path, out: str) -> None:
    (tmp_path / "own" / "mill-7").mkdir(parents=True)
    (tmp_path / "own" / "link").symlink_to("mill-7")
    with pytest.raises(OutputError, match="nothing was written"):
        refuse_inputs(tmp_path / out, tmp_path, [tmp_path / "own" / "mill-7"])
    for good in (".", "own", "own/mill-7-report", "_build/reports/m50", "database"):
        refuse_inputs(tmp_path / good, tmp_path, [tmp_path / "own" / "mill-7"])


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A folder of evidence with a fault."""
    folder = tmp_path / "qiyun-86"
    shutil.copytree(ROOT / "data" / "clusters" / "qiyun-86", folder)
    (folder / "events.csv").write_text("date\n", "utf-8")
    return folder


def test_no_good_book_is_spoken_of_where_there_is_none(
    place: Path, tmp_path: Path, faulty: Path
) -> None:
    command = ("report", str(faulty), "--out", str(tmp_path / "out"))
    none = clusterbook(*command, cwd=place)
    assert none.returncode == 1
    assert "no book was made" in none.stderr
    assert "good book" not in none.stderr
    assert not (tmp_path / "out").exists()
    make(tmp_path / "out", "1")
    kept = clusterbook(*command, cwd=place)
    assert kept.returncode == 1
    assert "the last good book is kept" in kept.stderr


def test_the_books_own_place_with_other_files_is_refused(place: Path) -> None:
    html = place / "_build" / "html"
    html.mkdir(parents=True)
    (html / "mine.html").write_text("mine")
    try:
        done = clusterbook("book", cwd=place)
        assert done.returncode == 1
        assert f"{html / 'mine.html'} was not made by clusterbook" in done.stderr
        assert "Executing" not in done.stderr
        assert (html / "mine.html").read_text() == "mine"
    finally:
        shutil.rmtree(html)


def living(marker: str) -> list[str]:
    """The processes that were started with a word in their environment, Linux only."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (one / "environ").read_bytes():
                found.append((one / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def wait_for_none(marker: str) -> list[str]:
    """The processes that still live two seconds later."""
    for _ in range(40):
        if not living(marker):
            return []
        time.sleep(0.05)
    return living(marker)


MOMENTS = (0.06, 0.13, 0.22, 0.31, 0.4, 0.5, 0.61, 0.73, 0.85, 0.96)
"""Parts of a whole run's time after which it is killed."""


def test_killed_at_ten_moments(place: Path, tmp_path: Path, faulty: Path) -> None:
    out = tmp_path / "out"
    executed = place / "_build" / "executed"
    shutil.rmtree(executed, ignore_errors=True)
    started = time.monotonic()
    assert report(place, out).returncode == 0
    whole = time.monotonic() - started
    first = tree(out)
    command = [sys.executable, "-m", "clusterbook", "report", "qiyun-86", "--chapters", "overview"]
    for moment in MOMENTS:
        shutil.rmtree(executed, ignore_errors=True)
        for picture in list((place / "_build" / ".pictures").glob("*.svg"))[:8]:
            picture.unlink()
        marker = f"{tmp_path}-{moment}"
        run = subprocess.Popen(
            [*command, "--out", str(out)], cwd=place, stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, env={**os.environ, "MARKER": marker},
        )  # fmt: skip
        time.sleep(moment * whole)
        run.kill()
        run.wait()
        if Path("/proc/self/environ").exists():
            assert wait_for_none(marker) == [], f"a process lives on after {moment}"
        outcome = make_report(place, [str(faulty)], {}, out=out)
        assert outcome.problems
        assert tree(out) == first, f"killed after {moment}"
        assert not list((place / "_build").rglob(".tmp-*"))
    assert report(place, out).returncode == 0
    assert tree(out) == first


def test_another_program_ends_with_the_run(tmp_path: Path) -> None:
    code = (
        "from clusterbook.publishing.process import run;"
        f"run(['sh', '-c', 'sleep 2; touch {tmp_path}/written'], 60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", code])
    time.sleep(1)
    starter.kill()
    starter.wait()
    time.sleep(2)
    assert not (tmp_path / "written").exists()
    done = process.run(["sh", "-c", "echo said; exit 3"], 60)
    assert (done.returncode, done.stdout) == (3, "said\n")


def test_where_the_kernel_does_not_end_a_child_it_looks_itself(tmp_path: Path) -> None:
    code = (
        "import ctypes, os, time; from clusterbook.publishing import process;"
        "ctypes.CDLL = lambda name: object();"
        "parent = os.getpid(); child = os.fork();\n"
        f"if child == 0: process.end_with(parent); time.sleep(3); open('{tmp_path}/written', 'w')\n"
        "else: time.sleep(0.5)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    time.sleep(4)
    assert not (tmp_path / "written").exists()


def test_what_was_made_in_the_books_folder_is_no_part_of_the_book(tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("title: x\n")
    (tmp_path / "picture.svg").write_text("<svg/>")
    before = own_files(tmp_path)
    make(tmp_path / "reports", "1")
    make(tmp_path, "1")
    assert own_files(tmp_path) == before
    (tmp_path / "reports" / "mine.svg").write_text("<svg/>")
    assert Path("reports/mine.svg") in own_files(tmp_path)


def test_the_mark_says_what_it_is(tmp_path: Path) -> None:
    make(tmp_path, "1")
    text = (tmp_path / "html" / MARK).read_text("utf-8")
    assert "Made by clusterbook" in text
    assert str(tmp_path) not in text
    assert read_mark(tmp_path / "html")[0] == "1"
    assert set(read_mark(tmp_path)[1]) == {"mill-7.html"}
