"""The same book for any cluster, or for a folder of them: `clusterbook report`."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from clusterbook.evidence.case import city_of
from clusterbook.evidence.check import check_folder
from clusterbook.evidence.folders import each_its_own_name, find_folders
from clusterbook.evidence.root import evidence_at, written_folders
from clusterbook.evidence.workbook import unpacked

from .book import Outcome, Progress, Silent, make
from .figures import store_folder, with_pictures
from .output import OutputError, recover, refuse_inputs, replacing
from .own_texts import city_problems, text_problems
from .pdf import chromium, print_pdf
from .process import only_run
from .single_file import single_file

ALWAYS = ("sources", "ledger")
"""Chapters that every report has: the numbers of the others lead there."""


def report(
    root: Path,
    places: list[str],
    given: dict[str, str],
    names: list[str] | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    timeout: float | None = None,
    files: tuple[str, ...] = (),
    scheduler: str = "",
) -> Outcome:
    """Make one HTML book of the clusters named; executed notebooks are kept beside it.

    The book is at `<out>/html`, the notebooks at `<out>/notebooks`; `out` is `_build/reports/` and
    the first slug where not given. A cluster with faults in its evidence or a chapter that fails
    is left out and listed; the last good report stays where nothing can be built.
    `files` are the endings of what is made beside the book for each cluster: `.html` is all its
    pages as one, `.pdf` that page printed.
    Chapters are executed by the workers of a Dask `scheduler` where its address is given.
    Raises `UnknownClusterError`, `ChapterError`, `ParameterError`, `OutputError`, `BuildError`,
    `SchedulerError`, `NoBrowserError`.
    """
    clusters = each_its_own_name(find_folders(places, root))
    home = root / "data" / "clusters"
    target = out or root / "_build" / "reports" / next(iter(clusters))
    try:
        target = target.resolve()
    except RuntimeError:  # so Python before 3.13 tells of links that lead in a circle
        wrong = f"{target} is a link that leads in a circle; name another folder with --out"
        raise OutputError(wrong) from None
    refuse_inputs(target, root, clusters.values())
    if ".pdf" in files:
        chromium()  # told now, not after all has run
    outcome, show = Outcome(target / "html"), progress or Silent()
    with ExitStack() as open_now, only_run(root / "_build"):
        read = [open_now.enter_context(unpacked(folder))[0] for folder in clusters.values()]
        outside = written_folders(folder for folder in read if folder.parent != home)
        open_now.enter_context(evidence_at(root, outside))
        recover(target)
        faults = {
            s: check_folder(f) or text_problems(root, s) or city_problems(root, city_of(s))
            for s, f in clusters.items()
        }
        good = [slug for slug in clusters if not faults[slug]]
        wanted = None if names is None else list(dict.fromkeys([*names, *ALWAYS]))
        beside = [f"{slug}{ending}" for slug in good for ending in files]
        if good:
            with replacing(target, ["html", "notebooks", *beside]) as new:
                outcome = make(
                    root, good, wanted, given, new, target, show, good[0], timeout,
                    keep_going=True, scheduler=scheduler,
                )  # fmt: skip
                pictures = store_folder(root / "_build" / "html")
                for name, file in outcome.notebooks.items():
                    (new / "notebooks" / name).parent.mkdir(parents=True, exist_ok=True)
                    text = with_pictures(file.read_text(encoding="utf-8"), pictures)
                    (new / "notebooks" / name).write_text(text, encoding="utf-8")
                if files and outcome.notebooks:
                    _single_files(new, outcome.clusters, files, show)
                outcome.files = [target / name for name in beside if (new / name).exists()]
    outcome.problems = [problem for slug in clusters for problem in faults[slug]]
    return outcome


def _single_files(new: Path, slugs: list[str], files: tuple[str, ...], show: Progress) -> None:
    book = new / "html"
    show.stage(f"Making single files ({len(slugs)})", len(slugs))
    for slug in slugs:
        folder, page = f"clusters/{slug}", new / f"{slug}.html"
        single_file(book, folder if (book / folder).is_dir() else "chapters", page)
        if ".pdf" in files:
            print_pdf(page, page.with_suffix(".pdf"))
        show.step(slug)
