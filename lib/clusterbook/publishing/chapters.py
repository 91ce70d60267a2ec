"""The chapters of the book: their order, their text, their parameters, the places of their pages.

A chapter with the parameter `cluster` stands in the book once for each cluster, one with the
parameter `place` once for each city of `data/context` that a cluster lies in, any other page once.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from clusterbook.evidence.case import city_of
from clusterbook.evidence.problems import CallError
from clusterbook.evidence.toc import read_contents


class ParameterError(CallError, ValueError):
    """A parameter is unknown, of another type than its default, or not for any chapter."""


class ChapterError(CallError, LookupError):
    """A chapter was named that the book does not have."""


@dataclass(frozen=True)
class Chapter:
    """One page of the book's contents: its name, its file, and where it stands.

    `page` is the path of the page, without ending, in the book of its main cluster. A chapter about
    a city stands `at` another one where it is not the city that the chapter names itself; it leads
    to the ledger and the sources of the cluster `home`.
    """

    name: str
    path: Path
    page: str
    city: str = ""
    at: str = ""
    home: str = ""

    @cached_property
    def text(self) -> str:
        """The file's text."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def runs(self) -> bool:
        """Whether it is a notebook; any other page is taken as it is."""
        from myst_nb.core.read import is_myst_markdown_notebook

        kind = self.path.suffix
        return kind == ".ipynb" or (kind == ".md" and is_myst_markdown_notebook(self.text))

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """The parameters with their defaults, from the cell tagged `parameters`.

        Raises `ParameterError` where the cell holds anything but literals.
        """
        return dict(_parameters(self.path.name, self.text)) if self.runs else {}

    @property
    def once(self) -> bool:
        """Whether it stands once in the book, being about no cluster."""
        return "cluster" not in self.parameters

    @property
    def of_city(self) -> bool:
        """Whether it stands once for each city."""
        return "place" in self.parameters

    def page_of(self, cluster: str, main: str) -> str:
        """Return where its page about a cluster stands; the same page for all if it is `once`."""
        return self.at or self.page if self.once else place(self.page, cluster, main)

    def staged(self, cluster: str, main: str) -> str:
        """Return the file of that page as Sphinx reads it."""
        return self.page_of(cluster, main) + (".ipynb" if self.runs else self.path.suffix)


def place(page: str, cluster: str, main: str) -> str:
    """Return where a chapter's page about a cluster stands, from where the main cluster's does."""
    return page if cluster in ("", main) else f"clusters/{cluster}/{page.rpartition('/')[2]}"


def for_cities(run: list[Chapter], clusters: list[str]) -> list[Chapter]:
    """Return the chapters, one about a city once for each city of the clusters.

    It stands where `_toc.yml` says for the city that its parameters cell names, else at `cities/`.
    """
    homes: dict[str, str] = {}
    for cluster in clusters:
        if city := city_of(cluster):
            homes.setdefault(city, cluster)
    found: list[Chapter] = []
    for one in run:
        if not one.of_city:
            found.append(one)
            continue
        for city, home in homes.items():
            here = replace(one, city=city, home=home)
            if city != one.parameters["place"]:
                here = replace(here, name=f"{one.name}-{city}", at=f"cities/{city}")
            found.append(here)
    return found


@lru_cache(maxsize=64)  # asked for each cluster
def _parameters(name: str, text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for cell in read_notebook(text).cells:
        if "parameters" not in cell.metadata.get("tags", []):
            continue
        for statement in ast.parse(cell.source).body:
            try:
                assert isinstance(statement, ast.Assign)
                (target,) = statement.targets
                assert isinstance(target, ast.Name)
                found[target.id] = ast.literal_eval(statement.value)
            except (AssertionError, ValueError):
                line = ast.unparse(statement)
                wrong = f"the parameters cell may hold only literals, not {line!r}"
                raise ParameterError(f"{name}: {wrong}") from None
    return found


def read_notebook(text: str) -> Any:
    """Return a notebook's text, MyST or JSON, as a notebook."""
    import jupytext
    import nbformat

    if text.lstrip().startswith("{"):
        return nbformat.reads(text, as_version=4)
    return jupytext.reads(text, fmt="md:myst")


def run_cell(source: str, names: dict[str, Any]) -> Any:
    """Run a cell's code; return the value of its last line if that is an expression."""
    body = ast.parse(source).body
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr):
        exec(compile(source, "<cell>", "exec"), names)
        return None
    exec(compile(ast.Module(body[:-1], []), "<cell>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)


def chapters(root: Path) -> list[Chapter]:
    """Return the pages that `_toc.yml` names, in its order. Raises `SettingsError`.

    A page is named by the last part of its path, or by all of it where an earlier one has that.
    """
    contents = read_contents(root)
    found: dict[str, Chapter] = {}
    for line in contents.lines():
        if line.page:
            short = line.page.rpartition("/")[2]
            name = line.page if short in found else short
            found[name] = Chapter(name, contents.files[line.page], line.page)
    return list(found.values())


def choose(root: Path, names: list[str] | None) -> list[Chapter]:
    """Return the chapters named, in the book's order; all for None. Raises `ChapterError`."""
    every = chapters(root)
    places: dict[str, Chapter] = {}
    for chapter in every:
        if not chapter.once and (other := places.setdefault(chapter.path.stem, chapter)) != chapter:
            same = "have the same name, and pages of clusters are named by it; rename one"
            raise ChapterError(f"{other.page} and {chapter.page} {same}")
    if names is None:
        return every
    known = [chapter.name for chapter in every]
    for name in names:
        if name not in known:
            raise ChapterError(f"no chapter {name!r}; the chapters are: {', '.join(known)}")
    return [chapter for chapter in every if chapter.name in names]


def convert(name: str, text: str, default: Any) -> Any:
    """Return a parameter's text as a value of its default's type. Raises `ParameterError`."""
    kind = type(default)
    try:
        if kind is str:
            return text
        if kind is bool:
            return {"true": True, "false": False}[text.lower()]
        if kind in (int, float):
            return kind(text)
        value = ast.literal_eval(text)
        if default is None or isinstance(value, kind):
            return value
    except (KeyError, ValueError, SyntaxError):
        pass
    words = {"int": "a whole number", "float": "a number", "bool": "true or false",
             "NoneType": "a number, a word in quotes or nothing,"}  # fmt: skip
    wanted = words.get(kind.__name__, f"a {kind.__name__}")
    raise ParameterError(f"parameter {name} must be {wanted} such as {default!r}, not {text!r}")


def parameters_for(
    run: list[Chapter], given: dict[str, str], cluster: str
) -> dict[str, dict[str, Any]]:
    """Return each chapter's own parameters, checked: chapter name -> parameters.

    Raises `ParameterError` for a parameter that no chapter of the run declares.
    """
    declared = {name for chapter in run for name in chapter.parameters}
    declared -= {"cluster", "place"}
    for name in given:
        if name in ("cluster", "place"):
            raise ParameterError(f"the cluster is named by the command, not by -p {name}")
        if name not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise ParameterError(
                f"no chapter of this run has a parameter {name!r}; there are: {known}"
            )
    result = {}
    for chapter in run:
        own = {
            n: convert(n, t, chapter.parameters[n])
            for n, t in given.items()
            if n in chapter.parameters
        }
        about = {"cluster": cluster} if "cluster" in chapter.parameters else {}
        about |= {"place": chapter.city} if chapter.city else {}
        result[chapter.name] = about | own
    return result
