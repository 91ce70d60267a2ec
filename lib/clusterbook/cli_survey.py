"""The commands of the survey: `clusterbook survey` and `clusterbook questionnaire`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .analysis.survey_study import Study
    from .publishing.survey_report import Written


def survey(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A folder with survey.csv, or the file.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Where page and tables go; _build/surveys if left out.")
    ] = None,
    bootstrap: Annotated[
        int, typer.Option(min=0, max=100_000, help="Bootstrap samples for intervals; 0 for none.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="The seed of the bootstrap.")] = 1,
    estimator: Annotated[str, typer.Option(help="WLSMV, ML or MLR.")] = "WLSMV",
    model: Annotated[Path | None, typer.Option(help="Another model, in lavaan's syntax.")] = None,
    items: Annotated[
        Path | None, typer.Option(help="Another table of items; scale.csv beside it if given.")
    ] = None,
) -> None:
    """Check the answers to a questionnaire and analyse them: a page and tables."""
    from surveysem.errors import SurveyError

    from .cli_book import Bar
    from .evidence.problems import EvidenceError
    from .evidence.root import book_root
    from .publishing.output import refuse_inputs
    from .publishing.survey_report import (
        SurveyCallError,
        find_answers,
        make_study,
        questions,
        write_report,
    )

    try:
        file = find_answers(folder)
        study = make_study(file, questions(items), estimator, model)
        if out is not None and out.exists() and not out.is_dir():
            raise SurveyCallError(f"{str(out)!r} is a file; --out names a folder")
        root = book_root()
        chapter = (root / "chapters" / "instrument.md").read_text(encoding="utf-8")
        target = out if out is not None else root / "_build" / "surveys" / study.name
        evidence = [file.parent] if (file.parent / "cluster.csv").is_file() else []
        refuse_inputs(target, root, evidence)
        with Bar() as bar:
            if bootstrap:
                bar.stage(f"Drawing bootstrap samples ({bootstrap})", bootstrap)
            written = write_report(
                study, chapter, target, replicates=bootstrap, seed=seed,
                progress=lambda done, total: bar.step(to=done),
            )  # fmt: skip
    except EvidenceError as error:
        for problem in error.problems[:50]:
            typer.echo(str(problem), err=True)
        if len(error.problems) > 50:
            typer.echo(f"and {len(error.problems) - 50} more", err=True)
        typer.echo("nothing was analysed and nothing written; correct the answers first", err=True)
        raise typer.Exit(1) from None
    except SurveyError as error:
        typer.echo(f"{error}\nnothing was written", err=True)
        raise typer.Exit(1) from None
    _tell(study, written)


def _tell(study: Study, written: Written) -> None:
    """Say what was found: warnings, whether the model suits the answers, what could not be had."""
    problems = study.problems
    rows = study.answers["row"].tolist()
    for fault in problems.head(20).itertuples():
        place = rows[int(fault.row) - 1] if fault.row == fault.row else "header"
        typer.echo(f"{study.mark}row {place}: {fault.problem} {fault.right}", err=True)
    if len(problems) > 20:
        typer.echo(f"and {len(problems) - 20} more remarks on answers", err=True)
    poor = study.diagnosis[study.diagnosis["reading"] == "poor"]
    checks = int((study.diagnosis["reading"] != "note").sum())
    n = f"{study.fit.n} complete answers, {study.estimator}"
    if poor.empty:
        typer.echo(f"{study.mark}the model stands: no check of {checks} reads poor ({n})")
    else:
        typer.echo(
            f"{study.mark}the model is in doubt: {len(poor)} of {checks} checks read poor ({n})"
        )
    for row in poor.itertuples():
        typer.echo(f"  {row.check}, {row.subject}: {row.finding}")
    for notice in study.fit.notices:
        typer.echo(f"  note: {notice.text}")
    for reason in dict.fromkeys(written.left_out.values()):
        names = ", ".join(name for name, why in written.left_out.items() if why == reason)
        typer.echo(f"not computed: {names}: {reason}", err=True)
    typer.echo(f"{len(written.tables)} tables beside the page", err=True)
    typer.echo(str(written.page))


def questionnaire(
    out: Annotated[
        Path | None, typer.Option(help="The file to write; printed if left out.")
    ] = None,
    items: Annotated[
        Path | None, typer.Option(help="Another table of items; scale.csv beside it if given.")
    ] = None,
) -> None:
    """Make the questionnaire as a page to print, in English and Chinese."""
    from .publishing.output import replacing
    from .publishing.survey_report import SurveyCallError, questionnaire_page, questions

    page = questionnaire_page(questions(items))
    if out is None:
        sys.stdout.write(page)
        return
    if out.is_dir():
        raise SurveyCallError(f"{str(out)!r} is a folder; --out names a file such as form.html")
    with replacing(out.parent, [out.name]) as new:
        (new / out.name).write_text(page, encoding="utf-8")
    typer.echo(str(out))
