"""The package stands alone: what it imports, and how long it is."""

import ast
import sys
import tomllib
from pathlib import Path

import surveysem

FILES = sorted(Path(surveysem.__file__).parent.rglob("*.py"))
LINES_AT_MOST = 4800


def test_imports_are_the_declared_ones():
    found = set()
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add((node.module or "surveysem").partition(".")[0])
    declared = {"numpy", "pandas", "scipy", "statsmodels"}
    assert found - set(sys.stdlib_module_names) - {"surveysem"} == declared
    project = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    needed = tomllib.loads(project)["project"]["dependencies"]
    assert {line.partition(">")[0] for line in needed} == declared


def test_it_stays_small():
    assert (
        sum(len(file.read_text(encoding="utf-8").splitlines()) for file in FILES) <= LINES_AT_MOST
    )
