"""The command line: `clusterbook check` and its sisters.

Commands print for people, end with 0 when all is well, 1 when something is wrong with what they
were given to work on, and 2 when they were called wrongly. No traceback is shown unless
`CLUSTERBOOK_DEBUG` is set.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from . import cli_book, cli_survey

if TYPE_CHECKING:
    from .evidence.check import Examined

PATIENCE = 2.0
"""Seconds after which a command shows how far it is."""

MOST_WARNINGS = 40
"""Warnings that are printed; a person reads no more of them, another program has them as JSON."""

STOPPED = 130
"""The exit code that Typer gives to Ctrl-C."""


class Commands(TyperGroup):
    """Commands that tell an error for people in its words and end with its code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that is asked for."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            from .evidence.problems import ToldError  # loaded with a command, not for its help

            if not isinstance(error, ToldError):
                raise
            _stop(str(error), error.code)


app = typer.Typer(
    cls=Commands,
    help="Check evidence, build the book, write reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def check(
    places: Annotated[
        list[str] | None,
        typer.Argument(metavar="SLUG or FOLDER", help="What to check; all when left out."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was found as JSON, for another program.")
    ] = False,
) -> None:
    """Check evidence and list every problem with its file, row and field.

    What is unusual in the places named is told as a warning; of one cluster it is told what the
    report will show.
    Notes and claims are checked where the tables that they name rows of have no problem.
    """
    from .evidence.check import examine, examine_all, name_of
    from .evidence.check import places as all_places
    from .evidence.folders import find_folders
    from .evidence.root import book_root

    root = book_root()
    if places:
        there = find_folders(places, root, ("clusters", "context"), bare=True)
        findings: Iterator[Examined] = (
            examine(folder, root, name_of(folder, root), advice=True) for folder in there
        )
        total = len(there)
    else:
        there = [place for place in all_places(root) if isinstance(place, Path)]
        findings = examine_all(root, advice=True)
        total = len(there) + 2  # the lists and the literature
    found: list[Examined] = []
    with cli_book.Bar(PATIENCE) as bar:
        bar.stage("Checking the evidence", total)
        for examined in findings:
            found.append(examined)
            bar.step()
    unread = ""
    if not any(examined.problems for examined in found):
        found += _examine_texts(there, root)
    elif any((p / "notes").is_dir() or (p / "claims.csv").is_file() for p in there):
        unread = "; notes and claims are checked once the tables have no problem"
    problems = sorted(
        (problem for examined in found for problem in examined.problems),
        key=lambda problem: (problem.file, problem.row or 0, problem.field, problem.wrong),
    )
    if as_json:
        typer.echo(_as_json(found))
        raise typer.Exit(1 if problems else 0)
    for problem in problems:
        typer.echo(str(problem))
    if places:
        warnings = [warning for examined in found for warning in examined.warnings]
        for warning in warnings[:MOST_WARNINGS]:
            typer.echo(f"warning: {warning}")
        if (further := len(warnings) - MOST_WARNINGS) > 0:
            typer.echo(f"and {_counted(further, 'further warning')}: --json lists them all")
    if (
        places
        and not problems
        and len(shows := [examined.shows for examined in found if examined.shows]) == 1
    ):
        typer.echo("the report shows")
        for chapter in shows[0]:
            typer.echo(f"  {chapter}")
    typer.echo(_closing(found) + unread)
    raise typer.Exit(1 if problems else 0)


def _as_json(found: list[Examined]) -> str:
    """What was found by place, with `problems` and `warnings` by file, row and field."""
    from dataclasses import asdict

    told = [asdict(examined) for examined in found if examined.kind or examined.problems]
    return json.dumps(told, ensure_ascii=False, indent=1)


def _examine_texts(folders: list[Path], root: Path) -> list[Examined]:
    """What is wrong with the texts on the clusters and cities among folders without faults."""
    from .evidence.check import Examined, name_of
    from .evidence.problems import told
    from .evidence.root import evidence_at, written_folders
    from .evidence.rules_context import is_context
    from .evidence.workbook import unpacked
    from .publishing.own_texts import city_problems, text_problems

    clusters = [folder for folder in folders if not is_context(folder)]
    cities = [folder.name for folder in folders if is_context(folder)]
    found = [Examined(city, "", 0, tuple(city_problems(root, city))) for city in cities]
    with cli_book.Bar(PATIENCE) as bar:
        bar.stage("Checking notes and claims", len(clusters))
        for folder in clusters:
            # each by itself, for two may have one name
            with unpacked(folder) as (read, _), evidence_at(root, written_folders([read])):
                problems = told(
                    text_problems(root, folder.name, outdated=True), name_of(folder, root)
                )
            found.append(Examined(folder.name, "", 0, tuple(problems)))
            bar.step()
    return found


def _closing(found: list[Examined]) -> str:
    kinds = Counter(examined.kind for examined in found)
    plural = {"cluster": "clusters", "city": "cities", "country": "countries"}
    parts = [f"{n} {kind if n == 1 else plural[kind]}" for kind in plural if (n := kinds[kind])]
    rows = sum(examined.rows for examined in found)
    problems = [problem for examined in found for problem in examined.problems]
    closing = "no problem"
    if problems:
        files = len({problem.file for problem in problems})
        closing = f"{_counted(len(problems), 'problem')} in {_counted(files, 'file')}"
    if warnings := sum(len(examined.warnings) for examined in found):
        closing += f", {_counted(warnings, 'warning')}"
    return f"{', '.join(parts) or 'nothing'}: {_counted(rows, 'row')}, {closing}"


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


@app.command()
def new(
    place: Annotated[Path, typer.Argument(metavar="SLUG", help="Its short name, or a new folder.")],
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="One workbook in place of the tables.")
    ] = False,
) -> None:
    """Make a folder for a new cluster: tables with an example row each, and a guide to them."""
    from .evidence.scaffold import new_folder

    made = new_folder(place, xlsx)
    typer.echo(f"{made}: replace the rows marked EXAMPLE, then run: clusterbook check {made}")
    typer.echo(f"what the columns mean stands in {made / 'README.md'}")


app.command()(cli_book.book)
app.command()(cli_book.report)
app.command()(cli_survey.survey)
app.command()(cli_survey.questionnaire)


def main() -> None:
    """Run the command line; whatever goes wrong is told in a sentence."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(args=cli_book.split_pairs(sys.argv[1:]))
    except SystemExit as ended:
        if ended.code == STOPPED:
            typer.echo("stopped; what was finished is kept for the next run", err=True)
        raise
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        _stop(f"{error.strerror or error}{where}; what stood there before is untouched", 1)
    except Exception as error:
        if os.environ.get("CLUSTERBOOK_DEBUG"):
            raise
        wrong = f"{type(error).__name__}: {error}"
        _stop(f"clusterbook failed ({wrong}); set CLUSTERBOOK_DEBUG=1 to see where", 1)


def _stop(message: str, code: int) -> NoReturn:
    from .evidence.problems import shown

    typer.echo("\n".join(map(shown, message.splitlines())), err=True)
    sys.exit(code)
