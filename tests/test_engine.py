"""The fork engine against plain papermill: same outputs, cell by cell; timeouts; errors."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import papermill
import psutil
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from clusterbook.publishing import jobs
from clusterbook.publishing.chapters import chapters
from clusterbook.publishing.engine import CellTimeoutError
from clusterbook.publishing.execute import WORTH_WARMING, Processes, at_most, run


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTERBOOK_ROOT", str(ROOT))
    logging.getLogger("papermill").setLevel(logging.CRITICAL)


def execute(notebook: Any, engine: str | None, **options: Any) -> Any:
    cwd = str(ROOT / "chapters")
    return papermill.execute_notebook(
        notebook, None, engine_name=engine, progress_bar=False, cwd=cwd, **options
    )


def outputs(notebook: Any) -> list[Any]:
    return [
        (cell.source, cell.execution_count, cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


@pytest.mark.parametrize(("chapter", "cluster"), [("economic", "m50"), ("social", "ningbo-1956")])
def test_same_outputs_as_plain_papermill(chapter: str, cluster: str) -> None:
    path = ROOT / "chapters" / f"{chapter}.md"
    plain = execute(jupytext.read(path), None, parameters={"cluster": cluster})
    forked = execute(jupytext.read(path), "clusterbook-fork", parameters={"cluster": cluster})
    assert outputs(forked) == outputs(plain)
    assert forked.metadata.language_info == plain.metadata.language_info


def cells(*sources: str) -> Any:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = new_notebook(cells=[new_code_cell(s) for s in sources], metadata={"kernelspec": kernel})
    return made


def test_edge_cells_match_plain_papermill() -> None:
    sources = (
        "print('a'); print('b')", "import sys; print('c', file=sys.stderr); 1 + 1",
        "from IPython.display import display, Markdown; display(Markdown('*x*')); 'last'",
        "x = 3\n1 + 1;", "", "import pandas as pd; pd.DataFrame({'a': [1]})", "%who_ls int", "x",
    )  # fmt: skip
    plain, forked = (outputs(execute(cells(*sources), e)) for e in (None, "clusterbook-fork"))
    assert forked == plain


def test_an_error_is_papermills() -> None:
    with pytest.raises(PapermillExecutionError) as caught:
        execute(cells("ok = 1", "1 / 0", "never = 1"), "clusterbook-fork")
    assert caught.value.ename == "ZeroDivisionError"
    assert caught.value.source == "1 / 0"


def test_a_cell_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    source = (
        "import subprocess, time\n"
        f"subprocess.Popen(['sh', '-c', 'sleep 3; touch {mark}'])\ntime.sleep(60)"
    )
    started = time.monotonic()
    with pytest.raises(CellTimeoutError, match="cell 0 took longer than 1 s"):
        execute(cells(source), "clusterbook-fork", execution_timeout=1)
    assert time.monotonic() - started < 30
    time.sleep(3.5)
    assert not mark.exists(), "a process that the cell had started lived on"


def test_notebooks_do_not_see_each_other() -> None:
    execute(cells("import clusterbook; clusterbook.left_behind = 1"), "clusterbook-fork")
    after = execute(
        cells("import clusterbook; hasattr(clusterbook, 'left_behind')"), "clusterbook-fork"
    )
    assert after.cells[0].outputs[0]["data"]["text/plain"] == "False"
    assert "left_behind" not in os.environ


def test_a_job_gives_what_papermill_gives(tmp_path: Path) -> None:
    """A job takes papermill's steps one by one: its notebook is the one of papermill as a whole."""
    run = [chapter for chapter in chapters(ROOT) if chapter.name == "social"]
    (job,) = jobs.plan(ROOT, ["zollverein"], run, {}, tmp_path)
    text, seconds = jobs.execute(job)
    given = dict(job.parameters)
    path = ROOT / "chapters" / "social.md"
    whole = execute(jupytext.read(path), "clusterbook-fork", parameters=given)
    whole.metadata["clusterbook"].pop("own_seconds")
    assert nbformat.reads(text, as_version=4) == jobs.clean(whole)
    assert seconds > 0


def test_what_takes_too_long_is_given_up() -> None:
    with pytest.raises(TimeoutError), at_most(0.1):
        time.sleep(30)


def job_of(source: str, cluster: str, store: Path) -> jobs.Job:
    text = nbformat.writes(cells(source))
    return jobs.Job(str(ROOT), cluster, "social", text, (), "[]", str(store), cluster)


def test_a_job_that_kills_its_process_runs_once_more_and_harms_no_other(tmp_path: Path) -> None:
    said = f"import os, signal, time\nwith open({str(tmp_path / 'begun')!r}, 'a') as file: "
    kill = "\nos.kill(os.getppid(), signal.SIGKILL); time.sleep(60)"
    first = f"\nif open({str(tmp_path / 'begun')!r}).read().count('b') == 1: {kill.strip()}"
    sources = {
        "m50": f"{said}file.write('a'){kill}",
        "red-town": f"{said}file.write('b'){first}",
        "west-bund": f"{said}file.write('c')",
    }
    wanted = [job_of(source, cluster, tmp_path / "store") for cluster, source in sources.items()]
    told: list[str] = []
    others = set(psutil.Process().children(recursive=True))
    results = run(wanted, Processes(2), lambda result: told.append(result.job))
    assert [result.error for result in results] == [
        "chapter social, cluster m50: its process was killed 2 times", "", "",
    ]  # fmt: skip
    assert sorted((tmp_path / "begun").read_text()) == [*"aabbc"]
    assert sorted(told) == sorted(job.name for job in wanted)
    kept = sorted(file.name for file in (tmp_path / "store").iterdir())
    assert kept == ["red-town.ipynb", "west-bund.ipynb"]
    assert set(psutil.Process().children(recursive=True)) <= others


def test_a_job_that_takes_long_is_not_warmed_up_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is interrupted halfway through an import would be broken in every notebook."""
    monkeypatch.setattr("clusterbook.publishing.execute.WARMING_SECONDS", 0.3)
    said = f"import os, time\nwith open({str(tmp_path / 'begun')!r}, 'a') as file: "
    source = f"{said}print(os.getpid(), file=file)\ntime.sleep(1)"
    slugs = ["hefeng", "m50", "red-town", "west-bund"]
    results = run([job_of(source, slug, tmp_path / "store") for slug in slugs], Processes(2))
    assert [result.error for result in results] == [""] * 4
    begun = (tmp_path / "begun").read_text().split()
    assert len(begun) == 5, "tried once before the four"
    assert str(os.getpid()) not in begun


def test_a_job_that_ends_its_process_does_not_end_the_command_that_warms_up(tmp_path: Path) -> None:
    slugs = ["hefeng", "m50", "red-town", "west-bund"]
    assert len(slugs) >= WORTH_WARMING
    end = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    results = run([job_of(end, slug, tmp_path) for slug in slugs], Processes(2))
    for slug, result in zip(slugs, results, strict=True):
        assert f"chapter social, cluster {slug}: NotebookProcessError" in result.error
        assert "its process was killed" in result.error
