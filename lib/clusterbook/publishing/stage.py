"""The folder that Sphinx reads: executed notebooks in their places, with their configuration."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from clusterbook.evidence.case import city_of
from clusterbook.evidence.settings import read_config
from clusterbook.evidence.toc import ENDINGS, own_files, read_contents

from .chapters import Chapter, chapters
from .jobs import Job

MAIN = "m50"
"""The book's case: its chapters stand where `_toc.yml` says, other clusters' at `clusters/`."""


def make_stage(
    root: Path,
    stage: Path,
    clusters: list[str],
    run: list[Chapter],
    jobs: list[Job],
    main: str,
    whole: tuple[list[str], list[Chapter]] | None = None,
) -> None:
    """Write a new folder: notebooks, `_config.yml`, `_toc.yml` and, for several, the gallery.

    `whole` are the clusters and chapters of the book of which this is a part; the gallery stands in
    its first part, and in the others a page that has nothing but its title.
    """
    every, book = whole or (clusters, run)
    stage.mkdir(parents=True)
    done = {(job.cluster, job.chapter): job.result for job in jobs}
    left_out = {f.with_suffix("").as_posix(): "" for f in own_files(root) if f.suffix in ENDINGS}
    for chapter in run:
        for cluster in [chapter.home] if chapter.once else clusters:
            city = city_of(cluster) if cluster else ""
            there = left_out | {
                other.page: other.staged(cluster, main) for other in run if other.city in ("", city)
            }
            mend = partial(with_links_to, page=chapter.page, there=there)
            target = stage / there[chapter.page]
            target.parent.mkdir(parents=True, exist_ok=True)
            if chapter.runs:
                text = done["" if chapter.once else cluster, chapter.name].read_text("utf-8")
                text = with_cells(text, mend)
            else:
                text = mend(chapter.text)
            target.write_text(text, encoding="utf-8")
    own = [chapter for chapter in run if not chapter.once]
    others = [[chapter.page_of(c, main) for chapter in own] for c in clusters if c != main]
    _link_files(root, stage, own, [f"clusters/{c}" for c in clusters if c != main])
    gallery = len(every) > 1 and bool(own)
    pages: dict[str, list[str]] = {}
    for chapter in run:
        pages.setdefault(chapter.page, []).append(chapter.page_of(main, main))
    _write_toc(root, stage, pages, others if gallery else [])
    cities: dict[str, dict[str, str]] = {c.page: {} for c in chapters(root) if c.of_city}
    for one in (chapter for chapter in book if chapter.city):
        lie_there = [cluster for cluster in [main, *every] if city_of(cluster) == one.city]
        cities[one.page] |= dict.fromkeys(lie_there, one.page_of(main, main))
    elsewhere = {one.page_of(c, main) for one in book for c in every if every != clusters}
    _write_config(root, stage, main, cities, sorted(elsewhere))
    if gallery:
        text = GALLERY if every[: len(clusters)] == clusters else GALLERY.partition("\n")[0]
        (stage / "clusters.md").write_text(text, encoding="utf-8")


GALLERY = """# All clusters

The same chapters for every cluster, from its own rows.
The bars show how many rows of evidence each dimension has; an empty bar is a data gap, not a zero.

```{cb-gallery}
```
"""
"""The page of all clusters; what stands on it comes from the extension's directive as a node."""

DOC_ROLE = re.compile(r"\{doc\}`(?:([^`<>]+?)\s*<([^`<>]+)>|([^`<>]+))`")
_FILE = re.compile(
    rf"\[([^\[\]]*)\]\(([\w./-]+)(?:{'|'.join(map(re.escape, ENDINGS))})((?:#[^)\s]*)?)\)"
)


