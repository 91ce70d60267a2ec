"""The plain way: `jupyter-book build .` alone makes the same M50 book."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import copy_of_root
from test_build import change_row, is_article_tenants, text_of


def jupyter_book(copy: Path) -> subprocess.CompletedProcess[str]:
    """Build the M50 book alone, the plain way."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CLUSTERBOOK")}
    return subprocess.run(
        [str(Path(sys.executable).parent / "jupyter-book"), "build", "."],
        cwd=copy, env=environment, capture_output=True, text=True, timeout=900,
    )  # fmt: skip


def test_jupyter_book_alone_is_strict_and_never_stale(book: Path, tmp_path: Path) -> None:
    copy = copy_of_root(tmp_path / "plain")
    shutil.copytree(book.parent / ".pictures", copy / "_build" / ".pictures")
    done = jupyter_book(copy)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    for page in sorted((copy / "_build/html/chapters").glob("*.html")):
        ours = text_of(book / "chapters" / page.name).replace("All clusters", "")
        assert article(ours) == article(text_of(page)), f"{page.name} differs between the two ways"
    # two pages are enough to see what a changed row does
    few = "format: jb-book\nroot: chapters/ledger\nchapters:\n- file: chapters/sources\n"
    (copy / "_toc.yml").write_text(few, "utf-8")
    ledger = copy / "_build/html/chapters/ledger.html"
    assert "over 171" not in text_of(ledger)
    change_row(copy, "m50/observations.csv", is_article_tenants, value="171")
    done = jupyter_book(copy)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "over 171" in text_of(ledger)
    before = change_row(copy, "m50/observations.csv", is_article_tenants, date="2019-13")
    assert before
    done = jupyter_book(copy)
    assert done.returncode != 0
    assert "row 7" in done.stdout + done.stderr


def article(text: str) -> str:
    """Return the part of a page's text between its title and what leads on from it."""
    return re.sub(r"(Previous|Next) [A-Z].*$", "", text[text.find("code") :])
