"""One strict Sphinx run in a process of its own: `python -m clusterbook.publishing.sphinx_run`.

A process of its own because V8 is started here for the pictures, and must not be in a process that
forks notebooks.
"""

from __future__ import annotations

import errno
import gc
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from clusterbook.evidence.problems import ToldError

from .parts import add
from .process import end_with


class BuildError(ToldError, RuntimeError):
    """Sphinx ended with an error or a warning; the message says which."""


_PHASES = ("reading sources", "writing output", "drawing pictures")
STEPS = 100 * len(_PHASES)
"""How far a build is told to be at its end."""
_STEP = re.compile(rf"^({'|'.join(_PHASES)})\.\.\. \[ *(\d+)%\]")
_ANSI = re.compile("\x1b\\[[0-9;]*m")
_NOISE = ("Running Jupyter-Book", "Source Folder", "Config Path", "Output Path", "[etoc]")


def build(
    stage: Path,
    out: Path,
    root: Path,
    step: Callable[[str, int], None] = lambda what, done: None,
) -> None:
    """Build the staged book, or a part of it, and add it to what stands in `out/html`; strictly.

    Raises `BuildError` with Sphinx's own lines on what is wrong, `OSError` for a full disk.
    """
    pictures = {"CLUSTERBOOK_PICTURES": str(root / "_build" / ".pictures")}
    ours = {"CLUSTERBOOK_ROOT": str(root), "CLUSTERBOOK_CHECKED": "1", "PYTHONHASHSEED": "0"}
    arguments = [str(os.getpid()), str(stage), str(out)]
    command = [sys.executable, "-m", "clusterbook.publishing.sphinx_run", *arguments]
    lines: list[str] = []
    process = subprocess.Popen(
        command, env=pictures | os.environ | ours, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True, encoding="utf-8",
        errors="replace",
    )  # fmt: skip
    assert process.stdout is not None
    try:
        for raw in process.stdout:
            line = _ANSI.sub("", raw).rstrip()
            match = _STEP.match(line)
            if match:
                step(match[1], 100 * _PHASES.index(match[1]) + int(match[2]))
            elif line and not line.startswith(_NOISE):
                lines.append(line)
        code = process.wait()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if code:
        if any(line.endswith(os.strerror(errno.ENOSPC)) for line in lines):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(out.parent))
        wrong = [line for line in lines if "WARNING" in line or "ERROR" in line or "rror:" in line]
        shown = wrong or lines[-25:]
        raise BuildError("\n".join(line.replace(f"{stage}/", "") for line in shown[:40]))


def main() -> int:
    """Build the stage named in the arguments for the process named first; return the exit code.

    What it makes is added to the book that stands at its place.
    """
    end_with(int(sys.argv[1]))
    from jupyter_book.sphinx import build_sphinx

    from . import lean

    stage, out = (Path(argument) for argument in sys.argv[2:4])
    lean.no_second_notebooks()
    gc.set_threshold(100_000, 20, 20)  # a page is tens of thousands of nodes
    work = out / ".part"
    result = build_sphinx(
        str(stage), str(work / "html"), confdir=None, path_config=str(stage / "_config.yml"),
        noconfig=True, doctreedir=str(work / ".doctrees"), freshenv=True,
        confoverrides={"latex_individualpages": False},
    )  # fmt: skip
    # a digest of the configuration with its paths, of use only for building on in the same place
    (work / "html" / ".buildinfo").unlink(missing_ok=True)
    if result == 0:
        add(work / "html", out / "html")
    shutil.rmtree(work)
    return result if isinstance(result, int) else 1


if __name__ == "__main__":
    sys.exit(main())
