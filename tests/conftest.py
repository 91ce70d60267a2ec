"""What the tests share: the built book, a server for it, and the system's Chromium."""

from __future__ import annotations

import csv
import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit

ROOT = Path(__file__).parent.parent
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic",
]  # fmt: skip


def find_chromium() -> str | None:
    """Return the path of Chromium: `CHROMIUM`, else the system's; None where there is none."""
    names = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else [
        "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"
    ]  # fmt: skip
    return next((path for name in names if (path := shutil.which(name))), None)


BUILDING = ("report", "output", "build", "plain_build", "contents", "scheduler", "hostile",
            "accessibility", "notebooks", "newcomer", "browser", "parts")  # fmt: skip
"""Tests that build whole books, in files named so."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes longest begin first, so that no process is left with it at the end."""
    first = [f"test_{name}.py" for name in BUILDING]
    items.sort(key=lambda item: item.path.name not in first)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say in words when the browser tests did not run."""
    if find_chromium() is None:
        terminalreporter.write_line(
            "The browser tests were NOT run: no Chromium was found. Install it "
            "(Debian: apt-get install chromium) or set CHROMIUM=/path/to/chromium."
        )


@pytest.fixture(scope="session", autouse=True)
def at_root() -> Iterator[None]:
    """Every test runs from the book's root, and charts are made as the book's build makes them."""
    before = Path.cwd()
    os.chdir(ROOT)
    os.environ["CLUSTERBOOK_BOOK"] = "1"
    yield
    os.chdir(before)


def clusterbook(
    *arguments: str, cwd: Path = ROOT, **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would, from `cwd`."""
    environment = {**os.environ, **extra}
    environment.pop("CLUSTERBOOK_ROOT", None)
    return subprocess.run(
        [sys.executable, "-m", "clusterbook", *arguments],
        cwd=cwd, env=environment, capture_output=True, text=True, timeout=1200,
    )  # fmt: skip


@pytest.fixture(scope="session")
def book() -> Path:
    """The whole published book, built as `make book` builds it."""
    done = clusterbook("book")
    assert done.returncode == 0, done.stderr
    return ROOT / "_build" / "html"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def serve(folder: Path) -> tuple[http.server.ThreadingHTTPServer, str]:
    """Serve a folder on this machine; return the server and its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}/"


@pytest.fixture(scope="session")
def site(book: Path) -> Iterator[str]:
    """The address of the built book on this machine."""
    server, address = serve(book)
    yield address
    server.shutdown()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium; the tests that need it are skipped, in words, without it."""
    path = find_chromium()
    if path is None:
        if os.environ.get("CLUSTERBOOK_NEED_BROWSER"):
            pytest.fail("Chromium is needed here (CLUSTERBOOK_NEED_BROWSER) and was not found")
        pytest.skip("not run: no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any, site: str) -> Any:
    """Open a page of the book; closed after the test."""
    visits: list[Visit] = []

    def open_page(page: str, width: int = 1280, scheme: str = "light", **options: Any) -> Visit:
        viewport = {"width": width, "height": 900}
        made = Visit(chromium, site, page, viewport=viewport, color_scheme=scheme, **options)
        visits.append(made)
        return made

    yield open_page
    for made in visits:
        made.close()


def copy_of_root(target: Path) -> Path:
    """Copy the repository's own files (no build, no environment) to another folder."""
    left_out = shutil.ignore_patterns(
        "_build", ".venv", ".git", "__pycache__", "*.egg-info", ".*_cache", "tests"
    )
    shutil.copytree(ROOT, target, ignore=left_out)
    return target


def warmed(copy: Path) -> Path:
    """Give a copy the pictures and notebooks that the book has ready, as a second run finds them."""
    for store in (".pictures", "executed"):
        if (ROOT / "_build" / store).is_dir():
            shutil.copytree(ROOT / "_build" / store, copy / "_build" / store)
    return copy


def small_copy(
    target: Path, clusters: Sequence[str] = ("m50", "ningbo-1956"), cold: bool = False
) -> Path:
    """Copy the folder with a few clusters, so that a whole book is made in seconds.

    What the book has ready is there too, unless it is to be made `cold`.
    """
    copy_of_root(target)
    if not cold:
        warmed(target)
    for folder in (target / "data" / "clusters").iterdir():
        if folder.name not in clusters:
            shutil.rmtree(folder)
    second = target / "data" / "second_coding.csv"
    with second.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    with second.open("w", encoding="utf-8", newline="") as file:
        kept = (row for row in rows if row[head.index("cluster")] in clusters)
        csv.writer(file, lineterminator="\n").writerows([head, *kept])
    return target
