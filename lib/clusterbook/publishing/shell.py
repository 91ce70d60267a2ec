"""Running a notebook's cells in this process, with the outputs that a Jupyter kernel would give.

Used in a forked child only: an IPython shell is made anew, its displays and streams are caught,
and each finished cell is handed to `emit`.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode
from traitlets import Type

Output = dict[str, Any]
Emit = Callable[[int | None, list[Output], bool], None]
"""Takes a code cell's execution count, its outputs and whether it failed."""


CAUGHT: list[Output] = []
"""The outputs of the running cell, in order."""


class _Stream(io.TextIOBase):
    """Printed text as outputs; what follows text of the same kind is added to it."""

    def __init__(self, name: str) -> None:
        self.stream_name = name

    def write(self, text: str) -> int:
        last = CAUGHT[-1] if CAUGHT else {}
        if last.get("name") == self.stream_name:
            last["text"] += text
        elif text:
            CAUGHT.append({"output_type": "stream", "name": self.stream_name, "text": text})
        return len(text)

    def writable(self) -> bool:
        return True


class _Publisher(DisplayPublisher):
    def publish(self, data: Any, metadata: Any = None, **rest: Any) -> None:
        CAUGHT.append(
            {"output_type": "display_data", "data": dict(data), "metadata": metadata or {}}
        )


class _Hook(DisplayHook):
    def start_displayhook(self) -> None:
        self.shown: dict[str, Any] = {}

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shown = {"data": dict(format_dict), "metadata": md_dict or {}}

    def finish_displayhook(self) -> None:
        if self.shown.get("data"):
            CAUGHT.append(
                {"output_type": "execute_result", "execution_count": self.prompt_count} | self.shown
            )


class NotebookShell(InteractiveShell):
    """An IPython shell whose displays, results and errors are kept as notebook outputs."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def init_history(self) -> None:
        # nothing is written to the reader's IPython history
        self.history_manager = HistoryManager(shell=self, parent=self, enabled=False)

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        CAUGHT.append(
            {
                "output_type": "error",
                "ename": etype.__name__,
                "evalue": str(evalue),
                "traceback": list(stb),
            }
        )

    def enable_gui(self, gui: Any = None) -> None:
        """Ignore requests for a window: there is none."""


_READY: list[NotebookShell] = []


def prepare() -> None:
    """Make the shell that the next forked child takes: it costs as much as ten cells."""
    main = sys.modules["__main__"]
    _READY[:] = [NotebookShell()]
    sys.modules["__main__"] = main


def run_cells(cells: Sequence[NotebookNode], emit: Emit) -> float:
    """Run the code cells in order in a new shell; stop after the first that fails.

    Returns the processor time, in seconds, that the cells took.
    """
    main = sys.modules["__main__"]
    sys.stdout, sys.stderr = _Stream("stdout"), _Stream("stderr")
    shell = _READY.pop() if _READY else NotebookShell()
    sys.modules["__main__"] = shell.user_module
    InteractiveShell._instance = shell
    NotebookShell._instance = shell
    own = 0.0
    try:
        for cell in cells:
            if cell.cell_type != "code":
                continue
            if not cell.source.strip():
                emit(None, [], False)
                continue
            CAUGHT.clear()
            started = time.process_time()
            result = shell.run_cell(cell.source, store_history=True)
            own += time.process_time() - started
            emit(result.execution_count, CAUGHT, not result.success)
            if not result.success:
                break
    finally:
        sys.modules["__main__"] = main
    return own
