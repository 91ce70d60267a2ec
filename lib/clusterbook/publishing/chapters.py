"""The chapters of the book: their order, their text, their parameters."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml


class ParameterError(ValueError):
    """A parameter is unknown, of another type than its default, or not for any chapter."""


class ChapterError(LookupError):
    """A chapter was named that the book does not have."""


@dataclass(frozen=True)
class Chapter:
    """One chapter: its name, its file and its text."""

    name: str
    path: Path

    @cached_property
    def text(self) -> str:
        """The MyST text."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """The parameters with their defaults, from the cell tagged `parameters`.

        Raises `ParameterError` where the cell holds anything but literals.
        """
        import jupytext

        notebook = jupytext.reads(self.text, fmt="md:myst")
        found: dict[str, Any] = {}
        for cell in notebook.cells:
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
                    raise ParameterError(f"{self.path.name}: {wrong}") from None
        return found


def chapters(root: Path) -> list[Chapter]:
    """Return the book's chapters in the order of `_toc.yml`."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    files = [toc["root"], *(entry["file"] for entry in toc.get("chapters", []))]
    return [Chapter(Path(file).name, root / f"{file}.md") for file in files]


def choose(root: Path, names: list[str] | None) -> list[Chapter]:
    """Return the chapters named, in the book's order; all for None. Raises `ChapterError`."""
    every = chapters(root)
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
        if isinstance(value, kind):
            return value
    except (KeyError, ValueError, SyntaxError):
        pass
    words = {"int": "a whole number", "float": "a number", "bool": "true or false"}
    wanted = words.get(kind.__name__, f"a {kind.__name__}")
    raise ParameterError(f"parameter {name} must be {wanted} such as {default!r}, not {text!r}")


def parameters_for(
    run: list[Chapter], given: dict[str, str], cluster: str
) -> dict[str, dict[str, Any]]:
    """Return each chapter's own parameters, checked: chapter name -> parameters.

    Raises `ParameterError` for a parameter that no chapter of the run declares.
    """
    declared = {name for chapter in run for name in chapter.parameters} - {"cluster"}
    for name in given:
        if name == "cluster":
            raise ParameterError("the cluster is named by the command, not by -p cluster")
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
        result[chapter.name] = (
            {"cluster": cluster, **own} if "cluster" in chapter.parameters else own
        )
    return result
