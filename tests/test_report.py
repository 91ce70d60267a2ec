"""Reports for other clusters: what a person gets right and wrong at the command line."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, clusterbook, copy_of_root


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the whole folder in which reports are made."""
    copy = copy_of_root(tmp_path_factory.mktemp("reports") / "copy")
    pictures = ROOT / "_build" / ".pictures"
    if pictures.is_dir():
        shutil.copytree(pictures, copy / "_build" / ".pictures")
    return copy


def test_a_report_of_one_cluster(place: Path) -> None:
    done = clusterbook("report", "west-bund", "--single-file", cwd=place)
    assert done.returncode == 0, done.stderr
    out = place / "_build" / "reports" / "west-bund"
    pages = sorted(p.stem for p in (out / "html" / "chapters").glob("*.html"))
    assert {"overview", "economic", "ledger", "sources"} <= set(pages)
    assert sorted(p.stem for p in (out / "notebooks" / "west-bund").glob("*.ipynb")) == pages
    one = re.sub(
        r"(<script\b[^>]*>).*?</script>",
        r"\1",
        (out / "west-bund.html").read_text("utf-8"),
        flags=re.S,
    )
    assert not re.search(r'(?:src|href)="(?!#|data:|https?://|mailto:)[^"]', one)
    assert not re.search(r'<(?:script|img|link)[^>]+(?:src|href)="https?:', one)


def test_parameters_by_papermills_way(place: Path) -> None:
    done = clusterbook(
        "report", "tianzifang", "--chapters", "economic", "-p", "price_base_year", "2015", cwd=place
    )
    assert done.returncode == 0, done.stderr
    book = place / "_build/reports/tianzifang/html/chapters"
    assert "2015" in (book / "economic.html").read_text("utf-8")
    assert not (book / "social.html").exists()
    assert (book / "ledger.html").exists()


WRONG = [
    (["report", "nosuch"], 2, "no cluster and no evidence folder 'nosuch'"),
    (["report", "../../etc"], 2, "no cluster and no evidence folder"),
    (["report", "m50", "-p", "colour=red"], 2, "no chapter of this run has a parameter 'colour'"),
    (["report", "m50", "-p", "price_base_year=soon"], 2, "must be a whole number"),
    (["report", "m50", "-p", "cluster=798"], 2, "named by the command"),
    (["report", "m50", "-p", "loose"], 2, "is no parameter"),
    (["report", "m50", "--chapters", "economics"], 2, "no chapter 'economics'"),
    (["report"], 2, "Missing argument"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), WRONG, ids=lambda v: str(v)[:40])
def test_called_wrongly(place: Path, arguments: list[str], code: int, words: str) -> None:
    done = clusterbook(*arguments, cwd=place)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_of_ones_own(place: Path, tmp_path: Path) -> None:
    own = tmp_path / "my-mill"
    shutil.copytree(place / "data/clusters/ningbo-1956", own)
    facts = (own / "cluster.csv").read_text("utf-8")
    (own / "cluster.csv").write_text(
        facts.replace("Creative 1956 Industrial Park", "<b>My</b> mill")
    )
    done = clusterbook("report", str(own), "--out", str(tmp_path / "out"), cwd=place)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out/html/chapters/overview.html").read_text("utf-8")
    assert "&lt;b&gt;My&lt;/b&gt; mill" in page
    assert "<b>My</b>" not in page
    assert str(tmp_path) not in page
    for notebook in (tmp_path / "out/notebooks/my-mill").glob("*.ipynb"):
        assert str(tmp_path) not in notebook.read_text("utf-8")


