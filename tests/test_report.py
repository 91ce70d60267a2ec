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
from typing import Any

import pytest
from benchmarks.resampling import make_clusters
from browsing import Visit
from conftest import ROOT, clusterbook, copy_of_root, warmed

from clusterbook.charts.figure import MIME


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the whole folder in which reports are made."""
    return warmed(copy_of_root(tmp_path_factory.mktemp("reports") / "copy"))


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


def test_single_files_of_two_clusters_work_from_a_disk(place: Path, chromium: Any) -> None:
    slugs = ("tianzifang", "zollverein")
    wanted = ["--single-file", "--chapters", "economic,ledger", "--out", "two"]
    done = clusterbook("report", *slugs, *wanted, cwd=place)
    assert done.returncode == 0, done.stderr
    for slug in slugs:
        small = {"viewport": {"width": 390, "height": 900}}
        opened = Visit(chromium, f"file://{place}/two/", f"{slug}.html", **small)
        page = opened.page
        shown = page.locator("#cb-ledger tbody tr:visible")
        told = page.locator(".cb-ledger-tools output")
        every = page.locator("#cb-ledger tbody tr").count()
        assert shown.count() == every > 100
        page.locator(".cb-ledger-tools input").fill("rent")
        page.wait_for_function(f"!document.querySelector('output').textContent.match(/^{every} /)")
        found = shown.count()
        assert 0 < found < every
        assert told.inner_text().startswith(f"{found} of {every}")
        assert all("rent" in text.lower() for text in shown.all_text_contents())
        page.locator(".cb-ledger-tools select[name=g]").select_option("A")
        page.wait_for_timeout(100)
        assert 0 <= shown.count() < found
        page.get_by_role("button", name="Show all").click()
        page.wait_for_timeout(100)
        assert shown.count() == every
        opened.draw_all()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert opened.wrong == []
        opened.close()


def test_every_chart_of_a_reports_notebooks_is_a_picture(place: Path) -> None:
    done = clusterbook("report", "bridge-8", "--chapters", "overview,economic", cwd=place)
    assert done.returncode == 0, done.stderr
    out = place / "_build" / "reports" / "bridge-8"
    for name in ("overview", "economic"):
        text = (out / "notebooks" / "bridge-8" / f"{name}.ipynb").read_text("utf-8")
        assert MIME not in text, "a chart that no other front end draws"
        figures = (out / "html" / "chapters" / f"{name}.html").read_text("utf-8")
        drawn = figures.count('<figure class="cb-figure"')
        assert drawn
        assert len(re.findall(r"base64,[\w+/=]+\\\"><br>", text)) == drawn


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
    out = str(tmp_path / "out")
    done = clusterbook("report", str(own), "--chapters", "overview", "--out", out, cwd=place)
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
    options = ("--chapters", "overview", "--out", str(tmp_path / "out"))
    done = clusterbook("report", "qiyun-86", str(bad), *options, cwd=place)
    assert done.returncode == 1
    assert re.search(r"events\.csv, row \d+, date", done.stderr)
    assert (tmp_path / "out/html/chapters/overview.html").exists()
    assert "Qiyun 86" in (tmp_path / "out/html/chapters/overview.html").read_text("utf-8")


def test_a_chapter_that_raises_or_hangs(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ("report", "qiyun-86", "--chapters", "social", "--out", str(out))
    assert clusterbook(*command, cwd=place).returncode == 0
    good = (out / "html/index.html").stat().st_mtime_ns
    chapter = place / "chapters" / "social.md"
    before = chapter.read_text("utf-8")
    try:
        for code, words in (("raise ValueError('no <b>')", "ValueError: no <b>"),
                            ("import time; time.sleep(99)", "took longer than 2 s")):  # fmt: skip
            chapter.write_text(before + f"\n```{{code-cell}} python\n{code}\n```\n", "utf-8")
            done = clusterbook(*command, "--timeout", "2", cwd=place)
            assert done.returncode == 1
            assert "chapter social, cluster qiyun-86" in done.stderr
            assert words in done.stderr
            assert (out / "html/index.html").stat().st_mtime_ns == good
    finally:
        chapter.write_text(before, "utf-8")


def as_nobody_special() -> list[str]:
    """What to put before a command so that no folder is open to it that is closed to its owner."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("not run: root may write everywhere, and there is no setpriv to forbid it")
    without = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={without}", f"--inh-caps={without}"]


