"""Executed chapters outside the book: papermill's line of the README, nbconvert, JupyterLab."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from test_text_rules import SHOWN_WORK

BIN = Path(sys.executable).parent
ROLE = re.compile(r"\{(?:glue|source|doc|ref|term)[^}]*\}`|\{glue")
"""A role of MyST that only Sphinx would resolve."""


FORKED = """
import json, sys
import jupytext, papermill
from papermill.iorw import load_notebook_node
for path, out in json.loads(sys.argv[1]):
    notebook = jupytext.read(path, fmt="md:myst")
    named = any("cluster =" in cell.source for cell in notebook.cells)
    papermill.execute_notebook(
        notebook, out, {"cluster": "m50"} if named else {}, "clusterbook-fork", False,
        kernel_name="python3", progress_bar=False,
    )
"""


def outside_the_book() -> dict[str, str]:
    """Return the environment of a researcher, who has no book build around."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("CLUSTERBOOK_BOOK", "CLUSTERBOOK_ROOT")
    }


@pytest.fixture(scope="session")
def executed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All chapters that show their work, executed for M50 by papermill: one as the README says.

    The others by the engine that forks, which spares each a kernel's start; that both give the same
    is another test's.
    """
    folder = tmp_path_factory.mktemp("executed")
    made = {path.stem: folder / f"{path.stem}.ipynb" for path in SHOWN_WORK}
    line = f'"{BIN}/jupytext" --to ipynb -o - chapters/economic.md | "{BIN}/papermill" - '
    readme = ["bash", "-o", "pipefail", "-c", f"{line} {made['economic']} -p cluster m50"]
    others = [(str(path), str(made[path.stem])) for path in SHOWN_WORK if path.stem != "economic"]
    for run in (readme, [sys.executable, "-c", FORKED, json.dumps(others)]):
        done = subprocess.run(
            run, cwd=ROOT, env=outside_the_book(), capture_output=True, text=True, timeout=600
        )
        assert done.returncode == 0, done.stderr[-2000:]
    return made


def outputs(notebook: Path) -> list[dict[str, Any]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [output for cell in cells for output in cell.get("outputs", [])]


def figures_of(notebook: Path) -> int:
    """Return how many figures a notebook's outputs hold."""
    htmls = ["".join(o.get("data", {}).get("text/html", "")) for o in outputs(notebook)]
    return sum(html.count("<figure") for html in htmls if "data:image/svg+xml;base64," in html)


@pytest.mark.parametrize("chapter", [path.stem for path in SHOWN_WORK])
def test_every_output_shows_in_any_front_end(executed: dict[str, Path], chapter: str) -> None:
    text = executed[chapter].read_text(encoding="utf-8")
    for cell in json.loads(text)["cells"]:
        if cell["cell_type"] == "markdown":
            assert not ROLE.search("".join(cell["source"])), "a role in the text of a chapter"
    for output in outputs(executed[chapter]):
        data = output.get("data", {})
        assert output["output_type"] != "error"
        assert set(data) & {"text/html", "image/png", "image/svg+xml", "text/markdown"} or not data
        for kind in ("text/html", "text/markdown"):
            assert not ROLE.search("".join(data.get(kind, "")))
        assert "<svg" not in "".join(data.get("text/html", "")), "JupyterLab strips inline SVG"


def test_nbconvert_keeps_every_chart_and_number(executed: dict[str, Path], tmp_path: Path) -> None:
    files = [str(path) for path in executed.values()]
    done = subprocess.run(
        [str(BIN / "jupyter-nbconvert"), "--to", "html", "--output-dir", str(tmp_path), *files],
        env=outside_the_book(), capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    for chapter, notebook in executed.items():
        page = (tmp_path / f"{chapter}.html").read_text(encoding="utf-8")
        shown = re.findall(r"<figure[^>]*>.*?</figure>", page, flags=re.S)
        assert sum('src="data:image/svg+xml;base64,' in figure for figure in shown) == figures_of(
            notebook
        )
        assert not ROLE.search(
            re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.S)
        )


@pytest.fixture(scope="session")
def lab(executed: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A JupyterLab over the executed chapters, as a researcher opens it; untrusted."""
    home = tmp_path_factory.mktemp("lab")
    settings = home / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    news = home / "settings" / "@jupyterlab" / "apputils-extension"
    news.mkdir(parents=True)
    (news / "notification.jupyterlab-settings").write_text(
        '{"fetchNews": "false", "checkForUpdates": false}'
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = next(iter(executed.values())).parent
    command = [
        str(BIN / "jupyter-lab"), "--no-browser", "--allow-root", f"--port={port}",
        "--ServerApp.token=", "--ServerApp.password=", f"--ServerApp.root_dir={folder}",
        "--ip=127.0.0.1",
    ]  # fmt: skip
    extra = {
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "HOME": str(home),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "work"),
    }  # fmt: skip
    server = subprocess.Popen(
        command, env=outside_the_book() | extra, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=2).read()
            break
        except OSError:
            time.sleep(0.5)
    yield address
    os.killpg(server.pid, signal.SIGTERM)
    server.wait(20)


@pytest.mark.parametrize("chapter", ["economic"])
def test_jupyterlab_shows_all_charts_and_no_role(
    executed: dict[str, Path], lab: str, chromium: Any, chapter: str
) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{lab}/lab/tree/{chapter}.ipynb?reset", timeout=60000)
    wanted = figures_of(executed[chapter])
    page.wait_for_selector(".jp-Notebook .jp-OutputArea-output", timeout=60000)
    page.wait_for_function(
        f"document.querySelectorAll('.jp-Notebook figure img').length >= {wanted}", timeout=60000
    )
    drawn = page.evaluate(
        "[...document.querySelectorAll('.jp-Notebook figure img')].map(i => i.complete && i.naturalWidth > 100)"
    )
    assert drawn == [True] * wanted
    shown = page.evaluate("document.querySelector('.jp-Notebook').innerText")
    assert not ROLE.search(shown)
    assert "Data gap" not in shown or "These rows would fill it" in shown
    page.close()