def test_a_folder_with_faults_beside_a_good_one(place: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad-mill"
    shutil.copytree(place / "data/clusters/ningbo-1956", bad)
    rows = (bad / "events.csv").read_text("utf-8").replace("2014-08,", "2014-13,", 1)
    (bad / "events.csv").write_text(rows, "utf-8")
    done = clusterbook("report", "qiyun-86", str(bad), "--out", str(tmp_path / "out"), cwd=place)
    assert done.returncode == 1
    assert re.search(r"events\.csv, row \d+, date", done.stderr)
    assert (tmp_path / "out/html/chapters/overview.html").exists()
    assert "Qiyun 86" in (tmp_path / "out/html/chapters/overview.html").read_text("utf-8")


def test_a_chapter_that_raises_or_hangs(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert clusterbook("report", "qiyun-86", "--out", str(out), cwd=place).returncode == 0
    good = (out / "html/index.html").stat().st_mtime_ns
    chapter = place / "chapters" / "social.md"
    before = chapter.read_text("utf-8")
    try:
        for code, words in (("raise ValueError('no <b>')", "ValueError: no <b>"),
                            ("import time; time.sleep(99)", "took longer than 2 s")):  # fmt: skip
            chapter.write_text(before + f"\n```{{code-cell}} python\n{code}\n```\n", "utf-8")
            done = clusterbook("report", "qiyun-86", "--out", str(out), "--timeout", "2", cwd=place)
            assert done.returncode == 1
            assert "chapter social, cluster qiyun-86" in done.stderr
            assert words in done.stderr
            assert (out / "html/index.html").stat().st_mtime_ns == good
    finally:
        chapter.write_text(before, "utf-8")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_folder_without_permission(place: Path, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    done = clusterbook("report", "qiyun-86", "--out", str(shut / "out"), cwd=place)
    assert done.returncode == 1
    assert "Permission denied" in done.stderr


def test_an_output_that_is_a_file(place: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    done = clusterbook("report", "qiyun-86", "--out", str(tmp_path / "out"), cwd=place)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert (tmp_path / "out").read_text() == "mine"


def children_of_runs(place: Path) -> list[str]:
    """Return the processes of this machine that make a report at a place."""
    listed = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True).stdout
    return [
        line for line in listed.splitlines() if "clusterbook report" in line and str(place) in line
    ]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_stopped_in_the_middle_and_run_again(
    place: Path, tmp_path: Path, how: signal.Signals
) -> None:
    shutil.rmtree(place / "_build" / "executed", ignore_errors=True)
    clusters = ["redtory", "red-town", "hefeng", "bridge-8"]
    command = [
        sys.executable,
        "-m",
        "clusterbook",
        "report",
        *clusters,
        "--out",
        str(tmp_path / "a"),
    ]
    run = subprocess.Popen(command, cwd=place, stderr=subprocess.PIPE, start_new_session=True)
    store = place / "_build" / "executed"
    for _ in range(600):
        if store.is_dir() and len(list(store.glob("*.ipynb"))) >= 4:
            break
        time.sleep(0.1)
    if how == signal.SIGKILL:  # one of the working processes, not the command itself
        workers = subprocess.run(["pgrep", "-P", str(run.pid)], capture_output=True, text=True)
        os.kill(int(workers.stdout.split()[0]), how)
        assert run.wait(timeout=300) == 0
    else:
        run.send_signal(how)
        assert run.wait(timeout=60) == 130
        assert "Traceback" not in (run.stderr.read().decode() if run.stderr else "")
        time.sleep(1)
        assert children_of_runs(tmp_path) == []
    done = clusterbook("report", *clusters, "--out", str(tmp_path / "a"), cwd=place)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(store)
    again = clusterbook("report", *clusters, "--out", str(tmp_path / "b"), cwd=place)
    assert again.returncode == 0
    for page in (tmp_path / "a" / "html").rglob("*.html"):
        twin = tmp_path / "b" / "html" / page.relative_to(tmp_path / "a" / "html")
        assert page.read_bytes() == twin.read_bytes()
    assert not [p for p in (place / "_build").rglob(".tmp-*") if p.is_file()]
    assert not list(tmp_path.rglob(".tmp-*"))


def test_the_documented_plain_way(tmp_path: Path) -> None:
    bin_folder = Path(sys.executable).parent
    pipe = (
        f"{bin_folder}/jupytext --to ipynb -o - chapters/economic.md | "
        f"{bin_folder}/papermill - {tmp_path}/out.ipynb -p cluster west-bund --no-progress-bar"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CLUSTERBOOK")}
    done = subprocess.run(
        ["bash", "-c", pipe], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "West Bund" in (tmp_path / "out.ipynb").read_text("utf-8")
