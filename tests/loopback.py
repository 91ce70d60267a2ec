"""A real Dask scheduler and workers on this machine, each with a folder of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil


def free_port() -> int:
    """Return the number of a port that nothing listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until_said(log: Path, words: str, seconds: float = 300.0) -> None:
    """Wait until a log holds the words."""
    deadline = time.monotonic() + seconds
    while words not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


class Loopback:
    """A scheduler and its workers; all end with the context."""

    def __init__(self, home: Path, workers: int = 2) -> None:
        self.home, self.wanted = home, workers
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.nannies: list[subprocess.Popen[bytes]] = []
        self.made = 0

    def __enter__(self) -> Loopback:
        self.start()
        return self

    def __exit__(self, *rest: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the scheduler and its workers; return when they are ready."""
        quiet = ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
        self._popen("scheduler", ["scheduler", "--port", str(self.port), *quiet])
        until_said(self.home / "scheduler.log", "Scheduler at:")
        for _ in range(self.wanted):
            self.add_worker(wait=False)
        for log in self.home.glob("worker-*.log"):
            until_said(log, "Registered to:")

    def add_worker(
        self, python_path: Path | None = None, before: Sequence[str] = (), wait: bool = True
    ) -> subprocess.Popen[bytes]:
        """Start one more worker, in a folder of its own."""
        self.made += 1
        name = f"worker-{self.made}"
        (self.home / name).mkdir(parents=True)
        extra = {"PYTHONPATH": str(python_path)} if python_path else {}
        options = ["--nthreads", "1", "--local-directory", str(self.home / name), "--no-dashboard"]
        self.nannies.append(self._popen(name, ["worker", self.address, *options], extra, before))
        if wait:
            until_said(self.home / f"{name}.log", "Registered to:")
        return self.nannies[-1]

    def workers(self) -> list[psutil.Process]:
        """Return the processes that run tasks now; a nanny starts each anew that is killed."""
        found = []
        for nanny in self.nannies:
            with contextlib.suppress(psutil.NoSuchProcess):
                own = psutil.Process(nanny.pid).children()
                found += [p for p in own if "spawn_main" in " ".join(p.cmdline())]
        return found

    def stop(self, *only: subprocess.Popen[bytes]) -> None:
        """Kill all processes (or those named, with theirs), and wait until they are gone."""
        ending = only or tuple(self.processes)
        every = []
        for process in ending:
            with contextlib.suppress(psutil.NoSuchProcess):
                first = psutil.Process(process.pid)
                every += [first, *first.children(recursive=True)]
        for one in every:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        for process in ending:
            process.wait()
        psutil.wait_procs(every, timeout=10)
        self.processes = [p for p in self.processes if p not in ending]
        self.nannies = [p for p in self.nannies if p not in ending]

    def _popen(
        self,
        name: str,
        arguments: list[str],
        extra: dict[str, str] | None = None,
        before: Sequence[str] = (),
    ) -> subprocess.Popen[bytes]:
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / name).mkdir(exist_ok=True)
        own = {k: v for k, v in os.environ.items() if not k.startswith("CLUSTERBOOK")}
        with (self.home / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [*before, sys.executable, "-m", "dask", *arguments],
                cwd=self.home / name, env={**own, **(extra or {})}, stdout=log, stderr=log,
            )  # fmt: skip
        self.processes.append(process)
        return process
