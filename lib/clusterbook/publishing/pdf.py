"""A report as PDF: Chromium prints the one-file page; tagged, with outline, charts as vectors."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from clusterbook.evidence.problems import ToldError

from .process import run

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class NoBrowserError(ToldError, RuntimeError):
    """No Chromium was found on this machine."""


def chromium() -> str:
    """Return the path of Chromium: `CHROMIUM`, else the system's. Raises `NoBrowserError`."""
    named = os.environ.get("CHROMIUM")
    for name in [named] if named else NAMES:
        path = shutil.which(name)
        if path:
            return path
    raise NoBrowserError(
        "no Chromium found; install it (Debian: apt-get install chromium) or set CHROMIUM=/path"
    )


def print_pdf(page: Path, target: Path) -> None:
    """Print a one-file page to PDF. Raises `NoBrowserError`, or `RuntimeError` if it fails."""
    with tempfile.TemporaryDirectory(dir=target.parent.parent) as profile:
        command = [
            chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={profile}", "--no-pdf-header-footer",
            "--generate-pdf-document-outline",
            "--virtual-time-budget=20000", f"--print-to-pdf={target}", f"{page.as_uri()}?print",
        ]  # fmt: skip
        done = run(command, timeout=120)
        if done.returncode or not target.exists():
            raise RuntimeError(f"Chromium could not print the report: {done.stderr[-400:]}")
