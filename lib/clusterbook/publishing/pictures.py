"""Static pictures of charts: made once per specification, in processes of their own.

V8 must not be started in a process that is forked later, so pictures are made in spawned
processes only, never where notebooks run.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from clusterbook.charts.theme import FONT, picture

from .process import end_with, write_atomically


def draw(folder: str, digest: str) -> str:
    """Write the picture of a stored specification beside it; return its digest."""
    store = Path(folder)
    text = (store / f"{digest}.json").read_text(encoding="utf-8")
    # measuring text in the Chinese fonts of our list costs twenty times the rest; no place in our
    # charts hangs on Vega's measure, so it measures in a plain font and the list is put back after
    spec = json.loads(text.replace(json.dumps(FONT, ensure_ascii=False), '"sans-serif"'))
    for parameter in spec.get("params", []):
        parameter.pop("bind", None)
    svg = picture(json.dumps(spec)).replace('font-family="sans-serif"', f'font-family="{FONT}"')
    write_atomically(store / f"{digest}.svg", svg)
    return digest


def missing(store: Path, digests: Iterable[str]) -> list[str]:
    """Return the digests that have no picture yet, each once, sorted."""
    return sorted({d for d in digests if not (store / f"{d}.svg").exists()})


def make_pictures(store: Path, wanted: list[str], processes: int) -> Iterator[str]:
    """Make pictures; yield each digest when its picture is there."""
    if not wanted:
        return
    context = multiprocessing.get_context("spawn")
    workers = min(processes, len(wanted))
    with ProcessPoolExecutor(workers, context, end_with, (os.getpid(),)) as pool:
        yield from pool.map(draw, [str(store)] * len(wanted), wanted, chunksize=4)


def place_files(store: Path, outdir: Path, figures: dict[str, dict[str, dict[str, str]]]) -> None:
    """Copy pictures and plotted rows into the book; `figures` is page -> name -> digests."""
    for docname, named in figures.items():
        folder = outdir / "_figures" / docname
        folder.mkdir(parents=True, exist_ok=True)
        for name, digests in named.items():
            shutil.copyfile(store / f"{digests['wide']}.svg", folder / f"{name}.svg")
            shutil.copyfile(store / f"{digests['narrow']}.svg", folder / f"{name}-narrow.svg")
            shutil.copyfile(store / f"{digests['csv']}.csv", folder / f"{name}.csv")


def vega_bundle(path: Path) -> None:
    """Write the Vega runtime (from the pinned vl-convert wheel) once, wrapped in a function.

    The bundle has top-level constants of one letter, so it must not share the page's scope.
    """
    if path.exists():
        return
    import vl_convert

    code = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    write_atomically(path, "(() => {\n" + code + "\n})();\n")
