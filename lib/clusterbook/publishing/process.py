"""Processes of a run: one run at a time in a folder, and none that outlives the one it serves.

As a program, `python -m clusterbook.publishing.process PID COMMAND ...` runs a command that ends
when the process PID ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import io
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

PATIENCE = 2.0
"""Seconds after which a run that waits for another to end says so."""


def hold(lock: IO[Any], folder: Path) -> None:
    """Lock an open file until it is closed; where another run holds it, wait for that to end."""
    notice = f"waiting for another run in {folder} to end (Ctrl-C to give up)"
    said = threading.Timer(PATIENCE, print, [notice], {"file": sys.stderr, "flush": True})
    said.daemon = True
    said.start()
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
    finally:
        said.cancel()


@contextlib.contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """Hold a folder for one run at a time and clear the files that an interrupted one left."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        hold(lock, folder)
        stores = [folder / name for name in ("executed", ".pictures")]
        for left in [*folder.glob(".tmp-*"), *(f for s in stores for f in s.rglob(".tmp-*"))]:
            left.unlink(missing_ok=True)
        yield


def write_atomically(path: Path, text: str | bytes) -> None:
    """Write a file beside its place, then rename it there: whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    try:
        beside.write_bytes(text.encode() if isinstance(text, str) else text)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return names and contents as a zip file, with one date for all: equal files, equal bytes."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        for name, content in members:
            entry = zipfile.ZipInfo(name)  # of the earliest date that a zip can hold
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = 0o644 << 16
            file.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return whole.getvalue()


def end_with(parent: int) -> None:
    """End this process when its parent, the process with that number, ends in whatever way.

    Linux does it; elsewhere a thread looks twice a second.
    """
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    except (OSError, AttributeError):
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it ended before it could be watched
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    if os.getpgrp() == os.getpid():  # then also what this process started
        os.killpg(0, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def run(command: list[str], timeout: float) -> subprocess.CompletedProcess[str]:
    """Run another program that ends with this process; return its code and what it printed.

    Raises `subprocess.TimeoutExpired`.
    """
    held = [sys.executable, "-m", __name__, str(os.getpid()), *command]
    return subprocess.run(
        held, capture_output=True, text=True, timeout=timeout, start_new_session=True
    )


def main() -> int:
    """Run the command in the arguments; return its exit code."""
    end_with(int(sys.argv[1]))
    if sys.platform == "linux":
        os.execvp(sys.argv[2], sys.argv[2:])  # the kernel's promise is kept by what runs instead
    return subprocess.run(sys.argv[2:]).returncode


if __name__ == "__main__":
    sys.exit(main())
