"""The book's contents: `_toc.yml` as Jupyter Book reads it, with the pages that it names.

Parts, sections, patterns (`glob`), addresses (`url`), and pages as `.md`, `.ipynb` or `.rst`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from .folders import is_litter, read_mark
from .settings import SettingsError, read_yaml

ENDINGS = (".md", ".ipynb", ".rst")
"""The endings of pages; where a page is there twice, the first of them counts."""


class Line(NamedTuple):
    """A line of the contents: a page, a link to elsewhere (`url`), or the caption of a part.

    `page` is a page's path from the root, without its ending; `title` is "" where the page's own
    counts.
    """

    title: str
    page: str = ""
    url: str = ""


@dataclass(frozen=True)
class Contents:
    """What `_toc.yml` says: patterns are filled in, pages stand without their endings."""

    toc: dict[str, Any]
    files: dict[str, Path]

    def lines(self) -> list[Line]:
        """Return the contents line by line, the root first."""
        return [Line(str(self.toc.get("title") or ""), self.toc["root"]), *_lines(self.toc)]


def _lines(entry: dict[str, Any]) -> Iterator[Line]:
    for below in entry.values():
        for part in below if isinstance(below, list) else ():
            title = str(part.get("title") or part.get("caption") or "")
            line = Line(title, str(part.get("file", "")), str(part.get("url", "")))
            if any(line):
                yield line
            yield from _lines(part)


def read_contents(root: Path) -> Contents:
    """Return the book's contents. Raises `SettingsError`, with the line where YAML is spoilt."""
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data

    try:
        toc = read_yaml(root / "_toc.yml")
        files: dict[str, Path] = {}
        first, *_ = (_page(root, name, files) for name in parse_toc_data(toc))
        filled = _filled(root, toc, files) | {"root": first}
        parse_toc_data(filled)  # a page named twice
    except MalformedError as error:
        raise SettingsError("_toc.yml:", str(error)) from None
    return Contents(filled, files)


def page_files(root: Path) -> dict[str, Path]:
    """Return the files of chapters by name, the last part of their paths.

    Those that `_toc.yml` names come first; a chapter that it leaves out for now is one too.
    Raises `SettingsError`, but not where there is no `_toc.yml`: evidence is checked without.
    """
    files = read_contents(root).files if (root / "_toc.yml").is_file() else {}
    named = {page.rpartition("/")[2]: path for page, path in files.items()}
    there = sorted((root / "chapters").iterdir()) if (root / "chapters").is_dir() else []
    return named | {
        p.stem: p for p in there if p.suffix in ENDINGS and p.stem not in named and p.name[0] != "."
    }


def _page(root: Path, named: str, files: dict[str, Path]) -> str:
    """Note a page's file; return the page without its ending."""
    if named.startswith("/") or {".", ".."} & set(named.split("/")):
        right = "write its path from the book's folder, as in chapters/economic"
        raise SettingsError("_toc.yml", f"names {named!r}; {right}")
    ending = next((e for e in ENDINGS if named.endswith(e)), "")
    page = named.removesuffix(ending)
    tried = [root / f"{page}{e}" for e in ([ending] if ending else ENDINGS)]
    found = next((path for path in tried if path.is_file()), None)
    if found is None:
        listed = " or ".join(path.relative_to(root).as_posix() for path in tried)
        raise SettingsError("_toc.yml", f"names {named!r}, and there is no {listed}")
    files[page] = found
    return page


def _filled(root: Path, entry: dict[str, Any], files: dict[str, Path]) -> dict[str, Any]:
    """The same part of the contents with its patterns replaced by the pages that they match."""
    new: dict[str, Any] = {}
    for key, value in entry.items():
        if key == "file":
            new[key] = _page(root, str(value), files)
        elif isinstance(value, list):
            new[key] = []
            for part in value:
                if "glob" in part:
                    new[key] += [{"file": page} for page in _matches(root, part["glob"], files)]
                else:
                    new[key].append(_filled(root, part, files))
        else:
            new[key] = value
    return new


def _matches(root: Path, pattern: str, files: dict[str, Path]) -> list[str]:
    """The pages that a pattern matches and nothing else names, sorted; noted in `files`."""
    from sphinx.util.matching import patmatch

    pages = {path.with_suffix("").as_posix() for path in own_files(root) if path.suffix in ENDINGS}
    found = sorted(page for page in pages - set(files) if patmatch(page, pattern))
    if not found:
        raise SettingsError("_toc.yml:", f"the pattern {pattern!r} matches no further page")
    return [_page(root, page, files) for page in found]


def own_files(root: Path) -> list[Path]:
    """Return the files that belong to the book's pages: those that `_config.yml` leaves in.

    Paths from the root, sorted. What lies in `_build`, is hidden or was made by this program, such
    as a report, is left out in any case.
    """
    from sphinx.util.matching import get_matching_files

    config = read_yaml(root / "_config.yml") or {}
    left_out = [str(pattern) for pattern in config.get("exclude_patterns") or []]
    always = ("_build", ".*", "**/.*", "__pycache__", "**/__pycache__")
    found = map(Path, get_matching_files(root, ["**"], [*left_out, *always]))
    made = cache(lambda folder: read_mark(root / folder)[1])
    return sorted(
        path
        for path in found
        if not is_litter(path.name)
        and not any(path.relative_to(above).as_posix() in made(above) for above in path.parents)
    )