def test_an_output_folder_without_permission(place: Path, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    run = [sys.executable, "-m", "clusterbook", "report", "qiyun-86", "--out", str(shut / "out")]
    done = subprocess.run([*as_nobody_special(), *run], cwd=place, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"Permission denied ({shut / 'out'})" in done.stderr
    assert "Executing" not in done.stderr
    assert list(shut.iterdir()) == []


FULL_DISK = """
set -e
mount -t tmpfs -o size=40m tmpfs "$1/disk"
run() { "$0" -m clusterbook report qiyun-86 --chapters social --out "$1/disk/out"; }
run "$1"
cp -r "$1/disk/out" "$1/before"
head -c 40m /dev/zero > "$1/disk/rest" || truncate -s -64K "$1/disk/rest"
if run "$1" 2> "$1/said"; then exit 9; fi
diff -r "$1/disk/out" "$1/before"
"""


def test_a_full_disk_leaves_the_last_good_report(place: Path, tmp_path: Path) -> None:
    alone = ["unshare", "--map-root-user", "--mount"]  # a disk of 40 MB that only this test sees
    if not shutil.which("unshare") or subprocess.run([*alone, "true"]).returncode:
        pytest.skip("not run: no small disk can be made here (unshare)")
    (tmp_path / "disk").mkdir()
    script = ["bash", "-c", FULL_DISK, sys.executable, str(tmp_path)]
    done = subprocess.run([*alone, *script], cwd=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    said = (tmp_path / "said").read_text()
    assert f"No space left on device ({tmp_path / 'disk' / 'out'}); what stood there" in said
    assert "Traceback" not in said


def test_an_output_that_is_a_file(place: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    done = clusterbook("report", "qiyun-86", "--out", str(tmp_path / "out"), cwd=place)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert (tmp_path / "out").read_text() == "mine"


def processes_of(folder: Path) -> list[str]:
    """Return the processes of this machine whose command names a folder."""
    listed = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True).stdout
    return [line for line in listed.splitlines() if f"{folder}/" in line]


def wait_for(store: Path, notebooks: int, run: subprocess.Popen[bytes]) -> None:
    """Wait until so many notebooks are executed by a run, however busy the machine is."""
    while len(list(store.glob("*.ipynb"))) < notebooks:
        assert run.poll() is None, "the run does not come so far"
        time.sleep(0.05)


def test_killed_and_stopped_in_the_middle_of_twelve_reports(place: Path, tmp_path: Path) -> None:
    """A working process is killed, later the run is stopped: its next run gives the same book."""
    make_clusters(tmp_path / "twelve", 12, of=("qiyun-86", "red-town", "gillman-barracks"))
    command = ["report", str(tmp_path / "twelve"), "--chapters", "social", "--out"]
    store = place / "_build" / "executed"
    shutil.rmtree(store)
    # a shell has what it runs in the background ignore Ctrl-C, and so this test's run would
    run = subprocess.Popen(
        [sys.executable, "-m", "clusterbook", *command, str(tmp_path / "a")],
        cwd=place, stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    wait_for(store, 4, run)
    workers = subprocess.run(["pgrep", "-P", str(run.pid)], capture_output=True, text=True)
    os.kill(int(workers.stdout.split()[0]), signal.SIGKILL)
    wait_for(store, 10, run)
    run.send_signal(signal.SIGINT)
    code = run.wait(timeout=60)
    said = run.stderr.read().decode() if run.stderr else ""
    assert code == 130, said
    assert "what was finished is kept" in said
    assert "Traceback" not in said
    time.sleep(1)
    assert processes_of(tmp_path) == [], "a process lives on"
    done = clusterbook(*command, str(tmp_path / "a"), cwd=place)
    assert done.returncode == 0, done.stderr
    executed, reused = (
        int(n) for n in re.findall(r"(\d+) chapters executed, (\d+) r", done.stderr)[0]
    )
    assert reused >= 10
    assert executed + reused == 36
    shutil.rmtree(store)
    again = clusterbook(*command, str(tmp_path / "b"), cwd=place)
    assert again.returncode == 0, again.stderr
    same = subprocess.run(["diff", "-rq", tmp_path / "a", tmp_path / "b"], capture_output=True)
    assert same.stdout == b""
    assert not [p for p in (place / "_build").rglob(".tmp-*") if p.is_file()]
    assert not list(tmp_path.rglob(".*-*")), "something unfinished was left"


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