def with_cells(notebook: str, mend: Callable[[str], str]) -> str:
    """Return a notebook (JSON) with its texts mended.

    Outputs are HTML, of which parts come from data: nothing in them is read as Markdown.
    """
    book = json.loads(notebook)
    for cell in book["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = mend("".join(cell["source"]))
    return json.dumps(book, ensure_ascii=False, sort_keys=True)


def with_links_to(text: str, page: str, there: dict[str, str]) -> str:
    """Return a page's text with its links to other pages leading to where these stand.

    `page` is where the text's author has it; `there` maps each page, as the author has it, to the
    file where it stands for the text's cluster, or to "" where it is not in this run: then the
    link's words alone stay. A link to what is no page at all stays as it is.
    """

    def found(target: str) -> str | None:
        return there.get(posixpath.normpath(posixpath.join("/", page, "..", target))[1:])

    def role(match: re.Match[str]) -> str:
        words, target, alone = match.groups()
        file = found(target or alone)
        if file is None:
            return match.group(0)
        if not file:
            return words or f"the {alone.rpartition('/')[2]} chapter"
        where = f"/{posixpath.splitext(file)[0]}"
        return f"{{doc}}`{words} <{where}>`" if words else f"{{doc}}`{where}`"

    def link(match: re.Match[str]) -> str:
        words, target, place = match.groups()
        file = found(target)
        return match.group(0) if file is None else f"[{words}](/{file}{place})" if file else words

    return _FILE.sub(link, DOC_ROLE.sub(role, text))


def _link_files(root: Path, stage: Path, own: list[Chapter], folders: list[str]) -> None:
    """Have the files that pages show beside them, in the folders of other clusters too."""
    homes = {Path(chapter.page).parent for chapter in own}
    for file in own_files(root):
        if file.suffix in ENDINGS or file.name in ("_config.yml", "_toc.yml"):
            continue
        beside = {file.relative_to(home) for home in homes if file.is_relative_to(home)}
        for place in [file, *(Path(folder) / name for folder in folders for name in beside)]:
            (stage / place).parent.mkdir(parents=True, exist_ok=True)
            (stage / place).symlink_to((root / file).resolve())


def _write_toc(
    root: Path, stage: Path, pages: dict[str, list[str]], others: list[list[str]]
) -> None:
    """Write the contents of a run's pages; after them those of other clusters and cities.

    So the way from page to page leads on as in a book of one city.
    """
    first = next(iter(pages))
    from sphinx_external_toc.parsing import FILE_FORMATS

    below_it = {page: stand for page, stand in pages.items() if page != first}
    toc = _kept([read_contents(root).toc], below_it)[0] | {"root": pages[first][0]}
    form = FILE_FORMATS[toc.get("format", "default")]
    chapters, parts, (below, last) = (
        form.get_items_key(0), form.get_subtrees_key(0), map(form.get_items_key, (1, 2))
    )  # fmt: skip
    after: list[Any] = [{"file": page} for stand in pages.values() for page in stand[1:]]
    if others:
        sections = [
            {"file": first, last: [{"file": page} for page in rest]} if rest else {"file": first}
            for first, *rest in others
        ]
        after.insert(0, {"file": "clusters", below: sections})
    if after and parts in toc:
        toc[parts].append({chapters: after})
    elif after:
        toc.setdefault(chapters, []).extend(after)
    (stage / "_toc.yml").write_text(yaml.safe_dump(toc, sort_keys=False), encoding="utf-8")


def _kept(entries: list[dict[str, Any]], pages: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Parts of the contents with these pages only, where they stand.

    What stands below one left out moves up. The whole stays, also with nothing below its root.
    """
    found = []
    for entry in entries:
        below = {
            name: part
            for name, value in entry.items()
            if isinstance(value, list) and (part := _kept(value, pages))
        }
        plain = {name: value for name, value in entry.items() if not isinstance(value, list)}
        if "file" in entry and entry["file"] in pages:
            found.append(plain | below | {"file": pages[entry["file"]][0]})
        elif "file" not in entry and (below or "url" in entry or "root" in entry):
            found.append(plain | below)
        else:
            found += [part for parts in below.values() for part in parts]
    return found


def _write_config(
    root: Path, stage: Path, main: str, cities: dict[str, Any], pages: list[str]
) -> None:
    config = read_config(root)
    config["execute"] = {"execute_notebooks": "off"}
    config["exclude_patterns"] = [".*"]
    sphinx = config.setdefault("sphinx", {}).setdefault("config", {})
    sphinx |= {"clusterbook_cluster": main, "clusterbook_cities": cities}
    sphinx["clusterbook_pages"] = pages
    (stage / "_config.yml").write_text(
        yaml.safe_dump(config, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
