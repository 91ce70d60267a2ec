"""A papermill engine that forks this process for each notebook instead of starting a kernel.

The library is imported once, in the parent; the child has it at once, runs the cells in an IPython
shell and sends each cell's outputs back through a pipe. Plain papermill stays the reference: a
test holds both to the same outputs, cell by cell.

Traps: V8 (vl_convert) must never be started in the parent, or the child hangs; the child is killed
with its whole process group when a cell takes too long.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import platform
import select
import signal
import struct
import sys
import time
from typing import Any, NoReturn

from nbformat import NotebookNode, from_dict
from papermill.engines import Engine, NotebookExecutionManager

from .process import end_with

LANGUAGE_INFO = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": platform.python_version(),
}


class CellTimeoutError(TimeoutError):
    """A cell took longer than it may; its process was ended."""


class NotebookProcessError(RuntimeError):
    """The process of a notebook ended before its cells did."""


def _send(pipe: int, message: dict[str, Any]) -> None:
    body = json.dumps(message).encode()
    data = struct.pack("!Q", len(body)) + body
    while data:
        data = data[os.write(pipe, data) :]


def _child(cells: list[NotebookNode], pipe: int, parent: int) -> NoReturn:
    os.setsid()  # so that whatever a cell starts ends with it
    end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    status = 1
    try:
        from clusterbook.evidence.comparison import ASKED
        from clusterbook.evidence.sourced import forget_shown

        from .shell import run_cells

        ASKED.clear()
        forget_shown()
        gc.set_threshold(100_000)  # a notebook is short: its memory goes with its process

        def emit(place: int, count: int | None, outputs: list[NotebookNode], failed: bool) -> None:
            _send(pipe, {"place": place, "count": count, "outputs": outputs, "failed": failed})

        own = round(run_cells(cells, emit), 3)
        told = {"asked": dict(sorted(ASKED.items())), "own_seconds": own}
        _send(pipe, {"end": True, **told})
        status = 0
    except BaseException as error:
        with contextlib.suppress(OSError):
            _send(pipe, {"broken": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(status)


class _Reader:
    """Messages from a child's pipe, waited for no longer than allowed."""

    def __init__(self, pipe: int) -> None:
        self.pipe = pipe
        self.held = b""

    def next(self, deadline: float | None) -> dict[str, Any] | None:
        """Return the next message, or None at the pipe's end. Raises `CellTimeoutError`."""
        while True:
            if len(self.held) >= 8:
                size = struct.unpack("!Q", self.held[:8])[0]
                if len(self.held) >= 8 + size:
                    body, self.held = self.held[8 : 8 + size], self.held[8 + size :]
                    return json.loads(body)
            wait = None if deadline is None else max(0.0, deadline - time.monotonic())
            if not select.select([self.pipe], [], [], wait)[0]:
                raise CellTimeoutError
            chunk = os.read(self.pipe, 1 << 20)
            if not chunk:
                return None
            self.held += chunk


def _end(pid: int) -> None:
    for target in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            target(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)


class ForkEngine(Engine):
    """The engine `clusterbook-fork`."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        execution_timeout: float | None = None,
        **kwargs: Any,
    ) -> None:
        """Run a notebook's cells in a forked child.

        `execution_timeout` is in seconds for each cell. Raises `CellTimeoutError` and
        `NotebookProcessError`; an error of a cell is an output, as with the standard engine.
        """
        notebook = nb_man.nb
        notebook.metadata["language_info"] = dict(LANGUAGE_INFO)
        sys.stdout.flush()
        sys.stderr.flush()
        read, write = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            _child(notebook.cells, write, parent)
        os.close(write)
        try:
            cls._receive(nb_man, _Reader(read), execution_timeout)
        finally:
            os.close(read)
            _end(pid)

    @staticmethod
    def _receive(nb_man: NotebookExecutionManager, reader: _Reader, timeout: float | None) -> None:
        cells = nb_man.nb.cells
        code = [place for place, cell in enumerate(cells) if cell.cell_type == "code"]
        running = iter([*code, None])
        current = next(running)
        if current is not None:
            nb_man.cell_start(cells[current], current)
        while True:
            deadline = None if timeout is None else time.monotonic() + timeout
            try:
                message = reader.next(deadline)
            except CellTimeoutError:
                raise CellTimeoutError(
                    f"cell {current} took longer than {timeout:g} s and was ended:\n"
                    f"{cells[current].source if current is not None else ''}"
                ) from None
            if message is None or "broken" in message:
                why = message["broken"] if message else "its process was killed"
                raise NotebookProcessError(f"the notebook ended at cell {current}: {why}")
            if "end" in message:
                told = {name: message[name] for name in ("asked", "own_seconds")}
                nb_man.nb.metadata["clusterbook"] = told
                return
            cell = cells[message["place"]]
            cell.execution_count = message["count"]
            cell.outputs = [from_dict(output) for output in message["outputs"]]
            if message["failed"]:
                nb_man.cell_exception(cell, message["place"])
            nb_man.cell_complete(cell, message["place"])
            if message["failed"]:
                return
            current = next(running)
            if current is not None:
                nb_man.cell_start(cells[current], current)
