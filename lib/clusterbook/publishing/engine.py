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
import signal
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection
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


def _child(cells: list[NotebookNode], pipe: Connection, parent: int) -> NoReturn:
    os.setsid()  # so that whatever a cell starts ends with it
    end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    status = 1

    def send(message: dict[str, Any]) -> None:
        pipe.send_bytes(json.dumps(message).encode())

    try:
        from clusterbook.evidence.comparison import ASKED
        from clusterbook.evidence.sourced import forget_shown

        from .shell import run_cells

        ASKED.clear()
        forget_shown()
        gc.set_threshold(100_000)  # a notebook is short: its memory goes with its process
        own = run_cells(
            cells, lambda count, outputs, failed: send(
                {"count": count, "outputs": outputs, "failed": failed}
            ),
        )  # fmt: skip
        send({"asked": dict(sorted(ASKED.items())), "own_seconds": round(own, 3)})
        status = 0
    except BaseException as error:
        with contextlib.suppress(OSError):
            send({"broken": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(status)


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
        read, write = Pipe(duplex=False)
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            read.close()
            _child(notebook.cells, write, parent)
        write.close()
        try:
            cls._receive(nb_man, read, execution_timeout)
        finally:
            read.close()
            _end(pid)

    @staticmethod
    def _receive(nb_man: NotebookExecutionManager, pipe: Connection, timeout: float | None) -> None:
        for place, cell in enumerate(nb_man.nb.cells):
            if cell.cell_type == "code":
                nb_man.cell_start(cell, place)
                told = _next(pipe, timeout, place, cell.source)
                cell.execution_count = told["count"]
                cell.outputs = [from_dict(output) for output in told["outputs"]]
                if told["failed"]:
                    nb_man.cell_exception(cell, place)
                nb_man.cell_complete(cell, place)
                if told["failed"]:
                    return
        nb_man.nb.metadata["clusterbook"] = _next(pipe, timeout, None, "")


def _next(pipe: Connection, timeout: float | None, place: int | None, code: str) -> dict[str, Any]:
    """Return what the child tells next, which is of the cell at a place; None for the end."""
    if not pipe.poll(timeout):
        raise CellTimeoutError(
            f"cell {place} took longer than {timeout:g} s and was ended:\n{code}"
        )
    try:
        told: dict[str, Any] = json.loads(pipe.recv_bytes())
    except (EOFError, OSError):
        told = {"broken": "its process was killed"}
    if "broken" in told:
        raise NotebookProcessError(f"the notebook ended at cell {place}: {told['broken']}")
    return told
