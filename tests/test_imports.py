"""Imports run one way, without circles; the survey engine imports nothing of ours."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "lib" / "clusterbook"
LAYERS = ("evidence", "analysis", "prose charts", "publishing", "cli cli_book cli_survey __main__")
"""From the lowest; those of one line import each other no more than those above."""
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def imported(name: str, path: Path) -> set[str]:
    """Return the modules of the package that a module imports, wherever in it."""
    found = set()
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join(
                [*(above if node.level else []), *([node.module] if node.module else [])]
            )
            inner = {f"{base}.{alias.name}" for alias in node.names}
            found |= {one if one in MODULES else base for one in inner}
    return {one for one in found if one in MODULES} - {name}


def layer(name: str) -> str:
    part = name.removeprefix("clusterbook").lstrip(".").partition(".")[0]
    return next((line for line in LAYERS if part in line.split()), "")


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_only_from_below(name: str) -> None:
    own = layer(name)
    for other in imported(name, MODULES[name]):
        if own and layer(other):
            assert LAYERS.index(layer(other)) <= LAYERS.index(own), f"{name} imports {other}"
            same = name.split(".")[1] == other.split(".")[1] or own.startswith("cli")
            assert same or layer(other) != own, f"{name} imports {other}"


def test_no_module_leads_back_to_itself() -> None:
    sorter = TopologicalSorter({name: imported(name, path) for name, path in MODULES.items()})
    sorter.prepare()  # raises `CycleError`, which names the circle


def test_the_survey_engine_stands_alone() -> None:
    for path in (ROOT / "lib" / "surveysem" / "src").rglob("*.py"):
        assert "clusterbook" not in path.read_text("utf-8"), path
