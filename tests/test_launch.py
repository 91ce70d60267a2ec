"""Binder's configuration, and launch buttons: only on pages whose notebook is in the repository."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from clusterbook.publishing.pages import launch_where_it_works

HUB = "https://hub.org/v2/gh/someone/book/main?urlpath=lab/tree/"
FILES = {"chapters/economic": Path("chapters/economic.md"), "a/b": Path("a/b.ipynb")}


@pytest.mark.parametrize(
    ("page", "written", "leads"),
    [
        ("chapters/economic", "chapters/economic.ipynb", ["chapters/economic.md"]),
        ("chapters/economic", "chapters/economic.md", ["chapters/economic.md"]),
        ("a/b", "a/b.ipynb", ["a/b.ipynb"]),
        ("clusters/798/economic", "clusters/798/economic.ipynb", []),
        ("clusters", "clusters.md", []),
    ],
)
def test_launch_buttons_lead_to_files_that_are_there(
    page: str, written: str, leads: list[str]
) -> None:
    other = {"type": "javascript", "label": "fullscreen"}
    launch = {"type": "group", "label": "launch-buttons",
              "buttons": [{"type": "link", "url": HUB + written}]}  # fmt: skip
    kept = launch_where_it_works([other, launch], page, FILES)
    assert kept[0] == other
    assert [b["url"] for group in kept[1:] for b in group["buttons"]] == [HUB + x for x in leads]


def test_without_a_hub_there_is_no_button() -> None:
    assert "binderhub_url" not in (ROOT / "_config.yml").read_text("utf-8")


def test_binder_installs_what_is_locked_and_opens_chapters_as_notebooks(tmp_path: Path) -> None:
    asked = (ROOT / ".binder" / "requirements.txt").read_text("utf-8").splitlines()
    assert "-r ../requirements.txt" in asked
    locked = (ROOT / "tests" / "requirements.txt").read_text("utf-8").splitlines()
    assert [line for line in asked if "==" in line] == [
        line for line in locked if line.startswith("jupyterlab==")
    ]
    assert re.fullmatch(r"python-3\.1[1-3]\n", (ROOT / ".binder" / "runtime.txt").read_text())
    script = ROOT / ".binder" / "postBuild"
    assert script.stat().st_mode & 0o111
    places = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(
        [shutil.which("sh") or "sh", str(script)], cwd=ROOT, capture_output=True, text=True,
        env={"PATH": places, "HOME": str(tmp_path), "LANG": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (settings,) = tmp_path.rglob("default_setting_overrides.json")
    assert '"markdown": "Jupytext Notebook"' in settings.read_text("utf-8")
