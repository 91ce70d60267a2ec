"""Jobs: one chapter of one cluster each, self-contained, with its result kept by digest.

A job's inputs are named by digests, its result is one file written atomically, and what comes back
is small, so any pool of processes can run it: the one in `execute`, or another engine's.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from clusterbook.charts.theme import IN_BOOK
from clusterbook.evidence import second_coding  # noqa: F401 (its question is asked again, too)
from clusterbook.evidence.case import facts_of, open_case
from clusterbook.evidence.comparison import answers_now
from clusterbook.evidence.folders import is_litter
from clusterbook.evidence.root import (
    FOLDERS,
    cluster_folder,
    context_folder,
    environment,
    written_folders,
)

from .chapters import Chapter, parameters_for, read_notebook
from .digest import LIBRARIES, digest_of
from .process import write_atomically

TIMEOUT = 120.0
"""Seconds that a cell may take."""


@dataclass(frozen=True)
class Job:
    """A chapter to be executed for a cluster, with everything that its result hangs on.

    `cluster` is "" for a chapter that stands once in the book.
    """

    root: str
    cluster: str
    chapter: str
    text: str = field(repr=False)
    parameters: tuple[tuple[str, Any], ...]
    folders: str  # the cluster's folder where it lies outside the root, as the environment has it
    store: str
    digest: str
    timeout: float = TIMEOUT

    @property
    def result(self) -> Path:
        """The file of the executed notebook."""
        return Path(self.store) / f"{self.digest}.ipynb"

    @property
    def name(self) -> str:
        """The job as a reader says it: "tianzifang economic"."""
        return f"{self.cluster} {self.chapter}".strip()


@dataclass(frozen=True)
class Result:
    """What a job comes back with: whether it was reused, its time, and what went wrong.

    `own_seconds` is the processor time of the chapter's cells alone.
    """

    job: str
    digest: str
    seconds: float
    reused: bool = False
    error: str = ""
    own_seconds: float = 0.0


def common_digest(root: Path) -> str:
    """Return the digest of what every job hangs on: the library, and the data about no cluster."""
    shared = [
        path
        for path in sorted((root / "data").iterdir())
        if path.is_file() and path.suffix != ".md" and not is_litter(path.name)
    ]
    folders = (root / "data" / name for name in ("instruments", "literature"))
    shared += [folder for folder in folders if folder.is_dir()]
    return digest_of([*LIBRARIES, root / "requirements.txt", *shared])


def evidence_of(cluster: str) -> list[Path]:
    """Return the folders of a cluster, of its city and of its country, as far as there are."""
    facts = facts_of(cluster)
    above = (context_folder(facts.get(place, "")) for place in ("city", "country"))
    return [cluster_folder(cluster), *filter(None, above)]


def plan(
    root: Path,
    clusters: list[str],
    run: list[Chapter],
    given: dict[str, str],
    store: Path,
    timeout: float = TIMEOUT,
) -> list[Job]:
    """Return the jobs of a run: every chapter for every cluster, or once for one about none.

    `given` are the parameters asked for, as text. What stands once may read any cluster, so its
    result hangs on all evidence. Raises `UnknownClusterError` and `ParameterError`.
    """
    common = common_digest(root)
    home, context = root / "data" / "clusters", root / "data" / "context"
    outside = {c: folder for c in clusters if (folder := cluster_folder(c)).parent != home}
    jobs = []
    for cluster in [*clusters, ""]:
        parameters = parameters_for(run, given, cluster)
        read = [f for c, f in outside.items() if cluster in ("", c)]
        folders = written_folders(read)
        evidence = digest_of(evidence_of(cluster) if cluster else [home, context, *read])
        for chapter in run:
            if not chapter.runs or chapter.once == bool(cluster):
                continue
            own = tuple(sorted(parameters[chapter.name].items()))
            named = json.dumps([chapter.name, chapter.text, own, evidence, common])
            digest = hashlib.sha256(named.encode()).hexdigest()[:32]
            jobs.append(
                Job(
                    str(root), cluster, chapter.name, chapter.text, own, folders, str(store),
                    digest, timeout,
                )
            )  # fmt: skip
    return jobs


def is_done(job: Job, known: dict[tuple[str, str], dict[str, str]]) -> bool:
    """Return whether a job's notebook is there and what it asked of other clusters still holds.

    `known` holds the answers of this run and is filled.
    """
    try:
        kept = json.loads(job.result.read_text(encoding="utf-8"))
        asked = kept["metadata"]["clusterbook"]["asked"]
    except (OSError, ValueError, KeyError):
        return False
    with places_of(job):
        return answers_now(asked, known.setdefault((job.root, job.folders), {}))


def places_of(job: Job) -> AbstractContextManager[None]:
    """Look for evidence where a job has it, and let charts be drawn by the book's build.

    Afterwards all is as it was in this process.
    """
    return environment({"CLUSTERBOOK_ROOT": job.root, FOLDERS: job.folders, IN_BOOK: "1"})


def given_up(job: Job, why: str) -> Result:
    """Return the result of a job that is not begun again, with its chapter and cluster."""
    return Result(job.name, job.digest, 0.0, error=f"{_where(job)}: {why}")


def _where(job: Job) -> str:
    return f"chapter {job.chapter}" + (f", cluster {job.cluster}" if job.cluster else "")


def run_job(job: Job, keep: Callable[[Path, str], object] = write_atomically) -> Result:
    """Execute a job and keep its notebook, by writing it to its place where not told otherwise.

    Whatever goes wrong comes back as text: the chapter, the cell and the error.
    """
    started, own, wrong = time.perf_counter(), 0.0, ""
    try:
        with places_of(job):
            with contextlib.suppress(Exception):  # what is wrong is told by the notebook's own cell
                open_case(job.cluster)  # kept, and forked with it for all the cluster's notebooks
            notebook, own = execute(job)
        keep(job.result, notebook)
    except Exception as error:
        wrong = explain(job, error)
    return Result(job.name, job.digest, time.perf_counter() - started, error=wrong, own_seconds=own)


def execute(job: Job) -> tuple[str, float]:
    """Return the executed notebook as text, without times, paths and random ids, and its own work.

    Raises what papermill raises.
    """
    import papermill
    from papermill.engines import papermill_engines
    from papermill.execute import raise_for_execution_errors
    from papermill.utils import chdir

    folder, engine = str(Path(job.root) / "chapters"), "clusterbook-fork"
    # papermill's steps one by one: as a whole it also writes the result as text, for nobody
    notebook = papermill.execute_notebook(
        deepcopy(_read_chapter(job.text)), None, parameters=dict(job.parameters),
        engine_name=engine, prepare_only=True, progress_bar=False, cwd=folder,
    )  # fmt: skip
    with chdir(folder):
        done = papermill_engines.execute_notebook_with_engine(
            engine, notebook, kernel_name=papermill_engines.nb_kernel_name(engine, notebook),
            progress_bar=False, log_output=False, execution_timeout=job.timeout,
        )  # fmt: skip
    raise_for_execution_errors(done, None)
    own = done.metadata.get("clusterbook", {}).pop("own_seconds", 0.0)
    return as_text(clean(done)), own


@lru_cache(maxsize=64)
def _read_chapter(text: str) -> Any:
    return read_notebook(text)


def as_text(notebook: Any) -> str:
    """Return a notebook as JSON, a line for each cell; nbformat's indents take ten times longer."""
    cells = ",\n".join(_json(cell) for cell in notebook.cells)
    rest = {name: value for name, value in notebook.items() if name != "cells"}
    return f'{{"cells": [\n{cells}\n],\n{_json(rest)[1:]}\n'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def clean(notebook: Any) -> Any:
    """Return the notebook as it is published: same bytes whenever and wherever it was executed.

    The injected parameters stand in the parameters cell, so that a page shows one cell with what
    was really used.
    """
    from papermill.utils import find_first_tagged_cell_index

    at = find_first_tagged_cell_index(notebook, "injected-parameters")
    if at > 0:
        given = dict(_SET.findall(notebook.cells.pop(at).source))
        cell = notebook.cells[find_first_tagged_cell_index(notebook, "parameters")]
        cell.source = _SET.sub(
            lambda line: f"{line[1]} = {given.get(line[1], line[2])}", cell.source
        )
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell["execution_count"] = None
            for output in cell.outputs:
                if "execution_count" in output:
                    output["execution_count"] = None
    notebook.metadata.pop("papermill", None)
    notebook.metadata.setdefault("clusterbook", {"asked": {}})
    return notebook


_SET = re.compile(r"^(\w+) = (.*)$", re.M)
_ANSI = re.compile("\x1b\\[[0-9;]*m")


def explain(job: Job, error: Exception) -> str:
    """Return what went wrong in a job: the chapter, the cell, its code and the Python error."""
    from papermill.exceptions import PapermillExecutionError

    where = _where(job)
    if isinstance(error, PapermillExecutionError):
        trace = _ANSI.sub("", "\n".join(error.traceback)).strip().splitlines()
        code = "\n".join(f"    {line}" for line in str(error.source).splitlines())
        last = "\n".join(f"    {line}" for line in trace[-6:])
        return f"{where}, cell {error.cell_index}:\n{code}\n  {error.ename}: {error.evalue}\n{last}"
    return f"{where}: {type(error).__name__}: {error}"
