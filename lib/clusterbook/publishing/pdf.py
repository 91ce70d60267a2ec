"""A report as PDF: Chromium prints the one-file page; tagged, with outline, charts as vectors."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class NoBrowserError(RuntimeError):
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


def print_pdf(page: Path, target: Path, timeout: float = 120) -> None:
    """Print a one-file page to PDF. Raises `NoBrowserError`, or `RuntimeError` if it fails."""
    browser = chromium()
    with tempfile.TemporaryDirectory() as profile:
        beside = target.with_name(f".tmp-{os.getpid()}-{target.name}")
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={profile}", "--no-pdf-header-footer",
            "--generate-pdf-document-outline",
            "--virtual-time-budget=20000", f"--print-to-pdf={beside}", f"{page.as_uri()}?print",
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
            if done.returncode or not beside.exists():
                raise RuntimeError(f"Chromium could not print the report: {done.stderr[-400:]}")
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
