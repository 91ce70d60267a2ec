"""The commands that build: `clusterbook book` and `clusterbook report`."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .publishing.book import Outcome


class Bar:
    """Progress on stderr: a bar on a terminal, a line per part elsewhere.

    With `after` it is for what is mostly quick: a bar shows after so many seconds, and no line.
    """

    def __init__(self, after: float = 0) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self.console, self.after = Console(stderr=True), after
        self.bar = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(), TextColumn("{task.fields[detail]}"), console=self.console,
            transient=after > 0, disable=not self.console.is_interactive,
        )  # fmt: skip
        self.task = self.bar.add_task("", total=1, detail="", visible=False)
        self.timer = threading.Timer(after, self.bar.start)
        self.timer.daemon = True

    def __enter__(self) -> Bar:
        self.timer.start()
        return self

    def __exit__(self, *rest: object) -> None:
        self.timer.cancel()
        self.timer.join()
        self.bar.stop()

    def stage(self, doing: str, total: int) -> None:
        """Begin a part of the run with so many steps."""
        if self.bar.disable and not self.after:
            self.console.print(doing, highlight=False)
        self.bar.reset(self.task, description=doing, total=total, visible=True, detail="")

    def step(self, detail: str = "", to: int | None = None) -> None:
        """Count one step, or set how many are done."""
        if to is None:
            self.bar.update(self.task, advance=1, detail=detail)
        else:
            self.bar.update(self.task, completed=to, detail=detail)


Scheduler = Annotated[
    str, typer.Option(metavar="ADDRESS", help="Execute chapters by this Dask scheduler's workers.")
]


def book(scheduler: Scheduler = "") -> None:
    """Build the whole published book: M50 and every other cluster."""
    from .evidence.root import book_root
    from .publishing.book import publish

    with Bar() as bar:
        outcome = publish(book_root(), bar, scheduler)
    _tell(outcome)


def report(
    places: Annotated[
        list[str],
        typer.Argument(metavar="SLUG|FOLDER...", help="Clusters, or folders of evidence."),
    ],
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="A chapter's parameter."),
    ] = None,
    chapters: Annotated[
        str | None, typer.Option(help="Chapters to make, with commas; all when left out.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where the report goes.")] = None,
    single_file: Annotated[
        bool, typer.Option("--single-file", help="Also one .html a cluster, to be sent by e-mail.")
    ] = False,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Also a PDF a cluster, printed by Chromium.")
    ] = False,
    timeout: Annotated[float | None, typer.Option(help="Seconds that a cell may take.")] = None,
    scheduler: Scheduler = "",
) -> None:
    """Make the same book for other clusters."""
    from .evidence.root import book_root
    from .publishing.chapters import ParameterError
    from .publishing.report import report as make_report

    given = {}
    for text in parameter or []:
        name, sign, value = text.partition("=")
        if not sign:
            raise ParameterError(
                f"-p {text!r} is no parameter; write -p name=value or -p name value"
            )
        given[name] = value
    names = [name.strip() for name in chapters.split(",")] if chapters else None
    files = (".html",) * (single_file or pdf) + (".pdf",) * pdf
    with Bar() as bar:
        outcome = make_report(
            book_root(), places, given, names, out, bar, timeout, files, scheduler
        )
    for file in outcome.files:
        typer.echo(str(file))
    _tell(outcome)


def _tell(outcome: Outcome) -> None:
    """Say how a run ended and leave with its exit code; the book's path comes last."""
    for problem in outcome.problems:
        typer.echo(str(problem), err=True)
    for failure in outcome.failures:
        typer.echo(f"failed: {failure.error}", err=True)
    if not outcome.good:
        faults, failed = len(outcome.problems), len(outcome.failures)
        parts = [f"{faults} fault{'s' * (faults > 1)} in the evidence"] * bool(faults)
        parts += [f"{failed} chapter{'s' * (failed > 1)} failed"] * bool(failed)
        kept = "the last good book is kept" if outcome.book.exists() else "no book was made"
        kept = f"the rest is at {outcome.book}" if outcome.notebooks else kept
        typer.echo(f"{' and '.join(parts)}; {kept}", err=True)
        raise typer.Exit(1)
    for slug, covered in list(outcome.coverage.items())[:20]:
        typer.echo(f"{slug}: {covered}", err=True)
    if (more := len(outcome.coverage) - 20) > 0:
        typer.echo(f"and {more} more, each on its status page", err=True)
    done = f"{outcome.executed} chapters executed, {outcome.reused} reused"
    typer.echo("nothing has changed" if outcome.unchanged else done, err=True)
    typer.echo(str(outcome.book / "index.html"))


def split_pairs(arguments: list[str]) -> list[str]:
    """Return the arguments with papermill's `-p name value` written as `-p name=value`."""
    result: list[str] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        result.append(word)
        if word in ("-p", "--parameter") and len(rest) >= 2 and "=" not in rest[0]:
            result.append(f"{rest.pop(0)}={rest.pop(0)}")
    return result
