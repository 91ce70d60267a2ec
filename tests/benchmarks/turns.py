"""Processes that are measured in short turns, so that a machine's drifting speed harms no ratio.

A process that waits for its turn is stopped, its clock with it, and its memory is looked at then.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import selectors
import subprocess
import time
from collections.abc import Iterator, Sequence

import psutil

TURN = 4.0
"""Seconds of a turn."""

BEGIN, END = "begin", "end"
"""What a measured process writes before and after what counts; a line of results follows."""


class Measured:
    """A process that runs in turns: its seconds between begin and end, its memory, its results."""

    def __init__(self, command: Sequence[str]) -> None:
        self.seconds, self.memory = 0.0, 0
        self.results: dict[str, float] = {}
        self.done = False
        self._counts = False
        # without a buffer, which would hold a line back from the selector
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0)
        assert self._process.stdout
        self._said = self._process.stdout
        self._lines = selectors.DefaultSelector()
        self._lines.register(self._said, selectors.EVENT_READ)
        atexit.register(self._end)
        self._stop()

    def turn(self, seconds: float = TURN) -> None:
        """Let the process run so long, or until it ends."""
        for process in self._tree():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()
        since = time.perf_counter()
        until = since + seconds
        while not self.done and time.perf_counter() < until:
            if self._lines.select(max(0.0, until - time.perf_counter())):
                line = self._said.readline().decode()
                since = self._count(since)
                self._heard(line)
        self._count(since)
        if not self.done:
            self._stop()
            self.memory = max(self.memory, sum(_own_bytes(p) for p in self._tree()))

    def finish(self) -> Measured:
        """Let the process run to its end, stopped now and then only to look at its memory."""
        while not self.done:
            self.turn()
        return self

    def _count(self, since: float) -> float:
        now = time.perf_counter()
        self.seconds += now - since if self._counts else 0.0
        return now

    def _heard(self, line: str) -> None:
        if line.strip() in (BEGIN, END):
            self._counts = line.strip() == BEGIN
        if line.startswith("{"):
            self.results = json.loads(line)
        if not line:
            self.done = True
            if self._process.wait():
                raise subprocess.CalledProcessError(self._process.returncode, self._process.args)

    def _stop(self) -> None:
        stopped: set[int] = set()
        while new := [p for p in self._tree() if p.pid not in stopped]:  # one may just be forked
            for process in new:
                stopped.add(process.pid)
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.suspend()

    def _end(self) -> None:
        for process in self._tree():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def _tree(self) -> Iterator[psutil.Process]:
        with contextlib.suppress(psutil.NoSuchProcess):
            first = psutil.Process(self._process.pid)
            yield first
            yield from first.children(recursive=True)


def by_turns(large: Measured, small: Sequence[Sequence[str]]) -> list[Measured]:
    """Run a large process and small ones, one after the other, in turns; return the small ones."""
    made = []
    for command in small:
        made.append(Measured(command))
        while not made[-1].done:
            made[-1].turn()
            if not large.done:
                large.turn()
    large.finish()
    return made


def _own_bytes(process: psutil.Process) -> int:
    """Return a process's memory in bytes; pages that processes share are counted once."""
    with contextlib.suppress(psutil.Error):
        return int(process.memory_full_info().pss)
    return 0
